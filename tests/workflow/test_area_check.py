"""An area file is looked at before it is used: counts, a table, a map; and what init cleans."""

import csv
import io
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from boundaries import ProblemKind, check_areas
from geo_service.i18n import Language
from geo_service.settings import Settings, Workspace
from geo_service.workflow.area_check import KIND_WORDS, checked, problem_map, problem_table
from geo_service.workflow.foundation import Sources, make_workspace
from tests.boundaries.map_files import villages_frame, write
from tests.journey.command import geo_service
from tests.workflow.conftest import write_streets

SLIVER_DEG = 3e-6
"""About 0.3 m."""


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    """Return the toy villages, one of them 0.3 m over all its borders and named like a formula."""
    frame = villages_frame()
    shapes = frame.geometry.to_numpy().copy()
    shapes[4] = shapely.buffer(shapes[4], SLIVER_DEG, join_style="mitre")
    frame.loc[4, "村社区名称"] = "=1+1村"
    return write(frame.set_geometry(gpd.GeoSeries(shapes, crs="EPSG:4326")), tmp_path / "cun.geojson")


def test_every_kind_has_a_word() -> None:
    assert list(KIND_WORDS) == [str(kind) for kind in ProblemKind]


def test_counts_and_notes_say_what_cleaning_would_resolve(dirty: Path) -> None:
    step = checked(check_areas(dirty, datum=None))
    assert step.done["areas looked at"] == 12
    assert step.done["overlap"] >= 2
    assert [note.rule for note in step.notes] == ["T1"]
    assert step.notes[0].values["up_to_1"] == step.notes[0].values["total"]


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(dirty: Path) -> None:
    text = problem_table(check_areas(dirty, datum=None), Language.ZH_CN)
    assert text.startswith("\ufeff问题类型,涉及区域,面积（平方米）")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["问题类型"] for row in rows} == {"重叠", "边界未重合"}
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert [cell for cell in cells if cell.startswith("'=1+1村")]


def test_the_map_claims_no_background_it_does_not_have(dirty: Path) -> None:
    html = problem_map(check_areas(dirty, datum=None), name="cun.geojson", language=Language.ZH_CN)
    assert "cun.geojson 边界检查" in html
    assert "OpenStreetMap" not in html.split("<footer>")[1].split("</footer>")[0]


@pytest.mark.parametrize(("clean_m", "overlapping"), [(None, True), (0.5, False)])
def test_a_workspace_is_made_from_clean_areas(
    dirty: Path, tmp_path: Path, clean_m: float | None, *, overlapping: bool
) -> None:
    write_streets(tmp_path / "streets.osm.pbf")
    sources = Sources(osm=tmp_path / "streets.osm.pbf", areas=dirty, clean_m=clean_m)
    workspace = Workspace(tmp_path / "县")
    report = make_workspace(workspace, sources, Settings(name="测试县"))
    rules = [note.rule for note in report.notes]
    assert ("doubt.overlap" in rules) == overlapping
    assert ("repair.coverage" in rules) != overlapping
    villages = gpd.read_file(workspace.areas, layer="villages")
    assert shapely.coverage_is_valid(shapely.get_parts(villages.geometry.to_numpy())) != overlapping


def test_init_cleans_what_nobody_sees_and_the_same_file_is_no_new_drawing(
    dirty: Path, tmp_path: Path
) -> None:
    write_streets(tmp_path / "streets.osm.pbf")
    folder = tmp_path / "county"
    made = geo_service("init", folder, "--osm", tmp_path / "streets.osm.pbf", "--areas", dirty, "--json")
    assert made.code == 0, made.err
    assert "repair.coverage" in made.out
    again = geo_service("areas", "preview", dirty, "--workspace", folder, "--json")
    assert again.code == 0, again.err
    assert again.report["done"]["units that change"] == 0


def test_the_verb_writes_a_map_and_a_table_and_speaks_both_languages(dirty: Path, tmp_path: Path) -> None:
    html, table = tmp_path / "problems.html", tmp_path / "problems.csv"
    ran = geo_service("areas", "check", dirty, "--html", html, "--csv", table)
    assert ran.code == 0, ran.err
    assert "问题清单" in ran.out
    assert html.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    english = geo_service("areas", "check", dirty, "--lang", "en")
    assert "Overlap" in english.out
    document = geo_service("areas", "check", dirty, "--json", "--lang", "en").report
    assert document["done"]["areas looked at"] == 12
    assert document["problems"][0]["kind"] == "overlap"
    assert "overlap by" in document["problems"][0]["sentence"]


def test_a_clean_file_is_told_so(tmp_path: Path) -> None:
    ran = geo_service("areas", "check", write(villages_frame(), tmp_path / "cun.gpkg"))
    assert ran.code == 0
    assert "这些区域没有发现问题" in ran.out
