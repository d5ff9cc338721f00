"""A town of straight streets, drawn in metres around a corner of Lufeng's plain."""

from datetime import date

import numpy as np

from boundaries import LonLat, OsmExtract, OsmWay, Projection
from routing import Shift, Stop, TimeWindow, WalkNetwork, shifts_for

CORNER = LonLat(115.6, 22.9)
GRID = Projection.for_points(np.array([CORNER]))
MONDAY = date(2026, 1, 5)
NINE, THREE = 9 * 3600, 15 * 3600

Metres = tuple[float, float]


def at(east_m: float, north_m: float) -> LonLat:
    """Return the place so many metres east and north of the corner."""
    lon, lat = GRID.to_degrees(np.array([[east_m, north_m]]))[0]
    return LonLat(float(lon), float(lat))


def streets(*lines: list[Metres]) -> OsmExtract:
    """Return a map of streets; lines meet where they name the same place."""
    places = {
        place: number for number, place in enumerate(dict.fromkeys(p for line in lines for p in line), 1)
    }
    ways = [
        OsmWay(
            number,
            tuple(places[place] for place in line),
            np.array([at(*place) for place in line]),
            {"highway": "residential"},
        )
        for number, line in enumerate(lines, 1)
    ]
    return OsmExtract(ways, [], [], None)


def town() -> WalkNetwork:
    """Return nine crossings 200 m apart, a lane that dangles south, and an island in the east.

    ::

        (0,400)---(200,400)---(400,400)      (2000,400)
           |          |           |              |
        (0,200)---(200,200)---(400,200)      (2000,200)---(2900,200)
           |          |           |
         (0,0)-----(200,0)-----(400,0)
                      |
                  (200,-3000)
    """
    rows: list[list[Metres]] = [[(0, y), (200, y), (400, y)] for y in (0, 200, 400)]
    columns: list[list[Metres]] = [[(x, 0), (x, 200), (x, 400)] for x in (0, 200, 400)]
    lane: list[Metres] = [(200, 0), (200, -3000)]
    island: list[Metres] = [(2000, 400), (2000, 200), (2900, 200)]
    return WalkNetwork.from_osm(streets(*rows, *columns, lane, island))


def visit(number: int, point: LonLat, **rest: object) -> Stop:
    """Return a visit of the body "A"."""
    return Stop(**{"id": f"s{number}", "body": "A", "point": point, **rest})  # type: ignore[arg-type]  # a test's options


def half_days(
    count: int = 2, *, body: str = "A", base: LonLat | None = None, max_stops: int = 8
) -> list[Shift]:
    """Return the first half-days from Monday on, walked from the crossing in the middle."""
    days = [date(2026, 1, 5 + number) for number in range((count + 1) // 2)]
    return shifts_for(body, base or at(200, 200), "村委会", days, max_stops=max_stops)[:count]


def hours(opens_s: int, closes_s: int) -> tuple[TimeWindow, ...]:
    """Return one window."""
    return (TimeWindow(opens_s, closes_s),)
