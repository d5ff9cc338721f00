"""Every category finds who handles it, and the table of duties holds together."""

import json

from geo_service.tickets.categories import TOWN, assisting_departments, duties, duty_of, full_category
from tests.shared_data import shared


def test_every_category_of_the_sample_tickets_has_a_duty() -> None:
    names = ("tickets_synthetic.jsonl", "truth/lufeng_open.jsonl", "truth/guixi_open.jsonl")
    lines = [line for name in names for line in shared(name).read_text(encoding="utf-8").splitlines()]
    assert not [
        category for category in (json.loads(line)["category"] for line in lines) if not duty_of(category)
    ]


def test_nothing_is_confirmed_by_itself_until_the_county_says_so() -> None:
    assert not [duty.category for duty in duties().values() if duty.auto_ok]


def test_no_body_assists_itself() -> None:
    assert not [duty.category for duty in duties().values() if duty.lead in duty.assists]


def test_a_department_can_assist_a_town() -> None:
    duty = duty_of("城乡建设/消防隐患")
    assert duty is not None
    assert (duty.lead, duty.department) == (TOWN, "消防救援机构")


def test_words_call_for_a_department() -> None:
    assert assisting_departments("村道旁电线杆倾斜，诊所倒垃圾") == {
        "卫生健康部门": "诊所",
        "供电单位": "电线杆",
    }


def test_a_category_in_several_spellings_is_one() -> None:
    spellings = [
        ("1.占道经营",),
        ("城乡建设-占道经营",),
        ("城乡建设", "2、占道经营"),
        ("城乡建设/占道经营", ""),
    ]
    assert {full_category(*levels) for levels in spellings} == {"城乡建设/占道经营"}
