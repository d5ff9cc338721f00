"""Who works on a dispatched ticket: sign for it, finish it, give it back to somebody else.

Every function is one decision of one person in one unit of work: the guards of the domain's table (moves 8 to
12) are checked, the records and an event are written, or nothing is.
"""

from collections.abc import Iterable
from dataclasses import replace

from geo_service.errors import BadDecisionError
from geo_service.storage import Database
from geo_service.tickets.handling import Answer, Ask, AskKind, Handling, HandlingRole
from geo_service.tickets.model import HandlingBody, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.service_limits import TimedStep
from geo_service.tickets.statuses import Status
from geo_service.workflow.decisions import LoopRules, Said, is_said, limit_of, moved, noted, words
from geo_service.workflow.owing import owe_after_completion
from geo_service.workflow.parts import (
    answer_ask,
    end_parts,
    lead_of,
    open_handling,
    open_part,
    parts_of,
    waiting_ask,
)


def sign(database: Database, ticket_id: str, body: str, said: Said) -> Ticket:
    """Let a body sign for its part; the lead's signature begins the handling (move 9).

    Raises
    ------
    BadDecisionError
        When the body has no open part in the ticket, or has signed.
    """
    with database.unit_of_work() as work:
        ticket, part = work.tickets.get(ticket_id), open_part(work, ticket_id, body)
        if part.signed_at is not None:
            raise BadDecisionError("{body} has signed for it already", body=body)
        work.loop.handlings.save_many([replace(part, signed_at=said.at)])
        reason = Reason("S9", "{body} has signed for it", {"body": body})
        if part.role is HandlingRole.LEAD and ticket.status is Status.DISPATCHED:
            return moved(work, ticket, Status.HANDLING, said, reason)
        return noted(work, ticket, said, reason)


def complete(  # noqa: PLR0913 - what a body reports, by name
    database: Database,
    ticket_id: str,
    body: str,
    said: Said,
    rules: LoopRules,
    *,
    result: str,
    evidence: str = "",
    reply: str = "",
) -> Ticket:
    """Record what a body has done; the lead's record makes the call-back due (moves 12 and 18).

    Raises
    ------
    BadDecisionError
        When the result is missing, the body has no open part, or the lead is done before its assists.
    WrongStatusError
        When the ticket is not being handled.
    """
    if not is_said(result):
        raise BadDecisionError("say what was done: the result is empty")
    with database.unit_of_work() as work:
        ticket, part = work.tickets.get(ticket_id), open_part(work, ticket_id, body)
        done = replace(
            part,
            signed_at=part.signed_at or said.at,
            completed_at=said.at,
            result=words(result),
            evidence=words(evidence),
            reply=words(reply),
        )
        work.loop.handlings.save_many([done])
        reason = Reason("S12", "{body} has done its part: {result}", {"body": body, "result": done.result})
        if part.role is HandlingRole.ASSIST:
            return noted(work, ticket, said, reason)
        _refuse_open_assists(parts_of(work, ticket_id))
        after = moved(work, ticket, Status.CALLBACK_DUE, said, reason)
        owe_after_completion(work, after, rules, now=said.at)
        return after


def _refuse_open_assists(parts: Iterable[Handling]) -> None:
    waiting = [part.body for part in parts if part.role is HandlingRole.ASSIST and part.is_open]
    if waiting:
        raise BadDecisionError(
            "{bodies} have not answered yet: wait for them, or go on without them with a reason",
            bodies="、".join(waiting),
        )


def waive(database: Database, ticket_id: str, body: str, said: Said) -> Ticket:
    """Go on without an assisting body's answer.

    Raises
    ------
    BadDecisionError
        When it is the lead, has no open part, or no reason is given.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket, part = work.tickets.get(ticket_id), open_part(work, ticket_id, body)
        if part.role is HandlingRole.LEAD:
            raise BadDecisionError("{body} leads: only an assisting body can be left out", body=body)
        work.loop.handlings.save_many([replace(part, waived=True)])
        values = {"body": body, "why": why}
        return noted(work, ticket, said, Reason("S12", "it goes on without {body}: {why}", values))


def request_return(  # noqa: PLR0913 - what a return needs, by name
    database: Database, ticket_id: str, body: str, said: Said, rules: LoopRules, *, suggested_body: str
) -> Ticket:
    """Ask to give a ticket back: not mine (退单, move 10).

    Raises
    ------
    BadDecisionError
        Without a reason or a suggested body; for a designated body; after the time for it.
    """
    why = said.demand_grounds()
    if not suggested_body.strip() or suggested_body.strip() == body:
        raise BadDecisionError("say whose it is instead: name another body")
    with database.unit_of_work() as work:
        ticket, part = work.tickets.get(ticket_id), open_part(work, ticket_id, body)
        if part.is_designated:
            raise BadDecisionError("{body} was designated and cannot return it", body=body)
        limit = rules.limits.due(part.dispatched_at, limit_of(ticket, rules.limits, TimedStep.RETURN))
        if said.at > limit.at:
            raise BadDecisionError("it could be returned until {moment}", moment=f"{limit.at:%Y-%m-%d %H:%M}")
        work.loop.asks.add_many(
            [Ask(ticket_id, AskKind.RETURN, body, said.at, said.by, why, suggested_body.strip())]
        )
        values = {"body": body, "suggested": suggested_body.strip(), "why": why}
        reason = Reason("S10", "{body} returns it, {suggested} should have it: {why}", values)
        return moved(work, ticket, Status.RETURN_REVIEW, said, reason)


def decide_return(
    database: Database, ticket_id: str, said: Said, rules: LoopRules, *, to: str | None
) -> Ticket:
    """Decide a return (move 11).

    Parameters
    ----------
    to
        The body that gets the ticket: another one accepts the return, the same one refuses it and is
        designated by that. None gives the ticket back to the hotline.

    Raises
    ------
    BadDecisionError
        Without a reason, or when no return waits.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        ask = waiting_ask(work, ticket_id, AskKind.RETURN)
        part = lead_of(parts_of(work, ticket_id))
        refused = to == part.body
        answer_ask(work, ask, said, Answer.REFUSED if refused else Answer.GRANTED)
        if refused:
            work.loop.handlings.save_many([replace(part, is_designated=True)])
            values = {"body": part.body, "why": why}
            reason = Reason("S11", "the return is refused, {body} is designated: {why}", values)
            return moved(work, ticket, Status.DISPATCHED, said, reason)
        end_parts(work, ticket_id, said.at)
        if to is None:
            out = Reason("S11", "the return is accepted, it goes back to the hotline: {why}", {"why": why})
            return moved(work, ticket, Status.TRANSFERRED_OUT, said, out)
        body = HandlingBody(to, confirmed=True, assists=())
        accepted = Reason("S11", "the return is accepted, {body} gets it: {why}", {"body": to, "why": why})
        ready = moved(work, replace(ticket, handling_body=body), Status.READY, said, accepted)
        again = Reason("S8", "{body} handles it now", {"body": to})
        dispatched = moved(work, ready, Status.DISPATCHED, said, again)
        open_handling(work, dispatched, rules, now=said.at)
        return dispatched
