"""Where would this text be placed? A page to try words on: what was read, what was considered, and why."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from boundaries import GeocodeResult
from geo_service.api.dependencies import Serving
from geo_service.api.rendering import render
from geo_service.tickets.model import PlaceRole, TicketPlace
from geo_service.tickets.reasons import Reason
from geo_service.workflow.intake import as_place
from geo_service.workflow.step import own

router = APIRouter(include_in_schema=False)

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Explained:
    """What the geocoder made of a text."""

    status: str
    is_sure: bool
    """Sure enough that no person needs to look."""
    because: tuple[Reason, ...]
    candidates: tuple[TicketPlace, ...]
    requester_place: TicketPlace | None


@dataclass(frozen=True, slots=True)
class GeocodePage:
    """The form, and the answer when a text was sent."""

    text: str
    longest: int
    answer: Explained | None


@router.get("/geocode")
def show(request: Request) -> HTMLResponse:
    """Show the empty form."""
    return render(request, "geocode.html", GeocodePage("", LONGEST_TEXT, None))


@router.post("/geocode")
def explain(
    request: Request, services: Serving, text: Annotated[str, Form(max_length=LONGEST_TEXT)] = ""
) -> HTMLResponse:
    """Show what the geocoder makes of a text; it comes in the body, so that no address or log holds it."""
    asked = text.strip()
    answer = _explained(services.geocoder.geocode(asked)) if asked else None
    return render(request, "geocode.html", GeocodePage(asked, LONGEST_TEXT, answer))


def _explained(result: GeocodeResult) -> Explained:
    home = result.requester_place
    return Explained(
        status=result.status.value,
        is_sure=result.is_sure,
        because=tuple(own(reason) for reason in result.because),
        candidates=tuple(as_place(candidate, PlaceRole.CANDIDATE) for candidate in result.candidates),
        requester_place=as_place(home, PlaceRole.REQUESTER) if home else None,
    )
