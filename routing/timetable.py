"""When a pair is where, for a given order of doors: the earliest possible times."""

from collections.abc import Iterable

from routing.stops import DAY_S, Stop
from routing.workload import Workload


def begins(stop: Stop, reached_s: int) -> int | None:
    """Return when a visit begins for a pair that stands at the door at some time; None when it is too late.

    Parameters
    ----------
    stop
        The visit.
    reached_s
        Seconds after midnight.
    """
    if not stop.windows:
        return reached_s
    return min(
        (max(reached_s, window.opens_s) for window in stop.windows if reached_s <= window.closes_s),
        default=None,
    )


def timetable(workload: Workload, shift: int, order: Iterable[int]) -> list[int] | None:
    """Return when each visit begins and when the pair is back; None when the round is not possible.

    The pair leaves at the first moment of the half-day; being everywhere as early as possible, it is late
    nowhere unless every timetable of this order is.

    Parameters
    ----------
    workload
        The body's visits and half-days.
    shift
        Row of the half-day.
    order
        Rows of the stops, as walked.

    Returns
    -------
    list of int or None
        Seconds after midnight, one more than stops. Capacity is not looked at.
    """
    here, time = workload.base_of[shift], workload.shifts[shift].opens_s
    times = []
    for stop in order:
        there = workload.place(stop)
        if workload.choice_costs[shift][stop] is None or workload.seconds[here][there] < 0:
            return None
        start = begins(workload.stops[stop], time + workload.seconds[here][there])
        if start is None:
            return None
        times.append(start)
        here, time = there, start + workload.stops[stop].service_s
    back = workload.seconds[here][workload.base_of[shift]]
    if back < 0 or time + back > workload.shifts[shift].closes_s:
        return None
    return [*times, time + back]


def begin_late(workload: Workload, order: tuple[int, ...], times: list[int]) -> list[int]:
    """Return a timetable that ends at the same time with as little waiting as possible.

    Waiting at a door is moved to before the round where the windows of the visits before allow it, so that
    the pair leaves later instead.

    Parameters
    ----------
    workload, order
        As in `timetable`.
    times
        What it returned.
    """
    late = list(times)
    for row in range(len(order) - 2, -1, -1):
        stop = workload.stops[order[row]]
        walk = workload.seconds[workload.place(order[row])][workload.place(order[row + 1])]
        ready = late[row + 1] - walk - stop.service_s
        windows = [(window.opens_s, window.closes_s) for window in stop.windows] or [(0, DAY_S)]
        late[row] = max(min(ready, closes_s) for opens_s, closes_s in windows if opens_s <= ready)
    return late
