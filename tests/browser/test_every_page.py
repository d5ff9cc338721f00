"""Every page at a desk's and at a phone's width: whole, quiet, ours alone, and large enough for a thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.api.numbers import HOSTILE, NO_PLACE, READY, ROUND

pytestmark = pytest.mark.browser

PAGES = (
    *(
        "/",
        "/tickets",
        f"/tickets/{READY}",
        f"/tickets/{HOSTILE}",
        "/review",
        "/dispatch",
        "/rounds",
        f"/rounds/{ROUND}",
    ),
    *("/hotspots", "/maps/issues", "/maps/rounds", "/maps/hotspots", "/geocode", "/api"),
)
WIDTHS = ((1280, 800), (390, 844))
SMALLEST_TARGET_PX = 40

TOO_SMALL = """(least) => Array.from(document.querySelectorAll(
  "button, select, input:not([type=radio], [type=checkbox]), label.tick, nav a, .button, .touch"))
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_at_both_widths(page: Page, address: str, path: str) -> None:
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address + path)
        expect(page.locator("h1")).to_have_count(1)
        for folded in page.locator("details.pointing:not([open]) > summary").all()[:1]:
            folded.click()
        for drawn in page.locator("iframe:visible").all():
            drawn.scroll_into_view_if_needed()
            expect(drawn.content_frame.locator("html[data-ready]")).to_be_attached()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px wider than {width} px"
        assert page.evaluate(TOO_SMALL, SMALLEST_TARGET_PX) == []
        for frame in page.frames:
            # a folded map is not loaded before somebody unfolds it
            assert not frame.url.startswith("http") or frame.evaluate("window.hacked") is None


def test_the_first_key_press_leads_past_the_navigation(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_other_language_is_one_click_away_and_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/tickets?number=LF2026010043")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="To locate").click()
    expect(page.locator("h1")).to_have_text("Review queue")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_have_text("待定位队列")


def test_a_chosen_filter_narrows_the_list_at_once_and_stands_in_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}/tickets")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("状态").select_option("LOCATING")
    expect(page.locator(".pages p").first).to_have_text("共 15 件，第 1/1 页")
    assert page.evaluate("window.sameDocument")
    assert "status=LOCATING" in page.url
    page.reload()
    expect(page.get_by_label("状态")).to_have_value("LOCATING")


def test_a_round_fits_a_phone_and_paper(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/rounds/{ROUND}")
    expect(page.locator(".halt")).to_have_count(8)
    legs = page.get_by_role("link", name="高德步行导航")
    expect(legs).to_have_count(7)
    assert (legs.first.get_attribute("href") or "").startswith("https://")
    said = page.locator(".halt details").first
    said.locator("summary").click()
    page.context.set_offline(True)
    expect(said.locator(".said")).to_be_visible()
    expect(page.locator("iframe").content_frame.locator("html[data-ready]")).to_be_attached()
    page.context.set_offline(False)
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("iframe")).to_be_hidden()
    expect(page.locator(".halt").last).to_be_visible()


def test_a_cadre_finds_the_own_committee(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{address}/rounds")
    every = page.locator("table.brief tbody tr").count()
    page.locator("#body").fill("向阳")
    page.keyboard.press("Enter")
    expect(page.locator("table.brief tbody tr").first).to_contain_text("向阳")
    assert page.locator("table.brief tbody tr").count() < every
    page.get_by_role("link", name="全部走访路线").click()
    expect(page.locator("table.brief tbody tr")).to_have_count(every)


def test_a_number_leads_from_any_page_to_its_ticket(page: Page, address: str) -> None:
    page.goto(f"{address}/hotspots")
    page.get_by_role("searchbox", name="工单编号").fill("LF2026010043")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_dark_screen_keeps_the_words_readable(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/tickets/{NO_PLACE}")
    ink, ground = page.evaluate(
        """() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]
          .map((colour) => colour.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b))"""
    )
    assert ink > 600
    assert ground < 120
