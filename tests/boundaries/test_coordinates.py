"""Datums, projections and what is refused at the door."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import (
    BadCoordinateError,
    Datum,
    NoDatumError,
    OutsideChinaError,
    Projection,
    SwappedAxesError,
    check_plausible,
    from_wgs84,
    parse_datum,
    to_wgs84,
)
from boundaries.coordinates import declared_to_wgs84

LUFENG = np.array([[115.6444, 22.9456]])
PLACES = st.tuples(st.floats(74.0, 134.0), st.floats(4.0, 53.0))


def metres_between(one: np.ndarray, other: np.ndarray) -> float:
    grid = Projection.for_points(one)
    return float(np.max(np.hypot(*(grid.to_metres(one) - grid.to_metres(other)).T)))


@settings(deadline=None)
@given(PLACES, st.sampled_from(Datum))
def test_there_and_back_is_within_a_millimetre(place: tuple[float, float], datum: Datum) -> None:
    point = np.array([place])
    assert metres_between(point, to_wgs84(from_wgs84(point, datum), datum)) < 0.001


def test_gcj02_moves_lufeng_by_566_metres() -> None:
    shifted = from_wgs84(LUFENG, Datum.GCJ02)
    grid = Projection.for_points(LUFENG)
    east, north = (grid.to_metres(shifted) - grid.to_metres(LUFENG))[0]
    assert 566 <= np.hypot(east, north) <= 568
    assert 469 <= east <= 487
    assert -319 <= round(north) <= -287


def test_bd09_moves_further_than_gcj02_and_cgcs2000_not_at_all() -> None:
    gcj, bd = from_wgs84(LUFENG, Datum.GCJ02), from_wgs84(LUFENG, Datum.BD09)
    assert 900 < metres_between(bd, gcj) < 1100
    assert np.array_equal(from_wgs84(LUFENG, Datum.CGCS2000), LUFENG)


def test_converting_twice_is_seen_as_a_second_shift() -> None:
    once = to_wgs84(LUFENG, Datum.GCJ02)
    assert metres_between(once, to_wgs84(once, Datum.GCJ02)) > 500


def test_empty_and_missing_coordinates_stay_what_they_are() -> None:
    assert to_wgs84(np.empty((0, 2)), Datum.BD09).shape == (0, 2)
    mixed = to_wgs84(np.vstack([LUFENG, [[np.nan, np.nan]]]), Datum.GCJ02)
    assert np.isfinite(mixed[0]).all()
    assert np.isnan(mixed[1]).all()


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("WGS-84", Datum.WGS84),
        ("EPSG:4326", Datum.WGS84),
        ("gps坐标", Datum.WGS84),
        ("CGCS2000", Datum.CGCS2000),
        ("国家2000坐标系", Datum.CGCS2000),
        ("天地图", Datum.CGCS2000),
        ("GCJ-02", Datum.GCJ02),
        ("高德地图坐标系", Datum.GCJ02),
        ("腾讯地图", Datum.GCJ02),
        ("ＢＤ－０９", Datum.BD09),
        ("百度坐标系", Datum.BD09),
        (" Baidu ", Datum.BD09),
    ],
)
def test_the_words_people_use_for_a_datum(text: str, datum: Datum) -> None:
    assert parse_datum(text) is datum


@pytest.mark.parametrize("text", ["", "  ", "北京54", "地方坐标", "wgs"])
def test_an_unknown_datum_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(NoDatumError, match="gcj02"):
        parse_datum(text)


def test_one_projection_measures_across_the_zone_border() -> None:
    ends = np.array([[115.47, 22.93], [116.22, 22.93]])
    grid = Projection.for_points(ends)
    # the geodesic on the WGS 84 ellipsoid along this stretch: 76.93 km
    assert metres_between(ends[:1], ends[1:]) == pytest.approx(76931.4, rel=0.0002)
    assert np.allclose(grid.to_degrees(grid.to_metres(ends)), ends, atol=1e-11)
    assert grid == Projection.for_points(ends + 0.002)


def test_a_projection_of_nothing_is_refused() -> None:
    with pytest.raises(BadCoordinateError):
        Projection.for_points(np.array([[np.nan, 22.9]]))


@pytest.mark.parametrize(
    ("lon", "lat", "error", "advice"),
    [
        (22.9456, 115.6444, SwappedAxesError, "longitude first"),
        (-0.1, 51.5, OutsideChinaError, "outside China"),
        (463605.0, 2538160.0, BadCoordinateError, "prj"),
        (np.inf, 22.9, BadCoordinateError, "infinite"),
    ],
)
def test_implausible_coordinates_name_the_likely_cause(
    lon: float, lat: float, error: type[Exception], advice: str
) -> None:
    with pytest.raises(error, match=advice) as caught:
        check_plausible(np.array([[115.6, 22.9], [lon, lat]]), where="villages.geojson")
    assert type(caught.value) is error
    assert "villages.geojson" in str(caught.value)


def test_plausible_and_empty_coordinates_pass() -> None:
    check_plausible(LUFENG, where="x")
    check_plausible(np.empty((0, 2)), where="x")


def test_a_chinese_projection_is_undone_with_easting_first() -> None:
    # EPSG:4547 is CGCS2000 / 3-degree Gauss-Kruger CM 114E; officially northing first
    here = declared_to_wgs84(np.array([[668725.0, 2539020.0]]), crs="EPSG:4547", datum=None, where="f")
    assert metres_between(here, LUFENG) < 1000


def test_what_the_caller_knows_overrides_what_the_file_says() -> None:
    shifted = from_wgs84(LUFENG, Datum.GCJ02)
    here = declared_to_wgs84(shifted, crs="EPSG:4326", datum=Datum.GCJ02, where="f")
    assert metres_between(here, LUFENG) < 0.001


@pytest.mark.parametrize("crs", [None, "EPSG:2433", "EPSG:4610", 'LOCAL_CS["town grid"]', "nonsense"])
def test_no_datum_an_old_one_and_a_local_grid_are_refused(crs: str | None) -> None:
    with pytest.raises(NoDatumError):
        declared_to_wgs84(np.array([[500000.0, 2539020.0]]), crs=crs, datum=None, where="f.shp")
