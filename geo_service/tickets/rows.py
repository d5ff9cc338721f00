"""One row of a table becomes a ticket, or a problem that names row, column, value and what is right."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from geo_service.tickets import cells
from geo_service.tickets.categories import full_category
from geo_service.tickets.headers import Header
from geo_service.tickets.model import Flag, Requester, RequestKind, Ticket, Urgency
from geo_service.tickets.privacy import HIDDEN, mask_name, mask_phone, mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.sensitivity import read_flags

ToWgs84 = Callable[[float, float, str], tuple[float, float]]
"""Longitude, latitude, a word for the datum → the same in WGS 84; raises a `ValueError` of ours."""

_SHOWN = 40
_WORD_SHOWN = 12
# what a time or a coordinate is written with; whatever else stands in such a cell may be somebody's name
_MEASURED = frozenset({"received", "point", "lon", "lat"})
_NO_MEASURE = re.compile(
    r"[^\d\s.,;:/+°′″'\"()\[\]，；：（）年月日号时点分秒东西南北经纬度上下中午凌晨早晚-]+"
)
_LEADING_KIND = re.compile(r"^(?:关于)?(?:市民|诉求人|来电人)?(?:来电)?(?:反映)?(咨询|投诉|举报|建议|求助)")
_NO_POINT = Reason(
    "P5", "these are no coordinates; write longitude and latitude in degrees, like 115.6442 22.9456"
)
_NO_DATUM = Reason(
    "P5",
    "the coordinates were not used, nobody says in which datum they are: add a column 坐标系 or declare it",
)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of a file."""

    row: int
    """As the spreadsheet numbers it, from 1."""
    column: str
    """The header as it stands in the file; empty when the whole row is meant."""
    value: str
    """What stands there, cut short; masked when the column is restricted."""
    problem: Reason
    """What is wrong, and what would be right."""
    is_left_out: bool = True
    """True when the row gave no ticket; False for a note about a ticket that was kept."""
    sheet: str = ""
    """The sheet of a workbook with several; else empty."""


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one table, one after the other; collects problems as it goes."""

    header: Header
    source_system: str
    to_wgs84: ToWgs84 | None
    datum: str
    """The datum the caller declared for coordinate columns; empty when none."""
    sheet: str = ""
    first_rows: dict[str, int] = field(default_factory=dict)
    """Ticket number → the row that had it first; shared by the sheets of a file."""
    problems: list[RowProblem] = field(default_factory=list)
    noted: set[tuple[str, str]] = field(default_factory=set)
    """Unknown words already told once."""

    def read(self, row: int, line: Sequence[object]) -> Ticket | None:
        """Return the ticket of a row; None, and a problem more, when it cannot be one.

        Parameters
        ----------
        row
            As the spreadsheet numbers it.
        line
            The cells, with the types the spreadsheet gave them.
        """
        number = cells.number_of(self._cell(line, "number"))
        received = cells.time_of(self._cell(line, "received"))
        title = cells.text_of(self._cell(line, "title"))
        content = cells.text_of(self._cell(line, "content")) or title
        if isinstance(number, Reason):
            self._leave(row, line, "number", number)
            return None
        if isinstance(received, Reason):
            self._leave(row, line, "received", received)
            return None
        if not content:
            said = "content" if "content" in self.header.columns else "title"
            missing = Reason("P3", "the text of the request is missing; say in it what happened and where")
            self._leave(row, line, said, missing)
            return None
        if number in self.first_rows:
            again = Reason(
                "P4",
                "row {first} already has this ticket number; only that row was kept",
                {"first": self.first_rows[number]},
            )
            self._leave(row, line, "number", again)
            return None
        self.first_rows[number] = row
        requester = Requester(self._text(line, "requester"), self._text(line, "phone"))
        known = (requester.name, requester.phone)
        kind, urgency = self._kind(row, line, f"{title}\n{content}"), self._urgency(row, line)
        category = full_category(*(self._text(line, name) for name in _category_columns(self.header)))
        lon, lat = self._point(row, line)
        flags, _ = read_flags(kind=kind, urgency=urgency, category=category, content=f"{title}。{content}")
        return Ticket(
            source_system=self.source_system,
            upstream_no=number,
            received_at=received,
            content=content,
            content_masked=mask_text(content, known),
            title=mask_text(title, known),
            channel=cells.channel_of(self._text(line, "channel") or "电话"),
            request_kind=kind,
            urgency=urgency,
            category=category,
            address=self._text(line, "address"),
            town_hint=self._text(line, "town"),
            lon=lon,
            lat=lat,
            requester=requester,
            flags=flags | self._ticked(line),
            upstream_status=self._text(line, "status"),
            raw=self._raw(line),
        )

    def _cell(self, line: Sequence[object], name: str) -> object:
        at = self.header.columns.get(name, len(line))
        return line[at] if at < len(line) else ""

    def _text(self, line: Sequence[object], name: str) -> str:
        return cells.word_of(self._cell(line, name)) if name in self.header.columns else ""

    def _kind(self, row: int, line: Sequence[object], text: str) -> RequestKind:
        """Return the kind the hotline gave; without one, the word the text begins with; else assistance."""
        word = self._text(line, "kind")
        kind = cells.kind_of(word)
        if kind:
            return kind
        if word:
            self._note_word(row, "kind", word, _unknown_kind(word))
        spoken = next((found for found in map(_LEADING_KIND.match, text.split("\n")) if found), None)
        return (cells.kind_of(spoken[1]) if spoken else None) or RequestKind.ASSISTANCE

    def _urgency(self, row: int, line: Sequence[object]) -> Urgency:
        word = self._text(line, "urgency")
        urgency = cells.urgency_of(word)
        if word and not urgency:
            self._note_word(row, "urgency", word, _unknown_urgency(word))
        return urgency or Urgency.NORMAL

    def _ticked(self, line: Sequence[object]) -> frozenset[Flag]:
        """Return the flags that columns of their own tick: anonymous, secret, no reply wanted."""
        ticked = (
            (Flag.ANONYMOUS, cells.says(self._text(line, "anonymous")) is True),
            (Flag.ANONYMOUS, self._text(line, "requester").startswith("匿名")),
            (Flag.CONFIDENTIAL, cells.says(self._text(line, "confidential")) is True),
            (Flag.NO_REPLY, cells.says(self._text(line, "reply")) is False),
        )
        return frozenset(flag for flag, is_ticked in ticked if is_ticked)

    def _point(self, row: int, line: Sequence[object]) -> tuple[float | None, float | None]:
        """Return longitude and latitude in WGS 84; two times None when the row gives none one can trust."""
        name, words = "point", [self._text(line, "point")]
        given = cells.point_of(words[0])
        if not words[0]:
            name, words = "lon", [self._text(line, "lon"), self._text(line, "lat")]
            lon, lat = map(cells.degrees_of, words)
            given = None if lon is None or lat is None else (lon, lat)
        if not any(words) or given == (0.0, 0.0):
            return None, None
        value = " ".join(words)
        if given is None:
            self._note(row, name, value, _NO_POINT)
            return None, None
        datum = self._text(line, "datum") or self.header.datum or self.datum
        if not datum or self.to_wgs84 is None:
            self._note(row, name, value, _NO_DATUM)
            return None, None
        try:
            return self.to_wgs84(*given, datum)
        except ValueError as error:
            template = getattr(error, "template", None)
            if template is None:
                raise
            said = getattr(error, "values", {})
            quoted = {key: _word(said) if isinstance(said, str) else said for key, said in said.items()}
            self._note(row, name, value, Reason("P5", template, quoted))
            return None, None

    def _raw(self, line: Sequence[object]) -> dict[str, str]:
        texts = ((title, cells.text_of(line[at])) for at, title in self.header.unknown() if at < len(line))
        return {title: text for title, text in texts if text}

    def _leave(self, row: int, line: Sequence[object], name: str, problem: Reason) -> None:
        """Note that a row gives no ticket."""
        value = cells.text_of(self._cell(line, name))
        self.problems.append(
            RowProblem(row, self.header.title_of(name), _shown(name, value), problem, sheet=self.sheet)
        )

    def _note(self, row: int, name: str, value: str, problem: Reason) -> None:
        self.problems.append(
            RowProblem(row, self.header.title_of(name), _shown(name, value), problem, False, self.sheet)
        )

    def _note_word(self, row: int, name: str, word: str, problem: Reason) -> None:
        """Note an unknown word once per file, not once per row."""
        if (name, word) not in self.noted:
            self.noted.add((name, word))
            self._note(row, name, word, problem)


def _category_columns(header: Header) -> tuple[str, ...]:
    """Return the fields the category is read from: one per level where there are such columns."""
    levels = tuple(name for name in ("category_1", "category_2", "category_3") if name in header.columns)
    return levels or ("category",)


def _shown(name: str, value: str) -> str:
    """Return a value as a problem list may show it: cut, and masked unless the column is open.

    A cell with a problem may hold anything, for instance when columns have slipped: even an open column
    shows only what it should be written with.
    """
    if name == "requester":
        return mask_name(value)
    if name == "phone":
        return mask_phone(value)
    if name in _MEASURED:
        value = mask_text(_NO_MEASURE.sub(HIDDEN, value))
    shown = value if name == "number" else mask_text(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _word(word: str) -> str:
    """Return a word nobody knows as a reason may quote it."""
    shown = mask_text(word)
    return shown if len(shown) <= _WORD_SHOWN else f"{shown[:_WORD_SHOWN]}…"


def _unknown_kind(word: str) -> Reason:
    return Reason(
        "P6",
        "{word} is no kind of request (咨询, 求助, 投诉, 举报, 建议); the text's first word counts or 求助",
        {"word": _word(word)},
    )


def _unknown_urgency(word: str) -> Reason:
    return Reason(
        "P6",
        "{word} is no known urgency (一般, 紧急, 突发); such tickets count as 一般",
        {"word": _word(word)},
    )
