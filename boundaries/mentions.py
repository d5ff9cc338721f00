"""Which names a text really mentions: longest first, with the ending and the neighbours as witnesses.

A name found in a text is not yet a mention of the place. 江边 is a community of 贵溪 and the bank of
every river, 雄石 is a community and the first half of 雄石路, 东海 is a street office and an ocean. So a
village wants its ending (村, 社区, 居委会) or its town right before it; a town without ending wants a place
behind it.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from boundaries import witnesses
from boundaries.named_places import NamedPlace, NameHit, NameKind, Wording
from boundaries.names import is_common_name, is_everyday_word

_COUNTY_DIGITS = 6
_LONG_CORE, _SHORTEST_NAME = 3, 2
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
    """The core as the person wrote it, where that differs; filled in by `read_address`."""
    ending: str = ""
    """村, 社区, 村委会 …; empty when the text leaves it out."""
    group: str = ""
    """The villagers' group or hamlet that follows: 第三小组, 径仔村民小组."""
    is_tail: bool = False
    """Whether the name may be the tail of a longer one: 桥头村 in 石桥头村."""
    is_part: bool = False
    """Whether the name begins another one: 水乾 in 水乾市场."""
    is_address: bool = False
    """Whether words that give an address stand right before the name: 家住, 位于, 地点是."""
    is_estate: bool = False
    """Whether the name begins that of an estate or a firm: 桂林 in 桂林花园小区."""
    is_placed: bool = False
    """Whether the name stands where a place is named: at the beginning, behind a comma, 位于, 反映 …"""
    is_of_road: bool = False
    """Whether 路 follows, which may be the road's: 神冲路灯 is 神冲 and 路灯, or 神冲路 and 灯."""
    is_vague: bool = False
    """Whether the name stands without ending before a word that may go on with it: 新丰 in 新丰百货; or is an
    everyday word itself: 港口."""
    also_outside: bool = False
    """Whether a town next door bears the same name."""
    is_heard: bool = False
    """Whether the text spells the name otherwise and it only sounds the same."""

    @property
    def said(self) -> str:
        """The name with its ending; 高村 contains it."""
        spoken = self.end - self.start - len(self.group)
        return self.core + self.ending[max(0, len(self.core) + len(self.ending) - spoken) :]


def known_mentions(text: str, hits: Sequence[NameHit]) -> list[Mention]:
    """Return the names of the lists that a folded text mentions, in order, none overlapping.

    Parameters
    ----------
    text
        Folded; see `boundaries.names.fold`.
    hits
        Every name that occurs in it; see `Gazetteer.find`.
    """
    outer = {(hit.start, hit.end) for hit in hits if hit.places[0].kind is NameKind.OUTSIDE}
    possible = [mention for hit in hits for mention in _from_hit(text, hit, outer)]
    possible = _without_spoken_cities(text, possible)
    return _accepted(text, _villages_after_towns(without_overlaps(possible), possible))


def begins_well(text: str, start: int, ends: AbstractSet[int] = frozenset()) -> bool:
    """Say whether a name may begin at a place: after punctuation, a function word or another name.

    Parameters
    ----------
    ends
        Where other names end.
    """
    return start in ends or witnesses.BEFORE_A_NAME.search(just_before(text, start)) is not None


def just_before(text: str, place: int) -> str:
    """Return the characters before a place in which a witness may stand."""
    return text[max(0, place - _WINDOW) : place]


def _from_hit(text: str, hit: NameHit, outer: set[tuple[int, int]]) -> Iterator[Mention]:
    """Yield what a found name may be, once per kind of place."""
    kinds = {place.kind: None for place in hit.places}
    word = text[hit.start : hit.end]
    for kind in kinds:
        places = hit.places if len(kinds) == 1 else tuple(p for p in hit.places if p.kind is kind)
        mention = Mention(hit.start, hit.end, kind, word, places, hit.wording)
        if kind is NameKind.UNIT:
            ending = witnesses.UNIT_ENDING.match(text, hit.end)
            own, end = ("", 0) if ending else _own_ending(text, hit)
            if own:
                yield Mention(hit.start, end, kind, word, places, hit.wording, ending=own)
            elif ending:
                yield Mention(hit.start, ending.end(), kind, word, places, hit.wording, ending=ending[0])
            elif hit.wording is not Wording.FULL or not witnesses.LAST_ENDING.search(word):
                yield _bare(text, mention)
        elif kind is NameKind.TOWN:
            if hit.wording is not Wording.CORE or not witnesses.UNIT_ENDING.match(text, hit.end):
                is_outer = (hit.start, hit.end) in outer
                yield replace(mention, also_outside=True) if is_outer else mention
        elif kind is not NameKind.OUTSIDE or not witnesses.NOT_A_DISTRICT.match(text, hit.end):
            yield mention


def _own_ending(text: str, hit: NameHit) -> tuple[str, int]:
    """Return the ending of a name that contains it (高村, 郭镇社区) and where it ends; empty without one."""
    word = text[hit.start : hit.end]
    short = hit.wording is Wording.CORE and len(word) == _SHORTEST_NAME and word.endswith("村")
    if not short and hit.wording is not Wording.FULL:
        return "", hit.end
    street = witnesses.STREET.match(text, hit.end) or witnesses.ESTATE.match(text, hit.end)
    if street or witnesses.NO_VILLAGE_BEHIND.match(text, hit.end):
        return "", hit.end
    if hit.wording is Wording.FULL:
        found = witnesses.LAST_ENDING.search(word)
        return (found[0], hit.end) if found else ("", hit.end)
    said = word[:-1]
    if text[max(0, hit.start - 1) : hit.start + 1] in {"为何", "如何", "任何"}:
        return "", hit.end
    if is_everyday_word(word) or witnesses.NO_VILLAGE.match(said) or witnesses.NUMERAL.match(said):
        return "", hit.end
    rest = witnesses.REST_OF_ENDING.match(text, hit.end)
    return ("村" + rest[0], rest.end()) if rest else ("村", hit.end)


def _bare(text: str, mention: Mention) -> Mention:
    """Tell what a village's name without its ending begins, and whether it is one at all."""
    core = mention.wording is Wording.CORE
    part = core and witnesses.LONGER_NAME.match(text, mention.end) is not None
    preceding = just_before(text, mention.start)
    return replace(
        mention,
        is_address=witnesses.ADDRESS_PRECEDES.search(preceding) is not None,
        is_placed=(witnesses.HEADS_TEXT if part else witnesses.HEADS_CLAUSE).search(preceding) is not None,
        is_of_road=text.startswith("路", mention.end),
        is_part=part,
        is_estate=core and witnesses.ESTATE.match(text, mention.end) is not None,
        is_vague=not witnesses.NUMBER_FOLLOWS.match(text, mention.end)
        and (not witnesses.NAME_IS_OVER.match(text, mention.end) or _may_be_a_word(mention.core)),
    )


def _may_be_a_word(name: str) -> bool:
    return is_everyday_word(name) or name.endswith("街") or witnesses.KIND_OF_PLACE.search(name) is not None


def _without_spoken_cities(text: str, possible: Sequence[Mention]) -> list[Mention]:
    """L9: drop the village of a city's name where the text works, lives or studies there: 在上海打工."""
    cities = {
        (mention.start, mention.end)
        for mention in possible
        if mention.kind is NameKind.OUTSIDE
        and (
            witnesses.CITY_FOLLOWS.match(text, mention.end)
            or witnesses.CITY_PRECEDES.search(just_before(text, mention.start))
        )
    }
    return [m for m in possible if m.kind is not NameKind.UNIT or (m.start, m.end) not in cities]


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep the longest of names that overlap; among equally long ones the more telling."""
    kept: list[Mention] = []
    starts: list[int] = []
    for mention in sorted(mentions, key=_weight):
        place = bisect(starts, mention.start)
        free_before = not place or kept[place - 1].end <= mention.start
        if free_before and (place == len(kept) or mention.end <= kept[place].start):
            kept.insert(place, mention)
            starts.insert(place, mention.start)
    return kept


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
    firm = {mention.end for mention in chosen if mention.kind is not NameKind.UNIT or mention.ending}
    ends = {mention.end for mention in chosen}
    strange = {mention.core for mention in chosen if _is_of_strangers(text, mention, ends)}
    for place in range(len(chosen) - 1, -1, -1):
        mention = chosen[place]
        before = chosen[place - 1] if place and _adjoins(text, chosen[place - 1], mention) else None
        after = kept[-1] if kept and _adjoins(text, mention, kept[-1]) else None
        good = begins_well(text, mention.start, firm) and (before is not None or mention.core not in strange)
        good = good and not _lacks_a_letter(text, mention.start, ends)
        if _has_witness(text, mention, before, after, begins=good):
            kept.append(mention if good else replace(mention, is_tail=True))
    return kept[::-1]


def _lacks_a_letter(text: str, start: int, ends: AbstractSet[int]) -> bool:
    """Say whether the letter before a name seems to be its first: 外 in 嵩屿街道外石塘村."""
    if start in ends or not witnesses.MAY_BEGIN_A_NAME.match(text, start - 1 if start else 0):
        return False
    return start - 1 in ends or witnesses.LETTER_ALONE.search(just_before(text, start)) is not None


def _is_of_strangers(text: str, mention: Mention, ends: AbstractSet[int]) -> bool:
    """Say whether a village stands in a district or among villages that no list knows: A4区大塘村."""
    if mention.kind is not NameKind.UNIT or mention.start in ends or mention.start - 1 in ends:
        return False
    return witnesses.OF_STRANGERS.search(just_before(text, mention.start)) is not None


def _adjoins(text: str, one: Mention, other: Mention) -> bool:
    """Say whether a name stands right behind another one, or as a village of it: 博美的赤坑."""
    if one.end == other.start:
        return True
    of_town = one.kind is NameKind.TOWN and other.kind is NameKind.UNIT
    codes = {place.code for place in one.places}
    its_own = of_town and any(place.town_code in codes for place in other.places)
    return its_own and witnesses.OF.fullmatch(text, one.end, other.start) is not None


def _has_witness(
    text: str, mention: Mention, before: Mention | None, after: Mention | None, *, begins: bool
) -> bool:
    if mention.kind is NameKind.UNIT:
        if witnesses.NUMBERED_UNIT.match(mention.core):
            in_town = before is not None and before.kind is NameKind.TOWN
            return bool(mention.ending) and (in_town or len(mention.places) == 1)
        return bool(mention.ending) or _bare_unit_holds(text, mention, before, begins=begins)
    if mention.kind is NameKind.TOWN and mention.wording is Wording.CORE:
        leads = after is not None and after.kind not in {NameKind.OUTSIDE, NameKind.HOME}
        return begins and (leads or _bare_town_holds(text, mention))
    if mention.kind is NameKind.OUTSIDE:
        return begins and _outside_holds(text, mention, after)
    if mention.kind is NameKind.LANDMARK and mention.wording is not Wording.FULL:
        elsewhere = witnesses.OF_ANOTHER.search(just_before(text, mention.start)) and not _follows_home(
            before
        )
        if not begins or elsewhere:
            return False
    other = {NameKind.ROAD: witnesses.NOT_A_ROAD, NameKind.LANDMARK: witnesses.STREET_FOLLOWS}.get(
        mention.kind
    )
    return other is None or other.match(text, mention.end) is None


def _follows_home(before: Mention | None) -> bool:
    return before is not None and before.kind in {NameKind.HOME, NameKind.TOWN}


def _bare_town_holds(text: str, mention: Mention) -> bool:
    """Say whether a town's short name alone means the town: 碣石玄武山, but not 东海舰队."""
    if witnesses.PLACE_FOLLOWS.match(text, mention.end):
        return True
    preceding = just_before(text, mention.start)
    placed = witnesses.PLACED.search(preceding) or witnesses.PASSED.search(preceding)
    return bool(placed and not is_common_name(mention.core) and not witnesses.STREET.match(text, mention.end))


def _outside_holds(text: str, mention: Mention, after: Mention | None) -> bool:
    """Say whether a place elsewhere is meant, and not a firm, a court or a law that bears a city's name."""
    if after is not None and after.kind is NameKind.OUTSIDE:
        return True
    if witnesses.STATED_TOWN.match(text, mention.end):
        return True
    county = len(mention.places[0].code) >= _COUNTY_DIGITS and len(mention.core) >= _LONG_CORE
    if mention.wording is not Wording.CORE and county:
        return True
    precedes = witnesses.CITY_PRECEDES if mention.wording is Wording.CORE else witnesses.CITY_HOLDS
    return bool(
        witnesses.CITY_FOLLOWS.match(text, mention.end) or precedes.search(just_before(text, mention.start))
    )


def _bare_unit_holds(text: str, mention: Mention, before: Mention | None, *, begins: bool) -> bool:
    """Say whether a village without its ending is meant, and not the everyday word."""
    if witnesses.STREET.match(text, mention.end) and mention.wording is Wording.CORE:
        return False
    if before is not None and before.kind is NameKind.TOWN:
        its_town = any(
            mention.core == spelling.text for place in before.places for spelling in place.spellings
        )
        return not (its_town and mention.is_part)
    if (
        not begins
        or mention.is_estate
        or (mention.is_part and not witnesses.COMMUNAL.match(text, mention.end))
    ):
        return False
    placed = witnesses.PLACED.search(just_before(text, mention.start)) is not None
    if mention.is_part or witnesses.KIND_ENDING.search(mention.core):
        return placed and not _may_be_a_word(mention.core) and (mention.is_part or not mention.is_vague)
    numbered = witnesses.NUMBER_FOLLOWS.match(text, mention.end) and not _may_be_a_word(mention.core)
    if len(mention.core) >= _LONG_CORE or numbered:
        return True
    return placed and not mention.is_vague
