"""Is this plan true? Every promise of a plan, checked from the plan, the request and the streets alone.

Nothing here is shared with the planner but the limits it promises to keep: times are added up from the legs,
lines are measured on the map, and a visit left out "because all is full" is tried in every round.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from boundaries import LonLat
from routing.doors import MAX_LEG_M
from routing.itinerary import Leg, Plan, Round, RoundStop
from routing.screening import MAX_SNAP_M
from routing.stops import Shift, Stop
from routing.travel_times import OFF_STREET_DETOUR, WALK_KMH, TravelTimes, travel_times
from routing.walk_network import WalkNetwork

_CLOSE_M = 0.05  # lines are on streets, and doors at their ends, within this
_MOMENT_S = 0.001  # seconds are whole and rounded up, but for sums that differ in the last digit
_SAMPLE_M = 5.0  # lines are looked at every so many metres


def violations(plan: Plan, stops: Sequence[Stop], shifts: Sequence[Shift], network: WalkNetwork) -> list[str]:
    """Return what is wrong with a plan, in English; empty when every promise is kept.

    Parameters
    ----------
    plan
        Any plan, whoever made it.
    stops, shifts, network
        What was asked for, and the streets.
    """
    asked = {stop.id: stop for stop in stops}
    found = [*_once_each(plan, asked), *_half_days(plan, shifts)]
    for made in plan.rounds:
        known = [(visit, asked[visit.stop_id]) for visit in made.stops if visit.stop_id in asked]
        if len(known) < len(made.stops) or len(made.legs) != len(made.stops) + 1:
            found.append(
                f"{made.shift.id}: {len(made.stops)} stops, {len(made.legs)} legs, {len(known)} known"
            )
            continue
        found += [f"{made.shift.id}: {fault}" for fault in _timing(made)]
        for visit, stop in known:
            found += [f"{made.shift.id}: {stop.id}: {fault}" for fault in _visit(made, visit, stop)]
        found += [f"{made.shift.id}: {fault}" for fault in _streets(made, known, network)]
    return found or list(_room(plan, asked, shifts, network))


def _once_each(plan: Plan, asked: dict[str, Stop]) -> Iterator[str]:
    places = Counter(visit.stop_id for made in plan.rounds for visit in made.stops)
    places.update(plan.left_out.keys())
    yield from (f"{stop} is planned or left out {count} times" for stop, count in places.items() if count > 1)
    yield from (f"{stop} was not asked for" for stop in places if stop not in asked)
    yield from (f"{stop} is neither planned nor left out" for stop in asked if stop not in places)


def _half_days(plan: Plan, shifts: Sequence[Shift]) -> Iterator[str]:
    given = {shift.id: shift for shift in shifts}
    used = Counter(made.shift.id for made in plan.rounds)
    yield from (f"{shift} has {count} rounds" for shift, count in used.items() if count > 1)
    for made in plan.rounds:
        if given.get(made.shift.id) != made.shift:
            yield f"{made.shift.id} is no half-day that was given"
        if not 1 <= len(made.stops) <= made.shift.max_stops:
            yield f"{made.shift.id} has {len(made.stops)} stops, not 1 to {made.shift.max_stops}"


def _timing(made: Round) -> Iterator[str]:
    """Add up a round from its legs."""
    if made.leaves_s < made.shift.opens_s:
        yield "leaves before the half-day opens"
    if made.returns_s > made.shift.closes_s:
        yield "returns after the half-day closes"
    ready = made.leaves_s
    for leg, visit in zip(made.legs, made.stops, strict=False):
        if visit.arrives_s < ready + leg.seconds:
            yield f"{visit.stop_id} begins before the pair is there"
        ready = visit.departs_s
    if made.returns_s < ready + made.legs[-1].seconds:
        yield "returns before the pair is back"
    if not made.because:
        yield "has no reasons"


def _visit(made: Round, visit: RoundStop, stop: Stop) -> Iterator[str]:
    """Look at one visit of a round."""
    if stop.body != made.shift.body:
        yield f"belongs to {stop.body}, not {made.shift.body}"
    if stop.not_before and made.shift.date < stop.not_before:
        yield f"is made before {stop.not_before}"
    if visit.departs_s - visit.arrives_s != stop.service_s:
        yield f"lasts {visit.departs_s - visit.arrives_s} s, not {stop.service_s} s"
    if stop.windows and not any(w.opens_s <= visit.arrives_s <= w.closes_s for w in stop.windows):
        yield f"begins at {visit.arrives_s} s, in none of its windows"
    if stop.due and made.shift.date > stop.due:
        told = (reason.values.get("stop") for reason in made.because if reason.rule.startswith("route.late"))
        if stop.id not in told:
            yield f"is later than {stop.due} and nobody is told"


def _streets(made: Round, known: list[tuple[RoundStop, Stop]], network: WalkNetwork) -> Iterator[str]:
    """Look at the lines of a round: from door to door, along streets, as long as they say."""
    doors = [made.shift.base, *(stop.point for _, stop in known), made.shift.base]
    snap_m = network.snap(np.array(doors)).distance_m
    for (visit, _), distance_m in zip(known, snap_m[1:-1], strict=True):
        if abs(visit.snap_m - distance_m) > _CLOSE_M or distance_m > MAX_SNAP_M:
            yield f"{visit.stop_id} is {distance_m:.1f} m from the street, not {visit.snap_m:.1f} m"
    for number, (leg, ends, stubs) in enumerate(
        zip(made.legs, pairwise(doors), pairwise(snap_m.tolist()), strict=True), start=1
    ):
        yield from (f"leg {number} {fault}" for fault in _line(leg, ends, stubs, network))


def _line(
    leg: Leg, ends: tuple[LonLat, LonLat], stubs: tuple[float, float], network: WalkNetwork
) -> Iterator[str]:
    xy = network.projection.to_metres(leg.line)
    doors = network.projection.to_metres(np.array(ends))
    if np.abs(xy[[0, -1]] - doors).max() > _CLOSE_M:
        yield "does not lead from door to door"
    length = float(np.hypot(*np.diff(xy, axis=0).T).sum())
    is_straight = len(xy) == 2 and length <= sum(stubs) + _CLOSE_M  # noqa: PLR2004 - a line of two points
    extra = (OFF_STREET_DETOUR - 1) * (length if is_straight else sum(stubs))
    if abs(length + extra - leg.metres) > _CLOSE_M:
        yield f"is {length + extra:.1f} m on the map, not {leg.metres:.1f} m"
    if leg.metres > MAX_LEG_M:
        yield f"is longer than {MAX_LEG_M:.0f} m"
    if not -_MOMENT_S < leg.seconds - leg.metres * 3.6 / WALK_KMH < 1 + _MOMENT_S:
        yield f"takes {leg.seconds} s for {leg.metres:.1f} m"
    if not is_straight:
        places = _samples(xy)
        off_m = network.snap(network.projection.to_degrees(places)).distance_m
        from_doors = np.hypot(*(places[:, None] - doors[None]).transpose(2, 0, 1)) - np.array(stubs)
        if (np.minimum(off_m, from_doors.min(axis=1)) > _CLOSE_M).any():
            yield "leaves the streets"


def _samples(xy: np.ndarray) -> np.ndarray:
    pieces = []
    for start, end in pairwise(xy):
        count = 1 + int(np.hypot(*(end - start)) // _SAMPLE_M)
        pieces.append(start + np.linspace(0, 1, count, endpoint=False)[:, None] * (end - start))
    return np.vstack([*pieces, xy[-1:]])


def _room(plan: Plan, asked: dict[str, Stop], shifts: Sequence[Shift], network: WalkNetwork) -> Iterator[str]:
    """Find visits that are left out or late though a half-day of their body could take them in time.

    For want of room, a visit is tried in the rounds as they are; for any other reason in empty ones.
    """
    rules = [(asked[stop], reason.rule) for stop, reason in plan.left_out.items()]
    rules += [
        (asked[str(reason.values["stop"])], reason.rule)
        for made in plan.rounds
        for reason in made.because
        if reason.rule.startswith("route.late")
    ]
    orders = {made.shift.id: [asked[visit.stop_id] for visit in made.stops] for made in plan.rounds}
    for stop, rule in rules:
        for shift in shifts:
            in_time = stop.due is None or shift.date <= stop.due or not rule.startswith("route.late")
            if shift.body != stop.body or not in_time:
                continue
            order = orders.get(shift.id, []) if rule.endswith("full") else []
            if _takes(shift, order, stop, network):
                yield f"{stop.id} is left out or late ({rule}), but {shift.id} has room for it"


def _takes(shift: Shift, order: list[Stop], stop: Stop, network: WalkNetwork) -> bool:
    """Say whether a visit could be put somewhere into a half-day's round."""
    points = np.array([shift.base, *(other.point for other in order), stop.point])
    if len(order) == shift.max_stops or (stop.not_before and stop.not_before > shift.date):
        return False
    if network.snap(points).distance_m.max() > MAX_SNAP_M:
        return False
    times = travel_times(network, points)
    rows = list(range(1, len(order) + 1))
    ways = ([*rows[:place], len(order) + 1, *rows[place:]] for place in range(len(order) + 1))
    return any(_is_possible(shift, [*order, stop], times, way) for way in ways)


def _is_possible(shift: Shift, visits: list[Stop], times: TravelTimes, order: list[int]) -> bool:
    clock = shift.opens_s
    for here, there in pairwise([0, *order, 0]):
        if not times.metres[here, there] <= MAX_LEG_M:
            return False
        clock += int(times.seconds[here, there])
        if there == 0:
            break
        windows = sorted((window.opens_s, window.closes_s) for window in visits[there - 1].windows)
        starts = [max(opens, clock) for opens, closes in windows or [(0, 10**9)] if clock <= closes]
        if not starts:
            return False
        clock = min(starts) + visits[there - 1].service_s
    return clock <= shift.closes_s
