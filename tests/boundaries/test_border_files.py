"""What is kept of the borders beside a file of areas."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from boundaries import Areas, Points, Projection, border_edges
from boundaries.border_files import kept_borders, open_borders, write_borders
from boundaries.border_grid import BorderGrid
from tests.toy_county import place_in, places_in, shape_of, toy_areas

GRID = Projection.for_points(np.array([[115.6, 22.9]]))
SHAPES = np.array([shape_of(letter) for letter in "ABDE"])


def test_borders_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    made = BorderGrid.of(SHAPES, GRID)
    write_borders(tmp_path / "toy.borders", made, "these")
    opened = open_borders(tmp_path / "toy.borders", "these")
    assert opened is not None
    for name, value in made._asdict().items():
        assert np.array_equal(value, getattr(opened, name)), name
    assert not opened.lines.flags.writeable
    assert [path.name for path in tmp_path.iterdir()] == ["toy.borders"]


def test_areas_that_were_saved_answer_from_the_file_and_alike(tmp_path: Path) -> None:
    areas = toy_areas()
    areas.save(tmp_path / "areas.gpkg")
    points = places_in("ABCDEFGHIJKL") + 0.004
    expected = areas.shares_many(points, 300.0)
    first = Areas.load(tmp_path / "areas.gpkg").shares_many(points, 300.0)
    assert (tmp_path / "areas.villages.borders").exists()
    second = Areas.load(tmp_path / "areas.gpkg").shares_many(points, 300.0)
    for shares in (first, second):
        assert np.array_equal(shares.rows, expected.rows)
        assert shares.probabilities == pytest.approx(expected.probabilities, abs=1e-12)


def test_a_file_of_other_shapes_or_another_grid_is_worked_out_anew(tmp_path: Path) -> None:
    path = tmp_path / "toy.borders"
    kept_borders(path, SHAPES, GRID, "these")
    kept_borders(path, SHAPES[:2], GRID, "others")
    assert len(kept_borders(path, SHAPES[:2], GRID, "others").lines) < len(SHAPES) * 6
    elsewhere = Projection.for_points(np.array([[110.0, 22.9]]))
    assert (
        kept_borders(path, SHAPES, elsewhere, "others").west
        != kept_borders(path, SHAPES, GRID, "others").west
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[:100],
        lambda whole: whole[:0],
        lambda whole: b"\0" * len(whole),
        lambda whole: whole.replace(b"geo-service borders", b"geo-service bordens"),
        lambda whole: whole.replace(b'"sides"', b'"sizes"'),
    ],
)
def test_a_file_that_is_not_whole_or_not_ours_does_not_count(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "toy.borders"
    grid = kept_borders(path, SHAPES, GRID, "these")
    path.write_bytes(damage(path.read_bytes()))
    assert open_borders(path, None) is None
    assert np.array_equal(kept_borders(path, SHAPES, GRID, "these").lines, grid.lines)
    assert open_borders(path, None) is not None


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "toy.borders"
    assert len(kept_borders(path, SHAPES, GRID, "these").lines) > 0
    assert not path.exists()


def test_a_village_drawn_twice_belongs_to_the_first(tmp_path: Path) -> None:
    grid = kept_borders(tmp_path / "two.borders", SHAPES[[1, 1]], GRID, "two")
    assert set(grid.sides.ravel().tolist()) == {0, -1}
    assert grid.areas == 2
    column, row = grid.cells_of(GRID.to_metres(np.array([place_in("B")])))
    assert grid.corner_owner[column * grid.rows + row].tolist() == [0]


def test_a_nation_is_taken_in_parts_and_answers_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.vstack([places_in("ABCDEFGHIJKL"), places_in("ABCDEFGHIJKL") + 0.0049])
    whole = toy_areas().shares_many(points, 200.0)
    monkeypatch.setattr(border_edges, "_AREAS_AT_ONCE", 3)
    parts = toy_areas().shares_many(points, 200.0)
    assert np.array_equal(parts.rows, whole.rows)
    assert parts.probabilities == pytest.approx(whole.probabilities, abs=1e-12)
    assert toy_areas().border_distances_m(points) == pytest.approx(whole_distances(points))


def whole_distances(points: Points) -> NDArray[np.float64]:
    """Return the distances to borders by shapely."""
    areas = toy_areas()
    rows = areas.locate_many(points)
    flat = shapely.transform(areas.villages.geometry.to_numpy(), areas.projection.to_metres)
    places = shapely.points(areas.projection.to_metres(points))
    return np.where(rows < 0, np.inf, shapely.distance(shapely.boundary(flat)[rows], places))
