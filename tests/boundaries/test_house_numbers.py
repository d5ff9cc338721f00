"""What stands behind a street's name: number, lane, mark; and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.house_numbers import HouseNumber, read_door, read_numeral, street_key, without_rooms
from boundaries.names import fold

STREET = "新华路"


def read(behind: str) -> str:
    """Return what is read behind a street as lane, number and mark; empty when nothing is."""
    door = read_door(fold(STREET + behind).text, len(STREET))
    if door is None:
        return ""
    return (
        door.lanes + (door.number.text() if door.number else "") + (str(door.mark_m) if door.mark_m else "")
    )


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("３５号", "35号"),
        (" 35 号", "35号"),
        ("三号", "3号"),
        ("十二号", "12号"),
        ("二百零五号", "205号"),
        ("二〇五号", "205号"),
        ("第8号", "8号"),
        ("中段35号", "35号"),
        ("35之2号", "35之2号"),
        ("35号之二", "35之2号"),
        ("35-2号", "35之2号"),
        ("12-18号", "12-18号"),
        ("12至18号", "12-18号"),
        ("甲35号", "35甲号"),
        ("35号乙", "35乙号"),
        ("35B号", "35乙号"),
        ("35号附3号", "35号附3号"),
        ("35附3号", "35号附3号"),
        ("3巷5号", "3巷5号"),
        ("三巷五号", "3巷5号"),
        ("东二横巷3弄5号", "东2横巷3弄5号"),
        ("一横5号", "1横巷5号"),
        ("3巷", "3巷"),
        ("35附近", "35号"),
        ("100号院", "100号"),
    ],
)
def test_a_number_is_read_however_it_is_written(behind: str, expected: str) -> None:
    assert read(behind) == expected


@pytest.mark.parametrize(
    "behind",
    [
        "35号楼",
        "3栋",
        "B座501",
        "2单元",
        "3号晚上停电",
        "5月3号",
        "2号线",
        "5路公交",
        "3家店",
        "五六号",
        "3里路",
        "2公里没灯",
        "路灯",
    ],
)
def test_what_is_no_number_is_none(behind: str) -> None:
    assert read(behind) == ""


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("520公里处", 520_000),
        ("K520+300", 520_300),
        ("线k520", 520_000),
        (" 520公里300米处", 520_300),
        ("12.5公里处", 12_500),
    ],
)
def test_a_kilometre_mark_is_metres(text: str, metres: int) -> None:
    assert read(text) == str(metres)


def test_lane_three_number_five_is_not_thirty_five() -> None:
    lane, street = read_door("3巷5号"), read_door("35号")
    assert lane is not None
    assert street is not None
    assert (lane.lanes, lane.number) == ("3巷", HouseNumber(5))
    assert (street.lanes, street.number) == ("", HouseNumber(35))


def test_building_unit_and_room_are_no_part_of_a_door() -> None:
    text = "35号3栋2单元501室"
    door = read_door(text)
    assert door is not None
    assert text[: door.end] == "35号"
    assert without_rooms(text) == "35号…"


def test_the_original_is_found_again() -> None:
    folded = fold("新華路 ３５ 号對面")
    door = read_door(folded.text, 3)
    assert door is not None
    assert folded.original_of(3, door.end) == "３５ 号"


def test_numbers_sort_as_one_walks_past() -> None:
    written = ["9号", "10号", "10号附1号", "10甲号", "10之2号", "12-18号", "20号"]
    doors = [read_door(text) for text in written]
    numbers = [door.number for door in doors if door and door.number]
    assert sorted(set(numbers)) == numbers


def test_a_range_of_even_numbers_is_on_one_side() -> None:
    span = HouseNumber(12, last=18)
    assert span.covers(HouseNumber(14))
    assert not span.covers(HouseNumber(15))
    assert not span.covers(HouseNumber(20))
    assert HouseNumber(12, last=15).covers(HouseNumber(13))


def test_a_highway_has_one_spelling() -> None:
    assert {street_key(name) for name in ("g324", "g324国道", "国道324", "324国道", "国道324线")} == {
        "国道324"
    }


@given(st.integers(1, 999))
def test_every_number_is_read_as_it_is_counted(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    text += f"{digits[tens]}十" if tens else "零" if hundreds and ones else ""
    text += digits[ones] if ones else ""
    assert read_numeral(text) == number


@given(st.text("0123456789一二十百零号巷之-附甲乙栋k+公里处 至~第", max_size=12))
def test_nothing_written_breaks_it(text: str) -> None:
    door = read_door(fold(text).text)
    assert door is None or 0 < door.end <= len(text)
