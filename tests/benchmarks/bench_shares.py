"""Shares of uncertain points against what a user would do instead, and how wrong each is.

Run as ``python tests/benchmarks/bench_shares.py [--quick] [--layer FILE]``. The peers: buffers of shapely cut
with the villages that an STRtree finds; and a thousand samples of each point, joined with geopandas. All take
turns in one process; rates are points per second of processor time, medians over the rounds. Ours include the
projection of the points; the borders are worked out before, and their time is told. Errors of ours and of the
buffers are the largest against polygons of 20,000 corners and against strips integrated along a line; those
of samples are standard deviations. A fresh process reads the county and answers one point without a compiler.
The last line is JSON.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from boundaries import Areas, ErrorModel, Points, Projection, read_areas
from boundaries.border_files import open_borders
from tests.boundaries.share_oracles import disc_share, flat, normal_share
from tests.shared_data import SHARED

REAL = SHARED / "boundaries" / "banyumas_desa.parquet"

SIDE = 18
"""Villages along each side of the drawn county: 324 of them."""
VILLAGE_M = 2_050.0
PIECES = 16
DISC_M, SIGMA_M, WIDE_M = 100.0, 50.0, 1_000.0
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


def cut_buffers(areas: Areas) -> Callable[[Points], dict[tuple[int, int], float]]:
    """Return what shapely offers: a 64-cornered buffer, cut with each village it meets."""
    shapes = flat(areas)
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)

    def shares(points: Points) -> dict[tuple[int, int], float]:
        centres = shapely.points(areas.projection.to_metres(points))
        discs = np.asarray(shapely.buffer(centres, DISC_M, quad_segs=16))
        place, row = tree.query(discs, predicate="intersects")
        part = np.asarray(shapely.area(shapely.intersection(discs[place], shapes[row])))
        share = part / np.asarray(shapely.area(discs))[place]
        return dict(zip(zip(place.tolist(), row.tolist(), strict=True), share.tolist(), strict=True))

    return shares


def sampled(areas: Areas) -> Callable[[Points], dict[tuple[int, int], float]]:
    """Return the other way: a thousand samples per point, joined with the villages."""
    rng = np.random.default_rng(2)
    villages = gpd.GeoDataFrame(
        {"row": np.arange(len(areas.villages))}, geometry=areas.villages.geometry.to_numpy(), crs="EPSG:4326"
    )

    def shares(points: Points) -> dict[tuple[int, int], float]:
        places = np.repeat(areas.projection.to_metres(points), SAMPLES, axis=0)
        places += rng.normal(0, SIGMA_M, places.shape)
        samples = gpd.GeoDataFrame(
            {"place": np.repeat(np.arange(len(points)), SAMPLES)},
            geometry=shapely.points(areas.projection.to_degrees(places)),
            crs="EPSG:4326",
        )
        counts = gpd.sjoin(samples, villages, predicate="within").groupby(["place", "row"]).size()
        return {(int(place), int(row)): count / SAMPLES for (place, row), count in counts.items()}

    return shares


def seconds(task: Callable[[], Any]) -> float:
    """Return the processor seconds of a task."""
    start = time.process_time()
    task()
    return time.process_time() - start


def measured(areas: Areas, n: int, rounds: int) -> dict[str, float]:
    """Return points per second of each way, medians of rounds in which all take their turn."""
    points = clustered(areas, n)
    cut, sample = cut_buffers(areas), sampled(areas)

    def disc(count: int, radius_m: float) -> tuple[int, Callable[[], Any]]:
        return count, lambda: areas.shares_many(points[:count], radius_m, model=ErrorModel.DISC)

    def normal(count: int, sigma_m: float) -> tuple[int, Callable[[], Any]]:
        return count, lambda: areas.shares_many(points[:count], sigma_m)

    few = n // 20
    plain = {"disc_no_compiler": disc(n // 20, DISC_M), "gauss_no_compiler": normal(n // 100, SIGMA_M)}
    first = {name: seconds(task) for name, (_, task) in plain.items()}
    say(f"first call, borders worked out: {first['disc_no_compiler']:.2f} s")
    rates: dict[str, list[float]] = {}
    for name, (count, task) in plain.items():
        if "boundaries.error_kernels" not in sys.modules:
            rates[name] = [count / seconds(task)]
    tasks: Mapping[str, tuple[int, Callable[[], Any]]] = {
        "disc": disc(n, DISC_M),
        "gauss": normal(n, SIGMA_M),
        "disc@1000m": disc(few, WIDE_M),
        "gauss@150m": normal(few, 3 * SIGMA_M),
        "gauss@1000m": normal(few, WIDE_M),
        "border": (n // 8, lambda: areas.border_distances_m(points[: n // 8])),
        "buffer_intersection": (n // 80, lambda: cut(points[: n // 80])),
        "monte_carlo_sjoin": (n // 4_000, lambda: sample(points[: n // 4_000])),
    }
    for name, (_, task) in tasks.items():
        say(f"  {name}: first {seconds(task):.2f} s")
    for _ in range(rounds):
        for name, (count, task) in tasks.items():
            rates.setdefault(name, []).append(count / seconds(task))
    return {name: float(np.median(values)) for name, values in rates.items()}


def errors(areas: Areas, count: int) -> dict[str, float]:
    """Return the largest errors near borders; only where villages do not overlap is what is right known."""
    points = clustered(areas, 4_000, seed=3)
    shapes, places = flat(areas), areas.projection.to_metres(points)
    worst: dict[str, float] = {}
    ways = (
        ("disc", DISC_M, ErrorModel.DISC, count),
        ("gauss", SIGMA_M, ErrorModel.GAUSSIAN, count // 3),
        ("disc@1000m", WIDE_M, ErrorModel.DISC, count // 3),
        ("gauss@1000m", WIDE_M, ErrorModel.GAUSSIAN, count // 15),
    )
    for name, spread_m, model, most in ways:
        shares = areas.shares_many(points, spread_m, model=model)
        which = np.flatnonzero((shares.highest > 0) & (shares.highest < 1 - 1e-6))[:most]
        right = disc_share if model is ErrorModel.DISC else normal_share
        exact = {
            (int(i), row): right(shapes[row], places[i], spread_m)
            for i in which
            for row, _ in shares.of(int(i))
        }
        given = {(int(i), row): share for i in which for row, share in shares.of(int(i))}
        worst[name] = max(abs(given[key] - exact[key]) for key in exact)
        if name == "disc":
            cut = cut_buffers(areas)(points[which])
            worst["buffer_intersection"] = max(
                abs(cut.get((place, row), 0.0) - exact[int(i), row])
                for place, i in enumerate(which)
                for row, _ in shares.of(int(i))
            )
        if name == "gauss":
            drawn = sampled(areas)(points[which])
            missed = [
                drawn.get((place, row), 0.0) - exact[int(i), row]
                for place, i in enumerate(which)
                for row, _ in shares.of(int(i))
            ]
            worst["monte_carlo_sjoin"] = float(np.sqrt(np.mean(np.square(missed))))
    return worst


COLD = """
import json, sys, time
from pathlib import Path
import geo_service.cli.entry
from boundaries import Areas, LonLat
start = time.process_time()
areas = Areas.load(Path(sys.argv[1]))
loaded = time.process_time()
point = LonLat(float(sys.argv[2]), float(sys.argv[3]))
areas.locate(point)
located = time.process_time()
shares, border_m = areas.shares(point, 50.0), areas.border_distance_m(point)
end = time.process_time()
assert shares and "numba" not in sys.modules
print(json.dumps({
    "cold_load_s": round(loaded - start, 3),
    "cold_locate_s": round(located - loaded, 3),
    "cold_shares_s": round(end - located, 3),
}))
"""


def cold(areas: Areas) -> dict[str, float]:
    """Return what a fresh process needs to read a county, and for its first share and border distance."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.gpkg"
        areas.save(path)
        point = clustered(areas, 1)[0]
        Areas.load(path).shares_many(point[None], 50.0)
        start = time.perf_counter()
        open_borders(path.with_suffix(".villages.borders"), None)
        opened_ms = (time.perf_counter() - start) * 1e3
        command = [sys.executable, "-c", COLD, str(path), *map(str, point.tolist())]
        runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(3)]
    told = [json.loads(run.stdout.splitlines()[-1]) for run in runs]
    return {"open_ms": round(opened_ms, 2)} | {
        key: float(np.median([one[key] for one in told])) for key in told[0]
    }


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Measure the drawn county, and the real one where it is beside the checkout or one is given."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="less than a minute")
    asked.add_argument("--layer", type=Path, default=REAL, help="a file of real villages")
    options = asked.parse_args()
    n, rounds = (120_000, 3) if options.quick else (1_000_000, 7)
    layers = {"": drawn_county()}
    if options.layer.exists():
        frame, _ = read_areas(options.layer, datum=None, anywhere=True)
        layers["real"] = Areas.from_frames(frame, None)
    figures: dict[str, float] = {}
    ratio: dict[str, float] = {}
    for name, areas in layers.items():
        say(f"{name or 'drawn'}: {len(areas.villages)} villages")
        rates = measured(areas, n, rounds)
        for way, rate in rates.items():
            say(f"  {way:22} {rate:12,.0f} points/s")
            figures[_key(way, name)] = round(rate)
        end = f"@{name}" if name else ""
        ratio[f"buffer_intersection{end}"] = round(rates["disc"] / rates["buffer_intersection"], 1)
        ratio[f"monte_carlo_sjoin{end}"] = round(rates["gauss"] / rates["monte_carlo_sjoin"], 1)
    for way, error in errors(layers[""], 45 if options.quick else 300).items():
        model, _, spread = way.partition("@")
        figures[f"{model}_error" + (f"@{spread}" if spread else "")] = float(f"{error:.2g}")
        say(f"  {way:22} {error:12.1e} wrong")
    figures |= cold(layers[""])
    say(json.dumps({"ratio": ratio, "figures": figures}))


def _key(way: str, layer: str) -> str:
    model, _, spread = way.partition("@")
    return f"{model}_points_per_s" + (f"@{spread}" if spread else "") + (f"@{layer}" if layer else "")


if __name__ == "__main__":
    main()
