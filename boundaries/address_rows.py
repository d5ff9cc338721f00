"""One row of the city's address list, read from the outside in: unit, hamlet, street, lane, number, estate.

What stands further in, a building, a unit, a room, is somebody's home and is passed over. A row need not say
everything: a street and its village tell through which villages the street runs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from boundaries.columns import VILLAGE_CODE, plain
from boundaries.divisions import Divisions
from boundaries.house_numbers import HouseNumber, begins_with_lane, read_door, street_key, without_rooms
from boundaries.landmarks import KIND_ONLY
from boundaries.named_places import NamedPlace, NameKind
from boundaries.names import fold_name, is_everyday_word
from boundaries.outside import outside_names
from boundaries.reasons import Reason
from boundaries.unit_names import county_of, unit_names
from boundaries.witnesses import UNIT_ENDING

_SHOWN = 30
_SHORTEST = 2
_HAMLET = re.compile(
    r"(?P<core>[一-鿿]{1,6}?)(?:自然村|村民小组|小组|片区|[村寨围屯厝](?![一-鿿]{0,3}?(?:路|街|巷口|大道|小区|花园|苑|镇|新村)))"
)
_STREET = re.compile(
    r"[gsxy][0-9]{2,4}(?:国道|省道|县道|乡道)?线?|[0-9]{2,4}(?:国道|省道|县道|乡道)线?|(?:国道|省道|县道|乡道)[0-9]{2,4}线?"
    r"|[一-鿿][一-鿿a-z0-9]{0,9}?(?:大道|公路|大街|胡同|路|街|巷)(?![一-鿿]{0,2}?(?:小区|花园|市场|社区))(?:[路街巷])?"
)
# what begins like a street and names a village the register does not have
_OF_A_UNIT = re.compile(r"村委|居委|社区|[镇乡村].|街道")
_ESTATE = re.compile(
    r"(?P<name>[一-鿿][一-鿿a-z0-9]{0,13}?(?P<kind>小区|花园|家园|豪庭|豪苑|名苑|雅苑|公寓|公馆|新村|新城|山庄|华庭|广场|大厦"
    r"|商场|商城|(?:综合|农贸|批发|集贸|菜)?市场|中学|小学|学校|幼儿园|[苑庭湾府]))(?![路街巷大][一-鿿]?)"
)
_KINDS: Mapping[str, str] = {
    "market": "商场|商城|市场|广场",
    "school": "中学|小学|学校|幼儿园",
    "building": "大厦",
}
PUBLIC = frozenset(_KINDS)
"""Categories that are no homes: one row is enough to know them."""


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """What is wrong with one row of an address list."""

    row: int
    """As the spreadsheet numbers it, from 1."""
    column: str
    """The header as it stands in the file; empty when the whole row is meant."""
    value: str
    """What stands there, cut short and without building or room."""
    problem: Reason
    """What is wrong, and what would be right."""
    is_left_out: bool = True
    """False for a note about a row that was kept in part."""


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """What one row says; every text is folded."""

    street: str
    lanes: str
    number: HouseNumber | None
    mark_m: int | None
    unit: str
    estate: str
    kind: str

    @property
    def says_something(self) -> bool:
        """Whether the row tells more than that a village is there."""
        return bool(self.estate or (self.street and (self.street[0] != "@" or self.lanes or self.number)))


class UnitFinder:
    """Finds which unit an address names; the same words are looked up once."""

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions
        county = county_of(divisions)
        above = [place for place in outside_names(county) if place.kind is NameKind.HOME]
        self._above = _prefixes(_spelled(above))
        units = list(unit_names(divisions, Divisions()))
        towns = [place for place in units if place.kind is NameKind.TOWN]
        self._towns = {word: place.code for place in towns for word in _spelled([place])}
        self._town_prefix = _prefixes(self._towns)
        self._villages: dict[str, dict[str, set[str]]] = {}
        for place in units:
            if place.kind is NameKind.UNIT:
                for word in _spelled([place]):
                    for town in (place.town_code, ""):
                        self._villages.setdefault(town, {}).setdefault(word, set()).add(place.code)
        self._village_prefix = {town: _prefixes(words) for town, words in self._villages.items()}
        self.town = cache(self._town)
        self.village = cache(self._village)
        self._only = cache(self._one_of)

    def by_code(self, written: str) -> str:
        """Return a village's code if the register has it; else empty."""
        code = plain(written)
        return code if code in self._divisions and VILLAGE_CODE.fullmatch(code) else ""

    def split(self, text: str) -> tuple[str, str, int]:
        """Return town, village and where they end in a folded address; empty for what it does not name."""
        at = 0
        while found := self._above.match(text, at):
            at = found.end()
        town = self._town_prefix.match(text, at)
        code = self._towns[town[0]] if town else ""
        at = town.end() if town else at
        village = self._village_prefix.get(code)
        found = village.match(text, at) if village else None
        ending = UNIT_ENDING.match(text, found.end()) if found else None
        if found is None or ending is None:
            return code, "", at
        return code, self._only(code, found[0], ending[0]), ending.end()

    def _town(self, written: str) -> str:
        word = fold_name(written)
        at = 0
        while found := self._above.match(word, at):
            at = found.end()
        return self._towns.get(word[at:], "")

    def _village(self, written: str, town: str) -> str:
        """Return the one village of a town that is called so; of the county when the town is empty."""
        word = fold_name(written)
        found_town, code, end = self.split(word)
        if code and end == len(word) and town in {"", found_town}:
            return code
        ending = UNIT_ENDING.search(word)
        core = word[: ending.start()] if ending and ending.end() == len(word) and ending.start() else word
        return self._only(town, core, word[len(core) :])

    def _one_of(self, town: str, core: str, ending: str) -> str:
        codes = self._villages.get(town, {}).get(core, set())
        community = ending.startswith(("社区", "居"))
        fitting = [code for code in codes if not ending or self._is_community(code) == community] or list(
            codes
        )
        return fitting[0] if len(fitting) == 1 else ""

    def _is_community(self, code: str) -> bool:
        return "社区" in self._divisions[code].name or "居" in self._divisions[code].name


def read_full(text: str, unit: str, end: int) -> ReadAddress:
    """Read what stands behind the unit of a folded address."""
    at, hamlet = end, ""
    found = _HAMLET.match(text, at) if unit else None
    if found:
        hamlet, at = found["core"], found.end()
    street, at = _street(text, at)
    key = street or village_key(unit, hamlet)
    door = read_door(text, at) if key else None
    estate, kind = _estate(text, door.end if door else at)
    if not (street or door or estate):
        estate, kind = _estate(text, at)
    return ReadAddress(
        key,
        door.lanes if door else "",
        door.number if door else None,
        door.mark_m if door else None,
        unit,
        estate,
        kind,
    )


def read_columns(cells: Mapping[str, str], unit: str) -> tuple[ReadAddress, bool]:
    """Read an address that comes in columns; also whether its number could be read, if it has one.

    Parameters
    ----------
    cells
        Folded texts by field: ``road``, ``lane``, ``number``, ``estate``, ``hamlet``.
    """
    road = cells.get("road", "")
    street, at = _street(road, 0)
    if road and not street and read_door(road) is None and not is_everyday_word(road):
        street, at = street_key(road), len(road)
    hamlet = cells.get("hamlet", "")
    found = _HAMLET.fullmatch(hamlet)
    hamlet = found["core"] if found else hamlet
    key = street or village_key(unit, hamlet)
    number = re.sub(r"^第?", "", cells.get("number", "")).removesuffix(".0")
    written = (
        road[at:] + cells.get("lane", "") + (f"{number}号" if re.fullmatch(r"[0-9-]+", number) else number)
    )
    door = read_door(written) if key else None
    kind = _kind_of(cells.get("estate", ""))
    estate = cells.get("estate", "") if kind and cells["estate"] not in KIND_ONLY else ""
    read = door is not None and (door.number is not None or door.mark_m is not None)
    address = ReadAddress(
        key,
        door.lanes if door else "",
        door.number if door else None,
        door.mark_m if door else None,
        unit,
        estate,
        kind,
    )
    return address, read or not number


def village_key(unit: str, hamlet: str = "") -> str:
    """Return the street under which numbers that count through a village or a hamlet of it are kept."""
    if not unit:
        return ""
    return f"@{unit}/{hamlet}" if hamlet else f"@{unit}"


def shown(value: str) -> str:
    """Return what may be shown of an address: cut short, without building, unit and room."""
    return without_rooms(fold_name(value))[:_SHOWN]


def _street(text: str, at: int) -> tuple[str, int]:
    found = _STREET.match(text, at)
    name = found[0] if found and not begins_with_lane(text, at) else ""
    if found is None or len(name) < _SHORTEST or is_everyday_word(name) or _OF_A_UNIT.search(name):
        return "", at
    return street_key(found[0]), found.end()


def _estate(text: str, at: int) -> tuple[str, str]:
    found = _ESTATE.search(text, at)
    if found is None or found["name"] in KIND_ONLY:
        return "", ""
    return found["name"], _kind_of(found["name"])


@cache
def _kind_of(name: str) -> str:
    """Return the category of an estate, market or school by its name; empty for what is none."""
    found = _ESTATE.fullmatch(name)
    if found is None:
        return ""
    return next((kind for kind, words in _KINDS.items() if re.search(f"(?:{words})$", name)), "estate")


def _spelled(places: Sequence[NamedPlace]) -> list[str]:
    return [spelling.text for place in places for spelling in place.spellings]


def _prefixes(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the longest word a text may begin with."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
