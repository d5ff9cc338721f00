"""The hotline's export as a spreadsheet, and what is true about each row, for measuring."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from geo_service.demo.calls import Call
from geo_service.demo.county import County
from geo_service.demo.hotline import Row
from geo_service.demo.map_file import SIMULATED

HEADERS = (
    *("工单编号", "受理时间", "来电渠道", "诉求类型", "紧急程度", "诉求标题", "诉求内容", "事项分类"),
    *("所属镇街", "诉求人", "联系电话", "事发地址", "经度", "纬度", "坐标系", "办件状态", "数据说明"),
)
_WIDTHS = {
    "工单编号": 18,
    "受理时间": 19,
    "诉求标题": 30,
    "诉求内容": 70,
    "事项分类": 22,
    "事发地址": 30,
    "联系电话": 14,
}
_MADE = datetime(2026, 2, 2, tzinfo=UTC).replace(tzinfo=None)  # a fixed date, so that the bytes never differ


def write_tickets(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as an .xlsx with Chinese headers; texts stay texts, whatever they look like.

    Most moments are text, as hotlines write them: two notations, and a few real dates among them.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": f"12345 {SIMULATED}", "comments": SIMULATED, "created": _MADE})
        sheet = book.add_worksheet(f"工单（{SIMULATED}）")
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for column, header in enumerate(HEADERS):
            sheet.write_string(0, column, header, bold)
            sheet.set_column(column, column, _WIDTHS.get(header, 10))
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(_cells(row)):
                if isinstance(value, float):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_string(line, column, value)
            if not row.call.received and line % 11 == 0:
                sheet.write_datetime(line, 1, row.received.replace(tzinfo=None), moment)


def _cells(row: Row) -> tuple[str | float, ...]:
    call = row.call
    lon, lat = call.point or ("", "")
    return (
        *(row.number, _received(row), call.channel, call.kind, call.urgency, _title(call), call.content),
        *(call.category, call.town, row.caller, row.phone, call.address, lon, lat, call.datum),
        *(row.status, SIMULATED),
    )


def _received(row: Row) -> str:
    if row.call.received:
        return row.call.received
    if int(row.number[-4:]) % 7 == 0:
        return f"{row.received.year}/{row.received.month}/{row.received.day} {row.received:%H:%M:%S}"
    return f"{row.received:%Y-%m-%d %H:%M:%S}"


def _title(call: Call) -> str:
    if not call.content:
        return ""
    return f"关于{call.place}{call.category.split('/')[-1]}的{call.kind}"


def write_truth(county: County, rows: Sequence[Row], path: Path) -> None:
    """Write what is true about each row: ``number, story, expected, unit_code, town_code, lon, lat``.

    Only for measuring; no step of the service reads it.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("number", "story", "expected", "unit_code", "town_code", "lon", "lat"))
        for row in rows:
            truth = row.call.truth
            place = county.lon_lat(truth.spot) if truth.spot else ("", "")
            writer.writerow(
                (row.number, row.call.story, truth.expected, truth.unit_code, truth.town_code, *place)
            )
