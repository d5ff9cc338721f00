"""Narrow gaps go to the areas along them, cut only from corner to corner: no border gets a new corner.

A gap goes to the area with the longest border along it, as far as that area was drawn near; where it was not,
to the next. So a lane of nobody's ground between many villages is never given to one of them as a whole.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.pieces import polygons_of, united

_ROUNDING = 1.001  # the corners of a grown outline are rounded by chords


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A coverage after its gaps were shared out."""

    areas: NDArray[Any]
    """In the order they were given, their edges still matching."""
    left: NDArray[Any]
    """Pieces of gaps that no area is near enough to."""
    left_of: NDArray[np.intp]
    """Which gap each of them is of."""


def with_gaps_filled(areas: NDArray[Any], gaps: NDArray[Any], drawn: NDArray[Any], reach_m: float) -> Filled:
    """Give the ground of gaps to the areas around them.

    Parameters
    ----------
    areas
        (Multi)polygons in metres that do not overlap and whose common edges match corner by corner.
    gaps
        Polygons between them, their edges matching as well.
    drawn
        What each area was before anything was moved.
    reach_m
        How far from what was drawn an area may grow.
    """
    gap, area, length_m = _borders(areas, gaps)
    ranked = np.lexsort((area, -length_m, gap))
    gap, area = gap[ranked], area[ranked]
    bordered, start = np.unique(gap, return_index=True)
    stop = np.append(start[1:], len(gap))
    shapely.prepare(drawn)
    whole = _reaches(drawn, area[start], gaps[bordered], reach_m)
    pieces, takers = [gaps[bordered[whole]]], [area[start[whole]]]
    piece_of = [bordered[whole]]
    for number in np.flatnonzero(~whole):
        parts, owners = _shared_out(
            gaps[bordered[number]], area[start[number] : stop[number]], drawn, reach_m
        )
        pieces.append(parts)
        takers.append(owners)
        piece_of.append(np.full(len(parts), bordered[number]))
    nobodys = np.setdiff1d(np.arange(len(gaps)), bordered)
    all_pieces = np.concatenate([*pieces, gaps[nobodys]])
    all_takers = np.concatenate([*takers, np.full(len(nobodys), -1)])
    all_gaps = np.concatenate([*piece_of, nobodys])
    taken = all_takers >= 0
    grown = united(areas, all_pieces[taken], all_takers[taken])
    return Filled(grown, all_pieces[~taken], all_gaps[~taken])


def _borders(
    areas: NDArray[Any], gaps: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return which gap lies along which area, and over how many metres."""
    gap_of, start, end = _edges(gaps)
    owner_of, other_start, other_end = _edges(areas)
    # in a coverage no two edges have the same middle, and the middle does not depend on the direction
    middles, wanted = _middles(other_start, other_end), _middles(start, end)
    order = np.argsort(middles)
    place = np.searchsorted(middles, wanted, sorter=order)
    found = np.append(order, -1)[place]
    owned = np.append(middles, np.nan)[found] == wanted
    pairs, stretch = np.unique(
        np.column_stack([gap_of[owned], owner_of[found[owned]]]), axis=0, return_inverse=True
    )
    lengths = np.hypot(*(end - start)[owned].T)
    gap, area = pairs.astype(np.intp).T
    return gap, area, np.bincount(stretch.reshape(-1), lengths, minlength=len(pairs)).astype(np.float64)


def _edges(shapes: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the straight edges of shapes: row, start and end."""
    polygons, shape_of = polygons_of(shapes)
    rings, polygon_of = shapely.get_rings(polygons, return_index=True)
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    goes_on = np.flatnonzero(ring_of[:-1] == ring_of[1:])
    return shape_of[polygon_of[ring_of[goes_on]]], corners[goes_on], corners[goes_on + 1]


def _middles(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return twice the middle of each edge as one number."""
    both = start + end
    return np.asarray(both[:, 0] + 1j * both[:, 1], dtype=np.complex128)


def _reaches(
    drawn: NDArray[Any], areas: NDArray[np.intp], pieces: NDArray[Any], reach_m: float
) -> NDArray[np.bool_]:
    """Say whether each piece lies wholly near what was drawn of the area beside it."""
    corners, rows = shapely.get_coordinates(pieces, return_index=True)
    near = shapely.dwithin(drawn[areas[rows]], shapely.points(corners), reach_m)
    found = np.bincount(rows[~near], minlength=len(pieces)) == 0
    # between the corners of a long piece the area may bend away
    west, south, east, north = shapely.bounds(pieces).T
    long = np.flatnonzero(found & (np.hypot(east - west, north - south) > reach_m))
    nearby, which = np.unique(areas[long], return_inverse=True)
    grown = shapely.buffer(drawn[nearby], reach_m * _ROUNDING)
    shapely.prepare(grown)
    found[long] = shapely.covers(grown[which.reshape(-1)], pieces[long])
    return np.asarray(found, dtype=np.bool_)


def _shared_out(
    gap: Any,  # noqa: ANN401 - a polygon
    areas: NDArray[np.intp],
    drawn: NDArray[Any],
    reach_m: float,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Cut one gap into triangles; each goes to the first area that reaches it, else to -1."""
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(gap))
    owners = np.full(len(triangles), -1, dtype=np.intp)
    for area in areas:
        free = np.flatnonzero(owners < 0)
        reached = _reaches(drawn, np.full(len(free), area), triangles[free], reach_m)
        owners[free[reached]] = area
    return triangles, owners
