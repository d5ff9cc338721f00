"""The list of a county's units as a file: read in the layouts that go round, and written in our own.

A list may know the past: a row with a day in ``valid_to`` is a unit that is no more, or an old name of one
that is, and its ``successors`` say who came after.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from boundaries.divisions import Divisions
from boundaries.errors import BadRegisterError
from boundaries.unit_history import DatedUnit, UnitHistory
from boundaries.validity import VALID_FROM, VALID_TO, parse_day

# our column: the headers it is known under, in the order of preference
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "code12", "nbs_code", "unit_code", "代码", "区划代码", "统计用区划代码"),
    "name": ("name", "official_name", "名称", "单位名称", "区划名称"),
    "town_code": ("town_code", "streetcode", "town_code9", "镇街代码", "乡镇代码"),
    "town_name": ("town_name", "镇街", "乡镇", "所属镇街"),
    "level": ("level",),
    VALID_FROM: (VALID_FROM, "生效日期", "启用日期"),
    VALID_TO: (VALID_TO, "失效日期", "停用日期", "撤销日期"),
    "successors": ("successors", "继任代码", "并入代码"),
}
_OWN_COLUMNS = ("code", "name", "level", "kind", "town_code", "town_name", VALID_FROM, VALID_TO, "successors")
_SEPARATOR = re.compile(r"[;；,，、\s]+")


def read_divisions(paths: Sequence[Path]) -> Divisions:
    """Read the units that hold until further notice from one or more CSV files.

    Understood are the public statistical list (towns: ``code, name``; villages: ``code, name, streetCode``),
    lists with ``code12, official_name, town_code, town_name``, the same with Chinese headers, and what
    `write_divisions` writes. UTF-8 with or without a mark, or GB 18030.

    Parameters
    ----------
    paths
        The files; a village finds its town in any of them.

    Raises
    ------
    BadRegisterError
        When a file is missing, is no such list, or contradicts itself.
    """
    return read_unit_history(paths).on(None)


def read_unit_history(paths: Sequence[Path]) -> UnitHistory:
    """Read the register of a county with its past from one or more CSV files.

    Besides what `read_divisions` understands, a row may have ``valid_from`` and ``valid_to`` (days like
    2026-03-01; the second is the first day on which it holds no more) and ``successors``: codes with the
    share of its ground that each has, like ``441581001004:0.6;441581001005:0.4``; without shares, equal ones.

    Parameters
    ----------
    paths
        The files; a village finds its town in any of them.

    Raises
    ------
    BadRegisterError
        As `read_divisions`; and when a day is none, or a successor stands nowhere in the list.
    """
    rows = [row for path in paths for row in _rows(path)]
    codes = {"".join(row["code"].split()) for row in rows}
    known = codes | {code.removesuffix("000") for code in codes}
    dated = [(row, _day(row, VALID_FROM), _day(row, VALID_TO)) for row in rows]
    holding = Divisions.from_rows(row for row, _, until in dated if until is None)
    begun = {"".join(row["code"].split()): since for row, since, until in dated if until is None}
    ended = [_ended(row, since, until, holding, known) for row, since, until in dated if until is not None]
    return UnitHistory(
        _in_turn([*(DatedUnit(unit, begun.get(code)) for code, unit in holding.items()), *ended])
    )


def _in_turn(units: Sequence[DatedUnit]) -> Iterator[DatedUnit]:
    """Let each name of a code begin where the one before it ends, when the list does not say otherwise."""
    last: dict[str, date] = {}
    for one in sorted(units, key=lambda one: one.valid_to or date.max):
        code = one.unit.code
        yield replace(one, valid_from=last.get(code)) if one.valid_from is None else one
        if one.valid_to is not None:
            last[code] = one.valid_to


def write_divisions(divisions: Divisions, path: Path) -> None:
    """Write a register so that a spreadsheet opens it and `read_divisions` reads it back."""
    write_unit_history(UnitHistory.of(divisions), path)


def write_unit_history(history: UnitHistory, path: Path) -> None:
    """Write a register with its past; an existing file is replaced only by a complete one."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_OWN_COLUMNS)
        writer.writerows(_own_row(one) for one in history.units)
    unfinished.replace(path)


def lufeng_divisions() -> Divisions:
    """Return the 29 towns and 360 villages of Lufeng (陆丰市, 441581) that come with this package.

    Source: National Bureau of Statistics, list of statistical division codes, cut-off 2023-06-30; see
    ``data/SOURCES.md``.
    """
    folder = files("boundaries") / "data"
    with as_file(folder / "lufeng_towns.csv") as towns, as_file(folder / "lufeng_villages.csv") as villages:
        return read_divisions([towns, villages])


def _own_row(one: DatedUnit) -> tuple[str, ...]:
    unit = one.unit
    days = ("" if day is None else day.isoformat() for day in (one.valid_from, one.valid_to))
    followed = ";".join(f"{code}:{share:g}" for code, share in one.successors)
    return unit.code, unit.name, unit.level, unit.kind, unit.town_code, unit.town_name, *days, followed


def _ended(
    row: Mapping[str, str], since: date | None, until: date | None, holding: Divisions, known: Iterable[str]
) -> DatedUnit:
    """Read a row of the past: a unit that ended, or its old name."""
    code = "".join(row["code"].split())
    if since is not None and until is not None and until <= since:
        raise BadRegisterError(
            "{name} ({code}) ends on {until} in the list of units, before it begins on {since}",
            name=row["name"],
            code=code,
            until=until.isoformat(),
            since=since.isoformat(),
        )
    town = holding.get(row.get("town_code") or code[:9])
    named = row.get("town_name") or (town.name if town else "")
    (unit,) = Divisions.from_rows([{**row, "town_name": named}]).values()
    followed = tuple(_successors(row, known)) or (((unit.code, 1.0),) if unit.code in holding else ())
    return DatedUnit(unit, since, until, tuple(sorted(followed, key=lambda pair: (-pair[1], pair[0]))))


def _successors(row: Mapping[str, str], known: Iterable[str]) -> Iterator[tuple[str, float]]:
    words = [word for word in _SEPARATOR.split(row.get("successors") or "") if word]
    for word in words:
        code, _, share = word.replace("：", ":").partition(":")
        try:
            part = float(share) if share else 1 / len(words)
        except ValueError:
            part = -1.0
        if code not in known or not 0 < part <= 1:
            raise BadRegisterError(
                "{value} is no successor of {name} in the list of units: write codes of the list with the "
                "share of its ground, like 441581001004:0.6;441581001005:0.4",
                value=word,
                name=row["name"],
            )
        yield code, part


def _day(row: Mapping[str, str], column: str) -> date | None:
    """Read a day of a row, None for an open end."""
    text = (row.get(column) or "").strip()
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise BadRegisterError(
            "{value} in the column {column} of the list of units ({name}) is no day: write it like "
            "2026-03-01",
            value=text,
            column=column,
            name=row["name"],
        ) from error


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a file under our column names."""
    reader = csv.DictReader(_text(path).splitlines())
    headers = {(header or "").strip().lower(): header for header in reader.fieldnames or ()}
    columns = {
        ours: next((headers[name] for name in names if name in headers), None)
        for ours, names in _HEADERS.items()
    }
    if not columns["code"] or not columns["name"]:
        raise BadRegisterError(
            "{path} is no list of towns and villages: its first line must name the columns code and name",
            path=path.name,
        )
    for row in reader:
        if any(row.values()):
            yield {ours: row.get(theirs) or "" for ours, theirs in columns.items() if theirs}


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadRegisterError("the list of units {path} cannot be opened", path=path.name) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadRegisterError("{path} is no text file: save the list of units as CSV in UTF-8", path=path.name)
