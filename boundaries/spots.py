"""Where on the map a text points: a crossing, some metres along a street, a landmark, a hamlet, a street."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from boundaries.addresses import Address, Phrase, Relation, is_pair
from boundaries.areas import Areas
from boundaries.coordinates import LonLat, Projection
from boundaries.doors import DoorReader
from boundaries.house_numbers import read_door
from boundaries.landmarks import SAID_OF_EVERY_TOWN
from boundaries.mentions import Mention
from boundaries.named_places import NamedPlace, NameKind, Wording
from boundaries.places import PlaceLevel
from boundaries.reasons import Reason
from boundaries.roads import along, crossings
from boundaries.siting import Siting, site_area, site_point, site_road, site_units
from boundaries.standard_addresses import StandardAddresses

_CROSSING = re.compile(
    r"[^,。;!?\n]{0,8}?(?:交叉路?口|交叉处?|交汇处?|交界处?|交接处?|十字路?口|丁字路?口|三岔路?口|路口|红绿灯|信号灯|斑马线|转盘|环岛|街口|转角|拐角|转弯处?|相交|相接|相连|交口|口)"
)
_END_OF_STREET = re.compile(r"的?(?:尽头|到头|[东西南北]头|末端),?(?:和|与|跟|同)?")
_ALONG = re.compile(
    r"(?:方向)?(?:走|去|约|大约|大概|差不多|过去|再)*([0-9]{1,4}|[一二两三四五六七八九十百]{1,5})(?:来|几|多)?米"
)
_STEP = re.compile(
    r"(?:(?:往|向|朝)?(?P<way>[东南西北])(?:面|边|侧|方向|走|行)?[^,。0-9]{0,3}?)?(?P<metres>[0-9]{1,3}|[一二两三四五六七八九十百]{1,5})(?:来|几|多)?米"
)
_STEP_REACH = 16
_DIRECTIONS = {"东": (1.0, 0.0), "西": (-1.0, 0.0), "北": (0.0, 1.0), "南": (0.0, -1.0)}
REACH_M = {
    Relation.AT: 60.0,
    Relation.INSIDE: 30.0,
    Relation.BESIDE: 60.0,
    Relation.OPPOSITE: 80.0,
    Relation.NEAR: 150.0,
    Relation.TOWARDS: 150.0,
    Relation.BORDER: 150.0,
}
"""How far from a landmark the words leave the matter, metres (geocoding rules, relation words)."""
_AROUND = frozenset({Relation.OPPOSITE, Relation.NEAR, Relation.BORDER})
_CROSSING_REACH_M, _CROSSING_SIGMA_M = 30.0, 12.0
_ALONG_REACH_M, _ALONG_SIGMA_M = 50.0, 35.0
_HAMLET_REACH_M = 150.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map that the text points at."""

    level: PlaceLevel
    label: str
    siting: Siting
    place: NamedPlace
    """What was named; for a crossing the first street."""
    is_heard: bool = False
    """Whether a name was only matched by its sound."""


def _metres(written: str) -> float:
    """Read a distance in figures or in characters: 五十, 一百二十, 两百."""
    if written.isdecimal():
        return float(written)
    hundreds, hundred, rest = written.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return float(
        (_digit(hundreds) or 1) * 100 * bool(hundred) + (_digit(tens) or 1) * 10 * bool(ten) + _digit(ones)
    )


def _digit(written: str) -> int:
    return "一二三四五六七八九".find(written.replace("两", "二")) + 1 if written else 0


def _one_of_several(spot: Spot) -> Spot:
    reason = Reason("L10", "the text names other streets or landmarks too: which is the matter's?")
    return replace(spot, siting=spot.siting.with_reason(reason, is_sure=False))


class SpotReader:
    """Finds the spots of an address on one county's map."""

    def __init__(self, areas: Areas, addresses: StandardAddresses | None = None) -> None:
        self._areas = areas
        self._doors = DoorReader(StandardAddresses.none() if addresses is None else addresses, areas)

    def spots(self, address: Address, phrases: Sequence[Phrase]) -> list[Spot]:
        """Return what the phrases point at, most precise first; several when the name is not unique.

        Only the first street or landmark of a text counts: what follows describes the way to it.
        """
        if not len(self._areas.villages):
            return []
        roads = [(phrase, road) for phrase in phrases for road in phrase.of(NameKind.ROAD)]
        at = [(phrase, road) for phrase, road in roads if phrase.relation is not Relation.TOWARDS]
        crossing = self._along(address, at, roads) or self._crossing(address, [road for _, road in at])
        if crossing:
            return crossing
        doors = self._at_doors(address, phrases)
        if doors:
            return doors
        for kind, level in ((NameKind.LANDMARK, PlaceLevel.POI), (NameKind.HAMLET, PlaceLevel.GROUP)):
            named = [(p, m) for p in phrases for m in p.of(kind) if p.relation is not Relation.TOWARDS]
            if named:
                phrase, mention = named[0]
                found = [self._landmark(address, phrase, mention, place, level) for place in mention.places]
                sole = len({other.places for _, other in named}) == 1
                return found if sole else [_one_of_several(spot) for spot in found]
        streets = [self._road(address, road, place) for _, road in at[:1] for place in road.places]
        sole = len({road.places for _, road in at}) == 1
        return streets if sole else [_one_of_several(street) for street in streets]

    def _crossing(self, address: Address, roads: Sequence[Mention]) -> list[Spot]:
        """Find A路和B路路口; both streets must be named, one after the other."""
        text = address.folded.text
        for one, other in pairwise(roads):
            joined = is_pair(text, one, other) or _END_OF_STREET.fullmatch(text, one.end, other.start)
            if not joined or not _CROSSING.match(text, other.end):
                continue
            points = crossings(one.places[0], other.places[0], self._grid)
            step = _STEP.search(text, other.end, other.end + _STEP_REACH)
            label = f"{address.words(one)}与{address.words(other)}路口"
            heard = one.is_heard or other.is_heard
            reason = Reason(
                "L2",
                "{one} and {other} meet here",
                {"one": one.places[0].name, "other": other.places[0].name},
            )
            return [
                Spot(PlaceLevel.JUNCTION, label, self._at_crossing(point, reason, step), one.places[0], heard)
                for point in points
            ]
        return []

    def _at_crossing(self, point: LonLat, reason: Reason, step: re.Match[str] | None) -> Siting:
        """Site a crossing; 往北50米 from it moves the point, or widens it when no direction is told."""
        if step is None:
            reach_m, sigma_m = _CROSSING_REACH_M, _CROSSING_SIGMA_M
        elif step["way"]:
            east, north = _DIRECTIONS[step["way"]]
            metres = _metres(step["metres"])
            start = self._grid.to_metres(np.array([point])) + metres * np.array([[east, north]])
            lon, lat = self._grid.to_degrees(start)[0]
            point, reach_m, sigma_m = LonLat(float(lon), float(lat)), _ALONG_REACH_M, _ALONG_SIGMA_M
        else:
            metres = _metres(step["metres"])
            reach_m, sigma_m = _CROSSING_REACH_M + metres, _CROSSING_SIGMA_M + metres / 2
        return site_point(self._areas, point, reach_m=reach_m, sigma_m=sigma_m).with_reason(reason)

    def _along(
        self,
        address: Address,
        at: Sequence[tuple[Phrase, Mention]],
        roads: Sequence[tuple[Phrase, Mention]],
    ) -> list[Spot]:
        """Find A路从B路口往C路方向约100米."""
        text = address.folded.text
        towards = [(p, road) for p, road in roads if p.relation is Relation.TOWARDS]
        if len(at) < 2 or not towards:  # noqa: PLR2004 - the street and the one it starts from
            return []
        (_, road), (_, start), (aim_phrase, aim) = at[0], at[1], towards[0]
        distance = _ALONG.match(text, aim_phrase.end)
        if distance is None or not road.end <= start.start < aim.start:
            return []
        corners = crossings(road.places[0], start.places[0], self._grid)
        if len(corners) != 1:
            return []
        point = along(road.places[0], corners[0], aim.places[0].shape, _metres(distance[1]), self._grid)
        if point is None:
            return []
        label = address.words(road, aim)
        values = {"metres": distance[1], "road": road.places[0].name, "start": start.places[0].name}
        reason = Reason("L2", "{metres} m along {road}, counted from {start}", values)
        siting = site_point(self._areas, point, reach_m=_ALONG_REACH_M, sigma_m=_ALONG_SIGMA_M)
        return [Spot(PlaceLevel.POINT, label, siting.with_reason(reason), road.places[0], road.is_heard)]

    def _landmark(
        self, address: Address, phrase: Phrase, mention: Mention, place: NamedPlace, level: PlaceLevel
    ) -> Spot:
        reach_m = REACH_M[phrase.relation] if level is PlaceLevel.POI else _HAMLET_REACH_M
        label = address.words(mention)
        reason = Reason(
            "L2",
            "{name} is on the map; the wording allows {reach_m} m around it",
            {"name": place.name, "reach_m": round(reach_m)},
        )
        point = place.point
        if place.units and (phrase.relation not in _AROUND or place.geometry is None):
            siting = site_units(place.name, place.units, point=point, sigma_m=max(place.reach_m / 2, 15.0))
            vague = Reason(
                "L8", "the text says near or opposite {place}, which is not in it", {"place": label}
            )
            if phrase.relation in _AROUND:
                siting = siting.with_reason(vague, is_sure=False)
            return Spot(level, label, siting, place)
        if point is None or shapely.area(place.shape) > 0:
            siting = site_area(self._areas, place.shape, reach_m=reach_m)
        else:
            siting = site_point(self._areas, point, reach_m=reach_m)
        siting = siting.with_reason(reason)
        if phrase.relation is Relation.AT and mention.wording is not Wording.FULL and level is PlaceLevel.POI:
            loose = Reason(
                "L12", "{place} is named in passing, without saying at, beside or near it", {"place": label}
            )
            telling = mention.core not in SAID_OF_EVERY_TOWN and place.category != "office"
            siting = siting.with_reason(loose, is_sure=telling)
        return Spot(level, label, siting, place)

    def _at_doors(self, address: Address, phrases: Sequence[Phrase]) -> list[Spot]:
        """Find house numbers and kilometre marks; the first counts, and alone it is sure."""
        text = address.folded.text
        found: list[list[Spot]] = []
        towns = {
            "",
            *(place.code for phrase in phrases for m in phrase.of(NameKind.TOWN) for place in m.places),
        }
        for phrase in phrases:
            wide = phrase.relation in _AROUND
            reach_m = REACH_M[phrase.relation] if wide else None
            for mention in () if phrase.relation is Relation.TOWARDS else phrase.mentions:
                sitings = [
                    (place, self._doors.siting(text, mention.end, place, reach_m=reach_m))
                    for place in mention.places
                    if len(towns) == 1 or place.town_code in towns
                ]
                spots = [
                    Spot(PlaceLevel.POINT, address.words(mention), siting, place, mention.is_heard)
                    for place, siting in sitings
                    if siting is not None
                ]
                found += [spots] if spots else []
        if not found:
            return []
        return found[0] if len(found) == 1 else [_one_of_several(spot) for spot in found[0]]

    def _road(self, address: Address, road: Mention, place: NamedPlace) -> Spot:
        siting = site_road(place)
        if read_door(address.folded.text, road.end) and self._doors.knows(place):
            reason = Reason(
                "L12", "the list of addresses knows no number near this one of {road}", {"road": place.name}
            )
            siting = siting.with_reason(reason)
        return Spot(PlaceLevel.ROAD, address.words(road), siting, place, road.is_heard)

    @property
    def _grid(self) -> Projection:
        return self._areas.projection
