"""The start page: where the tickets stand, what waits for a person, who walks today, where to look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.pages.hotspots import Spot, significant_spots
from geo_service.api.rendering import Link, render
from geo_service.api.speech import dated
from geo_service.api.waiting import left_out_visits
from geo_service.i18n import Language, translate
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import WalkingRound, in_walking_order

router = APIRouter(include_in_schema=False)

SHOWN_ROUNDS = 8
SHOWN_SPOTS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tickets' journey, and how many stand there."""

    href: str
    count: int
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person."""

    count: int
    label: str
    hint: str
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """What to do today."""

    today: date
    is_empty: bool
    """No ticket has been imported yet: the page shows the first steps instead."""
    steps: tuple[Step, ...]
    waiting: tuple[Waiting, ...]
    rounds_title: str
    rounds: tuple[WalkingRound, ...]
    """Those of the next day on which anybody walks."""
    maps: tuple[Link, ...]
    hotspots: tuple[Spot, ...]


@router.get("/")
def show(request: Request, services: Serving, language: Speaking) -> HTMLResponse:
    """Show the start page."""
    today = services.now().date()
    with services.database.unit_of_work(write=False) as work:
        counts = work.tickets.counts()
        rounds = in_walking_order(work.rounds.all())
        left_out = len(left_out_visits(work))
        findings = work.findings.latest()
    title, walked = _next_rounds(rounds, today, language)
    page = StartPage(
        today=today,
        is_empty=not any(counts.values()),
        steps=_steps(counts, len({stop.ticket_id for walk in rounds for stop in walk.stops}), language),
        waiting=_waiting(counts, left_out, language),
        rounds_title=title,
        rounds=walked[:SHOWN_ROUNDS],
        maps=_maps(language),
        hotspots=significant_spots(findings, language)[:SHOWN_SPOTS],
    )
    return render(request, "start.html", page)


def _next_rounds(
    rounds: Iterable[WalkingRound], today: date, language: Language
) -> tuple[str, tuple[WalkingRound, ...]]:
    """Return the rounds of the first day from today on that has any, and how to call them."""
    coming = [walk for walk in rounds if walk.date >= today]
    if not coming:
        return translate("Walking rounds", language), ()
    day = coming[0].date
    template = "Walking today, {day}" if day == today else "Walking next, {day}"
    title = translate(template, language, day=dated(day, language))
    return title, tuple(walk for walk in coming if walk.date == day)


def _steps(counts: Mapping[Status, int], on_rounds: int, language: Language) -> tuple[Step, ...]:
    def step(status: Status, label: str, hint: str, href: str = "") -> Step:
        return Step(href or f"/tickets?status={status}", counts[status], label, hint)

    return (
        step(
            Status.RECEIVED,
            translate("Received", language),
            translate("read, place not looked for yet", language),
        ),
        step(
            Status.LOCATING,
            translate("To be located", language),
            translate("a person chooses the place", language),
            "/review",
        ),
        step(
            Status.READY,
            translate("Ready to dispatch", language),
            translate("a person confirms who handles it", language),
            "/dispatch",
        ),
        step(
            Status.DISPATCHED,
            translate("Dispatched", language),
            translate("with the body that handles it", language),
        ),
        Step(
            "/rounds",
            on_rounds,
            translate("On a round", language),
            translate("the two committees go there", language),
        ),
    )


def _waiting(counts: Mapping[Status, int], left_out: int, language: Language) -> tuple[Waiting, ...]:
    """Return what waits for a person, the most urgent first; what nobody waits for is left out."""
    todo = (
        Waiting(
            counts[Status.LOCATING],
            translate("Places to decide", language),
            translate("The text alone does not say where it is.", language),
            "/review",
            translate("Decide", language),
        ),
        Waiting(
            counts[Status.READY],
            translate("Handling bodies to confirm", language),
            translate("A body is proposed with its reason; only a dispatcher dispatches.", language),
            "/dispatch",
            translate("Confirm", language),
        ),
        Waiting(
            counts[Status.RECEIVED],
            translate("Tickets not looked at yet", language),
            translate("Run geo-service geocode, then geo-service assign, in the workspace folder.", language),
            f"/tickets?status={Status.RECEIVED}",
            translate("See them", language),
        ),
        Waiting(
            left_out,
            translate("Visits on no round", language),
            translate("Each with the reason why; most want a phone call first.", language),
            "/rounds#left",
            translate("See them", language),
        ),
    )
    return tuple(item for item in todo if item.count)


def _maps(language: Language) -> tuple[Link, ...]:
    return (
        Link("/maps/issues", translate("Issue map", language), translate("where the tickets are", language)),
        Link(
            "/maps/rounds",
            translate("Round map", language),
            translate("the way of each round along real streets", language),
        ),
        Link(
            "/maps/hotspots",
            translate("Hotspot map", language),
            translate("what is more than chance", language),
        ),
    )
