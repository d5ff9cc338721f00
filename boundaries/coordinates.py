"""One order, one datum: longitude and latitude in WGS 84; everything else is converted at this door.

Chinese data comes in four datums. CGCS2000 agrees with WGS 84 within decimetres and is taken as equal. GCJ-02
(Amap, Tencent) is shifted by some hundred metres in a way that changes from place to place, and BD-09 (Baidu)
shifts that once more. A coordinate without a datum is refused: taking one for another moves a ticket by about
566 m in Lufeng, often into the next village.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from boundaries.errors import BadCoordinateError, NoDatumError, OutsideChinaError, SwappedAxesError

Points: TypeAlias = NDArray[np.float64]
"""Coordinates as an array of shape (n, 2): longitude first, degrees."""


class LonLat(NamedTuple):
    """A place on the earth in WGS 84."""

    lon: float
    """Degrees east."""
    lat: float
    """Degrees north."""


class Datum(StrEnum):
    """The reference systems met in Chinese data."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


_DATUM_WORDS = {
    Datum.WGS84: (
        "wgs84",
        "wgs1984",
        "epsg4326",
        "4326",
        "gps",
        "osm",
        "openstreetmap",
        "国际坐标",
        "地球坐标",
    ),
    Datum.CGCS2000: ("cgcs2000", "epsg4490", "4490", "天地图", "tianditu", "国家2000", "2000国家大地坐标系"),
    Datum.GCJ02: ("gcj02", "gcj", "高德", "amap", "腾讯", "tencent", "火星坐标", "火星坐标系", "国测局坐标"),
    Datum.BD09: ("bd09", "bd09ll", "百度", "baidu", "百度坐标"),
}
_DATUM_BY_WORD = {word: datum for datum, words in _DATUM_WORDS.items() for word in words}
_DATUM_FILLER = str.maketrans("", "", " -_:/·()（）")


def parse_datum(text: str) -> Datum:
    """Return the datum that a person or a file means.

    Parameters
    ----------
    text
        For example ``"GCJ-02"``, ``"高德"``, ``"百度坐标系"``, ``"WGS-84"``, ``"天地图"`` or ``"EPSG:4490"``.

    Raises
    ------
    NoDatumError
        When the word is empty or unknown.

    Examples
    --------
    >>> parse_datum("高德地图")
    <Datum.GCJ02: 'gcj02'>
    """
    word = unicodedata.normalize("NFKC", text).lower().translate(_DATUM_FILLER)
    for ending in ("", "地图", "坐标系", "坐标", "地图坐标系", "地图坐标"):
        datum = _DATUM_BY_WORD.get(word.removesuffix(ending))
        if datum:
            return datum
    raise NoDatumError(
        "{text} is no known datum: give wgs84 (GPS, OpenStreetMap), cgcs2000 (Tianditu), "
        "gcj02 (Amap, Tencent) or bd09 (Baidu)",
        text=text.strip() or "''",
    )


_KRASSOVSKY_M = 6378245.0
_KRASSOVSKY_E2 = 0.00669342162296594323
_MICROMETRE_DEG = 1e-11
_NEAR_MERIDIAN_DEG = 10.0
_BAIDU_TURN = np.pi * 3000.0 / 180.0
# China's land and coastal sea (west, south, east, north)
_CHINA = (73.0, 3.0, 136.0, 54.0)
# GCJ-02 leaves coordinates outside this box as they are (west, south, east, north)
_SHIFTED_BOX = (72.004, 0.8293, 137.8347, 55.8271)


def from_wgs84(points: Points, datum: Datum) -> Points:
    """Convert WGS 84 coordinates to another datum, for example to open a place in Amap.

    Parameters
    ----------
    points
        Shape (n, 2), degrees. NaN stays NaN.
    datum
        The datum wanted.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if datum in {Datum.WGS84, Datum.CGCS2000}:
        return points.copy()
    shifted = _to_gcj02(points)
    return shifted if datum is Datum.GCJ02 else _gcj02_to_bd09(shifted)


def to_wgs84(points: Points, datum: Datum) -> Points:
    """Convert coordinates of a known datum to WGS 84.

    The shift has no closed inverse; it is undone by iteration, to about a micrometre.

    Parameters
    ----------
    points
        Shape (n, 2), degrees. NaN stays NaN.
    datum
        The datum of the coordinates.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    guess = points.copy()
    if datum in {Datum.WGS84, Datum.CGCS2000} or len(points) == 0:
        return guess
    for _ in range(30):
        step = points - from_wgs84(guess, datum)
        guess += step
        if not np.any(np.abs(step) > _MICROMETRE_DEG):  # comparisons with NaN are false
            break
    return guess


def _to_gcj02(points: Points) -> Points:
    """Apply the public GCJ-02 formula; offsets are computed relative to 105° E, 35° N."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    latitude = np.radians(points[:, 1])
    bend = 1.0 - _KRASSOVSKY_E2 * np.sin(latitude) ** 2
    meridian_m = _KRASSOVSKY_M * (1.0 - _KRASSOVSKY_E2) / bend**1.5
    parallel_m = _KRASSOVSKY_M / np.sqrt(bend) * np.cos(latitude)
    shift = np.degrees(np.column_stack([east / parallel_m, north / meridian_m]))
    west, south, east_edge, north_edge = _SHIFTED_BOX
    lon, lat = points[:, 0], points[:, 1]
    inside = (lon >= west) & (lon <= east_edge) & (lat >= south) & (lat <= north_edge)
    return np.where(inside[:, None], points + shift, points)


def _gcj02_to_bd09(points: Points) -> Points:
    """Apply Baidu's second shift."""
    x, y = points[:, 0], points[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


@dataclass(frozen=True, slots=True)
class Projection:
    """The one flat grid in metres on which a workspace measures lengths and areas.

    A transverse Mercator projection through the middle of the data, so no zone border can cut a county in two
    (Lufeng lies across 115.5° E, where two 3° zones meet). Within 100 km of it lengths are right to 0.013 %.
    """

    definition: str
    """The projection for PROJ, accepted by geopandas and OSMnx as a CRS."""

    @classmethod
    def for_points(cls, points: Points) -> Self:
        """Choose the projection for some places.

        The middle is rounded to a tenth of a degree, so nearly the same places give the same projection.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84 degrees, at least one finite row.

        Raises
        ------
        BadCoordinateError
            When there is no finite point.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            raise BadCoordinateError("a projection needs at least one coordinate")
        lon, lat = np.round((points.min(axis=0) + points.max(axis=0)) / 2, 1) + 0.0
        return cls(
            f"+proj=tmerc +lat_0={lat:.1f} +lon_0={lon:.1f} +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
        )

    def to_metres(self, points: Points) -> Points:
        """Convert WGS 84 degrees, shape (n, 2), to metres east and north of the middle."""
        return _transform(points, "EPSG:4326", self.definition)

    def to_degrees(self, points: Points) -> Points:
        """Convert metres east and north of the middle, shape (n, 2), to WGS 84 degrees."""
        return _transform(points, self.definition, "EPSG:4326")


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    try:
        return Transformer.from_crs(source, target, always_xy=True)
    except ProjError as error:
        raise NoDatumError(
            "the coordinate system {crs} is unknown: convert the file to WGS 84 or CGCS2000 first",
            crs=_known(source).name,
        ) from error


def _transform(points: Points, source: str, target: str) -> Points:
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    x, y = _transformer(source, target).transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def declared_to_wgs84(points: Points, *, crs: str | None, datum: Datum | None, where: str) -> Points:
    """Convert the coordinates of a file to WGS 84, by what it declares and by what the caller knows better.

    Parameters
    ----------
    points
        Shape (n, 2), easting or longitude first, whatever the official axis order.
    crs
        What the file declares: anything PROJ understands; None when it declares nothing.
    datum
        The datum the caller knows; it overrides the declared one, for files often say WGS 84 and mean GCJ-02.
        A projection is undone all the same.
    where
        The file's name, for messages.

    Raises
    ------
    NoDatumError
        When neither is given, PROJ does not know the system, or it is a local grid or an old Chinese datum
        whose parameters are not public.
    """
    if crs is None and datum is None:
        raise NoDatumError(
            "{path} does not say in which datum its coordinates are: give the datum, one of wgs84, cgcs2000, "
            "gcj02 and bd09",
            path=where,
        )
    if crs is not None and (datum is None or not _is_geographic(crs)):
        points = _transform(points, _checked(crs), "EPSG:4326")
    return to_wgs84(points, datum or Datum.WGS84)


def strays_from_meridian(points: Points, crs: str) -> bool:
    """Say whether places lie where no one would use a projection: a sign that its axes were exchanged.

    Chinese maps use Gauss-Krueger zones of 3 or 6 degrees; with northing and easting exchanged a county comes
    out some 2,000 km from the zone's central meridian, which may still be in China's waters.

    Parameters
    ----------
    points
        Shape (n, 2), WGS 84 degrees.
    crs
        What the file declares. False for all but transverse Mercator projections.
    """
    operation = _known(crs).coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return False
    meridians = [float(p.value) for p in operation.params if p.name == "Longitude of natural origin"]
    return any(not np.all(np.abs(points[:, 0] - meridian) < _NEAR_MERIDIAN_DEG) for meridian in meridians)


@lru_cache(maxsize=32)
def _is_geographic(crs: str) -> bool:
    return bool(_known(crs).is_geographic)


@lru_cache(maxsize=32)
def _known(crs: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        raise NoDatumError(
            "the coordinate system {crs} is unknown: convert the file to WGS 84 or CGCS2000 first",
            crs=crs[:60],
        ) from error


@lru_cache(maxsize=32)
def _checked(crs: str) -> str:
    known = _known(crs)
    name = f"{known.name} {known.geodetic_crs.name if known.geodetic_crs else ''}"
    if known.geodetic_crs is None or any(old in name for old in ("Beijing", "Xian", "Xi'an")):
        raise NoDatumError(
            "the coordinate system {crs} cannot be converted without local parameters: "
            "ask the surveying office for the file in CGCS2000",
            crs=known.name,
        )
    return crs


def check_plausible(points: Points, *, where: str) -> None:
    """Refuse coordinates that cannot be longitude and latitude of a place in China.

    Parameters
    ----------
    points
        Shape (n, 2), degrees. Empty input passes.
    where
        What the coordinates belong to, for the message: a file's or a column's name.

    Raises
    ------
    BadCoordinateError
        When a number is missing or looks like metres.
    SwappedAxesError
        When the places would be in China with the axes exchanged.
    OutsideChinaError
        When they are elsewhere.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        return
    if not np.isfinite(points).all():
        raise BadCoordinateError("{where} has an empty or infinite coordinate", where=where)
    outside = points[~_in_china(points)]
    if not len(outside):
        return
    lon, lat = outside[0]
    if _in_china(outside[:, ::-1]).all():
        raise SwappedAxesError(
            "{where} has {lon}, {lat}, which is in China only with the axes exchanged: give longitude first, "
            "then latitude",
            where=where,
            lon=round(float(lon), 5),
            lat=round(float(lat), 5),
        )
    if max(abs(lon), abs(lat)) > 180:  # noqa: PLR2004 - degrees end here
        raise BadCoordinateError(
            "{where} has {lon}, {lat}, which are metres of a projection, not degrees: "
            "add the file's coordinate system (.prj), or convert it to longitude and latitude",
            where=where,
            lon=round(float(lon), 1),
            lat=round(float(lat), 1),
        )
    raise OutsideChinaError(
        "{where} has {lon}, {lat}, which is outside China: check the columns and the coordinate system",
        where=where,
        lon=round(float(lon), 5),
        lat=round(float(lat), 5),
    )


def _in_china(points: Points) -> NDArray[np.bool_]:
    """Say which points lie in the box of China's land and coastal sea."""
    lon, lat = points[:, 0], points[:, 1]
    west, south, east, north = _CHINA
    inside: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside
