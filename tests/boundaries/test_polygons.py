"""Area files in, valid polygons with names and codes out."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import (
    AreaColumns,
    BadCoordinateError,
    ColumnsNotFoundError,
    Datum,
    Level,
    NoAreasError,
    NoDatumError,
    OutsideChinaError,
    RepairReport,
    SwappedAxesError,
    UnitKind,
    from_wgs84,
    lufeng_divisions,
    read_areas,
    read_divisions,
)
from tests.boundaries.map_files import gbk_shapefile, geojson, villages_frame, write
from tests.shared_data import shared
from tests.toy_county import CODES, shape_of

COLUMNS = ["code", "name", "core_name", "kind", "level", "town_code", "town_name", "derived", "geometry"]


def rules(report: RepairReport) -> list[str]:
    return [row.rule for row in report.rows]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet", ".zip"])
def test_villages_come_with_code_name_and_town_from_every_format(tmp_path: Path, suffix: str) -> None:
    frame, report = read_areas(write(villages_frame(), tmp_path / f"cun{suffix}"), datum=None)
    assert list(frame.columns) == COLUMNS
    assert list(frame["code"]) == sorted(CODES.values())
    assert set(frame["level"]) == {"village"}
    row = frame.set_index("code").loc["441581001214"]
    assert (row["name"], row["core_name"], row["town_code"], row["town_name"]) == (
        "炎龙村委会",
        "炎龙",
        "441581001",
        "东海街道",
    )
    assert row.geometry.equals_exact(shape_of("B"), tolerance=1e-9, normalize=True)
    assert report.rows == []
    assert report.area_after_m2 == pytest.approx(report.area_before_m2)


def test_a_kml_with_names_only_gets_local_codes(tmp_path: Path) -> None:
    bare = villages_frame("ABC").drop(columns=["区划代码", "所属镇街", "序号"])
    frame, _ = read_areas(write(bare, tmp_path / "cun.kml"), datum=None)
    assert list(frame["code"]) == ["X01", "X02", "X03"]
    assert list(frame["name"]) == ["向阳社区居委会", "炎龙村委会", "六驿村委会"]


def test_a_name_finds_its_code_in_its_own_town_only(tmp_path: Path) -> None:
    bare = villages_frame("GJ").drop(columns="区划代码")  # 竹林村 of 河西街道 and of 湖东镇
    frame, _ = read_areas(write(bare, tmp_path / "cun.gpkg"), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == [CODES["G"], CODES["J"]]
    nowhere = bare.drop(columns="所属镇街")
    frame, _ = read_areas(write(nowhere, tmp_path / "two.gpkg"), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == ["X01", "X02"]


def test_a_name_that_is_alone_in_the_county_needs_no_town(tmp_path: Path) -> None:
    bare = villages_frame("BC").drop(columns=["区划代码", "所属镇街"])
    frame, _ = read_areas(write(bare, tmp_path / "cun.gpkg"), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == [CODES["B"], CODES["C"]]
    assert set(frame["town_name"]) == {"东海街道"}


def test_variant_characters_and_other_suffixes_are_one_unit(tmp_path: Path) -> None:
    rows = [
        ({"name": "水墘村", "town": "城东街道"}, shape_of("A")),
        ({"name": "炎龙村", "town": "东海街道"}, shape_of("B")),
    ]
    frame, _ = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == ["441581001214", "441581003203"]
    community = [({"name": "炎龙社区", "town": "东海街道"}, shape_of("B"))]  # the register has a 村
    frame, _ = read_areas(geojson(tmp_path / "d.geojson", community), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == ["441581X01"]


def test_villages_inside_drawn_towns_take_the_town_around_them(tmp_path: Path) -> None:
    town = shapely.union_all([shape_of("G"), shape_of("H")])
    rows = [
        ({"name": "河西街道"}, town),
        ({"name": "竹林村"}, shape_of("G")),
        ({"name": "刘巷村"}, shape_of("H")),
    ]
    frame, _ = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None, register=lufeng_divisions())
    found = frame.set_index("code")
    assert list(found.index) == ["441581002", "441581002202", "441581X01"]
    assert set(found["town_code"]) == {"441581002"}
    assert found.loc["441581X01", "kind"] == UnitKind.VILLAGE


def test_columns_may_be_named_when_their_values_say_nothing(tmp_path: Path) -> None:
    rows = [({"a": "x1", "b": "Cirahab"}, shape_of("A")), ({"a": "x2", "b": "Canduk"}, shape_of("B"))]
    path = geojson(tmp_path / "c.geojson", rows)
    with pytest.raises(ColumnsNotFoundError, match="a, b"):
        read_areas(path, datum=None)
    with pytest.raises(ColumnsNotFoundError, match="no column 村名"):
        read_areas(path, datum=None, columns=AreaColumns(name="村名"))
    frame, _ = read_areas(path, datum=None, columns=AreaColumns(name="b", code="a"))
    assert list(zip(frame["code"], frame["name"], strict=True)) == [("x1", "Cirahab"), ("x2", "Canduk")]


def test_villages_without_endings_are_not_taken_for_their_town(tmp_path: Path) -> None:
    frame = villages_frame("ABC").assign(村社区名称=["向阳", "炎龙", "六驿"])
    found, _ = read_areas(write(frame, tmp_path / "cun.gpkg"), datum=None)
    assert list(found["name"]) == ["向阳", "炎龙", "六驿"]
    assert set(found["town_name"]) == {"东海街道"}


def test_codes_from_a_spreadsheet_and_the_land_survey_are_codes(tmp_path: Path) -> None:
    frame = villages_frame("ABC").assign(区划代码=[441581001004.0, 441581001214.0, 441581001215.0])
    assert list(read_areas(write(frame, tmp_path / "f.gpkg"), datum=None)[0]["code"])[1] == "441581001214"
    frame = villages_frame("AB").assign(区划代码=["4415810010040000000", "4415810012140000000"])
    assert list(read_areas(write(frame, tmp_path / "s.gpkg"), datum=None)[0]["code"])[1] == "441581001214"


def shifted(frame: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    return frame.set_geometry(
        gpd.GeoSeries(
            shapely.transform(frame.geometry.to_numpy(), lambda points: from_wgs84(points, datum)),
            crs=frame.crs,
        )
    )


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_datum_that_is_known_overrides_the_declared_one(tmp_path: Path, datum: Datum) -> None:
    path = write(shifted(villages_frame("B"), datum), tmp_path / "cun.geojson")
    slipped, _ = read_areas(path, datum=None)
    right, _ = read_areas(path, datum=datum)
    assert right.geometry.iloc[0].symmetric_difference(shape_of("B")).area < 1e-8
    assert slipped.geometry.iloc[0].symmetric_difference(shape_of("B")).area > 1e-6


def test_a_chinese_projection_is_undone(tmp_path: Path) -> None:
    path = write(villages_frame("B").to_crs("EPSG:4547"), tmp_path / "cun.gpkg")
    assert read_areas(path, datum=None)[0].geometry.iloc[0].symmetric_difference(shape_of("B")).area < 1e-9


def test_without_a_datum_a_file_is_refused(tmp_path: Path) -> None:
    path = gbk_shapefile(villages_frame(), tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(NoDatumError, match=r"cun\.shp does not say"):
        read_areas(path, datum=None)
    assert len(read_areas(path, datum=Datum.CGCS2000)[0]) == 12


def test_metres_without_a_projection_are_refused(tmp_path: Path) -> None:
    path = gbk_shapefile(villages_frame().to_crs("EPSG:4547"), tmp_path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(BadCoordinateError, match="prj"):
        read_areas(path, datum=Datum.CGCS2000)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4547"])
def test_swapped_axes_are_refused_in_degrees_and_in_metres(tmp_path: Path, crs: str) -> None:
    drawn = villages_frame().to_crs(crs)
    turned = shapely.transform(drawn.geometry.to_numpy(), lambda points: points[:, ::-1])
    path = write(drawn.set_geometry(gpd.GeoSeries(turned, crs=crs)), tmp_path / "cun.gpkg")
    with pytest.raises(SwappedAxesError, match="exchanged"):
        read_areas(path, datum=None)


def test_areas_abroad_are_refused_unless_meant(tmp_path: Path) -> None:
    path = shared("boundaries/banyumas_desa.parquet")
    with pytest.raises(OutsideChinaError):
        read_areas(path, datum=None)
    frame, report = read_areas(path, datum=None, anywhere=True)
    assert len(frame) == 331
    assert shapely.is_valid(frame.geometry.to_numpy()).all()
    assert rules(report) == ["doubt.town", "doubt.overlap", "doubt.gap"]
    assert report.rows[1].values["pairs"] == 549
    # an earlier study of the same file counted 1,224 gaps, the slivers under 1 m² included
    assert report.rows[2].values["gaps"] == 1197
    assert report.area_after_m2 == pytest.approx(report.area_before_m2)


def test_guixis_towns_come_without_the_nameless_slivers() -> None:
    register = read_divisions(
        [shared("admin/guixi_360681_streets_nbs2023.csv"), shared("admin/guixi_360681_villages_nbs2023.csv")]
    )
    path = shared("boundaries/guixi_osm_admin8_clipped_to_bbox.geojson")
    frame, report = read_areas(path, datum=None, register=register)
    assert dict(zip(frame["code"], frame["name"], strict=True)) == {
        "360681001": "花园街道",
        "360681002": "雄石街道",
        "360681003": "东门街道",
        "360681111": "滨江镇",
    }
    assert set(frame["level"]) == {Level.TOWN}
    assert rules(report) == ["repair.unnamed"] * 7 + ["repair.pieces"]
    dropped = sum(float(str(row.values["area_m2"])) for row in report.rows[:7])
    assert report.area_before_m2 - report.area_after_m2 == pytest.approx(dropped, abs=10)


def test_empty_files_and_files_without_polygons_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NoAreasError, match="no polygons"):
        read_areas(geojson(tmp_path / "none.geojson", []), datum=None)
    points = [({"name": "炎龙村"}, shapely.Point(115.6, 22.9))]
    with pytest.raises(NoAreasError, match="no polygons"):
        read_areas(geojson(tmp_path / "points.geojson", points), datum=None)
    with pytest.raises(NoAreasError, match="no polygons"):
        read_areas(shared("points/guixi_osm_places.geojson"), datum=None)


BOWTIE = shapely.Polygon([(115.6, 22.9), (115.62, 22.92), (115.62, 22.9), (115.6, 22.92)])
SPIKE = shapely.Polygon([(115.7, 22.9), (115.71, 22.9), (115.7, 22.9)])


def test_a_ring_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    rows = [({"name": "炎龙村"}, BOWTIE), ({"name": "六驿村"}, SPIKE)]
    frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    assert list(frame["name"]) == ["炎龙村"]
    assert shapely.is_valid(frame.geometry.to_numpy()).all()
    assert rules(report) == ["repair.ring", "repair.ring", "repair.flat", "doubt.town"]
    assert report.rows[0].values["after_m2"] == pytest.approx(2_270_000, rel=0.05)


def test_pieces_and_copies_of_a_village_count_once(tmp_path: Path) -> None:
    town = {"town": "东海街道"}
    rows = [
        ({"name": "炎龙村", **town}, shape_of("B")),
        ({"name": "炎龙村委会", **town}, shape_of("C")),
        ({"name": "六驿村", **town}, shape_of("D")),
        ({"name": "六驿村", **town}, shape_of("D").reverse()),
    ]
    frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None, register=lufeng_divisions())
    assert list(frame["code"]) == ["441581001214", "441581001215"]
    assert frame.geometry.iloc[0].area == pytest.approx(shape_of("B").area + shape_of("C").area)
    assert rules(report) == ["repair.pieces", "repair.twice"]


def test_a_village_drawn_twice_without_a_town_counts_once_and_a_namesake_stays(tmp_path: Path) -> None:
    rows = [({"name": "新村"}, shape_of(letter)) for letter in "BBC"]
    frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    assert list(frame["name"]) == ["新村", "新村"]
    assert rules(report) == ["repair.twice", "doubt.town"]
    assert report.rows[1].values == {"count": 2, "total": 2}


def test_rows_without_an_area_are_named(tmp_path: Path) -> None:
    town = {"town": "东海街道"}
    rows = [
        ({"name": "炎龙村", **town}, shape_of("B")),
        ({"name": "六驿村", **town}, shapely.Polygon()),
        ({"name": "向阳社区", **town}, shapely.Point(115.6, 22.9)),
    ]
    frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    assert list(frame["name"]) == ["炎龙村"]
    assert [row.values for row in report.rows] == [{"count": 2, "names": "六驿村、向阳社区"}]


def test_a_code_beside_two_names_stays_with_the_first(tmp_path: Path) -> None:
    frame = villages_frame("ABCDEF")
    frame.loc[1, "区划代码"] = CODES["A"]
    found, report = read_areas(write(frame, tmp_path / "cun.gpkg"), datum=None)
    names = dict(zip(found["code"], found["name"], strict=True))
    assert (names[CODES["A"]], names["441581X01"]) == ("向阳社区居委会", "炎龙村委会")
    assert rules(report) == ["doubt.code"]


def test_a_village_inside_another_and_overlaps_are_told_and_left(tmp_path: Path) -> None:
    inner = shapely.box(115.605, 22.905, 115.608, 22.908)
    large, beside = shapely.box(115.6, 22.9, 115.61, 22.91), shapely.box(115.6095, 22.9, 115.62, 22.91)
    rows = [({"name": "外村"}, large), ({"name": "中村"}, inner), ({"name": "旁村"}, beside)]
    frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    assert rules(report) == ["doubt.town", "doubt.inside", "doubt.overlap"]
    assert report.rows[1].values == {"small": "中村", "large": "外村"}
    assert np.allclose(shapely.area(frame.geometry.to_numpy()), [large.area, inner.area, beside.area])


def test_the_outline_of_the_whole_county_is_no_village(tmp_path: Path) -> None:
    county = shapely.union_all([shape_of(letter) for letter in "ABCDEF"])
    for code in ("", "441581", "441581000", "441581000000"):
        rows = [
            ({"name": "陆丰市", "code": code}, county),
            ({"name": "炎龙村"}, shape_of("B")),
        ]
        frame, report = read_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
        assert list(frame["name"]) == ["炎龙村"]
        assert rules(report) == ["repair.county", "doubt.town"]
    with pytest.raises(NoAreasError, match="town or a village"):
        read_areas(geojson(tmp_path / "d.geojson", rows[:1]), datum=None)


@pytest.mark.parametrize("spoken", [False, True])
def test_each_of_lufengs_units_finds_its_own_code_by_name_and_town(tmp_path: Path, *, spoken: bool) -> None:
    # a placeholder is spoken of by its farm's name only
    units = [
        unit for unit in lufeng_divisions().villages() if unit.kind is not UnitKind.VIRTUAL or not spoken
    ]
    frame = gpd.GeoDataFrame(
        {
            "村名": [unit.display_name if spoken else unit.name for unit in units],
            "镇": [unit.town_name for unit in units],
        },
        geometry=[
            shapely.box(lon, lat, lon + 0.01, lat + 0.01)
            for lon, lat in ((115.5 + 0.01 * (i % 20), 22.7 + 0.01 * (i // 20)) for i in range(len(units)))
        ],
        crs="EPSG:4326",
    )
    found, _ = read_areas(write(frame, tmp_path / "cun.gpkg"), datum=None, register=lufeng_divisions())
    right = {(unit.code, unit.town_name) for unit in units}
    assert {(row.code, row.town_name) for row in found.itertuples()} == right
