"""Whose ticket is it? Who handles the matter is proposed, who visits is set when it is sure; both say why.

The rules are A1-A3 and A5-A7 of the domain rules (§6.6). Handling and visiting are two responsibilities: the
law forbids pushing a department's work down to a village, so the two committees only ever visit. And a
committee never gets a complaint about itself, whoever decides: that holds whatever stands in the arguments.
"""

import re
from dataclasses import dataclass

from geo_service.tickets.categories import TOWN, Duty, assisting_departments, duty_of, town_body
from geo_service.tickets.emergencies import find_emergency
from geo_service.tickets.model import Flag, HandlingBody, RequestKind, Source, Ticket, VisitBody
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.recusals import Accused, find_accusation, is_about_officials
from geo_service.tickets.spelling import plain

INSPECTION = "纪检监察机关"
"""Who receives what is said about officials; the hotline may only point the way there."""
POLICE = "110"
"""Who is called for an emergency that says no more."""

_WITH_COMMITTEES = frozenset({"VILLAGE", "COMMUNITY"})
_TOO_VAGUE = frozenset({"TOWN", "CITY_OUT"})
_ELSEWHERE = frozenset({"OUT_OF_AREA", "OUT_OF_JURISDICTION"})
_PLACE_UNKNOWN = Reason("A1", "the village or community is not known; a person finds it first")
_OUTSIDE = Reason("L14", "it lies outside this county; the ticket goes back to the hotline")
_SPOKEN = (
    (re.compile(r"(?:村民委员会|村委会|村委)$"), "村"),
    (re.compile(r"(?:社区)?(?:居民委员会|居委会|居委)$"), "社区"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A village, a community or a unit of a farm or zone, as the rules of assignment see it."""

    code: str
    """Twelve digits, or the county's own."""
    name: str
    """水乾村, 城东社区 …"""
    kind: str
    """VILLAGE, COMMUNITY, FARM_UNIT or VIRTUAL, in any case; anything else has no two committees either."""
    town_code: str
    town_name: str
    """The town's official name: 城东街道."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a ticket is, and why."""

    handling_body: HandlingBody | None
    """Proposed; confirmed only where the table of duties says so. None when nobody can be proposed."""
    visit_body: VisitBody | None
    """None when nobody of a village goes: not sure, no committees, or none may know."""
    because: tuple[Reason, ...]
    """First why this committee visits or none does, last why this body handles it; never empty."""
    needs_person: bool
    """True when a person must still find a body: for the visit, or for the matter."""


def assign(ticket: Ticket, unit: Unit | None, *, is_sure: bool, source: Source = Source.AUTO) -> Assignment:
    """Say who visits and who handles a ticket.

    Parameters
    ----------
    ticket
        With its places decided.
    unit
        The unit of the issue's place; None when only the town is known, or nothing.
    is_sure
        Whether the place may be trusted without a person: RESOLVED, and a confidence of at least 0.8.
    source
        MANUAL when a person confirmed the place; that makes it sure, but never lifts a guard.

    Returns
    -------
    assignment
        The same for the same arguments; a ticket that `visible_to_village` hides never has a visit body.
    """
    if source is Source.AUTO and ticket.geocode_status in _ELSEWHERE and _guard(ticket) is None:
        return Assignment(None, None, (_OUTSIDE,), needs_person=True)
    is_sure = is_sure or source is Source.MANUAL
    visit_body, visit_reason = _visit(ticket, unit, is_sure=is_sure, source=source)
    handling_body, handling_reasons = _handling(ticket, _town_name(ticket, unit), is_sure=is_sure)
    return Assignment(
        handling_body,
        visit_body,
        (visit_reason, *handling_reasons),
        needs_person=visit_body is None or handling_body is None,
    )


def _visit(
    ticket: Ticket, unit: Unit | None, *, is_sure: bool, source: Source
) -> tuple[VisitBody | None, Reason]:
    """Return who visits (rules A1-A3) and why, or why nobody does."""
    if unit is None:
        return None, _guard(ticket) or _PLACE_UNKNOWN
    obstacle = _guard(ticket) or _obstacle(ticket, unit, is_sure=is_sure)
    if obstacle:
        return None, obstacle
    body = VisitBody(unit.code, f"{_spoken(unit.name)}“两委”", source)
    if source is Source.MANUAL:
        return body, Reason(
            "A6", "a person confirmed that it lies in {unit}; its two committees visit", {"unit": unit.name}
        )
    return body, Reason("A1", "it surely lies in {unit}; its two committees visit", {"unit": unit.name})


def _guard(ticket: Ticket) -> Reason | None:
    """Return why nobody of a village may visit, wherever it is and whoever decides; None when they may."""
    if Flag.EMERGENCY in ticket.flags:
        return Reason("E4", "an emergency is passed on at once; nobody walks there")
    if not visible_to_village(ticket) or is_about_officials(ticket.category):
        return Reason("A2", "no committee may see this ticket; the town's team visits, or nobody does")
    return None


def _obstacle(ticket: Ticket, unit: Unit, *, is_sure: bool) -> Reason | None:
    """Return why the committees of a unit cannot be sent; None when they can."""
    place = ticket.issue_place
    is_town = unit.code in {unit.town_code, f"{unit.town_code}000"}
    if is_town or (place and place.level in _TOO_VAGUE):
        return _PLACE_UNKNOWN
    if unit.kind.upper() not in _WITH_COMMITTEES:
        return Reason(
            "A3", "{unit} has no two committees; its office or the town's team goes", {"unit": unit.name}
        )
    if not is_sure:
        return Reason("A1", "{unit} is likely but not sure; a person confirms it first", {"unit": unit.name})
    return None


def _handling(
    ticket: Ticket, town_name: str, *, is_sure: bool
) -> tuple[HandlingBody | None, tuple[Reason, ...]]:
    """Return who should handle the matter (category × territory, rule A7) and why."""
    if Flag.EMERGENCY in ticket.flags:
        found = find_emergency(plain(f"{ticket.title}。{ticket.content}"))
        numbers = found.numbers if found else POLICE
        return HandlingBody(numbers), (Reason("E4", "call {numbers} at once", {"numbers": numbers}),)
    town = town_body(town_name)
    if Flag.RECUSAL in ticket.flags or is_about_officials(ticket.category):
        return _about_officials(ticket, town)
    duty = duty_of(ticket.category)
    lead, reason = _lead(ticket, duty, town)
    if not lead:
        return None, (reason,)
    words = assisting_departments(ticket.content)
    assists = [town if body == TOWN else body for body in (duty.assists if duty else ())] + list(words)
    if ticket.request_kind is RequestKind.INQUIRY:
        assists, words = [], {}
    assisting = tuple(body for body in dict.fromkeys(assists) if body and body != lead)
    reasons = [
        Reason("A7", "{body} assists: the text names “{word}”", {"body": body, "word": word})
        for body, word in words.items()
        if body in assisting
    ]
    confirmed = bool(duty and duty.auto_ok and is_sure)
    return HandlingBody(lead, confirmed, assisting), (*reasons, reason)


def _about_officials(ticket: Ticket, town: str) -> tuple[HandlingBody | None, tuple[Reason, ...]]:
    """Return who handles a complaint about a committee or an official: never the one complained of."""
    accusation = find_accusation(plain(f"{ticket.title}。{ticket.content}"), is_complaint=True)
    about_town = accusation is not None and accusation.accused is Accused.TOWN
    if (
        is_about_officials(ticket.category)
        or ticket.request_kind is RequestKind.REPORT
        or about_town
        or not town
    ):
        return HandlingBody(INSPECTION), (
            Reason("A2", "it is about officials: the caller is told the way to {body}", {"body": INSPECTION}),
        )
    return HandlingBody(town), (
        Reason("A2", "{body} guides its villages and looks into complaints about them", {"body": town}),
    )


def _lead(ticket: Ticket, duty: Duty | None, town: str) -> tuple[str, Reason]:
    """Return the body that leads, or an empty name and why there is none."""
    if ticket.request_kind is RequestKind.INQUIRY and duty and duty.department:
        return duty.department, Reason(
            "A7", "{body} knows the answer to questions about {category}", _said(duty.department, ticket)
        )
    if duty and duty.lead != TOWN:
        return duty.lead, Reason(
            "A7", "{category} is by function a matter of {body}", _said(duty.lead, ticket)
        )
    if not town:
        return "", Reason("A7", "the town is not known, so nobody can be proposed to handle it")
    if duty:
        return town, Reason(
            "A7", "{category} is a matter of the town it lies in: {body}", _said(town, ticket)
        )
    return town, Reason("A7", "no duty is listed for this category; {body} receives it first", {"body": town})


def _said(body: str, ticket: Ticket) -> dict[str, object]:
    return {"body": body, "category": ticket.category}


def _town_name(ticket: Ticket, unit: Unit | None) -> str:
    """Return the town of a ticket: the unit's, the place's, or that of all candidates; empty when unknown."""
    place = ticket.issue_place
    if unit or (place and place.town_name):
        return unit.town_name if unit else place.town_name if place else ""
    towns = {candidate.town_name for candidate in ticket.candidates}
    return towns.pop() if len(towns) == 1 else ""


def _spoken(name: str) -> str:
    """Return a unit's everyday name: 水乾村委会 is 水乾村, 新光社区居委会 is 新光社区."""
    for ending, instead in _SPOKEN:
        if ending.search(name):
            return ending.sub(instead, name)
    return name
