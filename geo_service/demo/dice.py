"""Chance, seeded: everything invented is thrown with these dice, so one seed always gives one county."""

from collections.abc import Mapping, Sequence
from typing import Self, TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """A seeded source of chance for one purpose.

    Parameters
    ----------
    seed
        The county's seed.
    purpose
        What the dice are for; two purposes never disturb each other, so one more ticket moves no street.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self.numbers = np.random.default_rng([seed, *purpose.encode()])

    @classmethod
    def of(cls, seed: int, *purpose: object) -> Self:
        """Return dice for a purpose made of several words."""
        return cls(seed, "/".join(map(str, purpose)))

    def between(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        return float(self.numbers.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return int(self.numbers.integers(low, high + 1))

    def chance(self, share: float) -> bool:
        """Say yes in this share of all throws."""
        return bool(self.numbers.random() < share)

    def pick(self, things: Sequence[T]) -> T:
        """Return one of the things, each as likely."""
        return things[int(self.numbers.integers(len(things)))]

    def weighted(self, things: Mapping[T, float]) -> T:
        """Return one of the things, each as likely as its weight."""
        total = np.cumsum(list(things.values()))
        return list(things)[int(np.searchsorted(total, self.numbers.random() * total[-1], side="right"))]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """Return the things in another order."""
        return [things[i] for i in self.numbers.permutation(len(things))]
