"""Names that tickets of known places state and no list knows: estates, shops, roads, hamlets, groups.

What a text says of the caller's own place is not looked at, nor any door: a name that many callers use for
one village is public, a home is not.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.addresses import Address, Role, read_address
from boundaries.aliases import is_public_name
from boundaries.gazetteer import Gazetteer
from boundaries.mentions import Mention
from boundaries.named_places import NameKind
from boundaries.stated_places import stated_spot

FEWEST_TICKETS, FEWEST_CALLERS, SHARE_IN_ONE = 3, 2, 0.9
"""From when on a name is proposed."""
_CLAUSE = re.compile(r"[^,，。;；:：!！?？\n]+")
_OWN = re.compile(
    r"我家|我们家|自家|家住|住在|我住|本人住|居住|租住|租房|家里|家中|家门|户籍|户口|老家|我是|本人是|本人系|我系|诉求人|来电人|业主|住户|邻居|"
    r"楼上|楼下|某室|某单元"
)
_LEAD = re.compile(
    r"(?<![一-鿿a-z0-9])\d{1,2}[.、]?(?=[一-鿿])|位于|地处|反映|投诉|举报|地址是|地点是|经过|[在到去从沿]"
)
_MORE = re.compile(
    r"([一-鿿a-z0-9]{1,8}?(?:自然村|村民小组|村小组|经济社|[一-鿿]组|片区|围|寨|"
    r"药店|餐厅|饭店|酒楼|商行|网吧|茶楼|酒吧|夜总会|驿站|养殖场|采石场|加工厂|制衣厂))"
)
_NO_NAME = re.compile(
    r"[的了是在有把被和与及到从没不很都也说要请让我你他她这那个家距使且而但因由即每读离将像]|"
    r"反映|投诉|居民|附近|周围|范围|希望|镇街|街镇|导致|造成|影响|严重|作为|对于|成为|目前|本来|一些|"
    r"氛围|入围|筹备|巡视|工作|领导|专案|调查|占用|靠近|分流|设立|任何|原来|关于|经济组|规划|建设|恢复|缺乏|调查|走访|破坏|往来|进出|过去|地处|位于|例如|比如|尽快|原因|为[一-鿿]{0,3}建"
)
_NO_STEM = re.compile(
    r"(?:市政|安置|十字|快速|专科|道路|公交线|公交|林荫|城际铁|高速公|高速|公|铁|马|人行|地下|老旧|新建|大型|高层|整个|集体|消防|"
    r"交通|水泥|乡村|主干|附属|公办|民办|优质|专门|临时|露天)+"
)
_KIND = re.compile(
    r"(?:综合|农贸|批发|集贸|贸易|交易|水产|海鲜|水果|蔬菜|服装|首饰|建材|灌溉|排水|中心|实验|第?[一二三四五六七八九十0-9]+)*菜?"
    r"(?:市场|幼儿园|小学|中学|学校|卫生院|卫生站|医院|诊所|派出所|车站|加油站|公园|广场|小区|花园|公寓|大厦|商场|超市|酒店|"
    r"工业园|工业区|码头|渔港|祠堂|宗祠|庙|大桥|国道|省道|县道|大道|路|街|巷|水库|水闸|停车场|公厕|自然村|村民小组|村小组|小组|"
    r"经济社|组|片区|围|寨|药店|餐厅|饭店|酒楼|商行|网吧|茶楼|酒吧|夜总会|驿站|养殖场|采石场|加工厂|制衣厂)$"
)
_SHORTEST_STEM = 2
_NUMBERED = re.compile(r"第?[一二三四五六七八九十百0-9]+")
_MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Statement:
    """What the text of one confirmed ticket states."""

    names: tuple[str, ...]
    """Names that no list knows, folded, each once."""
    has_several_units: bool
    """Whether it names several villages as the matter's: then nothing tells whose a name is."""
    matter: str
    """The words that are not of the caller's own place, joined; may be empty."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One confirmed ticket in which a name stands."""

    name: str
    unit_code: str
    """The village or community in which the ticket proved to be."""
    caller: str
    """Tells callers apart and nothing else; the same word for everybody of whom nothing is known."""
    day: date
    has_several_units: bool


@dataclass(frozen=True, slots=True)
class NameTally:
    """What confirmed tickets say of a name."""

    name: str
    unit_code: str
    """Where most of its tickets lie."""
    tickets: int
    """In that unit."""
    callers: int
    """Different ones, of those tickets."""
    elsewhere: int
    """Tickets with the name in other units."""
    first: date
    last: date
    has_several_units: bool
    """Whether some text uses the name beside several units."""

    @property
    def is_agreed(self) -> bool:
        """Whether enough tickets of enough callers agree for a person to be asked."""
        share = self.tickets / (self.tickets + self.elsewhere)
        enough = self.tickets >= FEWEST_TICKETS and self.callers >= FEWEST_CALLERS
        return enough and share >= SHARE_IN_ONE and not self.has_several_units


def read_statement(text: str, gazetteer: Gazetteer) -> Statement:
    """Read what a ticket states beside the names of the lists.

    Parameters
    ----------
    text
        Masked. Of a text of more than 2,000 characters the first so many are read.
    gazetteer
        The names that are known already.
    """
    address = read_address(text[:_MOST_CHARACTERS], gazetteer)
    public = [span for span in _clauses(address) if not _is_own(address, *span)]
    names = dict.fromkeys(name for span in public for name in _names(address, *span))
    units = {mention.core for phrase in address.issue() for mention in phrase.of(NameKind.UNIT)}
    matter = "，".join(address.folded.text[start:end] for start, end in public)
    return Statement(tuple(names), len(units) > 1, matter)


def tallies(sightings: Iterable[Sighting]) -> list[NameTally]:
    """Count names by unit, the oftenest first; a ticket must be given once for each of its names."""
    by_name: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        by_name[sighting.name].append(sighting)
    return sorted((_tally(seen) for seen in by_name.values()), key=lambda one: (-one.tickets, one.name))


def _tally(seen: Sequence[Sighting]) -> NameTally:
    counts = Counter(one.unit_code for one in seen)
    unit = min(counts, key=lambda code: (-counts[code], code))
    here = [one for one in seen if one.unit_code == unit]
    days = [one.day for one in here]
    return NameTally(
        seen[0].name,
        unit,
        len(here),
        len({one.caller for one in here}),
        len(seen) - len(here),
        min(days),
        max(days),
        any(one.has_several_units for one in seen),
    )


def _clauses(address: Address) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _CLAUSE.finditer(address.folded.text))


def _is_own(address: Address, start: int, end: int) -> bool:
    """Say whether a clause speaks of where the caller lives or works."""
    if _OWN.search(address.folded.text, start, end):
        return True
    return any(
        phrase.role is Role.CALLER and phrase.start < end and start < phrase.end for phrase in address.phrases
    )


def _names(address: Address, start: int, end: int) -> Iterator[str]:
    """Yield names of a clause: at its beginning, behind a known name, or behind 在, 位于, 反映."""
    text = address.folded.text[:end]
    known = [mention for phrase in address.phrases for mention in phrase.mentions]
    begins = {start, *(mention.end for mention in known if start < mention.end < end)}
    begins |= {found.end() for found in _LEAD.finditer(text, start)}
    groups = (mention.group for mention in known if start <= mention.start < end)
    yield from (group for group in groups if _is_a_name(group))
    done = start
    for begin in sorted(begins):
        span = _name_at(text, begin) if begin >= done else None
        if span is None or _is_known(address, known, *span):
            continue
        done = span[1]
        name = text[span[0] : span[1]]
        if _is_a_name(name):
            yield name


def _is_a_name(words: str) -> bool:
    """Say whether words tell one place from others of its kind, and lead to nobody's door.

    >>> _is_a_name("金湾花园"), _is_a_name("菜市场"), _is_a_name("第三村民小组"), _is_a_name("农贸综合市场")
    (True, False, False, False)
    """
    stem = _KIND.sub("", words)
    if words[:1].isdigit() and not words[:2].isascii():
        return False  # 3滨湖路: the number of a list
    is_telling = len(stem) >= _SHORTEST_STEM and not (_NUMBERED.fullmatch(stem) or _NO_STEM.fullmatch(stem))
    return is_telling and not _NO_NAME.search(words) and is_public_name(words)


def _name_at(text: str, start: int) -> tuple[int, int] | None:
    found = stated_spot(text, start)
    if found is not None:
        is_office = text.startswith("道", found[1]) and text[found[1] - 1] == "街"
        return None if is_office else found
    more = _MORE.match(text, start)
    return more.span() if more and not _NO_NAME.search(more[0]) else None


def _is_known(address: Address, known: Sequence[Mention], start: int, end: int) -> bool:
    """Say whether a list has the name already, or it runs into one that a list has."""
    if any(hit.start <= start and end <= hit.end for hit in address.hits):
        return True
    return any(
        mention.start < end and start < mention.end and not (mention.is_estate or mention.is_part)
        for mention in known
    )
