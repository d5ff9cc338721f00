"""How values are said on a page: words for codes, reasons as sentences, dates, distances and chances.

Every filter takes the language from the template's context, so that a template never names it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from geo_service.api.words import ACTORS, LOOKS, WEEKDAYS, WORDS
from geo_service.i18n import Language, tell, translate
from geo_service.tickets.model import Ticket, TicketPlace

_RULE_NUMBER = re.compile(r"[A-Z]\d{1,2}")
COUNTY_TIME = ZoneInfo("Asia/Shanghai")


@pass_context
def say(context: Context, template: str, /, **values: object) -> str:
    """Return a message in the language of the page; `_` in the templates."""
    return translate(template, context["language"], **values)


def worded(value: object, language: Language) -> str:
    """Return the word for a code of the trade, whichever case it is written in; an unknown one as it is.

    >>> worded("no_place", Language.EN), worded("READY", Language.EN), worded("NEW_FLAG", Language.EN)
    ('No place named', 'Ready to dispatch', 'NEW_FLAG')
    """
    known = WORDS.get(str(value).upper())
    return translate(known, language) if known else str(value)


@pass_context
def word(context: Context, value: object) -> str:
    """Return the word for a code of the trade."""
    return worded(value, context["language"])


@dataclass(frozen=True, slots=True)
class _Said:
    """A reason whose codes are words already."""

    template: str
    values: Mapping[str, object]


def sentence(said: Any, language: Language) -> str:  # noqa: ANN401 - reasons and errors of four packages, no common ancestor
    """Return a reason or an error as a sentence; codes of the trade among its values become words.

    Parameters
    ----------
    said
        Anything with ``template`` and ``values``. Another exception gives its own text.
    """
    if getattr(said, "template", None) is None:
        return str(said)
    values = {
        name: translate(WORDS[value], language) if isinstance(value, str) and value in WORDS else value
        for name, value in said.values.items()
    }
    return tell(_Said(said.template, values), language)


@pass_context
def told(context: Context, reason: object) -> str:
    """Return a stored reason as a sentence."""
    return sentence(reason, context["language"])


@pass_context
def actor(context: Context, name: str) -> str:
    """Return the word for who did something: a step of the journey; a person's name stays as it is."""
    return translate(ACTORS[name], context["language"]) if name in ACTORS else name


def dated(value: date, language: Language) -> str:
    """Return a date with its weekday: the same order of year, month and day in both languages."""
    return f"{value:%Y-%m-%d} {translate(WEEKDAYS[value.weekday()], language)}"


@pass_context
def day(context: Context, value: date) -> str:
    """Return a date with its weekday."""
    return dated(value, context["language"])


def place_words(place: TicketPlace, language: Language) -> str:
    """Return a place as people say it: village · town (the words of the place).

    >>> from geo_service.tickets.model import PlaceRole
    >>> market = TicketPlace(PlaceRole.ISSUE, "POI", "水墘综合市场", "441581003203", "水乾村", "441581003",
    ...     "城东街道", None, None, None, 0.9)
    >>> place_words(market, Language.EN)
    '水乾村 · 城东街道 (水墘综合市场)'
    """
    area = " · ".join(name for name in (place.unit_name, place.town_name) if name)
    if not area or place.label in {"", place.unit_name, place.town_name}:
        return area or place.label
    return translate("{area} ({label})", language, area=area, label=place.label)


@pass_context
def place(context: Context, value: TicketPlace) -> str:
    """Return a place as people say it."""
    return place_words(value, context["language"])


@pass_context
def whereabouts(context: Context, ticket: Ticket) -> str:
    """Return where a ticket is, as far as that is known: its place, else how the search for it stands."""
    if ticket.issue_place:
        return place_words(ticket.issue_place, context["language"])
    return worded(ticket.geocode_status, context["language"]) if ticket.geocode_status else "—"


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
    """Return a probability 0..1 in whole percent; neither 100% nor 0% while a doubt is left."""
    if 0 < share < 1:
        return f"{min(99, max(1, round(share * 100)))}%"
    return f"{share * 100:.0f}%"


def rule(reason: Any) -> str:  # noqa: ANN401 - reasons of four packages, no common ancestor
    """Return the number of a reason's rule, as the rules of the trade count them; an inner name is left out.

    >>> from geo_service.tickets.reasons import Reason
    >>> rule(Reason("L12", "", {})), rule(Reason("route.too_far", "", {}))
    ('[L12]', '')
    """
    return f"[{reason.rule}]" if _RULE_NUMBER.fullmatch(str(reason.rule)) else ""


def look(status: object) -> str:
    """Return the class that colours a status: wait, go, road, stop or none."""
    return LOOKS.get(str(status), "")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "actor": actor,
    "clock": clock,
    "day": day,
    "distance": distance,
    "look": look,
    "minutes": minutes,
    "moment": moment,
    "percent": percent,
    "place": place,
    "rule": rule,
    "tell": told,
    "whereabouts": whereabouts,
    "word": word,
}
