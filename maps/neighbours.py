"""Which areas are neighbours: those that touch, or nearly touch where two drawings do not quite meet."""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from boundaries import Projection
from maps.errors import BadStatisticError


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Who touches whom, as one flat list: the neighbours of area i are ``flat[starts[i]:starts[i + 1]]``."""

    flat: NDArray[np.int64]
    """Row numbers of the neighbours, sorted within each area; never the area itself."""
    starts: NDArray[np.int64]
    """Shape (n + 1,)."""

    @property
    def degrees(self) -> NDArray[np.int64]:
        """Number of neighbours of each area, shape (n,)."""
        return np.diff(self.starts)

    def of(self, row: int) -> NDArray[np.int64]:
        """Return the row numbers of one area's neighbours."""
        return self.flat[self.starts[row] : self.starts[row + 1]]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of `values` over each area's neighbours; 0 for an area without any."""
        running = np.concatenate([[0.0], np.cumsum(values[self.flat])])
        sums: NDArray[np.float64] = running[self.starts[1:]] - running[self.starts[:-1]]
        return sums

    def among(self, kept: NDArray[np.bool_]) -> "Neighbours":
        """Return who touches whom among the kept areas, numbered anew in their order."""
        left = np.repeat(np.arange(len(kept)), self.degrees)
        both = kept[left] & kept[self.flat]
        number = np.cumsum(kept) - 1
        return from_pairs(number[left[both]], number[self.flat[both]], int(kept.sum()))


def from_pairs(left: NDArray[np.int64], right: NDArray[np.int64], n: int) -> Neighbours:
    """Return the neighbours given as pairs of row numbers (each pair in both directions)."""
    order = np.lexsort((right, left))
    starts = np.concatenate([[0], np.cumsum(np.bincount(left, minlength=n))])
    return Neighbours(right[order].astype(np.int64), starts.astype(np.int64))


def find_neighbours(areas: GeoDataFrame, *, gap_m: float = 5.0) -> Neighbours:
    """Return which areas share a border or a corner ("queen" contiguity), small gaps forgiven.

    Parameters
    ----------
    areas
        Polygons with a CRS, in degrees or metres. An empty or missing geometry has no neighbours.
    gap_m
        Areas up to this many metres apart count as touching, because village borders drawn by different hands
        seldom meet exactly. 0 asks for a true touch.

    Raises
    ------
    BadStatisticError
        When the areas have no CRS, so that nothing says what a metre is.
    """
    if areas.crs is None:
        raise BadStatisticError("the areas have no coordinate system: set one before looking for neighbours")
    shapes = areas.geometry.to_numpy()
    if areas.crs.is_geographic and len(areas) and not areas.geometry.is_empty.all():
        shapes = areas.geometry.to_crs(_flat_grid(areas)).to_numpy()
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=gap_m)
    different = left != right
    return from_pairs(left[different], right[different], len(shapes))


def _flat_grid(areas: GeoDataFrame) -> str:
    west, south, east, north = areas.to_crs("EPSG:4326").total_bounds
    return Projection.for_points(np.array([[west, south], [east, north]])).definition
