"""A last look at a plan that was searched: nobody stays out while a round has room.

Nor does a visit of lower priority keep one of higher priority out, if they can change places.
"""

from collections.abc import Iterator

from routing.timetable import timetable
from routing.workload import Rounds, Workload


def fill(workload: Workload, rounds: Rounds) -> Rounds:
    """Return a plan that costs no more and leaves out no stop that fits, alone or in place of a cheaper one.

    Parameters
    ----------
    workload
        The body's visits and half-days.
    rounds
        Stops in walking order by half-day. Rounds that are not possible are dropped first.
    """
    rounds = {
        shift: order
        for shift, order in rounds.items()
        if 0 < len(order) <= workload.shifts[shift].max_stops
        and timetable(workload, shift, order) is not None
    }
    improved = True
    while improved:
        improved = False
        for stop in _left(workload, rounds):
            change = min(_ways_in(workload, rounds, stop), default=None)
            if change is not None and change[0] < 0:
                _, shift, order = change
                rounds = {**rounds, shift: order}
                improved = True
                break
    return rounds


def _left(workload: Workload, rounds: Rounds) -> list[int]:
    """Return the stops in no round, the dearest first."""
    made = {stop for order in rounds.values() for stop in order}
    left = [stop for stop in range(len(workload.stops)) if stop not in made]
    return sorted(left, key=lambda stop: (-workload.left_costs[stop], stop))


def _ways_in(workload: Workload, rounds: Rounds, stop: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the change of cost, the half-day and its new order, for each way to take a stop in."""
    now = workload.cost(rounds)
    for shift, half_day in enumerate(workload.shifts):
        order = rounds.get(shift, ())
        starts = [
            order[:row] + order[row + 1 :]
            for row, other in enumerate(order)
            if _is_cheaper(workload, other, stop)
        ]
        if len(order) < half_day.max_stops:
            starts.append(order)
        for start in starts:
            for row in range(len(start) + 1):
                grown = (*start[:row], stop, *start[row:])
                if timetable(workload, shift, grown) is not None:
                    yield workload.cost({**rounds, shift: grown}) - now, shift, grown


def _is_cheaper(workload: Workload, other: int, stop: int) -> bool:
    return workload.left_costs[other] < workload.left_costs[stop]
