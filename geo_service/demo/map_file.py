"""The county as an ordinary OpenStreetMap file and ordinary files of areas and offices."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely

from boundaries import LonLat, OsmNode, OsmWay, write_osm
from geo_service.demo.county import County

SIMULATED = "模拟"
"""The word that marks everything invented."""
_LANDMARKS = 1_000_000  # first node id of the landmarks, and of the background
_SCENERY = 2_000_000


def write_map(county: County, path: Path) -> None:
    """Write streets, landmarks and background as an OpenStreetMap file; everything invented is marked so."""
    spots = county.degrees(county.network.spots)
    nodes = [OsmNode(i, LonLat(*spot)) for i, spot in enumerate(spots.tolist(), start=1)]
    ways = []
    for number, street in enumerate(county.network.streets, start=1):
        tags = {"highway": street.kind, "name": street.name, "ref": street.ref, "note": SIMULATED}
        rows = list(street.nodes)
        over = tuple(row + 1 for row in rows)
        ways.append(OsmWay(number, over, spots[rows], {key: value for key, value in tags.items() if value}))
    places = county.degrees(np.array([landmark.spot for landmark in county.landmarks]))
    for i, (landmark, place) in enumerate(zip(county.landmarks, places.tolist(), strict=True)):
        tags = {**landmark.tags, "name": landmark.name, "note": SIMULATED}
        nodes.append(OsmNode(_LANDMARKS + i, LonLat(*place), tags))
    following = _SCENERY
    for i, scenery in enumerate(county.scenery):
        points = county.degrees(scenery.points)
        closed = len(points) > 1 and bool((points[0] == points[-1]).all())
        ids = list(range(following, following + len(points) - closed))
        following += len(ids)
        nodes += [OsmNode(node, LonLat(*place)) for node, place in zip(ids, points.tolist(), strict=False)]
        tags = {**scenery.tags, "note": SIMULATED}
        ways.append(OsmWay(_SCENERY + i, (*ids, *ids[:closed]), points, tags))
    write_osm(path, nodes, ways)


def write_areas(county: County, path: Path) -> None:
    """Write the villages as GeoJSON polygons (RFC 7946: WGS 84)."""
    features = []
    for village in county.land.villages:
        ring = county.degrees(shapely.get_coordinates(shapely.orient_polygons(village.shape).exterior))
        properties = {
            "区划代码": village.code,
            "名称": village.unit.name,
            "所属镇街": village.unit.town_name,
            "镇街代码": village.unit.town_code,
        }
        features.append(_feature(properties, {"type": "Polygon", "coordinates": [ring.tolist()]}))
    _write_features(features, "areas", path)


def write_offices(county: County, path: Path) -> None:
    """Write where the committees sit as GeoJSON points: rounds start and end there."""
    features = []
    for landmark in county.landmarks:
        if landmark.is_committee:
            properties = {"区划代码": landmark.village.code, "名称": landmark.village.unit.name}
            place = county.lon_lat(landmark.spot)
            features.append(_feature(properties, {"type": "Point", "coordinates": list(place)}))
    _write_features(features, "offices", path)


def _feature(properties: Mapping[str, str], geometry: Mapping[str, object]) -> dict[str, object]:
    return {"type": "Feature", "properties": {**properties, "说明": SIMULATED}, "geometry": geometry}


def _write_features(features: Sequence[Mapping[str, object]], name: str, path: Path) -> None:
    collection = {"type": "FeatureCollection", "name": f"{name} {SIMULATED}", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
