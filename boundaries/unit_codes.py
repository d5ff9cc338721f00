"""Codes for units that come with a name only: from the register where it knows them, local ones else.

A code decides whose committee is sent, so a name is joined to the register only inside its own town (or in
the whole county when nothing tells the town), only when exactly one unit fits, and never a 村 to a 社区 of
the same name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from boundaries.cells import CellIndex
from boundaries.columns import VILLAGE_CODE
from boundaries.divisions import Division, Divisions, Level, UnitKind, parse_unit_name
from boundaries.names import fold_name

_COUNTY = re.compile(r"\d{9}(\d{3})?")


def folded_core(name: str) -> str:
    """Return what makes two spellings of a unit one: the core of the name, variants made equal.

    >>> folded_core("烧箕山社区") == folded_core("筲箕山居民委员会")
    True
    """
    return parse_unit_name(fold_name(name))[0]


def with_local_codes(frame: gpd.GeoDataFrame, *, taken: Iterable[str] = ()) -> gpd.GeoDataFrame:
    """Give every row without a code a local one: ``360681X05`` for a village, ``360681T01`` for a town.

    Parameters
    ----------
    frame
        With ``code`` (empty where unknown), ``town_code`` and ``level``; numbered in the order of the rows.
        The first six digits are those of the commonest county among the codes, none when there are no codes.
    taken
        Codes that stand for other units already.
    """
    fresh = _LocalCodes([*frame["code"], *frame["town_code"]], taken)
    levels = [Level(level) for level in frame["level"]]
    pairs = zip(frame["code"], levels, strict=True)
    return frame.assign(code=[code or fresh.next(level) for code, level in pairs])


def with_town_codes(frame: gpd.GeoDataFrame, register: Divisions | None) -> gpd.GeoDataFrame:
    """Give every village the code and the name of its town, and every town its own.

    A town known by its name only gets the code that a row of the table or the register has for it, else a
    local one; villages without any word about their town share one nameless local town.
    """
    is_town = [level == Level.TOWN for level in frame["level"]]
    codes = {} if register is None else {town.name: town.code for town in register.towns()}
    rows = zip(frame["town_name"], frame["town_code"], strict=True)
    codes |= {name: code for name, code in rows if name and code}
    own = zip(frame["name"], frame["code"], is_town, strict=True)
    codes |= {name: code for name, code, town in own if town}
    fresh = _LocalCodes([*frame["code"], *frame["town_code"]], codes.values())
    columns: dict[str, list[str]] = {"town_code": [], "town_name": []}
    for code, name, town, town_code, town_name in zip(
        frame["code"], frame["name"], is_town, frame["town_code"], frame["town_name"], strict=True
    ):
        known = code if town else town_code or codes.get(town_name)
        if not known:
            known = codes[town_name] = fresh.next(Level.TOWN)
        columns["town_code"].append(known)
        columns["town_name"].append(name if town else town_name)
    names = {code: name for name, code in codes.items()}
    pairs = zip(columns["town_name"], columns["town_code"], strict=True)
    return frame.assign(
        town_code=columns["town_code"], town_name=[name or names.get(code, "") for name, code in pairs]
    )


class _LocalCodes:
    """Hands out codes that nobody has, numbered from 01, under the commonest county of those there are."""

    def __init__(self, codes: Sequence[str], taken: Iterable[str]) -> None:
        counties = Counter(code[:6] for code in codes if _COUNTY.fullmatch(code))
        self._county = min(counties, key=lambda county: (-counties[county], county), default="")
        self._used = {*codes, *taken}
        self._numbers = {level: count(1) for level in Level}

    def next(self, level: Level) -> str:
        letter = "T" if level is Level.TOWN else "X"
        codes = (f"{self._county}{letter}{number:02d}" for number in self._numbers[level])
        return next(code for code in codes if code not in self._used)


def with_towns_around(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give villages that say nothing of their town the drawn town that holds their middle."""
    is_town = np.array([level == Level.TOWN for level in frame["level"]], dtype=bool)
    towns = frame[is_town]
    lost = ~is_town & (frame["town_code"] == "").to_numpy() & (frame["town_name"] == "").to_numpy()
    if not len(towns) or not lost.any():
        return frame
    middles = shapely.get_coordinates(shapely.point_on_surface(frame.geometry.to_numpy()[lost]))
    rows = CellIndex.of(towns.geometry.to_numpy()).rows(middles)
    found = frame.copy()
    for column, source in (("town_code", "code"), ("town_name", "name")):
        known = [towns[source].iloc[row] if row >= 0 else "" for row in rows]
        found.loc[lost, column] = known
    return found


def with_register_codes(frame: gpd.GeoDataFrame, register: Divisions) -> gpd.GeoDataFrame:
    """Replace local and missing codes by the register's, where a name fits exactly one unit of its town.

    Spellings that fold to the same text are one name (`names.fold`). A village that says nothing of its town
    is joined when its full name fits one unit of the whole county.

    Parameters
    ----------
    frame
        With ``code``, ``name``, ``level``, ``town_code``, ``town_name``. Rows whose code the register knows
        stay.
    register
        The county's towns and villages.

    Returns
    -------
    GeoDataFrame
        Same index. Joined rows carry the register's code, name, town code and town name; the others keep
        theirs, but villages get the register's code of their town when its name is known.
    """
    # two pieces of one unit share its code; two units never do
    owner = {code: name for code, name in zip(frame["code"], frame["name"], strict=True) if code in register}
    columns: dict[str, list[str]] = {key: [] for key in ("code", "name", "town_code", "town_name")}
    for row in frame[["code", "name", "level", "town_code", "town_name"]].itertuples(index=False):
        is_town = row.level == Level.TOWN
        town = _town(register, row.town_code, row.town_name or (row.name if is_town else ""))
        unit = register.get(row.code)
        name = row.name
        if unit is None and not VILLAGE_CODE.fullmatch(row.code):
            unit = town if is_town else _village(register, town, row)
            if unit and folded_core(owner.setdefault(unit.code, row.name)) != folded_core(row.name):
                unit = None
            name = unit.name if unit else row.name
        known_town = town or unit
        columns["code"].append(unit.code if unit else row.code)
        columns["name"].append(name)
        columns["town_code"].append(known_town.town_code if known_town else row.town_code)
        columns["town_name"].append(known_town.town_name if known_town else row.town_name)
    return frame.assign(**columns)


def _town(register: Divisions, code: str, name: str) -> Division | None:
    """Return the town a row belongs to, by code or by name."""
    if code in register:
        return register[code]
    towns = register.towns()
    return _only([unit for unit in towns if unit.name == name]) or _only(
        [unit for unit in towns if name and unit.core_name == parse_unit_name(name)[0]]
    )


def _village(
    register: Divisions,
    town: Division | None,
    row: Any,  # noqa: ANN401 - a named tuple of the frame's columns
) -> Division | None:
    """Return the one village that a name can mean: inside its town, or in the county when no town is said."""
    core, kind = parse_unit_name(row.name)
    if town is None:
        known = [unit for unit in register.villages() if unit.core_name == core]
        said = bool(row.town_code or row.town_name)
        return None if said or kind is None else _only(_of_kind(known, kind))
    exact = register.named(town.code, core)
    folded = folded_core(row.name)
    units = exact or [unit for unit in register.villages(town.code) if folded_core(unit.name) == folded]
    return _only(_of_kind(units, kind))


def _of_kind(units: Sequence[Division], kind: UnitKind | None) -> list[Division]:
    return [unit for unit in units if kind in {None, parse_unit_name(unit.name)[1]}]


def _only(units: Sequence[Division]) -> Division | None:
    return units[0] if len(units) == 1 else None
