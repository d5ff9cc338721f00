"""What makes the map look like a map: houses, parks, woods, ponds, a railway. Nothing here has a meaning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo_service.demo.crossings import Network
from geo_service.demo.dice import Dice
from geo_service.demo.land import Land, Metres, rounded
from geo_service.demo.settlements import Paving

_PARK_NAMES: Mapping[str, tuple[str, ...]] = {
    "441581001": ("东海人民公园", "桃园公园"),
    "441581002": ("湖田公园",),
    "441581003": ("城东公园",),
    "441581451": ("星都公园", "创业公园"),
    "441581105": ("博美公园",),
    "441581110": ("金厢公园",),
    "441581102": ("碣石公园", "玄武公园"),
    "441581103": ("湖东公园", "宁湖公园"),
}


_BUILT = 0.2  # share of the stretches of street that have a house


@dataclass(frozen=True, slots=True, eq=False)
class Scenery:
    """A line or an area of the background."""

    tags: Mapping[str, str]
    points: Metres
    """A closed ring repeats its first point."""


def paint(land: Land, network: Network, pavings: Sequence[Paving], seed: int) -> Iterator[Scenery]:
    """Yield the background, the sea first."""
    yield _area({"natural": "bay"}, land.sea)
    yield _area({"natural": "water", "water": "river"}, land.water)
    yield Scenery({"waterway": "river", "name": "螺河"}, shapely.get_coordinates(land.river))
    yield Scenery({"railway": "rail", "name": "模拟铁路"}, _railway(land))
    yield from _parks(pavings)
    built = shapely.union_all([paving.settlement.shape for paving in pavings]).buffer(70)
    yield from _woods(land, built, Dice(seed, "woods"))
    yield from _houses(land, network, pavings, Dice(seed, "houses"))


def _area(tags: Mapping[str, str], shape: shapely.Polygon) -> Scenery:
    return Scenery(tags, shapely.get_coordinates(shapely.orient_polygons(shape).exterior))


def _railway(land: Land) -> Metres:
    west, _, east, _ = land.outline.bounds
    west, east = west - 9000, east + 9000
    bends = [
        (west, 5200),
        (-7500, 3100),
        (-2600, 2300),
        (0, 2250),
        (3000, 1950),
        (6000, 2900),
        (9000, 700),
        (13500, 2600),
        (east, 3100),
    ]
    return rounded(np.array(bends, dtype=np.float64))


def _parks(pavings: Sequence[Paving]) -> Iterator[Scenery]:
    for paving in pavings:
        names = _PARK_NAMES.get(paving.settlement.town_code, ())
        for name, park in zip(names, paving.parks, strict=False):
            yield _area({"leisure": "park", "name": name}, park)


def _woods(land: Land, built: shapely.Geometry, dice: Dice) -> Iterator[Scenery]:
    """Scatter woods and ponds where nobody lives."""
    west, south, east, north = land.outline.bounds
    free = land.outline.buffer(-40).difference(built).difference(land.water.buffer(60))
    shapely.prepare(free)
    drawn: list[shapely.Polygon] = []
    for _ in range(600):
        spot = dice.between(west, east), dice.between(south, north)
        wood = dice.chance(0.72)
        ring = _pebble(spot, dice.between(180, 520) if wood else dice.between(35, 110), dice)
        if not free.contains_properly(shapely.Point(spot)) or any(ring.distance(o) < 25 for o in drawn):  # noqa: PLR2004 - metres
            continue
        largest: shapely.Polygon = max(shapely.get_parts(ring.intersection(free)), key=lambda part: part.area)
        if largest.area > 0.55 * ring.area:
            drawn.append(largest)
            yield _area(
                {"landuse": "forest"} if wood else {"natural": "water"},
                shapely.Polygon(largest.exterior.simplify(6).coords),
            )


def _pebble(middle: tuple[float, float], radius: float, dice: Dice) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    size = radius * (1 + 0.25 * np.sin(2 * angle + dice.between(0, 6)) + dice.numbers.normal(0, 0.06, 18))
    return shapely.Polygon(np.column_stack([size * np.cos(angle), size * np.sin(angle)]) + middle)


def _houses(land: Land, network: Network, pavings: Sequence[Paving], dice: Dice) -> Iterator[Scenery]:
    """Put houses along the streets of the settlements, none on a street, a park or in the river."""
    steps = np.vstack(
        [network.spots[list(zip(s.nodes[:-1], s.nodes[1:], strict=True))] for s in network.streets]
    )
    streets = shapely.linestrings(steps)
    long = shapely.length(streets) > 34  # noqa: PLR2004 - metres: room for a house
    steps = steps[long & (dice.numbers.random(len(steps)) < _BUILT)]
    houses = _beside(steps, dice)
    closed = shapely.union_all([land.water, *[park for paving in pavings for park in paving.parks]])
    blocked = set(shapely.STRtree(houses).query(streets, predicate="dwithin", distance=3.0)[1].tolist())
    blocked |= set(np.flatnonzero(shapely.intersects(houses, closed)).tolist())
    for number, house in enumerate(houses):
        if number not in blocked:
            yield _area({"building": "yes"}, house)


def _beside(steps: Metres, dice: Dice) -> list[shapely.Polygon]:
    """Return one rectangle beside each stretch of street."""
    along = steps[:, 1] - steps[:, 0]
    along /= np.hypot(*along.T)[:, None]
    aside = np.column_stack([-along[:, 1], along[:, 0]]) * dice.numbers.choice([-1.0, 1.0], (len(steps), 1))
    width, depth = dice.numbers.uniform(9, 17, (len(steps), 1)), dice.numbers.uniform(9, 15, (len(steps), 1))
    front = steps.mean(axis=1) + aside * 7
    ring = [front - along * width, front + along * width]
    ring += [ring[1] + aside * depth, ring[0] + aside * depth]
    return list(np.asarray(shapely.polygons(np.stack(ring, axis=1)), dtype=object))
