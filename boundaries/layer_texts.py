"""The texts of a layer put right where they went through a wrong character set."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.errors import NotAMapError
from boundaries.reasons import Reason, listed
from boundaries.written_text import is_garbled, unscrambled

_SHORT = 2**24
_LOOKED_AT = 500
"""Cells of a column that are looked at before it is taken for sound."""


def with_readable_texts(
    frame: gpd.GeoDataFrame, *, where: str
) -> tuple[gpd.GeoDataFrame, tuple[Reason, ...]]:
    """Put texts and headings right that can be; what cannot is left.

    Long numbers of which only the first digits were kept become texts such as ``4.41581E+11``.

    Parameters
    ----------
    frame
        A layer as it was read.
    where
        The file's name, for the note.

    Returns
    -------
    tuple
        The layer, and a note when something was put right.
    """
    mended = list[str]()
    columns = {}
    for column in frame.columns:
        if _is_short(frame[column]):
            columns[column] = pd.Series([f"{cell:.5E}" for cell in frame[column]], frame.index, dtype=object)
        if column == frame.geometry.name or not pd.api.types.is_string_dtype(frame[column]):
            continue
        cells = frame[column].tolist()
        if not _changes(cells[:: max(1, len(cells) // _LOOKED_AT)]):
            continue
        values = [unscrambled(cell) if isinstance(cell, str) else cell for cell in cells]
        mended += [value for value, cell in zip(values, cells, strict=True) if value != cell]
        columns[column] = pd.Series(values, index=frame.index, dtype=object)
    headings = {column: unscrambled(str(column)) for column in frame.columns if column != frame.geometry.name}
    mended += [after for before, after in headings.items() if after != before]
    if not mended:
        return frame.assign(**columns), ()
    note = Reason(
        "repair.text",
        "{count} texts of {path} had been read in a wrong character set and were put right: {examples}",
        {"count": len(mended), "path": where, "examples": listed(dict.fromkeys(mended))},
    )
    return frame.assign(**columns).rename(columns=headings), (note,)


def _is_short(cells: pd.Series) -> bool:
    """Say whether numbers were kept with fewer digits than they have: a code is then lost."""
    return bool(cells.dtype in (np.float16, np.float32) and cells.abs().max() > _SHORT)


def _changes(cells: Iterable[object]) -> bool:
    return any(isinstance(cell, str) and unscrambled(cell) != cell for cell in cells)


def check_names(names: Iterable[str], *, where: str) -> None:
    """Refuse names most of which lost characters: nobody can say which villages they are.

    Raises
    ------
    NotAMapError
        Names one of them.
    """
    given = [name for name in names if name]
    lost = [name for name in given if is_garbled(name)]
    if 2 * len(lost) > len(given):
        raise NotAMapError(
            "the names in {path} lost characters in a wrong character set, such as {example}: export the "
            "file again with its text in UTF-8",
            path=where,
            example=lost[0],
        )
