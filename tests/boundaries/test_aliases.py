"""Other names: of what kind, where, since when, who says so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from boundaries import BadRegisterError, Gazetteer, Geocoder
from boundaries.aliases import AliasKind, read_aliases, shipped_aliases
from boundaries.named_places import Wording
from tests.boundaries.small_map import AREAS, DIVISIONS, GAZETTEER
from tests.toy_county import CODES

HEADER = "code,place,alias,kind,scope,valid_from,valid_to,source,why"
MARKET = ",望海楼市场,海楼早市,spoken,441581001,2025-01-01,,东海街道办事处 2026,早上摆摊的人这么叫（模拟）"
FORMER = f"{CODES['C']},,六驿大寨村,former,441581,,2020-01-01,地名志,旧称（模拟）"


def table(path: Path, *lines: str) -> Path:
    """Write a county's own table."""
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_every_shipped_alias_says_its_kind_and_source() -> None:
    assert {alias.kind for alias in shipped_aliases()} >= {
        AliasKind.SPOKEN,
        AliasKind.FORMER,
        AliasKind.OFFICE,
    }
    assert all(alias.source and alias.scope == "441581" for alias in shipped_aliases())


def test_a_landmark_answers_to_its_other_name(tmp_path: Path) -> None:
    GAZETTEER.save(tmp_path / "gazetteer.parquet")
    table(tmp_path / "aliases.csv", MARKET)
    geocoder = Geocoder(Gazetteer.load(tmp_path / "gazetteer.parquet"), AREAS, DIVISIONS)
    assert geocoder.geocode("海楼早市门口占道").candidates[0].unit_code == CODES["B"]


def test_an_alias_outlives_a_new_drawing(tmp_path: Path) -> None:
    named = GAZETTEER.with_aliases(read_aliases(table(tmp_path / "a.csv", MARKET))).resited(DIVISIONS, AREAS)
    assert named.find("海楼早市")


def test_a_name_holds_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    (alias,) = read_aliases(table(tmp_path / "a.csv", FORMER))
    assert alias.holds_on(date(2019, 12, 31))
    assert not alias.holds_on(date(2020, 1, 1))
    assert not alias.holds_on(None)
    then = GAZETTEER.with_aliases([alias], date(2019, 1, 1)).find("六驿大寨村")
    assert Wording.OLD in {hit.wording for hit in then}
    assert not [hit for hit in GAZETTEER.with_aliases([alias]).find("六驿大寨村") if hit.end - hit.start > 3]


def test_an_alias_of_one_town_is_none_of_another(tmp_path: Path) -> None:
    (alias,) = read_aliases(table(tmp_path / "a.csv", MARKET))
    elsewhere = replace(alias, scope="441581103")
    assert not GAZETTEER.with_aliases([elsewhere]).find("海楼早市")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{CODES['B']},,金龙花园3栋501室,spoken,441581,,,某人,", "row 2, alias: 金龙花园3栋501室 cannot be"),
        (f"{CODES['B']},,新华路35号,spoken,441581,,,某人,", "row 2, alias: 新华路35号 cannot be"),
        (f"{CODES['B']},,老寨,nickname,441581,,,某人,", "row 2, kind: nickname cannot be"),
        (f"{CODES['B']},,老寨,spoken,441581,去年,,某人,", "right would be 2026-03-01"),
        (f"{CODES['B']},,老寨,spoken,441581,,,,", "row 2, source"),
        (",,老寨,spoken,441581,,,某人,", "row 2, code"),
        ("441581001214,,老寨", "the column kind is missing"),
    ],
)
def test_a_bad_row_is_told_and_nobodys_door_is_an_alias(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BadRegisterError, match=said):
        read_aliases(table(tmp_path / "a.csv", line))
