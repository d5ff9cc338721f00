"""Whatever is wrong with a layer is found, with its place and size, and nothing that is right is blamed."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import AreaColumns, NoAreasError, ProblemKind, TopologyReport, check_areas
from tests.boundaries.map_files import geojson, villages_frame, write
from tests.shared_data import shared
from tests.toy_county import shape_of

LON, LAT = 115.6, 22.9
DEGREE_M = 102_500.0
"""One degree of longitude there, about."""


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box in hundreds of metres east and north of a place in Lufeng, about."""
    return shapely.box(LON + west / 1e3, LAT + south / 1e3, LON + east / 1e3, LAT + north / 1e3, ccw=True)


def checked(tmp_path: Path, **areas: shapely.Geometry) -> TopologyReport:
    rows = [({"name": name, "town": "东海街道"}, shape) for name, shape in areas.items()]
    return check_areas(geojson(tmp_path / "cun.geojson", rows), datum=None)


def kinds(report: TopologyReport) -> list[ProblemKind]:
    return list(report.problems["kind"])


def test_a_clean_layer_has_no_problems(tmp_path: Path) -> None:
    report = check_areas(write(villages_frame(), tmp_path / "cun.gpkg"), datum=None)
    assert report.counts == {}
    assert report.rows() == []
    assert len(report.areas) == 12


def test_a_real_county_is_counted_as_other_tools_counted_it() -> None:
    report = check_areas(shared("boundaries/banyumas_desa.parquet"), datum=None, anywhere=True)
    # 97 % of 331; 1,224 gaps with those under 1 m²
    assert report.counts == {"overlap": 549, "gap": 1197, "sliver": 3, "edge": 322}
    gaps = report.problems[report.problems["kind"] == ProblemKind.GAP]
    assert (gaps["area_m2"].diff().dropna() <= 0).all(), "the largest first"
    assert gaps["width_m"].max() < 13
    assert report.problems.geometry.is_valid.all()
    bounds = report.problems.total_bounds
    assert np.allclose(bounds, report.areas.total_bounds, atol=0.06)


def test_nameless_pieces_are_slivers() -> None:
    path = shared("boundaries/guixi_osm_admin8_clipped_to_bbox.geojson")
    report = check_areas(path, datum=None)
    assert report.counts == {"sliver": 7}
    assert set(report.problems["names"]) == {()}


def test_a_bow_tie_is_shown_where_it_crosses(tmp_path: Path) -> None:
    tie = shapely.Polygon([(LON, LAT), (LON + 0.02, LAT + 0.02), (LON + 0.02, LAT), (LON, LAT + 0.02)])
    report = checked(tmp_path, 炎龙村=tie)
    assert kinds(report) == [ProblemKind.RING]
    problem = report.problems.iloc[0]
    assert problem["names"] == ("炎龙村",)
    assert problem.geometry.distance(shapely.Point(LON + 0.01, LAT + 0.01)) < 2e-6
    assert problem["reason"].values["before_m2"] == 0
    assert report.areas.geometry.is_valid.all()


def test_a_ring_that_turns_the_other_way_is_told_and_harmless(tmp_path: Path) -> None:
    hole = box(4, 4, 6, 6)
    ring = shapely.Polygon(box(0, 10, 10, 20).exterior, [shapely.affinity.translate(hole, 0, 0.01).exterior])
    report = checked(tmp_path, 东村=box(0, 0, 10, 10), 西村=box(10, 0, 20, 10).reverse(), 北村=ring)
    assert kinds(report) == [ProblemKind.GAP, ProblemKind.TURN, ProblemKind.TURN]
    assert list(report.problems["names"])[1:] == [("西村",), ("北村",)]


def test_one_village_twice_and_two_on_one_spot_are_told_apart(tmp_path: Path) -> None:
    rows = [
        ({"name": "炎龙村", "town": "东海街道"}, shape_of("B")),
        ({"name": "炎龙村", "town": "东海街道"}, shape_of("B").reverse()),
        ({"name": "六驿村", "town": "东海街道"}, shape_of("B")),
    ]
    report = check_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    twice = report.problems[report.problems["kind"] == ProblemKind.TWICE]
    assert sorted(twice["names"]) == [("炎龙村",), ("炎龙村", "六驿村")]
    assert len(report.areas) == 2


def test_overlap_gap_and_inside_have_names_areas_and_widths(tmp_path: Path) -> None:
    report = checked(
        tmp_path,
        东村=box(0, 0, 10.5, 10),
        西村=box(10, 0, 20, 10),
        里村=box(2, 2, 4, 4),
        北村=shapely.union_all([box(0, 10, 20, 20)]).difference(box(5, 10, 15, 10.2)),
    )
    assert kinds(report)[:3] == [ProblemKind.INSIDE, ProblemKind.OVERLAP, ProblemKind.GAP]
    inside, overlap, gap = (report.problems.iloc[row] for row in range(3))
    assert inside["names"] == ("里村", "东村")
    assert set(overlap["names"]) == {"东村", "西村"}
    assert overlap["width_m"] == pytest.approx(0.5 * DEGREE_M / 1e3, rel=0.03)
    assert set(gap["names"]) == {"东村", "西村", "北村"}
    assert gap["width_m"] == pytest.approx(0.2 * 110.7, rel=0.03)
    assert gap["area_m2"] == pytest.approx(gap["width_m"] * 10 * DEGREE_M / 1e3, rel=0.03)


def test_an_edge_without_the_neighbours_corner_is_told(tmp_path: Path) -> None:
    report = checked(
        tmp_path,
        东村=box(0, 0, 10, 10),
        西村=box(10, 0, 20, 5),
        北村=box(10, 5, 20, 10),
        远村=box(20, 0, 30, 10),
    )
    edges = report.problems[report.problems["kind"] == ProblemKind.EDGE]
    assert {names[0] for names in edges["names"]} == {"东村", "西村", "北村", "远村"}
    assert report.counts == {"edge": 4}
    assert set(edges.geometry.geom_type) <= {"LineString", "MultiLineString"}


def test_a_table_row_has_everything_a_spreadsheet_needs(tmp_path: Path) -> None:
    row = checked(tmp_path, 外村=box(0, 0, 10, 10), 里村=box(2, 2, 4, 4)).rows()[0]
    assert row["kind"] == "inside"
    assert row["names"] == "里村、外村"
    assert row["sentence"] == "里村 lies inside 外村"
    assert (row["lon"], row["lat"]) == (
        pytest.approx(LON + 0.003, abs=1e-3),
        pytest.approx(LAT + 0.003, abs=1e-3),
    )


def test_towns_and_their_villages_do_not_overlap(tmp_path: Path) -> None:
    rows = [
        ({"name": "河西街道"}, shapely.union_all([shape_of("G"), shape_of("H")])),
        ({"name": "竹林村"}, shape_of("G")),
        ({"name": "刘巷村"}, shape_of("H")),
    ]
    assert check_areas(geojson(tmp_path / "c.geojson", rows), datum=None).counts == {}


def test_rows_without_an_area_and_the_county_are_noted(tmp_path: Path) -> None:
    rows = [
        ({"name": "陆丰市"}, box(0, 0, 30, 30)),
        ({"name": "炎龙村"}, box(0, 0, 10, 10)),
        ({"name": "失踪村"}, shapely.Point(LON, LAT)),
    ]
    report = check_areas(geojson(tmp_path / "c.geojson", rows), datum=None)
    assert [note.rule for note in report.notes] == ["repair.undrawn", "repair.county"]
    with pytest.raises(NoAreasError):
        check_areas(geojson(tmp_path / "d.geojson", rows[:1]), datum=None)


def test_a_ring_of_a_million_corners_is_no_trouble(tmp_path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = np.column_stack([LON + 0.01 * np.cos(angle), LAT + 0.01 * np.sin(angle)])
    frame = gpd.GeoDataFrame({"name": ["圆村"]}, geometry=[shapely.Polygon(ring)], crs="EPSG:4326")
    path = tmp_path / "ring.parquet"
    frame.to_parquet(path)
    assert check_areas(path, datum=None, columns=AreaColumns(name="name")).counts == {}
