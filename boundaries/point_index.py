"""Which polygon holds a point: exact, for many points at once."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points


class PointIndex:
    """Finds the polygon of each point: a tree of boxes first, the exact shape second."""

    def __init__(self, shapes: NDArray[Any]) -> None:
        self._shapes = shapes
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)
        self._rank = np.empty(len(shapes), dtype=np.int64)
        # rounded, so that areas drawn alike are equal whatever the last bit says
        sizes = np.round(shapely.area(shapes), 12)
        self._rank[np.argsort(sizes, kind="stable")] = np.arange(len(shapes))

    def rows(self, points: Points) -> NDArray[np.int32]:
        """Return the row of the shape that holds each point, -1 for none."""
        found = np.full(len(points), -1, dtype=np.int32)
        finite = np.flatnonzero(np.isfinite(points).all(axis=1))
        query, shape = self._tree.query(shapely.points(points[finite]))
        place = finite[query]
        held = shapely.intersects_xy(self._shapes[shape], points[place, 0], points[place, 1])
        place, shape = place[held], shape[held]
        # the last one written stays: the smallest area, then the lowest row
        order = np.argsort(-self._rank[shape], kind="stable")
        found[place[order]] = shape[order]
        return found
