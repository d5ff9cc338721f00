"""A text goes to the county it tells, whose own geocoder answers; else all that bear the name are shown."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import GeocodeStatus, NationGeocoder, NationIndex
from tests.boundaries.lufeng_names import GEOCODER as LUFENG_ALONE
from tests.boundaries.lufeng_names import LUFENG
from tests.boundaries.small_nation import ROWS

NATION = NationGeocoder(NationIndex.build(ROWS))


def best(text: str, within: str | None = None) -> str | None:
    """Return the code of the best village."""
    found = NATION.geocode(text, within=within).best
    return found.unit_code if found else None


@pytest.mark.parametrize(
    "text",
    [
        "广东省汕尾市陆丰市金厢镇下埔村路灯坏了",
        "陆丰市金厢镇下埔村路灯坏了",
        "金厢镇下埔村委会门前积水",
        "陸豐市金廂鎮下埔村路燈壞了",
        "我在东莞市打工，反映陆丰市金厢镇下埔村路灯坏了",
    ],
)
def test_a_village_in_its_named_town_is_found_in_the_nation_as_in_its_county(text: str) -> None:
    alone = LUFENG_ALONE.geocode(text)
    assert NATION.geocode(text) == alone
    assert alone.is_sure


@pytest.mark.parametrize("place", ["{town}{name}", "{name}", "{core}", "{town}{core}居委会"])
def test_each_unit_of_lufeng_is_answered_as_its_county_alone_would(place: str) -> None:
    for unit in LUFENG.villages()[::7]:
        said = place.format(town=unit.town_name, name=unit.display_name, core=unit.core_name)
        text = f"{said}路灯坏了"
        assert NATION.geocode(text, within="441581") == LUFENG_ALONE.geocode(text)
        assert NATION.geocode(f"陆丰市{text}") == LUFENG_ALONE.geocode(f"陆丰市{text}")


def test_a_name_that_several_counties_have_is_shown_with_all_of_them() -> None:
    found = NATION.geocode("新华村路灯坏了")
    assert found.status is GeocodeStatus.AMBIGUOUS
    assert [one.unit_code for one in found.candidates] == ["990101001201", "990102001201", "990102002201"]
    assert sum(one.confidence for one in found.candidates) == pytest.approx(1.0)
    assert not found.is_sure


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("新华村路灯坏了", "990101", "990101001201"),
        ("新华村路灯坏了", "990102002", "990102002201"),
        ("甲子县新华村路灯坏了", None, "990101001201"),
        ("城关镇新华村路灯坏了", "990102", "990102001201"),
        ("乙丑县城关镇新华村路灯坏了", None, "990102001201"),
        ("河东乡新华村路灯坏了", None, "990102002201"),
    ],
)
def test_what_the_text_or_the_call_centre_knows_of_the_place_decides(
    text: str, within: str | None, code: str
) -> None:
    assert best(text, within) == code


def test_a_village_that_only_one_county_has_is_proposed_for_a_person_to_confirm() -> None:
    found = NATION.geocode("独一无二村路灯坏了")
    assert found.status is GeocodeStatus.NEEDS_REVIEW
    assert best("独一无二村路灯坏了") == "990102002202"
    assert not found.is_sure


def test_a_town_and_village_that_may_stand_together_by_chance_send_nobody() -> None:
    text = "城关镇石桥村路灯坏了"
    found = NATION.geocode(text)
    assert best(text) == "990101001202"
    assert not found.is_sure
    assert "several towns are called 城关镇" in found.explain()
    assert NATION.geocode("甲子县" + text).is_sure
    assert NATION.geocode(text, within="990101").is_sure


def test_a_town_of_several_counties_is_a_question() -> None:
    found = NATION.geocode("城关镇路灯坏了")
    assert found.status is GeocodeStatus.AMBIGUOUS
    assert {one.town_code for one in found.candidates} == {"990101001", "990102001", "990103001"}
    assert {one.unit_code for one in found.candidates} == {None}


def test_where_the_county_is_known_names_are_heard_too() -> None:
    text = "金厢镇下浦村路灯坏了"
    assert NATION.geocode(text, within="441581") == LUFENG_ALONE.geocode(text)


def test_nothing_outside_of_the_known_province_is_answered() -> None:
    found = NATION.geocode("新华村路灯坏了", within="44")
    assert not [one for one in found.candidates if not (one.town_code or "").startswith("44")]


def test_a_prefix_that_no_unit_has_tells_nothing() -> None:
    assert NATION.geocode("金厢镇下埔村路灯坏了", within="12") == NATION.geocode("金厢镇下埔村路灯坏了")


def test_many_texts_are_answered_as_each_alone_whatever_their_order() -> None:
    texts = ["新华村", "金厢镇下埔村", "陆丰市", "", "乙丑县新华村路灯", "甲子县城关镇", "陆丰市下浦村"] * 3
    alone = {text: NationGeocoder(NationIndex.build(ROWS)).geocode(text) for text in set(texts)}
    Random(1).shuffle(texts)  # noqa: S311 - an order
    few = NationGeocoder(NationIndex.build(ROWS), kept_counties=1)
    assert list(few.geocode_many(texts)) == [alone[text] for text in texts]


def test_each_text_may_have_its_own_county() -> None:
    found = NATION.geocode_many(["新华村路灯坏了"] * 2, ["990101", "990102002"])
    assert [one.best.unit_code for one in found if one.best] == ["990101001201", "990102002201"]


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*"市镇村新华城关，<\0🙂", "陆丰市", "下埔村"])).map("".join)
)
def test_any_text_is_answered(text: str) -> None:
    found = NATION.geocode(text)
    assert found.text == text
    assert all(0 <= one.confidence <= 1 for one in found.candidates)


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    behind = "路灯坏了，" * 20_000
    assert best("乙丑县城关镇新华村" + behind) == "990102001201"
    assert NATION.geocode(behind + "新华村").status is GeocodeStatus.NO_PLACE
