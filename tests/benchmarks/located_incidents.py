"""Texts with a true point, of which most name no village: a memory of resolved ones is asked about new ones.

`KEYS` are the figures. They stay empty until there is a memory to measure: `figures` is the place to ask it.
"""

from collections.abc import Mapping

from tests.shared_data import SHARED

INCIDENTS = "geocode/tw_incidents_open.csv"
VILLAGES = "geocode/tw_villages.parquet"
KEYS = ("gps_top1", "gps_top5", "gps_ece", "gps_credible_90", "gps_nearest_top1")


def figures(*, quick: bool) -> tuple[Mapping[str, float | None], list[str]]:
    """Return the figures, None for what is not measured, and lines that say why or how well.

    Parameters
    ----------
    quick
        Whether a sample is enough.
    """
    empty: dict[str, float | None] = dict.fromkeys(KEYS)
    if not (SHARED / INCIDENTS).exists():
        return empty, [f"{INCIDENTS} is not beside this checkout"]
    return empty, ["no memory of resolved texts is measured yet" + (" (quick)" if quick else "")]
