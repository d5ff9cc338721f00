"""Free text in; the places it mentions and what each is to the matter out.

Names that stand together are one phrase: 东海街道|炎龙村|径仔村民小组. What stands before and behind a phrase
says what it is: where the matter is, where the caller lives, where something came from, what it is near.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, zip_longest

from boundaries.gazetteer import Gazetteer
from boundaries.house_numbers import door_end
from boundaries.mentions import Mention
from boundaries.named_places import NameHit, NameKind
from boundaries.names import FoldedText, fold
from boundaries.stated_places import stated_spot
from boundaries.unlisted_names import read_mentions
from boundaries.written_coordinates import WrittenCoordinate, written_coordinate


class Role(StrEnum):
    """What a place is to the matter."""

    ISSUE = "issue"
    CALLER = "caller"  # where the caller lives or works
    ORIGIN = "origin"  # where something was brought from
    COMPARED = "compared"  # what the matter's place is held against: 隔壁头陂村早就有了
    EXCLUDED = "excluded"  # the text says it is not there


class Relation(StrEnum):
    """How the matter lies to the place."""

    AT = "at"
    INSIDE = "inside"  # at the door, in the yard
    BESIDE = "beside"
    OPPOSITE = "opposite"  # opposite, behind
    NEAR = "near"
    TOWARDS = "towards"
    BORDER = "border"  # where two units meet


@dataclass(frozen=True, slots=True)
class Phrase:
    """Names that stand together."""

    mentions: tuple[Mention, ...]
    role: Role
    relation: Relation

    @property
    def start(self) -> int:
        """Where the phrase begins in the folded text."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.mentions[-1].end

    @property
    def is_outside(self) -> bool:
        """Whether the phrase names a place beyond the county."""
        return any(mention.kind is NameKind.OUTSIDE for mention in self.mentions)

    def of(self, *kinds: NameKind) -> list[Mention]:
        """Return the phrase's mentions of some kinds."""
        return [mention for mention in self.mentions if mention.kind in kinds]


@dataclass(frozen=True, slots=True)
class Address:
    """What a text says about places."""

    folded: FoldedText
    phrases: tuple[Phrase, ...]
    coordinate: WrittenCoordinate | None
    hits: tuple[NameHit, ...] = ()
    """Every name of the county that occurs in the folded text, whether it is meant or not."""

    def issue(self) -> list[Phrase]:
        """Return the phrases that say where the matter is."""
        return [phrase for phrase in self.phrases if phrase.role is Role.ISSUE]

    def words(self, *mentions: Mention) -> str:
        """Return what the person wrote, from the first to the last of some mentions."""
        return self.folded.original_of(mentions[0].start, mentions[-1].end)

    def words_with_spot(self, mention: Mention) -> str:
        """Return a mention's words and those of the market or street named right behind it."""
        spot = stated_spot(self.folded.text, mention.end)
        return self.folded.original_of(mention.start, spot[1] if spot else mention.end)

    def spot_words(self, mention: Mention) -> str:
        """Return only the words of the market or street named right behind a mention; empty without one."""
        spot = stated_spot(self.folded.text, mention.end)
        return self.folded.original_of(*spot) if spot else ""


_GLUE = re.compile(r"[的里内]?(?:境内|辖区内?|范围内|下辖|下属|下面|所属)?的?$")
_PAIR = re.compile(r"[的]?(?:和|与|跟|同|及|以及|、|/|-|—)?$")
_STOP = re.compile(r"[,。;!?:\n、()（）]")
_CALLER_BEFORE = re.compile(
    r"(?:住在?|家住|(?<![商店厂东买卖])家在|现居|现住|居住在?|租住在?|租房在|户籍在?|户口在?|老家在?|老家是|人在|来自|我是|我系|本人是?|本人系|本人在|我叫|诉求人是|"
    r"来电人是|现在在?|在外|常年在|长年在|身在|目前在|嫁到|嫁在)$"
)
_WORK_BEHIND = re.compile(
    r"(?:市区|市|那边)?(?:[、和跟到][一-鿿]{2,3}){0,3}?(?:[一-鿿]{2}区?)??(?:打工|务工|工作|上班|做工|做生意|经商|读书|上学|上大学|读大学|当兵|陪读|定居|返乡|回来|人士|来回|两头|跑车|跑货|跑运输|出差|开店|开厂|办厂|"
    r"住院|看病|带孙|带小孩|生活|居住|租房|的?人[,。;]|的?人$)"
)
_PERSON_BEHIND = re.compile(
    r"(?:的?[一-鿿]{1,3}(?:先生|女士|小姐|阿姨|大爷|老伯)|的?(?:村民|居民|业主|住户|市民|群众)(?!小组))"
)
_EXCLUDED_BEFORE = re.compile(r"(?:不是在?|并非在?|而非|不在|不属于?|不归|除了?|非)$")
_ORIGIN_BEFORE = re.compile(r"(?:从|由|自)$")
_BROUGHT = re.compile(r"(?:倒|运|拉|排|流|飘|扔|堆|搬|丢|送|填|漏|冲)[一-鿿]{0,5}?(?:到|在|进|入|至|往|来)")
_BROUGHT_HERE = re.compile(
    r"(?:倒|运|拉|排|流|飘|扔|堆|搬|丢|送|填|漏|冲|转移)[^。;!?\n]{0,4}?(?:到|在|进|入|至|往|来)了?$"
)
_COMPARED_BEFORE = re.compile(
    r"(?:听说|跟|比|像|学|参照|同|和|与|对比|羡慕)(?:一下|人家|隔壁|邻近|邻居|旁边|别人)*的?$"
)
_COMPARED_BEHIND = re.compile(r"(?:相比|比起来|比较起来|那样|一样|同样)")
_DONE_THERE = re.compile(r"(?:他们|人家)?(?:都|早就|早已|已经|早都)[^。;!?\n]{1,12}了")
_SENTENCE_END = re.compile(r"[。;!?\n]")
_LEFT_BEHIND = re.compile(r"(?:出来|出发|出站|下车|下来|过来|走到)")
_LEADS_AWAY = re.compile(r"(?:[一-鿿]{0,2})(?:往|向|朝|到|至|去|开往|运往)")
_LONGEST_CARRIAGE = 40
_CLAUSE = 40
"""So many characters before a place tell its role."""
_TOWARDS_BEFORE = re.compile(r"(?:往|向|朝|去往|前往|开往|通往|通向|驶往|通到)$")
_TOWARDS_BEHIND = re.compile(r"(?:方向|那个方向|去的|走的)")
_NEAR_BEFORE = re.compile(r"(?:靠近|临近|邻近|毗邻|紧邻|紧挨着?|挨着|靠着|离|距离?|不远处的?|接近)$")
_NEAR_BEHIND = re.compile(r"的?(?:附近|周边|周围|一带|不远|左近)")
_OFF_BEHIND = re.compile(
    r"的?(?:正?对面|斜对面|斜对过|隔壁|旁边?(?!的?村委)|边上|外面|外围)|"
    r"(?:村?口)?(?:往|向|朝)?[东西南北前]?(?:面|边|侧|方向)?(?:走|去|约|大约|大概|差不多|再)*[0-9一二两三四五六七八九十百几]+[多来几]?(?:米|公里|里路)"
)
_OPPOSITE_BEHIND = re.compile(r"的?(?:正?对面|背后|后面|后方|后门|后边|围墙外|前面|前方|斜对面|斜对过)")
_BESIDE_BEHIND = re.compile(
    r"的?(?:旁边?|边上|路边|一侧|隔壁|侧面|侧边|出站口|外面|门外|西侧|东侧|南侧|北侧)"
)
_INSIDE_BEHIND = re.compile(r"的?(?:[东西南北正大后前]*门口?|里面?|院?内|院里|广场上|楼下|楼上|入口|出口)")
_LINE = re.compile(r"(?:通往|通到|通向|去往|连接|到|至|往|去)")
_BORDER_BEHIND = re.compile(r"(?:的)?(?:交界|交接|接壤|搭界|之间|中间|相邻|分界|相接)")
_GROUNDS = re.compile(r"^(?:大院|大楼|办公楼|广场)(?=.)")
_OFFICE_GROUNDS = re.compile(r"的?(?:大院|大楼|办公楼|院子|广场|宿舍|家属院|前|后|旁)")
_ASKED_OF_OFFICE = re.compile(
    r"[一-鿿]{0,2}?(?:上访|信访|请愿|反映|投诉|申请|举报|咨询|门户|官网|网站|热线|店)"
)
_OFFICE_ENDING = re.compile(r"委会?$")


def read_address(text: str, gazetteer: Gazetteer) -> Address:
    """Read the places a text mentions and their roles.

    Parameters
    ----------
    text
        As it came.
    gazetteer
        The names of the county.
    """
    folded = fold(text)
    hits = gazetteer.find(folded.text)
    mentions = [_as_written(folded, mention) for mention in read_mentions(folded.text, gazetteer, hits)]
    mentions = [mention for mention in mentions if not _is_actor(folded.text, mention)]
    groups = list(_grouped(folded.text, mentions))
    phrases = [
        _phrase(folded.text, group, groups[place + 1][0].start if place + 1 < len(groups) else None)
        for place, group in enumerate(groups)
    ]
    phrases = _with_journeys(folded.text, list(_with_borders(folded.text, phrases)))
    return Address(folded, tuple(phrases), written_coordinate(folded.text), tuple(hits))


def _as_written(folded: FoldedText, mention: Mention) -> Mention:
    written = folded.original_of(mention.start, mention.start + len(mention.core))
    return mention if written == mention.core else replace(mention, written=written)


def gap_between(text: str, one: Phrase | Mention, other: Phrase | Mention) -> str:
    """Return the folded characters between two places of a text."""
    return text[one.end : other.start]


def is_pair(text: str, one: Phrase | Mention, other: Phrase | Mention) -> bool:
    """Say whether two places are joined as a pair: A和B, A、B, or simply AB."""
    return bool(_PAIR.fullmatch(gap_between(text, one, other)))


def _is_actor(text: str, mention: Mention) -> bool:
    """Say whether an office is named as somebody who acts (希望市政府…), not as a place (市政府门口)."""
    if mention.kind is not NameKind.LANDMARK or any(place.category != "office" for place in mention.places):
        return False
    behind = (_NEAR_BEHIND, _OPPOSITE_BEHIND, _BESIDE_BEHIND, _INSIDE_BEHIND, _OFFICE_GROUNDS)
    if _ASKED_OF_OFFICE.match(text, mention.end):
        return True
    placed = re.search(r"(?:在|到|去|位于|经过)$", text[max(0, mention.start - _CLAUSE) : mention.start])
    return not placed and not any(words.match(text, mention.end) for words in behind)


def _grouped(text: str, mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the runs of names that stand together, from large to small."""
    group: list[Mention] = []
    for mention in mentions:
        if group and not _continues(text, group, mention):
            yield group
            group = []
        group.append(mention)
    if group:
        yield group


def _continues(text: str, group: Sequence[Mention], mention: Mention) -> bool:
    """Say whether a name is inside the one before it: a village of the town, a road of the village."""
    last = group[-1]
    if not _GLUE.fullmatch(text[last.end : mention.start]):
        return False
    size = {NameKind.HOME: 0, NameKind.OUTSIDE: 1, NameKind.TOWN: 2, NameKind.UNIT: 3}
    before, after = size.get(last.kind, 4), size.get(mention.kind, 4)
    nested_old = last.kind is NameKind.UNIT is mention.kind and text[last.end : mention.start] == ""
    return before < after or nested_old or last.kind is mention.kind is NameKind.OUTSIDE


def _phrase(text: str, group: Sequence[Mention], next_start: int | None) -> Phrase:
    before = _STOP.split(text[max(0, group[0].start - _CLAUSE) : group[0].start])[-1]
    behind = _GROUNDS.sub("", text[door_end(text, group[-1].end) : next_start])
    stop = _STOP.search(text, group[-1].end)
    clause = text[group[-1].end : stop.start() if stop else None]
    relation = _relation(before, behind, group[-1])
    return Phrase(tuple(group), _role(text, group, before, clause), relation)


def _role(text: str, group: Sequence[Mention], before: str, clause: str) -> Role:
    end = group[-1].end
    if _EXCLUDED_BEFORE.search(before):
        return Role.EXCLUDED
    if _ORIGIN_BEFORE.search(before) and (_BROUGHT.search(clause) or _LEFT_BEHIND.match(clause)):
        return Role.ORIGIN
    outside = group[0].kind is NameKind.OUTSIDE and group[-1].kind is NameKind.OUTSIDE
    if outside and _WORK_BEHIND.match(text, end):
        return Role.CALLER
    if _CALLER_BEFORE.search(before):
        return Role.CALLER
    if _PERSON_BEHIND.match(text, end) and re.search(r"(?:^|市民|诉求人|来电人|我是|本人)$", before):
        return Role.CALLER
    return Role.ISSUE


def _relation(before: str, behind: str, last: Mention) -> Relation:
    if _NEAR_BEFORE.search(before):
        return Relation.NEAR
    if _TOWARDS_BEFORE.search(before):
        return Relation.TOWARDS
    if _TOWARDS_BEHIND.match(behind):
        return Relation.TOWARDS
    at_office = _OFFICE_ENDING.search(last.ending) is not None
    if last.kind is NameKind.UNIT and not at_office and _OFF_BEHIND.match(behind):
        return Relation.NEAR  # what lies opposite a village, or some way from it, may be another's
    for words, relation in (
        (_NEAR_BEHIND, Relation.NEAR),
        (_OPPOSITE_BEHIND, Relation.OPPOSITE),
        (_BESIDE_BEHIND, Relation.BESIDE),
        (_INSIDE_BEHIND, Relation.INSIDE),
    ):
        if words.match(behind):
            # beside the committee's office is still in the village
            return Relation.INSIDE if at_office and relation is not Relation.NEAR else relation
    return Relation.AT


def _with_borders(text: str, phrases: Sequence[Phrase]) -> Iterator[Phrase]:
    """Mark places between which the matter lies (A和B交界, A与B之间), and both ends of a line (A通往B)."""
    border: set[int] = set()
    ends: set[int] = set()
    for place, (one, other) in enumerate(pairwise(phrases)):
        if is_pair(text, one, other) and _BORDER_BEHIND.match(text, other.end):
            border |= {place, place + 1} if not other.of(NameKind.ROAD) else set()
        if one.of(NameKind.UNIT) and other.of(NameKind.UNIT) and _LINE.fullmatch(text[one.end : other.start]):
            ends.add(place + 1)
    for place, phrase in enumerate(phrases):
        alone = _BORDER_BEHIND.match(text, phrase.end) and not phrase.of(NameKind.ROAD)
        between = Relation.BORDER if place in border or alone else phrase.relation
        between = Relation.AT if place in ends else between
        yield phrase if between is phrase.relation else replace(phrase, relation=between)


def _with_journeys(text: str, phrases: list[Phrase]) -> list[Phrase]:
    """Tell places that only lead to the matter's: cities a caller goes between, where waste came from."""
    issue = [phrase for phrase in phrases if phrase.role is Role.ISSUE and phrase.of(NameKind.UNIT)]
    homes = {m.places[0].code for p in phrases if p.role is Role.CALLER for m in p.of(NameKind.OUTSIDE)}
    phrases = [
        replace(p, role=Role.CALLER)
        if any(_is_same_city(m.places[0].code, home) for m in p.of(NameKind.OUTSIDE) for home in homes)
        else p
        for p in phrases
    ]
    target: Phrase | None = None
    for place in range(len(phrases) - 2, -1, -1):
        one, other = phrases[place], phrases[place + 1]
        target = other if _is_target(text, one, other) else target
        if one.role is not Role.ISSUE:
            continue
        away = one.is_outside and other.is_outside and other.role is Role.CALLER
        if away and is_pair(text, one, other):
            phrases[place] = replace(one, role=Role.CALLER)
        elif target is not None and _leads_to(text, one, target):
            phrases[place] = replace(one, role=Role.ORIGIN)
    phrases = [
        replace(one, relation=Relation.TOWARDS) if other and _sets_out(text, one, other) else one
        for one, other in zip_longest(phrases, phrases[1:])
    ]
    if len(issue) > 1:
        phrases = [replace(p, role=Role.COMPARED) if _is_compared(text, p) else p for p in phrases]
    return phrases


def _is_same_city(code: str, home: str) -> bool:
    return code.rstrip("0") == home.rstrip("0") or (len(code) != len(home) and code.startswith(home))


def _is_target(text: str, one: Phrase, other: Phrase) -> bool:
    """Say whether something was brought to a place: A村的污水排到B村."""
    gap = gap_between(text, one, other)
    local = not other.is_outside and other.role is Role.ISSUE
    return local and len(gap) <= _LONGEST_CARRIAGE and bool(_BROUGHT_HERE.search(gap))


def _sets_out(text: str, one: Phrase, other: Phrase) -> bool:
    """Say whether a village only begins a line that leads away: 从大屯村往东海街道."""
    leaves = one.of(NameKind.UNIT) and _ORIGIN_BEFORE.search(text, max(0, one.start - 1), one.start)
    return bool(
        leaves and not other.of(NameKind.UNIT) and _LEADS_AWAY.fullmatch(gap_between(text, one, other))
    )


def _leads_to(text: str, one: Phrase, target: Phrase) -> bool:
    """Say whether a place only leads to another one of the same sentence: it is no other mention of it."""
    cores = {mention.core for mention in target.of(NameKind.UNIT)}
    again = any(mention.core in cores for mention in one.of(NameKind.UNIT))
    return not (again or one.is_outside or _SENTENCE_END.search(gap_between(text, one, target)))


def _is_compared(text: str, phrase: Phrase) -> bool:
    if phrase.role is not Role.ISSUE or not phrase.of(NameKind.UNIT):
        return False
    said = text[max(0, phrase.start - _CLAUSE) : phrase.start]
    before = _COMPARED_BEFORE.search(said)
    word = before[0] if before else ""
    if _COMPARED_BEHIND.match(text, phrase.end):
        return bool(before)
    neighbour = word.startswith("听说") or re.search(r"(?:隔壁|邻近|旁边|人家)$", said)
    return bool(neighbour and _DONE_THERE.match(text, phrase.end))


def speaks_of_home_only(address: Address) -> bool:
    """Say whether the text names no place but the caller's own, and nothing in it happens elsewhere."""
    rest = "".join(
        address.folded.text[one.end : other.start if other else None]
        for one, other in zip(address.phrases, [*address.phrases[1:], None], strict=True)
    )
    return not _ELSEWHERE.search(rest)


_ELSEWHERE = re.compile(
    r"(?:在|到|去|经过|路过)(?:了)?(?:一家|某|镇上|街上|市区|县城|城里|外面|外地|路上|车站|医院|学校|超市|商场|菜市场|市场|网上|公园|那里|那边|国道|高速)"
)
