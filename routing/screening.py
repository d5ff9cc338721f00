"""Which visit could be made in which half-day if it were the only one, and in words why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries import Points, Reason
from routing.stops import Shift, Stop
from routing.timetable import begins
from routing.travel_times import UNREACHABLE, TravelTimes, snapped_times
from routing.walk_network import Snaps, WalkNetwork

MAX_SNAP_M = 500.0
"""A door farther than this from every street is placed wrongly, or its lane is not on the map: a person
looks."""
MAX_LEG_M = 2500.0
"""Nobody walks farther than this from door to door; the pair takes a motorbike, or someone else goes."""

# how close to being possible each obstacle is, the farthest first: of several half-days the closest is told
_STAGES = (
    "route.not_before",
    "route.no_street",
    "route.base_no_street",
    "route.unreachable",
    "route.too_far",
    "route.hours",
)


@dataclass(frozen=True, eq=False)
class Doors:
    """The places one body walks between, on the streets; numbered bases first, then stops."""

    network: WalkNetwork
    points: Points
    """WGS 84 degrees, shape (n, 2)."""
    bases: int
    """How many of them are bases."""
    base_of: tuple[int, ...]
    """The place each half-day starts and ends at."""

    @classmethod
    def of(cls, stops: Sequence[Stop], shifts: Sequence[Shift], network: WalkNetwork) -> Self:
        """Give numbers to the places of one body's visits and half-days."""
        bases = list(dict.fromkeys(shift.base for shift in shifts))
        points = np.array([*bases, *(stop.point for stop in stops)])
        return cls(network, points, len(bases), tuple(bases.index(shift.base) for shift in shifts))

    @cached_property
    def snaps(self) -> Snaps:
        """Where they meet the streets."""
        return self.network.snap(self.points)

    @cached_property
    def times(self) -> TravelTimes:
        """The walk between them; what is farther than `MAX_LEG_M` is not walked."""
        return snapped_times(self.network, self.snaps, limit_m=MAX_LEG_M)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """Metres between them however far it is; slower than `times`, for messages."""
        return snapped_times(self.network, self.snaps).metres

    @cached_property
    def pieces(self) -> NDArray[np.int32]:
        """The connected piece of the network each is on."""
        return np.asarray(self.network.piece[self.network.edge_ends[self.snaps.edge, 0]])


def obstacles(stops: Sequence[Stop], shifts: Sequence[Shift], doors: Doors) -> list[list[Reason | None]]:
    """Return, by half-day and stop, why the stop cannot be made then, or None when it can."""
    return [
        [_obstacle(stop, shift, doors, (base, doors.bases + row)) for row, stop in enumerate(stops)]
        for shift, base in zip(shifts, doors.base_of, strict=True)
    ]


def closest(reasons: Sequence[Reason | None]) -> Reason | None:
    """Return the obstacle of the half-day that comes closest; None when a half-day has none."""
    if not reasons or None in reasons:
        return None
    return max((r for r in reasons if r), key=lambda reason: _STAGES.index(reason.rule))


def _obstacle(stop: Stop, shift: Shift, doors: Doors, way: tuple[int, int]) -> Reason | None:
    """Return why a visit cannot be made in a half-day; `way` leads from the base to the door."""
    if stop.not_before is not None and stop.not_before > shift.date:
        return Reason(
            "route.not_before",
            "the visit may not be made before {day}, and no later half-day is planned",
            {"day": stop.not_before.isoformat()},
        )
    base_m, door_m = doors.snaps.distance_m[list(way)].tolist()
    if max(base_m, door_m) > MAX_SNAP_M:
        return _no_street(shift, door_m)
    if doors.pieces[way[0]] != doors.pieces[way[1]]:
        return Reason(
            "route.unreachable",
            "no way on foot leads from {base} to this door on the map",
            {"base": shift.base_name},
        )
    if doors.times.seconds[way] == UNREACHABLE:
        values = {"metres": round(float(doors.metres[way])), "base": shift.base_name}
        return Reason(
            "route.too_far",
            "it is {metres} m on foot from {base}, more than {limit} m: go by motorbike or car",
            {**values, "limit": round(MAX_LEG_M)},
        )
    return _no_time(stop, shift, int(doors.times.seconds[way]))


def _no_street(shift: Shift, door_m: float) -> Reason:
    if door_m > MAX_SNAP_M:
        return Reason(
            "route.no_street",
            "there is no street within {limit} m of the door: check its place on the map",
            {"limit": round(MAX_SNAP_M)},
        )
    return Reason(
        "route.base_no_street",
        "there is no street within {limit} m of {base}, where rounds start: check its place on the map",
        {"limit": round(MAX_SNAP_M), "base": shift.base_name},
    )


def _no_time(stop: Stop, shift: Shift, walk_s: int) -> Reason | None:
    start = begins(stop, shift.opens_s + walk_s)
    if start is not None and start + stop.service_s + walk_s <= shift.closes_s:
        return None
    return Reason(
        "route.hours",
        "{minutes} minutes of visit and {walk} minutes of walking fit into no half-day at its hours",
        {"minutes": round(stop.service_s / 60), "walk": int(np.ceil(2 * walk_s / 60))},
    )
