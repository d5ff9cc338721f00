"""The closed loop: handlings, call-backs, lists; visits with what was brought back; who looked at what."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

SQLITE_SEALS = """UPDATE tickets SET sealed = 'plain:' || json_object('content', content, 'address', address,
    'name', requester_name, 'phone', requester_phone, 'raw', json(raw))"""
POSTGRESQL_SEALS = """UPDATE tickets SET sealed = 'plain:' || json_build_object('content', content,
    'address', address, 'name', requester_name, 'phone', requester_phone, 'raw', raw)"""
SQLITE_TRIGGERS = (
    """CREATE TRIGGER reveals_no_update BEFORE UPDATE ON reveals
    BEGIN SELECT RAISE(ABORT, 'reveals are only ever appended'); END""",
    """CREATE TRIGGER reveals_no_delete BEFORE DELETE ON reveals
    BEGIN SELECT RAISE(ABORT, 'reveals are only ever appended'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION refuse_to_change_reveals() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'reveals are only ever appended'; END $$""",
    """CREATE TRIGGER reveals_no_update BEFORE UPDATE OR DELETE ON reveals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_reveals()""",
)

# table → its columns but `detail`: k a key, k? one that may be missing, m a moment, d a day, n a number
RECORDS: dict[str, dict[str, str]] = {
    "handlings": {
        "id": "k",
        "ticket_id": "k",
        "body": "k",
        "role": "k",
        "dispatched_at": "m",
        "due": "m?",
        "completed_at": "m?",
        "ended_at": "m?",
    },
    "asks": {"id": "k", "ticket_id": "k", "kind": "k", "answer": "k", "asked_at": "m"},
    "pressures": {"id": "k", "ticket_id": "k", "kind": "k", "body": "k", "at": "m"},
    "links": {"id": "k", "ticket_id": "k", "other_id": "k", "kind": "k", "at": "m"},
    "callbacks": {
        "id": "k",
        "ticket_id": "k",
        "seq": "n",
        "type": "k",
        "status": "k",
        "due": "m",
        "done_at": "m?",
    },
    "ledger_entries": {"ticket_id": "k", "responsible": "k", "opened_at": "m", "closed_at": "m?"},
    "list_items": {
        "id": "k",
        "kind": "k",
        "status": "k",
        "town_code": "k?",
        "owner": "k",
        "due": "d?",
        "entered_at": "m",
    },
    "orders": {"id": "k", "ticket_id": "k", "status": "k", "deadline": "d"},
    "meetings": {"id": "k", "held_on": "d"},
    "pledges": {"id": "k", "unit_code": "k", "made_on": "d"},
    "default_points": {"id": "k", "found_at": "m"},
}
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "handlings": (("ticket_id", "role"), ("completed_at",), ("body", "due")),
    "asks": (("ticket_id", "kind"), ("answer", "asked_at"), ("asked_at",)),
    "pressures": (("ticket_id", "at"), ("at",)),
    "links": (("ticket_id", "kind"), ("other_id", "kind")),
    "callbacks": (("status", "due"), ("done_at",), ("due",)),
    "ledger_entries": (("opened_at", "ticket_id"), ("closed_at",), ("responsible", "opened_at")),
    "list_items": (("kind", "status", "due"), ("entered_at",)),
    "orders": (("ticket_id",), ("status", "deadline")),
    "meetings": (("held_on",),),
    "pledges": (("unit_code",),),
    "default_points": (),
}
TYPES: dict[str, Any] = {"k": KEY, "m": MOMENT, "d": sa.Date(), "n": sa.Integer()}


def upgrade() -> None:
    """Add to what 0001 made."""
    for table, columns in RECORDS.items():
        of_tickets = [
            sa.ForeignKeyConstraint([name], ["tickets.id"])
            for name in columns
            if name in {"ticket_id", "other_id"}
        ]
        numbered = [sa.UniqueConstraint("ticket_id", "seq")] if "seq" in columns else []
        op.create_table(
            table,
            *(sa.Column(name, TYPES[kind[0]], nullable=kind.endswith("?")) for name, kind in columns.items()),
            sa.Column("detail", sa.JSON, nullable=False),
            sa.PrimaryKeyConstraint(next(iter(columns))),
            *of_tickets,
            *numbered,
        )
        for indexed in INDEXES[table]:
            op.create_index(None, table, list(indexed))
    seals()
    op.add_column("events", sa.Column("digest", sa.Text, nullable=False, server_default=""))
    visits()
    reveals()


def seals() -> None:
    """Put what is restricted of a ticket into one text, which the service seals when it next writes it."""
    op.add_column("tickets", sa.Column("sealed", sa.Text, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("requester_mark", KEY))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(SQLITE_SEALS if is_sqlite else POSTGRESQL_SEALS)
    for column in ("content", "address", "requester_name", "requester_phone", "raw"):
        op.drop_column("tickets", column)
    op.create_index(None, "tickets", ["requester_mark"])


def visits() -> None:
    """Let a ticket have several visits of a purpose, and a visit hold what was brought back."""
    with op.batch_alter_table("visits") as batch:
        batch.add_column(sa.Column("seq", sa.Integer, nullable=False, server_default="1"))
        batch.add_column(sa.Column("tries", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("not_before", MOMENT))
        batch.add_column(sa.Column("record", sa.JSON))
        batch.drop_constraint("uq_visits_ticket_id_purpose", type_="unique")
        batch.create_unique_constraint("uq_visits_ticket_id_purpose_seq", ["ticket_id", "purpose", "seq"])


def reveals() -> None:
    """Write down who looked at what of a requester; the database refuses to change it."""
    op.create_table(
        "reveals",
        sa.Column("seq", COUNTER, nullable=False, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "reveals", ["ticket_id", "at"])
    op.create_index(None, "reveals", ["at"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)
