"""What confirmed tickets teach about texts that name no village: the memory, immutable, one file.

A ticket is kept as its point, its number (reference), its day and hashes of its features; no word of it is.
A text that speaks of somebody's dwelling is kept without door and building, its point rounded to a hundred
metres: the memory learns streets and landmarks, never a home. Hashes of few letters can be guessed again, so
the file is for the county's own eyes like the tickets themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries.areas import Areas
from boundaries.coordinates import Points
from boundaries.memory_answers import MemoryAnswer, PlacedMemory
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_fitting import fitted_weights
from boundaries.memory_weights import MemoryWeights, shipped_weights
from boundaries.text_features import read_features


@dataclass(frozen=True, slots=True, eq=False)
class TextMemory:
    """Remembered tickets; made by `learn` or `open`. Nothing changes it: every change returns another one."""

    tickets: RememberedTickets
    weights: MemoryWeights = field(default_factory=shipped_weights)
    """What each kind of evidence is worth; `fitted` learns it anew."""
    _placed: dict[int, tuple[Areas, PlacedMemory]] = field(default_factory=dict, repr=False, init=False)

    def __len__(self) -> int:
        return len(self.tickets)

    @classmethod
    def learn(
        cls, texts: Sequence[str], points: Points, references: Sequence[str], days: Sequence[date]
    ) -> Self:
        """Learn from confirmed tickets.

        Parameters
        ----------
        texts
            What was said of the place, n of them. Clauses about the caller's own place, phones and people are
            not learnt; pass only the words of the matter where they are known.
        points
            Shape (n, 2), WGS 84: where it was. A row that is not finite is not learnt.
        references
            The tickets' numbers, by which they are explained and forgotten.
        days
            When each was confirmed.

        Raises
        ------
        ValueError
            When they are not equally many.
        """
        return cls(RememberedTickets.learnt(texts, points, references, days))

    def fitted(
        self, texts: Sequence[str], areas: Areas, *, groups: Sequence[str] | None = None, origin: str = ""
    ) -> Self:
        """Return the memory with weights learnt from its own tickets, each looked for among the others.

        Worth it from some thousand tickets on; it takes a few minutes for ten thousand.

        Parameters
        ----------
        texts
            The texts from which the memory was learnt, in the same order, without those it left out.
        areas
            The villages.
        groups
            Tickets of the same group are not looked for among each other; None: those of the same text.
        origin
            How the numbers were made, to be kept with them.

        Raises
        ------
        ValueError
            When there are not as many texts as tickets.
        """
        if len(texts) != len(self):
            raise ValueError("as many texts as remembered tickets are needed")
        _, group = np.unique(np.array([*(groups or texts)], dtype=np.str_), return_inverse=True)
        features = [read_features(text) for text in texts]
        return replace(self, weights=fitted_weights(self.tickets, features, group, areas, origin=origin))

    def without(self, *references: str) -> Self:
        """Return the memory without some tickets; unknown references change nothing."""
        return self._only(~np.isin(self.tickets.references, np.array(references, dtype=np.str_)))

    def since(self, day: date) -> Self:
        """Return the memory of tickets confirmed on a day or later: what is older has expired."""
        return self._only(self.tickets.days >= day.toordinal())

    def merged(self, other: Self) -> Self:
        """Return both memories with this one's weights; of a ticket that both remember the other's counts."""
        mine = self.tickets.only(~np.isin(self.tickets.references, other.tickets.references))
        return replace(self, tickets=mine.followed_by(other.tickets))

    def last_seen(self, reference: str) -> date | None:
        """Return the day a ticket was confirmed, None when it is not remembered."""
        days = self.tickets.days[self.tickets.references == reference]
        return date.fromordinal(int(days.max())) if len(days) else None

    def over(self, areas: Areas) -> PlacedMemory:
        """Return the memory prepared for one drawing of the areas; the last two drawings are kept."""
        if id(areas) not in self._placed:
            while len(self._placed) > 1:
                self._placed.pop(next(iter(self._placed)))
            self._placed[id(areas)] = (areas, PlacedMemory(self.tickets, areas, self.weights))
        return self._placed[id(areas)][1]

    def predict(self, text: str, areas: Areas) -> MemoryAnswer:
        """Say where a text's matter is, by what tickets with similar words have taught.

        Parameters
        ----------
        text
            As it came.
        areas
            The villages among which to decide. What the answer needs of them is worked out at the first
            question and kept.
        """
        return self.over(areas).predict(text)

    def predict_many(self, texts: Sequence[str], areas: Areas) -> list[MemoryAnswer]:
        """Return `predict` of each text, in order."""
        return self.over(areas).predict_many(texts)

    def save(self, path: Path) -> None:
        """Write the tickets as one file; the weights are a file of their own, see `MemoryWeights.save`."""
        self.tickets.save(path)

    @classmethod
    def open(cls, path: Path, weights: MemoryWeights | None = None) -> Self:
        """Read a memory that `save` wrote.

        Parameters
        ----------
        path
            The file.
        weights
            None: the shipped ones.

        Raises
        ------
        BadMemoryError
            When the file is missing, damaged or of another version.
        """
        tickets = RememberedTickets.open(path)
        return cls(tickets) if weights is None else cls(tickets, weights)

    def _only(self, kept: NDArray[np.bool_]) -> Self:
        return replace(self, tickets=self.tickets.only(kept))
