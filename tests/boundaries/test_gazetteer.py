"""The names of a county from its register and its map, and the file that keeps them."""

from pathlib import Path

import pytest

from boundaries import Gazetteer, NotAMapError
from boundaries.named_places import NamedPlace, NameKind
from tests.boundaries.lufeng_names import GAZETTEER as LUFENG
from tests.boundaries.small_map import AREAS, DIVISIONS, GAZETTEER, MAP
from tests.toy_county import CODES


def place(name: str, kind: NameKind) -> NamedPlace:
    """Return the one place of the small map with a name."""
    (found,) = (one for one in GAZETTEER.all_places if one.name == name and one.kind is kind)
    return found


def found(gazetteer: Gazetteer, text: str) -> set[tuple[str, str]]:
    """Return the words found in a text and what they are."""
    return {
        (text[hit.start : hit.end], place.kind.value) for hit in gazetteer.find(text) for place in hit.places
    }


def test_the_county_is_that_of_most_units() -> None:
    assert LUFENG.county_code == "441581"


def test_every_unit_of_lufeng_can_be_found_by_its_name() -> None:
    units = [one for one in LUFENG.all_places if one.kind is NameKind.UNIT]
    assert len(units) == 360
    # placeholders of forest farms bear the farm's name, which is a town's
    assert {one.category for one in units if not one.spellings} == {"virtual"}


def test_old_and_spoken_names_of_towns_are_known() -> None:
    assert ("东海镇", "town") in found(LUFENG, "东海镇乌坎村")
    assert ("星都开发区", "town") in found(LUFENG, "星都开发区国道边")


def test_neighbours_are_outside_and_the_own_county_is_not() -> None:
    words = found(LUFENG, "陆丰市和海丰县梅陇镇")
    assert {("陆丰市", "home"), ("海丰县", "outside"), ("梅陇镇", "outside")} <= words


def test_a_landmark_is_known_by_its_short_names() -> None:
    words = found(GAZETTEER, "龙山中学和陆丰三小")
    assert {("龙山中学", "landmark"), ("陆丰三小", "landmark")} <= words


def test_a_landmark_knows_the_village_that_holds_it() -> None:
    market = place("望海楼市场", NameKind.LANDMARK)
    assert (market.code, market.category, market.reach_m) == (CODES["B"], "market", 150.0)


def test_a_village_of_the_map_that_is_a_unit_is_no_hamlet() -> None:
    assert {one.name for one in GAZETTEER.all_places if one.kind is NameKind.HAMLET} == {"径仔"}


def test_a_street_knows_through_which_villages_it_runs() -> None:
    shares = dict(place("龙福路", NameKind.ROAD).units)
    assert set(shares) == {CODES["A"], CODES["B"]}
    assert shares[CODES["B"]] > 0
    assert list(dict(place("解放路", NameKind.ROAD).units)) == [CODES["C"]]


def test_named_centres_are_landmarks_hamlets_and_crossings() -> None:
    centres = GAZETTEER.places()
    assert centres.crs.to_epsg() == 4326
    kinds = dict(zip(centres["name"], centres["kind"], strict=True))
    assert kinds["望海楼市场"] == "market"
    assert kinds["径仔"] == "hamlet"
    assert kinds["人民路与新华路路口"] == "junction"
    crossing = centres[centres["kind"] == "junction"].iloc[0]
    assert (crossing["unit_code"], crossing["town_code"]) == (CODES["A"], "441581001")


def test_homophones_are_looked_for_in_one_town() -> None:
    same, close = LUFENG.units_that_sound_like("圆新", "441581107")
    assert [unit.name for unit in same] == ["元新社区"]
    assert [unit.name for unit in close] == ["元兴社区"]
    assert LUFENG.units_that_sound_like("圆新", "441581001") == ([], [])


def test_a_gazetteer_comes_back_from_its_file(tmp_path: Path) -> None:
    GAZETTEER.save(tmp_path / "gazetteer.parquet")
    again = Gazetteer.load(tmp_path / "gazetteer.parquet")
    assert again.county_code == GAZETTEER.county_code
    assert [(p.kind, p.name, p.code, p.spellings, p.units) for p in again.all_places] == [
        (p.kind, p.name, p.code, p.spellings, p.units) for p in GAZETTEER.all_places
    ]
    assert again.places().geometry.geom_equals(GAZETTEER.places().geometry).all()
    assert [path.name for path in tmp_path.iterdir()] == ["gazetteer.parquet"]


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("one.parquet", "two.parquet"):
        Gazetteer.build(MAP, DIVISIONS, AREAS).save(tmp_path / name)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_another_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.parquet"
    wrong.write_text("no parquet", encoding="utf-8")
    with pytest.raises(NotAMapError, match="cannot be opened"):
        Gazetteer.load(wrong)
    AREAS.villages.drop(columns="geometry").to_parquet(wrong)
    with pytest.raises(NotAMapError, match="make it again with init"):
        Gazetteer.load(wrong)
