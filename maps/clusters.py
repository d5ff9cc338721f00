"""Where do tickets crowd around a named place, more than chance allows? Kulldorff's circular scan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from boundaries import LonLat, Points, Projection, Reason
from maps.errors import BadStatisticError, MissingColumnsError
from maps.scan import Floats, Windows, bernoulli_llr, largest_by_chance, monte_carlo_p

_LARGEST_TABLE = 4_000_000  # numbers
RADII_M = (100.0, 150.0, 250.0, 400.0, 600.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle around a named place with more cases than expected."""

    place: str
    """Name of the place in the middle."""
    centre: LonLat
    radius_m: float
    cases: int
    """Cases inside."""
    total: float
    """What stands at risk inside: cases and background points, or people."""
    expected: float
    """Cases expected inside when the risk is the same everywhere."""
    relative_risk: float
    """Risk inside over risk outside; infinite when all cases are inside."""
    log_likelihood_ratio: float
    p: float
    """Monte-Carlo p, corrected for the search over all circles."""
    members: tuple[object, ...] = ()
    """Index labels of the areas inside, nearest first; empty for points."""

    def is_significant(self, level: float = 0.05) -> bool:
        """Say whether chance alone is unlikely to give such a circle anywhere on the map."""
        return self.p <= level

    def reason(self) -> Reason:
        """Return the finding in plain words, with the fields place, radius, cases, expected and p."""
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
                "Around {place}, within {radius} m, there are {cases} tickets where {expected} would be "
                "expected; chance alone hardly explains this (p = {p}).",
                values,
            )
        return Reason(
            "hotspot.chance",
            "Around {place}, within {radius} m, there are {cases} tickets where {expected} would be "
            "expected; chance alone explains this well enough (p = {p}).",
            values,
        )


def find_clusters(  # noqa: PLR0913 - the options of one test, keyword-only
    cases: Points,
    background: Points,
    centres: GeoDataFrame,
    *,
    projection: Projection,
    radii_m: Sequence[float] = RADII_M,
    min_cases: int = 3,
    max_share: float = 0.5,
    max_clusters: int = 10,
    replications: int = 999,
    seed: int = 0,
) -> list[Cluster]:
    """Find named places around which cases crowd among all points at risk.

    *Model*: Bernoulli. Cases and background points together are the places where something could have
    happened.
    *Null hypothesis*: the cases are a random draw from these points. *Alternative*: in one circle a point
    is more often a case than outside. *Test*: the largest log-likelihood ratio over all circles, compared
    with the largest of each of `replications` random draws, so p is already corrected for the search.
    Secondary circles are compared with the same largest values, which makes their p conservative.

    Parameters
    ----------
    cases
        Shape (n, 2), WGS 84: the tickets looked at. Rows with NaN are left out.
    background
        Shape (m, 2), WGS 84: where such tickets could have come from as well (the other tickets, or
        addresses),
        *without* the cases.
    centres
        Named places: ``name`` and geometry (points; of others a point inside), EPSG:4326. Several may
        share a name.
    projection
        The workspace's flat grid.
    radii_m
        Radii tried around each centre, metres.
    min_cases
        Circles with fewer cases are not looked at, in the data and in the replications alike.
    max_share
        Circles that hold more than this share of all points are not looked at.
    max_clusters
        At most this many are returned.
    replications
        Random draws; p is never below ``1 / (replications + 1)``.
    seed
        The same seed gives the same answer on every machine.

    Returns
    -------
    list[Cluster]
        Most striking first, circles that do not overlap, significant or not (ask `Cluster.is_significant`);
        empty when no circle holds `min_cases` cases and more than expected, or there is no background.

    Raises
    ------
    MissingColumnsError
        When `centres` has no names or is not in EPSG:4326.
    BadStatisticError
        When a radius or a limit makes no sense.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics – Theory and Methods 26(6),
    1481–1496. https://doi.org/10.1080/03610929708831995
    """
    radii = np.unique(np.asarray(radii_m, dtype=float))
    if not len(radii) or radii[0] <= 0.0 or not 0.0 < max_share <= 1.0 or replications < 1:
        raise BadStatisticError(
            "a scan needs radii above 0 m, a share between 0 and 1 and at least one replication"
        )
    if "name" not in centres.columns or centres.crs is None or centres.crs != "EPSG:4326":
        raise MissingColumnsError(
            "the places to look around need a column {column} and WGS 84", column="name"
        )
    cases, background = _finite(cases), _finite(background)
    named = centres[~(centres.geometry.is_empty | centres.geometry.isna())]
    if not (len(cases) and len(background) and len(named)):
        return []
    middles = shapely.get_coordinates(shapely.point_on_surface(named.geometry.to_numpy()))
    flat = projection.to_metres(middles)
    points = projection.to_metres(np.vstack([cases, background]))
    windows = _circles(flat, points, radii)
    held = windows.sums(np.ones((len(points), 1)))
    labels = np.zeros((len(points), 1))
    labels[: len(cases)] = 1.0

    usable = (held >= min_cases) & (held <= max_share * len(points))
    ratio = _ratios(held[usable], len(cases), len(points))

    def score(drawn: Floats) -> Floats:
        inside = windows.sums(drawn)
        scores = np.zeros_like(inside)
        kept = inside[usable[:, :, 0]]
        scores[usable[:, :, 0]] = np.where(kept >= min_cases, ratio(kept), 0.0)
        return scores

    random = np.random.default_rng(seed)
    largest = largest_by_chance(
        lambda n: random.permuted(np.repeat(labels, n, axis=1), axis=0),
        score,
        replications=replications,
        places=max(len(points), windows.centres * windows.sizes),
    )
    scores = score(labels)[:, :, 0]

    def overlap(c: int, k: int) -> NDArray[np.bool_]:
        apart: Floats = np.hypot(*(flat - flat[c]).T)[:, None]
        near: NDArray[np.bool_] = apart < radii[k] + radii[None, :]
        return near

    inside = windows.sums(labels)[:, :, 0]
    names, held = named["name"].astype(str).tolist(), held[:, :, 0]
    return [
        described(
            place=names[c],
            centre=LonLat(*middles[c].tolist()),
            radius_m=float(radii[k]),
            cases=int(inside[c, k]),
            total=float(held[c, k]),
            everything=(float(len(cases)), float(len(points))),
            llr=float(scores[c, k]),
            p=float(monte_carlo_p(scores[c, k], largest)),
        )
        for c, k in best_apart(scores, overlap, max_clusters)
    ]


def _ratios(held: Floats, cases: int, points: int) -> Callable[[Floats], Floats]:
    """Return the function from cases in each window, shape (windows, draws), to log-likelihood ratios.

    Both are counts, so where all pairs of them fit a table the logarithms are taken only once.
    """
    if (cases + 1) * (points + 1) > _LARGEST_TABLE:
        return lambda inside: bernoulli_llr(inside, held[:, None], cases, points)
    table = bernoulli_llr(np.arange(cases + 1.0)[:, None], np.arange(points + 1.0)[None, :], cases, points)
    columns = held.astype(np.intp)[:, None]
    return lambda inside: table[inside.astype(np.intp), columns]


def _finite(points: Points) -> Points:
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    return points[np.isfinite(points).all(axis=1)]


def _as_points(points: Points) -> NDArray[np.object_]:
    return np.asarray(shapely.points(points), dtype=object)


def _circles(middles: Points, points: Points, radii: Floats) -> Windows:
    """Return the windows of all radii around all middles; ring k lies between radius k - 1 and radius k."""
    tree = shapely.STRtree(_as_points(points))
    centre, place = tree.query(_as_points(middles), predicate="dwithin", distance=float(radii[-1]))
    distance = np.hypot(*(points[place] - middles[centre]).T)
    ring = np.minimum(np.searchsorted(radii, distance, side="left"), len(radii) - 1)
    return Windows.from_rings(ring, centre, place, shape=(len(middles), len(radii), len(points)))


def best_apart(
    scores: Floats, overlap: Callable[[int, int], NDArray[np.bool_]], most: int
) -> list[tuple[int, int]]:
    """Return the windows with the highest scores of which no two overlap; the smaller one among equals."""
    left = scores.copy()
    chosen: list[tuple[int, int]] = []
    while len(chosen) < most and left.max(initial=0.0) > 0.0:
        k, c = np.unravel_index(np.argmax(left.T), left.T.shape)
        chosen.append((int(c), int(k)))
        left[overlap(int(c), int(k))] = 0.0
    return chosen


def described(  # noqa: PLR0913 - the numbers of one window, keyword-only
    *,
    place: str,
    centre: LonLat,
    radius_m: float,
    cases: int,
    total: float,
    everything: tuple[float, float],
    llr: float,
    p: float,
    members: tuple[object, ...] = (),
) -> Cluster:
    """Put a window's numbers into words of the trade; `everything` is (all cases, all at risk)."""
    all_cases, all_at_risk = everything
    outside_cases, outside = all_cases - cases, all_at_risk - total
    risk = (cases / total) / (outside_cases / outside) if outside_cases and outside else float("inf")
    expected = all_cases * total / all_at_risk
    return Cluster(place, centre, radius_m, cases, total, expected, risk, llr, p, members)
