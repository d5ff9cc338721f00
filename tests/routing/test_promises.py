"""Whatever is asked, the plan keeps every promise."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from routing import HalfDay, Shift, Stop, TimeWindow, plan_rounds, violations
from tests.routing.town import MONDAY, at, town

TOWN = town()
times = st.integers(8 * 3600, 18 * 3600)
places = st.builds(at, st.integers(-100, 600), st.integers(-600, 600)) | st.builds(
    at, st.integers(1900, 3500), st.integers(-2600, 900)
)
days = st.integers(-2, 4).map(lambda number: MONDAY + timedelta(days=number))
windows = st.tuples(times, times).map(lambda pair: TimeWindow(min(pair), max(pair)))


@st.composite
def stop(draw: st.DrawFn, number: int) -> Stop:
    return Stop(
        id=f"s{number}",
        body=draw(st.sampled_from("AAAB")),
        point=draw(places),
        service_s=draw(st.integers(0, 4000)),
        windows=tuple(draw(st.lists(windows, max_size=3))),
        due=draw(st.none() | days),
        not_before=draw(st.none() | days),
        priority=draw(st.integers(-1, 3)),
    )


@st.composite
def shift(draw: st.DrawFn, number: int) -> Shift:
    opens_s = draw(times)
    day: date = draw(days)
    return Shift(
        id=f"h{number}",
        body=draw(st.sampled_from("AAB")),
        date=day,
        half_day=draw(st.sampled_from(HalfDay)),
        base=draw(st.just(at(200, 200)) | places),
        base_name="村委会",
        opens_s=opens_s,
        closes_s=opens_s + draw(st.integers(1, 12000)),
        max_stops=draw(st.integers(1, 8)),
    )


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_request_is_answered_with_a_broken_promise(data: st.DataObject) -> None:
    stops = [data.draw(stop(number)) for number in range(data.draw(st.integers(0, 16)))]
    shifts = [data.draw(shift(number)) for number in range(data.draw(st.integers(0, 6)))]
    plan = plan_rounds(stops, shifts, TOWN, iterations=20)
    assert violations(plan, stops, shifts, TOWN) == []


def test_a_walk_of_whole_seconds_is_no_broken_promise() -> None:
    stops = [Stop(f"s{number}", "A", at(21 * number, 0), service_s=0) for number in range(3)]
    shifts = [Shift("h", "A", MONDAY, HalfDay.AM, at(0, 0), "村委会", 28800, 32400)]
    assert violations(plan_rounds(stops, shifts, TOWN), stops, shifts, TOWN) == []
