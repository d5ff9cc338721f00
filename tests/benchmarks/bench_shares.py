"""Shares of uncertain points against buffers cut with shapely, and against Monte Carlo.

Run as ``python -m tests.benchmarks.bench_shares [--quick] [--layer FILE]``. All take turns in one process;
rates are points per second of processor time, medians over the rounds. Ours includes the projection of the
points; the index is built once before, and its time is told. The last line is JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Areas, ErrorModel, Points, Projection, read_areas

SIDE = 18
"""Villages along each side of the drawn county: 324 of them."""
VILLAGE_M = 2_050.0
PIECES = 16
DISC_M, SIGMA_M = 100.0, 50.0
SAMPLES = 1_000


def drawn_county(seed: int = 0) -> Areas:
    """Return a county of villages with ragged common borders of 130 m pieces, as real ones have."""
    rng = np.random.default_rng(seed)
    lattice = np.stack(np.meshgrid(*[np.arange(SIDE + 1.0)] * 2, indexing="ij"), axis=-1)
    lattice += rng.uniform(-0.2, 0.2, lattice.shape)
    to_degrees = Projection.for_points(np.array([[115.6, 22.9]])).to_degrees
    along = np.linspace(0, 1, PIECES + 1)[:, None]

    def ragged(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        line = a + along * (b - a)
        line[1:-1] += rng.normal(0, 0.008, (PIECES - 1, 2))
        return to_degrees((line - SIDE / 2) * VILLAGE_M)

    east = {(i, j): ragged(lattice[i, j], lattice[i + 1, j]) for i in range(SIDE) for j in range(SIDE + 1)}
    north = {(i, j): ragged(lattice[i, j], lattice[i, j + 1]) for i in range(SIDE + 1) for j in range(SIDE)}
    rings = [
        np.vstack([east[i, j], north[i + 1, j][1:], east[i, j + 1][-2::-1], north[i, j][-2::-1]])
        for i in range(SIDE)
        for j in range(SIDE)
    ]
    shapes = [shapely.Polygon(ring) for ring in rings]
    codes = [f"4415810{number:05}" for number in range(len(shapes))]
    rows = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")
    return Areas.from_frames(rows, None)


def clustered(areas: Areas, n: int, seed: int = 1) -> Points:
    """Return places as tickets have them: around the middles of villages."""
    rng = np.random.default_rng(seed)
    middles = shapely.get_coordinates(shapely.point_on_surface(areas.villages.geometry.to_numpy()))
    places = areas.projection.to_metres(middles)[rng.integers(0, len(middles), n)]
    return areas.projection.to_degrees(places + rng.normal(0, 700, (n, 2)))


def cut_buffers(areas: Areas) -> Callable[[Points], NDArray[np.float64]]:
    """Return what shapely offers: a 64-cornered buffer, cut with each village it meets."""
    shapes = np.asarray(shapely.transform(areas.villages.geometry.to_numpy(), areas.projection.to_metres))
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)

    def shares(points: Points) -> NDArray[np.float64]:
        centres = shapely.points(areas.projection.to_metres(points))
        discs = np.asarray(shapely.buffer(centres, DISC_M, quad_segs=16))
        place, row = tree.query(discs, predicate="intersects")
        part = np.asarray(shapely.area(shapely.intersection(discs[place], shapes[row])))
        share: NDArray[np.float64] = part / np.asarray(shapely.area(discs))[place]
        return share

    return shares


def monte_carlo(areas: Areas) -> Callable[[Points], NDArray[np.int64]]:
    """Return the other way: a thousand samples per point, each located."""
    rng = np.random.default_rng(2)

    def counts(points: Points) -> NDArray[np.int64]:
        places = np.repeat(areas.projection.to_metres(points), SAMPLES, axis=0)
        places += rng.normal(0, SIGMA_M, places.shape)
        rows = areas.locate_many(areas.projection.to_degrees(places))
        key = np.repeat(np.arange(len(points)), SAMPLES) * (len(areas.villages) + 1) + rows + 1
        return np.bincount(key)

    return counts


def disc_error(areas: Areas, points: Points) -> float:
    """Return the largest error of discs near borders, against 32,768-cornered polygons of the same area."""
    shares = areas.shares_many(points, DISC_M, model=ErrorModel.DISC)
    shapes = np.asarray(shapely.transform(areas.villages.geometry.to_numpy(), areas.projection.to_metres))
    angle = np.arange(32_768) * 2 * np.pi / 32_768
    radius_m = DISC_M * np.sqrt(angle[1] / np.sin(angle[1]))
    circle = radius_m * np.column_stack([np.cos(angle), np.sin(angle)])
    worst = 0.0
    for i in np.flatnonzero((shares.highest > 0) & (shares.highest < 1 - 1e-6))[:150]:
        disc = shapely.Polygon(areas.projection.to_metres(points[i : i + 1]) + circle)
        for row, share in shares.of(int(i)):
            exact = shapely.intersection(disc, shapes[row]).area / disc.area
            worst = max(worst, abs(share - float(exact)))
    return worst


def seconds(task: Callable[[], Any]) -> float:
    """Return the processor seconds of a task."""
    start = time.process_time()
    task()
    return time.process_time() - start


def measured(areas: Areas, n: int, rounds: int) -> dict[str, float]:
    """Return points per second of each way, medians of rounds in which all take their turn."""
    points = clustered(areas, n)
    cut, sample = cut_buffers(areas), monte_carlo(areas)
    few = points[: n // 400]
    tasks: Mapping[str, tuple[int, Callable[[], Any]]] = {
        "disc": (n, lambda: areas.shares_many(points, DISC_M, model=ErrorModel.DISC)),
        "gaussian": (n, lambda: areas.shares_many(points, SIGMA_M)),
        "gaussian_150_m": (n // 10, lambda: areas.shares_many(points[: n // 10], 3 * SIGMA_M)),
        "disc_no_compiler": (n // 400, lambda: areas.shares_many(few, DISC_M, model=ErrorModel.DISC)),
        "gaussian_no_compiler": (n // 400, lambda: areas.shares_many(few, SIGMA_M)),
        "border": (n // 4, lambda: areas.border_distances_m(points[: n // 4])),
        "buffers": (n // 40, lambda: cut(points[: n // 40])),
        "monte_carlo": (n // 2_000, lambda: sample(points[: n // 2_000])),
    }
    first = {name: seconds(task) for name, (_, task) in tasks.items()}
    say(f"first call: disc {first['disc']:.2f} s, gaussian {first['gaussian']:.2f} s, index included")
    rates: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (count, task) in tasks.items():
            rates[name].append(count / seconds(task))
    return {name: float(np.median(values)) for name, values in rates.items()}


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure the drawn county, and a real layer where one is given."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="less than a minute")
    asked.add_argument("--layer", type=Path, help="a file of real villages to measure too")
    options = asked.parse_args()
    n, rounds = (400_000, 3) if options.quick else (1_000_000, 7)
    layers = {"drawn": drawn_county()}
    if options.layer:
        frame, _ = read_areas(options.layer, datum=None, anywhere=True)
        layers["real"] = Areas.from_frames(frame, None)
    figures: dict[str, float] = {}
    ratio: dict[str, float] = {}
    for name, areas in layers.items():
        say(f"{name}: {len(areas.villages)} villages")
        rates = measured(areas, n, rounds)
        for way, rate in rates.items():
            say(f"  {way:22} {rate:12,.0f} points/s")
        end = "" if name == "drawn" else f"@{name}"
        figures |= {f"{way}_points_per_s{end}": round(rate) for way, rate in rates.items()}
        ratio[f"buffers{end}"] = round(rates["disc"] / rates["buffers"], 1)
        ratio[f"monte_carlo{end}"] = round(rates["gaussian"] / rates["monte_carlo"], 1)
    figures["disc_max_error"] = disc_error(layers["drawn"], clustered(layers["drawn"], 3_000))
    say(json.dumps({"ratio": ratio, "figures": figures}))


if __name__ == "__main__":
    main()
