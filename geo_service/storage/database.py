"""A database: opened, brought up to date, and used one unit of work at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Self
from weakref import finalize

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, text

from geo_service.errors import DatabaseError
from geo_service.storage.counting import Counts
from geo_service.storage.engine import (
    name_of,
    open_engine,
    read_address,
    told_in_our_words,
    transaction_options,
    url_of_file,
)
from geo_service.storage.fieldwork import RoundRepository, VisitRepository
from geo_service.storage.findings import FindingRepository
from geo_service.storage.ledger import EventRepository, TicketRepository
from geo_service.storage.records import LoopRepositories
from geo_service.storage.sealing import NO_KEYS, Keys

_MIGRATIONS = Path(__file__).parent / "migrations"
# any number will do, so long as every version of the program takes the same one
_MIGRATION_LOCK = 441581
# Alembic keeps what it is migrating in a global
_ONE_AT_A_TIME = Lock()


class UnitOfWork:
    """What is done together or not at all: one transaction and its repositories."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self.tickets = TicketRepository(connection, keys)
        self.events = EventRepository(connection)
        self.visits = VisitRepository(connection)
        self.rounds = RoundRepository(connection)
        self.findings = FindingRepository(connection)
        self.loop = LoopRepositories(connection)
        self.counts = Counts(connection)


class Database:
    """Where a county's tickets are kept; may be shared by threads, and by processes that each open it.

    Its connections are closed by `close`, and at the latest when nobody holds the database any more.
    """

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self._engine = engine
        self._keys = keys
        finalize(self, engine.dispose)

    @classmethod
    def open(cls, url: str, *, keys: Keys = NO_KEYS, patience_s: float = 30.0) -> Self:
        """Open a database and look whether it answers.

        Parameters
        ----------
        url
            ``"sqlite:///path"`` (the file is made when it is missing) or ``"postgresql+psycopg://user@host/name"``.
        keys
            What seals and opens the restricted fields; without keys they are stored as they are.
        patience_s
            Seconds that a writer waits for another one before it gives up.

        Raises
        ------
        DatabaseError
            When the address is wrong, the database cannot be reached or is none, or a newer program wrote it.
        """
        return cls._opened(read_address(url), keys, patience_s)

    @classmethod
    def open_file(cls, path: Path, *, keys: Keys = NO_KEYS, patience_s: float = 30.0) -> Self:
        """Open an SQLite file, made when it is missing; see `open`.

        Raises
        ------
        DatabaseError
            When the file cannot be opened or is no database, or a newer program wrote it.
        """
        return cls._opened(url_of_file(path), keys, patience_s)

    @classmethod
    def _opened(cls, url: URL, keys: Keys, patience_s: float) -> Self:
        engine = open_engine(url, patience_s=patience_s)
        try:
            with told_in_our_words(engine), engine.connect() as connection:
                _refuse_other_encodings(connection)
                _refuse_newer(connection)
        except DatabaseError:
            engine.dispose()
            raise
        return cls(engine, keys)

    def migrate(self) -> None:
        """Bring the tables to this version of the program; does nothing when they are there already.

        Several processes may do so at once: one does the work, the others wait.

        Raises
        ------
        DatabaseError
            When a newer program wrote the database.
        """
        with _ONE_AT_A_TIME, self._transaction(write=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            _refuse_newer(connection)
            settings = _alembic()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")

    @contextmanager
    def unit_of_work(self, *, write: bool = True) -> Iterator[UnitOfWork]:
        """Begin a unit of work; its end commits everything, an exception leaves nothing.

        Parameters
        ----------
        write
            False to only read: what is read is of one moment, and no writer waits for it. On SQLite one unit
            at a time writes, so keep those short: compute first, then write.

        Raises
        ------
        DatabaseError
            When the database is busy for too long, fails, or was never brought up to date.
        """
        with self._transaction(write=write) as connection:
            yield UnitOfWork(connection, self._keys)

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        options = transaction_options(self._engine, write=write)
        with told_in_our_words(self._engine), self._engine.connect() as connection:
            chosen = connection.execution_options(**options)
            with chosen.begin():
                yield chosen

    def close(self) -> None:
        """Close every connection; the database may be used again, which opens them anew."""
        self._engine.dispose()


def _alembic() -> Config:
    settings = Config()
    # Alembic reads % as the beginning of a variable
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return settings


@cache
def _known_revisions() -> frozenset[str]:
    """Return the names of this program's migrations."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions())


def _refuse_other_encodings(connection: Connection) -> None:
    """Raise when a PostgreSQL database was made for another alphabet, as it is where no locale was set."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise DatabaseError(
            "the database {database} is encoded as {encoding}, which cannot hold every name: "
            "make it with ENCODING 'UTF8'",
            database=name_of(connection.engine),
            encoding=encoding,
        )


def _refuse_newer(connection: Connection) -> None:
    """Raise when the database stands at a revision this program does not know."""
    stored = MigrationContext.configure(connection).get_current_revision()
    if stored is not None and stored not in _known_revisions():
        raise DatabaseError(
            "a newer version of the program wrote the database {database} (revision {revision}): "
            "update geo-service",
            database=name_of(connection.engine),
            revision=stored,
        )
