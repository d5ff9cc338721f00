"""All villages of the nation as one gazetteer: built, written, opened and asked in processes of their own.

`measured` runs this module once per step and reports the first that breaks, runs out of time or of memory.
What is opened is what a service would open: the register and the gazetteer, nothing of this benchmark.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from boundaries import Candidate, Divisions, Gazetteer, Geocoder, read_divisions, write_divisions
from tests.benchmarks.nation_villages import NO_AREAS, NO_MAP, nation_text, real_counties

TEXTS = 2_000
KEYS = (
    "nation_villages",
    "nation_build_s",
    "nation_build_peak_mb",
    "nation_disk_mb",
    "nation_open_s",
    "nation_resident_mb",
    "nation_texts_per_s",
    "nation_top_1",
    "nation_top_1_within",
)
_MEMORY = 12 * 1024**3
_STEPS = ("list", "build", "open")
_REGISTER, _NAMES, _ASKED = "nation.csv", "nation.parquet", "asked.json"


def measured(limit_s: float) -> tuple[Mapping[str, float | None], list[str]]:
    """Return figures of the nation's index, None for what could not be measured, and what happened.

    Parameters
    ----------
    limit_s
        Seconds each step may take.
    """
    figures: dict[str, float | None] = dict.fromkeys(KEYS)
    if not nation_text():
        return figures, ["the nation's list is not there (dependency group peers: jionlp)"]
    with tempfile.TemporaryDirectory() as folder:
        for step in _STEPS:
            command = [sys.executable, "-m", "tests.benchmarks.nation_index", step, folder]
            try:
                run = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
            except subprocess.TimeoutExpired:
                return figures, [f"{step}: stopped after {limit_s:.0f} s"]
            if run.returncode:
                last = (run.stderr.strip().splitlines() or ["no message"])[-1]
                return figures, [f"{step}: failed with {run.returncode}: {last}"]
            figures.update(json.loads(run.stdout.splitlines()[-1]))
    return figures, []


def _list(folder: Path) -> Mapping[str, float]:
    """Write the register of all counties, and texts that name county, town and village of some."""
    counties = list({county.code: county for county in real_counties(1)}.values())
    register = Divisions(unit for county in counties for unit in county.divisions.values())
    write_divisions(register, folder / _REGISTER)
    rng = Random(1)  # noqa: S311 - a sample
    asked = []
    for county in rng.choices([one for one in counties if one.villages], k=TEXTS):
        unit = rng.choice(county.villages)
        place = f"{county.above}{county.name}{unit.town_name}{unit.display_name}"
        asked.append((f"{place}路灯坏了三个晚上没人修", unit.code, county.code))
    (folder / _ASKED).write_text(json.dumps(asked), encoding="utf-8")
    return {"nation_villages": len(register.villages())}


def _build(folder: Path) -> Mapping[str, float]:
    start = time.perf_counter()
    register = read_divisions([folder / _REGISTER])
    Gazetteer.build(NO_MAP, register, NO_AREAS).save(folder / _NAMES)
    files = [folder / _REGISTER, folder / _NAMES]
    return {
        "nation_build_s": round(time.perf_counter() - start, 1),
        "nation_build_peak_mb": _peak_mb(),
        "nation_disk_mb": round(sum(path.stat().st_size for path in files) / 1e6, 1),
    }


def _open(folder: Path) -> Mapping[str, float]:
    asked = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
    start = time.perf_counter()
    register = read_divisions([folder / _REGISTER])
    geocoder = Geocoder(Gazetteer.load(folder / _NAMES), NO_AREAS, register)
    geocoder.geocode(asked[0][0])
    opened = time.perf_counter() - start
    start = time.process_time()
    answers = [geocoder.geocode(text).best for text, _, _ in asked]
    spent = time.process_time() - start
    scoped = [geocoder.geocode(text, within=county).best for text, _, county in asked]
    return {
        "nation_open_s": round(opened, 2),
        "nation_resident_mb": _peak_mb(),
        "nation_texts_per_s": round(len(asked) / spent),
        "nation_top_1": _share(answers, asked),
        "nation_top_1_within": _share(scoped, asked),
    }


def _share(answers: Sequence[Candidate | None], asked: list[tuple[str, str, str]]) -> float:
    right = [
        best is not None and best.unit_code == code for best, (_, code, _) in zip(answers, asked, strict=True)
    ]
    return round(sum(right) / len(right), 4)


def _peak_mb() -> int:
    """Return the largest resident memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    task = {"list": _list, "build": _build, "open": _open}[sys.argv[1]]
    sys.stdout.write(json.dumps(task(Path(sys.argv[2]))) + "\n")
