"""Two people, two processes, one database: nobody overwrites anybody, and what is acknowledged stays."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.errors import ChangedMeanwhileError, DatabaseError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from tests.storage.samples import BECAUSE, NOW, a_ticket

ROOT = Path(__file__).resolve().parents[2]
WORKER = (sys.executable, "-m", "tests.storage.workers")
TICKETS = [a_ticket(f"LF{n}") for n in range(3)]


@pytest.fixture
def database(database: Database) -> Database:
    """Return a database with three tickets."""
    with database.unit_of_work() as work:
        work.tickets.add_many(TICKETS)
    return database


def statuses(database: Database) -> list[Status]:
    """Return the three tickets' statuses, as stored."""
    with database.unit_of_work(write=False) as work:
        return [work.tickets.get(ticket.id).status for ticket in TICKETS]


def decide(database: Database, ticket: Ticket, status: Status) -> None:
    """Store what happened to a ticket, then the ticket."""
    with database.unit_of_work() as work:
        work.events.add_many([ticket.happened(at=NOW, by="her", reason=BECAUSE)])
        work.tickets.save(replace(ticket, status=status))


def test_of_two_dispatchers_who_change_one_ticket_the_second_is_told(
    database: Database, elsewhere: Database
) -> None:
    with elsewhere.unit_of_work(write=False) as work:
        on_her_screen = work.tickets.get(TICKETS[1].id)
    with database.unit_of_work() as work:
        work.tickets.save(replace(TICKETS[1], status=Status.READY))
    with pytest.raises(ChangedMeanwhileError, match="LF1"):
        decide(elsewhere, on_her_screen, Status.LOCATING)
    assert statuses(database)[1] is Status.READY
    with database.unit_of_work(write=False) as work:
        assert work.events.of_ticket(TICKETS[1].id) == []


def test_a_writer_waits_for_another_and_is_then_told(database: Database, address: str) -> None:
    patient = Database.open(address)

    def change() -> None:
        with patient.unit_of_work() as work:
            work.tickets.save(replace(TICKETS[1], status=Status.LOCATING))

    with ThreadPoolExecutor() as pool:
        with database.unit_of_work() as work:
            work.tickets.save(replace(TICKETS[1], status=Status.READY))
            second = pool.submit(change)
        with pytest.raises(ChangedMeanwhileError, match="LF1"):
            second.result()
    patient.close()
    assert statuses(database)[1] is Status.READY


def test_a_writer_does_not_wait_for_ever(database: Database, elsewhere: Database) -> None:
    with database.unit_of_work() as work:
        work.tickets.save(replace(TICKETS[1], status=Status.READY))
        with pytest.raises(DatabaseError, match="is busy"), elsewhere.unit_of_work() as other:
            other.tickets.save(replace(TICKETS[1], status=Status.LOCATING))
    assert statuses(database)[1] is Status.READY


def test_a_reader_sees_one_moment_and_never_waits(database: Database, elsewhere: Database) -> None:
    with elsewhere.unit_of_work(write=False) as reading:
        assert reading.tickets.get(TICKETS[0].id).status is Status.RECEIVED
        with database.unit_of_work() as work:
            work.tickets.save(replace(TICKETS[0], status=Status.READY))
            assert statuses(elsewhere)[0] is Status.RECEIVED
        assert reading.tickets.get(TICKETS[0].id).status is Status.RECEIVED
    assert statuses(elsewhere)[0] is Status.READY


def test_forty_readers_are_served_at_once(database: Database) -> None:
    with ExitStack() as together:
        works = [together.enter_context(database.unit_of_work(write=False)) for _ in range(40)]
        assert {work.tickets.counts()[Status.RECEIVED] for work in works} == {3}


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"), database.unit_of_work(write=False) as work:
        work.tickets.save(replace(TICKETS[0], status=Status.READY))


def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    def fail(work: UnitOfWork) -> None:
        work.tickets.add_many([a_ticket("LF77")])
        work.tickets.save(replace(TICKETS[0], status=Status.READY))
        work.events.add_many([TICKETS[0].happened(at=NOW, by="import", reason=BECAUSE)])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), database.unit_of_work() as work:
        fail(work)
    with database.unit_of_work(write=False) as work:
        assert list(work.tickets.all()) == TICKETS
        assert work.events.of_ticket(TICKETS[0].id) == []


def test_saving_many_saves_all_or_none(database: Database) -> None:
    ready = [replace(ticket, status=Status.READY) for ticket in TICKETS]
    with database.unit_of_work() as work:
        assert work.tickets.save(ready[1]).version == 1
        with pytest.raises(ChangedMeanwhileError, match="LF1"):
            work.tickets.save_many(ready)
        with pytest.raises(ChangedMeanwhileError, match="LF2"):
            work.tickets.save_many([ready[2], ready[2]])
    assert statuses(database) == [Status.RECEIVED, Status.READY, Status.RECEIVED]


def test_a_saved_ticket_can_be_saved_again(database: Database) -> None:
    with database.unit_of_work() as work:
        once = work.tickets.save(replace(TICKETS[0], status=Status.LOCATING))
        work.tickets.save(replace(once, status=Status.READY))
        assert work.tickets.get(once.id).version == 2


def test_kill_9_loses_no_acknowledged_ticket_and_leaves_no_half_one(database: Database, address: str) -> None:
    for prefix in ("A", "B"):
        with subprocess.Popen(
            [*WORKER, "write", address, prefix], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            told = [writer.stdout.readline().strip() for _ in range(20)]
            writer.kill()
            told += [line.strip() for line in writer.stdout if line.endswith("\n")]
        with database.unit_of_work(write=False) as work:
            assert set(told) <= set(work.tickets.find(told))
    with database.unit_of_work(write=False) as work:
        written = [ticket.id for ticket in work.tickets.all() if ticket not in TICKETS]
        assert all(len(work.events.of_ticket(ticket_id)) == 1 for ticket_id in written)


def test_several_processes_may_set_up_an_empty_database_at_once(address: str) -> None:
    starting = [subprocess.Popen([*WORKER, "open", address], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in starting] == [0, 0]


@pytest.mark.postgres
@pytest.mark.parametrize("address", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_is_told_and_may_come_back(database: Database, elsewhere: Database) -> None:
    def lose_the_server(work: UnitOfWork) -> None:
        work.tickets.save(replace(TICKETS[0], status=Status.READY))
        with elsewhere._transaction(write=True) as connection:
            others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        work.tickets.get(TICKETS[0].id)

    with pytest.raises(DatabaseError, match="does not do what it should"), database.unit_of_work() as work:
        lose_the_server(work)
    assert statuses(database)[0] is Status.RECEIVED
