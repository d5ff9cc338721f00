"""The index of names: every name found, the same whatever the order, one file that is whole or refused."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries import BadRegisterError, NationIndex, NotAMapError
from boundaries.names import fold_name
from boundaries.nation_spellings import SpellingIndex, Spelt, spelling_arrays
from boundaries.nation_units import Tier
from tests.boundaries.lufeng_names import GAZETTEER, LUFENG
from tests.boundaries.small_nation import ROWS

INDEX = NationIndex.build(ROWS)

words = st.text(alphabet="村镇新华城关河东石桥", min_size=1, max_size=6)


def names(index: NationIndex, text: str) -> set[tuple[int, int, str]]:
    """Return where names stand in a text, and the codes of what bears them."""
    return {(hit.start, hit.end, index.units.code(int(row))) for hit in index.find(text) for row in hit.rows}


def test_it_finds_the_units_that_the_county_itself_finds() -> None:
    text = "陆丰市金厢镇下埔村与碣石镇新酉社区、东海镇乌坎村之间"
    alone = {
        (hit.start, hit.end, place.code)
        for hit in GAZETTEER.find(text)
        for place in hit.places
        if place.code in LUFENG
    }
    assert {found for found in names(INDEX, text) if found[2] in LUFENG} == alone
    assert alone


def test_each_unit_knows_what_it_lies_in() -> None:
    units = INDEX.units
    row, behind = units.below("990102002202")
    assert behind == row + 1
    assert [units.name(units.of(row, tier)) for tier in list(Tier)[:4]] == [
        "样本省",
        "样本市",
        "乙丑县",
        "河东乡",
    ]
    assert units.division(row).display_name == "独一无二村"


def test_the_order_of_the_rows_makes_no_difference(tmp_path: Path) -> None:
    shuffled = list(ROWS)
    Random(1).shuffle(shuffled)  # noqa: S311 - an order
    INDEX.save(tmp_path / "one")
    NationIndex.build(shuffled).save(tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@given(st.lists(words, min_size=1), st.text(alphabet="村镇新华城关河东石桥，a", max_size=30))
def test_exactly_the_spellings_in_a_text_are_found_even_when_numbers_collide(
    spelt: list[str], text: str
) -> None:
    long_enough = {word for word in spelt if len(word) > 1}
    wanted = {
        (start, start + len(word))
        for word in long_enough
        for start in range(len(text))
        if text.startswith(word, start)
    }
    for bits in (64, 3):
        index = SpellingIndex(spelling_arrays([Spelt(word, 0, 0) for word in spelt], bits), bits)
        assert {(hit.start, hit.end) for hit in index.find(text)} == wanted


def test_names_that_are_read_alike_are_known_county_by_county() -> None:
    (county,) = (row for code, row in INDEX.units.counties.items() if code == "441581")
    for core in {"下浦", *(unit.core_name for unit in LUFENG.villages()[::9])}:
        name = fold_name(core)
        alike = {INDEX.units.code(row) for row in INDEX.read_like(name, county)}
        assert alike == {place.code for place in GAZETTEER.units_read_like(name)}


def test_a_saved_index_opens_and_finds_the_same(tmp_path: Path) -> None:
    INDEX.save(tmp_path / "nation.index")
    text = "乙丑县城关镇新华村"
    assert names(NationIndex.open(tmp_path / "nation.index"), text) == names(INDEX, text)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda whole: whole[:-100], "is not whole"),
        (lambda whole: whole[:50], "of this version"),
        (lambda whole: whole.replace(b"geo-service nation 2", b"geo-service nation 1"), "of this version"),
        (lambda _: b"", "cannot be opened"),
        (lambda _: b"PK\x03\x04" * 2000, "of this version"),
    ],
)
def test_a_file_that_is_not_a_whole_one_of_ours_is_refused_and_built_anew(
    tmp_path: Path, damage: object, said: str
) -> None:
    path = tmp_path / "nation.index"
    INDEX.save(path)
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(NotAMapError, match=said):
        NationIndex.open(path)
    assert names(NationIndex.kept(path, lambda: ROWS), "新华村")
    assert names(NationIndex.open(path), "新华村")


def test_a_kept_index_does_not_ask_for_the_list_again(tmp_path: Path) -> None:
    path = tmp_path / "nation.index"
    NationIndex.kept(path, lambda: ROWS)
    assert len(NationIndex.kept(path, list).units) == len(INDEX.units)


def test_counties_that_the_list_does_not_name_are_called_as_everywhere() -> None:
    index = NationIndex.build([{"code": "441581101", "name": "金厢镇"}])
    assert {index.units.name(row) for row in range(len(index.units))} == {
        "广东省",
        "汕尾市",
        "陆丰市",
        "金厢镇",
    }
    assert index.units.counties == {"441581": 2}


def test_a_list_of_nothing_finds_nothing() -> None:
    assert not list(NationIndex.build([]).find("新华村"))


def test_a_code_of_two_units_is_refused() -> None:
    with pytest.raises(BadRegisterError, match="990101001201"):
        NationIndex.build([*ROWS, {"code": "990101001201", "name": "旧华村委会"}])


def test_everything_is_integers() -> None:
    parts = [part._asdict() for part in INDEX._arrays]
    kinds = {name: array.dtype.kind for part in parts for name, array in part.items()}
    assert kinds.pop("codes") == "S"
    assert set(kinds.values()) <= {"i", "u"}
    assert np.all(np.diff(INDEX._arrays[1].numbers.astype(object)) >= 0)
