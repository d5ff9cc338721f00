"""Everything shifted, or nothing, or nobody can tell: the datum of places that name where they are."""

from collections.abc import Sequence
from itertools import permutations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from boundaries import (
    ConvertedAlreadyError,
    Datum,
    DatumVerdict,
    Fit,
    Gazetteer,
    NamedGrounds,
    OsmExtract,
    Positions,
    Projection,
    check_datum,
    from_wgs84,
    to_wgs84,
)
from boundaries.datum_check import SURE_P
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, toy_areas, toy_divisions

TOY = toy_areas()
GROUNDS: list[shapely.Geometry] = [TOY.villages.geometry.loc[code] for code in CODES.values()]
PLAIN = (Datum.WGS84, Datum.GCJ02, Datum.BD09)


def spots(each: int, seed: int = 0) -> tuple[NDArray[np.float64], list[shapely.Geometry]]:
    """Return so many places in every village of the toy county, and the village of each."""
    rng = np.random.default_rng(seed)
    points, homes = [], []
    for ground in GROUNDS:
        west, south, east, north = shapely.bounds(ground)
        inside = rng.uniform([west, south], [east, north], (20 * each, 2))
        inside = inside[shapely.contains_xy(ground, *inside.T)][:each]
        points.append(inside)
        homes += [ground] * len(inside)
    return np.vstack(points), homes


def judged(points: NDArray[np.float64], homes: Sequence[shapely.Geometry | None]) -> DatumVerdict:
    return check_datum(points, homes, TOY.projection)


def test_places_where_they_say_fit() -> None:
    verdict = judged(*spots(10))
    assert verdict.fit is Fit.FITS
    assert verdict.shift is None
    # two places within 100 m are one witness
    assert 110 < verdict.at_home == verdict.places <= 120


@pytest.mark.parametrize(("taken", "truly"), list(permutations(PLAIN, 2)))
def test_every_datum_taken_for_another_is_told(taken: Datum, truly: Datum) -> None:
    points, homes = spots(10)
    verdict = judged(to_wgs84(from_wgs84(points, truly), taken), homes)
    assert verdict.shift is not None
    assert (verdict.shift.taken, verdict.shift.truly) == (taken, truly)
    assert verdict.at_home < verdict.at_home_shifted == verdict.places
    assert verdict.p < SURE_P
    assert f"would if {truly.value} had not been taken for {taken.value}" in verdict.reason.text()


@pytest.mark.parametrize("each", [0, 1])
def test_a_dozen_places_say_nothing(each: int) -> None:
    points, homes = spots(each)
    verdict = judged(from_wgs84(points, Datum.GCJ02), homes)
    assert verdict.fit is Fit.SILENT
    assert verdict.reason.rule == "datum.silent"


def test_places_deep_inside_say_nothing() -> None:
    whole = shapely.union_all(GROUNDS)
    points = np.tile(place_in("D"), (200, 1)) + np.random.default_rng(0).uniform(-0.004, 0.004, (200, 2))
    assert judged(from_wgs84(points, Datum.GCJ02), [whole] * 200).fit is Fit.SILENT


def test_many_tickets_about_one_stall_are_one_witness() -> None:
    # 300 m outside the village it names, where a GCJ-02 shift would bring it home
    stall = from_wgs84(np.array([place_in("B", east_m=-450, north_m=300)]), Datum.GCJ02)
    grounds = [TOY.villages.geometry.loc[CODES["A"]], TOY.villages.geometry.loc[CODES["B"]]]
    verdict = judged(np.tile(stall, (500, 1)), grounds[:1] * 250 + grounds[1:] * 250)
    assert verdict.fit is Fit.SILENT
    assert verdict.places == 2


def test_one_badly_drawn_village_accuses_nobody() -> None:
    points, homes = spots(40)
    rows = [row for row, home in enumerate(homes) if home is GROUNDS[1]]
    points[rows] = from_wgs84(points[rows], Datum.GCJ02)
    assert judged(points, homes).fit is not Fit.SHIFTED


def test_places_of_callers_who_live_elsewhere_accuse_nobody() -> None:
    points, homes = spots(40)
    order = np.random.default_rng(1).permutation(len(homes))
    strangers = [homes[row] for row in order]
    assert judged(points, strangers).fit is Fit.SILENT


def test_a_third_of_wrong_names_hides_no_shift() -> None:
    points, homes = spots(30)
    order = np.random.default_rng(1).permutation(len(homes))
    mixed = [homes[order[row]] if row % 3 == 0 else home for row, home in enumerate(homes)]
    assert judged(points, mixed).fit is Fit.FITS
    verdict = judged(from_wgs84(points, Datum.BD09), mixed)
    assert verdict.shift is not None
    assert verdict.shift.truly is Datum.BD09


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_file_of_two_datums_is_told_with_the_rows_of_the_other(share: float) -> None:
    points, homes = spots(30)
    shifted = np.random.default_rng(3).random(len(points)) < share
    points[shifted] = from_wgs84(points[shifted], Datum.GCJ02)
    verdict = judged(points, homes)
    assert verdict.fit is Fit.MIXED
    assert verdict.shift is None
    told = dict(verdict.reason.values)
    assert {told["first"], told["second"]} == {"wgs84", "gcj02"}
    others = shifted if share < 0.6 else ~shifted
    assert len(verdict.strays) >= 10
    assert others[list(verdict.strays)].mean() >= 0.9


def test_one_town_from_another_platform_is_told() -> None:
    points, homes = spots(30)
    town = [row for row, home in enumerate(homes) if any(home is ground for ground in GROUNDS[:6])]
    points[town] = from_wgs84(points[town], Datum.BD09)
    verdict = judged(points, homes)
    assert verdict.fit is Fit.MIXED
    assert set(verdict.strays) <= set(town)


def test_tickets_that_all_name_one_village_are_a_doubt_for_a_person() -> None:
    points, homes = spots(120)
    rows = [row for row, home in enumerate(homes) if home is GROUNDS[1]]
    right = judged(points[rows], [homes[row] for row in rows])
    assert right.fit is Fit.SILENT
    wrong = judged(from_wgs84(points[rows], Datum.GCJ02), [homes[row] for row in rows])
    assert wrong.fit is Fit.DOUBTFUL
    assert wrong.shift is None
    assert "look at some on the map" in wrong.reason.text()


def test_missing_coordinates_and_missing_names_are_passed_over() -> None:
    points, homes = spots(10)
    points[::2] = np.nan
    some = [None if row % 3 == 0 else home for row, home in enumerate(homes)]
    assert judged(points, some).places == 40
    assert check_datum(np.zeros((0, 2)), [], TOY.projection).fit is Fit.SILENT


@pytest.fixture(scope="module")
def incidents() -> tuple[NDArray[np.float64], list[shapely.Geometry]]:
    """Return 570 real incidents of one county and the real village of each."""
    villages = gpd.read_parquet(shared("geocode/tw_villages.parquet")).set_index("VILLCODE").geometry
    known = pd.read_csv(shared("geocode/tw_incidents_open.csv"), dtype={"VILLCODE": str})
    shapes = dict(villages.items())
    known = known[(known["COUNTYNAME"] == "屏東縣") & known["VILLCODE"].isin(villages.index)]
    return known[["lon", "lat"]].to_numpy(), [shapes[code] for code in known["VILLCODE"]]


def test_real_incidents_are_told_from_eighty_rows_and_never_wrongly(
    incidents: tuple[NDArray[np.float64], list[shapely.Geometry]],
) -> None:
    points, homes = incidents
    grid = Projection.for_points(points)
    rng = np.random.default_rng(7)
    told = []
    for rows in (rng.choice(len(points), 80, replace=False) for _ in range(12)):
        some = grid.to_degrees(grid.to_metres(points[rows]) + rng.normal(0, 30, (80, 2)))
        names = [homes[row] for row in rows]
        assert check_datum(some, names, grid).fit in {Fit.FITS, Fit.SILENT}
        verdict = check_datum(from_wgs84(some, Datum.GCJ02), names, grid)
        told.append(verdict.shift is not None and verdict.shift.truly is Datum.GCJ02)
        assert verdict.fit is not Fit.FITS
    assert sum(told) >= 11


@pytest.fixture(scope="module")
def names() -> NamedGrounds:
    return NamedGrounds(Gazetteer.build(OsmExtract([], [], [], None), toy_divisions(), TOY), TOY)


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("东海街道炎龙村路灯不亮", "B"),
        ("湖东镇竹林村村道破损", "J"),
        ("六驿村村口积水,请处理", "C"),
    ],
)
def test_the_village_a_text_names_is_its_ground(names: NamedGrounds, text: str, letter: str) -> None:
    ground = names.ground(text)
    assert ground is not None
    assert shapely.equals(ground, TOY.villages.geometry.loc[CODES[letter]])
    assert names.ground(text) is ground


def test_a_name_of_two_villages_is_the_ground_of_both(names: NamedGrounds) -> None:
    ground = names.ground("竹林村路灯不亮")
    assert ground is not None
    both = [TOY.villages.geometry.loc[CODES[letter]] for letter in "GJ"]
    assert shapely.equals(ground, shapely.union_all(both))


@pytest.mark.parametrize(
    "text", ["路灯不亮", "炎龙村附近有人乱倒垃圾", "炎龙村与六驿村交界处积水", "东莞市某厂欠薪"]
)
def test_a_vague_text_names_no_ground(names: NamedGrounds, text: str) -> None:
    assert names.ground(text) is None


PLACES = st.tuples(st.floats(74.0, 134.0), st.floats(4.0, 53.0))


@settings(deadline=None)
@given(PLACES, st.sampled_from(PLAIN))
def test_back_and_there_is_within_a_millimetre_too(place: tuple[float, float], datum: Datum) -> None:
    shifted = np.array([place])
    again = from_wgs84(to_wgs84(shifted, datum), datum)
    grid = Projection.for_points(shifted)
    assert np.hypot(*(grid.to_metres(again) - grid.to_metres(shifted)).T) < 0.001


def test_positions_are_converted_once_however_often_one_asks() -> None:
    given_points = from_wgs84(np.array([place_in("A")]), Datum.GCJ02)
    once = Positions(given_points, Datum.GCJ02).converted(Datum.WGS84)
    assert once.points == pytest.approx(np.array([place_in("A")]), abs=1e-9)
    assert np.array_equal(once.converted(Datum.WGS84).wgs84, once.points)
    assert once.converted(Datum.CGCS2000).points is once.points
    assert once.converted(Datum.GCJ02).points == pytest.approx(given_points, abs=1e-9)


def test_converted_positions_cannot_be_taken_for_shifted_ones() -> None:
    once = Positions(np.array([place_in("A")]), Datum.WGS84)
    assert once.taken_for(Datum.CGCS2000, where="a.csv") is once
    with pytest.raises(ConvertedAlreadyError, match=r"a\.csv are wgs84 already"):
        once.taken_for(Datum.GCJ02, where="a.csv")
