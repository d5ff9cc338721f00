"""A ticket, its places, and what happened to it: frozen values; a change makes a new ticket and an event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Self

from geo_service.errors import WrongStatusError
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import MOVES, STATUSES, Status


class RequestKind(StrEnum):
    """What the caller wants (诉求类型)."""

    INQUIRY = "INQUIRY"
    ASSISTANCE = "ASSISTANCE"
    COMPLAINT = "COMPLAINT"
    REPORT = "REPORT"
    SUGGESTION = "SUGGESTION"


class Urgency(StrEnum):
    """How fast (紧急程度)."""

    NORMAL = "NORMAL"
    URGENT = "URGENT"
    EMERGENCY = "EMERGENCY"


class Channel(StrEnum):
    """How the ticket reached the hotline."""

    PHONE = "PHONE"
    WEB = "WEB"
    WECHAT = "WECHAT"
    APP = "APP"
    SCAN = "SCAN"
    TRANSFER = "TRANSFER"
    GRID = "GRID"
    OTHER = "OTHER"


class Flag(StrEnum):
    """What needs care; found in kind, category and text by `sensitivity.read_flags`."""

    EMERGENCY = "EMERGENCY"
    """Belongs to 110, 119, 120 or 122 at once."""
    RECUSAL = "RECUSAL"
    """Complains about a village committee or a cadre: never shown to the village."""
    CONFIDENTIAL = "CONFIDENTIAL"
    """The caller asks for secrecy, or whistle-blows: never visited by village people."""
    ANONYMOUS = "ANONYMOUS"
    NO_REPLY = "NO_REPLY"
    CALL_FIRST = "CALL_FIRST"
    """The caller asks for a phone call before anyone comes."""
    CALLER_AWAY = "CALLER_AWAY"
    """The caller is out of the city: the place can be visited, the caller cannot."""


GUARDED = frozenset({Flag.RECUSAL, Flag.CONFIDENTIAL})
"""A ticket with one of these never reaches a village: no visit body, no round, no map."""


class PlaceRole(StrEnum):
    """Whose place."""

    ISSUE = "ISSUE"
    REQUESTER = "REQUESTER"
    MENTION = "MENTION"
    CANDIDATE = "CANDIDATE"


class Source(StrEnum):
    """Who decided."""

    AUTO = "AUTO"
    MANUAL = "MANUAL"


@dataclass(frozen=True, slots=True)
class TicketPlace:
    """One place of a ticket, found or considered."""

    role: PlaceRole
    level: str
    """Name of a `boundaries.PlaceLevel`: POINT, JUNCTION, POI, ROAD, GROUP, VILLAGE, TOWN, CITY_OUT."""
    label: str
    """The words of the place."""
    unit_code: str | None
    """Village or community; None when only the town is known."""
    unit_name: str
    town_code: str | None
    town_name: str
    lon: float | None
    """WGS 84 degrees; None when no point is honest."""
    lat: float | None
    sigma_m: float | None
    """Standard deviation of the point, metres; None without a point."""
    confidence: float
    """Probability 0..1 that unit (or town) is right."""
    because: tuple[Reason, ...] = ()
    source: Source = Source.AUTO


@dataclass(frozen=True, slots=True)
class HandlingBody:
    """Who handles the matter: a town or a city department; proposed until a dispatcher confirms."""

    name: str
    confirmed: bool = False
    assists: tuple[str, ...] = ()
    """Names of the bodies that assist (协办)."""


@dataclass(frozen=True, slots=True)
class VisitBody:
    """Who visits: the two committees of a village or community."""

    unit_code: str
    name: str
    """As shown: 水乾村“两委”."""
    source: Source


@dataclass(frozen=True, slots=True)
class Requester:
    """Who called; restricted, never part of a list, map, round or log."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket; appended, never changed."""

    ticket_id: str
    at: datetime
    by: str
    """A user's name, or the step that did it: ``"import"``, ``"geocode"`` …"""
    status: Status
    """The ticket's status afterwards."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """A hotline ticket (工单); what is restricted stays out of its `repr`, and so out of every log."""

    source_system: str
    """Which hotline platform it came from; with `upstream_no` the key of every import."""
    upstream_no: str
    received_at: datetime
    """With time zone."""
    content: str = field(repr=False)
    """What was said, verbatim: restricted, only the geocoder reads it."""
    content_masked: str
    """The same without names, phones, door numbers, health and children: what pages show."""
    title: str = ""
    """Masked."""
    channel: Channel = Channel.PHONE
    request_kind: RequestKind = RequestKind.ASSISTANCE
    urgency: Urgency = Urgency.NORMAL
    category: str = ""
    """``"城乡建设/占道经营"``; empty when the hotline gave none."""
    address: str = field(default="", repr=False)
    """The address column of the hotline, verbatim: restricted."""
    town_hint: str = ""
    """The town that the hotline's own column names."""
    lon: float | None = None
    """Coordinate columns of the hotline, converted to WGS 84."""
    lat: float | None = None
    requester: Requester = Requester()
    flags: frozenset[Flag] = frozenset()
    upstream_status: str = ""
    """The hotline's own status, verbatim."""
    status: Status = Status.RECEIVED
    geocode_status: str = ""
    """Name of a `boundaries.GeocodeStatus`; empty until looked for."""
    geocode_because: tuple[Reason, ...] = ()
    places: tuple[TicketPlace, ...] = ()
    """The places decided on: the issue first."""
    candidates: tuple[TicketPlace, ...] = ()
    """What a dispatcher may choose from, best first."""
    handling_body: HandlingBody | None = None
    visit_body: VisitBody | None = None
    assign_because: tuple[Reason, ...] = ()
    visit_due: date | None = None
    raw: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """Unknown columns of the file, verbatim: restricted."""
    version: int = 0
    """Raised with every save; guards against two people changing one ticket."""

    @property
    def id(self) -> str:
        """The ticket's own number, the same for every import of it: 16 hexadecimal digits."""
        key = f"{self.source_system}\0{self.upstream_no}".encode()
        return blake2b(key, digest_size=8).hexdigest()

    @property
    def issue_place(self) -> TicketPlace | None:
        """The place of the matter once it is decided, else None."""
        return next((place for place in self.places if place.role is PlaceRole.ISSUE), None)

    @property
    def is_guarded(self) -> bool:
        """Say whether no village may ever see this ticket."""
        return bool(self.flags & GUARDED)

    def move(self, to: Status, *, at: datetime, by: str, reason: Reason) -> tuple[Self, Event]:
        """Return the ticket in another status, and the event that says so.

        Raises
        ------
        WrongStatusError
            When the table of moves does not allow it.
        """
        if (self.status, to) not in MOVES:
            raise WrongStatusError(
                "ticket {number} stands at “{status}” and cannot go to “{wanted}”",
                number=self.upstream_no,
                status=STATUSES[self.status],
                wanted=STATUSES[to],
            )
        moved = replace(self, status=to)
        return moved, moved.happened(at=at, by=by, reason=reason)

    def happened(self, *, at: datetime, by: str, reason: Reason) -> Event:
        """Return an event of this ticket that leaves its status as it is."""
        return Event(self.id, at, by, self.status, reason)
