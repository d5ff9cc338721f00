"""What the geocoder answers: a status, ranked candidates, and the reasons for both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from boundaries.coordinates import LonLat
from boundaries.reasons import Reason

# telephone, bank and identity numbers: no explanation repeats them
_PRIVATE = re.compile(
    r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]\d{7,8}|\d{6}[ -]?\d{8}[ -]?\d{3}[0-9XxＸｘ]|\d{7,}[XxＸｘ]?"
)
SURE = 0.8
"""From this confidence on a place may be acted on without a person."""


class GeocodeStatus(StrEnum):
    """How far a text could be placed."""

    RESOLVED = "resolved"  # one village or community
    TOWN_ONLY = "town_only"  # only the town is known
    AMBIGUOUS = "ambiguous"  # several units bear the name
    NEEDS_REVIEW = "needs_review"  # there is a proposal, and a reason to doubt it
    NO_PLACE = "no_place"  # the text names no place of this county
    OUT_OF_AREA = "out_of_area"  # it is in another county
    OUT_OF_JURISDICTION = "out_of_jurisdiction"  # listed under this county, run by somebody else
    MULTI_ISSUE = "multi_issue"  # several matters in several places


class PlaceLevel(StrEnum):
    """What the text could be placed on."""

    POINT = "point"  # a coordinate, or so many metres along a street
    JUNCTION = "junction"
    POI = "poi"
    ROAD = "road"
    GROUP = "group"  # a villagers' group or hamlet inside a known village
    VILLAGE = "village"
    TOWN = "town"
    CITY_OUT = "city_out"  # another county or city


_SURE_LEVELS = frozenset(PlaceLevel) - {PlaceLevel.TOWN, PlaceLevel.CITY_OUT}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place the text may mean."""

    level: PlaceLevel
    label: str
    """The words of the place: 水墘综合市场, 新华路与人民路路口, 炎龙村."""
    unit_code: str | None
    """Village or community; None when only the town is known."""
    unit_name: str
    """Its display name, empty without unit."""
    town_code: str | None
    town_name: str
    point: LonLat | None
    """WGS 84; None when no point is honest: a village that is only named, a town."""
    sigma_m: float | None
    """Standard deviation of the point, metres; None without point."""
    confidence: float
    """Probability, 0 to 1, that the unit (at town level: the town) is right."""
    because: tuple[Reason, ...]

    def capped(self, limit: float) -> Self:
        """Return the candidate with no more than some confidence."""
        return replace(self, confidence=min(self.confidence, limit))

    def with_reason(self, reason: Reason, *, confidence: float | None = None) -> Self:
        """Return the candidate with one more reason and, if given, another confidence."""
        sure = self.confidence if confidence is None else confidence
        return replace(self, because=(*self.because, reason), confidence=sure)


@dataclass(frozen=True, slots=True)
class GeocodeResult:
    """Where a text says something is."""

    text: str
    status: GeocodeStatus
    candidates: tuple[Candidate, ...]
    """Places of the issue, best first."""
    requester_place: Candidate | None
    """Where the caller lives or works, when the text says so and it is not the place of the issue."""
    parts: tuple["GeocodeResult", ...]
    """One result per matter when the text holds several, else empty."""
    because: tuple[Reason, ...]
    """Why the status is what it is; rule ids are those of the geocoding rules L1 to L14."""
    is_left_to_person: bool = False
    """Whether the rules leave the decision to a person, however likely the best place is."""

    @property
    def best(self) -> Candidate | None:
        """The likeliest place, None without any."""
        return self.candidates[0] if self.candidates else None

    @property
    def confidence(self) -> float:
        """Confidence of the best candidate, 0 without any."""
        return self.candidates[0].confidence if self.candidates else 0.0

    @property
    def is_ambiguous(self) -> bool:
        """Whether several places remain possible."""
        return len(self.candidates) > 1

    @property
    def is_sure(self) -> bool:
        """Whether the unit may be acted on with no person in between."""
        best = self.best
        return (
            self.status is GeocodeStatus.RESOLVED
            and not self.is_left_to_person
            and best is not None
            and best.unit_code is not None
            and best.level in _SURE_LEVELS
            and best.confidence >= SURE
        )

    def explain(self) -> str:
        """Return the whole reasoning in English, one line per reason; private numbers are masked."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Yield the lines of `explain`."""
        yield f"{self.status.value}: {_masked(self.text)}"
        yield from (f"  [{reason.rule}] {_masked(reason.text())}" for reason in self.because)
        for number, candidate in enumerate(self.candidates, start=1):
            where = candidate.unit_code or candidate.town_code or "-"
            label = _masked(candidate.label)
            named = f"{label} -> {candidate.town_name}{candidate.unit_name} ({where})"
            yield f"  {number}. {candidate.level.value} {named}, confidence {candidate.confidence:.2f}"
            if candidate.point is not None:
                lon, lat = candidate.point
                yield f"     at {lon:.6f}, {lat:.6f}, give or take {candidate.sigma_m:.0f} m"
            yield from (f"     [{reason.rule}] {_masked(reason.text())}" for reason in candidate.because)
        if self.requester_place is not None:
            yield f"  the caller: {_masked(self.requester_place.label)}"
        for part in self.parts:
            yield from (f"    {line}" for line in part.lines())


def _masked(words: str) -> str:
    """Return words without numbers that belong to a person.

    >>> _masked("炎龙村12号，电话13800001234，身份证44158119900101123X")
    '炎龙村12号，电话***，身份证***'
    """
    return _PRIVATE.sub("***", words)
