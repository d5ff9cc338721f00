"""Borders change: previewed and applied on the command line, with the old answer kept for old days."""

import shutil
import signal
import subprocess
import sys
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


def test_what_is_exported_is_changed_and_given_back(workspace: Path, tmp_path: Path) -> None:
    here = ("--workspace", workspace)
    file = tmp_path / "areas.gpkg"
    assert geo_service("areas", "export", file, *here).code == 0
    again = geo_service("areas", "export", file, *here)
    assert again.code == 2
    assert "已经存在" in again.err
    same = geo_service("areas", "preview", file, *here, "--json").report
    assert same["done"]["units that change"] == 0
    assert "没有变化" in same["notes"][0]["told"]
    shifted = geo_service("areas", "preview", file, "--datum", "gcj02", *here)
    assert shifted.code == 2
    assert "请去掉 --datum gcj02" in " ".join(shifted.err.split())


def test_an_old_day_is_asked_in_words_and_by_coordinate(workspace: Path, tmp_path: Path) -> None:
    here = ("--workspace", workspace)
    merged = draw(tmp_path / "m.geojson", B=None, A=shape_of("A").union(shape_of("B")))
    assert geo_service("areas", "apply", merged, *here).code == 0
    for asked in ("东海街道炎龙村路灯不亮", f"{IN_THE_NORTH.lon},{IN_THE_NORTH.lat}"):
        old = geo_service("areas", "at", asked, "--on", "2026-01-11", *here, "--json").report
        new = geo_service("areas", "at", asked, *here, "--json").report
        assert (old["village"], new["village"]) == ("炎龙村", "向阳社区")
        assert "自 2026-01-12 起，炎龙村原有范围的 100 % 归向阳社区（441581001004）" in old["told"]
    told = geo_service("areas", "at", "东海街道炎龙村路灯不亮", *here, "--lang", "en").out
    assert "炎龙村 is the former name of 向阳社区" in " ".join(told.split())
    swapped = geo_service("areas", "at", f"{IN_THE_NORTH.lat},{IN_THE_NORTH.lon}", *here)
    assert swapped.code == 2
    assert "经度在前" in swapped.err


def test_an_apply_that_was_killed_is_finished_by_the_next(workspace: Path, drawing: Path) -> None:
    before = (workspace / "areas.gpkg").stat().st_mtime_ns
    command = [
        Path(sys.executable).with_name("geo-service"),
        "areas",
        "apply",
        drawing,
        "--workspace",
        workspace,
    ]
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL) as killed:
        while killed.poll() is None and (workspace / "areas.gpkg").stat().st_mtime_ns == before:
            continue
        killed.send_signal(signal.SIGKILL)
    report = geo_service("areas", "apply", drawing, "--workspace", workspace, "--json").report
    held = AreasHistory.load(workspace / "areas.gpkg").on(None).locate(IN_THE_NORTH)
    assert held is not None
    assert held.code == CODES["A"]
    if killed.returncode == -signal.SIGKILL and report["moves"]:
        assert [move["number"] for move in report["moves"]] == ["A1"]
    last = geo_service("areas", "apply", drawing, "--workspace", workspace, "--json").report
    assert (last["moves"], last["done"]["units that change"]) == ([], 0)
