"""The way into a database: its address distrusted, its settings made safe, its failures told in our words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.pool import ConnectionPoolEntry

from geo_service.errors import DatabaseError
from geo_service.storage.rows import to_json

WRITES = "geo_service_writes"
"""Execution option of a connection: does its transaction write?"""

_SAME: dict[str, Any] = {
    "json_serializer": to_json,
    # an error that quotes its row would carry a caller's name and phone into a log
    "hide_parameters": True,
    # a web worker answers in up to 40 threads, each with a connection of its own
    "max_overflow": 45,
}

_PASSWORD = re.compile(r":[^:/@]*@")
_POSTGRESQL = {"postgres", "postgresql", "postgresql+psycopg"}
# PostgreSQL's own codes: lock timeout and deadlock; a table that is not there; no room left
_BUSY = {"55P03", "40P01"}
_NO_TABLE = "42P01"
_DISK_FULL = "53100"


def url_of_file(path: Path) -> URL:
    """Return the address of an SQLite file, whose path may hold signs with a meaning: ``?``, ``%``, ``#``."""
    return URL.create("sqlite", database=str(path))


def open_engine(url: URL, *, patience_s: float) -> Engine:
    """Return an engine for an address; nothing is connected yet.

    Parameters
    ----------
    url
        As `read_address` or `url_of_file` return it.
    patience_s
        Seconds that a writer waits for another one.

    Raises
    ------
    DatabaseError
        When psycopg is wanted and not installed.
    """
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, **_SAME, connect_args={"timeout": patience_s})
        _make_sqlite_safe(engine, patience_s)
        return engine
    wanted = {
        "client_encoding": "utf8",
        "connect_timeout": 10,
        "options": f"-c lock_timeout={round(patience_s * 1000)}",
    }
    arguments = {name: value for name, value in wanted.items() if name not in url.query}
    try:
        return create_engine(url, **_SAME, connect_args=arguments, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            "PostgreSQL needs the Python package psycopg: install geo-service[postgres]"
        ) from error


def read_address(address: str) -> URL:
    """Return what an address means.

    Parameters
    ----------
    address
        ``"sqlite:///file"`` or ``"postgresql+psycopg://user@host/name"``.

    Raises
    ------
    DatabaseError
        When it is no address of these two databases.
    """
    shown = _PASSWORD.sub(":***@", address)
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise DatabaseError(
            "{address} is no database address; write sqlite:///file.db or postgresql+psycopg://user@host/name",
            address=shown,
        ) from error
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        return url
    raise DatabaseError(
        "{address} names a database that is not supported; write sqlite:///file.db or "
        "postgresql+psycopg://user@host/name",
        address=shown,
    )


def name_of(engine: Engine) -> str:
    """Return what a message calls the database: a file's name, or the address without its password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ":memory:"
    return engine.url.render_as_string(hide_password=True)


def _make_sqlite_safe(engine: Engine, patience_s: float) -> None:
    """Make SQLite keep what it acknowledges, check references, and never fail half-way for a lock.

    The driver's own transactions begin too late (reads outside, a write lock in the middle), so ours are
    begun by hand: one that writes takes the lock at once and waits for it, one that reads cannot write.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {round(patience_s * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def transaction_options(engine: Engine, *, write: bool) -> dict[str, Any]:
    """Return the execution options of a transaction: a reader sees one moment and cannot write."""
    if engine.dialect.name == "sqlite" or write:
        return {WRITES: write}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def told_in_our_words(engine: Engine) -> Iterator[None]:
    """Turn what the database library says about connections, locks and disks into one clear error.

    Raises
    ------
    DatabaseError
        Whatever the database could not do. Errors that only a bug causes pass as they are.
    """
    try:
        yield
    except (DBAPIError, NoConnectionLeft) as error:
        told = _told(name_of(engine), error)
        if told is None:
            raise
        raise told from error


def _told(database: str, error: DBAPIError | NoConnectionLeft) -> DatabaseError | None:
    """Return the failure in our words; None when only a bug can cause it."""
    cause = getattr(error, "orig", error)
    said = str(cause).strip()
    state = getattr(cause, "sqlstate", None)
    if state in _BUSY or "is locked" in said or isinstance(error, NoConnectionLeft):
        return DatabaseError(
            "the database {database} is busy with other work: try again in a moment",
            database=database,
        )
    if state == _NO_TABLE or "no such table" in said:
        return DatabaseError(
            "the database {database} has not been set up for this version of the program", database=database
        )
    if "readonly database" in said:
        return DatabaseError(
            "the database {database} may not be written to: its file or its folder is read-only",
            database=database,
        )
    if "disk is full" in said or state == _DISK_FULL:
        return DatabaseError(
            "the disk of the database {database} is full: make room and run it again", database=database
        )
    if isinstance(error, OperationalError | InterfaceError | InternalError) or "not a database" in said:
        return DatabaseError(
            "the database {database} does not do what it should: {problem}", database=database, problem=said
        )
    return None
