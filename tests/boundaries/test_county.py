"""The ground of a workspace in one call: the real 贵溪, and counties that lack this or that."""

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import (
    BadRegisterError,
    County,
    Datum,
    LonLat,
    NoAreasError,
    NoDatumError,
    NoStreetsError,
    OsmExtract,
    OsmNode,
    from_wgs84,
    lufeng_divisions,
    read_county,
    read_divisions,
    read_osm,
    write_divisions,
    write_osm,
)
from tests.boundaries.map_files import geojson, villages_frame, write
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, shape_of, toy_areas

TOY = toy_areas()


@dataclass(frozen=True, slots=True)
class Street:
    """A street to be written."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str] = field(default_factory=lambda: {"highway": "residential"})


@pytest.fixture
def extract(tmp_path: Path) -> OsmExtract:
    """Return a map with one street through A and the places of some villages."""
    places = {"B": "炎龙村", "C": "六驿村", "D": "上海村", "G": "竹林村", "J": "竹林村"}
    nodes = [OsmNode(1, place_in("A")), OsmNode(2, place_in("A", east_m=300))]
    nodes += [
        OsmNode(10 + i, place_in(letter), {"place": "village", "name": name})
        for i, (letter, name) in enumerate(places.items())
    ]
    nodes += [OsmNode(30, place_in("H"), {"place": "town", "name": "河西街道"})]
    nodes += [OsmNode(31, place_in("K"), {"place": "hamlet", "name": "厝边"})]
    write_osm(tmp_path / "county.osm", nodes, [Street(1, (1, 2))])
    return read_osm(tmp_path / "county.osm")


def towns_file(folder: Path) -> Path:
    rows = [({"名称": row.name}, row.geometry) for row in TOY.towns.itertuples(index=False)]
    return geojson(folder / "towns.geojson", rows)


def rules(county: County) -> list[str]:
    return [reason.rule for reason in county.report]


@pytest.fixture(scope="module")
def guixi() -> County:
    """Return 贵溪's ground from its towns and the places on the map."""
    return read_county(
        shared("boundaries/guixi_osm_admin8_clipped_to_bbox.geojson"),
        extract=read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")),
        units=[
            shared("admin/guixi_360681_streets_nbs2023.csv"),
            shared("admin/guixi_360681_villages_nbs2023.csv"),
        ],
    )


def test_guixi_has_the_twenty_units_of_the_reference(guixi: County) -> None:
    reference = gpd.read_file(shared("truth/guixi_reference_villages.geojson")).set_index("unit_code")
    villages = guixi.areas.villages
    assert set(villages.index) == set(reference.index)
    assert villages["derived"].all()
    # the official names where the register knows the unit: 烧箕山社区 is its 筲箕山居民委员会
    official = reference["nbs_name"].fillna(reference["name"])
    assert (villages["name"] == official.loc[villages.index]).all()
    assert (villages["town_code"] == reference["town_code9"].loc[villages.index]).all()


def test_guixis_areas_are_those_of_the_reference(guixi: County) -> None:
    reference = gpd.read_file(shared("truth/guixi_reference_villages.geojson")).set_index("unit_code")
    ours = guixi.areas.villages.geometry.to_crs(guixi.areas.projection.definition)
    theirs = reference.geometry.to_crs(guixi.areas.projection.definition).loc[ours.index]
    shared_m2 = ours.intersection(theirs).area
    assert (shared_m2 / (ours.area + theirs.area - shared_m2)).min() > 0.9999


def test_guixis_report_tells_everything_that_is_not_as_drawn(guixi: County) -> None:
    assert rules(guixi) == [
        *["repair.unnamed"] * 7,
        "repair.pieces",
        "partition.part",
        "partition.derived",
        "register.no_area",
    ]
    told = [reason.values for reason in guixi.report[-3:]]
    assert told[0]["town"] == "滨江镇"
    assert told[0]["area_m2"] == pytest.approx(1_889_000, rel=0.01)
    assert told[1] == {"count": 20}
    assert told[2] == {"count": 275, "total": 293}


def test_guixis_register_knows_the_local_units_too(guixi: County, tmp_path: Path) -> None:
    write_divisions(guixi.divisions, tmp_path / "units.csv")
    assert dict(read_divisions([tmp_path / "units.csv"])) == dict(guixi.divisions)
    assert len(guixi.divisions) == 293 + 6
    assert guixi.divisions["360681X05"].name == "发电厂社区"
    assert guixi.divisions["360681X05"].town_code == "360681003"
    assert guixi.areas.offices["360681X05"] == pytest.approx((117.2199154, 28.2856947))


def test_drawn_villages_are_used_and_towns_put_together(tmp_path: Path, extract: OsmExtract) -> None:
    county = read_county(write(villages_frame(), tmp_path / "cun.gpkg"), extract=extract)
    assert set(county.areas.villages.index) == set(CODES.values())
    assert not county.areas.villages["derived"].any()
    assert len(county.areas.towns) == 4
    # the codes say Lufeng, so its register is there
    assert len(county.divisions) == 389
    assert rules(county) == ["register.no_area"]


def test_names_in_the_right_place_say_lufeng_too(tmp_path: Path, extract: OsmExtract) -> None:
    county = read_county(towns_file(tmp_path), extract=extract)
    assert set(county.areas.towns.index) == {"441581001", "441581002", "441581103", "441581454"}
    found = {CODES[letter] for letter in "BCDGJ"}
    assert set(county.areas.villages.index) == found
    assert rules(county) == ["partition.bare", "partition.derived", "register.no_area"]


def test_the_same_names_elsewhere_do_not(tmp_path: Path, extract: OsmExtract) -> None:
    away = gpd.GeoSeries(TOY.towns.geometry.translate(yoff=8.0), crs="EPSG:4326")
    rows = [({"名称": name}, shape) for name, shape in zip(TOY.towns["name"], away, strict=True)]
    for way in extract.streets:
        way.points[:, 1] += 8.0
    extract.named.clear()
    path = geojson(tmp_path / "towns.geojson", rows)
    with pytest.raises(NoAreasError):
        read_county(path, extract=extract)
    points = [({"name": "炎龙村"}, shapely.Point(place_in("B").lon, place_in("B").lat + 8.0))]
    county = read_county(path, extract=extract, points=geojson(tmp_path / "p.geojson", points))
    assert list(county.areas.villages.index) == ["X01"]


def test_the_countys_own_points_go_before_the_map(tmp_path: Path, extract: OsmExtract) -> None:
    rows = [
        ({"村名": "乌坎村", "代码": "441581001210"}, shapely.Point(place_in("E"))),
        ({"村名": "龙潭村", "代码": ""}, shapely.Point(place_in("F"))),
        ({"村名": "东海街道办事处", "代码": ""}, shapely.Point(place_in("A"))),
    ]
    county = read_county(towns_file(tmp_path), extract=extract, points=geojson(tmp_path / "p.geojson", rows))
    assert set(county.areas.villages.index) == {CODES["E"], CODES["F"]}


def test_points_in_another_datum_are_converted_and_without_one_refused(
    tmp_path: Path, extract: OsmExtract
) -> None:
    shifted = from_wgs84(np.array([place_in("B")]), Datum.GCJ02)[0]
    points = geojson(tmp_path / "p.geojson", [({"name": "炎龙村"}, shapely.Point(shifted))])
    county = read_county(towns_file(tmp_path), extract=extract, points=points, points_datum=Datum.GCJ02)
    assert county.areas.offices[CODES["B"]] == pytest.approx(place_in("B"), abs=1e-8)
    bare = gpd.GeoDataFrame({"name": ["炎龙村"]}, geometry=[shapely.Point(shifted)])
    bare.to_parquet(tmp_path / "p.parquet")
    with pytest.raises(NoDatumError):
        read_county(towns_file(tmp_path), extract=extract, points=tmp_path / "p.parquet")


def test_points_give_drawn_villages_their_offices(tmp_path: Path, extract: OsmExtract) -> None:
    office = place_in("B", east_m=150)
    points = [({"name": "炎龙村"}, shapely.Point(office)), ({"name": "六驿村"}, shapely.Point(place_in("F")))]
    county = read_county(
        write(villages_frame(), tmp_path / "cun.gpkg"),
        extract=extract,
        points=geojson(tmp_path / "p.geojson", points),
    )
    assumed = county.areas.villages["office_assumed"]
    assert county.areas.offices[CODES["B"]] == pytest.approx(office)
    assert not assumed[CODES["B"]]
    assert assumed[CODES["C"]], "its point lies in another village"


def test_villages_are_derived_only_for_towns_without_drawn_ones(tmp_path: Path, extract: OsmExtract) -> None:
    rows = [({"名称": row.name}, row.geometry) for row in TOY.towns.itertuples(index=False)]
    rows += [({"名称": name}, shape_of(letter)) for letter, name in (("G", "竹林村"), ("H", "湖畔村"))]
    county = read_county(geojson(tmp_path / "both.geojson", rows), extract=extract)
    derived = county.areas.villages["derived"]
    assert not derived[[CODES["G"], CODES["H"]]].any()
    assert derived[[CODES["B"], CODES["C"], CODES["D"], CODES["J"]]].all()


def test_towns_alone_say_what_to_give(tmp_path: Path, extract: OsmExtract) -> None:
    extract.named.clear()
    with pytest.raises(NoAreasError, match=r"towns\.geojson holds towns but no villages.*one point for each"):
        read_county(towns_file(tmp_path), extract=extract)
    with pytest.raises(NoAreasError, match="no points"):
        read_county(towns_file(tmp_path), extract=extract, points=towns_file(tmp_path))


def test_a_map_without_streets_or_of_another_place_is_refused(tmp_path: Path, extract: OsmExtract) -> None:
    areas = write(villages_frame(), tmp_path / "cun.gpkg")
    pond = [OsmNode(i, LonLat(115.6 + i / 1000, 22.9)) for i in range(3)]
    write_osm(tmp_path / "pond.osm", pond, [Street(1, (0, 1, 2, 0), {"natural": "water"})])
    with pytest.raises(NoStreetsError, match=r"pond\.osm holds no streets"):
        read_county(areas, extract=read_osm(tmp_path / "pond.osm"))
    with pytest.raises(NoStreetsError, match=r"no street of guixi.* areas of cun\.gpkg"):
        read_county(areas, extract=read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")))


def test_a_register_of_another_county_is_refused(tmp_path: Path, extract: OsmExtract) -> None:
    with pytest.raises(BadRegisterError, match=r"cun\.gpkg.*guixi_360681_streets"):
        read_county(
            write(villages_frame(), tmp_path / "cun.gpkg"),
            extract=extract,
            units=[shared("admin/guixi_360681_streets_nbs2023.csv")],
        )


def test_a_countys_own_register_replaces_the_shipped_one(tmp_path: Path, extract: OsmExtract) -> None:
    write_divisions(TOY.divisions, tmp_path / "units.csv")
    areas = write(villages_frame("ABCDEF"), tmp_path / "cun.gpkg")
    county = read_county(areas, extract=extract, units=[tmp_path / "units.csv"])
    assert len(county.divisions) == 16
    # three towns and six villages are not drawn
    assert county.report[-1].values == {"count": 9, "total": 16}


@pytest.mark.parametrize(
    ("true", "taken", "suspected"),
    [(Datum.GCJ02, None, "gcj02"), (Datum.WGS84, Datum.GCJ02, "wgs84"), (Datum.GCJ02, Datum.GCJ02, None)],
)
def test_a_wrong_datum_shows_in_the_places_of_the_map(
    tmp_path: Path, true: Datum, taken: Datum | None, suspected: str | None
) -> None:
    # places near the corners where a shift of some 500 m leads into the next village
    corners = [(west, south) for west in (-450, 1470) for south in (450, -1600)]
    nodes = [OsmNode(1, place_in("A")), OsmNode(2, place_in("A", east_m=300))]
    for letter, name in (
        ("A", "向阳社区"),
        ("B", "炎龙村"),
        ("C", "六驿村"),
        ("G", "竹林村"),
        ("H", "湖畔村"),
    ):
        for east_m, north_m in corners:
            point = place_in(letter, east_m=east_m, north_m=north_m)
            nodes.append(OsmNode(100 + len(nodes), point, {"place": "village", "name": name}))
    write_osm(tmp_path / "corners.osm", nodes, [Street(1, (1, 2))])
    drawn = villages_frame()
    moved = shapely.transform(drawn.geometry.to_numpy(), lambda points: from_wgs84(points, true))
    path = write(drawn.set_geometry(gpd.GeoSeries(moved, crs="EPSG:4326")), tmp_path / "cun.gpkg")
    county = read_county(path, extract=read_osm(tmp_path / "corners.osm"), datum=taken)
    doubted = [reason.values["datum"] for reason in county.report if reason.rule == "doubt.datum"]
    assert doubted == ([suspected] if suspected else [])


def test_one_code_under_two_names_is_a_doubt(tmp_path: Path, extract: OsmExtract) -> None:
    frame = villages_frame()
    frame.loc[1, "村社区名称"] = "金龙村"  # under the code of 炎龙村
    frame.loc[2, "村社区名称"] = "六驿社区"  # another ending is no other name
    county = read_county(write(frame, tmp_path / "cun.gpkg"), extract=extract)
    assert rules(county) == ["doubt.name", "register.no_area"]
    assert county.report[0].values == {"code": CODES["B"], "name": "金龙村", "listed": "炎龙村委会"}
    assert county.divisions[CODES["B"]] == lufeng_divisions()[CODES["B"]]
