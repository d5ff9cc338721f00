"""Texts that name a real village as callers and clerks do: whole, without its town, misheard, renamed.

==== =============================================================================
T0   town, village, and what is wrong there
T1   the town left out
T2   the town and 村 or 社区 left out
T3   one character written as another of the same sound; with the town
T3b  the same without the town
T4   another ending than the register's: 社区 for 村, 居委会, 村民委员会; with the town
T4b  the same without the town
T5   T0 or T1, half each, inside a real citizen's message
T6   the name shortened or lengthened: 李庄村 for 李家庄村, 东塘村 for 塘村; with the town
T7   a village that the county does not have, in one of its towns: nobody may be sent; half of them end like
     a village of that town, where the nation has such a name
==== =============================================================================

A text is *knowable* when no other unit fits what is left of the name just as well; the others (a name that
two towns share, its town left out) are made too: there nobody may be sent without asking.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from boundaries import UnitKind
from boundaries.divisions import Division, parse_unit_name
from boundaries.names import fold_name, reading, sounds_same
from tests.benchmarks.nation_villages import RealCounty, is_for_testing, real_counties

KINDS = ("T0", "T1", "T2", "T3", "T3b", "T4", "T4b", "T5", "T6", "T7")
PLACED = ("T0", "T1", "T2", "T3", "T3b", "T4", "T5")
"""The kinds in which the village is named so that it can be known."""

_LEADS = ("", "", "", "", "反映", "市民反映", "来电人反映：", "诉求人称", "位于", "地点：", "求助，")
# other words in either split: nobody shall learn the sentences
_MATTERS = (
    "路灯坏了三个晚上没人修",
    "12号门前积水",
    "3组的水管爆裂",
    "小学门口乱停车",
    "第二小组自来水发黄",
    "卫生站没人上班",
    "有人夜里烧垃圾",
    "的水渠堵了，田里进不了水",
    "，水泥路面塌了一块",
    "党群服务中心不开门",
    "文化广场音响太吵",
    "一处砂场扬尘大",
    "菜市场占道经营",
    "变压器冒火花",
    "鱼塘发臭",
    "农田被人倒了建筑垃圾",
    "公厕没人打扫",
    "5组一户违建",
    "低保名单没有公示",
    "垃圾好几天没清运",
    "养猪场污水直排",
    "自来水停了两天",
    "有流浪狗咬人",
    "宽带装不上",
    "电线杆倾斜",
    "水库边有人钓鱼不听劝",
    "进村的路被大车压坏",
    "医保交不了费",
    "广场舞扰民",
    "下水道堵塞",
)
_MATTERS_OF_TESTS = (
    "井盖松动，车一过就响",
    "27号楼上漏水",
    "6组道路没有硬化",
    "幼儿园旁边有人养鸡",
    "第四小组停电一整天",
    "诊所乱收费",
    "烧烤摊油烟大",
    "的灌溉渠没有水，秧插不下去",
    "，护坡塌了半边",
    "便民服务站办事要跑三趟",
    "健身器材坏了",
    "采石场放炮震裂房子",
    "集市秩序混乱",
    "高压线离房顶太近",
    "河道里漂着死鱼",
    "耕地被占用建厂房",
    "垃圾桶满了没人倒",
    "2组有人私自建房",
    "征地补偿款没有到账",
    "化粪池外溢",
    "屠宰点半夜噪音大",
    "天然气迟迟不通",
    "野猪糟蹋庄稼",
    "手机信号差",
    "大树倒在路上",
    "山塘水位太高有危险",
    "通户道路修了一半停工",
    "社保卡办不下来",
    "KTV半夜唱歌",
    "雨水倒灌进屋",
)
_DROPPED = ("庄", "屯", "寨", "坪", "头", "湾", "沟", "岭", "家", "子", "口", "店", "营")
_ADDED = ("大", "小", "上", "下", "东", "西", "南", "北", "新", "老")
_SHORTEST = 2
_LONG = 3
_OFTEN = 150
"""A character must stand in so many names of the nation to be what somebody writes for another."""
_TRIES = 30


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text and where its matter is."""

    kind: str
    county: RealCounty
    text: str
    code: str
    """The village's code; empty where nobody may be sent."""
    town_code: str
    said: str
    """How the text names the place."""
    is_knowable: bool


class Strangers:
    """Villages of other counties, also by the end of their names."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names or ["无此名称村"]
        self._by_end: dict[str, list[str]] = defaultdict(list)
        for name in names:
            core = parse_unit_name(name)[0]
            for start in range(1, len(core) - 1):
                self._by_end[core[start:]].append(name)

    def like(self, core: str) -> Sequence[str]:
        """Return the names that are a core with something before it; none when there are none."""
        return self._by_end.get(core, ())


class NameDamager:
    """Writes the texts of one county."""

    def __init__(self, county: RealCounty, strangers: Strangers, clauses: Sequence[Sequence[str]]) -> None:
        self._county = county
        self._strangers = strangers
        self._clauses = clauses
        self._rng = Random(county.code)  # noqa: S311 - a sample
        units = county.divisions.villages()
        self._shown = Counter(fold_name(unit.display_name) for unit in units)
        self._cores = Counter(fold_name(unit.core_name) for unit in units)
        self._heard = Counter(reading(fold_name(unit.core_name)) for unit in units)
        self._in_town: dict[str, list[Division]] = defaultdict(list)
        for unit in units:
            self._in_town[unit.town_code].append(unit)

    def texts(self, count: int) -> Iterator[NamedText]:
        """Yield the texts of all kinds for a sample of villages."""
        matters = _MATTERS_OF_TESTS if is_for_testing(self._county.code) else _MATTERS
        named = [unit for unit in self._county.villages if len(unit.core_name) >= _SHORTEST]
        for unit in self._rng.sample(named, min(count, len(named))):
            lead, matter = self._rng.choice(_LEADS), self._rng.choice(matters)
            for kind, said, knowable in self._said(unit):
                code = "" if kind == "T7" else unit.code
                text = self._in_message(lead, said, matter) if kind == "T5" else lead + said + matter
                yield NamedText(kind, self._county, text, code, unit.town_code, said, knowable)

    def _said(self, unit: Division) -> Iterator[tuple[str, str, bool]]:
        """Yield each kind with the words for the place, and whether they tell it."""
        town, name, core = self._town(unit), unit.display_name, unit.core_name
        ending = name.removeprefix(core)
        alone = self._shown[fold_name(name)] == 1
        yield "T0", town + name, True
        yield "T1", name, alone
        yield "T2", core, self._cores[fold_name(core)] == 1
        misheard = self._misheard(core)
        if misheard:
            others = [fold_name(other.core_name) for other in self._in_town[unit.town_code] if other != unit]
            clear = not any(sounds_same(fold_name(misheard), other) for other in others)
            yield "T3", town + misheard + ending, clear
            yield "T3b", misheard + ending, self._heard[reading(fold_name(core))] == 1
        renamed = self._renamed(unit, ending)
        yield "T4", town + renamed, self._is_one_core(unit)
        yield "T4b", renamed, self._cores[fold_name(core)] == 1
        with_town = self._rng.random() < 0.5
        yield "T5", (town if with_town else "") + name, with_town or alone
        varied = self._varied(core)
        if varied:
            yield "T6", town + varied + ending, True
        yield "T7", town + self._stranger(core), True

    def _town(self, unit: Division) -> str:
        """Return the town as people say it: without its county before it."""
        return unit.town_name.removeprefix(self._county.name) or unit.town_name

    def _misheard(self, core: str) -> str:
        """Return the core with one character of the same sound instead; empty when there is none."""
        places = [place for place in range(len(core)) if _homophones().get(core[place])]
        self._rng.shuffle(places)
        for place in places:
            for _ in range(3):
                letters, weights = _homophones()[core[place]]
                written = self._rng.choices(letters, weights)[0]
                changed = core[:place] + written + core[place + 1 :]
                if fold_name(changed) != fold_name(core) and fold_name(changed) not in self._cores:
                    return changed
        return ""

    def _renamed(self, unit: Division, ending: str) -> str:
        community = unit.kind is UnitKind.COMMUNITY or ending == "社区"
        endings = (
            ("居委会", "居委会", "村", "居民委员会")
            if community
            else ("社区", "村委会", "居委会", "村民委员会")
        )
        core = unit.core_name
        chosen = self._rng.choice(endings)
        if core.endswith("村") and chosen.startswith("村"):
            chosen = chosen.removeprefix("村") or "社区"
        return core + chosen

    def _is_one_core(self, unit: Division) -> bool:
        core = fold_name(unit.core_name)
        return sum(fold_name(other.core_name) == core for other in self._in_town[unit.town_code]) == 1

    def _varied(self, core: str) -> str:
        """Return a shorter or longer form of a name that the county does not have; empty when none fits."""
        forms = []
        if len(core) >= _LONG and core.endswith(_DROPPED):
            forms.append(core[:-1])
        if len(core) >= _LONG and "家" in core[1:-1]:
            forms.append(core[0] + core[1:].replace("家", "", 1))
        if len(core) == _SHORTEST:
            forms.append(self._rng.choice(_ADDED) + core)
        if len(core) >= _LONG and core.startswith(_ADDED):
            forms.append(core[1:])
        known = [form for form in forms if len(form) >= _SHORTEST and fold_name(form) not in self._cores]
        return self._rng.choice(known) if known else ""

    def _stranger(self, near: str) -> str:
        """Return a village of another county whose name is neither written nor heard in this one."""
        alike = self._strangers.like(near) if self._rng.random() < 0.5 else ()
        for turn in range(_TRIES):
            name = self._rng.choice(alike if alike and turn < _TRIES // 2 else self._strangers.names)
            core = fold_name(parse_unit_name(name)[0])
            if not self._cores[core] and not self._heard[reading(core)] and len(core) >= _SHORTEST:
                return name
        return "无此名称村"

    def _in_message(self, lead: str, said: str, matter: str) -> str:
        """Put the place into a real message whose own place words are gone."""
        clauses = list(self._rng.choice(self._clauses)) if self._clauses else []
        place = self._rng.randint(0, min(3, len(clauses)))
        return "，".join([*clauses[:place], lead + said + matter, *clauses[place:]]) + "。"


def damaged(counties: Sequence[RealCounty], each: int, clauses: Sequence[Sequence[str]]) -> list[NamedText]:
    """Return the texts of some counties, so many villages of each; always the same."""
    testing = bool(counties) and is_for_testing(counties[0].code)
    strangers = Strangers(
        [
            name
            for county in real_counties()[::7]
            if is_for_testing(county.code) == testing
            for villages in county.towns.values()
            for name in villages
        ]
    )
    return [text for county in counties for text in NameDamager(county, strangers, clauses).texts(each)]


@cache
def _homophones() -> Mapping[str, tuple[Sequence[str], Sequence[int]]]:
    """Return for each character of village names the others that sound alike, tones aside, with weights."""
    letters: Counter[str] = Counter()
    for county in real_counties():
        for villages in county.towns.values():
            for name in villages:
                letters.update(parse_unit_name(name)[0])
    often = _OFTEN if len(letters) > 10 * _OFTEN else 1
    alike: dict[str, list[str]] = defaultdict(list)
    for letter, count in letters.items():
        if count >= often and "一" <= letter <= "鿿":
            alike[reading(letter)].append(letter)
    found: dict[str, tuple[Sequence[str], Sequence[int]]] = {}
    for group in alike.values():
        for letter in group:
            others = [other for other in group if fold_name(other) != fold_name(letter)]
            if others:
                found[letter] = (others, [letters[other] for other in others])
    return found
