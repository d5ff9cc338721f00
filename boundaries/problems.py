"""What can be wrong with areas, found kind by kind: broken rings, copies, overlaps, gaps, slivers, edges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.nesting import beyond_towns, towns_of
from boundaries.pieces import MOSTLY, holes, is_narrow, overlaps, polygons_of, widths_m
from boundaries.reasons import Reason, listed

_NOTABLE_M2 = 1.0  # rounding makes smaller ones
_THIN_M = 5.0  # a part of a village narrower than this is no ground anybody lives on
_DEGREE_M = 111_195.0
_PLACE = re.compile(r"\[([-\d.e]+) ([-\d.e]+)\]")


class ProblemKind(StrEnum):
    """What can be wrong with areas, the worst first."""

    TWICE = "twice"
    """Two areas on the same ground."""
    INSIDE = "inside"
    """An area wholly inside another."""
    RING = "ring"
    """An outline that crosses itself."""
    OVERLAP = "overlap"
    """Ground that two areas claim."""
    GAP = "gap"
    """Ground between areas that none claims."""
    BEYOND = "beyond"
    """Ground of a village outside its town."""
    SLIVER = "sliver"
    """A thin piece apart from its area, or one without a name."""
    EDGE = "edge"
    """A border that does not meet the neighbour's corner by corner."""
    TURN = "turn"
    """A ring that turns the other way than those of the rest of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One thing that is wrong with a layer."""

    kind: ProblemKind
    names: tuple[str, ...]
    """The areas concerned; empty for a piece without a name."""
    reason: Reason
    shape: Any
    """Where it is, on the flat ground it was found on."""
    area_m2: float = 0.0
    width_m: float = np.nan
    """Of the ground concerned; NaN where a line or a point is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class FlatGround:
    """Degrees stretched to about metres, so that a straight line of the file stays straight.

    Where a neighbour has a corner in the middle of a long border, a true projection would open a gap that the
    file does not have. So things are looked for here, and measured on the grid.
    """

    grid: Projection
    scale: NDArray[np.float64]
    """Metres per degree, eastward and northward, about."""

    @classmethod
    def under(cls, frame: gpd.GeoDataFrame) -> Self:
        """Choose the ground for a layer in EPSG:4326."""
        west, south, east, north = frame.total_bounds
        eastward = _DEGREE_M * np.cos(np.radians((south + north) / 2))
        grid = Projection.for_points(np.array([[west, south], [east, north]]))
        return cls(grid, np.array([eastward, _DEGREE_M]))

    def flat(self, frame: gpd.GeoDataFrame) -> NDArray[Any]:
        """Return the shapes of a layer on this ground."""
        return np.asarray(
            shapely.transform(frame.geometry.to_numpy(), lambda points: points * self.scale), dtype=object
        )

    def degrees(self, points: Points) -> Points:
        """Convert places on this ground to WGS 84."""
        return np.asarray(points / self.scale, dtype=np.float64)

    def sizes(self, shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Measure shapes of this ground: square metres, and the width of the widest part in metres."""
        measured = shapely.transform(shapes, lambda points: self.grid.to_metres(self.degrees(points)))
        parts, row = polygons_of(np.asarray(measured, dtype=object))
        width_m = np.zeros(len(shapes))
        np.maximum.at(width_m, row, widths_m(parts))
        return shapely.area(measured), width_m


def broken_rings(drawn: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find outlines that cross or touch themselves, and where."""
    broken = drawn[~drawn.geometry.is_valid]
    shapes = ground.flat(broken)
    mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    before_m2, after_m2 = (np.round(ground.sizes(some)[0]) for some in (shapes, mended))
    for row, (name, shape) in enumerate(zip(broken["name"], shapes, strict=True)):
        place = _PLACE.search(shapely.is_valid_reason(shape))
        spot = [float(number) for number in place.groups()] if place else shape.bounds[:2]
        reason = Reason(
            "topology.ring",
            "the outline of {name} crosses or touches itself: {before_m2} m² as drawn, "
            "{after_m2} m² when mended",
            {"name": name or "?", "before_m2": int(before_m2[row]), "after_m2": int(after_m2[row])},
        )
        size = abs(float(after_m2[row] - before_m2[row]))
        yield Problem(ProblemKind.RING, _named(name), reason, shapely.Point(spot), size)


def turned_rings(drawn: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find outlines that turn otherwise than most, and holes that turn as their outline."""
    parts, row = polygons_of(ground.flat(drawn))
    outer = shapely.is_ccw(shapely.get_exterior_ring(parts))
    usual = 2 * np.count_nonzero(outer) >= len(outer)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_outer = np.diff(part, prepend=-1) != 0
    wrong = np.where(is_outer, shapely.is_ccw(rings) != usual, shapely.is_ccw(rings) == outer[part])
    for ring, at in zip(rings[wrong], row[part[wrong]], strict=True):
        name = drawn["name"].iloc[at]
        reason = Reason(
            "topology.turn",
            "a ring of {name} turns the other way than the rest of the file; the ground is the same",
            {"name": name or "?"},
        )
        yield Problem(ProblemKind.TURN, _named(name), reason, shapely.LineString(ring))


def nameless(frame: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find pieces that neither name nor code can be given to."""
    shapes = ground.flat(frame[((frame["name"] == "") & (frame["code"] == "")).to_numpy(dtype=bool)])
    for shape, area_m2, width_m in zip(shapes, *ground.sizes(shapes), strict=True):
        reason = Reason(
            "topology.unnamed", "a piece of {area_m2} m² has no name", {"area_m2": round(area_m2)}
        )
        yield Problem(ProblemKind.SLIVER, (), reason, shape, area_m2, width_m)


def copies(frame: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find rows that say the same twice: one name, one code, one shape."""
    table = frame[["level", "name", "code"]].assign(
        shape=shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    )
    again = frame[table.duplicated().to_numpy(dtype=bool)]
    shapes = ground.flat(again)
    for name, shape, area_m2, width_m in zip(again["name"], shapes, *ground.sizes(shapes), strict=True):
        reason = Reason("topology.copy", "{name} stands in the file twice", {"name": name})
        yield Problem(ProblemKind.TWICE, (name,), reason, shape, area_m2, width_m)


def between(part: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find what is wrong between the areas of one level."""
    names, shapes = part["name"].tolist(), ground.flat(part)
    yield from _shared_ground(names, shapes, ground)
    yield from _gaps(names, shapes, ground)
    yield from _slivers(names, shapes, ground)
    yield from _edges(names, shapes)


def _shared_ground(names: list[str], shapes: NDArray[Any], ground: FlatGround) -> Iterator[Problem]:
    found = overlaps(shapes)
    area_m2, width_m = ground.sizes(found.shared)
    for row in np.flatnonzero(area_m2 > _NOTABLE_M2):
        both = (names[found.small[row]], names[found.large[row]])
        if found.is_same[row]:
            kind, reason = (
                ProblemKind.TWICE,
                Reason(
                    "topology.same",
                    "{first} and {second} are drawn on the same ground: say which of them it is",
                    dict(zip(("first", "second"), both, strict=True)),
                ),
            )
        elif found.is_inside[row]:
            named = dict(zip(("small", "large"), both, strict=True))
            kind, reason = (
                ProblemKind.INSIDE,
                Reason("topology.inside", "{small} lies inside {large}", named),
            )
        else:
            named = dict(zip(("first", "second"), both, strict=True))
            kind, reason = (
                ProblemKind.OVERLAP,
                Reason(
                    "topology.overlap",
                    "{first} and {second} overlap by {area_m2} m², up to {width_m} m wide",
                    {**named, "area_m2": round(area_m2[row]), "width_m": round(width_m[row], 1)},
                ),
            )
        yield Problem(kind, both, reason, found.shared[row], area_m2[row], width_m[row])


def _gaps(names: list[str], shapes: NDArray[Any], ground: FlatGround) -> Iterator[Problem]:
    gaps = holes(np.array([shapely.union_all(shapes)], dtype=object))
    gap, area = shapely.STRtree(shapes).query(gaps, predicate="intersects")
    for row, (shape, area_m2, width_m) in enumerate(zip(gaps, *ground.sizes(gaps), strict=True)):
        if area_m2 <= _NOTABLE_M2:
            continue
        around = tuple(names[at] for at in np.sort(area[gap == row]))
        reason = Reason(
            "topology.gap",
            "{area_m2} m² between {names}, up to {width_m} m wide, belong to nobody",
            {"area_m2": round(area_m2), "names": listed(around), "width_m": round(width_m, 1)},
        )
        yield Problem(ProblemKind.GAP, around, reason, shape, area_m2, width_m)


def beyond_town(frame: gpd.GeoDataFrame, ground: FlatGround) -> Iterator[Problem]:
    """Find villages that reach beyond the town they say they belong to, or lie elsewhere."""
    towns, villages, own = towns_of(frame)
    shapes, names = ground.flat(frame), frame["name"].tolist()
    found = beyond_towns(shapes[villages], shapes[towns], own)
    whole_m2, _ = ground.sizes(shapes[villages[found.village]])
    for village, town, shape, area_m2, width_m, of_m2 in zip(
        villages[found.village],
        towns[found.town],
        found.outside,
        *ground.sizes(found.outside),
        whole_m2,
        strict=True,
    ):
        both = (names[village], names[town])
        if area_m2 > MOSTLY * of_m2:
            reason = Reason(
                "topology.elsewhere",
                "{name} lies outside its town {town}: check the town beside its name",
                {"name": both[0], "town": both[1]},
            )
        elif area_m2 > _NOTABLE_M2:
            reason = Reason(
                "topology.beyond",
                "{name} reaches {width_m} m beyond its town {town}: {area_m2} m²",
                {"name": both[0], "town": both[1], "area_m2": round(area_m2), "width_m": round(width_m, 1)},
            )
        else:
            continue
        yield Problem(ProblemKind.BEYOND, both, reason, shape, area_m2, width_m)


def _slivers(names: list[str], shapes: NDArray[Any], ground: FlatGround) -> Iterator[Problem]:
    """Find thin parts of areas that have a broader part."""
    parts, row = polygons_of(shapes[shapely.get_num_geometries(shapes) > 1])
    row = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)[row]
    thin = is_narrow(parts, _THIN_M)
    thin &= np.isin(row, row[~thin])
    for shape, at, area_m2, width_m in zip(parts[thin], row[thin], *ground.sizes(parts[thin]), strict=True):
        reason = Reason(
            "topology.sliver",
            "a piece of {name} lies apart: {area_m2} m², up to {width_m} m wide",
            {"name": names[at], "area_m2": round(area_m2), "width_m": round(width_m, 1)},
        )
        yield Problem(ProblemKind.SLIVER, (names[at],), reason, shape, area_m2, width_m)


def _edges(names: list[str], shapes: NDArray[Any]) -> Iterator[Problem]:
    lines = np.asarray(shapely.coverage_invalid_edges(shapes), dtype=object)
    area, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    for row in np.flatnonzero(shapely.length(lines) > 0):
        beside = [names[at] for at in np.sort(other[area == row]) if at != row]
        reason = Reason(
            "topology.edge",
            "over {length_m} m the border of {name} does not meet that of {names} corner by corner",
            {"length_m": round(lines[row].length), "name": names[row], "names": listed(beside) or "?"},
        )
        yield Problem(ProblemKind.EDGE, (names[row], *beside), reason, lines[row])


def _named(name: str) -> tuple[str, ...]:
    return (name,) if name else ()
