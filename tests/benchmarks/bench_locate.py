"""Which village holds each of many points: the cell index against what a user would take instead.

Run as ``python tests/benchmarks/bench_locate.py [--quick] [--layer FILE]`` from anywhere; without ``--quick``
the nation's 700,000 villages are measured too, which takes some minutes and 10 GB. ``--layer`` measures the
areas of a file as well, and may be given more than once.

All ways get the same points and take turns in one process. Ours start from an array of coordinates, the
others from their own tables of points and their own prepared villages; our index is built before. Rates are
points per second of processor time, and a ratio is the median over the rounds of a peer's time over ours,
which is measured right before and right after it. ``single_p99_us`` is wall time of one look-up of an index
that `warm` has brought into memory; ``cold_location_s`` is what a fresh process pays, after its imports, to
read the areas from their file and answer one point (see `cold_location`). The last line is JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from boundaries import Areas, ErrorModel, LonLat, read_areas
from boundaries.cell_lookup import rows as plain_rows
from boundaries.cells import CellIndex, warm
from tests.benchmarks import cold_location
from tests.benchmarks.drawn_villages import clustered_points, drawn_villages
from tests.benchmarks.locating_peers import peers
from tests.boundaries.geos_oracle import Shapes, by_geos, difficult_points

COUNTY, PROVINCE, NATION = 331, 25_000, 700_000
DISC_M = 100.0
QUICK, FULL = (300_000, 5, 100_000), (1_000_000, 5, 1_000_000)  # points, rounds, difficult points
LARGE = (1_000_000, 3, 100_000)
_WARMING, _ASKED = 20_000, 100_000  # single look-ups
_COLD_STARTS = 3
RATIOS = (
    "sjoin@331",
    "sjoin@25000",
    "sjoin@700000",
    "sedonadb@331",
    "sedonadb@25000",
    "duckdb@25000",
    "no_compiler@331",
)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def seconds(task: Callable[[], Any]) -> float:
    """Return the processor seconds of a task."""
    start = time.process_time()
    task()
    return time.process_time() - start


def raced(index: CellIndex, shapes: Shapes, count: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return for each way its points per second, and how many times faster we are; medians over the rounds.

    We run right before and right after each of the others, so that both meet one moment of a busy machine.
    """
    points = clustered_points(shapes, count)
    tasks = {"no_compiler": lambda: len(plain_rows(index.cells, points)), **peers(shapes, points)}
    for task in (lambda: index.rows(points), *tasks.values()):
        task()
    own, others = np.empty((2, rounds, len(tasks)))
    for turn in range(rounds):
        for place, task in enumerate(tasks.values()):
            before = seconds(lambda: index.rows(points))
            others[turn, place] = seconds(task)
            own[turn, place] = (before + seconds(lambda: index.rows(points))) / 2
    faster = np.median(others / own, axis=0)
    rates = count / np.median(others, axis=0)
    measured = dict(zip(tasks, zip(rates.tolist(), faster.tolist(), strict=True), strict=True))
    return {"ours": (float(count / np.median(own)), 1.0), **measured}


def mismatches(index: CellIndex, shapes: Shapes, count: int) -> int:
    """Return on how many difficult points GEOS, the compiled and the plain look-up do not all agree."""
    wrong = 0
    for seed in range(-(-count // 100_000)):
        points = difficult_points(shapes, min(count, 100_000), seed)
        right = by_geos(shapes, points)
        wrong += int(((index.rows(points) != right) | (plain_rows(index.cells, points) != right)).sum())
    return wrong


def single_us(index: CellIndex, shapes: Shapes) -> tuple[float, float]:
    """Return the median and the 99th percentile of single look-ups of a warm index, microseconds."""
    warm(index).join()
    points = clustered_points(shapes, _WARMING + _ASKED, seed=5).tolist()
    for lon, lat in points[:_WARMING]:
        index.row(lon, lat)
    spent = []
    for lon, lat in points[_WARMING:]:
        start = time.perf_counter_ns()
        index.row(lon, lat)
        spent.append(time.perf_counter_ns() - start)
    median, high = np.percentile(spent, [50, 99]) / 1_000
    return float(median), float(high)


def memory_mb(what: str) -> float:
    """Return what Linux notes of the process: VmRSS is its memory now, VmHWM the most it has had."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[what].split()[0]) / 1e3


def opened_ms(index: CellIndex) -> tuple[float, CellIndex]:
    """Write an index; return the milliseconds until it is open and has answered, and what was opened."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.cells"
        index.save(path)
        start = time.perf_counter()
        opened = CellIndex.open(path)
        if opened is None:
            raise RuntimeError("what was written cannot be opened")
        opened.row(*opened.cells.rings.vertices[0])
        return (time.perf_counter() - start) * 1_000, opened


def areas_of(shapes: Shapes) -> Areas:
    """Return shapes as villages of one town."""
    codes = [f"4415810{number:05}" for number in range(len(shapes))]
    rows = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")
    return Areas.from_frames(rows, None)


def cold_location_s(areas: Areas) -> float:
    """Return the seconds a fresh process pays to read areas and answer one point; the median of some."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        areas.save(path)
        lon, lat = next(iter(areas.offices.values()))
        if Areas.load(path).locate_row(lon, lat) < 0:
            raise RuntimeError("an office lies outside of all villages")
        command = [sys.executable, cold_location.__file__, str(path), str(lon), str(lat)]
        answers = [
            subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(_COLD_STARTS)
        ]
    return float(np.median([json.loads(answer.stdout)["location_s"] for answer in answers]))


def disc_rate(areas: Areas, shapes: Shapes, count: int) -> float:
    """Return shares of uncertain points per second, a hundred metres each."""
    points = clustered_points(shapes, count)
    areas.locate(LonLat(*points[0]))
    areas.shares_many(points, DISC_M, model=ErrorModel.DISC)
    return count / seconds(lambda: areas.shares_many(points, DISC_M, model=ErrorModel.DISC))


@dataclass(frozen=True)
class Measured:
    """One layer."""

    build_s: float
    peak_mb: float
    """Memory that building took besides the shapes."""
    mb: float
    open_ms: float
    single_p99_us: float
    ways: dict[str, tuple[float, float]]
    """Points per second, and how many times faster we are."""
    mismatches: int


def measure(name: str, shapes: Shapes, sizes: tuple[int, int, int]) -> Measured:
    """Measure one layer and print it.

    Parameters
    ----------
    sizes
        Points on which the ways race; in how many rounds; difficult points to compare with GEOS.
    """
    count, rounds, doubts = sizes
    say(f"{name}: {len(shapes):,} villages, {int(shapely.get_num_coordinates(shapes).sum()):,} vertices")
    Path("/proc/self/clear_refs").write_text("5")  # the most so far is forgotten
    before = memory_mb("VmRSS")
    start = time.process_time()
    index = CellIndex.of(shapes)
    build_s, mb = time.process_time() - start, index.nbytes / 1e6
    peak = memory_mb("VmHWM") - before
    open_ms, index = opened_ms(index)
    median_us, high_us = single_us(index, shapes)
    say(f"  index: built in {build_s:.2f} s, {mb:.1f} MB; building took {peak:,.0f} MB besides the shapes")
    say(
        f"  opened and asked in {open_ms:.1f} ms; "
        f"one look-up {median_us:.1f} µs, 99 % within {high_us:.1f} µs"
    )
    ways = raced(index, shapes, count, rounds)
    for way, (rate, faster) in ways.items():
        say(f"  {way:12} {rate:14,.0f} points/s {faster:8.1f}x")
    wrong = mismatches(index, shapes, doubts)
    say(f"  {wrong} of {doubts:,} difficult points differ from GEOS")
    return Measured(build_s, peak, mb, open_ms, high_us, ways, wrong)


def main() -> None:
    """Measure layers of all sizes, and a real one where one is given."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="less than a minute: county and province only")
    asked.add_argument("--layer", type=Path, action="append", default=[], help="a file of real villages")
    options = asked.parse_args()
    quick = options.quick
    started = time.perf_counter()
    warm().join()
    say(f"compiled look-up ready after {time.perf_counter() - started:.1f} s")
    county = drawn_villages(COUNTY)
    sizes = QUICK if quick else FULL
    found = {COUNTY: measure("county", county, sizes)}
    areas = areas_of(county)
    disc = disc_rate(areas, county, 400_000 if quick else 1_000_000)
    cold_s = cold_location_s(areas)
    say(f"  disc of {DISC_M:.0f} m {disc:14,.0f} points/s; a fresh process pays {cold_s:.3f} s for location")
    found[PROVINCE] = measure("province", drawn_villages(PROVINCE), sizes)
    if not quick:
        found[NATION] = measure("nation", drawn_villages(NATION), LARGE)
    for path in options.layer:
        frame, _ = read_areas(path, datum=None, anywhere=True)
        measure(path.name, np.asarray(frame.geometry.to_numpy()), sizes)
    missing = {"duckdb", "sedonadb"} - found[COUNTY].ways.keys()
    if missing:
        say(f"not installed, so not measured: {', '.join(sorted(missing))} (dependency group peers)")
    say(
        json.dumps(
            {"ratio": {key: ratio(found, key) for key in RATIOS}, "figures": told(found, disc, cold_s)}
        )
    )


def ratio(found: dict[int, Measured], key: str) -> float | None:
    """Return how many times faster we are; of the path without a compiler, against sjoin."""
    peer, size = key.split("@")
    ways = found[int(size)].ways if int(size) in found else {}
    if peer not in ways:
        return None
    if peer == "no_compiler":
        return round(ways["sjoin"][1] / ways[peer][1], 1)
    return round(ways[peer][1], 1)


def told(found: dict[int, Measured], disc: float, cold_s: float) -> dict[str, float]:
    """Return the figures beside the ratios."""
    figures: dict[str, float] = {
        "single_p99_us": round(found[COUNTY].single_p99_us, 2),
        "mismatches": sum(layer.mismatches for layer in found.values()),
        "disc_points_per_s": round(disc),
        "cold_location_s": round(cold_s, 3),
    }
    for size, layer in found.items():
        figures[f"points_per_s@{size}"] = round(layer.ways["ours"][0])
        figures[f"single_p99_us@{size}"] = round(layer.single_p99_us, 2)
        figures[f"build_s@{size}"] = round(layer.build_s, 2)
        figures[f"build_peak_mb@{size}"] = round(layer.peak_mb)
        figures[f"mb@{size}"] = round(layer.mb, 1)
        figures[f"open_ms@{size}"] = round(layer.open_ms, 1)
    return figures


if __name__ == "__main__":
    main()
