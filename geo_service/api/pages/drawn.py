"""The three maps as pages: a frame with tabs around a map's own document with its scripts and styles."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

import maps
from geo_service.api.asking import PLAIN, RoundId, TicketId
from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.pages.tickets import Option
from geo_service.api.rendering import TAGS, Link, render
from geo_service.api.speech import dated, worded
from geo_service.errors import UnknownRoundError
from geo_service.i18n import Language, translate
from geo_service.tickets.visits import WalkingRound, in_walking_order

router = APIRouter(prefix="/maps", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class MapPage:
    """A map with the way to the other two."""

    title: str
    tabs: tuple[Link, ...]
    hint: str
    """What the map shows; or, without a document, what to do first."""
    document_href: str
    """Address of the map's own document; empty when there is nothing to draw yet."""
    rounds: tuple[Option, ...] = ()
    """The rounds to choose from, on the map of a round."""
    round: str = ""
    """The round that is shown."""


@router.get("")
def choose() -> RedirectResponse:
    """Lead to the first map."""
    return RedirectResponse("/maps/issues", status_code=307)


@router.get("/issues")
def issues(request: Request, language: Speaking) -> HTMLResponse:
    """Show where the tickets are."""
    page = MapPage(
        title=translate("Issue map", language),
        tabs=_tabs("/maps/issues", language),
        hint=translate(
            "Every ticket with a place; a pale mark is uncertain. Confidential tickets are not drawn.",
            language,
        ),
        document_href="/maps/issues/document",
    )
    return render(request, "map.html", page)


@router.get("/rounds")
def rounds(
    request: Request,
    services: Serving,
    language: Speaking,
    chosen: Annotated[str, Query(alias="round", max_length=100, pattern=PLAIN)] = "",
) -> HTMLResponse:
    """Show a round: the one asked for, else the next one."""
    with services.database.unit_of_work(write=False) as work:
        walks = in_walking_order(work.rounds.all())
    if chosen and chosen not in {walk.id for walk in walks}:
        raise UnknownRoundError("there is no round {round_id}", round_id=chosen)
    today = services.now().date()
    shown = chosen or next((walk.id for walk in walks if walk.date >= today), walks[-1].id if walks else "")
    page = MapPage(
        title=translate("Round map", language),
        tabs=_tabs("/maps/rounds", language),
        hint=translate("The way along real streets, office to office.", language)
        if walks
        else translate("No round is planned yet. In the workspace folder, run: geo-service plan", language),
        document_href=f"/maps/rounds/{quote(shown)}/document" if shown else "",
        rounds=tuple(Option(walk.id, _called(walk, language)) for walk in walks),
        round=shown,
    )
    return render(request, "map.html", page)


def _called(walk: WalkingRound, language: Language) -> str:
    return f"{dated(walk.date, language)} {worded(walk.half_day, language)} · {walk.body_name}"


@router.get("/hotspots")
def hotspots(request: Request, services: Serving, language: Speaking) -> HTMLResponse:
    """Show what is more than chance."""
    with services.database.unit_of_work(write=False) as work:
        is_searched = work.findings.latest() is not None
    page = MapPage(
        title=translate("Hotspot map", language),
        tabs=_tabs("/maps/hotspots", language),
        hint=translate("Colour means more than chance explains; everything else stays pale.", language)
        if is_searched
        else translate(
            "Hotspots have not been looked for yet. In the workspace folder, run: geo-service hotspots",
            language,
        ),
        document_href="/maps/hotspots/document" if is_searched else "",
    )
    return render(request, "map.html", page)


def _tabs(here: str, language: Language) -> tuple[Link, ...]:
    parts = (
        ("/maps/issues", translate("Issue map", language)),
        ("/maps/rounds", translate("Round map", language)),
        ("/maps/hotspots", translate("Hotspot map", language)),
    )
    return tuple(Link(href, label, here=href == here) for href, label in parts)


@router.get("/issues/document")
def issue_document(request: Request, services: Serving, language: Speaking) -> Response:
    """Return the issue map's document."""
    return _document(services.issue_map(language, _assets(request)), language)


@router.get("/tickets/{ticket_id}/document")
def ticket_document(request: Request, services: Serving, language: Speaking, ticket_id: TicketId) -> Response:
    """Return the document of one ticket's map; a confidential ticket is not drawn."""
    return _document(services.ticket_map(ticket_id, language, _assets(request)), language)


@router.get("/rounds/{round_id}/document")
def round_document(request: Request, services: Serving, language: Speaking, round_id: RoundId) -> Response:
    """Return the document of a round's map."""
    return _document(services.round_map(round_id, language, _assets(request)), language)


@router.get("/hotspots/document")
def hotspot_document(request: Request, services: Serving, language: Speaking) -> Response:
    """Return the hotspot map's document; back to the page that says what to do when nobody has searched."""
    document = services.hotspot_map(language, _assets(request))
    return _document(document, language) if document else RedirectResponse("/maps/hotspots", status_code=307)


def _assets(request: Request) -> maps.Assets:
    """Return how this answer's scripts and styles are linked, with the nonce its policy names."""
    return maps.Assets.linked("/static/maps", request.state.nonce)


def _document(html: str, language: Language) -> HTMLResponse:
    return HTMLResponse(html, headers={"Content-Language": TAGS[language]})
