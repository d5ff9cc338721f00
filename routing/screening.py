"""Which visit could be made in which half-day if it were the only one, and in words why not."""

from collections.abc import Sequence

import numpy as np

from boundaries import Reason
from routing.doors import MAX_LEG_M, Doors
from routing.stops import Shift, Stop
from routing.timetable import begins
from routing.travel_times import UNREACHABLE

MAX_SNAP_M = 500.0
"""A door farther than this from every street is misplaced, or its lane is not on the map: a person looks."""

# how close to being possible each obstacle is, the farthest first: of several half-days the closest is told
_STAGES = (
    "route.not_before",
    "route.no_street",
    "route.base_no_street",
    "route.unreachable",
    "route.too_far",
    "route.hours",
)


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
