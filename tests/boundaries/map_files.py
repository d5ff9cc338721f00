"""Map files of every kind, written from the toy county as a county office would."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from tests.toy_county import CODES, shape_of, toy_divisions


def villages_frame(letters: str = "ABCDEFGHIJKL") -> gpd.GeoDataFrame:
    """Return drawn villages with the headings of a county office."""
    units = [toy_divisions()[CODES[letter]] for letter in letters]
    rows = {
        "序号": list(range(1, len(units) + 1)),
        "区划代码": [unit.code for unit in units],
        "村社区名称": [unit.name for unit in units],
        "所属镇街": [unit.town_name for unit in units],
    }
    return gpd.GeoDataFrame(rows, geometry=[shape_of(letter) for letter in letters], crs="EPSG:4326")


def geojson(path: Path, rows: Sequence[tuple[Mapping[str, object], shapely.Geometry]]) -> Path:
    """Write properties and shapes as GeoJSON, whatever they are."""
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shapely.to_geojson(shape))}
        for row, shape in rows
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )
    return path


def write(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a frame in the format its file name asks for."""
    suffix = path.suffix
    if suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".zip":
        zipped_shapefile(frame, path)
    else:
        drivers = {
            ".geojson": "GeoJSON",
            ".gpkg": "GPKG",
            ".fgb": "FlatGeobuf",
            ".kml": "KML",
            ".gdb": "OpenFileGDB",
        }
        named = frame.rename(columns={"村社区名称": "Name"}) if suffix == ".kml" else frame
        # an older geodatabase has no long whole numbers
        named = frame.astype({"序号": "int32"}) if suffix == ".gdb" and "序号" in frame else named
        named.to_file(path, driver=drivers[suffix], engine="pyogrio")
    return path


def gbk_shapefile(frame: gpd.GeoDataFrame, folder: Path, *, encoding: str = "GB18030") -> Path:
    """Write a Shapefile with a GBK table and no .cpg, as older Chinese software does."""
    path = folder / "cun.shp"
    short = frame.rename(columns={"区划代码": "XZQDM", "村社区名称": "XZQMC", "所属镇街": "ZHENJIE"})
    pyogrio.write_dataframe(short, path, encoding=encoding, driver="ESRI Shapefile")
    path.with_suffix(".cpg").unlink()
    return path


def zipped_shapefile(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write the parts of a GBK Shapefile in a folder of a zip, under a Chinese name."""
    folder = path.with_name("parts")
    folder.mkdir()
    gbk_shapefile(frame, folder)
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, f"陆丰/村界{part.suffix.upper()}")
    return path
