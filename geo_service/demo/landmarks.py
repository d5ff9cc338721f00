"""What people name when they call: markets, schools, clinics, temples, hamlets, offices; all invented."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import shapely

from geo_service.demo.crossings import Network
from geo_service.demo.dice import Dice
from geo_service.demo.land import Land, Metres, Village
from geo_service.demo.landmark_names import (
    HAMLETS,
    PLANTED,
    PLANTED_HAMLETS,
    SHOPS,
    TEMPLES,
    TOWN_LANDMARKS,
    VILLAGE_LANDMARKS,
)

_COMMITTEES = ("村民委员会", "居民委员会")
_APART_M = 38.0
_DEEP_M = 70.0  # so far from the village's border nobody doubts whose it is


@dataclass(frozen=True, slots=True, eq=False)
class Landmark:
    """A named place."""

    name: str
    tags: Mapping[str, str]
    spot: tuple[float, float]
    village: Village

    @property
    def is_hamlet(self) -> bool:
        """Say whether it is a part of a village, not a thing in it."""
        return self.tags.get("place") == "hamlet"

    @property
    def is_committee(self) -> bool:
        """Say whether it is where the village's two committees sit."""
        return self.name in {f"{self.village.name}{ending}" for ending in _COMMITTEES}

    @property
    def is_for_tickets(self) -> bool:
        """Say whether callers name it: neither a place's own name nor the committee's office."""
        return "place" not in self.tags and self.tags.get("amenity") != "townhall"


class _Corners:
    """The street corners of one village, each given away once."""

    def __init__(self, village: Village, spots: Metres, dice: Dice) -> None:
        depth = shapely.distance(shapely.points(spots), village.shape.boundary)
        order = np.lexsort([dice.numbers.random(len(spots)), depth < _DEEP_M])
        self._dice, self._village = dice, village
        self._free = [(float(x), float(y)) for x, y in spots[order]]
        self._used: list[tuple[float, float]] = []

    def take(self, near: tuple[float, float] | None = None) -> tuple[float, float] | None:
        """Return a place beside a street that is still free, or None."""
        free = self._free if near is None else sorted(self._free, key=lambda spot: _gap(spot, near))
        for corner in free:
            angle = self._dice.between(0, 2 * math.pi)
            spot = (corner[0] + 13 * math.cos(angle), corner[1] + 13 * math.sin(angle))
            apart = all(_gap(spot, other) > _APART_M for other in self._used)
            if apart and self._village.shape.contains(shapely.Point(spot)):
                self._free.remove(corner)
                self._used.append(spot)
                return spot
        return None


def _gap(a: tuple[float, float], b: tuple[float, float]) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1])


Wanted = tuple[str, Mapping[str, str], tuple[float, float] | None]
"""A landmark to be put somewhere: name, tags, and where it should be near."""


def put_landmarks(land: Land, network: Network, seed: int) -> list[Landmark]:
    """Return the named places of every village, in the order of its code.

    A name stands for one place within its town.
    """
    shapes = shapely.STRtree([village.shape for village in land.villages])
    node, village = shapes.query(shapely.points(network.spots), predicate="within")
    shops = iter(Dice(seed, "shops").shuffled(SHOPS))
    found: list[Landmark] = []
    taken: set[tuple[str, str]] = set()
    for number, here in enumerate(land.villages):
        dice = Dice.of(seed, "landmarks", here.code)
        corners = _Corners(here, network.spots[node[village == number]], dice)
        for name, tags, near in _wanted(here, land, dice, shops):
            spot = None if (here.unit.town_code, name) in taken else corners.take(near)
            if spot is not None:
                taken.add((here.unit.town_code, name))
                found.append(Landmark(name, tags, spot, here))
    return found


def _wanted(village: Village, land: Land, dice: Dice, shops: Iterator[str]) -> Iterator[Wanted]:
    """Yield what a village should have, most needed first."""
    if village.unit.has_committee:
        yield f"{village.name}{_COMMITTEES[village.is_community]}", {"amenity": "townhall"}, village.middle
    yield village.name, {"place": "neighbourhood" if village.is_community else "village"}, village.middle
    yield from ((place.name, place.tags, None) for place in PLANTED if place.village_code == village.code)
    yield from _of_the_town(village, land)
    for ending, tags, share in VILLAGE_LANDMARKS:
        if dice.chance(share):
            yield (village.name if ending[0] in "卫老" else village.stem) + ending, tags, None
    if dice.chance(0.45):
        yield dice.pick(TEMPLES), {"amenity": "place_of_worship"}, None
    for shop in islice(shops, dice.count(2, 4) if village.is_community else dice.count(0, 1)):
        yield shop, {"shop": "supermarket"} if shop.endswith("超市") else {"amenity": "restaurant"}, None
    yield from _hamlets(village, dice)


def _of_the_town(village: Village, land: Land) -> Iterator[Wanted]:
    """Yield a village's share of what stands once in a town; the communities have it in turn."""
    town = land.of_town(village.unit.town_code)
    hosts = [host for host in town if host.is_community] or town
    for turn, (name, tags) in enumerate(TOWN_LANDMARKS.get(village.unit.town_code, ())):
        if hosts[turn % len(hosts)] is village:
            yield name, tags, None


def _hamlets(village: Village, dice: Dice) -> Iterator[Wanted]:
    names = list(PLANTED_HAMLETS.get(village.code, ()))
    if not village.is_community:
        names += dice.shuffled(HAMLETS)[: dice.count(1, 3)]
    yield from ((name, {"place": "hamlet"}, None) for name in names)


def of_village(landmarks: Sequence[Landmark]) -> dict[str, list[Landmark]]:
    """Return the landmarks callers name, by the code of their village."""
    found: dict[str, list[Landmark]] = {}
    for landmark in landmarks:
        if landmark.is_for_tickets:
            found.setdefault(landmark.village.code, []).append(landmark)
    return found
