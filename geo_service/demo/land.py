"""Where the invented county's towns and villages lie, and where its river and its coast run.

Each town is a sunflower: its communities in the middle, its villages around them, each next one turned by the
golden angle. Borders are half-way between neighbours, and wander a little. Names and codes are Lufeng's,
everything else is invented. Lengths are metres east and north of the county's middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Division, Divisions, UnitKind
from geo_service.demo.dice import Dice

Metres = NDArray[np.float64]
"""Shape (n, 2): metres east and north of the county's middle."""

_BEYOND_M = 12_000  # so far the map's background goes on around the county
_GOLDEN_ANGLE = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True, slots=True)
class TownPlan:
    """Where a town's middle lies and how large its units are."""

    code: str
    east_m: float
    north_m: float
    turn: float
    """Where the first unit lies, radians."""
    community_km2: float = 0.6
    village_km2: float = 1.15


PLANS = (
    TownPlan("441581001", 0, 0, 0.4, community_km2=0.5),  # 东海街道
    TownPlan("441581002", -4500, 500, 1.0),  # 河西街道
    TownPlan("441581003", 2500, 3700, 2.9),  # 城东街道
    TownPlan("441581451", 5000, 700, 0.3, community_km2=1.3),  # 星都经济开发试验区
    TownPlan("441581105", 7900, 2200, 1.7),  # 博美镇
    TownPlan("441581110", 2600, -4300, 0.9),  # 金厢镇
    TownPlan("441581102", 8300, -3900, 2.8, community_km2=0.55),  # 碣石镇
    TownPlan("441581103", 14300, -3000, 1.3, community_km2=0.5),  # 湖东镇
    TownPlan("441581454", 11800, 800, 0.0, village_km2=3.0),  # 湖东林场
)
# the name that people say, where the register writes another character
_SPOKEN = {"441581003203": "水墘村"}


@dataclass(frozen=True, slots=True, eq=False)
class Village:
    """A village or community of the county."""

    unit: Division
    shape: shapely.Polygon
    middle: tuple[float, float]

    @property
    def code(self) -> str:
        """The 12 digits of the register."""
        return self.unit.code

    @property
    def name(self) -> str:
        """The name people use: 水墘村, although the register writes 水乾."""
        return _SPOKEN.get(self.code, self.unit.display_name)

    @property
    def stem(self) -> str:
        """The name without 村 or 社区: 水墘."""
        return self.name.removesuffix("社区").removesuffix("村") if len(self.name) > 2 else self.name  # noqa: PLR2004 - 新村 stays

    @property
    def is_community(self) -> bool:
        """Say whether it is a residents' committee, in the middle of a town."""
        return self.unit.kind is UnitKind.COMMUNITY


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """The ground on which streets and houses are put."""

    villages: tuple[Village, ...]
    """In the order of their codes; their shapes tile the county."""
    outline: shapely.Polygon
    river: shapely.LineString
    water: shapely.Polygon
    """The river as wide as it is."""
    sea: shapely.Polygon

    def of_town(self, code: str) -> list[Village]:
        """Return the villages of a town."""
        return [village for village in self.villages if village.unit.town_code == code]


def lay_out(register: Divisions, seed: int) -> Land:
    """Put every unit of the planned towns on the ground.

    Parameters
    ----------
    register
        The units with their official names and codes.
    seed
        The county's seed.
    """
    dice = Dice(seed, "land")
    units, sites = [], []
    for plan in PLANS:
        own = sorted(register.villages(plan.code), key=lambda unit: unit.code)
        units += own
        sites.append(_sunflower(plan, own, dice))
    places = np.vstack(sites)
    outline = _outline(places, dice)
    for _ in range(2):
        cells = _cells(places, outline)
        places = 0.5 * places + 0.5 * shapely.get_coordinates(shapely.centroid(cells))
    shapes = _wandering_cells(places, outline, dice)
    rows = sorted(zip(units, shapes, places.tolist(), strict=True), key=lambda row: row[0].code)
    villages = tuple(Village(unit, shape, (place[0], place[1])) for unit, shape, place in rows)
    river = _river(villages, outline)
    return Land(villages, outline, river, river.buffer(48, cap_style="flat"), _sea(outline))


def _sunflower(plan: TownPlan, units: Sequence[Division], dice: Dice) -> Metres:
    """Return one site per unit, from the middle outwards."""
    sizes = np.array(
        [plan.community_km2 if u.kind is UnitKind.COMMUNITY else plan.village_km2 for u in units]
    )
    sizes = sizes * (1.0 if plan.code == "441581451" else dice.numbers.uniform(0.8, 1.2, len(units)))
    radius = np.sqrt((np.cumsum(sizes) - sizes / 2) / np.pi) * 1000
    angle = plan.turn + _GOLDEN_ANGLE * np.arange(len(units)) + dice.numbers.uniform(-0.15, 0.15, len(units))
    return np.column_stack([plan.east_m + radius * np.cos(angle), plan.north_m + radius * np.sin(angle)])


def _outline(places: Metres, dice: Dice) -> shapely.Polygon:
    """Return the county's border: around all sites, without holes, a little rough."""
    round_all = shapely.union_all(shapely.buffer(shapely.points(places), 900)).buffer(800).buffer(-950)
    [whole] = shapely.get_parts(round_all)
    points = shapely.get_coordinates(whole.exterior.simplify(60).segmentize(260))[:-1]
    points += dice.numbers.normal(0, 38, points.shape)
    return shapely.Polygon(points)


def _cells(places: Metres, outline: shapely.Polygon) -> NDArray[np.object_]:
    """Return the ground nearest to each site."""
    cells = shapely.voronoi_polygons(
        shapely.multipoints(places), extend_to=outline.buffer(9000), ordered=True
    )
    return np.asarray(shapely.intersection(shapely.get_parts(cells), outline), dtype=object)


def _wandering_cells(places: Metres, outline: shapely.Polygon, dice: Dice) -> list[shapely.Polygon]:
    """Return the cells with borders that wander; neighbours share every corner exactly."""
    edges = shapely.voronoi_polygons(
        shapely.multipoints(places), extend_to=outline.buffer(9000), only_edges=True
    )
    lines = [*shapely.get_parts(shapely.intersection(edges, outline)), outline.exterior]
    # whole centimetres, so that a border really ends on the outline and not beside it
    net = shapely.line_merge(shapely.union_all(lines, grid_size=0.01))
    borders = [_wandering(line, dice) for line in shapely.get_parts(net)]
    found = shapely.get_parts(shapely.polygonize(borders))
    inside, cell = shapely.STRtree(found).query(shapely.points(places), predicate="within")
    shapes: dict[int, shapely.Polygon] = {int(i): found[c] for i, c in zip(inside, cell, strict=True)}
    return [shapes[i] for i in range(len(places))]


def _wandering(line: shapely.LineString, dice: Dice) -> shapely.LineString:
    points = shapely.get_coordinates(line)
    if len(points) > 2:  # noqa: PLR2004 - the outer border is rough already
        return line
    while np.hypot(*(points[1] - points[0])) > 110:  # noqa: PLR2004 - metres between two corners
        step = np.diff(points, axis=0)
        aside = np.column_stack([-step[:, 1], step[:, 0]]) * dice.numbers.uniform(-0.13, 0.13, (len(step), 1))
        woven = np.empty((2 * len(points) - 1, 2))
        woven[::2], woven[1::2] = points, points[:-1] + step / 2 + aside
        points = woven
    return shapely.LineString(points)


def _river(villages: Sequence[Village], outline: shapely.Polygon) -> shapely.LineString:
    """Let the river 螺河 run from the hills to the sea where 河西 and its neighbours meet."""
    west = shapely.union_all([v.shape for v in villages if v.unit.town_code == "441581002"])
    east = shapely.union_all([v.shape for v in villages if v.unit.town_code != "441581002"])
    bank = shapely.line_merge(shapely.intersection(west, east))
    points = shapely.get_coordinates(max(shapely.get_parts(bank), key=shapely.length).simplify(260))
    points = points if points[0, 1] > points[-1, 1] else points[::-1]
    north = outline.bounds[3]
    source, bend = (points[0, 0] + 2600, north + _BEYOND_M), (points[0, 0] - 300, north + 2500)
    mouth = (points[-1, 0] - 60, points[-1, 1] - 140)
    return shapely.LineString(rounded(np.vstack([[source, bend], points, [mouth]])))


def rounded(points: Metres, times: int = 3) -> Metres:
    """Return a line with its corners cut (Chaikin's curve), the ends where they were."""
    for _ in range(times):
        quarter, rest = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        woven = np.empty((2 * len(quarter), 2))
        woven[::2], woven[1::2] = quarter, rest
        points = np.vstack([points[:1], woven, points[-1:]])
    return points


def _sea(outline: shapely.Polygon) -> shapely.Polygon:
    """Return the water along the county's south, down to the edge of the map."""
    ring = shapely.get_coordinates(shapely.orient_polygons(outline).exterior)[:-1]
    ring = np.roll(ring, -int(ring[:, 0].argmin()), axis=0)
    coast = ring[: int(ring[:, 0].argmax()) + 1]
    west, south, east, _ = outline.bounds
    west, south, east = west - _BEYOND_M, south - _BEYOND_M, east + _BEYOND_M
    edge = [(east, coast[-1, 1] + 2600), (east, south), (west, south)]
    return shapely.Polygon([(west, coast[0, 1] - 900), *coast.tolist(), *edge])
