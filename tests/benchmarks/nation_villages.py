"""Real counties to judge the geocoder on: the nation's list of villages, split by county.

The list lies in the package jionlp (dependency group ``peers``); it gives names without codes, so codes are
made up: county (real), town and village by their place in the list. Where the package is not installed the
registers of Lufeng and Guixi stand in.

A county belongs to the development split or to the test split for good (`is_for_testing`). Whoever fits
anything (thresholds, weights, a calibration) may look at development counties only.
"""

import hashlib
import importlib.util
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd

from boundaries import Areas, Divisions, Gazetteer, Geocoder, OsmExtract, UnitKind, read_divisions
from boundaries.divisions import Division, parse_unit_name
from tests.shared_data import SHARED

NO_MAP = OsmExtract([], [], [], None)
NO_AREAS = Areas.from_frames(gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326"), None)
FEWEST_VILLAGES = 40
_KNOWN_BY_HEART = frozenset({"441581", "360681"})  # the counties the rules were written on
_TOWN, _VILLAGE = 3, 4
_FIRST_VILLAGE, _LAST = 200, 399


@dataclass(frozen=True)
class RealCounty:
    """One county of the list."""

    code: str
    above: str
    """Province and city, as an address begins: 广东省汕尾市."""
    name: str
    towns: Mapping[str, Sequence[str]]
    """The villages of each town, all as listed."""

    @cached_property
    def divisions(self) -> Divisions:
        """The register, with codes made up below the county."""
        return Divisions.from_rows(self._rows())

    @cached_property
    def geocoder(self) -> Geocoder:
        """The geocoder of this county, from its names alone."""
        return Geocoder(Gazetteer.build(NO_MAP, self.divisions, NO_AREAS), NO_AREAS, self.divisions)

    @cached_property
    def villages(self) -> list[Division]:
        """Villages and communities that people live in."""
        return [unit for unit in self.divisions.villages() if unit.kind is not UnitKind.VIRTUAL]

    @cached_property
    def spellings(self) -> tuple[list[str], list[str]]:
        """Names of villages with and without their endings, the longest first, and the code of each."""
        pairs: dict[str, str] = {}
        for unit in self.villages:
            for name in (unit.display_name, unit.core_name):
                pairs.setdefault(name, unit.code)
        ordered = sorted((name for name in pairs if len(name) > 1), key=len, reverse=True)
        return ordered, [pairs[name] for name in ordered]

    @cached_property
    def addresses(self) -> tuple[list[str], list[str]]:
        """Town and village as one word, the village alone, and the code of each."""
        pairs = {unit.town_name + unit.display_name: unit.code for unit in self.villages}
        pairs |= {unit.display_name: unit.code for unit in reversed(self.villages)}
        return list(pairs), list(pairs.values())

    @cached_property
    def by_town_and_name(self) -> Mapping[tuple[str, str], str]:
        """The code for the names of a town and a village as they are listed."""
        return {(unit.town_name, unit.name): unit.code for unit in self.villages}

    def _rows(self) -> Iterator[dict[str, str]]:
        for number, (town, villages) in enumerate(self.towns.items(), start=1):
            code = f"{self.code}{number:03}"
            yield {"code": code, "name": town}
            communities, rural = 0, _FIRST_VILLAGE - 1
            for name in dict.fromkeys(villages):
                if parse_unit_name(name)[1] is UnitKind.COMMUNITY and communities < _FIRST_VILLAGE - 1:
                    communities += 1
                    yield {"code": f"{code}{communities:03}", "name": name}
                elif rural < _LAST:
                    rural += 1
                    yield {"code": f"{code}{rural:03}", "name": name}


def is_for_testing(county_code: str) -> bool:
    """Say whether a county is in the test split; two thirds are, Lufeng and Guixi never."""
    draw = hashlib.sha256(county_code.encode()).digest()[0]
    return county_code not in _KNOWN_BY_HEART and draw % 3 != 0


def sampled(count: int, *, testing: bool) -> list[RealCounty]:
    """Return up to so many counties of one split, always the same ones, from all over the country."""
    split = [one for one in real_counties() if is_for_testing(one.code) == testing]
    order = sorted(split, key=lambda one: hashlib.sha256(one.name.encode() + one.code.encode()).digest())
    return order[:count]


def real_counties(fewest_villages: int = FEWEST_VILLAGES) -> list[RealCounty]:
    """Return the counties of the list that have some villages; two registers where the list is missing."""
    text = nation_text()
    found = list(_counties(text)) if text else list(_registers())
    return [one for one in found if sum(map(len, one.towns.values())) >= fewest_villages]


def nation_text() -> str:
    """Return the list as the package ships it, lines indented by tabs; empty when it is not installed."""
    package = importlib.util.find_spec("jionlp")
    if package is None or package.origin is None:
        return ""
    packed = Path(package.origin).parent / "dictionary" / "china_location.zip"
    with zipfile.ZipFile(packed) as archive:
        return archive.read("china_location.txt").decode("utf-8")


def _counties(text: str) -> Iterator[RealCounty]:
    """Read the list: a line's tabs tell its level, 0 the province to 4 the village."""
    above = ["", "", "", "", ""]
    towns: dict[str, list[str]] = {}
    code = ""
    for line in text.splitlines():
        name, *rest = line.strip().split("\t")
        level = len(line) - len(line.lstrip("\t"))
        if level < _TOWN:
            if towns:
                yield RealCounty(code, _address(above), above[2], towns)
            towns, code = {}, rest[0] if level == _TOWN - 1 and rest else ""
        elif level == _TOWN:
            towns.setdefault(name, [])
        elif code and level == _VILLAGE and name:
            towns[above[_TOWN]].append(name)
        above[level] = name
    if towns:
        yield RealCounty(code, _address(above), above[2], towns)


def _address(above: Sequence[str]) -> str:
    return above[0] if above[0] == above[1] else above[0] + above[1]


def _registers() -> Iterator[RealCounty]:
    """Yield the two registers beside the checkout."""
    for code, above, name, start in (
        ("441581", "广东省汕尾市", "陆丰市", "lufeng"),
        ("360681", "江西省鹰潭市", "贵溪市", "guixi_360681"),
    ):
        paths = [SHARED / f"admin/{start}_{part}_nbs2023.csv" for part in ("streets", "villages")]
        if all(path.exists() for path in paths):
            register = read_divisions(paths)
            towns = {
                town.name: [unit.display_name for unit in register.villages(town.code)]
                for town in register.towns()
            }
            yield RealCounty(code, above, name, towns)
