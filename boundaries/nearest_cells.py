"""The part of a shape that is nearest to each of some places: Voronoi cells in metres, met in degrees."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.repairs import areal_part

_MARGIN_M = 5_000.0  # the cells reach beyond the shape by this much before they are clipped
_STRAIGHT_M = 500.0  # over this length a line bends by 2 mm


def nearest_cells(shape: Any, spots_m: Points, grid: Projection) -> NDArray[Any]:  # noqa: ANN401 - a shapely polygon
    """Return for each place the part of a shape that is nearer to it than to any other.

    Parameters
    ----------
    shape
        A polygon, WGS 84.
    spots_m
        The places, shape (n, 2), n >= 1, metres on ``grid``; no two alike.
    grid
        On which nearness is measured.

    Returns
    -------
    NDArray
        Shape (n,): polygons or multipolygons in WGS 84, empty for a place whose ground lies outside.
        Together they are the shape; neighbours share their corners.
    """
    cells = np.empty(len(spots_m), dtype=object)
    if len(spots_m) == 1:
        cells[0] = shape
        return cells
    metres = shapely.transform(shape, grid.to_metres)
    around = shapely.box(*shapely.buffer(metres, _MARGIN_M).bounds)
    drawn = shapely.voronoi_polygons(shapely.multipoints(spots_m), extend_to=around, ordered=True)
    # a line that is straight in metres bends in degrees, so it gets corners; they are rounded so that
    # neighbours share them, and the shape's border is met in degrees, where it is drawn
    bent = shapely.segmentize(shapely.get_parts(drawn), _STRAIGHT_M)

    def rounded_degrees(points: Points) -> Points:
        """Convert to degrees, rounded to a tenth of a millimetre."""
        return np.round(grid.to_degrees(points), 9)

    clipped = shapely.intersection(shapely.transform(bent, rounded_degrees), shape)
    cells[:] = [areal_part(cell) for cell in clipped]
    return cells
