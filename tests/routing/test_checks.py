"""A broken promise is found, whoever made the plan."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from boundaries import Reason
from routing import Leg, Plan, Round, Stop, plan_rounds, violations
from tests.routing.town import MONDAY, NINE, at, half_days, hours, town, visit

TOWN = town()
STOPS = [
    visit(1, at(400, 200), windows=hours(NINE, NINE + 7200)),
    visit(2, at(0, 210), due=MONDAY),
    visit(3, at(0, 0), not_before=MONDAY),
    visit(4, at(2400, 200)),
]
SHIFTS = half_days(4)
Tamper = Callable[[Round], Round]


def good() -> Plan:
    return plan_rounds(STOPS, SHIFTS, TOWN)


def tampered(change: Tamper) -> Plan:
    """Return the good plan with its round changed."""
    plan = good()
    return replace(plan, rounds=(change(plan.rounds[0]),))


def halt(made: Round, row: int, **changes: object) -> Round:
    """Return a round with one of its stops changed."""
    stops = list(made.stops)
    stops[row] = replace(stops[row], **changes)  # type: ignore[arg-type]  # a test's options
    return replace(made, stops=tuple(stops))


def leg(made: Round, **changes: object) -> Round:
    """Return a round with its first leg changed."""
    return replace(made, legs=(replace(made.legs[0], **changes), *made.legs[1:]))  # type: ignore[arg-type]  # as above


def bent(made: Round) -> Round:
    """Return a round that crosses a block instead of walking round it."""
    walk = made.legs[0]
    aside = walk.line.copy()
    aside = np.insert(aside, 1, at(300, 300), axis=0)
    xy = TOWN.projection.to_metres(aside)
    return leg(made, line=aside, metres=float(np.hypot(*np.diff(xy, axis=0).T).sum()))


def test_a_good_plan_has_no_violations() -> None:
    assert violations(good(), STOPS, SHIFTS, TOWN) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda r: replace(r, leaves_s=NINE - 600), "leaves before the half-day opens"),
        (lambda r: replace(r, returns_s=r.shift.closes_s + 1), "returns after the half-day closes"),
        (lambda r: replace(r, returns_s=r.returns_s - 1), "returns before the pair is back"),
        (lambda r: replace(r, leaves_s=r.leaves_s + 1), "begins before the pair is there"),
        (lambda r: replace(r, because=()), "has no reasons"),
        (lambda r: replace(r, legs=r.legs[1:]), "3 stops, 3 legs"),
        (lambda r: replace(r, shift=replace(r.shift, max_stops=2)), "no half-day that was given"),
        (lambda r: replace(r, shift=replace(r.shift, body="B")), "belongs to A, not B"),
        (lambda r: halt(r, 0, departs_s=r.stops[0].departs_s + 60), "lasts 1260 s, not 1200 s"),
        (lambda r: halt(r, 1, snap_m=99.0), "m from the street, not 99.0 m"),
        (lambda r: halt(r, 1, stop_id="s9"), "s9 was not asked for"),
        (lambda r: halt(r, 1, stop_id="s4"), "s4 is planned or left out 2 times"),
        (lambda r: leg(r, metres=r.legs[0].metres - 5), "m on the map, not"),
        (lambda r: leg(r, seconds=r.legs[0].seconds - 20), "s for"),
        (lambda r: leg(r, line=r.legs[0].line[::-1]), "does not lead from door to door"),
        (bent, "leaves the streets"),
    ],
)
def test_what_is_tampered_with_is_found(change: Tamper, complaint: str) -> None:
    found = violations(tampered(change), STOPS, SHIFTS, TOWN)
    assert any(complaint in fault for fault in found), found


def test_a_visit_outside_its_hours_or_dates_is_found() -> None:
    plan = good()
    asked = [
        replace(STOPS[0], windows=hours(NINE + 7000, NINE + 7200)),
        replace(STOPS[1], due=date(2026, 1, 4)),
        replace(STOPS[2], not_before=date(2026, 1, 6)),
        STOPS[3],
    ]
    found = " ".join(violations(plan, asked, SHIFTS, TOWN))
    assert "in none of its windows" in found
    assert "later than 2026-01-04 and nobody is told" in found
    assert "made before 2026-01-06" in found


def test_a_stop_in_no_place_or_a_half_day_used_twice_is_found() -> None:
    plan = good()
    assert violations(plan, [*STOPS, visit(5, at(0, 0))], SHIFTS, TOWN) == [
        "s5 is neither planned nor left out"
    ]
    found = violations(replace(plan, rounds=plan.rounds * 2), STOPS, SHIFTS, TOWN)
    assert "A/2026-01-05/AM has 2 rounds" in found


@pytest.mark.parametrize("rule", ["route.full", "route.unreachable"])
def test_a_visit_left_out_without_need_is_found(rule: str) -> None:
    plan = good()
    left_out = {**plan.left_out, "s5": Reason(rule, "a pretext")}
    found = violations(replace(plan, left_out=left_out), [*STOPS, visit(5, at(0, 0))], SHIFTS, TOWN)
    assert found[0] == f"s5 is left out or late ({rule}), but A/2026-01-05/AM has room for it"


def test_too_long_a_leg_is_found() -> None:
    far = [Stop("s1", "A", at(200, -2600))]
    plan = plan_rounds(far, half_days(1, base=at(200, -2000)), TOWN)
    made = plan.rounds[0]
    moved = replace(made.shift, base=at(200, 200))
    line = np.array([at(200, 200), at(200, -2600)])
    walk = Leg(2800.0, 2400, line)
    long = replace(made, shift=moved, legs=(walk, replace(walk, line=line[::-1])))
    found = violations(replace(plan, rounds=(long,)), far, [moved], TOWN)
    assert any("is longer than 2500 m" in fault for fault in found)


def test_a_visit_that_is_late_without_need_is_found() -> None:
    plan = plan_rounds([visit(1, at(0, 0), not_before=date(2026, 1, 6))], SHIFTS, TOWN)
    asked = [visit(1, at(0, 0), due=MONDAY)]
    pretext = Reason("route.late_full", "a pretext", {"stop": "s1"})
    late = replace(plan, rounds=(replace(plan.rounds[0], because=(pretext,)),))
    found = violations(late, asked, SHIFTS, TOWN)
    assert found[0] == "s1 is left out or late (route.late_full), but A/2026-01-05/AM has room for it"
