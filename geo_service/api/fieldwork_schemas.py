"""What programs get of rounds, areas and hotspots."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field

from geo_service.api.schemas import ReasonOut, Schema, reasons_out
from geo_service.i18n import Language
from geo_service.tickets.findings import Findings, PlaceFinding
from geo_service.tickets.visits import LeftOut, PlannedStop, WalkingRound

Clock = Annotated[int, Field(ge=0, le=172_800, description="Seconds after midnight.", examples=[31_200])]


class StopOut(Schema):
    """One stop of a round: masked words only."""

    seq: int = Field(description="1, 2, 3 … in walking order.")
    visit_id: str
    ticket_id: str
    label: str = Field(description="Where.")
    note: str = Field(description="What for.")
    eta: Clock
    departs: Clock
    lon: float
    lat: float

    @classmethod
    def of(cls, stop: PlannedStop) -> Self:
        """Return a stop."""
        return cls(
            seq=stop.seq,
            visit_id=stop.visit_id,
            ticket_id=stop.ticket_id,
            label=stop.label,
            note=stop.note,
            eta=stop.eta,
            departs=stop.departs,
            lon=stop.lon,
            lat=stop.lat,
        )


class RoundOut(Schema):
    """A round as a list shows it."""

    id: str = Field(examples=["20260202-AM-441581003203"])
    date: date
    half_day: str = Field(description="AM or PM.")
    unit_code: str
    body_name: str = Field(examples=["水乾村“两委”"])
    base_name: str = Field(description="Where it starts and ends.")
    leaves: Clock
    returns: Clock
    walk_m: float = Field(description="Metres on foot.")
    stops: int = Field(description="How many.")

    @classmethod
    def of(cls, walk: WalkingRound) -> Self:
        """Return a round."""
        return cls(**_shown(walk), stops=len(walk.stops))


class LegOut(Schema):
    """The way to the next stop; its line is in the round's GeoJSON."""

    metres: float
    seconds: int
    amap_url: str = Field(description="A map app's walking directions for this leg; names nobody.")


class RoundDetail(Schema):
    """A round, stop by stop."""

    id: str
    date: date
    half_day: str
    unit_code: str
    body_name: str
    base_name: str
    base_lon: float
    base_lat: float
    leaves: Clock
    returns: Clock
    walk_m: float
    stops: list[StopOut]
    legs: list[LegOut] = Field(description="One more than stops: office → 1 → … → office.")
    because: list[ReasonOut]

    @classmethod
    def of(cls, walk: WalkingRound, language: Language) -> Self:
        """Return a round with its reasons in a language."""
        return cls(
            **_shown(walk),
            base_lon=walk.base_lon,
            base_lat=walk.base_lat,
            stops=[StopOut.of(stop) for stop in walk.stops],
            legs=[LegOut(metres=leg.metres, seconds=leg.seconds, amap_url=leg.amap_url) for leg in walk.legs],
            because=reasons_out(walk.because, language),
        )


def _shown(walk: WalkingRound) -> dict[str, Any]:
    return {
        "id": walk.id,
        "date": walk.date,
        "half_day": walk.half_day,
        "unit_code": walk.unit_code,
        "body_name": walk.body_name,
        "base_name": walk.base_name,
        "leaves": walk.leaves,
        "returns": walk.returns,
        "walk_m": walk.walk_m,
    }


class LeftOutOut(Schema):
    """A visit that found no round, and why."""

    visit_id: str
    ticket_id: str
    number: str
    reason: ReasonOut

    @classmethod
    def of(cls, left: LeftOut, language: Language) -> Self:
        """Return a visit left out."""
        return cls(
            visit_id=left.visit_id,
            ticket_id=left.ticket_id,
            number=left.number,
            reason=ReasonOut.of(left.reason, language),
        )


class RoundList(Schema):
    """All rounds in walking order, and the visits left out."""

    rounds: list[RoundOut]
    left_out: list[LeftOutOut]


class PlaceFindingOut(Schema):
    """A named place with more tickets of a category than expected, or as many as chance brings."""

    name: str
    category: str
    lon: float
    lat: float
    radius_m: float
    cases: int
    expected: float
    relative_risk: float
    p: float = Field(description="Corrected for all circles and all categories looked at.")
    significant: bool
    reason: ReasonOut
    ticket_ids: list[str]

    @classmethod
    def of(cls, found: PlaceFinding, language: Language) -> Self:
        """Return a place that was looked at."""
        return cls(
            name=found.name,
            category=found.category,
            lon=found.lon,
            lat=found.lat,
            radius_m=found.radius_m,
            cases=found.cases,
            expected=found.expected,
            relative_risk=found.relative_risk,
            p=found.p,
            significant=found.significant,
            reason=ReasonOut.of(found.reason, language),
            ticket_ids=list(found.ticket_ids),
        )


class AreaFindingOut(Schema):
    """One village in the test of neighbouring areas (Gi*)."""

    unit_code: str
    count: int
    z: float | None
    p: float | None
    q: float | None = Field(description="p corrected for all villages (false discovery rate).")
    hotspot_class: str


class FindingsOut(Schema):
    """The last search for hotspots."""

    found_at: datetime | None = Field(description="null when nobody has searched yet.")
    method: list[ReasonOut] = Field(description="How it was judged, sentence by sentence.")
    places: list[PlaceFindingOut]
    areas: list[AreaFindingOut]

    @classmethod
    def of(cls, findings: Findings | None, language: Language) -> Self:
        """Return what was found; nothing when nobody has searched."""
        if findings is None:
            return cls(found_at=None, method=[], places=[], areas=[])
        return cls(
            found_at=findings.found_at,
            method=reasons_out(findings.method, language),
            places=[PlaceFindingOut.of(found, language) for found in findings.places],
            areas=[
                AreaFindingOut(
                    unit_code=area.unit_code,
                    count=area.count,
                    z=area.z,
                    p=area.p,
                    q=area.q,
                    hotspot_class=area.hotspot_class,
                )
                for area in findings.areas
            ],
        )
