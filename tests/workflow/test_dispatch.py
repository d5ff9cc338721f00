"""Located, assigned, decided by hand; and what never reaches a village."""

import pytest

from geo_service.errors import BadDecisionError, ChangedMeanwhileError, WrongStatusError
from geo_service.services import Services
from geo_service.tickets.model import Flag, RequestKind, Source
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import VisitStatus
from tests.toy_county import CODES
from tests.workflow.conftest import Receive, stored

MARKET_TEXT = "东海街道炎龙村望海楼市场门口早上摊贩乱摆乱卖，占了大半条路。"


def visits(services: Services, ticket_id: str) -> list[object]:
    with services.database.unit_of_work(write=False) as work:
        return list(work.visits.of_ticket(ticket_id))


def test_a_sure_place_gets_its_committee_and_a_visit(services: Services, receive: Receive) -> None:
    ticket = receive(MARKET_TEXT)
    services.geocode()
    services.assign()
    after = stored(services, ticket)
    assert after.status is Status.READY
    assert after.visit_body is not None
    assert after.visit_body.unit_code == CODES["B"]
    assert after.visit_body.source is Source.AUTO
    assert after.handling_body is not None
    assert not after.handling_body.confirmed
    assert len(visits(services, ticket.id)) == 1


def test_an_ambiguous_name_waits_with_every_candidate(services: Services, receive: Receive) -> None:
    ticket = receive("竹林村进村大道路灯全部不亮，请求维修。")
    report = services.geocode()
    after = stored(services, ticket)
    assert after.status is Status.LOCATING
    assert {place.unit_code for place in after.candidates} == {CODES["G"], CODES["J"]}
    assert [left.ticket_id for left in report.left] == [ticket.id]


def test_a_dispatcher_decides_and_the_ticket_goes_on_at_once(services: Services, receive: Receive) -> None:
    ticket = receive("竹林村进村大道路灯全部不亮，请求维修。")
    services.geocode()
    services.confirm_place(ticket.id, unit_code=CODES["J"], reason="电话问过来电人", by="dispatcher")
    after = stored(services, ticket)
    assert after.status is Status.READY
    assert after.issue_place is not None
    assert after.issue_place.unit_code == CODES["J"]
    assert after.issue_place.source is Source.MANUAL
    assert after.visit_body is not None
    with services.database.unit_of_work(write=False) as work:
        told = [event.reason.values.get("why") for event in work.events.of_ticket(ticket.id)]
    assert "电话问过来电人" in told


def test_a_person_can_say_that_the_committee_must_not_see_it(services: Services, receive: Receive) -> None:
    ticket = receive("竹林村进村大道路灯全部不亮，请求维修。")
    services.geocode()
    after = services.confirm_place(
        ticket.id, unit_code=CODES["J"], reason="来电人说的就是村干部", by="dispatcher", recuse=True
    )
    assert after.status is Status.READY
    assert Flag.RECUSAL in stored(services, ticket).flags
    assert after.visit_body is None
    assert not visits(services, ticket.id)
    with services.database.unit_of_work(write=False) as work:
        told = [event.reason.text() for event in work.events.of_ticket(ticket.id)]
    assert any("about the committee or its people" in line for line in told)


def test_a_decision_needs_its_reason_and_a_real_unit(services: Services, receive: Receive) -> None:
    ticket = receive("竹林村进村大道路灯全部不亮，请求维修。")
    services.geocode()
    with pytest.raises(BadDecisionError):
        services.confirm_place(ticket.id, unit_code=CODES["J"], reason=" ", by="dispatcher")
    with pytest.raises(BadDecisionError):
        services.confirm_place(ticket.id, unit_code="999999999999", reason="听说", by="dispatcher")
    assert stored(services, ticket).status is Status.LOCATING


def test_the_second_dispatcher_is_told(services: Services, receive: Receive) -> None:
    ticket = receive("竹林村进村大道路灯全部不亮，请求维修。")
    services.geocode()
    services.confirm_place(ticket.id, unit_code=CODES["J"], reason="电话问过来电人", by="one")
    with pytest.raises(WrongStatusError):
        services.confirm_place(ticket.id, unit_code=CODES["G"], reason="我也问过", by="two")
    after = stored(services, ticket)
    assert after.issue_place is not None
    assert after.issue_place.unit_code == CODES["J"]


@pytest.mark.parametrize(
    ("content", "kind", "flag"),
    [
        ("炎龙村望海楼市场门口：炎龙村村委会主任收了摊位费不开票。", RequestKind.COMPLAINT, Flag.RECUSAL),
        (MARKET_TEXT + "要求保密，不要让村里知道是我反映的。", RequestKind.COMPLAINT, Flag.CONFIDENTIAL),
        (MARKET_TEXT, RequestKind.REPORT, Flag.CONFIDENTIAL),
    ],
)
def test_a_guarded_ticket_never_reaches_a_village(
    services: Services, receive: Receive, content: str, kind: RequestKind, flag: Flag
) -> None:
    ticket = receive(content, request_kind=kind)
    services.geocode()
    services.assign()
    services.plan()
    after = stored(services, ticket)
    assert flag in after.flags
    assert after.visit_body is None
    assert not visits(services, ticket.id)
    if after.status is Status.LOCATING:
        services.confirm_place(ticket.id, unit_code=CODES["B"], reason="人工确认", by="dispatcher")
    assert stored(services, ticket).visit_body is None
    assert not visits(services, ticket.id)


@pytest.mark.parametrize("kind", [RequestKind.ASSISTANCE, RequestKind.COMPLAINT, RequestKind.SUGGESTION])
def test_who_names_a_cadre_is_never_sent_to_the_village_by_a_machine(
    services: Services, receive: Receive, kind: RequestKind
) -> None:
    ticket = receive(
        "向阳社区书记上个月答应装路灯，东海街道炎龙村望海楼市场门口还是黑的。", request_kind=kind
    )
    services.geocode()
    services.assign()
    after = stored(services, ticket)
    assert after.visit_body is None
    assert after.status is Status.LOCATING or after.is_guarded


def test_an_emergency_leaves_at_once(services: Services, receive: Receive) -> None:
    ticket = receive("乌坎村路边一个煤气罐正在漏气，味道很大，旁边有人在做饭，快派人来！")
    services.geocode()
    after = stored(services, ticket)
    assert after.status is Status.TRANSFERRED_OUT
    services.assign()
    assert not visits(services, ticket.id)


def test_a_confirmed_handling_body_dispatches(services: Services, receive: Receive) -> None:
    ticket = receive(MARKET_TEXT)
    services.geocode()
    services.assign()
    after = services.confirm_handling(ticket.id, by="dispatcher")
    assert after.status is Status.DISPATCHED
    assert after.handling_body is not None
    assert after.handling_body.confirmed
    with pytest.raises(WrongStatusError):
        services.confirm_handling(ticket.id, by="dispatcher")


def test_a_confirmation_keeps_its_words_and_counts_only_for_the_body_that_was_seen(
    services: Services, receive: Receive
) -> None:
    ticket = receive(MARKET_TEXT)
    services.geocode()
    services.assign()
    with pytest.raises(ChangedMeanwhileError):
        services.confirm_handling(ticket.id, by="dispatcher", seen="另一个单位")
    body = stored(services, ticket).handling_body
    assert body is not None
    services.confirm_handling(ticket.id, by="dispatcher", why="与王女士13800000000核实", seen=body.name)
    with services.database.unit_of_work(write=False) as work:
        last = work.events.of_ticket(ticket.id)[-1]
    assert last.status is Status.DISPATCHED
    assert "核实" in str(last.reason.values["why"])
    assert "13800000000" not in str(last.reason.values["why"])


def test_a_ticket_of_another_county_goes_back_when_a_person_says_so(
    services: Services, receive: Receive
) -> None:
    ticket = receive("反映海丰县城东镇菜市场旁边占道经营严重，影响通行。")
    services.geocode()
    assert stored(services, ticket).status is Status.LOCATING
    after = services.transfer_out(ticket.id, reason="属海丰县", by="dispatcher")
    assert after.status is Status.TRANSFERRED_OUT


def test_a_visit_names_the_place_and_never_the_caller(services: Services, receive: Receive) -> None:
    receive("王女士，电话13800000000，" + MARKET_TEXT)
    services.geocode()
    services.assign()
    with services.database.unit_of_work(write=False) as work:
        visit = next(iter(work.visits.by_status(VisitStatus.PLANNED)))
    assert visit.label == "望海楼市场"
    assert "王" not in visit.note
