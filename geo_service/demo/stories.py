"""The calls that are planted: the news article's six cases, the market that is a hotspot, and every trap.

They stand in ``data/planted.csv``, one a line, where people of the trade can add theirs. The texts paraphrase
published cases or are invented; a complaint about a committee names a village that does not exist.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from importlib.resources import files

import numpy as np

from boundaries import Datum, from_wgs84, parse_datum
from geo_service.demo.calls import Call, Expected, Truth
from geo_service.demo.county import County

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_UNSAID = "unsaid"
"""Datum of a planted coordinate whose datum the hotline forgot."""


def planted(county: County) -> Iterator[Call]:
    """Yield every planted call, in the order of the file."""
    text = (files("geo_service.demo") / "data" / "planted.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield _call(row, county)


def _call(row: Mapping[str, str], county: County) -> Call:
    hour, minute = map(int, row["time"].split(":"))
    truth = _truth(row, county)
    return Call(
        row["text"],
        row["category"],
        row["kind"],
        truth,
        place=row["place"],
        town=row["town"],
        address=row["address"],
        point=_point(row["datum"], truth, county),
        datum=row["datum"].replace(_UNSAID, ""),
        urgency=row["urgency"] or "一般",
        channel="粤省心" if row["datum"] else "电话",
        story=row["story"],
        at=datetime(2026, 1, int(row["day"]), hour, minute, tzinfo=CHINA),
        received=row["received"],
        caller=row["caller"],
    )


def _truth(row: Mapping[str, str], county: County) -> Truth:
    """Return what is true: given by unit, by town, or by a landmark and metres east and north of it."""
    expected = Expected(row["expected"])
    if not row["landmark"]:
        return Truth(expected, row["unit"], row["town_code"] or row["unit"][:9])
    landmark = county.landmark(row["landmark"])
    east, north = float(row["east_m"] or 0), float(row["north_m"] or 0)
    spot = landmark.spot[0] + east, landmark.spot[1] + north
    return Truth(expected, landmark.village.code, landmark.village.unit.town_code, spot)


def _point(datum: str, truth: Truth, county: County) -> tuple[float, float] | None:
    """Return the coordinates as the hotline has them, when the call has any."""
    if not datum or truth.spot is None:
        return None
    known = Datum.GCJ02 if datum == _UNSAID else parse_datum(datum)
    lon, lat = np.round(from_wgs84(np.array([county.lon_lat(truth.spot)]), known)[0], 6).tolist()
    return lon, lat
