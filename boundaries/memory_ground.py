"""The villages under each remembered place, at several scales: worked out once per drawing of the areas."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from boundaries.areas import Areas
from boundaries.coordinates import Points

SCALES_M = (20.0, 80.0, 250.0)
"""Standard deviations of the normal distributions in which a witness may err."""
WIDE_M = 700.0
"""A wider one, which goes by whole villages."""
WIDTHS = len(SCALES_M) + 1
_WIDE_REACH = 2.5
_LEAST = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class PlaceShares:
    """For each of n places the villages around it."""

    starts: NDArray[np.int64]
    """Shape (n + 1,): place i has the entries from ``starts[i]`` to ``starts[i + 1]``."""
    rows: NDArray[np.int32]
    """Shape (k,), rows of ``Areas.villages``."""
    shares: NDArray[np.float32]
    """Shape (k, 4): probability of the village when the place errs by each scale, the widest last."""

    @classmethod
    def of(cls, areas: Areas, points: Points, held_by: NDArray[np.int32]) -> Self:
        """Work out the shares.

        Parameters
        ----------
        areas
            The villages.
        points
            Shape (n, 2), WGS 84.
        held_by
            Shape (n,): row of the village that holds each, -1 outside of all.
        """
        parts = []
        for width, sigma_m in enumerate(SCALES_M):
            found = areas.shares_many(points, sigma_m)
            parts.append((found.places, found.rows, found.probabilities, width))
        starts, rows, shares = _neighbours(areas)
        inside = np.flatnonzero(held_by >= 0)
        counts = (starts[1:] - starts[:-1])[held_by[inside]]
        entry = np.arange(counts.sum()) + np.repeat(
            starts[held_by[inside]] - np.cumsum(counts) + counts, counts
        )
        parts.append((np.repeat(inside, counts), rows[entry], shares[entry], len(SCALES_M)))
        return cls._joined(len(points), len(areas.villages), parts)

    @classmethod
    def _joined(
        cls,
        places: int,
        villages: int,
        parts: list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], int]],
    ) -> Self:
        key = np.concatenate([place * villages + row for place, row, _, _ in parts])
        pairs, entry = np.unique(key, return_inverse=True)
        table = np.zeros((len(pairs), WIDTHS), dtype=np.float32)
        begin = 0
        for _, _, share, width in parts:
            table[entry[begin : begin + len(share)], width] = share
            begin += len(share)
        kept = (table > _LEAST).any(axis=1)
        place, row = np.divmod(pairs[kept], villages)
        starts = np.searchsorted(place, np.arange(places + 1))
        return cls(starts.astype(np.int64), row.astype(np.int32), table[kept])

    def entries(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the entries of some places, and for each the position of its place among them."""
        begin = self.starts[places]
        counts = self.starts[places + 1] - begin
        which = np.repeat(np.arange(len(places)), counts)
        return np.arange(len(which)) + np.repeat(begin - np.cumsum(counts) + counts, counts), which


def _neighbours(areas: Areas) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return for each village those around it, with the share of each when a place errs widely.

    A village counts by the root of its size, for people do not live evenly.
    """
    shapes = shapely.transform(areas.villages.geometry.to_numpy(), areas.projection.to_metres)
    middles, sizes = shapely.get_coordinates(shapely.centroid(shapes)), np.sqrt(shapely.area(shapes))
    pairs = KDTree(middles).query_pairs(_WIDE_REACH * WIDE_M, output_type="ndarray")
    own = np.arange(len(middles))
    one = np.concatenate([pairs[:, 0], pairs[:, 1], own])
    other = np.concatenate([pairs[:, 1], pairs[:, 0], own])
    apart = np.hypot(*(middles[one] - middles[other]).T) / WIDE_M
    weight = np.exp(-(apart**2) / 2) * sizes[other]
    order = np.argsort(one, kind="stable")
    one, other, weight = one[order], other[order], weight[order]
    weight /= np.bincount(one, weight)[one]
    return np.searchsorted(one, np.arange(len(middles) + 1)), other.astype(np.int32), weight
