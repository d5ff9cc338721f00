"""Remembered tickets by what they say: from a feature to the tickets, and lines along remembered streets."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from boundaries.coordinates import Points
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_tokens import TokenKind

_FEWEST_COMMON, _COMMON_SHARE = 100, 50
_MOST_ON_A_ROAD = 60
_STEP_M, _SHORTEST_M, _MOST_STEPS = 120.0, 80.0, 8
LENGTHS_M = (300.0, 900.0, 2500.0)
"""Classes of how far apart two neighbouring remembered places of a street lie; farther tells nothing."""


class Found(NamedTuple):
    """Tickets that share one feature; arrays of equal length."""

    tickets: NDArray[np.int32]
    numbers: NDArray[np.float32]
    sections: NDArray[np.int16]


class Between(NamedTuple):
    """Places between two neighbouring remembered tickets of one street; arrays of equal length."""

    places: NDArray[np.int64]
    """Counted on from the tickets."""
    numbers: NDArray[np.float64]
    """House number there, if it runs evenly; 0 when it is not known."""
    sections: NDArray[np.int64]
    """-1 where the neighbours lie in different sections."""
    lengths: NDArray[np.int64]
    """Class of the gap, see `LENGTHS_M`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The places between the remembered tickets of all streets."""

    metres: Points
    by_road: dict[int, Between]


class MemoryIndex:
    """Looks up remembered tickets."""

    def __init__(self, tickets: RememberedTickets, metres: Points) -> None:
        """Sort the features.

        Parameters
        ----------
        tickets
            What is remembered, n of them.
        metres
            Shape (n, 2): where they were, on the grid on which distances are measured.
        """
        self.count = len(tickets)
        table = tickets.tokens
        order = np.argsort(table.key, kind="stable")
        self._tickets, self._numbers = table.ticket[order], table.number[order]
        self._sections, self._kinds = table.section[order], table.kind[order]
        self._keys, starts = np.unique(table.key[order], return_index=True)
        self._starts = np.append(starts, len(order))
        self._metres = metres

    def find(self, key: int) -> Found:
        """Return the tickets that have a feature."""
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        if place == len(self._keys) or int(self._keys[place]) != key:
            return Found(self._tickets[:0], self._numbers[:0], self._sections[:0])
        rows = slice(self._starts[place], self._starts[place + 1])
        return Found(self._tickets[rows], self._numbers[rows], self._sections[rows])

    def between(self, key: int) -> Between:
        """Return the places between the remembered ones of a street, by the key of its ``ROAD`` token."""
        return self._line.by_road.get(key, _NOWHERE)

    @cached_property
    def metres(self) -> Points:
        """Shape (n + m, 2): the tickets' places, then those between."""
        return np.concatenate([self._metres, self._line.metres])

    def alike(self, keys: NDArray[np.uint64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the tickets whose runs of characters are most like a text's, and how alike (0 to 1).

        The measure is the cosine of runs weighed by rarity; runs that very many tickets share are not
        followed.

        Parameters
        ----------
        keys
            Runs of the text.
        most
            How many tickets at most, in no order.
        """
        place = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
        place = place[self._keys[place] == keys] if len(self._keys) else place[:0]
        starts, counts = self._starts[place], self._starts[place + 1] - self._starts[place]
        weight = np.log((1 + self.count) / (1 + counts))
        size = float(np.sqrt((weight**2).sum()))
        rare = counts <= max(_FEWEST_COMMON, self.count // _COMMON_SHARE)
        starts, counts, weight = starts[rare], counts[rare], weight[rare]
        if not len(counts) or size == 0:
            return np.empty(0, np.int64), np.empty(0)
        before = np.cumsum(counts) - counts
        rows = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
        score = np.bincount(self._tickets[rows], np.repeat(weight**2, counts), self.count)
        near = np.flatnonzero(score)
        cosine = score[near] / (size * self._sizes[near])
        if len(near) > most:
            best = np.argpartition(-cosine, most)[:most]
            near, cosine = near[best], cosine[best]
        return near, cosine

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        """Length of each ticket's vector of runs."""
        grams = self._kinds == TokenKind.GRAM
        weights = np.repeat(np.log((1 + self.count) / (1 + np.diff(self._starts))), np.diff(self._starts))
        squares = np.bincount(self._tickets[grams], weights[grams] ** 2, self.count)
        return np.maximum(np.sqrt(squares), 1e-9)

    @cached_property
    def _line(self) -> _Line:
        metres: list[Points] = []
        by_road: dict[int, Between] = {}
        count = self.count
        for key, found in self._roads():
            line, between = _between(found, self._metres, count)
            if len(line):
                metres.append(line)
                by_road[key] = between
                count += len(line)
        return _Line(np.concatenate(metres) if metres else np.empty((0, 2)), by_road)

    def _roads(self) -> Iterator[tuple[int, Found]]:
        """Yield the streets with two tickets or more."""
        first = self._starts[:-1]
        many = np.flatnonzero((self._kinds[first] == TokenKind.ROAD) & (np.diff(self._starts) > 1))
        for place in many.tolist():
            rows = slice(self._starts[place], self._starts[place + 1])
            found = Found(self._tickets[rows], self._numbers[rows], self._sections[rows])
            yield int(self._keys[place]), found


def _between(found: Found, metres: Points, first: int) -> tuple[Points, Between]:
    """Return the places between the neighbours of one street, in metres, counted on from a number.

    Neighbours are joined by the shortest tree: it follows a street without knowing its line.
    """
    _, alone = np.unique(found.tickets, return_index=True)
    if len(alone) > _MOST_ON_A_ROAD:
        alone = alone[np.linspace(0, len(alone) - 1, _MOST_ON_A_ROAD).astype(np.int64)]
    where = metres[found.tickets[alone]]
    gaps = np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1))
    tree = minimum_spanning_tree(gaps).tocoo()
    edge = (tree.data >= _SHORTEST_M) & (tree.data <= LENGTHS_M[-1])
    one, other, length = tree.row[edge], tree.col[edge], tree.data[edge]
    steps = np.clip(length // _STEP_M, 1, _MOST_STEPS).astype(np.int64)
    which = np.repeat(np.arange(len(steps)), steps)
    part = (np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps) + 1) / (steps[which] + 1)
    a, b = one[which], other[which]
    line = where[a] * (1 - part)[:, None] + where[b] * part[:, None]
    number, section = found.numbers[alone].astype(np.float64), found.sections[alone].astype(np.int64)
    same = section[a] == section[b]
    known = same & (number[a] > 0) & (number[b] > 0)
    return line, Between(
        np.arange(first, first + len(line)),
        np.where(known, number[a] * (1 - part) + number[b] * part, 0.0),
        np.where(same, section[a], -1),
        np.searchsorted(LENGTHS_M, length[which]),
    )


_NOWHERE = Between(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))
