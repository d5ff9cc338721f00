"""One cell of a hotline's table, read: text, ticket numbers, times, coordinates and the words for kinds.

Spreadsheets turn numbers into floats, cut long ones, and write one day in five ways; each is undone here.
What cannot be read comes back as a `Reason` that says what would be right.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from geo_service.tickets.deadlines import COUNTY_TIME
from geo_service.tickets.model import Channel, RequestKind, Urgency
from geo_service.tickets.reasons import Reason
from geo_service.tickets.spelling import half_width, plain

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_EMPTY = frozenset({"", "-", "--", "—", "/", "无", "null", "NULL", "None", "nan", "NaN"})
# a spreadsheet keeps 15 digits of a number and writes zeros for the rest
_KEPT_DIGITS = 15
_PADDED_BREAK = re.compile(r"[ \t\u3000\xa0]*[\r\n][\s\u3000\xa0]*")
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - the spreadsheet's own day 0, on the county's clock
_FIRST_DAY, _LAST_DAY = 36526, 73050  # 2000-01-01 and 2099-12-31 as spreadsheets count days
_NOON = 12
# the last hour of a 12-hour clock that belongs to it: 中午 11:50 is before noon, 中午 1:10 after
_AFTERNOONS = {"下午": 11, "晚上": 11, "PM": 11, "中午": 2}
_MORNINGS = frozenset({"上午", "凌晨", "AM"})
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_TIME = re.compile(
    r"(?P<y>\d{4})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})\s?[日号]?"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?"
    r"(?:[T\s]*(?P<half>上午|下午|早上|中午|晚上|凌晨|AM|PM|am|pm)?\s*(?P<H>\d{1,2})\s?[:时点]\s?(?P<M>\d{1,2})?"
    r"(?:\s?[:分]\s?(?P<S>\d{1,2})?(?:\.\d+)?)?秒?分?\s*(?P<late>AM|PM|am|pm)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?"
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_POINT = re.compile(r"[\[(（]?\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*[\])）]?")

_KINDS: Mapping[str, RequestKind] = {
    **dict.fromkeys(("咨询", "询问", "政策咨询", "INQUIRY"), RequestKind.INQUIRY),
    **dict.fromkeys(
        ("求助", "求决", "诉求", "服务", "报修", "救助", "反映", "申请", "其他", "非投诉", "ASSISTANCE"),
        RequestKind.ASSISTANCE,
    ),
    **dict.fromkeys(("投诉", "投诉举报", "批评", "申诉", "COMPLAINT"), RequestKind.COMPLAINT),
    **dict.fromkeys(("举报", "检举", "控告", "信访举报", "检举控告", "REPORT"), RequestKind.REPORT),
    **dict.fromkeys(
        ("建议", "意见", "意见建议", "建言", "建言献策", "表扬", "感谢", "SUGGESTION"), RequestKind.SUGGESTION
    ),
}
_URGENCIES: Mapping[str, Urgency] = {
    **dict.fromkeys(("一般", "普通", "正常", "平件", "常规", "不紧急", "否", "NORMAL"), Urgency.NORMAL),
    **dict.fromkeys(
        ("紧急", "急", "急件", "加急", "特急", "非常紧急", "特别紧急", "较急", "是", "URGENT"), Urgency.URGENT
    ),
    **dict.fromkeys(("突发", "突发事件", "应急", "EMERGENCY"), Urgency.EMERGENCY),
}
_CHANNELS: tuple[tuple[str, Channel], ...] = (
    ("小程序|微信|公众号|WECHAT", Channel.WECHAT),
    ("扫码|二维码|SCAN", Channel.SCAN),
    ("网格|GRID", Channel.GRID),
    ("APP|客户端|粤省事|粤省心|即接即办", Channel.APP),
    ("转办|交办|转派|上级|市级|省级|推送|TRANSFER", Channel.TRANSFER),
    ("网|留言|邮箱|邮件|门户|WEB", Channel.WEB),
    ("电话|语音|来电|热线|呼入|12345|PHONE", Channel.PHONE),
)
_YES = frozenset({"是", "y", "yes", "true", "1", "需要", "要", "保密", "匿名"})
_NO = frozenset({"否", "n", "no", "false", "0", "不需要", "不用", "无需", "不回复", "不回访"})


def text_of(cell: object) -> str:
    r"""Return a cell as text: stripped, line breaks without their padding, whole numbers without ``.0``.

    Errors of formulas (``#N/A``) are empty.

    Examples
    --------
    >>> text_of(188006.0), text_of("\n\t\t路灯不亮\n\t\t请修\n"), text_of("#N/A")
    ('188006', '路灯不亮\n请修', '')
    """
    if isinstance(cell, str):
        text = cell.strip(" \t\r\n\u3000\xa0\ufeff")
        return "" if text in _ERRORS else _PADDED_BREAK.sub("\n", text)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return str(cell)


def word_of(cell: object) -> str:
    """Return a cell as text; one that says nothing (``-``, ``/``, 无) is empty."""
    text = text_of(cell)
    return "" if text in _EMPTY else text


def number_of(cell: object) -> str | Reason:
    """Return a ticket's number as the hotline wrote it, or why it cannot be known.

    Examples
    --------
    >>> number_of(12345.0), number_of("'20260105001"), number_of('="0012"')
    ('12345', '20260105001', '0012')
    """
    text = unicodedata.normalize("NFKC", word_of(cell)).replace("\n", "")
    text = text.removeprefix('="').removesuffix('"') if text.startswith('="') else text.lstrip("'`").strip()
    if not text:
        return Reason("P1", "the ticket number is missing; every row needs the hotline's own number")
    rounded = isinstance(cell, float) and abs(cell) >= 10**_KEPT_DIGITS
    if rounded or re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d+", text):
        return Reason(
            "P1",
            "the spreadsheet has rounded this ticket number; export the column as text, with every digit",
        )
    return text


def time_of(cell: object) -> datetime | Reason:
    """Return when, on the county's clock unless the cell names a zone; a date alone is its midnight.

    Examples
    --------
    >>> print(time_of("2020/1/6 12:09:38"), time_of("2026年1月5日 8:30"))
    2020-01-06 12:09:38+08:00 2026-01-05 08:30:00+08:00
    """
    if isinstance(cell, datetime):
        return _plausible(cell if cell.tzinfo else cell.replace(tzinfo=COUNTY_TIME))
    if isinstance(cell, date):
        return _plausible(datetime.combine(cell, time(), COUNTY_TIME))
    text = half_width(word_of(cell)).replace("\n", " ").replace("：", ":").lstrip("'")
    if not text:
        return Reason("P2", "the time is missing; write it like 2026-01-05 08:30")
    found = _TIME.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        return _from_parts(found.groupdict())
    if _NUMBER.fullmatch(text) and _FIRST_DAY <= float(text) <= _LAST_DAY:
        days = _DAY_ZERO + timedelta(seconds=round(float(text) * 86400))
        return days.replace(tzinfo=COUNTY_TIME)
    return _no_time()


def _from_parts(parts: Mapping[str, str | None]) -> datetime | Reason:
    """Return a time from its parts: y, m, d, and maybe H, M, S, half of the day and zone."""
    hour, minute, second = (int(parts[part] or 0) for part in "HMS")
    half = (parts.get("half") or parts.get("late") or "").upper()
    if half in _AFTERNOONS and 1 <= hour <= _AFTERNOONS[half]:
        hour += _NOON
    elif half in _MORNINGS and hour == _NOON:
        hour = 0
    year, month, day = (int(parts[part] or 0) for part in "ymd")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=COUNTY_TIME)
    except ValueError:
        return _no_time()
    zone = parts.get("zone")
    if zone:
        moment = datetime.fromisoformat(moment.replace(tzinfo=None).isoformat() + zone.replace("Z", "+00:00"))
    return _plausible(moment.astimezone(COUNTY_TIME))


def _plausible(moment: datetime) -> datetime | Reason:
    if _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return moment
    return Reason(
        "P2", "the year {year} cannot be right; write the time like 2026-01-05 08:30", {"year": moment.year}
    )


def _no_time() -> Reason:
    return Reason("P2", "this is no time; write it like 2026-01-05 08:30, year first")


def point_of(text: str) -> tuple[float, float] | None:
    """Return two numbers out of one cell, in the order in which they stand; None when it is not that.

    Examples
    --------
    >>> point_of("115.6, 22.9")
    (115.6, 22.9)
    """
    found = _POINT.fullmatch(half_width(text).strip())
    return (float(found[1]), float(found[2])) if found else None


def degrees_of(text: str) -> float | None:
    """Return one number out of a coordinate cell; None when it is not a number."""
    text = half_width(text).strip().rstrip("°EN东北经纬度 ")
    return float(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=1024)
def kind_of(word: str) -> RequestKind | None:
    """Return the kind of request for a hotline's word; None for a word nobody knows.

    Examples
    --------
    >>> kind_of("投诉类").name, kind_of("1.举报").name
    ('COMPLAINT', 'REPORT')
    """
    key = re.sub(r"^\d+[.、]?|[类件型]+$|[\s/、和]", "", plain(word)).upper()
    return _KINDS.get(key)


@lru_cache(maxsize=1024)
def urgency_of(word: str) -> Urgency | None:
    """Return the urgency for a hotline's word; None for a word nobody knows."""
    key = re.sub(r"^\d+[.、]?|(?<!平)(?<!急)件$|\s", "", plain(word)).upper()
    return _URGENCIES.get(key)


@lru_cache(maxsize=1024)
def channel_of(word: str) -> Channel:
    """Return the channel for a hotline's word; OTHER for a word nobody knows."""
    word = plain(word).upper()
    return next((channel for words, channel in _CHANNELS if re.search(words, word)), Channel.OTHER)


def says(text: str) -> bool | None:
    """Return yes or no for a cell like 是, 否, 需要, 不回复; None when it says neither."""
    word = plain(text).strip().lower()
    return True if word in _YES else False if word in _NO else None
