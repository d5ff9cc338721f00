"""Vector files, opened with distrust: formats are told by their content, and only harmless ones are read.

The library behind (GDAL) would follow any file that tells it to: a VRT or a pipeline in disguise can name
other files and addresses. So such drivers are switched off before it loads, and a file is handed over only
when its first bytes show one of the formats below.
"""

import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries.errors import NoAreasError, NotAMapError
from boundaries.layer_texts import with_readable_texts
from boundaries.map_formats import kind_of
from boundaries.reasons import Reason
from boundaries.stated_systems import stated_system, without_links
from boundaries.unpacking import MapFile, in_folder, unpacked
from boundaries.written_text import decoded, table_encoding, utf8_of

# has to stand before pyogrio is imported; the process environment is GDAL's only switch for this
_FOLLOWERS = (
    "VRT OGR_VRT GDALG HTTP WFS OAPIF OGCAPI CSW EEDA Carto AmigoCloud PLSCENES NGW Elasticsearch GPSBabel "
    "PDF MapML ADBC PGDUMP GTFS GML LVBAG"
)
os.putenv("GDAL_SKIP", _FOLLOWERS)

import pyogrio  # noqa: E402 - after the switch

# nothing here has an address to ask; should a file bring one, its question goes to where nobody listens
_NOBODY = "http://0.0.0.0:1"
pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": _NOBODY, "GDAL_HTTPS_PROXY": _NOBODY})

_WGS84 = re.compile(r"4326|CRS84|WGS ?84")
_GPKG_SIDES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer of a map file, as it stands there."""

    name: str
    frame: gpd.GeoDataFrame
    """Columns and geometries, unconverted; rows whose geometry cannot be read have None."""
    crs: str | None
    """Its coordinate system as WKT, None when the file does not declare one that can be known."""
    notes: tuple[Reason, ...] = ()
    """What to know about the file."""


def read_layers(path: Path) -> list[Layer]:
    """Read every layer with geometries from a map file.

    Parameters
    ----------
    path
        GeoJSON, TopoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet, KML or KMZ, a file geodatabase, a
        zip of one of them, or the folder it lies in; told by content, whatever the name.

    Raises
    ------
    NotAMapError
        When the file is missing, empty, damaged, or of another kind.
    NoAreasError
        When it is a map without any layer.
    """
    try:
        files = in_folder(path) if path.is_dir() else [MapFile(path, path.name)]
    except PermissionError:  # even to look at it; opening it will say so
        files = [MapFile(path, path.name)]
    layers = [layer for file in files for layer in _layers(file)]
    if not layers:
        raise NoAreasError("{path} is a map file without any shapes", path=path.name)
    return layers


def _layers(file: MapFile) -> list[Layer]:
    """Read the layers of one file, which may be a zip."""
    kind = kind_of(file)
    with warnings.catch_warnings():
        # what is wrong with single geometries is found, repaired and reported in `polygons`
        warnings.simplefilter("ignore")
        try:
            if kind != "zip":
                return [_readable(layer, file) for layer in _read(file, kind)]
            with unpacked(file.path) as members:
                layers = [layer for member in members for layer in _read(member, kind_of(member))]
                return [_readable(layer, file) for layer in layers]
        except (NotAMapError, NoAreasError):
            raise
        except Exception as error:
            # a broken file makes the libraries raise whatever they like
            raise NotAMapError(
                "the map file {path} is damaged or incomplete: export or download it again", path=file.name
            ) from error


def _readable(layer: Layer, file: MapFile) -> Layer:
    frame, notes = with_readable_texts(layer.frame, where=file.name)
    return replace(layer, frame=frame, notes=(*layer.notes, *notes))


def write_layers(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write frames as the layers of one GeoPackage 1.3, in the order given.

    All geometries become MultiPolygons. An existing file is replaced only when the new one is complete; what
    SQLite keeps beside it for a program that has it open goes too, or it would be taken for the new file's.
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
        for side in _GPKG_SIDES:
            path.with_name(path.name + side).unlink(missing_ok=True)
    finally:
        unfinished.unlink(missing_ok=True)


def _read(file: MapFile, kind: str) -> list[Layer]:
    if kind == "zip":
        raise NotAMapError("{path} is a zip inside a zip: unpack it once", path=file.name)
    if kind == "parquet":
        frame = gpd.read_parquet(file.path)
        return [Layer(Path(file.name).stem, frame, frame.crs.to_wkt() if frame.crs else None)]
    if kind == "shapefile":
        return [_shapefile(file)]
    if kind in {"geojson", "kml"}:
        return _text_layers(file, kind)
    return list(_gdal_layers(file, notes=_notes(file) if kind == "geopackage" else ()))


def _gdal_layers(
    file: MapFile, *, encoding: str | None = None, notes: tuple[Reason, ...] = ()
) -> Iterator[Layer]:
    path = file.path.absolute()  # a path that begins like an address of GDAL's would be one
    for name, shape in pyogrio.list_layers(path):
        if shape is None:
            continue
        frame = pyogrio.read_dataframe(
            path, layer=name, force_2d=True, on_invalid="ignore", encoding=encoding
        )
        if isinstance(frame, gpd.GeoDataFrame):
            # "Undefined Cartesian SRS" and its like are how a GeoPackage says that it does not know
            known = frame.crs is not None and not frame.crs.name.startswith("Undefined")
            yield Layer(name, frame, frame.crs.to_wkt() if known else None, notes)


def _notes(file: MapFile) -> tuple[Reason, ...]:
    """Tell when a GeoPackage was copied while another program had it open: the last edits are not in it."""
    with file.path.open("rb") as opened:
        head = opened.read(20)
    writes_beside = head[18:20] == b"\x02\x02"
    if not writes_beside or file.path.with_name(f"{file.path.name}-wal").exists():
        return ()
    return (
        Reason(
            "doubt.open",
            "{path} was open in another program, such as QGIS, when it was copied: what was saved last may "
            "be missing; close it there and give the file again",
            {"path": file.name},
        ),
    )


def _text_layers(file: MapFile, kind: str) -> list[Layer]:
    """Read GeoJSON or KML in whatever character set it is written, without following its links."""
    with tempfile.TemporaryDirectory() as folder:
        copy = MapFile(Path(folder) / f"map.{kind}", file.name)
        content = utf8_of(file.path)
        if content is not None:
            copy.path.write_bytes(content)
            file = copy
        content = without_links(file.path) if kind == "geojson" else None
        if content is not None:
            copy.path.write_bytes(content)
            file = copy
        layers = list(_gdal_layers(file))
        stated = stated_system(file.path) if kind == "geojson" else None
    if stated is None or _WGS84.search(stated):
        return layers
    # what GDAL cannot find out it takes for WGS 84
    return [replace(layer, crs=None) if layer.frame.crs == "EPSG:4326" else layer for layer in layers]


def _shapefile(file: MapFile) -> Layer:
    """Read a Shapefile; its texts by their bytes, for what a .cpg says is as often wrong as right."""
    _check_parts(file)
    # every byte has a character in this set, so the bytes come back as they stand
    [layer] = _gdal_layers(file, encoding="ISO-8859-1")
    texts = [column for column in layer.frame if pd.api.types.is_string_dtype(layer.frame[column])]
    cells = [[_bytes(cell) for cell in layer.frame[column]] for column in texts]
    headings = [column.encode("latin-1") for column in layer.frame.columns]
    found = table_encoding([*headings, *(cell for column in cells for cell in column if cell is not None)])
    for column, raw in zip(texts, cells, strict=True):
        values = [None if cell is None else decoded(cell, found) for cell in raw]
        layer.frame[column] = pd.Series(values, index=layer.frame.index, dtype=object)
    layer.frame.columns = pd.Index([decoded(heading, found) for heading in headings])
    frame = layer.frame.set_geometry(layer.frame.columns[-1])
    return Layer(Path(file.name).stem, frame, layer.crs)


def _bytes(cell: object) -> bytes | None:
    return cell.encode("latin-1") if isinstance(cell, str) else None


def _check_parts(file: MapFile) -> None:
    """Refuse a shapefile that came alone: its shapes have no names then, or no beginning."""
    path = file.path
    there = {other.suffix.lower() for other in path.parent.iterdir() if other.stem == path.stem}
    missing = [part for part in (".shx", ".dbf") if part not in there]
    if missing:
        raise NotAMapError(
            "{path} came without {parts}: a Shapefile is several files of one name; "
            "give them all in one folder, or zipped",
            path=file.name,
            parts=", ".join(missing),
        )
