"""Whole pages as text: size, emptiness, and what may not be in them."""

import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import maps
from boundaries import LonLat, read_osm
from maps.style import BACKGROUND
from tests.maps import sample
from tests.shared_data import shared


def data_of(html: str) -> dict[str, Any]:
    """Return the data block of a page."""
    found = re.search(r'<script type="application/json" id="map-data"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_a_county_seat_with_300_tickets_stays_a_light_file() -> None:
    areas = gpd.read_file(shared("truth/guixi_reference_villages.geojson"))
    streets = maps.basemap_frame(read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")))
    html = maps.ticket_map(
        sample.tickets(300),
        areas,
        title="贵溪",
        words=sample.chinese(),
        assets=maps.Assets.inline(),
        streets=streets,
    )
    assert len(html.encode()) < 1_500_000


def test_a_ticket_without_a_point_is_counted_but_drawn_nowhere() -> None:
    tickets = data_of(sample.ticket_page(60))["tickets"]
    assert len(tickets) == 60
    pointless = [ticket for ticket in tickets if ticket["lat"] is None]
    assert len(pointless) == 14
    assert all(ticket["lon"] is None and ticket["sigma_m"] is None for ticket in pointless)


def test_the_texts_of_tickets_never_reach_a_folium_layer() -> None:
    html = sample.ticket_page(12, write=lambda text: f"QQ{text}")
    start = html.index("</script>", html.index('id="map-data"'))
    assert "QQ" not in html[start:]


def test_a_map_without_anything_is_still_a_map() -> None:
    words, assets = maps.MapWords(), maps.Assets.inline()
    no_areas = sample.villages().iloc[:0]
    html = maps.ticket_map(sample.tickets(0), no_areas, title="x", words=words, assets=assets)
    assert "No tickets yet." in html
    stops = gpd.GeoDataFrame(
        {name: pd.Series(dtype=object) for name in ("seq", "label", "arrives", "departs")},
        geometry=[],
        crs=4326,
    )
    legs = gpd.GeoDataFrame({"metres": [], "seconds": []}, geometry=[], crs=4326)
    base = maps.Base("向阳社区居委会", LonLat(115.6, 22.9))
    assert "0 stops, 0 m" in maps.round_map(stops, legs, base, title="x", words=words, assets=assets)
    judged = maps.hotspots(no_areas, pd.Series(dtype=int))
    html = maps.hotspot_map(judged, [], title="x", words=words, assets=assets)
    assert "No place stands out beyond chance" in html
    assert "No area stands out beyond chance" in html


def test_the_banner_the_sketch_and_the_attribution_stand_on_every_page() -> None:
    for html in (sample.ticket_page(3), sample.round_page(), sample.hotspot_page()):
        for words in (
            "模拟数据",
            "示意图，不作划界依据",
            "内部工作用图",
            "© OpenStreetMap 贡献者",
            'lang="zh-CN"',
        ):
            assert words in html


def test_a_round_lists_times_legs_and_ways_to_walk_there() -> None:
    html = sample.round_page()
    assert "共 3 站，步行 4280 米" in html
    assert "08:40–09:00" in html
    assert "步行 1030 米，约 15 分钟" in html
    assert html.count("uri.amap.com/navigation") == 1
    assert 'rel="noopener noreferrer"' in html


def test_a_weak_circle_is_folded_away_and_called_chance() -> None:
    html = sample.hotspot_page()
    assert (
        html.index("很难用偶然解释")
        < html.index("<details")
        < html.index("已查看，偶然波动就能解释（1）".replace("（1）", ""))
    )
    assert [c["is_significant"] for c in data_of(html)["clusters"]] == [True, False]


def test_each_cluster_needs_its_sentence() -> None:
    cluster = maps.Cluster("新华路", LonLat(115.6, 22.9), 150.0, 4, 9.0, 1.0, 4.0, 3.0, 0.01)
    with pytest.raises(ValueError, match="zip"):
        maps.hotspot_map(
            sample.judged_villages(),
            [cluster],
            title="x",
            words=maps.MapWords(),
            assets=maps.Assets.inline(),
            sentences=[],
        )


def test_a_whole_county_of_331_drawn_villages_stays_a_light_file() -> None:
    villages = gpd.read_parquet(shared("boundaries/banyumas_desa.parquet"))
    villages = villages.rename(columns={"nama": "name"}).assign(town_name=villages["kode"].str[:8])
    assets = maps.Assets.inline()
    html = maps.ticket_map(sample.tickets(300), villages, title="x", words=maps.MapWords(), assets=assets)
    assert len(html.encode()) < 1_500_000


def test_a_huge_background_loses_its_buildings_before_its_streets() -> None:
    zigzag = np.column_stack([np.linspace(0.0, 0.01, 40), 0.001 * (np.arange(40) % 2)])
    lines = [shapely.LineString(zigzag + np.array([115.6 + i / 5e4, 22.95])) for i in range(1500)]
    streets = gpd.GeoDataFrame(
        {"kind": ["building", *["main"] * 1500], "name": ""},
        geometry=[shapely.box(115.61, 22.91, 115.62, 22.92), *lines],
        crs="EPSG:4326",
    )
    html = maps.ticket_map(
        sample.tickets(3),
        sample.villages(),
        title="x",
        words=maps.MapWords(),
        assets=maps.Assets.linked(),
        streets=streets,
    )
    assert str(BACKGROUND["main"]["color"]) in html
    assert str(BACKGROUND["building"]["fillColor"]) not in html
