"""The border grid on disk: one file, mapped into memory, beside that of the cell index.

A line of JSON says what the file is, of which shapes on which flat grid, and where its arrays lie; then come
the arrays, as the machine holds them. A file that another version wrote, or a half one, or one of other
shapes does not count: the borders are worked out anew.
"""

import json
import mmap
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.border_grid import BorderGrid
from boundaries.coordinates import Projection

_FORMAT = f"geo-service borders 1 {sys.byteorder}"
_ARRAYS = ("corner_owner", "starts", "listed", "lines", "sides")
_ALIGNED = 64  # bytes
_LONGEST_HEAD = 4096


def kept_borders(path: Path, shapes: NDArray[Any], projection: Projection, fingerprint: str) -> BorderGrid:
    """Open the borders of shapes from a file; if it is of others, work them out and write the file.

    A folder in which nothing can be written is no hindrance.

    Parameters
    ----------
    path
        The file.
    shapes
        Shape (n,), valid polygons and multipolygons, WGS 84.
    projection
        The flat grid; on another one the borders are others.
    fingerprint
        Of the shapes.
    """
    fingerprint = f"{fingerprint} {projection.definition}"
    grid = open_borders(path, fingerprint)
    if grid is None:
        grid = BorderGrid.of(shapes, projection)
        with suppress(OSError):
            write_borders(path, grid, fingerprint)
    return grid


def write_borders(path: Path, grid: BorderGrid, fingerprint: str) -> None:
    """Write a grid; an existing file is replaced only when the new one is complete."""
    arrays = {name: getattr(grid, name) for name in _ARRAYS}
    places: dict[str, tuple[str, list[int], int]] = {}
    end = _LONGEST_HEAD
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    numbers = {name: value for name, value in grid._asdict().items() if name not in _ARRAYS}
    head = {
        "format": _FORMAT,
        "fingerprint": fingerprint,
        "bytes": end,
        "numbers": numbers,
        "arrays": places,
    }
    # two processes may write at once
    unfinished = path.with_name(f"unfinished-{secrets.token_hex(4)}-{path.name}")
    try:
        with unfinished.open("xb") as file:
            file.write(json.dumps(head).encode())
            for name, array in arrays.items():
                file.seek(places[name][2])
                file.write(np.ascontiguousarray(array).data)
            file.truncate(end)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def open_borders(path: Path, fingerprint: str | None) -> BorderGrid | None:
    """Map a grid into memory.

    Parameters
    ----------
    fingerprint
        Of the shapes and the flat grid it has to be of; None takes whatever the file is of.

    Returns
    -------
    BorderGrid | None
        None when there is no such file, or it is not whole, not ours, or of other shapes.
    """
    try:
        with path.open("rb") as file:
            head = json.loads(file.read(_LONGEST_HEAD).rstrip(b"\0"))
            if head["format"] != _FORMAT or fingerprint not in {None, head["fingerprint"]}:
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(mapped) != head["bytes"]:
            return None
        arrays: dict[str, Any] = {
            name: np.frombuffer(mapped, dtype, int(np.prod(shape)), start).reshape(shape)
            for name, (dtype, shape, start) in head["arrays"].items()
        }
        return BorderGrid(**head["numbers"], **arrays)
    except (OSError, ValueError, KeyError, TypeError):
        return None
