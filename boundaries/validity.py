"""From which day to which day an area holds: two columns of the areas' file, either end open."""

from collections.abc import Hashable
from datetime import date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.errors import BadVersionError

VALID_FROM, VALID_TO = "valid_from", "valid_to"
"""First day, and the day after the last; None: since ever, and until further notice."""


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
    """Return the table as it is written: days as text, which every program shows alike."""
    return frame.assign(
        **{
            column: [None if day is None else day.isoformat() for day in _days(frame, column)]
            for column in (VALID_FROM, VALID_TO)
        }
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
        return value.date() if value == value else None  # noqa: PLR0124 - NaT
    if value is None or isinstance(value, date):
        return value
    if isinstance(value, float) and np.isnan(value):
        return None
    text = str(value).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadVersionError(
            "{value} in the column {column} of the areas is no day: write it like 2026-03-01",
            value=text[:40],
            column=column,
        ) from error
