"""What programs get: each resource as JSON, described for the OpenAPI document.

Only masked words leave: a ticket's verbatim text, address, caller, unknown columns and the hotline's own
coordinates have no field here, and the place where the caller lives is left out.
"""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from geo_service.api.asking import PLAIN
from geo_service.api.speech import sentence
from geo_service.i18n import Language
from geo_service.storage import TicketPage
from geo_service.tickets.model import Event, HandlingBody, PlaceRole, Ticket, TicketPlace, VisitBody
from geo_service.tickets.reasons import Reason

Degrees = Annotated[float | None, Field(description="WGS 84 degrees; null when no point is honest.")]


class Schema(BaseModel):
    """The base of all answers: frozen, and nothing in it that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReasonOut(Schema):
    """Why something was decided."""

    rule: str = Field(description="Id of the rule.", examples=["A1"])
    text: str = Field(description="The reason as a sentence, in the language asked for.")
    template: str = Field(description="The same in English with named fields; stable, fit for a program.")
    values: dict[str, Any] = Field(description="What stands in the fields.")

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        """Return a stored reason in a language."""
        return cls(
            rule=reason.rule,
            text=sentence(reason, language),
            template=reason.template,
            values=dict(reason.values),
        )


def reasons_out(reasons: tuple[Reason, ...], language: Language) -> list[ReasonOut]:
    """Return stored reasons in a language, in their order."""
    return [ReasonOut.of(reason, language) for reason in reasons]


class PlaceOut(Schema):
    """One place of a ticket: decided on, or a candidate."""

    role: str = Field(description="ISSUE, MENTION or CANDIDATE.", examples=["ISSUE"])
    level: str = Field(description="How exactly: point, junction, poi, road, group, village, town, city_out.")
    label: str = Field(description="The words of the place.", examples=["水墘综合市场"])
    unit_code: str | None = Field(description="Village or community; null when only the town is known.")
    unit_name: str = Field(examples=["水乾村"])
    town_code: str | None
    town_name: str = Field(examples=["城东街道"])
    lon: Degrees
    lat: Degrees
    sigma_m: float | None = Field(description="Standard deviation of the point, metres.")
    confidence: float = Field(ge=0, le=1, description="Probability that the unit (or town) is right.")
    source: str = Field(description="AUTO, or MANUAL when a person decided.")
    because: list[ReasonOut]

    @classmethod
    def of(cls, place: TicketPlace, language: Language) -> Self:
        """Return a place with its reasons in a language."""
        return cls(
            role=place.role.value,
            level=place.level,
            label=place.label,
            unit_code=place.unit_code,
            unit_name=place.unit_name,
            town_code=place.town_code,
            town_name=place.town_name,
            lon=place.lon,
            lat=place.lat,
            sigma_m=place.sigma_m,
            confidence=place.confidence,
            source=place.source.value,
            because=reasons_out(place.because, language),
        )


class HandlingOut(Schema):
    """Who handles the matter."""

    name: str = Field(examples=["城东街道办事处"])
    confirmed: bool = Field(description="False while it is only proposed.")
    assists: list[str] = Field(description="Bodies that assist (协办).")

    @classmethod
    def of(cls, body: HandlingBody) -> Self:
        """Return a handling body."""
        return cls(name=body.name, confirmed=body.confirmed, assists=list(body.assists))


class VisitBodyOut(Schema):
    """Whose two committees visit."""

    unit_code: str
    name: str = Field(examples=["水乾村“两委”"])
    source: str = Field(description="AUTO, or MANUAL when a person decided.")

    @classmethod
    def of(cls, body: VisitBody) -> Self:
        """Return a visit body."""
        return cls(unit_code=body.unit_code, name=body.name, source=body.source.value)


class TicketOut(Schema):
    """A ticket as a list shows it: masked words only."""

    id: str = Field(
        description="16 hexadecimal digits, the same for every import.", examples=["5b1f0c9d2a7e4c60"]
    )
    number: str = Field(description="The hotline's number.", examples=["LF20260105-0007"])
    source_system: str = Field(description="The hotline platform.", examples=["12345"])
    received_at: datetime
    title: str
    text: str = Field(description="What was said, without names, phones, door numbers.")
    category: str = Field(examples=["城乡建设/占道经营"])
    request_kind: str = Field(description="INQUIRY, ASSISTANCE, COMPLAINT, REPORT or SUGGESTION.")
    urgency: str
    channel: str
    flags: list[str] = Field(description="What needs care: RECUSAL, CONFIDENTIAL, EMERGENCY …")
    status: str = Field(description="In the local ledger.", examples=["READY"])
    upstream_status: str = Field(description="The hotline's own status, verbatim.")
    geocode_status: str = Field(description="Empty until the place was looked for.", examples=["resolved"])
    place: PlaceOut | None = Field(description="The place of the matter once it is decided.")
    handling_body: HandlingOut | None
    visit_body: VisitBodyOut | None
    visit_due: date | None
    version: int = Field(description="Rises with every change; a decision may name the one it is based on.")

    @classmethod
    def of(cls, ticket: Ticket, language: Language) -> Self:
        """Return what may be shown of a ticket."""
        return cls(**_shown(ticket, language))


class TicketDetail(TicketOut):
    """A ticket with everything that was considered, and why."""

    geocode_because: list[ReasonOut]
    mentions: list[PlaceOut] = Field(description="Other places that the text names.")
    candidates: list[PlaceOut] = Field(
        description="What a dispatcher may choose from, best first; a decision names its index, from 0."
    )
    assign_because: list[ReasonOut]

    @classmethod
    def of(cls, ticket: Ticket, language: Language) -> Self:
        """Return what may be shown of a ticket, with its reasons."""
        mentions = [place for place in ticket.places if place.role is PlaceRole.MENTION]
        return cls(
            **_shown(ticket, language),
            geocode_because=reasons_out(ticket.geocode_because, language),
            mentions=[PlaceOut.of(place, language) for place in mentions],
            candidates=[PlaceOut.of(place, language) for place in ticket.candidates],
            assign_because=reasons_out(ticket.assign_because, language),
        )


def _shown(ticket: Ticket, language: Language) -> dict[str, Any]:
    """Return the fields of a ticket that every answer shows."""
    place = ticket.issue_place
    return {
        "id": ticket.id,
        "number": ticket.upstream_no,
        "source_system": ticket.source_system,
        "received_at": ticket.received_at,
        "title": ticket.title,
        "text": ticket.content_masked,
        "category": ticket.category,
        "request_kind": ticket.request_kind.value,
        "urgency": ticket.urgency.value,
        "channel": ticket.channel.value,
        "flags": sorted(flag.value for flag in ticket.flags),
        "status": ticket.status.value,
        "upstream_status": ticket.upstream_status,
        "geocode_status": ticket.geocode_status,
        "place": PlaceOut.of(place, language) if place else None,
        "handling_body": HandlingOut.of(ticket.handling_body) if ticket.handling_body else None,
        "visit_body": VisitBodyOut.of(ticket.visit_body) if ticket.visit_body else None,
        "visit_due": ticket.visit_due,
        "version": ticket.version,
    }


class TicketList(Schema):
    """One page of tickets, newest received first."""

    total: int = Field(description="How many fit the filter, on all pages.")
    page: int
    pages: int
    tickets: list[TicketOut]

    @classmethod
    def of(cls, found: TicketPage, *, page: int, pages: int, language: Language) -> Self:
        """Return a page of tickets."""
        tickets = [TicketOut.of(ticket, language) for ticket in found.tickets]
        return cls(total=found.total, page=page, pages=pages, tickets=tickets)


class TicketQueue(Schema):
    """Tickets that wait for a person, the urgent first, then the oldest."""

    total: int
    page: int
    pages: int
    tickets: list[TicketDetail]


class EventOut(Schema):
    """Something that happened to a ticket."""

    at: datetime
    by: str = Field(description="A step of the journey, or who decided.", examples=["geocode"])
    status: str = Field(description="The ticket's status afterwards.")
    reason: ReasonOut

    @classmethod
    def of(cls, event: Event, language: Language) -> Self:
        """Return an event with its reason in a language."""
        return cls(
            at=event.at, by=event.by, status=event.status.value, reason=ReasonOut.of(event.reason, language)
        )


class PlaceDecision(Schema):
    """A person's word for where a ticket is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"unit_code": "441581003203", "candidate": 0, "reason": "asked the caller by phone"}]
        }
    )
    unit_code: str = Field(max_length=20, pattern=PLAIN, description="Village, community or town.")
    candidate: int | None = Field(
        default=None, ge=0, description="Index of the candidate meant; null when only the unit is known."
    )
    reason: str = Field(
        max_length=200, pattern=PLAIN, description="How that is known; kept with the ticket, masked."
    )
    recuse: bool = Field(
        default=False,
        description="True when it is about the committee or its people: nobody of the village visits then.",
    )


class TransferDecision(Schema):
    """Why a ticket goes back to the hotline."""

    reason: str = Field(
        max_length=200,
        pattern=PLAIN,
        description="Kept with the ticket, masked.",
        examples=["it is in the next county"],
    )


class ErrorBody(Schema):
    """What went wrong."""

    message: str = Field(description="A sentence in the language asked for.")
    template: str = Field(description="The same in English with named fields; stable, fit for a program.")
    values: dict[str, Any]


class ErrorOut(Schema):
    """An answer that says what went wrong."""

    error: ErrorBody


Responses = dict[int | str, dict[str, Any]]
NOT_FOUND: Responses = {404: {"model": ErrorOut, "description": "There is none with this id."}}
CONFLICT: Responses = {
    409: {"model": ErrorOut, "description": "The ticket is not where this could be done, or has changed."}
}
REFUSED: Responses = {422: {"model": ErrorOut, "description": "The decision or the request lacks something."}}
