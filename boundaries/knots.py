"""Outlines that cross themselves so often that they are none: told before hours go into mending them.

Mending cuts a ring at each crossing, and a scribble of a few thousand corners has millions of them.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.errors import NoAreasError

_MOST = 50_000
"""Crossings of one outline that are still mended: a second's work."""
_SAMPLED = 40


def check_outlines(shapes: NDArray[Any], names: list[str], *, where: str) -> None:
    """Refuse a layer one of whose outlines is a scribble.

    Parameters
    ----------
    shapes, names
        The polygons of a layer and what they are called.
    where
        The file's name, for the message.

    Raises
    ------
    NoAreasError
        Names the outline and about how often it crosses itself.
    """
    for row in np.flatnonzero(~shapely.is_valid(shapes)):
        crossings = sum(map(_crossings, _rings(shapes[row])))
        if crossings > _MOST:
            raise NoAreasError(
                "the outline of {name} in {path} crosses itself about {count} times and cannot be mended: "
                "draw it again",
                name=names[row] or "?",
                path=where,
                count=int(float(f"{crossings:.1g}")),
            )


def _rings(shape: Any) -> Iterator[NDArray[np.float64]]:  # noqa: ANN401 - a shapely geometry
    parts = shapely.get_parts(shape)
    for part in parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]:
        yield from map(shapely.get_coordinates, shapely.get_rings(part))


def _crossings(ring: NDArray[np.float64]) -> float:
    """Estimate how often a ring crosses itself, from some of its edges."""
    if len(ring) < _SAMPLED:
        return 0.0
    edges = np.asarray(shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)))
    sample = edges[:: max(1, len(edges) // _SAMPLED)]
    met = shapely.STRtree(edges).query(sample, predicate="crosses")
    return float(met.shape[1] / len(sample) * len(edges) / 2)
