"""When a step is due: the nine vectors of the domain rules, hours, and a table of one's own."""

from datetime import datetime
from pathlib import Path

import pytest

from geo_service.errors import BadFileError
from geo_service.tickets.deadlines import COUNTY_TIME, Calendar
from geo_service.tickets.model import RequestKind, Urgency
from geo_service.tickets.service_limits import Limit, LimitUnit, ServiceLimits, TimedStep

TABLE = ServiceLimits.shipped(Calendar.shipped())


def county(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COUNTY_TIME)


def limit(amount: int, unit: LimitUnit) -> Limit:
    return Limit("", "", "", TimedStep.HANDLE, amount, unit)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-05", 5, "2026-02-12"),
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_working_days_end_at_six_in_the_evening(start: str, days: int, due: str) -> None:
    found = TABLE.due(county(f"{start}T23:59"), limit(days, LimitUnit.WORKING_DAY))
    assert (found.at.isoformat(), found.is_provisional) == (f"{due}T18:00:00+08:00", False)


def test_a_limit_that_runs_into_an_unpublished_year_is_provisional() -> None:
    assert TABLE.due(county("2026-12-30T10:00"), limit(5, LimitUnit.WORKING_DAY)).is_provisional


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-01-05T10:00", 2, "2026-01-05T12:00"),
        ("2026-01-05T11:00", 2, "2026-01-05T15:00"),
        ("2026-01-05T17:30", 1, "2026-01-06T09:30"),
        ("2026-01-09T19:00", 8, "2026-01-13T10:00"),
        ("2026-01-05T12:30", 4, "2026-01-05T18:00"),
    ],
)
def test_working_hours_stand_still_at_noon_at_night_and_on_days_off(start: str, hours: int, due: str) -> None:
    assert TABLE.due(county(start), limit(hours, LimitUnit.WORKING_HOUR)).at == county(due)


def test_hours_run_on_the_clock() -> None:
    emergency = TABLE.of(TimedStep.HANDLE, urgency=Urgency.EMERGENCY)
    assert TABLE.due(county("2026-02-14T23:00"), emergency).at == county("2026-02-15T23:00")


def test_the_first_row_that_fits_counts_and_a_category_holds_all_below_it() -> None:
    days = {
        (kind, category): TABLE.of(TimedStep.TRACKING, kind=kind, category=category).amount
        for kind, category in (
            (RequestKind.INQUIRY, "城乡建设/占道经营"),
            (RequestKind.COMPLAINT, "城乡建设/占道经营"),
            (RequestKind.COMPLAINT, "城乡建设/占道经营/早市"),
            (RequestKind.COMPLAINT, "城乡建设/占道经营点"),
            (RequestKind.COMPLAINT, "城乡建设/道路破损"),
        )
    }
    assert list(days.values()) == [0, 10, 10, 0, 20]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,,HANDLE,five,WORKING_DAY", "line 2: a limit is"),
        (",,,HANDLE,-1,WORKING_DAY", "line 2: -1 is no length of time"),
        ("WISH,,,HANDLE,1,WORKING_DAY", "'WISH' is not a valid RequestKind"),
        (",,,HANDLE,1,WORKING_DAY", "has no row for SIGN"),
    ],
)
def test_a_row_that_is_none_is_told_by_its_line(row: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "limits.csv"
    file.write_text(f"kind,urgency,category,step,amount,unit\n{row}\n", encoding="utf-8")
    with pytest.raises(BadFileError, match=said):
        ServiceLimits.load(file, Calendar.shipped())
