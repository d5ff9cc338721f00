"""A hotline's export, whatever its make, becomes tickets and a list of problems; the only door to calamine.

CSV in UTF-8, UTF-16 or GB18030 with commas, tabs or semicolons; XLSX and XLS with titles above the header,
merged cells, blank rows and totals. One bad row never stops a file.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from geo_service.errors import BadFileError
from geo_service.tickets import cells
from geo_service.tickets.headers import Header, guess_header, read_header
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.rows import RowProblem, RowReader, ToWgs84

__all__ = ["RowProblem", "TicketFile", "read_tickets"]

_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WEB_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|meta)", re.IGNORECASE)
_DELIMITERS = (",", "\t", ";")
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|汇总|总数)[：:]?|^共\s*\d+\s*[条件]")
_FOOTNOTE = re.compile(r"^(?:制表|填表|备注|说明|注[:：]|审核|导出|统计时间|打印)")
_LISTED = 12
# a row with a number this long or a cell this full is no header: it is somebody's ticket
_LIKE_DATA = re.compile(r"\d{5}|.{20}", re.DOTALL)
_OPEN_QUOTE = Reason("P7", "a quotation mark opens a cell and is never closed; remove it or write it twice")
# a file in another encoding has a broken character in every line; one in UTF-8 with a flaw, only a few
_FEW_BROKEN = 0.002

Table = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class TicketFile:
    """What a file gave."""

    tickets: tuple[Ticket, ...]
    problems: tuple[RowProblem, ...]
    """In the order of the rows; some only note something about a ticket that was kept."""
    rows: int
    """Rows that could have been tickets: neither blank nor a total."""
    columns: Mapping[str, str]
    """Our field → their header, of the first sheet; what is not here went to `Ticket.raw`."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    lines: Table
    problems: tuple[RowProblem, ...] = ()


def read_tickets(
    path: Path, *, source_system: str, to_wgs84: ToWgs84 | None = None, datum: str | None = None
) -> TicketFile:
    """Read a file of tickets.

    Parameters
    ----------
    path
        CSV, XLSX or XLS; told by its content, not by its name.
    source_system
        Which hotline platform it comes from; with the ticket number the key of every import.
    to_wgs84
        Converts longitude, latitude and a word for their datum to WGS 84. What it raises, a `ValueError` with
        ``template`` and ``values``, becomes a note. Without it coordinate columns are not used.
    datum
        The datum of the coordinate columns, when neither a column nor the header says it.

    Raises
    ------
    BadFileError
        When the file as a whole cannot be read: empty, no table, locked by a password, or no row that could
        be a header. A bad row is a `RowProblem`.
    """
    sheets = _open(path)
    headers = [(sheet, guess_header([_texts(line) for line in sheet.lines[:60]])) for sheet in sheets]
    tables = [(sheet, header) for sheet, header in headers if header and not header.missing]
    if not tables:
        raise _no_header(path, [header for _, header in headers if header])
    several = len(sheets) > 1
    first_rows: dict[str, int] = {}
    tickets: list[Ticket] = []
    problems: list[RowProblem] = []
    rows = 0
    for sheet, header in headers:
        name = sheet.name if several else ""
        if header is None:
            continue
        if header.missing:
            problems.append(_left_sheet(header, name))
            continue
        reader = RowReader(header, source_system, to_wgs84, datum or "", name, first_rows)
        for row, line in _rows(sheet, header):
            rows += 1
            ticket = reader.read(row, line)
            tickets += [ticket] if ticket else []
        problems += [replace(problem, sheet=name) for problem in sheet.problems] + reader.problems
    columns = {name: tables[0][1].title_of(name) for name in tables[0][1].columns}
    return TicketFile(tuple(tickets), tuple(problems), rows, columns)


def _open(path: Path) -> list[_Sheet]:
    """Return the visible sheets of a file; a CSV file has one without a name."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFileError("the file {path} cannot be opened", path=path) from error
    if not content.strip():
        raise BadFileError("the file {path} is empty; export the tickets again", path=path.name)
    if content.startswith((_ZIP, _OLE)):
        return _workbook(path, content)
    if _WEB_PAGE.match(content):
        raise BadFileError(
            "{path} is a web page named like a spreadsheet; open it there and save it as .xlsx",
            path=path.name,
        )
    return [_text_table(path, content)]


def _workbook(path: Path, content: bytes) -> list[_Sheet]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise _locked(path)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        return [_Sheet(name, _lines(book.get_sheet_by_name(name))) for name in visible]
    except PasswordError as error:
        raise _locked(path) from error
    except CalamineError as error:
        raise BadFileError(
            "{path} is no spreadsheet, or a damaged one; save it again as .xlsx or .csv", path=path.name
        ) from error


def _locked(path: Path) -> BadFileError:
    return BadFileError(
        "{path} is locked by a password; save it without one and import it again", path=path.name
    )


def _lines(sheet: CalamineSheet) -> Table:
    """Return a sheet's cells from its first row and column on; merged cells all have their value."""
    lines: list[list[object]] = [list(line) for line in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top < len(lines) and left < len(lines[top]):
            for line in lines[top : bottom + 1]:
                line[left : right + 1] = [lines[top][left]] * len(line[left : right + 1])
    return lines


def _text_table(path: Path, content: bytes) -> _Sheet:
    """Return a CSV file as a table, with the delimiter that shows the best header."""
    text = _decoded(path, content)
    head = text.splitlines()[:60]
    best, found = _DELIMITERS[0], -1
    for delimiter in _DELIMITERS:
        header = guess_header([_texts(line) for line in csv.reader(head, delimiter=delimiter)])
        fits = len(header.columns) if header else 0
        if fits > found:
            best, found = delimiter, fits
    return _read_csv(text, best)


def _decoded(path: Path, content: bytes) -> str:
    """Return the file's text; the encodings of Chinese offices, told by the bytes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise BadFileError("{path} is no spreadsheet; give a .csv, .xlsx or .xls file", path=path.name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = content.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    return text if broken <= _FEW_BROKEN * len(text) else content.decode("gb18030", errors="replace")


def _read_csv(text: str, delimiter: str) -> _Sheet:
    """Return the lines of a CSV text; a quotation mark that is never closed costs its line, not the rest."""
    physical = text.splitlines(keepends=True)
    lines: list[list[str]] = []
    problems: list[RowProblem] = []
    at = 0
    while at < len(physical):
        reader = csv.reader(physical[at:], delimiter=delimiter, strict=True)
        done = 0
        try:
            for line in reader:
                lines.append(line)
                done = reader.line_num
            break
        except csv.Error:
            at += done
            alone = next(csv.reader([physical[at]], delimiter=delimiter), [])
            lines.append(alone)
            if len(alone) != len(lines[-2] if len(lines) > 1 else alone):
                problems.append(RowProblem(len(lines), "", "", _OPEN_QUOTE))
                lines[-1] = []
            at += 1
    return _Sheet("", lines, tuple(problems))


def _rows(sheet: _Sheet, header: Header) -> Iterator[tuple[int, Sequence[object]]]:
    """Yield the rows below the header with their numbers, but no blank rows, totals or repeated headers."""
    for at, line in enumerate(sheet.lines[header.row + 1 :], start=header.row + 2):
        first = next((text for text in map(cells.text_of, line) if text), "")
        if not first or _TOTAL.match(first):
            continue
        if _FOOTNOTE.match(first) and {first, ""} >= set(_texts(line)):
            continue
        if first in header.titles and read_header(0, _texts(line)).columns == header.columns:
            continue
        yield at, line


def _texts(line: Sequence[object]) -> list[str]:
    return [cells.text_of(cell) for cell in line]


def _left_sheet(header: Header, sheet: str) -> RowProblem:
    wanted = "；".join(" / ".join(words) for words in header.missing)
    problem = Reason(
        "P8", "the sheet has no header of tickets and was left out; missing: {wanted}", {"wanted": wanted}
    )
    return RowProblem(header.row + 1, "", "", problem, sheet=sheet)


def _no_header(path: Path, headers: Sequence[Header]) -> BadFileError:
    """Return the error that says which headers are there and which are wanted."""
    if not headers:
        return BadFileError("the file {path} is empty; export the tickets again", path=path.name)
    closest = max(headers, key=lambda header: len(header.columns))
    seen = [title for title in closest.titles if title]
    wanted = "; ".join(" / ".join(words) for words in closest.missing)
    if any(map(_LIKE_DATA.search, seen)):
        return BadFileError(
            "{path} has no header of tickets: write one above the first ticket. Wanted, one of each: "
            "{wanted}",
            path=path.name,
            wanted=wanted,
        )
    return BadFileError(
        "{path} has no header of tickets. Row {row} says: {seen}. Wanted as well, one of each: {wanted}",
        path=path.name,
        row=closest.row + 1,
        seen=", ".join(title[:_LISTED] for title in seen[:_LISTED]) + (" …" if len(seen) > _LISTED else ""),
        wanted=wanted,
    )
