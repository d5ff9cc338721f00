"""The map of what is wrong with areas, in a real Chromium: list, ground, filters, phone, hostile names."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, expect

from boundaries import ProblemKind
from maps import STATIC, Assets, MapWords, MissingColumnsError, topology_map
from maps.style import PROBLEM_OUTLINES
from maps.topology import MOST
from tests.maps import sample
from tests.maps.test_hostile_texts import HOSTILE
from tests.maps.test_in_the_browser import POLICY, show

browser = pytest.mark.browser


def problems(write: sample.Write = sample.as_it_is) -> gpd.GeoDataFrame:
    """Return one problem of each kind in the toy county, and a second gap."""
    places = [(115.61 + 0.008 * i, 22.95 + 0.002 * (i % 3)) for i in range(len(ProblemKind))]
    shapes: list[shapely.Geometry] = [shapely.box(x, y, x + 0.0004, y + 0.0001) for x, y in places]
    kinds = list(ProblemKind)
    shapes[kinds.index(ProblemKind.RING)] = shapely.Point(places[2])
    for kind in (ProblemKind.EDGE, ProblemKind.TURN):
        x, y = places[kinds.index(kind)]
        shapes[kinds.index(kind)] = shapely.LineString([(x, y), (x + 0.002, y + 0.001)])
    extra = shapely.box(115.67, 22.975, 115.671, 22.9751)
    return gpd.GeoDataFrame(
        {
            "kind": [str(kind) for kind in (*kinds, ProblemKind.GAP)],
            "names": [write("水墘村、炎龙村")] * 9 + [""],
            "area_m2": [454.0] * 9 + [1136.0],
            "width_m": [11.1] * 7 + [np.nan, np.nan, 11.1],
            "sentence": [write(f"第 {i} 处问题") for i in range(10)],
        },
        geometry=[*shapes, extra],
        crs="EPSG:4326",
    )


def draw(found: gpd.GeoDataFrame, write: sample.Write = sample.as_it_is, assets: Assets | None = None) -> str:
    return topology_map(
        sample.villages(write),
        found,
        title=write("边界检查"),
        words=sample.chinese(),
        assets=assets or Assets.inline(),
        streets=sample.streets(write),
        notice=write("模拟数据"),
    )


def test_every_kind_has_a_look_and_its_words() -> None:
    assert list(PROBLEM_OUTLINES) == [str(kind) for kind in ProblemKind]
    words = MapWords()
    assert all(getattr(words, f"problem_{kind}{end}") for kind in ProblemKind for end in ("", "_legend"))


def test_a_table_without_its_columns_is_refused() -> None:
    with pytest.raises(MissingColumnsError, match="width_m, sentence"):
        draw(problems().drop(columns=["width_m", "sentence"]))


def test_of_very_many_the_first_of_each_kind_are_drawn_and_the_rest_is_told() -> None:
    rows = [3] * (MOST + 7) + [6, 7, 7]
    many = gpd.GeoDataFrame(
        problems().iloc[rows].reset_index(drop=True), geometry="geometry", crs="EPSG:4326"
    )
    html = draw(many)
    assert "另有 10 处只列在表格中" in html
    assert html.count('"is_point": false') == MOST
    assert html.count('"kind": "overlap", "lat"') == MOST - 3
    assert html.count('"kind": "edge", "lat"') == 2


def test_towns_that_are_drawn_are_named_as_towns_only() -> None:
    areas = sample.villages().assign(level="village")
    town = gpd.GeoDataFrame(
        {"name": ["河西街道"], "town_name": [""], "level": ["town"]},
        geometry=[areas.geometry.union_all()],
        crs="EPSG:4326",
    )
    both = gpd.GeoDataFrame(pd.concat([areas, town], ignore_index=True), crs="EPSG:4326")
    html = topology_map(both, problems(), title="", words=sample.chinese(), assets=Assets.inline())
    named = re.findall(r'"kind": "(town|village)"[^}]*"text": "([^"]+)"', html)
    assert [name for kind, name in named if kind == "town"] == ["河西街道"]
    assert [name for kind, name in named if kind == "village"] == areas["name"].tolist()


@browser
def test_a_problem_chosen_in_the_list_is_shown_where_it_is(page: Page, tmp_path: Path) -> None:
    show(page, draw(problems()), tmp_path)
    assert page.locator("html").get_attribute("data-ready") == "topology"
    expect(page.locator("#count")).to_have_text("显示 10 处，共 10 处问题")
    expect(page.locator(".item")).to_have_count(10)
    expect(page.locator(".spot")).to_have_count(1)
    page.locator(".item[data-row='3']").click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("重叠")
    expect(popup).to_contain_text("水墘村、炎龙村")
    expect(popup).to_contain_text("第 3 处问题")
    expect(page.locator("li[aria-current]")).to_have_count(1)
    expect(page.locator("path[stroke-width='6']")).to_have_count(1)
    assert page.locator(".leaflet-control-scale-line").inner_text() in {
        "10 米",
        "20 米",
        "30 米",
        "50 米",
    }
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page.locator("path[stroke-width='6'], li[aria-current]")).to_have_count(0)
    page.locator(".item[data-row='2']").click()
    expect(popup).to_contain_text("边界自交")


@browser
def test_the_names_of_both_areas_stand_on_their_side_of_a_chosen_problem(page: Page, tmp_path: Path) -> None:
    found = problems().iloc[[3]].assign(names="炎龙村委会、六驿村委会")
    shapes = [shapely.box(115.6598, 22.969, 115.6602, 22.971)]
    show(page, draw(found.set_geometry(gpd.GeoSeries(shapes, index=found.index, crs="EPSG:4326"))), tmp_path)
    expect(page.locator(".beside")).to_have_count(0)
    page.locator(".item").click()
    expect(page.locator(".beside")).to_have_text(["炎龙村委会", "六驿村委会"])
    west, east = (page.locator(".beside").nth(turn).bounding_box() for turn in (0, 1))
    assert west
    assert east
    assert west["x"] + west["width"] < east["x"]
    page.keyboard.press("Escape")
    expect(page.locator(".beside")).to_have_count(0)


@browser
def test_one_kind_can_be_looked_at_alone(page: Page, tmp_path: Path) -> None:
    show(page, draw(problems()), tmp_path)
    page.locator(".chip", has_text="缝隙").click()
    expect(page.locator("#count")).to_have_text("显示 2 处，共 10 处问题")
    expect(page.locator(".spot")).to_have_count(0)
    gap = page.locator(f"path[stroke='{PROBLEM_OUTLINES['gap']['color']}']")
    expect(gap).to_have_count(2)
    expect(page.locator(f"path[stroke='{PROBLEM_OUTLINES['twice']['color']}']")).to_have_count(0)
    page.get_by_role("button", name="清除筛选").click()
    expect(page.locator(".item")).to_have_count(10)
    expect(page.locator(".spot")).to_have_count(1)


@browser
def test_ground_on_the_map_opens_too_and_the_list_walks_with_arrows(page: Page, tmp_path: Path) -> None:
    show(page, draw(problems()), tmp_path)
    page.locator(f"path[stroke='{PROBLEM_OUTLINES['twice']['color']}']").dispatch_event("click")
    expect(page.locator(".leaflet-popup")).to_contain_text("同一地块")
    page.locator(".item").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".item").nth(1)).to_be_focused()


@browser
@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_a_phone(width: int, page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    show(page, draw(problems()), tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture, panel = page.locator(".picture").bounding_box(), page.locator(".panel").bounding_box()
    assert picture
    assert panel
    assert picture["y"] + picture["height"] <= panel["y"] + 1


@browser
def test_paper_has_the_list_and_the_legend_without_the_controls(page: Page, tmp_path: Path) -> None:
    show(page, draw(problems()), tmp_path)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".buttons")).to_be_hidden()
    expect(page.locator(".key li")).to_have_count(9)
    expect(page.get_by_text("虚线：边界线方向与文件中其他的相反")).to_be_visible()
    assert page.locator(".item").last.is_visible()


@browser
def test_a_layer_without_problems_says_so(page: Page, tmp_path: Path) -> None:
    show(page, draw(problems().iloc[:0]), tmp_path)
    expect(page.get_by_text("这些区域没有发现问题。")).to_be_visible()
    expect(page.locator(".label.village").first).to_be_visible()


@browser
def test_it_runs_under_the_servers_policy(page: Page) -> None:
    html = draw(problems(), assets=Assets.linked("/static/maps", "n0nce"))
    page.route(
        "http://127.0.0.1:9/**",
        lambda route: (
            route.fulfill(body=html, content_type="text/html", headers={"content-security-policy": POLICY})
            if route.request.url.endswith("/map")
            else route.fulfill(path=STATIC / route.request.url.split("/static/maps/")[1])
        ),
    )
    page.goto("http://127.0.0.1:9/map")
    page.wait_for_selector("html[data-ready='topology']", state="attached")


@browser
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
def test_no_text_runs(order: int, page: Page, tmp_path: Path) -> None:
    hostile = " ".join(HOSTILE[::order])
    show(page, draw(problems(lambda text: hostile + text), lambda text: hostile + text), tmp_path)
    scripts = page.locator("script").count()
    for row in (0, 2, 6):
        page.locator(f".item[data-row='{row}']").click()
        assert hostile in (page.locator(".leaflet-popup-content").text_content() or "")
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, embed, [onerror], [onload], [onmouseover]").count() == 0
    assert page.locator("script").count() == scripts
