"""The first tables: tickets and their events, visits, rounds, findings; events that cannot be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

SQLITE_TRIGGERS = (
    """CREATE TRIGGER events_no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only ever appended'); END""",
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are only ever appended'); END""",
    # INSERT OR REPLACE deletes without firing a delete trigger
    """CREATE TRIGGER events_no_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'events are only ever appended'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are only ever appended'; END $$""",
    """CREATE TRIGGER events_no_update BEFORE UPDATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()""",
    """CREATE TRIGGER events_no_delete BEFORE DELETE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()""",
    """CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()""",
)


def key(name: str, *, null: bool = False) -> sa.Column[str]:
    """Return a column of codes or numbers."""
    return sa.Column(name, KEY, nullable=null)


def words(*names: str) -> list[sa.Column[str]]:
    """Return columns of text."""
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def details(*names: str, null: bool = False) -> list[sa.Column[object]]:
    """Return columns of JSON."""
    return [sa.Column(name, sa.JSON, nullable=null) for name in names]


def real(*names: str, null: bool = False) -> list[sa.Column[float]]:
    """Return columns of real numbers."""
    return [sa.Column(name, sa.Double, nullable=null) for name in names]


def whole(*names: str) -> list[sa.Column[int]]:
    """Return columns of whole numbers."""
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def upgrade() -> None:
    """Make every table in an empty database."""
    tickets_and_events()
    guard_events()
    visits_and_rounds()
    findings()


def tickets_and_events() -> None:
    """Make the ledger."""
    op.create_table(
        "tickets",
        key("id"),
        key("source_system"),
        key("upstream_no"),
        sa.Column("received_at", MOMENT, nullable=False),
        *words("title", "content", "content_masked", "channel", "request_kind", "urgency"),
        key("category"),
        *words("address", "town_hint"),
        *real("lon", "lat", null=True),
        *words("requester_name", "requester_phone"),
        *details("flags"),
        *words("upstream_status"),
        key("status"),
        key("geocode_status"),
        *details("geocode_because", "places", "candidates"),
        key("unit_code", null=True),
        key("town_code", null=True),
        *words("town_name"),
        *details("handling_body", "visit_body", null=True),
        *details("assign_because"),
        sa.Column("visit_due", sa.Date),
        *details("raw"),
        *whole("version"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_system", "upstream_no"),
    )
    op.create_index(None, "tickets", ["upstream_no"])
    op.create_index(None, "tickets", ["received_at", "upstream_no", "id"])
    for column in ("status", "category", "town_code", "unit_code", "geocode_status"):
        op.create_index(None, "tickets", [column, "received_at"])
    op.create_table(
        "events",
        sa.Column("seq", COUNTER, nullable=False, autoincrement=True),
        key("ticket_id"),
        sa.Column("at", MOMENT, nullable=False),
        *words("by"),
        key("status"),
        *details("reason"),
        sa.PrimaryKeyConstraint("seq"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sqlite_autoincrement=True,
    )
    op.create_index(None, "events", ["ticket_id", "at"])


def guard_events() -> None:
    """Let the database itself refuse to change what has happened."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def visits_and_rounds() -> None:
    """Make the fieldwork."""
    op.create_table(
        "visits",
        *(key(name) for name in ("id", "ticket_id", "purpose", "unit_code")),
        sa.Column("due", sa.Date, nullable=False),
        *real("lon", "lat", null=True),
        *words("label", "note"),
        key("status"),
        *details("left_because", null=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
        sa.UniqueConstraint("ticket_id", "purpose"),
    )
    op.create_index(None, "visits", ["status", "due"])
    op.create_table(
        "rounds",
        key("id"),
        sa.Column("date", sa.Date, nullable=False),
        key("half_day"),
        key("unit_code"),
        *words("body_name", "base_name"),
        *real("base_lon", "base_lat"),
        *whole("leaves", "returns"),
        *details("because"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "rounds", ["date", "half_day", "unit_code"])
    op.create_table(
        "round_stops",
        key("round_id"),
        *whole("seq"),
        *(key(name) for name in ("visit_id", "ticket_id")),
        *words("label", "note"),
        *whole("eta", "departs"),
        *real("lon", "lat"),
        sa.PrimaryKeyConstraint("round_id", "seq"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"]),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"]),
    )
    op.create_index(None, "round_stops", ["ticket_id"])
    op.create_index(None, "round_stops", ["visit_id"])
    op.create_table(
        "round_legs",
        key("round_id"),
        *whole("seq"),
        *real("metres"),
        *whole("seconds"),
        *details("line"),
        *words("amap_url"),
        sa.PrimaryKeyConstraint("round_id", "seq"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], ondelete="CASCADE"),
    )


def findings() -> None:
    """Make what the search for hotspots leaves."""
    op.create_table(
        "finding_runs",
        sa.Column("id", COUNTER, nullable=False, autoincrement=True),
        sa.Column("found_at", MOMENT, nullable=False),
        *details("method"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "place_findings",
        sa.Column("run_id", COUNTER, nullable=False),
        *whole("seq"),
        *words("name"),
        key("category"),
        *real("lon", "lat", "radius_m"),
        *whole("cases"),
        *real("total", "expected", "relative_risk", "log_likelihood_ratio", "p"),
        sa.Column("significant", sa.Boolean, nullable=False),
        *details("reason", "ticket_ids"),
        sa.PrimaryKeyConstraint("run_id", "seq"),
        sa.ForeignKeyConstraint(["run_id"], ["finding_runs.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "area_findings",
        sa.Column("run_id", COUNTER, nullable=False),
        *whole("seq"),
        key("unit_code"),
        *whole("count"),
        *real("rate", "z", "p", "q", null=True),
        *words("hotspot_class"),
        sa.PrimaryKeyConstraint("run_id", "seq"),
        sa.ForeignKeyConstraint(["run_id"], ["finding_runs.id"], ondelete="CASCADE"),
    )
