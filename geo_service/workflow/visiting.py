"""What a team brings back from a doorstep: the five steps, who was met, or a closed door and what follows.

A visit that makes a call-back completes exactly that one (domain rules, §6.3).
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from boundaries import Projection
from geo_service.errors import BadDecisionError, WrongStatusError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.callbacks import Answers, CallbackMethod, CallBackStatus, ContactChannel
from geo_service.tickets.lists import ListItem, ListKind
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.visits import (
    ARRIVAL_WITHIN_M,
    DEMANDED_STEPS,
    SMALLEST_TEAM,
    VISIT_MOVES,
    Visit,
    VisitPurpose,
    VisitRecord,
    VisitStatus,
)
from geo_service.workflow.callbacks import Call, conclude
from geo_service.workflow.decisions import LoopRules, Said, is_said, noted, words

_MOST_TRIES = 2
_OUTCOMES = frozenset({VisitStatus.DONE, VisitStatus.NOT_HOME, VisitStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class Brought:
    """What a team writes down after a visit."""

    outcome: VisitStatus
    """DONE, NOT_HOME or REFUSED: a closed door is an outcome, and nobody's failure."""
    record: VisitRecord
    answers: Answers | None = None
    """Of a visit that makes a call-back and was DONE."""


def record_visit(database: Database, visit_id: str, said: Said, rules: LoopRules, brought: Brought) -> Ticket:
    """Store what came of a visit, and what follows from it.

    Raises
    ------
    BadDecisionError
        When fewer than two people went, a demanded section is empty, the arrival is far from the place
        without a reason, or the answers of a call-back are missing.
    WrongStatusError
        When the visit is over already, or the village must not see its ticket.
    """
    with database.unit_of_work() as work:
        visit = work.visits.get(visit_id)
        ticket = work.tickets.get(visit.ticket_id)
        _refuse(ticket, visit, brought)
        record = _masked(brought.record)
        if brought.outcome is VisitStatus.NOT_HOME:
            return _nobody_home(work, ticket, replace(visit, record=record), said)
        work.visits.save_many([replace(visit, status=brought.outcome, record=record)])
        if brought.outcome is VisitStatus.REFUSED:
            _by_phone_from_now_on(work, ticket.id)
            reason = Reason("V2", "the visit was refused: from now on by phone only")
            return noted(work, ticket, said, reason)
        _list_suggestions(work, ticket, visit, record, said)
        ticket = noted(
            work, ticket, said, Reason("V1", "{team} were there", {"team": "、".join(record.team)})
        )
        if visit.purpose is not VisitPurpose.CALLBACK or brought.answers is None:
            return ticket
        call = Call(ContactChannel.FACE_TO_FACE, record.team, visit.id)
        return conclude(work, ticket, said, rules, brought.answers, call)


def _refuse(ticket: Ticket, visit: Visit, brought: Brought) -> None:
    if not visible_to_village(ticket):
        raise WrongStatusError(
            "ticket {number} is nothing for the village: nobody visits for it", number=ticket.upstream_no
        )
    if brought.outcome not in _OUTCOMES:
        raise BadDecisionError("a visit ends as done, nobody at home, or refused")
    arrives = VisitStatus.ARRIVED in VISIT_MOVES.get(visit.status, ()) or visit.status is VisitStatus.ARRIVED
    if not arrives:
        raise WrongStatusError("this visit is over already: plan another one")
    record = brought.record
    if len(set(record.team)) < SMALLEST_TEAM:
        raise BadDecisionError("two people go to a door: name both")
    away = _away_m(visit, record)
    if away is not None and away > ARRIVAL_WITHIN_M and not is_said(record.away_because):
        raise BadDecisionError("you were {metres} m from the place: say why", metres=round(away))
    if brought.outcome is VisitStatus.DONE:
        _refuse_unfinished(visit, brought)


def _refuse_unfinished(visit: Visit, brought: Brought) -> None:
    written = brought.record.steps or {}
    missing = [step.value for step in DEMANDED_STEPS if not is_said(written.get(step, ""))]
    if missing:
        raise BadDecisionError(
            "fill in what you saw, heard and asked: {missing} is empty", missing="、".join(missing)
        )
    if visit.purpose is VisitPurpose.CALLBACK and brought.answers is None:
        raise BadDecisionError("this visit is a call-back: note what was answered")


def _away_m(visit: Visit, record: VisitRecord) -> float | None:
    """Return how far from the visit's point the team arrived, metres; None when either is not known."""
    if None in {visit.lon, visit.lat, record.arrived_lon, record.arrived_lat}:
        return None
    both = np.array([(visit.lon, visit.lat), (record.arrived_lon, record.arrived_lat)], dtype=np.float64)
    place, arrived = Projection.for_points(both).to_metres(both)
    return float(np.hypot(*(place - arrived)))


def _masked(record: VisitRecord) -> VisitRecord:
    return replace(
        record,
        away_because=words(record.away_because),
        steps={step: words(text) for step, text in (record.steps or {}).items()},
        suggestions=tuple(words(text) for text in record.suggestions if is_said(text)),
        photos=tuple(replace(photo, note=words(photo.note)) for photo in record.photos),
    )


def _nobody_home(work: UnitOfWork, ticket: Ticket, visit: Visit, said: Said) -> Ticket:
    """Come again at another time of day; after the second closed door the phone takes over."""
    tries = visit.tries + 1
    if tries >= _MOST_TRIES:
        work.visits.save_many([replace(visit, status=VisitStatus.NOT_HOME, tries=tries)])
        _by_phone_from_now_on(work, ticket.id)
        return noted(work, ticket, said, Reason("V3", "nobody at home twice: from now on by phone"))
    again = said.at + timedelta(hours=6)
    work.visits.save_many(
        [replace(visit, status=VisitStatus.PLANNED, tries=tries, not_before=again, record=None)]
    )
    return noted(work, ticket, said, Reason("V3", "nobody at home: again at another time of day"))


def _by_phone_from_now_on(work: UnitOfWork, ticket_id: str) -> None:
    """Let the call-backs that are owed be made by phone."""
    reason = Reason("M2", "the door stayed closed: by phone")
    work.loop.callbacks.save_many(
        replace(one, method=CallbackMethod.AUXILIARY, because=(*one.because, reason), visit_id=None)
        for one in work.loop.callbacks.of_ticket(ticket_id)
        if one.status in {CallBackStatus.PLANNED, CallBackStatus.ATTEMPTED}
    )


def _list_suggestions(
    work: UnitOfWork, ticket: Ticket, visit: Visit, record: VisitRecord, said: Said
) -> None:
    """Put what people asked for on the rectification list (整改清单)."""
    place = ticket.issue_place
    work.loop.items.add_many(
        ListItem(
            ListKind.RECTIFICATION,
            text,
            f"visit:{visit.id}",
            said.at,
            said.by,
            place=visit.label,
            town_code=place.town_code if place else None,
            unit_code=visit.unit_code,
            owner=ticket.handling_body.name if ticket.handling_body else "",
            ticket_ids=(ticket.id,),
        )
        for text in record.suggestions
    )
