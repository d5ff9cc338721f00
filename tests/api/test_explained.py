"""The page that tells how a text was read, mention by mention; no private number is on it."""

import httpx

PHONE, IDENTITY = "13812345678", "44158119900101123X"


def test_every_mention_is_marked_in_place_with_its_rule(reader: httpx.Client) -> None:
    text = "我住在炎龙村，东海街道六驿村村委会门口的路灯不亮，就在上海村附近"
    page = reader.post("/geocode", data={"text": text}).text
    assert page.count("<mark class=") >= 3
    assert '<mark class="dropped">炎龙村<sup>1</sup></mark>' in page
    assert '<mark class="chosen">六驿村' in page
    assert "炎龙村是来电人的住处或工作地" in page
    assert "[L10]" in page
    assert "[L8]" in page
    assert "附近" in page


def test_no_telephone_or_identity_number_is_on_the_page(reader: httpx.Client) -> None:
    text = f"张三 {PHONE} 身份证 {IDENTITY}，六驿村路灯不亮"
    page = reader.post("/geocode", data={"text": text}).text
    assert "六驿村" in page
    assert PHONE not in page
    assert IDENTITY not in page


def test_the_candidates_are_drawn_inside_the_answer(reader: httpx.Client) -> None:
    page = reader.post("/geocode", data={"text": "水墘综合市场门口占道经营"}).text
    assert "srcdoc=" in page
    assert "GeoMaps.start" in page


def test_a_text_without_any_name_says_so(reader: httpx.Client) -> None:
    assert "没有读到本县地名" in reader.post("/geocode", data={"text": "你好"}).text
