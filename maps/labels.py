"""Where names stand on a map: of towns, villages and streets, with the room each of them needs."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

_GAP = 2e-5  # degrees, two metres: villages of one town that do not quite meet still make one town
_NAMED_STREETS = ("main", "street")
_STRAIGHT = 0.9  # a name stands only where the street hardly bends
_SPOT_EVERY = 0.005  # degrees, about 500 m: a long street is named again and again


def towns_of(areas: GeoDataFrame) -> GeoDataFrame:
    """Return one outline per town from the areas of its villages.

    Parameters
    ----------
    areas
        ``town_name`` and polygons, EPSG:4326; rows without a town's name are left out.

    Returns
    -------
    GeoDataFrame
        ``name`` and geometry, in order of appearance.
    """
    known = areas[areas["town_name"].fillna("").astype(str) != ""]
    names = list(dict.fromkeys(known["town_name"].astype(str)))
    shapes = []
    for name in names:
        parts = shapely.buffer(
            known.geometry[known["town_name"] == name].to_numpy(), _GAP, join_style="mitre"
        )
        shapes.append(shapely.buffer(shapely.union_all(parts), -_GAP, join_style="mitre"))
    return GeoDataFrame({"name": names}, geometry=shapes, crs=areas.crs)


def area_labels(areas: GeoDataFrame, kind: str) -> list[dict[str, Any]]:
    """Return the names of areas: text, place, and the width of the area in degrees as its room."""
    shapes = areas.geometry.to_numpy()
    filled = ~(shapely.is_empty(shapes) | shapely.is_missing(shapes))
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[filled]))
    west, _, east, _ = shapely.bounds(shapes[filled]).T
    return [
        {"text": str(name), "at": _at(point), "room": round(float(width), 6), "kind": kind, "row": int(row)}
        for name, point, width, row in zip(
            areas["name"][filled], points, east - west, np.flatnonzero(filled), strict=True
        )
    ]


def street_labels(streets: GeoDataFrame | None) -> list[dict[str, Any]]:
    """Return the names of streets, with the spots where a name may be written along the street.

    Parameters
    ----------
    streets
        From `basemap_frame`; None has no names.

    Returns
    -------
    list[dict[str, Any]]
        One per name: ``text``, ``kind``, ``room`` (degrees along its longest stretch), ``spots``: latitude
        and longitude of two points between which the name may stand, and the room there; roomiest first.
    """
    if streets is None or streets.empty:
        return []
    named = streets[streets["kind"].isin(_NAMED_STREETS) & (streets["name"].astype(str) != "")]
    labels = []
    for name, part in named.groupby("name", sort=True):
        merged = shapely.line_merge(shapely.union_all(part.geometry.to_numpy()))
        stretches = sorted(shapely.get_parts(merged), key=lambda line: -line.length)
        spots = [spot for stretch in stretches for spot in _spots(stretch)]
        if spots:
            labels.append({"text": str(name), "room": spots[0][4], "kind": "street", "spots": spots})
    return labels


def _spots(stretch: shapely.LineString) -> list[list[float]]:
    """Return the middle of a stretch, and of each piece of it when it is long."""
    pieces = max(1, int(stretch.length / _SPOT_EVERY))
    middles = [(i + 0.5) / pieces for i in range(pieces)]
    middles.sort(key=lambda share: abs(share - 0.5))
    room = round(float(stretch.length) / pieces * 0.8, 6)
    half = 0.1 / pieces
    ends = [(_on(stretch, at - half), _on(stretch, at + half)) for at in middles]
    straight = _STRAIGHT * 2 * half * stretch.length
    return [[*_at(a), *_at(b), room] for a, b in ends if math.dist(a, b) >= straight]


def _on(line: shapely.LineString, share: float) -> tuple[float, float]:
    point = line.interpolate(share, normalized=True)
    return point.x, point.y


def _at(point: Iterable[float]) -> list[float]:
    """Return a place in Leaflet's order: latitude first."""
    lon, lat = point
    return [round(float(lat), 6), round(float(lon), 6)]
