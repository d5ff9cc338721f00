"""Whatever an export looks like, every row becomes a ticket or a problem that says what is right."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from geo_service.errors import BadFileError
from geo_service.tickets.deadlines import COUNTY_TIME
from geo_service.tickets.files import TicketFile, read_tickets
from geo_service.tickets.model import Channel, Flag, RequestKind, Urgency
from tests.shared_data import shared
from tests.tickets.old_spreadsheet import container, write_xls

HEADER = "工单编号,受理时间,诉求内容"
ROW = "GD-1,2026-01-05 08:30,碣石镇望海楼市场占道"


def read(path: Path, **more: Any) -> TicketFile:  # noqa: ANN401 - the options of read_tickets
    return read_tickets(path, source_system="12345", **more)


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "tickets.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def workbook(folder: Path, *rows: list[Any]) -> Path:
    path = folder / "tickets.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    as_time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, *([as_time] if isinstance(cell, datetime) else []))
    book.close()
    return path


def told(file: TicketFile) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.problem.rule) for problem in file.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_of_every_office(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = (HEADER.replace(",", delimiter), ROW.replace(",", delimiter))
    file = read(csv_file(tmp_path, *lines, encoding=encoding))
    assert [ticket.content for ticket in file.tickets] == ["碣石镇望海楼市场占道"]
    assert file.columns == {"number": "工单编号", "received": "受理时间", "content": "诉求内容"}


def test_the_real_message_board_is_read_whole() -> None:
    file = read(shared("geocode/complaints_2020.xlsx"))
    assert (file.rows, len(file.tickets), len(file.problems)) == (4326, 4326, 0)
    first = file.tickets[0]
    assert (first.upstream_no, first.requester.name) == ("188006", "A000102948")
    assert first.received_at == datetime(2019, 2, 28, 11, 25, 5, tzinfo=COUNTY_TIME)
    assert first.content.startswith("座落在A市A3区")
    assert first.raw == {"反对数": "0", "点赞数": "0"}
    assert not [ticket for ticket in file.tickets if ticket.requester.name in ticket.content_masked]


def test_every_column_finds_its_field(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        "办件编号,来电时间,诉求主题,诉求内容,诉求人,诉求人电话,诉求类型,紧急程度,办件来源,事项大类,事项小类,被反映街乡镇,"
        "事发地址,办件状态,是否保密,派单员",
        "A1,2026/1/6 12:09:38,占道,望海楼市场占道，联系人王小明,王小明,13800000000,投诉类,紧急,微信公众号,"
        "城乡建设,1.占道经营,碣石镇,望海楼市场3号,已办结,是,李四",
    )
    (ticket,) = read(path).tickets
    assert (ticket.request_kind, ticket.urgency, ticket.channel) == (
        RequestKind.COMPLAINT,
        Urgency.URGENT,
        Channel.WECHAT,
    )
    assert (ticket.category, ticket.town_hint, ticket.upstream_status) == (
        "城乡建设/占道经营",
        "碣石镇",
        "已办结",
    )
    assert (ticket.title, ticket.content_masked) == ("占道", "望海楼市场占道，联系人王**")
    assert ticket.flags == {Flag.CONFIDENTIAL}
    assert ticket.raw == {"派单员": "李四"}


def test_titles_above_blank_rows_totals_and_footnotes_are_no_rows(tmp_path: Path) -> None:
    file = read(
        workbook(
            tmp_path,
            ["2026年1月12345热线工单汇总表"],
            [],
            ["序号", "工单编号", "受理时间", "诉求内容"],
            [1, "A1", datetime(2026, 1, 5, 8, 30), "路灯不亮"],  # noqa: DTZ001 - as a spreadsheet keeps it
            [],
            ["序号", "工单编号", "受理时间", "诉求内容"],
            [2, 12345.0, 46027.5, "道路破损"],
            ["合计", 2],
            ["制表人：张三"],
        )
    )
    assert [ticket.upstream_no for ticket in file.tickets] == ["A1", "12345"]
    assert [ticket.received_at.isoformat() for ticket in file.tickets] == [
        "2026-01-05T08:30:00+08:00",
        "2026-01-05T12:00:00+08:00",
    ]
    assert (file.rows, file.problems) == (2, ())


def test_merged_cells_hold_for_all_their_rows_and_formulas_for_their_value(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工单编号", "受理时间", "诉求内容", "镇街"])
    for at in (1, 2):
        sheet.write_row(at, 0, [f"A{at}", "2026-01-05"])
        sheet.write_formula(at, 2, '="路灯"&"不亮"', None, "路灯不亮")
    sheet.merge_range(1, 3, 2, 3, "东海街道")
    book.close()
    assert [(t.content, t.town_hint) for t in read(path).tickets] == [("路灯不亮", "东海街道")] * 2


def test_an_old_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tickets.xls"
    write_xls(path, [HEADER.split(","), [12345.0, 46027.5, "水乾村路灯不亮"]])
    (ticket,) = read(path).tickets
    assert (ticket.upstream_no, ticket.content, ticket.received_at.hour) == ("12345", "水乾村路灯不亮", 12)


def test_sheets_without_tickets_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "months.xlsx"
    book = xlsxwriter.Workbook(path)
    for month in ("一月", "二月"):
        sheet = book.add_worksheet(month)
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, [f"{month}-1", "2026-01-05", "路灯不亮"])
    book.add_worksheet("说明").write(0, 0, "本表由系统导出")
    book.close()
    file = read(path)
    assert [ticket.upstream_no for ticket in file.tickets] == ["一月-1", "二月-1"]
    assert [(problem.sheet, problem.problem.rule) for problem in file.problems] == [("说明", "P8")]


def test_one_bad_row_never_stops_the_file(tmp_path: Path) -> None:
    file = read(
        csv_file(
            tmp_path,
            HEADER,
            ROW,
            ",2026-01-05,没有编号",
            "GD-3,5/1/2026,时间看不懂",
            "GD-4,2026-01-05,",
            "GD-1,2026-01-06,编号重复",
            "2.02601E+13,2026-01-05,编号被截断",
            "GD-7,2026-01-05,最后一行",
        )
    )
    assert [ticket.upstream_no for ticket in file.tickets] == ["GD-1", "GD-7"]
    assert told(file) == [
        (3, "工单编号", "P1"),
        (4, "受理时间", "P2"),
        (5, "诉求内容", "P3"),
        (6, "工单编号", "P4"),
        (7, "工单编号", "P1"),
    ]
    assert file.problems[1].value == "5/1/2026"
    assert "2026-01-05 08:30" in file.problems[1].problem.text()
    assert file.problems[3].problem.values == {"first": 2}


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    lines = [
        HEADER,
        ROW,
        'GD-2,2026-01-05,"村口的路灯,不亮',
        "GD-3,2026-01-05,排水",
        'GD-4,2026-01-05,"占道,早上"',
    ]
    file = read(csv_file(tmp_path, *lines))
    assert [ticket.upstream_no for ticket in file.tickets] == ["GD-1", "GD-2", "GD-3", "GD-4"]
    assert file.tickets[3].content == "占道,早上"


def test_unknown_words_are_noted_once_and_the_tickets_kept(tmp_path: Path) -> None:
    rows = [f"GD-{n},2026-01-05,路灯不亮,热线直转,十万火急" for n in range(3)]
    file = read(csv_file(tmp_path, f"{HEADER},诉求类型,紧急程度", *rows))
    assert {ticket.request_kind for ticket in file.tickets} == {RequestKind.ASSISTANCE}
    assert [(problem.value, problem.is_left_out) for problem in file.problems] == [
        ("热线直转", False),
        ("十万火急", False),
    ]


def test_without_a_kind_the_first_word_of_the_text_decides(tmp_path: Path) -> None:
    rows = ["1,2026-01-05,咨询医保怎么缴费", "2,2026-01-05,市民来电举报有人倒垃圾", "3,2026-01-05,路灯不亮"]
    kinds = [ticket.request_kind for ticket in read(csv_file(tmp_path, HEADER, *rows)).tickets]
    assert kinds == [RequestKind.INQUIRY, RequestKind.REPORT, RequestKind.ASSISTANCE]


class OutsideError(ValueError):
    """As the converter of the workflow raises it."""

    def __init__(self) -> None:
        super().__init__()
        self.template, self.values = "{lon} is outside", {"lon": 0.5}


def shifted(lon: float, lat: float, datum: str) -> tuple[float, float]:
    if lon < 1:
        raise OutsideError
    return (lon - 0.005, lat) if datum == "高德" else (lon, lat)


@pytest.mark.parametrize(
    ("columns", "cells", "declared", "lon"),
    [
        ("经度,纬度,坐标系", "115.6,22.9,高德", "wgs84", 115.595),
        ("经度（高德）,纬度", "115.6,22.9", None, 115.595),
        ("lon,lat", "115.6,22.9", "高德", 115.595),
        ("坐标,坐标系", '"115.6,22.9",wgs84', None, 115.6),
        ("经度,纬度", "0,0", "wgs84", None),
    ],
)
def test_coordinates_are_converted_by_the_datum_they_name(
    tmp_path: Path, columns: str, cells: str, declared: str | None, lon: float | None
) -> None:
    path = csv_file(tmp_path, f"{HEADER},{columns}", f"{ROW},{cells}")
    file = read(path, to_wgs84=shifted, datum=declared)
    assert file.problems == ()
    assert file.tickets[0].lon == (pytest.approx(lon) if lon else None)


@pytest.mark.parametrize(
    ("cells", "declared", "said"),
    [
        ("115.6,22.9", None, "nobody says in which datum"),
        ("东经115度,22.9", "wgs84", "these are no coordinates"),
        ("115.6,", "wgs84", "these are no coordinates"),
        ("0.5,22.9", "wgs84", "0.5 is outside"),
    ],
)
def test_a_coordinate_nobody_can_trust_is_noted_and_not_used(
    tmp_path: Path, cells: str, declared: str | None, said: str
) -> None:
    path = csv_file(tmp_path, f"{HEADER},经度,纬度", f"{ROW},{cells}")
    file = read(path, to_wgs84=shifted, datum=declared)
    assert (file.tickets[0].lon, file.problems[0].is_left_out) == (None, False)
    assert said in file.problems[0].problem.text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\r\n , \r\n", "is empty"),
        (b"%PDF-1.7\0\0", "is no spreadsheet"),
        (b"PK\x03\x04 damaged", "damaged"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (container({"EncryptedPackage": b"x"}), "locked by a password"),
        ("姓名,年龄\r\n张三,8".encode(), "姓名, 年龄.*工单编号 / 工单号.*诉求内容"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "tickets.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadFileError, match=said):
        read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"none\.csv"):
        read(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("columns", "cells", "shown"),
    [
        ("坐标", "王女士家13800000000", "****138****0000"),
        ("诉求类型", "陈晓明13800000000催办多次要求给说法", "陈晓明138****00…"),
        ("经度,纬度,坐标系", "115.6°,陈晓明,wgs84", "115.6° ****"),
    ],
)
def test_a_problem_shows_no_personal_value_even_when_columns_have_slipped(
    tmp_path: Path, columns: str, cells: str, shown: str
) -> None:
    file = read(csv_file(tmp_path, f"{HEADER},{columns}", f"{ROW},{cells}"), to_wgs84=shifted, datum=None)
    (problem,) = file.problems
    told = f"{problem.value} {problem.problem.text()} {problem.problem.values}"
    assert shown in told
    assert "13800000000" not in told


def test_a_time_that_is_a_name_is_not_repeated(tmp_path: Path) -> None:
    (problem,) = read(csv_file(tmp_path, HEADER, "GD-1,陈晓明 8月5日,路灯不亮")).problems
    assert problem.value == "**** 8月5日"


def test_a_file_without_a_header_does_not_tell_its_first_ticket(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "陈晓明,13800000000,村主任收钱", "李明,13800000001,路灯")
    with pytest.raises(BadFileError, match=r"write one above the first ticket.*工单编号") as caught:
        read(path)
    assert "陈晓明" not in str(caught.value)


def test_an_open_quotation_mark_is_told_by_its_row_alone(tmp_path: Path) -> None:
    file = read(csv_file(tmp_path, HEADER, '陈晓明13800000000,"路灯', ROW))
    assert [problem.value for problem in file.problems] == [""]
    assert [ticket.upstream_no for ticket in file.tickets] == ["GD-1"]


def test_a_ticket_in_a_log_tells_nobodys_name(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path, f"{HEADER},来电人,联系电话,地址,备注", f"{ROW}陈晓明,陈晓明,13800000000,陈晓明家,陈晓明"
    )
    (ticket,) = read(path).tickets
    assert ticket.requester.name == "陈晓明"
    assert not re.search("陈晓明|13800000000", repr(ticket))
