"""Bad input: one clear sentence that says what to do, exit code 2, and nothing half-written."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import LonLat, OsmNode, OsmWay, write_osm
from tests.journey.command import Ran, geo_service
from tests.shared_data import shared

STREETS = "osm/guixi_jiangxi_2024-11.osm.pbf"
TOWNS = "boundaries/guixi_osm_admin8_clipped_to_bbox.geojson"


def init(folder: Path, *, osm: Path | None = None, areas: Path | None = None, lang: str = "zh_CN") -> Ran:
    """Try to make a workspace, by default from Guixi's files."""
    osm, areas = osm or shared(STREETS), areas or shared(TOWNS)
    return geo_service("init", folder, "--osm", osm, "--areas", areas, "--lang", lang)


def refused(ran: Ran, folder: Path, *words: str) -> None:
    """Check that a command failed cleanly and said these words."""
    assert ran.code == 2
    told = "".join(ran.err.split())
    assert not [word for word in words if "".join(word.split()) not in told], ran.err
    assert "Traceback" not in ran.err
    assert not folder.exists()
    assert not list(folder.parent.glob(".*unfinished*"))


def test_a_file_that_is_no_map(tmp_path: Path) -> None:
    letter = tmp_path / "letter.geojson"
    letter.write_text("亲爱的同志们", encoding="utf-8")
    refused(init(tmp_path / "w", areas=letter), tmp_path / "w", "letter.geojson", "GeoPackage")
    refused(init(tmp_path / "w", areas=letter, lang="en"), tmp_path / "w", "is no map file")


def test_an_empty_file(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.geojson"
    nothing.touch()
    refused(init(tmp_path / "w", areas=nothing), tmp_path / "w", "nothing.geojson", "空")


def test_an_osm_file_that_is_none(tmp_path: Path) -> None:
    refused(init(tmp_path / "w", osm=shared(TOWNS)), tmp_path / "w", "OpenStreetMap")


def test_an_osm_file_without_streets(tmp_path: Path) -> None:
    nodes = [OsmNode(n, LonLat(117.2 + n / 1000, 28.3)) for n in range(1, 5)]
    ring = OsmWay(1, (1, 2, 3, 4, 1), np.zeros((5, 2)), {"building": "yes"})
    write_osm(tmp_path / "houses.osm", nodes, [ring])
    refused(init(tmp_path / "w", osm=tmp_path / "houses.osm"), tmp_path / "w", "街道")


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    return gpd.read_file(shared(TOWNS))


def test_areas_without_a_datum(tmp_path: Path, towns: gpd.GeoDataFrame) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the writer warns of exactly what is wanted here
        towns.set_crs(None, allow_override=True).to_file(tmp_path / "towns.gpkg")
    refused(
        init(tmp_path / "w", areas=tmp_path / "towns.gpkg"), tmp_path / "w", "towns.gpkg", "坐标系", "gcj02"
    )


def test_areas_with_swapped_axes(tmp_path: Path, towns: gpd.GeoDataFrame) -> None:
    turned = shapely.transform(towns.geometry.to_numpy(), lambda points: points[:, ::-1])
    towns.set_geometry(gpd.GeoSeries(turned, crs="EPSG:4326")).to_file(tmp_path / "turned.geojson")
    refused(init(tmp_path / "w", areas=tmp_path / "turned.geojson"), tmp_path / "w", "turned.geojson", "经度")


def test_a_folder_that_holds_something_already(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("不要覆盖", encoding="utf-8")
    assert init(full).code == 2
    assert [path.name for path in full.iterdir()] == ["letter.txt"]


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    ran = geo_service("geocode", "--workspace", tmp_path, "--lang", "en")
    assert ran.code == 2
    assert "geo-service init" in ran.err
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "w"
    assert init(folder).code == 0
    return folder


def test_a_spreadsheet_without_a_header_we_know(workspace: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "stock.csv"
    stranger.write_text("品名,数量\n扫帚,3\n", encoding="utf-8")
    ran = geo_service("import", stranger, "--workspace", workspace)
    assert ran.code == 2
    told = "".join(ran.err.split())
    assert "品名" in told
    assert "诉求内容" in told


def test_an_empty_ticket_file(workspace: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.xlsx"
    nothing.touch()
    ran = geo_service("import", nothing, "--workspace", workspace)
    assert ran.code == 2
    assert "nothing.xlsx" in ran.err


def test_bad_rows_are_named_and_good_ones_come_in(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(
        "工单编号,受理时间,诉求内容\n"
        "A1,2026-01-05 09:00,江南路路灯不亮\n"
        "A2,2026-13-45,信江路积水\n"
        "A3,2026-01-05 09:00,\n",
        encoding="utf-8",
    )
    report = geo_service("import", file, "--workspace", workspace, "--json").report
    assert report["done"]["imported"] == 1
    problems = {(problem["row"], problem["column"], problem["value"]) for problem in report["problems"]}
    assert problems == {(3, "受理时间", "2026-13-45"), (4, "诉求内容", "")}


def test_a_datum_nobody_knows(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("工单编号,受理时间,诉求内容\nB1,2026-01-05 09:00,路灯不亮\n", encoding="utf-8")
    ran = geo_service("import", file, "--datum", "mars", "--workspace", workspace)
    assert ran.code == 2
    assert "gcj02" in ran.err
