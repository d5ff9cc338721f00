"""Under which names the towns and villages of a register are spoken of."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from boundaries.aliases import Alias, shipped_aliases
from boundaries.divisions import Division, Divisions, UnitKind, parse_unit_name
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name

_COUNTY_DIGITS = 6
_SHORTEST_CORE = 2
_TELLING_CORE = 3
_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(rf"[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}]")
_PEOPLE = re.compile(r"(?<=[一-鿿]{2})(?:畲|壮|苗|瑶|侗|回|满|土家|布依|仡佬|傣|白|彝|藏|羌|黎|蒙古|朝鲜)族$")
# 汕尾市华侨管理区侨兴街道第五村民委员会: what stands before the village's own name
_ABOVE = re.compile(r"^.{3,}(?:管理区|街道|镇|乡|农场|林场)(?=.{2,})(?!生活区|管理区|场部|分场)")


def county_of(divisions: Divisions) -> str:
    """Return the county most units belong to, by the first six digits; empty without any numbered unit."""
    counties = Counter(code[:_COUNTY_DIGITS] for code in divisions if code[:_COUNTY_DIGITS].isdigit())
    return counties.most_common(1)[0][0] if counties else ""


def unit_names(register: Divisions, drawn: Divisions) -> Iterator[NamedPlace]:
    """Yield the towns and villages of a county with their spellings.

    Parameters
    ----------
    register
        The county's list.
    drawn
        The units of its map. A unit that the map spells otherwise (烧箕山 for 筲箕山) keeps both names.
    """
    extra: dict[str, list[Alias]] = defaultdict(list)
    for alias in shipped_aliases():
        if alias.holds_on(None):
            extra[alias.code].append(alias)
    both = register.merged(drawn)
    full = {fold_name(town.name) for town in both.towns()}
    for town in both.towns():
        yield _town(town, extra[town.code])
    for code in (unit.code for unit in both.villages()):
        same = [source[code] for source in (register, drawn) if code in source]
        yield _village(same, extra[code], full)


def known_names(divisions: Divisions) -> frozenset[str]:
    """Return the folded names of all units, with and without their endings."""
    names = {name for unit in divisions.values() for name in (unit.name, unit.core_name, unit.display_name)}
    return frozenset(fold_name(name) for name in names)


def _town(town: Division, extra: list[Alias]) -> NamedPlace:
    core = town.core_name
    spellings = {fold_name(town.name): Wording.FULL}
    if town.kind is UnitKind.SUBDISTRICT:
        spellings |= {fold_name(core + ending): Wording.OLD for ending in ("镇", "乡")}
    elif town.kind in {UnitKind.TOWN, UnitKind.TOWNSHIP}:
        others = {"镇", "乡", "街道"} - {town.name.removeprefix(core)}
        spellings |= {fold_name(core + ending): Wording.OLD for ending in sorted(others)}
    if len(core) >= _SHORTEST_CORE and core != town.name and town.kind is not UnitKind.ZONE:
        spellings[fold_name(core)] = Wording.CORE
    spellings |= {alias.spelling.text: alias.spelling.wording for alias in extra}
    return _place(NameKind.TOWN, town.name, town, spellings)


def _village(units: list[Division], extra: list[Alias], town_names: set[str]) -> NamedPlace:
    spellings: dict[str, Wording] = {}
    for unit in units:
        core = fold_name(_ABOVE.sub("", unit.core_name))
        has_ending = parse_unit_name(unit.name)[1] is not None
        telling = not has_ending and len(core) >= _TELLING_CORE
        if core not in town_names and len(core) >= _SHORTEST_CORE:
            spellings[core] = Wording.FULL if telling else Wording.CORE
            spellings |= dict.fromkeys(_also_written(core), Wording.CORE)
        elif core in town_names and has_ending:
            spellings |= dict.fromkeys(_with_endings(core, unit.kind), Wording.FULL)
    spellings |= {alias.spelling.text: alias.spelling.wording for alias in extra}
    return _place(NameKind.UNIT, _shown(units[-1]), units[-1], spellings)


def _with_endings(core: str, kind: UnitKind) -> Iterator[str]:
    """Yield the whole names of a village called like its town (郭镇社区): the core alone means the town."""
    endings = {UnitKind.COMMUNITY: ("社区", "居委会", "居民委员会"), UnitKind.VILLAGE: ("村", "村委会")}
    yield from (core + ending for ending in endings.get(kind, ()))


def _also_written(core: str) -> Iterator[str]:
    """Yield a village's name in figures (包1 for 包一, 12岗 for 十二岗) and without its people (太源畲族)."""
    for number in _NUMBER.finditer(core if not core.startswith("第") else ""):
        yield core[: number.start()] + str(_in_figures(number[0])) + core[number.end() :]
    shorter = _PEOPLE.sub("", core)
    if shorter != core:
        yield shorter


def _in_figures(number: str) -> int:
    tens, ten, ones = number.rpartition("十")
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 * bool(ten) + (
        _DIGITS.index(ones) + 1 if ones else 0
    )


def _shown(unit: Division) -> str:
    return _ABOVE.sub("", unit.display_name)


def _place(kind: NameKind, name: str, unit: Division, spellings: dict[str, Wording]) -> NamedPlace:
    written = tuple(Spelling(text, wording) for text, wording in spellings.items())
    return NamedPlace(kind, name, unit.code, unit.town_code, unit.kind.value, None, 0.0, written)
