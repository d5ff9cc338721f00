"""The chain of events shows every change that was made outside the service."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from geo_service.storage import Database
from geo_service.tickets.reasons import Reason
from tests.storage.samples import NOW, a_ticket

REASON = Reason("L1", "{n} of {day}, {share}", {"n": 3, "day": NOW.date(), "share": 0.5})
GUARDS = ("events_no_update", "events_no_delete")


@pytest.fixture
def written(database: Database) -> Database:
    """Return a database in which five things happened to two tickets."""
    tickets = [a_ticket("1"), a_ticket("2")]
    with database.unit_of_work() as work:
        work.tickets.add_many(tickets)
        work.events.add_many(
            ticket.happened(at=NOW + timedelta(minutes=n), by="李委员", reason=REASON)
            for n, ticket in enumerate((*tickets, *tickets))
        )
    with database.unit_of_work() as work:
        work.events.add_many([tickets[0].happened(at=NOW, by="陈主任", reason=REASON)])
    return database


def test_an_untouched_chain_holds_through_every_event(written: Database) -> None:
    with written.unit_of_work(write=False) as work:
        assert work.events.broken() == (5, [])


@pytest.mark.parametrize(
    ("tampering", "breaks"),
    [
        ("UPDATE events SET by = '别人' WHERE seq = 2", [2]),
        ("DELETE FROM events WHERE seq = 3", [4]),
        ("UPDATE events SET digest = '0' WHERE seq = 4", [4, 5]),
    ],
)
def test_what_was_changed_or_removed_breaks_the_chain_there(
    written: Database, tampering: str, breaks: list[int]
) -> None:
    with written._transaction(write=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        for guard in GUARDS:
            connection.execute(text(f"DROP TRIGGER {guard}" + ("" if is_sqlite else " ON events")))
        statement = tampering if is_sqlite else tampering.replace(" by ", ' "by" ')
        connection.execute(text(statement))
    with written.unit_of_work(write=False) as work:
        assert work.events.broken()[1] == breaks
