"""Open tickets on ground that was drawn anew: where they are now, who had them, who gets them.

A ticket moves only if the old ground would still give its old answer, so that a new drawing is never blamed
for something else. Where the new ground makes it unsure, a person decides. A ticket that was dispatched moves
only when its village is no more and one other has its ground.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from boundaries import Area
from geo_service.storage import UnitOfWork
from geo_service.tickets.model import PlaceRole, Source, Ticket, TicketPlace
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import VisitStatus
from geo_service.workflow.dispatch import Rules, assign_one, owe_visit
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.intake import located_again
from geo_service.workflow.step import Progress
from geo_service.workflow.succession import UNDECIDED, area_of, followed, named_anew, passed_on

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
            moves = _held(placed, status) != _held(ticket, ticket.status)
            move = _move(ticket, placed, status, after) if moves else None
            yield Resettled(placed, status, move)
        progress(number, len(tickets))


def inherited(tickets: Collection[Ticket], after: DatedGround) -> Iterator[Resettled]:
    """Yield the dispatched tickets whose village is no more, in the hands of the one that has its ground."""
    for ticket in tickets:
        moved = passed_on(ticket, after)
        if moved is not None:
            yield Resettled(moved, ticket.status, _move(ticket, moved, ticket.status, after))


def _on(ground: DatedGround, ticket: Ticket) -> tuple[Ticket, Status]:
    """Return a ticket placed on a ground.

    A person's word holds until its unit loses the place, or ends without one heir.
    """
    place = ticket.issue_place
    if place is None or place.source is not Source.MANUAL:
        return located_again(ticket, ground.geocoder)
    heir = followed(ground, place)
    if heir is not None:
        places = tuple(heir if one is place else one for one in ticket.places)
        return replace(ticket, places=places), ticket.status
    area = area_of(ground, place)
    ended = (place.unit_code or place.town_code or "") not in ground.divisions
    lost = bool(area and place.unit_code and area.code != place.unit_code)
    if not ended and not lost:
        places = tuple(named_anew(ground, one) if one is place else one for one in ticket.places)
        return replace(ticket, places=places), ticket.status
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
    place = ticket.issue_place if status is not Status.LOCATING else None
    return (place.unit_code or place.town_code or "") if place else ""


def _held(ticket: Ticket, status: Status) -> tuple[str, str]:
    """Return code and name of who has a ticket."""
    code = _holder(ticket, status)
    return code, _name(ticket.issue_place) if code else ""


def _answer(ticket: Ticket, status: Status) -> tuple[tuple[str, str], frozenset[str]]:
    """Return what distinguishes two answers: who has the ticket, and how it is called, or who might."""
    if status is not Status.LOCATING:
        return _held(ticket, status), frozenset()
    return ("", ""), frozenset(place.unit_code or place.town_code or "" for place in ticket.candidates)


def _move(ticket: Ticket, after: Ticket, status: Status, ground: DatedGround) -> Move:
    place = after.issue_place if status is not Status.LOCATING else None
    was = ticket.issue_place if ticket.status is not Status.LOCATING else None
    before, now = _name(was), _name(place)
    codes = (_holder(ticket, ticket.status), _holder(after, status))
    values = {"day": ground.day.isoformat(), "before": before, "after": now}
    ended = bool(codes[0]) and codes[0] not in ground.divisions
    if place is None:
        reason = Reason(
            "V2", "from {day} on it is no longer sure to be in {before}: a person decides", values
        )
    elif was is None:
        reason = Reason("V3", "from {day} on it surely lies in {after}", values)
    elif codes[0] == codes[1]:
        reason = Reason("V9", "from {day} on {before} is called {after}", values)
    elif ended and before == now:
        values |= {"code": codes[0], "new_code": codes[1]}
        reason = Reason("V9", "from {day} on the code of {after} is {new_code}, before it was {code}", values)
    elif ended and place.unit_code:
        reason = Reason("V9", "from {day} on {before} is part of {after}", values)
    else:
        reason = Reason("V1", "from {day} on it lies in {after}, before it lay in {before}", values)
    return Move(ticket.id, ticket.upstream_no, before, codes[0], now, codes[1], reason)


def _name(place: TicketPlace | None) -> str:
    return (place.unit_name or place.town_name) if place else ""


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
    open_rounds(work, ticket.id)
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
    elif ticket.status not in UNDECIDED:
        work.tickets.save(ticket)
        _pass_visits(work, ticket)
    elif ticket.assign_because:
        assign_one(work, ticket, rules, now=now)
    else:
        work.tickets.save(ticket)  # `assign` has not seen it yet


def open_rounds(work: UnitOfWork, ticket_id: str) -> None:
    """Take the drafts of rounds that a ticket is on apart: all their visits wait for a round again."""
    walks = work.rounds.of_ticket(ticket_id)
    stops = {stop.visit_id for walk in walks for stop in walk.stops}
    work.rounds.delete([walk.id for walk in walks])
    work.visits.save_many(
        replace(visit, status=VisitStatus.PLANNED, left_because=None)
        for visit in work.visits.by_status(VisitStatus.ROUTED)
        if visit.id in stops
    )


def _pass_visits(work: UnitOfWork, ticket: Ticket) -> None:
    """Give the visits of a dispatched ticket that nobody has set out for to the committee that has it now."""
    place = ticket.issue_place
    code = place.unit_code if place else None
    waiting = [visit for visit in work.visits.of_ticket(ticket.id) if visit.status is VisitStatus.PLANNED]
    if code:
        work.visits.save_many(replace(visit, unit_code=code, left_because=None) for visit in waiting)
