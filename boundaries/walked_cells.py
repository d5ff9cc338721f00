"""The part of a shape that is reached soonest on foot from each of some places: a river parts villages."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.nearest_cells import nearest_cells

Reach: TypeAlias = Callable[[Points, Points], NDArray[np.float64]]
"""Places (k, 2) and samples (n, 2), both WGS 84 → metres to walk from each place to each sample, (k, n);
infinite where no way leads. Given by who knows the streets."""

_SAMPLES = 1_500  # in one shape
_FINEST_M = 40.0


def walked_cells(shape: Any, places: Points, grid: Projection, reach: Reach) -> NDArray[Any]:  # noqa: ANN401 - a shapely polygon
    """Return for each place the part of a shape from which it is nearer to walk than to any other.

    The shape is sampled on a square lattice of at most some 1,500 points; each stands for its surroundings. A
    sample that no way leads to goes to the place nearest as the crow flies, and so does one to which two ways
    are equally long.

    Parameters
    ----------
    shape
        A polygon, WGS 84.
    places
        Shape (k, 2), k >= 1, WGS 84.
    grid
        On which the lattice lies.
    reach
        How far it is to walk.

    Returns
    -------
    NDArray
        Shape (k,): polygons or multipolygons, WGS 84; together they are the shape. Empty for a place that
        others are nearer to everywhere, except for its own surroundings.
    """
    metres = shapely.transform(shape, grid.to_metres)
    samples = np.vstack([grid.to_metres(places), _lattice(metres)])
    walked = reach(places, grid.to_degrees(samples))
    straight = np.linalg.norm(samples[None] - grid.to_metres(places)[:, None], axis=2)
    lost = ~np.isfinite(walked).any(axis=0)
    walked = np.where(lost, straight, walked)
    owner = np.lexsort((straight.T, walked.T), axis=1)[:, 0]
    owner[: len(places)] = np.arange(len(places))
    cells = nearest_cells(shape, samples, grid)
    found = np.empty(len(places), dtype=object)
    found[:] = [shapely.union_all(cells[owner == row]) for row in range(len(places))]
    return found


def _lattice(metres: Any) -> Points:  # noqa: ANN401 - as above
    """Return points of a square lattice inside a shape, never on a round place where a seat may stand."""
    step = max(_FINEST_M, float(np.sqrt(shapely.area(metres) / _SAMPLES)))
    west, south, east, north = shapely.bounds(metres)
    x, y = np.meshgrid(np.arange(west + step / 2.01, east, step), np.arange(south + step / 2.01, north, step))
    points = np.column_stack([x.ravel(), y.ravel()])
    shapely.prepare(metres)
    inside: Points = points[shapely.contains_xy(metres, points[:, 0], points[:, 1])]
    return inside
