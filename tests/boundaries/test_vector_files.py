"""Map files are told by their content, and only harmless ones are opened."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from boundaries import NoAreasError, NotAMapError
from boundaries.vector_files import read_layers, write_layers
from tests.boundaries.map_files import gbk_shapefile, villages_frame, write

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


def test_a_redirection_hidden_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "map.zip", "w") as archive:
        archive.writestr("villages.geojson", VRT)
    with pytest.raises(NotAMapError, match="no map file"):
        read_layers(tmp_path / "map.zip")


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


def test_a_missing_file_and_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gpkg", tmp_path):
        with pytest.raises(NotAMapError, match="cannot be opened"):
            read_layers(path)


def test_a_zip_without_a_map_and_a_table_without_shapes_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("照片.jpg", b"jpg")
    with pytest.raises(NoAreasError, match="without any shapes"):
        read_layers(tmp_path / "photos.zip")
    pd.DataFrame({"name": ["炎龙村"]}).to_parquet(tmp_path / "table.parquet")
    with pytest.raises(NotAMapError):
        read_layers(tmp_path / "table.parquet")


def test_a_name_in_a_zip_cannot_leave_the_folder(tmp_path: Path) -> None:
    inner = write(villages_frame("A"), tmp_path / "a.geojson").read_bytes()
    with zipfile.ZipFile(tmp_path / "map.zip", "w") as archive:
        archive.writestr("../../escaped.geojson", inner)
    assert len(read_layers(tmp_path / "map.zip")[0].frame) == 1
    assert not list(tmp_path.parent.rglob("escaped.geojson"))


def test_rows_without_a_shape_do_not_stop_a_file(tmp_path: Path) -> None:
    frame = villages_frame("AB")
    frame = gpd.GeoDataFrame(frame, geometry=[frame.geometry.iloc[0], None], crs="EPSG:4326")
    assert len(read_layers(write(frame, tmp_path / "map.geojson"))[0].frame) == 2
