"""Handling bodies confirmed, many tickets at a time: each its own event, the delicate ones one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from geo_service.api.asking import PLAIN, Line
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.rendering import render
from geo_service.api.speech import sentence
from geo_service.errors import ChangedMeanwhileError, UnknownTicketError, WrongStatusError
from geo_service.i18n import Language, translate
from geo_service.services import Services
from geo_service.tickets.model import Flag, Ticket, Urgency
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status

router = APIRouter(include_in_schema=False)

MOST_AT_ONCE = 500
"""How many tickets the page offers; the others follow when these are done."""
_Id = Annotated[str, Form(max_length=40, pattern=PLAIN)]


@dataclass(frozen=True, slots=True)
class Matters:
    """The tickets of one category for one body."""

    category: str
    because: tuple[Reason, ...]
    """Why this body: said once when it is the same for all of them."""
    tickets: tuple[Ticket, ...]
    """The urgent first, then the oldest."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for one body."""

    body: str
    matters: tuple[Matters, ...]

    @property
    def total(self) -> int:
        """How many tickets."""
        return sum(len(matter.tickets) for matter in self.matters)


@dataclass(frozen=True, slots=True)
class DispatchingPage:
    """What is ready to be dispatched, body by body."""

    proposals: tuple[Proposal, ...]
    """The body with the most tickets first."""
    one_by_one: tuple[Ticket, ...]
    """Delicate tickets, and those for which nobody is proposed: each is decided on its own page."""
    total: int
    more: int
    """How many follow when these are done."""
    done: int
    """How many were just dispatched."""
    body: str = ""
    """Whose form was just sent: it stays open."""
    problems: tuple[str, ...] = ()
    """What could not be done, ticket by ticket."""


@router.get("/dispatch")
def show(
    request: Request,
    services: Serving,
    done: Annotated[int, Query(ge=0, le=MOST_AT_ONCE)] = 0,
) -> HTMLResponse:
    """Show every ticket that is ready, under the body proposed for it."""
    return render(request, "dispatching.html", _page(services, done=done))


@router.post("/dispatch")
def confirm(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    services: Serving,
    language: Speaking,
    body: Line = "",
    ticket: Annotated[list[_Id] | None, Form(max_length=MOST_AT_ONCE)] = None,
    reason: Line = "",
) -> Response:
    """Confirm one body for every ticket that was ticked; what cannot be done is told, the others are."""
    if not ticket:
        nothing = translate("Tick the tickets that {body} is to handle.", language, body=body)
        return render(
            request, "dispatching.html", _page(services, body=body, problems=(nothing,)), status_code=422
        )
    done, problems = 0, []
    for ticket_id in dict.fromkeys(ticket):
        problem = _confirm(services, ticket_id, body, reason, language)
        done += not problem
        problems += [problem] if problem else []
    if not problems:
        return RedirectResponse(f"/dispatch?done={done}", status_code=303)
    page = _page(services, done=done, body=body, problems=tuple(problems))
    return render(request, "dispatching.html", page, status_code=409)


def _confirm(services: Services, ticket_id: str, body: str, reason: str, language: Language) -> str:
    """Dispatch one ticket; return why that was not possible, or an empty text."""
    with services.database.unit_of_work(write=False) as work:
        found = work.tickets.find({ticket_id}).get(ticket_id)
    if found and is_delicate(found):
        return translate("{number} is decided on its own page.", language, number=found.upstream_no)
    try:
        services.confirm_handling(ticket_id, by=DISPATCHER, why=reason, seen=body)
    except (UnknownTicketError, WrongStatusError, ChangedMeanwhileError) as error:
        return sentence(error, language)
    return ""


def is_delicate(ticket: Ticket) -> bool:
    """Whether a ticket is looked at by itself: guarded, an emergency, or nobody is proposed for it."""
    return (
        ticket.is_guarded
        or ticket.handling_body is None
        or ticket.urgency is Urgency.EMERGENCY
        or Flag.EMERGENCY in ticket.flags
    )


def _page(
    services: Services, *, done: int = 0, body: str = "", problems: tuple[str, ...] = ()
) -> DispatchingPage:
    with services.database.unit_of_work(write=False) as work:
        ready = work.tickets.by_status(Status.READY)
    delicate = tuple(ticket for ticket in ready if is_delicate(ticket))
    plain = [ticket for ticket in ready if not is_delicate(ticket)]
    return DispatchingPage(
        proposals=tuple(_proposals(plain[:MOST_AT_ONCE])),
        one_by_one=delicate,
        total=len(ready),
        more=max(0, len(plain) - MOST_AT_ONCE),
        done=done,
        body=body,
        problems=problems,
    )


def _proposals(tickets: Iterable[Ticket]) -> list[Proposal]:
    """Return tickets under the bodies proposed for them, then under their categories."""

    def body_of(ticket: Ticket) -> str:
        return ticket.handling_body.name if ticket.handling_body else ""

    def category_of(ticket: Ticket) -> str:
        return ticket.category

    proposals = [
        Proposal(
            body,
            tuple(
                _matters(category, tuple(same))
                for category, same in groupby(sorted(theirs, key=category_of), key=category_of)
            ),
        )
        for body, theirs in groupby(sorted(tickets, key=body_of), key=body_of)
    ]
    return sorted(proposals, key=lambda proposal: -proposal.total)


def _matters(category: str, tickets: tuple[Ticket, ...]) -> Matters:
    whys = [ticket.assign_because[-1:] for ticket in tickets]
    is_one = all(why == whys[0] for why in whys)
    urgent_first = sorted(tickets, key=lambda ticket: ticket.urgency is Urgency.NORMAL)
    return Matters(category, whys[0] if is_one else (), tuple(urgent_first))
