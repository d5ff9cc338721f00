"""Which area holds a point, with what probability, and how far its border is."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from boundaries import Areas, Level, LonLat, NotAMapError, read_areas
from tests.boundaries.map_files import geojson, villages_frame, write
from tests.shared_data import shared
from tests.toy_county import CELL_DEG, CODES, CORNER, place_in, places_in, shape_of, toy_areas

TOY = toy_areas()


def two_squares(order: tuple[int, int]) -> Areas:
    """Return a large village with a small one inside it, in either order of the rows."""
    rows = gpd.GeoDataFrame(
        {"code": ["441581001201", "441581001202"], "name": ["外村", "中村"]},
        geometry=[shapely.box(115.6, 22.9, 115.64, 22.94), shapely.box(115.61, 22.91, 115.62, 22.92)],
        crs="EPSG:4326",
    )
    return Areas.from_frames(rows.iloc[list(order)], None)


def test_points_are_located_as_by_brute_force() -> None:
    rng = np.random.default_rng(7)
    points = np.column_stack([rng.uniform(115.58, 115.70, 3000), rng.uniform(22.90, 23.0, 3000)])
    rows = TOY.locate_many(points)
    held = shapely.contains_xy(TOY.villages.geometry.to_numpy()[:, None], points[:, 0], points[:, 1])
    assert (rows >= 0).sum() > 1000
    assert np.array_equal(np.where(held.any(axis=0), held.argmax(axis=0), -1), rows)


def test_real_dirty_villages_are_located_as_by_geopandas() -> None:
    frame, _ = read_areas(shared("boundaries/banyumas_desa.parquet"), datum=None, anywhere=True)
    areas = Areas.from_frames(frame, None)
    west, south, east, north = frame.total_bounds
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.uniform(west, east, 5000), rng.uniform(south, north, 5000)])
    spots = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs="EPSG:4326")
    joined = gpd.sjoin(spots, areas.villages.reset_index(), predicate="intersects")
    size = dict(zip(areas.villages.index, shapely.area(areas.villages.geometry.to_numpy()), strict=True))
    expected = {
        int(point): min(group["code"], key=lambda code: (size[code], code))
        for point, group in joined.groupby(level=0)
    }
    rows = areas.locate_many(points)
    found = {point: areas.villages.index[row] for point, row in enumerate(rows) if row >= 0}
    assert found == expected


def test_town_and_village_are_two_levels() -> None:
    area, town = TOY.locate(place_in("J")), TOY.locate(place_in("J"), level=Level.TOWN)
    assert area is not None
    assert town is not None
    assert (area.name, town.name, town.code) == ("竹林村", "湖东镇", area.division.town_code)
    assert area.office_assumed
    assert not area.derived


def test_outside_and_missing_places_are_in_no_area() -> None:
    points = np.array([[0.0, 0.0], [np.nan, 22.9], [np.inf, np.inf], [115.699, 22.935]])
    assert TOY.locate_many(points).tolist() == [-1, -1, -1, -1]
    assert TOY.locate_many(np.empty((0, 2))).shape == (0,)
    assert TOY.locate(LonLat(115.699, 22.935)) is None
    assert TOY.border_distance_m(LonLat(115.699, 22.935)) == float("inf")
    assert TOY.shares(LonLat(100.0, 22.9), 50.0) == {}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_village_inside_another_is_meant_more_precisely(order: tuple[int, int]) -> None:
    areas = two_squares(order)
    inner, outer = areas.locate(LonLat(115.615, 22.915)), areas.locate(LonLat(115.63, 22.93))
    assert inner is not None
    assert outer is not None
    assert (inner.name, outer.name) == ("中村", "外村")


def test_a_point_on_a_common_corner_goes_to_the_lowest_code_of_equals() -> None:
    # A, B, D and E meet here; A is as large as B
    corner = LonLat(round(CORNER.lon + 4 * CELL_DEG, 6), round(CORNER.lat - CELL_DEG, 6))
    area = TOY.locate(corner)
    assert area is not None
    assert area.code == min(CODES["A"], CODES["B"])


@settings(max_examples=10, deadline=None)
@given(st.permutations(list(CODES)), st.integers(0, 2**32 - 1))
def test_the_answer_never_depends_on_the_order_of_the_rows(letters: list[str], seed: int) -> None:
    frame = villages_frame("".join(letters)).rename(columns={"区划代码": "code", "村社区名称": "name"})
    shuffled = Areas.from_frames(frame, None)
    rng = np.random.default_rng(seed)
    corners = np.array([CORNER.lon, CORNER.lat]) + CELL_DEG * rng.integers(
        [0, -6], [8, 0], (40, 2), endpoint=True
    )
    points = np.vstack([np.round(corners, 6), rng.uniform([115.6, 22.92], [115.68, 22.98], (40, 2))])
    assert shuffled.villages.index.equals(TOY.villages.index)
    assert np.array_equal(shuffled.locate_many(points), TOY.locate_many(points))


def test_many_points_are_answered_as_one_by_one() -> None:
    points = places_in("ABCDEFGHIJKL")
    one_by_one = [TOY.locate(LonLat(*point)) for point in points.tolist()]
    assert [area.code for area in one_by_one if area] == list(CODES.values())
    assert [TOY.villages.index[row] for row in TOY.locate_many(points)] == list(CODES.values())


@pytest.mark.parametrize(("east_m", "sigma_m"), [(0.0, 100.0), (400.0, 50.0), (450.0, 150.0)])
def test_shares_near_a_straight_border_follow_the_normal_distribution(east_m: float, sigma_m: float) -> None:
    # B and C meet 1.5 cells east of the middle of B's first cell; south of the point is a full cell of B
    point = place_in("B", east_m=1026 + east_m, north_m=0)
    to_border = TOY.border_distance_m(point)
    shares = TOY.shares(point, sigma_m)
    assert shares.get(CODES["C"], 0.0) == pytest.approx(norm.sf(to_border / sigma_m), abs=0.003)
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.003)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_shares_on_a_corner_agree_with_monte_carlo() -> None:
    corner = LonLat(CORNER.lon + 4 * CELL_DEG, CORNER.lat - 2 * CELL_DEG)
    rng = np.random.default_rng(3)
    centre = TOY.projection.to_metres(np.array([corner]))
    rows = TOY.locate_many(TOY.projection.to_degrees(centre + rng.normal(0, 80, (100_000, 2))))
    shares = TOY.shares(corner, 80.0)
    for row, count in zip(*np.unique(rows, return_counts=True), strict=True):
        assert shares[TOY.villages.index[row]] == pytest.approx(count / 100_000, abs=0.006)


def test_the_mass_outside_of_all_villages_is_left_out() -> None:
    north_edge = LonLat(115.605, 22.98)
    assert sum(TOY.shares(north_edge, 30.0).values()) == pytest.approx(0.5, abs=0.003)


def test_a_certain_point_has_one_share() -> None:
    assert TOY.shares(place_in("F"), 0.0) == {CODES["F"]: 1.0}
    assert TOY.shares(LonLat(100.0, 22.9), 0.0) == {}


@settings(max_examples=10, deadline=None)
@given(st.floats(-450, 450), st.floats(-450, 450))
def test_the_border_is_as_far_as_shapely_says(east_m: float, north_m: float) -> None:
    point = place_in("D", east_m=east_m, north_m=north_m)
    flat = gpd.GeoSeries([shape_of("D").boundary, shapely.Point(point)], crs="EPSG:4326")
    flat = flat.to_crs(TOY.projection.definition)
    assert TOY.border_distance_m(point) == pytest.approx(flat.iloc[0].distance(flat.iloc[1]), abs=0.01)


def test_areas_saved_are_loaded_the_same(tmp_path: Path) -> None:
    frame = TOY.villages.assign(
        office_lon=[np.nan, *TOY.villages["office_lon"][1:]],
        derived=[True] + [False] * 11,
        office_assumed=False,
    )
    areas = Areas.from_frames(frame, TOY.towns)
    areas.save(tmp_path / "areas.gpkg")
    again = Areas.load(tmp_path / "areas.gpkg")
    for ours, theirs in ((areas.villages, again.villages), (areas.towns, again.towns)):
        assert ours.drop(columns="geometry").equals(theirs.drop(columns="geometry"))
        assert shapely.equals(ours.geometry.to_numpy(), theirs.geometry.to_numpy()).all()
    assert dict(again.divisions) == dict(areas.divisions)
    assert again.projection == areas.projection
    assert [again.villages["office_assumed"].iloc[row] for row in (0, 1)] == [True, False]


def test_no_villages_at_all_are_kept_as_that(tmp_path: Path) -> None:
    areas = Areas.from_frames(TOY.villages.iloc[:0], TOY.towns)
    areas.save(tmp_path / "areas.gpkg")
    again = Areas.load(tmp_path / "areas.gpkg")
    assert len(again.villages) == 0
    assert len(again.towns) == 4
    assert again.locate(place_in("A")) is None
    assert again.shares(place_in("A"), 30.0) == {}


def test_any_other_map_is_not_loaded_as_areas(tmp_path: Path) -> None:
    path = write(villages_frame(), tmp_path / "cun.gpkg")
    with pytest.raises(NotAMapError, match="init"):
        Areas.load(path)
    with pytest.raises(NotAMapError):
        Areas.load(geojson(tmp_path / "c.geojson", [({"name": "炎龙村"}, shape_of("B"))]))


def test_towns_without_a_polygon_are_put_together_from_their_villages() -> None:
    towns = {code: TOY.get(code) for code in TOY.towns.index}
    assert [area.name for area in towns.values() if area] == ["东海街道", "河西街道", "湖东镇", "湖东林场"]
    east = shapely.union_all([shape_of(letter) for letter in "ABCDEF"])
    assert TOY.towns.geometry.loc["441581001"].equals(east)
    assert TOY.get("441581999") is None


def test_offices_are_a_place_inside_unless_someone_knows() -> None:
    frame = TOY.villages.assign(office_lon=np.nan, office_lat=np.nan, office_assumed=False)
    known = place_in("B")
    frame.loc[CODES["B"], ["office_lon", "office_lat"]] = list(known)
    areas = Areas.from_frames(frame, None)
    assert areas.offices[CODES["B"]] == known
    assert [areas.get(CODES[c]).office_assumed for c in "AB"] == [True, False]  # type: ignore[union-attr]
    rows = areas.locate_many(np.array([areas.offices[code] for code in areas.villages.index]))
    assert rows.tolist() == list(range(12))
