"""Map files are told by their content, and only harmless ones are opened."""

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pyarrow import parquet

from boundaries import NoAreasError, NotAMapError
from boundaries.vector_files import read_layers, write_layers
from tests.boundaries.map_files import gbk_shapefile, geojson, villages_frame, write
from tests.toy_county import shape_of

VRT = """<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>secret.csv</SrcDataSource>
<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet", ".kml", ".zip"])
def test_every_usual_format_is_read_whatever_its_name(tmp_path: Path, suffix: str) -> None:
    written = write(villages_frame(), tmp_path / f"villages{suffix}")
    path = written.rename(tmp_path / "区划") if suffix != ".gpkg" else written
    [layer] = read_layers(path)
    assert len(layer.frame) == 12
    assert layer.crs is not None
    assert any("炎龙村委会" in set(map(str, layer.frame[column])) for column in layer.frame)


def test_a_shapefile_in_gbk_without_a_word_about_it_is_read(tmp_path: Path) -> None:
    [layer] = read_layers(gbk_shapefile(villages_frame(), tmp_path))
    assert "炎龙村委会" in set(layer.frame["XZQMC"])


def test_a_shapefile_without_its_projection_declares_nothing(tmp_path: Path) -> None:
    path = gbk_shapefile(villages_frame(), tmp_path)
    path.with_suffix(".prj").unlink()
    assert read_layers(path)[0].crs is None


def test_every_layer_of_a_geopackage_comes(tmp_path: Path) -> None:
    write_layers(tmp_path / "two.gpkg", {"towns": villages_frame("AB"), "villages": villages_frame("CDE")})
    layers = {layer.name: len(layer.frame) for layer in read_layers(tmp_path / "two.gpkg")}
    assert layers == {"towns": 2, "villages": 3}


def test_writing_leaves_no_half_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    write_layers(path, {"villages": villages_frame("A")})
    before = path.read_bytes()
    broken = villages_frame("B").assign(bad=[1j])  # no column of a GeoPackage holds a complex number
    with pytest.raises(NotImplementedError, match="complex"):
        write_layers(path, {"villages": broken})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        VRT,
        '<?xml version="1.0"?>' + VRT,
        f'{{"type": "gdal_streamed_alg", "x": "FeatureCollection", "command_line": "{VRT}"}}',
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline", "a": {"type": "Feature"}}',
        "工单编号,内容\n1,路灯坏了\n",
        '{"error": {"code": 498, "message": "invalid token"}}',
        "<html><body>404</body></html>",
        "SQLite format 3\x00 but no GeoPackage",
        "PK",
    ],
)
def test_what_is_no_map_is_refused_with_the_formats_we_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NotAMapError, match="GeoJSON"):
        read_layers(path)


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("empty.geojson", b"", "is empty"),
        ("blank.geojson", b" \n\n", "is empty"),
        ("half.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feat', "damaged"),
        ("half.parquet", b"PAR1half", "damaged"),
        ("half.zip", b"PK\x03\x04half", "damaged"),
        ("alone.shp", b"\x00\x00\x27\x0ahalf", r"without \.shx, \.dbf: a Shapefile is several files"),
    ],
)
def test_an_empty_or_damaged_file_says_so(tmp_path: Path, name: str, content: bytes, advice: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAMapError, match=advice):
        read_layers(tmp_path / name)


def test_a_missing_file_and_an_empty_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(NotAMapError, match=r"there is no file none\.gpkg"):
        read_layers(tmp_path / "none.gpkg")
    with pytest.raises(NotAMapError, match="a folder without a map file"):
        read_layers(tmp_path)


def test_a_zip_without_a_map_and_a_table_without_shapes_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("照片.jpg", b"jpg")
    with pytest.raises(NoAreasError, match="without any shapes"):
        read_layers(tmp_path / "photos.zip")
    pd.DataFrame({"name": ["炎龙村"]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(NotAMapError):
        read_layers(tmp_path / "table.parquet")


def test_rows_without_a_shape_do_not_stop_a_file(tmp_path: Path) -> None:
    frame = villages_frame("AB")
    frame = gpd.GeoDataFrame(frame, geometry=[frame.geometry.iloc[0], None], crs="EPSG:4326")
    assert len(read_layers(write(frame, tmp_path / "map.geojson"))[0].frame) == 2


@pytest.mark.parametrize("cpg", [None, "UTF-8", "GBK", "936", "OEM", "ISO-8859-1", "", "rubbish"])
@pytest.mark.parametrize("encoding", ["GB18030", "UTF-8"])
def test_a_shapefile_is_read_by_its_bytes_whatever_its_cpg_says(
    tmp_path: Path, encoding: str, cpg: str | None
) -> None:
    path = gbk_shapefile(villages_frame(), tmp_path, encoding=encoding)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    [layer] = read_layers(path)
    assert list(layer.frame["XZQMC"]) == list(villages_frame()["村社区名称"])


def test_half_a_character_at_the_end_of_a_column_does_not_change_the_others(tmp_path: Path) -> None:
    path = gbk_shapefile(villages_frame("BC"), tmp_path, encoding="UTF-8")
    table = path.with_suffix(".dbf").read_bytes()
    name = "六驿村委会".encode()
    path.with_suffix(".dbf").write_bytes(table.replace(name, name[:-1] + b" "))
    assert list(read_layers(path)[0].frame["XZQMC"]) == ["炎龙村委会", "六驿村委"]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_geojson_and_kml_are_read_in_the_character_sets_of_china(tmp_path: Path, encoding: str) -> None:
    drawn = write(villages_frame("B"), tmp_path / "a.geojson").read_text(encoding="utf-8")
    (tmp_path / "b.geojson").write_bytes(drawn.encode(encoding))
    assert "炎龙村委会" in set(read_layers(tmp_path / "b.geojson")[0].frame["村社区名称"])
    kml = write(villages_frame("B"), tmp_path / "a.kml").read_text(encoding="utf-8")
    said = kml.replace('encoding="UTF-8"', f'encoding="{encoding.upper()}"')
    (tmp_path / "b.kml").write_bytes(said.encode(encoding))
    assert "炎龙村委会" in set(read_layers(tmp_path / "b.kml")[0].frame["Name"])


def test_a_geojson_that_names_an_unknown_system_is_not_taken_for_wgs84(tmp_path: Path) -> None:
    for name, known in (("urn:ogc:def:crs:EPSG::4490", True), ("陆丰独立坐标系", False)):
        path = geojson(tmp_path / "a.geojson", [({"name": "炎龙村"}, shape_of("B"))])
        stated = json.dumps({"crs": {"type": "name", "properties": {"name": name}}})[1:-1]
        path.write_text(
            path.read_text(encoding="utf-8").replace("{", "{" + stated + ",", 1), encoding="utf-8"
        )
        assert (read_layers(path)[0].crs is not None) is known


def test_a_folder_gives_the_maps_in_it(tmp_path: Path) -> None:
    gbk_shapefile(villages_frame("AB"), tmp_path)
    (tmp_path / "说明.txt").write_text("村界", encoding="utf-8")
    assert [len(layer.frame) for layer in read_layers(tmp_path)] == [2]


def test_a_geodatabase_is_read_as_a_folder_and_zipped(tmp_path: Path) -> None:
    folder = write(villages_frame(), tmp_path / "陆丰.gdb")
    with zipfile.ZipFile(tmp_path / "陆丰.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"数据/陆丰.gdb/{part.name}")
    for path in (folder, tmp_path / "陆丰.zip", tmp_path):
        [layer, *_] = read_layers(path)
        assert list(layer.frame["村社区名称"]) == list(villages_frame()["村社区名称"])


def test_geoparquet_needs_no_pandas_and_says_its_system(tmp_path: Path) -> None:
    villages_frame().to_crs("EPSG:4547").to_parquet(tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    geo = {b"geo": table.schema.metadata[b"geo"]}
    parquet.write_table(table.replace_schema_metadata(geo), tmp_path / "b.parquet")
    [layer] = read_layers(tmp_path / "b.parquet")
    assert list(layer.frame["村社区名称"]) == list(villages_frame()["村社区名称"])
    assert "CM 114E" in str(layer.crs)
    damages: list[dict[str, object]] = [
        {"columns": {}},
        {"primary_column": "x"},
        {"columns": {"geometry": {"encoding": "WKB", "crs": "http://127.0.0.1:1/x", "geometry_types": []}}},
    ]
    for damage in damages:
        metadata = {b"geo": json.dumps(json.loads(geo[b"geo"]) | damage).encode()}
        parquet.write_table(table.replace_schema_metadata(metadata), tmp_path / "c.parquet")
        with pytest.raises(NotAMapError, match=r"c\.parquet is damaged"):
            read_layers(tmp_path / "c.parquet")


def test_a_system_that_is_declared_as_unknown_is_none(tmp_path: Path) -> None:
    for unknown in (-1, 0):
        path = tmp_path / "a.gpkg"
        write_layers(path, {"villages": villages_frame("A")})
        with closing(sqlite3.connect(path)) as edited, edited:
            edited.execute("UPDATE gpkg_contents SET srs_id = ?", [unknown])
            edited.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", [unknown])
        assert read_layers(path)[0].crs is None


def test_what_is_written_is_a_geopackage_that_qgis_can_edit(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    write_layers(path, {"towns": villages_frame("AB"), "villages": villages_frame("CDE")})
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG"),)
        assert opened.execute("PRAGMA user_version").fetchone() == (10300,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        contents = opened.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents").fetchall()
        assert contents == [("towns", "features", 4326), ("villages", "features", 4326)]
        drawn = opened.execute(
            "SELECT table_name, geometry_type_name, z, m FROM gpkg_geometry_columns"
        ).fetchall()
        assert drawn == [("towns", "MULTIPOLYGON", 0, 0), ("villages", "MULTIPOLYGON", 0, 0)]
        rtrees = opened.execute(
            "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
        )
        assert sorted(rtrees) == [("towns",), ("villages",)]
        keys = opened.execute("SELECT name FROM pragma_table_info('villages') WHERE pk").fetchall()
        assert keys == [("fid",)]


def test_what_another_program_keeps_beside_the_old_file_does_not_reach_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    write_layers(path, {"villages": villages_frame("A")})
    with closing(sqlite3.connect(path)) as qgis:
        qgis.execute("PRAGMA journal_mode = WAL")
        qgis.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY)")
        qgis.commit()
        assert path.with_name("areas.gpkg-wal").exists()
        write_layers(path, {"villages": villages_frame("BC")})
    assert [len(layer.frame) for layer in read_layers(path)] == [2]
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_of_a_file_that_qgis_still_holds_says_that_edits_may_be_missing(tmp_path: Path) -> None:
    path, copy = tmp_path / "areas.gpkg", tmp_path / "copy" / "areas.gpkg"
    copy.parent.mkdir()
    write_layers(path, {"villages": villages_frame("A")})
    with closing(sqlite3.connect(path)) as qgis:
        qgis.execute("PRAGMA journal_mode = WAL")
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            qgis.create_function(name, 1, lambda _: 0)  # the triggers of a GeoPackage ask for them
        qgis.execute("UPDATE villages SET 村社区名称 = '新名社区'")
        qgis.commit()
        shutil.copy(path, copy)
        assert not read_layers(path)[0].notes
        assert read_layers(path)[0].frame["村社区名称"][0] == "新名社区"
        [note] = read_layers(copy)[0].notes
    assert note.rule == "doubt.open"
