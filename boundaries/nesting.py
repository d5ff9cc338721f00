"""Villages lie within their town: where they do not, and town borders drawn along those of the villages.

A ticket is in a village and in a town. When the two were drawn by different hands, or cleaned apart from each
other, there is ground along their border where the village says one town and the town's outline another.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.disputes import lies_near
from boundaries.divisions import Level
from boundaries.pieces import gathered, is_narrow, overlaps, polygons_of


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """The villages that have ground outside their town."""

    village: NDArray[np.intp]
    town: NDArray[np.intp]
    """Their rows, and those of their towns."""
    outside: NDArray[Any]
    """The ground outside, one (multi)polygon per village."""


def towns_of(frame: gpd.GeoDataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of towns, the rows of villages, and for each village which of the towns is its own.

    Parameters
    ----------
    frame
        ``code, name, level, town_code, town_name``; a village knows its town by code or else by name.

    Returns
    -------
    tuple
        Of a village whose town is not drawn or not known, the third is -1.
    """
    is_town = (frame["level"] == Level.TOWN).to_numpy(dtype=bool)
    towns, villages = np.flatnonzero(is_town), np.flatnonzero(~is_town)
    by_code, by_name = (
        {value: at for at, value in reversed(list(enumerate(frame[column].iloc[towns]))) if value}
        for column in ("code", "name")
    )
    own = [
        by_code.get(code, by_name.get(name, -1))
        for code, name in zip(
            frame["town_code"].iloc[villages], frame["town_name"].iloc[villages], strict=True
        )
    ]
    return towns, villages, np.array(own, dtype=np.intp)


def beyond_towns(villages: NDArray[Any], towns: NDArray[Any], own: NDArray[np.intp]) -> Beyond:
    """Find the villages that reach beyond their town.

    Parameters
    ----------
    villages, towns
        Valid (multi)polygons on one plane.
    own
        For each village the row of its town; -1 where it is not known.
    """
    asked = np.flatnonzero(own >= 0)
    shapely.prepare(towns)
    asked = asked[~shapely.covers(towns[own[asked]], villages[asked])]
    parts, place = polygons_of(shapely.difference(villages[asked], towns[own[asked]]))
    outside = gathered(parts, place, len(asked))
    found = ~shapely.is_empty(outside)
    return Beyond(asked[found], own[asked[found]], outside[found])


def along_villages(
    towns: NDArray[Any], villages: NDArray[Any], own: NDArray[np.intp], tolerance_m: float
) -> NDArray[Any]:
    """Draw the borders of towns along those of their villages, where the two are near each other.

    Parameters
    ----------
    towns, villages, own
        As in `beyond_towns`, in metres.
    tolerance_m
        Ground up to this width goes to the town of the village that lies there, if all its corners are no
        farther than that from the outline of each town concerned.

    Returns
    -------
    NDArray[Any]
        The towns. Those that lie on or in another stay as they are, and so does what no village tells.
    """
    found = overlaps(towns)
    apart = ~(found.is_same | found.is_inside)
    moves = np.ones(len(towns), dtype=np.bool_)
    moves[np.concatenate([found.first[~apart], found.second[~apart]])] = False
    known = np.flatnonzero((own >= 0) & moves[own])
    parts, giver, taker = _misplaced(towns, villages[known], own[known])
    edges = shapely.boundary(towns)
    shapely.prepare(edges)
    goes = is_narrow(parts, tolerance_m) & lies_near(parts, edges[taker], tolerance_m)
    given = goes & (giver >= 0)
    goes[given] = moves[giver[given]] & lies_near(parts[given], edges[giver[given]], tolerance_m)
    given &= goes
    new = towns.copy()
    for row in np.unique(np.concatenate([taker[goes], giver[given]])):
        mine = shapely.union_all(np.append(parts[goes & (taker == row)], new[row]))
        others = shapely.union_all(parts[given & (giver == row)])
        new[row] = gathered(*polygons_of(np.array([shapely.difference(mine, others)], dtype=object)), 1)[0]
    return new


def _misplaced(
    towns: NDArray[Any], villages: NDArray[Any], own: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Return pieces of villages in a town that is not theirs or in none (-1): which town, and their own."""
    village, other = shapely.STRtree(towns).query(villages, predicate="intersects")
    foreign = other != own[village]
    village, other = village[foreign], other[foreign]
    inner, place = polygons_of(shapely.intersection(villages[village], towns[other]))
    beyond = beyond_towns(villages, towns, own)
    nobodys, at = polygons_of(shapely.difference(beyond.outside, shapely.union_all(towns)))
    return (
        np.concatenate([inner, nobodys]),
        np.concatenate([other[place], np.full(len(nobodys), -1)]),
        np.concatenate([own[village[place]], beyond.town[at]]),
    )
