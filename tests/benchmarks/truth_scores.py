"""The open truth sets and the thirty invented tickets, scored by the scorer that lies beside them."""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd

from boundaries import Areas, Gazetteer, Geocoder, GeocodeResult, lufeng_divisions, read_divisions, read_osm
from tests.benchmarks.nation_villages import NO_AREAS, NO_MAP
from tests.benchmarks.proportions import Proportion
from tests.shared_data import SHARED

SETS = ("lufeng", "guixi")


@dataclass(frozen=True)
class TruthScore:
    """One truth set."""

    name: str
    village: Proportion
    town: Proportion
    restraint: Proportion
    """Texts with no or several answers that were left alone."""
    precision: Proportion
    coverage: Proportion
    """Rightly automatic, of what a careful dispatcher lets pass."""
    wrong: tuple[str, ...]
    """Texts that were sent and should not have been."""
    misses: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return the score as lines."""
        return [
            f"  {self.name}: village {self.village}   town {self.town}   restraint {self.restraint.share}",
            f"    alone: right {self.precision}   covers {self.coverage}",
            *(f"    wrongly automatic: {text}" for text in self.wrong),
            *(f"    missed: {text}" for text in self.misses),
        ]


def lufeng() -> Geocoder:
    """Return a geocoder for Lufeng by its register alone: no map of it is free."""
    register = lufeng_divisions()
    return Geocoder(Gazetteer.build(NO_MAP, register, NO_AREAS), NO_AREAS, register)


def guixi() -> Geocoder:
    """Return a geocoder for the real 贵溪 with its streets and the areas its truth refers to."""
    frame = gpd.read_file(SHARED / "truth/guixi_reference_villages.geojson")
    frame = frame.rename(columns={"unit_code": "code", "town_code9": "town_code"})
    areas = Areas.from_frames(frame[["code", "name", "town_code", "town_name", "geometry"]], None)
    files = [SHARED / f"admin/guixi_360681_{part}_nbs2023.csv" for part in ("streets", "villages")]
    register = read_divisions(files)
    extract = read_osm(SHARED / "osm/guixi_jiangxi_2024-11.osm.pbf")
    return Geocoder(Gazetteer.build(extract, register, areas), areas, register)


def truth_scores(geocoders: Mapping[str, Geocoder]) -> list[TruthScore]:
    """Score each set that is there with its county's geocoder."""
    scorer = SHARED / "truth/score.py"
    found = []
    for name, geocoder in geocoders.items():
        path = SHARED / f"truth/{name}_open.jsonl"
        if path.exists() and scorer.exists():
            found.append(_scored(_module(scorer), name, path, geocoder))
    return found


def _scored(scorer: ModuleType, name: str, path: Path, geocoder: Geocoder) -> TruthScore:
    truth = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    answers = [prediction(ticket["id"], geocoder.geocode(ticket["text"])) for ticket in truth]
    rows, unknown = scorer.evaluate(truth, answers)
    got: Mapping[str, int] = scorer.summary(rows, unknown)

    def shown(row: Mapping[str, Any]) -> str:
        wanted = "/".join(row["t"]["expected"]["unit_code12"]) or "nobody"
        return f"{row['t']['id']} wanted {wanted}, got {row['p'].get('unit_code12')}: {row['t']['text']}"

    return TruthScore(
        name,
        Proportion(got["village_hits"], got["village_total"]),
        Proportion(got["town_hits"], got["town_total"]),
        Proportion(got["abstain_hits"], got["abstain_total"]),
        Proportion(got["auto_right"], got["auto"]),
        Proportion(got["auto_right"], got["auto_ok"]),
        tuple(shown(row) for row in rows if row["wrong"]),
        tuple(shown(row) for row in rows if not row["v"]),
    )


def prediction(number: str, result: GeocodeResult) -> Mapping[str, object]:
    """Return an answer as the scorer reads it."""
    best = result.best
    point = best.point if best else None
    return {
        "id": number,
        "unit_code12": best.unit_code if best else None,
        "town_code9": best.town_code if best else None,
        "lon": point.lon if point else None,
        "lat": point.lat if point else None,
        "auto": result.is_sure,
        "confidence": result.confidence,
    }


def invented_tickets() -> Sequence[Mapping[str, Any]]:
    """Return the thirty tickets; none when the file is not beside the checkout."""
    path = SHARED / "tickets_synthetic.jsonl"
    if not path.exists():
        return ()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def status_score(geocoder: Geocoder) -> tuple[Proportion, list[str]]:
    """Return how many of the thirty get their status and their unit, and those that do not.

    SYN-27 is left out: 甲村 stands for any village, and no register has it.
    """
    wrong = []
    tickets = [ticket for ticket in invented_tickets() if ticket["id"] != "SYN-27"]
    for ticket in tickets:
        result = geocoder.geocode(ticket["text"])
        places = [place["unit_code"] for place in ticket["places"]]
        code = result.best.unit_code if result.best else None
        same_unit = ticket["geocode_status"] != "RESOLVED" or code in places
        if result.status.name != ticket["geocode_status"] or not same_unit:
            wrong.append(f"{ticket['id']} {result.status.name} {code}: {ticket['text']}")
    return Proportion(len(tickets) - len(wrong), len(tickets)), wrong


def _module(path: Path) -> ModuleType:
    """Load the scorer; it needs the standard library only."""
    spec = importlib.util.spec_from_file_location("truth_scorer", path)
    if spec is None or spec.loader is None:
        raise ImportError(name=str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
