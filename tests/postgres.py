"""A real PostgreSQL server for the tests: made in a temporary folder, gone afterwards, local only."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest


@dataclass(frozen=True)
class Cluster:
    """A running server, and as many empty databases as are asked for.

    Each is a role with a schema of its own name: as empty as a database, and a thousand times lighter.
    """

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"story_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN; CREATE SCHEMA AUTHORIZATION {name}".encode())
        return f"postgresql+psycopg://{name}@127.0.0.1:{self.port}/postgres"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Connect to the server itself, each statement for itself."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def with_postgis(self) -> psycopg.Connection:
        """Connect to a new database that knows geometries, or skip the test when PostGIS is not installed."""
        with self.connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")
            if known.fetchone() is None:
                without_server("the PostgreSQL server has no PostGIS")
            name = f"ground_{next(self._numbers)}"
            connection.execute(f"CREATE DATABASE {name}".encode())
        opened = self.connect(name)
        opened.execute("CREATE EXTENSION postgis")
        return opened


def programs() -> Path | None:
    """Return the folder of the newest installed PostgreSQL programs; None when there are none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda folder: int(folder.parent.name), default=None)


def without_server(reason: str) -> NoReturn:
    """Skip the test with a reason; in CI, fail it: there the server is part of the machine."""
    if os.getenv("CI") == "true":
        pytest.fail(f"{reason}, and CI=true says that it has to be there")
    pytest.skip(reason)


def run(*words: str | Path, folder: Path) -> str:
    """Run a program of PostgreSQL, which refuses to be root: as the system's user postgres then."""
    user = "postgres" if os.geteuid() == 0 else None
    groups: list[str] | None = [] if user else None
    done = subprocess.run(
        words,
        cwd=folder,
        user=user,
        group=user,
        extra_groups=groups,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Start a server and stop it at the end of the session.

    It sorts text by the rules of languages (ICU) where it can, as a server in an office does: what we promise
    about order must not depend on it. It may forget all when the machine loses power: nobody minds here.
    """
    home = programs()
    if home is None:
        without_server(
            "no PostgreSQL server is installed (initdb is neither on PATH nor in /usr/lib/postgresql)"
        )
    folder = Path(tempfile.mkdtemp(prefix="geo-service-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        order = ["--locale-provider=icu", "--icu-locale=und"]
        if "--icu-locale" not in run(home / "initdb", "--help", folder=folder):
            order = []
        setup = [
            "-D",
            "data",
            "-E",
            "UTF8",
            "--locale=C",
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            *order,
        ]
        run(home / "initdb", *setup, folder=folder)
        port = free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        run(home / "pg_ctl", "-D", "data", "-o", options, "-l", "log", "-w", "start", folder=folder)
        yield Cluster(port)
        run(home / "pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop", folder=folder)
    finally:
        shutil.rmtree(folder)
