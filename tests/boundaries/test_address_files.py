"""The city's own address list (模拟): read, kept, found again in what callers say."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from boundaries import (
    AddressColumns,
    Datum,
    Gazetteer,
    Geocoder,
    GeocodeStatus,
    NoDatumError,
    PlaceLevel,
    StandardAddresses,
    WrongDatumError,
)
from boundaries.errors import ColumnsNotFoundError, NotATableError
from boundaries.named_places import NameKind
from tests.boundaries.invented_addresses import HEADER, address, read, rows, toy_file, write_csv
from tests.boundaries.small_map import AREAS, DIVISIONS, MAP
from tests.toy_county import CODES, place_in

LIST = list(rows())


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> StandardAddresses:
    return toy_file(tmp_path_factory.mktemp("list")).addresses


@pytest.fixture(scope="module")
def gazetteer(listed: StandardAddresses) -> Gazetteer:
    return Gazetteer.build(MAP, DIVISIONS, AREAS, listed)


@pytest.fixture(scope="module")
def geocoder(gazetteer: Gazetteer) -> Geocoder:
    return Geocoder(gazetteer, AREAS, DIVISIONS)


def told(geocoder: Geocoder, text: str) -> str:
    """Return every reason of the best answer."""
    best = geocoder.geocode(text).best
    return "\n".join(reason.text() for reason in best.because) if best else ""


def metres_between(geocoder: Geocoder, text: str, east_m: float, north_m: float) -> float:
    """Return how far the answer lies from a place counted from the middle of A."""
    best = geocoder.geocode(text).best
    assert best is not None
    assert best.point is not None
    spots = AREAS.projection.to_metres(np.array([best.point, place_in("A", east_m=east_m, north_m=north_m)]))
    return float(np.hypot(*(spots[1] - spots[0])))


def test_every_row_of_the_list_is_understood(tmp_path: Path) -> None:
    file = read(write_csv(tmp_path / "list.csv", LIST))
    assert (file.rows, file.used, file.problems) == (len(LIST), len(LIST), ())
    assert file.columns == {"address": "标准地址", "lon": "经度", "lat": "纬度"}


def test_the_same_list_twice_is_the_same(tmp_path: Path) -> None:
    once = read(write_csv(tmp_path / "once.csv", LIST)).addresses.table
    twice = read(write_csv(tmp_path / "twice.csv", [*LIST, *LIST[::-1]])).addresses.table
    assert once.drop(columns="count").equals(twice.drop(columns="count"))
    assert (twice["count"] == 2 * once["count"]).all()


def test_no_building_room_or_person_is_kept(listed: StandardAddresses, tmp_path: Path) -> None:
    home = tmp_path / "home.csv"
    rows = [
        (*address("东海街道向阳社区新华路35号3栋2单元501室陈晓明户", place_in("A")), "陈晓明", "13800000000")
    ]
    write_csv(home, rows, (*HEADER, "户主", "联系电话"))
    tables = [file.table.drop(columns=["lon", "lat"]) for file in (read(home).addresses, listed)]
    kept = "".join(table.to_csv() for table in tables)
    assert not [word for word in ("栋", "单元", "501", "1203", "陈晓明", "1380000") if word in kept]


def test_a_known_number_is_a_point_in_the_unit_the_list_names(geocoder: Geocoder) -> None:
    best = geocoder.geocode("新华路 37 号烧烤店油烟大").candidates[0]
    assert (best.level, best.unit_code, best.sigma_m) == (PlaceLevel.POINT, CODES["A"], 10.0)
    assert metres_between(geocoder, "新华路37号", -200 + 8 * 37, 110) < 1


def test_a_number_between_two_known_ones_is_between_them(geocoder: Geocoder) -> None:
    assert metres_between(geocoder, "新华路35号", -200 + 8 * 35, 110) < 1
    assert "33号 and 37号 of 新华路 are known on either side" in told(geocoder, "新华路35号油烟")


def test_odd_and_even_numbers_are_across_the_street(geocoder: Geocoder) -> None:
    assert metres_between(geocoder, "新华路35号", 80, 110) < 1
    assert metres_between(geocoder, "新华路36号", 80, 90) < 1


def test_what_was_asked_is_not_repeated_for_it_may_be_a_home(geocoder: Geocoder) -> None:
    for candidate in geocoder.geocode("新华路35号3栋501室噪音").candidates:
        assert "35" not in candidate.label + "".join(reason.text() for reason in candidate.because)
        assert "501" not in candidate.label


def test_the_error_grows_with_the_gap(tmp_path: Path) -> None:
    few = [line for line in LIST if line[0].endswith(("新华路1号", "新华路57号"))]
    sparse = read(write_csv(tmp_path / "few.csv", few)).addresses
    geocoder = Geocoder(Gazetteer.build(MAP, DIVISIONS, AREAS, sparse), AREAS, DIVISIONS)
    wide = geocoder.geocode("新华路29号").candidates[0].sigma_m
    assert wide is not None
    assert 60 < wide < 120


def test_beyond_the_known_numbers_the_error_grows_until_nothing_is_said(geocoder: Geocoder) -> None:
    just, far = (geocoder.geocode(f"新华路{number}号").candidates[0] for number in (61, 65))
    assert just.sigma_m is not None
    assert far.sigma_m is not None
    assert 10 < just.sigma_m < far.sigma_m
    assert geocoder.geocode("新华路950号").candidates[0].level is PlaceLevel.ROAD
    assert "knows no number near this one of 新华路" in told(geocoder, "新华路950号")


def test_a_lane_has_its_own_numbers(geocoder: Geocoder) -> None:
    assert metres_between(geocoder, "新华路3巷5号污水", -100, 155) < 1
    assert metres_between(geocoder, "新华路三巷七号污水", -100, 165) < 1
    assert geocoder.geocode("新华路7巷5号污水").candidates[0].level is PlaceLevel.ROAD


def test_a_street_over_two_villages_is_decided_by_the_number(geocoder: Geocoder) -> None:
    assert geocoder.geocode("龙福路路灯不亮").status is GeocodeStatus.NEEDS_REVIEW
    low, high = geocoder.geocode("龙福路12号路灯不亮"), geocoder.geocode("龙福路111号路灯不亮")
    assert low.is_sure
    assert high.is_sure
    assert (low.candidates[0].unit_code, high.candidates[0].unit_code) == (CODES["A"], CODES["B"])


def test_between_two_villages_a_person_decides(geocoder: Geocoder) -> None:
    result = geocoder.geocode("龙福路82号门口")
    assert result.status is GeocodeStatus.NEEDS_REVIEW
    assert {candidate.unit_code for candidate in result.candidates} == {CODES["A"], CODES["B"]}
    assert sum(candidate.confidence for candidate in result.candidates) == pytest.approx(1.0, abs=0.05)


def test_a_number_against_the_named_village_goes_to_a_person(geocoder: Geocoder) -> None:
    result = geocoder.geocode("向阳社区龙福路111号")
    assert result.status is GeocodeStatus.NEEDS_REVIEW
    assert not result.is_sure


def test_a_street_that_no_map_has_is_known_by_its_addresses(geocoder: Geocoder) -> None:
    result = geocoder.geocode("建设路12号门前积水")
    assert result.is_sure
    assert (result.candidates[0].unit_code, result.candidates[0].point) == (CODES["B"], None)
    assert geocoder.geocode("建设路路灯不亮").candidates[0].unit_code == CODES["B"]


def test_an_estate_is_a_place_whatever_the_building(geocoder: Geocoder) -> None:
    for text in ("金龙花园3栋楼道堆物", "金龙花园小区电梯坏了"):
        best = geocoder.geocode(text).candidates[0]
        assert (best.level, best.unit_code) == (PlaceLevel.POI, CODES["A"])
        assert best.point is not None


def test_what_is_near_an_estate_is_not_in_it(geocoder: Geocoder) -> None:
    best = geocoder.geocode("金龙花园附近占道").candidates[0]
    assert best.sigma_m is not None
    assert best.sigma_m >= 75


def test_numbers_count_through_a_village_and_a_hamlet(geocoder: Geocoder) -> None:
    best = geocoder.geocode("六驿村五巷五号垃圾").candidates[0]
    assert (best.level, best.unit_code) == (PlaceLevel.POINT, CODES["C"])
    inner = geocoder.geocode("炎龙村径仔三巷5号污水").candidates[0]
    assert (inner.level, inner.unit_code) == (PlaceLevel.POINT, CODES["B"])


@pytest.mark.parametrize(
    "words", ["G324国道520公里处", "国道324 520公里500米处", "324国道K520+500", "G324线K520+500"]
)
def test_a_mark_on_a_highway_is_a_point(geocoder: Geocoder, words: str) -> None:
    best = geocoder.geocode(f"{words}路面破损").candidates[0]
    assert (best.level, best.unit_code) == (PlaceLevel.POINT, CODES["C"])


def test_a_street_of_the_same_name_in_another_town_is_another_street(tmp_path: Path) -> None:
    other = [
        address(f"湖东镇横山村委会新华路{number}号", place_in("K", east_m=8 * number))
        for number in range(1, 30, 2)
    ]
    file = read(write_csv(tmp_path / "two.csv", [*LIST, *other]))
    geocoder = Geocoder(Gazetteer.build(MAP, DIVISIONS, AREAS, file.addresses), AREAS, DIVISIONS)
    assert geocoder.geocode("湖东镇新华路15号").candidates[0].unit_code == CODES["K"]
    assert geocoder.geocode("东海街道新华路15号").candidates[0].unit_code == CODES["A"]
    assert not geocoder.geocode("新华路15号").is_sure


def test_names_and_addresses_come_back_from_their_files(gazetteer: Gazetteer, tmp_path: Path) -> None:
    gazetteer.save(tmp_path / "gazetteer.parquet")
    again = Gazetteer.load(tmp_path / "gazetteer.parquet")
    assert again.addresses.table.equals(gazetteer.addresses.table)
    assert [place.is_listed for place in again.all_places] == [p.is_listed for p in gazetteer.all_places]
    Gazetteer.build(MAP, DIVISIONS, AREAS).save(tmp_path / "gazetteer.parquet")
    assert not (tmp_path / "addresses.parquet").exists()


def test_on_another_drawing_points_decide(gazetteer: Gazetteer) -> None:
    codes = {CODES["A"]: CODES["B"], CODES["B"]: CODES["A"]}
    villages = AREAS.villages.reset_index()
    villages["geometry"] = (
        villages.set_index("code")
        .geometry.reindex([codes.get(code, code) for code in villages["code"]])
        .to_numpy()
    )
    swapped = type(AREAS).from_frames(villages, None)
    again = gazetteer.resited(DIVISIONS, swapped)
    result = Geocoder(again, swapped, DIVISIONS).geocode("新华路37号")
    assert result.candidates[0].unit_code == CODES["B"]
    assert sum(place.kind is NameKind.LANDMARK for place in again.all_places) == sum(
        place.kind is NameKind.LANDMARK for place in gazetteer.all_places
    )


def problems(
    tmp_path: Path, lines: Sequence[Sequence[str]], header: Sequence[str] = HEADER
) -> list[tuple[int, str, str]]:
    """Return row, column and rule of what is wrong in a list of good rows and some bad ones."""
    file = read(write_csv(tmp_path / "bad.csv", [*lines, *LIST], header))
    assert file.used >= len(LIST)
    return [(problem.row, problem.column, problem.problem.rule) for problem in file.problems]


def test_a_point_outside_of_the_village_it_names_is_not_believed(tmp_path: Path) -> None:
    astray = address("东海街道向阳社区新华路35号", place_in("K"))
    assert problems(tmp_path, [astray]) == [(2, "经度", "D5")]
    geocoder = Geocoder(
        Gazetteer.build(MAP, DIVISIONS, AREAS, read(tmp_path / "bad.csv").addresses), AREAS, DIVISIONS
    )
    assert metres_between(geocoder, "新华路35号", 80, 110) < 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("东海街道向阳社区新华路35号", "东经", "22.9", ""), ("经度", "D4")),
        (("东海街道向阳社区新华路35号", "22.9", "115.6", ""), ("经度", "D4")),
        (("东海街道向阳社区新华路35号", "115.6", "", ""), ("经度", "D4")),
        (("新华路35号", "", "", ""), ("", "D6")),
        (("东海街道某某村委会某某路3号", "", "", ""), ("标准地址", "D8")),
    ],
)
def test_a_bad_row_is_told_and_stops_nothing(
    tmp_path: Path, line: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert problems(tmp_path, [line]) == [(2, *expected)]


def test_columns_apart_are_put_together(tmp_path: Path) -> None:
    header = ("乡镇街道", "村（社区）", "街路巷", "门牌号", "小区名称", "楼栋", "房号", "经度", "纬度")
    lines = [
        ("东海街道", "向阳社区", "新华路", "35", "", "3", "501", "", ""),
        ("东海街道", "向阳社区居委会", "新华路3巷", "5号", "", "", "", "", ""),
        ("东海街道", "炎龙村", "", "", "锦绣花园", "2", "101", "", ""),
        ("东海街道", "不存在村", "新华路", "5", "", "", "", "", ""),
        ("东海街道", "向阳社区", "新华路", "无", "", "", "", "", ""),
    ]
    file = read(write_csv(tmp_path / "split.csv", lines, header))
    assert {(problem.row, problem.column, problem.is_left_out) for problem in file.problems} == {
        (5, "村（社区）", True),
        (6, "门牌号", False),
    }
    kept = file.addresses.table
    assert sorted(zip(kept["street"], kept["lanes"], kept["number"], kept["estate"], strict=True)) == [
        ("@" + CODES["B"], "", 0, "锦绣花园"),
        ("新华路", "", 0, ""),
        ("新华路", "", 35, ""),
        ("新华路", "3巷", 5, ""),
    ]


def test_unknown_headers_are_found_by_their_values(tmp_path: Path) -> None:
    file = read(write_csv(tmp_path / "odd.csv", LIST, ("甲", "经度", "纬度", "丙")))
    assert file.columns["address"] == "甲"
    assert file.used == len(LIST)


def test_a_column_can_be_named(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "named.csv", [("新华路35号", "441581001004", "", "")], ("某列", "归属", "经度", "纬度")
    )
    file = read(path, columns=AddressColumns({"address": "某列", "unit_code": "归属"}))
    assert file.addresses.table["unit"].tolist() == [CODES["A"]]
    with pytest.raises(ColumnsNotFoundError, match="has no column 另列"):
        read(path, columns=AddressColumns({"address": "另列"}))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_encodings_of_offices_are_read(tmp_path: Path, encoding: str) -> None:
    assert read(write_csv(tmp_path / "list.csv", LIST, encoding=encoding)).used == len(LIST)


def test_a_workbook_with_a_title_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["标准地址清单（模拟）"])
        sheet.write_row(1, 0, HEADER)
        for row, line in enumerate(LIST, start=2):
            sheet.write_row(row, 0, [line[0], *(float(cell) if cell else "" for cell in line[1:3])])
    assert read(path).used == len(LIST)


def test_points_without_a_datum_are_refused_unless_a_header_says_it(tmp_path: Path) -> None:
    with pytest.raises(NoDatumError, match="does not say in which datum"):
        read(write_csv(tmp_path / "list.csv", LIST), datum=None)
    header = ("标准地址", "经度(GCJ-02)", "纬度(GCJ-02)", "备注")
    moved = write_csv(tmp_path / "moved.csv", LIST, datum=Datum.GCJ02)
    moved.write_text(
        moved.read_text(encoding="utf-8").replace(",".join(HEADER), ",".join(header)), encoding="utf-8"
    )
    assert read(moved, datum=None).used == len(LIST)


def test_a_shifted_list_is_refused_as_a_whole(tmp_path: Path) -> None:
    everywhere = [
        address(f"东海街道{unit}标准路{number}号", place_in(letter, east_m=east, north_m=100 * number - 500))
        for letter, unit in (("A", "向阳社区"), ("B", "炎龙村委会"), ("C", "六驿村委会"))
        for east in range(-400, 1500, 300)
        for number in range(1, 10)
    ]
    path = write_csv(tmp_path / "shifted.csv", everywhere, datum=Datum.GCJ02)
    with pytest.raises(WrongDatumError, match="gcj02 had not been taken for wgs84"):
        read(path)
    assert read(path, datum=Datum.GCJ02).problems == ()
    assert read(path, trust_datum=True).problems


@pytest.mark.parametrize(
    ("content", "error"), [(b"", NotATableError), (b"\0\1\2", NotATableError), (b"PK\3\4", NotATableError)]
)
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(error):
        read(path)


def test_without_a_list_nothing_is_different() -> None:
    plain = Gazetteer.build(MAP, DIVISIONS, AREAS)
    empty = Gazetteer.build(MAP, DIVISIONS, AREAS, StandardAddresses.none())
    assert [place.name for place in plain.all_places] == [place.name for place in empty.all_places]
    assert Geocoder(plain, AREAS, DIVISIONS).geocode("新华路35号").candidates[0].level is PlaceLevel.ROAD
