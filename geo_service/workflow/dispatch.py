"""Whose is it? READY tickets get a proposed handling body, a visit body when that is sure, and a visit.

Here are also the dispatcher's own decisions: where a ticket is, that it belongs elsewhere, who handles it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from geo_service.assignment import Assignment, Unit, assign
from geo_service.errors import BadDecisionError, ChangedMeanwhileError, WrongStatusError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.deadlines import Calendar
from geo_service.tickets.model import Event, Flag, PlaceRole, RequestKind, Source, Ticket, TicketPlace
from geo_service.tickets.privacy import mask_text, visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitPurpose, VisitStatus
from geo_service.workflow.decisions import LoopRules
from geo_service.workflow.parts import open_handling
from geo_service.workflow.step import Left, Progress, StepReport, left_behind, quietly

_BLOCK = 500
_NOT_BEGUN = frozenset({VisitStatus.PLANNED, VisitStatus.CANCELLED})
_SHORTEST_REASON = 2
_WALKABLE_M = 300.0
"""A place less certain than this is no place to walk to: somebody calls first."""
_BY_PHONE = Reason("M4", "an inquiry is answered by phone: the committee calls, nobody walks")
RECUSED = Reason("A2", "a person says it is about the committee or its people: they must not see it")


@dataclass(frozen=True, slots=True)
class Rules:
    """What assignment needs to know of the county."""

    units: Mapping[str, Unit]
    """Code → town, village or community."""
    calendar: Calendar
    visit_due_working_days: int
    loop: LoopRules


def assign_tickets(
    database: Database, rules: Rules, *, now: datetime, progress: Progress = quietly
) -> StepReport:
    """Propose who handles each READY ticket, and let the two committees visit where that is sure.

    A ticket that has been looked at before is left as it is.
    """
    with database.unit_of_work(write=False) as work:
        ready = work.tickets.by_status(Status.READY)
    waiting = [ticket for ticket in ready if not ticket.assign_because]
    left: list[Left] = []
    visits = dispatched = 0
    for start in range(0, len(waiting), _BLOCK):
        with database.unit_of_work() as work:
            for number, ticket in enumerate(waiting[start : start + _BLOCK], start=start + 1):
                assigned = assign_one(work, ticket, rules, now=now)
                visits += assigned.visit_body is not None
                dispatched += assigned.status is Status.DISPATCHED
                if assigned.visit_body is None:
                    left.append(left_behind(assigned, assigned.assign_because[0]))
                progress(number, len(waiting))
    done = {
        "tickets": len(waiting),
        "visit body set": visits,
        "no visit body": len(left),
        "dispatched": dispatched,
    }
    return StepReport("assign", done, tuple(left))


def assign_one(work: UnitOfWork, ticket: Ticket, rules: Rules, *, now: datetime) -> Ticket:
    """Store what the rules say of one READY ticket, its event, and the visit that follows.

    An open visit from an earlier place becomes the new one, or is cancelled when nobody walks any more.
    """
    after, made, visit = visited(ticket, rules)
    after = replace(after, handling_body=made.handling_body)
    events = [after.happened(at=now, by="assign", reason=made.because[0])]
    if made.handling_body and made.handling_body.confirmed:
        after, event = after.move(Status.DISPATCHED, at=now, by="assign", reason=made.because[-1])
        events.append(event)
    saved = work.tickets.save(after)
    work.events.add_many(events)
    if saved.status is Status.DISPATCHED:
        open_handling(work, saved, rules.loop, now=now)
    owe_visit(work, after.id, visit)
    return after


def visited(ticket: Ticket, rules: Rules) -> tuple[Ticket, Assignment, Visit | None]:
    """Return a ticket with whoever visits its place, what the rules say, and the visit; nothing is stored.

    The visit is None when nobody walks; the handling body is left as it is.
    """
    place = ticket.issue_place
    unit = rules.units.get(place.unit_code or "") if place else None
    made = assign(ticket, unit, is_sure=True, source=place.source if place else Source.AUTO)
    due = rules.calendar.add_working_days(ticket.received_at.date(), rules.visit_due_working_days).date
    by_phone = made.visit_body is not None and ticket.request_kind is RequestKind.INQUIRY
    after = replace(
        ticket,
        visit_body=made.visit_body,
        assign_because=(*made.because[:1], *((_BY_PHONE,) if by_phone else ()), *made.because[1:]),
        visit_due=due if made.visit_body else None,
    )
    walks = made.visit_body and place and visible_to_village(after) and not by_phone
    return after, made, _visit(after, place, made, due) if walks and place else None


def owe_visit(work: UnitOfWork, ticket_id: str, visit: Visit | None) -> None:
    """Store the verification visit of a ticket in place of one nobody has set out for; None cancels that."""
    earlier = [one for one in work.visits.of_ticket(ticket_id) if one.purpose is VisitPurpose.VERIFY]
    if any(one.status not in _NOT_BEGUN for one in earlier):
        return
    if visit is not None:
        work.visits.save_many([visit])
    else:
        work.visits.save_many(replace(one, status=VisitStatus.CANCELLED) for one in earlier)


def _visit(ticket: Ticket, place: TicketPlace, made: Assignment, due: date) -> Visit:
    """Return the verification visit of a ticket; its words name place and category, never the caller."""
    if made.visit_body is None:
        raise WrongStatusError("ticket {number} has no visit body", number=ticket.upstream_no)
    is_exact = (place.sigma_m or 0.0) <= _WALKABLE_M
    return Visit(
        ticket_id=ticket.id,
        purpose=VisitPurpose.VERIFY,
        unit_code=made.visit_body.unit_code,
        due=due,
        lon=place.lon if is_exact else None,
        lat=place.lat if is_exact else None,
        label=_where(place),
        note=ticket.category,
    )


def _where(place: TicketPlace) -> str:
    """Return where a visit goes, in words a route sheet may show: a named place, else the village."""
    named = place.level in {"POI", "JUNCTION", "ROAD", "GROUP"} and place.label
    return mask_text(place.label) if named else place.unit_name


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, and on what grounds."""

    by: str
    """Who."""
    at: datetime
    reason: str
    """How the person knows; kept with the ticket."""

    @property
    def grounds(self) -> str:
        """The reason as it is kept and shown: free text like any other, so without names and phones."""
        return mask_text(self.reason.strip())

    def demand_reason(self) -> None:
        """Refuse a decision without grounds.

        Raises
        ------
        BadDecisionError
            When the reason is empty or a single character.
        """
        if len(self.reason.strip()) < _SHORTEST_REASON:
            raise BadDecisionError("say in a few words how you know; it is kept with the ticket")


def confirm_place(  # noqa: PLR0913 - a decision, the one place of two it may mean, and the rules
    database: Database,
    ticket_id: str,
    unit_code: str,
    decision: Decision,
    rules: Rules,
    *,
    candidate: int | None = None,
    recuse: bool = False,
) -> Ticket:
    """Take a dispatcher's word for where a ticket is; it becomes READY and is assigned at once.

    Parameters
    ----------
    unit_code
        Village, community or town: one of the ticket's candidates or any other unit of the county.
    candidate
        Which of the ticket's candidates was meant, from 0: two of them may lie in one village. None when only
        the unit was named; its point is then taken over only if the unit has a single candidate.
    recuse
        True when the person says that the matter is about the committee or its people: nobody of the village
        visits then, whatever else the rules would say.
    decision
        Who says so, and how that person knows.

    Raises
    ------
    UnknownTicketError
        When there is no such ticket.
    BadDecisionError
        When the reason is missing or the unit unknown.
    WrongStatusError
        When the ticket no longer waits for a place.
    ChangedMeanwhileError
        When there is no such candidate any more.
    """
    decision.demand_reason()
    unit = rules.units.get(unit_code)
    if unit is None:
        raise BadDecisionError("there is no unit with the code {code} in this county", code=unit_code)
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        chosen = _chosen(ticket, unit_code, candidate)
        placed = replace(ticket, places=(by_hand(unit, chosen, decision), *other_places(ticket)))
        why = said(unit, decision)
        moved, event = placed.move(Status.READY, at=decision.at, by=decision.by, reason=why)
        events = [event]
        if recuse:
            moved = replace(moved, flags=moved.flags | {Flag.RECUSAL})
            events.append(moved.happened(at=decision.at, by=decision.by, reason=RECUSED))
        work.tickets.save(moved)
        work.events.add_many(events)
        return assign_one(work, work.tickets.get(ticket_id), rules, now=decision.at)


def _chosen(ticket: Ticket, unit_code: str, candidate: int | None) -> TicketPlace | None:
    """Return the candidate that was meant; None when a unit was named without one, or two would fit."""
    fitting = [place for place in ticket.candidates if unit_code == (place.unit_code or place.town_code)]
    if candidate is None:
        return fitting[0] if len(fitting) == 1 else None
    if not 0 <= candidate < len(ticket.candidates) or ticket.candidates[candidate] not in fitting:
        raise ChangedMeanwhileError(
            "the candidates of ticket {number} have changed: load it again", number=ticket.upstream_no
        )
    return ticket.candidates[candidate]


def by_hand(unit: Unit, chosen: TicketPlace | None, decision: Decision) -> TicketPlace:
    """Return the place a person confirmed; a candidate's point stays when it is that candidate's unit."""
    why = said(unit, decision)
    is_town = unit.code == unit.town_code
    if chosen is not None and (is_town or chosen.unit_code == unit.code):
        kept = replace(
            chosen, role=PlaceRole.ISSUE, confidence=1.0, source=Source.MANUAL, because=(why, *chosen.because)
        )
        return replace(kept, unit_code=None, unit_name="", level="TOWN") if is_town else kept
    return TicketPlace(
        role=PlaceRole.ISSUE,
        level="TOWN" if is_town else "VILLAGE",
        label=unit.name,
        unit_code=None if is_town else unit.code,
        unit_name="" if is_town else unit.name,
        town_code=unit.town_code,
        town_name=unit.town_name,
        lon=None,
        lat=None,
        sigma_m=None,
        confidence=1.0,
        because=(why,),
        source=Source.MANUAL,
    )


def other_places(ticket: Ticket) -> tuple[TicketPlace, ...]:
    """Return the places of a ticket that are not the matter's."""
    return tuple(place for place in ticket.places if place.role is not PlaceRole.ISSUE)


def said(unit: Unit, decision: Decision) -> Reason:
    """Return the reason that a person's decision is."""
    values = {"name": unit.name, "why": decision.grounds}
    return Reason("L-MANUAL", "decided by hand: {name} ({why})", values)


def transfer_out(database: Database, ticket_id: str, decision: Decision) -> Ticket:
    """Give a ticket back to the hotline: it belongs to another county, body or emergency line.

    Raises
    ------
    BadDecisionError
        When the reason is missing.
    WrongStatusError
        When the ticket has been dispatched already.
    """
    decision.demand_reason()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        why = Reason("T1", "given back to the hotline: {why}", {"why": decision.grounds})
        moved, event = ticket.move(Status.TRANSFERRED_OUT, at=decision.at, by=decision.by, reason=why)
        return _stored(work, moved, event)


def confirm_handling(  # noqa: PLR0913 - a decision, and what the person saw
    database: Database,
    ticket_id: str,
    rules: LoopRules,
    *,
    by: str,
    now: datetime,
    why: str = "",
    seen: str | None = None,
) -> Ticket:
    """Confirm the proposed handling body: the ticket is dispatched, its clocks run, the ledger has its row.

    Parameters
    ----------
    why
        How the person knows, or what they add; kept with the ticket. Empty adds nothing.
    seen
        The name of the body that the person saw and confirms; None takes whichever is proposed now.

    Raises
    ------
    WrongStatusError
        When the ticket has no proposal, or is dispatched already.
    ChangedMeanwhileError
        When another body is proposed now than the one that was seen.
    """
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        if ticket.handling_body is None:
            raise WrongStatusError("ticket {number} has no proposed body yet", number=ticket.upstream_no)
        if seen is not None and seen != ticket.handling_body.name:
            raise ChangedMeanwhileError(
                "for ticket {number} {body} is proposed by now: look at it again",
                number=ticket.upstream_no,
                body=ticket.handling_body.name,
            )
        body = replace(ticket.handling_body, confirmed=True)
        moved, event = replace(ticket, handling_body=body).move(
            Status.DISPATCHED, at=now, by=by, reason=_confirmed(body.name, mask_text(why.strip()))
        )
        stored = _stored(work, moved, event)
        open_handling(work, stored, rules, now=now)
        return stored


def _confirmed(name: str, why: str) -> Reason:
    if not why:
        return Reason("A7", "{name} is confirmed as the handling body", {"name": name})
    return Reason("A7", "{name} is confirmed as the handling body ({why})", {"name": name, "why": why})


def _stored(work: UnitOfWork, ticket: Ticket, event: Event) -> Ticket:
    work.tickets.save(ticket)
    work.events.add_many([event])
    return work.tickets.get(ticket.id)
