"""Who walks where, when, and who has to wait."""

from datetime import date

import numpy as np
import pytest

from boundaries import read_osm
from routing import (
    BadShiftError,
    BadStopError,
    HalfDay,
    Plan,
    Shift,
    Stop,
    TimeWindow,
    WalkNetwork,
    plan_rounds,
    shifts_for,
    violations,
)
from tests.routing.town import MONDAY, NINE, THREE, at, half_days, hours, town, visit
from tests.shared_data import shared

TUESDAY = date(2026, 1, 6)


def planned(stops: list[Stop], shifts: list[Shift]) -> Plan:
    """Plan on the town's streets and hold the plan against its promises."""
    plan = plan_rounds(stops, shifts, town())
    assert violations(plan, stops, shifts, town()) == []
    return plan


def order(plan: Plan) -> list[list[str]]:
    """Return the stops of each round."""
    return [[stop.stop_id for stop in made.stops] for made in plan.rounds]


def rules(plan: Plan) -> dict[str, str]:
    """Return the rule of each stop left out."""
    return {stop: reason.rule for stop, reason in plan.left_out.items()}


def test_one_visit_is_walked_from_the_office_and_back() -> None:
    plan = planned([visit(1, at(400, 200))], half_days())
    (made,) = plan.rounds
    assert made.shift.half_day is HalfDay.AM
    assert made.walk_m == pytest.approx(400, abs=0.01)
    assert made.walk_s == 2 * 172
    assert (made.leaves_s, made.stops[0].arrives_s) == (NINE, NINE + 172)
    assert made.returns_s == NINE + 172 + 1200 + 172


def test_the_shortest_order_is_walked() -> None:
    corners = [at(0, 0), at(400, 400), at(400, 0), at(0, 400)]
    plan = planned([visit(number, point) for number, point in enumerate(corners)], half_days(1))
    assert order(plan) in ([["s0", "s2", "s1", "s3"]], [["s3", "s1", "s2", "s0"]], [["s0", "s3", "s1", "s2"]])
    assert plan.rounds[0].walk_m == pytest.approx(2000, abs=0.1)


def test_a_pair_is_not_sent_out_twice_when_one_half_day_is_enough() -> None:
    stops = [visit(1, at(0, 200)), visit(2, at(400, 200), windows=hours(THREE, THREE + 3600))]
    (made,) = planned(stops, half_days()).rounds
    assert made.shift.half_day is HalfDay.PM
    assert any(reason.rule == "route.one" for reason in made.because)


def test_nobody_walks_into_the_next_village() -> None:
    stops = [visit(1, at(0, 200)), Stop("b1", "B", at(400, 200)), Stop("c1", "C", at(400, 0))]
    shifts = [*half_days(), *half_days(body="B", base=at(0, 0))]
    plan = planned(stops, shifts)
    assert {made.shift.body: len(made.stops) for made in plan.rounds} == {"A": 1, "B": 1}
    assert rules(plan) == {"c1": "route.no_shift"}


def test_a_ninth_visit_goes_to_the_afternoon() -> None:
    stops = [visit(number, at(40 * number, 200), service_s=300) for number in range(9)]
    assert [len(stops) for stops in order(planned(stops, half_days()))] == [8, 1]


def test_two_pairs_of_one_body_share_a_morning() -> None:
    stops = [visit(number, at(100 * number, 200), windows=hours(NINE, NINE + 900)) for number in range(2)]
    first, second = shifts_for("A", at(200, 200), "村委会", [MONDAY])[0], half_days(1)[0]
    second = Shift(**{**{name: getattr(second, name) for name in Shift.__slots__}, "id": "second pair"})
    assert order(planned(stops, [first, second])) == [["s0"], ["s1"]]


def test_a_window_is_waited_for_at_the_door_but_not_before_the_first_visit() -> None:
    late = hours(NINE + 5400, NINE + 6000)
    (made,) = planned([visit(1, at(400, 200), windows=late)], half_days(1)).rounds
    assert (made.stops[0].arrives_s, made.leaves_s) == (NINE + 5400, NINE + 5400 - 172)
    early = visit(2, at(0, 200), windows=hours(NINE, NINE + 600))
    (made,) = planned([visit(1, at(400, 200), windows=late), early], half_days(1)).rounds
    assert [(stop.stop_id, stop.arrives_s) for stop in made.stops] == [
        ("s2", NINE + 600),
        ("s1", NINE + 5400),
    ]
    (wait,) = [reason for reason in made.because if reason.rule == "route.wait"]
    assert wait.text() == "the pair waits 55 minutes at stop 2, which may not begin earlier"


def test_a_pair_leaves_later_rather_than_wait_on_the_way() -> None:
    stops = [visit(1, at(400, 200), windows=hours(NINE + 5400, NINE + 6000)), visit(2, at(0, 200))]
    (made,) = planned(stops, half_days(1)).rounds
    assert made.returns_s == NINE + 5400 + 1200 + max(172, 172 + 343 + 1200 - 5400)
    assert not any(reason.rule == "route.wait" for reason in made.because)


def test_of_two_windows_one_is_used() -> None:
    both = (*hours(NINE, NINE + 60), *hours(THREE + 1800, THREE + 2400))
    (made,) = planned([visit(1, at(400, 200), windows=both)], half_days()).rounds
    assert made.stops[0].arrives_s == THREE + 1800


def test_what_is_due_goes_first_and_lateness_is_told() -> None:
    stops = [visit(number, at(100 * number, 200), due=TUESDAY) for number in range(3)]
    stops.append(visit(9, at(0, 0), due=MONDAY))
    stops.append(visit(8, at(0, 0), due=date(2026, 1, 2)))
    plan = planned(stops, half_days(4, max_stops=2))
    first, second, third = order(plan)
    assert {*first, *second} >= {"s8", "s9"}
    assert {made.shift.date for made in plan.rounds[:2]} == {MONDAY}
    told = [
        reason.values["stop"]
        for made in plan.rounds
        for reason in made.because
        if reason.rule == "route.late"
    ]
    assert told == ["s8"]
    assert len(third) == 1


def test_a_visit_is_later_than_due_only_when_the_days_before_are_full() -> None:
    stops = [visit(number, at(100 * number, 200), due=MONDAY) for number in range(3)]
    plan = planned(stops, half_days(4, max_stops=1))
    late = plan.rounds[2]
    assert late.shift.date == TUESDAY
    assert [r.text() for r in late.because if r.rule == "route.late_full"] == [
        "stop 1 was due on 2026-01-05; the half-days up to then are full"
    ]


def test_when_not_all_fit_priority_decides_and_the_rest_are_told() -> None:
    stops = [visit(number, at(40 * number, 200), priority=number % 3, service_s=300) for number in range(12)]
    plan = planned(stops, half_days(1))
    assert sorted(plan.left_out) == sorted(f"s{number}" for number in (0, 3, 6, 9))
    assert plan.left_out["s0"].text() == (
        "the 1 half-days planned have no room for all 12 visits: higher priorities go first"
    )


@pytest.mark.parametrize(
    ("stop", "rule"),
    [
        (visit(1, at(200, 200), not_before=date(2026, 2, 1)), "route.not_before"),
        (visit(1, at(1000, 1000)), "route.no_street"),
        (visit(1, at(2400, 210)), "route.unreachable"),
        (visit(1, at(200, -2400)), "route.too_far"),
        (visit(1, at(0, 0), windows=hours(NINE - 3600, NINE)), "route.hours"),
        (visit(1, at(0, 0), service_s=9000), "route.hours"),
    ],
)
def test_a_visit_nobody_can_make_is_left_out_with_the_reason(stop: Stop, rule: str) -> None:
    assert rules(planned([stop, visit(2, at(0, 200))], half_days(4))) == {"s1": rule}


def test_a_far_door_is_told_with_its_distance() -> None:
    plan = planned([visit(1, at(200, -2400))], half_days())
    assert plan.left_out["s1"].text() == (
        "it is 2600 m on foot from 村委会, more than 2500 m: go by motorbike or car"
    )


def test_an_office_without_streets_is_told() -> None:
    plan = planned([visit(1, at(0, 200))], half_days(base=at(1000, 1000)))
    assert rules(plan) == {"s1": "route.base_no_street"}


def test_of_several_half_days_the_closest_obstacle_is_told() -> None:
    shifts = [*half_days(1, base=at(2400, 200)), *half_days(4)[1:]]
    stop = visit(1, at(0, 200), not_before=TUESDAY, windows=hours(NINE - 60, NINE - 1))
    assert rules(planned([stop], shifts)) == {"s1": "route.hours"}


def test_visits_at_one_door_cost_one_walk() -> None:
    plan = planned([visit(number, at(430, 300)) for number in range(3)], half_days(1))
    assert plan.rounds[0].walk_m == pytest.approx(2 * (300 + 1.35 * 30), abs=0.01)


def test_nothing_asked_gives_an_empty_plan() -> None:
    plan = planned([], half_days())
    assert (plan.rounds, dict(plan.left_out)) == ((), {})


def test_ids_are_used_once() -> None:
    with pytest.raises(BadStopError, match="s1 is asked for twice"):
        plan_rounds([visit(1, at(0, 0)), visit(1, at(0, 0))], half_days(), town())
    with pytest.raises(BadShiftError, match="is given twice"):
        plan_rounds([], [*half_days(), *half_days()], town())


def test_progress_counts_bodies() -> None:
    seen: list[tuple[int, int]] = []
    stops = [visit(1, at(0, 0)), Stop("b1", "B", at(0, 0))]
    plan_rounds(stops, half_days(), town(), on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_the_order_of_the_request_changes_nothing() -> None:
    stops = [visit(number, at(37 * number, 200), priority=number % 2) for number in range(12)]
    first, second = planned(stops, half_days(4)), planned(stops[::-1], half_days(4)[::-1])
    assert order(first) == order(second)
    assert [made.because for made in first.rounds] == [made.because for made in second.rounds]


def test_a_real_town_is_planned_twice_alike_and_keeps_its_promises() -> None:
    network = WalkNetwork.from_osm(read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")))
    random = np.random.default_rng(1)
    doors = network.projection.to_degrees(random.choice(network.vertices, 70) + random.normal(0, 30, (70, 2)))
    stops = [
        Stop(
            f"s{number}",
            f"body {number % 4}",
            (float(lon), float(lat)),  # type: ignore[arg-type]  # any pair is a place
            windows=(TimeWindow(NINE, NINE + 5400), TimeWindow(THREE, THREE + 1800))
            if number % 3 == 0
            else (),
            due=date(2026, 1, 3 + number % 6) if number % 2 else None,
            priority=number % 4,
        )
        for number, (lon, lat) in enumerate(doors)
    ]
    days = [date(2026, 1, day) for day in (5, 6, 7)]
    shifts = [s for body in range(4) for s in shifts_for(f"body {body}", stops[body].point, "办公室", days)]
    plan, again = (plan_rounds(stops, shifts, network, seed=3, iterations=100) for _ in range(2))
    assert violations(plan, stops, shifts, network) == []
    assert order(plan) == order(again)
    assert [made.leaves_s for made in plan.rounds] == [made.leaves_s for made in again.rounds]
    assert sum(map(len, order(plan))) > 30
