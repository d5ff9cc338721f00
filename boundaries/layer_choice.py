"""Several layers in one file: all that draw towns or villages count, and what does not is said.

Two layers that draw the same unit on different ground, such as the borders of 2020 and of 2023, are refused:
nobody but who made the file knows which holds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.columns import FoundColumns, rounded_codes
from boundaries.divisions import Level
from boundaries.errors import BoundaryError, TwoDrawingsError
from boundaries.reasons import Reason, listed

_SAME = 0.99  # share of both shapes from which two drawings of a unit are one
_OVER = 0.5  # share of the smaller shape from which two drawings are not two parts of a unit


def aside(layer: str, problem: BoundaryError) -> Reason:
    """Return the reason why a layer with areas was left aside."""
    return Reason(
        "repair.layer",
        "the layer {layer} was left aside, for no column of it looks like names: {columns}",
        {"layer": layer, "columns": dict(problem.values).get("columns", "")},
    )


def lost_codes(table: pd.DataFrame, found: FoundColumns) -> Iterator[Reason]:
    """Tell when the codes of a layer lost digits in a spreadsheet and say nothing any more."""
    code = rounded_codes(table, found)
    if code:
        yield Reason(
            "doubt.rounded",
            "the codes lost their last digits in a spreadsheet, such as {code}, and were not used: write "
            "their column as text",
            {"code": code},
        )


def read_together(frames: Mapping[str, gpd.GeoDataFrame], *, where: str) -> Iterator[Reason]:
    """Tell when several layers draw units of one level; see `check_one_drawing` for what is refused."""
    if len(frames) == 1:
        return
    check_one_drawing(frames, where=where)
    for level in Level:
        layers = {name: int((frame["level"] == level).sum()) for name, frame in frames.items()}
        layers = {name: number for name, number in layers.items() if number}
        if len(layers) > 1:
            yield Reason(
                "repair.layers",
                "areas were read from {count} layers: {layers}",
                {"count": len(layers), "layers": listed(f"{name} ({n})" for name, n in layers.items())},
            )


def check_one_drawing(frames: Mapping[str, gpd.GeoDataFrame], *, where: str) -> None:
    """Refuse layers that draw a unit on the same ground, but differently.

    Parameters
    ----------
    frames
        By the layer's name, with ``code``, ``name``, ``level`` and ``town_name``; outlines may be invalid.
    where
        The file's name, for the message.

    Raises
    ------
    TwoDrawingsError
        Names the layers and the units.
    """
    parts: defaultdict[tuple[str, ...], defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for layer, frame in frames.items():
        for row in frame.itertuples(index=False):
            unit = (row.level, row.code, row.name) if row.code else (row.level, row.town_name, row.name)
            parts[unit][layer].append(row.geometry)
    differing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, of_layers in parts.items():
        for (first, one), (second, other) in pairwise(of_layers.items()):
            if _differ(one, other):
                differing[first, second].append(key[2])
    for (first, second), units in differing.items():
        raise TwoDrawingsError(
            "{path} draws {count} areas differently in its layers {first} and {second}: {units}; "
            "give a file with the layer that holds",
            path=where,
            count=len(units),
            first=first,
            second=second,
            units=listed(units),
        )


def _differ(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Say whether two drawings of a unit are neither the same nor two parts of it."""
    first, second = (shapely.union_all(shapely.make_valid(list(parts))) for parts in (one, other))
    both = shapely.area(shapely.intersection(first, second))
    sizes = shapely.area(first), shapely.area(second)
    return bool(_OVER * min(sizes) < both < _SAME * max(sizes))
