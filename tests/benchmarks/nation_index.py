"""All villages of the nation in one index: built, written, opened and asked in processes of their own.

`measured` runs this module once per step and reports the first that breaks, runs out of time or of memory.
What is opened is what a service would open: the index, nothing of this benchmark. Processor time is given
beside the clock's, which on a machine that others use says more about them.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np

from boundaries import GeocodeResult, NationGeocoder, NationIndex
from tests.benchmarks.nation_villages import RealCounty, nation_text, real_counties

TEXTS = 2_000
WARMED = 50
_STEPS = ("list", "build", "open")
_ROWS, _NAMES, _ASKED = "rows.json", "nation.index", "asked.json"
_MEMORY = 12 * 1024**3
_MATTER = "路灯坏了三个晚上没人修"

SORTS = {
    "texts": "county, town and village",
    "town": "town and village",
    "village": "the village alone",
    "county": "county and village",
    "mixed": "all of them in turn, with a county known to the call centre in each fourth",
    "strangers": "a town and a village that it does not have",
}
WANTED = {
    "nation_build_s": "≤ 60",
    "nation_disk_mb": "≤ 250",
    "nation_open_s": "≤ 2",
    "nation_resident_mb": "≤ 600",
    "nation_texts_per_s": "≥ 300",
    "nation_top_1": "≥ .749",
    "nation_top_1_within": "≥ .946",
}
KEYS = (
    "nation_villages",
    "nation_build_s",
    "nation_build_cpu_s",
    "nation_build_peak_mb",
    "nation_disk_mb",
    "nation_open_s",
    "nation_first_answer_s",
    "nation_opened_mb",
    "nation_resident_mb",
    *(f"nation_{sort}_per_s" for sort in SORTS if sort != "strangers"),
    "nation_batch_per_s",
    "nation_p50_ms",
    "nation_p99_ms",
    "nation_top_1_texts",
    "nation_top_1",
    "nation_top_5",
    "nation_top_1_within",
    "nation_sure",
    "nation_sure_wrong",
    "nation_strangers_sent",
)


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
    asked = [f"{key} {figures[key]}, asked {wanted}" for key, wanted in WANTED.items()]
    return figures, [*asked, *(f"{sort}: {what}" for sort, what in SORTS.items())]


def _list(folder: Path) -> Mapping[str, float]:
    """Write the list of the nation, and texts that name a village of some county in each of the ways."""
    counties = list({county.code: county for county in real_counties(1)}.values())
    rows = [row for county in counties for row in _rows(county)]
    (folder / _ROWS).write_text(json.dumps(rows), encoding="utf-8")
    rng = Random(1)  # noqa: S311 - a sample
    asked: dict[str, list[tuple[str, str, str]]] = {sort: [] for sort in SORTS}
    chosen = rng.choices([one for one in counties if one.villages], k=TEXTS)
    for number, county in enumerate(chosen):
        unit, other = rng.choice(county.villages), rng.choice(rng.choice(chosen).villages)
        where, town = county.above + county.name, unit.town_name
        said = {
            "texts": where + town + unit.display_name,
            "town": town + unit.display_name,
            "village": unit.display_name,
            "county": where + unit.display_name,
        }
        said["mixed"] = list(said.values())[number % 4]
        for sort, place in said.items():
            known = county.code if sort == "mixed" and number % 4 == 2 else ""
            asked[sort].append((place + _MATTER, unit.code, known))
        if (town, other.name) not in county.by_town_and_name:
            asked["strangers"].append((town + other.display_name + _MATTER, other.code, ""))
    (folder / _ASKED).write_text(json.dumps(asked), encoding="utf-8")
    return {"nation_villages": sum(len(row["code"]) == 12 for row in rows)}


def _rows(county: RealCounty) -> Iterator[Mapping[str, str]]:
    yield {"code": county.code, "name": county.name}
    for unit in county.divisions.values():
        yield {"code": unit.code, "name": unit.name}


def _build(folder: Path) -> Mapping[str, float]:
    start, spent = time.perf_counter(), time.process_time()
    rows = json.loads((folder / _ROWS).read_text(encoding="utf-8"))
    NationIndex.build(rows).save(folder / _NAMES)
    return {
        "nation_build_s": round(time.perf_counter() - start, 1),
        "nation_build_cpu_s": round(time.process_time() - spent, 1),
        "nation_build_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "nation_disk_mb": round((folder / _NAMES).stat().st_size / 1e6, 1),
    }


def _open(folder: Path) -> Mapping[str, float]:
    asked = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
    start = time.perf_counter()
    geocoder = NationGeocoder(NationIndex.open(folder / _NAMES))
    opened = time.perf_counter() - start
    geocoder.geocode(asked["texts"][0][0])
    first = time.perf_counter() - start - opened
    figures: dict[str, float] = {
        "nation_open_s": round(opened, 2),
        "nation_first_answer_s": round(first, 2),
        "nation_opened_mb": _resident_mb(),
    }
    figures |= _speeds(geocoder, asked)
    figures["nation_resident_mb"] = _resident_mb()
    return figures | _hits(geocoder, asked)


def _speeds(
    geocoder: NationGeocoder, asked: Mapping[str, Sequence[tuple[str, str, str]]]
) -> dict[str, float]:
    """Return texts a second of processor time, and how long one takes, each text once."""
    figures: dict[str, float] = {}
    for sort in SORTS:
        if sort == "strangers":
            continue
        texts = asked[sort]
        for text, _, known in texts[:WARMED]:
            geocoder.geocode(text, within=known or None)
        single = []
        for text, _, known in texts[WARMED:]:
            start = time.process_time_ns()
            geocoder.geocode(text, within=known or None)
            single.append((time.process_time_ns() - start) / 1e6)
        figures[f"nation_{sort}_per_s"] = round(1e3 * len(single) / sum(single))
        if sort == "texts":
            p50, p99 = np.percentile(single, [50, 99])
            figures |= {"nation_p50_ms": round(float(p50), 2), "nation_p99_ms": round(float(p99), 2)}
    together = [text for sort in ("texts", "town", "village") for text, _, _ in asked[sort]]
    spent = time.process_time()
    for _ in geocoder.geocode_many(together):
        pass
    figures["nation_batch_per_s"] = round(len(together) / (time.process_time() - spent))
    return figures


def _hits(geocoder: NationGeocoder, asked: Mapping[str, Sequence[tuple[str, str, str]]]) -> dict[str, float]:
    """Return how often the village is right: with all named, without the county, without the town.

    Strangers are texts that name no village of the list: nobody may be sent.
    """
    texts = list(geocoder.geocode_many(text for text, _, _ in asked["texts"]))
    town = list(geocoder.geocode_many(text for text, _, _ in asked["town"]))
    county = list(geocoder.geocode_many(text for text, _, _ in asked["county"]))
    strangers = list(geocoder.geocode_many(text for text, _, _ in asked["strangers"]))
    codes = [code for _, code, _ in asked["town"]]
    both = zip([*town, *county], [*codes, *codes], strict=True)
    sure = [(answer, code) for answer, code in both if answer.is_sure]
    return {
        "nation_top_1_texts": _share(texts, codes, 1),
        "nation_top_1": _share(town, codes, 1),
        "nation_top_5": _share(town, codes, 5),
        "nation_top_1_within": _share(county, codes, 1),
        "nation_sure": round(len(sure) / len(codes) / 2, 4),
        "nation_sure_wrong": sum(code not in _codes(answer, 1) for answer, code in sure),
        "nation_strangers_sent": round(sum(one.is_sure for one in strangers) / len(strangers), 4),
    }


def _share(answers: Sequence[GeocodeResult], codes: Sequence[str], count: int) -> float:
    right = [code in _codes(answer, count) for answer, code in zip(answers, codes, strict=True)]
    return round(sum(right) / len(right), 4)


def _codes(answer: GeocodeResult, count: int) -> list[str | None]:
    return [candidate.unit_code for candidate in answer.candidates[:count]]


def _resident_mb() -> int:
    """Return what of this process is in memory now, the mapped pages of the index among it."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(text.split("VmRSS:")[1].split()[0]) / 1e3)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    task = {"list": _list, "build": _build, "open": _open}[sys.argv[1]]
    sys.stdout.write(json.dumps(task(Path(sys.argv[2]))) + "\n")
