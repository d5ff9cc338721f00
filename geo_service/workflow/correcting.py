"""A person points out where a ticket is: what would follow from it; and a wrong place taken back.

Clicked, dragged or typed: the area that holds the point is its village, with the odds of that. A ticket that
was ready already is located anew; a dispatched one keeps its status and who handles it, and gets another
committee. Where somebody has set out already it stays as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from boundaries import Areas, LonLat
from geo_service.assignment import Assignment, Unit
from geo_service.errors import BadDecisionError, ChangedMeanwhileError, WrongStatusError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.model import (
    Event,
    Flag,
    HandlingBody,
    Ticket,
    TicketPlace,
    VisitBody,
)
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import STATUSES, Status
from geo_service.tickets.visits import VisitPurpose, VisitStatus
from geo_service.workflow.dispatch import (
    RECUSED,
    Decision,
    Rules,
    assign_one,
    by_hand,
    other_places,
    owe_visit,
    visited,
)
from geo_service.workflow.resettling import begun, open_rounds

CORRECTABLE = frozenset({Status.LOCATING, Status.READY, Status.DISPATCHED})
"""Where a ticket's place may be decided, or decided anew."""
SIGMAS_M = (10.0, 30.0, 100.0)
"""How exactly a person may point: to the door, to the house or shop, to the hamlet or stretch of road."""
FARTHEST_SIGMA_M = 1000.0
_SHOWN_SHARE = 0.005
_MACHINES = frozenset({"import", "geocode", "assign", "plan", "areas"})


@dataclass(frozen=True, slots=True)
class PointedOut:
    """Where a person says that a ticket is."""

    point: LonLat | None
    """WGS 84; None when only a village, community or town is named."""
    sigma_m: float = 30.0
    """Standard deviation of the point along each axis, metres, above 0, at most `FARTHEST_SIGMA_M`."""
    unit_code: str = ""
    """The unit that is named; empty takes the village whose area holds the point."""
    seen: int | None = None
    """Version of the ticket that the person looked at; None decides whatever happened meanwhile."""
    recuse: bool = False
    """Whether it is about the committee or its people, so that nobody of the village visits."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would follow from a place, as shown before it is confirmed."""

    unit: Unit
    probability: float | None
    """That the point lies in the unit, 0 to 1; None without a point."""
    border_m: float | None
    """Metres from the point to the nearest border of the village that holds it; None without a point."""
    others: Mapping[str, float]
    """Name of each other village that may hold the point → its probability, likeliest first."""
    visit_body: VisitBody | None
    """Who would visit; None when nobody does, or none may."""
    handling_body: HandlingBody | None
    """Who handles it: proposed anew, or, once dispatched, as it is."""
    because: tuple[Reason, ...]
    """Why these bodies."""
    obstacle: Reason | None
    """Why the place cannot be confirmed at all; None when it can."""

    @property
    def is_near_border(self) -> bool:
        """Whether another village is worth a second look before this is confirmed."""
        return bool(self.others)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Where tickets are by a person's word."""

    database: Database
    areas: Areas
    rules: Rules
    now: Callable[[], datetime]

    def foresee(self, ticket_id: str, pointed: PointedOut) -> Foreseen:
        """Say what would follow if a ticket lay there; nothing is stored.

        Raises
        ------
        UnknownTicketError
            When there is no such ticket.
        BadDecisionError
            When no village holds the point, or the unit that is named is unknown or does not hold it.
        """
        with self.database.unit_of_work(write=False) as work:
            ticket = work.tickets.get(ticket_id)
            obstacle = _obstacle(work, ticket)
        unit, shares = _unit_at(pointed, self.areas, self.rules)
        decision = Decision("", self.now(), "")
        after, made, _ = visited(_placed(ticket, pointed, unit, shares, decision), self.rules)
        is_dispatched = ticket.status is Status.DISPATCHED
        units = self.rules.units
        others = {
            units[code].name: share
            for code, share in shares.items()
            if code != unit.code and code in units and share >= _SHOWN_SHARE
        }
        return Foreseen(
            unit=unit,
            probability=min(1.0, shares.get(unit.code, 0.0)) if pointed.point else None,
            border_m=self.areas.border_distance_m(pointed.point) if pointed.point else None,
            others=others,
            visit_body=made.visit_body,
            handling_body=ticket.handling_body if is_dispatched else made.handling_body,
            because=_kept_handling(ticket, made) if is_dispatched else after.assign_because,
            obstacle=obstacle,
        )

    def correct(self, ticket_id: str, pointed: PointedOut, *, reason: str, by: str) -> Ticket:
        """Take a person's word for where a ticket is, or that it is elsewhere than was thought.

        Returns
        -------
        Ticket
            As it is stored then: READY or, once dispatched, DISPATCHED still; assigned anew either way. Who
            said so, why, and the old and the new place stand in its events.

        Raises
        ------
        UnknownTicketError
            When there is no such ticket.
        BadDecisionError
            When the reason is missing, no village holds the point, or the unit does not fit.
        WrongStatusError
            When it is handled or closed already, or somebody has set out for it.
        ChangedMeanwhileError
            When it was changed since the person looked; says what changed.
        """
        decision = Decision(by, self.now(), reason)
        decision.demand_reason()
        unit, shares = _unit_at(pointed, self.areas, self.rules)
        with self.database.unit_of_work() as work:
            ticket = work.tickets.get(ticket_id)
            _refuse_changed(work, ticket, pointed.seen)
            obstacle = _obstacle(work, ticket)
            if obstacle is not None:
                raise WrongStatusError(obstacle.template, **obstacle.values)
            placed = _placed(ticket, pointed, unit, shares, decision)
            open_rounds(work, ticket.id)
            if ticket.status is Status.DISPATCHED:
                _pass_on(work, ticket, placed, decision, self.rules)
            else:
                _locate_anew(work, ticket, placed, decision, self.rules)
            return work.tickets.get(ticket_id)


def _placed(
    ticket: Ticket, pointed: PointedOut, unit: Unit, shares: Mapping[str, float], decision: Decision
) -> Ticket:
    """Return a ticket at the place that was pointed out, its status as it was."""
    place = by_hand(unit, None, decision) if pointed.point is None else _at(pointed, unit, shares, decision)
    flags = ticket.flags | {Flag.RECUSAL} if pointed.recuse else ticket.flags
    return replace(ticket, flags=flags, places=(place, *other_places(ticket)))


def _locate_anew(work: UnitOfWork, ticket: Ticket, placed: Ticket, decision: Decision, rules: Rules) -> None:
    """Make a ticket READY at its new place, and assign it; one that was ready goes back first (move 23)."""
    told, events = _told(ticket, placed, decision), []
    if placed.status is Status.READY:
        back = Reason("L-MANUAL", "its place is taken back by hand")
        placed, event = placed.move(Status.LOCATING, at=decision.at, by=decision.by, reason=back)
        placed = replace(placed, handling_body=None, visit_body=None, assign_because=(), visit_due=None)
        events.append(event)
    moved, event = placed.move(Status.READY, at=decision.at, by=decision.by, reason=told)
    events += [event, *_recusal(ticket, moved, decision)]
    work.tickets.save(moved)
    work.events.add_many(events)
    assign_one(work, work.tickets.get(ticket.id), rules, now=decision.at)


def _pass_on(work: UnitOfWork, ticket: Ticket, placed: Ticket, decision: Decision, rules: Rules) -> None:
    """Give a dispatched ticket to the committee of its new place; status and handling body stay."""
    after, made, visit = visited(placed, rules)
    after = replace(after, assign_because=_kept_handling(ticket, made))
    told = placed.happened(at=decision.at, by=decision.by, reason=_told(ticket, placed, decision))
    assigned = after.happened(at=decision.at, by="assign", reason=made.because[0])
    work.tickets.save(after)
    work.events.add_many([told, *_recusal(ticket, placed, decision), assigned])
    owe_visit(work, ticket.id, visit)
    others = [
        one
        for one in work.visits.of_ticket(ticket.id)
        if one.purpose is not VisitPurpose.VERIFY and one.status is VisitStatus.PLANNED
    ]
    work.visits.save_many(
        replace(one, unit_code=visit.unit_code, lon=visit.lon, lat=visit.lat, label=visit.label)
        if visit
        else replace(one, status=VisitStatus.CANCELLED)
        for one in others
    )


def _kept_handling(ticket: Ticket, made: Assignment) -> tuple[Reason, ...]:
    """Return why the committee visits, and that whoever handles a dispatched ticket keeps it."""
    kept, proposed = ticket.handling_body, made.handling_body
    if kept is None:
        return made.because
    if proposed is None or proposed.name == kept.name:
        return (made.because[0], Reason("A7", "{body} has it already, and keeps it", {"body": kept.name}))
    values = {"body": kept.name, "other": proposed.name}
    return (
        made.because[0],
        Reason("A7", "{body} has it already; at this place it would have been {other}: ask them", values),
    )


def _recusal(before: Ticket, after: Ticket, decision: Decision) -> list[Event]:
    is_new = Flag.RECUSAL in after.flags and Flag.RECUSAL not in before.flags
    return [after.happened(at=decision.at, by=decision.by, reason=RECUSED)] if is_new else []


def _obstacle(work: UnitOfWork, ticket: Ticket) -> Reason | None:
    """Return why a ticket's place may not be decided any more; None when it may."""
    if ticket.status not in CORRECTABLE:
        values = {"number": ticket.upstream_no, "status": STATUSES[ticket.status]}
        return Reason(
            "L-MANUAL", "ticket {number} stands at “{status}”: its place can no longer be changed", values
        )
    return begun(work, ticket)


def _refuse_changed(work: UnitOfWork, ticket: Ticket, seen: int | None) -> None:
    """Tell the second of two people what the first has done.

    Raises
    ------
    ChangedMeanwhileError
        When the ticket is not the version that was seen.
    """
    if seen is None or seen == ticket.version:
        return
    events = [event for event in work.events.of_ticket(ticket.id) if event.by not in _MACHINES]
    place = ticket.issue_place
    raise ChangedMeanwhileError(
        "ticket {number} was changed while you looked at it, last by {by}: it now stands at “{status}”, "
        "its place is {place}. Look again before you decide",
        number=ticket.upstream_no,
        by=events[-1].by if events else "assign",
        status=STATUSES[ticket.status],
        place=(place.unit_name or place.town_name) if place else "not known yet",
    )


def _unit_at(pointed: PointedOut, areas: Areas, rules: Rules) -> tuple[Unit, Mapping[str, float]]:
    """Return the unit that is meant, and the odds of each village when there is a point.

    Raises
    ------
    BadDecisionError
        When there is no such unit, or none at that point.
    """
    named = rules.units.get(pointed.unit_code)
    if pointed.unit_code and named is None:
        raise BadDecisionError("there is no unit with the code {code} in this county", code=pointed.unit_code)
    if pointed.point is None:
        if named is None:
            raise BadDecisionError("point at the map, or name the village or community")
        return named, {}
    if not 0 < pointed.sigma_m <= FARTHEST_SIGMA_M:
        raise BadDecisionError(
            "a point cannot be right to {sigma_m} m: say a number of metres up to {most}",
            sigma_m=pointed.sigma_m,
            most=round(FARTHEST_SIGMA_M),
        )
    shares = areas.shares(pointed.point, pointed.sigma_m)
    held = areas.locate(pointed.point)
    if named is None:
        named = rules.units.get(held.code) if held else None
    if named is None:
        raise BadDecisionError(
            "no village or community of this county holds the point {lon}, {lat}",
            lon=f"{pointed.point.lon:.5f}",
            lat=f"{pointed.point.lat:.5f}",
        )
    if named.code not in shares and named.code != (held.code if held else ""):
        raise BadDecisionError(
            "the point lies in {held}, but {name} is named: choose one of the two",
            held=held.name if held else "—",
            name=named.name,
        )
    return named, shares


def _at(pointed: PointedOut, unit: Unit, shares: Mapping[str, float], decision: Decision) -> TicketPlace:
    """Return the place of a point that a person confirmed, with the odds of its unit."""
    return replace(
        by_hand(unit, None, decision),
        level="POINT",
        lon=round(pointed.point.lon, 6) if pointed.point else None,
        lat=round(pointed.point.lat, 6) if pointed.point else None,
        sigma_m=pointed.sigma_m,
        confidence=min(1.0, shares.get(unit.code, 0.0)),
    )


def _told(ticket: Ticket, placed: Ticket, decision: Decision) -> Reason:
    """Return what the event says: from where to where, and how the person knows."""
    values = {
        "before": _named(ticket.issue_place),
        "after": _named(placed.issue_place),
        "why": decision.grounds,
    }
    if ticket.issue_place is None:
        return Reason("L-MANUAL", "pointed out by hand: {after} ({why})", {**values})
    return Reason("L-MANUAL", "place corrected by hand: before {before}, now {after} ({why})", values)


def _named(place: TicketPlace | None) -> str:
    """Return a place for the log: its unit, its words without private ones, its point."""
    if place is None:
        return "—"
    unit = place.unit_name or place.town_name
    label = "" if place.label in {unit, ""} else f" {mask_text(place.label)}"
    point = "" if place.lon is None or place.lat is None else f" {place.lon:.5f}, {place.lat:.5f}"
    return f"{unit}{label}{point}"
