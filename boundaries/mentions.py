"""Which names a text really mentions: longest first, with the ending and the neighbours as witnesses.

A name found in a text is not yet a mention of the place. 江边 is a community of 贵溪 and the bank of
every river, 雄石 is a community and the first half of 雄石路, 东海 is a street office and an ocean. So a
village wants its ending (村, 社区, 居委会) or its town right before it; a town without ending wants a place
behind it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from boundaries.gazetteer import Gazetteer
from boundaries.named_places import NamedPlace, NameHit, NameKind, Wording

UNIT_ENDING = re.compile(
    r"社区居民委员会|社区居委会?|社区|居民委员会|居委会?|村民委员会|村委会?|村(?!镇|民?小组|民组)|管理区|大队"
)
OLD_ENDINGS = frozenset({"管理区", "大队"})
# what follows a name that is only the beginning of another one: 炎龙小学, 雄石路, 桂林小区
_LONGER_NAME = re.compile(
    r"[东西南北中上下前后一二三四五]?(?:路|街|大道|道|巷|桥|河|江|湖|水库|山|岭|港|渔港|码头|水闸|公园|小区|花园|苑|新村|"
    r"大厦|广场|中学|小学|学校|幼儿园|(?:综合|农贸|批发)?市场|医院|卫生院|工业[园区]|酒店|超市|镇|乡|街道|区|县|市|农场|林场|"
    r"派出所|车站|站|加油站|墟|老街|新街|集市|镇区|祠堂|庙|宫|寺|塔|大桥|中队|公司|厂)"
)
# what shows that a village named without ending is named to the end
_NAME_IS_OVER = re.compile(
    r"$|[^一-鿿]|的|那|这|有|没|里|内|门口|停|断|缺|路灯|路口|路边|垃圾|村|第|附近|旁|边上|周边|到|至|和|与|跟|有人|居民|住户|群众|"
    r"[一二三四五六七八九十]+(?:栋|号|组|巷|幢|座|队|区|期)"
)
_NUMBER_FOLLOWS = re.compile(r"第?[0-9一二三四五六七八九十]+(?:栋|号|组|巷|幢|座|队|区|小组|期)")
_PLACE_FOLLOWS = re.compile(
    r"(?![方角面边侧部岸])[一-鿿]{0,5}?(?:市场|小学|中学|学校|幼儿园|医院|卫生院|车站|派出所|广场|公园|码头|老街|街上|镇上|圩|路|大道|工业区)"
)
_GROUP = re.compile(r"(?:第?[0-9一二三四五六七八九十]+|[一-鿿]{2,4})(?:村民小组|自然村|小组|片区|组|队)")
# words after which a name may begin; a name after any other character may be the tail of a longer one
_BEFORE_A_NAME = re.compile(
    r"(?:^|[^一-鿿]|[的在是到从于往向朝和与及跟同或对把被由自为请给让让去来回经过住居家说称叫报映问询诉告举求议个位些那这我们他她它人民者"
    r"友士户今昨明天日晚早午夜月年号点时间里内外边旁近靠挨邻壁面侧有没无本其该此各了着过等即县市区镇乡省街道除非不归属还又也都且且就是查看修"
    r"而但因现治经属赴处咱俺所局涉并已将曾正以随按据关针只整入])$"
)
_NO_VILLAGE = re.compile(
    r"^(?:农|我|我们|咱们?|本|全|各|邻|同|小|整个?|隔壁|乡|城中|自然|行政|新农|一个|两个|几个|某|进|出|回|入|到|在|每个|哪个|"
    r"这个?|那个?|他们|你们|该|整|老|下|住|附近|周边|周围|旁边|别的|其他|所有|多个|贫困|美丽|文明|移民|安置|街|小区|网格|居民)+$|^(?:希望|请求?|要求|建议|麻烦|恳请|反映|投诉)"
)
_NO_TOWN = re.compile(
    r"^(?:[我本全各哪那这每整条老城乡小市集村家下边两]|我们|你们|他们|咱们|哪个|那个|这个|每个|整个|整条|这条|那条|一条|两条|"
    r"主要|商业|步行|两边|旁边|附近|周边|请问|希望|要求|请求|建议|附近的|古|重|特色|中心)$|^(?:请问|希望|要求|仅占|请求|[在我对到从把被与和及或])"
)
_STATED_TOWN = re.compile(r"[一-鿿]{2,3}镇")
_TOWN_ENDING = re.compile(r"镇|街道|乡")
_NOT_A_TOWN = re.compile(r"[上里区级内中长政委街域府干办村]")
_PLACE_PRECEDES = re.compile(
    r"(?:^|[,。;:!?)）\n]|在|位于|住|来自|反映|称|投诉|举报|我是|本人|到|请问|咨询)$"
)
_STATED_ROAD = re.compile(r"路|街|大道")
_NUMBERED_UNIT = re.compile(r"第[一二三四五六七八九十]+$")
_CJK = re.compile(r"[一-鿿]+$")
_CITY_FOLLOWS = re.compile(
    r"(?:那边|这边)?(?:打工|务工|工作|上班|做工|做生意|经商|读书|上学|生活|定居|返乡|回来|人士|籍|市区|县城|老家|人[,。;])"
)
_CITY_PRECEDES = re.compile(r"(?:人在|现在|现居|现住|住在|居住在|长年在|常年在|我在|从|身在)$")
_CITY_HOLDS = re.compile(r"(?:在|位于|到|去|往|从|住|居|来自|是|回|自)$")
_STREET_FOLLOWS = re.compile(
    r"[东西南北]?(?:大道|路(?!口)|街|巷|小区|校区|宿舍|家属|生活区|附小|附中|分院|分校|社区)"
)
_NOT_A_ROAD = re.compile(r"[牌灯费]")
_COUNTY_DIGITS = 6
_NOT_A_DISTRICT = re.compile(r"[域别间分划块]")
_LIVES_AT = re.compile(r"(?:家住|住在|我家在)$")
_KIND_ENDING = re.compile(r"(?:厂|站|场|园|街|门|桥|路|港|口|边|湖|村)$")
_LONG_CORE, _LONGEST_NAME, _SHORTEST_NAME = 3, 5, 2
_WINDOW = 8  # characters before a name in which its witness stands
_RANK = {
    NameKind.UNIT: 0,
    NameKind.TOWN: 1,
    NameKind.ROAD: 2,
    NameKind.LANDMARK: 3,
    NameKind.HAMLET: 4,
    NameKind.OUTSIDE: 5,
    NameKind.HOME: 6,
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name the text mentions."""

    start: int
    end: int
    """Place in the folded text, the ending of the name included."""
    kind: NameKind
    core: str
    """The name without its ending, folded."""
    places: tuple[NamedPlace, ...]
    """What bears the name; empty when the text states a name that no list knows."""
    wording: Wording
    written: str = ""
    """The core as the person wrote it; filled in by `read_address`."""
    ending: str = ""
    """村, 社区, 村委会 …; empty when the text leaves it out."""
    group: str = ""
    """The villagers' group or hamlet that follows: 第三小组, 径仔村民小组."""
    is_tail: bool = False
    """Whether the name may be the tail of a longer one: 桥头村 in 石桥头村."""
    is_part: bool = False
    """Whether the name begins another one: 水乾 in 水乾市场."""
    is_vague: bool = False
    """Whether the name stands without ending before a word that may go on with it: 新丰 in 新丰百货."""
    also_outside: bool = False
    """Whether a town next door bears the same name."""
    is_heard: bool = False
    """Whether the text spells the name otherwise and it only sounds the same."""


def read_mentions(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Return the names a folded text mentions, in order, none overlapping.

    Parameters
    ----------
    text
        Folded; see `boundaries.names.fold`.
    gazetteer
        The names of the county.
    """
    hits = gazetteer.find(text)
    outer = {(hit.start, hit.end) for hit in hits if hit.places[0].kind is NameKind.OUTSIDE}
    possible = [mention for hit in hits for mention in _from_hit(text, hit, outer)]
    possible = _without_spoken_cities(text, possible)
    chosen = _accepted(text, _villages_after_towns(_without_overlaps(possible), possible))
    chosen = _without_overlaps([*chosen, *_stated(text, chosen), *_heard_roads(text, chosen, gazetteer)])
    return [_with_group(text, mention, chosen) for mention in chosen]


def begins_well(text: str, start: int, mentions: Iterable[Mention] = ()) -> bool:
    """Say whether a name may begin at a place: after punctuation, a function word or another name."""
    return bool(_BEFORE_A_NAME.search(_just_before(text, start))) or any(
        mention.end == start for mention in mentions
    )


def _just_before(text: str, place: int) -> str:
    return text[max(0, place - _WINDOW) : place]


def _from_hit(text: str, hit: NameHit, outer: set[tuple[int, int]]) -> Iterator[Mention]:
    """Yield what a found name may be, once per kind of place."""
    for kind in dict.fromkeys(place.kind for place in hit.places):
        places = tuple(place for place in hit.places if place.kind is kind)
        word = text[hit.start : hit.end]
        mention = Mention(hit.start, hit.end, kind, word, places, hit.wording)
        if kind is NameKind.UNIT:
            ending = UNIT_ENDING.match(text, hit.end)
            if ending:
                yield replace(mention, end=ending.end(), ending=ending[0])
            else:
                part = hit.wording is Wording.CORE and _LONGER_NAME.match(text, hit.end)
                vague = not _NAME_IS_OVER.match(text, hit.end)
                yield replace(mention, is_part=bool(part), is_vague=vague)
        elif kind is NameKind.TOWN:
            if hit.wording is not Wording.CORE or not UNIT_ENDING.match(text, hit.end):
                yield replace(mention, also_outside=(hit.start, hit.end) in outer)
        elif kind is not NameKind.OUTSIDE or not _NOT_A_DISTRICT.match(text, hit.end):
            yield mention


def _without_spoken_cities(text: str, possible: Sequence[Mention]) -> list[Mention]:
    """L9: drop the village of a city's name where the text works, lives or studies there: 在上海打工."""
    cities = {
        (mention.start, mention.end)
        for mention in possible
        if mention.kind is NameKind.OUTSIDE and _CITY_FOLLOWS.match(text, mention.end)
    }
    return [m for m in possible if m.kind is not NameKind.UNIT or (m.start, m.end) not in cities]


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the longest of names that overlap; among equally long ones the more telling."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=_weight):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _weight(mention: Mention) -> tuple[int, int, int, int]:
    bare = mention.kind is NameKind.UNIT and not mention.ending and mention.wording is Wording.CORE
    city = mention.wording is Wording.CORE and mention.kind in {NameKind.OUTSIDE, NameKind.HOME}
    return mention.start - mention.end, int(bare or city), _RANK[mention.kind], mention.start


def _villages_after_towns(chosen: Sequence[Mention], possible: Sequence[Mention]) -> list[Mention]:
    """Read a town's short name right behind a town as the village of that name: 大安镇|大安."""
    villages = {mention.start: mention for mention in possible if mention.kind is NameKind.UNIT}
    read: list[Mention] = []
    for mention in chosen:
        short = mention.kind is NameKind.TOWN and mention.wording is Wording.CORE
        behind = short and read and read[-1].kind is NameKind.TOWN and read[-1].end == mention.start
        read.append(villages.get(mention.start, mention) if behind else mention)
    return read


def _accepted(text: str, chosen: Sequence[Mention]) -> list[Mention]:
    """Drop names without a witness; from the end, for a town leans on what follows it."""
    kept: list[Mention] = []
    firm = [mention for mention in chosen if mention.kind is not NameKind.UNIT or mention.ending]
    for place in range(len(chosen) - 1, -1, -1):
        mention = chosen[place]
        before = chosen[place - 1] if place and chosen[place - 1].end == mention.start else None
        after = kept[-1] if kept and kept[-1].start == mention.end else None
        good = begins_well(text, mention.start, firm)
        if _has_witness(text, mention, before, after, begins=good):
            kept.append(replace(mention, is_tail=not good))
    return kept[::-1]


def _has_witness(
    text: str, mention: Mention, before: Mention | None, after: Mention | None, *, begins: bool
) -> bool:
    if mention.kind is NameKind.UNIT:
        if _NUMBERED_UNIT.match(mention.core):
            return bool(mention.ending) and before is not None and before.kind is NameKind.TOWN
        return bool(mention.ending) or _bare_unit_holds(text, mention, before, begins=begins)
    if mention.kind is NameKind.TOWN and mention.wording is Wording.CORE:
        leads = after is not None and after.kind not in {NameKind.OUTSIDE, NameKind.HOME}
        return begins and (leads or bool(_PLACE_FOLLOWS.match(text, mention.end)))
    if mention.kind is NameKind.OUTSIDE:
        return begins and _outside_holds(text, mention, after)
    if mention.kind is NameKind.LANDMARK and not begins and mention.wording is not Wording.FULL:
        return False
    other = {NameKind.ROAD: _NOT_A_ROAD, NameKind.LANDMARK: _STREET_FOLLOWS}.get(mention.kind)
    return other is None or other.match(text, mention.end) is None


def _outside_holds(text: str, mention: Mention, after: Mention | None) -> bool:
    """Say whether a place elsewhere is meant, and not a firm, a court or a law that bears a city's name."""
    if after is not None and after.kind is NameKind.OUTSIDE:
        return True
    if _STATED_TOWN.match(text, mention.end):
        return True
    county = len(mention.places[0].code) >= _COUNTY_DIGITS and len(mention.core) >= _LONG_CORE
    if mention.wording is not Wording.CORE and county:
        return True
    precedes = _CITY_PRECEDES if mention.wording is Wording.CORE else _CITY_HOLDS
    return bool(_CITY_FOLLOWS.match(text, mention.end) or precedes.search(_just_before(text, mention.start)))


def _bare_unit_holds(text: str, mention: Mention, before: Mention | None, *, begins: bool) -> bool:
    """Say whether a village without its ending is meant, and not the everyday word."""
    if before is not None and before.kind is NameKind.TOWN:
        its_town = any(
            mention.core == spelling.text for place in before.places for spelling in place.spellings
        )
        return not (its_town and mention.is_part)
    if not begins or mention.is_part:
        return False
    if _KIND_ENDING.search(mention.core):
        return False
    lives = _LIVES_AT.search(_just_before(text, mention.start)) and not mention.is_vague
    return bool(lives or len(mention.core) >= _LONG_CORE or _NUMBER_FOLLOWS.match(text, mention.end))


def _stated(text: str, chosen: Sequence[Mention]) -> Iterator[Mention]:
    """Yield names of villages and towns that the text states and no list knows.

    A text that names a known village has said where it is: 希望村里来人 behind it is a wish. Otherwise the
    name wants a known town, or a word of place, right before it.
    """
    known = {mention.kind for mention in chosen}
    town_ends = {mention.end for mention in chosen if mention.kind is NameKind.TOWN}
    for ending in () if NameKind.UNIT in known else UNIT_ENDING.finditer(text):
        name = _name_before(text, ending.start(), chosen)
        start = ending.start() - len(name)
        placed = start in town_ends or _PLACE_PRECEDES.search(_just_before(text, start))
        if name and placed and not _NO_VILLAGE.match(name):
            yield Mention(start, ending.end(), NameKind.UNIT, name, (), Wording.FULL, ending=ending[0])
    for ending in _TOWN_ENDING.finditer(text):
        name = _name_before(text, ending.start(), chosen)
        start = ending.start() - len(name)
        leads = any(mention.start == ending.end() for mention in chosen)
        alone = ending[0] == "镇" and NameKind.TOWN not in known
        behind = alone and not _NOT_A_TOWN.match(text, ending.end())
        begins = leads or (behind and bool(_PLACE_PRECEDES.search(_just_before(text, start))))
        if name and begins and len(name) <= _LONG_CORE and not _NO_TOWN.search(name):
            yield Mention(start, ending.end(), NameKind.TOWN, name, (), Wording.FULL)


def _name_before(text: str, end: int, chosen: Sequence[Mention]) -> str:
    """Return the name that ends at a place: back to a function word, another name, or five characters."""
    if any(mention.start <= end < mention.end for mention in chosen):
        return ""
    floor = max((mention.end for mention in chosen if mention.end <= end), default=0)
    start = max(floor, end - _LONGEST_NAME)
    named = text[start:end]
    whole = start == floor > 0 and _CJK.match(named) and _SHORTEST_NAME <= len(named) < _LONGEST_NAME
    if whole and not re.search(r"[的在有那这到和与]", named):
        return named
    for place in range(end - _SHORTEST_NAME, start - 1, -1):
        if _BEFORE_A_NAME.search(_just_before(text, place)):
            found = text[place:end]
            return found if _CJK.match(found) else ""
    return ""


def _heard_roads(text: str, chosen: Sequence[Mention], gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield streets that the text spells otherwise: 熊石路 for 雄石路."""
    for ending in _STATED_ROAD.finditer(text):
        if any(mention.start < ending.end() and ending.start() < mention.end for mention in chosen):
            continue
        for length in (4, 3, 2):
            start = ending.start() - length
            if start < 0 or not begins_well(text, start, chosen):
                continue
            places = gazetteer.roads_read_like(text[start : ending.end()])
            if places:
                word = text[start : ending.end()]
                yield Mention(
                    start, ending.end(), NameKind.ROAD, word, tuple(places), Wording.FULL, is_heard=True
                )
                break


def _with_group(text: str, mention: Mention, chosen: Sequence[Mention]) -> Mention:
    """Read the villagers' group behind a village: it is in no list, but it belongs to the village."""
    if mention.kind is not NameKind.UNIT or not mention.ending:
        return mention
    group = _GROUP.match(text, mention.end)
    free = group and all(other.end <= mention.end or other.start >= group.end() for other in chosen)
    return replace(mention, end=group.end(), group=group[0]) if group and free else mention
