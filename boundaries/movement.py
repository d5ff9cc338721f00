"""How far borders moved: the ground areas exchanged between two drawings, and where it reaches too far."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.pieces import gathered, places_inside, polygons_of

NOTABLE_M2 = 1.0
"""Less ground than this changes hands by rounding."""
SNAP_M = 0.001
"""Corners so near are one."""


def exchanged(old: NDArray[Any], new: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the ground each area lost and gained."""
    lost, gained = np.full((2, len(old)), shapely.Polygon(), dtype=object)
    moved = np.flatnonzero(~_stayed(old, new))
    parts, place = polygons_of(shapely.symmetric_difference(old[moved], new[moved]))
    edges = old[moved]
    shapely.prepare(edges)
    was_own = shapely.contains(edges[place], places_inside(parts))
    lost[moved], gained[moved] = (
        gathered(parts[some], place[some], len(moved)) for some in (was_own, ~was_own)
    )
    # ground that was lost and ground that was gained can be one piece, where they meet along a line
    balance_m2 = shapely.area(old) - shapely.area(lost) + shapely.area(gained) - shapely.area(new)
    mixed = moved[np.abs(balance_m2[moved]) > NOTABLE_M2]
    lost[mixed], gained[mixed] = (
        shapely.difference(one[mixed], other[mixed]) for one, other in ((old, new), (new, old))
    )
    return lost, gained


def too_far(
    lost: NDArray[Any], gained: NDArray[Any], old: NDArray[Any], tolerance_m: float
) -> NDArray[np.bool_]:
    """Say which areas give or take ground farther from their drawn outline than the tolerance."""
    beyond = np.zeros(len(old), dtype=np.bool_)
    for pieces, inward in ((lost, True), (gained, False)):
        parts, rows = polygons_of(pieces)
        west, south, east, north = shapely.bounds(parts).T
        # a piece touches the outline, so one that is shorter than the tolerance cannot reach beyond it
        long = np.hypot(east - west, north - south) > tolerance_m
        parts, rows = parts[long], rows[long]
        changed, back = np.unique(rows, return_inverse=True)
        within = tolerance_m * 1.001 + 2 * SNAP_M  # a grown outline is rounded by chords
        grown = shapely.buffer(old[changed], -within if inward else within)
        shapely.prepare(grown)
        far = shapely.intersects(grown[back], parts) if inward else ~shapely.covers(grown[back], parts)
        cut = shapely.intersection if inward else shapely.difference
        far_m2 = shapely.area(cut(parts[far], grown[back[far]]))
        beyond |= np.bincount(rows[far], far_m2, minlength=len(old)) > NOTABLE_M2
    return beyond


def _stayed(old: NDArray[Any], new: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which outlines only got corners of their neighbours: all corners of each lie on the other."""
    stayed = np.abs(shapely.area(old) - shapely.area(new)) < NOTABLE_M2
    for (alone, of), other in zip(_corners_of_one_only(old, new), (new, old), strict=True):
        corners, row = alone[stayed[of]], of[stayed[of]]
        edges = np.full(len(old), None)
        asked = np.unique(row)
        edges[asked] = shapely.boundary(other[asked])
        shapely.prepare(edges)
        near = shapely.dwithin(edges[row], shapely.points(corners), 2 * SNAP_M)
        stayed &= np.bincount(row[~near], minlength=len(old)) == 0
    return np.asarray(stayed, dtype=np.bool_)


def _corners_of_one_only(
    old: NDArray[Any], new: NDArray[Any]
) -> list[tuple[NDArray[np.float64], NDArray[np.intp]]]:
    """Return the corners that only the old outlines have, and only the new ones, with their rows."""
    both = [shapely.get_coordinates(shapes, return_index=True) for shapes in (old, new)]
    places, row_of = (np.concatenate(parts) for parts in zip(*both, strict=True))
    order = np.lexsort((places[:, 1], places[:, 0], row_of))
    places, row_of = places[order], row_of[order]
    new_place = np.append(True, (places[1:] != places[:-1]).any(axis=1) | (row_of[1:] != row_of[:-1]))
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.cumsum(new_place) - 1
    of_old, of_new = np.split(place, [len(both[0][1])])
    alone = []
    for (corners, row), own, other in zip(both, (of_old, of_new), (of_new, of_old), strict=True):
        known = np.zeros(len(order), dtype=np.bool_)
        known[other] = True
        alone.append((corners[~known[own]], row[~known[own]]))
    return alone
