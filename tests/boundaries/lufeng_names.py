"""Lufeng by its register alone: no map is free, so no area and no street."""

import geopandas as gpd

from boundaries import Areas, Gazetteer, Geocoder, OsmExtract, lufeng_divisions

NO_MAP = OsmExtract([], [], [], None)
NO_AREAS = Areas.from_frames(gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326"), None)
LUFENG = lufeng_divisions()
GAZETTEER = Gazetteer.build(NO_MAP, LUFENG, NO_AREAS)
GEOCODER = Geocoder(GAZETTEER, NO_AREAS, LUFENG)
