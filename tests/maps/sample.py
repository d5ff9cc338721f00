"""Tickets, a round and hotspots of the toy county, ready to be drawn; any text of them can be replaced."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel.messages.pofile import read_po

import maps
from boundaries import LonLat
from tests.toy_county import toy_areas

CATALOGUE = Path(__file__).resolve().parents[2] / "geo_service/web/locales/zh_CN/maps.po"
ORDER = ("待派单", "办理中", "待回访", "已办结")
Write = Callable[[str], str]
"""What to write in place of a text: itself, or something hostile."""


def as_it_is(text: str) -> str:
    """Return the text."""
    return text


@cache
def catalogue() -> dict[str, str]:
    """Return the Chinese of every English template of the maps."""
    with CATALOGUE.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="zh_CN") if m.id and m.string}


def chinese() -> maps.MapWords:
    """Return the labels of the maps in Chinese."""
    known = catalogue()
    return maps.MapWords().translated(lambda word: known[word], "zh-CN")


@cache
def _villages() -> gpd.GeoDataFrame:
    return toy_areas().villages


def villages(write: Write = as_it_is) -> gpd.GeoDataFrame:
    """Return the toy villages, the last three not drawn by anybody."""
    table = _villages().copy()
    table["name"] = [write(name) for name in table["name"]]
    table["town_name"] = [write(name) for name in table["town_name"]]
    table["derived"] = np.arange(len(table)) >= len(table) - 3
    return table


def streets(write: Write = as_it_is) -> gpd.GeoDataFrame:
    """Return a street, a lane, a river and a pond across the toy county."""
    return gpd.GeoDataFrame(
        {"kind": ["water", "waterway", "path", "main"], "name": ["", "", "", write("望海大道")]},
        geometry=[
            shapely.box(115.612, 22.941, 115.616, 22.944),
            shapely.LineString([(115.60, 22.945), (115.68, 22.948)]),
            shapely.LineString([(115.63, 22.92), (115.63, 22.98)]),
            shapely.LineString([(115.60, 22.957), (115.68, 22.957)]),
        ],
        crs="EPSG:4326",
    )


def tickets(n: int = 60, write: Write = as_it_is) -> gpd.GeoDataFrame:
    """Return n tickets: most with a point, every sixth with only its town, every tenth without a place."""
    random = np.random.default_rng(1)
    rows = np.arange(n)
    town_only, nowhere = rows % 6 == 5, rows % 10 == 9
    pointless = town_only | nowhere
    points = np.column_stack([random.uniform(115.601, 115.66, n), random.uniform(22.941, 22.979, n)])
    table = pd.DataFrame(
        {
            "id": [write(f"LF2026{row:05d}") for row in rows],
            "label": [write(("路灯不亮", "摊贩占道", "水压太小")[row % 3]) for row in rows],
            "category": [write(("市政设施/路灯", "市容/占道经营", "")[row % 3]) for row in rows],
            "status": [write(ORDER[row % 4]) for row in rows],
            "kind": [write("投诉") for _ in rows],
            "town": [write("东海街道") if not nowhere[row] else "" for row in rows],
            "unit": [write("向阳社区") if not pointless[row] else "" for row in rows],
            "sigma_m": np.where(pointless, np.nan, np.where(rows % 4 == 0, 300.0, 30.0)),
            "url": [write(f"/tickets/{row}") for row in rows],
            "place": [write("水墘综合市场") for _ in rows],
            "because": [write("文中写明村名\n落在该村范围内") for _ in rows],
        }
    )
    shapes = [None if no else shapely.Point(at) for at, no in zip(points, pointless, strict=True)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


@cache
def ticket_page(n: int = 60, write: Write = as_it_is, assets: maps.Assets | None = None) -> str:
    """Return the issue map of the toy county."""
    return maps.ticket_map(
        tickets(n, write),
        villages(write),
        title=write("工单分布"),
        words=chinese(),
        assets=assets or maps.Assets.inline(),
        streets=streets(write),
        status_order=[write(status) for status in ORDER],
        notice=write("模拟数据"),
    )


@cache
def round_page(write: Write = as_it_is, assets: maps.Assets | None = None) -> str:
    """Return the map of a round with three stops, the first two at the same door."""
    at = [(115.625, 22.975), (115.635, 22.975), (115.635, 22.975), (115.635, 22.965)]
    stops = gpd.GeoDataFrame(
        {
            "seq": [1, 2, 3],
            "label": [write("王** 户"), write("李** 户"), write("市场门口")],
            "arrives": [write("08:40"), write("09:10"), write("09:50")],
            "departs": [write("09:00"), write("09:30"), write("10:10")],
            "note": [write("首次回访"), "", write("摊贩占道")],
            "url": [write("/tickets/1"), None, write("/tickets/3")],
        },
        geometry=[shapely.Point(place) for place in at[1:]],
        crs="EPSG:4326",
    )
    ways = [*pairwise(at), (at[-1], at[0])]
    legs = gpd.GeoDataFrame(
        {"metres": [1030.0, 0.0, 1110.0, 2140.0], "seconds": [882.0, 0.0, 951.0, 1834.0]},
        geometry=[shapely.LineString(way) for way in ways],
        crs="EPSG:4326",
    )
    legs["url"] = [write("https://uri.amap.com/navigation?to=115.64,22.97&mode=walk"), None, None, None]
    return maps.round_map(
        stops,
        legs,
        maps.Base(write("向阳社区居委会"), LonLat(*at[0]), write("08:30"), write("10:45")),
        title=write("走访路线"),
        subtitle=write("1月12日上午"),
        words=chinese(),
        assets=assets or maps.Assets.inline(),
        streets=streets(write),
        areas=villages(write),
        notice=write("模拟数据"),
    )


def judged_villages(write: Write = as_it_is) -> gpd.GeoDataFrame:
    """Return the toy villages as `maps.hotspots` would, with one hot and one cold village written in."""
    areas = villages(write)
    found = maps.hotspots(areas, pd.Series(3, index=areas.index), permutations=99)
    found.iloc[0, found.columns.get_loc("hotspot_class")] = "hot99"
    found.iloc[5, found.columns.get_loc("hotspot_class")] = "cold95"
    return found


@cache
def hotspot_page(write: Write = as_it_is, assets: maps.Assets | None = None) -> str:
    """Return the hotspot map with one cluster that is significant and one that is not."""
    strong = maps.Cluster(
        write("水墘综合市场"), LonLat(115.625, 22.97), 250.0, 14, 30.0, 4.2, 5.0, 12.0, 0.001
    )
    weak = maps.Cluster(write("望海楼"), LonLat(115.65, 22.95), 400.0, 4, 30.0, 3.1, 1.3, 0.4, 0.81)
    known = catalogue()
    sentences = [known[c.reason().template].format(**c.reason().values) for c in (strong, weak)]
    return maps.hotspot_map(
        judged_villages(write),
        [strong, weak],
        title=write("民情热点"),
        subtitle=write("2026年1月"),
        words=chinese(),
        assets=assets or maps.Assets.inline(),
        streets=streets(write),
        sentences=sentences,
        notice=write("模拟数据"),
    )
