"""Commands that are stopped, by Ctrl+C or by the power: nothing lost, nothing twice."""

import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from geo_service.services import Services
from geo_service.settings import Workspace
from geo_service.tickets.statuses import Status
from tests.cli.conftest import STALL, write_tickets
from tests.journey.command import geo_service
from tests.postgres import free_port

COMMAND = Path(sys.executable).with_name("geo-service")
MANY = 1500


def start(*words: object) -> subprocess.Popen[str]:
    """Start a command as a shell in front of a person does."""
    return subprocess.Popen(
        [COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - one thread
    )


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something that takes seconds, at most a minute."""
    for _ in range(3000):
        if true():
            return
        time.sleep(0.02)
    pytest.fail("it never happened")


def counted(workspace: Path, status: Status) -> int:
    services = Services.open(Workspace(workspace))
    with services.database.unit_of_work(write=False) as work:
        return work.tickets.counts()[status]


def happened(workspace: Path) -> Counter[tuple[str, int]]:
    """Return (who did it, how often to one ticket) → tickets; past the service, as it is asked often."""
    with closing(sqlite3.connect(workspace / "geo-service.db", timeout=30)) as ledger:
        rows = ledger.execute('SELECT "by", count(*) FROM events GROUP BY "by", ticket_id')
        return Counter((who, times) for who, times in rows)


def begun(workspace: Path, step: str) -> bool:
    return (step, 1) in happened(workspace)


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_step_that_is_stopped_goes_on_where_it_was(
    workspace: Path, tmp_path: Path, stop: signal.Signals, code: int
) -> None:
    geo_service("import", write_tickets(tmp_path / "many.csv", [STALL] * MANY), "--workspace", workspace)
    for step in ("geocode", "assign"):
        with start(step, "--workspace", workspace) as running:
            wait_until(partial(begun, workspace, step))
            running.send_signal(stop)
            told = running.communicate()[1]
            assert running.returncode == code
        assert ("已停止" in told) == (stop is signal.SIGINT)
        done = happened(workspace)[step, 1]
        assert 0 < done < MANY
        again = geo_service(step, "--workspace", workspace, "--json").report
        assert again["done"]["tickets"] == MANY - done
    assert set(happened(workspace)) == {("import", 1), ("geocode", 1), ("assign", 1)}


def test_an_import_that_is_killed_leaves_nothing_or_all(workspace: Path, tmp_path: Path) -> None:
    file = write_tickets(tmp_path / "many.csv", [STALL] * MANY)
    database = workspace / "geo-service.db"
    with start("import", file, "--workspace", workspace) as running:
        wait_until(lambda: database.with_name("geo-service.db-wal").exists())
        time.sleep(0.5)
        running.kill()
    assert counted(workspace, Status.RECEIVED) in {0, MANY}
    geo_service("import", file, "--workspace", workspace)
    assert counted(workspace, Status.RECEIVED) == MANY
    assert set(happened(workspace)) == {("import", 1)}


def test_ctrl_c_is_the_ordinary_end_of_serving(workspace: Path) -> None:
    port = free_port()

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    with start("serve", "--port", port, "--workspace", workspace) as running:
        wait_until(answers)
        running.send_signal(signal.SIGINT)
        told = running.communicate()
        assert running.returncode == 0
    assert "Traceback" not in told[1]
