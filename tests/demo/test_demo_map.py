"""The invented map is an ordinary map: it reads back, one can walk through all of it, and its areas tile."""

from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import OsmExtract, lufeng_divisions, read_areas, read_county, read_divisions, read_osm
from geo_service.demo import DemoFiles, write_demo

TOWNS = {
    "东海街道",
    "河西街道",
    "城东街道",
    "碣石镇",
    "湖东镇",
    "博美镇",
    "金厢镇",
    "星都经济开发试验区",
    "湖东林场",
}


@pytest.fixture(scope="module")
def extract(demo: DemoFiles) -> OsmExtract:
    return read_osm(demo.osm)


@pytest.fixture(scope="module")
def areas(demo: DemoFiles) -> gpd.GeoDataFrame:
    frame, report = read_areas(demo.areas, datum=None)
    assert not report.rows, "an invented area needs no repair"
    return frame.set_index("code")


def test_the_same_seed_gives_the_same_bytes(demo: DemoFiles, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again")
    first, second = (sorted(files.osm.parent.iterdir()) for files in (demo, again))
    assert [path.name for path in first] == [path.name for path in second]
    assert all(one.read_bytes() == two.read_bytes() for one, two in zip(first, second, strict=True))


def test_another_seed_gives_another_county_that_is_whole(tmp_path: Path) -> None:
    other = write_demo(tmp_path, seed=7, tickets=60)
    frame, _ = read_areas(other.areas, datum=None)
    assert len(frame) == 141
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())


def test_the_files_are_small(demo: DemoFiles) -> None:
    assert demo.osm.stat().st_size < 500_000
    assert demo.areas.stat().st_size < 500_000


def test_every_street_can_be_walked_to_from_every_other(extract: OsmExtract) -> None:
    neighbours: dict[int, set[int]] = {}
    for street in extract.streets:
        for here, there in zip(street.nodes[:-1], street.nodes[1:], strict=True):
            neighbours.setdefault(here, set()).add(there)
            neighbours.setdefault(there, set()).add(here)
    reached, open_ends = set[int](), [next(iter(neighbours))]
    while open_ends:
        node = open_ends.pop()
        if node not in reached:
            reached.add(node)
            open_ends += neighbours[node]
    assert reached == neighbours.keys()
    assert len(reached) > 10_000


def test_streets_meet_only_at_common_nodes(extract: OsmExtract) -> None:
    pieces = [
        pair for street in extract.streets for pair in zip(street.points[:-1], street.points[1:], strict=True)
    ]
    lines = np.asarray(shapely.linestrings(np.array(pieces)), dtype=object)
    crossing = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert crossing.shape == (2, 0)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("水墘综合市场", "441581003203"),
        ("刘巷", "441581003203"),
        ("径仔", "441581001214"),
        ("望海楼市场", "441581102004"),
        ("炎龙村村民委员会", "441581001214"),
        ("向阳社区居民委员会", "441581001004"),
    ],
)
def test_planted_places_stand_in_their_village(
    extract: OsmExtract, areas: gpd.GeoDataFrame, name: str, unit: str
) -> None:
    [place] = [feature for feature in extract.named if feature.name == name]
    assert shapely.contains_xy(areas.geometry[unit], place.point.lon, place.point.lat)


@pytest.mark.parametrize(("name", "unit"), [("龙福路", "441581001214"), ("324国道", "441581451001")])
def test_planted_roads_run_through_their_village(
    extract: OsmExtract, areas: gpd.GeoDataFrame, name: str, unit: str
) -> None:
    roads = [
        shapely.LineString(street.points) for street in extract.streets if street.tags.get("name") == name
    ]
    assert any(areas.geometry[unit].intersects(road) for road in roads)


def test_the_street_of_the_article_is_in_several_communities(
    extract: OsmExtract, areas: gpd.GeoDataFrame
) -> None:
    roads = shapely.union_all(
        [shapely.LineString(s.points) for s in extract.streets if s.tags.get("name") == "新华路"]
    )
    assert areas.geometry.intersects(roads).sum() >= 3


def test_a_street_name_occurs_in_several_towns(extract: OsmExtract, areas: gpd.GeoDataFrame) -> None:
    towns = Counter(
        town
        for street in extract.streets
        if street.tags.get("name") == "人民路"
        for town in areas[areas.intersects(shapely.LineString(street.points))]["town_name"].unique()
    )
    assert {"东海街道", "碣石镇", "博美镇"} <= towns.keys()


def test_every_unit_of_the_towns_is_drawn_once_and_nothing_overlaps(
    demo: DemoFiles, areas: gpd.GeoDataFrame
) -> None:
    assert set(areas["town_name"]) == TOWNS
    lufeng = lufeng_divisions()
    wanted = {unit.code for unit in lufeng.villages() if unit.town_name in TOWNS}
    assert set(areas.index) == wanted == {unit.code for unit in read_divisions(demo.units).villages()}
    assert dict(areas["name"]) == {code: lufeng[code].name for code in areas.index}
    shapes = areas.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    together = shapely.union_all(shapes)
    assert together.area == pytest.approx(sum(shape.area for shape in shapes))
    assert shapely.get_num_geometries(together) == 1
    assert shapely.get_num_interior_rings(together) == 0, "no gap"


def test_every_committee_has_an_office_in_its_village(demo: DemoFiles, extract: OsmExtract) -> None:
    county = read_county(demo.areas, extract=extract, points=demo.offices, units=demo.units)
    villages = county.areas.villages
    inside = shapely.contains_xy(villages.geometry.to_numpy(), villages["office_lon"], villages["office_lat"])
    assert inside.all()
    assert list(villages["name"][villages["office_assumed"]]) == ["湖东林场虚拟生活区"], (
        "a farm has no committee"
    )
    assert not county.report, "nothing about the invented files is doubtful"


def test_every_village_has_streets_to_walk_on(extract: OsmExtract, areas: gpd.GeoDataFrame) -> None:
    corners = np.vstack([street.points for street in extract.streets])
    places = np.asarray(shapely.points(corners), dtype=object)
    village, _ = shapely.STRtree(places).query(areas.geometry.to_numpy(), predicate="contains")
    assert min(np.bincount(village, minlength=len(areas))) > 15


def test_everything_invented_is_marked(demo: DemoFiles, extract: OsmExtract) -> None:
    marks = [feature.tags["note"] for feature in extract.named]
    marks += [way.tags["note"] for way in (*extract.streets, *extract.background)]
    assert set(marks) == {"模拟"}
    for path in (demo.areas, demo.offices):
        assert set(gpd.read_file(path)["说明"]) == {"模拟"}
