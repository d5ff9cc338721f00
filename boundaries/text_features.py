"""What a text says about its place, read without any list of names: region, streets, numbers, kilometres.

A reader for the memory (`boundaries.text_memory`), which meets names no register holds. It reads by form
only, so it may cut a name wrongly; it cuts the same name the same way each time, which is all memory needs.
"""

import re
from dataclasses import dataclass, replace

from boundaries.names import fold

_PIECES = re.compile(r"[/、,。;:!?()\n]|(?<=[路街道线口段巷弄号])[与和及]")
_REGION = re.compile(
    r"(?:([一-鿿]{2,5}?(?:省|市|县|州|盟))(?![场区]|政府))?"
    r"([一-鿿]{1,4}?(?:镇|乡|街道|区|市)(?!场|政府))?"
    r"((?![村里])[一-鿿]{1,5}?(?:社区|居委会|村|里)(?![路街巷道0-9]|民小组))?"
)
_LEAD = re.compile(r"(?:在|位于|反映|投诉|举报|来自|家住|住|是)(?=[一-鿿]{1,4}?(?:镇|乡|街道|区|村|社区))")
_ROAD = re.compile(
    r"(?:(?<![一-鿿])|(?<=[在到从往的是沿]))(?![号段弄口前旁栋幢楼])[村里]?"
    r"((?:(?![在到从往的是沿])[一-鿿]){1,7}?\d{0,3}(?:大道|公路|便道|路|街|隧道|交流道|大桥|高架|桥|(?<!\d)巷))"
    r"(?:(\d{1,2}|[一二三四五六七八九十]{1,2})段)?"
)
_NUMBERED = re.compile(
    r"((?:[国省县乡]道|台|[一-鿿]{1,2}?)?)(\d{1,4}(?:-\d)?[甲乙丙丁]?)(?:线道|号线|线|县道|乡道|省道|国道)"
    r"|([国省县乡]道|台)(\d{1,3}[甲乙]?)号?(?!\d)|(?<![a-z])([gsxy])(\d{2,4})(?!\d)"
    r"|([一-鿿])(\d{2,3})(?=路口|/|$|[与(])"
)
_RANKS = {"g": "国道", "s": "省道", "x": "县道", "y": "乡道"}
_LANE = re.compile(r"(\d{1,4}|[一二三四五六七八九十]{1,3})巷")
_HOUSE = re.compile(r"(\d{1,4})(?:[-之]\d{1,3})?号(?![线道灯杆楼]|出口|电)")
_KILOMETRE = re.compile(
    r"k?(\d{1,3}(?:\.\d+)?)(?:公里|千米|km|k|(?=\+\d{3}))\+?(?:(\d{1,3})(?:\.\d+)?(?:公尺|米|m)?)?"
)
_ROAD_KIND = re.compile(r"[0-9一二三四五六七八九十]*(?:大道|公路|便道|路|街|隧道|交流道|大桥|高架|桥|巷)$")
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
_SECRET = re.compile(
    r"\d{5,}|[一-鿿]{1,3}(?:先生|女士|小姐|太太|阿姨|老师)|(?:姓名|联系人|电话|手机)[^,。;]*"
)
# who speaks of a dwelling says where somebody lives: no door of it is ever learnt
_DWELLING = re.compile(
    r"我家|家住|住在|居住|自家|本人住|租住|家里|家中|楼上|楼下|邻居|住户|业主|\d{2,4}[室房]|\d+[栋幢座]|单元|\d+楼"
)
_CALLER = re.compile(
    r"(?:我是|本人是?|我系|我住在?|家住|户籍在?|老家在?|诉求人是?|来电人是?)[^,。;!?\n]*[,。;!?\n]"
)
_VAGUE = re.compile(r"附近|周边|周围|一带|对面|旁|往[东西南北一-鿿]{1,5}方向|靠近")
_LONGEST_READ = 600


@dataclass(frozen=True, slots=True)
class RoadWords:
    """A street as a text names it."""

    name: str
    section: int
    """Number of the section (二段); 0 when none is named."""
    number: int
    """House number, or the number of the lane that leaves the street there; 0 when none is named."""
    kilometre: float | None
    """Distance along a numbered road from its beginning, km; None when none is named."""

    @property
    def stem(self) -> str:
        """The name without kind and ordinal: 三荣 of 三荣十六路."""
        stem = _ROAD_KIND.sub("", self.name)
        return stem if len(stem) > 1 else self.name


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """What a text says about its place, folded; see `boundaries.names.fold`."""

    city: str
    """City or county in front of the town, as written; empty when none is named."""
    town: str
    """Town with its ending; empty when none is named."""
    village: str
    """Village or community with its ending; empty when none is named."""
    roads: tuple[RoadWords, ...]
    rest: str
    """The text behind the region, without phones, identity numbers and people."""
    is_dwelling: bool
    """Whether the text speaks of where somebody lives."""
    is_vague: bool
    """Whether the words say only that it is near: 附近, 对面."""

    def without_doors(self) -> "TextFeatures":
        """Return the features without what leads to a door."""
        roads = tuple(replace(road, number=0) for road in self.roads)
        return replace(self, roads=roads, rest=re.sub(r"\d+", "", self.rest))


def read_features(text: str) -> TextFeatures:
    """Read what a text says about its place.

    Parameters
    ----------
    text
        As it came: any language, any length. Only the first 600 characters are read.

    Examples
    --------
    >>> found = read_features("东海街道炎龙村龙福路二段12号对面")
    >>> found.town, found.village, found.roads[0].name, found.roads[0].section, found.roads[0].number
    ('东海街道', '炎龙村', '龙福路', 2, 12)
    """
    folded = fold(text[:_LONGEST_READ]).text
    dwelling = bool(_DWELLING.search(folded))
    told = _CALLER.sub("", folded)
    told = _SECRET.sub("", told if told.strip() else folded)
    city = town = village = ""
    roads: list[RoadWords] = []
    rest: list[str] = []
    for piece in _PIECES.split(told):
        start, names = _region(piece)
        city, town, village = city or names[0], town or names[1], village or names[2]
        rest.append(piece[start:])
        roads += _roads(piece[start:])
    vague = bool(_VAGUE.search(told))
    return TextFeatures(city, town, village, _merged(roads), "/".join(p for p in rest if p), dwelling, vague)


def _region(piece: str) -> tuple[int, tuple[str, str, str]]:
    """Return where the region's names end in a piece of text, and city, town and village."""
    start, found = _region_at(piece, 0)
    lead = _LEAD.search(piece)
    if lead and (lead.end() < start or not start):
        # 反映东海街道: the words before the region are no part of its name
        start, found = _region_at(piece, lead.end())
    again, _ = _region_at(piece, start) if start else (0, found)
    return max(start, again), found


def _region_at(piece: str, start: int) -> tuple[int, tuple[str, str, str]]:
    match = _REGION.match(piece, start)
    if match is None or match.end() == start:
        return start, ("", "", "")
    return match.end(), (match[1] or "", match[2] or "", match[3] or "")


def _roads(piece: str) -> list[RoadWords]:
    """Return the streets of a piece of text in their order, each with what follows it."""
    spans = [(m.start(), m.end(), _numbered_name(m), 0) for m in _NUMBERED.finditer(piece)]
    for m in _ROAD.finditer(piece):
        free = all(m.end() <= start or end <= m.start() for start, end, _, _ in spans)
        if free and len(m[1]) > 1:
            spans.append((m.start(), m.end(), m[1], numeral(m[2])))
    if not spans:
        return []
    spans.sort()
    ends = [start for start, _, _, _ in spans[1:]] + [len(piece)]
    return [
        _road(name, section, piece[end:until])
        for (_, end, name, section), until in zip(spans, ends, strict=True)
    ]


def _numbered_name(match: re.Match[str]) -> str:
    """Return one name for the ways of writing a numbered road: 国道G324, 324国道, g324."""
    if match[2]:
        rank = match[0][len(match[1]) + len(match[2]) :]
        return f"{match[1] or (rank if rank.endswith('道') and rank != '线道' else '')}{match[2]}线"
    rank, number = next((match[k], match[k + 1]) for k in (3, 5, 7) if match[k])
    return f"{_RANKS.get(rank, rank)}{number}线"


def _road(name: str, section: int, behind: str) -> RoadWords:
    lane, house, km = _LANE.search(behind), _HOUSE.search(behind), _KILOMETRE.search(behind)
    number = numeral(lane[1]) if lane else int(house[1]) if house else 0
    along = float(km[1]) + float(km[2] or 0) / 1000 if km else None
    return RoadWords(name, section, number, along)


def _merged(roads: list[RoadWords]) -> tuple[RoadWords, ...]:
    """Return each street once, with whatever was said of it."""
    found: dict[tuple[str, int], RoadWords] = {}
    for road in roads:
        known = found.setdefault((road.name, road.section), road)
        if not known.number and road.number:
            found[road.name, road.section] = replace(known, number=road.number)
    return tuple(found.values())


def numeral(written: str | None) -> int:
    """Return a number written in digits or Chinese characters below 100; 0 for anything else.

    >>> numeral("十二"), numeral("3"), numeral("二十"), numeral(None)
    (12, 3, 20, 0)
    """
    if not written:
        return 0
    tens, ten, ones = written.translate(_DIGITS).partition("十")
    if ten:
        return (int(tens) if tens.isdigit() else 1) * 10 + (int(ones) if ones.isdigit() else 0)
    return int(tens) if tens.isdecimal() else 0


_FILLERS = re.compile(r"前?0\.0公尺|[东西南北]侧|附近|[前口旁处]|[^\w/]")


def gram_text(features: TextFeatures) -> str:
    """Return the words in which runs of characters are compared: the region and what follows it."""
    return f"{features.town}|{features.village}|{_FILLERS.sub('', features.rest)}"
