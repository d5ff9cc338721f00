"""Opening a database and bringing it up to date."""

import socket
import sqlite3
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text

from geo_service.errors import DatabaseError
from geo_service.i18n import Language, tell
from geo_service.storage import Database
from geo_service.storage.tables import metadata
from tests.postgres import Cluster, without_server


def test_all_migrations_from_empty_make_the_tables_as_written(database: Database) -> None:
    with database._transaction(write=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    with database.unit_of_work(write=False) as work:
        assert list(work.tickets.all()) == []


def test_a_database_of_a_newer_program_is_refused(database: Database, address: str) -> None:
    with database._transaction(write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"newer version .* \(revision 9999\)"):
        Database.open(address)
    with pytest.raises(DatabaseError, match="newer version"):
        database.migrate()


def test_a_database_without_tables_says_so(address: str) -> None:
    opened = Database.open(address)
    with pytest.raises(DatabaseError, match="has not been set up"), opened.unit_of_work() as work:
        work.tickets.get("abc")
    opened.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is no database address"),
        ("geo-service.db", "geo-service.db is no database address"),
        ("mysql://root:secret@db/geo", r"mysql://root:\*\*\*@db/geo names a database that is not supported"),
        (
            "sqlite:////no/such/folder/geo.db",
            "/no/such/folder/geo.db does not do what it should: unable to open",
        ),
    ],
)
def test_a_wrong_address_is_told(url: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said) as caught:
        Database.open(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_told_without_the_password() -> None:
    with socket.socket() as deaf:  # bound, but never listening: refuses at once
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        with pytest.raises(DatabaseError, match=rf"geo:\*\*\*@127.0.0.1:{port}/geo does not") as caught:
            Database.open(f"postgresql://geo:secret@127.0.0.1:{port}/geo")
    assert "secret" not in str(caught.value)
    assert tell(caught.value, Language.ZH_CN).startswith("数据库 postgresql+psycopg://geo:***@127.0.0.1")


@pytest.mark.postgres
def test_a_server_database_of_another_encoding_is_refused(postgres_cluster: Cluster) -> None:
    with postgres_cluster.connect() as connection:
        provider = "LOCALE_PROVIDER libc" if connection.info.server_version >= 150000 else ""
        connection.execute(
            f"CREATE DATABASE latin TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C' {provider}".encode()
        )
    with pytest.raises(DatabaseError, match="is encoded as SQL_ASCII"):
        Database.open(f"postgresql://postgres@127.0.0.1:{postgres_cluster.port}/latin")


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseError, match="needs the Python package psycopg"):
        Database.open("postgresql://127.0.0.1/geo")


def test_a_missing_server_skips_a_story_but_fails_it_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no server"):
        without_server("no server")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no server"):
        without_server("no server")


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tickets.xlsx"
    file.write_bytes(b"PK\x03\x04 certainly no database" * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        Database.open(f"sqlite:///{file}")
    assert file.read_bytes().startswith(b"PK")


def test_sqlite_keeps_what_it_acknowledges_and_checks_references(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / '100% 陆丰.db'}")
    database.migrate()
    with database._transaction(write=True) as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_files_path_may_hold_what_an_address_gives_a_meaning_to(tmp_path: Path) -> None:
    file = tmp_path / "空 格?x=1#100%" / "geo-service.db"
    file.parent.mkdir()
    database = Database.open_file(file)
    database.migrate()
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == [file.parent.name]
    assert [path.name for path in file.parent.iterdir()] == ["geo-service.db"]


def test_a_folder_without_the_right_to_write_is_told_in_our_words(tmp_path: Path) -> None:
    file = tmp_path / "geo-service.db"
    Database.open_file(file).close()
    with sqlite3.connect(file) as made:
        made.execute("CREATE TABLE something (a)")
    made.close()
    reader = Database.open(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(DatabaseError, match="is read-only") as caught:
        reader.migrate()
    reader.close()
    assert "只读" in tell(caught.value, Language.ZH_CN)


@pytest.mark.postgres
def test_a_database_nobody_holds_any_more_leaves_no_connection(postgres_cluster: Cluster) -> None:
    address = postgres_cluster.new_database()
    held = Database.open(address)
    held.migrate()
    role = make_url(address).username
    count = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'".encode()  # noqa: S608 - our own role
    with postgres_cluster.connect() as connection:
        assert connection.execute(count).fetchone() == (1,)
        del held
        gone = (connection.execute(count).fetchone() == (0,) for _ in range(100))
        assert any(gone)
