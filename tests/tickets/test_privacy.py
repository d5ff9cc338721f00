"""Nothing personal stays in a masked text, and the places in it stay readable."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.tickets.privacy import mask_name, mask_phone, mask_text
from tests.shared_data import shared

PHONES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True) | st.from_regex(r"0660[-]?[2-9]\d{6}", fullmatch=True)
WORDS = st.text(alphabet="东海街道碣石镇望海楼市场三号楼王先生，。 岁路灯不亮abc13", max_size=20)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "王女士，电话13800000000，住东海街道向阳社区某巷3号，反映楼下诊所半夜倒垃圾，她女儿8岁有哮喘",
            "王**，电话138****0000，住东海街道向阳社区某巷某号，反映楼下诊所半夜倒垃圾，她家人有***",
        ),
        ("碣石镇望海楼市场5栋2单元302房张三先生", "碣石镇望海楼市场某栋某单元某室张**"),
        ("联系人：李国华，手机１３８００００１２３４", "联系人：李**，手机138****0000"),
        ("身份证号441581199001011234，车牌粤N·A1234", "身份证号****，车牌粤N****"),
        ("座机0660-8888888，或者一三八零零零零一二三四", "座机0660****，或者****"),
        ("村主任陈大明把地卖了", "村主任陈**把地卖了"),
        ("村支书李大海打人", "村支书李**打人"),
        ("张小明反映路灯坏了，联系人张小明", "张**反映路灯坏了，联系人张**"),
        ("新光小区12栋1803业主", "新光小区某栋某室业主"),
    ],
)
def test_personal_things_are_hidden(said: str, shown: str) -> None:
    assert mask_text(said) == shown


@pytest.mark.parametrize(
    "text",
    [
        "碣石镇望海楼市场周边早上摊贩乱摆乱卖",
        "东海街道炎龙村径仔村民小组龙福路废弃竹子占道",
        "诉求人本月3号在南塘镇新墟社区花2680元买了一台车",
        "博美镇博美社区一栋出租房租客半夜放音响",
        "坐1号线到105国道，拨打12345没人接",
        "高德地图上显示的坐标是117.214851,28.286399",
        "老人都是六七十岁，小学老师也说危险",
        "业主利益受损，请县委书记明查",
        "强烈要求处理，多次向您反映无果，后来投诉也没用",
        "业主公摊过大，业主都不同意",
    ],
)
def test_places_dates_and_prices_stay_readable(text: str) -> None:
    assert mask_text(text) == text


@given(before=WORDS, phone=PHONES, after=WORDS)
def test_a_phone_never_stays_in_a_masked_text(before: str, phone: str, after: str) -> None:
    assert phone not in mask_text(f"{before}{phone}{after}")


@given(before=WORDS, name=st.text(alphabet="李国华陈晓明", min_size=2, max_size=4), after=WORDS)
def test_a_known_name_never_stays(before: str, name: str, after: str) -> None:
    assert name not in mask_text(f"{before}{name}{after}", known=(name,))


@given(text=st.text(alphabet="王李女士先生电话138 00-4栋单元室号岁女儿哮喘路村某家人*，12", max_size=60))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@pytest.mark.parametrize(
    "name", ["tickets_synthetic.jsonl", "truth/lufeng_open.jsonl", "truth/guixi_open.jsonl"]
)
def test_no_phone_of_the_sample_tickets_is_readable(name: str) -> None:
    texts = [json.loads(line)["text"] for line in shared(name).read_text(encoding="utf-8").splitlines()]
    assert not [text for text in texts if "1380000" in mask_text(text)]


def test_names_and_phones_have_one_mask() -> None:
    assert [mask_name("张三"), mask_name("匿名"), mask_phone("+86 138-0000-1234"), mask_phone("qq12")] == [
        "张**",
        "匿名",
        "138****0000",
        "****",
    ]
