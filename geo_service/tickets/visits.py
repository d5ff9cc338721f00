"""Visits to the doorstep, and the walking rounds that batch them: what is asked, and what was planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

from geo_service.tickets.reasons import Reason


class VisitPurpose(StrEnum):
    """Why somebody goes there."""

    VERIFY = "VERIFY"
    SITE = "SITE"
    CALLBACK = "CALLBACK"
    NEIGHBOUR_SURVEY = "NEIGHBOUR_SURVEY"
    PUBLICITY = "PUBLICITY"


class VisitStatus(StrEnum):
    """Where a visit stands (domain rules, §6.3)."""

    PLANNED = "PLANNED"
    ROUTED = "ROUTED"
    EN_ROUTE = "EN_ROUTE"
    ARRIVED = "ARRIVED"
    DONE = "DONE"
    NOT_HOME = "NOT_HOME"
    REFUSED = "REFUSED"
    CANCELLED = "CANCELLED"


V = VisitStatus

VISIT_MOVES: Mapping[VisitStatus, frozenset[VisitStatus]] = {
    V.PLANNED: frozenset({V.ROUTED, V.EN_ROUTE, V.ARRIVED, V.CANCELLED}),
    V.ROUTED: frozenset({V.PLANNED, V.EN_ROUTE, V.ARRIVED, V.CANCELLED}),
    V.EN_ROUTE: frozenset({V.PLANNED, V.ARRIVED, V.CANCELLED}),
    V.ARRIVED: frozenset({V.DONE, V.NOT_HOME, V.REFUSED}),
}
"""From where to where a visit may go; back to PLANNED is a new appointment. What is not here is an end."""


class VisitStep(StrEnum):
    """讲看听问帮: the five sections of the form."""

    TELL = "TELL"
    """讲: what was told: the result, the policy behind it, what follows."""
    LOOK = "LOOK"
    """看: how the place looks."""
    LISTEN = "LISTEN"
    """听: the requester's own words."""
    ASK = "ASK"
    """问: whether it is solved, and what else is needed."""
    HELP = "HELP"
    """帮: what will be done, by whom, until when."""


DEMANDED_STEPS = (VisitStep.LOOK, VisitStep.LISTEN, VisitStep.ASK)
"""Sections without which a visit is not done."""
SMALLEST_TEAM = 2
ARRIVAL_WITHIN_M = 200.0
"""Farther from its point than this, an arrival needs a reason."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of the place: made anew from the file that came in, without its hidden data."""

    name: str
    """File name in the workspace's ``photos`` folder: digest and ending."""
    taken_by: str
    note: str = ""
    """Masked."""


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What a team brought back from one visit."""

    team: tuple[str, ...]
    """Names of staff; at least two."""
    arrived_at: datetime
    left_at: datetime | None = None
    arrived_lon: float | None = None
    """Where the phone said it was, WGS 84; None when it did not say: only this one point is kept."""
    arrived_lat: float | None = None
    away_because: str = ""
    """Why the arrival is farther than `ARRIVAL_WITHIN_M` from the visit's point."""
    met: str = ""
    """Name of a `callbacks.Respondent`; empty when nobody was met."""
    steps: Mapping[VisitStep, str] | None = None
    """What was written in each section, masked."""
    photos: tuple[Photo, ...] = ()
    suggestions: tuple[str, ...] = ()
    """What people asked for, masked: each becomes an item of the rectification list."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit that a body owes for a ticket."""

    ticket_id: str
    purpose: VisitPurpose
    unit_code: str
    """The village or community whose two committees go."""
    due: date
    lon: float | None = None
    """WGS 84; None when the place is known too vaguely to walk to: call first."""
    lat: float | None = None
    label: str = ""
    """Where, masked: what a route sheet may show."""
    note: str = ""
    """What for, masked."""
    status: VisitStatus = VisitStatus.PLANNED
    left_because: Reason | None = None
    """Why the last planning left it out; None when it did not."""
    seq: int = 1
    """1 for the first visit of this purpose for the ticket; a later one has the next number."""
    tries: int = 0
    """How often somebody stood before a closed door: the second time, the phone takes over."""
    not_before: datetime | None = None
    """An appointment: the visit is not made earlier; None without one."""
    record: VisitRecord | None = None
    """None until somebody was there."""

    @property
    def id(self) -> str:
        """One visit per ticket, purpose and number."""
        key = f"{self.ticket_id}\0{self.purpose}" + (f"\0{self.seq}" if self.seq > 1 else "")
        return blake2b(key.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One stop of a round."""

    seq: int
    """1, 2, 3 … in walking order."""
    visit_id: str
    ticket_id: str
    label: str
    """Where, masked."""
    note: str
    eta: int
    """Seconds after midnight."""
    departs: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class PlannedLeg:
    """The way to the next stop, along streets."""

    metres: float
    seconds: int
    line: tuple[tuple[float, float], ...]
    """Longitude, latitude pairs, WGS 84."""
    amap_url: str
    """A map app's walking directions for this leg; names nobody."""


@dataclass(frozen=True, slots=True)
class WalkingRound:
    """A round (走访路线): one body, one half-day, on foot from its office and back."""

    id: str
    """Short and stable: body, date and half-day."""
    date: date
    half_day: str
    """``"AM"`` or ``"PM"``."""
    unit_code: str
    body_name: str
    base_name: str
    base_lon: float
    base_lat: float
    leaves: int
    """Seconds after midnight."""
    returns: int
    stops: tuple[PlannedStop, ...]
    legs: tuple[PlannedLeg, ...]
    """One more than stops: base → 1 → … → base."""
    because: tuple[Reason, ...] = ()

    @property
    def walk_m(self) -> float:
        """Metres on foot."""
        return sum(leg.metres for leg in self.legs)


def round_id(unit_code: str, day: date, half_day: str) -> str:
    """Return the id of the round of a body in a half-day.

    >>> round_id("441581001214", date(2026, 2, 2), "AM")
    '20260202-AM-441581001214'
    """
    return f"{day:%Y%m%d}-{half_day}-{unit_code}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A visit that no round takes, and why."""

    visit_id: str
    ticket_id: str
    number: str
    """The ticket's number at the hotline."""
    reason: Reason


def in_walking_order(rounds: Sequence[WalkingRound]) -> list[WalkingRound]:
    """Return rounds by day and half-day, then by body."""
    return sorted(rounds, key=lambda planned: (planned.date, planned.half_day, planned.unit_code))
