"""Spellings and sounds of place names."""

import pytest

from boundaries.names import fold, fold_name, reading, sounds_close, sounds_same


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("水墘村", "水乾村"),  # Minnan
        ("新竂村", "新寮村"),
        ("城東街道", "城东街道"),
        ("３巷５号", "3巷5号"),
        ("筲箕山", "烧箕山"),  # two characters of one word
        ("炎 龙\t村", "炎龙村"),
    ],
)
def test_spellings_of_one_name_fold_to_one_text(written: str, folded: str) -> None:
    assert fold_name(written) == folded


def test_the_converter_leaves_the_village_of_shuiqian_alone() -> None:
    assert fold_name("水乾村") == "水乾村"
    assert fold_name("排水干管") != fold_name("排水乾管")


def test_a_folded_text_knows_what_was_written() -> None:
    folded = fold("我住城東街道\n\n 水墘村 ㎡")
    start = folded.text.index("水乾")
    assert folded.original_of(start, start + 3) == "水墘村"
    assert folded.original_of(start, start) == ""


def test_a_blank_between_numbers_stays_and_a_line_break_is_one_sign() -> None:
    assert fold("115.64 22.95\r\n\n路灯 坏了").text == "115.64 22.95\n路灯坏了"


def test_names_that_sound_alike_are_told_apart_from_those_that_only_come_close() -> None:
    assert sounds_same("严龙", "炎龙")
    assert not sounds_same("元新", "元兴")
    assert sounds_close("元新", "元兴")  # -n and -ng
    assert sounds_close("花园", "发园")  # h and f
    assert not sounds_close("炎龙", "六驿")
    assert not sounds_close("炎龙", "炎龙仔")


def test_the_usual_reading_keeps_one_of_a_polyphones() -> None:
    assert reading("下埔") == reading("霞埔")
    assert reading("石溪") != reading("潭西")
