"""Coordinates that stand in a text: two numbers, their order, and the datum they say they are in."""

import re
from dataclasses import dataclass

import numpy as np

from boundaries.coordinates import Datum, LonLat, check_plausible, to_wgs84
from boundaries.errors import BadCoordinateError

_NUMBER = r"(\d{2,3}\.\d{3,12})"
_BETWEEN = r"[°度]?[,、/; \n]?(?:东经|北纬|经度|纬度|e|n|lat|lng|lon)?[:是为]?[,、/; ]?"
_DECIMAL = re.compile(rf"{_NUMBER}{_BETWEEN}{_NUMBER}")
_SEXAGESIMAL = r"(\d{2,3})[°度](\d{1,2})['′分](\d{1,2}(?:\.\d+)?)[\"″秒]?"
_DEGREES = re.compile(rf"{_SEXAGESIMAL}[^0-9]{{0,6}}{_SEXAGESIMAL}")
_DATUMS = (
    (re.compile(r"百度|bd-?09|baidu"), Datum.BD09),
    (re.compile(r"高德|腾讯|微信|火星|gcj-?02|amap"), Datum.GCJ02),
    (re.compile(r"天地图|cgcs-?2000|国家2000|2000坐标|2000国家"), Datum.CGCS2000),
    (re.compile(r"wgs-?84|gps|卫星定位"), Datum.WGS84),
)
_REACH = 24  # characters on either side in which the datum may be named
_LAT_LIMIT = 60.0
_STATED_SIGMA_M, _UNSTATED_SIGMA_M = 15.0, 400.0


@dataclass(frozen=True, slots=True)
class WrittenCoordinate:
    """A coordinate that a text gives."""

    words: str
    """As it stands in the folded text."""
    point: LonLat
    """WGS 84; taken as it is when the text does not name the datum."""
    datum: Datum | None
    """The datum the text names; None when it names none, and then the point may be off by 700 m."""
    sigma_m: float


def written_coordinate(text: str) -> WrittenCoordinate | None:
    """Return the first coordinate in a folded text, None when there is none in China.

    Longitude and latitude are told apart by their size, for in China it does not overlap.

    Examples
    --------
    >>> written_coordinate("高德地图上显示的坐标是117.214851,28.286399").datum
    <Datum.GCJ02: 'gcj02'>
    >>> written_coordinate("井盖破损,坐标22.95,115.64") is None
    True
    """
    found = _DECIMAL.search(text) or _DEGREES.search(text)
    if found is None:
        return None
    first, second = _degrees(found.groups())
    lon, lat = (second, first) if first < _LAT_LIMIT < second else (first, second)
    written = np.array([[lon, lat]])
    try:
        check_plausible(written, where="")
    except BadCoordinateError:
        return None
    around = text[max(0, found.start() - _REACH) : found.end() + _REACH]
    datum = next((datum for words, datum in _DATUMS if words.search(around)), None)
    here = to_wgs84(written, datum or Datum.WGS84)[0]
    sigma_m = _UNSTATED_SIGMA_M if datum is None else _STATED_SIGMA_M
    return WrittenCoordinate(found[0], LonLat(float(here[0]), float(here[1])), datum, sigma_m)


def _degrees(parts: tuple[str, ...]) -> tuple[float, float]:
    if len(parts) == 2:  # noqa: PLR2004 - two decimal numbers
        return float(parts[0]), float(parts[1])
    numbers = [float(part) for part in parts]
    first, second = (numbers[k] + numbers[k + 1] / 60 + numbers[k + 2] / 3600 for k in (0, 3))
    return first, second
