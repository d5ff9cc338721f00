"""A ticket leaves the ledger without a call-back only by a reviewer's decision (moves 17, 19, 20 and 21)."""

from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.callbacks import CallBackStatus, CallBackType
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.model import Flag, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.service_limits import TimedStep
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import VisitStatus
from geo_service.workflow.decisions import LoopRules, Said, limit_of, moved
from geo_service.workflow.owing import (
    cancel_owed,
    close_entry,
    handle_again,
    owe,
    reopen_entry,
    waiting_callbacks,
)


def send_to_review(database: Database, ticket_id: str, said: Said) -> Ticket:
    """Let a reviewer decide where no call-back can be made: no reply wanted, or no phone (move 17).

    Raises
    ------
    BadDecisionError
        Without a reason, or when the requester wants an answer and can be reached.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        unreachable = Flag.ANONYMOUS in ticket.flags and not ticket.requester.phone
        if Flag.NO_REPLY not in ticket.flags and not unreachable:
            raise BadDecisionError("the requester can be called back: call first")
        reason = Reason("S17", "no call-back can be made: {why}", {"why": why})
        return moved(work, ticket, Status.CLOSE_REVIEW, said, reason)


def review_closing(  # noqa: PLR0913 - a reviewer's decision, by name
    database: Database,
    ticket_id: str,
    said: Said,
    rules: LoopRules,
    *,
    to: Status,
    closure: ClosureReason | None = None,
) -> Ticket:
    """Decide a closing under review (move 19); who handled the ticket cannot.

    Parameters
    ----------
    to
        CLOSED with its closure reason, REHANDLING, or CALLBACK_DUE for another attempt.

    Raises
    ------
    BadDecisionError
        Without a reason or a closure reason; by who worked on the ticket; when nobody was reached and nobody
        has looked.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        if said.by in _workers(work, ticket_id):
            raise BadDecisionError("who worked on a ticket cannot review its closing: somebody else must")
        if to is Status.CLOSED:
            if closure is None:
                raise BadDecisionError("say why the ticket leaves the ledger")
            _demand_a_look(work, ticket, closure)
        reason = Reason("S19", "the reviewer decides: {why}", {"why": why})
        after = moved(work, ticket, to, said, reason)
        if to is Status.CLOSED and closure is not None:
            cancel_owed(work, ticket_id)
            close_entry(work, after, said, closure)
        elif to is Status.REHANDLING:
            cancel_owed(work, ticket_id)
            handle_again(work, after, said.at, rules)
        elif to is Status.CALLBACK_DUE and not waiting_callbacks(work, ticket_id):
            due = rules.limits.due(said.at, limit_of(after, rules.limits, TimedStep.FIRST_CALLBACK))
            owe(work, after, _next_type(work, ticket_id), due, rules)
        return after


def _next_type(work: UnitOfWork, ticket_id: str) -> CallBackType:
    known = work.loop.callbacks.of_ticket(ticket_id)
    had_first = any(one.type is CallBackType.FIRST and one.status is CallBackStatus.DONE for one in known)
    return CallBackType.FOLLOW_UP if had_first else CallBackType.FIRST


def _workers(work: UnitOfWork, ticket_id: str) -> set[str]:
    """Return the names of those who signed, finished, called or visited."""
    handled = {event.by for event in work.events.of_ticket(ticket_id) if event.reason.rule in {"S9", "S12"}}
    called = {name for one in work.loop.callbacks.of_ticket(ticket_id) for name in one.by}
    return handled | called


def _demand_a_look(work: UnitOfWork, ticket: Ticket, closure: ClosureReason) -> None:
    """Refuse to close unseen what can be seen, when nobody could be reached."""
    if closure is not ClosureReason.NO_CONTACT or ticket.issue_place is None or ticket.is_guarded:
        return
    looked = any(visit.status is VisitStatus.DONE for visit in work.visits.of_ticket(ticket.id))
    if not looked:
        raise BadDecisionError("nobody could be reached, and nobody has looked: visit the place first")


def reopen(database: Database, ticket_id: str, said: Said, rules: LoopRules) -> Ticket:
    """Take a closed ticket up again, because the matter came back (move 20)."""
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        reason = Reason("S20", "it came back: {why}", {"why": why})
        after = moved(work, ticket, Status.REHANDLING, said, reason)
        cancel_owed(work, ticket_id)
        reopen_entry(work, after)
        handle_again(work, after, said.at, rules)
        return after


def archive_closed(database: Database, rules: LoopRules, *, now: datetime) -> int:
    """Archive what has been closed for long enough and owes no follow-up (move 21); return how many."""
    count = 0
    with database.unit_of_work(write=False) as work:
        closed = work.tickets.by_status(Status.CLOSED)
        entries = work.loop.ledger.find([ticket.id for ticket in closed])
    said = Said("archive", now)
    for ticket in closed:
        entry = entries.get(ticket.id)
        if entry is None or entry.closed_at is None:
            continue
        over = rules.limits.due(entry.closed_at, limit_of(ticket, rules.limits, TimedStep.ARCHIVE))
        if now < over.at:
            continue
        with database.unit_of_work() as work:
            if not waiting_callbacks(work, ticket.id):
                reason = Reason("S21", "closed, followed up, and its time is over")
                moved(work, work.tickets.get(ticket.id), Status.ARCHIVED, said, reason)
                count += 1
    return count
