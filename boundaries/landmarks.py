"""Schools, markets, stations, offices and hamlets of a map, with the names people call them by."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import shapely

from boundaries.coordinates import Projection
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name
from boundaries.openstreetmap import OsmFeature

_HAMLETS = frozenset({"hamlet", "village", "neighbourhood", "quarter", "suburb", "isolated_dwelling"})
# lines and things one does not meet at, and whose names are those of villages and rivers
_NOT_LANDMARKS = ("waterway", "natural", "highway", "boundary", "route", "admin_level")
_MEETING_RAIL = frozenset({"station", "halt"})
_OFFICE = re.compile(r"(人民政府|街道办事处|居委会|村委会)$")
_NUMBERED_SCHOOL = re.compile(r"第([一二三四五六七八九十]+)(中学|小学|幼儿园)$")
_SHORT_SCHOOL = re.compile(r"([一二三四五六七八九十]+)(中|小)$")
_LONG_KIND = {"中": "中学", "小": "小学"}
_SHORT_KIND = {"中学": "中", "小学": "小"}
# what a name may be cut down to although it is only a kind of place: a county has one
SAID_OF_EVERY_TOWN = frozenset({"火车站", "发电厂", "电厂", "汽车站", "客运站"})
KIND_ONLY = frozenset(
    {"人民政府", "政府", "医院", "市场", "菜市场", "小学", "中学", "公园", "广场", "图书馆", "幼儿园", "公司"}
    | {"派出所", "卫生院", "停车场", "车站", "超市", "公厕", "教学楼", "宿舍", "食堂", "操场", "田径场"}
)
_SHORTEST_NAME = 2
_SHORTEST_PART = 3
_RING = 4
_SAME_PLACE_M = 500.0


def landmarks(features: Iterable[OsmFeature], own_names: Sequence[str]) -> list[NamedPlace]:
    """Return the landmarks of a map.

    Parameters
    ----------
    features
        Named things of the map.
    own_names
        Names of the county, longest first, which people leave out: 贵溪市 and 贵溪.
    """
    found: list[NamedPlace] = []
    for feature in features:
        kind = _kind_of(feature.tags)
        if kind is not None and len(fold_name(feature.name)) >= _SHORTEST_NAME:
            category, reach_m = kind
            found.append(_landmark(feature, category, reach_m, own_names))
    return [place for place in _merged(found) if place.spellings]


def hamlets(features: Iterable[OsmFeature], known: frozenset[str]) -> Iterator[NamedPlace]:
    """Yield the map's villages and quarters that are no units of the register.

    Parameters
    ----------
    features
        Named things of the map.
    known
        Folded names of units and towns, with and without their endings.
    """
    for feature in features:
        if feature.tags.get("place") in _HAMLETS and fold_name(feature.name) not in known:
            spelling = Spelling(fold_name(feature.name), Wording.FULL)
            yield NamedPlace(
                NameKind.HAMLET, feature.name, "", "", "", shapely.Point(feature.point), 0.0, (spelling,)
            )


def _landmark(feature: OsmFeature, category: str, reach_m: float, own_names: Sequence[str]) -> NamedPlace:
    ring = feature.points
    area = ring is not None and len(ring) >= _RING and bool((ring[0] == ring[-1]).all())
    shape = shapely.make_valid(shapely.Polygon(ring)) if area else shapely.Point(feature.point)
    name = fold_name(feature.name)
    whole = () if name in KIND_ONLY or category == "station" else (Spelling(name, Wording.FULL),)
    others = sorted(_other_names(name, category, own_names) - {spelling.text for spelling in whole})
    spellings = (*whole, *(Spelling(other, Wording.ALIAS) for other in others))
    return NamedPlace(NameKind.LANDMARK, feature.name, "", "", category, shape, reach_m, spellings)


def _other_names(name: str, category: str, own_names: Sequence[str]) -> set[str]:
    """Return what else a landmark is called: without the county, short, by what it does."""
    own = next((own for own in own_names if name.startswith(own) and name != own), "")
    rest = name.removeprefix(own)
    if category == "station":
        stop = name.removesuffix("火车站").removesuffix("站")
        return {f"{stop}站", f"{stop}火车站", *({"火车站"} if stop in own_names else ())}
    cores = {rest, *_school_names(rest)}
    for ending, also in _spelling_rules():
        cores |= {core.removesuffix(ending) + also for core in set(cores) if core.endswith(ending)}
    prefixes = {"", *own_names} if own else {""}
    names = {prefix + core for prefix in prefixes for core in cores}
    if own[-1:] in {"市", "县", "区"} and rest == "人民政府":
        names |= {f"{own[-1]}人民政府", f"{own[-1]}政府"}
    return {other for other in names if other in SAID_OF_EVERY_TOWN or _is_telling(other)}


def _is_telling(name: str) -> bool:
    return name not in KIND_ONLY and (
        len(name) >= _SHORTEST_PART or _SHORT_SCHOOL.fullmatch(name) is not None
    )


def _school_names(name: str) -> set[str]:
    """Return 第四中学 for 四中 and the other way round."""
    long, short = _NUMBERED_SCHOOL.search(name), _SHORT_SCHOOL.search(name)
    if long and long[2] in _SHORT_KIND:
        return {name[: long.start()] + long[1] + _SHORT_KIND[long[2]]}
    if short:
        return {f"{name[: short.start()]}第{short[1]}{_LONG_KIND[short[2]]}"}
    return set()


def _kind_of(tags: Mapping[str, str]) -> tuple[str, float] | None:
    """Return category and reach of a thing on the map, None when one does not meet there."""
    if any(key in tags for key in _NOT_LANDMARKS):
        return None
    if "railway" in tags and tags["railway"] not in _MEETING_RAIL:
        return None
    if "place" in tags and not _OFFICE.search(tags["name"]):
        return None
    for row in _categories():
        if tags.get(row["tag"]) == row["value"] or (row["value"] == "*" and row["tag"] in tags):
            return row["category"], float(row["reach_m"])
    return None


def _merged(found: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Keep one of several entries for the same thing: a school's node and its grounds."""
    kept: list[NamedPlace] = []
    for place in sorted(found, key=lambda one: -shapely.area(one.shape)):
        if not any(_is_same(place, other) for other in kept):
            kept.append(place)
    return sorted(kept, key=lambda one: one.name)


def _is_same(one: NamedPlace, other: NamedPlace) -> bool:
    if one.category != other.category or not {s.text for s in one.spellings} & {
        s.text for s in other.spellings
    }:
        return False
    ends = shapely.get_coordinates(shapely.shortest_line(one.shape, other.shape))
    steps = Projection.for_points(ends).to_metres(ends)
    return float(np.hypot(*(steps[1] - steps[0]))) <= _SAME_PLACE_M


@cache
def _categories() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(_lines("landmark_words.csv")))


@cache
def _spelling_rules() -> tuple[tuple[str, str], ...]:
    return tuple((row["ending"], row["also"]) for row in csv.DictReader(_lines("landmark_spellings.csv")))


def _lines(table: str) -> list[str]:
    return (files("boundaries") / "data" / table).read_text(encoding="utf-8").splitlines()
