"""Towns and villages as the state lists them: codes, kinds, official and core names; no geometry.

The 12-digit code of the statistical register names the county (6 digits), the town (3) and the village or
community (3). In the last part 001-199 are residents' committees, 200-399 villagers' committees, from 400 on
they belong to farms and zones, and 498 or 598 is a placeholder (虚拟生活区) where nobody has a committee. The
names are less orderly: 村委会, 社区居委会, 居民委员会, 村民委员会, 社区 and one 社区居委 that was cut short
all stand in Lufeng's list.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from boundaries.errors import BadRegisterError


class Level(StrEnum):
    """How large a unit is."""

    TOWN = "town"
    VILLAGE = "village"


class UnitKind(StrEnum):
    """What a unit is in law."""

    TOWN = "town"  # 镇
    SUBDISTRICT = "subdistrict"  # 街道
    TOWNSHIP = "township"  # 乡
    ZONE = "zone"  # 场, 区: a farm or a zone of town rank
    VILLAGE = "village"  # 村
    COMMUNITY = "community"  # 社区
    FARM_UNIT = "farm_unit"  # a unit inside a farm or zone, code 4xx or 5xx
    VIRTUAL = "virtual"  # 虚拟生活区: a placeholder without a committee


TOWN_KINDS = frozenset({UnitKind.TOWN, UnitKind.SUBDISTRICT, UnitKind.TOWNSHIP, UnitKind.ZONE})

_COMMITTEE = "居民委员会|居委会|居委"
_SUFFIXES: tuple[tuple[re.Pattern[str], UnitKind], ...] = (
    (re.compile(r"(虚拟生活区|虚拟社区)$"), UnitKind.VIRTUAL),
    (re.compile(rf"(社区(?:{_COMMITTEE})?|{_COMMITTEE})$"), UnitKind.COMMUNITY),
    (re.compile(r"(村民委员会|村委会|村委|村)$"), UnitKind.VILLAGE),
    (re.compile(r"(街道办事处|街道办|街道)$"), UnitKind.SUBDISTRICT),
    (re.compile(r"(镇人民政府|镇)$"), UnitKind.TOWN),
    (re.compile(r"((?:[畲回满苗瑶壮侗彝藏黎]|土家|蒙古|哈尼|傈僳)族乡|乡人民政府|乡)$"), UnitKind.TOWNSHIP),
    (re.compile(r"(经济开发试验区|经济技术开发区|经济开发区|高新技术产业开发区|开发区)$"), UnitKind.ZONE),
)
# zones whose ending belongs to the name: 大安农场 is not 大安镇
_WHOLE_NAMES = re.compile(r"(农场|林场|茶场|盐场|园艺场|垦殖场|牧场|渔场|管理区|工业园区|园区|风景区)$")
_LARGER = re.compile(r"\d{2}(\d{2}){0,2}|\d{6}0{3}(0{3})?")  # provinces, cities, counties
_SPACE = re.compile(r"\s+")


def parse_unit_name(name: str) -> tuple[str, UnitKind | None]:
    """Split the name of a town or village into its core and what it says about its kind.

    A core never shrinks to one character: 新村 stays 新村.

    Parameters
    ----------
    name
        Official or spoken name.

    Returns
    -------
    tuple
        Core name and kind; kind is None when the ending says nothing.

    Examples
    --------
    >>> parse_unit_name("金源社区居委")
    ('金源', <UnitKind.COMMUNITY: 'community'>)
    >>> [parse_unit_name(name)[0] for name in ("石桥村村民委员会", "新村村委会", "大安农场")]
    ['石桥', '新村', '大安农场']
    """
    name = _SPACE.sub("", name)
    if _WHOLE_NAMES.search(name):
        return name, UnitKind.ZONE
    for pattern, kind in _SUFFIXES:
        found = pattern.search(name)
        if found and found.start() > 0:
            return _core(name, found.start(), kind), kind
    return name, None


def _core(name: str, end: int, kind: UnitKind) -> str:
    core = name[:end]
    if kind in {UnitKind.VILLAGE, UnitKind.COMMUNITY}:
        if len(core) > 2 and core.endswith(("村", "社区")):  # noqa: PLR2004 - 新村 keeps its 村
            core = core.removesuffix("村").removesuffix("社区")
        if len(core) == 1 and name[end : end + 1] == "村":
            core += "村"
    return core


@dataclass(frozen=True, slots=True)
class Division:
    """A town or a village as the register lists it."""

    code: str
    """9 digits for a town, 12 for a village, or a local code such as ``360681X05``."""
    name: str
    """Official name, for example 水乾村委会."""
    core_name: str
    """The name without what kind of unit it is: 水乾."""
    level: Level
    kind: UnitKind
    town_code: str
    """Code of the town; a town's own code."""
    town_name: str
    """Official name of the town; a town's own name. Empty when the list does not give it."""

    @property
    def display_name(self) -> str:
        """The name people use: 水乾村, 金源社区, 东海街道, 大安农场."""
        named = parse_unit_name(self.name)[1]
        if self.level is Level.TOWN:
            return self.name
        if named is UnitKind.COMMUNITY:
            return f"{self.core_name}社区"
        is_short = named is UnitKind.VILLAGE and not self.core_name.endswith("村")  # 新村 is not 新村村
        return f"{self.core_name}村" if is_short else self.core_name

    @property
    def has_committee(self) -> bool:
        """Say whether the "two committees" of a village or community can be sent.

        False for towns, placeholders and the units of farms, where a person decides who goes.
        """
        return self.kind in {UnitKind.VILLAGE, UnitKind.COMMUNITY}


def division(code: str, name: str, *, level: Level, town_code: str, town_name: str) -> Division:
    """Make a division, reading its kind and core name from code and name.

    Parameters
    ----------
    code, name
        As the list gives them; white space is removed.
    level
        Town or village.
    town_code, town_name
        The town the village belongs to; ignored for a town.
    """
    code, name = _SPACE.sub("", code), _SPACE.sub("", name)
    core, kind = parse_unit_name(name)
    if level is Level.TOWN:
        return Division(code, name, core, level, kind if kind in TOWN_KINDS else UnitKind.ZONE, code, name)
    return Division(code, name, core, level, _village_kind(code, kind), town_code, town_name)


def _village_kind(code: str, named: UnitKind | None) -> UnitKind:
    """Let the register's numbering speak first, the name's ending second."""
    ending = code[9:] if len(code) == 12 and code.isdigit() else ""  # noqa: PLR2004 - a full code
    if ending in {"498", "598"} or named is UnitKind.VIRTUAL:
        return UnitKind.VIRTUAL
    if ending and ending[0] >= "4":
        return UnitKind.FARM_UNIT
    if named is UnitKind.COMMUNITY or (ending and named is not UnitKind.VILLAGE and ending[0] <= "1"):
        return UnitKind.COMMUNITY
    return UnitKind.VILLAGE


class Divisions(Mapping[str, Division]):
    """The register of a county: a mapping from code to division, in the order of the codes."""

    def __init__(self, units: Iterable[Division] = ()) -> None:
        self._units = {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        self._by_core: dict[tuple[str, str], list[Division]] = {}
        for unit in self._units.values():
            self._by_core.setdefault((unit.town_code, unit.core_name), []).append(unit)

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]]) -> Self:
        """Make a register from rows of plain text.

        Parameters
        ----------
        rows
            Each with ``code`` and ``name``; optionally ``town_code``, ``town_name`` and ``level``. Without a
            level 9 digits, or 12 that end in 000, are a town; without a town the first 9 digits name it. Rows
            of counties, cities and provinces, which the public list also holds, are passed over.

        Raises
        ------
        BadRegisterError
            When a row lacks code or name, or one code has two names.
        """
        return cls(_linked(rows))

    def __getitem__(self, code: str) -> Division:
        return self._units[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __contains__(self, code: object) -> bool:
        return code in self._units

    def __len__(self) -> int:
        return len(self._units)

    def towns(self) -> list[Division]:
        """Return the towns, by code."""
        return [unit for unit in self._units.values() if unit.level is Level.TOWN]

    def villages(self, town_code: str | None = None) -> list[Division]:
        """Return the villages and communities, by code; of one town when its code is given."""
        return [
            unit
            for unit in self._units.values()
            if unit.level is Level.VILLAGE and town_code in {None, unit.town_code}
        ]

    def named(self, town_code: str, core_name: str) -> list[Division]:
        """Return the villages of a town with this core name: none, one, or a 村 and a 社区."""
        units = self._by_core.get((town_code, core_name), [])
        return [unit for unit in units if unit.level is Level.VILLAGE]

    def merged(self, other: "Divisions") -> "Divisions":
        """Return both registers as one; where both know a code, the other one's entry stands."""
        return Divisions([*self.values(), *other.values()])


def _linked(rows: Iterable[Mapping[str, str]]) -> list[Division]:
    """Read rows and give each village the name of its town."""
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=1):
        plain = {key: _SPACE.sub("", value or "") for key, value in row.items() if key}
        code, name = plain.get("code", ""), plain.get("name", "")
        if not code or not name:
            raise BadRegisterError("row {row} of the list of units has no code or no name", row=number)
        if _LARGER.fullmatch(code):
            continue
        if _is_town(plain):
            plain["code"] = code = code.removesuffix("000") if len(code) == 12 else code  # noqa: PLR2004
        if found.get(code, plain)["name"] != name:
            raise BadRegisterError(
                "the code {code} belongs to both {first} and {second} in the list of units",
                code=code,
                first=found[code]["name"],
                second=name,
            )
        found[code] = plain
    towns = {code: row["name"] for code, row in found.items() if _is_town(row)}
    return [_linked_unit(row, towns) for row in found.values()]


def _is_town(row: Mapping[str, str]) -> bool:
    if row.get("level"):
        return row["level"] == Level.TOWN
    code = row["code"]
    return code.isdigit() and (len(code) == 9 or (len(code) == 12 and code.endswith("000")))  # noqa: PLR2004


def _linked_unit(row: Mapping[str, str], towns: Mapping[str, str]) -> Division:
    if _is_town(row):
        return division(
            row["code"], row["name"], level=Level.TOWN, town_code=row["code"], town_name=row["name"]
        )
    town = row.get("town_code") or row["code"][:9]
    named = row.get("town_name") or towns.get(town, "")
    return division(row["code"], row["name"], level=Level.VILLAGE, town_code=town, town_name=named)
