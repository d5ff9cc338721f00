"""How a place may be wrong, and what one border edge changes in the odds: two closed forms.

The probability that an uncertain place lies in an area is

    P = [the centre is in the area] - sum over the area's edges of what spills over the edge,

where the spill is the probability mass in the wedge from the centre through the edge, beyond the edge:
positive with the area's ground and the centre on the same side, negative otherwise. Edges out of reach spill
nothing, so only those near the centre are ever looked at.

Disc of radius r (every place in it equally likely): wedge angle / 2 pi - triangle / (pi r²), both of the part
of the edge inside the circle. Circular normal distribution: a difference of two values of Owen's T function
(D. B. Owen, "Tables for computing bivariate normal probabilities", 1956).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries.coordinates import Points

NEGLIGIBLE = 1e-9
"""Shares below this are left out: nothing in a county is known as well."""
_GAUSSIAN_REACH = 6.2  # beyond lies exp(-6.2² / 2) = 4.5e-9 of the mass


class ErrorModel(StrEnum):
    """How the true place lies around the given one."""

    GAUSSIAN = "gaussian"
    """Circular normal distribution; its spread is the standard deviation along each axis (``sigma_m``)."""
    DISC = "disc"
    """Anywhere in a disc with equal probability; its spread is the radius (``radius_m``)."""

    @property
    def reach(self) -> float:
        """How many spreads away an edge can still matter.

        A normal distribution is cut there: what lies beyond counts as lying where the border at that distance
        leaves it, so no share is wrong by more than the mass beyond, 4.5e-9, and the sum is right.
        """
        return 1.0 if self is ErrorModel.DISC else _GAUSSIAN_REACH


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """For each of n places the areas that may hold it, likeliest first, equals by row.

    Place i has the entries ``starts[i]`` to ``starts[i + 1]`` of `rows` and `probabilities`; none where it is
    NaN or out of reach of every area. Their sum is 1 at most (to 1e-11), and less when part of the mass is
    outside of all.
    """

    starts: NDArray[np.int64]
    """Shape (n + 1,)."""
    rows: NDArray[np.int32]
    """Shape (k,), rows of ``Areas.villages``."""
    probabilities: NDArray[np.float64]
    """Shape (k,), above 0, at most 1."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def from_pairs(
        cls, n: int, place: NDArray[np.int64], row: NDArray[np.int32], share: NDArray[np.float64]
    ) -> Self:
        """Collect what belongs to each place.

        Parameters
        ----------
        n
            Number of places.
        place, row, share
            Shape (k,): probability of each pair, each pair once, in any order; what is negligible goes.
        """
        kept = share > NEGLIGIBLE
        place, row, share = place[kept], row[kept], np.minimum(share[kept], 1.0)
        order = np.lexsort((row, -share, place))
        starts = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(place, minlength=n), out=starts[1:])
        return cls(starts, row[order], share[order])

    @classmethod
    def together(cls, n: int, parts: Sequence[tuple[NDArray[np.int64], "Shares"]]) -> Self:
        """Put together answers about n places, each place told of in one of them at most.

        Parameters
        ----------
        n
            Number of places.
        parts
            Which places each answer is about, and the answer.
        """
        counts = np.zeros(n + 1, dtype=np.int64)
        for which, part in parts:
            counts[which + 1] = np.diff(part.starts)
        starts = np.cumsum(counts)
        rows, probabilities = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1])
        for which, part in parts:
            entries = np.repeat(starts[which] - part.starts[:-1], np.diff(part.starts))
            entries += np.arange(len(part.rows))
            rows[entries], probabilities[entries] = part.rows, part.probabilities
        return cls(starts, rows, probabilities)

    @property
    def places(self) -> NDArray[np.int64]:
        """The place of each entry, shape (k,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def likeliest(self) -> NDArray[np.int32]:
        """The first row of each place, shape (n,); -1 where it has none."""
        found = np.full(len(self), -1, dtype=np.int32)
        known = self.starts[:-1] < self.starts[1:]
        found[known] = self.rows[self.starts[:-1][known]]
        return found

    @property
    def highest(self) -> NDArray[np.float64]:
        """The probability of the likeliest row, shape (n,); 0 where there is none."""
        found = np.zeros(len(self))
        known = self.starts[:-1] < self.starts[1:]
        found[known] = self.probabilities[self.starts[:-1][known]]
        return found

    def of(self, place: int) -> list[tuple[int, float]]:
        """Return the rows that may hold one place with their probabilities, likeliest first."""
        entries = slice(self.starts[place], self.starts[place + 1])
        return list(zip(self.rows[entries].tolist(), self.probabilities[entries].tolist(), strict=True))


def spills(start: Points, end: Points, left: NDArray[np.bool_], model: ErrorModel) -> NDArray[np.float64]:
    """Return the mass that spills over each edge: positive where the centre is on the edge's left.

    Parameters
    ----------
    start, end
        Shape (m, 2): the edge as in `BorderEdges`, seen from the centre, in spreads.
    left
        Shape (m,): `lies_left` of the centre. The sign is taken from here, so that all agree to the last bit
        on which side the centre is.
    model
        The error model.
    """
    along = end - start
    length = np.hypot(*along.T)
    # an edge of less than a rounding error spills nothing
    east, north = along.T / np.where(length > 0, length, 1.0)
    # from the nearer end, for the rounding of the farther one may be more than what is left of the nearer
    near = np.where((np.hypot(*start.T) < np.hypot(*end.T))[:, None], start, end)
    distance = np.abs(near[:, 0] * north - near[:, 1] * east)
    first, last = start[:, 0] * east + start[:, 1] * north, end[:, 0] * east + end[:, 1] * north
    if model is ErrorModel.DISC:
        half = np.sqrt(np.maximum(1.0 - distance * distance, 0.0))
        first, last = np.clip(first, -half, half), np.clip(last, -half, half)
    wedge = np.arctan2(distance * (last - first), distance * distance + first * last)
    # a centre on a corner counts as moved north a little, as in `lies_left`
    at_start, at_end = ((corner == 0).all(axis=1) & (length > 0) for corner in (start, end))
    wedge = np.where(at_start, np.arctan2(east, -north), np.where(at_end, np.arctan2(east, north), wedge))
    if model is ErrorModel.DISC:
        beyond = (wedge - distance * (last - first)) / (2.0 * np.pi)
    else:
        on_line = at_start | at_end | (distance == 0)
        mass = _owen_beyond(np.where(on_line, 1.0, distance), first, last)
        beyond = np.where(on_line, wedge / (2.0 * np.pi), mass)
    spilled: NDArray[np.float64] = np.where(left, beyond, -beyond)
    return spilled


def _owen_beyond(
    distance: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the normal mass beyond an edge, in the wedge from the centre.

    Parameters
    ----------
    distance, first, last
        Shape (m,), in sigmas: from the centre to the edge's line, and along it from the centre's foot.
    """
    from scipy.special import owens_t  # noqa: PLC0415 - a tenth of a second that a plain look-up need not pay

    with np.errstate(over="ignore"):
        mass: NDArray[np.float64] = owens_t(distance, last / distance) - owens_t(distance, first / distance)
    return mass
