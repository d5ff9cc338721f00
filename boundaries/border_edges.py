"""The borders of a layer as flat arrays of edges in metres, each with the areas on its two sides.

Drawn areas overlap. A place in two of them belongs to the smallest, and among equals to the lowest row: the
rule of `Areas.locate`, with sizes as `rings` measures them. Here the larger areas are cut accordingly first,
so that no ground has two owners and the probabilities of an uncertain point can never sum to more than one.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.rings import Rings

_ODD = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
_SHIFT = 29
_AREAS_AT_ONCE, _PAIRS_AT_ONCE = 50_000, 50_000


def owned_shapes(shapes: NDArray[Any], projection: Projection) -> NDArray[Any]:
    """Return the ground each area owns: what is drawn, less what a smaller area has drawn too.

    Parameters
    ----------
    shapes
        Valid polygons and multipolygons, WGS 84; empty ones own nothing.
    projection
        The grid in metres. Corners are projected, edges stay straight: a kilometre bends by millimetres.

    Returns
    -------
    NDArray[Any]
        The same number of shapes, in metres; empty where everything belongs to others.
    """
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[np.argsort(Rings.of(shapes).sizes(), kind="stable")] = np.arange(len(shapes))
    owned = shapely.transform(shapes, projection.to_metres)
    broken = ~shapely.is_valid(owned)  # rings that touched within the millimetre
    owned[broken] = shapely.make_valid(owned[broken], method="structure")
    drawn = owned.copy()
    loser, winner = _overlaps(drawn, rank)
    turn = _count_within(loser)
    for one_more in range(int(turn.max(initial=-1)) + 1):
        now = turn == one_more
        owned[loser[now]] = shapely.difference(owned[loser[now]], drawn[winner[now]])
    return owned


def _overlaps(drawn: NDArray[Any], rank: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of shapes that share ground, the one that loses it first, sorted by it and by rank."""
    one, other = shapely.STRtree(drawn).query(drawn)
    pairs = np.flatnonzero(rank[one] > rank[other])
    pairs = pairs[np.lexsort((rank[other[pairs]], one[pairs]))]
    loser, winner = one[pairs], other[pairs]
    overlap = np.zeros(len(pairs), dtype=np.bool_)
    for first in range(0, len(pairs), _PAIRS_AT_ONCE):
        block = slice(first, first + _PAIRS_AT_ONCE)
        # what is prepared takes ten times the memory of the shape
        prepared = np.unique(loser[block])
        shapely.prepare(drawn[prepared])
        overlap[block] = shapely.relate_pattern(drawn[loser[block]], drawn[winner[block]], "T********")
        shapely.destroy_prepared(drawn[prepared])
    return loser[overlap], winner[overlap]


@dataclass(frozen=True, slots=True, eq=False)
class BorderEdges:
    """Straight pieces of border on the metric grid; a piece between two areas is there once.

    Each runs from west to east, a meridional one from south to north. Neither the order nor the orientation
    of the rings they come from leaves a trace.
    """

    lines: NDArray[np.float64]
    """Shape (m, 4), metres: east and north of the start, east and north of the end."""
    sides: NDArray[np.int32]
    """Shape (m, 2): row of the area on the left, mostly in the north, and on the right; -1 for none."""

    def __len__(self) -> int:
        return len(self.sides)

    @property
    def start(self) -> Points:
        """Shape (m, 2), metres."""
        return self.lines[:, :2]

    @property
    def end(self) -> Points:
        """Shape (m, 2), metres."""
        return self.lines[:, 2:]

    def of_rows(self, which: NDArray[np.int64]) -> Self:
        """Return some of the edges, in that order."""
        return type(self)(self.lines[which], self.sides[which])

    @classmethod
    def of(cls, owned: NDArray[Any]) -> Self:
        """Take the edges of areas that do not overlap.

        Parameters
        ----------
        owned
            Polygons and multipolygons in metres as `owned_shapes` returns them. Of more than a province's
            number, pieces between two areas far apart in the list are there twice, once for each: that costs
            space, and saves more of it here.
        """
        parts = [
            cls._of(owned[first : first + _AREAS_AT_ONCE], first)
            for first in range(0, max(len(owned), 1), _AREAS_AT_ONCE)
        ]
        if len(parts) == 1:
            return parts[0]
        sides = np.concatenate([part.sides for part in parts])
        lines = np.empty((len(sides), 4))
        while parts:  # so that nothing is held twice
            part = parts.pop()
            end = sum(map(len, parts))
            lines[end : end + len(part)] = part.lines
        return cls(lines, sides)

    @classmethod
    def _of(cls, owned: NDArray[Any], first_row: int) -> Self:
        lines, row = _ring_edges(owned)
        backward = (lines[:, 0] > lines[:, 2]) | ((lines[:, 0] == lines[:, 2]) & (lines[:, 1] > lines[:, 3]))
        lines[backward] = lines[backward][:, [2, 3, 0, 1]]
        order = _alike_together(lines, backward, row)
        lines, row, backward = lines[order], row[order], backward[order]
        fresh = np.ones(len(row), dtype=np.bool_)
        fresh[1:] = (lines[1:] != lines[:-1]).any(axis=1)
        place = np.cumsum(fresh) - 1
        # the k-th area on the left goes with the k-th on the right; more than one is dirt, but not an error
        turn = _count_within(2 * place + backward)
        slots = np.ones(int(fresh.sum()), dtype=np.int64)
        np.maximum.at(slots, place, turn + 1)
        slot = (np.cumsum(slots) - slots)[place] + turn
        sides = np.full((int(slots.sum()), 2), -1, dtype=np.int32)
        sides[slot, backward.astype(np.int64)] = row
        first = np.repeat(np.flatnonzero(fresh), slots)
        border = sides[:, 0] != sides[:, 1]
        sides[sides >= 0] += first_row
        return cls(lines[first[border]], sides[border])


def _alike_together(
    lines: NDArray[np.float64], backward: NDArray[np.bool_], row: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return an order in which equal lines stand together, by direction and row, however they came.

    Lines are sorted by a number mixed from their coordinates, which is several times faster than by the
    coordinates; in the one case in 10^5 nations where two different lines have the same number, by these.
    """
    number = np.zeros(len(lines), dtype=np.uint64)
    for column, odd in zip(lines.T, _ODD, strict=True):
        # + 0.0, for -0.0 is the same place
        number ^= (column + 0.0).view(np.uint64)
        number *= np.uint64(odd)
        number ^= number >> np.uint64(_SHIFT)
    order = np.lexsort([row, backward, number])
    same = number[order][1:] == number[order][:-1]
    if (lines[order][1:][same] != lines[order][:-1][same]).any():
        order = np.lexsort([row, backward, *lines.T])
    return order


def _ring_edges(owned: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return start and end of every edge, and the area on its left."""
    parts, row = shapely.get_parts(owned, return_index=True)
    solid = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, row = shapely.orient_polygons(parts[solid]), row[solid]
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    follows = (ring[1:] == ring[:-1]) & (corners[1:] != corners[:-1]).any(axis=1)
    lines = np.column_stack([corners[:-1][follows], corners[1:][follows]])
    return lines, row[part][ring[:-1][follows]]


def _count_within(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each item of a list sorted by key how many of its key stand before it."""
    position = np.arange(len(key))
    fresh = np.ones(len(key), dtype=np.bool_)
    fresh[1:] = key[1:] != key[:-1]
    return position - np.maximum.accumulate(np.where(fresh, position, 0))


def lies_left(start: Points, end: Points, place: Points) -> NDArray[np.bool_]:
    """Say for each edge whether a place is on its left; a place on the line counts as moved north a little.

    Parameters
    ----------
    start, end, place
        Shape (m, 2), metres; edges run as in `BorderEdges`.
    """
    turn = (start[:, 0] - place[:, 0]) * (end[:, 1] - place[:, 1])
    turn -= (start[:, 1] - place[:, 1]) * (end[:, 0] - place[:, 0])
    left: NDArray[np.bool_] = (turn > 0) | ((turn == 0) & (end[:, 0] > start[:, 0]))
    return left
