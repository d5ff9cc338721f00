"""A month at the hotline: planted calls and ordinary ones, each with moment, caller and number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo_service.demo.calls import Call
from geo_service.demo.county import County
from geo_service.demo.dice import Dice
from geo_service.demo.matters import CLOSERS, DETAILS, MATTERS, OPENERS, SINCE, Matter
from geo_service.demo.places_said import Said, Speaker
from geo_service.demo.stories import CHINA, planted

# how an ordinary call says its place; letters as in `geo_service.demo.matters`, T for the town only
_PLACES: Mapping[str, float] = {"P": 44, "J": 12, "R": 9, "V": 17, "H": 7, "C": 8, "T": 3}
_CHANNELS: Mapping[str, float] = {"电话": 76, "粤省心": 10, "微信": 8, "网站": 6}
_URGENT = 0.06
_SURNAMES = "模拟甲乙丙丁戊虚例试"
_ADDRESSED: Mapping[str, float] = {"先生": 5, "女士": 5, "阿姨": 1, "小一": 0.5, "阿二": 0.5}
_STATUSES: Mapping[str, float] = {"办理中": 45, "已办结": 40, "待签收": 15}
_SHORTEST, _LONGEST = 20, 120  # characters of an ordinary call


@dataclass(frozen=True, slots=True)
class Row:
    """A call with everything the hotline adds."""

    number: str
    received: datetime
    call: Call
    caller: str
    phone: str
    status: str


def january(county: County, *, seed: int, tickets: int) -> list[Row]:
    """Return the month's calls in the order of their numbers.

    Parameters
    ----------
    county
        Where people live and what their streets are called.
    seed
        The same seed gives the same calls.
    tickets
        How many; never fewer than the planted ones.
    """
    dice = Dice(seed, "hotline")
    calls = list(planted(county))
    ordinary = _ordinary(county, seed)
    calls += [next(ordinary) for _ in range(tickets - len(calls))]
    timed = [(call.at or _moment(dice), call) for call in calls]
    timed.sort(key=lambda pair: (pair[0], pair[1].content))
    return list(_numbered(timed, dice))


def _ordinary(county: County, seed: int) -> Iterator[Call]:
    """Yield calls as they come in anywhere, no two with the same words."""
    dice = Dice(seed, "calls")
    speaker = Speaker(county, Dice(seed, "places"))
    said_before: set[str] = set()
    while True:
        letter = dice.weighted(_PLACES)
        fitting = {m: m.weight for m in MATTERS if letter == "T" or letter in m.places}
        matter = dice.weighted(fitting)
        said = speaker.town_only() if letter == "T" else speaker.say(letter)
        content = _transcript(said, matter, dice)
        if content in said_before or not _SHORTEST <= len(content) <= _LONGEST:
            continue
        said_before.add(content)
        yield _call(content, said, matter, dice)


def _call(content: str, said: Said, matter: Matter, dice: Dice) -> Call:
    return Call(
        content,
        matter.category,
        matter.kind,
        said.truth,
        place=said.short,
        # a place without its town in the words must have it in the column: the clerk asked
        town=said.town if dice.chance(0.75) or said.words[:2] != said.town[:2] else "",
        address=said.address if dice.chance(0.4) else "",
        point=said.point,
        datum=said.datum,
        urgency="紧急" if dice.chance(_URGENT) else "一般",
        channel="粤省心" if said.point else dice.weighted(_CHANNELS),
    )


def _transcript(said: Said, matter: Matter, dice: Dice) -> str:
    """Return one to four clauses as a clerk types them."""
    text = f"{dice.pick(OPENERS)}{said.words}{dice.pick(matter.says)}"
    if dice.chance(0.3):
        text += f"，{dice.pick(SINCE)}"
    if dice.chance(0.3):
        text += f"。{dice.pick(DETAILS)}"
    closer = dice.pick(CLOSERS)
    return text + (closer if closer == "。" else f"，{closer}")


def _moment(dice: Dice) -> datetime:
    """Return a moment in January 2026: more on working days, and in the office hours of these."""
    days = {day: _calls_on(day) for day in range(1, 32)}
    hours = {hour: 3.0 if hour in {8, 9, 10, 11, 14, 15, 16, 17} else 1.0 for hour in range(7, 23)}
    start = datetime(2026, 1, dice.weighted(days), dice.weighted(hours), tzinfo=CHINA)
    return start + timedelta(seconds=dice.count(0, 3599))


def _calls_on(day: int) -> float:
    """Weigh a day: New Year's holiday to the 3rd, and Sunday the 4th is worked in exchange."""
    weekend = datetime(2026, 1, day, tzinfo=CHINA).weekday() > 4  # noqa: PLR2004 - Saturday and Sunday
    return 1.0 if day == 4 else 0.4 if weekend or day <= 3 else 1.0  # noqa: PLR2004 - as said above


def _numbered(calls: Sequence[tuple[datetime, Call]], dice: Dice) -> Iterator[Row]:
    """Give every call its number, caller and status; who calls again keeps phone and name."""
    people: dict[str, tuple[str, str]] = {"拟女士": ("拟女士", "13800000012")}
    phones = (f"1380000{_spread(i)}" for i in range(13, 10**9))
    today, count = "", 0
    for received, call in calls:
        count = count + 1 if f"{received:%Y%m%d}" == today else 1
        today = f"{received:%Y%m%d}"
        name = dice.pick(_SURNAMES) + dice.weighted(_ADDRESSED)
        person = people.setdefault(call.caller or f"{today}{count}", (name, next(phones)))
        if not call.caller and not call.story and dice.chance(0.05):
            person = ("匿名", "")
        status = "办理中" if call.story else dice.weighted(_STATUSES)
        yield Row(f"MN{today}{count:04d}", received, call, *person, status)


def _spread(number: int) -> str:
    """Return four digits that jump about, the same only after ten thousand callers."""
    return f"{number * 7919 % 10_000:04d}"
