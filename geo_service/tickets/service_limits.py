"""How long each step may take: a table of the county's own, by kind, urgency, category and step (§2.2, §6.4).

``data/service_limits.csv`` is what ships; a workspace's own table replaces it. The first row that fits
counts: an empty cell fits everything, a category fits all below it. No limit stands in the code.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

from geo_service.errors import BadFileError
from geo_service.tickets.deadlines import COUNTY_TIME, Calendar
from geo_service.tickets.model import RequestKind, Urgency

_DATA = Path(__file__).parent / "data" / "service_limits.csv"
END_OF_DAY = time(18)
"""A limit in days ends then, county time."""
_MORNING, _NOON = (time(9), time(12)), (time(14), time(18))
"""Working hours: a limit in them stands still at night, at noon and on days off."""


class TimedStep(StrEnum):
    """What has a limit."""

    SIGN = "SIGN"
    RETURN = "RETURN"
    HANDLE = "HANDLE"
    FIRST_CALLBACK = "FIRST_CALLBACK"
    FOLLOW_UP_AFTER_REHANDLING = "FOLLOW_UP_AFTER_REHANDLING"
    TRACKING = "TRACKING"
    """From closing to the follow-up that looks whether it holds; 0 for none."""
    ORDER_CHECK = "ORDER_CHECK"
    SUPERVISED_ANSWER = "SUPERVISED_ANSWER"
    ARCHIVE = "ARCHIVE"


class LimitUnit(StrEnum):
    """In what a limit is counted."""

    WORKING_DAY = "WORKING_DAY"
    CALENDAR_DAY = "CALENDAR_DAY"
    HOUR = "HOUR"
    WORKING_HOUR = "WORKING_HOUR"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is due."""

    at: datetime
    is_provisional: bool
    """True when a day on the way lies in a year whose holidays nobody has published here."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of the table."""

    kind: str
    urgency: str
    category: str
    step: TimedStep
    amount: int
    unit: LimitUnit

    def fits(self, step: TimedStep, kind: RequestKind, urgency: Urgency, category: str) -> bool:
        """Say whether the row is about such a ticket."""
        return (
            self.step is step
            and self.kind in {"", kind.value}
            and self.urgency in {"", urgency.value}
            and (not self.category or f"{category}/".startswith(f"{self.category}/"))
        )


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """The table, and the calendar on which it runs."""

    limits: Sequence[Limit]
    calendar: Calendar

    @classmethod
    def shipped(cls, calendar: Calendar) -> Self:
        """Return the table that comes with the service."""
        return cls.load(_DATA, calendar)

    @classmethod
    def load(cls, path: Path, calendar: Calendar) -> Self:
        """Read a table: ``kind,urgency,category,step,amount,unit``.

        Raises
        ------
        BadFileError
            When a row is not like that, or a step has no row that fits every ticket; names file and line.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [_limit(path, at, row) for at, row in enumerate(csv.DictReader(file), start=2)]
        except (OSError, UnicodeDecodeError) as error:
            raise BadFileError("the table {file} cannot be read", file=path.name) from error
        for step in TimedStep:
            if not any(row.step is step and not (row.kind or row.urgency or row.category) for row in rows):
                raise BadFileError(
                    "{file} has no row for {step} that fits every ticket: "
                    "leave kind, urgency and category empty",
                    file=path.name,
                    step=step.value,
                )
        return cls(tuple(rows), calendar)

    def of(
        self,
        step: TimedStep,
        *,
        kind: RequestKind = RequestKind.ASSISTANCE,
        urgency: Urgency = Urgency.NORMAL,
        category: str = "",
    ) -> Limit:
        """Return the limit of a step of such a ticket: the first row that fits."""
        return next(limit for limit in self.limits if limit.fits(step, kind, urgency, category))

    def due(self, start: datetime, limit: Limit) -> Moment:
        """Return when a limit that starts at a moment ends.

        Days are counted from the next one and end at 18:00; hours run on the clock, working hours only while
        offices are open.

        Examples
        --------
        >>> table = ServiceLimits.shipped(Calendar.shipped())
        >>> start = datetime(2026, 2, 13, 10, tzinfo=COUNTY_TIME)
        >>> table.due(start, table.of(TimedStep.SIGN)).at.isoformat()
        '2026-02-14T18:00:00+08:00'
        """
        local = start.astimezone(COUNTY_TIME)
        if limit.unit is LimitUnit.HOUR:
            return Moment(local + timedelta(hours=limit.amount), is_provisional=False)
        if limit.unit is LimitUnit.WORKING_HOUR:
            return self._after_working_hours(local, timedelta(hours=limit.amount))
        if limit.unit is LimitUnit.CALENDAR_DAY:
            day = local.date() + timedelta(days=limit.amount)
            return Moment(datetime.combine(day, END_OF_DAY, COUNTY_TIME), is_provisional=False)
        due = self.calendar.add_working_days(local.date(), limit.amount)
        return Moment(datetime.combine(due.date, END_OF_DAY, COUNTY_TIME), due.provisional)

    def _after_working_hours(self, start: datetime, left: timedelta) -> Moment:
        day, provisional = start.date(), False
        while True:
            provisional = provisional or not self.calendar.is_published(day)
            for opens, closes in (_MORNING, _NOON) if self.calendar.is_working_day(day) else ():
                begin = max(start, datetime.combine(day, opens, COUNTY_TIME))
                end = datetime.combine(day, closes, COUNTY_TIME)
                if begin + left <= end:
                    return Moment(begin + left, provisional)
                left -= max(end - begin, timedelta())
            day += timedelta(days=1)


def _limit(path: Path, line: int, row: dict[str, str]) -> Limit:
    try:
        kind, urgency = (row[name].strip() for name in ("kind", "urgency"))
        if kind:
            RequestKind(kind)
        if urgency:
            Urgency(urgency)
        step, unit = TimedStep(row["step"].strip()), LimitUnit(row["unit"].strip())
        amount = int(row["amount"])
    except (KeyError, ValueError, AttributeError) as error:
        raise BadFileError(
            "{file}, line {line}: a limit is kind, urgency, category, step, amount, unit: {problem}",
            file=path.name,
            line=line,
            problem=str(error),
        ) from error
    if amount < 0:
        raise BadFileError(
            "{file}, line {line}: {amount} is no length of time", file=path.name, line=line, amount=amount
        )
    return Limit(kind, urgency, row["category"].strip(), step, amount, unit)
