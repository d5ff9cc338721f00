"""The scan statistic: which window holds more cases than chance, counting that many windows were looked at.

A window is a set of places; windows around one centre are nested, so all are described by the order in
which places join (rings). Nothing here knows where the places are.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
_DRAWN_AT_ONCE = 2_000_000  # numbers held in memory


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Nested windows around centres: window (c, k) is the union of the rings (c, 0) … (c, k)."""

    rings: csr_array
    """Shape (centres * sizes, places): 1 where a place lies in that ring."""
    centres: int
    sizes: int

    @classmethod
    def from_rings(
        cls,
        ring: NDArray[np.int64],
        centre: NDArray[np.int64],
        place: NDArray[np.int64],
        *,
        shape: tuple[int, int, int],
    ) -> "Windows":
        """Make windows from lists of centre, ring, place; `shape` is (centres, rings, places)."""
        centres, sizes, places = shape
        ones = np.ones(len(place))
        return cls(
            csr_array((ones, (centre * sizes + ring, place)), shape=(centres * sizes, places)), centres, sizes
        )

    def sums(self, values: Floats) -> Floats:
        """Return the sum of `values` (places, columns) in each window: (centres, sizes, columns)."""
        rings = (self.rings @ values).reshape(self.centres, self.sizes, -1)
        running: Floats = np.cumsum(rings, axis=1)
        return running


def poisson_llr(cases: Floats, expected: Floats, total: float) -> Floats:
    """Return Kulldorff's log-likelihood ratio of a window (Poisson model); 0 unless it holds too many.

    Parameters
    ----------
    cases, expected
        Cases in the window, and cases expected there from its share of the population.
    total
        All cases.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics – Theory and Methods 26(6),
    1481–1496. https://doi.org/10.1080/03610929708831995
    """
    ratio = _x_log(cases, expected) + _x_log(total - cases, total - expected)
    return np.where((cases > expected) & (expected > 0.0), ratio, 0.0)


def bernoulli_llr(cases: Floats, points: Floats, total: float, all_points: float) -> Floats:
    """Return Kulldorff's log-likelihood ratio of a window (Bernoulli model); 0 unless it holds too many.

    Parameters
    ----------
    cases, points
        Cases, and cases and controls together, in the window.
    total, all_points
        The same everywhere.

    References
    ----------
    Kulldorff (1997), as in `poisson_llr`.
    """
    others, outside = all_points - points, total - cases
    ratio = _x_log(cases, points) + _x_log(points - cases, points)
    ratio += _x_log(outside, others) + _x_log(others - outside, others)
    ratio -= _x_log(total, all_points) + _x_log(all_points - total, all_points)
    return np.where(cases * others > outside * points, ratio, 0.0)


def _x_log(x: Floats | float, y: Floats | float) -> Floats:
    """Return ``x * log(x / y)``, 0 where x is 0."""
    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    usable = (x > 0.0) & (y > 0.0)
    return np.where(usable, x * np.log(np.where(usable, x, 1.0) / np.where(usable, y, 1.0)), 0.0)


def largest_by_chance(
    draw: Callable[[int], Floats], score: Callable[[Floats], Floats], *, replications: int, places: int
) -> Floats:
    """Return the largest score of each replication: the distribution against which a window is judged.

    Parameters
    ----------
    draw
        Returns random cases of shape (places, n) for n replications under the null hypothesis.
    score
        Returns the scores of all windows, shape (centres, sizes, n), for such cases.
    replications
        How many.
    places
        Number of places; only to bound the memory.

    Returns
    -------
    Floats
        Shape (replications,).
    """
    block = max(_DRAWN_AT_ONCE // max(places, 1), 1)
    largest = []
    for start in range(0, replications, block):
        scores = score(draw(min(block, replications - start)))
        largest.append(scores.max(axis=(0, 1), initial=0.0))
    return np.concatenate(largest) if largest else np.zeros(0)


def monte_carlo_p(scores: Floats, largest: Floats) -> Floats:
    """Return how often chance's best window scores at least as high: ``(1 + count) / (1 + replications)``."""
    ordered = np.sort(largest)
    reached = len(ordered) - np.searchsorted(
        ordered, np.asarray(scores, dtype=np.float64) - 1e-9, side="left"
    )
    return np.asarray((1.0 + reached) / (1.0 + len(ordered)), dtype=np.float64)
