"""The toy county is a county: its letters tile it, and its units stand in Lufeng's register."""

import pytest
import shapely

from boundaries import Level, UnitKind
from tests.toy_county import CODES, GRID, TOWNS, place_in, shape_of, toy_areas, toy_divisions


def test_every_letter_of_the_drawing_is_a_village_of_its_town() -> None:
    areas = toy_areas()
    assert set(GRID.split()) - {"."} == set(CODES)
    assert {unit.town_code: None for unit in areas.divisions.villages()}.keys() == TOWNS.keys()
    for town, letters in TOWNS.items():
        assert {unit.code for unit in areas.divisions.villages(town)} == {CODES[c] for c in letters}


def test_neighbours_share_their_edges_exactly() -> None:
    shapes = [shape_of(letter) for letter in CODES]
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).area == pytest.approx(sum(shape.area for shape in shapes))


@pytest.mark.parametrize("letter", CODES)
def test_a_place_in_a_village_is_found_there(letter: str) -> None:
    area = toy_areas().locate(place_in(letter, east_m=200, north_m=-200))
    assert area is not None
    assert area.code == CODES[letter]


def test_the_farm_has_no_committee_and_the_register_is_the_drawing() -> None:
    units = toy_divisions()
    assert units[CODES["L"]].kind is UnitKind.VIRTUAL
    assert len(units.villages()) == 12
    assert {unit.level for unit in units.towns()} == {Level.TOWN}
    assert dict(units) == dict(toy_areas().divisions)
