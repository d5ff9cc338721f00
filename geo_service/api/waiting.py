"""What waits for a person: tickets without a place, and visits without a round; for pages and JSON alike."""

from geo_service.services import Services
from geo_service.storage import UnitOfWork
from geo_service.tickets.model import Ticket, Urgency
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import LeftOut, VisitStatus


def waiting_tickets(services: Services) -> list[Ticket]:
    """Return the tickets that wait for their place: the urgent first, then the oldest."""
    with services.database.unit_of_work(write=False) as work:
        tickets = work.tickets.by_status(Status.LOCATING)
    return sorted(tickets, key=lambda ticket: ticket.urgency is Urgency.NORMAL)


def left_out_visits(work: UnitOfWork) -> tuple[LeftOut, ...]:
    """Return the visits that the last planning left out, each with its reason; never a guarded ticket's."""
    visits = [visit for visit in work.visits.by_status(VisitStatus.PLANNED) if visit.left_because]
    tickets = work.tickets.find({visit.ticket_id for visit in visits})
    return tuple(
        LeftOut(visit.id, visit.ticket_id, tickets[visit.ticket_id].upstream_no, visit.left_because)
        for visit in visits
        if visit.left_because and visible_to_village(tickets[visit.ticket_id])
    )
