"""Roads between settlements: the national road, county roads between towns, and country roads to villages."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import shapely

from geo_service.demo.dice import Dice
from geo_service.demo.land import Land, Metres, rounded
from geo_service.demo.settlements import Line, Paving, Settlement

NATIONAL_ROAD = "324国道"
_NATIONAL = np.array(
    [
        (-6350, 1500),
        (-4600, 1250),
        (-2500, 900),
        (-1200, 1550),
        (400, 1500),
        (2300, 1750),
        (3900, 1150),
        (5000, 800),
        (6300, 1500),
        (7700, 1750),
        (8900, 1500),
        (10300, 1750),
    ],
    dtype=np.float64,
)
_COUNTY_ROADS = (
    ("441581001", "441581003", "东城公路"),
    ("441581001", "441581002", "河西大桥路"),
    ("441581001", "441581110", "东金公路"),
    ("441581110", "441581102", "金碣公路"),
    ("441581451", "441581102", "星碣公路"),
    ("441581105", "441581102", "博碣公路"),
    ("441581102", "441581103", "碣湖公路"),
)


def large_roads(land: Land, towns: Mapping[str, Settlement], seed: int) -> list[Line]:
    """Return the national road and the county roads; these end where a town's own streets begin."""
    dice = Dice(seed, "roads")
    inside = land.outline.buffer(-25)
    national = _largest(shapely.LineString(rounded(_NATIONAL)).intersection(inside).segmentize(70))
    lines = [Line(NATIONAL_ROAD, "trunk", national, ref="G324")]
    for start, end, name in _COUNTY_ROADS:
        a, b = towns[start], towns[end]
        road = shapely.LineString(bent(np.array([a.middle, b.middle]), dice.between(-0.07, 0.07)))
        outside = road.difference(shapely.union_all([a.shape.buffer(25), b.shape.buffer(25)]))
        lines.append(Line(name, "secondary", _largest(outside.segmentize(70))))
    return lines


def _largest(line: shapely.Geometry) -> Metres:
    return shapely.get_coordinates(max(shapely.get_parts(line), key=shapely.length))


def bent(ends: Metres, share: float) -> Metres:
    """Return a curve between two places that leaves the straight line by this share of its length."""
    step = ends[1] - ends[0]
    aside = np.array([-step[1], step[0]]) * share
    third = np.vstack([ends[0], ends[0] + step / 3 + aside, ends[0] + 2 * step / 3 + aside, ends[1]])
    return rounded(third, times=3 if np.hypot(*step) > 700 else 2)  # noqa: PLR2004 - metres


def approaches(lines: Sequence[Line], pavings: Sequence[Paving]) -> Iterator[Line]:
    """Join the ends of county roads to the nearest corner of a town's main streets."""
    gates = np.vstack([paving.gates for paving in pavings if paving.settlement.village is None])
    for line in lines:
        if line.kind == "secondary":
            for end in (line.points[0], line.points[-1]):
                gate = gates[np.hypot(*(gates - end).T).argmin()]
                yield Line(line.name, line.kind, np.array([end, gate]))


def country_roads(land: Land, pavings: Sequence[Paving], large: Sequence[Line], seed: int) -> Iterator[Line]:
    """Yield a road between neighbouring settlements wherever no third one lies between them.

    (The relative neighbourhood graph, with some slack: two places are joined unless another is clearly nearer
    to both.)
    """
    dice = Dice(seed, "country roads")
    middles = np.array([paving.settlement.middle for paving in pavings])
    apart = np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))
    ground = land.outline.buffer(-15).difference(land.water)
    beside = shapely.union_all([shapely.LineString(line.points) for line in large]).buffer(70)
    shapely.prepare(ground)
    for a, b in combinations(range(len(pavings)), 2):
        if apart[a, b] > 3600 or (np.maximum(apart[a], apart[b]) < 0.86 * apart[a, b]).any():  # noqa: PLR2004 - metres
            continue
        points = bent(_shortest(pavings[a].gates, pavings[b].gates), dice.between(-0.12, 0.12))
        road = shapely.LineString(points)
        along = road.intersection(beside).length > 0.6 * road.length
        if ground.contains(road) and not along:
            yield Line("", dice.pick(("tertiary", "unclassified", "unclassified")), points)


def _shortest(from_gates: Metres, to_gates: Metres) -> Metres:
    """Return the nearest pair of corners of two settlements."""
    apart = np.hypot(*(from_gates[:, None] - to_gates[None]).transpose(2, 0, 1))
    a, b = np.unravel_index(apart.argmin(), apart.shape)
    return np.array([from_gates[a], to_gates[b]])
