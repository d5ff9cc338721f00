"""The tables of the closed loop: each record stands whole in `detail`, and beside it what pages filter by."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from geo_service.storage.tables import COUNTER, DETAIL, KEY, Moment, metadata


def _of_ticket(*, null: bool = False) -> Column[str]:
    return Column("ticket_id", KEY, ForeignKey("tickets.id"), nullable=null)


handlings = Table(
    "handlings",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("body", KEY, nullable=False),
    Column("role", KEY, nullable=False),
    Column("dispatched_at", Moment, nullable=False),
    Column("due", Moment),
    Column("completed_at", Moment),
    Column("ended_at", Moment),
    Column("detail", DETAIL, nullable=False),
    Index(None, "ticket_id", "role"),
    Index(None, "completed_at"),
    Index(None, "body", "due"),
)

asks = Table(
    "asks",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("kind", KEY, nullable=False),
    Column("answer", KEY, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "ticket_id", "kind"),
    Index(None, "answer", "asked_at"),
    Index(None, "asked_at"),
)

pressures = Table(
    "pressures",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("kind", KEY, nullable=False),
    Column("body", KEY, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "ticket_id", "at"),
    Index(None, "at"),
)

links = Table(
    "links",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("other_id", KEY, ForeignKey("tickets.id"), nullable=False),
    Column("kind", KEY, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "ticket_id", "kind"),
    Index(None, "other_id", "kind"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("seq", Integer, nullable=False),
    Column("type", KEY, nullable=False),
    Column("status", KEY, nullable=False),
    Column("due", Moment, nullable=False),
    Column("done_at", Moment),
    Column("detail", DETAIL, nullable=False),
    UniqueConstraint("ticket_id", "seq"),
    Index(None, "status", "due"),
    Index(None, "done_at"),
    Index(None, "due"),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("ticket_id", KEY, ForeignKey("tickets.id"), primary_key=True),
    Column("responsible", KEY, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("detail", DETAIL, nullable=False),
    Index(None, "opened_at", "ticket_id"),
    Index(None, "closed_at"),
    Index(None, "responsible", "opened_at"),
)

list_items = Table(
    "list_items",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("kind", KEY, nullable=False),
    Column("status", KEY, nullable=False),
    Column("town_code", KEY),
    Column("owner", KEY, nullable=False),
    Column("due", Date),
    Column("entered_at", Moment, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "kind", "status", "due"),
    Index(None, "entered_at"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", KEY, primary_key=True),
    _of_ticket(),
    Column("status", KEY, nullable=False),
    Column("deadline", Date, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "ticket_id"),
    Index(None, "status", "deadline"),
)

meetings = Table(
    "meetings",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("held_on", Date, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "held_on"),
)

pledges = Table(
    "pledges",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("unit_code", KEY, nullable=False),
    Column("made_on", Date, nullable=False),
    Column("detail", DETAIL, nullable=False),
    Index(None, "unit_code"),
)

default_points = Table(
    "default_points",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("found_at", Moment, nullable=False),
    Column("detail", DETAIL, nullable=False),
)

reveals = Table(
    "reveals",
    metadata,
    Column("seq", COUNTER, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    _of_ticket(),
    Column("field", KEY, nullable=False),
    Column("purpose", Text, nullable=False),
    Index(None, "ticket_id", "at"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
"""Who looked at what of a requester, and what for: appended only, like the events."""
