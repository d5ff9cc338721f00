"""At the door of a map: which tables are refused, and what of them travels into the page."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from boundaries import LonLat
from maps import MissingColumnsError
from maps.tables import bounds_of, checked, plain, rows_of, safe_address
from tests.maps import sample


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(MissingColumnsError, match="tickets lacks the columns label, status"):
        checked(sample.tickets().drop(columns=["label", "status"]), "tickets", ("id", "label", "status"))


def test_a_table_in_another_grid_or_in_none_is_refused() -> None:
    for table in (sample.tickets().to_crs("EPSG:4490"), sample.tickets().set_crs(None, allow_override=True)):
        with pytest.raises(MissingColumnsError, match="not in WGS 84"):
            checked(table, "tickets", ("id",))


def test_each_map_checks_what_it_is_given() -> None:
    words, assets = maps.MapWords(), maps.Assets.inline()
    empty = gpd.GeoDataFrame({"geometry": []}, crs="EPSG:4326")
    with pytest.raises(MissingColumnsError, match="areas"):
        maps.ticket_map(sample.tickets(), empty, title="", words=words, assets=assets)
    with pytest.raises(MissingColumnsError, match="stops"):
        maps.round_map(empty, empty, maps.Base("", LonLat(115.6, 22.9)), title="", words=words, assets=assets)
    with pytest.raises(MissingColumnsError, match="hotspot_class"):
        maps.hotspot_map(sample.villages(), [], title="", words=words, assets=assets)


def test_numbers_that_are_none_arrive_as_nothing() -> None:
    for nothing in (None, np.nan, pd.NA, pd.NaT, float("inf"), np.float64("nan")):
        assert plain(nothing) is None
    assert plain(np.int64(3)) == 3
    assert plain(np.True_) is True
    assert plain(pd.Timestamp("2026-01-12")) == "2026-01-12 00:00:00"


def test_a_ticket_without_a_point_has_no_place_in_the_data() -> None:
    table = sample.tickets(6)
    table.loc[0, "geometry"] = shapely.Point()
    rows = rows_of(table, ("id", "sigma_m"))
    assert [row["lat"] is None for row in rows] == [True, False, False, False, False, True]
    assert rows[5]["sigma_m"] is None


@pytest.mark.parametrize(
    "url", ["/tickets/1", "tickets/1?a=b#c", "https://uri.amap.com/x", "http://127.0.0.1:8000/"]
)
def test_ordinary_addresses_stay(url: str) -> None:
    assert safe_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://[::1",
        "\\\\evil.example\\x",
        "",
        None,
        7,
    ],
)
def test_addresses_that_run_something_are_dropped(url: object) -> None:
    assert safe_address(url) is None


def test_the_first_table_with_a_place_gives_the_view() -> None:
    nothing = sample.tickets(0)
    streets = sample.streets()
    assert bounds_of(None, nothing, streets) == pytest.approx((115.60, 22.92, 115.68, 22.98))
    assert bounds_of(nothing)[0] == pytest.approx(115.3)
