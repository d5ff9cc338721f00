"""What is wrong when a file's coordinates cannot be what it declares: the likely mistake, by trying it.

Chinese maps come in Gauss-Krueger zones of 3 or 6 degrees, and the number of the zone is sometimes written in
front of the easting (38500000) and sometimes not (500000); files often declare the one and hold the other, or
hold degrees and declare metres.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np

from boundaries.coordinates import Points, check_plausible, declared_to_wgs84, strays_from_meridian
from boundaries.errors import BadCoordinateError, BoundaryError

_NAME = re.compile(r'^\w+\["([^"]+)"')
_MILLION = 1e6
_ZONES_6 = range(13, 24)
_ZONES_3 = range(25, 46)
# EPSG numbers CGCS2000's zones in order: 4491 is the 6-degree zone 13, 4513 the 3-degree zone 25
_EPSG_6, _EPSG_3 = 4491 - 13, 4513 - 25
# Web Mercator over China, metres (west, south, east, north)
_MERCATOR_BOX = (8.1e6, 3.3e5, 15.2e6, 7.2e6)
_FEW = 50


def holds_degrees(points: Points, crs: str) -> bool:
    """Say whether the numbers are degrees of places in China although a projection is declared.

    A projection's own metres are never that small: its origin would lie in the county.
    """
    return _is_plausible(points) and not np.allclose(_converted(points[:1], crs), points[:1], atol=1.0)


def mistake(points: Points, crs: str | None, *, where: str) -> BoundaryError | None:
    """Return the error that names the likely mistake; None when none of the usual ones explains the numbers.

    Parameters
    ----------
    points
        Shape (n, 2), as the file holds them, easting first; cannot be what they are declared as.
    crs
        What the file declares, None when nothing.
    where
        The file's name, for the message.
    """
    points = points[np.isfinite(points).all(axis=1)][:_FEW]
    if not len(points):
        return None
    return next(chain(_of_projection(points, crs, where), _of_metres(points, crs, where)), None)


def _of_projection(points: Points, crs: str | None, where: str) -> Iterator[BoundaryError]:
    """Yield what may be wrong with a declared projection."""
    if crs is None:
        return
    if holds_degrees(points, crs):
        yield BadCoordinateError(
            "{path} declares {crs}, a projection in metres, but holds degrees: declare longitude and "
            "latitude (EPSG:4490 or EPSG:4326), or give the datum",
            path=where,
            crs=name_of(crs),
        )
    zone = int(points[0, 0] // _MILLION)
    if zone in (*_ZONES_6, *_ZONES_3) and _fits(points - [zone * _MILLION, 0.0], crs):
        yield BadCoordinateError(
            "the eastings of {path} begin with the number of zone {zone}, which {crs} does not have: declare "
            "the system with that number ({right})",
            path=where,
            zone=zone,
            crs=name_of(crs),
            right=_zone_name(zone),
        )
    longer = (points + np.array([zone * _MILLION, 0.0]) for zone in (*_ZONES_6, *_ZONES_3))
    if 0 < points[0, 0] < _MILLION and any(_fits(eastings, crs) for eastings in longer):
        yield BadCoordinateError(
            "{path} declares {crs}, whose eastings begin with the number of a zone, but its eastings do not, "
            "such as {easting}: declare the system by its central meridian",
            path=where,
            crs=name_of(crs),
            easting=round(float(points[0, 0]), 1),
        )


def _of_metres(points: Points, crs: str | None, where: str) -> Iterator[BoundaryError]:
    """Yield what metres may be that are declared as degrees, or not at all."""
    if crs is not None and not np.allclose(_converted(np.array([[115.0, 23.0]]), crs), [115.0, 23.0]):
        return
    x, y = points[0]
    west, south, east, north = _MERCATOR_BOX
    zone = int(x // _MILLION)
    if not _MILLION < y < 6 * _MILLION:
        return
    if zone in (*_ZONES_6, *_ZONES_3) and abs(x % _MILLION - 0.5 * _MILLION) < 0.4 * _MILLION:
        likely = _zone_name(zone)
        if west < x < east and south < y < north:
            likely = f"Web Mercator (EPSG:3857), {likely}"
    elif west < x < east and south < y < north:
        likely = "Web Mercator (EPSG:3857)"
    else:
        return
    yield BadCoordinateError(
        "{path} has {lon}, {lat}, which are metres, not degrees; they look like {likely}: declare that in "
        "the file (.prj), or convert it to longitude and latitude",
        path=where,
        lon=round(float(x), 1),
        lat=round(float(y), 1),
        likely=likely,
    )


def _zone_name(zone: int) -> str:
    if zone in _ZONES_3:
        return f"CGCS2000 / 3-degree Gauss-Kruger zone {zone} (EPSG:{_EPSG_3 + zone})"
    return f"CGCS2000 / Gauss-Kruger zone {zone} (EPSG:{_EPSG_6 + zone})"


def name_of(crs: str) -> str:
    """Return the name in a system's WKT."""
    found = _NAME.match(crs)
    return found.group(1) if found else crs[:60]


def _fits(points: Points, crs: str) -> bool:
    """Say whether numbers, taken for what is declared, lie in China near the projection's meridian."""
    places = _converted(points, crs)
    return _is_plausible(places) and not strays_from_meridian(places, crs)


def _converted(points: Points, crs: str) -> Points:
    return declared_to_wgs84(points, crs=crs, datum=None, where="")


def _is_plausible(points: Points) -> bool:
    return _passes(lambda: check_plausible(points, where=""))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except BoundaryError:
        return False
    return True
