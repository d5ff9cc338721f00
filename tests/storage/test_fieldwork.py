"""Visits that are owed, rounds that are planned and planned again."""

from dataclasses import replace
from datetime import date

import pytest

from geo_service.errors import ChangedMeanwhileError, UnknownRoundError
from geo_service.storage import Database
from geo_service.tickets.visits import VisitStatus
from tests.storage.samples import BECAUSE, a_round, a_ticket, a_visit

TICKETS = [a_ticket(f"LF{n}") for n in range(3)]
VISITS = [a_visit(ticket, due=date(2026, 1, 9 - n)) for n, ticket in enumerate(TICKETS)]


@pytest.fixture
def owed(database: Database) -> Database:
    """Return a database in which three visits are owed."""
    with database.unit_of_work() as work:
        work.tickets.add_many(TICKETS)
        assert work.visits.add_many(VISITS) == 3
    return database


def test_visits_come_the_earliest_due_first(owed: Database) -> None:
    with owed.unit_of_work(write=False) as work:
        assert work.visits.by_status(VisitStatus.PLANNED) == VISITS[::-1]
        assert work.visits.by_status(VisitStatus.ROUTED) == []


def test_a_visit_owed_twice_stays_as_it_is(owed: Database) -> None:
    routed = replace(VISITS[0], status=VisitStatus.ROUTED)
    with owed.unit_of_work() as work:
        work.visits.save_many([routed])
        assert work.visits.add_many(VISITS) == 0
        assert work.visits.of_ticket(TICKETS[0].id) == [routed]


def test_a_saved_visit_takes_every_new_value(owed: Database) -> None:
    moved = replace(
        VISITS[0],
        unit_code="441581001215",
        due=date(2026, 2, 1),
        lon=115.6,
        lat=22.9,
        label="新华路",
        note="噪声",
        status=VisitStatus.DONE,
        left_because=BECAUSE,
    )
    with owed.unit_of_work() as work:
        work.visits.save_many([moved])
        assert work.visits.by_status(VisitStatus.DONE) == [moved]
        work.visits.save_many([VISITS[0]])
        assert work.visits.of_ticket(TICKETS[0].id) == [VISITS[0]]


def test_rounds_are_found_by_id_day_and_ticket(owed: Database) -> None:
    afternoon = a_round(VISITS[2], half_day="PM")
    morning = a_round(VISITS[1], VISITS[0])
    tomorrow = a_round(VISITS[0], day=date(2026, 1, 7))
    with owed.unit_of_work() as work:
        work.rounds.add_many([tomorrow, afternoon, morning])
        assert work.rounds.all() == [morning, afternoon, tomorrow]
        assert work.rounds.on(date(2026, 1, 6)) == [morning, afternoon]
        assert work.rounds.of_ticket(TICKETS[0].id) == [morning, tomorrow]
        assert work.rounds.get(tomorrow.id) == tomorrow
        with pytest.raises(UnknownRoundError, match="there is no round X"):
            work.rounds.get("X")


def test_a_half_day_has_one_round(owed: Database) -> None:
    with owed.unit_of_work() as work:
        work.rounds.add_many([a_round(VISITS[0])])
        with pytest.raises(ChangedMeanwhileError, match="already has a round on 2026-01-06 AM"):
            work.rounds.add_many([a_round(VISITS[1])])
        assert work.rounds.all() == [a_round(VISITS[0])]


def test_a_deleted_round_leaves_its_visits(owed: Database) -> None:
    morning = a_round(*VISITS)
    with owed.unit_of_work() as work:
        work.rounds.add_many([morning])
        work.rounds.delete([morning.id])
        work.rounds.delete([])
        assert work.rounds.all() == []
        assert work.rounds.of_ticket(TICKETS[0].id) == []
        work.rounds.add_many([morning])
        assert work.visits.by_status(VisitStatus.PLANNED) == VISITS[::-1]


def test_new_drafts_never_replace_a_round_that_has_set_out(owed: Database) -> None:
    walked, draft = a_round(VISITS[0]), a_round(VISITS[1], half_day="PM")
    new = a_round(VISITS[1], VISITS[2], half_day="PM")
    with owed.unit_of_work() as work:
        work.rounds.add_many([walked, draft])
        work.visits.save_many([replace(VISITS[0], status=VisitStatus.ARRIVED)])
        work.rounds.replace_drafts([new])
        assert work.rounds.all() == [walked, new]
        with pytest.raises(ChangedMeanwhileError, match="already has a round"):
            work.rounds.replace_drafts([a_round(VISITS[2])])
