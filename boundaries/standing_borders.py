"""A drawing of some towns beside towns that are not drawn: the border between them is the one that holds.

When a workspace was made, neighbours whose outlines differed by less than the tolerance got one border. A
later file that draws one of them again, as its owner has it, must not show that border as moved.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Projection
from boundaries.divisions import Level
from boundaries.pieces import is_narrow, polygons_of
from boundaries.repairs import areal_part


def along_standing(
    drawn: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Return a drawing whose areas meet those that stay where they were drawn to meet, within a tolerance.

    Parameters
    ----------
    drawn
        Areas of towns, villages or both, EPSG:4326, with ``code``, ``town_code`` and ``level``.
    villages, towns
        The areas that hold, by code.
    tolerance_m
        Width in metres up to which ground that a staying area holds too is left to it, and ground between
        the two that the area itself held before stays with it. Where the new outline differs by more it is
        taken as drawn.

    Returns
    -------
    GeoDataFrame
        Same index and columns.
    """
    level = drawn["level"].to_numpy()
    is_village = level == Level.VILLAGE
    covered = set(drawn["town_code"][is_village])
    stay = {
        Level.VILLAGE: villages[~villages["town_code"].isin(covered) & ~villages.index.isin(drawn["code"])],
        Level.TOWN: towns[~towns.index.isin(drawn["code"])],
    }
    before = dict(pd.concat([villages.geometry, towns.geometry]).items())
    shapes = drawn.geometry.to_numpy().copy()
    for rows, which in (
        (np.flatnonzero(is_village), Level.VILLAGE),
        (np.flatnonzero(~is_village), Level.TOWN),
    ):
        if len(rows) and len(stay[which]):
            held = np.array([before.get(code) for code in drawn["code"].iloc[rows]], dtype=object)
            shapes[rows] = _met(shapes[rows], held, stay[which].geometry.to_numpy(), tolerance_m)
    return drawn.set_geometry(gpd.GeoSeries(shapes, index=drawn.index, crs="EPSG:4326"))


def _met(drawn: NDArray[Any], held: NDArray[Any], staying: NDArray[Any], tolerance_m: float) -> NDArray[Any]:
    """Return outlines that meet staying areas; ``held`` is what each area was, None for a new one."""
    grid = Projection.for_points(np.reshape(shapely.total_bounds(drawn), (2, 2)))
    new, old, beside = (shapely.transform(some, grid.to_metres) for some in (drawn, held, staying))
    neighbours = shapely.STRtree(beside)
    siblings = shapely.STRtree(new)
    made = drawn.copy()
    for row, shape in enumerate(new):
        reach = shapely.buffer(shapely.envelope(shape), 2 * tolerance_m)
        near = neighbours.query(reach, predicate="intersects")
        if not len(near):
            continue
        around = shapely.union_all(beside[np.sort(near)])
        too_much = _narrow(shapely.intersection(shape, around), tolerance_m)
        back = np.zeros(0, dtype=object)
        if old[row] is not None:
            more = _narrow(shapely.difference(shape, old[row]), tolerance_m)
            too_much = np.append(too_much, more[shapely.dwithin(more, around, tolerance_m)])
            others = siblings.query(shapely.envelope(old[row]), predicate="intersects")
            taken = shapely.union_all([around, *new[others]])
            back = _narrow(shapely.difference(old[row], taken), tolerance_m)
            back = back[shapely.dwithin(back, around, tolerance_m)]
        if len(too_much) or len(back):
            met = shapely.difference(shapely.union_all([shape, *back]), shapely.union_all(too_much))
            made[row] = shapely.transform(areal_part(met), grid.to_degrees)
    return made


def _narrow(shape: shapely.Geometry, tolerance_m: float) -> NDArray[Any]:
    """Return the polygons of a shape, in metres, that are no wider than a tolerance."""
    parts, _ = polygons_of(np.array([shape], dtype=object))
    return parts[is_narrow(parts, tolerance_m)]
