"""What one body has to walk, in whole numbers, and what each choice costs.

Every way of planning weighs the same costs, so the plans can be compared.

One unit is one second on foot. In order of weight: a visit left out, by priority and then by due day; a day
of lateness; a round more; half a day of waiting (more for urgent visits); a second of walking.
"""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Self, TypeAlias

from routing.stops import DAY_S, Shift, Stop

Rounds: TypeAlias = dict[int, tuple[int, ...]]
"""Rows of the stops in walking order, by row of the half-day; half-days without a round are missing."""

ROUND_COST = 10_000
"""One round more: about the seconds of a half-day, so no walking saved is worth going out twice."""
LATE_DAY_COST = 30_000
"""One day later than possible, once a visit is overdue: worth more than a round of its own."""
HALF_DAY_COST = 60
"""Half a day of waiting of an ordinary visit: a minute's walk."""
URGENT_HALF_DAY_COST = 600
"""Half a day of waiting of a visit that is due on the first day or overdue."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The visits and half-days of one body; places are numbered bases first, then stops."""

    stops: tuple[Stop, ...]
    """Those that fit at least one of the half-days alone."""
    shifts: tuple[Shift, ...]
    """In order of time."""
    base_of: tuple[int, ...]
    """The place each half-day starts and ends at."""
    seconds: tuple[tuple[int, ...], ...]
    """On foot from place to place; negative where no pair walks."""
    choice_costs: tuple[tuple[int | None, ...], ...]
    """What it costs to make a stop in a half-day, by half-day and stop; None where it cannot be made."""
    left_costs: tuple[int, ...]
    """What it costs to leave a stop out: more than to make it anywhere."""

    @classmethod
    def of(
        cls,
        stops: tuple[Stop, ...],
        shifts: tuple[Shift, ...],
        base_of: tuple[int, ...],
        seconds: list[list[int]],
        *,
        fits: list[list[bool]],
    ) -> Self:
        """Weigh every choice.

        Parameters
        ----------
        stops, shifts, base_of, seconds
            As in the fields.
        fits
            By half-day and stop: whether the stop would fit alone; each stop fits at least once.
        """
        days = (shifts[-1].date - shifts[0].date).days
        most = ROUND_COST + LATE_DAY_COST * days + URGENT_HALF_DAY_COST * len(shifts) + DAY_S
        costs = _choice_costs(stops, shifts, fits)
        return cls(stops, shifts, base_of, tuple(map(tuple, seconds)), costs, _left_costs(stops, 2 * most))

    def place(self, stop: int) -> int:
        """Return the number of a stop's place."""
        return len(self.seconds) - len(self.stops) + stop

    def walk(self, shift: int, order: tuple[int, ...]) -> int:
        """Return the seconds on foot of a round from the base through the stops and back."""
        base = self.base_of[shift]
        places = [base, *map(self.place, order), base]
        return sum(self.seconds[a][b] for a, b in pairwise(places))

    def round_cost(self, shift: int, order: tuple[int, ...]) -> int:
        """Return what a possible round costs; nothing when it has no stops."""
        if not order:
            return 0
        return ROUND_COST + self.walk(shift, order) + sum(self.choice_costs[shift][s] or 0 for s in order)

    def cost(self, rounds: Rounds) -> int:
        """Return what a whole plan costs."""
        made = {stop for order in rounds.values() for stop in order}
        left = sum(cost for stop, cost in enumerate(self.left_costs) if stop not in made)
        return left + sum(self.round_cost(shift, order) for shift, order in rounds.items())


def _choice_costs(
    stops: tuple[Stop, ...], shifts: tuple[Shift, ...], fits: list[list[bool]]
) -> tuple[tuple[int | None, ...], ...]:
    """Return the cost of each stop in each half-day: waiting, and lateness beyond what cannot be helped."""
    columns = []
    for column, stop in enumerate(stops):
        possible = [row for row, _ in enumerate(shifts) if fits[row][column]]
        first = shifts[possible[0]].date
        urgent = stop.due is not None and stop.due <= first
        wait = URGENT_HALF_DAY_COST if urgent else HALF_DAY_COST
        costs: list[int | None] = [None] * len(shifts)
        for row in possible:
            costs[row] = row * wait + LATE_DAY_COST * _late_days(stop, shifts[row].date, first)
        columns.append(costs)
    return tuple(zip(*columns, strict=True)) if columns else tuple(() for _ in shifts)


def _late_days(stop: Stop, day: date, first: date) -> int:
    """Return by how many days a visit is later than its due day, or than the first day it could be made."""
    return 0 if stop.due is None else max(0, (day - max(stop.due, first)).days)


def _left_costs(stops: tuple[Stop, ...], dearest: int) -> tuple[int, ...]:
    """Return what it costs to leave each stop out.

    One visit of a higher priority outweighs all visits of lower ones together; among equals as many as
    possible are made, and then those with the earlier due day.

    Parameters
    ----------
    stops
        All stops of the body.
    dearest
        More than any one stop can add to the cost of a plan.
    """
    due = sorted({stop.due or date.max for stop in stops}, reverse=True)
    costs = [0] * len(stops)
    weight = 1
    for priority in sorted({stop.priority for stop in stops}):
        level = [row for row, stop in enumerate(stops) if stop.priority == priority]
        for row in level:
            rank = due.index(stops[row].due or date.max)
            costs[row] = weight * (dearest + dearest * rank // (len(stops) * len(due)))
        weight += 2 * weight * len(level)
    return tuple(costs)
