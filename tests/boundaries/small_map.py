"""A small map of the toy county: two streets that cross in A, a market, a school at a border, a hamlet."""

from collections.abc import Sequence

import numpy as np

from boundaries import Areas, Divisions, Gazetteer, Geocoder, LonLat, OsmExtract, OsmFeature, OsmWay
from tests.toy_county import place_in, toy_areas, toy_divisions

AREAS: Areas = toy_areas()
DIVISIONS: Divisions = toy_divisions()


def street(number: int, name: str, *ends: LonLat) -> OsmWay:
    """Return a named street through some places."""
    return OsmWay(number, tuple(range(len(ends))), np.array(ends), {"highway": "residential", "name": name})


def thing(number: int, name: str, point: LonLat, **tags: str) -> OsmFeature:
    """Return a named point of the map."""
    return OsmFeature(number, "n", point, {"name": name, **tags})


def _streets() -> Sequence[OsmWay]:
    crossing = place_in("A", east_m=100, north_m=100)
    return (
        street(
            1,
            "新华路",
            place_in("A", east_m=-200, north_m=100),
            crossing,
            place_in("A", east_m=300, north_m=100),
        ),
        street(
            2,
            "人民路",
            place_in("A", east_m=100, north_m=-300),
            crossing,
            place_in("A", east_m=100, north_m=300),
        ),
        street(3, "龙福路", place_in("A", east_m=300), place_in("B", east_m=600)),
        street(4, "解放路", place_in("C", east_m=-300), place_in("C", east_m=400)),
    )


def _things() -> Sequence[OsmFeature]:
    return (
        thing(1, "望海楼市场", place_in("B"), amenity="marketplace"),
        thing(2, "陆丰市龙山中学", place_in("D", north_m=545), amenity="school"),
        thing(3, "陆丰市第三小学", place_in("E"), amenity="school"),
        thing(4, "径仔", place_in("B", east_m=200, north_m=-200), place="hamlet"),
        thing(5, "炎龙村", place_in("B"), place="village"),
        thing(6, "湖东镇人民政府", place_in("F"), amenity="townhall"),
    )


MAP = OsmExtract(list(_streets()), list(_things()), [], None)
GAZETTEER = Gazetteer.build(MAP, DIVISIONS, AREAS)
GEOCODER = Geocoder(GAZETTEER, AREAS, DIVISIONS)
