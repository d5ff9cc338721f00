"""The borders of a layer as flat arrays of edges in metres, each with the areas on its two sides.

Drawn areas overlap. A place in two of them belongs to the smallest, and among equals to the lowest row: the
rule of `Areas.locate`. Here the larger areas are cut accordingly first, so that no ground has two owners and
the probabilities of an uncertain point can never sum to more than one.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection


def owned_shapes(shapes: NDArray[Any], projection: Projection) -> NDArray[Any]:
    """Return the ground each area owns: what is drawn, less what a smaller area has drawn too.

    Parameters
    ----------
    shapes
        Valid polygons and multipolygons, WGS 84.
    projection
        The grid in metres. Corners are projected, edges stay straight: a kilometre bends by millimetres.

    Returns
    -------
    NDArray[Any]
        The same number of shapes, in metres; empty where everything belongs to others.
    """
    # rounded, so that areas drawn alike are equal whatever the last bit says
    order = np.argsort(np.round(shapely.area(shapes), 12), kind="stable")
    rank = np.empty(len(shapes), dtype=np.int64)
    rank[order] = np.arange(len(shapes))
    owned = shapely.transform(shapes, projection.to_metres)
    broken = ~shapely.is_valid(owned)  # rings that touched within the millimetre
    owned[broken] = shapely.make_valid(owned[broken], method="structure")
    drawn = owned.copy()
    shapely.prepare(drawn)
    one, other = shapely.STRtree(drawn).query(drawn)
    loser, winner = one[rank[one] > rank[other]], other[rank[one] > rank[other]]
    overlap = shapely.relate_pattern(drawn[loser], drawn[winner], "T********")
    loser, winner = loser[overlap], winner[overlap]
    order = np.argsort(loser, kind="stable")
    rows, first = np.unique(loser[order], return_index=True)
    for row, winners in zip(rows, np.split(winner[order], first[1:]), strict=False):
        owned[row] = shapely.difference(drawn[row], shapely.union_all(drawn[winners]))
    return owned


@dataclass(frozen=True, slots=True, eq=False)
class BorderEdges:
    """Straight pieces of border on the metric grid; a piece between two areas is there once.

    Each runs from west to east, a meridional one from south to north, and the edges are sorted: the order and
    orientation of the rings they come from leave no trace.
    """

    start: Points
    """Shape (m, 2), metres."""
    end: Points
    """Shape (m, 2), metres."""
    left: NDArray[np.int32]
    """Shape (m,), row of the area on the left, which is the north for most; -1 for none."""
    right: NDArray[np.int32]
    """Shape (m,), row of the area on the right; -1 for none."""

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def of(cls, owned: NDArray[Any]) -> Self:
        """Take the edges of areas that do not overlap.

        Parameters
        ----------
        owned
            Polygons and multipolygons in metres as `owned_shapes` returns them.
        """
        start, end, row = _ring_edges(owned)
        backward = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
        start[backward], end[backward] = end[backward], start[backward].copy()
        order = np.lexsort([row, backward, end[:, 1], end[:, 0], start[:, 1], start[:, 0]])
        start, end, row, backward = start[order], end[order], row[order], backward[order]
        fresh = np.ones(len(row), dtype=np.bool_)
        fresh[1:] = (start[1:] != start[:-1]).any(axis=1) | (end[1:] != end[:-1]).any(axis=1)
        place = np.cumsum(fresh) - 1
        # the k-th area on the left goes with the k-th on the right; more than one is dirt, but not an error
        turn = _count_within(2 * place + backward)
        slots, slot = np.unique(np.column_stack([place, turn]), axis=0, return_inverse=True)
        left, right = (np.full(len(slots), -1, dtype=np.int32) for _ in range(2))
        left[slot[~backward]] = row[~backward]
        right[slot[backward]] = row[backward]
        first = np.flatnonzero(fresh)[slots[:, 0]]
        border = left != right
        return cls(start[first][border], end[first][border], left[border], right[border])


def _ring_edges(owned: NDArray[Any]) -> tuple[Points, Points, NDArray[np.int64]]:
    """Return start, end and area of every edge, the area on its left."""
    parts, row = shapely.get_parts(owned, return_index=True)
    solid = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, row = shapely.orient_polygons(parts[solid]), row[solid]
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    follows = (ring[1:] == ring[:-1]) & (corners[1:] != corners[:-1]).any(axis=1)
    return corners[:-1][follows], corners[1:][follows], row[part][ring[:-1][follows]]


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
