"""A spreadsheet of addresses, whatever its make, as lines of text with a known header.

CSV in UTF-8, UTF-16 or GB18030 with commas, tabs or semicolons; XLSX and XLS with titles above the header.
Which column is which is told by the header's words first and by the values where the words say nothing.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from boundaries.columns import VILLAGE_CODE, plain
from boundaries.coordinates import parse_datum
from boundaries.divisions import TOWN_KINDS, UnitKind, parse_unit_name
from boundaries.errors import ColumnsNotFoundError, NoDatumError, NotATableError
from boundaries.house_numbers import HouseNumber, read_door
from boundaries.names import fold_name

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",\t;"
_HEAD, _SAMPLE = 12, 300
_MOSTLY = 0.6
_BRACKETS = re.compile(r"[(（\[【](.*?)[)）\]】]")
_VILLAGES = frozenset({UnitKind.VILLAGE, UnitKind.COMMUNITY, UnitKind.VIRTUAL})
FIELD_WORDS: Mapping[str, str] = {
    "address": "标准地址 标准地址全称 详细地址 地址全称 完整地址 门牌地址 地址 dz dzmc address",
    "county": "县 区县 县区 市县 县市区 所属区县 county",
    "town": "乡镇 镇街 街道 镇 镇街道 乡镇街道 街道乡镇 所属街道 所属乡镇 所属镇街 town",
    "village": "村 社区 村社区 社区村 村居 行政村 村委会 居委会 所属社区 所属村 所属村居 所属村社区 village",
    "hamlet": "自然村 村民小组 小组 片区 组 hamlet",
    "road": "街路巷 街路巷名称 道路 道路名称 路名 街巷 路 jlx jlxmc street road",
    "lane": "巷 弄 巷弄 lane",
    "number": "门牌 门牌号 门牌号码 门楼牌号 门号 mph mphm number",
    "estate": "小区 小区名 小区名称 楼盘 院落 小区院落 建筑物名称 xq xqmc estate",
    "lon": "经度 东经 lon lng long longitude x x坐标",
    "lat": "纬度 北纬 lat latitude y y坐标",
    "unit": "责任单位 管理单位 责任村居 责任村社区 所辖村居 unit",
    "unit_code": "区划代码 行政区划代码 村居代码 社区代码 单位代码 责任单位代码 责任单位编码 unitcode",
    "datum": "坐标系 坐标系统 坐标系名称 坐标基准 datum crs",
}
"""What a column may be headed, by our name for it; building, unit, room and persons are read by nobody."""
_SPLIT_FIELDS = frozenset({"road", "estate", "hamlet", "number"})


@dataclass(frozen=True, slots=True)
class AddressColumns:
    """Which header stands over what; what is not named is found by words and values."""

    named: Mapping[str, str] = field(default_factory=dict)
    """Our name of a field (the keys of `FIELD_WORDS`) → the file's header."""


@dataclass(frozen=True, slots=True, eq=False)
class AddressTable:
    """The rows of a file below its header."""

    columns: Mapping[str, int]
    """Our name of a field → its column."""
    titles: Sequence[str]
    rows: Sequence[Sequence[object]]
    first_row: int
    """The number the spreadsheet gives the first of them."""
    datum_word: str
    """What a header says of the datum, 经度(GCJ-02); empty when none does."""


def read_address_table(path: Path, columns: AddressColumns) -> AddressTable:
    """Read a file and find its columns.

    Raises
    ------
    NotATableError
        When the file cannot be read as a spreadsheet.
    ColumnsNotFoundError
        When it has no column of addresses, or not the one that was named.
    """
    lines = _lines(path)
    head = max(range(min(_HEAD, len(lines))), key=lambda row: _fits(lines[row]))
    titles = ["".join(_text(cell).split()) for cell in lines[head]]
    rows = lines[head + 1 :]
    found = _named(path, titles, columns) | _by_words(titles, columns)
    found |= _by_values(rows, titles, found)
    if "address" not in found and not _SPLIT_FIELDS & found.keys():
        raise ColumnsNotFoundError(
            "no column of {path} looks like addresses, streets or estates; say which one it is: {columns}",
            path=path.name,
            columns=", ".join(title for title in titles if title),
        )
    said = (_datum_in(titles[found[name]]) for name in ("lon", "lat") if name in found)
    return AddressTable(found, titles, rows, head + 2, next((word for word in said if word), ""))


def _lines(path: Path) -> Sequence[Sequence[object]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotATableError("the file {path} cannot be opened", path=path) from error
    lines = _workbook(path, content) if content.startswith((_ZIP, _OLE)) else _text_lines(path, content)
    if not lines:
        raise NotATableError("the file {path} is empty; export the addresses again", path=path.name)
    return lines


def _workbook(path: Path, content: bytes) -> Sequence[Sequence[object]]:
    """Return the lines of the fullest sheet."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        fullest = max(sheets, key=lambda sheet: sheet.total_height, default=None)
        return [] if fullest is None else fullest.to_python(skip_empty_area=False)
    except PasswordError as error:
        raise NotATableError(
            "{path} is locked by a password; save it without one and read it again", path=path.name
        ) from error
    except CalamineError as error:
        raise NotATableError(
            "{path} is no spreadsheet, or a damaged one; save it again as .xlsx or .csv", path=path.name
        ) from error


def _text_lines(path: Path, content: bytes) -> Sequence[Sequence[object]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        raise NotATableError("{path} is no spreadsheet; give a .csv, .xlsx or .xls file", path=path.name)
    else:
        text = _decoded(content)
    head = text.split("\n", _HEAD)[:_HEAD]
    fits = {mark: max(map(_fits, csv.reader(head, delimiter=mark)), default=0) for mark in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda mark: (fits[mark], sum(line.count(mark) for line in head)))
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", errors="replace")


def _fits(line: Sequence[object]) -> int:
    """Count the cells of a line that are known headers."""
    words = {_header(_text(cell)) for cell in line}
    return sum(not words.isdisjoint(known.split()) for known in FIELD_WORDS.values())


def _header(title: str) -> str:
    return re.sub(r"[\s_、/．.·-]", "", _BRACKETS.sub("", fold_name(title)))


def _named(path: Path, titles: Sequence[str], columns: AddressColumns) -> dict[str, int]:
    found = {}
    for name, title in columns.named.items():
        if name not in FIELD_WORDS:
            raise ColumnsNotFoundError(
                "{field} is nothing an address has here; one of: {fields}",
                field=name,
                fields=", ".join(FIELD_WORDS),
            )
        if title not in titles:
            raise ColumnsNotFoundError(
                "{path} has no column {column}: it has {columns}",
                path=path.name,
                column=title,
                columns=", ".join(t for t in titles if t),
            )
        found[name] = titles.index(title)
    return found


def _by_words(titles: Sequence[str], columns: AddressColumns) -> dict[str, int]:
    taken = set(columns.named.values())
    found: dict[str, int] = {}
    headers = {title: _header(title) for title in titles if title and title not in taken}
    for name, known in FIELD_WORDS.items():
        for word in known.split() if name not in columns.named else ():
            match = next((t for t, header in headers.items() if header == word), None)
            if match is not None and titles.index(match) not in found.values():
                found[name] = titles.index(match)
                break
    return found


def _by_values(
    rows: Sequence[Sequence[object]], titles: Sequence[str], found: Mapping[str, int]
) -> dict[str, int]:
    """Find what the words did not tell, in columns with a header nobody knows."""
    step = max(1, len(rows) // _SAMPLE)
    more: dict[str, int] = {}
    for column, title in enumerate(titles):
        if not title or column in found.values():
            continue
        cells = [_text(row[column]) for row in rows[::step] if column < len(row)]
        filled = [cell for cell in cells if cell]
        for name, looks_like in _LOOKS.items():
            hits = sum(looks_like(cell) for cell in filled)
            if name not in found and name not in more and filled and hits >= _MOSTLY * len(filled):
                more[name] = column
                break
    return more


def _is_full_address(text: str) -> bool:
    kinds = sum(word in text for word in ("省", "市", "县", "区", "镇", "街道", "村", "路", "街", "巷"))
    return len(text) > len("某镇某村某路1号") and kinds > 1 and any(mark in text for mark in "号栋幢")


def _is_number(text: str) -> bool:
    door = read_door(text)
    return door is not None and isinstance(door.number, HouseNumber) and door.end == len(text)


def _is_degree(text: str, low: float, high: float) -> bool:
    try:
        return low < float(text) < high and "." in text
    except ValueError:
        return False


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "address": _is_full_address,
    "unit_code": lambda text: VILLAGE_CODE.fullmatch(plain(text)) is not None,
    "lon": lambda text: _is_degree(text, 73.0, 136.0),
    "lat": lambda text: _is_degree(text, 3.0, 54.0),
    "town": lambda text: parse_unit_name(text)[1] in TOWN_KINDS,
    "village": lambda text: parse_unit_name(text)[1] in _VILLAGES,
    "road": lambda text: re.fullmatch(r"[一-鿿0-9]{2,10}(?:路|街|巷|大道|国道|省道)", text) is not None,
    "number": _is_number,
}


def _datum_in(title: str) -> str:
    """Return what a header says of the datum in brackets, if it is one."""
    for word in _BRACKETS.findall(title):
        try:
            parse_datum(word)
        except NoDatumError:
            continue
        return str(word)
    return ""


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
