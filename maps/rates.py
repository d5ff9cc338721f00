"""Counts into rates, and the smoothing that keeps a hamlet with one ticket from looking like a crisis."""

import numpy as np
import pandas as pd
from pandas import Series

from maps.errors import BadStatisticError


def rates(counts: Series, exposure: Series) -> Series:
    """Return tickets per person (or per whatever `exposure` counts): same index, named ``rate``.

    Parameters
    ----------
    counts
        Tickets, 0 or more.
    exposure
        People, addresses or other tickets on the same index, 0 or more; NaN when unknown.

    Returns
    -------
    Series
        NaN where the exposure is 0 or unknown.

    Raises
    ------
    BadStatisticError
        When a number is negative, or the two do not have the same index.
    """
    _check(counts, exposure)
    usable = exposure.astype(float).where(exposure > 0)
    return (counts.astype(float) / usable).rename("rate")


def smoothed_rates(counts: Series, exposure: Series) -> Series:
    """Draw each rate towards the average of all, the more so the fewer people stand behind it.

    Marshall's global empirical-Bayes estimator: a rate keeps the share ``a / (a + m / exposure)`` of its
    distance to the mean ``m``, where ``a`` is the variance between areas that is left after the variance
    which mere counting would give. When counting alone explains all differences, every rate becomes the mean.

    Parameters
    ----------
    counts, exposure
        As in `rates`.

    Returns
    -------
    Series
        Same index, named ``rate``; NaN where the exposure is 0 or unknown.

    References
    ----------
    Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators. Journal
    of the Royal Statistical Society C 40(2), 283–294. https://doi.org/10.2307/2347593
    """
    raw = rates(counts, exposure)
    known = raw.notna()
    if not known.any():
        return raw
    people = exposure[known].astype(float)
    mean = counts[known].sum() / people.sum()
    spread = float((people * (raw[known] - mean) ** 2).sum() / people.sum())
    between = max(spread - mean / people.mean(), 0.0)
    if between == 0.0:
        return raw.where(~known, mean)
    trust = between / (between + mean / exposure.astype(float).where(known))
    return (mean + trust * (raw - mean)).rename("rate")


def check_counts(counts: Series) -> None:
    """Refuse what cannot be a number of tickets; NaN stands for none.

    Raises
    ------
    BadStatisticError
        When a count is negative, infinite or no whole number: shares of a ticket are not counted.
    """
    values = pd.to_numeric(counts).fillna(0).to_numpy(dtype=float)
    if not (np.isfinite(values) & (values >= 0) & (values == np.floor(values))).all():
        raise BadStatisticError("counts must be whole numbers of 0 or more")


def _check(counts: Series, exposure: Series) -> None:
    if not counts.index.equals(exposure.index):
        raise BadStatisticError("counts and exposure must have the same areas in the same order")
    for what, numbers in (("counts", counts), ("exposure", exposure)):
        values = pd.to_numeric(numbers).to_numpy(dtype=float)
        if np.any(values < 0) or np.any(np.isinf(values)):
            raise BadStatisticError("{what} must be numbers of 0 or more", what=what)
