"""Which village holds each of many points: the cell index against what a user would take instead.

Run as ``python -m tests.benchmarks.bench_locate [--quick] [--layer FILE]``; without ``--quick`` the nation's
700,000 villages are measured too, which takes some minutes and 10 GB. All take turns in one process; rates
are points per second of processor time, medians over the rounds. Ours start from an array of coordinates, the
others from their own tables of points; our index is built before. The last line is JSON.
"""

import argparse
import json
import resource
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

from boundaries import Areas, ErrorModel, LonLat, read_areas
from boundaries.cell_lookup import rows as plain_rows
from boundaries.cells import CellIndex, warm
from tests.benchmarks.drawn_villages import clustered_points, drawn_villages
from tests.benchmarks.locating_peers import peers
from tests.boundaries.geos_oracle import Shapes, by_geos, difficult_points

COUNTY, PROVINCE, NATION = 331, 25_000, 700_000
DISC_M = 100.0
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


def raced(index: CellIndex, shapes: Shapes, sizes: tuple[int, int, int]) -> dict[str, tuple[float, float]]:
    """Return for each way its points per second, and how many times faster we are; medians over the rounds.

    We run again right before each of the others, so that both meet the same moment of a busy machine.

    Parameters
    ----------
    sizes
        Points for us, points for the others, rounds.
    """
    many, fewer, rounds = sizes
    points = clustered_points(shapes, many)
    plain = points[: many // 4]
    tasks: dict[str, tuple[int, Callable[[], Any]]] = {
        "no_compiler": (len(plain), lambda: plain_rows(index.cells, plain)),
        **{name: (fewer, task) for name, task in peers(shapes, points[:fewer]).items()},
    }
    for _, task in tasks.values():
        task()
    own, others = np.empty((2, rounds, len(tasks)))
    for turn in range(rounds):
        for place, (count, task) in enumerate(tasks.values()):
            own[turn, place] = many / seconds(lambda: index.rows(points))
            others[turn, place] = count / seconds(task)
    faster = np.median(own / others, axis=0)
    measured = dict(zip(tasks, zip(np.median(others, axis=0), faster, strict=True), strict=True))
    return {"ours": (float(np.median(own)), 1.0), **measured}


def mismatches(index: CellIndex, shapes: Shapes, count: int) -> int:
    """Return on how many difficult points GEOS, the compiled and the plain look-up do not all agree."""
    wrong = 0
    for seed in range(-(-count // 100_000)):
        points = difficult_points(shapes, min(count, 100_000), seed)
        right = by_geos(shapes, points)
        wrong += int(((index.rows(points) != right) | (plain_rows(index.cells, points) != right)).sum())
    return wrong


def single_us(index: CellIndex, shapes: Shapes) -> tuple[float, float]:
    """Return the median and the 99th percentile of single look-ups, microseconds."""
    spent = []
    for lon, lat in clustered_points(shapes, 100_000, seed=5).tolist():
        start = time.perf_counter_ns()
        index.row(lon, lat)
        spent.append(time.perf_counter_ns() - start)
    median, high = np.percentile(spent[1_000:], [50, 99]) / 1_000
    return float(median), float(high)


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


def disc_rate(shapes: Shapes, count: int) -> float:
    """Return shares of uncertain points per second, a hundred metres each."""
    codes = [f"4415810{number:05}" for number in range(len(shapes))]
    rows = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")
    areas = Areas.from_frames(rows, None)
    points = clustered_points(shapes, count)
    areas.locate(LonLat(*points[0]))
    areas.shares_many(points, DISC_M, model=ErrorModel.DISC)
    return count / seconds(lambda: areas.shares_many(points, DISC_M, model=ErrorModel.DISC))


@dataclass(frozen=True)
class Measured:
    """One layer."""

    build_s: float
    mb: float
    open_ms: float
    single_p99_us: float
    ways: dict[str, tuple[float, float]]
    """Points per second, and how many times faster we are."""
    mismatches: int


def measure(name: str, shapes: Shapes, sizes: tuple[int, int, int], doubts: int) -> Measured:
    """Measure one layer and print it; doubts is the number of difficult points."""
    say(f"{name}: {len(shapes):,} villages, {int(shapely.get_num_coordinates(shapes).sum()):,} vertices")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    index = CellIndex.of(shapes)
    build_s, mb = time.process_time() - start, index.nbytes / 1e6
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    open_ms, index = opened_ms(index)
    median_us, high_us = single_us(index, shapes)
    say(f"  index: built in {build_s:.2f} s, {mb:.1f} MB, peak {peak:,.0f} MB above the shapes")
    say(
        f"  opened and asked in {open_ms:.1f} ms; "
        f"one look-up {median_us:.1f} µs, 99 % within {high_us:.1f} µs"
    )
    ways = raced(index, shapes, sizes)
    for way, (rate, faster) in ways.items():
        say(f"  {way:12} {rate:14,.0f} points/s {faster:8.1f}x")
    wrong = mismatches(index, shapes, doubts)
    say(f"  {wrong} of {doubts:,} difficult points differ from GEOS")
    return Measured(build_s, mb, open_ms, high_us, ways, wrong)


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
    sizes = (4_000_000, 150_000, 5) if quick else (10_000_000, 1_000_000, 5)
    found = {COUNTY: measure("county", county, sizes, 100_000 if quick else 1_000_000)}
    disc = disc_rate(county, 400_000 if quick else 1_000_000)
    say(f"  disc of {DISC_M:.0f} m {disc:14,.0f} points/s")
    found[PROVINCE] = measure("province", drawn_villages(PROVINCE), sizes, 100_000 if quick else 1_000_000)
    if not quick:
        found[NATION] = measure("nation", drawn_villages(NATION), (10_000_000, 300_000, 3), 100_000)
    for path in options.layer:
        frame, _ = read_areas(path, datum=None, anywhere=True)
        measure(path.name, np.asarray(frame.geometry.to_numpy()), sizes, 100_000 if quick else 1_000_000)
    missing = {"duckdb", "sedonadb"} - found[COUNTY].ways.keys()
    if missing:
        say(f"not installed, so not measured: {', '.join(sorted(missing))} (dependency group peers)")
    say(json.dumps({"ratio": {key: ratio(found, key) for key in RATIOS}, "figures": told(found, disc)}))


def ratio(found: dict[int, Measured], key: str) -> float | None:
    """Return how many times faster we are; of the path without a compiler, against sjoin."""
    peer, size = key.split("@")
    ways = found[int(size)].ways if int(size) in found else {}
    if peer not in ways:
        return None
    if peer == "no_compiler":
        return round(ways["sjoin"][1] / ways[peer][1], 1)
    return round(ways[peer][1], 1)


def told(found: dict[int, Measured], disc: float) -> dict[str, float]:
    """Return the figures beside the ratios."""
    figures: dict[str, float] = {
        "single_p99_us": round(found[COUNTY].single_p99_us, 2),
        "mismatches": sum(layer.mismatches for layer in found.values()),
        "disc_points_per_s": round(disc),
    }
    for size, layer in found.items():
        figures[f"points_per_s@{size}"] = round(layer.ways["ours"][0])
        figures[f"build_s@{size}"] = round(layer.build_s, 2)
        figures[f"mb@{size}"] = round(layer.mb, 1)
        figures[f"open_ms@{size}"] = round(layer.open_ms, 1)
    return figures


if __name__ == "__main__":
    main()
