"""The units of the whole nation as arrays: codes, names, kinds, and what each lies in; a row is an integer.

Rows stand in the order of their codes, so what lies below a code is one range of rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from boundaries.divisions import Division, Divisions, Level, UnitKind, division
from boundaries.outside import larger_units

_KINDS = tuple(UnitKind)
_PROVINCE_DIGITS, _CITY_DIGITS, _COUNTY_DIGITS = 2, 4, 6
_DIGITS = (_PROVINCE_DIGITS, _CITY_DIGITS, _COUNTY_DIGITS)
_FULL_DIGITS = 12
_BEHIND_ALL = b"\x7f"


class Tier(IntEnum):
    """How large a unit of the nation is; the column of `UnitArrays.above` that holds it."""

    PROVINCE = 0
    CITY = 1
    COUNTY = 2
    TOWN = 3
    VILLAGE = 4


class UnitArrays(NamedTuple):
    """One row per unit, by code."""

    codes: NDArray[np.bytes_]
    """Shape (n,), ASCII, ascending."""
    tiers: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    """Place in `UnitKind`; for what is larger than a town it says nothing."""
    above: NDArray[np.int32]
    """Shape (n, 4): the rows of province, city, county and town, the unit's own among them; -1 for none."""
    name_ends: NDArray[np.int64]
    """Shape (n + 1,): where each name ends in the letters; the first is 0."""
    name_letters: NDArray[np.uint8]
    """All names, UTF-8."""


class NationUnits:
    """What the rows of the arrays are called and where they lie."""

    def __init__(self, arrays: UnitArrays) -> None:
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays.codes)

    def code(self, row: int) -> str:
        """Return the code of a row."""
        return bytes(self.arrays.codes[row]).decode()

    def name(self, row: int) -> str:
        """Return the official name; empty for the row -1."""
        if row < 0:
            return ""
        start, end = self.arrays.name_ends[row : row + 2]
        return self.arrays.name_letters[start:end].tobytes().decode()

    def tier(self, row: int) -> Tier:
        """Return how large a unit is."""
        return Tier(int(self.arrays.tiers[row]))

    def of(self, row: int, tier: Tier) -> int:
        """Return the row of the province, city, county or town a unit lies in, -1 for none."""
        return int(self.arrays.above[row, tier])

    def below(self, prefix: str) -> tuple[int, int]:
        """Return the first row whose code begins with something, and the one behind the last."""
        code = prefix.encode()
        first, behind = np.searchsorted(self.arrays.codes, [code, code + _BEHIND_ALL])
        return int(first), int(behind)

    def division(self, row: int) -> Division:
        """Return a town or village as a register holds it."""
        town = self.of(row, Tier.TOWN)
        level = Level.TOWN if self.tier(row) is Tier.TOWN else Level.VILLAGE
        town_code = self.code(town) if town >= 0 else ""
        return division(
            self.code(row), self.name(row), level=level, town_code=town_code, town_name=self.name(town)
        )

    def rows_of(self, county: int) -> Sequence[int]:
        """Return the rows of a county's towns and villages, in order."""
        return range(*self.below(self.code(county)))[1:]

    def kind_is_community(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Say which units are communities, by law."""
        found: NDArray[np.bool_] = self.arrays.kinds[rows] == _KINDS.index(UnitKind.COMMUNITY)
        return found

    @cached_property
    def town_count(self) -> int:
        """How many towns there are, at least one."""
        return max(1, int(np.count_nonzero(self.arrays.tiers == Tier.TOWN)))

    @cached_property
    def counties(self) -> Mapping[str, int]:
        """The rows of the counties by code."""
        return {self.code(int(row)): int(row) for row in np.flatnonzero(self.arrays.tiers == Tier.COUNTY)}


def nation_rows(rows: Iterable[Mapping[str, str]]) -> tuple[Divisions, Mapping[str, str]]:
    """Read a list of the nation.

    Parameters
    ----------
    rows
        As for `Divisions.from_rows`; rows of provinces, cities and counties (2, 4 or 6 digits, or filled with
        zeros to 12) name these, what the list does not name is called as in the shipped list.

    Returns
    -------
    tuple
        The towns and villages; the names of what is larger, by code of 2, 4 or 6 digits.

    Raises
    ------
    BadRegisterError
        When a row lacks code or name, or one code has two names.
    """
    named: dict[str, str] = {}

    def passed() -> Iterator[Mapping[str, str]]:
        for row in rows:
            code = _larger_code(row.get("code", "").strip())
            if code:
                named[code] = row.get("name", "").strip()
            yield row

    register = Divisions.from_rows(passed())
    counties = {unit.town_code[:_COUNTY_DIGITS] for unit in register.values()}
    used = {county[:digits] for county in counties for digits in _DIGITS}
    shipped = {code: name for code, name in larger_units() if code in used}
    unnamed = {county: county for county in counties - shipped.keys() - named.keys()}
    return register, {**shipped, **unnamed, **named}


def unit_arrays(register: Divisions, larger: Mapping[str, str]) -> UnitArrays:
    """Put a list into arrays, whatever the order of its rows was."""
    units: dict[str, Division | None] = {**dict.fromkeys(larger), **register}
    ordered = sorted(units.items(), key=lambda pair: pair[0])
    rows = {code: row for row, (code, _) in enumerate(ordered)}
    names = [(larger[code] if unit is None else unit.name).encode() for code, unit in ordered]
    return UnitArrays(
        np.array([code.encode() for code in rows], dtype=np.bytes_),
        np.array([_tier(code, unit) for code, unit in ordered], np.uint8),
        np.array([_KINDS.index(unit.kind) if unit else 0 for _, unit in ordered], np.uint8),
        np.array([_above(code, unit, rows) for code, unit in ordered], np.int32).reshape(-1, 4),
        np.cumsum([0, *map(len, names)], dtype=np.int64),
        np.frombuffer(b"".join(names), np.uint8),
    )


def _above(code: str, unit: Division | None, rows: Mapping[str, int]) -> tuple[int, int, int, int]:
    town = "" if unit is None else unit.town_code
    from_code = town or code
    larger = [rows.get(from_code[:digits], -1) if len(from_code) >= digits else -1 for digits in _DIGITS]
    return larger[0], larger[1], larger[2], rows.get(town, -1)


def _tier(code: str, unit: Division | None) -> Tier:
    if unit is None:
        return Tier(_DIGITS.index(len(code)))
    return Tier.TOWN if unit.level is Level.TOWN else Tier.VILLAGE


def _larger_code(code: str) -> str:
    """Return the 2, 4 or 6 digits of a code larger than a town's; empty for any other."""
    if not code.isdigit():
        return ""
    if len(code) == _FULL_DIGITS and code.endswith("000000"):
        code = code.removesuffix("000000")
    return code if len(code) in _DIGITS else ""
