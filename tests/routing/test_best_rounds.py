"""Small plans are the best there are; searched ones come close; nobody is left out who fits."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations, product

import numpy as np
import pytest

from routing import Stop, TimeWindow
from routing.enumeration import best_rounds
from routing.filling import fill
from routing.timetable import begins, timetable
from routing.vehicle_routing import search_rounds
from routing.workload import Rounds, Workload
from tests.routing.town import CORNER, MONDAY, NINE, THREE, half_days

WINDOWS = (TimeWindow(NINE, NINE + 3600), TimeWindow(THREE + 3600, THREE + 7200))


def workload(seed: int, count: int, half_day_count: int, max_stops: int = 8) -> Workload:
    """Return an invented body whose doors are scattered over two kilometres."""
    random = np.random.default_rng(seed)
    places = random.uniform(0, 2000, (count + 1, 2))
    metres = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    seconds = np.where(metres > 2500, -1, np.ceil(metres)).astype(int).tolist()
    stops = tuple(
        Stop(
            f"s{number}",
            "A",
            CORNER,
            service_s=int(random.integers(600, 1800)),
            windows=WINDOWS if random.random() < 0.3 else (),
            due=MONDAY + timedelta(days=int(random.integers(-2, 3))) if random.random() < 0.5 else None,
            priority=int(random.integers(3)),
        )
        for number in range(count)
    )
    shifts = tuple(half_days(half_day_count, max_stops=max_stops))
    fits = [
        [
            (start := begins(stop, shift.opens_s + seconds[0][row])) is not None
            and start + stop.service_s + seconds[0][row] <= shift.closes_s
            for row, stop in enumerate(stops, start=1)
        ]
        for shift in shifts
    ]
    assert all(map(any, zip(*fits, strict=True)))
    return Workload.of(stops, shifts, (0,) * len(shifts), seconds, fits=fits)


def all_plans(work: Workload) -> Iterator[Rounds]:
    """Yield every possible plan: every dealing out of stops to half-days, in every order."""
    for dealt in product(range(-1, len(work.shifts)), repeat=len(work.stops)):
        choices: list[list[tuple[int, ...]]] = []
        used = sorted(set(dealt) - {-1})
        for shift in used:
            stops = [stop for stop, to in enumerate(dealt) if to == shift]
            if len(stops) > work.shifts[shift].max_stops:
                break
            choices.append([o for o in permutations(stops) if timetable(work, shift, o) is not None])
        else:
            yield from (dict(zip(used, orders, strict=True)) for orders in product(*choices))


@pytest.mark.parametrize("seed", range(12))
def test_a_small_plan_costs_as_little_as_the_best_of_all_plans(seed: int) -> None:
    work = workload(seed, 4 + seed % 2, 2 + seed % 3 // 2, max_stops=2 + seed % 3)
    assert work.cost(best_rounds(work)) == min(map(work.cost, all_plans(work)))


@pytest.mark.parametrize("seed", range(6))
def test_search_finds_what_enumeration_proves(seed: int) -> None:
    work = workload(seed, 8, 4, max_stops=4)
    assert work.cost(fill(work, search_rounds(work, 500, 0))) == work.cost(best_rounds(work))


def test_an_empty_plan_is_filled_with_everyone_who_fits() -> None:
    work = workload(3, 6, 4)
    filled = fill(work, {})
    assert sorted(stop for order in filled.values() for stop in order) == list(range(6))
    assert all(timetable(work, shift, order) is not None for shift, order in filled.items())


def test_an_impossible_round_is_dropped_before_filling() -> None:
    work = workload(3, 6, 4, max_stops=2)
    assert all(len(order) <= 2 for order in fill(work, {0: (0, 1, 2, 3, 4, 5)}).values())


def test_two_visits_of_low_priority_give_way_to_one_of_high_priority() -> None:
    stops = tuple(
        Stop(f"s{number}", "A", CORNER, service_s=service_s, priority=priority)
        for number, (service_s, priority) in enumerate([(4000, 0), (4000, 0), (8000, 1)])
    )
    work = Workload.of(stops, tuple(half_days(1)), (0,), [[100] * 4 for _ in range(4)], fits=[[True] * 3])
    assert fill(work, {0: (0, 1)}) == {0: (2,)}
    assert best_rounds(work) == {0: (2,)}


def test_as_many_as_possible_of_equal_priority_then_the_earlier_due() -> None:
    due = [MONDAY + timedelta(days=number) for number in (3, 2, 1)]
    stops = tuple(Stop(f"s{number}", "A", CORNER, service_s=4000, due=day) for number, day in enumerate(due))
    work = Workload.of(stops, tuple(half_days(1)), (0,), [[100] * 4 for _ in range(4)], fits=[[True] * 3])
    assert sorted(best_rounds(work)[0]) == [1, 2]


def test_a_late_visit_moves_to_a_day_with_room() -> None:
    stops = (Stop("s0", "A", CORNER, due=MONDAY), Stop("s1", "A", CORNER))
    work = Workload.of(
        stops, tuple(half_days(4)), (0,) * 4, [[100] * 3 for _ in range(3)], fits=[[True] * 2] * 4
    )
    assert fill(work, {2: (0, 1)}) == {2: (1,), 0: (0,)}
