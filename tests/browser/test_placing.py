"""A place pointed out in a real browser: by click, by key, on a phone; what follows is shown first."""

import pytest
from playwright.sync_api import FrameLocator, Page, Position, expect

from geo_service.services import Services
from geo_service.tickets.model import Source
from geo_service.tickets.statuses import Status
from tests.api.numbers import DISPATCHED, READY, TWO_IN_ONE_VILLAGE
from tests.toy_county import CODES

pytestmark = pytest.mark.browser


def opened(page: Page) -> FrameLocator:
    """Open the form and wait for its map."""
    page.locator("details.pointing > summary").first.click()
    frame = page.frame_locator("iframe.point").first
    expect(frame.locator("html[data-ready=pointing]")).to_be_attached()
    return frame


def test_a_click_on_the_map_shows_the_new_committee_and_a_confirmation_stores_it(
    page: Page, own: Services, own_address: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 2000})  # nothing scrolls between measuring and clicking
    page.goto(f"{own_address}/tickets/{READY}")
    frame = opened(page)
    foreseen = page.locator(".foreseen")
    expect(foreseen).to_contain_text("向阳社区“两委”")
    frame.locator("button.show_all").click()  # eight villages from west to east, some 35 pixels each
    canvas = frame.locator(".leaflet-container")
    x, y = canvas.evaluate(
        """canvas => { const [map, pin] = [canvas, canvas.querySelector(".pin-mark")].map((one) =>
          one.getBoundingClientRect()); return [pin.x - map.x + 18, pin.y - map.y + 42]; }"""
    )
    canvas.click(position=Position(x=x + 155, y=y))
    expect(foreseen).to_contain_text("六驿村“两委”")
    expect(foreseen).not_to_contain_text("向阳社区“两委”")
    page.locator(".placing [name=reason]").fill("看地图确认")
    page.locator(".placing").get_by_role("button", name="确认这个地点").click()
    expect(page.get_by_role("status")).to_have_text("地点已确认。")
    expect(page.locator(".timeline")).to_contain_text("人工更正地点")
    expect(page.locator(".timeline")).to_contain_text("看地图确认")
    with own.database.unit_of_work(write=False) as work:
        place = work.tickets.get(READY).issue_place
    assert place is not None
    assert (place.level, place.unit_name, place.source) == ("POINT", "六驿村", Source.MANUAL)


def test_arrow_keys_move_the_pin_and_enter_goes_on_to_the_reason(
    page: Page, own: Services, own_address: str
) -> None:
    page.goto(f"{own_address}/tickets/{DISPATCHED}")
    frame = opened(page)
    before = page.locator(".placing [name=lon]").input_value()
    frame.locator(".pin-mark").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".placing [name=lon]")).not_to_have_value(before)
    assert float(page.locator(".placing [name=lon]").input_value()) > float(before)
    page.keyboard.press("Enter")
    expect(page.locator(".placing [name=reason]")).to_be_focused()
    page.keyboard.type("local knowledge")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("地点已确认。")
    with own.database.unit_of_work(write=False) as work:
        assert work.tickets.get(DISPATCHED).status is Status.DISPATCHED


def test_a_card_of_the_queue_is_placed_by_a_candidate_s_mark_on_a_phone(
    page: Page, own: Services, own_address: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{own_address}/review?ticket={TWO_IN_ONE_VILLAGE}")
    frame = opened(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame.locator(".rank-mark").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".foreseen").first).to_contain_text("竹林村")
    card = page.locator(f"#p-{TWO_IN_ONE_VILLAGE}")
    card.locator("[name=reason]").fill("看地图确认")
    card.get_by_role("button", name="确认这个地点").click()
    expect(page.locator(f"#t-{TWO_IN_ONE_VILLAGE}.confirmed")).to_contain_text("竹林村")
    with own.database.unit_of_work(write=False) as work:
        place = work.tickets.get(TWO_IN_ONE_VILLAGE).issue_place
    assert place is not None
    assert place.unit_code == CODES["G"]


def test_typed_coordinates_and_a_named_village_ask_at_once(page: Page, address: str) -> None:
    page.goto(f"{address}/tickets/{READY}")
    opened(page)
    page.locator(".placing [name=village]").fill("六驿村")
    page.keyboard.press("Tab")
    expect(page.locator(".foreseen")).to_contain_text("六驿村“两委”")
    expect(page.locator(".placing [name=lon]")).to_have_value("")
