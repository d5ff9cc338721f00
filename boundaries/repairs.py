"""Polygons put right: rings that cross themselves, nameless slivers, villages in pieces or drawn twice.

Every repair leaves a reason. What is doubtful but not plainly wrong (neighbours that overlap or leave
gaps, a village inside another) is measured, reported and left alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Projection
from boundaries.divisions import Level
from boundaries.nesting import beyond_towns, towns_of
from boundaries.pieces import holes, polygons_of, widths_m
from boundaries.reasons import Reason, listed
from boundaries.unit_codes import folded_core

_NOTABLE_M2 = 1.0  # rounding makes smaller ones
_COUNTY_CODE = re.compile(r"\d{6}")
_COUNTY_NAME = re.compile(r"..[市县]$")
_SAME = 0.9  # share of the smaller area from which it counts as lying inside the other


@dataclass(slots=True)
class RepairReport:
    """What was found and put right in an area file."""

    rows: list[Reason] = field(default_factory=list)
    """One reason per repair, dropped piece or doubt."""
    area_before_m2: float = 0.0
    """Sum of the polygons as drawn, valid ones counted as they are."""
    area_after_m2: float = 0.0
    """Sum of the polygons returned."""


def areas_m2(shapes: NDArray[Any], grid: Projection) -> NDArray[np.float64]:
    """Return the areas of shapes in degrees, in square metres."""
    return np.asarray(shapely.area(shapely.transform(shapes, grid.to_metres)), dtype=np.float64)


def report_undrawn(names: Sequence[str], report: RepairReport) -> None:
    """Name the rows of a file that have no area: points, lines, or nothing at all."""
    if names:
        report.rows.append(
            Reason(
                "repair.undrawn",
                "{count} rows have no area and were left out: {names}",
                {"count": len(names), "names": listed(name or "?" for name in names)},
            )
        )


def with_valid_shapes(frame: gpd.GeoDataFrame, grid: Projection, report: RepairReport) -> gpd.GeoDataFrame:
    """Make every geometry a valid polygon, and drop those of which nothing is left."""
    shapes = frame.geometry.to_numpy()
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    if len(broken):
        mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        for row, before, after in zip(
            broken, areas_m2(shapes[broken], grid), areas_m2(mended, grid), strict=True
        ):
            report.rows.append(
                Reason(
                    "repair.ring",
                    "the outline of {name} crossed itself and was mended: {before_m2} m², now {after_m2} m²",
                    {
                        "name": frame["name"].iloc[row] or "?",
                        "before_m2": round(before),
                        "after_m2": round(after),
                    },
                )
            )
        shapes = shapes.copy()
        shapes[broken] = mended
    shapes = np.array([areal_part(shape) for shape in shapes], dtype=object)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs="EPSG:4326"))
    flat = shapely.area(shapes) <= 0
    for name in frame["name"][flat]:
        report.rows.append(Reason("repair.flat", "{name} had no area and was dropped", {"name": name or "?"}))
    return frame[~flat]


def areal_part(shape: Any) -> Any:  # noqa: ANN401 - any geometry in, a polygon out
    """Keep the polygons of a mixed geometry."""
    if shape.geom_type != "GeometryCollection":
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (3, 6))])


def without_unnamed(frame: gpd.GeoDataFrame, grid: Projection, report: RepairReport) -> gpd.GeoDataFrame:
    """Drop pieces that neither name nor code can be given to."""
    unnamed = ((frame["name"] == "") & (frame["code"] == "")).to_numpy(dtype=bool)
    for area in areas_m2(frame.geometry.to_numpy()[unnamed], grid):
        report.rows.append(
            Reason(
                "repair.unnamed",
                "a piece of {area_m2} m² has no name and was dropped",
                {"area_m2": round(area)},
            )
        )
    kept = frame[~unnamed]
    return kept.assign(name=[name or code for name, code in zip(kept["name"], kept["code"], strict=True)])


def without_counties(frame: gpd.GeoDataFrame, report: RepairReport) -> gpd.GeoDataFrame:
    """Leave the outline of a whole county aside: it is neither a town nor a village."""
    county = np.array(
        [
            _COUNTY_CODE.fullmatch(code) is not None or (not code and _COUNTY_NAME.search(name) is not None)
            for code, name in zip(frame["code"], frame["name"], strict=True)
        ],
        dtype=bool,
    )
    for name in frame["name"][county]:
        report.rows.append(
            Reason(
                "repair.county",
                "{name} is a whole county, neither town nor village; its outline was left aside",
                {"name": name},
            )
        )
    return frame[~county]


def with_one_name_per_code(frame: gpd.GeoDataFrame, report: RepairReport) -> gpd.GeoDataFrame:
    """Take a code away from the second unit that claims it."""
    owner: dict[str, str] = {}
    codes = []
    for code, name in zip(frame["code"], frame["name"], strict=True):
        mine = not code or folded_core(owner.setdefault(code, name)) == folded_core(name)
        if not mine:
            report.rows.append(
                Reason(
                    "doubt.code",
                    "the code {code} stands beside both {first} and {second}; {second} got a local one",
                    {"code": code, "first": owner[code], "second": name},
                )
            )
        codes.append(code if mine else "")
    return frame.assign(code=codes)


def united(frame: gpd.GeoDataFrame, report: RepairReport) -> gpd.GeoDataFrame:
    """Put the pieces of one unit together; a unit drawn twice stays once."""
    pieces_of: dict[tuple[object, ...], list[int]] = {}
    for number, piece in enumerate(frame.itertuples(index=False)):
        pieces_of.setdefault(_key(piece), []).append(number)
    shapes = frame.geometry.to_numpy().copy()
    for numbers in pieces_of.values():
        if len(numbers) == 1:
            continue
        drawn, name = shapely.normalize(shapes[numbers]), frame["name"].iloc[numbers[0]]
        shapes[numbers[0]] = shapely.union_all(drawn)
        pieces = len({shape.wkb for shape in drawn})
        if pieces > 1:
            report.rows.append(
                Reason(
                    "repair.pieces",
                    "{name} is drawn in {pieces} pieces; they count as one area",
                    {"name": name, "pieces": pieces},
                )
            )
        else:
            report.rows.append(
                Reason("repair.twice", "{name} is drawn twice; it counts once", {"name": name})
            )
    first = [numbers[0] for numbers in pieces_of.values()]
    table = frame.iloc[first].drop(columns=frame.geometry.name).reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry=shapes[first], crs="EPSG:4326")


def _key(row: Any) -> tuple[object, ...]:  # noqa: ANN401 - a named tuple of the frame's columns
    """Return what makes rows one unit: the code, or the name inside a known town, else name and shape."""
    if row.code:
        return row.level, row.code
    town = row.town_code or row.town_name
    if row.level == Level.TOWN or town:
        return row.level, row.name, town
    return row.level, row.name, shapely.normalize(row.geometry).wkb


def report_doubts(frame: gpd.GeoDataFrame, grid: Projection, report: RepairReport) -> None:
    """Measure what was left as it is: overlaps, one area inside another, gaps, towns unknown or left."""
    report.rows += _townless(frame)
    for level in Level:
        part = frame[(frame["level"] == level).to_numpy(dtype=bool)]
        report.rows += _overlaps(part, grid)
        report.rows += _gaps(part, grid)
    report.rows += _beyond_towns(frame, grid)


def _townless(frame: gpd.GeoDataFrame) -> Iterator[Reason]:
    """Count the villages of which nothing tells the town."""
    villages = frame[(frame["level"] == Level.VILLAGE).to_numpy(dtype=bool)]
    said = [
        bool(name) or code.isdigit()
        for name, code in zip(villages["town_name"], villages["town_code"], strict=True)
    ]
    if not all(said):
        yield Reason(
            "doubt.town",
            "nothing tells the town of {count} of {total} villages: say which column does, or add the areas "
            "of the towns",
            {"count": said.count(False), "total": len(said)},
        )


def _overlaps(part: gpd.GeoDataFrame, grid: Projection) -> Iterator[Reason]:
    shapes = part.geometry.to_numpy()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = pairs[:, pairs[0] < pairs[1]]
    shared = areas_m2(shapely.intersection(shapes[first], shapes[second]), grid)
    sizes = areas_m2(shapes, grid)
    inside = shared > _SAME * np.minimum(sizes[first], sizes[second])
    for one, other in zip(first[inside], second[inside], strict=True):
        small, large = sorted((one, other), key=lambda row: (sizes[row], row))
        yield Reason(
            "doubt.inside",
            "{small} lies inside {large}: points there count as {small}",
            {"small": part["name"].iloc[small], "large": part["name"].iloc[large]},
        )
    overlaps = (shared > _NOTABLE_M2) & ~inside
    if overlaps.any():
        yield Reason(
            "doubt.overlap",
            "{pairs} pairs of neighbours overlap, by {area_m2} m² in all; there the smaller counts",
            {"pairs": int(overlaps.sum()), "area_m2": round(float(shared[overlaps].sum()))},
        )


def _gaps(part: gpd.GeoDataFrame, grid: Projection) -> Iterator[Reason]:
    """Measure the holes in the union of neighbours, without islands in them; open bays are none."""
    union = shapely.transform(shapely.union_all(part.geometry.to_numpy()), grid.to_metres)
    found = shapely.area(holes(np.array([union], dtype=object)))
    found = found[found > _NOTABLE_M2]
    if len(found):
        yield Reason(
            "doubt.gap",
            "{gaps} gaps between neighbours, {area_m2} m² in all, belong to nobody",
            {"gaps": len(found), "area_m2": round(float(found.sum()))},
        )


def _beyond_towns(frame: gpd.GeoDataFrame, grid: Projection) -> Iterator[Reason]:
    """Measure what villages have outside their town, along its border or because they lie elsewhere."""
    towns, villages, own = towns_of(frame)
    flat = shapely.transform(frame.geometry.to_numpy(), grid.to_metres)
    names = frame["name"].to_numpy()
    found = beyond_towns(flat[villages], flat[towns], own)
    area_m2 = shapely.area(found.outside)
    away = area_m2 > _SAME * shapely.area(flat[villages[found.village]])
    for village, town in zip(found.village[away], found.town[away], strict=True):
        yield Reason(
            "doubt.elsewhere",
            "{name} lies outside its town {town}: check the town beside its name",
            {"name": names[villages[village]], "town": names[towns[town]]},
        )
    over = (area_m2 > _NOTABLE_M2) & ~away
    if over.any():
        parts, _ = polygons_of(found.outside[over])
        order = np.argsort(-area_m2[over], kind="stable")
        yield Reason(
            "doubt.beyond",
            "{count} of {total} villages reach beyond their town, up to {width_m} m wide, {area_m2} m² in "
            "all: {names}",
            {
                "count": int(over.sum()),
                "total": len(villages),
                "width_m": round(float(widths_m(parts).max()), 1),
                "area_m2": round(float(area_m2[over].sum())),
                "names": listed(names[villages[found.village[over][order]]]),
            },
        )
