"""The review queue under a dispatcher's hands: by keyboard alone, with the mouse, without scripts."""

import pytest
from playwright.sync_api import Browser, Page, expect

from geo_service.services import Services
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from tests.api.numbers import IDS, NO_PLACE, OUT_OF_AREA, READY, TWO_IN_ONE_VILLAGE
from tests.toy_county import CODES

pytestmark = pytest.mark.browser


def stored(own: Services, ticket_id: str) -> Ticket:
    with own.database.unit_of_work(write=False) as work:
        return work.tickets.get(ticket_id)


def test_two_tickets_are_decided_without_touching_the_mouse(
    page: Page, own: Services, own_address: str
) -> None:
    page.goto(f"{own_address}/review?ticket={TWO_IN_ONE_VILLAGE}")
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator(f"#r-{TWO_IN_ONE_VILLAGE}")).to_be_focused()
    page.keyboard.type("local knowledge 2")
    page.keyboard.press("Enter")
    expect(page.locator(f"#t-{TWO_IN_ONE_VILLAGE}.confirmed")).to_contain_text("竹林新市场")
    expect(page.locator("#waiting")).to_have_text("14 件待定位")
    following = page.locator("article.review").first
    expect(following).to_be_focused()
    assert following.get_attribute("id") == f"t-{NO_PLACE}"
    page.keyboard.press("1")
    expect(page.locator(f"#u-{NO_PLACE}")).to_be_focused()
    page.keyboard.type(f"{CODES['B']}")
    page.keyboard.press("Tab")
    page.keyboard.type("asked")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_have_text("13 件待定位")
    place = stored(own, TWO_IN_ONE_VILLAGE).issue_place
    assert place is not None
    assert place.label == "竹林新市场"
    assert stored(own, NO_PLACE).status is not Status.LOCATING


def test_a_refused_decision_keeps_the_card_and_says_why(
    page: Page, own: Services, own_address: str, complaints: list[str]
) -> None:
    page.goto(f"{own_address}/review")
    card = page.locator(f"#t-{TWO_IN_ONE_VILLAGE}")
    card.get_by_label("随工单保存").fill("查看地图确认")
    card.get_by_role("button", name="确认这个地点").click()
    expect(card.get_by_role("alert")).to_have_text("请选一个候选地点，或填写村（社区）")
    expect(card.get_by_label("随工单保存")).to_have_value("查看地图确认")
    expect(card.locator(".chip").first).to_be_visible()
    assert stored(own, TWO_IN_ONE_VILLAGE).status is Status.LOCATING
    assert len(complaints) == 1
    assert "422" in complaints.pop()


def test_naming_another_unit_and_choosing_a_candidate_exclude_each_other(
    page: Page, own_address: str
) -> None:
    page.goto(f"{own_address}/review")
    card = page.locator(f"#t-{TWO_IN_ONE_VILLAGE}")
    card.locator("[name=unit]").fill("炎龙村")
    expect(card.locator("input[value=elsewhere]")).to_be_checked()
    card.locator("input[type=radio]").first.check()
    expect(card.locator("[name=unit]")).to_have_value("")


def test_a_reason_at_one_click_and_a_ticket_given_back(page: Page, own: Services, own_address: str) -> None:
    page.goto(f"{own_address}/review")
    card = page.locator(f"#t-{TWO_IN_ONE_VILLAGE}")
    card.locator("input[type=radio]").first.check()
    card.get_by_role("button", name="熟悉当地情况").click()
    card.get_by_role("button", name="确认这个地点").click()
    expect(page.locator("#waiting")).to_have_text("14 件待定位")
    away = page.locator(f"#t-{OUT_OF_AREA}")
    away.get_by_label("应归哪里").fill("属海丰县")
    away.get_by_role("button", name="退回热线").click()
    expect(page.locator(f"#t-{OUT_OF_AREA}.confirmed")).to_contain_text("已退回热线")
    assert stored(own, OUT_OF_AREA).status is Status.TRANSFERRED_OUT


def test_a_whole_body_is_dispatched_with_three_keys_and_clicks(
    page: Page, own: Services, own_address: str
) -> None:
    page.goto(f"{own_address}/dispatch")
    form = page.locator("details.body[open] form")
    everything = form.locator("[data-all]").first
    first_category = form.locator("fieldset").first
    first_category.locator("[data-all]").check()
    ticked = first_category.locator("input[name=ticket]").count()
    expect(form.locator("[data-ticked]")).to_have_text(f"已选 {ticked} 件")
    assert everything.evaluate("box => box.indeterminate")
    everything.check()
    total = form.locator("input[name=ticket]").count()
    expect(form.locator("[data-ticked]")).to_have_text(f"已选 {total} 件")
    form.get_by_role("button").click()
    expect(page.get_by_role("status").first).to_have_text(f"已派单 {total} 件。")
    assert stored(own, READY).status is Status.DISPATCHED


def test_after_the_last_card_the_next_batch_is_under_the_hand(page: Page, own_address: str) -> None:
    page.goto(f"{own_address}/review")
    page.evaluate(
        """() => { const cards = document.querySelectorAll("article.review");
          cards.forEach((card, n) => { if (n) card.remove(); });
          const on = document.createElement("a");
          Object.assign(on, { id: "onward", href: "/review", textContent: "…" });
          document.querySelector("main").append(on); }"""
    )
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.type(CODES["B"])
    page.keyboard.press("Tab")
    page.keyboard.type("asked")
    page.keyboard.press("Enter")
    expect(page.locator("#onward")).to_be_focused()


def test_everything_works_without_scripts(chromium: Browser, own: Services, own_address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{own_address}/review")
    card = page.locator(f"#t-{IDS[44]}")
    card.locator("input[type=radio]").nth(2).check()
    card.get_by_label("随工单保存").fill("查看地图确认")
    card.get_by_role("button", name="确认这个地点").click()
    expect(page.get_by_role("status")).to_contain_text("竹林村 · 湖东镇")
    place = stored(own, IDS[44]).issue_place
    assert place is not None
    assert place.unit_code == CODES["J"]
    page.goto(f"{own_address}/tickets/{READY}")
    page.get_by_role("button", name="办理并派单").click()
    expect(page.get_by_role("status")).to_have_text("已派单。")
    context.close()
