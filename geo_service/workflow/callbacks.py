"""Call-backs are tried and made; and what follows from each (moves 15 to 18 and 20).

A ticket is closed by a valid call-back, or by a reviewer who did not handle it (`closing`); nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geo_service.errors import BadDecisionError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.callbacks import (
    UNHAPPY,
    Answers,
    Attempt,
    AttemptResult,
    CallBack,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    ContactChannel,
    what_follows,
)
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.service_limits import Moment
from geo_service.tickets.statuses import Status
from geo_service.workflow.decisions import LoopRules, Said, moved, noted, words
from geo_service.workflow.owing import (
    close_entry,
    handle_again,
    owe,
    owe_tracking,
    owed_callback,
    reopen_entry,
)

_SMALLEST_TEAM = 2


def record_contact(database: Database, ticket_id: str, said: Said, channel: ContactChannel) -> Ticket:
    """Write down that the requester was spoken to while the work goes on (过程沟通): never a call-back.

    Raises
    ------
    BadDecisionError
        When what was said is missing.
    """
    text = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        seq = max((one.seq for one in work.loop.callbacks.of_ticket(ticket_id)), default=0) + 1
        made = CallBack(
            ticket_id,
            seq,
            CallBackType.PROCESS_CONTACT,
            CallbackMethod.AUXILIARY,
            said.at,
            status=CallBackStatus.DONE,
            by=(said.by,),
            done_at=said.at,
            channel=channel,
        )
        work.loop.callbacks.add_many([made])
        reason = Reason("S9", "the requester was spoken to during the works: {words}", {"words": text})
        return noted(work, ticket, said, reason)


def record_attempt(
    database: Database, ticket_id: str, said: Said, channel: ContactChannel, result: AttemptResult
) -> Ticket:
    """Write down an attempt in vain; enough of them let a reviewer close (moves 7 and 17).

    Raises
    ------
    BadDecisionError
        When no call-back is owed, or the attempt reached somebody: record the call-back then.
    """
    if result is AttemptResult.REACHED:
        raise BadDecisionError("somebody was reached: record what they answered")
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        owed = owed_callback(work, ticket_id)
        attempt = Attempt(said.at, channel, result, said.by)
        tried = replace(owed, status=CallBackStatus.ATTEMPTED, attempts=(*owed.attempts, attempt))
        work.loop.callbacks.save_many([tried])
        reason = Reason("C1", "call-back attempt {n} in vain", {"n": len(tried.attempts)})
        ticket = noted(work, ticket, said, reason)
        if not tried.is_exhausted or ticket.status is not Status.CALLBACK_DUE:
            return ticket
        enough = Reason("S17", "three attempts on two days in vain: a reviewer decides")
        return moved(work, ticket, Status.CLOSE_REVIEW, said, enough)


def record_callback(  # noqa: PLR0913 - a call-back, by name
    database: Database,
    ticket_id: str,
    said: Said,
    rules: LoopRules,
    answers: Answers,
    *,
    channel: ContactChannel,
    team: Sequence[str] = (),
    visit_id: str | None = None,
) -> Ticket:
    """Record a call-back that reached somebody, and take the ticket where its answers lead.

    Parameters
    ----------
    team
        Who asked; face to face at least two.
    visit_id
        The visit that made it.

    Raises
    ------
    BadDecisionError
        When no call-back is owed; when two people were needed; when a person who is dissatisfied was not
        asked why.
    WrongStatusError
        When the ticket's call-back is not due.
    """
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        call = Call(channel, tuple(team), visit_id)
        return conclude(work, ticket, said, rules, answers, call)


@dataclass(frozen=True, slots=True)
class Call:
    """How a call-back was made."""

    channel: ContactChannel
    team: tuple[str, ...] = ()
    """Who asked; empty for who writes it down alone."""
    visit_id: str | None = None


def conclude(  # noqa: PLR0913, PLR0917 - a call-back, in the unit of work of whoever made it
    work: UnitOfWork, ticket: Ticket, said: Said, rules: LoopRules, answers: Answers, call: Call
) -> Ticket:
    """Complete the call-back that is owed; see `record_callback`."""
    by = tuple(dict.fromkeys(call.team or (said.by,)))
    _refuse_incomplete(answers, call.channel, by)
    owed = owed_callback(work, ticket.id)
    made = replace(
        owed,
        status=CallBackStatus.DONE,
        attempts=(*owed.attempts, Attempt(said.at, call.channel, AttemptResult.REACHED, said.by)),
        by=by,
        done_at=said.at,
        channel=call.channel,
        visit_id=call.visit_id or owed.visit_id,
        answers=replace(answers, words=words(answers.words), new_request=words(answers.new_request)),
    )
    return _concluded(work, ticket, made, said, rules)


def _refuse_incomplete(answers: Answers, channel: ContactChannel, by: Sequence[str]) -> None:
    if channel is ContactChannel.FACE_TO_FACE and len(by) < _SMALLEST_TEAM:
        raise BadDecisionError("two people go to a door: name both")
    if answers.satisfaction in UNHAPPY and answers.dissatisfaction_reason is None:
        raise BadDecisionError("ask why the requester is dissatisfied, and note it")


def _concluded(work: UnitOfWork, ticket: Ticket, made: CallBack, said: Said, rules: LoopRules) -> Ticket:
    """Store a finished call-back, move the ticket, and owe what comes next."""
    follows = what_follows(made)
    if follows.status is None:
        # it does not count: it is kept as what it was, and the call-back is still owed
        kept = replace(made, type=CallBackType.PROCESS_CONTACT)
        work.loop.callbacks.save_many([kept])
        again = Moment(made.due, made.is_provisional)
        owe(work, ticket, made.type, again, rules)
        return noted(work, ticket, said, follows.reason)
    work.loop.callbacks.save_many([made])
    if ticket.status is Status.CLOSED:
        return _tracked(work, ticket, made, said, rules, follows.reason)
    after = moved(work, ticket, follows.status, said, follows.reason)
    if follows.status is Status.CLOSED:
        close_entry(work, after, said, ClosureReason.RESOLVED)
        owe_tracking(work, after, said.at, rules)
    elif follows.status is Status.REHANDLING:
        handle_again(work, after, said.at, rules)
    return after


def _tracked(  # noqa: PLR0913, PLR0917 - one story
    work: UnitOfWork, ticket: Ticket, made: CallBack, said: Said, rules: LoopRules, reason: Reason
) -> Ticket:
    """Conclude a follow-up on a closed ticket: it holds, or it is handled again (move 20)."""
    if what_follows(made).status is Status.CLOSED:
        return noted(work, ticket, said, Reason("S21", "the follow-up finds that it holds"))
    relapse = Reason("S20", "the follow-up finds that it came back: {why}", {"why": reason.text()})
    after = moved(work, ticket, Status.REHANDLING, said, relapse)
    reopen_entry(work, after)
    handle_again(work, after, said.at, rules)
    return after
