"""The main job on real input: Guixi's streets, towns and community nodes, and its open tickets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geo_service.services import Services
from geo_service.settings import Workspace
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from routing import WalkNetwork
from tests.journey.command import geo_service
from tests.journey.guixi import GuixiRun, truth
from tests.shared_data import shared


@pytest.fixture(scope="module")
def ledger(guixi: GuixiRun) -> list[Ticket]:
    with Services.open(Workspace(guixi.workspace)).database.unit_of_work(write=False) as work:
        return list(work.tickets.all())


def test_every_step_succeeds(guixi: GuixiRun) -> None:
    assert {step: ran.code for step, ran in guixi.steps.items()} == dict.fromkeys(guixi.steps, 0)


def test_every_ticket_comes_in_and_none_is_lost(guixi: GuixiRun, ledger: list[Ticket]) -> None:
    assert guixi.report("import")["done"]["imported"] == len(truth())
    assert sorted(ticket.upstream_no for ticket in ledger) == sorted(ticket["id"] for ticket in truth())
    assert not [ticket for ticket in ledger if ticket.status is Status.RECEIVED]


def test_every_ticket_left_has_a_reason(guixi: GuixiRun, ledger: list[Ticket]) -> None:
    left = {entry["number"]: entry["reason"] for entry in guixi.report("geocode")["left"]}
    locating = {ticket.upstream_no for ticket in ledger if ticket.status is Status.LOCATING}
    assert left.keys() == locating
    assert all(reason["rule"] and reason["template"] for reason in left.values())
    assert all(
        ticket.geocode_because or (ticket.issue_place and ticket.issue_place.because) for ticket in ledger
    )


def test_the_places_agree_with_the_truth(ledger: list[Ticket], tmp_path: Path) -> None:
    predicted, scores = tmp_path / "predicted.jsonl", tmp_path / "scores.json"
    predicted.write_text("\n".join(json.dumps(_prediction(ticket)) for ticket in ledger), encoding="utf-8")
    files = (shared("truth/score.py"), shared("truth/guixi_open.jsonl"), predicted, "--json", scores)
    subprocess.run([sys.executable, *map(str, files)], check=True, capture_output=True)
    score = json.loads(scores.read_text(encoding="utf-8"))
    assert score["village_hits"] >= 0.9 * score["village_total"]
    assert score["wrongly_automatic"] == 0


def _prediction(ticket: Ticket) -> dict[str, object]:
    place = ticket.issue_place or next(iter(ticket.candidates), None)
    return {
        "id": ticket.upstream_no,
        "unit_code12": place.unit_code if place else None,
        "town_code9": place.town_code if place else None,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "auto": ticket.visit_body is not None,
        "confidence": place.confidence if place else 0.0,
    }


def test_rounds_start_and_end_at_the_office_and_follow_streets(guixi: GuixiRun) -> None:
    services = Services.open(Workspace(guixi.workspace))
    with services.database.unit_of_work(write=False) as work:
        rounds = work.rounds.all()
    assert rounds
    for walk in rounds:
        office = services.areas.offices[walk.unit_code]
        assert walk.legs[0].line[0] == pytest.approx(office)
        assert walk.legs[-1].line[-1] == pytest.approx(office)
        assert len(walk.legs) == len(walk.stops) + 1
    assert any(len(leg.line) > 4 for walk in rounds for leg in walk.legs), "a leg bends with its street"
    assert isinstance(services.network, WalkNetwork)


def test_the_maps_are_files_that_name_no_address(guixi: GuixiRun) -> None:
    files = guixi.report("map")["files"]
    assert {"issues.html", "round.html", "hotspots.html"} <= set(files)
    for name in files:
        html = (guixi.workspace / "maps" / name).read_text(encoding="utf-8")
        assert "贵溪" in html or "“两委”" in html
        assert "cdn." not in html


def test_a_second_run_of_every_step_changes_nothing(guixi: GuixiRun) -> None:
    here = ("--workspace", guixi.workspace, "--json")
    before = _state(guixi.workspace)
    again = geo_service("import", guixi.workspace.parent / "tickets.csv", *here).report
    assert again["done"]["imported"] == 0
    assert again["done"]["already known"] == len(truth())
    for step in ("geocode", "assign"):
        assert geo_service(step, *here).code == 0
    assert geo_service("plan", "--from", "2026-01-12", *here).report["done"]["rounds"] == 0
    assert _state(guixi.workspace) == before


def _state(workspace: Path) -> tuple[object, ...]:
    with Services.open(Workspace(workspace)).database.unit_of_work(write=False) as work:
        tickets = list(work.tickets.all())
        events = [work.events.of_ticket(ticket.id) for ticket in tickets]
        return tickets, events, work.rounds.all()
