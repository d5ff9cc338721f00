"""From which day to which day an area holds: two columns of the areas' file, either end open.

A third column says in which datum the file is, so that a copy of it cannot be taken for another.
"""

import re
from collections.abc import Hashable
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.coordinates import Datum
from boundaries.errors import BadVersionError
from boundaries.positions import STATED_DATUM

VALID_FROM, VALID_TO = "valid_from", "valid_to"
"""First day, and the day after the last; None: since ever, and until further notice."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")
_OPEN_YEAR = 2900  # 9999-12-31 is how other programs write an open end


def with_days(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table whose two columns are there and hold `datetime.date` or None.

    Parameters
    ----------
    frame
        The columns may be missing (a workspace from before there were versions), text like ``2026-03-01``, or
        dates.

    Raises
    ------
    BadVersionError
        When a value is no day; names it.
    """
    # of type object, or a column of nothing but None would become one of numbers
    columns = {
        column: pd.Series(_days(frame, column), index=frame.index, dtype=object)
        for column in (VALID_FROM, VALID_TO)
    }
    return frame.assign(**columns)


def with_text(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table as it is written: days as text, which every program shows alike, and its datum."""
    return frame.assign(
        **{STATED_DATUM: Datum.WGS84.value},
        **{
            column: [None if day is None else day.isoformat() for day in _days(frame, column)]
            for column in (VALID_FROM, VALID_TO)
        },
    )


def valid_on(frame: gpd.GeoDataFrame, day: date | None) -> NDArray[np.bool_]:
    """Say which rows hold on a day; None asks for those without an end, the newest drawing of all."""
    pairs = zip(_days(frame, VALID_FROM), _days(frame, VALID_TO), strict=True)
    if day is None:
        return np.array([until is None for _, until in pairs], dtype=bool)
    return np.array(
        [(since is None or since <= day) and (until is None or day < until) for since, until in pairs],
        dtype=bool,
    )


def newest(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows without an end."""
    return frame[valid_on(frame, None)]


def _days(frame: gpd.GeoDataFrame, column: str) -> list[date | None]:
    if column not in frame.columns:
        return [None] * len(frame)
    return [_day(value, column) for value in frame[column]]


def _day(value: Hashable, column: str) -> date | None:
    """Read one cell."""
    if isinstance(value, datetime):  # a time stamp of pandas is one too, a missing one is not equal to itself
        return _open(value.date()) if value == value else None  # noqa: PLR0124 - NaT
    if value is None or isinstance(value, date):
        return value and _open(value)
    if isinstance(value, float) and np.isnan(value):
        return None
    text = str(value).strip()
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise BadVersionError(
            "{value} in the column {column} of the areas is no day: write it like 2026-03-01",
            value=text[:40],
            column=column,
        ) from error


def parse_day(text: str) -> date | None:
    """Return the day a text writes, like 2026-03-01 or 2026年3月1日; None for one that means an open end.

    Raises
    ------
    ValueError
        When it is no day.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _open(date(*map(int, found.groups())))


def _open(day: date) -> date | None:
    """Return a day, None for one so far off that an open end is meant."""
    return None if day.year >= _OPEN_YEAR else day
