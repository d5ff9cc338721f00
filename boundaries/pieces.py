"""Pieces of ground between areas: how wide they are, where two areas overlap, what lies between them.

Everything here is on the flat grid, in metres. A piece is as wide as the largest circle that fits into it: a
border that was drawn twice, three metres apart and two kilometres long, is three metres wide.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

LEAST_M2 = 0.01
"""What is smaller comes from rounding."""
MOSTLY = 0.9
"""Share of the smaller area from which it counts as lying inside the other."""
_PRECISELY = 1.02  # how exactly a width is measured
_POLYGON = 3  # of GEOS; what has a higher number holds other shapes


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """The pairs of areas that have ground in common, each pair once."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    """Rows of the two, the lower first."""
    shared: NDArray[Any]
    """The common ground as polygons."""
    shared_m2: NDArray[np.float64]
    small: NDArray[np.intp]
    large: NDArray[np.intp]
    """The same two, the one with less ground first; of equal ones the lower row."""
    is_same: NDArray[np.bool_]
    """Whether both are nearly all common ground: one village drawn twice, or two on one spot."""
    is_inside: NDArray[np.bool_]
    """Whether only the smaller is nearly all common ground."""

    def __len__(self) -> int:
        return len(self.first)

    def columns(self) -> list[NDArray[Any]]:
        """Return the columns in their order."""
        return [getattr(self, column.name) for column in fields(self)]


def polygons_of(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the polygons shapes consist of, above `LEAST_M2`, and the row each comes from."""
    parts, rows = shapely.get_parts(shapes, return_index=True)
    while (nested := shapely.get_type_id(parts) > _POLYGON).any():
        deeper, at = shapely.get_parts(parts[nested], return_index=True)
        rows = np.concatenate([rows[~nested], rows[nested][at]])
        parts = np.concatenate([parts[~nested], deeper])
    order = np.argsort(rows, kind="stable")
    parts, rows = parts[order], rows[order]
    kept = (shapely.get_type_id(parts) == _POLYGON) & (shapely.area(parts) > LEAST_M2)
    return parts[kept], rows[kept]


def gathered(parts: NDArray[Any], rows: NDArray[np.intp], count: int) -> NDArray[Any]:
    """Put polygons back together by row, as (multi)polygons; rows without any are empty."""
    found = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(rows, kind="stable")
    numbers, starts, counts = np.unique(rows[order], return_index=True, return_counts=True)
    for row, start, size in zip(numbers, starts, counts, strict=True):
        mine = parts[order[start : start + size]]
        found[row] = mine[0] if size == 1 else shapely.multipolygons(mine)
    return found


def united(shapes: NDArray[Any], parts: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Unite shapes with the parts beside which their row stands.

    Parameters
    ----------
    shapes
        (Multi)polygons, any of them empty.
    parts, rows
        What is added to which shape. Edges that a part shares with its shape, or with another part of it,
        should match corner by corner: where they do, nothing has to be cut, which is ten times faster.
    """
    grown = shapes.copy()
    order = np.argsort(rows, kind="stable")
    numbers, starts, counts = np.unique(rows[order], return_index=True, return_counts=True)
    for row, start, size in zip(numbers, starts, counts, strict=True):
        mine = np.append(parts[order[start : start + size]], shapes[row])
        grown[row] = shapely.coverage_union_all(mine)
    sums = np.bincount(rows, shapely.area(parts), minlength=len(shapes)) + shapely.area(shapes)
    doubtful = np.abs(shapely.area(grown[numbers]) - sums[numbers]) > LEAST_M2
    doubtful |= ~shapely.is_valid(grown[numbers])
    for row, start, size in zip(numbers[doubtful], starts[doubtful], counts[doubtful], strict=True):
        grown[row] = shapely.union_all(np.append(parts[order[start : start + size]], shapes[row]))
    return grown


def places_inside(polygons: NDArray[Any]) -> NDArray[Any]:
    """Return a point inside each polygon, off its outline.

    GEOS looks along one line, so of a piece with a spike of no width it may return a corner. There it is the
    middle of the largest triangle.
    """
    places = np.asarray(shapely.point_on_surface(polygons), dtype=object)
    doubtful = np.flatnonzero(~shapely.contains(polygons, places))
    triangles, of = shapely.get_parts(
        shapely.constrained_delaunay_triangles(polygons[doubtful]), return_index=True
    )
    largest = np.lexsort((-shapely.area(triangles), of))
    rows, first = np.unique(of[largest], return_index=True)
    places[doubtful[rows]] = shapely.centroid(triangles[largest[first]])
    return places


def widths_m(polygons: NDArray[Any]) -> NDArray[np.float64]:
    """Return the diameter of the largest circle that fits into each polygon.

    Found by narrowing down how far a polygon can shrink before nothing is left; on long ragged pieces that is
    a hundred times faster than looking for the circle.

    Returns
    -------
    NDArray[np.float64]
        Metres, shape (n,), right to a few per cent; 0 for what is empty.
    """
    area = shapely.area(polygons)
    # a circle of the radius area / perimeter always fits, one with more ground than the polygon never does
    least = np.divide(area, shapely.length(polygons), out=np.zeros(len(area)), where=area > LEAST_M2)
    most = np.where(area > LEAST_M2, np.sqrt(area / np.pi), 0.0)
    while len(unsure := np.flatnonzero(most > _PRECISELY * least)):
        radius = np.sqrt(least[unsure] * most[unsure])
        fits = ~_vanishes(polygons[unsure], radius)
        least[unsure[fits]], most[unsure[~fits]] = radius[fits], radius[~fits]
    return least + most


def is_narrow(polygons: NDArray[Any], width_m: float) -> NDArray[np.bool_]:
    """Say which polygons are nowhere wider than some metres, as exactly as `widths_m`."""
    narrow = np.ones(len(polygons), dtype=np.bool_)
    doubtful = np.flatnonzero(shapely.area(polygons) > np.pi * (width_m / 2.0) ** 2)
    narrow[doubtful] = _vanishes(polygons[doubtful], np.full(len(doubtful), width_m / 2.0))
    return narrow


def _vanishes(polygons: NDArray[Any], radius_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of which polygons nothing is left when their outline moves inward."""
    return np.asarray(
        shapely.is_empty(shapely.buffer(polygons, -radius_m, join_style="mitre")), dtype=np.bool_
    )


def overlaps(shapes: NDArray[Any]) -> Overlaps:
    """Return where areas have ground in common.

    Parameters
    ----------
    shapes
        Valid (multi)polygons in metres.
    """
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = pairs[:, pairs[0] < pairs[1]]
    return _measured(shapes, *pairs[:, np.lexsort((pairs[1], pairs[0]))])


def overlaps_again(
    shapes: NDArray[Any], found: Overlaps, changed: NDArray[np.intp], solved: NDArray[np.bool_]
) -> Overlaps:
    """Return where areas have ground in common, some of which have lost ground since it was last found.

    Parameters
    ----------
    shapes
        As they are now.
    found
        What they had in common.
    changed
        Rows of those that lost ground.
    solved
        Which of the pairs have nothing in common any more.
    """
    stays = ~np.isin(found.first, changed) & ~np.isin(found.second, changed)
    asked = ~stays & ~solved
    again = _measured(shapes, found.first[asked], found.second[asked])
    both = [
        np.concatenate([old[stays], new]) for old, new in zip(found.columns(), again.columns(), strict=True)
    ]
    order = np.lexsort((both[1], both[0]))
    return Overlaps(*(column[order] for column in both))


def _measured(shapes: NDArray[Any], first: NDArray[np.intp], second: NDArray[np.intp]) -> Overlaps:
    """Measure what pairs of areas have in common."""
    within = _covered(shapes, first, second)
    common = shapes[within]
    common[within < 0] = shapely.intersection(shapes[first[within < 0]], shapes[second[within < 0]])
    parts, rows = polygons_of(common)
    shared = gathered(parts, rows, len(first))
    kept = shapely.area(shared) > LEAST_M2
    first, second, shared = first[kept], second[kept], shared[kept]
    sizes, common = shapely.area(shapes), shapely.area(shared)
    is_less = sizes[second] < sizes[first]
    small, large = np.where(is_less, second, first), np.where(is_less, first, second)
    is_same = common >= MOSTLY * sizes[large]
    is_inside = ~is_same & (common >= MOSTLY * sizes[small])
    return Overlaps(first, second, shared, common, small, large, is_same, is_inside)


def _covered(shapes: NDArray[Any], first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return which of each two areas lies wholly inside the other, -1 for none; that spares cutting them."""
    west, south, east, north = shapely.bounds(shapes).T
    within = np.full(len(first), -1, dtype=np.intp)
    for inner, outer in ((first, second), (second, first)):
        may = (west[inner] >= west[outer]) & (south[inner] >= south[outer])
        may &= (east[inner] <= east[outer]) & (north[inner] <= north[outer])
        asked = np.flatnonzero(may)
        asked = asked[shapely.covers(shapes[outer[asked]], shapes[inner[asked]])]
        within[asked] = inner[asked]
    return within


def holes(union: NDArray[Any]) -> NDArray[Any]:
    """Return what lies inside the outline of a union and belongs to nobody.

    A bay that is open to the outside is no hole, and an island in a hole is not part of it.
    """
    parts, _ = polygons_of(union)
    rings = [ring for part in parts for ring in part.interiors]
    if not rings:
        return np.zeros(0, dtype=object)
    found = shapely.polygons(rings)
    islands = shapely.STRtree(parts).query(found, predicate="contains_properly")
    for row in np.unique(islands[0]):
        found[row] = shapely.difference(found[row], shapely.union_all(parts[islands[1][islands[0] == row]]))
    return polygons_of(found)[0]
