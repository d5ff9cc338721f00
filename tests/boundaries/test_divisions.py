"""Codes, kinds, official and core names; the register that comes with the package, and others."""

from collections import Counter
from pathlib import Path

import pytest

from boundaries import (
    BadRegisterError,
    Divisions,
    Level,
    UnitKind,
    lufeng_divisions,
    parse_unit_name,
    read_divisions,
    write_divisions,
)
from tests.shared_data import shared


@pytest.mark.parametrize(
    ("name", "core", "kind"),
    [
        ("水乾村委会", "水乾", UnitKind.VILLAGE),
        ("龙潭村民委员会", "龙潭", UnitKind.VILLAGE),
        ("红卫社区居委会", "红卫", UnitKind.COMMUNITY),
        ("花园居民委员会", "花园", UnitKind.COMMUNITY),
        ("金源社区居委", "金源", UnitKind.COMMUNITY),
        ("城北社区", "城北", UnitKind.COMMUNITY),
        ("湖东林场虚拟生活区", "湖东林场", UnitKind.VIRTUAL),
        ("新村村委会", "新村", UnitKind.VILLAGE),
        ("东海街道办事处", "东海", UnitKind.SUBDISTRICT),
        ("樟坪畲族乡", "樟坪", UnitKind.TOWNSHIP),
        ("星都经济开发试验区", "星都", UnitKind.ZONE),
        ("大安农场", "大安农场", UnitKind.ZONE),
        ("大岩苏家", "大岩苏家", None),
        ("村", "村", None),
        (" 炎龙 村 ", "炎龙", UnitKind.VILLAGE),
    ],
)
def test_a_name_splits_into_core_and_kind(name: str, core: str, kind: UnitKind | None) -> None:
    assert parse_unit_name(name) == (core, kind)


def test_lufeng_has_29_towns_and_360_villages() -> None:
    units = lufeng_divisions()
    assert len(units.towns()) == 29
    assert len(units.villages()) == 360


def test_lufengs_units_are_counted_as_in_the_official_list() -> None:
    units = lufeng_divisions()
    kinds = Counter(unit.kind for unit in units.villages() if unit.town_code != "441581400")
    assert kinds[UnitKind.COMMUNITY] == 50
    assert kinds[UnitKind.VILLAGE] == 285
    assert kinds[UnitKind.FARM_UNIT] + kinds[UnitKind.VIRTUAL] == 16
    assert kinds[UnitKind.VIRTUAL] == 5
    east = Counter(unit.kind for unit in units.villages("441581001"))
    assert east == {UnitKind.COMMUNITY: 8, UnitKind.VILLAGE: 15}


def test_placeholders_and_farms_have_no_committee_to_send() -> None:
    units = lufeng_divisions()
    assert not units["441581454598"].has_committee
    assert not units["441581452403"].has_committee
    assert units["441581001214"].has_committee
    assert not units["441581001"].has_committee


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ("441581003203", "水乾村"),
        ("441581001001", "红卫社区"),
        ("441581101009", "新村社区"),
        ("441581001", "东海街道"),
        ("441581452", "大安农场"),
    ],
)
def test_people_say_a_shorter_name_than_the_list(code: str, spoken: str) -> None:
    assert lufeng_divisions()[code].display_name == spoken


def test_one_core_name_may_stand_in_several_towns() -> None:
    units = lufeng_divisions()
    assert [unit.code for unit in units.named("441581002", "竹林")] == ["441581002202"]
    assert [unit.code for unit in units.named("441581103", "竹林")] == ["441581103210"]
    assert units.named("441581001", "竹林") == []
    # 八万镇 has a 八万村 and a 八万社区
    assert len(units.named("441581109", "八万")) == 2


def test_the_shipped_list_is_the_one_of_the_bureau() -> None:
    theirs = read_divisions(
        [shared("admin/lufeng_streets_nbs2023.csv"), shared("admin/lufeng_villages_nbs2023.csv")]
    )
    assert dict(theirs) == dict(lufeng_divisions())
    by_name = read_divisions([shared("admin/lufeng_gazetteer_nbs2023.csv")])
    assert by_name["441581001214"].town_name == "东海街道"


def test_a_register_written_is_read_back_the_same(tmp_path: Path) -> None:
    units = lufeng_divisions()
    write_divisions(units, tmp_path / "units.csv")
    assert dict(read_divisions([tmp_path / "units.csv"])) == dict(units)


def test_a_spreadsheets_gbk_file_with_chinese_headers_is_read(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(
        "区划代码,名称,备注\n441581001000,东海街道,\n441581001214, 炎龙村委会,甲\n".encode("gb18030")
    )
    units = read_divisions([path])
    assert units["441581001"].level is Level.TOWN
    assert units["441581001214"].town_name == "东海街道"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("工单编号,内容\n1,x\n", "columns code and name"),
        ("", "columns code and name"),
        ("code,name\n441581001214,\n", "row 1"),
        ("code,name\n441581001214,炎龙村\n441581001214,六驿村\n", "441581001214.*炎龙村.*六驿村"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, text: str, advice: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRegisterError, match=advice):
        read_divisions([path])


def test_a_missing_list_and_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRegisterError, match="cannot be opened"):
        read_divisions([tmp_path / "none.csv"])
    (tmp_path / "units.xlsx").write_bytes(b"PK\x03\x04\xff\xfe\xff\x81\x00")
    with pytest.raises(BadRegisterError, match="UTF-8"):
        read_divisions([tmp_path / "units.xlsx"])


def test_merging_keeps_the_second_registers_entry() -> None:
    ours = Divisions.from_rows(
        [{"code": "441581001", "name": "东海镇"}, {"code": "441581X01", "name": "刘巷"}]
    )
    both = ours.merged(lufeng_divisions())
    assert both["441581001"].name == "东海街道"
    assert "441581X01" in both
    assert len(both) == 390


def test_the_rows_of_county_and_city_in_the_public_list_are_no_towns() -> None:
    larger = [("441500000000", "汕尾市"), ("441581000000", "陆丰市"), ("441581", "陆丰市")]
    rows = [{"code": code, "name": name} for code, name in (*larger, ("441581001000", "东海街道"))]
    assert list(Divisions.from_rows(rows)) == ["441581001"]
