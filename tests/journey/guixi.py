"""贵溪: real streets and town areas, invented tickets, beside the checkout in ../shared/data."""

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.journey.command import Ran, geo_service
from tests.shared_data import shared

FIRST_DAY = "2026-01-12"
_HEADERS = ("工单编号", "受理时间", "诉求类型", "事项分类", "诉求内容", "来电渠道")


@dataclass(frozen=True, slots=True)
class GuixiRun:
    """A workspace after every step, and what each step reported."""

    workspace: Path
    steps: dict[str, Ran]

    def report(self, step: str) -> dict[str, Any]:
        """Return what a step reported as JSON."""
        return self.steps[step].report


def truth() -> list[dict[str, Any]]:
    """Return the open tickets with what is known of their places."""
    lines = shared("truth/guixi_open.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def write_tickets(path: Path) -> None:
    """Write the open tickets as a hotline would export them."""
    start = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - the hotline's local time, as in its files
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADERS)
        for number, ticket in enumerate(truth()):
            at = start + timedelta(minutes=40 * number)
            writer.writerow(
                (
                    ticket["id"],
                    f"{at:%Y-%m-%d %H:%M:%S}",
                    ticket["kind"],
                    ticket["category"],
                    ticket["text"],
                    "电话",
                )
            )


def init_words(workspace: Path) -> list[object]:
    """Return the command that makes the workspace."""
    return [
        *("init", workspace, "--name", "贵溪市"),
        *("--osm", shared("osm/guixi_jiangxi_2024-11.osm.pbf")),
        *("--areas", shared("boundaries/guixi_osm_admin8_clipped_to_bbox.geojson")),
        *("--units", shared("admin/guixi_360681_streets_nbs2023.csv")),
        *("--units", shared("admin/guixi_360681_villages_nbs2023.csv")),
        "--json",
    ]


def run_guixi(folder: Path) -> GuixiRun:
    """Run the whole journey on Guixi, each step as a command."""
    workspace, tickets = folder / "guixi", folder / "tickets.csv"
    write_tickets(tickets)
    made = geo_service(*init_words(workspace))
    return GuixiRun(workspace, {"init": made, **run_steps(workspace, tickets)})


def run_steps(workspace: Path, tickets: Path) -> dict[str, Ran]:
    """Run every step after the first, each as a command."""
    here = ("--workspace", workspace, "--json")
    steps = {"import": geo_service("import", tickets, *here)}
    steps["geocode"] = geo_service("geocode", *here)
    steps["assign"] = geo_service("assign", *here)
    steps["plan"] = geo_service("plan", "--from", FIRST_DAY, *here)
    steps["hotspots"] = geo_service("hotspots", *here)
    steps["map"] = geo_service("map", "--every-round", *here)
    return steps
