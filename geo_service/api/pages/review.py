"""The review queue: where the text alone does not decide, a person does, and says how it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from geo_service.api.asking import Asked, Line, TicketId
from geo_service.api.decisions import ELSEWHERE, chosen_place
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.pages.tickets import FIRST_CANDIDATES
from geo_service.api.pointing import Placing, placing_of, unit_words, ways
from geo_service.api.rendering import render
from geo_service.api.speech import place_words, sentence
from geo_service.api.waiting import waiting_tickets
from geo_service.assignment import Unit
from geo_service.errors import BadDecisionError, ChangedMeanwhileError, GeoServiceError, WrongStatusError
from geo_service.i18n import Language, translate
from geo_service.services import Services
from geo_service.tickets.model import Ticket, TicketPlace
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status

router = APIRouter(include_in_schema=False)

SHOWN_ITEMS = 20
REFUSALS: Mapping[type[GeoServiceError], int] = {
    BadDecisionError: 422,
    WrongStatusError: 409,
    ChangedMeanwhileError: 409,
}
"""What is told on the card itself, and with which status."""

ADVICE: Mapping[str, str] = {
    "NO_PLACE": "The text names no place. Ask the caller, then name the village or community.",
    "TOWN_ONLY": "The text names the town only. Ask the caller where in the town it is.",
    "OUT_OF_AREA": "The text points outside this county: it may have to go back to the hotline.",
    "OUT_OF_JURISDICTION": "Another body seems to be in charge: it may have to go back to the hotline.",
    "MULTI_ISSUE": "The text holds several matters. Place the one that matters most, and say so.",
}
UNSURE = "No place is likely enough. Ask the caller, then name the village or community."
_ELSEWHERE = frozenset({"OUT_OF_AREA", "OUT_OF_JURISDICTION"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate that can be chosen."""

    value: str
    """What the form sends: the unit's code and the candidate's index."""
    place: TicketPlace
    because: tuple[Reason, ...]
    """What speaks for this one; what is the same for all stands above them once."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One ticket of the queue, with what the person has filled in so far."""

    ticket: Ticket
    is_open: bool
    """False when somebody else has decided meanwhile."""
    offers: tuple[Offer, ...]
    advice: str
    """What to do; empty when the candidates speak for themselves."""
    is_elsewhere: bool
    """It probably goes back to the hotline."""
    problem: str = ""
    """Why the last decision was refused; empty when none was."""
    reason: str = ""
    named: str = ""
    """The other unit that was named."""
    recuse: bool = False
    """It was ticked that the committee must not see it."""
    because: tuple[Reason, ...] = ()
    """What is the same for all candidates."""
    placing: Placing | None = None
    """The form for pointing it out on the map; None when it waits no more."""
    first_offers: int = FIRST_CANDIDATES
    """How many candidates are open to the eye; the others unfold."""


@dataclass(frozen=True, slots=True)
class Done:
    """A decision that was taken: the ticket, and where it goes from here."""

    ticket: Ticket
    outcome: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The queue: urgent tickets first, then the oldest."""

    items: tuple[ReviewItem, ...]
    total: int
    ways: tuple[str, ...]
    """How one may know a place, at one click."""
    units: tuple[str, ...]
    """Every unit of the county, as the field for another unit offers it."""
    done: Done | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """What one card needs when it is sent alone."""

    ways: tuple[str, ...]
    total: int
    item: ReviewItem | None = None
    done: Done | None = None
    placing: Placing | None = None


@router.get("/review")
def show(
    request: Request, services: Serving, language: Speaking, ticket: Asked = "", done: Asked = ""
) -> HTMLResponse:
    """Show the queue: `ticket` is asked about first, `done` was just decided."""
    with services.database.unit_of_work(write=False) as work:
        named = work.tickets.find({ticket, done})
    decided, asked = named.get(done), named.get(ticket)
    finished = Done(decided, outcome(decided, language)) if decided and not _waits(decided) else None
    first = review_item(asked, services.units, language) if asked and _waits(asked) else None
    return render(request, "review.html", _page(services, language, done=finished, first=first))


@router.post("/review/{ticket_id}")
def decide(  # noqa: PLR0913, PLR0917 - the fields of the form
    request: Request,
    services: Serving,
    language: Speaking,
    ticket_id: TicketId,
    place: Line = "",
    unit: Line = "",
    reason: Line = "",
    recuse: Line = "",
) -> Response:
    """Take a person's word for a ticket's place, and show the next one."""
    try:
        code, candidate = chosen_place(place, unit, services.units)
        ticket = services.confirm_place(
            ticket_id,
            unit_code=code,
            candidate=candidate,
            reason=reason,
            by=DISPATCHER,
            recuse=bool(recuse),
        )
    except tuple(REFUSALS) as error:
        filled = _Filled(place, unit, reason, sentence(error, language), recuse=bool(recuse))
        return _refused(request, services, language, ticket_id, filled, REFUSALS[type(error)])
    return _decided(request, services, language, ticket)


@router.post("/review/{ticket_id}/transfer")
def transfer(
    request: Request, services: Serving, language: Speaking, ticket_id: TicketId, reason: Line = ""
) -> Response:
    """Give a ticket back to the hotline, and show the next one."""
    try:
        ticket = services.transfer_out(ticket_id, reason=reason, by=DISPATCHER)
    except tuple(REFUSALS) as error:
        filled = _Filled("", "", "", sentence(error, language))
        return _refused(request, services, language, ticket_id, filled, REFUSALS[type(error)])
    return _decided(request, services, language, ticket)


@dataclass(frozen=True, slots=True)
class _Filled:
    """What stood in the form that was refused, and why it was."""

    place: str = ""
    unit: str = ""
    reason: str = ""
    problem: str = ""
    recuse: bool = False


def _waits(ticket: Ticket) -> bool:
    return ticket.status is Status.LOCATING


def _decided(request: Request, services: Services, language: Language, ticket: Ticket) -> Response:
    """Answer a decision that was taken: a small card for htmx, else the queue again."""
    if "hx-request" not in request.headers:
        return RedirectResponse(f"/review?done={quote(ticket.id)}", status_code=303)
    card = CardPage(ways(language), _waiting(services), done=Done(ticket, outcome(ticket, language)))
    return render(request, "parts/review_done.html", card)


def _refused(  # noqa: PLR0913, PLR0917 - one refusal, told on one card
    request: Request, services: Services, language: Language, ticket_id: str, filled: _Filled, status: int
) -> Response:
    """Answer a decision that was refused: the same card with what was filled in, and why it was not taken."""
    with services.database.unit_of_work(write=False) as work:
        ticket = work.tickets.get(ticket_id)
    item = review_item(ticket, services.units, language, filled)
    if "hx-request" in request.headers:
        card = CardPage(ways(language), _waiting(services), item=item)
        return render(request, "parts/review_card.html", card, status_code=status)
    return render(request, "review.html", _page(services, language, first=item), status_code=status)


def _waiting(services: Services) -> int:
    with services.database.unit_of_work(write=False) as work:
        return work.tickets.counts()[Status.LOCATING]


def _page(
    services: Services, language: Language, *, done: Done | None = None, first: ReviewItem | None = None
) -> ReviewPage:
    """Return the queue; `first` stands on top, as it is."""
    queue = waiting_tickets(services)
    rest = [ticket for ticket in queue if first is None or ticket.id != first.ticket.id]
    items = [review_item(ticket, services.units, language) for ticket in rest[:SHOWN_ITEMS]]
    return ReviewPage(
        items=tuple([first, *items] if first else items),
        total=len(queue),
        ways=ways(language),
        units=tuple(unit_words(services.units.values())),
        done=done,
    )


def review_item(
    ticket: Ticket, units: Mapping[str, Unit], language: Language, filled: _Filled | None = None
) -> ReviewItem:
    """Return a ticket as a card of the queue; only candidates inside the county can be chosen."""
    filled = filled or _Filled()
    coded = [
        (f"{code}@{index}", place)
        for index, place in enumerate(ticket.candidates)
        if (code := place.unit_code or place.town_code) in units
    ]
    shared = _shared([place for _, place in coded])
    status = ticket.geocode_status.upper()
    advice = ADVICE.get(status, "" if coded else UNSURE)
    return ReviewItem(
        ticket=ticket,
        is_open=_waits(ticket),
        offers=tuple(
            Offer(
                value,
                place,
                tuple(reason for reason in place.because if reason not in shared),
                value == filled.place,
            )
            for value, place in coded
        ),
        advice=translate(advice, language) if advice else "",
        is_elsewhere=status in _ELSEWHERE,
        problem=filled.problem,
        reason=filled.reason,
        named=filled.unit if filled.place in {"", ELSEWHERE} else "",
        recuse=filled.recuse,
        because=shared,
        placing=placing_of(ticket, in_queue=True) if _waits(ticket) else None,
    )


def _shared(places: Sequence[TicketPlace]) -> tuple[Reason, ...]:
    """Return the reasons that all candidates have in common; none when there is only one candidate."""
    if len(places) < 2:  # noqa: PLR2004 - what one candidate says is its own
        return ()
    return tuple(reason for reason in places[0].because if all(reason in place.because for place in places))


def outcome(ticket: Ticket, language: Language) -> str:
    """Return where a decided ticket goes from here."""
    if ticket.status is Status.TRANSFERRED_OUT:
        return translate("given back to the hotline", language)
    where = place_words(ticket.issue_place, language) if ticket.issue_place else "—"
    if ticket.visit_body:
        return translate("{place}; visited by {body}", language, place=where, body=ticket.visit_body.name)
    return translate("{place}; nobody visits yet, the ticket's page says why", language, place=where)
