"""The tables as they are today; `migrations/` is how a database gets there, a test holds the two together.

Columns that pages filter or sort by are plain and indexed; what is only read back whole (places, bodies,
reasons, unknown columns of the file) is JSON. Codes and numbers sort by code point on both databases.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

COUNTY_TIME = ZoneInfo("Asia/Shanghai")

KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Codes and numbers: the same order on both databases, and an index that serves prefixes."""

COUNTER = BigInteger().with_variant(Integer, "sqlite")
DETAIL = JSON(none_as_null=True)


class Moment(TypeDecorator[datetime]):
    """A point in time: stored as UTC, read back in the county's time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment as UTC.

        Raises
        ------
        ValueError
            When it names no time zone: guessing one would move deadlines.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the moment in the county's time zone."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(COUNTY_TIME)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("source_system", KEY, nullable=False),
    Column("upstream_no", KEY, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("title", Text, nullable=False),
    Column("content_masked", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("request_kind", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("category", KEY, nullable=False),
    Column("town_hint", Text, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    # content, address, name, phone and unknown columns: see `sealing`
    Column("sealed", Text, nullable=False),
    Column("requester_mark", KEY),
    Column("flags", DETAIL, nullable=False),
    Column("upstream_status", Text, nullable=False),
    Column("status", KEY, nullable=False),
    Column("geocode_status", KEY, nullable=False),
    Column("geocode_because", DETAIL, nullable=False),
    Column("places", DETAIL, nullable=False),
    Column("candidates", DETAIL, nullable=False),
    # of the place, once it is decided: what pages filter by
    Column("unit_code", KEY),
    Column("town_code", KEY),
    Column("town_name", Text, nullable=False),
    Column("handling_body", DETAIL),
    Column("visit_body", DETAIL),
    Column("assign_because", DETAIL, nullable=False),
    Column("visit_due", Date),
    Column("version", Integer, nullable=False),
    UniqueConstraint("source_system", "upstream_no"),
    Index(None, "upstream_no"),
    Index(None, "received_at", "upstream_no", "id"),
    Index(None, "status", "received_at"),
    Index(None, "category", "received_at"),
    Index(None, "town_code", "received_at"),
    Index(None, "unit_code", "received_at"),
    Index(None, "geocode_status", "received_at"),
    Index(None, "requester_mark"),
)

events = Table(
    "events",
    metadata,
    Column("seq", COUNTER, primary_key=True, autoincrement=True),
    Column("ticket_id", KEY, ForeignKey("tickets.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("status", KEY, nullable=False),
    Column("reason", DETAIL, nullable=False),
    # of this event and all before it: see `chain`; empty in what an earlier version wrote
    Column("digest", Text, nullable=False, server_default=""),
    Index(None, "ticket_id", "at"),
    sqlite_autoincrement=True,
)

visits = Table(
    "visits",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("ticket_id", KEY, ForeignKey("tickets.id"), nullable=False),
    Column("purpose", KEY, nullable=False),
    Column("unit_code", KEY, nullable=False),
    Column("due", Date, nullable=False),
    Column("lon", Double),
    Column("lat", Double),
    Column("label", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("status", KEY, nullable=False),
    Column("left_because", DETAIL),
    Column("seq", Integer, nullable=False, server_default="1"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("record", DETAIL),
    UniqueConstraint("ticket_id", "purpose", "seq"),
    Index(None, "status", "due"),
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("date", Date, nullable=False),
    Column("half_day", KEY, nullable=False),
    Column("unit_code", KEY, nullable=False),
    Column("body_name", Text, nullable=False),
    Column("base_name", Text, nullable=False),
    Column("base_lon", Double, nullable=False),
    Column("base_lat", Double, nullable=False),
    Column("leaves", Integer, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("because", DETAIL, nullable=False),
    Index(None, "date", "half_day", "unit_code"),
)

round_stops = Table(
    "round_stops",
    metadata,
    Column("round_id", KEY, ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("visit_id", KEY, ForeignKey("visits.id"), nullable=False),
    Column("ticket_id", KEY, ForeignKey("tickets.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("eta", Integer, nullable=False),
    Column("departs", Integer, nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Index(None, "ticket_id"),
    Index(None, "visit_id"),
)

round_legs = Table(
    "round_legs",
    metadata,
    Column("round_id", KEY, ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("metres", Double, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("line", DETAIL, nullable=False),
    Column("amap_url", Text, nullable=False),
)

finding_runs = Table(
    "finding_runs",
    metadata,
    Column("id", COUNTER, primary_key=True, autoincrement=True),
    Column("found_at", Moment, nullable=False),
    Column("method", DETAIL, nullable=False),
)

place_findings = Table(
    "place_findings",
    metadata,
    Column("run_id", COUNTER, ForeignKey("finding_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("category", KEY, nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Column("radius_m", Double, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("expected", Double, nullable=False),
    Column("relative_risk", Double, nullable=False),
    Column("log_likelihood_ratio", Double, nullable=False),
    Column("p", Double, nullable=False),
    Column("significant", Boolean, nullable=False),
    Column("reason", DETAIL, nullable=False),
    Column("ticket_ids", DETAIL, nullable=False),
)

area_findings = Table(
    "area_findings",
    metadata,
    Column("run_id", COUNTER, ForeignKey("finding_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("unit_code", KEY, nullable=False),
    Column("count", Integer, nullable=False),
    Column("rate", Double),
    Column("z", Double),
    Column("p", Double),
    Column("q", Double),
    Column("hotspot_class", Text, nullable=False),
)
