"""What is asked: visits to make, and the half-days on which pairs of cadres walk.

Times of day are seconds after local midnight, dates are local dates, and distances are metres. A visit
belongs to one body (the two committees of a village or community) and a half-day to one body: nobody walks
into the next village.
"""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from boundaries import LonLat
from routing.errors import BadShiftError, BadStopError

_HALF_TURN = 180  # degrees

DAY_S = 86_400
"""Seconds of a day: the end of the clock used here."""


class HalfDay(StrEnum):
    """The two parts of a working day; lunch and the long midday rest lie between them."""

    AM = "AM"
    PM = "PM"


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A part of the day, both ends included; the same on every day."""

    opens_s: int
    """Seconds after local midnight."""
    closes_s: int
    """Seconds after local midnight, not before `opens_s`."""

    def __post_init__(self) -> None:
        if not 0 <= self.opens_s <= self.closes_s <= DAY_S:
            raise BadStopError(
                "the hours {opens} to {closes} are no part of one day: give seconds after midnight, "
                "the earlier first",
                opens=self.opens_s,
                closes=self.closes_s,
            )


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit asked for."""

    id: str
    body: str
    """Code of the body whose cadres go there."""
    point: LonLat
    service_s: int = 1200
    """How long the pair stays, in seconds."""
    windows: tuple[TimeWindow, ...] = ()
    """When the pair may knock: a visit *begins* within one of them and may end later. Empty: at any time."""
    due: date | None = None
    """Last day on which the visit is in time; None when no day is late."""
    not_before: date | None = None
    """First day on which the visit may be made; None when it may be made at once."""
    priority: int = 0
    """Higher is served first when not all fit. Only the order counts, not the size."""

    def __post_init__(self) -> None:
        if not _is_place(self.point):
            raise BadStopError(
                "the visit {stop} has the place {lon}, {lat}, which is no longitude and latitude in degrees",
                stop=self.id,
                lon=self.point[0],
                lat=self.point[1],
            )
        if not 0 <= self.service_s <= DAY_S:
            raise BadStopError(
                "the visit {stop} lasts {seconds} s: give 0 to 86400 seconds",
                stop=self.id,
                seconds=self.service_s,
            )


@dataclass(frozen=True, slots=True)
class Shift:
    """One half-day of one pair of cadres of one body."""

    id: str
    body: str
    date: date
    half_day: HalfDay
    base: LonLat
    """Where the round starts and ends: the committee's office."""
    base_name: str
    opens_s: int
    """The pair leaves the base at this time or later."""
    closes_s: int
    """The pair is back at the base at this time or earlier."""
    max_stops: int = 8
    """How many doors the pair can do in a half-day, at least 1."""

    def __post_init__(self) -> None:
        if not _is_place(self.base):
            raise BadShiftError(
                "the half-day {shift} starts at {lon}, {lat}, which is no longitude and latitude in degrees",
                shift=self.id,
                lon=self.base[0],
                lat=self.base[1],
            )
        if not 0 <= self.opens_s < self.closes_s <= DAY_S:
            raise BadShiftError(
                "the half-day {shift} runs from {opens} to {closes}: give seconds after midnight, "
                "the earlier first",
                shift=self.id,
                opens=self.opens_s,
                closes=self.closes_s,
            )
        if self.max_stops < 1:
            raise BadShiftError(
                "the half-day {shift} has room for {count} visits: give 1 or more",
                shift=self.id,
                count=self.max_stops,
            )


def _is_place(point: LonLat) -> bool:
    lon, lat = point
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= _HALF_TURN and 2 * abs(lat) <= _HALF_TURN
