"""What area files get wrong: systems, character sets, codes, layers. Told, or put right and told."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from boundaries import (
    AreasHistory,
    BadCoordinateError,
    BoundaryError,
    ColumnsNotFoundError,
    Datum,
    NotAMapError,
    RepairReport,
    TwoDrawingsError,
    from_wgs84,
    lufeng_divisions,
    read_areas,
)
from boundaries.vector_files import write_layers
from tests.boundaries.map_files import gbk_shapefile, villages_frame, write
from tests.toy_county import CODES, shape_of, toy_areas

NAMES = list(villages_frame("ABC")["村社区名称"])
FORMATS = [".geojson", ".gpkg", ".fgb", ".parquet", ".kml", ".zip", ".gdb"]


def rules(report: RepairReport) -> list[str]:
    return [row.rule for row in report.rows]


def declared(frame: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return a frame whose numbers stay and whose declared system is another."""
    return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=frame.geometry.to_numpy(), crs=crs)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_areas(tmp_path: Path, suffix: str) -> None:
    expected, _ = read_areas(write(villages_frame(), tmp_path / "区划.geojson"), datum=None)
    found, report = read_areas(write(villages_frame(), tmp_path / f"区划{suffix}"), datum=None)
    assert report.rows == []
    assert found.drop(columns="geometry").equals(expected.drop(columns="geometry"))
    apart = shapely.hausdorff_distance(found.geometry.to_numpy(), expected.geometry.to_numpy())
    assert (apart < 1e-8).all(), "a file geodatabase keeps coordinates on a lattice of its own"


# EPSG:4547 and 4526 are one zone without and with its number; 4502 is a zone of 6 degrees
@pytest.mark.parametrize(
    "crs", ["EPSG:4490", "EPSG:4547", "EPSG:4526", "EPSG:4502", "EPSG:3857", "EPSG:32650"]
)
@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".zip", ".fgb"])
def test_every_system_of_chinese_maps_gives_the_same_places(tmp_path: Path, crs: str, suffix: str) -> None:
    frame, _ = read_areas(write(villages_frame("B").to_crs(crs), tmp_path / f"a{suffix}"), datum=None)
    assert shapely.hausdorff_distance(frame.geometry.iloc[0], shape_of("B")) < 1e-7


def test_a_known_datum_is_undone_beneath_a_projection(tmp_path: Path) -> None:
    drawn = villages_frame("B")
    shifted = shapely.transform(drawn.geometry.to_numpy(), lambda points: from_wgs84(points, Datum.GCJ02))
    tiles = drawn.set_geometry(gpd.GeoSeries(shifted, crs=drawn.crs)).to_crs("EPSG:3857")
    frame, _ = read_areas(write(tiles, tmp_path / "a.gpkg"), datum=Datum.GCJ02)
    assert shapely.hausdorff_distance(frame.geometry.iloc[0], shape_of("B")) < 1e-7


@pytest.mark.parametrize(
    ("holds", "says", "advice"),
    [
        ("EPSG:4326", "EPSG:4547", "declares CGCS2000 / 3-degree .* but holds degrees"),
        ("EPSG:4326", "EPSG:3857", "declares WGS 84 / Pseudo-Mercator, .* but holds degrees"),
        ("EPSG:4326", "EPSG:4526", "but holds degrees"),
        ("EPSG:4547", "EPSG:4326", r"668190\.2, 2542154\.8, which are metres of a projection"),
        ("EPSG:4526", "EPSG:4490", r"look like CGCS2000 / 3-degree Gauss-Kruger zone 38 \(EPSG:4526\)"),
        ("EPSG:3857", "EPSG:4326", r"look like Web Mercator \(EPSG:3857\)"),
        ("EPSG:4526", "EPSG:4547", r"begin with the number of zone 38, which .* CM 114E does not have"),
        ("EPSG:4547", "EPSG:4526", r"eastings do not, such as 668190\.2"),
    ],
)
def test_a_wrong_system_is_told_with_the_right_one(
    tmp_path: Path, holds: str, says: str, advice: str
) -> None:
    path = write(declared(villages_frame("B").to_crs(holds), says), tmp_path / "村界.gpkg")
    with pytest.raises(BadCoordinateError, match=advice) as told:
        read_areas(path, datum=None)
    assert "村界.gpkg" in str(told.value)


def test_degrees_that_are_declared_as_metres_are_read_when_the_datum_is_given(tmp_path: Path) -> None:
    path = write(declared(villages_frame("B"), "EPSG:4547"), tmp_path / "a.gpkg")
    frame, _ = read_areas(path, datum=Datum.CGCS2000)
    assert shapely.hausdorff_distance(frame.geometry.iloc[0], shape_of("B")) < 1e-9


@pytest.mark.parametrize(("meant", "read"), [("gbk", "latin-1"), ("gbk", "cp1252"), ("utf-8", "latin-1")])
def test_names_that_went_through_a_wrong_character_set_come_back(
    tmp_path: Path, meant: str, read: str
) -> None:
    frame = villages_frame("ABC")
    frame["村社区名称"] = [name.encode(meant).decode(read) for name in frame["村社区名称"]]
    frame = frame.rename(columns={"所属镇街": "所属镇街".encode(meant).decode(read)})
    found, report = read_areas(write(frame, tmp_path / "a.gpkg"), datum=None)
    assert list(found["name"]) == NAMES
    assert rules(report) == ["repair.text"]
    assert report.rows[0].values["count"] == 4


@pytest.mark.parametrize(("meant", "read"), [("utf-8", "gbk"), ("utf-8", "cp1252"), ("gbk", "ascii")])
def test_names_that_lost_characters_are_refused(tmp_path: Path, meant: str, read: str) -> None:
    frame = villages_frame("ABC")
    frame["村社区名称"] = [name.encode(meant).decode(read, "replace") for name in frame["村社区名称"]]
    with pytest.raises(NotAMapError, match="lost characters in a wrong character set, such as"):
        read_areas(write(frame, tmp_path / "a.gpkg"), datum=None)


def test_no_name_of_a_village_is_taken_for_a_wrong_character_set(tmp_path: Path) -> None:
    units = lufeng_divisions().villages()
    rows = {"code": [unit.code for unit in units], "name": [unit.name for unit in units]}
    places = [(115.5 + 0.01 * (row % 20), 22.7 + 0.01 * (row // 20)) for row in range(len(units))]
    shapes = [shapely.box(lon, lat, lon + 0.01, lat + 0.01) for lon, lat in places]
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")
    found, report = read_areas(write(frame, tmp_path / "a.gpkg"), datum=None)
    assert sorted(found["name"]) == sorted(unit.name for unit in units)
    assert "repair.text" not in rules(report)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "typed",
    [
        float,
        int,
        lambda code: f"{code[0]}.{code[1:]}E+11",
        lambda code: code.translate(FULL_WIDTH),
        lambda code: f" {code[:6]} {code[6:]}\u3000",
        lambda code: f"'{code}",
        lambda code: f"\ufeff{code}\u200b",
        lambda code: f"{code[:6]}-{code[6:9]}-{code[9:]}",
    ],
    ids=["number", "whole number", "all digits", "full width", "spaces", "apostrophe", "invisible", "dashes"],
)
def test_a_code_is_known_however_it_was_typed(tmp_path: Path, typed: type[float]) -> None:
    frame = villages_frame("ABC")
    frame["区划代码"] = [typed(code) for code in frame["区划代码"]]
    found, report = read_areas(write(frame, tmp_path / "a.gpkg"), datum=None)
    assert list(found["code"]) == [CODES[letter] for letter in "ABC"]
    assert report.rows == []


def test_codes_that_a_spreadsheet_rounded_are_not_used_and_that_is_said(tmp_path: Path) -> None:
    frame = villages_frame("ABC")
    numbers = np.array([float(code) for code in frame["区划代码"]])
    for rounded in (["4.41581E+11"] * 3, numbers.astype(np.float32)):
        path = write(frame.assign(区划代码=rounded), tmp_path / "a.gpkg")
        found, report = read_areas(path, datum=None, register=lufeng_divisions())
        assert list(found["code"]) == [CODES[letter] for letter in "ABC"], "by name and town"
        assert rules(report) == ["doubt.rounded"]
        assert report.rows[0].values == {"code": "4.41581E+11"}


def test_areas_with_codes_only_get_their_names_from_the_register(tmp_path: Path) -> None:
    for nameless in (
        villages_frame("ABC").assign(村社区名称=None),
        villages_frame("ABC")[["区划代码", "geometry"]],
    ):
        found, report = read_areas(
            write(nameless, tmp_path / "a.gpkg"), datum=None, register=lufeng_divisions()
        )
        assert list(found["name"]) == [lufeng_divisions()[CODES[letter]].name for letter in "ABC"]
        assert rules(report) == ["repair.names"]
        assert report.rows[0].values == {"count": 3, "named": 3}


def test_a_layer_without_names_and_codes_says_what_it_has(tmp_path: Path) -> None:
    path = write(villages_frame("AB")[["序号", "geometry"]], tmp_path / "a.gpkg")
    with pytest.raises(ColumnsNotFoundError, match=r"a\.gpkg looks like the names .*: 序号"):
        read_areas(path, datum=None)


def layers(path: Path, **frames: gpd.GeoDataFrame) -> Path:
    write_layers(path, frames)
    return path


def test_layers_that_draw_other_things_are_left_aside_and_named(tmp_path: Path) -> None:
    ponds = gpd.GeoDataFrame({"depth": [3]}, geometry=[shape_of("L")], crs="EPSG:4326")
    found, report = read_areas(layers(tmp_path / "a.gpkg", 鱼塘=ponds, 村界=villages_frame("AB")), datum=None)
    assert list(found["name"]) == NAMES[:2]
    assert rules(report) == ["repair.layer"]
    assert report.rows[0].values == {"layer": "鱼塘", "columns": "depth"}


def test_layers_that_share_out_the_villages_are_read_together(tmp_path: Path) -> None:
    path = layers(tmp_path / "a.gpkg", 东=villages_frame("AB"), 西=villages_frame("CG"))
    found, report = read_areas(path, datum=None)
    assert len(found) == 4
    assert rules(report) == ["repair.layers"]
    assert report.rows[0].values == {"count": 2, "layers": "东 (2)、西 (2)"}


def test_two_drawings_of_one_village_are_not_mixed(tmp_path: Path) -> None:
    grown = villages_frame("ABC")
    grown.geometry = [shape.buffer(0.001) if row == 1 else shape for row, shape in enumerate(grown.geometry)]
    path = layers(tmp_path / "a.gpkg", 村界2020=villages_frame("ABC"), 村界2023=grown)
    with pytest.raises(
        TwoDrawingsError, match=r"draws 1 areas differently .* 村界2020 and 村界2023: 炎龙村委会"
    ):
        read_areas(path, datum=None)
    copied = layers(tmp_path / "b.gpkg", 村界=villages_frame("AB"), 备份=villages_frame("AB"))
    found, report = read_areas(copied, datum=None)
    assert len(found) == 2
    assert rules(report) == ["repair.layers", "repair.twice", "repair.twice"]


def test_islands_in_a_layer_of_their_own_belong_to_their_village(tmp_path: Path) -> None:
    island = villages_frame("B").set_geometry([shapely.box(115.9, 22.9, 115.91, 22.91)]).set_crs("EPSG:4326")
    path = layers(tmp_path / "a.gpkg", 陆地=villages_frame("AB"), 海岛=island)
    found, report = read_areas(path, datum=None)
    assert shapely.get_num_geometries(found.geometry.iloc[1]) == 2
    assert rules(report) == ["repair.layers", "repair.pieces"]


def test_an_edit_in_qgis_comes_back_with_what_it_changed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    toy_areas().save(path)
    history = AreasHistory.load(path)

    def told(edited: gpd.GeoDataFrame) -> list[tuple[str, object]]:
        towns = pyogrio.read_dataframe(path, layer="towns")
        layers(tmp_path / "edited.gpkg", towns=towns, villages=edited)
        # QGIS keeps its styles in a table without shapes
        styles = gpd.pd.DataFrame({"styleName": ["村界"], "styleQML": ["<qgis/>"]})
        pyogrio.write_dataframe(styles, tmp_path / "edited.gpkg", layer="layer_styles", append=True)
        frame, _, _ = history.read(tmp_path / "edited.gpkg", register=toy_areas().divisions)
        changes = history.redrawn(frame, since=date(2026, 3, 1))[1]
        return [(change.rule, change.values["code"]) for change in changes]

    villages = pyogrio.read_dataframe(path, layer="villages")
    assert told(villages) == []
    row = villages.index[villages["code"] == CODES["K"]][0]

    moved = villages.copy()
    corner = shapely.get_coordinates(villages.geometry[row]).max(axis=0)
    moved.loc[row, "geometry"] = shapely.transform(
        villages.geometry[row], lambda points: points + 0.002 * (points == corner).all(axis=1)[:, None]
    )
    assert told(moved) == [("version.border", CODES["K"])]

    assert ("version.lost", CODES["K"]) in told(villages.drop(index=row))

    new = gpd.GeoDataFrame(
        {"name": ["新村"]}, geometry=[shapely.box(115.67, 22.92, 115.68, 22.93)], crs="EPSG:4326"
    )
    added = told(gpd.GeoDataFrame(gpd.pd.concat([villages, new], ignore_index=True), crs="EPSG:4326"))
    assert ("version.new", "441581X01") in added


def test_a_gbk_shapefile_keeps_its_headings(tmp_path: Path) -> None:
    frame = villages_frame("ABC").rename(columns={"所属镇街": "镇"})
    found, _ = read_areas(gbk_shapefile(frame, tmp_path), datum=None)
    assert set(found["town_name"]) == {"东海街道"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"Scale_Factor",1.0', '"Scale_Factor",0'),
        ("298.257", "0.5"),
        ("Central_Meridian", "Meridian"),
        ("6378137", "0"),
    ],
)
def test_a_projection_that_is_none_is_told(tmp_path: Path, right: str, wrong: str) -> None:
    path = gbk_shapefile(villages_frame("A").to_crs("EPSG:4547"), tmp_path)
    known = path.with_suffix(".prj").read_text()
    path.with_suffix(".prj").write_text(known.replace(right, wrong))
    with pytest.raises(BoundaryError) as told:
        read_areas(path, datum=None)
    assert "CGCS2000" in str(told.value) or "cun.shp" in str(told.value)
