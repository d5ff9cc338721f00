"""The pages of the tickets: the list with its filters, and one ticket with its reasons and its events."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from geo_service.api.asking import Filtered, PageNumber, TicketId, pages_of
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.pointing import Placing, placing_of, unit_words, ways
from geo_service.api.rendering import render
from geo_service.api.speech import worded
from geo_service.i18n import Language, translate
from geo_service.services import Services
from geo_service.storage import TicketFilter, UnitOfWork
from geo_service.tickets.model import Event, Source, Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import WalkingRound

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 25
FIRST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, and how it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with its values."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class TicketsPage:
    """One page of the tickets that fit the filters."""

    filters: TicketFilter
    choices: tuple[Choice, ...]
    tickets: tuple[Ticket, ...]
    total: int
    number: int
    pages: int
    previous_href: str
    """Empty on the first page."""
    next_href: str
    """Empty on the last page."""


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One ticket: what was said, where it is and why, whose it is and why, what happened."""

    ticket: Ticket
    events: tuple[Event, ...]
    """Oldest first."""
    rounds: tuple[WalkingRound, ...]
    whose_because: tuple[Reason, ...]
    can_place: bool
    by_hand: bool
    """A person has decided where it is: what the machine had thought folds away."""
    can_confirm_handling: bool
    map_href: str
    """Empty when no map may or can show it."""
    done: str
    """What was just done, as a sentence; empty otherwise."""
    placing: Placing | None
    """The form for pointing out where it is; None when that may not be decided any more."""
    refused: str
    """Why the last decision was refused, when there is no form to say it on."""
    ways: tuple[str, ...]
    """How one may know a place, at one click."""
    units: tuple[str, ...]
    """Every unit of the county, as the field for a unit offers it; empty without the form."""
    first_candidates: int = FIRST_CANDIDATES
    """How many candidates are open to the eye; the others unfold."""


@router.get("/tickets")
def show_all(
    request: Request, services: Serving, language: Speaking, wanted: Filtered, page: PageNumber = 1
) -> HTMLResponse:
    """Show the tickets that fit, newest received first."""
    with services.database.unit_of_work(write=False) as work:
        found = work.tickets.page(wanted, number=page, size=PAGE_SIZE)
        last = pages_of(found.total, PAGE_SIZE)
        if page > last:
            page, found = last, work.tickets.page(wanted, number=last, size=PAGE_SIZE)
        choices = _choices(work, wanted, language)
    shown = TicketsPage(
        filters=wanted,
        choices=choices,
        tickets=found.tickets,
        total=found.total,
        number=page,
        pages=last,
        previous_href=_href(wanted, page - 1) if page > 1 else "",
        next_href=_href(wanted, page + 1) if page < last else "",
    )
    return render(request, "tickets.html", shown)


def _href(wanted: TicketFilter, page: int) -> str:
    """Return the address of a page of the same list."""
    asked = {name: value for name, value in asdict(wanted).items() if value}
    return "/tickets?" + urlencode({**asked, "page": page})


def _choices(work: UnitOfWork, wanted: TicketFilter, language: Language) -> tuple[Choice, ...]:
    statuses = [status for status, count in work.tickets.counts().items() if count or status is wanted.status]
    return (
        Choice(
            "status",
            translate("Status", language),
            _worded((status.value for status in statuses), language),
            wanted.status or "",
        ),
        Choice(
            "category",
            translate("Category", language),
            tuple(Option(name, name) for name in _with_parents(work.tickets.choices("category"))),
            wanted.category,
        ),
        Choice(
            "town_code",
            translate("Town", language),
            tuple(Option(code, name or code) for code, name in work.tickets.towns().items()),
            wanted.town_code,
        ),
        Choice(
            "geocode_status",
            translate("Place", language),
            _worded(work.tickets.choices("geocode_status"), language),
            wanted.geocode_status,
        ),
    )


def _worded(values: Iterable[str], language: Language) -> tuple[Option, ...]:
    return tuple(Option(value, worded(value, language)) for value in values)


def _with_parents(categories: Iterable[str]) -> list[str]:
    """Return categories with those above them: 城乡建设 before 城乡建设/占道经营."""
    parts = [category.split("/") for category in categories]
    return sorted({"/".join(part[: depth + 1]) for part in parts for depth in range(len(part))})


@router.get("/tickets/{ticket_id}")
def show(
    request: Request, services: Serving, language: Speaking, ticket_id: TicketId, done: str = ""
) -> HTMLResponse:
    """Show one ticket."""
    done_words = {"handling": "Dispatched.", "place": "The place is confirmed."}
    page = ticket_page(services, language, ticket_id)
    done = translate(done_words[done], language) if done in done_words else ""
    return render(request, "ticket.html", replace(page, done=done))


def ticket_page(
    services: Services,
    language: Language,
    ticket_id: str,
    *,
    placing: Placing | None = None,
    refused: str = "",
) -> TicketPage:
    """Return one ticket as its page shows it; `placing` is the form with a decision that was refused."""
    with services.database.unit_of_work(write=False) as work:
        ticket = work.tickets.get(ticket_id)
        events = work.events.of_ticket(ticket_id)
        rounds = work.rounds.of_ticket(ticket_id)
    place = ticket.issue_place
    is_drawn = place is not None and place.lon is not None and visible_to_village(ticket)
    shown = placing or placing_of(ticket)
    return TicketPage(
        ticket=ticket,
        events=tuple(events),
        rounds=tuple(rounds),
        whose_because=ticket.assign_because,
        can_place=ticket.status is Status.LOCATING,
        by_hand=place is not None and place.source is Source.MANUAL,
        can_confirm_handling=ticket.status is Status.READY and ticket.handling_body is not None,
        map_href=f"/maps/tickets/{quote(ticket.id)}/document" if is_drawn else "",
        done="",
        placing=shown,
        refused="" if shown else refused,
        ways=ways(language) if shown else (),
        units=tuple(unit_words(services.units.values())) if shown else (),
    )


@router.post("/tickets/{ticket_id}/handling")
def confirm_handling(services: Serving, ticket_id: TicketId) -> RedirectResponse:
    """Confirm the proposed handling body, and show the ticket again."""
    ticket = services.confirm_handling(ticket_id, by=DISPATCHER)
    return RedirectResponse(f"/tickets/{quote(ticket.id)}?done=handling", status_code=303)
