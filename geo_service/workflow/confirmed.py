"""Tickets whose place people have confirmed, as far as something may be learnt from them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from boundaries import Areas, LonLat
from geo_service.storage import Database
from geo_service.tickets.model import Source, Ticket, TicketPlace
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitPurpose, VisitStatus
from geo_service.workflow.intake import words_of

_AT_THE_PLACE = frozenset({VisitPurpose.VERIFY, VisitPurpose.SITE})
"""Other visits may go to whoever called."""
_REMEMBERED = "MEM"
_UNCHALLENGED = frozenset({Status.CLOSED, Status.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One ticket of a known place."""

    number: str
    """Its number at the hotline."""
    masked: str
    """What the geocoder read, without phones, names, doors and rooms."""
    verbatim: str = field(repr=False)
    """The same as it came: to be read again and counted, never kept."""
    unit_code: str | None
    """Village or community; None when only the town was confirmed."""
    point: LonLat | None
    """Where it was, WGS 84; None when nobody pointed there or stood there."""
    caller: str = field(repr=False)
    """Tells callers apart, and is never kept; empty for everybody of whom nothing is known."""
    day: date
    """When the ticket was received."""
    is_confirmed: bool = True
    """False when nobody looked at the place, but the ticket was closed and nobody objected: it tells only how
    often the rules are right. Without these an automatic answer would count only when it was corrected."""


def confirmed_tickets(database: Database, areas: Areas) -> list[Confirmed]:
    """Return the tickets whose place a person decided, or where somebody has been; and unchallenged ones.

    Guarded ones are left out, and so is every place of a caller. A visit counts when it is done, at the
    matter's place, and the phone of the team was in the village that it was sent to.
    """
    with database.unit_of_work(write=False) as work:
        visits = defaultdict(list)
        for visit in work.visits.by_status(VisitStatus.DONE):
            visits[visit.ticket_id].append(visit)
        tickets = [ticket for ticket in work.tickets.all() if not ticket.is_guarded and ticket.issue_place]
    return [found for ticket in tickets if (found := _confirmed(ticket, visits[ticket.id], areas))]


def _confirmed(ticket: Ticket, visits: list[Visit], areas: Areas) -> Confirmed | None:
    place = ticket.issue_place
    if place is None:
        return None
    arrived = next(_arrivals(place, visits, areas), None)
    is_confirmed = place.source is Source.MANUAL or arrived is not None
    if not is_confirmed and ticket.status not in _UNCHALLENGED:
        return None
    caller, words = ticket.requester, words_of(ticket)
    return Confirmed(
        number=ticket.upstream_no,
        masked=mask_text(words, [word for word in (caller.name, caller.phone) if word]),
        verbatim=words,
        unit_code=place.unit_code,
        point=arrived or _point(place, ticket),
        caller=caller.phone or caller.name,
        day=ticket.received_at.date(),
        is_confirmed=is_confirmed,
    )


def _arrivals(place: TicketPlace, visits: list[Visit], areas: Areas) -> Iterator[LonLat]:
    """Yield where teams stood, as far as it was in the ticket's village."""
    for visit in visits:
        record = visit.record
        if visit.purpose not in _AT_THE_PLACE or record is None or record.away_because:
            continue
        if record.arrived_lon is None or record.arrived_lat is None:
            continue
        point = LonLat(record.arrived_lon, record.arrived_lat)
        village = areas.locate(point)
        if village is not None and village.code == place.unit_code:
            yield point


def _point(place: TicketPlace, ticket: Ticket) -> LonLat | None:
    """Return the point of a place a person decided on; what was only remembered teaches nothing again."""
    remembered = any(reason.rule == _REMEMBERED for reason in place.because)
    own = (None, None) if remembered else (place.lon, place.lat)
    for lon, lat in (own, (ticket.lon, ticket.lat)):
        if lon is not None and lat is not None:
            return LonLat(lon, lat)
    return None
