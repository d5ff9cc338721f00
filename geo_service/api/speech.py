"""How values are said on a page: words for codes, reasons as sentences, dates, distances and chances.

Every filter takes the language from the template's context, so that a template never names it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from geo_service.api.words import LOOKS, WEEKDAYS, WORDS
from geo_service.i18n import tell, translate

COUNTY_TIME = ZoneInfo("Asia/Shanghai")


@pass_context
def say(context: Context, template: str, /, **values: object) -> str:
    """Return a message in the language of the page; `_` in the templates."""
    return translate(template, context["language"], **values)


@pass_context
def word(context: Context, value: object) -> str:
    """Return the word for a code of the trade; an unknown code is shown as it is."""
    return translate(WORDS.get(str(value), str(value)), context["language"])


@pass_context
def told(context: Context, reason: object) -> str:
    """Return a stored reason as a sentence."""
    return tell(reason, context["language"])


@pass_context
def day(context: Context, value: date) -> str:
    """Return a date with its weekday: the same order of year, month and day in both languages."""
    return f"{value:%Y-%m-%d} {translate(WEEKDAYS[value.weekday()], context['language'])}"


def moment(value: datetime) -> str:
    """Return a moment on the county's clock, to the minute."""
    return f"{value.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"


def clock(seconds: int) -> str:
    """Return seconds after midnight as hours and minutes, rounded to the nearest minute."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@pass_context
def distance(context: Context, metres: float) -> str:
    """Return metres in steps of ten, or kilometres with one digit from 1000 m on."""
    if metres < 995:  # noqa: PLR2004 - 995 m and more are rounded to a kilometre
        return translate("{n} m", context["language"], n=round(metres / 10) * 10)
    return translate("{n} km", context["language"], n=f"{metres / 1000:.1f}")


@pass_context
def minutes(context: Context, seconds: float) -> str:
    """Return a duration in whole minutes, never less than one."""
    return translate("{n} min", context["language"], n=max(1, round(seconds / 60)))


def percent(share: float) -> str:
    """Return a probability 0..1 in whole percent; never 100 % while a doubt is left, nor 0 % for a candidate."""
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))} %"
    return f"{share * 100:.0f} %"


def look(status: object) -> str:
    """Return the class that colours a status: wait, go, road, stop or none."""
    return LOOKS.get(str(status), "")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "clock": clock,
    "day": day,
    "distance": distance,
    "look": look,
    "minutes": minutes,
    "moment": moment,
    "percent": percent,
    "tell": told,
    "word": word,
}
