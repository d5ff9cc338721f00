"""Getis and Ord's Gi*: how crowded an area and its neighbours are, its permutation p, and the correction."""

import numpy as np
from numpy.typing import NDArray

from maps.neighbours import Neighbours

Floats = NDArray[np.float64]

_CLOSE_LOOK = 20  # tail counts below this are too coarse for the correction, and are drawn again, finer
_FINER = 100
_DRAWN_AT_ONCE = 4_000_000  # numbers held in memory


def gi_star(values: Floats, near: Neighbours) -> Floats:
    """Return the standardised Gi* of each area: binary weights, self included; 0 where all values are equal.

    Parameters
    ----------
    values
        Shape (n,), finite.
    near
        Who touches whom.

    References
    ----------
    Ord and Getis (1995), equation 14.
    """
    n = len(values)
    weight = near.degrees + 1.0
    spread = values.std()
    scale = spread * np.sqrt(np.maximum(n * weight - weight**2, 0.0) / (n - 1))
    excess = near.sums(values) + values - weight * values.mean()
    flat = (scale == 0.0) | (spread <= 1e-12 * max(abs(values).max(), 1e-300))
    return np.where(flat, 0.0, excess / np.where(flat, 1.0, scale))


def conditional_p(values: Floats, near: Neighbours, permutations: int, seed: int) -> Floats:
    """Return the two-sided conditional permutation p of each area's Gi*; see `hotspots`.

    Parameters
    ----------
    values
        Shape (n,), finite; every area has at least one neighbour.
    near, permutations, seed
        As in `hotspots`.
    """
    random = np.random.default_rng(seed)
    everyone = np.arange(len(values))
    tails = _tails(values, near, everyone, permutations, random)
    p = np.minimum(2.0 * (tails + 1.0) / (permutations + 1.0), 1.0)
    closer = everyone[tails < _CLOSE_LOOK]
    finer = permutations * _FINER
    tails = _tails(values, near, closer, finer, random)
    p[closer] = np.minimum(2.0 * (tails + 1.0) / (finer + 1.0), 1.0)
    return p


def _tails(
    values: Floats, near: Neighbours, rows: NDArray[np.int64], draws: int, random: np.random.Generator
) -> Floats:
    """Count, for each given area, the draws at least as extreme as what is seen, in the smaller tail."""
    seen = near.sums(values)
    slack = 1e-9 * np.abs(values).max(initial=0.0)  # equal sums added in another order are still equal
    tails = np.zeros(len(rows))
    degrees = near.degrees[rows]
    for degree in np.unique(degrees):
        members = np.flatnonzero(degrees == degree)
        above, below = np.zeros(len(members)), np.zeros(len(members))
        for start in range(0, draws, block := max(_DRAWN_AT_ONCE // int(degree), 1)):
            picks = _draw(min(block, draws - start), int(degree), len(values) - 1, random)
            for place, member in enumerate(members):
                row = rows[member]
                sums = values[picks + (picks >= row)].sum(axis=1)
                above[place] += np.count_nonzero(sums >= seen[row] - slack)
                below[place] += np.count_nonzero(sums <= seen[row] + slack)
        tails[members] = np.minimum(above, below)
    return tails


def _draw(draws: int, size: int, n: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return `draws` random sets of `size` different numbers below `n`, all sets equally likely (Floyd)."""
    picks = np.empty((draws, size), dtype=np.int64)
    for step in range(size):
        top = n - size + step
        pick = random.integers(0, top + 1, draws)
        taken = (picks[:, :step] == pick[:, None]).any(axis=1)
        picks[:, step] = np.where(taken, top, pick)
    return picks


def corrected(p: Floats) -> Floats:
    """Return Benjamini–Hochberg q values: the false discovery rate at which each p would just be accepted.

    Parameters
    ----------
    p
        Shape (n,); NaN stays NaN and does not count as a test.

    Examples
    --------
    >>> corrected(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    q = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q
