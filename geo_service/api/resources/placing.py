"""Where a ticket is by a person's word, as JSON: what would follow from a place, and the decision."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from boundaries import LonLat
from geo_service.api.asking import PLAIN, TicketId
from geo_service.api.dependencies import DISPATCHER, Serving, Speaking
from geo_service.api.schemas import CONFLICT, NOT_FOUND, REFUSED, ReasonOut, Schema, TicketDetail, reasons_out
from geo_service.errors import BadDecisionError
from geo_service.i18n import Language
from geo_service.workflow.correcting import FARTHEST_SIGMA_M, Foreseen, PointedOut

router = APIRouter(prefix="/api/v1", tags=["review"])


class ShareOut(Schema):
    """Another village that may hold the point."""

    name: str
    probability: float = Field(ge=0, le=1)


class ForeseenOut(Schema):
    """What would follow if the ticket lay there."""

    unit_code: str = Field(examples=["441581003203"])
    unit_name: str
    town_code: str
    town_name: str
    probability: float | None = Field(description="That the point lies in the unit; null without a point.")
    border_m: float | None = Field(description="Metres to the nearest border; null without a point.")
    others: list[ShareOut] = Field(description="Other villages that may hold the point, likeliest first.")
    visit_body: str | None = Field(description="Who would visit; null when nobody does or none may.")
    handling_body: str | None = Field(description="Who handles it: proposed, or, once dispatched, as it is.")
    because: list[ReasonOut]
    obstacle: ReasonOut | None = Field(description="Why it cannot be confirmed; null when it can.")

    @classmethod
    def of(cls, seen: Foreseen, language: Language) -> Self:
        """Return what is foreseen, in a language."""
        return cls(
            unit_code=seen.unit.code,
            unit_name=seen.unit.name,
            town_code=seen.unit.town_code,
            town_name=seen.unit.town_name,
            probability=seen.probability,
            border_m=seen.border_m,
            others=[ShareOut(name=name, probability=share) for name, share in seen.others.items()],
            visit_body=seen.visit_body.name if seen.visit_body else None,
            handling_body=seen.handling_body.name if seen.handling_body else None,
            because=reasons_out(seen.because, language),
            obstacle=ReasonOut.of(seen.obstacle, language) if seen.obstacle else None,
        )


class PointDecision(Schema):
    """A person's word for where a ticket is: a point, a unit, or a point and the unit that holds it."""

    lon: float | None = Field(default=None, ge=-180, le=180, description="WGS 84 degrees.", examples=[115.65])
    lat: float | None = Field(default=None, ge=-90, le=90, examples=[22.95])
    sigma_m: float = Field(
        default=30.0, gt=0, le=FARTHEST_SIGMA_M, description="Standard deviation of the point, metres."
    )
    unit_code: str = Field(
        default="", max_length=20, pattern=PLAIN, description="Empty takes the unit that holds the point."
    )
    reason: str = Field(
        max_length=200, pattern=PLAIN, description="How that is known; kept with the ticket, masked."
    )
    seen: int | None = Field(
        default=None,
        ge=0,
        description="The version that was looked at: 409 when it has changed since; null skips that.",
    )
    recuse: bool = Field(default=False, description="True when it is about the committee or its people.")


def asked_point(
    lon: Annotated[float | None, Query(ge=-180, le=180, description="WGS 84 degrees.")] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90, description="WGS 84 degrees.")] = None,
    sigma_m: Annotated[float, Query(gt=0, le=FARTHEST_SIGMA_M, description="Metres.")] = 30.0,
    unit_code: Annotated[
        str, Query(max_length=20, pattern=PLAIN, description="Empty takes the unit that holds the point.")
    ] = "",
    *,
    recuse: Annotated[bool, Query(description="As if it were about the committee or its people.")] = False,
) -> PointedOut:
    """Return the place that is asked about."""
    return PointedOut(_point(lon, lat), sigma_m, unit_code, recuse=recuse)


def _point(lon: float | None, lat: float | None) -> LonLat | None:
    if lon is None and lat is None:
        return None
    if lon is None or lat is None:
        raise BadDecisionError("a point has a longitude and a latitude: one of the two is missing")
    return LonLat(lon, lat)


@router.get(
    "/tickets/{ticket_id}/place",
    summary="What would follow if a ticket lay there",
    responses=NOT_FOUND | REFUSED,
)
def foresee(
    services: Serving,
    language: Speaking,
    ticket_id: TicketId,
    pointed: Annotated[PointedOut, Depends(asked_point)],
) -> ForeseenOut:
    """Return village, odds, border, committee and handling body; nothing is stored."""
    return ForeseenOut.of(services.corrections.foresee(ticket_id, pointed), language)


@router.post(
    "/tickets/{ticket_id}/place",
    summary="Say, or correct, where a ticket is",
    responses=NOT_FOUND | CONFLICT | REFUSED,
)
def correct(
    services: Serving, language: Speaking, ticket_id: TicketId, decision: PointDecision
) -> TicketDetail:
    """Place it and assign it at once, also when it was ready or dispatched; 409 once somebody has set out."""
    point = _point(decision.lon, decision.lat)
    pointed = PointedOut(point, decision.sigma_m, decision.unit_code, decision.seen, recuse=decision.recuse)
    ticket = services.corrections.correct(ticket_id, pointed, reason=decision.reason, by=DISPATCHER)
    return TicketDetail.of(ticket, language)
