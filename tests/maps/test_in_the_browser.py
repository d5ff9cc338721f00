"""The three maps in a real Chromium without a network: they open, answer the hand, and fit a phone."""

import re
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, Route, expect

from maps import STATIC, Assets, ticket_map
from tests.maps import sample


class Draw(Protocol):
    """One of the three maps of the toy county."""

    def __call__(self, *, assets: Assets | None = None) -> str:
        """Return its page."""


pytestmark = pytest.mark.browser

PAGES: dict[str, Draw] = {
    "tickets": sample.ticket_page,
    "round": sample.round_page,
    "hotspots": sample.hotspot_page,
}
LABEL_BOXES = """() => Array.from(document.querySelectorAll(".label:not(.upright)")).map((label) => {
    const box = label.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom];
})"""
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-n0nce'; style-src 'self' 'nonce-n0nce'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'"
)


def show(page: Page, html: str, folder: Path) -> None:
    """Open a map as a file, as a cadre would who got it by mail."""
    path = folder / "map.html"
    path.write_text(html, encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")


def count(page: Page) -> str:
    """Return the line that says how many tickets are shown."""
    return page.locator("#count").inner_text()


@pytest.mark.parametrize("kind", PAGES)
def test_each_map_opens_from_a_file_and_draws_its_layers(kind: str, page: Page, tmp_path: Path) -> None:
    show(page, PAGES[kind](), tmp_path)
    assert page.locator("html").get_attribute("data-ready") == kind
    assert (
        page.locator("path.leaflet-interactive, .leaflet-below-pane path, .leaflet-overlay-pane path").count()
        > 3
    )
    expect(page.locator(".label.village").first).to_be_visible()
    expect(page.locator(".watermark span").first).to_have_text("内部工作用图")
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith(("米", "公里"))


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", [390, 320])
def test_no_map_scrolls_sideways_on_a_phone(kind: str, width: int, page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    show(page, PAGES[kind](), tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture, panel = page.locator(".picture").bounding_box(), page.locator(".panel").bounding_box()
    assert picture
    assert panel
    assert picture["width"] == width
    assert picture["y"] + picture["height"] <= panel["y"] + 1


@pytest.mark.parametrize("kind", PAGES)
def test_each_map_runs_under_the_servers_policy(kind: str, page: Page) -> None:
    html = PAGES[kind](assets=Assets.linked("/static/maps", "n0nce"))

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://127.0.0.1:9/")
        if path == "map":
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(path=STATIC / path.removeprefix("static/maps/"))

    page.route("http://127.0.0.1:9/**", serve)
    page.goto("http://127.0.0.1:9/map")
    page.wait_for_selector(f"html[data-ready={kind}]", state="attached")


def test_search_and_filters_narrow_list_and_map(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    assert count(page) == "显示 60 件，共 60 件"
    page.select_option("#category", "市政设施")
    assert count(page) == "显示 20 件，共 60 件"
    page.get_by_text("待派单", exact=True).first.click()
    assert count(page) == "显示 5 件，共 60 件"
    expect(page.locator(".item")).to_have_count(5)
    page.locator("#clear").click()
    assert count(page) == "显示 60 件，共 60 件"
    page.locator("#search").fill("lf202600007")
    expect(page.locator("#count")).to_have_text("显示 1 件，共 60 件")
    expect(page.locator(".spot")).to_have_count(1)
    page.locator("#search").fill("没有这个")
    expect(page.locator("#no-match")).to_be_visible()
    expect(page.locator(".spot, .gathered")).to_have_count(0)


def test_precision_filter_finds_the_uncertain_and_the_placeless(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    page.select_option("#precision", "no_place")
    assert count(page).startswith("显示 6 件")
    page.select_option("#precision", "uncertain_only")
    marks = page.locator(".item .mark path")
    assert marks.count() > 5
    assert all(marks.nth(i).get_attribute("stroke-dasharray") for i in range(marks.count()))


def test_a_ticket_chosen_in_the_list_opens_on_the_map_with_its_circle(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    page.locator(".item[data-row='4']").click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("LF202600004")
    expect(popup).to_contain_text("位置误差约 300 米")
    expect(popup).to_contain_text("落在该村范围内")
    expect(popup.get_by_role("link", name="打开工单")).to_have_attribute("href", "/tickets/4")
    circle = page.locator(".leaflet-overlay-pane path[stroke-dasharray='4 4']")
    expect(circle).to_have_count(1)
    expect(page.locator("li[aria-current]")).to_contain_text("摊贩占道")
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(circle).to_have_count(0)


def test_the_map_of_one_ticket_shows_its_place_and_asks_for_no_search(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(1), tmp_path)
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator(".spot")).to_have_count(1)
    assert page.locator(".leaflet-control-scale-line").inner_text() in {"100 米", "200 米"}
    expect(page.locator(".leaflet-overlay-pane path[stroke-dasharray='4 4']")).to_have_count(1)
    page.locator(".item").click()
    expect(page.locator(".leaflet-popup")).to_contain_text("LF202600000")


def test_in_the_frame_of_a_ticket_page_the_picture_is_everything(page: Page, tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text(sample.ticket_page(1), encoding="utf-8")
    (tmp_path / "page.html").write_text('<iframe src="one.html" width="500" height="400"></iframe>', "utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    inside = page.frame_locator("iframe")
    expect(inside.locator("body.framed .spot")).to_be_visible()
    expect(inside.locator(".panel")).to_be_hidden()


def test_the_list_names_each_ticket_by_its_number(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(3), tmp_path)
    expect(page.locator(".item").first).to_contain_text("LF202600000")


def test_on_paper_the_whole_county_is_as_large_as_the_paper_allows(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(), tmp_path)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    picture = page.locator(".picture").bounding_box()
    tops, bottoms = page.evaluate(
        """() => Array.from(document.querySelectorAll(".leaflet-overlay-pane path"))
          .map((path) => path.getBoundingClientRect()).filter((box) => box.height)
          .reduce(([t, b], box) => [Math.min(t, box.top), Math.max(b, box.bottom)], [9e9, 0])"""
    )
    assert picture
    assert bottoms - tops > 0.75 * picture["height"]


def test_a_ticket_without_category_kind_or_title_is_shown_all_the_same(page: Page, tmp_path: Path) -> None:
    bare = sample.tickets(2)
    for column in ("label", "category", "kind", "unit", "place", "because"):
        bare[column] = None
    html = ticket_map(bare, sample.villages(), title="工单", words=sample.chinese(), assets=Assets.inline())
    show(page, html, tmp_path)
    expect(page.locator(".item").first).to_contain_text("LF202600000")
    page.locator("#search").fill("lf2026")
    expect(page.locator("#count")).to_have_text("显示 2 件，共 2 件")


def test_a_mark_on_the_map_opens_by_hand_and_by_key(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(5), tmp_path)
    mark = page.locator(".spot").first
    mark.click()
    expect(page.locator(".leaflet-popup")).to_contain_text("LF2026")
    page.keyboard.press("Escape")
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("LF2026")


def test_tickets_of_a_town_stand_as_a_number_on_its_name_and_open_in_the_list(
    page: Page, tmp_path: Path
) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    badge = page.get_by_role("button", name="东海街道: 8 件只知道镇街")
    expect(badge).to_have_text("8")
    badge.click()
    expect(page.locator("#count")).to_have_text("显示 8 件，共 60 件")
    expect(page.locator(".spot, .gathered")).to_have_count(0)
    row = page.locator(".item").first
    row.click()
    expect(row).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".list .detail")).to_contain_text("文中写明村名")
    row.click()
    expect(page.locator(".list .detail")).to_have_count(0)


def test_many_tickets_come_in_portions_and_gather_in_circles(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(3000), tmp_path)
    expect(page.locator(".item")).to_have_count(50)
    more = page.locator("#more")
    expect(more).to_have_text("再显示 50 件")
    more.click()
    expect(page.locator(".item")).to_have_count(100)
    numbers = [int(text) for text in page.locator(".gathered text").all_text_contents()]
    assert sum(numbers) + page.locator(".spot").count() == 2300
    page.locator(".gathered").first.click()
    page.get_by_role("button", name="显示全部").click()
    page.locator(".item").nth(60).click()
    expect(page.locator(".leaflet-popup")).to_have_count(1)


def test_the_keyboard_reaches_search_list_and_zoom(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator(".item").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".item").nth(1)).to_be_focused()
    scale = page.locator(".leaflet-control-scale-line")
    before = scale.inner_text()
    page.get_by_role("button", name="放大").press("Enter")
    expect(scale).not_to_have_text(before)


def test_names_do_not_lie_on_one_another(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(60), tmp_path)
    for _ in range(3):
        boxes = page.evaluate(LABEL_BOXES)
        assert len(boxes) > 2
        for i, (left, top, right, bottom) in enumerate(boxes):
            for other in boxes[:i]:
                assert (
                    right <= other[0] + 1
                    or left >= other[2] - 1
                    or bottom <= other[1] + 1
                    or top >= other[3] - 1
                )
        page.get_by_role("button", name="放大").click()
        page.wait_for_timeout(300)


def test_a_stop_chosen_in_the_list_is_shown_with_the_way_to_it(page: Page, tmp_path: Path) -> None:
    show(page, sample.round_page(), tmp_path)
    expect(page.locator(".halt-mark")).to_have_text(["", "1·2", "3"])
    page.get_by_role("button", name="第 3 站").click()
    expect(page.locator(".leaflet-popup")).to_contain_text("市场门口")
    expect(page.locator(".halt[aria-current]")).to_contain_text("09:50–10:10")
    expect(page.locator(".halt-mark.chosen")).to_have_text("3")
    assert page.locator("path[stroke='#b3480a']").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("path[stroke='#b3480a']").count() == 0


def test_two_stops_at_one_door_share_a_mark_and_both_open(page: Page, tmp_path: Path) -> None:
    show(page, sample.round_page(), tmp_path)
    shared_mark = page.locator(".halt-mark", has_text="1·2")
    shared_mark.click()
    expect(page.locator(".leaflet-popup")).to_contain_text("王** 户")
    shared_mark.click()
    expect(page.locator(".leaflet-popup")).to_contain_text("李** 户")


def test_arrows_point_along_the_way(page: Page, tmp_path: Path) -> None:
    show(page, sample.round_page(), tmp_path)
    arrows = page.locator("path[fill='#0a5a4c']")
    assert arrows.count() >= 6
    # the first leg runs east: the tip of its first arrow is its easternmost corner
    drawn = arrows.first.get_attribute("d") or ""
    corners = [float(x) for x in re.findall(r"[ML](-?\d+)", drawn)]
    assert corners[0] == max(corners)


def test_hotspots_open_from_the_list_and_on_the_map(page: Page, tmp_path: Path) -> None:
    show(page, sample.hotspot_page(), tmp_path)
    expect(page.locator(".rank-mark")).to_have_text("1")
    page.locator("[data-cluster='0']").click()
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("水墘综合市场")
    expect(popup).to_contain_text("14 件，按平均应有 4.2 件")
    page.locator("[data-area='0']").click()
    expect(popup).to_have_count(1)
    expect(popup).to_contain_text("明显偏多，证据很强")
    expect(page.locator(".row[aria-current]")).to_have_count(1)
    page.get_by_text("已查看，偶然波动就能解释").first.click()
    page.locator("[data-cluster='1']").click()
    expect(popup).to_contain_text("偶然波动就能解释")


def test_paper_shows_the_picture_and_the_whole_list_without_the_controls(page: Page, tmp_path: Path) -> None:
    show(page, sample.round_page(), tmp_path)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".buttons")).to_be_hidden()
    expect(page.locator(".leg a").first).to_be_hidden()
    box = page.locator(".picture").bounding_box()
    assert box
    assert box["width"] == pytest.approx(186 / 25.4 * 96, abs=2)
    assert page.locator(".halt").last.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".buttons")).to_be_visible()


def test_maps_without_anything_to_show_open_calmly(page: Page, tmp_path: Path) -> None:
    show(page, sample.ticket_page(0), tmp_path)
    expect(page.get_by_text("还没有工单。")).to_be_visible()
    assert count(page) == "显示 0 件，共 0 件"
