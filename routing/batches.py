"""Which half-days there are, and which visits cannot wait."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from boundaries import LonLat
from routing.stops import HalfDay, Shift, Stop, TimeWindow

WORKING_HOURS: Mapping[HalfDay, TimeWindow] = MappingProxyType(
    {
        HalfDay.AM: TimeWindow(9 * 3600, 11 * 3600 + 1800),
        HalfDay.PM: TimeWindow(15 * 3600, 17 * 3600 + 1800),
    }
)
"""When residents of eastern Guangdong expect a visit: 09:00-11:30 and 15:00-17:30."""


def shifts_for(  # noqa: PLR0913 - the last two are options
    body: str,
    base: LonLat,
    base_name: str,
    days: Sequence[date],
    *,
    hours: Mapping[HalfDay, TimeWindow] = WORKING_HOURS,
    max_stops: int = 8,
) -> list[Shift]:
    """Return the half-days on which one pair of a body can walk.

    Parameters
    ----------
    body
        Code of the body.
    base, base_name
        Where its rounds start and end.
    days
        The days to plan, without those that are blocked (festivals, typhoon warnings). A day given twice
        counts once.
    hours
        From when to when, per half-day; a half-day that is missing is not worked.
    max_stops
        Doors per half-day.

    Returns
    -------
    list of Shift
        In order of time; ids are ``body/date/half-day``.
    """
    return [
        Shift(
            id=f"{body}/{day.isoformat()}/{half_day}",
            body=body,
            date=day,
            half_day=half_day,
            base=base,
            base_name=base_name,
            opens_s=hours[half_day].opens_s,
            closes_s=hours[half_day].closes_s,
            max_stops=max_stops,
        )
        for day in sorted(set(days))
        for half_day in HalfDay
        if half_day in hours
    ]


def due_today(stops: Iterable[Stop], today: date) -> list[Stop]:
    """Return the visits that are overdue or due today and may be made, the most urgent first.

    Parameters
    ----------
    stops
        Any visits; those without a due day are never urgent.
    today
        The day in question.
    """
    urgent = [
        (stop.due, -stop.priority, stop.id, stop)
        for stop in stops
        if stop.due is not None
        and stop.due <= today
        and (stop.not_before is None or stop.not_before <= today)
    ]
    return [stop for *_, stop in sorted(urgent, key=lambda row: row[:3])]
