"""The demo's input files: what a county hands over, only invented."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boundaries import write_divisions
from geo_service.demo.county import invent
from geo_service.demo.hotline import january
from geo_service.demo.map_file import write_areas, write_map, write_offices
from geo_service.demo.ticket_file import write_tickets, write_truth

DEMO_TODAY = date(2026, 2, 2)
"""A Monday and a working day; the month before has just ended."""
DEMO_SETTINGS: Mapping[str, str | bool | date] = {
    "name": "陆丰市（模拟）",
    "county_code": "441581",
    "simulated": True,
    "today": DEMO_TODAY,
}
"""Fields of `geo_service.settings.Settings` for the demo's workspace."""


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Ordinary input files, as any county could give them."""

    osm: Path
    """Streets, landmarks and background (.osm.pbf)."""
    areas: Path
    """Villages as polygons, WGS 84 (.geojson)."""
    offices: Path
    """Where the committees sit, as points with code and name (.geojson)."""
    units: tuple[Path, ...]
    """The register of towns and villages (.csv)."""
    tickets: Path
    """The hotline's export (.xlsx)."""
    truth: Path
    """What is true about each ticket (.csv): for measuring, never for the service."""


def write_demo(folder: Path, *, seed: int = 1, tickets: int = 300) -> DemoFiles:
    """Invent a county and its hotline's January 2026, and write them as ordinary files.

    Names and codes of towns and villages are Lufeng's; places, streets, people and calls are invented, and
    every file says 模拟 (simulated).

    Parameters
    ----------
    folder
        Where to write; made when it is missing. Files of an earlier call are replaced.
    seed
        The same seed gives the same bytes, another one another county.
    tickets
        Rows of the ticket file, three of them deliberately bad; the planted stories are always there, so it
        is never fewer than about fifty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    county = invent(seed)
    files = DemoFiles(
        folder / "county.osm.pbf",
        folder / "areas.geojson",
        folder / "offices.geojson",
        (folder / "units.csv",),
        folder / "tickets.xlsx",
        folder / "truth.csv",
    )
    write_map(county, files.osm)
    write_areas(county, files.areas)
    write_offices(county, files.offices)
    write_divisions(county.register, files.units[0])
    rows = january(county, seed=seed, tickets=tickets)
    write_tickets(rows, files.tickets)
    write_truth(county, rows, files.truth)
    return files
