"""Where names stand: inside towns, along straight stretches of streets."""

import geopandas as gpd
import pytest
import shapely

from maps.labels import area_labels, street_labels, towns_of
from tests.maps import sample


def roads(*lines: list[tuple[float, float]], name: str = "新华路") -> gpd.GeoDataFrame:
    """Return streets that all bear one name."""
    return gpd.GeoDataFrame(
        {"kind": ["street"] * len(lines), "name": [name] * len(lines)},
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:4326",
    )


def test_a_town_is_the_sum_of_its_villages() -> None:
    towns = towns_of(sample.villages()).set_index("name").geometry
    assert set(towns.index) == {"东海街道", "河西街道", "湖东镇", "湖东林场"}
    villages = sample.villages()
    for name, shape in towns.items():
        parts = villages.geometry[villages["town_name"] == name].union_all()
        assert shape.symmetric_difference(parts).area < 1e-8


def test_villages_without_a_town_make_no_town() -> None:
    villages = sample.villages()
    villages["town_name"] = ""
    assert towns_of(villages).empty


def test_each_name_stands_inside_its_area() -> None:
    villages = sample.villages()
    for label in area_labels(villages, "village"):
        latitude, longitude = label["at"]
        assert villages.geometry.iloc[label["row"]].contains(shapely.Point(longitude, latitude))


def test_an_area_without_a_shape_has_no_label_and_moves_no_other() -> None:
    villages = sample.villages()
    villages.iloc[0, villages.columns.get_loc("geometry")] = shapely.Polygon()
    assert [label["row"] for label in area_labels(villages, "village")] == list(range(1, 12))


def test_the_pieces_of_a_street_bear_its_name_once_in_the_middle() -> None:
    (label,) = street_labels(roads([(115.60, 22.95), (115.602, 22.95)], [(115.602, 22.95), (115.604, 22.95)]))
    ((south, west, north, east, room),) = label["spots"]
    assert (south, north) == (22.95, 22.95)
    assert (west + east) / 2 == pytest.approx(115.602)
    assert room == pytest.approx(0.0032)


def test_a_long_street_is_named_again_and_again() -> None:
    (label,) = street_labels(roads([(115.60, 22.95), (115.65, 22.95)]))
    assert len(label["spots"]) == 10


def test_no_name_stands_in_a_bend() -> None:
    assert street_labels(roads([(115.60, 22.95), (115.6005, 22.9505), (115.601, 22.95)])) == []


def test_paths_and_nameless_streets_bear_no_name() -> None:
    line = [(115.60, 22.95), (115.61, 22.95)]
    path = roads(line)
    path["kind"] = "path"
    assert street_labels(path) == street_labels(roads(line, name="")) == street_labels(None) == []
