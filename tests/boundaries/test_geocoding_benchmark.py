"""The judge of the geocoder can itself be wrong: its texts, its thresholds and its sums are tried here."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from boundaries.names import fold_name, sounds_same
from tests.benchmarks import unusual_texts
from tests.benchmarks.damage_scores import NEVER, Read, evidence_of, failures, fixed_thresholds, read, scores
from tests.benchmarks.damaged_names import KINDS, NameDamager, NamedText, Strangers
from tests.benchmarks.located_incidents import Incident, split
from tests.benchmarks.nation_villages import RealCounty, is_for_testing
from tests.benchmarks.nearest_memory import NearestTexts
from tests.benchmarks.proportions import Proportion, proportion
from tests.benchmarks.reliability import bins, calibration_error, diagram
from tests.benchmarks.truth_scores import lufeng, prediction, truth_scores
from tests.boundaries.lufeng_names import LUFENG
from tests.shared_data import shared

TOWNS = {town.name: [unit.display_name for unit in LUFENG.villages(town.code)] for town in LUFENG.towns()}
COUNTY = RealCounty("441581", "广东省汕尾市", "陆丰市", TOWNS)
CLAUSES = [("一直没有人管", "希望领导重视"), ("打了三次电话",)]


@pytest.fixture(scope="module")
def texts() -> list[NamedText]:
    return list(NameDamager(COUNTY, Strangers(["张家屯村"]), CLAUSES).texts(60))


@pytest.fixture(scope="module")
def reads(texts: list[NamedText]) -> list[Read]:
    return read(texts)


def test_every_kind_of_damage_is_made_and_always_the_same(texts: list[NamedText]) -> None:
    assert {one.kind for one in texts} == set(KINDS)
    again = NameDamager(COUNTY, Strangers(["张家屯村"]), CLAUSES).texts(60)
    assert [one.text for one in again] == [one.text for one in texts]


def test_a_misheard_name_sounds_the_same_and_is_written_otherwise(texts: list[NamedText]) -> None:
    for one in (text for text in texts if text.kind == "T3b"):
        core = fold_name(COUNTY.divisions[one.code].core_name)
        written = fold_name(one.said)[: len(core)]
        assert written != core
        assert sounds_same(written, core)


def test_a_name_that_two_towns_have_is_knowable_with_its_town_only(texts: list[NamedText]) -> None:
    shown = [unit.display_name for unit in COUNTY.divisions.villages()]
    for one in texts:
        if one.kind == "T1":
            assert one.is_knowable == (shown.count(one.said) == 1)
        if one.kind == "T0":
            assert one.is_knowable


def test_a_stranger_is_no_village_of_the_county(texts: list[NamedText]) -> None:
    strangers = [one for one in texts if one.kind == "T7"]
    assert all("张家屯村" in one.text and not one.code for one in strangers)


def test_strangers_are_found_by_how_they_end() -> None:
    strangers = Strangers(["大蒲山村", "蒲山村", "上蒲山社区"])
    assert strangers.like("蒲山") == ["大蒲山村", "上蒲山社区"]
    assert not strangers.like("山")


def test_the_geocoder_reads_undamaged_names(reads: list[Read]) -> None:
    whole = next(one for one in scores(reads, {}) if one.kind == "T0")
    assert (whole.top_1.share or 0) > 0.9, "but for forest farms, whose units bear the names of their towns"
    assert whole.tuned_coverage.share == 0, "without thresholds nothing is trusted"


def test_a_county_never_changes_its_split() -> None:
    assert not is_for_testing("441581")
    assert [is_for_testing(code) for code in ("330182", "510106", "231223")] == [False, True, True]


def test_a_threshold_is_the_least_confidence_that_was_right_often_enough(reads: list[Read]) -> None:
    right = next(one for one in reads if one.is_right)
    good = [replace(right, confidence=0.9, evidence="x")] * 40
    poor = [replace(right, confidence=0.5, unit_code="0", evidence="x")] * 3
    assert fixed_thresholds([*good, *poor])["x"] == 0.9
    assert fixed_thresholds([*good, *poor], precision=0.9)["x"] == 0.5
    assert fixed_thresholds(good[:5])["x"] == NEVER


def test_evidence_is_the_status_and_the_rules() -> None:
    assert evidence_of(lufeng().geocode("竹林村路灯不亮")) == "ambiguous"


def test_failures_are_told_by_their_sort(reads: list[Read]) -> None:
    one = next(one for one in reads if one.named.kind == "T1" and one.named.is_knowable)
    lines = failures([replace(one, unit_code="", town_code="", is_sure=False, evidence="no_place")], "T1")
    assert lines[0].endswith("proposed no village (no_place)")
    assert one.named.said in lines[1]


def test_equal_texts_are_learnt_or_asked_never_both() -> None:
    found = [Incident(f"中山路{number % 50}號", 0, 0, "1", names_village=False) for number in range(200)]
    learnt, asked = split(found)
    assert len(learnt) + len(asked) == 200
    assert learnt
    assert asked
    assert not {one.text for one in learnt} & {one.text for one in asked}


def test_the_nearest_text_gives_its_village() -> None:
    memory = NearestTexts(["中山路12號前", "民生路口", "台一線"], ["a", "b", "c"])
    (first,) = memory.answers(["中山路15號"])
    assert next(iter(first)) == "a"


def test_odd_texts_are_answered_and_counted() -> None:
    found, lines = unusual_texts.asked(lufeng(), kilobytes=1)
    assert found["unusual_raised"] == 0
    assert lines[-1].startswith("16 texts, slowest")


def test_wilsons_interval_holds_the_share_and_narrows() -> None:
    few, many = Proportion(9, 10), Proportion(900, 1000)
    assert few.interval[0] < many.interval[0] < 0.9 < many.interval[1] < few.interval[1]
    assert proportion([]).share is None


def test_confidences_that_hold_have_no_calibration_error() -> None:
    found = bins([0.8] * 10 + [0.2] * 5, [True] * 8 + [False] * 2 + [True] + [False] * 4)
    assert calibration_error(found) == 0
    drawn = ET.fromstring(diagram(found, "t"))  # noqa: S314 - our own picture
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 2


def test_the_scorer_beside_the_truth_is_called() -> None:
    shared("truth/score.py")
    shared("truth/lufeng_open.jsonl")
    (score,) = truth_scores({"lufeng": lufeng()})
    assert score.village.total == 43
    assert score.wrong == ()


def test_a_prediction_says_whether_a_person_is_needed() -> None:
    asked = prediction("1", lufeng().geocode("竹林村路灯不亮"))
    assert asked["auto"] is False
