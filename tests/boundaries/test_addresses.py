"""Which places a text mentions, what each is to the matter, and what stands between them."""

import pytest

from boundaries.addresses import Address, Relation, Role, read_address
from boundaries.coordinates import Datum
from boundaries.matters import split_matters
from boundaries.written_coordinates import written_coordinate
from tests.boundaries.lufeng_names import GAZETTEER


def read(text: str) -> Address:
    """Read a text with the names of Lufeng."""
    return read_address(text, GAZETTEER)


def names(text: str) -> list[str]:
    """Return the names a text mentions, with their endings, as written."""
    address = read(text)
    return [address.words(mention) for phrase in address.phrases for mention in phrase.mentions]


def test_names_that_stand_together_are_one_phrase() -> None:
    (phrase,) = read("东海街道炎龙村径仔村民小组龙福路废弃竹子占道").phrases
    assert [mention.core for mention in phrase.mentions] == ["东海街道", "炎龙"]
    assert phrase.mentions[1].group == "径仔村民小组"


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("湖东镇竹林村村民反映邻居建房", ["湖东镇", "竹林村"]),
        ("东海岸林场里有人砍树", ["东海岸林场"]),  # not 东海
        ("炎龙路的路灯坏了", []),  # a street named after a village
        ("希望村里派人来看", []),
        ("农村信用社门口", []),
        ("西南方向来了一阵烟", []),
        ("河西湖田居委会能不能办社保", ["河西", "湖田居委会"]),  # not 西湖
        ("村镇银行排队太久", []),
    ],
)
def test_a_name_wants_a_witness(text: str, mentioned: list[str]) -> None:
    assert names(text) == mentioned


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("我是甲子镇新村社区的，昨天在东海街道桃园社区买手机", [Role.CALLER, Role.ISSUE]),
        ("从博美镇拉垃圾倒在金厢镇十二岗村", [Role.ORIGIN, Role.ISSUE]),
        ("除了乌坎村，东海街道都停水了", [Role.EXCLUDED, Role.ISSUE]),
        ("我在深圳打工，碣石镇曾厝村的祖屋漏水", [Role.CALLER, Role.ISSUE]),
    ],
)
def test_each_place_has_its_role(text: str, roles: list[Role]) -> None:
    assert [phrase.role for phrase in read(text).phrases] == roles


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("靠近乌坎村的山坡", Relation.NEAR),
        ("乌坎村附近", Relation.NEAR),
        ("往乌坎村方向的路", Relation.TOWARDS),
        ("乌坎村对面的沙滩", Relation.NEAR),
        ("乌坎村委会旁边的厕所", Relation.INSIDE),  # the office is in the village
        ("乌坎村的路灯", Relation.AT),
    ],
)
def test_words_of_relation_are_read(text: str, relation: Relation) -> None:
    assert [phrase.relation for phrase in read(text).phrases] == [relation]


def test_coordinates_are_read_in_the_datum_they_name() -> None:
    amap = written_coordinate("高德地图上显示的坐标是117.214851,28.286399")
    assert amap is not None
    assert amap.datum is Datum.GCJ02
    assert amap.point == pytest.approx((117.209661, 28.289668), abs=1e-5)


def test_a_coordinate_without_datum_is_vague_and_its_order_does_not_matter() -> None:
    plain = written_coordinate("坐标22.951234,115.641234")
    assert plain is not None
    assert plain.datum is None
    assert plain.point == (115.641234, 22.951234)
    assert plain.sigma_m >= 300


def test_degrees_minutes_and_seconds_are_read() -> None:
    found = written_coordinate("gps东经115度38分40秒,北纬22度56分44秒")
    assert found is not None
    assert found.point == pytest.approx((115.64444, 22.94556), abs=1e-4)
    assert found.datum is Datum.WGS84


@pytest.mark.parametrize("text", ["花了2680.555元", "电话13800000000", "版本1.234,5.678"])
def test_other_numbers_are_no_coordinates(text: str) -> None:
    assert written_coordinate(text) is None


def test_matters_are_split_where_the_text_counts_them() -> None:
    before, matters = split_matters("两件事：1、路灯坏了 2、水管漏了")
    assert before == "两件事："
    assert matters == ("1、路灯坏了 ", "2、水管漏了")
    assert split_matters("第一村民小组的路灯坏了") == ("第一村民小组的路灯坏了", ())
