"""Numbers between and beyond known ones: along the line of the street, and as far off as is said."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from boundaries import Projection
from boundaries.house_numbers import Door, HouseNumber, read_door
from boundaries.names import fold_name
from boundaries.numbered_streets import FoundDoor, NumberedStreet, find_door
from boundaries.standard_addresses import KnownDoors
from tests.shared_data import shared

TAIWAN_STREET = re.compile(
    r"(.{2}[县市])(.{1,3}[区乡镇市])(?:.{1,3}[里村])?(?:[0-9]+邻)?([一-鿿]{1,5}?(?:大道|路|街)(?:[一二三四五六七八九0-9]+段)?)"
)
NINE_IN_TEN = 2.146  # sigmas within which nine tenths of a normal error in the plane lie
Spots = NDArray[np.float64]


def doors(numbers: list[HouseNumber], units: list[str] | None = None) -> KnownDoors:
    """Return known doors; their places are given apart."""
    count = len(numbers)
    named = tuple(units or ["u"] * count)
    return KnownDoors(
        tuple(numbers), np.full(count, -1), named, np.ones(count, bool), np.full((count, 2), np.nan)
    )


def placed(
    number: int, known: dict[int, tuple[float, float]], line: list[tuple[float, float]]
) -> FoundDoor | None:
    """Place a number among known ones along a line."""
    spots = np.array(list(known.values()), dtype=np.float64)
    street = shapely.LineString(line) if line else None
    door = Door("", HouseNumber(number), None, 0)
    return find_door(
        door, NumberedStreet(doors([HouseNumber(one) for one in known]), spots), street, "新华路"
    )


def test_a_number_follows_the_bend_of_its_street() -> None:
    bend = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]
    found = placed(11, {1: (0.0, 5.0), 21: (105.0, 100.0)}, bend)
    assert found is not None
    assert found.spot == pytest.approx((102.5, 2.5), abs=1.0)
    straight = placed(11, {1: (0.0, 5.0), 21: (105.0, 100.0)}, [])
    assert straight is not None
    assert straight.spot == pytest.approx((52.5, 52.5))


def test_the_own_side_counts_where_it_is_known_around() -> None:
    known = {1: (0.0, 5.0), 21: (100.0, 5.0), 10: (70.0, -5.0), 12: (80.0, -5.0)}
    found = placed(11, known, [(0.0, 0.0), (100.0, 0.0)])
    assert found is not None
    assert found.spot == pytest.approx((50.0, 5.0))


def test_the_other_side_helps_with_more_doubt() -> None:
    line = [(0.0, 0.0), (100.0, 0.0)]
    own, other = (
        placed(11, {1: (0.0, 5.0), 21: (100.0, 5.0)}, line),
        placed(11, {2: (5.0, 5.0), 20: (95.0, 5.0)}, line),
    )
    assert own is not None
    assert other is not None
    assert own.sigma_m is not None
    assert other.sigma_m is not None
    assert other.sigma_m > own.sigma_m


def test_a_number_in_a_listed_range_is_there() -> None:
    known = doors([HouseNumber(12, last=18), HouseNumber(40)], ["A", "B"])
    spots = np.array([(10.0, 0.0), (90.0, 0.0)])
    found = find_door(Door("", HouseNumber(16), None, 0), NumberedStreet(known, spots), None, "新华路")
    assert found is not None
    assert (found.spot, found.units) == ((10.0, 0.0), ("A",))


def test_neighbours_of_two_units_name_both() -> None:
    known = NumberedStreet(doors([HouseNumber(3), HouseNumber(7)], ["A", "B"]), np.full((2, 2), np.nan))
    found = find_door(Door("", HouseNumber(5), None, 0), known, None, "新华路")
    assert found is not None
    assert (found.units, found.spot) == (("A", "B"), None)


def streets() -> Iterator[tuple[list[HouseNumber], Spots]]:
    """Yield the numbers of real streets with the places of incidents at them, in metres."""
    found: dict[tuple[str | None, ...], list[tuple[HouseNumber, float, float]]] = defaultdict(list)
    with shared("geocode/tw_incidents_open.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            text = fold_name(row["location_text"])
            street = TAIWAN_STREET.match(text)
            door = read_door(text, street.end()) if street else None
            if street and door and door.number and not door.lanes:
                found[street.groups()].append((door.number, float(row["lon"]), float(row["lat"])))
    for numbered in found.values():
        points = np.array([place[1:] for place in numbered])
        yield [place[0] for place in numbered], Projection.for_points(points).to_metres(points)


def test_the_error_is_what_real_numbers_have() -> None:
    within = []
    for numbers, spots in streets():
        for row, number in enumerate(numbers if len(numbers) > 2 else []):
            others = np.arange(len(numbers)) != row
            known = doors([one for one, keep in zip(numbers, others, strict=True) if keep])
            found = find_door(Door("", number, None, 0), NumberedStreet(known, spots[others]), None, "路")
            if found and found.is_between and found.spot and found.sigma_m and number not in known.numbers:
                within.append(np.hypot(*(np.array(found.spot) - spots[row])) <= NINE_IN_TEN * found.sigma_m)
    assert len(within) > 200
    assert 0.86 <= np.mean(within) <= 0.95
