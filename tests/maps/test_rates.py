"""Counts to rates, and small numbers drawn towards the average."""

import numpy as np
import pandas as pd
import pytest

from maps import BadStatisticError
from maps.rates import rates, smoothed_rates

PEOPLE = pd.Series([100.0, 1000.0, 10000.0, 0.0, np.nan], index=list("ABCDE"))
COUNTS = pd.Series([2, 3, 25, 0, 1], index=list("ABCDE"))


def test_an_area_without_people_has_no_rate() -> None:
    found = rates(COUNTS, PEOPLE)
    assert found.name == "rate"
    assert found.round(4).tolist()[:3] == [0.02, 0.003, 0.0025]
    assert found[["D", "E"]].isna().all()


def test_a_hamlet_is_drawn_to_the_average_and_a_city_keeps_its_rate() -> None:
    raw, smooth = rates(COUNTS, PEOPLE), smoothed_rates(COUNTS, PEOPLE)
    mean = 30 / 11100
    assert abs(smooth["A"] - mean) < 0.5 * abs(raw["A"] - mean)
    assert smooth["C"] == pytest.approx(raw["C"], rel=0.05)


def test_smoothing_follows_marshalls_formula() -> None:
    counts = pd.Series([10, 40, 90, 30])
    people = pd.Series([1000.0, 2000.0, 3000.0, 4000.0])
    mean = 170 / 10000
    spread = (people * (counts / people - mean) ** 2).sum() / 10000
    between = spread - mean / 2500
    trust = between / (between + mean / people)
    assert smoothed_rates(counts, people).tolist() == pytest.approx(
        (mean + trust * (counts / people - mean)).tolist(), rel=1e-12
    )


def test_when_counting_explains_all_differences_every_rate_is_the_average() -> None:
    smooth = smoothed_rates(pd.Series([1, 2, 1, 2]), pd.Series([100.0] * 4))
    assert smooth.tolist() == pytest.approx([0.015] * 4)


def test_nobody_anywhere_gives_no_rate_and_no_error() -> None:
    assert smoothed_rates(pd.Series([0, 0]), pd.Series([0.0, np.nan])).isna().all()
    assert smoothed_rates(pd.Series([], dtype=int), pd.Series([], dtype=float)).empty


@pytest.mark.parametrize(
    ("counts", "people"),
    [([-1, 2], [5.0, 5.0]), ([1, 2], [5.0, -5.0]), ([1, 2], [5.0, np.inf])],
)
def test_negative_and_endless_numbers_are_refused(counts: list[int], people: list[float]) -> None:
    with pytest.raises(BadStatisticError, match="0 or more"):
        rates(pd.Series(counts), pd.Series(people))


def test_counts_and_people_must_speak_of_the_same_areas() -> None:
    with pytest.raises(BadStatisticError, match="same areas"):
        rates(pd.Series([1], index=["A"]), pd.Series([1.0], index=["B"]))
