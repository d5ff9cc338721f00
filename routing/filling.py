"""A last look at a plan that was searched: nobody stays out or is late while a round has room.

Nor does a visit of lower priority keep one of higher priority out, if they can change places.
"""

from collections.abc import Iterator
from itertools import combinations

from routing.timetable import timetable
from routing.workload import LATE_DAY_COST, Rounds, Workload

_GIVE_WAY = 2  # stops of a round that may give way to one of higher priority


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
    while (better := _one_more(workload, rounds) or _one_earlier(workload, rounds)) is not None:
        rounds = better
    return rounds


def _one_more(workload: Workload, rounds: Rounds) -> Rounds | None:
    """Return the plan with the dearest stop taken in that finds a way; None when there is none."""
    for stop in _left(workload, rounds):
        change = min(_ways_in(workload, rounds, stop), default=None)
        if change is not None and change[0] < 0:
            return {**rounds, change[1]: change[2]}
    return None


def _one_earlier(workload: Workload, rounds: Rounds) -> Rounds | None:
    """Return the plan with a late stop moved to where it costs less; None when there is none."""
    for shift, order in rounds.items():
        for stop in order:
            if (workload.choice_costs[shift][stop] or 0) < LATE_DAY_COST:
                continue
            shorter = tuple(other for other in order if other != stop)
            rest = {row: made for row, made in {**rounds, shift: shorter}.items() if made}
            saved = workload.cost(rest) - workload.cost(rounds)
            change = min(_ways_in(workload, rest, stop), default=None)
            if change is not None and change[0] + saved < 0:
                return {**rest, change[1]: change[2]}
    return None


def _left(workload: Workload, rounds: Rounds) -> list[int]:
    """Return the stops in no round, the dearest first."""
    made = {stop for order in rounds.values() for stop in order}
    left = [stop for stop in range(len(workload.stops)) if stop not in made]
    return sorted(left, key=lambda stop: (-workload.left_costs[stop], stop))


def _ways_in(workload: Workload, rounds: Rounds, stop: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the change of cost, the half-day and its new order, for each way to take a stop in."""
    gain = workload.left_costs[stop]
    for shift, half_day in enumerate(workload.shifts):
        order = rounds.get(shift, ())
        now = workload.round_cost(shift, order)
        for loss, start in _with_room(workload, order, gain):
            if len(start) == half_day.max_stops:
                continue
            for row in range(len(start) + 1):
                grown = (*start[:row], stop, *start[row:])
                if timetable(workload, shift, grown) is not None:
                    yield workload.round_cost(shift, grown) - now + loss - gain, shift, grown


def _with_room(
    workload: Workload, order: tuple[int, ...], gain: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield a round without up to two stops that are cheaper to leave out together, and what that costs."""
    for count in range(_GIVE_WAY + 1):
        for going in combinations(order, count):
            loss = sum(workload.left_costs[other] for other in going)
            if loss < gain:
                yield loss, tuple(other for other in order if other not in going)
