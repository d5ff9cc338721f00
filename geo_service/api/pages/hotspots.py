"""The page of hotspots: what stands out beyond chance, what does not, and how that was judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.rendering import render
from geo_service.api.speech import moment, sentence
from geo_service.assignment import Unit
from geo_service.i18n import Language, translate
from geo_service.tickets.findings import Findings, PlaceFinding
from geo_service.tickets.model import Ticket

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A ticket by its number."""

    id: str
    number: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was looked at."""

    name: str
    sentence: str
    tickets: tuple[TicketLink, ...] = ()
    """The tickets behind it."""


@dataclass(frozen=True, slots=True)
class AreaSpot:
    """A village that stands out together with its neighbours."""

    name: str
    town: str
    count: int


@dataclass(frozen=True, slots=True)
class HotspotsPage:
    """What the last search found."""

    found: bool
    """False when nobody has searched yet."""
    significant: tuple[Spot, ...]
    others: tuple[Spot, ...]
    areas: tuple[AreaSpot, ...]
    method: tuple[str, ...]


@router.get("/hotspots")
def show(request: Request, services: Serving, language: Speaking) -> HTMLResponse:
    """Show the hotspots."""
    with services.database.unit_of_work(write=False) as work:
        findings = work.findings.latest()
        ids = {id_ for found in findings.places for id_ in found.ticket_ids} if findings else set()
        tickets = work.tickets.find(ids)
    return render(request, "hotspots.html", _page(findings, tickets, services.units, language))


def significant_spots(findings: Findings | None, language: Language) -> tuple[Spot, ...]:
    """Return the places that stand out beyond chance; none when nobody has searched."""
    places = findings.places if findings else ()
    return tuple(_spot(found, {}, language) for found in places if found.significant)


def _page(
    findings: Findings | None, tickets: Mapping[str, Ticket], units: Mapping[str, Unit], language: Language
) -> HotspotsPage:
    if findings is None:
        return HotspotsPage(found=False, significant=(), others=(), areas=(), method=())
    searched = translate("Searched on {moment}.", language, moment=moment(findings.found_at))
    return HotspotsPage(
        found=True,
        significant=tuple(_spot(found, tickets, language) for found in findings.places if found.significant),
        others=tuple(_spot(found, tickets, language) for found in findings.places if not found.significant),
        areas=tuple(
            AreaSpot(units[area.unit_code].name, units[area.unit_code].town_name, area.count)
            for area in sorted(findings.areas, key=lambda area: -area.count)
            if area.hotspot_class.startswith("hot") and area.unit_code in units
        ),
        method=(searched, *(sentence(reason, language) for reason in findings.method)),
    )


def _spot(found: PlaceFinding, tickets: Mapping[str, Ticket], language: Language) -> Spot:
    name = f"{found.name} · {found.category}" if found.category else found.name
    links = sorted(
        (TicketLink(id_, tickets[id_].upstream_no) for id_ in found.ticket_ids if id_ in tickets),
        key=lambda link: link.number,
    )
    return Spot(name, sentence(found.reason, language), tuple(links))
