"""Probabilities from counts: drawn towards the rules' confidence while little was seen, never a decision."""

from pathlib import Path

import pytest

from boundaries import NotAMapError
from boundaries.calibration import Calibration, Tally, evidence_of
from tests.boundaries.lufeng_names import GEOCODER

SURE = "东海街道炎龙村路灯不亮"
HEARD = "东海街道严龙村鸡鸭臭味大"
RAW = GEOCODER.with_calibration(Calibration())


def test_a_kind_of_evidence_is_its_status_its_rules_and_its_raw_confidence() -> None:
    assert evidence_of(RAW.geocode(SURE)) == "resolved L3 0.97"
    assert evidence_of(RAW.geocode("路灯坏了")) == ""


def test_what_was_seen_often_replaces_the_raw_confidence_and_what_was_not_keeps_it() -> None:
    seen = Calibration({"resolved L3 0.97": Tally(1_000, 900)})
    assert seen.applied(RAW.geocode(SURE)).confidence == pytest.approx(0.9, abs=0.001)
    unseen = RAW.geocode("碣石望海楼市场门口乱摆卖")
    assert seen.applied(unseen) == unseen


def test_a_high_probability_takes_no_decision_from_a_person() -> None:
    seen = Calibration({evidence_of(RAW.geocode(HEARD)): Tally(10_000, 9_999)})
    result = seen.applied(RAW.geocode(HEARD))
    assert result.confidence > 0.99
    assert not result.is_sure


def test_each_of_several_matters_gets_its_own_probability() -> None:
    seen = Calibration({"resolved L3 0.97": Tally(1_000, 900)})
    result = seen.applied(RAW.geocode("一是潭西镇溪美村电线杆倾斜；二是碣石镇上林村公厕没人打扫"))
    assert [part.confidence for part in result.parts] == pytest.approx([0.9, 0.9], abs=0.001)
    assert [one.confidence for one in result.candidates] == [part.confidence for part in result.parts]


def test_a_countys_own_tickets_move_it_and_weigh_more_than_others() -> None:
    texts = [(RAW.geocode(SURE), "441581001214")] * 3 + [(RAW.geocode(SURE), "441581001215")]
    own = Calibration.learned(texts)
    assert own.tallies == {"resolved L3 0.97": Tally(4, 3)}
    both = Calibration({"resolved L3 0.97": Tally(10, 10)}).with_own(own)
    assert both.tallies == {"resolved L3 0.97": Tally(30, 25)}


def test_it_is_kept_in_a_file_and_a_broken_one_is_told(tmp_path: Path) -> None:
    file = tmp_path / "calibration.csv"
    Calibration({"resolved L3 0.97": Tally(3, 2)}).save(file)
    assert Calibration.load(file).tallies == {"resolved L3 0.97": Tally(3, 2)}
    file.write_text("evidence,asked,right\nx,much,little\n")
    with pytest.raises(NotAMapError, match=r"calibration\.csv cannot be read"):
        Calibration.load(file)


def test_probabilities_are_ranked_and_never_more_than_one() -> None:
    for text in (SURE, HEARD, "草洋村自来水发黄", "竹林村路灯不亮", "南塘镇圆新社区下水道堵塞"):
        shares = [candidate.confidence for candidate in GEOCODER.geocode(text).candidates]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1.0 + 1e-9
