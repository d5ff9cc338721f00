"""The parts that bodies have in a ticket, and what they ask for: found in the records, ended, answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import UnitOfWork
from geo_service.tickets.handling import Answer, Ask, AskKind, Handling, HandlingRole
from geo_service.tickets.lists import LedgerEntry
from geo_service.tickets.model import HandlingBody, Ticket
from geo_service.tickets.privacy import mask_name, mask_phone
from geo_service.tickets.service_limits import TimedStep
from geo_service.workflow.decisions import LoopRules, Said, limit_of

MOST_RETURNS = 2
"""After so many returns the next body is designated and cannot return the ticket (退单不得推诿)."""


def open_handling(work: UnitOfWork, ticket: Ticket, rules: LoopRules, *, now: datetime) -> None:
    """Begin the handling of a ticket that was just dispatched: lead, assists and the row of the ledger."""
    body = ticket.handling_body
    if body is None:
        raise BadDecisionError("ticket {number} has no handling body", number=ticket.upstream_no)
    earlier = work.loop.handlings.of_ticket(ticket.id)
    turn = max((one.round for one in earlier), default=0) + 1
    designated = (
        sum(one.kind is AskKind.RETURN for one in work.loop.asks.of_ticket(ticket.id)) >= MOST_RETURNS
    )
    due = rules.limits.due(now, limit_of(ticket, rules.limits, TimedStep.HANDLE))
    sign = rules.limits.due(now, limit_of(ticket, rules.limits, TimedStep.SIGN))
    for name, role in ((body.name, HandlingRole.LEAD), *((one, HandlingRole.ASSIST) for one in body.assists)):
        work.loop.handlings.add_many(
            [
                Handling(
                    ticket.id,
                    name,
                    role,
                    now,
                    round=turn,
                    is_designated=designated and role is HandlingRole.LEAD,
                    sign_due=sign.at,
                    due=due.at,
                    original_due=due.at,
                    is_provisional=due.is_provisional or sign.is_provisional,
                )
            ]
        )
    work.loop.ledger.save_many([_ledger_entry(work, ticket, body, now)])


def _ledger_entry(work: UnitOfWork, ticket: Ticket, body: HandlingBody, now: datetime) -> LedgerEntry:
    """Return the row of the ledger; its three mandatory fields are never empty (I7)."""
    stored = work.loop.ledger.find([ticket.id]).get(ticket.id)
    who = " ".join(filter(None, (mask_name(ticket.requester.name), mask_phone(ticket.requester.phone))))
    return LedgerEntry(
        ticket.id,
        who or "—",
        ticket.content_masked or ticket.title or ticket.category or "—",
        body.name,
        stored.opened_at if stored else now,
    )


def parts_of(work: UnitOfWork, ticket_id: str) -> list[Handling]:
    """Return the parts of the present round."""
    parts = work.loop.handlings.of_ticket(ticket_id)
    last = max((part.round for part in parts), default=0)
    return [part for part in parts if part.round == last]


def lead_of(parts: Iterable[Handling]) -> Handling:
    """Return the leading part; there is exactly one (I5)."""
    return next(part for part in parts if part.role is HandlingRole.LEAD)


def open_part(work: UnitOfWork, ticket_id: str, body: str) -> Handling:
    """Return what a body still owes.

    Raises
    ------
    BadDecisionError
        When it owes nothing.
    """
    part = next((one for one in parts_of(work, ticket_id) if one.body == body and one.is_open), None)
    if part is None:
        raise BadDecisionError("{body} has no open part in this ticket", body=body)
    return part


def end_parts(work: UnitOfWork, ticket_id: str, at: datetime) -> None:
    """Take the ticket away from whoever still works on it."""
    work.loop.handlings.save_many(
        replace(part, ended_at=at) for part in parts_of(work, ticket_id) if part.is_open
    )


def waiting_ask(work: UnitOfWork, ticket_id: str, kind: AskKind) -> Ask:
    """Return what was asked for and is not decided yet.

    Raises
    ------
    BadDecisionError
        When nothing waits.
    """
    asks = work.loop.asks.of_ticket(ticket_id)
    found = next((ask for ask in asks if ask.kind is kind and ask.answer is Answer.WAITING), None)
    if found is None:
        raise BadDecisionError("nothing waits to be decided here")
    return found


def answer_ask(work: UnitOfWork, ask: Ask, said: Said, answer: Answer) -> None:
    """Store what was decided."""
    work.loop.asks.save_many(
        [replace(ask, answer=answer, answered_at=said.at, answered_by=said.by, answer_why=said.grounds)]
    )
