"""Names that are easily misread: begun inside a longer one, like their town, of one character, numbered."""

import geopandas as gpd
import pytest

from boundaries import Areas, Divisions, Gazetteer, Geocoder, GeocodeResult, GeocodeStatus, OsmExtract
from boundaries.calibration import Calibration, Tally
from tests.boundaries.lufeng_names import GEOCODER as LUFENG

_TOWNS = {
    "310000001": ("郭镇", ["郭镇社区", "北河沟村", "大水坡村", "第一社区"]),
    "310000002": ("毛村镇", ["毛村", "高村", "何村", "后龙岗村", "桃源社区", "石湖果林场生活区"]),
    "310000003": (
        "西河乡",
        ["龙岗村", "溪马庄子村", "北双村", "春和铺村", "水尾村", "农三连队", "农五连队", "农六连队"],
    ),
    "310000004": ("水尾镇", ["水尾社区", "石塘村", "马庄村", "双塔村", "希望村"]),
}


def small_county() -> Geocoder:
    """Return a geocoder of an invented county whose names are all hard."""
    rows = []
    for town, (name, villages) in _TOWNS.items():
        rows.append({"code": town, "name": name})
        rows += [{"code": f"{town}{200 + number}", "name": one} for number, one in enumerate(villages)]
    register = Divisions.from_rows(rows)
    nothing = gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326")
    areas = Areas.from_frames(nothing, None)
    return Geocoder(Gazetteer.build(OsmExtract([], [], [], None), register, areas), areas, register)


COUNTY = small_county()


def said(result: GeocodeResult) -> str:
    """Return the best village, and whether somebody is sent there."""
    best = result.best.unit_name if result.best else ""
    return f"sure {best}" if result.is_sure else best


@pytest.mark.parametrize(
    "text",
    [
        "水尾镇李家石塘村路灯坏了",
        "水尾镇外石塘村电线杆倾斜",
        "外石塘村电线杆倾斜",
        "李家水坡村污水横流",
        "郭镇李家大水坡村污水横流",
    ],
)
def test_a_name_that_begins_inside_a_longer_one_sends_nobody(text: str) -> None:
    assert not COUNTY.geocode(text).is_sure


@pytest.mark.parametrize("text", ["我家石塘村的路灯坏了", "门外石塘村的路灯坏了", "水尾镇石塘村的路灯坏了"])
def test_the_same_words_as_words_keep_nobody_from_going(text: str) -> None:
    assert said(COUNTY.geocode(text)) == "sure 石塘村"


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("郭镇郭镇社区垃圾没人清运", "sure 郭镇社区"),
        ("郭镇社区垃圾没人清运", "sure 郭镇社区"),
        ("郭镇居委会门口积水", "sure 郭镇社区"),
        ("郭镇社区卫生服务中心态度差", ""),
        ("毛村镇毛村路灯坏了", "sure 毛村"),
        ("毛村镇石湖果林场生活区停水", "sure 石湖果林场生活区"),
        ("反映毛村路灯坏了", "sure 毛村"),
        ("高村民委员会不开证明", "sure 高村"),
        ("高村路12号门前积水", ""),
        ("第一社区垃圾没人清运", "sure 第一社区"),
        ("问一下为何村干部不签字", "何村"),  # shown, and nobody is sent
    ],
)
def test_names_like_their_town_of_one_character_and_numbers(text: str, village: str) -> None:
    assert said(COUNTY.geocode(text)) == village


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("毛村镇候龙岗村路灯坏了", "后龙岗村"),
        ("候龙岗村路灯坏了", "后龙岗村"),
        ("西河乡溪马庄村路灯坏了", "溪马庄子村"),
        ("弄三连队停水", "农三连队"),
        ("农三联对停水", "农三连队"),
        ("反映郭真社区停水", "郭镇社区"),
        ("郭镇北何沟村停水", "北河沟村"),
        ("西河乡春和埔村停水", "春和铺村"),
    ],
)
def test_a_longer_name_that_sounds_so_comes_before_a_shorter_one_that_is_written_so(
    text: str, village: str
) -> None:
    assert said(COUNTY.geocode(text)) == village


def test_only_a_village_has_groups_and_ancestral_halls() -> None:
    assert said(COUNTY.geocode("水尾第二小组停水三天")) == ""
    one = Divisions.from_rows(
        [{"code": "310000004", "name": "水尾镇"}, {"code": "310000004201", "name": "水尾村"}]
    )
    areas = Areas.from_frames(gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326"), None)
    county = Geocoder(Gazetteer.build(OsmExtract([], [], [], None), one, areas), areas, one)
    assert said(county.geocode("水尾第二小组停水三天")) == "水尾村"
    assert said(county.geocode("水尾祠堂屋顶漏水")) == "水尾村"
    assert county.geocode("水尾停水三天").status is GeocodeStatus.TOWN_ONLY


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("北双村停水三天", "sure 北双村"),
        ("桃源停水三天", "桃源社区"),  # a word of every day
        ("希望停水以后有人通知", ""),
        ("双塔停水三天", "sure 双塔村"),
        ("双塔小学门口积水", "sure 双塔村"),
        ("双塔路灯坏了", "双塔村"),  # or the lamp of 双塔路
        ("昨天夜里双塔三次停水", "双塔村"),
        ("附近有幸福花园，双塔小学，第三中学", "双塔村"),  # a list is no address
        ("求助，双塔小学门口积水", "sure 双塔村"),
        ("附近有幸福花园，双塔一号，第三中学", "双塔村"),
    ],
)
def test_a_bare_name_counts_by_what_stands_around_it(text: str, village: str) -> None:
    assert said(COUNTY.geocode(text)) == village


HEARD = "东海街道严龙村鸡鸭臭味大"


def test_an_exact_homophone_decides_only_where_the_county_says_so() -> None:
    proved = LUFENG.with_calibration(Calibration({"needs_review L7 0.62": Tally(5_000, 4_995)}))
    asked = proved.geocode(HEARD)
    assert (asked.status, asked.is_sure) == (GeocodeStatus.NEEDS_REVIEW, False)
    assert asked.confidence >= 0.99
    decided = proved.letting_homophones_decide(True).geocode(HEARD)
    assert said(decided) == "sure 炎龙村"
    assert "this county lets an exact homophone in the stated town decide" in decided.explain()


@pytest.mark.parametrize("text", ["严龙村鸡鸭臭味大", "碣石三林村路口的路灯杆被撞倒", "严龙鸡鸭臭味大"])
def test_no_other_sound_decides(text: str) -> None:
    assert not LUFENG.letting_homophones_decide(True).geocode(text).is_sure


def test_a_homophone_that_has_not_proved_right_decides_nothing() -> None:
    unproved = LUFENG.letting_homophones_decide(True).with_calibration(Calibration())
    assert not unproved.geocode(HEARD).is_sure


def test_of_a_very_long_text_the_beginning_is_read_and_told() -> None:
    result = LUFENG.geocode("东海街道炎龙村垃圾没人清运。" + "啊" * 40_000 + "碣石镇新酉村")
    assert said(result) == "sure 炎龙村"
    assert "only its first 20000 characters" in result.explain()
    assert "too long" not in LUFENG.geocode("啊" * 20_000).explain()


@pytest.mark.parametrize(
    "number",
    ["13800001234", "138 0000 1234", "0660-8812345", "44158119900101123X", "６２２２０２１２３４５６７８９"],
)
def test_private_numbers_are_in_no_explanation(number: str) -> None:
    explained = LUFENG.geocode(f"东海街道炎龙村{number}路灯坏了，一是{number}，二是{number}市场").explain()
    assert number not in explained
    assert "441581001214" in explained
