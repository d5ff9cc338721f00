"""Vector files, opened with distrust: formats are told by their content, and only harmless ones are read.

The library behind (GDAL) would follow any file that tells it to: a VRT or a pipeline in disguise can name
other files and addresses. So such drivers are switched off before it loads, and a file is handed over only
when its first bytes show one of the formats below.
"""

import os
import re
import tempfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from boundaries.errors import NoAreasError, NotAMapError

# has to stand before pyogrio is imported; the process environment is GDAL's only switch for this
_FOLLOWERS = (
    "VRT OGR_VRT GDALG HTTP WFS OAPIF OGCAPI CSW EEDA Carto AmigoCloud PLSCENES NGW Elasticsearch GPSBabel "
    "PDF MapML ADBC PGDUMP GTFS GML LVBAG"
)
os.putenv("GDAL_SKIP", _FOLLOWERS)

import pyogrio  # noqa: E402 - after the switch
from pyogrio.errors import DataSourceError  # noqa: E402

_HEAD = 65536
_LARGEST = 2_000_000_000  # bytes a zip may unpack to
_GEOJSON = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|(Multi)?(Polygon|Point|LineString)|Topology)"'
)
_MARKS = {"shapefile": b"\x00\x00\x27\x0a", "parquet": b"PAR1", "flatgeobuf": b"fgb", "zip": b"PK\x03\x04"}
_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_WHOLE = frozenset({".shp", ".geojson", ".json", ".gpkg", ".fgb", ".parquet", ".kml"})


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of a map file, as it stands there."""

    name: str
    frame: gpd.GeoDataFrame
    """Columns and geometries, unconverted; rows whose geometry cannot be read have None."""
    crs: str | None
    """Its coordinate system as WKT, None when the file does not declare one."""


def read_layers(path: Path) -> list[Layer]:
    """Read every layer with geometries from a map file.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or KML, or a zip of one of them; told
        by content, whatever the name.

    Raises
    ------
    NotAMapError
        When the file is missing, empty, damaged, or of another kind.
    NoAreasError
        When it is a map without any layer.
    """
    with warnings.catch_warnings():
        # what is wrong with single geometries is found, repaired and reported in `polygons`
        warnings.simplefilter("ignore")
        try:
            layers = _read(path, _kind(path))
        except (DataSourceError, OSError, ValueError, zipfile.BadZipFile) as error:
            if isinstance(error, NotAMapError):
                raise
            raise NotAMapError(
                "the map file {path} is damaged or incomplete: export or download it again", path=path.name
            ) from error
    if not layers:
        raise NoAreasError("{path} is a map file without any shapes", path=path.name)
    return layers


def write_layers(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write frames as the layers of one GeoPackage 1.3, in the order given.

    All geometries become MultiPolygons. An existing file is replaced only when the new one is complete.
    """
    unfinished = path.with_name(f"unfinished-{path.name}")
    unfinished.unlink(missing_ok=True)
    try:
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                frame,
                unfinished,
                layer=name,
                driver="GPKG",
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                append=False,
                dataset_options={"VERSION": "1.3"},
            )
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _kind(path: Path) -> str:
    """Name the format from the first bytes of a file."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise NotAMapError("the file {path} cannot be opened", path=path.name) from error
    if not head.strip():
        raise NotAMapError("the file {path} is empty", path=path.name)
    kind = _kind_of(head)
    if kind is None or b"<OGRVRT" in head or b"gdal_streamed_alg" in head:
        raise NotAMapError(
            "{path} is no map file: give GeoJSON, GeoPackage, Shapefile (all its parts, or zipped), "
            "FlatGeobuf, GeoParquet or KML",
            path=path.name,
        )
    return kind


def _kind_of(head: bytes) -> str | None:
    for kind, mark in _MARKS.items():
        if head.startswith(mark):
            return kind
    if head.startswith(b"SQLite format 3") and head[68:70] == b"GP":
        return "geopackage"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"{" and _GEOJSON.search(text):
        return "geojson"
    return "kml" if text[:1] == b"<" and b"<kml" in text[:2000] else None


def _read(path: Path, kind: str) -> list[Layer]:
    if kind == "zip":
        return _read_zip(path)
    if kind == "parquet":
        frame = gpd.read_parquet(path)
        return [Layer(path.stem, frame, frame.crs.to_wkt() if frame.crs else None)]
    encoding = None
    if kind == "shapefile":
        _check_parts(path)
        encoding = _shapefile_encoding(path)
    layers = []
    for name, shape in pyogrio.list_layers(path):
        if shape is not None:
            frame = pyogrio.read_dataframe(
                path, layer=name, force_2d=True, on_invalid="ignore", encoding=encoding
            )
            if isinstance(frame, gpd.GeoDataFrame):
                layers.append(Layer(name, frame, frame.crs.to_wkt() if frame.crs else None))
    return layers


def _check_parts(path: Path) -> None:
    """Refuse a shapefile that came alone: its shapes have no names then, or no beginning."""
    missing = [part for part in (".shx", ".dbf") if part not in _siblings(path)]
    if missing:
        raise NotAMapError(
            "{path} came without {parts}: a Shapefile is several files of one name; "
            "give them all in one folder, or zipped",
            path=path.name,
            parts=", ".join(missing),
        )


def _siblings(path: Path) -> dict[str, Path]:
    """Return the files of a shapefile by their ending, in lower case."""
    return {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem == path.stem}


def _shapefile_encoding(path: Path) -> str | None:
    """Guess the encoding of a shapefile that does not declare one: Chinese ones are often GBK."""
    siblings = _siblings(path)
    if ".cpg" in siblings or ".dbf" not in siblings:
        return None
    try:
        siblings[".dbf"].read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _read_zip(path: Path) -> list[Layer]:
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        members = [item for item in archive.infolist() if not item.is_dir()]
        members = [item for item in members if Path(item.filename).suffix.lower() in _PARTS | _WHOLE]
        if sum(item.file_size for item in members) > _LARGEST:
            raise NotAMapError("{path} unpacks to more than 2 GB: give the map file itself", path=path.name)
        stems = sorted({item.filename.rpartition(".")[0] for item in members})
        found = []
        for item in members:
            stem, _, suffix = item.filename.rpartition(".")
            # our own names: those inside may be in any encoding, or try to leave the folder
            unpacked = Path(folder) / f"{stems.index(stem)}.{suffix.lower()}"
            unpacked.write_bytes(archive.read(item))
            if unpacked.suffix in _WHOLE:
                found.append(unpacked)
        return [layer for file in sorted(found) for layer in _read_member(file, path)]


def _read_member(file: Path, archive: Path) -> list[Layer]:
    kind = _kind(file)
    if kind == "zip":
        raise NotAMapError("{path} is a zip inside a zip: unpack it once", path=archive.name)
    return _read(file, kind)
