"""Rounds: from the office and back, kept when they exist, planned anew only when asked."""

from dataclasses import replace
from datetime import date

import pytest

from geo_service.errors import ChangedMeanwhileError
from geo_service.services import Services
from geo_service.tickets.model import Flag
from geo_service.tickets.visits import VisitStatus, WalkingRound
from tests.toy_county import place_in
from tests.workflow.conftest import Receive

TEXT = "东海街道炎龙村村道积水。"


def put_doors(receive: Receive, letter: str, count: int, text: str = TEXT) -> None:
    """Receive tickets with coordinates well inside a village."""
    for number in range(count):
        lon, lat = place_in(letter, east_m=60.0 * number - 200, north_m=40.0 * number - 150)
        receive(text, lon=lon, lat=lat)


def rounds_of(services: Services) -> list[WalkingRound]:
    with services.database.unit_of_work(write=False) as work:
        return work.rounds.all()


def test_a_village_with_many_doors_gets_rounds_of_at_most_eight(services: Services, receive: Receive) -> None:
    put_doors(receive, "B", 10)
    services.geocode()
    services.assign()
    report = services.plan()
    assert report.done["on a round"] == 10
    assert max(len(walk.stops) for walk in rounds_of(services)) <= 8
    assert [stop.seq for stop in rounds_of(services)[0].stops] == [
        *range(1, len(rounds_of(services)[0].stops) + 1)
    ]


def test_planning_again_changes_nothing_unless_asked(services: Services, receive: Receive) -> None:
    put_doors(receive, "B", 3)
    services.geocode()
    services.assign()
    services.plan()
    first = rounds_of(services)
    assert services.plan().done["rounds"] == 0
    assert rounds_of(services) == first
    put_doors(receive, "B", 2)
    services.geocode()
    services.assign()
    services.plan(again=True)
    assert sum(len(walk.stops) for walk in rounds_of(services)) == 5


def test_a_committee_walks_only_in_its_own_village(services: Services, receive: Receive) -> None:
    put_doors(receive, "B", 2)
    put_doors(receive, "F", 2, "上海村旁边的路灯不亮。")
    services.geocode()
    services.assign()
    services.plan()
    with services.database.unit_of_work(write=False) as work:
        unit = {visit.id: visit.unit_code for visit in work.visits.by_status(VisitStatus.ROUTED)}
    assert unit
    assert all(unit[stop.visit_id] == walk.unit_code for walk in rounds_of(services) for stop in walk.stops)


def test_no_round_falls_on_a_holiday(services: Services, receive: Receive) -> None:
    put_doors(receive, "B", 2)
    services.geocode()
    services.assign()
    services.plan(first_day=date(2026, 2, 15))
    assert {walk.date for walk in rounds_of(services)} == {date(2026, 2, 24)}


def test_a_ticket_without_a_point_is_called_first(services: Services, receive: Receive) -> None:
    ticket = receive("东海街道炎龙村希望多装几盏路灯。")
    services.geocode()
    services.assign()
    (left,) = services.plan().left
    assert left.ticket_id == ticket.id
    assert left.reason.rule == "R2"


def planned_village(services: Services, receive: Receive) -> list[WalkingRound]:
    """Return the rounds of three doors in B."""
    put_doors(receive, "B", 3)
    services.geocode()
    services.assign()
    services.plan()
    return rounds_of(services)


def routed(services: Services) -> set[str]:
    with services.database.unit_of_work(write=False) as work:
        return {visit.id for visit in work.visits.by_status(VisitStatus.ROUTED)}


def test_planning_anew_that_is_cut_off_leaves_the_rounds_as_they_were(
    services: Services, receive: Receive
) -> None:
    rounds, visits = planned_village(services, receive), routed(services)

    def power_fails(_done: int, _total: int) -> None:
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        services.plan(again=True, progress=power_fails)
    assert rounds_of(services) == rounds
    assert routed(services) == visits


def test_planning_anew_to_the_same_end_is_no_event(services: Services, receive: Receive) -> None:
    rounds = planned_village(services, receive)
    with services.database.unit_of_work(write=False) as work:
        before = [work.events.of_ticket(ticket.id) for ticket in work.tickets.all()]
    services.plan(again=True)
    assert rounds_of(services) == rounds
    with services.database.unit_of_work(write=False) as work:
        assert [work.events.of_ticket(ticket.id) for ticket in work.tickets.all()] == before


def test_a_pair_that_sets_out_while_others_plan_keeps_its_round(services: Services, receive: Receive) -> None:
    rounds = planned_village(services, receive)

    def sets_out(_done: int, _total: int) -> None:
        with services.database.unit_of_work() as work:
            first = work.visits.by_status(VisitStatus.ROUTED)[0]
            work.visits.save_many([replace(first, status=VisitStatus.EN_ROUTE)])

    with pytest.raises(ChangedMeanwhileError, match="plan again"):
        services.plan(again=True, progress=sets_out)
    assert rounds_of(services) == rounds
    services.plan(again=True)
    assert rounds_of(services) == rounds


def test_a_visit_taken_off_its_round_is_open_again_and_says_why(services: Services, receive: Receive) -> None:
    planned_village(services, receive)
    with services.database.unit_of_work() as work:
        visits = work.visits.by_status(VisitStatus.ROUTED)
        work.visits.save_many(replace(visit, lon=None, lat=None) for visit in visits)
    assert services.plan(again=True).done["left out"] == 3
    assert not rounds_of(services)
    with services.database.unit_of_work(write=False) as work:
        assert {visit.status for visit in work.visits.of_ticket(visits[0].ticket_id)} == {VisitStatus.PLANNED}
        assert work.events.of_ticket(visits[0].ticket_id)[-1].reason.rule == "R2"


@pytest.mark.parametrize("again", [False, True])
def test_a_ticket_that_became_confidential_loses_its_visit_and_its_stop(
    services: Services, receive: Receive, *, again: bool
) -> None:
    put_doors(receive, "B", 2)
    services.geocode()
    services.assign()
    if again:
        services.plan()
    with services.database.unit_of_work() as work:
        ticket = next(work.tickets.all())
        work.tickets.save(replace(ticket, flags=frozenset({Flag.CONFIDENTIAL})))
    services.plan(again=again)
    assert ticket.id not in {stop.ticket_id for walk in rounds_of(services) for stop in walk.stops}
    with services.database.unit_of_work(write=False) as work:
        assert [visit.status for visit in work.visits.of_ticket(ticket.id)] == [VisitStatus.CANCELLED]
