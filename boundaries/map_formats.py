"""Which format a map file has, told by its first bytes: a name may say anything, some formats are traps."""

import re

from boundaries.errors import NotAMapError
from boundaries.unpacking import MapFile, is_geodatabase
from boundaries.written_text import head_in_utf8

_HEAD = 65536
_GEOJSON = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|(Multi)?(Polygon|Point|LineString)|Topology)"'
)
_MARKS = {"shapefile": b"\x00\x00\x27\x0a", "parquet": b"PAR1", "flatgeobuf": b"fgb", "zip": b"PK\x03\x04"}
_OTHER_PACKERS = (b"Rar!", b"7z\xbc\xaf\x27\x1c")


def kind_of(file: MapFile) -> str:
    """Name the format of a file: ``geojson``, ``geopackage``, ``shapefile``, ``zip`` and so on.

    Raises
    ------
    NotAMapError
        When it cannot be opened, is empty, or of a kind that is not read here.
    """
    try:
        if file.path.is_dir() and is_geodatabase(file.path):
            return "geodatabase"
        with file.path.open("rb") as opened:
            head = opened.read(_HEAD)
    except FileNotFoundError as error:
        raise NotAMapError("there is no file {path}: check its name and folder", path=file.name) from error
    except PermissionError as error:
        raise NotAMapError(
            "the file {path} may not be opened: give this program the right to read it", path=file.name
        ) from error
    except OSError as error:
        raise NotAMapError("the file {path} cannot be opened", path=file.name) from error
    if not head.strip():
        raise NotAMapError("the file {path} is empty", path=file.name)
    if head.startswith(_OTHER_PACKERS):
        raise NotAMapError("{path} is packed as RAR or 7z: unpack it, or pack it as a zip", path=file.name)
    text = head_in_utf8(head)
    kind = _format_of(text)
    if kind is None or b"<OGRVRT" in text or b"gdal_streamed_alg" in text:
        raise NotAMapError(
            "{path} is no map file: give GeoJSON, GeoPackage, Shapefile (all its parts, or zipped), "
            "FlatGeobuf, GeoParquet, KML or a file geodatabase",
            path=file.name,
        )
    return kind


def _format_of(head: bytes) -> str | None:
    for kind, mark in _MARKS.items():
        if head.startswith(mark):
            return kind
    if head.startswith(b"SQLite format 3") and (head[68:70] == b"GP" or b"gpkg_contents" in head):
        return "geopackage"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"{" and _GEOJSON.search(text):
        return "geojson"
    return "kml" if text[:1] == b"<" and b"<kml" in text[:2000] else None
