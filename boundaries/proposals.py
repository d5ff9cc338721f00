"""Candidates with the names of their unit and town filled in."""

from collections.abc import Mapping

from boundaries.areas import Areas
from boundaries.coordinates import LonLat
from boundaries.divisions import Divisions
from boundaries.places import Candidate, PlaceLevel
from boundaries.reasons import Reason


class Proposals:
    """Makes candidates for units and towns of one county."""

    def __init__(self, divisions: Divisions, areas: Areas) -> None:
        self.divisions = divisions.merged(areas.divisions)
        """The register with the units that only the map knows."""

    def unit(  # noqa: PLR0913 - a candidate has that many sides
        self,
        code: str,
        level: PlaceLevel,
        label: str,
        confidence: float,
        *because: Reason,
        point: LonLat | None = None,
        sigma_m: float | None = None,
    ) -> Candidate:
        """Return a candidate for a village or community."""
        unit = self.divisions[code]
        return Candidate(
            level,
            label,
            code,
            unit.display_name,
            unit.town_code,
            self.town_name(unit.town_code) or unit.town_name,
            point,
            sigma_m if point is not None else None,
            confidence,
            because,
        )

    def town(
        self,
        code: str,
        label: str,
        confidence: float,
        *because: Reason,
        point: LonLat | None = None,
        sigma_m: float | None = None,
    ) -> Candidate:
        """Return a candidate for a town of which the village is not known."""
        name = self.town_name(code)
        return Candidate(
            PlaceLevel.TOWN, label or name, None, "", code, name, point, sigma_m, confidence, because
        )

    def town_name(self, code: str) -> str:
        """Return a town's name, empty when it is not in the register."""
        return self.divisions[code].name if code in self.divisions else ""

    def by_share(
        self,
        shares: Mapping[str, float],
        level: PlaceLevel,
        label: str,
        *because: Reason,
        point: LonLat | None = None,
        sigma_m: float | None = None,
    ) -> tuple[Candidate, ...]:
        """Return candidates for units with their probabilities, likeliest first."""
        known = [(code, share) for code, share in shares.items() if code in self.divisions]
        return tuple(
            self.unit(code, level, label, share, *because, point=point, sigma_m=sigma_m)
            for code, share in sorted(known, key=lambda pair: -pair[1])
        )


def outside(label: str) -> Candidate:
    """Return a candidate for a place in another county."""
    return Candidate(PlaceLevel.CITY_OUT, label, None, "", None, "", None, None, 0.0, ())
