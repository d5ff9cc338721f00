"""House numbers and kilometre marks as people write them behind a street, with where they stand in the text.

A door is named from the outside in: lane, number, then building, unit and room. The last three are somebody's
home: they are recognised so that they are not taken for the number, and never kept.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = "零一二三四五六七八九"
_LETTERS = "甲乙丙丁戊己庚辛"
_LATIN = "abcdefgh"
_N = r"(?:[0-9]{1,5}|[零〇一二两三四五六七八九十百廿]{1,6})"
_L = f"[{_LETTERS}{_LATIN}]"
_RANGE_LINKS = frozenset("~至到")
_LONGEST_RANGE = 200
_POSITIONAL = 3  # 二〇五 and 一二三 are read digit by digit; 五六号 is "five or six"

_LANE = re.compile(
    rf"([东西南北上下左右内外中前后新老]?)第?({_N})"
    r"(横巷|直巷|横路|横街|直街|巷|弄|胡同|里(?![面边头地程路])|街|[横直](?=[0-9零〇一二三四五六七八九十]))"
)
_LANE_WORDS = {"横": "横巷", "直": "直巷"}
_FILLER = re.compile(r"(?:[东南西北中]?段|上|的|沿街|临街)?")
# what makes a number behind a street something else: a building, a bus line, a day of the month
_NO_DOOR = (
    r"(?!楼(?![上下道梯顶后前旁边里])|线|令|文|台风|机|井|地块|公告|桥|泵|闸|车|桌|馆|厅|标段|公馆|院线"
    r"|早|晚|[上下中]午|凌晨|夜|当天|那天|开始|起|至今|以来)"
)
_NUMBER = re.compile(
    rf"第?(?P<before>{_L})?(?P<first>{_N})(?P<letter>{_L})?"
    rf"(?:(?P<link>[-—–~至到之])第?(?P<second>{_N}))?(?:附(?P<inner>{_N}))?号{_NO_DOOR}"
    rf"(?:之(?P<sub>{_N})|-(?P<dash>[0-9]{{1,3}})(?![0-9]*[室房楼栋幢])|(?P<after>[{_LETTERS}](?![栋幢座])))?"
    rf"(?:附(?P<outer>{_N})号?)?"
)
_BARE = re.compile(
    r"(?P<first>[0-9]{1,4})(?:-(?P<second>[0-9]{1,3}))?"
    r"(?=$|[,。;!?、)）\n]|附近|旁|对面|门口|门前|隔壁|楼下|周边)"
)
_MARK = re.compile(
    r" ?(?:线|路段)?的?(?:(?P<stake>桩号:?k?|里程碑?:?k?|k)(?P<a>[0-9]{1,4})"
    r"|(?P<b>[0-9]{1,4})(?:\.(?P<part>[0-9]{1,3}))?(?:公里|千米|km))"
    r"(?:\+?(?P<metres>[0-9]{1,3})(?:米|m(?![a-z]))?)?(?P<spot>处|桩|附近|路段|位置)?"
)
_NUMBERED = re.compile(
    r"(?:国道|省道|县道|乡道)?([gsxy])?([0-9]{2,4})(国道|省道|县道|乡道)?线?|(国道|省道|县道|乡道)([0-9]{2,4})线?"
)
_RANK = {"g": "国道", "s": "省道", "x": "县道", "y": "乡道"}
_INSIDE = re.compile(
    rf"(?:第?{_N}|{_L})(?:号楼|[栋幢座梯层楼室房户](?![前后上下])|单元)|(?<![0-9])[0-9]{{3,4}}(?![0-9号公k巷弄])"
)


@dataclass(frozen=True, order=True, slots=True)
class HouseNumber:
    """A number along a street or a lane; sorts in the order in which one walks past.

    >>> HouseNumber(9) < HouseNumber(10) < HouseNumber(10, letter=1) < HouseNumber(10, sub=2)
    True
    """

    number: int
    sub: int = 0
    """35之2, 35-2; 0 without."""
    letter: int = 0
    """1 for 甲 or A, 2 for 乙 or B …; 0 without."""
    attached: int = 0
    """附3号; 0 without."""
    last: int = 0
    """The upper end of 12-18号; 0 when it is one number."""

    @property
    def is_odd(self) -> bool:
        """The side of the street; two sides bear odd and even numbers."""
        return self.number % 2 == 1

    @property
    def upper(self) -> int:
        """The last number it stands for."""
        return self.last or self.number

    def covers(self, other: "HouseNumber") -> bool:
        """Say whether a range holds a number: 12-18号 holds 14, and not 15, which is across the street."""
        across = (self.upper - self.number) % 2 == 0 and self.is_odd is not other.is_odd
        return self.number <= other.number and other.upper <= self.upper and not across

    def text(self) -> str:
        """Return it as it is written on a sign."""
        letter = _LETTERS[self.letter - 1] if self.letter else ""
        sub = f"之{self.sub}" if self.sub else f"-{self.last}" if self.last else ""
        return f"{self.number}{letter}{sub}号" + (f"附{self.attached}号" if self.attached else "")


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind a street's name: 3巷5号, 35号之2, K520+300."""

    lanes: str
    """In one spelling, outer ones first: ``3巷``, ``东2横巷``; empty without."""
    number: HouseNumber | None
    mark_m: int | None
    """A kilometre mark in metres: 520,300 for K520+300."""
    end: int
    """Where it ends in the text; a building or room behind it is not part of it."""


def read_door(text: str, start: int = 0) -> Door | None:
    """Read lane, house number or kilometre mark right at a place of a folded text; None when there is none.

    Parameters
    ----------
    text
        Folded; see `boundaries.names.fold`.
    start
        Where the street's name ends.

    Examples
    --------
    >>> read_door("新华路3巷5号", 3)
    Door(lanes='3巷', number=HouseNumber(number=5, sub=0, letter=0, attached=0, last=0), mark_m=None, end=7)
    >>> read_door("g324国道520公里处", 6).mark_m, read_door("国道324线k520+300", 5).mark_m
    (520000, 520300)
    >>> read_door("金龙花园3栋", 4) is None
    True
    """
    if start >= len(text):
        return None
    mark = _mark(text, start)
    if mark is not None:
        return mark
    at = _matched_end(_FILLER, text, start)
    lanes = []
    while lane := _LANE.match(text, at):
        value = read_numeral(lane[2])
        if value is None:
            break
        lanes.append(f"{lane[1]}{value}{_LANE_WORDS.get(lane[3], lane[3])}")
        at = lane.end()
    found = _NUMBER.match(text, at) or _BARE.match(text, at)
    number = _house_number(found.groupdict()) if found else None
    if found and number:
        return Door("".join(lanes), number, None, found.end())
    return Door("".join(lanes), None, None, at) if lanes else None


def begins_with_lane(text: str, start: int = 0) -> bool:
    """Say whether a numbered lane stands at a place of a folded text: 三巷, 东二横巷."""
    lane = _LANE.match(text, start)
    return lane is not None and read_numeral(lane[2]) is not None


def door_end(text: str, start: int) -> int:
    """Return where the door behind a name ends, or the name itself when no door follows."""
    door = read_door(text, start)
    return door.end if door else start


@lru_cache(maxsize=16_384)
def read_numeral(written: str) -> int | None:
    """Read a whole number in figures or Chinese numerals; None for what is none, like 五六.

    >>> [read_numeral(word) for word in ("12", "十二", "二百零五", "二〇五", "廿三", "两百", "五六")]
    [12, 12, 205, 205, 23, 200, None]
    """
    if written.isdecimal():
        return int(written) or None
    plain = written.replace("〇", "零").replace("两", "二").replace("廿", "二十")
    if not plain:
        return None
    if not re.search("[十百]", plain):
        if len(plain) > 1 and "零" not in plain and len(plain) < _POSITIONAL:
            return None
        return int("".join(str(_DIGITS.index(digit)) for digit in plain)) or None
    shape = re.fullmatch(rf"(?:([{_DIGITS}])百)?零?(?:([{_DIGITS}])?(十))?零?([{_DIGITS}])?", plain)
    if shape is None:
        return None
    hundreds, tens, ten, ones = shape.groups()
    if hundreds and not ten and ones and "零" not in plain:
        ten, tens, ones = "十", ones, None  # 二百五 is 250
    value = 100 * _digit(hundreds) + (10 * (_digit(tens) or 1) if ten else 0) + _digit(ones)
    return value or None


def street_key(name: str) -> str:
    """Return the one spelling under which a street's numbers are kept.

    >>> street_key("g324国道"), street_key("324国道"), street_key("国道324线"), street_key("新华路")
    ('国道324', '国道324', '国道324', '新华路')
    """
    numbered = _NUMBERED.fullmatch(name)
    if numbered is None:
        return name
    letter, digits, behind, before, others = numbered.groups()
    rank = behind or before or _RANK.get(letter or "", "") or name[:2]
    return f"{rank}{digits or others}" if rank in _RANK.values() else name


def without_rooms(text: str) -> str:
    """Return a folded text up to the building, unit or room: what may be shown of an address.

    >>> without_rooms("金龙花园3栋2单元501室"), without_rooms("新华路35号502房")
    ('金龙花园…', '新华路35号…')
    """
    inside = _INSIDE.search(text)
    return text[: inside.start()] + "…" if inside else text


def _mark(text: str, start: int) -> Door | None:
    found = _MARK.match(text, start)
    if found is None or not (found["stake"] or found["metres"] or found["spot"]):
        return None
    part = int((found["part"] or "0").ljust(3, "0"))
    metres = int(found["a"] or found["b"]) * 1000 + part + int(found["metres"] or 0)
    return Door("", None, metres, found.end())


def _house_number(found: dict[str, str | None]) -> HouseNumber | None:
    first, second = (read_numeral(found.get(name) or "") for name in ("first", "second"))
    if first is None:
        return None
    letter = _letter(found.get("before") or found.get("letter") or found.get("after"))
    attached = read_numeral(found.get("inner") or found.get("outer") or "") or 0
    sub = read_numeral(found.get("sub") or found.get("dash") or "") or 0
    link = found.get("link") or "-"
    if second is None:
        return HouseNumber(first, sub, letter, attached)
    is_range = link in _RANGE_LINKS or (link != "之" and second > first)
    if is_range and 0 < second - first <= _LONGEST_RANGE:
        return HouseNumber(first, 0, letter, attached, second)
    return None if is_range else HouseNumber(first, second, letter, attached)


def _letter(written: str | None) -> int:
    return (_LETTERS.find(written) + 1 or _LATIN.find(written) + 1) if written else 0


def _digit(written: str | None) -> int:
    return _DIGITS.index(written) if written else 0


def _matched_end(words: re.Pattern[str], text: str, start: int) -> int:
    found = words.match(text, start)
    return found.end() if found else start
