"""The coordinate system a GeoJSON file names. One that would have to be fetched from an address never is.

The old GeoJSON of 2008 let a file, or any geometry in it, give a link to its coordinate system, and the
library behind (GDAL) follows it. Such a link is taken out before the file is handed over.
"""

import json
import mmap
import re
from pathlib import Path
from typing import Any

_STATED = re.compile(rb'"crs"\s*:\s*\{')
_LONGEST = 4096
# an address, or letters written as escapes that might hide one: no honest program escapes a letter
_SUSPECT = re.compile(rb"http|\\u00[4-7]", re.IGNORECASE)
_UNKNOWN: dict[str, object] = {"type": "unknown"}


def without_links(path: Path) -> bytes | None:
    """Return a GeoJSON without links to coordinate systems; None when it is harmless as it is.

    Raises
    ------
    ValueError
        When it has to be looked through and is no strict JSON in UTF-8.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if not _SUSPECT.search(content):
            return None
        text = content[:].decode("utf-8-sig")
    return json.dumps(json.loads(text, object_hook=_without_link), ensure_ascii=False).encode()


def _without_link(read: dict[str, Any]) -> dict[str, Any]:
    """Keep of an object's coordinate system only a name or a number."""
    stated = read.get("crs")
    if isinstance(stated, dict) and stated.get("type") not in {"name", "EPSG"}:
        read["crs"] = _UNKNOWN
    return read


def stated_system(path: Path) -> str | None:
    """Return the coordinate system a GeoJSON names, ``""`` for one without a name; None when it is silent."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = _STATED.search(content)
        text = content[found.end() - 1 : found.end() + _LONGEST].decode("utf-8", "replace") if found else ""
    if not text:
        return None
    try:
        stated = json.JSONDecoder().raw_decode(text)[0]
        values = stated["properties"]
        return str(values["name"] if stated["type"] == "name" else values["code"])
    except (ValueError, LookupError, TypeError):
        return ""
