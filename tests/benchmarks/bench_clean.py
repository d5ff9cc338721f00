"""Dirty layers of villages made coverages: ours against what a user would take, and what each does to them.

Run as ``python tests/benchmarks/bench_clean.py [--quick] [--tolerance METRES]``. Layers are the real county
beside the checkout, put side by side until there are enough villages (a few of them made copies of another,
or laid inside one, as other real layers have them), else drawn ones. Seconds are of the processor, medians
over the rounds. GEOS is given the layer in metres, and the tolerance as width of the gaps it closes; the
recipe takes each overlap from one of the two, and gives each narrow gap to the neighbour with the longest
border. The last line is JSON: ratios above one say that ours is faster.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from boundaries import CleanLayer, Points, Projection, clean_coverage
from boundaries.pieces import gathered, holes, is_narrow, overlaps, polygons_of, widths_m
from tests.benchmarks.drawn_villages import drawn_villages
from tests.boundaries.geos_oracle import Shapes
from tests.shared_data import SHARED

COUNTY, QUICK, PROVINCE = 331, 3_000, 25_000
REAL = SHARED / "boundaries" / "banyumas_desa.parquet"
_APART = 1.0 + 1e-4  # counties put side by side do not touch: their borders were never drawn to fit
_ODD = 300  # one in so many is a copy, and one lies inside another


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def dirty_layer(count: int) -> gpd.GeoDataFrame:
    """Return that many villages, as dirty as real ones."""
    shapes = _tiled(count) if REAL.exists() else drawn_villages(count)
    return gpd.GeoDataFrame({"name": [f"{row}村" for row in range(count)]}, geometry=shapes, crs="EPSG:4326")


def _tiled(count: int) -> Shapes:
    """Put copies of the real county side by side."""
    county = gpd.read_parquet(REAL).geometry
    west, south, east, north = county.total_bounds
    copies = -(-count // len(county))
    columns = int(np.ceil(np.sqrt(copies)))

    def beside(shapes: Shapes, copy: int) -> Shapes:
        row, column = divmod(copy, columns)
        offset = _APART * np.array([column * (east - west), row * (north - south)])

        def shifted(points: Points) -> Points:
            moved: Points = points + offset
            return moved

        return np.asarray(shapely.transform(shapes, shifted), dtype=object)

    tiled = np.concatenate([beside(county.to_numpy(), copy) for copy in range(copies)])[:count]
    odd = np.arange(_ODD // 2, count, _ODD)
    tiled[odd] = tiled[odd - 1]
    tiled[odd - _ODD // 4] = shapely.buffer(shapely.point_on_surface(tiled[odd - 2]), 0.002)
    return tiled


def by_geos(drawn: Shapes, tolerance_m: float) -> Shapes:
    """Clean as GEOS does by itself."""
    return np.asarray(shapely.coverage_clean(drawn, gap_width=tolerance_m), dtype=object)  # type: ignore[attr-defined]  # missing in the stubs


def by_recipe(drawn: Shapes, tolerance_m: float) -> Shapes:
    """Clean as most scripts do: mend rings, cut overlaps from the later area, fill narrow gaps."""
    made = shapely.make_valid(drawn)
    pairs = shapely.STRtree(made).query(made, predicate="intersects")
    first, second = pairs[:, pairs[0] < pairs[1]]
    for one, other in zip(first, second, strict=True):
        made[other] = shapely.difference(made[other], made[one])
    parts, rows = polygons_of(made)
    made = gathered(parts, rows, len(made))
    gaps = holes(np.array([shapely.union_all(made)], dtype=object))
    gaps = gaps[is_narrow(gaps, tolerance_m)]
    gap, area = shapely.STRtree(made).query(gaps, predicate="intersects")
    length = shapely.length(shapely.intersection(gaps[gap], made[area]))
    order = np.lexsort((-length, gap))
    _, best = np.unique(gap[order], return_index=True)
    for row in order[best]:
        made[area[row]] = shapely.union(made[area[row]], gaps[gap[row]])
    return np.asarray(made, dtype=object)


@dataclass(frozen=True)
class Quality:
    """What a way of cleaning did to a layer."""

    lost: int
    """Villages of which nothing is left."""
    halved: int
    """Villages that lost more than a twentieth of their ground to others than those drawn inside them."""
    moved_m: float
    """The farthest that changed ground reaches from the outline drawn, metres."""
    overlaps: int
    gaps: int
    """What is left and no wider than the tolerance: it should have been resolved."""
    wide: int
    """Overlaps and gaps wider than the tolerance: a person's to decide. None left means a machine decided."""
    invalid: int


def quality(drawn: Shapes, made: Shapes, tolerance_m: float) -> Quality:
    """Measure what was done; shapes in metres."""
    before, after = shapely.area(drawn), shapely.area(made)
    found = overlaps(drawn)
    own_m2 = before - np.bincount(
        found.large[found.is_inside], found.shared_m2[found.is_inside], minlength=len(drawn)
    )
    parts, row = polygons_of(shapely.symmetric_difference(drawn, made))
    cut = np.isin(row, found.large[found.is_inside])
    corners, part = shapely.get_coordinates(parts[~cut], return_index=True)
    edges = shapely.boundary(drawn)
    shapely.prepare(edges)
    away = shapely.distance(shapely.points(corners), edges[row[~cut][part]])
    left = overlaps(made)
    pieces, _ = polygons_of(left.shared)
    between = holes(np.array([shapely.union_all(made)], dtype=object))
    wide_overlaps, wide_gaps = (
        widths_m(some[shapely.area(some) > 1.0]) > tolerance_m for some in (pieces, between)
    )
    return Quality(
        lost=int((after <= 1.0).sum()),
        halved=int(((after < 0.95 * own_m2) & (after > 1.0)).sum()),
        moved_m=float(away.max(initial=0.0)),
        overlaps=int((~wide_overlaps).sum()),
        gaps=int((~wide_gaps).sum()),
        wide=int(wide_overlaps.sum() + wide_gaps.sum()),
        invalid=int((~shapely.is_valid(made)).sum()),
    )


def timed(task: Callable[[], Shapes]) -> tuple[float, Shapes]:
    """Return the processor seconds of a task, and what it returned."""
    start = time.process_time()
    made = task()
    return time.process_time() - start, made


def measured(count: int, tolerance_m: float, rounds: int) -> dict[str, tuple[float, Quality]]:
    """Clean one layer in each way; return seconds and quality, and print both."""
    frame = dirty_layer(count)
    grid = Projection.for_points(np.reshape(frame.total_bounds, (2, 2)))
    drawn = np.asarray(shapely.transform(frame.geometry.to_numpy(), grid.to_metres), dtype=object)
    say(f"{count:,} villages, {int(shapely.get_num_coordinates(drawn).sum()):,} corners, {tolerance_m} m")

    def ours() -> CleanLayer:
        return clean_coverage(frame, tolerance_m=tolerance_m)

    ways: dict[str, Callable[[], Shapes]] = {
        "ours": lambda: np.asarray(ours().frame.geometry.to_numpy(), dtype=object),
        "coverage_clean": lambda: by_geos(drawn, tolerance_m),
        "recipe": lambda: by_recipe(drawn, tolerance_m),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    made: dict[str, Shapes] = {}
    for _ in range(rounds):
        for way, task in ways.items():
            spent, made[way] = timed(task)
            seconds[way].append(spent)
    made["ours"] = np.asarray(shapely.transform(made["ours"], grid.to_metres), dtype=object)
    found = {way: (float(np.median(seconds[way])), quality(drawn, made[way], tolerance_m)) for way in ways}
    for way, (spent, done) in found.items():
        say(
            f"  {way:15} {spent:7.2f} s; lost {done.lost}, halved {done.halved}, moved {done.moved_m:.2f} m, "
            f"left {done.overlaps} overlaps and {done.gaps} gaps, {done.wide} wide ones, "
            f"invalid {done.invalid}"
        )
    return found


def main() -> None:
    """Measure a county, and a province or in a hurry an eighth of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="less than a minute: 331 and 3,000 villages")
    asked.add_argument("--tolerance", type=float, default=5.0, help="metres")
    options = asked.parse_args()
    many = QUICK if options.quick else PROVINCE
    found = {
        COUNTY: measured(COUNTY, options.tolerance, 3),
        many: measured(many, options.tolerance, 1),
    }
    ratio = {
        f"{way}@{count}": round(ways[way][0] / ways["ours"][0], 2)
        for count, ways in found.items()
        for way in ("coverage_clean", "recipe")
    }
    figures: dict[str, float | None] = {
        "county_s": round(found[COUNTY]["ours"][0], 2),
        "province_s": round(found[PROVINCE]["ours"][0], 1) if PROVINCE in found else None,
        f"s@{many}": round(found[many]["ours"][0], 1),
    }
    for way in ("ours", "coverage_clean", "recipe"):
        end = "" if way == "ours" else f"@{way}"
        done = [ways[way][1] for ways in found.values()]
        figures |= {
            f"{what}{end}": sum(getattr(one, what) for one in done) for what in ("lost", "halved", "invalid")
        }
        figures[f"moved_m{end}"] = round(max(one.moved_m for one in done), 2)
        figures[f"unresolved{end}"] = sum(one.overlaps + one.gaps for one in done)
    say(json.dumps({"ratio": ratio, "figures": figures}))


if __name__ == "__main__":
    main()
