"""`geo-service demo`: from nothing to maps, twice, and after it was cut off."""

import shutil
from pathlib import Path

import pytest

from geo_service.services import Services
from geo_service.settings import Workspace
from tests.journey.command import Ran, geo_service


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("演 示") / "demo"


@pytest.fixture(scope="module")
def first(folder: Path) -> Ran:
    return geo_service("demo", folder, "--no-serve")


def ledger(folder: Path) -> tuple[object, ...]:
    with Services.open(Workspace(folder)).database.unit_of_work(write=False) as work:
        tickets = list(work.tickets.all())
        events = [work.events.of_ticket(ticket.id) for ticket in tickets]
        return tickets, events, work.rounds.all()


def test_the_demo_shows_the_planted_market_the_bad_rows_and_where_to_look(first: Ran, folder: Path) -> None:
    assert (first.code, first.err) == (0, "")
    told = "".join(first.out.split())
    assert "望海楼市场周围" in told
    assert "3行有问题" in told
    assert "http://127.0.0.1:8000/review" in told
    for name in ("issues", "round", "hotspots"):
        assert "模拟" in (folder / "maps" / f"{name}.html").read_text(encoding="utf-8")


def test_nobody_guarded_or_unsure_is_sent_to_a_village(first: Ran, folder: Path) -> None:
    assert first.code == 0
    with Services.open(Workspace(folder)).database.unit_of_work(write=False) as work:
        tickets = {ticket.id: ticket for ticket in work.tickets.all()}
        stops = {stop.ticket_id for walk in work.rounds.all() for stop in walk.stops}
    guarded = {ticket.id for ticket in tickets.values() if ticket.is_guarded}
    assert guarded
    assert stops
    assert not stops & guarded
    places = [ticket.issue_place for ticket in tickets.values() if ticket.visit_body]
    assert all(place and place.confidence >= 0.8 for place in places)
    assert {place.level for place in places if place} <= {
        *("POINT", "JUNCTION", "POI", "ROAD", "GROUP", "VILLAGE"),
    }


def test_a_second_demo_changes_nothing_and_a_lost_input_is_written_again(first: Ran, folder: Path) -> None:
    assert first.code == 0
    before, tickets = ledger(folder), (folder / "input" / "tickets.xlsx").read_bytes()
    shutil.rmtree(folder / "input")
    again = geo_service("demo", folder, "--no-serve", "--lang", "en")
    assert (again.code, again.err) == (0, "")
    assert "298  tickets known already" in again.out
    assert ledger(folder) == before
    assert (folder / "input" / "tickets.xlsx").read_bytes() == tickets
