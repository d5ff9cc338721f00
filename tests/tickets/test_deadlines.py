"""Working days are what the State Council published, and a year nobody published is provisional."""

from datetime import date
from pathlib import Path

import pytest

from geo_service.errors import BadFileError
from geo_service.tickets.deadlines import Calendar

CALENDAR = Calendar.shipped()


@pytest.mark.parametrize(
    ("day", "n", "due"),
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
def test_due_days_around_the_holidays_of_2026(day: str, n: int, due: str) -> None:
    found = CALENDAR.add_working_days(date.fromisoformat(day), n)
    assert (found.date.isoformat(), found.provisional) == (due, False)


def test_january_2026_had_21_working_days() -> None:
    days = CALENDAR.working_days_from(date(2026, 1, 1), 21)
    assert (days[0], days[-1]) == (date(2026, 1, 4), date(2026, 1, 30))


def test_a_year_nobody_published_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 30), 2).provisional
    assert not CALENDAR.add_working_days(date(2026, 12, 30), 1).provisional


def test_only_whole_published_years_are_known() -> None:
    assert [CALENDAR.is_known(year) for year in (2025, 2026, 2027)] == [False, True, False]


def test_no_days_are_the_day_itself() -> None:
    assert CALENDAR.add_working_days(date(2026, 1, 3), 0).date == date(2026, 1, 3)


def test_a_line_that_is_no_day_names_itself(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("day,works,name\n2026-01-32,no,?\n", encoding="utf-8")
    with pytest.raises(BadFileError, match=r"days\.csv, line 2: 2026-01-32 is no day"):
        Calendar.load(tmp_path / "days.csv", tmp_path / "days.csv")
