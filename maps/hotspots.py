"""Which villages hold more tickets than chance allows? Gi*, by permutation, corrected for many tests."""

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import Series

from maps.errors import BadStatisticError
from maps.gi_star import Floats, conditional_p, corrected, gi_star
from maps.neighbours import Neighbours, find_neighbours
from maps.rates import check_counts, smoothed_rates

LEVELS = ((0.01, "99"), (0.05, "95"), (0.10, "90"))
"""The classes: largest q that still belongs to it, and its name."""
FEWEST_AREAS = 4
FEWEST_PERMUTATIONS = 99


def hotspots(  # noqa: PLR0913 - the options of one test, keyword-only
    areas: GeoDataFrame,
    counts: Series,
    *,
    exposure: Series | None = None,
    false_discovery: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
    gap_m: float = 5.0,
) -> GeoDataFrame:
    """Say which areas, together with their neighbours, hold more tickets than chance gives, and which fewer.

    The statistic is Getis and Ord's Gi*: the sum over an area and the areas that touch it, binary weights,
    self included.

    *Null hypothesis*: given its own value, an area's neighbours are a random draw from all other areas.
    *Alternative*: their sum is larger or smaller (two-sided). *p*: twice the smaller tail of the conditional
    permutations, never below ``2 / (draws + 1)``; an area in a tail of fewer than 20 draws is drawn
    again 100 times finer (only the new draws count), because a correction for hundreds of areas needs
    values that 999 draws cannot give. The area's own value is fixed in the draws, so a lone crowded
    village is not found here but by `find_clusters`; and an area is coloured only when Gi*, which does
    count its own value, points the same way and its own value lies on that side of the mean: a quiet
    village beside a crowded one is not called hot. *Correction*: Benjamini–Hochberg over all judged areas
    gives ``q``; only ``q`` decides the class, and only up to `false_discovery`. Neighbouring areas share
    neighbours, so the tests are positively dependent, under which the correction still holds.

    With `exposure` the values are empirical-Bayes rates (`maps.rates.smoothed_rates`), which takes the
    wildest small-number swings out of them; without it, bare counts, and a populous village stands out for
    being populous.

    Parameters
    ----------
    areas
        Polygons with a CRS; any unique index, usually the division code.
    counts
        Tickets per area on the same index; areas it lacks count 0. Codes it holds beyond `areas` are an
        error.
    exposure
        People, addresses or all tickets per area, on the same index; 0, NaN or missing means the area is
        not judged.
    false_discovery
        Largest accepted share of false alarms among the coloured areas, above 0 and at most 0.10. 0.05
        gives the classes 99 and 95, 0.10 also 90.
    permutations
        Draws per area, at least 99.
    seed
        The same seed gives the same answer on every machine.
    gap_m
        Areas this near count as touching, metres.

    Returns
    -------
    GeoDataFrame
        `areas`, same index and order, plus ``count`` int, ``exposure`` float (NaN without), ``rate`` float
        (smoothed; the count without exposure), ``z`` float (analytic, for orientation only), ``p`` float,
        ``q`` float and ``hotspot_class`` str: ``hot99 hot95 hot90 not_significant cold90 cold95 cold99``,
        or ``unknown`` with NaN in z, p and q for an area without neighbours or without exposure, and for
        all when fewer than 4 can be judged.

    Raises
    ------
    BadStatisticError
        When counts are no whole numbers of 0 or more or belong to unknown areas, or a parameter is out of
        range.

    References
    ----------
    Ord, J. K., Getis, A. (1995). Local spatial autocorrelation statistics. Geographical Analysis 27(4),
    286–306. https://doi.org/10.1111/j.1538-4632.1995.tb00912.x

    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society B 57(1), 289–300. https://doi.org/10.1111/j.2517-6161.1995.tb02031.x
    """
    _check(areas, counts, false_discovery, permutations)
    found = areas.copy()
    found["count"] = counts.reindex(areas.index).fillna(0).astype(int)
    if exposure is None:
        found["exposure"] = np.nan
        found["rate"] = found["count"].astype(float)
    else:
        found["exposure"] = exposure.reindex(areas.index).astype(float)
        found["rate"] = smoothed_rates(found["count"], found["exposure"])
    everyone = find_neighbours(areas, gap_m=gap_m)
    judged = found["rate"].notna().to_numpy()
    judged = judged & (everyone.sums(judged.astype(float)) > 0)
    z = np.full(len(found), np.nan)
    p = z.copy()
    if judged.sum() >= FEWEST_AREAS:
        near = everyone.among(judged)
        values = found["rate"].to_numpy(dtype=float)[judged]
        z[judged] = gi_star(values, near)
        p[judged] = conditional_p(values, near, permutations, seed)
    found["z"], found["p"], found["q"] = z, p, corrected(p)
    sides = (z, _excess(found, everyone, judged), _own_excess(found, judged))
    found["hotspot_class"] = _classes(found["q"].to_numpy(), sides, false_discovery)
    return found


def _excess(found: GeoDataFrame, near: Neighbours, judged: NDArray[np.bool_]) -> Floats:
    """Return by how much the neighbours of each area exceed the average draw from the others."""
    values = np.where(judged, found["rate"].to_numpy(dtype=float), 0.0)
    degrees = near.sums(judged.astype(float))
    others = (values.sum() - values) / max(int(judged.sum()) - 1, 1)
    excess: Floats = near.sums(values) - degrees * others
    return excess


def _own_excess(found: GeoDataFrame, judged: NDArray[np.bool_]) -> Floats:
    """Return by how much each area's own value exceeds the mean of all judged areas; 0 for the others."""
    values = found["rate"].to_numpy(dtype=float)
    mean = values[judged].mean() if judged.any() else 0.0
    own: Floats = np.where(judged, values - mean, 0.0)
    return own


def _classes(q: Floats, sides: tuple[Floats, ...], false_discovery: float) -> NDArray[np.object_]:
    names = np.full(len(q), "not_significant", dtype=object)
    names[np.isnan(q)] = "unknown"
    for level, name in reversed(LEVELS):
        chosen = (q <= level) & (q <= false_discovery)
        names[chosen & np.all([side > 0 for side in sides], axis=0)] = f"hot{name}"
        names[chosen & np.all([side < 0 for side in sides], axis=0)] = f"cold{name}"
    return names


def _check(areas: GeoDataFrame, counts: Series, false_discovery: float, permutations: int) -> None:
    if not areas.index.is_unique or not counts.index.is_unique:
        raise BadStatisticError("each area must stand in the table once")
    strangers = counts.index.difference(areas.index)
    if len(strangers):
        raise BadStatisticError(
            "there are counts for {n} areas that are not on the map, such as {code}",
            n=len(strangers),
            code=strangers[0],
        )
    check_counts(counts)
    if not 0.0 < false_discovery <= LEVELS[-1][0] or permutations < FEWEST_PERMUTATIONS:
        raise BadStatisticError(
            "the false discovery rate lies above 0 and not above 0.10, and there are at least 99 permutations"
        )
