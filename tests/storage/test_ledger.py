"""Finding tickets again: by number, by status, page by page."""

import traceback
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo_service.errors import ChangedMeanwhileError, UnknownTicketError
from geo_service.storage import Database, TicketFilter
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from tests.storage.samples import BECAUSE, NOW, a_full_ticket, a_place, a_ticket

CITY, MARKET = a_place(), a_place(None, "441581003", "甲子镇")
FIVE = (
    a_ticket("LF9", hours=0, category="城乡建设"),
    a_ticket("LF10", hours=1, category="城乡建设/占道经营", place=CITY, status=Status.READY),
    a_ticket("LF11", hours=1, category="城乡建设/噪声", place=MARKET, status=Status.READY),
    a_ticket("lf12", hours=2, category="城乡建设(旧)", geocode_status="AMBIGUOUS", status=Status.LOCATING),
    a_ticket("DH10", hours=1, category="农村农业", place=CITY, status=Status.CLOSED),
)


@pytest.fixture
def five(database: Database) -> Database:
    """Return a database that holds the five."""
    with database.unit_of_work() as work:
        assert work.tickets.add_many(FIVE) == 5
    return database


def numbers(tickets: list[Ticket] | tuple[Ticket, ...]) -> list[str]:
    return [ticket.upstream_no for ticket in tickets]


def test_known_tells_the_hotlines_status_of_stored_numbers(database: Database) -> None:
    with database.unit_of_work() as work:
        work.tickets.add_many(a_ticket(f"N{n}", upstream_status=f"S{n}") for n in range(1_203))
        asked = [f"N{n}" for n in range(0, 2_400, 2)]
        known = work.tickets.known("12345", asked)
        assert known == {f"N{n}": f"S{n}" for n in range(0, 1_203, 2)}
        assert work.tickets.known("another hotline", asked) == {}


@pytest.mark.parametrize("before", [0, 1_100])
def test_a_ticket_stored_already_stops_the_whole_lot(five: Database, before: int) -> None:
    new = [a_ticket(f"N{n}") for n in range(before)]
    with five.unit_of_work() as work:
        with pytest.raises(ChangedMeanwhileError, match="ticket LF10 is stored already"):
            work.tickets.add_many([*new, a_ticket("LF98"), FIVE[1]])
        with pytest.raises(ChangedMeanwhileError, match="ticket LF99 is stored already"):
            work.tickets.add_many([a_ticket("LF98"), a_ticket("LF99"), a_ticket("LF99")])
    with five.unit_of_work(write=False) as work:
        assert sum(work.tickets.counts().values()) == 5


def test_an_error_never_quotes_a_caller(five: Database) -> None:
    ticket = a_full_ticket()
    with five.unit_of_work() as work, pytest.raises(ChangedMeanwhileError) as caught:
        work.tickets.add_many([ticket, ticket])
    told = "".join(traceback.format_exception(caught.value))
    assert "IntegrityError" in told
    assert ticket.requester.name not in told


def test_an_unknown_ticket_is_named(database: Database) -> None:
    with database.unit_of_work() as work:
        with pytest.raises(UnknownTicketError, match="there is no ticket abc"):
            work.tickets.get("abc")
        with pytest.raises(UnknownTicketError, match=f"there is no ticket {FIVE[0].id}"):
            work.tickets.save(FIVE[0])
        assert work.tickets.find({"abc"}) == {}


def test_by_status_gives_the_oldest_first_then_the_number(five: Database) -> None:
    with five.unit_of_work(write=False) as work:
        waiting = work.tickets.by_status(Status.READY, Status.LOCATING, Status.CLOSED)
        assert numbers(waiting) == ["DH10", "LF10", "LF11", "lf12"]
        assert work.tickets.by_status(Status.ARCHIVED) == []


def test_numbers_sort_alike_whatever_language_the_server_speaks(database: Database) -> None:
    with database.unit_of_work() as work:
        work.tickets.add_many([a_ticket("b2"), a_ticket("a1"), a_ticket("B1", category="乙"), a_ticket("Z")])
        assert numbers(work.tickets.by_status(Status.RECEIVED)) == ["B1", "Z", "a1", "b2"]
        beginning = work.tickets.page(TicketFilter(number="a"), number=1, size=10)
        assert numbers(beginning.tickets) == ["a1"]


def test_all_streams_in_order_while_its_tickets_are_saved(database: Database) -> None:
    with database.unit_of_work() as work:
        work.tickets.add_many(a_ticket(f"N{n:04}", hours=-(n // 7)) for n in range(2_001))
        seen = []
        for ticket in work.tickets.all():
            seen.append((ticket.received_at, ticket.upstream_no))
            if len(seen) % 500 == 0:
                work.tickets.save(replace(ticket, status=Status.LOCATING))
        assert seen == sorted(seen)
        assert len(set(seen)) == 2_001
        assert work.tickets.counts()[Status.LOCATING] == 4


FOUND: tuple[tuple[TicketFilter, list[str]], ...] = (
    (TicketFilter(), ["lf12", "LF11", "LF10", "DH10", "LF9"]),
    (TicketFilter(number="LF1"), ["LF11", "LF10"]),
    (TicketFilter(number="%"), []),
    (TicketFilter(status=Status.READY), ["LF11", "LF10"]),
    (TicketFilter(category="城乡建设"), ["LF11", "LF10", "LF9"]),
    (TicketFilter(category="城乡建设/噪声"), ["LF11"]),
    (TicketFilter(town_code="441581003"), ["LF11"]),
    (TicketFilter(unit_code="441581001214"), ["LF10", "DH10"]),
    (TicketFilter(geocode_status="AMBIGUOUS"), ["lf12"]),
    (TicketFilter(unit_code="441581001214", number="LF"), ["LF10"]),
)


def test_a_page_shows_what_fits_newest_first(five: Database) -> None:
    with five.unit_of_work(write=False) as work:
        pages = [(wanted, work.tickets.page(wanted, number=1, size=10)) for wanted, _ in FOUND]
    assert [(wanted, numbers(page.tickets)) for wanted, page in pages] == list(FOUND)
    assert [page.total for _, page in pages] == [len(expected) for _, expected in FOUND]


def test_pages_follow_each_other_and_end(five: Database) -> None:
    with five.unit_of_work(write=False) as work:
        pages = [work.tickets.page(TicketFilter(), number=number, size=2) for number in (1, 2, 3, 4)]
    assert [numbers(page.tickets) for page in pages] == [["lf12", "LF11"], ["LF10", "DH10"], ["LF9"], []]
    assert {page.total for page in pages} == {5}


def test_a_page_moves_with_the_issues_place(five: Database) -> None:
    with five.unit_of_work() as work:
        work.tickets.save(replace(FIVE[1], places=(MARKET,)))
        moved = work.tickets.page(TicketFilter(town_code="441581003"), number=1, size=10)
    assert numbers(moved.tickets) == ["LF11", "LF10"]


def test_choices_are_what_stands_there(five: Database) -> None:
    with five.unit_of_work(write=False) as work:
        assert work.tickets.choices("status") == ["CLOSED", "LOCATING", "READY", "RECEIVED"]
        assert work.tickets.choices("category") == sorted({ticket.category for ticket in FIVE})
        assert work.tickets.choices("geocode_status") == ["AMBIGUOUS"]
        assert work.tickets.choices("unit_code") == ["441581001214"]
        assert work.tickets.choices("town_name") == ["东海街道", "甲子镇"]
        assert work.tickets.towns() == {"441581001": "东海街道", "441581003": "甲子镇"}


def test_counts_name_every_status(five: Database) -> None:
    with five.unit_of_work(write=False) as work:
        counts = work.tickets.counts()
    assert list(counts) == list(Status)
    assert {status: n for status, n in counts.items() if n} == {
        Status.RECEIVED: 1,
        Status.LOCATING: 1,
        Status.READY: 2,
        Status.CLOSED: 1,
    }


ATTEMPTS = {
    "sqlite": (
        "UPDATE events SET reason = '{}'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "DELETE FROM tickets",
    ),
    "postgresql": (
        "UPDATE events SET reason = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "TRUNCATE tickets CASCADE",
        "DELETE FROM tickets",
    ),
}


def test_the_database_itself_refuses_to_change_what_happened(five: Database, address: str) -> None:
    event = FIVE[0].happened(at=NOW, by="import", reason=BECAUSE)
    with five.unit_of_work() as work:
        work.events.add_many([event])
    for attempt in ATTEMPTS["sqlite" if address.startswith("sqlite") else "postgresql"]:
        refused = pytest.raises(DBAPIError, match=r"only ever appended|(?i:foreign key)")
        with refused, five._transaction(write=True) as connection:
            connection.execute(text(attempt))
    with five.unit_of_work(write=False) as work:
        assert work.events.of_ticket(FIVE[0].id) == [event]
