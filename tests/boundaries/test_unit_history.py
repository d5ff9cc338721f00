"""Units through time: an old day keeps its old names, and an old name leads to who came after."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from boundaries import (
    Areas,
    BadRegisterError,
    DatedUnit,
    Gazetteer,
    OsmExtract,
    UnitHistory,
    read_divisions,
    read_unit_history,
    with_former_names,
    write_unit_history,
)
from tests.toy_county import CODES, shape_of, toy_areas, toy_divisions

TOY = toy_areas()
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
A, B, C = (CODES[letter] for letter in "ABC")
NORTH_OF_B = shapely.box(115.64, 22.97, 115.66, 22.98)


def areas(names: dict[str, str] | None = None, **shapes: shapely.Geometry | None) -> Areas:
    """Return the toy county with some villages of other shape or name, or missing."""
    villages = TOY.villages.copy()
    for letter, shape in shapes.items():
        if shape is None:
            villages = villages.drop(index=CODES[letter])
        else:
            villages.loc[[CODES[letter]], "geometry"] = gpd.GeoSeries([shape], index=[CODES[letter]])
    for letter, name in (names or {}).items():
        villages.loc[CODES[letter], "name"] = name
        villages.loc[CODES[letter], "core_name"] = name.removesuffix("村委会")
    return Areas.from_frames(villages, TOY.towns)


@pytest.fixture
def merged() -> UnitHistory:
    """Return the register after B became part of A in March."""
    after = areas(A=shape_of("A").union(shape_of("B")), B=None)
    return UnitHistory.of(toy_divisions()).redrawn(TOY, after, since=MARCH)


def test_a_merged_unit_ends_and_leads_to_who_has_its_ground(merged: UnitHistory) -> None:
    assert B in merged.on(date(2026, 2, 28))
    assert B not in merged.on(MARCH)
    assert B in merged
    assert merged.successors(B, MARCH) == {A: 1.0}
    assert merged.successors(B, date(2026, 2, 28)) == {B: 1.0}
    assert merged.successors("441581999999", MARCH) == {}


def test_a_split_unit_leads_to_each_by_its_share() -> None:
    rest = shape_of("B").difference(NORTH_OF_B)
    after = areas(A=shape_of("A").union(NORTH_OF_B), C=shape_of("C").union(rest), B=None)
    history = UnitHistory.of(toy_divisions()).redrawn(TOY, after, since=MARCH)
    assert history.successors(B, MARCH) == pytest.approx({A: 0.5, C: 0.5}, abs=1e-3)


def test_successors_are_followed_through_several_changes(merged: UnitHistory) -> None:
    was = areas(A=shape_of("A").union(shape_of("B")), B=None)
    gone = areas(C=shapely.union_all([shape_of(letter) for letter in "ABC"]), A=None, B=None)
    later = merged.redrawn(was, gone, since=APRIL)
    assert later.successors(B, APRIL) == {C: 1.0}
    assert later.successors(B, MARCH) == {A: 1.0}


def test_a_renamed_unit_keeps_its_code_and_has_its_name_of_the_day() -> None:
    history = UnitHistory.of(toy_divisions()).redrawn(TOY, areas({"B": "新埔村委会"}), since=MARCH)
    assert history.on(MARCH)[B].name == "新埔村委会"
    assert history.on(date(2026, 2, 28))[B].name == toy_divisions()[B].name
    assert history.successors(B, MARCH) == {B: 1.0}
    assert [one.unit.core_name for one in history.ended(MARCH)] == ["炎龙"]


def test_what_was_to_begin_and_was_replaced_before_it_did_leaves_no_trace() -> None:
    first = UnitHistory.of(toy_divisions()).redrawn(TOY, areas({"B": "新埔村委会"}), since=MARCH)
    second = first.redrawn(areas({"B": "新埔村委会"}), areas({"B": "东埔村委会"}), since=MARCH)
    assert [one.unit.name for one in second.units if one.unit.code == B] == [
        toy_divisions()[B].name,
        "东埔村委会",
    ]


def test_saying_it_twice_changes_nothing(merged: UnitHistory) -> None:
    after = areas(A=shape_of("A").union(shape_of("B")), B=None)
    again = merged.redrawn(TOY, after, since=APRIL)
    assert again.units == merged.units


def test_a_register_with_a_past_is_written_and_read_back(merged: UnitHistory, tmp_path: Path) -> None:
    write_unit_history(merged, tmp_path / "units.csv")
    again = read_unit_history([tmp_path / "units.csv"])
    assert again.units == merged.units
    assert B not in read_divisions([tmp_path / "units.csv"])


def test_a_countys_own_list_of_former_units_is_read(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        "代码,名称,镇街,停用日期,并入代码\n"
        "441581001004,向阳社区居委会,东海街道,9999-12-31,\n"
        "441581001214,炎龙村委会,东海街道,,\n"
        "441581001299,刘巷村委会,东海街道,2021/4/1,441581001004、441581001214\n"
        "441581001214,径仔村委会,东海街道,2015年1月1日,\n",
        encoding="utf-8",
    )
    history = read_unit_history([path])
    assert set(history.on(None)) == {A, B}
    assert history.successors("441581001299", MARCH) == {A: 0.5, B: 0.5}
    old = DatedUnit(history.on(date(2014, 1, 1))[B], None, date(2015, 1, 1), ((B, 1.0),))
    assert old in history.units
    assert old.unit.name == "径仔村委会"


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        ("441581001299,刘巷村委会,,明年,", "刘巷村委会.* is no day: write it like 2026-03-01"),
        (
            "441581001299,刘巷村委会,2026-03-01,2026-01-01,",
            "ends on 2026-01-01.*before it begins on 2026-03-01",
        ),
        ("441581001299,刘巷村委会,,2026-01-01,441581009999", "441581009999 is no successor of 刘巷村委会"),
        ("441581001299,刘巷村委会,,2026-01-01,441581001004:60%", "441581001004:60% is no successor"),
    ],
)
def test_a_past_that_cannot_be_read_says_why(tmp_path: Path, row: str, advice: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(
        f"code,name,valid_from,valid_to,successors\n441581001004,向阳社区居委会,,,\n{row}\n", encoding="utf-8"
    )
    with pytest.raises(BadRegisterError, match=advice):
        read_unit_history([path])


def test_units_are_found_under_the_names_of_those_before_them(merged: UnitHistory) -> None:
    gazetteer = Gazetteer.build(OsmExtract([], [], [], None), merged.on(MARCH), TOY)
    named = with_former_names(gazetteer, merged, MARCH)
    bearers = {
        place.code
        for place in named.all_places
        for spelling in place.spellings
        if spelling.text == "炎龙" and spelling.wording == "old"
    }
    assert bearers == {A}
    assert with_former_names(gazetteer, merged, date(2026, 2, 28)) is gazetteer
