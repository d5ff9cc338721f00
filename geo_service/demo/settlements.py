"""Where people live: a grid of streets for each town's middle, a handful of lanes for each village."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.demo.dice import Dice
from geo_service.demo.land import PLANS, Land, Metres, Village
from geo_service.demo.street_names import lane_name, town_street_names, village_street_names

_TOWN_RADIUS_M, _LARGE_TOWN_RADIUS_M = 950, 1250
_COMMUNITIES_OF_A_LARGE_TOWN = 5
_IN_TOWN_M2 = 120_000  # a unit with that much of the town's middle needs no streets of its own
_MAIN = 3  # every third street of a town is a named one


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A street as it is drawn, before streets meet."""

    name: str
    """Empty for a lane nobody has named."""
    kind: str
    """OpenStreetMap's value of ``highway``."""
    points: Metres
    ref: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """Ground that is built on: the middle of a town, or one village."""

    town_code: str
    village: Village | None
    """None for the middle of a town, which several communities share."""
    shape: shapely.Polygon
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Paving:
    """The streets of one settlement."""

    settlement: Settlement
    lines: tuple[Line, ...]
    gates: Metres
    """Corners on its main streets, where roads from outside arrive."""
    parks: tuple[shapely.Polygon, ...]


def settle(land: Land, seed: int) -> list[Settlement]:
    """Return the ground of every town's middle and every village."""
    found = []
    dry = land.outline.buffer(-55).difference(land.water.buffer(40))
    for plan in PLANS:
        villages = land.of_town(plan.code)
        town = _town_middle(plan.code, [village for village in villages if village.is_community], dry)
        found += [town] if town else []
        for village in villages:
            if town and village.shape.intersection(town.shape).area > _IN_TOWN_M2:
                continue
            blob = _blob(village, Dice.of(seed, "ground", village.code))
            shape = _largest(blob.intersection(village.shape.buffer(-45)).intersection(dry))
            found.append(Settlement(plan.code, village, shape, village.middle))
    return found


def _town_middle(code: str, communities: Sequence[Village], dry: shapely.Geometry) -> Settlement | None:
    """Return the built-up ground that a town's communities share; None for a farm, which has none."""
    if not communities:
        return None
    together = shapely.union_all([village.shape for village in communities])
    middle = together.centroid
    radius_m = _LARGE_TOWN_RADIUS_M if len(communities) >= _COMMUNITIES_OF_A_LARGE_TOWN else _TOWN_RADIUS_M
    shape = together.buffer(-12).intersection(middle.buffer(radius_m)).intersection(dry)
    return Settlement(code, None, _largest(shape), (middle.x, middle.y))


def _largest(shape: shapely.Geometry) -> shapely.Polygon:
    parts: list[shapely.Polygon] = list(shapely.get_parts(shape))
    return max(parts, key=lambda part: part.area)


def _blob(village: Village, dice: Dice) -> shapely.Polygon:
    """Return roughly round ground in the middle of a village."""
    size = min(0.34 * np.sqrt(village.shape.area), 390.0) * dice.between(0.85, 1.1)
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    wave = 0.2 * np.sin(2 * angle + dice.between(0, 6)) + 0.12 * np.sin(3 * angle + dice.between(0, 6))
    radius = size * (1 + wave)
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + village.middle
    return shapely.Polygon(ring)


def pave(settlement: Settlement, corridors: shapely.Geometry, seed: int) -> Paving:
    """Lay the streets of a settlement.

    Parameters
    ----------
    settlement
        Its ground.
    corridors
        Where large roads run already; no lane is laid along them.
    seed
        The county's seed.
    """
    where = settlement.village.code if settlement.village else settlement.town_code
    dice = Dice.of(seed, "streets", where)
    grid = _Grid.on(settlement, dice)
    parks = grid.parks(dice) if settlement.village is None else ()
    closed = shapely.union_all([corridors, *parks])
    shapely.prepare(closed)
    names = _names(settlement, dice)
    lines = [
        line
        for across in (False, True)
        for number in grid.numbers()
        for line in grid.street(number, names, dice, closed, across=across)
    ]
    return Paving(settlement, tuple(lines), grid.gates(), parks)


def _names(settlement: Settlement, dice: Dice) -> list[str]:
    """Return the names of the main streets, the most central ones first."""
    if settlement.village is None:
        return town_street_names(settlement.town_code)
    return village_street_names(settlement.village, dice)


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Corners of a slightly bent grid; ``[i, j]`` counts from the middle."""

    half: int
    corners: NDArray[np.float64]
    inside: NDArray[np.bool_]
    is_town: bool

    @classmethod
    def on(cls, settlement: Settlement, dice: Dice) -> "_Grid":
        is_town = settlement.village is None
        step = dice.between(96, 108) if is_town else dice.between(66, 84)
        west, south, east, north = settlement.shape.bounds
        half = int(max(east - west, north - south) / step) + 1
        i, j = np.meshgrid(*[np.arange(-half, half + 1, dtype=np.float64)] * 2, indexing="ij")
        x, y = step * i, step * j
        bend = dice.numbers.uniform(-1, 1, 2) * (5e-5 if is_town else 2.5e-4)
        sway, start = dice.numbers.uniform(0.05, 0.16, 2) * step, dice.numbers.uniform(0, 6, 2)
        x, y = (
            x + bend[0] * y * y + sway[0] * np.sin(0.9 * j + start[0]),
            y + bend[1] * x * x + sway[1] * np.sin(0.9 * i + start[1]),
        )
        jitter = dice.numbers.normal(0, 0.035 * step, (2, *x.shape))
        turn = dice.between(-0.35, 0.35) if is_town else dice.between(0, np.pi)
        east_m = np.cos(turn) * x - np.sin(turn) * y + jitter[0] + settlement.middle[0]
        north_m = np.sin(turn) * x + np.cos(turn) * y + jitter[1] + settlement.middle[1]
        inside = shapely.contains_xy(settlement.shape, east_m, north_m)
        return cls(half, np.stack([east_m, north_m], axis=-1), inside, is_town)

    def numbers(self) -> range:
        """Numbers of the streets, counted from the middle one."""
        return range(-self.half, self.half + 1)

    def is_main(self, number: int) -> bool:
        """Say whether the street with this number is a main one, in either direction."""
        return number % _MAIN == 0 if self.is_town else number == 0

    def street(
        self, number: int, names: Sequence[str], dice: Dice, closed: shapely.Geometry, *, across: bool
    ) -> list[Line]:
        """Return the stretches of one street."""
        row = number + self.half
        corners = self.corners[row] if across else self.corners[:, row]
        inside = self.inside[row] if across else self.inside[:, row]
        main = self.is_main(number)
        middles = (corners[:-1] + corners[1:]) / 2
        kept = inside[:-1] & inside[1:]
        kept &= ~shapely.contains_xy(closed, middles[:, 0], middles[:, 1])
        if not main:
            kept &= dice.numbers.random(len(kept)) > (0.14 if self.is_town else 0.34)
        name, kind = self._name(number, names, dice, across=across), self._kind(number, dice)
        runs = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(int)))
        return [
            Line(name, kind, corners[start : end + 1])
            for start, end in zip(runs[::2], runs[1::2], strict=True)
        ]

    def _kind(self, number: int, dice: Dice) -> str:
        if not self.is_main(number):
            return "residential" if self.is_town else dice.pick(("residential", "residential", "footway"))
        return ("secondary" if number == 0 else "tertiary") if self.is_town else "unclassified"

    def _name(self, number: int, names: Sequence[str], dice: Dice, *, across: bool) -> str:
        rank = abs(number) // _MAIN * 4 + (number < 0) * 2 + across if self.is_town else int(across)
        if self.is_main(number):
            return names[rank] if rank < len(names) else ""
        beside = names[rank] if self.is_town and rank < len(names) else ""
        return lane_name(beside, abs(number) % _MAIN) if beside and dice.chance(0.35) else ""

    def gates(self) -> Metres:
        """Corners on main streets."""
        main = np.array([self.is_main(number) for number in self.numbers()])
        found: Metres = self.corners[self.inside & (main[:, None] | main[None, :])]
        return found

    def parks(self, dice: Dice) -> tuple[shapely.Polygon, ...]:
        """Leave a few blocks of a town's middle green."""
        parks: list[shapely.Polygon] = []
        corners = np.argwhere(self.inside[:-2, :-2] & self.inside[2:, 2:])
        corners = corners[((corners - self.half) % _MAIN == 0).all(axis=1)]
        wanted = 2 if self.inside.sum() > 150 else 1  # noqa: PLR2004 - a large town
        for i, j in dice.shuffled(corners.tolist()):
            if not self.inside[i : i + 4, j : j + 4].all():
                continue
            block = self.corners[[i + 1, i + 3, i + 3, i + 1], [j + 1, j + 1, j + 3, j + 3]]
            park = shapely.Polygon(block).buffer(-9, join_style="mitre")
            if len(parks) < wanted and all(park.distance(other) > 500 for other in parks):  # noqa: PLR2004 - metres
                parks.append(park)
        return tuple(parks)
