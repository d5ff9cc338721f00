"""What every decision of a person has in common: who, when, on what grounds, and that it is written down."""

from dataclasses import dataclass
from datetime import datetime

from geo_service.errors import BadDecisionError
from geo_service.storage import UnitOfWork
from geo_service.tickets.callback_methods import MethodTable
from geo_service.tickets.model import Event, Ticket
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.service_limits import Limit, ServiceLimits, TimedStep
from geo_service.tickets.statuses import Status

_SHORTEST_GROUNDS = 2


@dataclass(frozen=True, slots=True)
class LoopRules:
    """What the closed loop needs to know of the county."""

    limits: ServiceLimits
    methods: MethodTable


@dataclass(frozen=True, slots=True)
class Said:
    """Who does something, when, and on what grounds."""

    by: str
    at: datetime
    why: str = ""

    @property
    def grounds(self) -> str:
        """The grounds, masked: they are shown with the ticket."""
        return words(self.why)

    def demand_grounds(self) -> str:
        """Return the grounds.

        Raises
        ------
        BadDecisionError
            When there are none.
        """
        if len(self.grounds) < _SHORTEST_GROUNDS:
            raise BadDecisionError("give a reason in a few words")
        return self.grounds


def words(text: str) -> str:
    """Return what a person wrote, masked: it is stored and shown like this."""
    return mask_text(text.strip())


def is_said(text: str) -> bool:
    """Say whether a field holds something."""
    return len(text.strip()) >= _SHORTEST_GROUNDS


def limit_of(ticket: Ticket, limits: ServiceLimits, step: TimedStep) -> Limit:
    """Return how long a step of a ticket may take."""
    return limits.of(step, kind=ticket.request_kind, urgency=ticket.urgency, category=ticket.category)


def moved(work: UnitOfWork, ticket: Ticket, to: Status, said: Said, reason: Reason) -> Ticket:
    """Store a ticket in another status, and the event.

    Raises
    ------
    WrongStatusError
        When the table of moves does not allow it.
    """
    after, event = ticket.move(to, at=said.at, by=said.by, reason=reason)
    return _stored(work, after, event)


def noted(work: UnitOfWork, ticket: Ticket, said: Said, reason: Reason) -> Ticket:
    """Store a ticket with an event that leaves its status."""
    return _stored(work, ticket, ticket.happened(at=said.at, by=said.by, reason=reason))


def _stored(work: UnitOfWork, ticket: Ticket, event: Event) -> Ticket:
    saved = work.tickets.save(ticket)
    work.events.add_many([event])
    return saved
