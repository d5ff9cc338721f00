"""Which groups of villages have more tickets than their population explains? The scan over counts."""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import Series

from boundaries import LonLat, Points, Projection
from maps.clusters import Cluster, best_apart, described
from maps.errors import BadStatisticError, MissingColumnsError
from maps.rates import check_counts
from maps.scan import Floats, Windows, largest_by_chance, monte_carlo_p, poisson_llr


def find_area_clusters(  # noqa: PLR0913 - the options of one test, keyword-only
    areas: GeoDataFrame,
    counts: Series,
    population: Series,
    *,
    min_cases: int = 2,
    max_share: float = 0.5,
    max_clusters: int = 10,
    replications: int = 999,
    seed: int = 0,
) -> list[Cluster]:
    """Find groups of neighbouring villages with more tickets than their population explains.

    *Model*: discrete Poisson, conditional on the total. *Null hypothesis*: every person is as likely to
    send a ticket. *Alternative*: in one circle they are likelier than outside. Windows are circles around
    each area's middle, growing area by area up to `max_share` of the population; the test is that of
    `find_clusters`.

    Parameters
    ----------
    areas
        ``name`` and geometry with a CRS (the middle is taken); any unique index. Areas without a geometry
        are nowhere: neither they nor their tickets and people are looked at.
    counts, population
        Tickets (whole numbers) and people per area, on the same index; areas they lack have none.
    max_share
        Largest share of all people in a circle.
    min_cases, max_clusters, replications, seed
        As in `find_clusters`.

    Returns
    -------
    list[Cluster]
        As from `find_clusters`, with ``place`` the name of the middle area, ``members`` the index labels
        of the areas inside, no area in two circles, and at most one circle around each middle.

    Raises
    ------
    MissingColumnsError
        When `areas` has no names or no CRS.
    BadStatisticError
        When counts or people are negative, or a limit makes no sense.

    References
    ----------
    Kulldorff (1997), as in `find_clusters`.
    """
    if not 0.0 < max_share <= 1.0 or replications < 1:
        raise BadStatisticError(
            "a scan needs radii above 0 m, a share between 0 and 1 and at least one replication"
        )
    if "name" not in areas.columns or areas.crs is None:
        raise MissingColumnsError(
            "the areas to scan need a column {column} and a coordinate system", column="name"
        )
    areas = areas[~(areas.geometry.is_empty | areas.geometry.isna())]
    check_counts(counts)
    seen = counts.reindex(areas.index).fillna(0).to_numpy(dtype=float)[:, None]
    people = population.reindex(areas.index).fillna(0).to_numpy(dtype=float)[:, None]
    if not (np.isfinite(people) & (people >= 0)).all():
        raise BadStatisticError("{what} must be numbers of 0 or more", what="population")
    total, everybody = seen.sum(), people.sum()
    if not (total and everybody):
        return []
    middles, flat = _middles(areas)
    windows, order = _growing(flat, people[:, 0], max_share)
    expected = windows.sums(people) * total / everybody

    def score(drawn: Floats) -> Floats:
        inside = windows.sums(drawn)
        llr = poisson_llr(inside, expected, total)
        return np.where((inside >= min_cases) & (expected <= max_share * total * (1 + 1e-12)), llr, 0.0)

    random = np.random.default_rng(seed)
    share = people[:, 0] / everybody
    largest = largest_by_chance(
        lambda n: random.multinomial(int(total), share, size=n).T.astype(float),
        score,
        replications=replications,
        places=windows.centres * windows.sizes,
    )
    scores, inside = score(seen)[:, :, 0], windows.sums(seen)[:, :, 0]

    def overlap(c: int, k: int) -> NDArray[np.bool_]:
        taken = np.zeros((len(areas), 1))
        taken[order[c, : k + 1]] = 1.0
        return windows.sums(taken)[:, :, 0] > 0.0

    names, held = areas["name"].astype(str).tolist(), windows.sums(people)[:, :, 0]
    return [
        described(
            place=names[c],
            centre=LonLat(*middles[c].tolist()),
            radius_m=float(np.hypot(*(flat[order[c, k]] - flat[c]))),
            cases=int(inside[c, k]),
            total=float(held[c, k]),
            everything=(float(total), float(everybody)),
            llr=float(scores[c, k]),
            p=float(monte_carlo_p(scores[c, k], largest)),
            members=tuple(areas.index[order[c, : k + 1]]),
        )
        for c, k in best_apart(_best_of_each(scores), overlap, max_clusters)
    ]


def _best_of_each(scores: Floats) -> Floats:
    """Return the scores with only the best window of each middle left, as SaTScan reports them."""
    best = np.argmax(scores, axis=1)[:, None]
    return np.where(np.arange(scores.shape[1]) == best, scores, 0.0)


def _middles(areas: GeoDataFrame) -> tuple[Points, Points]:
    """Return the middle of each area in degrees and on a flat grid."""
    points = areas.geometry.set_axis(range(len(areas))).representative_point()
    degrees = shapely.get_coordinates(points.to_crs("EPSG:4326").to_numpy())
    if not areas.crs.is_geographic:
        return degrees, shapely.get_coordinates(points.to_numpy())
    return degrees, Projection.for_points(degrees).to_metres(degrees)


def _growing(flat: Points, people: Floats, max_share: float) -> tuple[Windows, NDArray[np.int64]]:
    """Return the windows that grow area by area around each middle, and the order in which areas join."""
    distance = np.hypot(flat[:, None, 0] - flat[None, :, 0], flat[:, None, 1] - flat[None, :, 1])
    order = np.argsort(distance, axis=1, kind="stable")
    held = np.cumsum(people[order], axis=1)
    sizes = int((held <= max_share * people.sum() * (1 + 1e-12)).sum(axis=1).max(initial=1))
    order = order[:, : max(sizes, 1)]
    centre, ring = np.indices(order.shape)
    shape = (len(flat), order.shape[1], len(flat))
    return Windows.from_rings(ring.ravel(), centre.ravel(), order.ravel(), shape=shape), order
