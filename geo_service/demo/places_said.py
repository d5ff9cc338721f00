"""How callers say where: with or without the town, beside a landmark, on a road, at a crossing."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from boundaries import Datum, from_wgs84
from geo_service.demo.calls import Expected, Truth
from geo_service.demo.county import County
from geo_service.demo.dice import Dice
from geo_service.demo.land import Village
from geo_service.demo.landmarks import Landmark, of_village

_BESIDE = {"门口": 6, "旁边": 4, "附近": 3, "对面": 2, "后面": 2, "旁": 2, "周边": 1, "": 3}
_IN_VILLAGE = {"村口": 3, "村道": 3, "村里": 3, "": 4, "村尾": 1, "主村道": 1}
_IN_COMMUNITY = {"一条巷子": 3, "": 4, "居民楼下": 3, "后面的巷子": 1}
_ON_ROAD = {"": 4, "中段": 2, "路边": 3, "一带": 1, "附近": 1}
_DATUMS = {("高德", Datum.GCJ02): 5, ("WGS84", Datum.WGS84): 3, ("GCJ-02", Datum.GCJ02): 2}
_BUSY_TOWNS = {"441581001": 9.0, "441581102": 9.0}
_BUSY_VILLAGES = {"441581001214", "441581003203", "441581001217", "441581102203", "441581001215"}
_QUIET = {"441581001210", "441581454598"}  # nothing is invented about them
_ZONE = {"星都经济开发试验区": ("星都开发区", "星都")}


@dataclass(frozen=True, slots=True)
class Said:
    """A place in a caller's words."""

    words: str
    """With the town: 碣石镇后城社区望海楼市场门口."""
    short: str
    """For a title."""
    town: str
    """Official name of the town."""
    truth: Truth
    address: str
    point: tuple[float, float] | None = None
    datum: str = ""


class Speaker:
    """Says places of one county."""

    def __init__(self, county: County, dice: Dice) -> None:
        self._county, self._dice = county, dice
        self._weights = {v: _weight(v) for v in county.land.villages if v.code not in _QUIET}
        self._landmarks = of_village(county.landmarks)
        self._hamlets: dict[str, list[Landmark]] = defaultdict(list)
        for landmark in county.landmarks:
            if landmark.is_hamlet:
                self._hamlets[landmark.village.code].append(landmark)
        self._roads = county.named_roads
        self._junctions = county.junctions

    def say(self, letter: str) -> Said:
        """Return a place of the kind a letter stands for; see `geo_service.demo.matters`."""
        return {
            "P": self._landmark,
            "R": self._road,
            "J": self._junction,
            "V": self._village,
            "H": self._hamlet,
            "C": self._on_the_map,
        }[letter]()

    def town_only(self) -> Said:
        """Return a town, and nothing more."""
        village = self._dice.weighted(self._weights)
        town = village.unit.town_name
        truth = Truth(Expected.TOWN, town_code=village.unit.town_code)
        return Said(self._town(town, always=True), town, town, truth, "")

    def on_the_map(self, spot: tuple[float, float], words: str = "") -> Said:
        """Return a place marked on a map, in the datum the map has."""
        village = self._county.village_at(spot)
        assert village is not None, "a place to call about lies in the county"  # noqa: S101
        word, datum = self._dice.weighted(_DATUMS)
        lon, lat = np.round(from_wgs84(np.array([self._county.lon_lat(spot)]), datum)[0], 6).tolist()
        said = words or self._dice.pick(("定位位置", "地图上标注的位置", "定位处", "如图所标的地方"))
        truth = Truth(Expected.UNIT, village.code, village.unit.town_code, spot)
        return Said(said, village.unit.town_name, village.unit.town_name, truth, "", (lon, lat), word)

    def _town(self, name: str, *, always: bool = False) -> str:
        """Return the town in full, shortened, or left out."""
        if name in _ZONE:
            return self._dice.pick((name, *_ZONE[name]))
        style = self._dice.weighted({"full": 8, "short": 1, "none": 0 if always else 1.2})
        short = name.removesuffix("街道").removesuffix("镇")
        return {"full": name, "short": short, "none": ""}[style]

    def _landmark(self) -> Said:
        village = self._dice.weighted({v: w for v, w in self._weights.items() if v.code in self._landmarks})
        landmark = self._dice.pick(self._landmarks[village.code])
        own = landmark.name.startswith(village.stem)
        middle = village.name if not own and self._dice.chance(0.45) else ""
        words = self._town(village.unit.town_name) + middle + landmark.name
        truth = Truth(Expected.UNIT, village.code, village.unit.town_code, landmark.spot)
        address = f"陆丰市{village.unit.town_name}{'' if own else village.name}{landmark.name}"
        beside = self._dice.weighted(_BESIDE)
        return Said(words + beside, landmark.name, village.unit.town_name, truth, address)

    def _road(self) -> Said:
        town, name = self._dice.pick(list(self._roads))
        units = self._roads[town, name]
        unit = next(iter(units)) if len(units) == 1 else ""
        town_name = self._county.register[town].name
        truth = Truth(Expected.UNIT if unit else Expected.TOWN, unit, town)
        words = self._town(town_name, always=True) + name + self._dice.weighted(_ON_ROAD)
        return Said(words, town_name + name, town_name, truth, f"陆丰市{town_name}{name}")

    def _junction(self) -> Said:
        town, one, two = self._dice.pick(list(self._junctions))
        spot = self._junctions[town, one, two]
        village = self._county.village_at(spot)
        unit = village.code if village else ""
        town_name = self._county.register[town].name
        joint = self._dice.pick(("交叉口", "路口", "十字路口", "交界处"))
        words = f"{self._town(town_name, always=True)}{one}{self._dice.pick('与和')}{two}{joint}"
        truth = Truth(Expected.UNIT if unit else Expected.TOWN, unit, town, spot)
        return Said(words, f"{one}{two}路口", town_name, truth, f"陆丰市{town_name}{one}与{two}交叉口")

    def _village(self) -> Said:
        village = self._dice.weighted(self._weights)
        where = self._dice.weighted(_IN_COMMUNITY if village.is_community else _IN_VILLAGE)
        words = self._town(village.unit.town_name) + village.name
        truth = Truth(Expected.UNIT, village.code, village.unit.town_code)
        address = f"陆丰市{village.unit.town_name}{village.name}"
        return Said(words + where, village.name, village.unit.town_name, truth, address)

    def _hamlet(self) -> Said:
        village = self._dice.weighted({v: w for v, w in self._weights.items() if self._hamlets.get(v.code)})
        hamlet = self._dice.pick(self._hamlets[village.code])
        part = self._dice.pick(("村民小组", "自然村", "", "片区"))
        words = f"{self._town(village.unit.town_name)}{village.name}{hamlet.name}{part}"
        truth = Truth(Expected.UNIT, village.code, village.unit.town_code, hamlet.spot)
        address = f"陆丰市{village.unit.town_name}{village.name}{hamlet.name}"
        return Said(words, village.name + hamlet.name, village.unit.town_name, truth, address)

    def _on_the_map(self) -> Said:
        village = self._dice.weighted({v: w for v, w in self._weights.items() if v.code in self._landmarks})
        x, y = self._dice.pick(self._landmarks[village.code]).spot
        spot = x + self._dice.between(-45, 45), y + self._dice.between(-45, 45)
        return self.on_the_map(spot if self._county.village_at(spot) is village else (x, y))


def _weight(village: Village) -> float:
    """Return how many calls come from a village, against others."""
    if village.is_community:
        return _BUSY_TOWNS.get(village.unit.town_code, 6.0)
    return 6.0 if village.code in _BUSY_VILLAGES else 0.25
