"""Where would this text be placed? A page to try words on: what was read, what was considered, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

import maps
from boundaries import MentionStory, Narration, narrate
from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.rendering import render
from geo_service.tickets.model import PlaceRole, TicketPlace
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.workflow import drawing
from geo_service.workflow.intake import as_place
from geo_service.workflow.step import own

router = APIRouter(include_in_schema=False)

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: a mention, or what stands between two."""

    words: str
    """Masked."""
    number: int
    """Of the mention, from 1; 0 for what is none."""
    story: MentionStory | None


@dataclass(frozen=True, slots=True)
class Explained:
    """What the geocoder made of a text."""

    pieces: tuple[Piece, ...]
    """The whole text, in order."""
    map_document: str
    """The candidates on a map, as a document of its own; empty when none has a point."""
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
    request: Request,
    services: Serving,
    language: Speaking,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
) -> HTMLResponse:
    """Show what the geocoder makes of a text; it comes in the body, so that no address or log holds it."""
    asked = text.strip()
    if not asked:
        return render(request, "geocode.html", GeocodePage("", LONGEST_TEXT, None))
    told = narrate(asked, services.geocoder, services.gazetteer)
    candidates = tuple(as_place(one, PlaceRole.CANDIDATE) for one in told.result.candidates)
    drawn = ""
    if drawing.considered_places(candidates):
        # inside the answer itself, so that no address names the places: it has the answer's own policy
        assets = maps.Assets.linked("/static/maps", request.state.nonce)
        drawn = drawing.candidates_map(candidates, services.canvas(language, assets))
    answer = _explained(told, candidates, drawn)
    return render(request, "geocode.html", GeocodePage(told.text, LONGEST_TEXT, answer))


def _explained(told: Narration, candidates: tuple[TicketPlace, ...], drawn: str) -> Explained:
    result = told.result
    home = result.requester_place
    return Explained(
        pieces=tuple(_pieces(told)),
        map_document=drawn,
        status=result.status.value,
        is_sure=result.is_sure,
        because=tuple(own(reason) for reason in result.because),
        candidates=candidates,
        requester_place=as_place(home, PlaceRole.REQUESTER) if home else None,
    )


def _pieces(told: Narration) -> Iterator[Piece]:
    """Yield the text in order; what stands between the mentions is masked like a ticket's."""
    here = 0
    for number, story in enumerate(told.mentions, start=1):
        if story.start > here:
            yield Piece(mask_text(told.text[here : story.start]), 0, None)
        yield Piece(story.words, number, story)
        here = story.end
    if here < len(told.text):
        yield Piece(mask_text(told.text[here:]), 0, None)
