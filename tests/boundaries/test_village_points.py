"""Which places of a map are villages, which may be, and which are none."""

from pathlib import Path

import pytest
import shapely

from boundaries import Datum, NoAreasError, OsmNode, SwappedAxesError, read_osm, write_osm
from boundaries.village_points import VillagePoint, points_of_map, read_points
from tests.boundaries.map_files import geojson
from tests.shared_data import shared
from tests.toy_county import place_in


def on_the_map(folder: Path, place: str, name: str) -> list[VillagePoint]:
    write_osm(folder / "one.osm", [OsmNode(1, place_in("A"), {"place": place, "name": name})], [])
    return points_of_map(read_osm(folder / "one.osm"))


@pytest.mark.parametrize(
    ("place", "name", "is_firm"),
    [
        ("village", "大岩苏家", True),
        ("quarter", "花园社区", True),
        ("neighbourhood", "向阳社区", True),
        ("suburb", "南堤居委会", True),
        ("neighbourhood", "静安里小区", False),
        ("suburb", "城北", False),
        ("hamlet", "径仔", False),
        ("hamlet", "径仔村", False),
    ],
)
def test_villages_and_communities_are_firm_hamlets_and_estates_are_not(
    tmp_path: Path, place: str, name: str, *, is_firm: bool
) -> None:
    [point] = on_the_map(tmp_path, place, name)
    assert (point.name, point.is_firm, point.code) == (name, is_firm, "")
    assert point.point == pytest.approx(place_in("A"), abs=1e-7)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("city", "贵溪市"),
        ("town", "花园街道"),
        ("suburb", "东海街道"),
        ("village", "博美镇"),
        ("county", "陆河县"),
        ("locality", "贵溪市滨江镇人民政府"),
        ("village", "河西街道办事处"),
        ("quarter", "东海派出所"),
        ("island", "龟龄岛"),
    ],
)
def test_towns_cities_and_offices_are_no_villages(tmp_path: Path, place: str, name: str) -> None:
    assert on_the_map(tmp_path, place, name) == []


def test_guixis_map_knows_twenty_villages_as_the_point_file_does() -> None:
    on_map = points_of_map(read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")))
    in_file = read_points(shared("points/guixi_osm_places.geojson"), datum=None)
    assert [point.name for point in in_file] == [point.name for point in on_map]
    assert len(on_map) == 20
    assert all(point.is_firm for point in on_map)


def test_a_file_of_a_county_office_needs_no_osm_words(tmp_path: Path) -> None:
    rows = [
        ({"行政村": "炎龙村", "区划代码": "441581001214"}, shapely.Point(place_in("B"))),
        ({"行政村": "六驿", "区划代码": ""}, shapely.MultiPoint([place_in("C")])),
        ({"行政村": "", "区划代码": "441581001211"}, shapely.Point(place_in("D"))),
        ({"行政村": "东海街道", "区划代码": "441581001"}, shapely.Point(place_in("A"))),
    ]
    points = read_points(geojson(tmp_path / "p.geojson", rows), datum=None)
    assert [(point.name, point.code, point.is_firm) for point in points] == [
        ("炎龙村", "441581001214", True),
        ("六驿", "", True),
    ]


def test_points_with_latitude_first_are_refused(tmp_path: Path) -> None:
    lon, lat = place_in("B")
    path = geojson(tmp_path / "p.geojson", [({"name": "炎龙村"}, shapely.Point(lat, lon))])
    with pytest.raises(SwappedAxesError, match=r"p\.geojson"):
        read_points(path, datum=None)
    with pytest.raises(SwappedAxesError):
        read_points(path, datum=Datum.GCJ02)


def test_a_file_of_towns_only_has_no_village_points() -> None:
    path = shared("boundaries/guixi_osm_admin8_clipped_to_bbox.geojson")
    with pytest.raises(NoAreasError, match="one point for each village"):
        read_points(path, datum=None)
