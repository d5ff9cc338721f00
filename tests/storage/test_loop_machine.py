"""Whatever people do, in whatever order, legal or not: the ledger keeps its promises, on both databases."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from geo_service.errors import BadDecisionError, WrongStatusError
from geo_service.loop import Loop
from geo_service.storage import Database
from geo_service.tickets.callback_methods import MethodTable
from geo_service.tickets.callbacks import (
    Answers,
    AttemptResult,
    ContactChannel,
    DissatisfactionReason,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.deadlines import COUNTY_TIME, Calendar
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.model import Flag, HandlingBody, Requester
from geo_service.tickets.service_limits import ServiceLimits
from geo_service.tickets.statuses import Status
from geo_service.workflow.checking import check_ledger
from geo_service.workflow.decisions import LoopRules
from geo_service.workflow.dispatch import confirm_handling
from tests.storage.samples import a_ticket

RULES = LoopRules(ServiceLimits.shipped(Calendar.shipped()), MethodTable.shipped())
BODIES = ("街道办", "派出所", "公路部门")
PEOPLE = ("甲", "乙", "丙")
NUMBERS = count()
REFUSALS = (BadDecisionError, WrongStatusError)

answers = st.builds(
    Answers,
    st.sampled_from(Respondent),
    st.sampled_from(Resolved),
    st.none() | st.sampled_from(Satisfaction),
    st.none() | st.sampled_from(DissatisfactionReason),
)


class Office(RuleBasedStateMachine):
    """A few people and one ticket at a time, doing anything at any moment."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = datetime(2026, 1, 12, 9, tzinfo=COUNTY_TIME)
        self.loop = Loop(self.database, RULES, lambda: self.clock)
        self.ticket_id = ""

    @initialize(
        flags=st.sets(st.sampled_from([Flag.RECUSAL, Flag.ANONYMOUS, Flag.NO_REPLY, Flag.CALLER_AWAY])),
        assists=st.sets(st.sampled_from(BODIES[1:])),
        phone=st.sampled_from(["", "13800001234"]),
    )
    def dispatch(self, flags: set[Flag], assists: set[str], phone: str) -> None:
        """Begin with a dispatched ticket."""
        ticket = replace(
            a_ticket(f"M{next(NUMBERS)}"),
            status=Status.READY,
            flags=frozenset(flags),
            requester=Requester("王小明", phone),
            handling_body=HandlingBody(BODIES[0], assists=tuple(sorted(assists))),
        )
        with self.database.unit_of_work() as work:
            work.tickets.add_many([ticket])
        self.ticket_id = ticket.id
        confirm_handling(self.database, ticket.id, RULES, by="调度员", now=self.clock)

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 9, 24 * 40]))
    def wait(self, hours: int) -> None:
        """Turn the clock."""
        self.clock += timedelta(hours=hours)

    @rule(body=st.sampled_from(BODIES), by=st.sampled_from(PEOPLE))
    def sign(self, body: str, by: str) -> None:
        """Sign."""
        with suppress(*REFUSALS):
            self.loop.sign(self.ticket_id, body, by=by)

    @rule(body=st.sampled_from(BODIES), by=st.sampled_from(PEOPLE), result=st.sampled_from(["", "已办理"]))
    def complete(self, body: str, by: str, result: str) -> None:
        """Finish."""
        with suppress(*REFUSALS):
            self.loop.complete(self.ticket_id, body, by=by, result=result)

    @rule(body=st.sampled_from(BODIES), why=st.sampled_from(["", "无需"]))
    def waive(self, body: str, why: str) -> None:
        """Go on without a body."""
        with suppress(*REFUSALS):
            self.loop.waive(self.ticket_id, body, by="调度员", why=why)

    @rule(body=st.sampled_from(BODIES), suggested=st.sampled_from(BODIES))
    def give_back(self, body: str, suggested: str) -> None:
        """Return it."""
        with suppress(*REFUSALS):
            self.loop.request_return(self.ticket_id, body, by="甲", why="不属", suggested=suggested)

    @rule(to=st.none() | st.sampled_from(BODIES))
    def decide_return(self, to: str | None) -> None:
        """Decide the return."""
        with suppress(*REFUSALS):
            self.loop.decide_return(self.ticket_id, by="调度员", why="属实", to=to)

    @rule(days=st.integers(-3, 90))
    def defer(self, days: int) -> None:
        """Put it aside."""
        with suppress(*REFUSALS):
            self.loop.defer(
                self.ticket_id,
                BODIES[0],
                by="甲",
                why="待立项",
                plan="警示",
                until=self.clock + timedelta(days=days),
                approved_by="书记",
            )

    @rule()
    def resume(self) -> None:
        """Take it up again."""
        with suppress(*REFUSALS):
            self.loop.resume(self.ticket_id, by="甲", why="已立项")

    @rule(result=st.sampled_from(AttemptResult))
    def attempt(self, result: AttemptResult) -> None:
        """Call in vain."""
        with suppress(*REFUSALS):
            self.loop.attempt(self.ticket_id, by="甲", channel=ContactChannel.PHONE, result=result)

    @rule(answers=answers, channel=st.sampled_from(ContactChannel), team=st.sets(st.sampled_from(PEOPLE)))
    def call_back(self, answers: Answers, channel: ContactChannel, team: set[str]) -> None:
        """Call back."""
        with suppress(*REFUSALS):
            self.loop.call_back(self.ticket_id, answers, by="乙", channel=channel, team=sorted(team))

    @rule()
    def contact(self) -> None:
        """Speak during the works."""
        with suppress(*REFUSALS):
            self.loop.contact(self.ticket_id, by="乙", words="说明工期", channel=ContactChannel.PHONE)

    @rule()
    def to_review(self) -> None:
        """Send it to review."""
        with suppress(*REFUSALS):
            self.loop.send_to_review(self.ticket_id, by="乙", why="不需回复")

    @rule(
        by=st.sampled_from([*PEOPLE, "复核员"]),
        to=st.sampled_from(Status),
        closure=st.none() | st.sampled_from(ClosureReason),
    )
    def review(self, by: str, to: Status, closure: ClosureReason | None) -> None:
        """Decide the closing."""
        with suppress(*REFUSALS):
            self.loop.review(self.ticket_id, by=by, why="复核", to=to, closure=closure)

    @rule()
    def reopen(self) -> None:
        """Reopen it."""
        with suppress(*REFUSALS):
            self.loop.reopen(self.ticket_id, by="调度员", why="反弹")

    @rule()
    def archive(self) -> None:
        """Archive what is over."""
        self.loop.archive()

    def teardown(self) -> None:
        """Look at everything that was left behind."""
        found = check_ledger(self.database)
        assert [(left.reason.rule, left.reason.text()) for left in found.left] == []
        assert not found.notes


def test_no_order_of_decisions_breaks_a_promise(database: Database, request: pytest.FixtureRequest) -> None:
    machine = type("OfficeHere", (Office,), {"database": database})
    runs = 6 if "postgresql" in request.node.name else 20
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
