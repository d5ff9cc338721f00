"""A workspace is made whole, or not at all."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import Datum, OsmNode, OsmWay, WrongDatumError, from_wgs84, write_osm
from geo_service.errors import WorkspaceError
from geo_service.services import Services
from geo_service.settings import Settings, Workspace
from geo_service.workflow.foundation import Sources, make_workspace
from tests.toy_county import place_in, toy_areas

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


def test_a_new_drawing_is_cleaned_as_the_workspace_was(toy_workspace: Path, tmp_path: Path) -> None:
    drawn = gpd.read_file(toy_workspace.parent / "villages.gpkg")[["code", "name", "geometry"]]
    # C was drawn by another hand: 8 m over its neighbours
    wide = [code.endswith("215") for code in drawn["code"]]
    drawn.loc[wide, "geometry"] = shapely.buffer(drawn.geometry.to_numpy()[wide], 8e-5, join_style="mitre")
    drawn.to_file(tmp_path / "villages.gpkg")
    dirty = replace(sources(toy_workspace), areas=tmp_path / "villages.gpkg", clean_m=10.0)
    make_workspace(Workspace(tmp_path / "w"), dirty, SETTINGS)
    services = Services.open(Workspace(tmp_path / "w"))
    assert "clean_m = 10.0" in services.workspace.settings_file.read_text(encoding="utf-8")
    assert services.read_drawing(tmp_path / "villages.gpkg").changes == 0
    assert services.read_drawing(tmp_path / "villages.gpkg", clean_m=0).changes > 0


def test_areas_beside_the_map_are_refused_until_a_person_knows_better(
    toy_workspace: Path, tmp_path: Path
) -> None:
    spots = [(east, north) for east in (-450, 1470) for north in (450, -1600)]
    named = {"A": "向阳社区", "B": "炎龙村", "C": "六驿村", "G": "竹林村", "H": "湖畔村"}
    ways = [OsmNode(number, place_in("A", east_m=300 * number)) for number in (1, 2)]
    places = [
        OsmNode(
            100 + 10 * row + corner,
            place_in(letter, east_m=east, north_m=north),
            {"place": "village", "name": name},
        )
        for row, (letter, name) in enumerate(named.items())
        for corner, (east, north) in enumerate(spots)
    ]
    street = OsmWay(1, (1, 2), [tuple(node.point) for node in ways], {"highway": "residential"})  # type: ignore[arg-type]  # write_osm takes the nodes' own places
    write_osm(tmp_path / "map.osm.pbf", [*ways, *places], [street])
    drawn = toy_areas().villages.reset_index()[["code", "name", "geometry"]]
    moved = shapely.transform(drawn.geometry.to_numpy(), lambda at: from_wgs84(np.asarray(at), Datum.GCJ02))
    drawn.set_geometry(gpd.GeoSeries(moved, crs="EPSG:4326")).to_file(tmp_path / "amap.gpkg")
    given = Sources(tmp_path / "map.osm.pbf", tmp_path / "amap.gpkg")
    with pytest.raises(WrongDatumError, match=r"amap\.gpkg is in another datum.*Give --datum gcj02"):
        make_workspace(Workspace(tmp_path / "w"), given, SETTINGS)
    assert not (tmp_path / "w").exists()
    make_workspace(Workspace(tmp_path / "w"), replace(given, datum=Datum.GCJ02), SETTINGS)
    make_workspace(Workspace(tmp_path / "v"), replace(given, trust_datum=True), SETTINGS)
