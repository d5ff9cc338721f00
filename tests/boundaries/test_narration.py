"""How a text was read: in the order of the text, nothing overlapping, every mention with its rule."""

import pytest

from boundaries import Gazetteer, Geocoder, OsmExtract, narrate
from boundaries.addresses import Role
from boundaries.narration import Outcome
from tests.toy_county import toy_areas, toy_divisions


@pytest.fixture(scope="module")
def county() -> tuple[Geocoder, Gazetteer]:
    """Return the toy county without a map."""
    areas, divisions = toy_areas(), toy_divisions()
    gazetteer = Gazetteer.build(
        OsmExtract([], [], [], (115.6, 22.9, 115.7, 23.0), "toy.osm"), divisions, areas
    )
    return Geocoder(gazetteer, areas, divisions), gazetteer


def test_a_caller_s_home_is_set_aside_and_the_matter_s_village_chosen(
    county: tuple[Geocoder, Gazetteer],
) -> None:
    text = "我住在炎龙村，东海街道六驿村的路灯不亮"
    told = narrate(text, *county)
    stories = {story.words: story for story in told.mentions}
    assert stories["炎龙村"].role is Role.CALLER
    assert stories["炎龙村"].outcome is Outcome.DROPPED
    assert stories["炎龙村"].because.rule == "L10"
    assert stories["六驿村"].outcome is Outcome.CHOSEN
    assert stories["东海街道"].outcome is Outcome.CHOSEN
    assert all(text[story.start : story.end] == story.words for story in told.mentions)
    assert told.result == county[0].geocode(text)


def test_a_name_twice_in_the_county_is_told_with_both(county: tuple[Geocoder, Gazetteer]) -> None:
    (story,) = narrate("竹林村路灯不亮", *county).mentions
    assert story.count == 2
    assert {name[:3] for name in story.names} == {"竹林村"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀" * 50,
        "\x00\x1b<b>六驿村</b>",
        "六驿村" * 9000,
        "電話138-1234-5678，身份證44158119900101123X，六驛村",
    ],
)
def test_any_text_is_told_in_order_and_without_private_numbers(
    county: tuple[Geocoder, Gazetteer], text: str
) -> None:
    told = narrate(text, *county)
    ends = [0, *(story.end for story in told.mentions)]
    assert all(story.start >= end for story, end in zip(told.mentions, ends, strict=False))
    assert len(told.text) == min(len(text), 20_000)
    assert "1234" not in told.text
