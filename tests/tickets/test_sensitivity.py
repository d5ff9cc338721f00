"""What needs care is read from the words: golden cases that people of the trade extend, and real texts."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from geo_service.tickets.model import Flag, RequestKind, Urgency
from geo_service.tickets.sensitivity import read_flags
from tests.shared_data import shared

KINDS = {
    "咨询": RequestKind.INQUIRY,
    "求助": RequestKind.ASSISTANCE,
    "投诉": RequestKind.COMPLAINT,
    "举报": RequestKind.REPORT,
    "建议": RequestKind.SUGGESTION,
}
with (Path(__file__).parent / "sensitivity_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def flags(text: str, kind: str = "投诉", category: str = "") -> frozenset[Flag]:
    return read_flags(kind=KINDS[kind], urgency=Urgency.NORMAL, category=category, content=text)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['why']}: {case['text'][:12]}")
def test_golden_case(case: dict[str, str]) -> None:
    expected = {Flag(word) for word in case["flags"].split()}
    assert flags(case["text"], case["kind"], case["category"]) == expected


def test_the_open_tickets_raise_no_false_alarm() -> None:
    alarms = [
        ticket["id"]
        for name in ("truth/lufeng_open.jsonl", "truth/guixi_open.jsonl")
        for ticket in map(json.loads, shared(name).read_text(encoding="utf-8").splitlines())
        if {Flag.EMERGENCY, Flag.RECUSAL} & flags(ticket["text"], ticket["kind"], ticket["category"])
    ]
    assert alarms == []


def test_the_synthetic_tickets_carry_their_flags() -> None:
    names = {
        "EMERGENCY": Flag.EMERGENCY,
        "RECUSAL": Flag.RECUSAL,
        "CONFIDENTIAL": Flag.CONFIDENTIAL,
        "REPORTER_PROTECT": Flag.CONFIDENTIAL,
        "ANONYMOUS": Flag.ANONYMOUS,
        "NO_REPLY_REQUESTED": Flag.NO_REPLY,
        "CALL_BEFORE_VISIT": Flag.CALL_FIRST,
        "CALLER_AWAY": Flag.CALLER_AWAY,
    }
    for line in shared("tickets_synthetic.jsonl").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        expected = {names[word] for word in ticket["flags"] if word in names}
        if ticket["request_kind"] == "举报":
            expected.add(Flag.CONFIDENTIAL)
        assert flags(ticket["text"], ticket["request_kind"], ticket["category"]) == expected, ticket["id"]


def test_every_flag_names_the_words_that_raised_it() -> None:
    found, because = read_flags(
        kind=RequestKind.COMPLAINT,
        urgency=Urgency.NORMAL,
        category="",
        content="村干部挪用修路款，请保密，上门前先打电话",
    )
    assert found == {Flag.RECUSAL, Flag.CONFIDENTIAL, Flag.CALL_FIRST}
    assert [reason.values["words"] for reason in because] == ["村干部挪用", "请保密", "上门前先打电话"]


def test_the_hotlines_own_emergency_is_believed() -> None:
    found, because = read_flags(
        kind=RequestKind.ASSISTANCE, urgency=Urgency.EMERGENCY, category="", content="路面塌陷"
    )
    assert found == {Flag.EMERGENCY}
    assert because[0].rule == "E1"


def test_real_messages_are_rarely_emergencies_or_about_committees() -> None:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only this test opens the raw sheet

    sheet = CalamineWorkbook.from_path(shared("geocode/complaints_2020.xlsx")).get_sheet_by_index(0)
    rows = [f"{row[2]}。{row[4]}" for row in sheet.to_python()[1:]]
    asked = Counter(flag for text in rows for flag in flags(text, "求助"))
    complained = Counter(flag for text in rows for flag in flags(text, "投诉"))
    # read by eye: no message of this board is an emergency; 26 of 29 do accuse a committee or an official
    assert asked[Flag.EMERGENCY] <= 4
    assert 20 <= asked[Flag.RECUSAL] <= 35
    # taken as complaints, whoever holds a post and is named guards a ticket: a dispatcher looks at 1.5 %
    assert asked[Flag.RECUSAL] <= complained[Flag.RECUSAL] <= 70


def test_an_inspectorate_of_labour_is_no_complaint_about_officials() -> None:
    assert flags("拖欠工资", category="劳动监察/欠薪") == frozenset()
    assert flags("反映一件事", category="纪检监察/其他") == {Flag.RECUSAL}
