"""Where a house number stands: among the known numbers of its street, by its side, along the street's line.

Odd and even numbers face each other, so neighbours are looked for on the same side. Between two of them the
place is drawn in proportion; the error grows with the gap. Beyond the last known number it stays there, and
the error grows with what is missing; far beyond nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


@dataclass(frozen=True, slots=True)
class _Known:
    value: float
    number: HouseNumber | None
    unit: str
    told: bool
    spot: NDArray[np.float64]

    @property
    def has_spot(self) -> bool:
        return bool(np.isfinite(self.spot).all())

    @property
    def sign(self) -> str:
        return (
            self.number.text() if self.number else f"K{int(self.value) // 1000}+{int(self.value) % 1000:03d}"
        )


def find_door(
    door: Door, known: KnownDoors, spots: NDArray[np.float64], line: shapely.Geometry | None, name: str
) -> FoundDoor | None:
    """Return where a door is; None when no known door is near enough in number.

    Parameters
    ----------
    door
        With a number or a kilometre mark.
    known
        The doors of the same street and lane.
    spots
        Their places in metres, shape (n, 2); NaN for those without.
    line
        The street in metres; None when it is not drawn.
    name
        The street as it is shown.
    """
    marks = door.mark_m is not None
    rows = zip(known.numbers, known.marks_m.tolist(), known.units, known.told.tolist(), spots, strict=True)
    all_known = [
        _Known(float(mark if marks else number.number if number else 0), number, unit, told, spot)
        for number, mark, unit, told, spot in rows
        if (mark >= 0 if marks else number is not None)
    ]
    if door.number is not None:
        same = _same(door.number, all_known)
        return _at(same, door.number, name) if same else _beside(door.number, all_known, line, name)
    if door.mark_m is None or not all_known:
        return None
    same = [one for one in all_known if one.value == door.mark_m]
    if same:
        reason = Reason("L12", "the list of addresses has this mark of {road}", {"road": name})
        return _from_same(same, _MARK_SIGMA_M, reason)
    return _placed(float(door.mark_m), all_known, line, name, 1.0)


def _same(number: HouseNumber, known: Sequence[_Known]) -> list[_Known]:
    same = [one for one in known if one.number == number]
    covering = [one for one in known if one.number and one.number.last and one.number.covers(number)]
    return same or covering or [one for one in known if one.number and one.number.number == number.number]


def _at(same: Sequence[_Known], number: HouseNumber, name: str) -> FoundDoor:
    exact = any(one.number == number for one in same)
    reason = Reason("L12", "the list of addresses has this number of {road}", {"road": name})
    return _from_same(same, EXACT_SIGMA_M if exact else _NEAR_SIGMA_M, reason)


def _from_same(same: Sequence[_Known], sigma_m: float, reason: Reason) -> FoundDoor:
    placed = np.array([one.spot for one in same if one.has_spot])
    units = tuple(dict.fromkeys(one.unit for one in same if one.unit))
    told = all(one.told for one in same)
    if not len(placed):
        return FoundDoor(None, None, units, told, is_between=True, because=reason)
    middle = np.median(placed, axis=0)
    spread = float(np.hypot(*(placed - middle).T).max())
    return FoundDoor(_pair(middle), sigma_m + spread, units, told, is_between=True, because=reason)


def _beside(
    number: HouseNumber, known: Sequence[_Known], line: shapely.Geometry | None, name: str
) -> FoundDoor | None:
    """Place a number by its own side of the street; by both sides where its own is not known around it."""
    side = [one for one in known if one.number and one.number.is_odd is number.is_odd]
    value = float(number.number)
    if _brackets(side, value) or not _brackets(known, value):
        found = _placed(value, side, line, name, 1.0) if side else None
        if found is not None:
            return found
    return _placed(value, known, line, name, _OTHER_SIDE) if known else None


def _brackets(known: Sequence[_Known], value: float) -> bool:
    return any(one.value < value for one in known) and any(one.value > value for one in known)


def _placed(
    value: float, known: Sequence[_Known], line: shapely.Geometry | None, name: str, doubt: float
) -> FoundDoor | None:
    lower = max((one for one in known if one.value < value), key=lambda one: one.value, default=None)
    upper = min((one for one in known if one.value > value), key=lambda one: one.value, default=None)
    if lower is None or upper is None:
        end = lower or upper
        return None if end is None else _beyond(value, end, known, name, doubt)
    values = {"road": name, "lower": lower.sign, "upper": upper.sign}
    reason = Reason(
        "L12", "{lower} and {upper} of {road} are known on either side: it lies between them", values
    )
    units = tuple(dict.fromkeys(unit for unit in (lower.unit, upper.unit) if unit))
    told = lower.told and upper.told
    low, high = _with_spots(value, known)
    if low is None or high is None:
        return FoundDoor(None, None, units, told, is_between=True, because=reason)
    gap_m = float(np.hypot(*(high.spot - low.spot)))
    if gap_m > (_LONGEST_GAP_M if low.number else _LONGEST_MARK_GAP_M):
        return None
    share = (value - low.value) / (high.value - low.value)
    spot, gap_m = _along(low.spot, high.spot, share, line, gap_m)
    sigma_m = EXACT_SIGMA_M + doubt * _GAP_SIGMA * gap_m * 2 * float(np.sqrt(share * (1 - share)))
    return FoundDoor(_pair(spot), sigma_m, units, told, is_between=True, because=reason)


def _with_spots(value: float, known: Sequence[_Known]) -> tuple[_Known | None, _Known | None]:
    placed = [one for one in known if one.has_spot]
    low = max((one for one in placed if one.value < value), key=lambda one: one.value, default=None)
    high = min((one for one in placed if one.value > value), key=lambda one: one.value, default=None)
    return low, high


def _beyond(value: float, end: _Known, known: Sequence[_Known], name: str, doubt: float) -> FoundDoor | None:
    """Stay at the last known number; far beyond it, nothing is known."""
    missing = abs(value - end.value)
    reach = max(one.value for one in known) - min(one.value for one in known)
    if end.number is None:
        step_m, most = 1.0, 3_000.0
    else:
        step_m, most = _step_m(known), max(_FEW_BEYOND, reach / 2)
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


def _step_m(known: Sequence[_Known]) -> float:
    """Return the metres from one number to the next, as the known ones tell."""
    placed = [one for one in known if one.has_spot]
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
    pieces = shapely.get_parts(shapely.line_merge(line))
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
