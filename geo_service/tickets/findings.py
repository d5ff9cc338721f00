"""What the search for hotspots found, as it is stored: places and areas that stand out, with their odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo_service.tickets.reasons import Reason


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """A circle around a named place with more tickets of one category than expected."""

    name: str
    """The place in the middle."""
    category: str
    """The category looked at; empty for all tickets together."""
    lon: float
    lat: float
    radius_m: float
    cases: int
    total: float
    """What stands at risk inside (cases and background points)."""
    expected: float
    relative_risk: float
    log_likelihood_ratio: float
    p: float
    """Monte-Carlo p, corrected for all circles and for all categories looked at."""
    significant: bool
    reason: Reason
    ticket_ids: tuple[str, ...] = ()
    """The cases inside; guarded tickets are never among them."""


@dataclass(frozen=True, slots=True)
class AreaFinding:
    """One village area's share in the test of neighbouring areas (Gi*)."""

    unit_code: str
    count: int
    rate: float | None
    z: float | None
    p: float | None
    q: float | None
    hotspot_class: str


@dataclass(frozen=True, slots=True)
class Findings:
    """One run of the search."""

    found_at: datetime
    method: tuple[Reason, ...]
    """How it was judged, sentence by sentence: hypotheses, corrections, seeds, what was left out."""
    places: Sequence[PlaceFinding]
    areas: Sequence[AreaFinding]
