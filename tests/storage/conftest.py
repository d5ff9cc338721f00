"""Every story that asks for `address` or `database` is told twice: on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_service.storage import Database
from tests.postgres import postgres_cluster  # noqa: F401 - a fixture is found by its name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'geo-service.db'}"
    new: str = request.getfixturevalue("postgres_cluster").new_database()
    return new


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """Return a database with its tables, and nothing in them."""
    opened = Database.open(address)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(database: Database, address: str) -> Iterator[Database]:
    """Return the same database, opened a second time: another process, another colleague."""
    opened = Database.open(address, patience_s=0.3)
    yield opened
    opened.close()
