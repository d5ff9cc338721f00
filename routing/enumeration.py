"""The best plan of a small workload, by trying everything: no other plan costs less."""

from routing.timetable import begins
from routing.workload import ROUND_COST, Rounds, Workload

EXACT_UP_TO = 8
"""Stops of a body up to which everything is tried: a morning's work for one pair, and at most 6561 ways to
split it over each half-day."""

_Label = tuple[int, int, tuple[int, ...]]  # seconds walked, the time now, the stops in order


def best_rounds(workload: Workload) -> Rounds:
    """Return the stops of each half-day in walking order, of a plan with the least cost.

    For each set of stops the shortest round is found as Held and Karp (1962, doi:10.1137/0110015) do, keeping
    per last stop every round that is not both longer and later; then the sets are dealt out to the half-days,
    one half-day after the other.

    Parameters
    ----------
    workload
        At most about eight stops: time and memory triple with each.
    """
    everyone = (1 << len(workload.stops)) - 1
    best: dict[int, tuple[int, Rounds]] = {0: (0, {})}
    walks: dict[tuple[int, int, int, int], dict[int, _Label]] = {}
    for row, shift in enumerate(workload.shifts):
        kind = (workload.base_of[row], shift.opens_s, shift.closes_s, shift.max_stops)
        if kind not in walks:
            walks[kind] = _shortest_rounds(workload, row)
        choices = {
            made: (ROUND_COST + walk + sum(cost for cost in costs if cost is not None), order)
            for made, (walk, _, order) in walks[kind].items()
            if None not in (costs := [workload.choice_costs[row][stop] for stop in order])
        }
        longer = dict(best)
        for before, (cost, rounds) in best.items():
            for made, (more, order) in choices.items():
                if before & made:
                    continue
                known = longer.get(before | made)
                if known is None or cost + more < known[0]:
                    longer[before | made] = (cost + more, {**rounds, row: order})
        best = longer

    def total(made: int) -> int:
        left = everyone & ~made
        return best[made][0] + sum(c for stop, c in enumerate(workload.left_costs) if left >> stop & 1)

    return best[min(best, key=total)][1]


def _shortest_rounds(workload: Workload, shift: int) -> dict[int, _Label]:
    """Return, for every set of stops that fits into a half-day, the shortest round, back at the base.

    Whether a stop may be made on the half-day's date is not looked at.
    """
    base, half_day = workload.base_of[shift], workload.shifts[shift]
    rounds: dict[int, _Label] = {}
    layer: dict[tuple[int, int], list[_Label]] = {(0, base): [(0, half_day.opens_s, ())]}
    for _ in range(min(half_day.max_stops, len(workload.stops))):
        layer = _one_stop_more(workload, layer, half_day.closes_s)
        for (made, here), labels in layer.items():
            back = workload.seconds[here][base]
            for walked, time, order in labels:
                if back >= 0 and time + back <= half_day.closes_s:
                    new = (walked + back, time + back, order)
                    rounds[made] = min(new, rounds.get(made, new))
    return rounds


def _one_stop_more(
    workload: Workload, layer: dict[tuple[int, int], list[_Label]], closes_s: int
) -> dict[tuple[int, int], list[_Label]]:
    """Return the beginnings of rounds that are one stop longer, by set of stops and last place."""
    grown: dict[tuple[int, int], list[_Label]] = {}
    for (made, here), labels in layer.items():
        for stop, asked in enumerate(workload.stops):
            there = workload.place(stop)
            step = workload.seconds[here][there]
            if made >> stop & 1 or step < 0:
                continue
            for walked, time, order in labels:
                start = begins(asked, time + step)
                if start is not None and start + asked.service_s <= closes_s:
                    label = (walked + step, start + asked.service_s, (*order, stop))
                    _keep(grown.setdefault((made | 1 << stop, there), []), label)
    return grown


def _keep(labels: list[_Label], new: _Label) -> None:
    """Add a label unless another is at least as short and as early; drop those that it beats."""
    if any(old[0] <= new[0] and old[1] <= new[1] for old in labels):
        return
    labels[:] = [old for old in labels if not (new[0] <= old[0] and new[1] <= old[1])]
    labels.append(new)
