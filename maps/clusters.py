"""Where do tickets crowd around a named place, more than chance allows? A circular scan."""

from collections.abc import Sequence
from dataclasses import dataclass

from geopandas import GeoDataFrame

from boundaries import LonLat, Points, Projection, Reason


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle around a named place with more cases than expected."""

    place: str
    """Name of the place in the middle."""
    centre: LonLat
    radius_m: float
    cases: int
    """Cases inside."""
    total: int
    """Cases and background points inside."""
    expected: float
    """Cases expected inside when they fall on all points alike."""
    relative_risk: float
    """Risk inside over risk outside; infinite when all cases are inside."""
    log_likelihood_ratio: float
    p: float
    """Monte-Carlo p, corrected for the search over all circles."""

    def is_significant(self, level: float = 0.05) -> bool:
        """Say whether chance alone is unlikely to give such a circle anywhere."""
        return self.p <= level

    def reason(self) -> Reason:
        """Return the finding as a sentence in plain words."""
        values = {
            "place": self.place,
            "radius": round(self.radius_m),
            "cases": self.cases,
            "expected": f"{self.expected:.1f}",
            "p": f"{self.p:.3f}",
        }
        if self.is_significant():
            return Reason(
                "hotspot.cluster",
                "Around {place}, within {radius} m, there are {cases} tickets where {expected} would be expected; "
                "chance alone hardly explains this (p = {p}).",
                values,
            )
        return Reason(
            "hotspot.chance",
            "Around {place}, within {radius} m, there are {cases} tickets where {expected} would be expected; "
            "chance alone explains this well enough (p = {p}).",
            values,
        )


def find_clusters(
    cases: Points,
    background: Points,
    centres: GeoDataFrame,
    *,
    projection: Projection,
    radii_m: Sequence[float] = (100.0, 150.0, 250.0, 400.0, 600.0, 1000.0),
    min_cases: int = 3,
    max_share: float = 0.5,
    max_clusters: int = 10,
    replications: int = 999,
    seed: int = 0,
) -> list[Cluster]:
    """Find places where cases crowd among all points at risk (Kulldorff's scan, Bernoulli model).

    Parameters
    ----------
    cases
        Shape (n, 2), WGS 84: the tickets looked at.
    background
        Shape (m, 2), WGS 84: where such tickets could have come from as well (other tickets, or addresses),
        *without* the cases.
    centres
        Named places: ``name`` and point geometry, EPSG:4326.
    """
    return []
