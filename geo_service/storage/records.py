"""The records of the closed loop: stored whole, found by what stands beside them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Table, func, select

from geo_service.storage import record_tables as t
from geo_service.storage.statements import insert_new, insert_or_replace, rows_where
from geo_service.tickets.callbacks import CallBack
from geo_service.tickets.default_points import DefaultPoint
from geo_service.tickets.handling import Ask, Handling, Link, Pressure
from geo_service.tickets.lists import ConsultationMeeting, LedgerEntry, ListItem, Pledge, RectificationOrder

Record = TypeVar("Record")


class Records(Generic[Record]):
    """The records of one kind in a unit of work.

    Parameters
    ----------
    table
        Its columns but ``id`` and ``detail`` are fields of the record.
    kind
        The frozen dataclass.
    order
        Columns by which lists of records are sorted.
    """

    def __init__(self, connection: Connection, table: Table, kind: type[Record], *order: str) -> None:
        self._connection = connection
        self._table = table
        self._codec = TypeAdapter(kind)
        self._key = "id" if "id" in table.c else table.primary_key.columns[0].name
        names = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every kind is a dataclass
        self._beside = [column.name for column in table.c if column.name in names]
        self._order = [table.c[name] for name in (*order, self._key)]

    def add_many(self, new: Iterable[Record]) -> int:
        """Store records that are not stored yet and return how many were; the others stay as they are."""
        return insert_new(self._connection, self._table, map(self._row, new))

    def save_many(self, changed: Iterable[Record]) -> None:
        """Store records as they are now, new or not."""
        insert_or_replace(self._connection, self._table, map(self._row, changed))

    def find(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return id → record, of those of the ids that are stored."""
        wanted, key = select(self._table), self._table.c[self._key]
        return {
            row[self._key]: self._record(row["detail"])
            for row in rows_where(self._connection, wanted, key, ids)
        }

    def of_ticket(self, ticket_id: str) -> list[Record]:
        """Return the records of a ticket, in order."""
        return self.where(self._table.c.ticket_id == ticket_id)

    def of_tickets(self, ticket_ids: Iterable[str]) -> dict[str, list[Record]]:
        """Return ticket → its records, in order; a ticket without any is left out."""
        wanted = select(self._table).order_by(*self._order)
        found: dict[str, list[Record]] = {}
        for row in rows_where(self._connection, wanted, self._table.c.ticket_id, ticket_ids):
            found.setdefault(row["ticket_id"], []).append(self._record(row["detail"]))
        return found

    def where(self, *conditions: ColumnElement[bool], size: int | None = None, skip: int = 0) -> list[Record]:
        """Return the records that fit, in order: `size` of them (all when None) after the first `skip`."""
        wanted = select(self._table.c.detail).where(*conditions).order_by(*self._order)
        wanted = wanted.limit(size).offset(skip) if size is not None else wanted
        return [self._record(detail) for detail in self._connection.scalars(wanted)]

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """Return how many records fit."""
        found = self._connection.scalar(select(func.count()).select_from(self._table).where(*conditions))
        return found or 0

    def _row(self, record: Record) -> dict[str, Any]:
        beside = {name: getattr(record, name) for name in self._beside}
        plain = {name: getattr(value, "value", value) for name, value in beside.items()}
        key = {} if self._key in plain else {self._key: getattr(record, self._key)}
        return {**key, **plain, "detail": self._codec.dump_python(record, mode="json")}

    def _record(self, detail: Any) -> Record:  # noqa: ANN401 - JSON, checked by the codec
        return self._codec.validate_python(detail)


class LoopRepositories:
    """Every kind of record of the closed loop, in one unit of work."""

    def links_to(self, ticket_id: str) -> list[Link]:
        """Return the links that point at a ticket: what was merged into, split from or clustered with it."""
        return self.links.where(t.links.c.other_id == ticket_id)

    def __init__(self, connection: Connection) -> None:
        self.handlings = Records(connection, t.handlings, Handling, "dispatched_at")
        self.asks = Records(connection, t.asks, Ask, "asked_at")
        self.pressures = Records(connection, t.pressures, Pressure, "at")
        self.links = Records(connection, t.links, Link, "at")
        self.callbacks = Records(connection, t.callbacks, CallBack, "ticket_id", "seq")
        self.ledger = Records(connection, t.ledger_entries, LedgerEntry, "opened_at")
        self.items = Records(connection, t.list_items, ListItem, "entered_at")
        self.orders = Records(connection, t.orders, RectificationOrder, "deadline")
        self.meetings = Records(connection, t.meetings, ConsultationMeeting, "held_on")
        self.pledges = Records(connection, t.pledges, Pledge, "made_on")
        self.default_points = Records(connection, t.default_points, DefaultPoint, "found_at")
