"""Which call-back a ticket owes, of which type and method, and when; and its row of the ledger."""

from dataclasses import replace
from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import UnitOfWork
from geo_service.tickets.callback_methods import facts_of
from geo_service.tickets.callbacks import (
    UNHAPPY,
    CallBack,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    what_follows,
)
from geo_service.tickets.lists import ClosureReason, OrderStatus
from geo_service.tickets.model import Ticket
from geo_service.tickets.service_limits import Moment, TimedStep
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitPurpose, VisitStatus
from geo_service.workflow.decisions import LoopRules, Said, limit_of
from geo_service.workflow.parts import open_handling

_WAITS = frozenset({CallBackStatus.PLANNED, CallBackStatus.ATTEMPTED})


def owe_after_completion(work: UnitOfWork, ticket: Ticket, rules: LoopRules, *, now: datetime) -> None:
    """Owe the call-back of a ticket whose work is done: the first one, or a follow-up after re-handling."""
    known = work.loop.callbacks.of_ticket(ticket.id)
    waiting = [one for one in known if one.status in _WAITS and one.type is not CallBackType.PROCESS_CONTACT]
    is_first = not any(one.type is CallBackType.FIRST and one.status is CallBackStatus.DONE for one in known)
    step = TimedStep.FIRST_CALLBACK if is_first else TimedStep.FOLLOW_UP_AFTER_REHANDLING
    due = rules.limits.due(now, limit_of(ticket, rules.limits, step))
    if waiting:  # owed since a call-back found it unresolved; only now the day is known
        work.loop.callbacks.save_many(
            replace(one, due=due.at, is_provisional=due.is_provisional) for one in waiting
        )
        planned = {one.visit_id for one in waiting}
        work.visits.save_many(
            replace(visit, due=due.at.date())
            for visit in work.visits.of_ticket(ticket.id)
            if visit.id in planned and visit.status is VisitStatus.PLANNED
        )
        return
    owe(work, ticket, CallBackType.FIRST if is_first else CallBackType.FOLLOW_UP, due, rules)


def owe(work: UnitOfWork, ticket: Ticket, kind: CallBackType, due: Moment, rules: LoopRules) -> None:
    """Owe a call-back by the method of the county's table; a joint visit may come with a call of its own."""
    known = work.loop.callbacks.of_ticket(ticket.id)
    facts = facts_of(
        ticket,
        bodies=1 + len(ticket.handling_body.assists if ticket.handling_body else ()),
        unresolved_before=any(_found_trouble(one) for one in known),
        order_active=any(
            order.status is OrderStatus.ISSUED for order in work.loop.orders.of_ticket(ticket.id)
        ),
        not_home=max((visit.tries for visit in work.visits.of_ticket(ticket.id)), default=0),
    )
    seq = max((one.seq for one in known), default=0)
    chosen = rules.methods.of(facts)
    for number, rule in enumerate(chosen, start=seq + 1):
        owed = CallBack(
            ticket.id,
            number,
            kind if rule is chosen[-1] else CallBackType.PROCESS_CONTACT,
            rule.method,
            due.at,
            because=(rule.reason,),
            is_provisional=due.is_provisional,
        )
        visit = callback_visit(ticket, owed)
        if visit is not None:
            work.visits.add_many([visit])
            owed = replace(owed, visit_id=visit.id)
        work.loop.callbacks.add_many([owed])


def _found_trouble(made: CallBack) -> bool:
    answers = made.answers
    if answers is None or not made.is_valid:
        return False
    return what_follows(made).status is Status.REHANDLING or answers.satisfaction in UNHAPPY


def handle_again(work: UnitOfWork, ticket: Ticket, now: datetime, rules: LoopRules) -> None:
    """Begin another round of work, and owe its follow-up at once (I4); its day is set when that is done."""
    open_handling(work, ticket, rules, now=now)
    done_again = rules.limits.due(now, limit_of(ticket, rules.limits, TimedStep.HANDLE))
    step = limit_of(ticket, rules.limits, TimedStep.FOLLOW_UP_AFTER_REHANDLING)
    due = rules.limits.due(done_again.at, step)
    later = Moment(due.at, due.is_provisional or done_again.is_provisional)
    owe(work, ticket, CallBackType.FOLLOW_UP, later, rules)


def owe_tracking(work: UnitOfWork, ticket: Ticket, now: datetime, rules: LoopRules) -> None:
    """Owe the follow-up that looks whether it holds, for categories that come back."""
    limit = limit_of(ticket, rules.limits, TimedStep.TRACKING)
    if limit.amount:
        owe(work, ticket, CallBackType.FOLLOW_UP, rules.limits.due(now, limit), rules)


def callback_visit(ticket: Ticket, owed: CallBack) -> Visit | None:
    """Return the visit that makes a call-back face to face; None when it is made by phone or cannot be.

    A ticket that no village may see, or whose visiting committee is not set, is never visited.
    """
    place = ticket.issue_place
    by_phone = owed.method is CallbackMethod.AUXILIARY
    if by_phone or ticket.is_guarded or ticket.visit_body is None or place is None:
        return None
    return Visit(
        ticket_id=ticket.id,
        purpose=VisitPurpose.CALLBACK,
        unit_code=ticket.visit_body.unit_code,
        due=owed.due.date(),
        lon=place.lon,
        lat=place.lat,
        label=place.unit_name or place.town_name,
        note=ticket.category,
        seq=owed.seq,
    )


def waiting_callbacks(work: UnitOfWork, ticket_id: str) -> list[CallBack]:
    """Return the call-backs that are owed and not made yet."""
    return [
        one
        for one in work.loop.callbacks.of_ticket(ticket_id)
        if one.status in _WAITS and one.type is not CallBackType.PROCESS_CONTACT
    ]


def owed_callback(work: UnitOfWork, ticket_id: str) -> CallBack:
    """Return the next call-back that is owed.

    Raises
    ------
    BadDecisionError
        When none is.
    """
    waiting = waiting_callbacks(work, ticket_id)
    if not waiting:
        raise BadDecisionError("no call-back is owed for this ticket")
    return waiting[0]


def cancel_owed(work: UnitOfWork, ticket_id: str) -> None:
    """Owe no call-back any more, and send nobody for one."""
    waiting = waiting_callbacks(work, ticket_id)
    work.loop.callbacks.save_many(replace(one, status=CallBackStatus.CANCELLED) for one in waiting)
    visits = {one.visit_id for one in waiting}
    work.visits.save_many(
        replace(visit, status=VisitStatus.CANCELLED)
        for visit in work.visits.of_ticket(ticket_id)
        if visit.id in visits and visit.status in {VisitStatus.PLANNED, VisitStatus.ROUTED}
    )


def close_entry(work: UnitOfWork, ticket: Ticket, said: Said, closure: ClosureReason) -> None:
    """Close the row of the ledger (销号)."""
    entry = work.loop.ledger.find([ticket.id]).get(ticket.id)
    if entry is not None:
        closed = replace(entry, closed_at=said.at, closure_reason=closure, closed_by=said.by)
        work.loop.ledger.save_many([closed])


def reopen_entry(work: UnitOfWork, ticket: Ticket) -> None:
    """Open the row of the ledger again."""
    entry = work.loop.ledger.find([ticket.id]).get(ticket.id)
    if entry is not None:
        work.loop.ledger.save_many([replace(entry, closed_at=None, closure_reason=None, closed_by="")])
