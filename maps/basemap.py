"""The quiet background of every map, without tiles: streets, water, green, railways from OpenStreetMap."""

from pathlib import Path

import geopandas as gpd
from geopandas import GeoDataFrame

from boundaries import OsmExtract


def basemap_frame(extract: OsmExtract) -> GeoDataFrame:
    """Return the background of a map: columns ``kind``, ``name``, geometry; EPSG:4326."""
    return gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs="EPSG:4326")


def save_basemap(frame: GeoDataFrame, path: Path) -> None:
    """Write a background to a GeoPackage (version 1.3)."""


def load_basemap(path: Path) -> GeoDataFrame:
    """Read a background that `save_basemap` wrote."""
    return gpd.read_file(path)
