"""Zips and folders of map files, taken apart with distrust: nothing leaves the folder made for it.

What a zip says of itself is not believed: names may lead out of the folder, sizes may be lies, and a link
holds no map. So each part gets a name of ours, and unpacking stops when there is too much of it.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from boundaries.errors import NoAreasError, NotAMapError

PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
"""Endings of the parts of a Shapefile that are read."""
WHOLE = frozenset({".shp", ".geojson", ".json", ".gpkg", ".fgb", ".parquet", ".kml"})
"""Endings of what can be opened as a map."""

LARGEST = 2_000_000_000
"""Bytes a zip may unpack to."""
_MOST_MEMBERS = 20_000
_CHUNK = 1 << 20
_GDB_PART = re.compile(r"(a[0-9a-f]{8}\.[a-z]{3,12}|gdb|timestamps)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MapFile:
    """A file, or the folder of a file geodatabase, that may be a map."""

    path: Path
    name: str
    """What the user calls it."""


def is_geodatabase(folder: Path) -> bool:
    """Say whether a folder is a file geodatabase of ArcGIS."""
    return any(folder.glob("a0000000*.gdbtable"))


def in_folder(folder: Path) -> list[MapFile]:
    """Return the map files directly in a folder, by name; the folder itself when it is a geodatabase."""
    if is_geodatabase(folder):
        return [MapFile(folder, folder.name)]
    found = sorted(
        file for file in folder.iterdir() if _is_wanted(file.name) and file.suffix.lower() in WHOLE
    )
    geodatabases = sorted(inner for inner in folder.iterdir() if inner.is_dir() and is_geodatabase(inner))
    if not found and not geodatabases:
        raise NotAMapError("{path} is a folder without a map file: give the file itself", path=folder.name)
    return [MapFile(file, file.name) for file in (*found, *geodatabases)]


@contextmanager
def unpacked(path: Path, *, largest: int = LARGEST) -> Iterator[list[MapFile]]:
    """Unpack the maps in a zip into a folder that is gone afterwards.

    Parameters
    ----------
    path
        The zip.
    largest
        Bytes from which unpacking stops, whatever the zip says of its size.

    Raises
    ------
    NotAMapError
        When it holds another zip instead of a map, is locked with a password, packed in a way of its own, or
        too large.
    NoAreasError
        When there is no map in it.
    """
    with tempfile.TemporaryDirectory() as made:
        yield list(_unpack(path, Path(made), largest))


def _unpack(path: Path, folder: Path, largest: int) -> Iterator[MapFile]:
    left = largest
    homes: dict[str, int] = {}
    with zipfile.ZipFile(path) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        wanted = [(item, kept) for item in members if (kept := _place(item.filename, homes))]
        _check(path, members, wanted)
        for item, kept in wanted:
            target = folder / kept
            target.parent.mkdir(exist_ok=True)
            left -= _copy(archive, item, target, left, path)
    names = {number: home for home, number in homes.items()}
    for inner in sorted(folder.iterdir(), key=lambda inner: int(inner.stem)):
        name = PurePosixPath(names[int(inner.stem)]).name
        if inner.suffix == ".gdb":
            yield MapFile(inner, name)
        else:
            yield from (
                MapFile(file, f"{name}{file.suffix}")
                for file in sorted(inner.iterdir())
                if file.suffix in WHOLE
            )


def _place(name: str, homes: dict[str, int]) -> str | None:
    """Return where a member is put: a folder for each stem, and for each geodatabase; None when it is no map.

    The names are ours, for those inside may be in any encoding, or try to leave the folder.
    """
    inside = PurePosixPath(name.replace("\\", "/"))
    if not _is_wanted(name):
        return None
    if inside.parent.suffix.lower() == ".gdb" and _GDB_PART.fullmatch(inside.name):
        number = homes.setdefault(str(inside.parent), len(homes))
        return f"{number}.gdb/{inside.name.lower()}"
    if inside.suffix.lower() in PARTS | WHOLE:
        number = homes.setdefault(str(inside.with_suffix("")), len(homes))
        return f"{number}/map{inside.suffix.lower()}"
    return None


def _is_wanted(name: str) -> bool:
    """Say whether a name is one that people gave: a Mac adds files of its own to a zip."""
    inside = PurePosixPath(name.replace("\\", "/"))
    return "__MACOSX" not in inside.parts and not inside.name.startswith(".")


def _check(path: Path, members: list[zipfile.ZipInfo], wanted: list[tuple[zipfile.ZipInfo, str]]) -> None:
    """Refuse what cannot or should not be unpacked."""
    if not wanted:
        if any(item.filename.lower().endswith((".zip", ".rar", ".7z", ".kmz")) for item in members):
            raise NotAMapError("{path} is a zip inside a zip: unpack it once", path=path.name)
        raise NoAreasError("{path} is a map file without any shapes", path=path.name)
    if any(item.flag_bits & 1 for item, _ in wanted):
        raise NotAMapError("{path} is locked with a password: give it without one", path=path.name)
    readable = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
    if any(item.compress_type not in readable for item, _ in wanted):
        raise NotAMapError(
            "{path} is packed in a way that cannot be read here: unpack it and give the map file, "
            "or pack it again as a plain zip",
            path=path.name,
        )
    if len(wanted) > _MOST_MEMBERS:
        raise NotAMapError(
            "{path} holds {count} files: give the map file itself", path=path.name, count=len(wanted)
        )


def _copy(archive: zipfile.ZipFile, item: zipfile.ZipInfo, target: Path, most: int, path: Path) -> int:
    """Unpack one member piece by piece and return its true size."""
    size = 0
    with archive.open(item) as packed, target.open("wb") as file:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise NotAMapError(
                    "{path} unpacks to more than 2 GB: give the map file itself", path=path.name
                )
            file.write(chunk)
    return size
