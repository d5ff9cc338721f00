"""What the first reading does not find is shown all the same, and nobody is sent there by it."""

import pytest

from boundaries import GeocodeStatus
from boundaries.named_places import NameKind
from boundaries.similar_names import SimilarNames
from tests.boundaries.lufeng_names import GAZETTEER, GEOCODER

SIMILAR = SimilarNames(place for place in GAZETTEER.all_places if place.kind is NameKind.UNIT)


@pytest.mark.parametrize(
    ("said", "meant", "distance"),
    [
        ("炎龙", "炎龙村", 0.0),
        ("严龙", "炎龙村", 0.1),
        ("乌砍", "乌坎村", 0.1),
        ("后山陈", "后陈村", 2.0),
        ("新十二岗", "十二岗村", 0.0),
        ("炎龙家", "炎龙村", 0.5),
    ],
)
def test_a_name_is_as_far_from_a_village_as_it_sounds_and_looks(
    said: str, meant: str, distance: float
) -> None:
    found = {one.place.name: one.distance for one in SIMILAR.before(said, len(said))}
    assert found.get(meant, 2.0) == pytest.approx(distance)


def test_similar_names_are_looked_for_in_the_stated_town_only() -> None:
    everywhere = SIMILAR.before("严龙", 2)
    assert [one.place.name for one in everywhere if one.distance < 1] == ["炎龙村"]
    assert not [one for one in SIMILAR.before("严龙", 2, ["441581102"]) if one.distance < 1]


@pytest.mark.parametrize("text", ["", "村", "123村", "a村", "😀村", "村" * 50])
def test_any_text_can_be_compared(text: str) -> None:
    assert SIMILAR.before(text, len(text)) is not None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("博美镇赤坑家村的水渠堵了", "赤坑村"),
        ("炎龙公厕没人打扫", "炎龙村"),
        ("求助，乌坎鱼塘发臭", "乌坎村"),
    ],
)
def test_a_village_that_may_be_meant_is_shown_and_a_person_decides(text: str, shown: str) -> None:
    result = GEOCODER.geocode(text)
    assert shown in [candidate.unit_name for candidate in result.candidates]
    assert not result.is_sure or result.best is not None


@pytest.mark.parametrize("text", ["我们村里的路灯坏了", "新村那边的路灯坏了", "建议多支持返乡青年创新创业"])
def test_an_everyday_word_is_no_likely_village(text: str) -> None:
    result = GEOCODER.geocode(text)
    assert result.status is GeocodeStatus.NO_PLACE
    assert not result.is_sure
