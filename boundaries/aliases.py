"""Other names of units and places: what kind of name, who says it where, since when and till when, says who.

A shipped table knows Lufeng's; a county keeps its own in the same columns. An alias is a public name: no
house of somebody's and no person has one.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from boundaries.errors import BadRegisterError
from boundaries.house_numbers import read_door, without_rooms
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name

_COLUMNS = ("code", "place", "alias", "kind", "scope", "valid_from", "valid_to", "source", "why")
_NAMED = frozenset({NameKind.LANDMARK, NameKind.HAMLET, NameKind.ROAD})
_SHORTEST = 2


class AliasKind(StrEnum):
    """What sort of name it is."""

    SPOKEN = "spoken"  # 星都开发区
    FORMER = "former"  # 华侨农场: the name of another time
    OFFICE = "office"  # 星都管理办公室: who runs it
    WRITTEN = "written"  # the same name in other characters


@dataclass(frozen=True, slots=True)
class Alias:
    """One other name."""

    code: str
    """Of the unit or town that bears it; empty for a street, landmark or hamlet."""
    place: str
    """Name of the street, landmark or hamlet that bears it; empty for a unit."""
    alias: str
    kind: AliasKind
    scope: str
    """Code prefix of the ground where it is said: the county, or one town of several with such a street."""
    valid_from: date | None
    """First day; None: since ever."""
    valid_to: date | None
    """The day after the last; None: until further notice."""
    source: str
    """Who says so."""
    why: str

    def holds_on(self, day: date | None) -> bool:
        """Say whether the name is in use on a day; None asks for names without an end."""
        if day is None:
            return self.valid_to is None
        return (self.valid_from or day) <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def spelling(self) -> Spelling:
        """The name as the gazetteer looks for it."""
        former = self.kind is AliasKind.FORMER
        return Spelling(fold_name(self.alias), Wording.OLD if former else Wording.ALIAS)

    def names(self, place: NamedPlace) -> bool:
        """Say whether a place bears it."""
        if self.code:
            return place.kind in {NameKind.UNIT, NameKind.TOWN} and place.code == self.code
        within = place.code.startswith(self.scope) or place.town_code.startswith(self.scope)
        return place.kind in _NAMED and place.name == self.place and within


@cache
def shipped_aliases() -> tuple[Alias, ...]:
    """Return the shipped aliases, those without an end and the others."""
    table = files("boundaries") / "data" / "aliases.csv"
    return tuple(_read(table.read_text(encoding="utf-8").splitlines(), "aliases.csv"))


def read_aliases(path: Path) -> tuple[Alias, ...]:
    """Read a county's own table: CSV in UTF-8 with the columns of `Alias`.

    Raises
    ------
    BadRegisterError
        When it cannot be read; names row, column and value, and what would be right.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRegisterError(
            "the table of names {path} cannot be read: save it as CSV in UTF-8", path=path.name
        ) from error
    return tuple(_read(lines, path.name))


def write_aliases(path: Path, aliases: Iterable[Alias]) -> None:
    """Write a county's own table; an existing file is replaced only by a complete one."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([getattr(alias, column) or "" for column in _COLUMNS] for alias in aliases)
    unfinished.replace(path)


def is_public_name(name: str) -> bool:
    """Say whether words may be an alias: two characters or more, and no door or room among them.

    >>> is_public_name("金湾花园"), is_public_name("新华路12号"), is_public_name("园")
    (True, False, False)
    """
    folded = fold_name(name)
    return len(folded) >= _SHORTEST and without_rooms(folded) == folded and not _has_number(folded)


def with_aliases(
    places: Iterable[NamedPlace], aliases: Iterable[Alias], day: date | None = None
) -> list[NamedPlace]:
    """Return places with their other names of a day.

    Parameters
    ----------
    day
        None takes the names that have no end.
    """
    held = [alias for alias in aliases if alias.holds_on(day)]
    return [_named(place, held) for place in places]


def _named(place: NamedPlace, aliases: Iterable[Alias]) -> NamedPlace:
    known = {spelling.text for spelling in place.spellings}
    more = {alias.spelling.text: alias.spelling for alias in aliases if alias.names(place)}
    new = tuple(spelling for text, spelling in more.items() if text not in known)
    return replace(place, spellings=(*place.spellings, *new)) if new else place


def _read(lines: Iterable[str], where: str) -> Iterable[Alias]:
    for row, cells in enumerate(csv.DictReader(lines), start=2):
        missing = next((name for name in _COLUMNS if cells.get(name) is None), None)
        if missing is not None:
            raise BadRegisterError(
                "{path}, row {row}: the column {column} is missing; wanted are {columns}",
                path=where,
                row=row,
                column=missing,
                columns=", ".join(_COLUMNS),
            )
        yield _alias({name: cells[name].strip() for name in _COLUMNS}, where, row)


def _alias(cells: Mapping[str, str], where: str, row: int) -> Alias:
    def bad(column: str, right: str) -> BadRegisterError:
        return BadRegisterError(
            "{path}, row {row}, {column}: {value} cannot be; right would be {right}",
            path=where,
            row=row,
            column=column,
            value=cells[column] or "''",
            right=right,
        )

    if not is_public_name(cells["alias"]):
        raise bad("alias", "水墘市场, 星都开发区")
    if bool(cells["code"]) == bool(cells["place"]):
        raise bad("code", "441581451, or empty with a place")
    if cells["kind"] not in set(AliasKind):
        raise bad("kind", ", ".join(AliasKind))
    days: dict[str, date | None] = {}
    for column in ("valid_from", "valid_to"):
        try:
            days[column] = date.fromisoformat(cells[column]) if cells[column] else None
        except ValueError as error:
            raise bad(column, "2026-03-01") from error
    if not cells["source"]:
        raise bad("source", "东海街道办事处 2026")
    return Alias(
        cells["code"],
        cells["place"],
        cells["alias"],
        AliasKind(cells["kind"]),
        cells["scope"],
        days["valid_from"],
        days["valid_to"],
        cells["source"],
        cells["why"],
    )


def _has_number(name: str) -> bool:
    """Say whether a house number stands in a name: that is a door, and may be a home."""
    doors = (read_door(name, at) for at in range(1, len(name)))
    return any(door is not None and door.number is not None for door in doors)
