"""The first day: a workspace without a ticket says on every page what to do next."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from geo_service.api import create_app
from geo_service.services import Services
from geo_service.settings import Workspace
from tests.api.serving import serving


@pytest.fixture
def newcomer(toy: Services, tmp_path: Path) -> Iterator[httpx.Client]:
    """Return a client of a workspace that was just made."""
    without_tickets = shutil.ignore_patterns("geo-service.db*")
    shutil.copytree(toy.workspace.folder, tmp_path / "new", ignore=without_tickets)
    services = Services.open(Workspace(tmp_path / "new"))
    with serving(create_app(services)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
    services.database.close()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "geo-service import"),
        ("/tickets", "没有符合条件的工单"),
        ("/review", "队列已空"),
        ("/rounds", "还没有编排走访路线"),
        ("/hotspots", "geo-service hotspots"),
        ("/maps/rounds", "geo-service plan"),
        ("/maps/hotspots", "geo-service hotspots"),
    ],
)
def test_an_empty_workspace_says_what_to_do(newcomer: httpx.Client, path: str, told: str) -> None:
    answer = newcomer.get(path)
    assert answer.status_code == 200
    assert told in answer.text


def test_maps_and_json_of_an_empty_workspace_are_empty_not_broken(newcomer: httpx.Client) -> None:
    assert newcomer.get("/maps/issues/document").status_code == 200
    assert newcomer.get("/maps/hotspots/document").headers["location"] == "/maps/hotspots"
    assert newcomer.get("/api/v1/tickets").json() == {"total": 0, "page": 1, "pages": 1, "tickets": []}
    assert newcomer.get("/api/v1/rounds").json() == {"rounds": [], "left_out": []}
    assert newcomer.get("/api/v1/hotspots").json()["found_at"] is None
    assert newcomer.get("/api/v1/review").json()["total"] == 0
