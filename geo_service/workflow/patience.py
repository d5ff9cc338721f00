"""When it takes longer: more time, reminders, tickets put aside, tickets the requester takes back.

Moves 13, 14 and 22 of the domain's table, extensions (延期), urging (催办) and supervision (督办).
"""

from dataclasses import replace
from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import Database
from geo_service.tickets.handling import Answer, Ask, AskKind, Pressure, PressureKind
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.service_limits import TimedStep
from geo_service.tickets.statuses import Status
from geo_service.workflow.decisions import LoopRules, Said, is_said, limit_of, moved, noted, words
from geo_service.workflow.parts import answer_ask, end_parts, open_part, waiting_ask


def request_extension(
    database: Database, ticket_id: str, body: str, said: Said, *, until: datetime
) -> Ticket:
    """Ask for more time, before the time is over (延期).

    Raises
    ------
    BadDecisionError
        Without a reason, after the due moment, or for a moment that is no later.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket, part = work.tickets.get(ticket_id), open_part(work, ticket_id, body)
        if part.due is not None and said.at > part.due:
            raise BadDecisionError("more time is asked for before it is over, not afterwards")
        if part.due is not None and until <= part.due:
            raise BadDecisionError(
                "the new moment must be later than {due}", due=f"{part.due:%Y-%m-%d %H:%M}"
            )
        work.loop.asks.add_many([Ask(ticket_id, AskKind.EXTENSION, body, said.at, said.by, why, until=until)])
        values = {"body": body, "until": f"{until:%Y-%m-%d %H:%M}", "why": why}
        return noted(work, ticket, said, Reason("D1", "{body} asks for time until {until}: {why}", values))


def decide_extension(database: Database, ticket_id: str, said: Said, *, granted: bool) -> Ticket:
    """Grant or refuse more time; the original due moment is kept beside the new one.

    Raises
    ------
    BadDecisionError
        When none was asked for.
    """
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        ask = waiting_ask(work, ticket_id, AskKind.EXTENSION)
        answer_ask(work, ask, said, Answer.GRANTED if granted else Answer.REFUSED)
        if granted:
            part = open_part(work, ticket_id, ask.body)
            work.loop.handlings.save_many([replace(part, due=ask.until)])
        reason = (
            Reason("D1", "{body} gets its time", {"body": ask.body})
            if granted
            else Reason("D1", "{body} gets no more time", {"body": ask.body})
        )
        return noted(work, ticket, said, reason)


def press(  # noqa: PLR0913 - a reminder, by name
    database: Database,
    ticket_id: str,
    body: str,
    said: Said,
    rules: LoopRules,
    *,
    kind: PressureKind,
) -> Ticket:
    """Urge a body (催办), or supervise it, which asks for an answer (督办).

    Raises
    ------
    BadDecisionError
        Without a reason, or when the body has no open part.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        open_part(work, ticket_id, body)
        is_supervised = kind is PressureKind.SUPERVISE
        due = rules.limits.due(said.at, limit_of(ticket, rules.limits, TimedStep.SUPERVISED_ANSWER))
        work.loop.pressures.add_many(
            [
                Pressure(
                    ticket_id,
                    kind,
                    body,
                    said.at,
                    said.by,
                    why,
                    answer_due=due.at.date() if is_supervised else None,
                )
            ]
        )
        values = {"body": body, "why": why}
        reason = (
            Reason("D3", "{body} is supervised: {why}", values)
            if is_supervised
            else Reason("D2", "{body} is urged: {why}", values)
        )
        return noted(work, ticket, said, reason)


def defer(  # noqa: PLR0913 - what a deferral needs, by name
    database: Database, ticket_id: str, body: str, said: Said, *, plan: str, until: datetime, approved_by: str
) -> Ticket:
    """Put a ticket aside that cannot be solved for now (挂账, move 13).

    Raises
    ------
    BadDecisionError
        Without a reason, a plan, a later day, or the approval of somebody else than who asks.
    """
    why = said.demand_grounds()
    if not is_said(plan):
        raise BadDecisionError("say what is done until then: the plan is empty")
    if until <= said.at:
        raise BadDecisionError("a ticket is deferred to a day to come")
    if not approved_by.strip() or approved_by.strip() == said.by:
        raise BadDecisionError("the head of the unit approves a deferral, not who asks for it")
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        open_part(work, ticket_id, body)
        work.loop.asks.add_many(
            [
                Ask(
                    ticket_id,
                    AskKind.DEFERRAL,
                    body,
                    said.at,
                    said.by,
                    why,
                    until=until,
                    plan=words(plan),
                    answer=Answer.GRANTED,
                    answered_at=said.at,
                    answered_by=approved_by.strip(),
                )
            ]
        )
        values = {"until": f"{until:%Y-%m-%d}", "why": why}
        return moved(
            work, ticket, Status.DEFERRED, said, Reason("S13", "deferred until {until}: {why}", values)
        )


def resume(database: Database, ticket_id: str, said: Said) -> Ticket:
    """Take a deferred ticket up again (move 14)."""
    with database.unit_of_work() as work:
        reason = Reason("S14", "it is taken up again: {why}", {"why": said.demand_grounds()})
        return moved(work, work.tickets.get(ticket_id), Status.HANDLING, said, reason)


def withdraw(database: Database, ticket_id: str, said: Said) -> Ticket:
    """Let the requester take a ticket back (撤诉, move 22); what is dangerous is looked at all the same.

    Raises
    ------
    BadDecisionError
        Without a reason.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        end_parts(work, ticket_id, said.at)
        reason = Reason("S22", "the requester withdraws it: {why}", {"why": why})
        return moved(work, work.tickets.get(ticket_id), Status.WITHDRAWN, said, reason)
