"""Where names stand on a map: of towns, villages and streets, with the room each of them needs."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

_GAP = 2e-5  # degrees, two metres: villages of one town that do not quite meet still make one town
_NAMED_STREETS = ("main", "street")


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
    """Return the names of streets: each once, on the middle of its longest stretch, along its direction."""
    if streets is None or streets.empty:
        return []
    named = streets[streets["kind"].isin(_NAMED_STREETS) & (streets["name"].astype(str) != "")]
    labels = []
    for name, part in named.groupby("name", sort=True):
        merged = shapely.line_merge(shapely.union_all(part.geometry.to_numpy()))
        stretch = max(shapely.get_parts(merged), key=lambda line: line.length)
        before, middle, after = (
            shapely.get_coordinates(stretch.interpolate(share, normalized=True))[0]
            for share in (0.4, 0.5, 0.6)
        )
        labels.append(
            {
                "text": str(name),
                "at": _at(middle),
                "room": round(float(stretch.length) * 0.6, 6),
                "kind": "street",
                "along": [_at(before), _at(after)],
            }
        )
    return labels


def _at(point: Iterable[float]) -> list[float]:
    """Return a place in Leaflet's order: latitude first."""
    lon, lat = point
    return [round(float(lat), 6), round(float(lon), 6)]
