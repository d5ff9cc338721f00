"""The odds of each village under a point that is not exact, and the way to its border."""

import sys
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import (
    Areas,
    ErrorModel,
    LonLat,
    Points,
    Projection,
    Shares,
    error_kernels,
    read_areas,
    wide_kernels,
)
from boundaries.error_models import spills
from tests.boundaries.map_files import villages_frame
from tests.boundaries.share_oracles import disc_share, flat, normal_share
from tests.shared_data import shared
from tests.toy_county import CELL_DEG, CODES, CORNER, place_in, places_in, toy_areas

TOY = toy_areas()
SPREAD_M = {ErrorModel.DISC: 100.0, ErrorModel.GAUSSIAN: 50.0}
REACH = {ErrorModel.DISC: 1.0, ErrorModel.GAUSSIAN: 7.0}
MODELS = pytest.mark.parametrize("model", list(ErrorModel))


def areas_of(*shapes: Any) -> Areas:  # noqa: ANN401 - whatever shapely makes of two polygons
    """Return villages with these shapes, their codes in the same order."""
    codes = [f"4415810012{number:02}" for number in range(len(shapes))]
    rows = gpd.GeoDataFrame(
        {"code": codes, "name": [f"第{number}村" for number in codes]}, geometry=list(shapes), crs="EPSG:4326"
    )
    return Areas.from_frames(rows, None)


def expected(areas: Areas, point: Points, model: ErrorModel, spread_m: float) -> dict[int, float]:
    """Return what each village near the point gets, worked out without the closed form."""
    centre = areas.projection.to_metres(point[None])[0]
    shapes = flat(areas)
    near = np.flatnonzero(
        shapely.distance(shapes, shapely.Point(centre)) < np.float64(spread_m) * REACH[model]
    )
    share = disc_share if model is ErrorModel.DISC else normal_share
    return {int(row): share(shapes[row], centre, spread_m) for row in near}


def found(shares: Shares, place: int) -> dict[int, float]:
    return dict(shares.of(place))


def assert_same(ours: dict[int, float], theirs: dict[int, float], within: float) -> None:
    for row in ours.keys() | theirs.keys():
        assert ours.get(row, 0.0) == pytest.approx(theirs.get(row, 0.0), abs=within)


@MODELS
def test_shares_of_the_toy_county_are_those_of_geometry(model: ErrorModel) -> None:
    rng = np.random.default_rng(11)
    # near E, which has two arms, and around the corner where four villages meet
    points = rng.uniform([115.618, 22.938], [115.66, 22.972], (12, 2))
    spread_m = rng.uniform(30, 400, 12)
    shares = TOY.shares_many(points, spread_m, model=model)
    for place, point in enumerate(points):
        theirs = expected(TOY, point, model, spread_m[place])
        assert_same(found(shares, place), theirs, 1e-8 if model is ErrorModel.DISC else 1e-7)


@MODELS
def test_holes_parts_and_islands_count_as_drawn(model: ErrorModel) -> None:
    pond = shapely.box(115.602, 22.902, 115.604, 22.904)
    with_pond = shapely.box(115.6, 22.9, 115.606, 22.906) - pond
    islet = shapely.Point(115.603, 22.903).buffer(0.0004)
    two_parts = shapely.MultiPolygon([islet, shapely.box(115.606, 22.9, 115.609, 22.906)])
    areas = areas_of(with_pond, two_parts)
    points = np.array([[115.603, 22.903], [115.6035, 22.9027], [115.606, 22.903], [115.6, 22.9]])
    shares = areas.shares_many(points, 150.0, model=model)
    for place, point in enumerate(points):
        assert_same(found(shares, place), expected(areas, point, model, 150.0), 1e-8)


@pytest.mark.parametrize("sigma_m", [0.001, 1.0, 50.0, 400.0])
def test_half_of_a_long_straight_border_goes_to_each_side(sigma_m: float) -> None:
    west, east = shapely.box(115.5, 22.8, 115.6, 23.0), shapely.box(115.6, 22.8, 115.7, 23.0)
    areas = areas_of(west, east)
    for model in ErrorModel:
        assert list(areas.shares(LonLat(115.6, 22.9), sigma_m, model=model).values()) == pytest.approx(
            [0.5, 0.5], abs=1e-6
        )


@MODELS
def test_a_point_amid_a_village_is_sure(model: ErrorModel) -> None:
    shares = TOY.shares_many(places_in("GAJ"), 40.0, model=model)
    assert shares.probabilities.tolist() == [1.0, 1.0, 1.0]
    assert [TOY.villages.index[row] for row in shares.likeliest] == [CODES[letter] for letter in "GAJ"]


@MODELS
def test_where_villages_cover_everything_the_shares_sum_to_one(model: ErrorModel) -> None:
    rng = np.random.default_rng(2)
    points = rng.uniform([115.612, 22.952], [115.668, 22.968], (400, 2))
    shares = TOY.shares_many(points, 150.0, model=model)
    sums = np.bincount(shares.places, shares.probabilities)
    assert sums == pytest.approx(np.ones(400), abs=1e-8)


@MODELS
def test_ground_drawn_twice_counts_for_the_village_that_locate_names(model: ErrorModel) -> None:
    outer, inner = shapely.box(115.6, 22.9, 115.62, 22.92), shapely.box(115.605, 22.905, 115.607, 22.907)
    crossing = shapely.box(115.606, 22.9, 115.612, 22.908)
    areas = areas_of(outer, inner, crossing, outer)
    point, spread_m = LonLat(115.606, 22.906), 2 * SPREAD_M[model]
    rng = np.random.default_rng(4)
    around = rng.normal(size=(40_000, 2))
    if model is ErrorModel.DISC:
        around *= np.sqrt(rng.uniform(size=(40_000, 1))) / np.hypot(*around.T)[:, None]
    centre = areas.projection.to_metres(np.array([point]))
    rows = areas.locate_many(areas.projection.to_degrees(centre + spread_m * around))
    shares = areas.shares_many(np.array([point]), spread_m, model=model)
    counted = {int(row): float((rows == row).mean()) for row in np.unique(rows[rows >= 0])}
    assert_same(found(shares, 0), counted, 0.01)
    assert set(counted) == {0, 1, 2}
    assert shares.probabilities.sum() == pytest.approx(1.0, abs=1e-9)


@pytest.fixture(scope="module")
def banyumas() -> Areas:
    frame, _ = read_areas(shared("boundaries/banyumas_desa.parquet"), datum=None, anywhere=True)
    return Areas.from_frames(frame, None)


@MODELS
def test_real_dirty_villages_never_get_more_than_everything(model: ErrorModel, banyumas: Areas) -> None:
    areas = banyumas
    rng = np.random.default_rng(5)
    corners = shapely.get_coordinates(areas.villages.geometry.to_numpy())
    # corners to the last bit, and places around them
    points = np.vstack(
        [rng.choice(corners, 1500), rng.choice(corners, 1500) + rng.normal(0, 3e-4, (1500, 2))]
    )
    shares = areas.shares_many(points, SPREAD_M[model], model=model)
    sums = np.bincount(shares.places, shares.probabilities, minlength=len(points))
    assert sums.max() < 1 + 1e-9
    assert (shares.probabilities > 0).all()
    surest = shares.likeliest[shares.highest > 0.999]
    assert np.array_equal(surest, areas.locate_many(points[shares.highest > 0.999]))
    if model is ErrorModel.DISC:
        _assert_as_drawn(areas, points[1500:1560], shares, 1500)


def _assert_as_drawn(areas: Areas, points: Points, shares: Shares, first: int) -> None:
    """Compare discs with the drawn shapes, of which at most the overlaps are taken."""
    shapes = flat(areas)
    for place, point in enumerate(points, first):
        theirs = expected(areas, point, ErrorModel.DISC, 100.0)
        alone = {
            row: share
            for row, share in theirs.items()
            if not shapely.relate_pattern(shapes[row], np.delete(shapes, row), "T********").any()
        }
        ours = {row: found(shares, place).get(row, 0.0) for row in alone}
        assert_same(ours, alone, 1e-8)


@MODELS
@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(0, 8), st.integers(-6, 0)),
    st.sampled_from([0.0, 0.25, 0.5]),
    st.sampled_from([0.0, 1e-11, 1e-9, 1e-6]),
    st.floats(0, 2 * np.pi),
)
def test_shares_change_steadily_over_corners_and_borders(
    model: ErrorModel, corner: tuple[int, int], along: float, off_m: float, angle: float
) -> None:
    here = np.round([np.array(CORNER) + CELL_DEG * np.array(corner)], 6)
    here[0, 0] += along * CELL_DEG
    grid = TOY.projection
    beside = grid.to_degrees(grid.to_metres(here) + off_m * np.array([[np.cos(angle), np.sin(angle)]]))
    away = grid.to_degrees(grid.to_metres(here) + 1e-4)
    shares = TOY.shares_many(np.vstack([here, beside, away]), 60.0, model=model)
    assert_same(found(shares, 0), found(shares, 1), 1e-7)
    assert_same(found(shares, 0), found(shares, 2), 1e-5)


@MODELS
@settings(max_examples=12, deadline=None)
@given(st.permutations(list(CODES)), st.integers(0, 2**32 - 1))
def test_shares_depend_on_no_order_and_no_orientation(
    model: ErrorModel, letters: list[str], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    frame = villages_frame("".join(letters)).rename(columns={"区划代码": "code", "村社区名称": "name"})
    frame.geometry = [_redrawn(shape, int(rng.integers(1, 9))) for shape in frame.geometry]
    points = rng.uniform([115.6, 22.92], [115.68, 22.98], (60, 2))
    ours = TOY.shares_many(points, 80.0, model=model)
    theirs = Areas.from_frames(frame, None).shares_many(points, 80.0, model=model)
    assert np.array_equal(ours.starts, theirs.starts)
    assert np.array_equal(ours.rows, theirs.rows)
    assert ours.probabilities == pytest.approx(theirs.probabilities, abs=1e-12)


def _redrawn(shape: shapely.Polygon, turn: int) -> shapely.Polygon:
    """Return the same polygon with its ring begun elsewhere and run the other way around."""
    ring = shapely.get_coordinates(shape)[:-1]
    ring = np.roll(ring, turn, axis=0)[:: 1 if turn % 2 else -1]
    return shapely.Polygon(np.vstack([ring, ring[:1]]))


@MODELS
def test_many_points_are_answered_as_one_by_one(model: ErrorModel) -> None:
    points = np.vstack([places_in("ABCDEFGHIJKL"), [[115.62, 22.96], [np.nan, 22.9], [0.0, 0.0]]])
    spread_m = np.tile([0.0, 30.0, 700.0], 5)
    many = TOY.shares_many(points, spread_m, model=model)
    assert len(many) == 15
    for place, (point, spread) in enumerate(zip(points.tolist(), spread_m.tolist(), strict=True)):
        alone = TOY.shares(LonLat(*point), spread, model=model)
        codes = {str(TOY.villages.index[row]): share for row, share in many.of(place)}
        assert list(codes) == list(alone)
        assert codes == pytest.approx(alone, abs=1e-12)
    assert many.of(13) == many.of(14) == []
    assert many.likeliest[12:].tolist()[1:] == [-1, -1]
    assert many.highest[13:].tolist() == [0.0, 0.0]


@MODELS
def test_compiled_code_answers_as_the_plain_one(model: ErrorModel) -> None:
    assert error_kernels.__name__ in sys.modules, "loaded: with so many points it answers"
    rng = np.random.default_rng(8)
    points = rng.uniform([115.58, 22.90], [115.70, 23.0], (4000, 2))
    points[:300] = np.round(points[:300], 2)  # on corners of the grid
    points[300:600, 0] = np.round(points[300:600, 0], 2)
    points[5] = np.nan
    spread_m = rng.choice([0.0, 3.0, 60.0, 61.0, 170.0], 4000)
    together = TOY.shares_many(points, spread_m, model=model)
    few = [
        TOY.shares_many(points[i : i + 1000], spread_m[i : i + 1000], model=model)
        for i in range(0, 4000, 1000)
    ]
    plain = [dict(shares.of(place)) for shares in few for place in range(1000)]
    for place, theirs in enumerate(plain):
        assert_same(found(together, place), theirs, 1e-12 if model is ErrorModel.DISC else 1e-7)
        entries = together.of(place)
        assert entries == sorted(entries, key=lambda entry: (-entry[1], entry[0]))


@pytest.mark.parametrize("sigma_m", [180.0, 333.0, 1000.0, 1e4, 1e6])
def test_wide_errors_are_summed_over_cells_as_exactly_as_over_edges(sigma_m: float) -> None:
    assert wide_kernels.__name__ in sys.modules, "loaded: where there are so many points it answers"
    rng = np.random.default_rng(12)
    points = rng.uniform([115.55, 22.88], [115.72, 23.02], (3000, 2))
    points[:20] = np.round(points[:20], 2)  # on corners
    together = TOY.shares_many(points, np.tile([sigma_m, 0.999 * sigma_m, 1.3 * sigma_m], 1000))
    for place in range(0, 60, 4):
        alone = TOY.shares_many(points[place : place + 1], sigma_m * [1, 0.999, 1.3][place % 3])
        assert_same(found(together, place), found(alone, 0), 1e-8)
        if place < 12 and sigma_m < 2000:
            theirs = expected(TOY, points[place], ErrorModel.GAUSSIAN, sigma_m * [1, 0.999, 1.3][place % 3])
            assert_same(found(together, place), theirs, 1e-8)
    for place in range(60):
        entries = together.of(place)
        assert entries == sorted(entries, key=lambda entry: (-entry[1], entry[0]))
    sums = np.bincount(together.places, together.probabilities, minlength=3000)
    assert sums.max() <= 1 + 1e-11


def test_wide_errors_of_real_dirty_villages(banyumas: Areas) -> None:
    rng = np.random.default_rng(9)
    corners = shapely.get_coordinates(banyumas.villages.geometry.to_numpy())
    points = rng.choice(corners, 2000)
    together = banyumas.shares_many(points, 800.0)
    assert banyumas._ground._patches._kept, "so many points are worth it"
    alone = banyumas.shares_many(points[:10], 800.0)
    for place in range(10):
        assert_same(found(together, place), found(alone, place), 1e-8)
    assert np.bincount(together.places, together.probabilities).max() <= 1 + 1e-11


square = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 6), st.integers(1, 6))


@MODELS
@settings(max_examples=12, deadline=None)
@given(st.lists(square, min_size=1, max_size=6), st.integers(0, 2**32 - 1), st.sampled_from([40.0, 900.0]))
def test_whatever_overlaps_all_shares_and_what_is_outside_sum_to_one(
    model: ErrorModel, squares: list[tuple[int, int, int, int]], seed: int, spread_m: float
) -> None:
    # with a corner in every unit, so that neighbours meet in the projection too
    drawn = [shapely.segmentize(shapely.box(a, b, a + c, b + d), 1.0) for a, b, c, d in squares]
    everywhere = shapely.box(-350, -350, 350, 350) - shapely.union_all(drawn)
    *drawn, outside = shapely.transform([*drawn, everywhere], lambda xy: [115.6, 22.9] + xy * 0.002)
    rng = np.random.default_rng(seed)
    points = np.vstack([rng.uniform([115.59, 22.89], [115.64, 22.94], (6, 2)), [[115.602, 22.904]]])
    shares = areas_of(*drawn).shares_many(points, spread_m, model=model)
    whole = areas_of(*drawn, outside).shares_many(points, spread_m, model=model)
    sums = np.bincount(whole.places, whole.probabilities, minlength=7)
    assert sums == pytest.approx(np.ones(7), abs=1e-8)
    assert np.bincount(shares.places, shares.probabilities, minlength=7).max() <= 1 + 1e-11


@MODELS
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, np.pi))
def test_a_village_cut_in_two_or_drawn_with_more_corners_keeps_its_share(
    model: ErrorModel, seed: int, angle: float
) -> None:
    rng = np.random.default_rng(seed)
    # drawn in metres, for an edge that is straight in degrees is not there
    whole = shapely.convex_hull(shapely.multipoints(rng.uniform(-500, 500, (8, 2))))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    half = shapely.transform(shapely.box(-2000, 0, 2000, 2000), lambda xy: xy @ turn.T)
    parts = [part for part in (whole & half, whole - half) if part.area > 1e-3]
    grid = Projection.for_points(np.array([[115.6, 22.9]]))
    one, more, finer = (
        areas_of(*shapely.transform(np.array(shapes), grid.to_degrees))
        for shapes in ([whole], parts, [shapely.segmentize(whole, 70.0)])
    )
    points = grid.to_degrees(rng.uniform(-500, 500, (5, 2)))
    spread_m = rng.uniform(5, 500, 5)
    share = one.shares_many(points, spread_m, model=model).highest
    pieces = more.shares_many(points, spread_m, model=model)
    assert np.bincount(pieces.places, pieces.probabilities, minlength=5) == pytest.approx(share, abs=1e-8)
    assert finer.shares_many(points, spread_m, model=model).highest == pytest.approx(share, abs=1e-8)


@MODELS
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_less_is_known_the_less_sure_is_a_convex_village(model: ErrorModel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = shapely.convex_hull(shapely.multipoints(rng.uniform([115.6, 22.9], [115.61, 22.91], (8, 2))))
    inside = shapely.get_coordinates(shapely.point_on_surface(shape))
    spread_m = np.concatenate([[0.0], np.geomspace(1e-5, 1e5, 60)])
    shares = areas_of(shape).shares_many(np.repeat(inside, len(spread_m), axis=0), spread_m, model=model)
    assert shares.highest[:2].tolist() == pytest.approx([1.0, 1.0], abs=1e-9)
    assert (np.diff(shares.highest) <= 1e-8).all()
    assert shares.highest[-1] < 1e-3


@MODELS
def test_an_error_of_the_size_of_the_earth_leaves_nothing_known(model: ErrorModel) -> None:
    assert TOY.shares(place_in("A"), 1e10, model=model) == {}
    assert TOY.shares(place_in("A"), 1e300, model=model) == {}


@MODELS
def test_without_an_error_a_point_lies_where_locate_says(model: ErrorModel) -> None:
    corner = LonLat(115.62, 22.96)
    on_border = LonLat(115.625, 22.96)
    for point in (corner, on_border, place_in("E")):
        area = TOY.locate(point)
        assert area is not None
        assert TOY.shares(point, 0.0, model=model) == {area.code: 1.0}
    assert TOY.shares(LonLat(116.5, 22.9), 0.0, model=model) == {}
    assert TOY.shares(LonLat(float("nan"), 22.9), 0.0, model=model) == {}


@MODELS
def test_a_point_outside_gives_the_villages_what_is_in_reach(model: ErrorModel) -> None:
    west = place_in("G", east_m=-800)
    near = TOY.shares(west, 200.0, model=model)
    assert TOY.locate(west) is None
    assert (CODES["G"] in near) is (model is ErrorModel.GAUSSIAN)
    assert sum(near.values()) < 0.5
    assert TOY.border_distance_m(west) == np.inf
    assert TOY.shares(LonLat(100.0, 40.0), 200.0, model=model) == {}


@MODELS
def test_a_layer_without_villages_holds_nothing(model: ErrorModel) -> None:
    empty = areas_of()
    assert empty.shares(LonLat(115.6, 22.9), 50.0, model=model) == {}
    assert empty.shares(LonLat(115.6, 22.9), 0.0, model=model) == {}
    assert len(empty.shares_many(np.full((3000, 2), 23.0), 1e4, model=model)) == 3000
    assert empty.border_distance_m(LonLat(115.6, 22.9)) == np.inf


@MODELS
def test_an_edge_without_length_spills_nothing(model: ErrorModel) -> None:
    same = np.array([[0.3, 0.4], [0.0, 0.0]])
    assert spills(same, same, np.array([True, False]), model).tolist() == [0.0, 0.0]


def test_nothing_is_asked_and_nothing_answered() -> None:
    shares = TOY.shares_many(np.empty((0, 2)), 30.0)
    assert (len(shares), len(shares.rows), len(shares.likeliest)) == (0, 0, 0)
    assert TOY.border_distances_m(np.empty((0, 2))).shape == (0,)


@pytest.mark.parametrize("sigma_m", [-1.0, np.nan, np.inf])
def test_a_spread_is_a_length(sigma_m: float) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        TOY.shares(place_in("A"), sigma_m)


def test_the_way_to_the_border_is_that_of_geometry() -> None:
    rng = np.random.default_rng(6)
    points = rng.uniform([115.59, 22.91], [115.69, 22.99], (300, 2))
    rows = TOY.locate_many(points)
    places = shapely.points(TOY.projection.to_metres(points))
    borders = shapely.boundary(flat(TOY))
    theirs = np.where(rows < 0, np.inf, shapely.distance(borders[rows], places))
    assert TOY.border_distances_m(points) == pytest.approx(theirs, abs=1e-6)


def test_a_village_within_a_village_has_its_border_for_both() -> None:
    outer, inner = shapely.box(115.6, 22.9, 115.64, 22.94), shapely.box(115.61, 22.91, 115.62, 22.92)
    areas = areas_of(outer, inner)
    inside, outside = LonLat(115.6199, 22.915), LonLat(115.6201, 22.915)
    assert areas.border_distance_m(inside) == pytest.approx(10.27, abs=0.02)
    assert areas.border_distance_m(outside) == pytest.approx(10.27, abs=0.02)
