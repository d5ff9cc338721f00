"""Where a house number stands: among the known numbers of its street, by its side, along the street's line.

Odd and even numbers face each other, so neighbours are looked for on the same side. Between two of them the
place is drawn in proportion; the error grows with the gap. Beyond the last known number it stays there, and
the error grows with what is missing; far beyond nothing is said.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.house_numbers import Door, HouseNumber
from boundaries.reasons import Reason
from boundaries.standard_addresses import KnownDoors

EXACT_SIGMA_M = 10.0
"""Of a number that is in the list: the front of a house, and the error of a phone."""
_NEAR_SIGMA_M = 15.0  # 35甲号 where 35号 is known
# of the distance between the neighbours, in the middle; measured on incidents with GPS, each number
# left out in turn: nine in ten lie within 2.1 sigma, as they would under a normal error
_GAP_SIGMA = 0.16
_BEYOND_SIGMA = 1.5  # of the metres that are missing; measured likewise
_OTHER_SIDE = 2.0  # numbers across the street run faster or slower than those on this side
_STEP_M = 6.0  # a house front, where no two numbers tell
_STEPS_M = (2.0, 20.0)
_LONGEST_GAP_M = 1_500.0
_LONGEST_MARK_GAP_M = 10_000.0
_FEW_BEYOND = 10
_FAR_MARK_M = 3_000.0
_OFF_LINE_M = 80.0  # a house farther from the drawn street is not placed along it
_MARK_SIGMA_M = 15.0


@dataclass(frozen=True, slots=True)
class FoundDoor:
    """Where a door is, and which units the list names around it."""

    spot: tuple[float, float] | None
    """Metres on the county's grid; None when the known neighbours have no points."""
    sigma_m: float | None
    units: tuple[str, ...]
    """The units of the known doors it follows from: one of the door itself, or one on either side."""
    is_told: bool
    """Whether the list itself names them; else their points were looked up."""
    is_between: bool
    """False beyond the known range: the units then only hint."""
    because: Reason


@dataclass(frozen=True, slots=True, eq=False)
class PlacedNumber:
    """A known number of a street."""

    value: float
    """What counts along the street: the number, or a mark in metres."""
    number: HouseNumber | None
    """None for a mark."""
    unit: str
    """Empty when nobody says."""
    told: bool
    spot: NDArray[np.float64]
    """Shape (2,), metres; NaN without."""

    @property
    def has_spot(self) -> bool:
        """Whether the list gives its place."""
        return bool(np.isfinite(self.spot).all())

    @property
    def sign(self) -> str:
        """How it is written at the street."""
        return (
            self.number.text() if self.number else f"K{int(self.value) // 1000}+{int(self.value) % 1000:03d}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Known numbers that follow each other, with those of them that have a place."""

    known: tuple[PlacedNumber, ...]
    values: tuple[float, ...]
    located: tuple[PlacedNumber, ...]
    located_values: tuple[float, ...]
    step_m: float
    """Metres from one number to the next, as the known ones tell."""

    @classmethod
    def of(cls, known: Iterable[PlacedNumber]) -> Self:
        """Put numbers in their order."""
        known = tuple(sorted(known, key=lambda one: one.value))
        located = tuple(one for one in known if one.has_spot)
        values, located_values = ([one.value for one in some] for some in (known, located))
        return cls(known, tuple(values), located, tuple(located_values), _step_m(located))

    def brackets(self, value: float) -> bool:
        """Say whether numbers below and above are known."""
        return bool(self.values) and self.values[0] < value < self.values[-1]

    def around(self, value: float) -> tuple[PlacedNumber | None, PlacedNumber | None]:
        """Return the next known number below and above; None where there is none."""
        return _around(value, self.known, self.values)

    def located_around(self, value: float) -> tuple[PlacedNumber | None, PlacedNumber | None]:
        """Return the next numbers below and above that have a place."""
        return _around(value, self.located, self.located_values)


class NumberedStreet:
    """All known numbers of one street or lane, ready to be asked many times."""

    def __init__(self, known: KnownDoors, spots: NDArray[np.float64]) -> None:
        """Sort the numbers by side.

        Parameters
        ----------
        known
            The doors of one street and lane.
        spots
            Their places in metres, shape (n, 2); NaN for those without.
        """
        rows = zip(
            known.numbers, known.marks_m.tolist(), known.units, known.told.tolist(), spots, strict=True
        )
        placed = [
            PlacedNumber(float(number.number if number else mark), number, unit, told, spot)
            for number, mark, unit, told, spot in rows
            if number is not None or mark >= 0
        ]
        houses = [one for one in placed if one.number is not None]
        self.both = Side.of(houses)
        self.marks = Side.of(one for one in placed if one.number is None)
        self._sides = [Side.of(one for one in houses if one.value % 2 == odd) for odd in (0, 1)]
        self._ranges = [one for one in houses if one.number and one.number.last]
        self._at: dict[float, list[PlacedNumber]] = defaultdict(list)
        for one in placed:
            self._at[one.value].append(one)

    def side(self, number: HouseNumber) -> Side:
        """Return the side of the street a number is on."""
        return self._sides[number.is_odd]

    def same(self, number: HouseNumber) -> list[PlacedNumber]:
        """Return the number itself, a range that covers it, or one that differs in 甲 or 之2 only."""
        here = self._at.get(float(number.number), [])
        exact = [one for one in here if one.number == number]
        return exact or [one for one in self._ranges if one.number and one.number.covers(number)] or here

    def mark(self, mark_m: int) -> list[PlacedNumber]:
        """Return the kilometre mark itself, if it is known."""
        return [one for one in self._at.get(float(mark_m), []) if one.number is None]


def find_door(
    door: Door, street: NumberedStreet, line: shapely.Geometry | None, name: str
) -> FoundDoor | None:
    """Return where a door is; None when no known door is near enough in number.

    Parameters
    ----------
    door
        With a number or a kilometre mark.
    street
        What is known of the same street and lane.
    line
        The street in metres, its pieces merged; None when it is not drawn.
    name
        The street as it is shown.
    """
    if door.number is not None:
        same = street.same(door.number)
        return _at(same, door.number, name) if same else _beside(door.number, street, line, name)
    if door.mark_m is None:
        return None
    same = street.mark(door.mark_m)
    if same:
        reason = Reason("L12", "the list of addresses has this mark of {road}", {"road": name})
        return _from_same(same, _MARK_SIGMA_M, reason)
    return _placed(float(door.mark_m), street.marks, line, name, 1.0)


def _at(same: Sequence[PlacedNumber], number: HouseNumber, name: str) -> FoundDoor:
    exact = any(one.number == number for one in same)
    reason = Reason("L12", "the list of addresses has this number of {road}", {"road": name})
    return _from_same(same, EXACT_SIGMA_M if exact else _NEAR_SIGMA_M, reason)


def _from_same(same: Sequence[PlacedNumber], sigma_m: float, reason: Reason) -> FoundDoor:
    placed = np.array([one.spot for one in same if one.has_spot])
    units = tuple(dict.fromkeys(one.unit for one in same if one.unit))
    told = all(one.told for one in same)
    if not len(placed):
        return FoundDoor(None, None, units, told, is_between=True, because=reason)
    middle = np.median(placed, axis=0)
    spread = float(np.hypot(*(placed - middle).T).max())
    return FoundDoor(_pair(middle), sigma_m + spread, units, told, is_between=True, because=reason)


def _beside(
    number: HouseNumber, street: NumberedStreet, line: shapely.Geometry | None, name: str
) -> FoundDoor | None:
    """Place a number by its own side of the street; by both sides where its own is not known around it."""
    value = float(number.number)
    side = street.side(number)
    if side.brackets(value) or not street.both.brackets(value):
        found = _placed(value, side, line, name, 1.0)
        if found is not None:
            return found
    return _placed(value, street.both, line, name, _OTHER_SIDE)


def _placed(
    value: float, side: Side, line: shapely.Geometry | None, name: str, doubt: float
) -> FoundDoor | None:
    lower, upper = side.around(value)
    if lower is None or upper is None:
        end = lower or upper
        return None if end is None else _beyond(value, end, side, name, doubt)
    values = {"road": name, "lower": lower.sign, "upper": upper.sign}
    reason = Reason(
        "L12", "{lower} and {upper} of {road} are known on either side: it lies between them", values
    )
    units = tuple(dict.fromkeys(unit for unit in (lower.unit, upper.unit) if unit))
    told = lower.told and upper.told
    low, high = side.located_around(value)
    if low is None or high is None:
        return FoundDoor(None, None, units, told, is_between=True, because=reason)
    gap_m = float(np.hypot(*(high.spot - low.spot)))
    if gap_m > (_LONGEST_GAP_M if low.number else _LONGEST_MARK_GAP_M):
        return None
    share = (value - low.value) / (high.value - low.value)
    spot, gap_m = _along(low.spot, high.spot, share, line, gap_m)
    sigma_m = EXACT_SIGMA_M + doubt * _GAP_SIGMA * gap_m * 2 * float(np.sqrt(share * (1 - share)))
    return FoundDoor(_pair(spot), sigma_m, units, told, is_between=True, because=reason)


def _around(
    value: float, known: Sequence[PlacedNumber], values: Sequence[float]
) -> tuple[PlacedNumber | None, PlacedNumber | None]:
    below, above = bisect_left(values, value), bisect_right(values, value)
    return known[below - 1] if below else None, known[above] if above < len(known) else None


def _beyond(value: float, end: PlacedNumber, side: Side, name: str, doubt: float) -> FoundDoor | None:
    """Stay at the last known number; far beyond it, nothing is known."""
    missing = abs(value - end.value)
    if end.number is None:
        step_m, most = 1.0, _FAR_MARK_M
    else:
        step_m, most = side.step_m, max(_FEW_BEYOND, (side.values[-1] - side.values[0]) / 2)
    if missing > most:
        return None
    reason = Reason(
        "L12",
        "{last} is the nearest known number of {road}: it lies beyond, {metres} m are in doubt",
        {"road": name, "last": end.sign, "metres": round(missing * step_m)},
    )
    units = (end.unit,) if end.unit else ()
    if not end.has_spot:
        return FoundDoor(None, None, units, end.told, is_between=False, because=reason)
    sigma_m = EXACT_SIGMA_M + doubt * _BEYOND_SIGMA * missing * step_m
    return FoundDoor(_pair(end.spot), sigma_m, units, end.told, is_between=False, because=reason)


def _step_m(placed: Sequence[PlacedNumber]) -> float:
    steps = [
        float(np.hypot(*(two.spot - one.spot))) / (two.value - one.value)
        for one, two in pairwise(placed)
        if two.value > one.value
    ]
    return float(np.clip(np.median(steps), *_STEPS_M)) if steps else _STEP_M


def _along(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    share: float,
    line: shapely.Geometry | None,
    gap_m: float,
) -> tuple[NDArray[np.float64], float]:
    """Return the place in proportion between two doors along the street, and the metres between them."""
    chord = low + share * (high - low)
    if line is None or shapely.is_empty(line):
        return chord, gap_m
    pieces = shapely.get_parts(line)
    ends = [shapely.Point(low), shapely.Point(high)]
    off = np.array([shapely.distance(pieces, end) for end in ends])
    piece = pieces[int(off.max(axis=0).argmin())]
    if off.max(axis=0).min() > _OFF_LINE_M:
        return chord, gap_m
    first, last = (float(shapely.line_locate_point(piece, end)) for end in ends)
    if abs(last - first) > 2 * gap_m + 2 * _OFF_LINE_M:
        return chord, gap_m  # the numbers do not follow the line: it bends back, or is another arm
    feet = [shapely.get_coordinates(shapely.line_interpolate_point(piece, at))[0] for at in (first, last)]
    here = shapely.get_coordinates(shapely.line_interpolate_point(piece, first + share * (last - first)))[0]
    setback = (1 - share) * (low - feet[0]) + share * (high - feet[1])
    return here + setback, max(gap_m, abs(last - first))


def _pair(spot: NDArray[np.float64]) -> tuple[float, float]:
    return float(spot[0]), float(spot[1])
