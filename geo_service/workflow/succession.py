"""A village that is no more has one heir, or several: what was its work goes to the one, or to a person."""

from dataclasses import replace

from boundaries import Area, LonLat
from geo_service.tickets.model import Ticket, TicketPlace, VisitBody
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.workflow.ground import DatedGround

UNDECIDED = (Status.LOCATING, Status.READY)
"""Nobody has been sent for these: a new drawing looks at them again."""
SOLE_SHARE = 0.95
"""Who has this much of the ground of a unit that ended is its heir without a question."""


def followed(ground: DatedGround, place: TicketPlace) -> TicketPlace | None:
    """Return a place under the unit that followed its own; None when there is none, several, or no need.

    A point of its own must lie with the heir.
    """
    code = place.unit_code or ""
    if not code or code in ground.divisions:
        return None
    heir, share = next(iter(ground.register.successors(code, ground.day).items()), ("", 0.0))
    area = area_of(ground, place)
    if share < SOLE_SHARE or heir not in ground.divisions or (area is not None and area.code != heir):
        return None
    return named_anew(ground, replace(place, unit_code=heir))


def named_anew(ground: DatedGround, place: TicketPlace) -> TicketPlace:
    """Return a place under the names that its village and town have on the ground's day."""
    unit = ground.divisions.get(place.unit_code or "")
    if unit is None:
        return place
    return replace(
        place,
        unit_name=unit.display_name,
        town_code=unit.town_code,
        town_name=unit.town_name or place.town_name,
    )


def area_of(ground: DatedGround, place: TicketPlace) -> Area | None:
    """Return the village that holds a place's point, None without a point or a village."""
    if place.lon is None or place.lat is None:
        return None
    return ground.areas.locate(LonLat(place.lon, place.lat))


def passed_on(ticket: Ticket, ground: DatedGround) -> Ticket | None:
    """Return a dispatched ticket in the hands of the heir of its village; None when it stays."""
    place = ticket.issue_place
    heir = followed(ground, place) if place else None
    if place is None or heir is None:
        return None
    moved = replace(ticket, places=tuple(heir if one is place else one for one in ticket.places))
    body = ticket.visit_body
    if body is not None and body.unit_code == place.unit_code:
        unit = VisitBody(
            heir.unit_code or "", body.name.replace(place.unit_name, heir.unit_name), body.source
        )
        moved = replace(moved, visit_body=unit)
    return moved


def why_it_stays(ticket: Ticket, before: DatedGround, after: DatedGround) -> Reason | None:
    """Return why a ticket stays although its ground changes hands; None when it does not change hands."""
    place = ticket.issue_place
    if place is None:
        return None
    if place.unit_code and place.unit_code in before.divisions and place.unit_code not in after.divisions:
        return _without_heir(place, place.unit_code, after)
    held = [area_of(ground, place) for ground in (before, after)]
    old, new = (area.code if area else "" for area in held)
    if new in {old, place.unit_code}:
        return None
    values = {"name": _named(place), "day": after.day.isoformat(), "after": held[1].name if held[1] else ""}
    if not new:
        return Reason("V5", "its place lies in no village from {day} on: it stays with {name}", values)
    if ticket.status in UNDECIDED:
        return Reason(
            "V8", "its place lies in {after} from {day} on, but its words say {name}: it stays there", values
        )
    return Reason(
        "V5", "its place lies in {after} from {day} on, but it is dispatched: it stays with {name}", values
    )


def _without_heir(place: TicketPlace, code: str, after: DatedGround) -> Reason:
    heirs = after.register.successors(code, after.day)
    names = [after.divisions[heir].display_name for heir in heirs if heir in after.divisions]
    values = {"name": _named(place), "day": after.day.isoformat(), "heirs": "、".join(names)}
    if names:
        return Reason(
            "V5",
            "{name} is no more from {day} on, its ground goes to {heirs}; it is dispatched: a person says "
            "who goes on with it",
            values,
        )
    return Reason(
        "V5",
        "{name} is no more from {day} on and nobody has its ground; it is dispatched: a person says who "
        "goes on with it",
        values,
    )


def _named(place: TicketPlace) -> str:
    return place.unit_name or place.town_name
