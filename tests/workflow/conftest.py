"""The toy county as a workspace: its twelve villages, a grid of streets, one market."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from boundaries import LonLat, OsmNode, OsmWay, write_osm
from geo_service.services import COUNTY_TIME, Services
from geo_service.settings import Settings, Workspace
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import mask_text
from geo_service.workflow.foundation import Sources, make_workspace
from tests.toy_county import CELL_DEG, CORNER, place_in, toy_areas

ROWS, COLUMNS = 14, 16
TODAY = "2026-01-12"
MARKET = place_in("B", east_m=200.0, north_m=-150.0)


def write_streets(path: Path) -> None:
    """Write a grid of streets, half a cell apart, and a market in village B."""
    step = CELL_DEG / 2
    nodes = {
        (row, column): OsmNode(
            row * 100 + column + 1,
            LonLat(round(CORNER.lon + column * step, 6), round(CORNER.lat - row * step, 6)),
        )
        for row in range(ROWS + 1)
        for column in range(COLUMNS + 1)
    }
    lines = [[nodes[row, column] for column in range(COLUMNS + 1)] for row in range(ROWS + 1)]
    lines += [[nodes[row, column] for row in range(ROWS + 1)] for column in range(COLUMNS + 1)]
    ways = [
        _street(number, f"{'东西' if number <= ROWS + 1 else '南北'}{number}路", line)
        for number, line in enumerate(lines, start=1)
    ]
    market = OsmNode(9001, MARKET, {"name": "望海楼市场", "amenity": "marketplace"})
    write_osm(path, [*nodes.values(), market], ways)


def _street(number: int, name: str, line: list[OsmNode]) -> OsmWay:
    return OsmWay(
        number,
        tuple(node.id for node in line),
        [tuple(node.point) for node in line],  # type: ignore[arg-type]  # write_osm takes the nodes' own places
        {"highway": "residential", "name": name},
    )


@pytest.fixture(scope="session")
def toy_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the workspace once; tests open copies of its database."""
    folder = tmp_path_factory.mktemp("toy")
    write_streets(folder / "streets.osm.pbf")
    toy_areas().villages.reset_index().drop(columns=["office_lon", "office_lat", "office_assumed"]).to_file(
        folder / "villages.gpkg"
    )
    settings = Settings.model_validate({"name": "陆丰市（模拟）", "simulated": True, "today": TODAY})
    make_workspace(
        Workspace(folder / "w"), Sources(folder / "streets.osm.pbf", folder / "villages.gpkg"), settings
    )
    return folder / "w"


@pytest.fixture
def services(toy_workspace: Path, tmp_path: Path) -> Services:
    """Return the toy county with an empty ledger of its own."""
    opened = Services.open(Workspace(toy_workspace))
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    return Services(opened.workspace, opened.settings.model_copy(update={"database_url": database}))


Receive = Callable[..., Ticket]


@pytest.fixture
def receive(services: Services) -> Receive:
    """Return a function that puts one ticket into the ledger."""
    numbers = iter(range(1, 10_000))

    def put(content: str, **fields: object) -> Ticket:
        ticket = Ticket(
            source_system="12345",
            upstream_no=f"T{next(numbers):04d}",
            received_at=datetime(2026, 1, 8, 9, 0, tzinfo=COUNTY_TIME),
            content=content,
            content_masked=mask_text(content),
            category="城乡建设/占道经营",
        )
        ticket = replace(ticket, **fields)  # type: ignore[arg-type]  # fields by name, as a test needs them
        with services.database.unit_of_work() as work:
            work.tickets.add_many([ticket])
        return ticket

    return put


def stored(services: Services, ticket: Ticket) -> Ticket:
    """Return a ticket as the ledger has it now."""
    with services.database.unit_of_work(write=False) as work:
        return work.tickets.get(ticket.id)
