"""A place pointed out on the map: what would follow, what is stored, and what may no longer be changed."""

from dataclasses import replace

import pytest

from boundaries import LonLat
from geo_service.errors import BadDecisionError, ChangedMeanwhileError, WrongStatusError
from geo_service.services import Services
from geo_service.tickets.model import Flag, Source, Ticket
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitStatus
from geo_service.workflow.correcting import PointedOut
from tests.toy_county import CODES, place_in
from tests.workflow.conftest import Receive, stored

MARKET_TEXT = "东海街道炎龙村望海楼市场门口早上摊贩乱摆乱卖，占了大半条路。"
IN_C = place_in("C", east_m=100.0)


def visits(services: Services, ticket: Ticket) -> list[Visit]:
    with services.database.unit_of_work(write=False) as work:
        return work.visits.of_ticket(ticket.id)


def told(services: Services, ticket: Ticket) -> list[str]:
    with services.database.unit_of_work(write=False) as work:
        return [f"{event.by}: {event.reason.text()}" for event in work.events.of_ticket(ticket.id)]


@pytest.fixture
def ready(services: Services, receive: Receive) -> Ticket:
    """Return a ticket that is READY in village B, with a visit on a drafted round."""
    ticket = receive(MARKET_TEXT)
    services.geocode()
    services.assign()
    services.plan()
    return stored(services, ticket)


def test_a_point_says_village_odds_border_and_committee_before_anything_is_stored(
    services: Services, ready: Ticket
) -> None:
    seen = services.corrections.foresee(ready.id, PointedOut(IN_C, 30.0))
    assert seen.unit.code == CODES["C"]
    assert seen.probability is not None
    assert seen.probability > 0.99
    assert seen.border_m is not None
    assert 400 < seen.border_m < 650
    assert seen.visit_body is not None
    assert seen.visit_body.unit_code == CODES["C"]
    assert seen.handling_body is not None
    assert seen.obstacle is None
    assert stored(services, ready) == ready
    near = services.corrections.foresee(ready.id, PointedOut(place_in("C", east_m=-505.0), 100.0))
    assert near.is_near_border
    assert near.probability is not None
    assert near.probability < 0.7


def test_a_ready_ticket_is_located_anew_with_who_why_and_from_where_to_where(
    services: Services, ready: Ticket
) -> None:
    after = services.corrections.correct(
        ready.id, PointedOut(IN_C, 10.0, seen=ready.version), reason="看地图确认", by="李某"
    )
    assert after.status is Status.READY
    place = after.issue_place
    assert place is not None
    assert (place.unit_code, place.level, place.source, place.sigma_m) == (
        CODES["C"],
        "POINT",
        Source.MANUAL,
        10.0,
    )
    assert LonLat(place.lon or 0, place.lat or 0) == pytest.approx(IN_C, abs=1e-6)
    assert after.visit_body is not None
    assert after.visit_body.unit_code == CODES["C"]
    (visit,) = visits(services, ready)
    assert (visit.unit_code, visit.status) == (CODES["C"], VisitStatus.PLANNED)
    with services.database.unit_of_work(write=False) as work:
        assert not work.rounds.of_ticket(ready.id)
    line = next(line for line in told(services, ready) if "corrected" in line)
    assert line.startswith("李某: ")
    assert "炎龙村" in line
    assert "六驿村" in line
    assert "看地图确认" in line


def test_a_dispatched_ticket_keeps_its_status_and_handler_and_changes_its_committee(
    services: Services, ready: Ticket
) -> None:
    services.confirm_handling(ready.id, by="dispatcher")
    before = stored(services, ready)
    after = services.corrections.correct(ready.id, PointedOut(IN_C), reason="来电人更正", by="dispatcher")
    assert after.status is Status.DISPATCHED
    assert after.handling_body == before.handling_body
    assert after.visit_body is not None
    assert after.visit_body.unit_code == CODES["C"]
    assert [one.unit_code for one in visits(services, ready)] == [CODES["C"]]


def test_nothing_changes_once_somebody_has_set_out(services: Services, ready: Ticket) -> None:
    with services.database.unit_of_work() as work:
        work.visits.save_many(
            replace(one, status=VisitStatus.EN_ROUTE) for one in work.visits.of_ticket(ready.id)
        )
    assert services.corrections.foresee(ready.id, PointedOut(IN_C)).obstacle is not None
    with pytest.raises(WrongStatusError, match="begun"):
        services.corrections.correct(ready.id, PointedOut(IN_C), reason="看地图确认", by="dispatcher")
    assert stored(services, ready) == ready


def test_a_handled_ticket_is_past_correcting(services: Services, ready: Ticket) -> None:
    with services.database.unit_of_work() as work:
        work.tickets.save(replace(ready, status=Status.HANDLING))
    with pytest.raises(WrongStatusError, match="no longer"):
        services.corrections.correct(ready.id, PointedOut(IN_C), reason="看地图确认", by="dispatcher")


def test_the_second_dispatcher_is_told_what_the_first_has_done(services: Services, ready: Ticket) -> None:
    services.corrections.correct(
        ready.id, PointedOut(IN_C, seen=ready.version), reason="看地图确认", by="李某"
    )
    with pytest.raises(ChangedMeanwhileError, match=r"李某.*六驿村"):
        services.corrections.correct(
            ready.id, PointedOut(place_in("D"), seen=ready.version), reason="电话核实", by="王某"
        )
    place = stored(services, ready).issue_place
    assert place is not None
    assert place.unit_code == CODES["C"]


@pytest.mark.parametrize("flag", [Flag.RECUSAL, Flag.CONFIDENTIAL])
@pytest.mark.parametrize("is_dispatched", [False, True])
def test_a_guarded_ticket_never_gets_a_committee_by_it(
    services: Services, ready: Ticket, flag: Flag, *, is_dispatched: bool
) -> None:
    if is_dispatched:
        services.confirm_handling(ready.id, by="dispatcher")
    with services.database.unit_of_work() as work:
        work.tickets.save(replace(work.tickets.get(ready.id), flags=frozenset({flag})))
    assert services.corrections.foresee(ready.id, PointedOut(IN_C)).visit_body is None
    after = services.corrections.correct(ready.id, PointedOut(IN_C), reason="看地图确认", by="dispatcher")
    assert after.visit_body is None
    assert all(one.status is VisitStatus.CANCELLED for one in visits(services, ready))


def test_recusing_while_pointing_takes_the_committee_away(services: Services, ready: Ticket) -> None:
    after = services.corrections.correct(
        ready.id, PointedOut(IN_C, recuse=True), reason="反映村干部", by="李某"
    )
    assert Flag.RECUSAL in after.flags
    assert after.visit_body is None


def test_a_unit_may_be_named_without_a_point(services: Services, ready: Ticket) -> None:
    pointed = PointedOut(None, unit_code=CODES["E"])
    assert services.corrections.foresee(ready.id, pointed).probability is None
    after = services.corrections.correct(ready.id, pointed, reason="问过镇里", by="dispatcher")
    assert after.issue_place is not None
    assert (after.issue_place.level, after.issue_place.lon) == ("VILLAGE", None)


@pytest.mark.parametrize(
    ("pointed", "why"),
    [
        (PointedOut(LonLat(115.0, 22.0)), "holds the point"),
        (PointedOut(None), "point at the map"),
        (PointedOut(IN_C, unit_code="441581999999"), "no unit"),
        (PointedOut(IN_C, unit_code=CODES["G"]), "choose one of the two"),
        (PointedOut(IN_C, sigma_m=-1.0), "metres"),
        (PointedOut(IN_C, sigma_m=float("nan")), "metres"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    services: Services, ready: Ticket, pointed: PointedOut, why: str
) -> None:
    with pytest.raises(BadDecisionError, match=why):
        services.corrections.foresee(ready.id, pointed)


def test_no_reason_no_correction(services: Services, ready: Ticket) -> None:
    with pytest.raises(BadDecisionError):
        services.corrections.correct(ready.id, PointedOut(IN_C), reason=" ", by="dispatcher")
