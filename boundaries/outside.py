"""Names beyond the county: other counties, cities and provinces, the towns next door, and the county's own.

A caller who says 海丰县, 梅陇镇 or 东莞市 names a place that no village of this county may be made of.
"""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files

from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name

_PROVINCE_DIGITS, _PREFECTURE_DIGITS, _COUNTY_DIGITS = 2, 4, 6
_SHORTEST_CORE = 2
_ENDING = re.compile(
    r"(特别行政区|(?:壮族|回族|维吾尔)?自治区|(?:[一-鿿]{1,3}族)*自治[州县]|地区|省|市|县|区|旗|盟)$"
)


def outside_names(county_code: str, among: Collection[str] | None = None) -> Iterator[NamedPlace]:
    """Yield the names that lie outside a county, and the county's own.

    Parameters
    ----------
    county_code
        6 digits. With an unknown or empty code every county of the country is outside.
    among
        Codes of 2, 4 or 6 digits that alone are wanted, besides the county's own; None wants all.

    Notes
    -----
    The short form of a name (东莞, 海丰) is given for provinces, prefectures and the counties next door only:
    half of all county names are also names of villages.
    """
    own = {county_code[:_PROVINCE_DIGITS], county_code[:_PREFECTURE_DIGITS], county_code}
    towns = [row for row in _rows("neighbour_towns.csv") if row["beside"] == county_code]
    beside = {row["code"][:_COUNTY_DIGITS] for row in towns}
    larger = _larger()
    wanted = larger if among is None else sorted(larger.keys() & {*own, *among})
    for code, name in ((one, name) for one in wanted for name in larger[one]):
        near = code in beside or code[:_PREFECTURE_DIGITS] == county_code[:_PREFECTURE_DIGITS]
        kind = NameKind.HOME if code in own else NameKind.OUTSIDE
        yield _named(kind, code, name, short=near or code in own or len(code) < _COUNTY_DIGITS)
    for row in towns:
        yield _named(NameKind.OUTSIDE, row["code"], row["name"], short=False)


def larger_units() -> Iterator[tuple[str, str]]:
    """Yield codes (2, 4 or 6 digits) and names of all provinces, cities and counties; some have two names."""
    return ((code, name) for code, names in _larger().items() for name in names)


def all_outer_names() -> Iterator[NamedPlace]:
    """Yield whatever `outside_names` may give for some county, with the short forms."""
    units = [*larger_units(), *((row["code"], row["name"]) for row in _rows("neighbour_towns.csv"))]
    return (_named(NameKind.OUTSIDE, code, name, short=True) for code, name in units)


def short_name(name: str) -> str:
    """Return a province, city or county without its ending; the name itself when too little would be left.

    >>> short_name("陆丰市"), short_name("城区")
    ('陆丰', '城区')
    """
    core = _ENDING.sub("", name)
    return core if len(core) >= _SHORTEST_CORE else name


@cache
def not_ours() -> tuple[str, ...]:
    """Return the code prefixes that the register lists under a county which somebody else runs."""
    return tuple(row["code_prefix"] for row in _rows("not_ours.csv"))


@cache
def _named(kind: NameKind, code: str, name: str, *, short: bool) -> NamedPlace:
    """Return a name beyond a county; the same object for all counties."""
    spellings = [Spelling(fold_name(name), Wording.FULL)]
    core = short_name(name)
    if short and core != name:
        spellings.append(Spelling(fold_name(core), Wording.CORE))
    return NamedPlace(kind, name, code, "", "", None, 0.0, tuple(spellings))


@cache
def _larger() -> Mapping[str, tuple[str, ...]]:
    """Return the names of provinces, cities and counties by code, in the order of the list."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("counties.csv"):
        found[row["code"]] = (*found.get(row["code"], ()), row["name"])
    return found


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    lines = (files("boundaries") / "data" / table).read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(lines))
