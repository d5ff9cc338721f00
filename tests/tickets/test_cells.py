"""One cell: times in every spelling that exports use, numbers that spreadsheets have chewed."""

from datetime import date, datetime

import pytest

from geo_service.tickets.cells import channel_of, kind_of, number_of, says, time_of, urgency_of
from geo_service.tickets.model import Channel, RequestKind, Urgency
from geo_service.tickets.reasons import Reason


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2020/1/6 12:09:38", "2020-01-06T12:09:38+08:00"),
        ("2017-06-08 17:31:20", "2017-06-08T17:31:20+08:00"),
        ("2026年1月5日 8:30", "2026-01-05T08:30:00+08:00"),
        ("2026年1月5日8时30分", "2026-01-05T08:30:00+08:00"),
        ("２０２６－０１－０５　０８：３０", "2026-01-05T08:30:00+08:00"),
        ("2026-01-05", "2026-01-05T00:00:00+08:00"),
        ("2026.1.5", "2026-01-05T00:00:00+08:00"),
        ("2026/1/5 下午 3:20:00", "2026-01-05T15:20:00+08:00"),
        ("2026/1/5 3:20:00 PM", "2026-01-05T15:20:00+08:00"),
        ("2026-1-5 星期一 上午9:00", "2026-01-05T09:00:00+08:00"),
        ("2026-01-05T00:30:00Z", "2026-01-05T08:30:00+08:00"),
        ("2026-01-05T08:30:00.123+08:00", "2026-01-05T08:30:00+08:00"),
        ("20260105083000", "2026-01-05T08:30:00+08:00"),
        ("20260105", "2026-01-05T00:00:00+08:00"),
        ("46027.354166667", "2026-01-05T08:30:00+08:00"),
        (46027.354166667, "2026-01-05T08:30:00+08:00"),
        (date(2026, 1, 5), "2026-01-05T00:00:00+08:00"),
        (datetime(2026, 1, 5, 8, 30), "2026-01-05T08:30:00+08:00"),  # noqa: DTZ001 - as calamine gives it
    ],
)
def test_a_time_in_any_spelling(cell: object, moment: str) -> None:
    found = time_of(cell)
    assert isinstance(found, datetime)
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    "cell", ["", "昨天", "5/1/2026", "26-1-5", "2026-02-30", "2026-13-01", "8:30", "0001-01-01"]
)
def test_what_is_no_time_says_what_would_be(cell: str) -> None:
    problem = time_of(cell)
    assert isinstance(problem, Reason)
    assert "2026-01-05 08:30" in problem.text()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12345.0, "12345"),
        (" GD-1 ", "GD-1"),
        ("'0012", "0012"),
        ("ＧＤ１２", "GD12"),
        (123456789012345.0, "123456789012345"),
    ],
)
def test_a_ticket_number_survives_the_spreadsheet(cell: object, number: str) -> None:
    assert number_of(cell) == number


@pytest.mark.parametrize("cell", [20260105083000123.0, "2.02601E+13", "", "-"])
def test_a_ticket_number_that_was_rounded_or_lost_is_refused(cell: object) -> None:
    assert isinstance(number_of(cell), Reason)


def test_the_hotlines_words_become_ours() -> None:
    assert [kind_of(word) for word in ("投诉件", "举报类", "意见建议", "???")] == [
        RequestKind.COMPLAINT,
        RequestKind.REPORT,
        RequestKind.SUGGESTION,
        None,
    ]
    assert [urgency_of(word) for word in ("平件", "急件", "突发", "???")] == [
        Urgency.NORMAL,
        Urgency.URGENT,
        Urgency.EMERGENCY,
        None,
    ]
    assert [channel_of(word) for word in ("12345电话", "网络留言", "微信小程序", "网格员上报", "信鸽")] == [
        Channel.PHONE,
        Channel.WEB,
        Channel.WECHAT,
        Channel.GRID,
        Channel.OTHER,
    ]
    assert [says(word) for word in ("是", "无需", "也许")] == [True, False, None]
