"""Which villages hold more tickets than chance allows? Gi*, judged by permutation, corrected for many tests."""

from geopandas import GeoDataFrame
from pandas import Series


def hotspots(
    areas: GeoDataFrame,
    counts: Series,
    *,
    exposure: Series | None = None,
    false_discovery: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
    gap_m: float = 5.0,
) -> GeoDataFrame:
    """Return the areas with their hotspot classes: same index, same order, columns added.

    Parameters
    ----------
    areas
        Polygons with a CRS; index = code.
    counts
        Tickets per area, on the same index; areas that are missing count 0.
    exposure
        People or addresses per area; None compares bare counts.
    false_discovery
        Expected share of false alarms among the coloured areas.

    Returns
    -------
    GeoDataFrame
        `areas` plus ``count`` int, ``exposure`` float, ``rate`` float (smoothed; the count without exposure),
        ``z`` float, ``p`` float, ``q`` float, ``hotspot_class`` str (``hot99 hot95 hot90 not_significant cold90 cold95
        cold99 unknown``).
    """
    return areas
