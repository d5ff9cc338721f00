"""The scan: SaTScan's published clusters, a market found by name, honest p values when there is nothing."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from boundaries import LonLat, Projection
from maps import BadStatisticError, Cluster, MissingColumnsError, find_area_clusters, find_clusters
from tests.shared_data import shared

MIDDLE = LonLat(115.64, 22.95)
FLAT = Projection.for_points(np.array([MIDDLE]))
NAMES = ("水墘综合市场", "望海楼市场", "新华路", "玄武山")
RUNS = (
    "ny_poisson_circular_cartesian",
    "ny_poisson_circular_cartesian_ubpop_10percent",
    "ny_poisson_circular_longlat",
)


def around(east_m: float, north_m: float, spread_m: float, n: int, seed: int) -> NDArray[np.float64]:
    """Return n places scattered around a place given in metres from the middle."""
    scattered = np.random.default_rng(seed).normal(scale=spread_m, size=(n, 2))
    middle = FLAT.to_metres(np.array([MIDDLE])) + np.array([east_m, north_m])
    return FLAT.to_degrees(middle + scattered)


def places() -> gpd.GeoDataFrame:
    """Return four named places, two kilometres apart."""
    at = np.vstack([around(e, n, 0.001, 1, 0) for e, n in ((0, 0), (2000, 0), (0, 2000), (2000, 2000))])
    return gpd.GeoDataFrame({"name": NAMES}, geometry=gpd.points_from_xy(*at.T), crs="EPSG:4326")


def table(name: str) -> pd.DataFrame:
    """Return one of SaTScan's input tables, by area."""
    return pd.read_csv(shared(f"hotspots/satscan_ny_{name}.txt"), sep=r"\s+", header=None, index_col=0)


def published(name: str) -> dict[str, Any]:
    """Return the clusters SaTScan found in a run."""
    runs = json.loads(shared("hotspots/satscan_ny_expected.json").read_text(encoding="utf-8"))
    return next(run for run in runs if run["file"] == name)


@pytest.mark.parametrize("name", RUNS)
def test_new_york_leukemia_has_the_clusters_that_satscan_reports(name: str) -> None:
    at, run = table("coords"), published(name)
    crs = "EPSG:4326" if "longlat" in name else "EPSG:3857"
    points = gpd.points_from_xy(at[2], at[1])
    areas = gpd.GeoDataFrame({"name": at.index.astype(str)}, geometry=points, index=at.index, crs=crs)
    found = find_area_clusters(
        areas,
        table("cases")[1],
        table("pop")[2],
        max_share=0.1 if "10percent" in name else 0.5,
        max_clusters=len(run["clusters"]),
        replications=299,
        seed=1,
    )
    assert len(found) == len(run["clusters"])
    for ours, theirs in zip(found, run["clusters"], strict=True):
        assert set(ours.members) == set(theirs["members"])
        assert ours.cases == theirs["cases"]
        assert ours.log_likelihood_ratio == pytest.approx(theirs["llr"], abs=1e-6)
        assert ours.expected == pytest.approx(theirs["expected"], abs=0.005)
        assert ours.relative_risk == pytest.approx(theirs["rr"], abs=0.005)
        assert ours.p == pytest.approx(theirs["p"], abs=0.08)


def test_a_planted_market_is_found_and_named() -> None:
    cases = np.vstack([around(1000, 1000, 900, 40, 1), around(2010, 10, 60, 25, 2)])
    background = around(1000, 1000, 1200, 400, 3)
    best, *others = find_clusters(cases, background, places(), projection=FLAT, seed=4)
    assert best.place == "望海楼市场"
    assert best.is_significant()
    assert best.cases >= 24
    assert best.radius_m <= 250
    assert best.relative_risk > 3
    assert not any(other.is_significant() for other in others)


def test_p_values_keep_their_promise_when_there_is_no_cluster() -> None:
    points = around(1000, 1000, 1100, 240, 7)
    p = []
    for seed in range(40):
        drawn = np.random.default_rng(seed).permutation(len(points))
        found = find_clusters(
            points[drawn[:60]], points[drawn[60:]], places(), projection=FLAT, replications=99, seed=seed
        )
        p.append(found[0].p if found else 1.0)
    assert np.mean(np.array(p) <= 0.05) <= 0.15
    assert 0.3 <= np.mean(np.array(p) <= 0.5) <= 0.7


def test_circles_do_not_overlap_and_come_best_first() -> None:
    cases = np.vstack([around(0, 0, 50, 30, 1), around(2000, 2000, 50, 20, 2)])
    found = find_clusters(cases, around(1000, 1000, 1200, 300, 3), places(), projection=FLAT)
    assert [cluster.place for cluster in found[:2]] == ["水墘综合市场", "玄武山"]
    scores = [cluster.log_likelihood_ratio for cluster in found]
    assert scores == sorted(scores, reverse=True)
    metres = FLAT.to_metres(np.array([cluster.centre for cluster in found]))
    for i, one in enumerate(found):
        for k, other in enumerate(found[:i]):
            assert np.hypot(*(metres[i] - metres[k])) >= one.radius_m + other.radius_m


def test_the_same_seed_gives_the_same_clusters() -> None:
    cases, background = around(0, 0, 400, 50, 1), around(500, 500, 900, 200, 2)
    first, second = (find_clusters(cases, background, places(), projection=FLAT, seed=9) for _ in range(2))
    assert first == second


def test_nothing_to_compare_gives_no_cluster() -> None:
    nobody, some = np.empty((0, 2)), around(0, 0, 300, 20, 1)
    nowhere = places().iloc[:0]
    assert find_clusters(nobody, some, places(), projection=FLAT) == []
    assert find_clusters(some, nobody, places(), projection=FLAT) == []
    assert find_clusters(some, some, nowhere, projection=FLAT) == []
    unknown = np.full((3, 2), np.nan)
    assert find_clusters(np.vstack([some[:1], unknown]), some, places(), projection=FLAT) == []


def test_few_cases_are_no_cluster_however_lonely() -> None:
    assert (
        find_clusters(around(0, 0, 20, 2, 1), around(900, 900, 300, 90, 2), places(), projection=FLAT) == []
    )


def test_limits_and_tables_that_make_no_sense_are_refused() -> None:
    some = around(0, 0, 300, 20, 1)
    with pytest.raises(BadStatisticError, match="radii"):
        find_clusters(some, some, places(), projection=FLAT, radii_m=[])
    with pytest.raises(MissingColumnsError, match="name"):
        find_clusters(some, some, places().drop(columns="name"), projection=FLAT)
    with pytest.raises(MissingColumnsError, match="WGS 84"):
        find_clusters(some, some, places().to_crs("EPSG:32650"), projection=FLAT)
    areas = places()
    with pytest.raises(BadStatisticError, match="0 or more"):
        find_area_clusters(areas, pd.Series(-1, index=areas.index), pd.Series(9, index=areas.index))
    with pytest.raises(BadStatisticError, match="share"):
        find_area_clusters(
            areas, pd.Series(1, index=areas.index), pd.Series(9, index=areas.index), max_share=2
        )


def test_areas_without_tickets_or_people_hold_no_cluster() -> None:
    areas = places()
    none, some = pd.Series(0, index=areas.index), pd.Series(50, index=areas.index)
    assert find_area_clusters(areas, none, some) == []
    assert find_area_clusters(areas, some, none) == []
    assert find_area_clusters(areas.iloc[:0], none.iloc[:0], some.iloc[:0]) == []


def test_a_cluster_says_in_plain_words_whether_chance_explains_it() -> None:
    strong = Cluster("望海楼市场", MIDDLE, 150.0, 22, 40.0, 6.04, 5.1, 14.2, 0.001)
    reason = strong.reason()
    assert reason.rule == "hotspot.cluster"
    assert "Around 望海楼市场, within 150 m, there are 22 tickets where 6.0" in reason.text()
    weak = Cluster("新华路", MIDDLE, 150.0, 4, 40.0, 3.0, 1.4, 0.3, 0.6)
    assert weak.reason().rule == "hotspot.chance"


def test_a_village_without_a_shape_is_nowhere_and_moves_nobody() -> None:
    areas = gpd.GeoDataFrame(
        {"name": [f"village {i}" for i in range(7)]},
        geometry=[None, *gpd.points_from_xy(115.6 + 0.01 * np.arange(6), np.full(6, 22.9))],
        crs="EPSG:4326",
    )
    counts, people = pd.Series([50, 30, 1, 1, 1, 1, 1]), pd.Series(100, index=areas.index)
    [found] = find_area_clusters(areas, counts, people, max_clusters=1)
    assert (found.place, found.cases, found.members) == ("village 1", 30, (1,))
    assert found.expected == pytest.approx(35 / 6)
