"""What is stored comes back as it was, from both databases."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.exc import StatementError

from geo_service.storage import Database
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from tests.storage.samples import BECAUSE, NOW, a_full_ticket, a_round, a_ticket, a_visit, some_findings


def stored(database: Database, ticket: Ticket) -> Ticket:
    """Store a ticket and read it back."""
    with database.unit_of_work() as work:
        work.tickets.add_many([ticket])
    with database.unit_of_work(write=False) as work:
        return work.tickets.get(ticket.id)


def test_every_field_of_a_ticket_comes_back(database: Database) -> None:
    assert stored(database, a_full_ticket()) == a_full_ticket()


def test_the_full_ticket_leaves_no_field_at_its_default() -> None:
    plain, full = a_ticket(), a_full_ticket()
    untouched = {f.name for f in fields(Ticket) if getattr(plain, f.name) == getattr(full, f.name)}
    assert untouched == {"version"}, "a new field of Ticket: give it to the sample, a column and a migration"


def test_every_changed_field_of_a_ticket_comes_back(database: Database) -> None:
    before = a_full_ticket()
    plain = a_ticket(before.upstream_no, hours=3)
    after = replace(plain, source_system=before.source_system)
    stored(database, before)
    with database.unit_of_work() as work:
        saved = work.tickets.save(after)
    with database.unit_of_work(write=False) as work:
        assert work.tickets.get(before.id) == saved == replace(after, version=1)


def test_a_moment_comes_back_in_the_countys_time(database: Database) -> None:
    received = stored(database, a_ticket()).received_at
    assert (received, received.hour, received.utcoffset()) == (NOW, 8, timedelta(hours=8))


def test_a_moment_without_time_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 1, 5, 8, 30)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(StatementError, match="a moment without a time zone cannot be stored"):
        stored(database, replace(a_ticket(), received_at=naive))


def test_a_reason_may_hold_days_and_numbers_of_numpy(database: Database) -> None:
    values = {"due": date(2026, 1, 8), "n": np.int64(3), "p": np.float64(0.01)}
    ticket = replace(a_ticket(), geocode_because=(Reason("V1", "{n} by {due} ({p:.2f})", values),))
    assert stored(database, ticket).geocode_because[0].text() == "3 by 2026-01-08 (0.01)"


def test_a_reason_that_is_not_a_number_is_refused_by_both(database: Database) -> None:
    ticket = replace(a_ticket(), geocode_because=(Reason("V1", "{p}", {"p": float("nan")}),))
    with pytest.raises((StatementError, ValueError), match="not JSON compliant"):
        stored(database, ticket)


def test_events_come_back_oldest_first(database: Database) -> None:
    ticket = a_ticket()
    first, second, third = (
        ticket.happened(at=NOW + timedelta(minutes=minutes), by=by, reason=BECAUSE)
        for minutes, by in ((0, "import"), (5, "geocode"), (5, "王调度"))
    )
    stored(database, ticket)
    with database.unit_of_work() as work:
        work.events.add_many([second, third])
        work.events.add_many([first])
        work.events.add_many([])
    with database.unit_of_work(write=False) as work:
        assert work.events.of_ticket(ticket.id) == [first, second, third]
        assert work.events.of_ticket("another") == []


def test_visits_and_rounds_come_back(database: Database) -> None:
    ticket = a_ticket()
    visit = a_visit(ticket, lon=115.64, lat=22.95, label="水墘综合市场", note="占道", left_because=BECAUSE)
    stored(database, ticket)
    with database.unit_of_work() as work:
        work.visits.add_many([visit])
        work.rounds.add_many([a_round(visit), a_round(half_day="PM")])
    with database.unit_of_work(write=False) as work:
        assert work.visits.of_ticket(ticket.id) == [visit]
        assert work.rounds.all() == [a_round(visit), a_round(half_day="PM")]


def test_findings_come_back_and_a_new_search_replaces_them(database: Database) -> None:
    later = some_findings(found_at=datetime(2026, 2, 1, tzinfo=UTC))
    with database.unit_of_work() as work:
        assert work.findings.latest() is None
        work.findings.store(some_findings())
        assert work.findings.latest() == some_findings()
        work.findings.store(replace(later, places=(), areas=later.areas[:1]))
        assert work.findings.latest() == replace(later, places=(), areas=later.areas[:1])
