"""The parts that bodies have in a ticket, and what they ask for: found in the records, ended, answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import UnitOfWork
from geo_service.tickets.handling import Answer, Ask, AskKind, Handling, HandlingRole
from geo_service.workflow.decisions import Said


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
