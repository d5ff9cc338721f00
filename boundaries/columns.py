"""Which column of an area file is the code, the name, the town: found by the values, not by the heading.

Counties label their files in a hundred ways, but a code has 12 digits and a village's name ends in 村, 社区
or 居委会. A heading decides only when the values of several columns look equally right, or when none does.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from boundaries.divisions import TOWN_KINDS, UnitKind, parse_unit_name
from boundaries.errors import ColumnsNotFoundError


@dataclass(frozen=True, slots=True)
class AreaColumns:
    """Names of the columns of an area file; None means: find it by the values."""

    code: str | None = None
    name: str | None = None
    town: str | None = None
    """Code or name of the town each village belongs to."""


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """The columns that were found; None where there is none."""

    name: str
    code: str | None
    town_name: str | None
    town_code: str | None


VILLAGE_CODE = re.compile(r"[0-9]{12}")
TOWN_CODE = re.compile(r"[0-9]{9}(000)?")
# made by `unit_codes` for units no register knows; without a county when no code names one
LOCAL_CODE = re.compile(r"(\d{6}(\d{3})?)?X\d{2,}")
LOCAL_TOWN_CODE = re.compile(r"(\d{6})?T\d{2,}")
_COUNTY_CODE = re.compile(r"(\d{6})0{3}(0{3})?")
_LONG_CODE = re.compile(r"(\d{12})0{7}")  # the land survey's ZLDWDM
_DASHED = re.compile(r"\d{6}-\d{3}(-\d{3})?")
_CODE_LIKE = re.compile(r"[0-9XT.\-]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_POWER = re.compile(r"(\d)\.(\d+)[eE]\+?\d{1,2}")
_ROUNDED = re.compile(r"\d(\.\d{1,10})?[eE]\+?(08|8|11|18)")
_CODE_DIGITS = 12
_EXACT = 2**63
_WHOLE_NUMBER = re.compile(r"(\d+)\.0")
_MOSTLY = 0.5
_NAME_HEADINGS = ("name", "名称", "村名", "xzqmc", "zldwmc", "cunmc", "mc", "nama", "villname", "村", "社区")
_NO_HEADING = 2 * len(_NAME_HEADINGS)
_VILLAGE_KINDS = frozenset({UnitKind.VILLAGE, UnitKind.COMMUNITY, UnitKind.VIRTUAL})


def plain(value: object) -> str:
    """Return a cell as text without white space; empty for a missing one, codes of towns and counties short.

    Codes come out right that a spreadsheet made numbers of, or that somebody typed with a Chinese keyboard.
    One that lost digits stays as it stands, see `rounded_codes`.

    >>> plain(360681001005.0), plain("360681001000"), plain("360681000000"), plain(None)
    ('360681001005', '360681001', '360681', '')
    >>> plain("'４４１５８１ ００１ ００４"), plain("441581-001-004"), plain("4.41581E+11")
    ('441581001004', '441581001004', '4.41581E+11')
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return ""
    text = "".join(_INVISIBLE.sub("", _written(value)).split())
    code = unicodedata.normalize("NFKC", text).lstrip("'\"")
    if _CODE_LIKE.fullmatch(code):
        text = code
    for pattern in (_WHOLE_NUMBER, _LONG_CODE, _COUNTY_CODE):
        whole = pattern.fullmatch(text)
        text = whole.group(1) if whole else text
    if _DASHED.fullmatch(text):
        text = text.replace("-", "")
    return text[:9] if TOWN_CODE.fullmatch(text) else text


def _written(value: object) -> str:
    """Return a value in full: no number by its power of ten, unless digits are lost."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    text = str(value).strip()
    power = _POWER.fullmatch(text)
    if power is None or len(power.group(1) + power.group(2)) < _CODE_DIGITS:
        return text
    number = Decimal(text)
    return str(int(number)) if number < _EXACT and number == number.to_integral_value() else text


def rounded_codes(table: pd.DataFrame, names: FoundColumns) -> str | None:
    """Return a code that lost its last digits in a spreadsheet, such as 4.41581E+11; None when none did.

    Only columns that are not `names` already are looked at.
    """
    taken = {names.name, names.code, names.town_name, names.town_code}
    for column in table.columns:
        cells = [] if column in taken else [plain(value) for value in table[column]]
        lost = [cell for cell in cells if _ROUNDED.fullmatch(cell)]
        if len(lost) > _MOSTLY * len(cells):
            return lost[0]
    return None


def find_columns(
    table: pd.DataFrame, given: AreaColumns, *, where: str, codes_suffice: bool = False
) -> FoundColumns:
    """Return which columns of a table hold name, code and town.

    Parameters
    ----------
    table
        The file's columns without the geometry.
    given
        What the caller knows; each name given must exist.
    where
        The file's name, for messages.
    codes_suffice
        Take the codes for names where there are none.

    Raises
    ------
    ColumnsNotFoundError
        When a given column does not exist, or nothing looks like names.
    """
    for column in (given.code, given.name, given.town):
        if column is not None and column not in table.columns:
            raise ColumnsNotFoundError(
                "{path} has no column {column}: it has {columns}",
                path=where,
                column=column,
                columns=_listed(table.columns),
            )
    values = {str(column): [plain(value) for value in table[column]] for column in table.columns}
    name = given.name or _name_column(values)
    if codes_suffice and (name is None or (not given.name and _are_towns_of_villages(values, name))):
        name = given.code or _best(values, _is_code)
    if name is None:
        raise ColumnsNotFoundError(
            "no column of {path} looks like the names of villages or towns; say which one it is: {columns}",
            path=where,
            columns=_listed(table.columns),
        )
    rest = {column: cells for column, cells in values.items() if column != name}
    # a town's code beside each village repeats, and is no village's code
    apart = {column: cells for column, cells in values.items() if _tells_apart(cells, values[name])}
    code = given.code or _best(apart, _is_code)
    rest.pop(code or "", None)
    towns = {given.town: values[given.town]} if given.town else rest
    town_name, town_code = _best(towns, _is_town_name), _best(towns, _is_town_code)
    if given.town and not (town_name or town_code):
        town_name = given.town
    return FoundColumns(name, code, town_name, town_code)


def _name_column(values: dict[str, list[str]]) -> str | None:
    """Choose by what names end in, villages before towns; a heading helps when no ending does."""
    units = {column: cells for column, cells in values.items() if _share(cells, _is_unit_name) > _MOSTLY}
    ranked = sorted(
        units, key=lambda column: (-_share(units[column], _is_village_name), _heading_rank(column))
    )
    wordy = {column: cells for column, cells in values.items() if _share(cells, _is_wordy) > _MOSTLY}
    named = sorted((column for column in wordy if _heading_rank(column) < _NO_HEADING), key=_heading_rank)
    if not ranked:
        return named[0] if named else None
    # a town's name that repeats stands beside its villages, whose names may have no ending: 炎龙, 六驿
    repeats = _variety(units[ranked[0]]) < _MOSTLY and not _share(units[ranked[0]], _is_village_name)
    apart = [column for column in named if _variety(wordy[column]) > _MOSTLY]
    return apart[0] if repeats and apart else ranked[0]


def _are_towns_of_villages(values: dict[str, list[str]], name: str) -> bool:
    """Say whether what looks like names are the towns of villages that have codes only."""
    codes = _best(values, lambda cell: VILLAGE_CODE.fullmatch(cell) is not None)
    return codes is not None and _share(values[name], _is_town_name) >= _MOSTLY >= _variety(values[name])


def _variety(cells: Sequence[str]) -> float:
    """Return how many different values there are per filled cell."""
    filled = [cell for cell in cells if cell]
    return len(set(filled)) / len(filled) if filled else 0.0


def _best(values: dict[str, list[str]], fits: Callable[[str], bool]) -> str | None:
    """Return the column most of whose values fit; the heading, then the order of columns breaks a tie."""
    scores = {column: _share(cells, fits) for column, cells in values.items()}
    found = [column for column, score in scores.items() if score > _MOSTLY]
    return min(found, key=lambda column: (-round(scores[column], 3), _heading_rank(column)), default=None)


def _tells_apart(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Say whether a column has about as many different values as there are names."""
    pairs = [(cell, name) for cell, name in zip(cells, names, strict=True) if cell and name]
    return len({cell for cell, _ in pairs}) >= 0.8 * len({name for _, name in pairs})


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    """Return how many of the filled cells fit; a column half empty counts as half as good."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return 0.0
    share = sum(map(fits, filled)) / len(filled)
    return share * (0.5 + 0.5 * len(filled) / len(cells))


def _heading_rank(column: str) -> int:
    """Rank a heading: exact words for a name first, headings that contain one second."""
    heading = column.strip().lower()
    exact = [i for i, word in enumerate(_NAME_HEADINGS) if heading == word]
    within = [i + len(_NAME_HEADINGS) for i, word in enumerate(_NAME_HEADINGS) if word in heading]
    return min(exact + within, default=_NO_HEADING)


def _is_village_name(text: str) -> bool:
    return parse_unit_name(text)[1] in _VILLAGE_KINDS


def _is_town_name(text: str) -> bool:
    return parse_unit_name(text)[1] in TOWN_KINDS


def _is_unit_name(text: str) -> bool:
    return parse_unit_name(text)[1] is not None


def _is_code(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (VILLAGE_CODE, TOWN_CODE, LOCAL_CODE, LOCAL_TOWN_CODE))


def _is_town_code(text: str) -> bool:
    return TOWN_CODE.fullmatch(text) is not None or LOCAL_TOWN_CODE.fullmatch(text) is not None


def _is_wordy(text: str) -> bool:
    return bool(text) and not any(character.isdigit() for character in text)


def _listed(columns: Iterable[object]) -> str:
    return ", ".join(str(column) for column in columns)
