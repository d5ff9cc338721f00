"""What uncertain points should give, worked out without the closed forms: by cutting, and by strips."""

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.stats import norm

from boundaries import Areas

_CIRCLE = 2 * np.pi * np.arange(20_000) / 20_000


def flat(areas: Areas) -> NDArray[Any]:
    """Return the drawn villages in metres."""
    return np.asarray(shapely.transform(areas.villages.geometry.to_numpy(), areas.projection.to_metres))


def disc_share(shape: shapely.Geometry, centre: NDArray[np.float64], radius_m: float) -> float:
    """Return the share of a disc, drawn as a polygon of the same area, that a shape covers."""
    step = _CIRCLE[1]
    drawn_m = radius_m * np.sqrt(step / np.sin(step))
    disc = shapely.Polygon(centre + drawn_m * np.column_stack([np.cos(_CIRCLE), np.sin(_CIRCLE)]))
    return float(shapely.intersection(shape, disc).area / disc.area)


def normal_share(shape: shapely.Geometry, centre: NDArray[np.float64], sigma_m: float) -> float:
    """Return the mass of a normal distribution over a shape, integrated along strips from west to east."""
    edges = [
        (ring[:-1] - centre, ring[1:] - centre)
        for part in shapely.get_parts(shape)
        for ring in map(shapely.get_coordinates, shapely.get_rings(part))
    ]
    start, end = (np.vstack(ends) / sigma_m for ends in zip(*edges, strict=True))
    cuts = np.unique(np.clip(np.concatenate([start[:, 1], np.arange(-8.0, 8.01, 0.5)]), -8, 8))
    node, weight = np.polynomial.legendre.leggauss(10)
    total = 0.0
    for low, high in pairwise(cuts):
        for y, part in zip((low + high + (high - low) * node) / 2, weight * (high - low) / 2, strict=True):
            met = (start[:, 1] > y) != (end[:, 1] > y)
            a, b = start[met], end[met]
            x = np.sort(a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))
            total += part * norm.pdf(y) * (norm.cdf(x[1::2]) - norm.cdf(x[::2])).sum()
    return total
