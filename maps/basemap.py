"""The quiet background of every map, without tiles: streets, water, green, railways from OpenStreetMap."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from geopandas import GeoDataFrame

from boundaries import OsmExtract, OsmWay
from maps.errors import MapError

KINDS = ("green", "water", "building", "waterway", "railway", "path", "street", "main")
"""From the bottom of the map to its top."""
_AREAS = frozenset({"green", "water", "building"})
_MAIN = frozenset({"trunk", "primary", "secondary", "tertiary"})
_PATHS = frozenset({"service", "track", "footway", "path", "steps", "cycleway", "bridleway"})
_GREEN = {
    "leisure": {"park", "garden", "pitch", "playground", "golf_course", "nature_reserve"},
    "landuse": {"forest", "grass", "meadow", "recreation_ground", "cemetery", "orchard", "village_green"},
    "natural": {"wood", "scrub", "grassland", "heath"},
}
_WATER = {
    "natural": {"water", "bay"},
    "landuse": {"reservoir", "basin", "salt_pond", "aquaculture"},
    "waterway": {"riverbank", "dock"},
}
_WATERWAYS = frozenset({"river", "canal", "stream"})
_RAILWAYS = frozenset({"rail", "light_rail", "narrow_gauge"})
_CORNERS = 4


def basemap_frame(extract: OsmExtract) -> GeoDataFrame:
    """Sort streets, water, green, railways and buildings of a map file into a background.

    Parameters
    ----------
    extract
        From `boundaries.read_osm`.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``kind`` (one of `KINDS`), ``name`` (empty when none), lines and polygons, bottom kind
        first.
        Empty, with the same columns, when the file holds nothing of the kind.
    """
    rows = [_row(way, _street_kind(way.tags)) for way in extract.streets]
    rows += [_row(way, kind) for way in extract.background if (kind := _background_kind(way))]
    drawn = [row for row in rows if row["geometry"] is not None]
    drawn.sort(key=lambda row: KINDS.index(row["kind"]))
    return _frame(drawn)


def save_basemap(frame: GeoDataFrame, path: Path) -> None:
    """Write a background to a GeoPackage, in version 1.3, which older QGIS also opens.

    Parameters
    ----------
    frame
        From `basemap_frame`.
    path
        The file; one that exists is replaced only when the new one is complete.
    """
    unfinished = path.with_name(f"unfinished-{path.name}")
    unfinished.unlink(missing_ok=True)
    is_area = frame["kind"].isin(_AREAS)
    lines = frame[~is_area]
    several = [shapely.multilinestrings([line]) for line in lines.geometry]
    lines = lines.set_geometry(gpd.GeoSeries(several, index=lines.index, crs=frame.crs))
    try:
        for layer, part, kind in (("lines", lines, "MultiLineString"), ("areas", frame[is_area], "Polygon")):
            part.to_file(
                unfinished, layer=layer, driver="GPKG", engine="pyogrio", geometry_type=kind, VERSION="1.3"
            )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load_basemap(path: Path) -> GeoDataFrame:
    """Read a background that `save_basemap` wrote.

    Parameters
    ----------
    path
        The GeoPackage.

    Returns
    -------
    GeoDataFrame
        As from `basemap_frame`.

    Raises
    ------
    MapError
        When the file is missing, or not such a background.
    """
    try:
        parts = [gpd.read_file(path, layer=layer, engine="pyogrio") for layer in ("areas", "lines")]
        rows = [row for part in parts for row in part[["kind", "name", "geometry"]].to_dict("records")]
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise MapError(
            "the background {path} cannot be read: make it again from the OpenStreetMap file", path=path.name
        ) from error
    return _frame(rows)


def _frame(rows: Iterable[Mapping[str, Any]]) -> GeoDataFrame:
    rows = list(rows)
    columns = {name: [row[name] or "" for row in rows] for name in ("kind", "name")}
    return GeoDataFrame(columns, geometry=[row["geometry"] for row in rows], crs="EPSG:4326")


def _row(way: OsmWay, kind: str) -> dict[str, Any]:
    shape: shapely.Geometry | None = None
    if kind in _AREAS and len(way.points) >= _CORNERS:
        shape = shapely.Polygon(way.points)
    elif kind not in _AREAS and len(way.points) > 1:
        shape = shapely.LineString(way.points)
    return {"kind": kind, "name": way.tags.get("name", ""), "geometry": shape}


def _street_kind(tags: Mapping[str, str]) -> str:
    highway = tags.get("highway", "").removesuffix("_link")
    return "main" if highway in _MAIN else "path" if highway in _PATHS else "street"


def _background_kind(way: OsmWay) -> str | None:
    """Return what a way of the background is drawn as; None for what would only be noise."""
    if way.is_closed:
        if any(way.tags.get(key) in values for key, values in _WATER.items()):
            return "water"
        if any(way.tags.get(key) in values for key, values in _GREEN.items()):
            return "green"
        if way.tags.get("building", "no") != "no":
            return "building"
    if way.tags.get("waterway") in _WATERWAYS:
        return "waterway"
    return "railway" if way.tags.get("railway") in _RAILWAYS else None
