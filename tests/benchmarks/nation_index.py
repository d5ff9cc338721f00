"""All villages of the nation as one gazetteer: built, written, opened and asked in processes of their own.

Run by `measured`, which gives each step its time and memory and reports the first that breaks.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

from boundaries import Divisions, Gazetteer, Geocoder
from tests.benchmarks.nation_villages import NO_AREAS, NO_MAP, RealCounty, nation_text, real_counties

_MEMORY = 12 * 1024**3
TEXTS = 2_000


def measured(limit_s: float) -> tuple[Mapping[str, float | None], list[str]]:
    """Return figures of the nation's index, None for what could not be measured, and what happened.

    Parameters
    ----------
    limit_s
        Seconds each of the two steps may take.
    """
    keys = ("nation_build_s", "nation_build_mb", "nation_disk_mb", "nation_open_s", "nation_resident_mb")
    figures: dict[str, float | None] = dict.fromkeys((*keys, "nation_texts_per_s", "nation_top_1"))
    if not nation_text():
        return figures, ["the nation's list is not there (dependency group peers: jionlp)"]
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for step in ("build", "open"):
            command = [sys.executable, "-m", "tests.benchmarks.nation_index", step, folder]
            try:
                run = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
            except subprocess.TimeoutExpired:
                said.append(f"{step}: stopped after {limit_s:.0f} s")
                break
            if run.returncode:
                last = (run.stderr.strip().splitlines() or ["no message"])[-1]
                said.append(f"{step}: failed: {last}")
                break
            figures.update(json.loads(run.stdout.splitlines()[-1]))
    return figures, said


def nation() -> Divisions:
    """Return the register of all counties; codes made up twice are told apart by their first county."""
    counties = {county.code: county for county in real_counties()}
    return Divisions(unit for county in counties.values() for unit in county.divisions.values())


def texts(count: int) -> list[tuple[str, str]]:
    """Return texts with county, town and village named, and the code of each."""
    rng = Random(1)  # noqa: S311 - a sample
    counties = list({county.code: county for county in real_counties()}.values())
    chosen: list[tuple[str, str]] = []
    for county in rng.choices(counties, k=count):
        unit = rng.choice(county.villages)
        chosen.append((f"{_address(county)}{unit.town_name}{unit.display_name}路灯坏了三个晚上", unit.code))
    return chosen


def _address(county: RealCounty) -> str:
    return county.above + county.name


def _build(folder: Path) -> Mapping[str, float]:
    register = nation()
    before = _resident_mb()
    start = time.perf_counter()
    Gazetteer.build(NO_MAP, register, NO_AREAS).save(folder / "nation.gazetteer")
    return {
        "nation_build_s": round(time.perf_counter() - start, 1),
        "nation_build_mb": round(_resident_mb() - before),
        "nation_disk_mb": round(sum(p.stat().st_size for p in folder.iterdir()) / 1e6, 1),
    }


def _open(folder: Path) -> Mapping[str, float]:
    asked = texts(TEXTS)
    register = nation()
    before = _resident_mb()
    start = time.perf_counter()
    geocoder = Geocoder(Gazetteer.load(folder / "nation.gazetteer"), NO_AREAS, register)
    geocoder.geocode(asked[0][0])
    opened = time.perf_counter() - start
    start = time.process_time()
    answers = [geocoder.geocode(text).best for text, _ in asked]
    spent = time.process_time() - start
    right = sum(
        best is not None and best.unit_code == code for best, (_, code) in zip(answers, asked, strict=True)
    )
    return {
        "nation_open_s": round(opened, 2),
        "nation_texts_per_s": round(len(asked) / spent),
        "nation_resident_mb": round(_resident_mb() - before),
        "nation_top_1": round(right / len(asked), 4),
    }


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    task = {"build": _build, "open": _open}[sys.argv[1]]
    sys.stdout.write(json.dumps(task(Path(sys.argv[2]))) + "\n")
