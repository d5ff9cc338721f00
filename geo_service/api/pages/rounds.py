"""The pages of the walking rounds: all of them, and one as it is carried in the hand."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.api.asking import Asked, RoundId
from geo_service.api.dependencies import Serving
from geo_service.api.rendering import render
from geo_service.api.waiting import left_out_visits
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.visits import LeftOut, PlannedLeg, PlannedStop, WalkingRound, in_walking_order

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Outing:
    """The rounds of one day."""

    day: date
    rounds: tuple[WalkingRound, ...]


@dataclass(frozen=True, slots=True)
class RoundsPage:
    """The rounds, day by day, and the visits that found none."""

    days: tuple[Outing, ...]
    left_out: tuple[LeftOut, ...]
    bodies: tuple[str, ...]
    """Every committee that has a round, to choose from."""
    body: str
    """Whose rounds are shown; empty shows all."""


@dataclass(frozen=True, slots=True)
class RoundStep:
    """A leg, and the stop it leads to; None leads back to the office."""

    leg: PlannedLeg
    stop: PlannedStop | None
    said: str = ""
    """What was said, masked: read where there is no signal; empty when whoever walks may not."""


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One round, stop by stop."""

    round: WalkingRound
    steps: tuple[RoundStep, ...]


@router.get("/rounds")
def show_all(request: Request, services: Serving, body: Asked = "") -> HTMLResponse:
    """Show every round, or those of one committee, and the visits left out with their reasons."""
    with services.database.unit_of_work(write=False) as work:
        rounds = in_walking_order(work.rounds.all())
        left_out = left_out_visits(work)
    wanted = [walk for walk in rounds if body.strip() in walk.body_name]
    days = tuple(Outing(day, tuple(walks)) for day, walks in groupby(wanted, key=lambda walk: walk.date))
    bodies = tuple(dict.fromkeys(walk.body_name for walk in rounds))
    return render(request, "rounds.html", RoundsPage(days, left_out, bodies, body.strip()))


@router.get("/rounds/{round_id}")
def show(request: Request, services: Serving, round_id: RoundId) -> HTMLResponse:
    """Show one round, made for a phone's width and for paper."""
    with services.database.unit_of_work(write=False) as work:
        walk = work.rounds.get(round_id)
        tickets = work.tickets.find({stop.ticket_id for stop in walk.stops})
    said = {id_: ticket.content_masked for id_, ticket in tickets.items() if visible_to_village(ticket)}
    steps = tuple(
        RoundStep(leg, stop, said.get(stop.ticket_id, "") if stop else "")
        for leg, stop in zip(walk.legs, (*walk.stops, None), strict=True)
    )
    return render(request, "round.html", RoundPage(walk, steps))
