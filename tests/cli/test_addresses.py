"""A county is made with its own list of addresses (模拟), and a caller's house number is found."""

from pathlib import Path

import pytest

from boundaries import Datum
from tests.boundaries.invented_addresses import HEADER, address, rows, write_csv
from tests.journey.command import Ran, geo_service
from tests.toy_county import CODES, place_in


def made(toy_workspace: Path, folder: Path, *words: object) -> Ran:
    """Make the toy county's workspace with a list."""
    files = toy_workspace.parent
    osm, areas = files / "streets.osm.pbf", files / "villages.gpkg"
    return geo_service("init", folder, "--osm", osm, "--areas", areas, *words, "--json", "--lang", "en")


def listed(tmp_path: Path) -> Path:
    """Write the list, one row of it in another village than it says."""
    astray = address("东海街道向阳社区新华路999号3栋501室", place_in("K"))
    return write_csv(tmp_path / "标准地址.csv", [astray, *rows()], encoding="gb18030")


def test_a_house_number_is_found_from_the_citys_own_list(toy_workspace: Path, tmp_path: Path) -> None:
    options = ("--addresses", listed(tmp_path), "--addresses-datum", "wgs84")
    ran = made(toy_workspace, tmp_path / "w", *options)
    assert ran.code == 0, ran.out
    assert ran.report["done"]["addresses used"] == len(list(rows()))
    (problem,) = ran.report["problems"]
    assert (problem["row"], problem["column"], problem["is_left_out"]) == (2, "经度", True)
    assert "501" not in ran.out
    words = ("--workspace", tmp_path / "w", "--json", "--lang", "en")
    asked = geo_service("geocode", "--explain", "东海街道建设路12号门口积水", *words).report
    (found,) = asked["candidates"]
    assert (found["unit_code"], found["level"], asked["is_sure"]) == (CODES["B"], "POINT", True)
    told = geo_service(
        "geocode", "--explain", "金龙花园3栋电梯坏了", "--workspace", tmp_path / "w", "--lang", "zh_CN"
    )
    assert "标准地址库中金龙花园的地址有 100% 在同一个村（社区）" in told.out


def test_a_list_without_its_datum_makes_no_workspace(toy_workspace: Path, tmp_path: Path) -> None:
    ran = made(toy_workspace, tmp_path / "w", "--addresses", listed(tmp_path))
    assert ran.code != 0
    assert "--addresses-datum" in ran.out
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("word", "said"), [("门牌", "names no column"), ("address=没有", "has no column 没有")]
)
def test_a_column_that_is_not_there_is_told(
    toy_workspace: Path, tmp_path: Path, word: str, said: str
) -> None:
    options = ("--addresses", listed(tmp_path), "--addresses-datum", "wgs84", "--address-column", word)
    ran = made(toy_workspace, tmp_path / "w", *options)
    assert ran.code != 0
    assert said in ran.out


def test_a_header_may_name_the_datum(toy_workspace: Path, tmp_path: Path) -> None:
    header = (HEADER[0], "经度", "纬度", "坐标系")
    lines = [(*line[:3], "高德") for line in rows()]
    path = write_csv(tmp_path / "list.csv", lines, header, datum=Datum.GCJ02)
    ran = made(toy_workspace, tmp_path / "w", "--addresses", path)
    assert ran.code == 0, ran.out
    assert ran.report["problems"] == []
