"""Whether a live database keeps the promises of the closed loop: invariants I1 to I10, and the event chain.

Reads only. What it finds was changed outside the service, or is a fault of ours: either must be looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.callbacks import CallBack, CallBackStatus, CallBackType, Resolved
from geo_service.tickets.handling import Handling, HandlingRole
from geo_service.tickets.model import Event, Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import MOVES, Status
from geo_service.tickets.visits import Visit, VisitStatus
from geo_service.workflow.step import Left, Progress, StepReport, left_behind, quietly

_IN_HANDS = frozenset({Status.DISPATCHED, Status.HANDLING, Status.CALLBACK_DUE})
_ON_THE_LEDGER = _IN_HANDS | {Status.REHANDLING, Status.CLOSE_REVIEW, Status.CLOSED, Status.ARCHIVED}
_REVIEWED = "S19"
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class _Story:
    """Everything that is known of one ticket."""

    ticket: Ticket
    events: Sequence[Event]
    callbacks: Sequence[CallBack]
    parts: Sequence[Handling]
    visits: Sequence[Visit]
    has_entry: bool


def check_ledger(database: Database, progress: Progress = quietly) -> StepReport:
    """Return every broken promise, ticket by ticket, and the events that break the chain."""
    found: list[Left] = []
    with database.unit_of_work(write=False) as work:
        tickets = list(work.tickets.all())
        for start in range(0, len(tickets), _BLOCK):
            block = tickets[start : start + _BLOCK]
            for story in _stories(work, block):
                found += [left_behind(story.ticket, reason) for reason in _broken(story)]
            progress(start + len(block), len(tickets))
        chained, breaks = work.events.broken()
    notes = tuple(
        Reason("I8", "event {seq} was changed, or one before it: the chain breaks there", {"seq": seq})
        for seq in breaks
    )
    done = {
        "tickets": len(tickets),
        "events in the chain": chained,
        "chain breaks": len(breaks),
        "broken promises": len(found),
    }
    return StepReport("check", done, tuple(found), notes=notes)


def _stories(work: UnitOfWork, tickets: Sequence[Ticket]) -> Iterator[_Story]:
    ids = [ticket.id for ticket in tickets]
    callbacks, parts = work.loop.callbacks.of_tickets(ids), work.loop.handlings.of_tickets(ids)
    entries = work.loop.ledger.find(ids)
    for ticket in tickets:
        yield _Story(
            ticket,
            work.events.of_ticket(ticket.id),
            callbacks.get(ticket.id, []),
            parts.get(ticket.id, []),
            work.visits.of_ticket(ticket.id),
            ticket.id in entries,
        )


def _broken(story: _Story) -> Iterator[Reason]:
    """Yield the promises that a ticket's records break."""
    yield from _closed_by_right(story)
    yield from _called_back_in_order(story)
    yield from _in_one_pair_of_hands(story)
    yield from _hidden_from_the_village(story)
    yield from _moved_by_the_table(story.events)


def _closed_by_right(story: _Story) -> Iterator[Reason]:
    """I1 and I2: closed only by a valid call-back after the work, or by a review."""
    if story.ticket.status not in {Status.CLOSED, Status.ARCHIVED}:
        return
    done = max((part.completed_at for part in story.parts if part.completed_at), default=None)
    valid = any(
        one.is_valid
        and one.type is not CallBackType.PROCESS_CONTACT
        and one.done_at is not None
        and (done is None or one.done_at >= done)
        for one in story.callbacks
    )
    reviewed = any(event.reason.rule == _REVIEWED and event.status is Status.CLOSED for event in story.events)
    if not (valid or reviewed):
        yield Reason("I1", "it is closed without a valid call-back after the work, and without a review")


def _called_back_in_order(story: _Story) -> Iterator[Reason]:
    """I3 and I4: one first call-back at most; after an unresolved one a later follow-up is owed or made."""
    firsts = [
        one
        for one in story.callbacks
        if one.type is CallBackType.FIRST and one.status is CallBackStatus.DONE and one.is_valid
    ]
    if len(firsts) > 1:
        yield Reason("I3", "it has {count} first call-backs", {"count": len(firsts)})
    for one in story.callbacks:
        unresolved = one.is_valid and one.answers and one.answers.resolved in {Resolved.NO, Resolved.PARTLY}
        if one.type is CallBackType.PROCESS_CONTACT or not unresolved:
            continue
        later = any(
            other.type is CallBackType.FOLLOW_UP and other.seq > one.seq and other.due > one.due
            for other in story.callbacks
        )
        if not later and story.ticket.status not in {Status.CLOSE_REVIEW, Status.WITHDRAWN}:
            yield Reason("I4", "after the unresolved call-back {seq} no follow-up is owed", {"seq": one.seq})


def _in_one_pair_of_hands(story: _Story) -> Iterator[Reason]:
    """I5 and I7: one lead while the ticket is in hands, and its row of the ledger."""
    if not story.parts and story.ticket.status not in _IN_HANDS:
        return
    last = max((part.round for part in story.parts), default=0)
    leads = [part for part in story.parts if part.round == last and part.role is HandlingRole.LEAD]
    if story.ticket.status in _IN_HANDS and len(leads) != 1:
        yield Reason("I5", "{count} bodies lead it; there must be one", {"count": len(leads)})
    if story.ticket.status in _ON_THE_LEDGER and not story.has_entry:
        yield Reason("I7", "it has no row in the call-back ledger")


def _hidden_from_the_village(story: _Story) -> Iterator[Reason]:
    """I6: what a village must not see has no visiting committee and no open visit."""
    if visible_to_village(story.ticket):
        return
    if story.ticket.visit_body is not None:
        yield Reason("I6", "the village must not see it, and yet it has a visiting committee")
    if any(visit.status is not VisitStatus.CANCELLED for visit in story.visits):
        yield Reason("I6", "the village must not see it, and yet a visit is planned or made")


def _moved_by_the_table(events: Sequence[Event]) -> Iterator[Reason]:
    """I8: every change of status is one the table allows."""
    for before, after in pairwise(sorted(events, key=lambda event: event.at)):
        if before.status is not after.status and (before.status, after.status) not in MOVES:
            values = {"before": before.status.value, "after": after.status.value}
            yield Reason("I8", "it went from {before} to {after}, which no rule allows", values)
