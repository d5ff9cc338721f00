"""Open tickets on ground that was drawn anew: where they are now, who had them, who gets them.

A ticket moves only if the old ground would still give its old answer, so that a new drawing is never blamed
for something else. Where the new ground makes it unsure, a person decides.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from boundaries import Area, LonLat
from geo_service.storage import UnitOfWork
from geo_service.tickets.model import PlaceRole, Source, Ticket, TicketPlace
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import VisitStatus
from geo_service.workflow.dispatch import Rules, assign_one, owe_visit
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.intake import located_again
from geo_service.workflow.step import Progress

_WAITING = frozenset({VisitStatus.PLANNED, VisitStatus.ROUTED, VisitStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Move:
    """An open ticket that a new drawing gives to somebody else."""

    ticket_id: str
    number: str
    """The ticket's number at the hotline."""
    before: str
    """Village, community or town that has it; empty when a person was to decide."""
    before_code: str
    after: str
    """Who gets it; empty when a person is to decide."""
    after_code: str
    reason: Reason

    def as_json(self) -> dict[str, Any]:
        """Return the move for a program."""
        return {
            "ticket_id": self.ticket_id,
            "number": self.number,
            "from": self.before,
            "from_code": self.before_code,
            "to": self.after,
            "to_code": self.after_code,
            "reason": self.reason.as_json(),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Resettled:
    """A ticket on the new ground."""

    ticket: Ticket
    """With its places there; its status is still the old one."""
    status: Status
    """What its status should be."""
    move: Move | None
    """None when only its candidates are others."""


def resettled(
    tickets: Collection[Ticket], before: DatedGround, after: DatedGround, progress: Progress
) -> Iterator[Resettled]:
    """Yield the tickets, READY or LOCATING, that a new ground places elsewhere than the old one."""
    for number, ticket in enumerate(tickets, start=1):
        placed, status = _on(after, ticket)
        answer = _answer(placed, status)
        # most tickets are where they were: the old ground is asked only about the others
        if answer != _answer(ticket, ticket.status) and answer != _answer(*_on(before, ticket)):
            moves = _holder(placed, status) != _holder(ticket, ticket.status)
            move = _move(ticket, placed, status, after.day) if moves else None
            yield Resettled(placed, status, move)
        progress(number, len(tickets))


def _on(ground: DatedGround, ticket: Ticket) -> tuple[Ticket, Status]:
    """Return a ticket placed on a ground; a person's word holds until its unit ends or loses the place."""
    place = ticket.issue_place
    if place is None or place.source is not Source.MANUAL:
        return located_again(ticket, ground.geocoder)
    point = LonLat(place.lon, place.lat) if place.lon is not None and place.lat is not None else None
    area = ground.areas.locate(point) if point else None
    ended = (place.unit_code or place.town_code or "") not in ground.divisions
    lost = bool(area and place.unit_code and area.code != place.unit_code)
    if not ended and not lost:
        return ticket, ticket.status
    read, _ = located_again(ticket, ground.geocoder)
    choices = [_in(place, area)] if area else []
    choices += [replace(one, role=PlaceRole.CANDIDATE) for one in (*read.places[:1], *read.candidates)]
    choices += [replace(place, role=PlaceRole.CANDIDATE)] if not ended else []
    unique = {one.unit_code or one.town_code: one for one in reversed(choices)}
    places = tuple(one for one in ticket.places if one.role is not PlaceRole.ISSUE)
    asked = replace(ticket, places=places, candidates=tuple(reversed(unique.values())))
    return asked, Status.LOCATING


def _in(place: TicketPlace, area: Area) -> TicketPlace:
    """Return a place as a candidate for the unit that now holds its point."""
    unit = area.division
    return replace(
        place,
        role=PlaceRole.CANDIDATE,
        unit_code=area.code,
        unit_name=area.name,
        town_code=unit.town_code,
        town_name=unit.town_name,
        source=Source.AUTO,
    )


def _holder(ticket: Ticket, status: Status) -> str:
    """Return the code of the unit, or town, that has a ticket; empty while a person is to decide."""
    place = ticket.issue_place if status is Status.READY else None
    return (place.unit_code or place.town_code or "") if place else ""


def _answer(ticket: Ticket, status: Status) -> tuple[str, frozenset[str]]:
    """Return what distinguishes two answers: who has the ticket, or who might."""
    if status is Status.READY:
        return _holder(ticket, status), frozenset()
    return "", frozenset(place.unit_code or place.town_code or "" for place in ticket.candidates)


def _move(ticket: Ticket, after: Ticket, status: Status, since: date) -> Move:
    place = after.issue_place if status is Status.READY else None
    was = ticket.issue_place if ticket.status is Status.READY else None
    before, now = _name(was), _name(place)
    values = {"day": since.isoformat(), "before": before, "after": now}
    if place is None:
        reason = Reason(
            "V2", "from {day} on it is no longer sure to be in {before}: a person decides", values
        )
    elif was is None:
        reason = Reason("V3", "from {day} on it surely lies in {after}", values)
    else:
        reason = Reason("V1", "from {day} on it lies in {after}, before it lay in {before}", values)
    codes = (_holder(ticket, ticket.status), _holder(after, status))
    return Move(ticket.id, ticket.upstream_no, before, codes[0], now, codes[1], reason)


def _name(place: TicketPlace | None) -> str:
    return (place.unit_name or place.town_name) if place else ""


def count_staying(tickets: Iterable[Ticket], before: DatedGround, after: DatedGround) -> int:
    """Count the dispatched tickets on ground that changes hands."""
    absent = after.history.absent(after.day)
    count = 0
    for ticket in tickets:
        place = ticket.issue_place
        if place is None:
            continue
        if place.unit_code in absent:
            count += 1
        elif place.lon is not None and place.lat is not None:
            point = LonLat(place.lon, place.lat)
            held = [ground.areas.locate(point) for ground in (before, after)]
            count += len({area.code if area else "" for area in held}) > 1
    return count


def begun(work: UnitOfWork, ticket: Ticket) -> Reason | None:
    """Return why a ticket stays: somebody has set out on the round it is on."""
    stops = {stop.ticket_id for walk in work.rounds.of_ticket(ticket.id) for stop in walk.stops}
    visits = [visit for one in stops for visit in work.visits.of_ticket(one)]
    visits += work.visits.of_ticket(ticket.id)
    if all(visit.status in _WAITING for visit in visits):
        return None
    return Reason("V4", "its visit or the round it is on has begun: it stays with whom it is")


def store(work: UnitOfWork, one: Resettled, rules: Rules, now: datetime) -> None:
    """Store a ticket on its new ground; the drafts of rounds it was on are open again."""
    ticket = one.ticket
    if one.move is None:
        work.tickets.save(ticket)
        return
    walks = work.rounds.of_ticket(ticket.id)
    stops = {stop.visit_id for walk in walks for stop in walk.stops}
    work.rounds.delete([walk.id for walk in walks])
    work.visits.save_many(
        replace(visit, status=VisitStatus.PLANNED, left_because=None)
        for visit in work.visits.by_status(VisitStatus.ROUTED)
        if visit.id in stops
    )
    reason = one.move.reason
    if one.status is ticket.status:
        event = ticket.happened(at=now, by="areas", reason=reason)
    else:
        ticket, event = ticket.move(one.status, at=now, by="areas", reason=reason)
    work.events.add_many([event])
    if one.status is Status.LOCATING:
        unassigned = replace(ticket, handling_body=None, visit_body=None, assign_because=(), visit_due=None)
        work.tickets.save(unassigned)
        owe_visit(work, ticket.id, None)
    elif ticket.assign_because:
        assign_one(work, ticket, rules, now=now)
    else:
        work.tickets.save(ticket)  # `assign` has not seen it yet
