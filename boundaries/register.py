"""The list of a county's units as a file: read in the layouts that go round, and written in our own."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path

from boundaries.divisions import Division, Divisions
from boundaries.errors import BadRegisterError

# our column: the headers it is known under, in the order of preference
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "code12", "nbs_code", "unit_code", "代码", "区划代码", "统计用区划代码"),
    "name": ("name", "official_name", "名称", "单位名称", "区划名称"),
    "town_code": ("town_code", "streetcode", "town_code9", "镇街代码", "乡镇代码"),
    "town_name": ("town_name", "镇街", "乡镇", "所属镇街"),
    "level": ("level",),
}
_OWN_COLUMNS = ("code", "name", "level", "kind", "town_code", "town_name")


def read_divisions(paths: Sequence[Path]) -> Divisions:
    """Read the register of a county from one or more CSV files.

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
    return Divisions.from_rows(row for path in paths for row in _rows(path))


def write_divisions(divisions: Divisions, path: Path) -> None:
    """Write a register so that a spreadsheet opens it and `read_divisions` reads it back."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_OWN_COLUMNS)
        writer.writerows(_own_row(unit) for unit in divisions.values())


def lufeng_divisions() -> Divisions:
    """Return the 29 towns and 360 villages of Lufeng (陆丰市, 441581) that come with this package.

    Source: National Bureau of Statistics, list of statistical division codes, cut-off 2023-06-30; see
    ``data/SOURCES.md``.
    """
    folder = files("boundaries") / "data"
    with as_file(folder / "lufeng_towns.csv") as towns, as_file(folder / "lufeng_villages.csv") as villages:
        return read_divisions([towns, villages])


def _own_row(unit: Division) -> tuple[str, ...]:
    return unit.code, unit.name, unit.level, unit.kind, unit.town_code, unit.town_name


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
