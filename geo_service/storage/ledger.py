"""The ledger: tickets, saved without ever overwriting another's change, and the events that only grow."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection, Integer, bindparam, func, insert, literal, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from geo_service.errors import ChangedMeanwhileError, UnknownTicketError
from geo_service.storage.chain import FIRST, linked
from geo_service.storage.pages import TicketFilter, TicketPage, conditions
from geo_service.storage.rows import event_from_row, event_to_row, ticket_from_row, ticket_to_row
from geo_service.storage.sealing import Keys
from geo_service.storage.statements import PORTION, portions, rows_where
from geo_service.storage.tables import events, tickets
from geo_service.tickets.model import Event, Ticket
from geo_service.tickets.statuses import Status

Choice = Literal["status", "category", "geocode_status", "town_code", "town_name", "unit_code"]
"""A column whose values a page offers to filter by."""

_ORDER = (tickets.c.received_at, tickets.c.upstream_no, tickets.c.id)
_NEWEST_FIRST = tuple(column.desc() for column in _ORDER)
# any number but the one that migrations take
_CHAIN_LOCK = 441582


class TicketRepository:
    """The tickets of a unit of work."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    def add_many(self, new: Iterable[Ticket]) -> int:
        """Store tickets that are not stored yet, all or none, and return how many.

        Raises
        ------
        ChangedMeanwhileError
            When one is stored already, or stands twice among them; names its number. See `known`.
        """
        count = 0
        with self._connection.begin_nested():
            for portion in portions(new):
                try:
                    with self._connection.begin_nested():
                        self._connection.execute(
                            insert(tickets), [ticket_to_row(one, self._keys) for one in portion]
                        )
                except IntegrityError as error:
                    raise ChangedMeanwhileError(
                        "ticket {number} is stored already: read the file again",
                        number=self._first_stored(portion),
                    ) from error
                count += len(portion)
        return count

    def _first_stored(self, refused: list[Ticket]) -> str:
        """Return the number of the first ticket that stands in the database, or earlier among these."""
        taken = set(self.find([ticket.id for ticket in refused]))
        for ticket in refused:
            if ticket.id in taken:
                return ticket.upstream_no
            taken.add(ticket.id)
        return refused[0].upstream_no

    def known(self, source_system: str, numbers: Collection[str]) -> dict[str, str]:
        """Return number → the hotline's own status, of those of the numbers that are stored."""
        c = tickets.c
        wanted = select(c.upstream_no, c.upstream_status).where(c.source_system == source_system)
        return {
            row["upstream_no"]: row["upstream_status"]
            for row in rows_where(self._connection, wanted, c.upstream_no, numbers)
        }

    def get(self, ticket_id: str) -> Ticket:
        """Return a ticket.

        Raises
        ------
        UnknownTicketError
            When none has this id.
        """
        found = self.find([ticket_id])
        if not found:
            raise UnknownTicketError("there is no ticket {ticket_id}", ticket_id=ticket_id)
        return found[ticket_id]

    def numbered(self, number: str) -> list[Ticket]:
        """Return the tickets that have a number at some hotline: none, one, or one per platform."""
        wanted = select(tickets).where(tickets.c.upstream_no == number).order_by(*_ORDER)
        return [ticket_from_row(row, self._keys) for row in self._connection.execute(wanted).mappings()]

    def find(self, ids: Collection[str]) -> dict[str, Ticket]:
        """Return id → ticket, of those of the ids that are stored."""
        rows = rows_where(self._connection, select(tickets), tickets.c.id, ids)
        return {row["id"]: ticket_from_row(row, self._keys) for row in rows}

    def by_status(self, *statuses: Status) -> list[Ticket]:
        """Return the tickets in one of the statuses, the oldest received first, then by number."""
        wanted = select(tickets).where(tickets.c.status.in_([status.value for status in statuses]))
        rows = self._connection.execute(wanted.order_by(*_ORDER)).mappings()
        return [ticket_from_row(row, self._keys) for row in rows]

    def all(self) -> Iterator[Ticket]:
        """Yield every ticket, the oldest received first; what was yielded may be saved meanwhile."""
        wanted = select(tickets).order_by(*_ORDER).limit(PORTION)
        portion = self._connection.execute(wanted).mappings().all()
        while portion:
            yield from (ticket_from_row(row, self._keys) for row in portion)
            last = tuple_(*(literal(portion[-1][column.name], column.type) for column in _ORDER))
            portion = self._connection.execute(wanted.where(tuple_(*_ORDER) > last)).mappings().all()

    def of_requester(self, phone: str) -> list[Ticket]:
        """Return the tickets of who calls from a phone, the oldest received first; a masked one has none."""
        mark = self._keys.mark(phone)
        if mark is None:
            return []
        wanted = select(tickets).where(tickets.c.requester_mark == mark).order_by(*_ORDER)
        return [ticket_from_row(row, self._keys) for row in self._connection.execute(wanted).mappings()]

    def seal_again(self) -> int:
        """Seal a portion of the tickets that an older key sealed, or none; return how many; 0 means all are.

        Nothing else of the tickets changes, so nobody's unsaved work is in the way.
        """
        c = tickets.c
        old = c.sealed.not_like(f"{self._keys.current}:%")
        rows = self._connection.execute(select(c.id, c.sealed).where(old).limit(PORTION)).all()
        for row in rows:
            sealed = self._keys.seal(row.id, self._keys.open(row.id, row.sealed))
            mine = (c.id == row.id) & (c.sealed == row.sealed)
            self._connection.execute(update(tickets).where(mine).values(sealed=sealed))
        return len(rows)

    def save(self, ticket: Ticket) -> Ticket:
        """Store a changed ticket and return it with its new version, ready to be changed and saved again.

        Raises
        ------
        ChangedMeanwhileError
            When it was saved by somebody else since this one was read.
        UnknownTicketError
            When it was never stored.
        """
        self.save_many([ticket])
        return replace(ticket, version=ticket.version + 1)

    def save_many(self, changed: Iterable[Ticket]) -> None:
        """Store changed tickets, all or none; the stored versions rise by one.

        Raises
        ------
        ChangedMeanwhileError
            When one was saved by somebody else since it was read; names its number.
        UnknownTicketError
            When one was never stored.
        """
        version = bindparam("its_version", type_=Integer)
        statement = (
            update(tickets)
            .where(tickets.c.id == bindparam("its_id"), tickets.c.version == version)
            .values(version=version + 1)  # the other columns are named by the values of each row
        )
        with self._connection.begin_nested():
            for portion in portions(changed):
                # two savers that lock the same tickets in the same order cannot wait for each other forever
                ordered = sorted(portion, key=lambda ticket: ticket.id)
                rows = [ticket_to_row(ticket, self._keys) for ticket in ordered]
                values = [{"its_id": row.pop("id"), "its_version": row.pop("version"), **row} for row in rows]
                with self._connection.begin_nested() as attempt:
                    saved = self._connection.execute(statement, values).rowcount
                    if saved != len(ordered):
                        attempt.rollback()
                if saved != len(ordered):
                    raise ChangedMeanwhileError(
                        "somebody else has changed ticket {number} meanwhile: load it again",
                        number=self._first_changed(ordered),
                    )

    def _first_changed(self, refused: list[Ticket]) -> str:
        """Return the number of the first ticket whose version is not the stored one.

        Raises
        ------
        UnknownTicketError
            When one is not stored at all.
        """
        wanted = select(tickets.c.id, tickets.c.version)
        ids = [ticket.id for ticket in refused]
        stored = {
            row["id"]: row["version"] for row in rows_where(self._connection, wanted, tickets.c.id, ids)
        }
        for ticket in refused:
            if ticket.id not in stored:
                raise UnknownTicketError("there is no ticket {ticket_id}", ticket_id=ticket.id)
            if stored[ticket.id] != ticket.version:
                return ticket.upstream_no
            stored[ticket.id] += 1  # one that stands twice among them was changed by its first self
        return refused[0].upstream_no

    def page(self, wanted: TicketFilter, *, number: int, size: int) -> TicketPage:
        """Return one page of the tickets that fit, newest received first.

        Parameters
        ----------
        number
            1, 2, 3 …
        size
            Tickets per page.
        """
        fits = list(conditions(wanted))
        total = self._connection.scalar(select(func.count()).select_from(tickets).where(*fits))
        # first only the ids, out of an index: a late page never reads the rows before it
        ids = select(tickets.c.id).where(*fits).order_by(*_NEWEST_FIRST)
        ids = ids.limit(size).offset((number - 1) * size)
        rows = self._connection.execute(
            select(tickets).where(tickets.c.id.in_(ids.scalar_subquery())).order_by(*_NEWEST_FIRST)
        )
        return TicketPage(tuple(ticket_from_row(row, self._keys) for row in rows.mappings()), total or 0)

    def counts(self) -> dict[Status, int]:
        """Return every status → how many tickets stand there, 0 included."""
        c = tickets.c
        stored = self._connection.execute(select(c.status, func.count().label("n")).group_by(c.status))
        found = {row.status: row.n for row in stored}
        return {status: found.get(status.value, 0) for status in Status}

    def choices(self, column: Choice) -> list[str]:
        """Return the different values of a column that are not empty, sorted."""
        if column == "town_name":
            return list(self.towns().values())
        # from value to next value through the index: as quick with a million tickets as with ten
        found: list[str] = []
        last = ""
        smallest = select(func.min(tickets.c[column])).where(tickets.c[column] > bindparam("last"))
        while value := self._connection.scalar(smallest, {"last": last}):
            found.append(value)
            last = value
        return found

    def towns(self) -> dict[str, str]:
        """Return code → name of the towns where issues lie, by code."""
        c = tickets.c
        name = select(c.town_name).where(c.town_code == bindparam("code")).limit(1)
        return {
            code: self._connection.scalar(name, {"code": code}) or "" for code in self.choices("town_code")
        }


class EventRepository:
    """What happened to tickets: appended, never changed; the database itself refuses to change or delete."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, happened: Iterable[Event]) -> None:
        """Append events of stored tickets, each chained to the one before.

        On PostgreSQL writers of events wait for one another until their unit of work ends.
        """
        waiting = list(happened)
        if not waiting:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_advisory_xact_lock(_CHAIN_LOCK)))
        last = self._connection.scalar(select(events.c.digest).order_by(events.c.seq.desc()).limit(1))
        digest = last or FIRST
        for portion in portions(waiting):
            rows = []
            for event in portion:
                digest = linked(digest, event)
                rows.append({**event_to_row(event), "digest": digest})
            self._connection.execute(insert(events), rows)

    def of_ticket(self, ticket_id: str) -> list[Event]:
        """Return what happened to a ticket, oldest first; empty for one that is not stored."""
        wanted = select(events).where(events.c.ticket_id == ticket_id).order_by(events.c.at, events.c.seq)
        return [event_from_row(row) for row in self._connection.execute(wanted).mappings()]

    def broken(self) -> tuple[int, list[int]]:
        """Check the whole chain; return how many events are in it, and the numbers of those that break it.

        An event breaks the chain when it was changed, or when one before it was changed, removed or added
        outside the service. What an earlier version of the program wrote, before there was a chain, is not
        in it.
        """
        wanted = select(events).where(events.c.digest != "").order_by(events.c.seq)
        digest, count, breaks = FIRST, 0, []
        for row in self._connection.execution_options(yield_per=PORTION).execute(wanted).mappings():
            count += 1
            if row["digest"] != linked(digest, event_from_row(row)):
                breaks.append(row["seq"])
            digest = row["digest"]
        return count, breaks
