"""Pointing a ticket's place out: the map, what would follow at once, and the decision."""

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

import maps
from geo_service.api.asking import TicketId
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.pages.review import REFUSALS, CardPage, Done, outcome
from geo_service.api.pages.tickets import ticket_page
from geo_service.api.pointing import AskedPointing, ForeseenPage, Placing, SentPointing, placing_of, ways
from geo_service.api.rendering import TAGS, render
from geo_service.api.speech import sentence
from geo_service.errors import BadDecisionError
from geo_service.i18n import Language
from geo_service.services import Services
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from geo_service.workflow import drawing

router = APIRouter(include_in_schema=False)


@router.get("/maps/tickets/{ticket_id}/pointing")
def pointing_map(
    request: Request, services: Serving, language: Speaking, ticket_id: TicketId
) -> HTMLResponse:
    """Return the map to point at; of a guarded ticket it shows no place."""
    with services.database.unit_of_work(write=False) as work:
        ticket = work.tickets.get(ticket_id)
    assets = maps.Assets.linked("/static/maps", request.state.nonce)
    html = drawing.pointing_map(ticket, services.canvas(language, assets))
    return HTMLResponse(html, headers={"Content-Language": TAGS[language]})


@router.get("/tickets/{ticket_id}/place")
def foresee(
    request: Request, services: Serving, language: Speaking, ticket_id: TicketId, fields: AskedPointing
) -> HTMLResponse:
    """Return what would follow from a place, as a piece of the page; nothing is stored."""
    try:
        seen = services.corrections.foresee(ticket_id, fields.read(services.units))
    except BadDecisionError as error:
        return render(request, "parts/foreseen.html", ForeseenPage(problem=sentence(error, language)))
    return render(request, "parts/foreseen.html", ForeseenPage(seen))


@router.post("/tickets/{ticket_id}/place")
def decide(
    request: Request, services: Serving, language: Speaking, ticket_id: TicketId, fields: SentPointing
) -> Response:
    """Take a person's word for a place: a card for htmx, else the ticket's page again."""
    in_queue = "hx-request" in request.headers
    try:
        pointed = fields.read(services.units)
        ticket = services.corrections.correct(ticket_id, pointed, reason=fields.reason, by=DISPATCHER)
    except tuple(REFUSALS) as error:
        problem, status = sentence(error, language), REFUSALS[type(error)]
        with services.database.unit_of_work(write=False) as work:
            now = work.tickets.get(ticket_id)
        # who has read what changed may confirm what stands there now
        placing = placing_of(
            now, fields=replace(fields, seen=str(now.version)), problem=problem, in_queue=in_queue
        )
        if in_queue:
            return _refused(request, services, language, ticket_id, placing, status)
        page = ticket_page(services, language, ticket_id, placing=placing, refused=problem)
        return render(request, "ticket.html", page, status_code=status)
    if in_queue:
        return _done(request, services, language, ticket)
    return RedirectResponse(f"/tickets/{quote(ticket.id)}?done=place", status_code=303)


def _done(request: Request, services: Services, language: Language, ticket: Ticket) -> Response:
    card = CardPage(ways(language), _waiting(services), done=Done(ticket, outcome(ticket, language)))
    answer = render(request, "parts/review_done.html", card)
    answer.headers["HX-Retarget"] = f"#t-{ticket.id}"
    return answer


def _refused(  # noqa: PLR0913, PLR0917 - one refusal, told on one card
    request: Request,
    services: Services,
    language: Language,
    ticket_id: str,
    placing: Placing | None,
    status: int,
) -> Response:
    """Answer htmx: the same form and why it was refused, or the way to a ticket that is past it."""
    if placing is None:
        return Response(headers={"HX-Redirect": f"/tickets/{quote(ticket_id)}"})
    card = CardPage(ways(language), _waiting(services), placing=placing)
    return render(request, "parts/placing_card.html", card, status_code=status)


def _waiting(services: Services) -> int:
    with services.database.unit_of_work(write=False) as work:
        return work.tickets.counts()[Status.LOCATING]
