"""Borders change: previewed and applied on the command line, with the old answer kept for old days."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from boundaries import AreasHistory
from tests.journey.command import geo_service
from tests.toy_county import CODES, shape_of
from tests.workflow.conftest import toy_workspace as toy_workspace  # noqa: PLC0414 - the fixture itself
from tests.workflow.test_redrawing import IN_THE_NORTH, NORTH_OF_B, draw


@pytest.fixture
def workspace(toy_workspace: Path, tmp_path: Path) -> Path:
    """Return a copy of the toy county with one ticket in the north of village B, located and assigned."""
    folder = tmp_path / "w"
    shutil.copytree(toy_workspace, folder, ignore=shutil.ignore_patterns("*.db*"))
    file = tmp_path / "one.csv"
    file.write_text(
        "工单编号,受理时间,诉求内容,经度,纬度,坐标系\n"
        f"A1,2026-01-08 09:00,这里路灯不亮,{IN_THE_NORTH.lon},{IN_THE_NORTH.lat},WGS84\n",
        encoding="utf-8",
    )
    for words in (("import", file), ("geocode",), ("assign",)):
        assert geo_service(*words, "--workspace", folder).code == 0
    return folder


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    """Return a drawing in which A gets the north of B."""
    return draw(
        tmp_path / "new.geojson",
        A=shape_of("A").union(NORTH_OF_B),
        B=shape_of("B").difference(NORTH_OF_B),
    )


def test_preview_lists_and_apply_moves(workspace: Path, drawing: Path) -> None:
    here = ("--workspace", workspace)
    shown = geo_service("areas", "preview", drawing, "--from", "2026-01-12", *here)
    assert shown.code == 0
    told = "".join(shown.out.split())
    assert "要转移的工单" in told
    assert "炎龙村" in told
    assert "向阳社区" in told
    assert not AreasHistory.load(workspace / "areas.gpkg").days
    applied = geo_service("areas", "apply", drawing, *here, "--json").report
    (move,) = applied["moves"]
    assert (move["number"], move["from_code"], move["to_code"]) == ("A1", CODES["B"], CODES["A"])
    assert "2026-01-12" in move["told"]
    history = AreasHistory.load(workspace / "areas.gpkg")
    held = [history.on(date(2026, 1, day)).locate(IN_THE_NORTH) for day in (11, 12)]
    assert [area.code for area in held if area] == [CODES["B"], CODES["A"]]


def test_a_drawing_from_before_the_last_one_is_refused(workspace: Path, drawing: Path) -> None:
    here = ("--workspace", workspace)
    assert geo_service("areas", "apply", drawing, "--from", "2026-02-01", *here).code == 0
    ran = geo_service("areas", "preview", drawing, "--from", "2026-01-20", *here, "--lang", "en")
    assert ran.code == 2
    assert "2026-02-01" in ran.err


def test_a_file_that_is_no_map_changes_nothing(workspace: Path, tmp_path: Path) -> None:
    before = (workspace / "areas.gpkg").read_bytes()
    letter = tmp_path / "letter.geojson"
    letter.write_text("亲爱的同志们", encoding="utf-8")
    ran = geo_service("areas", "apply", letter, "--workspace", workspace)
    assert ran.code == 2
    assert "letter.geojson" in ran.err
    assert (workspace / "areas.gpkg").read_bytes() == before
