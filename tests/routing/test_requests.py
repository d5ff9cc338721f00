"""What is asked for is well formed, and half-days follow the trade's hours."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from boundaries import Datum, LonLat, to_wgs84
from routing import (
    BadShiftError,
    BadStopError,
    HalfDay,
    Shift,
    Stop,
    TimeWindow,
    amap_walk_link,
    due_today,
    shifts_for,
)
from tests.routing.town import MONDAY, at, visit

TUESDAY = date(2026, 1, 6)


def test_a_pair_walks_morning_and_afternoon_but_not_at_noon() -> None:
    shifts = shifts_for("A", at(0, 0), "村委会", [TUESDAY, MONDAY, MONDAY])
    assert [shift.id for shift in shifts] == [
        "A/2026-01-05/AM",
        "A/2026-01-05/PM",
        "A/2026-01-06/AM",
        "A/2026-01-06/PM",
    ]
    assert [(shift.opens_s / 3600, shift.closes_s / 3600) for shift in shifts[:2]] == [(9, 11.5), (15, 17.5)]


def test_a_town_may_set_its_own_hours() -> None:
    only = {HalfDay.PM: TimeWindow(16 * 3600, 18 * 3600)}
    (shift,) = shifts_for("A", at(0, 0), "村委会", [MONDAY], hours=only, max_stops=5)
    assert (shift.half_day, shift.opens_s, shift.max_stops) == (HalfDay.PM, 16 * 3600, 5)


def test_what_cannot_wait_comes_most_urgent_first() -> None:
    stops = [
        visit(1, at(0, 0)),
        visit(2, at(0, 0), due=TUESDAY),
        visit(3, at(0, 0), due=MONDAY),
        visit(4, at(0, 0), due=MONDAY, priority=2),
        visit(5, at(0, 0), due=date(2026, 1, 2)),
        visit(6, at(0, 0), due=MONDAY, not_before=TUESDAY),
    ]
    assert [stop.id for stop in due_today(stops, MONDAY)] == ["s5", "s4", "s3"]


def test_nonsense_is_refused_by_name_and_value() -> None:
    with pytest.raises(BadStopError, match="hours 36000 to 32400"):
        TimeWindow(36000, 32400)
    with pytest.raises(BadStopError, match=r"visit x has the place 22\.9, 115\.6"):
        Stop("x", "A", LonLat(22.9, 115.6))
    with pytest.raises(BadStopError, match="visit x lasts -1 s"):
        Stop("x", "A", at(0, 0), service_s=-1)


@pytest.mark.parametrize(
    ("base", "opens_s", "closes_s", "max_stops", "complaint"),
    [
        (LonLat(float("nan"), 0), 0, 1, 8, "starts at nan"),
        (at(0, 0), 5, 5, 8, "runs from 5 to 5"),
        (at(0, 0), 0, 90000, 8, "runs from 0 to 90000"),
        (at(0, 0), 0, 5, 0, "has room for 0 visits"),
    ],
)
def test_a_half_day_nobody_could_work_is_refused(
    base: LonLat, opens_s: int, closes_s: int, max_stops: int, complaint: str
) -> None:
    with pytest.raises(BadShiftError, match=complaint):
        Shift("h", "A", MONDAY, HalfDay.AM, base, "村委会", opens_s, closes_s, max_stops)


def test_amap_gets_shifted_coordinates_and_a_neutral_name() -> None:
    start, end = at(0, 0), at(300, 100)
    link = urlsplit(amap_walk_link(start, end, "第3站"))
    query = parse_qs(link.query)
    assert (link.netloc, link.path, query["mode"]) == ("uri.amap.com", "/navigation", ["walk"])
    lon, lat, name = query["to"][0].split(",")
    assert name == "第3站"
    back = to_wgs84([[float(lon), float(lat)]], Datum.GCJ02)[0]  # type: ignore[arg-type]  # any rows do
    assert back == pytest.approx(end, abs=1e-6)
    assert abs(float(lon) - end.lon) > 0.004
