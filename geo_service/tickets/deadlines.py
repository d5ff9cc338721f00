"""Working days as the State Council publishes them, and the days that fall due.

A holiday in China is a bridge built of weekends: the Saturdays before and after it are worked. So no rule
computes a working day; a table says it, year by year, and outside its years a date is only provisional.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from geo_service.errors import BadFileError

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
"""The clock of every hotline; times that name no zone are read on it."""

_DATA = Path(__file__).parent / "data"
_SATURDAY = 5
_WORKS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something must be done."""

    date: date
    provisional: bool
    """True when a day on the way lies in a year whose holidays nobody has published here yet."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked."""

    days: Mapping[date, bool]
    """Published exceptions: day → whether it is worked. Every other day follows the week."""
    published: tuple[tuple[date, date], ...]
    """Stretches of days, both ends included, over which the exceptions are complete."""

    @classmethod
    def shipped(cls) -> Self:
        """Return the calendar that comes with the service."""
        return cls.load(_DATA / "working_days.csv", _DATA / "published_years.csv")

    @classmethod
    def load(cls, days: Path, published: Path) -> Self:
        """Read a calendar from two CSV files: ``day,works,name`` and ``first_day,last_day,source``.

        Parameters
        ----------
        days
            One exception a line: a date as 2026-01-04 and ``yes`` (worked) or ``no``.
        published
            The stretches of days for which the first file is complete.

        Raises
        ------
        BadFileError
            When a line is not like that; the message names file, line and value.
        """
        exceptions = {_day(days, at, row["day"]): _works(days, at, row["works"]) for at, row in _rows(days)}
        stretches = (
            (_day(published, at, row["first_day"]), _day(published, at, row["last_day"]))
            for at, row in _rows(published)
        )
        return cls(exceptions, tuple(stretches))

    def is_working_day(self, day: date) -> bool:
        """Say whether offices work on a day; Monday to Friday unless published otherwise."""
        return self.days.get(day, day.weekday() < _SATURDAY)

    def is_published(self, day: date) -> bool:
        """Say whether the holidays around a day are known."""
        return any(first <= day <= last for first, last in self.published)

    def is_known(self, year: int) -> bool:
        """Say whether the holidays of a whole year are known, stretch by stretch."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        for starts, ends in sorted(self.published):
            if starts <= first <= ends:
                first = ends + timedelta(days=1)
        return first > last

    def add_working_days(self, day: date, n: int) -> Due:
        """Return the n-th working day after a day, counted from the next day on.

        Parameters
        ----------
        day
            The day on which something happened; it does not count itself, worked or not.
        n
            Working days; 0 or less gives the day itself.
        """
        provisional = False
        while n > 0:
            day += timedelta(days=1)
            provisional = provisional or not self.is_published(day)
            n -= self.is_working_day(day)
        return Due(day, provisional)

    def working_days_from(self, day: date, n: int) -> list[date]:
        """Return the first n working days from a day on; the day itself counts when it is worked."""
        found: list[date] = []
        while len(found) < n:
            if self.is_working_day(day):
                found.append(day)
            day += timedelta(days=1)
        return found


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a CSV file with their numbers (the header is line 1)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(enumerate(csv.DictReader(file), start=2))


def _day(path: Path, line: int, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadFileError(
            "{path}, line {line}: {value} is no day; write it like 2026-01-04",
            path=path.name,
            line=line,
            value=text,
        ) from error


def _works(path: Path, line: int, text: str) -> bool:
    try:
        return _WORKS[text.strip().lower()]
    except KeyError as error:
        raise BadFileError(
            "{path}, line {line}: {value} is neither yes (worked) nor no",
            path=path.name,
            line=line,
            value=text,
        ) from error
