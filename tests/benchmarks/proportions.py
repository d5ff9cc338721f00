"""A share with its uncertainty: Wilson's interval, and the words in which a report prints it."""

import math
from dataclasses import dataclass

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many of so many."""

    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """Hits per total; None of nothing."""
        return round(self.hits / self.total, 5) if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (Wilson 1927); everything when nothing was tried.

        >>> [round(end, 4) for end in Proportion(98, 100).interval]
        [0.93, 0.9945]
        """
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.hits / self.total
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.total:
            return "—"
        low, high = self.interval
        return f"{self.hits / self.total:.4f} [{low:.4f}, {high:.4f}] {self.hits}/{self.total}"


def proportion(flags: "list[bool]") -> Proportion:
    """Return how many flags are set."""
    return Proportion(sum(flags), len(flags))
