"""Which shape holds a point: GEOS is asked too, on points made to be difficult."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import Areas, LonLat
from boundaries.cells import CellIndex, warm
from boundaries.rings import Rings, turns
from tests.boundaries.geos_oracle import Shapes, by_geos, difficult_points
from tests.shared_data import shared
from tests.toy_county import toy_areas


def banyumas() -> Shapes:
    """Return 331 real villages with overlaps, gaps and copies."""
    frame = gpd.read_parquet(shared("boundaries/banyumas_desa.parquet"))
    return np.asarray(frame.geometry.to_numpy())


def blobs(seed: int, count: int) -> Shapes:
    """Return shapes that overlap, nest, touch, have holes and many parts, some drawn twice.

    Not near 0, where products of the smallest numbers underflow and GEOS errs.
    """
    rng = np.random.default_rng(seed)
    middles = np.round(rng.uniform(110, 118, (count, 2)))
    drawn = [
        shapely.buffer(shapely.Point(middle), radius, quad_segs=int(segments))
        for middle, radius, segments in zip(
            middles, rng.choice([0.01, 0.5, 1.0, 3.0], count), rng.integers(1, 9, count), strict=True
        )
    ]
    drawn += [shapely.box(*middle, *(middle + rng.integers(1, 4, 2))) for middle in middles]
    made = [*drawn, *(one.difference(other) for one, other in zip(drawn, reversed(drawn), strict=True))]
    made += [one.union(other) for one, other in zip(drawn[::3], drawn[1::3], strict=False)]
    return np.array(
        [*made, *drawn[:2], shapely.box(111, 111, 117, 111 + 1e-7), shapely.Polygon(), None], dtype=object
    )


def redrawn(shape: Any, rng: np.random.Generator) -> Any:  # noqa: ANN401 - any geometry
    """Return the same shape with other ring starts, orientation, order of parts, and vertices drawn twice."""
    if shapely.is_empty(shape):
        return shape
    parts = []
    for part in shapely.get_parts(shape):
        rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(part)]
        turned = [np.roll(ring, rng.integers(len(ring)), axis=0)[:: rng.choice([-1, 1])] for ring in rings]
        turned = [np.repeat(ring, rng.integers(1, 3, len(ring)), axis=0) for ring in turned]
        parts.append(shapely.Polygon(turned[0], turned[1:]))
    return shapely.MultiPolygon([parts[i] for i in rng.permutation(len(parts))])


def test_difficult_points_on_real_villages_are_found_as_by_geos() -> None:
    shapes = banyumas()
    points = difficult_points(shapes, 40_000, seed=1)
    assert np.array_equal(CellIndex.of(shapes).rows(points), by_geos(shapes, points))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_any_shapes_are_found_as_by_geos(seed: int, count: int) -> None:
    shapes = blobs(seed, count)
    rng = np.random.default_rng(seed)
    lattice = np.stack(np.meshgrid(np.arange(108, 122, 0.5), np.arange(108, 122, 0.5)), axis=-1).reshape(
        -1, 2
    )
    points = np.vstack([lattice, rng.uniform(108, 122, (2000, 2)), difficult_points(shapes, 3000, seed)])
    assert np.array_equal(CellIndex.of(shapes).rows(points), by_geos(shapes, points))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_answer_depends_on_no_order_of_rings_vertices_or_shapes(seed: int) -> None:
    shapes = blobs(seed, 6)[:-1]
    rng = np.random.default_rng(seed)
    points = np.vstack([rng.uniform(108, 122, (500, 2)), difficult_points(shapes, 1500, seed)])
    expected = CellIndex.of(shapes).rows(points)
    again = np.array([redrawn(shape, rng) for shape in shapes], dtype=object)
    assert np.array_equal(CellIndex.of(again).rows(points), expected)
    # among equals the first wins, so they keep their order
    order = np.argsort(-Rings.of(shapes).sizes(), kind="stable")
    moved = CellIndex.of(shapes[order]).rows(points)
    assert np.array_equal(np.append(order, -1)[moved], expected)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(0, 2**32 - 1))
def test_the_answer_depends_on_no_tiling(across: float, up: float, seed: int) -> None:
    shapes = banyumas()[::3]
    box = np.array(shapely.total_bounds(shapes)).reshape(2, 2)
    middle = box[0] + np.array([across, up]) * (box[1] - box[0])
    points = difficult_points(shapes, 2000, seed)
    expected = CellIndex.of(shapes).rows(points)
    for east in (False, True):
        for north in (False, True):
            mine = ((points[:, 0] >= middle[0]) == east) & ((points[:, 1] >= middle[1]) == north)
            low = np.where([east, north], middle, box[0])
            tile = shapely.box(*low, *np.where([east, north], box[1], middle))
            rows = np.flatnonzero(shapely.intersects(shapes, tile))
            found = CellIndex.of(shapes[rows]).rows(points[mine])
            assert np.array_equal(np.append(rows, -1)[found], expected[mine])


def test_every_point_of_a_partition_is_in_one_area_and_every_other_in_none() -> None:
    towns = toy_areas()
    shapes = towns.villages.geometry.to_numpy()
    points = np.random.default_rng(3).uniform([115.58, 22.9], [115.7, 23.0], (20_000, 2))
    held = shapely.contains_xy(shapes[:, None], *points.T)
    touched = shapely.intersects_xy(shapes[:, None], *points.T)
    rows = towns.locate_many(points)
    assert np.array_equal(rows >= 0, touched.any(axis=0))
    inside = held.any(axis=0)
    assert held[rows[inside], np.flatnonzero(inside)].all()
    assert held.sum(axis=0).max() == 1


def test_one_point_is_found_as_many_are() -> None:
    shapes = banyumas()
    index = CellIndex.of(shapes)
    rng = np.random.default_rng(5)
    box = np.array(shapely.total_bounds(shapes)).reshape(2, 2)
    points = np.vstack([rng.uniform(box[0], box[1], (3000, 2)), difficult_points(shapes, 300, seed=5)])
    points = np.vstack([points, [[np.nan, 0.0], [np.inf, -np.inf], [1e308, 0.0], [0.0, 0.0]]])
    assert [index.row(*point) for point in points.tolist()] == index.rows(points).tolist()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([(-170, -150), (-114.3, 60), (30, -200)]))
def test_shapes_anywhere_on_the_globe_are_found_as_by_geos(seed: int, shift: tuple[float, float]) -> None:
    shapes = shapely.transform(blobs(seed, 6)[:-2], lambda vertices: vertices + np.array(shift))
    rng = np.random.default_rng(seed)
    points = np.vstack([rng.uniform(108, 122, (500, 2)) + shift, difficult_points(shapes, 1500, seed)])
    assert np.array_equal(CellIndex.of(shapes).rows(points), by_geos(shapes, points))


def test_the_smallest_wins_whether_it_is_an_enclave_a_hole_or_an_island_in_it() -> None:
    ring, island = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 7, 7)), shapely.box(4, 4, 5, 5)
    shapes = np.array([shapely.union(ring, island), shapely.box(2, 2, 7, 7), shapely.box(8, 8, 9, 9)])
    places = {"ring": (1, 1), "hole": (3, 3), "island": (4.5, 4.5), "enclave": (8.5, 8.5), "rim": (2, 3)}
    found = CellIndex.of(shapes).rows(np.array(list(places.values()), dtype=float))
    # the island's ground belongs to both: to the one that is the smaller on the whole
    assert dict(zip(places, found.tolist(), strict=True)) == {
        "ring": 0, "hole": 1, "island": 1, "enclave": 2, "rim": 1,
    }  # fmt: skip
    assert CellIndex.of(shapes[[0]]).rows(np.array([[4.5, 4.5], [3.0, 3.0]])).tolist() == [0, -1]


def test_spikes_and_vertices_drawn_twice_are_ground_as_geos_says() -> None:
    spike = shapely.Polygon([(115, 22), (116, 22), (116, 22), (116, 23), (116.5, 23.5), (116, 23), (115, 23)])
    gash = shapely.Polygon([(115, 24), (116, 24), (115.5, 24.5), (116, 24), (116, 25), (115, 25), (115, 25)])
    shapes = np.array([spike, gash])
    points = np.array(
        [[116.25, 23.25], [116.25, 23.26], [115.75, 24.25], [115.75, 24.26], [116, 22], [115, 25]]
    )
    expected = np.where(shapely.intersects_xy(spike, *points.T), 0, -1)
    expected[shapely.intersects_xy(gash, *points.T)] = 1
    assert CellIndex.of(shapes).rows(points).tolist() == expected.tolist() == [0, -1, 1, 1, 0, 1]


def test_a_shape_across_the_date_line_has_a_part_on_either_side() -> None:
    islands = shapely.MultiPolygon([shapely.box(179, -17, 180, -16), shapely.box(-180, -17, -179, -16)])
    shapes = np.array([islands, shapely.box(115, 22, 116, 23)])
    points = np.array([[179.5, -16.5], [-179.5, -16.5], [180.0, -17.0], [0.0, -16.5], [115.5, 22.5]])
    assert CellIndex.of(shapes).rows(points).tolist() == [0, 0, 0, -1, 1]


def test_one_ring_of_very_many_vertices_is_cut_fine_enough() -> None:
    turn = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    far = 1 + 0.01 * np.sin(37 * turn)
    shapes = np.array([shapely.Polygon(np.column_stack([115 + far * np.cos(turn), 23 + far * np.sin(turn)]))])
    index = CellIndex.of(shapes)
    points = np.vstack([np.random.default_rng(1).uniform([113.9, 21.9], [116.1, 24.1], (20_000, 2))])
    assert np.array_equal(index.rows(points), by_geos(shapes, points))
    assert index.cells.grid.columns * index.cells.grid.rows > 500


def test_of_areas_on_the_same_ground_the_lowest_code_answers_in_any_order_of_rows() -> None:
    codes = [f"4415810{number:05}" for number in (3, 1, 2)]
    drawn = gpd.GeoDataFrame(
        {"code": codes, "name": codes}, geometry=[shapely.box(115, 22, 116, 23)] * 3, crs="EPSG:4326"
    )
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        area = Areas.from_frames(drawn.iloc[order], None).locate(LonLat(115.5, 22.5))
        assert area is not None
        assert area.code == min(codes)


def test_a_crowd_of_copies_is_answered_by_the_first() -> None:
    shapes = np.array([shapely.box(0, 0, 1, 1)] * 40, dtype=object)
    points = np.array([[0.5, 0.5], [0.0, 0.3], [1.0, 1.0], [np.nextafter(1.0, 2), 0.5]])
    assert CellIndex.of(shapes).rows(points).tolist() == [0, 0, 0, -1]


def test_a_shape_as_small_as_numbers_go_is_found() -> None:
    x, y = 115.6, 22.9
    east, north = np.nextafter(x, 200), np.nextafter(y, 90)
    shapes = np.array([shapely.box(115, 22, 116, 23), shapely.box(x, y, east, north)], dtype=object)
    points = np.array([[x, y], [east, north], [np.nextafter(east, 200), y], [x, np.nextafter(y, 0)]])
    assert CellIndex.of(shapes).rows(points).tolist() == [1, 1, 0, 0]
    assert CellIndex.of(shapes[1:]).rows(points).tolist() == [0, 0, -1, -1]


def test_no_shapes_hold_nothing() -> None:
    for shapes in (np.array([], dtype=object), np.array([None, shapely.Polygon(), shapely.Point(0, 0)])):
        index = CellIndex.of(shapes)
        assert index.rows(np.array([[0.0, 0.0], [np.nan, 1.0]])).tolist() == [-1, -1]
        assert index.rows(np.empty((0, 2))).shape == (0,)
        assert index.row(0.0, 0.0) == -1


def test_the_side_of_a_line_is_exact() -> None:
    # Kettner et al., "Classroom examples of robustness problems": this grid defeats plain arithmetic
    steps = np.arange(64) * 2.0**-53
    points = np.stack(np.meshgrid(0.5 + steps, 0.5 + steps), axis=-1).reshape(-1, 2)
    start, end = np.full_like(points, 12.0), np.full_like(points, 24.0)
    assert np.array_equal(turns(start, end, points), np.sign(points[:, 1] - points[:, 0]))


def test_the_smallest_numbers_are_told_apart() -> None:
    least = 5e-324
    start, end = np.array([[0.0, -1.0]] * 3), np.array([[0.0, 2.0]] * 3)
    points = np.array([[-least, 0.5], [0.0, least], [least, least]])
    assert turns(start, end, points).tolist() == [1, 0, -1]
    assert turns(start * 0, np.array([[1, 2]] * 3) * least, points).tolist() == [1, 1, -1]


def test_compiled_and_plain_answers_are_the_same_from_memory_and_from_a_file(tmp_path: Path) -> None:
    shapes = banyumas()
    least, most = np.finfo(float).smallest_subnormal, np.finfo(float).max
    odd = [np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, least, most, -most, 2.0**53, -(2.0**62)]
    nowhere = np.stack(np.meshgrid(odd, odd), axis=-1).reshape(-1, 2)
    box = np.array(shapely.total_bounds(shapes)).reshape(2, 2)
    # just in and just out of the grid, seen along one axis
    rim = np.array([[x, y] for x in (*box[:, 0], *odd) for y in (*box[:, 1], *odd)])
    points = np.vstack([difficult_points(shapes, 5000, seed=2), nowhere, rim, rim + 1e-9, rim - 1e-9])
    made = CellIndex.of(shapes)
    made.save(tmp_path / "a.cells")
    opened = CellIndex.open(tmp_path / "a.cells")
    assert opened is not None
    points.setflags(write=False)
    plain = made.rows(points), opened.rows(points)
    warm(opened, CellIndex.of(shapes[:0])).join()
    compiled = made.rows(points), opened.rows(points)
    for rows in (*plain, *compiled):
        assert np.array_equal(rows, plain[0])
    kernels = sys.modules["boundaries.cell_kernels"]
    assert len(kernels._located.signatures) == 1, "a read-only array asks for no second compilation"


def test_an_index_is_kept_beside_the_areas_and_never_trusted_when_stale(tmp_path: Path) -> None:
    areas = toy_areas()
    path = tmp_path / "areas.gpkg"
    areas.save(path)
    points = np.random.default_rng(1).uniform([115.58, 22.9], [115.7, 23.0], (1000, 2))
    assert np.array_equal(Areas.load(path).locate_many(points), areas.locate_many(points))
    kept = tmp_path / "areas.villages.cells"
    written = kept.stat().st_mtime_ns
    assert np.array_equal(Areas.load(path).locate_many(points), areas.locate_many(points))
    assert kept.stat().st_mtime_ns == written
    fewer = Areas(areas.villages.iloc[1:], areas.towns)
    fewer.save(path)
    assert np.array_equal(Areas.load(path).locate_many(points), fewer.locate_many(points))
    assert kept.stat().st_mtime_ns != written


def test_an_empty_layer_is_kept_too(tmp_path: Path) -> None:
    for _ in range(2):
        index = CellIndex.kept(np.array([], dtype=object), tmp_path / "a.cells")
        assert index.rows(np.array([[115.6, 22.9]])).tolist() == [-1]
    assert CellIndex.open(tmp_path / "a.cells") is not None


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "version", "list", "deep", "arrays", "bit"])
def test_a_damaged_file_is_built_anew(tmp_path: Path, damage: str) -> None:
    shapes, path = banyumas()[:20], tmp_path / "a.cells"
    CellIndex.kept(shapes, path)
    whole = path.read_bytes()
    broken = {
        "empty": b"",
        "cut": whole[:-100],
        "other": b"SQLite format 3\0" + whole,
        "version": whole.replace(b"geo-service cells ", b"geo-service tells ", 1),
        "list": b"[1, 2]" + whole,
        "deep": b"[" * len(whole),
        "arrays": whole.replace(b'"arrays": {', b'"arrows": {', 1),
        "bit": whole[:6000] + bytes([whole[6000] ^ 4]) + whole[6001:],
    }
    path.write_bytes(broken[damage])
    # only who has the shapes reads all of the file
    assert (CellIndex.open(path) is None) == (damage != "bit")
    points = difficult_points(shapes, 200, seed=4)
    assert np.array_equal(CellIndex.kept(shapes, path).rows(points), by_geos(shapes, points))
    assert path.read_bytes() == whole


def test_who_has_an_index_open_keeps_it_while_others_replace_the_file(tmp_path: Path) -> None:
    shapes, path = banyumas()[:40], tmp_path / "a.cells"
    points = difficult_points(shapes, 300, seed=6)
    CellIndex.kept(shapes, path)
    old = CellIndex.open(path)
    assert old is not None
    drawings = [shapes[:30], shapes[10:], shapes[5:35], shapes]
    expected = [by_geos(drawing, points).tolist() for drawing in drawings]

    def opened(turn: int) -> bool:
        drawing = turn % len(drawings)
        kept = CellIndex.kept(drawings[drawing], path).rows(points).tolist() == expected[drawing]
        other = CellIndex.open(path)  # whosever it is by now, it is a whole one
        return kept and other is not None and other.rows(points).tolist() in expected

    with ThreadPoolExecutor(4) as workers:
        assert all(workers.map(opened, range(40)))
    assert old.rows(points).tolist() == expected[3]
    assert [file.name for file in tmp_path.iterdir()] == ["a.cells"], "nothing unfinished is left"


def test_a_folder_that_takes_no_file_is_no_hindrance(tmp_path: Path) -> None:
    index = CellIndex.kept(np.array([shapely.box(0, 0, 1, 1)]), tmp_path / "missing" / "a.cells")
    assert index.row(0.5, 0.5) == 0
