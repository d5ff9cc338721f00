"""The memory: what confirmed tickets teach, what is forgotten, and what is never learnt."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from boundaries import Areas, LonLat
from boundaries.addresses import read_address
from boundaries.errors import BadMemoryError
from boundaries.matter_words import matter_words
from boundaries.memory_answers import MemoryAnswer
from boundaries.memory_evidence import Channel
from boundaries.memory_weights import EvidenceKind, MemoryWeights, shipped_weights
from boundaries.text_features import read_features
from boundaries.text_memory import TextMemory
from geo_service.i18n import Language, tell
from tests.benchmarks.nearest_memory import NearestTexts
from tests.boundaries.small_map import GAZETTEER
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, toy_areas

AREAS = toy_areas()
SPRING, AUTUMN = date(2025, 3, 1), date(2025, 10, 1)


@dataclass(frozen=True)
class Ticket:
    """One confirmed ticket."""

    text: str
    point: LonLat
    number: str
    day: date = SPRING


TICKETS = (
    Ticket("东海街道新华路12号烧烤油烟", place_in("A", east_m=-200), "T1"),
    Ticket("东海街道新华路20号占道经营", place_in("A", east_m=-150), "T2"),
    Ticket("东海街道新华路与人民路交界井盖破损", place_in("A", east_m=100), "T3"),
    Ticket("东海街道龙福路1号路灯不亮", place_in("A", east_m=400), "T4"),
    Ticket("东海街道龙福路99号路灯不亮", place_in("B", east_m=700), "T5"),
    Ticket("东海街道望海楼市场门口摊贩乱摆卖", place_in("B", north_m=200), "T6"),
    Ticket("湖东镇渔港路垃圾成堆", place_in("K"), "T7", AUTUMN),
    Ticket("湖东镇渔港路污水", place_in("K", east_m=80), "T8", AUTUMN),
)


def learnt(*tickets: Ticket) -> TextMemory:
    """Return a memory of some tickets."""
    return TextMemory.learn(
        [one.text for one in tickets],
        np.array([one.point for one in tickets]).reshape(-1, 2),
        [one.number for one in tickets],
        [one.day for one in tickets],
    )


MEMORY = learnt(*TICKETS)


def first(answer: MemoryAnswer) -> str:
    """Return the letter of the likeliest village; empty when there is none."""
    code = next(iter(answer.shares), "")
    return next((letter for letter, known in CODES.items() if known == code), "")


def test_a_street_is_remembered() -> None:
    answer = MEMORY.predict("湖东镇渔港路有人乱倒垃圾", AREAS)
    assert first(answer) == "K"
    assert answer.kind is EvidenceKind.ROAD
    assert {w.reference for w in answer.witnesses} == {"T7", "T8"}


def test_a_landmark_is_remembered_by_its_words() -> None:
    assert first(MEMORY.predict("望海楼市场周边摊贩多", AREAS)) == "B"


def test_a_house_number_lies_near_those_next_to_it() -> None:
    low, high = (MEMORY.predict(f"东海街道龙福路{number}号", AREAS) for number in (3, 95))
    assert (first(low), first(high)) == ("A", "B")
    assert low.kind is high.kind is EvidenceKind.NUMBER
    assert low.point is not None
    assert high.point is not None
    assert low.point.lon < high.point.lon


def test_two_streets_meet_where_they_met_before() -> None:
    answer = MEMORY.predict("人民路、新华路路口红绿灯坏了，在东海街道", AREAS)
    assert (first(answer), answer.kind) == ("A", EvidenceKind.CROSSING)
    assert answer.point is not None
    east, north = (
        AREAS.projection.to_metres(np.array([answer.point]))[0]
        - AREAS.projection.to_metres(np.array([TICKETS[2].point]))[0]
    )
    assert np.hypot(east, north) < 150


def test_traditional_characters_and_full_width_numbers_are_the_same_street() -> None:
    assert first(MEMORY.predict("東海街道龍福路９５號", AREAS)) == "B"


def test_the_odds_are_odds() -> None:
    for ticket in TICKETS:
        shares = list(MEMORY.predict(ticket.text, AREAS).shares.values())
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-9


def test_the_credible_set_is_the_smallest_that_holds_enough() -> None:
    answer = MEMORY.predict("东海街道有噪音", AREAS)
    chosen = answer.credible(0.9)
    assert sum(answer.shares[code] for code in chosen) >= 0.9
    assert sum(answer.shares[code] for code in chosen[:-1]) < 0.9


def test_what_nothing_is_remembered_of_has_no_answer() -> None:
    answer = MEMORY.predict("请问医保怎么报销", AREAS)
    assert (answer.point, answer.confidence, dict(answer.shares)) == (None, 0.0, {})
    assert dict(learnt().predict("东海街道新华路", AREAS).shares).keys() <= set(CODES.values())


def test_a_town_nobody_spoke_of_yet_is_known_from_the_map() -> None:
    answer = MEMORY.predict("河西街道大榕树下", AREAS)
    assert set(list(answer.shares)[:2]) == {CODES["G"], CODES["H"]}
    assert answer.shares[CODES["G"]] + answer.shares[CODES["H"]] > 0.9
    assert answer.confidence < 0.9


@pytest.mark.parametrize(
    "text", ["", " \n", "🙂" * 50, "<b>新华路</b>", "新华路" * 40_000, "\x00\x07", "一" * 999]
)
def test_odd_texts_are_answered(text: str) -> None:
    assert 0 <= MEMORY.predict(text, AREAS).confidence <= 1


def test_a_forgotten_ticket_leaves_no_trace() -> None:
    less = MEMORY.without("T7", "T8")
    assert len(less) == len(TICKETS) - 2
    assert not {w.reference for w in less.predict("湖东镇渔港路", AREAS).witnesses} & {"T7", "T8"}
    again = learnt(*TICKETS[:6])
    assert less.predict("湖东镇渔港路", AREAS) == again.predict("湖东镇渔港路", AREAS)
    assert len(MEMORY) == len(TICKETS)


def test_old_tickets_expire() -> None:
    assert [str(name) for name in MEMORY.since(AUTUMN).tickets.references] == ["T7", "T8"]
    assert MEMORY.last_seen("T7") == AUTUMN
    assert MEMORY.since(AUTUMN).last_seen("T1") is None


def test_two_memories_become_one_and_the_other_word_counts() -> None:
    moved = Ticket("湖东镇渔港路污水", place_in("J"), "T8", AUTUMN)
    both = learnt(*TICKETS[:5], TICKETS[7]).merged(learnt(TICKETS[5], TICKETS[6], moved))
    assert sorted(both.tickets.references.tolist()) == sorted(one.number for one in TICKETS)
    whole = learnt(*TICKETS[:5], TICKETS[5], TICKETS[6], moved)
    assert both.predict("湖东镇渔港路", AREAS) == whole.predict("湖东镇渔港路", AREAS)


def test_a_saved_memory_answers_the_same(tmp_path: Path) -> None:
    MEMORY.save(tmp_path / "memory.npz")
    opened = TextMemory.open(tmp_path / "memory.npz")
    for ticket in TICKETS:
        assert opened.predict(ticket.text, AREAS) == MEMORY.predict(ticket.text, AREAS)


def test_a_damaged_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "memory.npz"
    for content in (b"", b"PK\x03\x04 no archive", b"text"):
        path.write_bytes(content)
        with pytest.raises(BadMemoryError, match=r"memory\.npz"):
            TextMemory.open(path)
    np.savez(path, version=np.array(99))
    with pytest.raises(BadMemoryError, match="another version"):
        TextMemory.open(path)
    with pytest.raises(BadMemoryError):
        TextMemory.open(tmp_path / "none.npz")
    (tmp_path / "weights.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadMemoryError):
        MemoryWeights.open(tmp_path / "weights.json")


def test_no_word_of_a_ticket_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "memory.npz"
    MEMORY.save(path)
    content = path.read_bytes()
    for word in ("新华路", "望海楼", "油烟"):
        for coding in ("utf-8", "utf-32-le", "utf-16-le", "gbk"):
            assert word.encode(coding) not in content


def test_the_door_of_a_home_is_not_learnt() -> None:
    home = Ticket("我家住在东海街道凤凰路7号2栋301室，楼上漏水", place_in("D", east_m=37, north_m=41), "H1")
    shop = Ticket("东海街道凤凰路8号商店油烟", home.point, "S1")
    kept = learnt(home).tickets
    assert not kept.tokens.number.any()
    moved = AREAS.projection.to_metres(kept.points) - AREAS.projection.to_metres(np.array([home.point]))
    assert 10 < np.hypot(*moved[0]) < 75
    assert learnt(shop).tickets.tokens.number.any()
    assert learnt(shop).tickets.points[0].tolist() == list(shop.point)


def test_phones_people_and_the_callers_own_place_are_not_learnt() -> None:
    told = read_features("我是河西街道竹林村人，王女士13800001234，反映东海街道新华路油烟")
    assert told.town == "东海街道"
    assert not any(secret in told.rest for secret in ("13800001234", "王女士", "竹林"))


@pytest.mark.parametrize(
    ("text", "kept", "left_out"),
    [
        ("我住在炎龙村，反映新华路油烟扰民", "新华路", "炎龙"),
        ("家住六驿村，望海楼市场门口摊贩多", "望海楼市场", "六驿"),
    ],
)
def test_the_memory_learns_the_words_of_the_matter_only(text: str, kept: str, left_out: str) -> None:
    words = matter_words(read_address(text, GAZETTEER))
    assert kept in words
    assert left_out not in words


def test_a_text_that_names_only_the_callers_home_teaches_nothing() -> None:
    assert not matter_words(read_address("本人住在炎龙村，医保断缴怎么办", GAZETTEER))
    assert matter_words(read_address("炎龙村路灯不亮", GAZETTEER)) == "炎龙村路灯不亮"


def test_points_that_are_none_are_not_learnt() -> None:
    assert len(learnt(TICKETS[0], Ticket("新华路", LonLat(np.nan, 23.0), "T9"))) == 1
    with pytest.raises(ValueError, match="equally many"):
        TextMemory.learn(["新华路"], np.zeros((2, 2)), ["T1"], [SPRING])


def test_every_answer_says_why_by_the_tickets_numbers() -> None:
    answer = MEMORY.predict("湖东镇渔港路有人乱倒垃圾", AREAS)
    assert answer.because
    for reason in answer.because:
        chinese = tell(reason, Language.ZH_CN)
        assert chinese
        assert chinese != reason.text()
    assert any("T7" in reason.text() for reason in answer.because)
    assert all(w.metres < 2000 for w in answer.witnesses)


def test_vague_words_widen_the_spot() -> None:
    exact, vague = (MEMORY.predict(f"东海街道望海楼市场{w}", AREAS) for w in ("门口", "附近"))
    assert vague.sigma_m >= 50
    assert exact.sigma_m > 0


def test_the_same_tickets_give_the_same_weights() -> None:
    texts = [one.text for one in TICKETS]
    once, again = (MEMORY.fitted(texts, AREAS, origin="test").weights for _ in range(2))
    assert once.worth[Channel.ROAD].tolist() == again.worth[Channel.ROAD].tolist()
    assert once.kinds[EvidenceKind.ROAD].slopes.tolist() == again.kinds[EvidenceKind.ROAD].slopes.tolist()
    with pytest.raises(ValueError, match="as many texts"):
        MEMORY.fitted(texts[1:], AREAS)


def test_the_shipped_weights_say_how_they_were_made() -> None:
    weights = shipped_weights()
    assert "bench_memory" in weights.origin
    for kind in weights.kinds.values():
        assert (np.diff(kind.right) >= 0).all()
        assert (np.diff(kind.confidences) > 0).all()
    assert all((scales.sum(axis=1) <= 1 + 1e-4).all() for scales in weights.scales.values())


def taipei() -> tuple[Areas, list[tuple[str, LonLat, str]]]:
    """Return the villages of one real city, and its incidents: text, point, village."""
    drawn = gpd.read_parquet(shared("geocode/tw_villages.parquet"))
    drawn = drawn[drawn.COUNTYNAME == "台北市"]
    frame = {
        "code": drawn.VILLCODE,
        "name": drawn.VILLNAME,
        "town_code": drawn.TOWNCODE,
        "town_name": drawn.TOWNNAME,
    }
    areas = Areas.from_frames(
        gpd.GeoDataFrame(frame, geometry=drawn.geometry.make_valid(), crs="EPSG:4326"), None
    )
    with shared("geocode/tw_incidents_open.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["COUNTYNAME"] == "台北市"]
    told = {r["location_text"]: (LonLat(float(r["lon"]), float(r["lat"])), r["VILLCODE"]) for r in rows}
    return areas, [(text, point, village) for text, (point, village) in told.items()]


def share_of_hits(found: Sequence[str], asked: Sequence[tuple[str, LonLat, str]]) -> float:
    """Return how often the first village was right."""
    return float(np.mean([code == village for code, (_, _, village) in zip(found, asked, strict=True)]))


def test_a_real_city_is_remembered_better_than_by_the_nearest_text() -> None:
    areas, told = taipei()
    asked, known = told[::5], [one for number, one in enumerate(told) if number % 5]
    memory = learnt(*(Ticket(text, point, str(number)) for number, (text, point, _) in enumerate(known)))
    answers = memory.predict_many([text for text, _, _ in asked], areas)
    peer = NearestTexts([text for text, _, _ in known], [village for _, _, village in known])
    nearest = [next(iter(found), "") for found in peer.answers([text for text, _, _ in asked])]
    ours = share_of_hits([next(iter(answer.shares), "") for answer in answers], asked)
    assert ours > share_of_hits(nearest, asked) + 0.03
    held = [village in answer.credible(0.9) for answer, (_, _, village) in zip(answers, asked, strict=True)]
    assert np.mean(held) > 0.8
