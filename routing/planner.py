"""Visits and half-days in, rounds out: the deep verb of this package.

Bodies do not share cadres or doors, so each is planned alone: its visits are screened, the walk between all
its doors is measured, and the rounds of least cost are found, by trying everything for a few visits and by
search with PyVRP for more. What costs what is written in `routing.workload`.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import cast

from boundaries import Reason
from routing.doors import Doors
from routing.enumeration import EXACT_UP_TO, best_rounds
from routing.errors import BadShiftError, BadStopError
from routing.explanations import full, no_shift, round_reasons
from routing.filling import fill
from routing.itinerary import Plan, Round, RoundStop
from routing.screening import closest, obstacles
from routing.stops import Shift, Stop
from routing.timetable import begin_late, timetable
from routing.vehicle_routing import search_rounds
from routing.walk_network import WalkNetwork
from routing.workload import Rounds, Workload

_VISITS = 25  # of a body, for which the search takes the iterations asked for: more visits need more


def plan_rounds(  # noqa: PLR0913 - the last three are options
    stops: Sequence[Stop],
    shifts: Sequence[Shift],
    network: WalkNetwork,
    *,
    seed: int = 0,
    iterations: int = 500,
    on_progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Plan who walks to which doors on which half-day, in which order and along which streets.

    Every pair starts and ends at its base, keeps its hours and its number of doors, and goes only to visits
    of its own body. As many visits as possible are made, those of higher priority first; none later than its
    due day if a half-day before has room; in few rounds; soon; and with little walking, in this order.

    Parameters
    ----------
    stops
        The visits, with unique ids; may be empty. Nothing urgent enough to be routed by telephone belongs
        here.
    shifts
        The half-days, with unique ids; several of one body at one time are several pairs.
    network
        The streets.
    seed, iterations
        Of the search for bodies with more than eight visits, `iterations` for each 25 visits of a body. The
        same input, seed and iterations give the same plan.
    on_progress
        Called with the bodies done and all bodies, after each body.

    Raises
    ------
    BadStopError, BadShiftError
        When an id is used twice.
    """
    _check_ids(stops, shifts)
    by_body: dict[str, tuple[list[Stop], list[Shift]]] = defaultdict(lambda: ([], []))
    for stop in sorted(stops, key=lambda stop: stop.id):
        by_body[stop.body][0].append(stop)
    for shift in sorted(shifts, key=lambda shift: (shift.date, shift.opens_s, shift.id)):
        if shift.body in by_body:
            by_body[shift.body][1].append(shift)
    rounds: list[Round] = []
    left_out: dict[str, Reason] = {}
    for done, body in enumerate(sorted(by_body), start=1):
        made, left = _plan_body(*by_body[body], network, (iterations, seed))
        rounds += made
        left_out |= left
        if on_progress:
            on_progress(done, len(by_body))
    rounds.sort(key=lambda made: (made.shift.date, made.shift.opens_s, made.shift.id))
    return Plan(tuple(rounds), {stop.id: left_out[stop.id] for stop in stops if stop.id in left_out})


def _check_ids(stops: Sequence[Stop], shifts: Sequence[Shift]) -> None:
    known: set[str] = set()
    for stop in stops:
        if stop.id in known:
            raise BadStopError("the visit {stop} is asked for twice: give each its own id", stop=stop.id)
        known.add(stop.id)
    known.clear()
    for shift in shifts:
        if shift.id in known:
            raise BadShiftError("the half-day {shift} is given twice: give each its own id", shift=shift.id)
        known.add(shift.id)


def _plan_body(
    stops: list[Stop], shifts: list[Shift], network: WalkNetwork, effort: tuple[int, int]
) -> tuple[list[Round], dict[str, Reason]]:
    """Return the rounds of one body, and its stops left out; stops and half-days in a fixed order."""
    if not shifts:
        return [], {stop.id: no_shift() for stop in stops}
    doors = Doors.of(stops, shifts, network)
    against = obstacles(stops, shifts, doors)
    reasons = [closest([row[column] for row in against]) for column in range(len(stops))]
    left_out = {stop.id: reason for stop, reason in zip(stops, reasons, strict=True) if reason is not None}
    possible = [column for column, reason in enumerate(reasons) if reason is None]
    if not possible:
        return [], left_out
    if left_out:
        doors = Doors.of([stops[column] for column in possible], shifts, network)
    workload = Workload.of(
        tuple(stops[column] for column in possible),
        tuple(shifts),
        doors.base_of,
        doors.times.seconds.tolist(),
        fits=[[row[column] is None for column in possible] for row in against],
    )
    if len(possible) <= EXACT_UP_TO:
        chosen = best_rounds(workload)
    else:
        effort = (effort[0] * -(-len(possible) // _VISITS), effort[1])
        chosen = fill(workload, search_rounds(workload, *effort))
    made = {stop for order in chosen.values() for stop in order}
    left_out |= {stop.id: full(workload) for row, stop in enumerate(workload.stops) if row not in made}
    return _rounds(workload, chosen, doors, effort), left_out


def _rounds(workload: Workload, chosen: Rounds, doors: Doors, effort: tuple[int, int]) -> list[Round]:
    """Return the chosen rounds with their times, streets and reasons."""
    ways = {
        shift: [doors.base_of[shift], *map(workload.place, order), doors.base_of[shift]]
        for shift, order in chosen.items()
    }
    pairs = [pair for way in ways.values() for pair in pairwise(way)]
    legs = iter(doors.legs(pairs))
    rounds = []
    for shift, way in ways.items():
        own = tuple(next(legs) for _ in pairwise(way))
        earliest = cast("list[int]", timetable(workload, shift, chosen[shift]))  # possible, or not chosen
        times = begin_late(workload, chosen[shift], earliest)
        stops = tuple(
            RoundStop(
                workload.stops[stop].id,
                start,
                start + workload.stops[stop].service_s,
                float(doors.snaps.distance_m[place]),
            )
            for stop, place, start in zip(chosen[shift], way[1:], times, strict=False)
        )
        leaves_s = times[0] - own[0].seconds
        ready = [leaves_s, *(stop.departs_s for stop in stops)]
        waits = tuple(
            stop.arrives_s - time - leg.seconds for stop, time, leg in zip(stops, ready, own, strict=False)
        )
        because = round_reasons(workload, chosen, shift, waits, effort)
        rounds.append(Round(workload.shifts[shift], stops, own, leaves_s, times[-1], because))
    return rounds
