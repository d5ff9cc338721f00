"""Gi*: equal to the reference implementation, honest under the null, and fair to quiet villages."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from esda.getisord import G_Local
from libpysal.weights import Queen

from maps import BadStatisticError, hotspots
from maps.gi_star import conditional_p, corrected, gi_star
from maps.neighbours import find_neighbours
from tests.shared_data import shared


def grid(side: int = 10, gap_m: float = 0.0) -> gpd.GeoDataFrame:
    """Return square villages of one kilometre, row by row, with a gap between them."""
    cells = [
        shapely.box(1000 * x, 1000 * y, 1000 * (x + 1) - gap_m, 1000 * (y + 1) - gap_m)
        for y in range(side)
        for x in range(side)
    ]
    codes = [f"V{i:03d}" for i in range(len(cells))]
    return gpd.GeoDataFrame({"name": codes}, geometry=cells, index=codes, crs="EPSG:32650")


def guerry() -> gpd.GeoDataFrame:
    """Return the 85 French departments of Guerry."""
    return gpd.read_file(shared("hotspots/Guerry.shp"))


def test_neighbours_are_those_of_libpysal() -> None:
    areas = guerry()
    near, reference = find_neighbours(areas, gap_m=0.0), Queen.from_dataframe(areas, use_index=False)
    assert [near.of(row).tolist() for row in range(85)] == [
        sorted(reference.neighbors[row]) for row in range(85)
    ]


def test_gi_star_equals_esda_and_the_published_values() -> None:
    areas = guerry()
    values = areas["Crm_prp"].to_numpy(dtype=float)
    near = find_neighbours(areas)
    reference = G_Local(
        values, Queen.from_dataframe(areas, use_index=False), transform="B", star=True, permutations=0
    )
    np.testing.assert_allclose(gi_star(values, near), reference.Zs, atol=1e-12)
    shares = (near.sums(values) + values) / values.sum() / (near.degrees + 1)
    np.testing.assert_allclose(shares[:3], [0.01417704, 0.00961360, 0.01757432], atol=5e-9)


def test_permutation_p_agrees_with_esda() -> None:
    areas = guerry()
    values = areas["Crm_prp"].to_numpy(dtype=float)
    weights = Queen.from_dataframe(areas, use_index=False)
    with pytest.warns(DeprecationWarning, match="alternative"):
        reference = G_Local(
            values,
            weights,
            transform="B",
            star=True,
            permutations=999,
            seed=1,
            n_jobs=1,
            keep_simulations=False,
        )
    ours = conditional_p(values, find_neighbours(areas), 999, seed=0)
    np.testing.assert_allclose(np.minimum(ours / 2, 0.5), np.minimum(reference.p_sim, 0.5), atol=0.06)


def test_a_planted_block_is_hot_and_an_emptied_one_cold() -> None:
    areas = grid()
    counts = pd.Series(np.random.default_rng(1).poisson(20, 100), index=areas.index)
    hot = [f"V{10 * y + x:03d}" for y in (1, 2, 3) for x in (1, 2, 3)]
    cold = [f"V{10 * y + x:03d}" for y in (6, 7, 8) for x in (6, 7, 8)]
    counts[hot] *= 4
    counts[cold] = 1
    found = hotspots(areas, counts, seed=3)
    assert found.loc["V022", "hotspot_class"] == "hot99"
    assert found.loc["V077", "hotspot_class"].startswith("cold")
    assert set(found.index[found["hotspot_class"].str.startswith("hot")]) <= set(hot)
    assert found.index.equals(areas.index)


def test_a_quiet_village_beside_a_crowded_one_is_not_hot() -> None:
    areas = grid()
    counts = pd.Series(5, index=areas.index)
    ring = [f"V{10 * y + x:03d}" for y in (4, 5, 6) for x in (4, 5, 6) if (x, y) != (5, 5)]
    counts[ring] = 60
    counts["V055"] = 4
    found = hotspots(areas, counts)
    assert found.loc["V055", "q"] < 0.01
    assert found.loc["V055", "hotspot_class"] == "not_significant"
    assert found.loc["V045", "hotspot_class"].startswith("hot")


def test_under_the_null_colours_are_rare() -> None:
    areas = grid(8)
    coloured = 0
    for seed in range(20):
        counts = pd.Series(np.random.default_rng(seed).poisson(6, 64), index=areas.index)
        found = hotspots(areas, counts, seed=seed, permutations=199)
        coloured += not found["hotspot_class"].isin(["not_significant", "unknown"]).all()
    assert coloured <= 3  # at most one map in twenty is expected to hold a false colour


def test_p_is_uniform_under_the_null() -> None:
    near = find_neighbours(grid(10))
    p = np.concatenate(
        [conditional_p(np.random.default_rng(s).normal(size=100), near, 199, seed=s) for s in range(5)]
    )
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.1)


def test_equal_counts_colour_nothing_and_need_no_luck() -> None:
    areas = grid(5)
    found = hotspots(areas, pd.Series(7, index=areas.index))
    assert found["p"].eq(1.0).all()
    assert found["hotspot_class"].eq("not_significant").all()


def test_the_same_seed_gives_the_same_answer() -> None:
    areas = grid(6)
    counts = pd.Series(np.arange(36) % 7, index=areas.index)
    first, second = (hotspots(areas, counts, seed=5, permutations=99) for _ in range(2))
    pd.testing.assert_series_equal(first["p"], second["p"])
    assert not hotspots(areas, counts, seed=6, permutations=99)["p"].equals(first["p"])


def test_small_gaps_between_drawings_still_touch() -> None:
    assert find_neighbours(grid(3, gap_m=3.0)).degrees.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert find_neighbours(grid(3, gap_m=30.0)).degrees.sum() == 0


def test_villages_without_people_or_neighbours_are_not_judged() -> None:
    areas = grid(4)
    areas.loc["V015", "geometry"] = shapely.box(90_000, 90_000, 91_000, 91_000)
    people = pd.Series(100.0, index=areas.index)
    people["V000"] = 0.0
    found = hotspots(areas, pd.Series(1, index=areas.index), exposure=people)
    assert found.index[found["hotspot_class"] == "unknown"].tolist() == ["V000", "V015"]
    assert found.loc[["V000", "V015"], ["p", "q", "z"]].isna().all(axis=None)
    assert np.isnan(found.loc["V000", "rate"])


def test_no_areas_and_too_few_areas_give_an_empty_judgement_of_the_same_shape() -> None:
    empty = hotspots(grid(4).iloc[:0], pd.Series([], dtype=int))
    assert {"count", "rate", "z", "p", "q", "hotspot_class"} <= set(empty.columns)
    three = hotspots(grid(4).iloc[:3], pd.Series(1, index=["V000"]))
    assert three["count"].tolist() == [1, 0, 0]
    assert three["hotspot_class"].eq("unknown").all()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda a: hotspots(a, pd.Series(-1, index=a.index)), "0 or more"),
        (lambda a: hotspots(a, pd.Series({"V000": 0.6, "V001": 0.4})), "whole numbers"),
        (lambda a: hotspots(a, pd.Series({"V000": np.inf})), "whole numbers"),
        (lambda a: hotspots(a, pd.Series({"X9": 1})), "such as X9"),
        (lambda a: hotspots(a, pd.Series({"V000": 1}), false_discovery=0.2), "0.10"),
        (lambda a: hotspots(a, pd.Series({"V000": 1}), permutations=9), "99 permutations"),
        (lambda a: hotspots(pd.concat([a, a]), pd.Series({"V000": 1})), "once"),
        (
            lambda a: hotspots(a.set_crs(None, allow_override=True), pd.Series({"V000": 1})),
            "coordinate system",
        ),
    ],
)
def test_numbers_that_fit_no_test_are_refused(
    ask: Callable[[gpd.GeoDataFrame], object], message: str
) -> None:
    with pytest.raises(BadStatisticError, match=message):
        ask(grid(3))


def test_the_correction_is_that_of_benjamini_and_hochberg() -> None:
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, np.nan])
    expected = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.0845714, 0.205, np.nan]
    np.testing.assert_allclose(corrected(p), expected, atol=1e-6)
