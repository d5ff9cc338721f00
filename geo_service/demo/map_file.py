"""The county as an ordinary OpenStreetMap file and an ordinary file of areas."""

import json
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
    """Write the villages as GeoJSON (RFC 7946: WGS 84), with the committees' offices and the word 模拟."""
    offices = {
        landmark.village.code: county.lon_lat(landmark.spot)
        for landmark in county.landmarks
        if landmark.name.startswith(landmark.village.name) and landmark.name.endswith("民委员会")
    }
    features = []
    for village in county.land.villages:
        ring = county.degrees(shapely.get_coordinates(shapely.orient_polygons(village.shape).exterior))
        office = offices.get(village.code)
        properties = {
            "区划代码": village.code,
            "名称": village.unit.name,
            "所属镇街": village.unit.town_name,
            "镇街代码": village.unit.town_code,
            "office_lon": office.lon if office else None,
            "office_lat": office.lat if office else None,
            "说明": SIMULATED,
        }
        shape = {"type": "Polygon", "coordinates": [ring.tolist()]}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    collection = {"type": "FeatureCollection", "name": f"areas {SIMULATED}", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
