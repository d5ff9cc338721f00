"""Which column is what: the headers that hotlines give their exports, and how to find the header row.

The words of ``data/headers.csv`` come from three real layouts (a district's 18-column list, a Beijing-style
table, the leader's message board) and from the short pinyin field names of older platforms.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo_service.tickets.spelling import plain

_DATA = Path(__file__).parent / "data"


def _read_synonyms() -> dict[str, tuple[str, ...]]:
    with (_DATA / "headers.csv").open(encoding="utf-8", newline="") as file:
        return {line["field"]: tuple(line["headers"].split()) for line in csv.DictReader(file)}


SYNONYMS: Mapping[str, tuple[str, ...]] = _read_synonyms()
"""Our field → their headers; where a file has several of them, the first in this list is taken."""

_FIELD_BY_WORD = {
    word: (field, place) for field, words in SYNONYMS.items() for place, word in enumerate(words)
}
_ASIDE = re.compile(r"[（(\[【].*?[）)\]】]")
_FILLER = re.compile(r"[\s:：*＊·]+")
_SEARCHED_ROWS = 30
_COORDINATES = frozenset({"lon", "lat", "point"})


@dataclass(frozen=True, slots=True)
class Header:
    """The row that names the columns."""

    row: int
    """Index of the row in the table, from 0."""
    titles: tuple[str, ...]
    """The headers as they stand there, stripped."""
    columns: Mapping[str, int]
    """Our field → index of their column."""
    datum: str
    """The datum that the coordinate headers themselves name, as in ``经度（高德）``; else empty."""

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """What a ticket list must have and this one lacks: per missing column, the headers that would do."""
        wanted = [("number",), ("received",), ("content", "title")]
        return tuple(
            tuple(word for field in fields for word in SYNONYMS[field][:3])
            for fields in wanted
            if not self.columns.keys() & set(fields)
        )

    def title_of(self, field: str) -> str:
        """Return their header of our field, or an empty text when the file has none."""
        return self.titles[self.columns[field]] if field in self.columns else ""

    def unknown(self) -> Iterator[tuple[int, str]]:
        """Yield index and header of the columns that are none of our fields."""
        known = set(self.columns.values())
        return ((at, title) for at, title in enumerate(self.titles) if title and at not in known)


def guess_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Return the row that looks most like a header: the one with most known headers; the first of equals.

    Parameters
    ----------
    rows
        The first rows of a table as texts; titles and notes may stand above the header.

    Returns
    -------
    header
        Its `Header.missing` says whether it will do; None when every row is blank.
    """
    candidates = [read_header(at, row) for at, row in enumerate(rows[:_SEARCHED_ROWS]) if any(row)]
    return max(candidates, key=lambda header: (not header.missing, len(header.columns)), default=None)


def read_header(at: int, row: Sequence[str]) -> Header:
    """Read a row as if it were the header.

    Examples
    --------
    >>> read_header(0, ["*工单编号", "诉求内容（必填）", "经度(高德)"]).columns
    {'number': 0, 'content': 1, 'lon': 2}
    """
    best: dict[str, tuple[int, int]] = {}
    datum = ""
    for column, title in enumerate(row):
        field, place = _field_of(title)
        if field and place < best.get(field, (len(SYNONYMS[field]),))[0]:
            best[field] = (place, column)
        if field in _COORDINATES:
            datum = datum or _datum_in(title)
    columns = {field: column for field, (_, column) in best.items()}
    return Header(at, tuple(title.strip() for title in row), columns, datum)


def _field_of(title: str) -> tuple[str, int]:
    """Return our field for a header and how preferred the word is; an empty field when it is unknown."""
    word = _FILLER.sub("", plain(unicodedata.normalize("NFKC", title))).lower()
    bare = _ASIDE.sub("", word)
    opened = re.sub(r"[()\[\]（）【】]", "", word)
    for spelling in (word, bare, opened):
        if spelling in _FIELD_BY_WORD:
            return _FIELD_BY_WORD[spelling]
    return "", 0


def _datum_in(title: str) -> str:
    """Return what stands in brackets in a coordinate header: 经度（高德） says 高德."""
    aside = _ASIDE.search(title)
    word = aside.group()[1:-1].strip() if aside else ""
    return "" if word in {"东经", "北纬", "度", "°", "必填", "选填"} else word
