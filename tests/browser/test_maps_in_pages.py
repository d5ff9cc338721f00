"""The three maps inside their pages: drawn under a strict policy, and leading to the tickets behind them."""

import pytest
from playwright.sync_api import Page, expect

from tests.api.numbers import READY, ROUND

pytestmark = pytest.mark.browser


def test_the_issue_map_draws_marks_that_lead_to_a_ticket(page: Page, address: str) -> None:
    page.goto(f"{address}/maps/issues")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".leaflet-marker-icon").first).to_be_visible()
    frame.locator("#search").fill("LF2026010011")
    expect(frame.locator("#list li")).to_have_count(1)
    frame.locator("#list li button, #list li .item").first.click()
    frame.locator(f'a[href="/tickets/{READY}"]').first.click()
    page.wait_for_url(f"{address}/tickets/{READY}")


def test_the_round_map_draws_its_stops_and_another_round_can_be_chosen(page: Page, address: str) -> None:
    page.goto(f"{address}/maps/rounds")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html[data-ready=round]")).to_be_attached()
    expect(frame.locator("button.seq:not(.base)")).to_have_count(6)
    page.locator("#round").select_option("20260112-PM-441581001004")
    page.wait_for_url("**/maps/rounds?round=20260112-PM-441581001004")
    expect(page.frame_locator("iframe").locator("button.seq:not(.base)")).to_have_count(3)
    page.get_by_role("link", name="按站查看").click()
    expect(page.locator("h1")).to_have_text("向阳社区“两委”")


def test_the_hotspot_map_names_the_market(page: Page, address: str) -> None:
    page.goto(f"{address}/maps/hotspots")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html[data-ready=hotspots]")).to_be_attached()
    expect(frame.get_by_text("水墘综合市场").first).to_be_visible()
    expect(frame.locator("path.leaflet-interactive").first).to_be_visible()


def test_a_ticket_and_a_round_carry_their_own_map(page: Page, address: str) -> None:
    for path in (f"/tickets/{READY}", f"/rounds/{ROUND}"):
        page.goto(address + path)
        page.locator("iframe:visible").scroll_into_view_if_needed()
        frame = page.frame_locator("iframe:visible")
        expect(frame.locator("html[data-ready]")).to_be_attached()
        expect(frame.locator(".leaflet-marker-icon, path.leaflet-interactive").first).to_be_visible()
