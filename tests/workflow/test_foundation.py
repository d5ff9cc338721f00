"""A workspace is made whole, or not at all."""

from pathlib import Path

import pytest

from geo_service.errors import WorkspaceError
from geo_service.services import Services
from geo_service.settings import Settings, Workspace
from geo_service.workflow.foundation import Sources, make_workspace

SETTINGS = Settings(name="陆丰市")


def sources(toy_workspace: Path) -> Sources:
    """Return the files the toy workspace was made from."""
    return Sources(toy_workspace.parent / "streets.osm.pbf", toy_workspace.parent / "villages.gpkg")


def test_a_folder_that_cannot_be_made_is_told(toy_workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("一封信", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"w cannot be made: .*letter\.txt is no folder"):
        make_workspace(Workspace(tmp_path / "letter.txt" / "w"), sources(toy_workspace), SETTINGS)


def test_a_name_may_hold_spaces_chinese_and_signs(toy_workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "空 格" / "县?x=1#100%"
    make_workspace(Workspace(folder), sources(toy_workspace), SETTINGS)
    services = Services.open(Workspace(folder))
    tickets = tmp_path / "tickets.csv"
    tickets.write_text("工单编号,受理时间,诉求内容\nA1,2026-01-05 09:00,炎龙村路灯不亮\n", encoding="utf-8")
    assert services.import_tickets(tickets).done["imported"] == 1
    services.geocode()
    services.database.close()
    assert (folder / "geo-service.db").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tickets.csv", "空 格"]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_making_that_is_cut_off_leaves_nothing(toy_workspace: Path, tmp_path: Path) -> None:
    def power_fails(done: int, _total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_workspace(Workspace(tmp_path / "w"), sources(toy_workspace), SETTINGS, progress=power_fails)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_making_left_behind_does_not_stop_the_next(toy_workspace: Path, tmp_path: Path) -> None:
    left = tmp_path / ".w.unfinished"
    left.mkdir()
    (left / "settings.toml").write_text("name = 'half'", encoding="utf-8")
    make_workspace(Workspace(tmp_path / "w"), sources(toy_workspace), SETTINGS)
    assert Workspace(tmp_path / "w").read_settings().name == "陆丰市"
    assert [path.name for path in tmp_path.iterdir()] == ["w"]
