"""Ground that two villages claim, sorted out before a layer is cleaned.

A village that lies inside another is cut out of it. One that is drawn twice is cleaned once. Ground that
several claim and that is wider than the tolerance is set apart: it is cleaned as a piece of its own and goes
back to all of them, for only a person can say whose it is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.pieces import (
    Overlaps,
    gathered,
    is_narrow,
    overlaps,
    overlaps_again,
    places_inside,
    polygons_of,
)

_LEAST_LEFT = 0.5  # an encloser is cut only when so much of it is left: else it was meant as something else


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """A layer of areas with the ground that is claimed twice set apart; all in metres."""

    shapes: NDArray[Any]
    """The areas, those inside them cut out; empty for a twin."""
    twin_of: NDArray[np.intp]
    """Row of the area that is drawn on the same ground, its own row for all others."""
    inside: NDArray[np.intp]
    """Shape (n, 2): rows of an area that was cut out, and of the one it lies in."""
    inside_m2: NDArray[np.float64]
    rest: NDArray[Any]
    """The areas without disputed ground."""
    disputed: NDArray[Any]
    """Pieces of ground that several areas claim, wider than the tolerance."""
    piece: NDArray[np.intp]
    claimant: NDArray[np.intp]
    """Which piece is claimed by which area, one entry per claim."""


def claims(drawn: NDArray[Any], tolerance_m: float) -> Claims:
    """Sort out who claims which ground.

    Parameters
    ----------
    drawn
        Valid (multi)polygons in metres.
    tolerance_m
        Up to which width ground that is claimed twice need not be set apart.
    """
    found = overlaps(drawn)
    twin_of = _twins(drawn, found, tolerance_m)
    shapes = drawn.copy()
    shapes[twin_of != np.arange(len(drawn))] = shapely.Polygon()
    shapes, inside, inside_m2 = _without_enclosed(shapes, found)
    if len(inside) or found.is_same.any():
        solved = found.is_inside & np.isin(found.large + 1j * found.small, inside[:, 1] + 1j * inside[:, 0])
        solved |= found.is_same & (twin_of[found.first] == twin_of[found.second])
        found = overlaps_again(shapes, found, np.flatnonzero(shapes != drawn), solved)
    parts, pair = polygons_of(found.shared)
    first, second = found.first[pair], found.second[pair]
    narrow = is_narrow(parts, tolerance_m)
    edges = shapely.boundary(shapes)
    shapely.prepare(edges)
    may_first, may_second = np.repeat(narrow[None], 2, axis=0)
    for may, rows in ((may_first, first), (may_second, second)):
        may[narrow] = lies_near(parts[narrow], edges[rows[narrow]], tolerance_m)
    apart = ~(may_first | may_second)
    disputed, piece, claimant = _disputed(parts[apart], first[apart], second[apart])
    # what only one of the two can give without moving its border too far is given by that one
    one_may = may_first != may_second
    givers = np.where(may_first, first, second)[one_may]
    rest = _without(shapes, np.concatenate([parts[one_may], disputed[piece]]), np.append(givers, claimant))
    return Claims(shapes, twin_of, inside, inside_m2, rest, disputed, piece, claimant)


def _twins(drawn: NDArray[Any], found: Overlaps, tolerance_m: float) -> NDArray[np.intp]:
    """Find areas drawn on the same ground, up to the tolerance; the lower row stands for both."""
    twin_of = np.arange(len(drawn))
    for first, second in zip(found.first[found.is_same], found.second[found.is_same], strict=True):
        leader = twin_of[first]
        differing, _ = polygons_of(np.array([shapely.symmetric_difference(drawn[leader], drawn[second])]))
        if is_narrow(differing, tolerance_m).all():
            twin_of[second] = leader
    return twin_of


def _without_enclosed(
    shapes: NDArray[Any], found: Overlaps
) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.float64]]:
    """Cut areas out of those they lie in, unless too little would be left of these."""
    cut, pairs, cut_m2 = shapes.copy(), list[tuple[int, int]](), list[float]()
    small, large, shared_m2 = (
        values[found.is_inside] for values in (found.small, found.large, found.shared_m2)
    )
    present = ~shapely.is_empty(shapes[small]) & ~shapely.is_empty(shapes[large])
    for row in np.unique(large[present]):
        mine = present & (large == row)
        left = _polygonal(shapely.difference(shapes[row], shapely.union_all(shapes[small[mine]])))
        if left.area >= _LEAST_LEFT * shapes[row].area:
            cut[row] = left
            pairs += [(int(inner), int(row)) for inner in small[mine]]
            cut_m2 += shared_m2[mine].tolist()
    return cut, np.array(pairs, dtype=np.intp).reshape(-1, 2), np.array(cut_m2)


def lies_near(parts: NDArray[Any], edges: NDArray[Any], tolerance_m: float) -> NDArray[np.bool_]:
    """Say whether all corners of each part lie near the outline beside it; `edges` best prepared."""
    corners, rows = shapely.get_coordinates(parts, return_index=True)
    near = shapely.dwithin(edges[rows], shapely.points(corners), tolerance_m)
    return np.asarray(np.bincount(rows[~near], minlength=len(parts)) == 0, dtype=np.bool_)


def _disputed(
    parts: NDArray[Any], first: NDArray[np.intp], second: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Cut pieces of ground claimed by two areas each so that each has one set of claimants."""
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(shapely.boundary(parts))]))
    face, part = shapely.STRtree(parts).query(places_inside(faces), predicate="within")
    claimed = np.unique(
        np.concatenate([np.column_stack([face, rows[part]]) for rows in (first, second)]), axis=0
    )
    kept, piece = np.unique(claimed[:, 0], return_inverse=True)
    return faces[kept], piece.reshape(-1), claimed[:, 1]


def _without(shapes: NDArray[Any], pieces: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Cut pieces out of areas; row i loses all pieces beside which i stands."""
    left = shapes.copy()
    order = np.argsort(rows, kind="stable")
    numbers, starts = np.unique(rows[order], return_index=True)
    groups = np.split(pieces[order], starts[1:])
    united = [some[0] if len(some) == 1 else shapely.union_all(some) for some in groups]
    taken = np.array(united, dtype=object)
    parts, place = polygons_of(shapely.difference(shapes[numbers], taken[: len(numbers)]))
    left[numbers] = gathered(parts, place, len(numbers))
    return left


def _polygonal(shape: Any) -> Any:  # noqa: ANN401 - any geometry in, a (multi)polygon out
    parts, _ = polygons_of(np.array([shape], dtype=object))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
