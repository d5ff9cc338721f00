"""What GEOS says of points and shapes, and points on which it is hard to agree."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Points

Shapes = NDArray[Any]


def by_geos(shapes: Shapes, points: Points) -> NDArray[np.int64]:
    """Return the smallest, among equals the first shape that intersects each point; -1 for none."""
    sizes = shapely.area(shapes).astype(np.float32)  # equal grounds are equal, whatever the last digits
    order = np.lexsort((np.arange(len(shapes)), sizes))
    shapely.prepare(shapes)
    query, place = shapely.STRtree(shapes[order]).query(shapely.points(points))
    held = shapely.intersects_xy(shapes[order][place], *points[query].T)
    first = np.full(len(points), len(shapes))
    np.minimum.at(first, query[held], place[held])
    found: NDArray[np.int64] = np.append(order, -1)[first]
    return found


def difficult_points(shapes: Shapes, count: int, seed: int) -> Points:
    """Return vertices, middles of edges and points along them, some moved by the smallest step there is."""
    rng = np.random.default_rng(seed)
    vertices, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    edge = rng.choice(np.flatnonzero(ring[1:] == ring[:-1]), count)
    start, end = vertices[edge], vertices[edge + 1]
    half = rng.integers(0, 2, (count, 1)) / 2
    points = start + np.where(rng.random((count, 1)) < 0.75, half, rng.random((count, 1))) * (end - start)
    step = rng.choice([-np.inf, 0.0, np.inf], points.shape, p=[0.25, 0.5, 0.25])
    moved: Points = np.where(step == 0, points, np.nextafter(points, step))
    return moved
