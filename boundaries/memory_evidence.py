"""Which remembered tickets speak for a text's place, through which channel, and how closely each fits.

A channel is one way in which a ticket can bear witness; a category says how close the fit is. What a category
is worth in metres is not decided here: it is learnt (`boundaries.memory_fitting`).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries.memory_index import LENGTHS_M, MemoryIndex
from boundaries.memory_tokens import RoadTokens, gram_keys, road_tokens, town_tokens, village_token
from boundaries.text_features import TextFeatures


class Channel(IntEnum):
    """How remembered tickets bear witness."""

    ROAD = 0
    """Tickets on the named street that fewest share, and places between them."""
    OTHER_ROAD = 1
    """The same for a second named street."""
    FARTHER_ROAD = 2
    """Tickets on a street of the name in other towns, for streets that run on."""
    CROSSING = 3
    """The two places, one on each named street, that lie nearest to each other."""
    WORDS = 4
    """Tickets whose words are most alike."""
    VILLAGE = 5
    """Tickets that name the same village."""


_NUMBER_STEPS = (0, 6, 20, 60, 150, 400)
_KM_STEPS = (0.15, 0.6, 1.5, 4, 10)
_CROSSING_M = (30, 100, 250, 500, 1000, 2500)
_LIKENESS = (0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
_STEM, _ROAD, _ONE_NUMBER, _NUMBERS = 0, 1, 2, 3
_NO_NUMBER = _NUMBERS + len(_NUMBER_STEPS) + 1
_JUNCTION, _LOOSE_JUNCTION = _NO_NUMBER + 1, _NO_NUMBER + 2
_LINE_NUMBERS = _LOOSE_JUNCTION + 1
_LINE_STRETCH = _LINE_NUMBERS + len(_NUMBER_STEPS)
_LINE_ROAD = _LINE_STRETCH + len(LENGTHS_M)
_MOST_ALIKE, _MOST_OF_VILLAGE, _MOST_FARTHER, _MOST_OF_TOWN = 15, 60, 200, 400
CLOSE_NUMBER = frozenset({_NUMBERS, _NUMBERS + 1, _NUMBERS + 2, _LINE_NUMBERS, _LINE_NUMBERS + 1})
JUNCTIONS = frozenset({_JUNCTION, _LOOSE_JUNCTION})
CATEGORIES = {
    Channel.ROAD: _LINE_ROAD + len(LENGTHS_M),
    Channel.OTHER_ROAD: _LINE_ROAD + len(LENGTHS_M),
    Channel.FARTHER_ROAD: len(_KM_STEPS) + 2,
    Channel.CROSSING: len(_CROSSING_M) + 1,
    Channel.WORDS: len(_LIKENESS) + 1,
    Channel.VILLAGE: 5,
}
"""How many categories each channel has."""


@dataclass(frozen=True, slots=True, eq=False)
class Witnesses:
    """Places that bear witness through one channel."""

    places: NDArray[np.int64]
    """Tickets, and places between them, as counted by `MemoryIndex.metres`."""
    categories: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.places)

    @classmethod
    def of(cls, found: dict[int, int]) -> Self:
        """Return witnesses from place to category."""
        n = len(found)
        return cls(np.fromiter(found.keys(), np.int64, n), np.fromiter(found.values(), np.int64, n))


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that memory knows about one text's place."""

    features: TextFeatures
    channels: tuple[Witnesses, ...]
    """One for each `Channel`."""
    town_tickets: NDArray[np.int64]
    """Tickets that name the same town."""
    road_names: tuple[str, ...]
    """The named streets, the one that fewest tickets share first."""


def evidence_of(features: TextFeatures, index: MemoryIndex) -> Evidence:
    """Return what the memory knows about the place of a text."""
    roads = [road_tokens(features, road) for road in features.roads]
    near, far = [], []
    for place, road in enumerate(roads):
        others = {road.road.key for road in roads} - {road.road.key}
        near.append(_on_road(road, others, index))
        far.append(_farther(road, near[place], index))
    ranked = sorted(range(len(roads)), key=lambda place: len(near[place]) or 10**9)
    ordered = [near[place] for place in ranked]
    return Evidence(
        features,
        (
            Witnesses.of(ordered[0] if ordered else {}),
            Witnesses.of(ordered[1] if len(ordered) > 1 else {}),
            Witnesses.of(far[ranked[0]] if ranked else {}),
            _crossing(ordered[:2], index),
            _alike(features, index),
            _of_village(features, index),
        ),
        _of_town(features, index),
        tuple(features.roads[place].name for place in ranked),
    )


def _on_road(road: RoadTokens, others: set[int], index: MemoryIndex) -> dict[int, int]:
    """Return the tickets on a street and the places between them, with their categories."""
    found = dict.fromkeys(index.find(road.stem.key).tickets.tolist(), _STEM)
    found |= dict.fromkeys(index.find(road.road.key).tickets.tolist(), _ROAD)
    stretch, number = index.find(road.stretch.key), road.stretch.number
    for ticket, there in zip(stretch.tickets.tolist(), stretch.numbers.tolist(), strict=True):
        if number and there:
            found[ticket] = _NUMBERS + int(np.searchsorted(_NUMBER_STEPS, abs(number - there)))
        else:
            found[ticket] = _ONE_NUMBER if number or there else _NO_NUMBER
    for other in others:
        for ticket in index.find(other).tickets.tolist():
            category = found.get(ticket, _STEM)
            if category != _STEM:
                found[ticket] = _LOOSE_JUNCTION if category == _ROAD else _JUNCTION
    return found | _between(road, index)


def _between(road: RoadTokens, index: MemoryIndex) -> dict[int, int]:
    """Return the places between the tickets of a street, with their categories."""
    line, number = index.between(road.road.key), road.road.number
    if not len(line.places):
        return {}
    same = line.sections == road.road.section
    category = np.where(same, _LINE_STRETCH, _LINE_ROAD) + line.lengths
    if number:
        steps = np.searchsorted(_NUMBER_STEPS[1:], np.abs(line.numbers - number))
        category = np.where(same & (line.numbers > 0), _LINE_NUMBERS + steps, category)
    return dict(zip(line.places.tolist(), category.tolist(), strict=True))


def _farther(road: RoadTokens, near: dict[int, int], index: MemoryIndex) -> dict[int, int]:
    """Return tickets on a street of this name in other towns; on a numbered road by kilometres."""
    km, found = road.city_road.number, {}
    there = index.find(road.city_road.key)
    tickets, kilometres = there.tickets[-_MOST_FARTHER:], there.numbers[-_MOST_FARTHER:]
    for ticket, other in zip(tickets.tolist(), kilometres.tolist(), strict=True):
        if km >= 0 and other >= 0:
            found[ticket] = 1 + int(np.searchsorted(_KM_STEPS, abs(km - other)))
        elif near.get(ticket, _STEM) == _STEM:
            found[ticket] = 0
    return found


def _crossing(roads: list[dict[int, int]], index: MemoryIndex) -> Witnesses:
    """Return the places of two streets that lie nearest to each other."""
    lines = [np.array([p for p, category in road.items() if category != _STEM], np.int64) for road in roads]
    if len(lines) < 2 or not len(lines[0]) or not len(lines[1]):  # noqa: PLR2004 - two streets cross
        return Witnesses.of({})
    one, other = index.metres[lines[0]], index.metres[lines[1]]
    gaps = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1))
    first, second = divmod(int(gaps.argmin()), len(other))
    category = int(np.searchsorted(_CROSSING_M, gaps[first, second]))
    return Witnesses.of({int(lines[0][first]): category, int(lines[1][second]): category})


def _alike(features: TextFeatures, index: MemoryIndex) -> Witnesses:
    tickets, likeness = index.alike(gram_keys(features), _MOST_ALIKE)
    return Witnesses(tickets, np.searchsorted(_LIKENESS, likeness))


def _of_village(features: TextFeatures, index: MemoryIndex) -> Witnesses:
    token = village_token(features)
    tickets = index.find(token.key).tickets[-_MOST_OF_VILLAGE:].tolist() if token else []
    return Witnesses.of(dict.fromkeys(tickets, min(len(tickets), CATEGORIES[Channel.VILLAGE] - 1)))


def _of_town(features: TextFeatures, index: MemoryIndex) -> NDArray[np.int64]:
    for token in town_tokens(features):
        tickets = index.find(token.key).tickets
        if len(tickets):
            return tickets[-_MOST_OF_TOWN:].astype(np.int64)
    return np.empty(0, np.int64)
