"""No ticket leaves the ledger without a valid call-back: the loop of a ticket, walked as people walk it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from geo_service.errors import BadDecisionError, WrongStatusError
from geo_service.loop import Loop
from geo_service.services import COUNTY_TIME, Services
from geo_service.tickets.callbacks import (
    Answers,
    AttemptResult,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    ContactChannel,
    DissatisfactionReason,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.handling import PressureKind
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.model import Flag, HandlingBody, Requester, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.workflow.checking import check_ledger
from tests.workflow.conftest import Receive

TOWN = "东海街道办事处"
POLICE = "派出所"
GOOD = Answers(Respondent.REQUESTER, Resolved.YES, Satisfaction.VERY_SATISFIED, words="路修好了")
BAD = Answers(Respondent.REQUESTER, Resolved.NO, Satisfaction.DISSATISFIED, DissatisfactionReason.RESULT)
PAIR = ("李委员", "王委员")
FACE, PHONE = ContactChannel.FACE_TO_FACE, ContactChannel.PHONE


@dataclass
class County:
    """A ledger with one dispatched ticket, and a clock that tests turn."""

    services: Services
    ticket_id: str
    clock: datetime = datetime(2026, 1, 12, 9, tzinfo=COUNTY_TIME)
    loop: Loop = field(init=False)

    def __post_init__(self) -> None:
        self.loop = Loop(self.services.database, self.services.loop_rules, lambda: self.clock)

    def later(self, **by: float) -> None:
        """Turn the clock."""
        self.clock += timedelta(**by)

    def ticket(self) -> Ticket:
        """Return the ticket as it is stored."""
        with self.services.database.unit_of_work(write=False) as work:
            return work.tickets.get(self.ticket_id)

    def owed(self) -> list[tuple[CallBackType, CallbackMethod, str]]:
        """Return the call-backs that wait: type, method, when due."""
        with self.services.database.unit_of_work(write=False) as work:
            return [
                (one.type, one.method, f"{one.due.astimezone(COUNTY_TIME):%m-%d %H:%M}")
                for one in work.loop.callbacks.of_ticket(self.ticket_id)
                if one.status in {CallBackStatus.PLANNED, CallBackStatus.ATTEMPTED}
            ]

    def close(self, *, by: str, closure: ClosureReason | None) -> Ticket:
        """Let a reviewer close the ticket."""
        return self.loop.review(self.ticket_id, by=by, why="多次联系不上", to=Status.CLOSED, closure=closure)

    def give_back(self, body: str, suggested: str) -> Ticket:
        """Let a body return the ticket."""
        return self.loop.request_return(
            self.ticket_id, body, by="经办人", why="不属本单位", suggested=suggested
        )

    def done(self) -> Ticket:
        """Let the town sign and finish."""
        self.loop.sign(self.ticket_id, TOWN, by="陈主任")
        self.later(hours=4)
        return self.loop.complete(self.ticket_id, TOWN, by="陈主任", result="已修补路面", evidence="照片两张")


Dispatched = Callable[..., County]


@pytest.fixture
def dispatched(services: Services, receive: Receive) -> Dispatched:
    def made(*, assists: tuple[str, ...] = (), flags: frozenset[Flag] = frozenset()) -> County:
        ticket = receive("东海街道路面破损，要求修补", category="城乡建设/道路破损")
        at = datetime(2026, 1, 12, 8, tzinfo=COUNTY_TIME)
        ready, event = ticket.move(Status.READY, at=at, by="geocode", reason=Reason("L3", "known"))
        ready = replace(
            ready,
            requester=Requester("王小明", "13800001234"),
            flags=flags,
            handling_body=HandlingBody(TOWN, assists=assists),
        )
        with services.database.unit_of_work() as work:
            work.tickets.save(ready)
            work.events.add_many([event])
        services.confirm_handling(ticket.id, by="调度员")
        return County(services, ticket.id)

    return made


def test_a_ticket_is_closed_by_the_call_back_after_the_work_and_followed_up(dispatched: Dispatched) -> None:
    county = dispatched()
    with county.services.database.unit_of_work(write=False) as work:
        (part,) = work.loop.handlings.of_ticket(county.ticket_id)
        entry = work.loop.ledger.find([county.ticket_id])[county.ticket_id]
    assert part.due is not None
    assert (part.body, f"{part.due.astimezone(COUNTY_TIME):%m-%d %H:%M}") == (TOWN, "01-19 18:00")
    assert (entry.requester, entry.responsible) == ("王** 138****0000", TOWN)
    assert county.done().status is Status.CALLBACK_DUE
    assert county.owed() == [(CallBackType.FIRST, CallbackMethod.CORE, "01-13 18:00")]
    county.later(hours=20)
    after = county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)
    assert after.status is Status.CLOSED
    assert county.owed() == [(CallBackType.FOLLOW_UP, CallbackMethod.CORE, "02-10 18:00")]
    county.later(days=28)
    county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)
    assert county.loop.archive() == 0
    county.later(days=3)
    assert county.loop.archive() == 1
    assert county.ticket().status is Status.ARCHIVED


def test_what_is_not_solved_is_handled_again_and_called_back_jointly(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    county.later(days=1)
    after = county.loop.call_back(county.ticket_id, BAD, by="李委员", channel=FACE, team=PAIR)
    assert after.status is Status.REHANDLING
    ((kind, method, _),) = county.owed()
    assert (kind, method) == (CallBackType.FOLLOW_UP, CallbackMethod.JOINT)
    with pytest.raises(WrongStatusError):
        county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)


def test_a_contact_during_the_works_closes_nothing(dispatched: Dispatched) -> None:
    county = dispatched()
    county.loop.sign(county.ticket_id, TOWN, by="陈主任")
    county.loop.contact(county.ticket_id, by="李委员", words="现场说明工期", channel=FACE)
    assert county.ticket().status is Status.HANDLING
    with pytest.raises(BadDecisionError, match="no call-back is owed"):
        county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)


def test_an_answer_that_does_not_count_leaves_the_call_back_owed(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    neighbour = replace(GOOD, respondent=Respondent.NEIGHBOUR)
    after = county.loop.call_back(county.ticket_id, neighbour, by="李委员", channel=FACE, team=PAIR)
    assert after.status is Status.CALLBACK_DUE
    assert [kind for kind, *_ in county.owed()] == [CallBackType.FIRST]


def test_two_people_go_and_a_dissatisfied_person_is_asked_why(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    with pytest.raises(BadDecisionError, match="two people go to a door"):
        county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE)
    unasked = replace(BAD, dissatisfaction_reason=None)
    with pytest.raises(BadDecisionError, match="ask why"):
        county.loop.call_back(county.ticket_id, unasked, by="李委员", channel=PHONE)
    assert county.ticket().status is Status.CALLBACK_DUE


def test_who_cannot_be_reached_is_closed_by_somebody_else_after_a_look(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    for hours in (1, 1, 24):
        county.later(hours=hours)
        county.loop.attempt(county.ticket_id, by="李委员", channel=PHONE, result=AttemptResult.NO_ANSWER)
    assert county.ticket().status is Status.CLOSE_REVIEW
    with pytest.raises(BadDecisionError, match="cannot review its closing"):
        county.close(by="陈主任", closure=ClosureReason.NO_CONTACT)
    with pytest.raises(BadDecisionError, match="say why the ticket leaves"):
        county.close(by="张科长", closure=None)
    closed = county.close(by="张科长", closure=ClosureReason.EXPLAINED)
    assert closed.status is Status.CLOSED
    assert county.owed() == []


def test_the_lead_waits_for_its_assists_or_goes_on_without_them(dispatched: Dispatched) -> None:
    county = dispatched(assists=(POLICE,))
    county.loop.sign(county.ticket_id, TOWN, by="陈主任")
    with pytest.raises(BadDecisionError, match="派出所 have not answered"):
        county.loop.complete(county.ticket_id, TOWN, by="陈主任", result="已劝阻")
    county.loop.waive(county.ticket_id, POLICE, by="调度员", why="无需出警")
    assert (
        county.loop.complete(county.ticket_id, TOWN, by="陈主任", result="已劝阻").status
        is Status.CALLBACK_DUE
    )
    assert county.owed()[0][1] is CallbackMethod.JOINT


def test_a_return_goes_to_another_body_and_the_third_one_is_designated(dispatched: Dispatched) -> None:
    county = dispatched()
    for old, new in ((TOWN, "公路部门"), ("公路部门", "住建部门")):
        county.give_back(old, new)
        assert county.ticket().status is Status.RETURN_REVIEW
        assert (
            county.loop.decide_return(county.ticket_id, by="调度员", why="属实", to=new).status
            is Status.DISPATCHED
        )
    with pytest.raises(BadDecisionError, match="was designated"):
        county.give_back("住建部门", TOWN)


def test_a_refused_return_designates_and_a_late_one_is_told(dispatched: Dispatched) -> None:
    county = dispatched()
    county.give_back(TOWN, "公路部门")
    county.loop.decide_return(county.ticket_id, by="调度员", why="就在辖区内", to=TOWN)
    with pytest.raises(BadDecisionError, match="was designated"):
        county.give_back(TOWN, "公路部门")
    late = dispatched()
    late.later(days=3)
    with pytest.raises(BadDecisionError, match="could be returned until 2026-01-13 18:00"):
        late.give_back(TOWN, "公路部门")


def test_more_time_keeps_the_original_moment_beside_the_new_one(dispatched: Dispatched) -> None:
    county = dispatched()
    until = county.clock + timedelta(days=20)
    county.loop.request_extension(county.ticket_id, TOWN, by="陈主任", why="连日降雨", until=until)
    county.loop.decide_extension(county.ticket_id, by="调度员", granted=True)
    with county.services.database.unit_of_work(write=False) as work:
        (part,) = work.loop.handlings.of_ticket(county.ticket_id)
    assert part.due == until
    assert part.original_due is not None
    assert part.original_due < until


def test_a_deferral_needs_a_plan_and_the_heads_approval(dispatched: Dispatched) -> None:
    county = dispatched()
    county.loop.sign(county.ticket_id, TOWN, by="陈主任")
    until = county.clock + timedelta(days=60)

    def defer(plan: str, approved_by: str) -> Ticket:
        said = {"by": "陈主任", "why": "等待立项"}
        return county.loop.defer(
            county.ticket_id, TOWN, plan=plan, until=until, approved_by=approved_by, **said
        )

    with pytest.raises(BadDecisionError, match="the plan is empty"):
        defer("", "书记")
    with pytest.raises(BadDecisionError, match="the head of the unit approves"):
        defer("先设警示牌", "陈主任")
    assert defer("先设警示牌", "书记").status is Status.DEFERRED
    assert county.loop.resume(county.ticket_id, by="陈主任", why="已立项").status is Status.HANDLING


def test_a_supervised_body_owes_an_answer_and_an_urged_one_does_not(dispatched: Dispatched) -> None:
    county = dispatched()
    for kind in PressureKind:
        county.loop.press(county.ticket_id, TOWN, by="督查室", why="临近到期", kind=kind)
    with county.services.database.unit_of_work(write=False) as work:
        found = {one.kind: one.answer_due for one in work.loop.pressures.of_ticket(county.ticket_id)}
    assert found[PressureKind.URGE] is None
    assert str(found[PressureKind.SUPERVISE]) == "2026-01-15"


def test_a_guarded_ticket_is_called_back_by_phone_and_never_by_the_village(dispatched: Dispatched) -> None:
    county = dispatched(flags=frozenset({Flag.RECUSAL}))
    county.done()
    with county.services.database.unit_of_work(write=False) as work:
        (owed,) = work.loop.callbacks.of_ticket(county.ticket_id)
    assert (owed.method, owed.because[0].rule) == (CallbackMethod.AUXILIARY, "M1")


def test_what_came_back_is_reopened_and_its_row_of_the_ledger_too(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)
    assert county.loop.reopen(county.ticket_id, by="调度员", why="又坏了").status is Status.REHANDLING
    with county.services.database.unit_of_work(write=False) as work:
        entry = work.loop.ledger.find([county.ticket_id])[county.ticket_id]
    assert entry.closed_at is None
    with county.services.database.unit_of_work(write=False) as work:
        assert work.events.broken()[1] == []


def test_the_check_finds_nothing_in_a_ledger_that_people_used(dispatched: Dispatched) -> None:
    county = dispatched()
    county.done()
    county.loop.call_back(county.ticket_id, BAD, by="李委员", channel=FACE, team=PAIR)
    county.later(days=1)
    assert county.done().status is Status.CALLBACK_DUE
    county.loop.call_back(county.ticket_id, GOOD, by="李委员", channel=FACE, team=PAIR)
    assert county.ticket().status is Status.CLOSED
    report = check_ledger(county.services.database)
    assert (report.left, report.done["chain breaks"]) == ((), 0)


def test_the_check_names_a_ticket_that_was_closed_behind_the_services_back(dispatched: Dispatched) -> None:
    county = dispatched()
    with county.services.database.unit_of_work() as work:
        work.tickets.save(replace(county.ticket(), status=Status.CLOSED))
    report = check_ledger(county.services.database)
    assert [left.reason.rule for left in report.left] == ["I1"]
