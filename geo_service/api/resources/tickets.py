"""Tickets as JSON: the list, one with its reasons, its events, and what a dispatcher decides."""

from fastapi import APIRouter

from geo_service.api.asking import Filtered, PageNumber, PageSize, TicketId, pages_of
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.schemas import (
    CONFLICT,
    NOT_FOUND,
    REFUSED,
    EventOut,
    PlaceDecision,
    TicketDetail,
    TicketList,
    TicketQueue,
    TransferDecision,
)
from geo_service.api.waiting import waiting_tickets

router = APIRouter(prefix="/api/v1", tags=["tickets"])


@router.get("/tickets", summary="Tickets that fit a filter, newest received first")
def tickets(
    services: Serving, language: Speaking, wanted: Filtered, page: PageNumber = 1, size: PageSize = 50
) -> TicketList:
    """Return one page; a page behind the last one is empty."""
    with services.database.unit_of_work(write=False) as work:
        found = work.tickets.page(wanted, number=page, size=size)
    return TicketList.of(found, page=page, pages=pages_of(found.total, size), language=language)


@router.get("/tickets/{ticket_id}", summary="One ticket with its reasons", responses=NOT_FOUND)
def ticket(services: Serving, language: Speaking, ticket_id: TicketId) -> TicketDetail:
    """Return where it is, whose it is, what else was considered, and why."""
    with services.database.unit_of_work(write=False) as work:
        return TicketDetail.of(work.tickets.get(ticket_id), language)


@router.get("/tickets/{ticket_id}/events", summary="What happened to a ticket", responses=NOT_FOUND)
def events(services: Serving, language: Speaking, ticket_id: TicketId) -> list[EventOut]:
    """Return the event log, oldest first; it only grows."""
    with services.database.unit_of_work(write=False) as work:
        work.tickets.get(ticket_id)
        return [EventOut.of(event, language) for event in work.events.of_ticket(ticket_id)]


@router.post(
    "/tickets/{ticket_id}/handling",
    summary="Confirm the proposed handling body: the ticket is dispatched",
    responses=NOT_FOUND | CONFLICT,
)
def confirm_handling(services: Serving, language: Speaking, ticket_id: TicketId) -> TicketDetail:
    """Return the ticket as it stands then; 409 when it has no proposal or is dispatched already."""
    return TicketDetail.of(services.confirm_handling(ticket_id, by=DISPATCHER), language)


@router.get("/review", summary="Tickets that wait for a place", tags=["review"])
def review(services: Serving, language: Speaking, page: PageNumber = 1, size: PageSize = 50) -> TicketQueue:
    """Return the queue: urgent tickets first, then the oldest."""
    queue = waiting_tickets(services)
    shown = queue[(page - 1) * size : page * size]
    return TicketQueue(
        total=len(queue),
        page=page,
        pages=pages_of(len(queue), size),
        tickets=[TicketDetail.of(ticket, language) for ticket in shown],
    )


@router.post(
    "/review/{ticket_id}",
    summary="Say where a ticket is",
    tags=["review"],
    responses=NOT_FOUND | CONFLICT | REFUSED,
)
def confirm_place(
    services: Serving, language: Speaking, ticket_id: TicketId, decision: PlaceDecision
) -> TicketDetail:
    """Take a person's word for a place; the ticket is assigned at once and returned as it stands then."""
    placed = services.confirm_place(
        ticket_id,
        unit_code=decision.unit_code,
        candidate=decision.candidate,
        reason=decision.reason,
        by=DISPATCHER,
        recuse=decision.recuse,
    )
    return TicketDetail.of(placed, language)


@router.post(
    "/review/{ticket_id}/transfer",
    summary="Give a ticket back to the hotline",
    tags=["review"],
    responses=NOT_FOUND | CONFLICT | REFUSED,
)
def transfer(
    services: Serving, language: Speaking, ticket_id: TicketId, decision: TransferDecision
) -> TicketDetail:
    """Let it go: it belongs to another county, body or emergency line."""
    return TicketDetail.of(services.transfer_out(ticket_id, reason=decision.reason, by=DISPATCHER), language)
