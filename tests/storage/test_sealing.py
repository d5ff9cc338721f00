"""What is restricted is unreadable in the database, and opens only with its key and for its own ticket."""

from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from geo_service.errors import BadKeysError
from geo_service.storage import Database, Keys
from geo_service.storage.database import _alembic
from tests.storage.samples import a_full_ticket, a_ticket

SECRET = {"content": "水乾村路灯不亮", "phone": "13800001234"}


def test_nothing_restricted_can_be_read_in_the_database(address: str) -> None:
    database = Database.open(address, keys=Keys.made())
    database.migrate()
    ticket = a_full_ticket()
    with database.unit_of_work() as work:
        work.tickets.add_many([ticket])
        assert work.tickets.get(ticket.id) == ticket
    with database._transaction(write=False) as connection:
        stored = str(connection.execute(text("SELECT * FROM tickets")).all())
    restricted = (ticket.content, ticket.address, ticket.requester.name, ticket.requester.phone)
    assert not [words for words in restricted if words in stored]
    assert ticket.content_masked in stored
    database.close()


def test_a_new_key_opens_the_old_and_after_sealing_again_the_old_key_can_go(address: str) -> None:
    first = Keys.made()
    database = Database.open(address, keys=first)
    database.migrate()
    ticket = a_full_ticket()
    with database.unit_of_work() as work:
        work.tickets.add_many([ticket])
    database.close()

    turned = first.turned()
    database = Database.open(address, keys=turned)
    with database.unit_of_work() as work:
        assert work.tickets.get(ticket.id) == ticket
        assert work.tickets.seal_again() == 1
        assert work.tickets.seal_again() == 0
    database.close()

    for keys, opens in ((turned.newest_only(), True), (first, False)):
        database = Database.open(address, keys=keys)
        with database.unit_of_work(write=False) as work:
            if opens:
                assert work.tickets.get(ticket.id) == ticket
            else:
                with pytest.raises(BadKeysError, match="is not in the key file: put it back"):
                    work.tickets.get(ticket.id)
        database.close()


def test_a_seal_moved_to_another_ticket_or_changed_does_not_open() -> None:
    keys = Keys.made()
    sealed = keys.seal("a", SECRET)
    assert keys.open("a", sealed) == SECRET
    with pytest.raises(BadKeysError, match="changed outside"):
        keys.open("b", sealed)
    flipped = sealed[:-3] + ("A" if sealed[-3] != "A" else "B") + sealed[-2:]
    with pytest.raises(BadKeysError, match="changed outside"):
        keys.open("a", flipped)


def test_the_tickets_of_a_phone_are_found_without_opening_any(address: str) -> None:
    database = Database.open(address, keys=Keys.made())
    database.migrate()
    one, two, other = a_ticket("1"), a_ticket("2", hours=1), a_ticket("3")
    same, masked = replace(one.requester, phone="138-0000-1234"), replace(one.requester, phone="138****1234")
    tickets = [
        replace(one, requester=replace(same, phone="13800001234")),
        replace(two, requester=same),
        replace(other, requester=masked),
    ]
    with database.unit_of_work() as work:
        work.tickets.add_many(tickets)
        assert work.tickets.of_requester("138 0000 1234") == tickets[:2]
        assert work.tickets.of_requester("138****1234") == []
        assert work.tickets.of_requester("") == []
    database.close()


def test_what_an_earlier_version_stored_openly_is_read_and_then_sealed(address: str) -> None:
    database = Database.open(address, keys=Keys.made())
    with database._transaction(write=True) as connection:
        settings = _alembic()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "0001")
        connection.execute(
            text(
                "INSERT INTO tickets (id, source_system, upstream_no, received_at, title, content,"
                " content_masked, channel, request_kind, urgency, category, address, town_hint,"
                " requester_name, requester_phone, flags, upstream_status, status, geocode_status,"
                " geocode_because, places, candidates, town_name, assign_because, raw, version) VALUES"
                " (:id, '12345', 'LF1', '2026-01-05 00:30:00', '', '水乾村路灯不亮', '水乾村路灯不亮',"
                " 'PHONE', 'ASSISTANCE', 'NORMAL', '', '村口', '', '王小明', '13800001234', '[]', '',"
                " 'RECEIVED', '',"
                " '[]', '[]', '[]', '', '[]', :raw, 0)"
            ),
            {"id": a_ticket("LF1").id, "raw": '{"序号": "1"}'},
        )
    database.migrate()
    with database.unit_of_work() as work:
        found = work.tickets.all()
        ticket = next(found)
        assert (ticket.content, ticket.address, ticket.requester.name) == ("水乾村路灯不亮", "村口", "王小明")
        assert dict(ticket.raw) == {"序号": "1"}
        assert work.tickets.seal_again() == 1
        assert work.tickets.get(ticket.id) == ticket
    database.close()


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    made = Keys.of_file(file)
    assert Keys.of_file(file) == made
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]
    made.turned().save(file)
    assert Keys.load(file).seals[1:] == made.seals


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "needs one line “index”"),
        ("seal abc\n", "line 1: this is no key"),
        ("# note\nkey " + "A" * 43 + "=\n", "line 2: this is no key"),
    ],
)
def test_a_file_that_holds_no_keys_is_told_by_its_line(written: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(written)
    with pytest.raises(BadKeysError, match=said):
        Keys.load(file)


def test_the_keys_never_show_in_a_print_or_a_log() -> None:
    keys = Keys.made()
    assert repr(keys) == "Keys()"
