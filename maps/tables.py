"""Tables at the door of a map: are the columns there, where do they lie, what may travel into the page."""

import math
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import NA, NaT

from maps.errors import MissingColumnsError

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_SOUTH_CHINA: Bounds = (115.3, 22.6, 116.3, 23.3)
_UNSAFE = re.compile(r"[\x00-\x20\\\\]")


def checked(table: GeoDataFrame, what: str, columns: Sequence[str]) -> None:
    """Refuse a table that lacks columns or is not in WGS 84.

    Raises
    ------
    MissingColumnsError
        Naming all missing columns at once.
    """
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise MissingColumnsError(
            "the table of {what} lacks the columns {columns}", what=what, columns=", ".join(missing)
        )
    if table.crs is None or table.crs != "EPSG:4326":
        raise MissingColumnsError("the table of {what} is not in WGS 84 (EPSG:4326)", what=what)


def bounds_of(*tables: GeoDataFrame | None) -> Bounds:
    """Return the bounds of the first table that has a place; of a made-up view when none has."""
    for table in tables:
        if table is None or table.empty:
            continue
        found = table.geometry.to_numpy()
        west, south, east, north = shapely.total_bounds(found)
        if math.isfinite(west):
            return (float(west), float(south), float(east), float(north))
    return _SOUTH_CHINA


def is_derived(areas: GeoDataFrame) -> NDArray[np.bool_]:
    """Return, for each area, whether nobody has drawn it; False without such a column."""
    if "derived" not in areas.columns:
        return np.zeros(len(areas), dtype=bool)
    return np.array([value is True or value == 1 for value in areas["derived"]], dtype=bool)


def rows_of(table: GeoDataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows as plain data: the columns that are there, and ``lat`` and ``lon`` of a point or None.

    Texts stay as they are; numbers that are no numbers become None; an address that is neither relative nor
    http is dropped.
    """
    present = [column for column in columns if column in table.columns]
    shapes = table.geometry.to_numpy()
    rows = [
        dict(zip(present, values, strict=True))
        for values in table[present].itertuples(index=False, name=None)
    ]
    for row, shape in zip(rows, shapes, strict=True):
        for column, value in row.items():
            row[column] = safe_address(value) if column == "url" else plain(value)
        if isinstance(shape, shapely.Point) and not shape.is_empty:
            row["lon"], row["lat"] = round(shape.x, 6), round(shape.y, 6)
        else:
            row["lon"] = row["lat"] = None
    return rows


def plain(value: object) -> object:
    """Return a cell as text, number or None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is NaT or value is NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) else str(value)


def safe_address(url: object) -> str | None:
    """Return an address that is relative, http or https; None for others, such as ``javascript:``."""
    if not isinstance(url, str) or not url or _UNSAFE.search(url):
        return None
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    return url if scheme in {"", "http", "https"} else None
