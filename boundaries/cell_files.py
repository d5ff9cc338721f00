"""The cell index on disk: one file, mapped into memory: it opens at once, and processes share its pages.

A line of JSON says what the file is, which shapes it was built from, and where its arrays lie; then come the
arrays, as the machine holds them. A file that another version wrote, or a half or damaged one, or one of
other shapes does not count: its index is built anew. A new file takes the place of an old one at once and
whole; processes that have the old one open keep it.
"""

import json
import mmap
import secrets
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.cell_building import Cells, Grid
from boundaries.rings import Rings

_FORMAT = f"geo-service cells 5 {sys.byteorder}"
_ALIGNED = 64  # bytes
_LONGEST_HEAD = 4096
# what reading a head that holds anything at all may end in
_NOT_OURS = (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)


def write_cells(path: Path, cells: Cells, fingerprint: str) -> None:
    """Write an index; an existing file is replaced only when the new one is complete."""
    arrays = _arrays(cells)
    places: dict[str, tuple[str, list[int], int]] = {}
    end = _LONGEST_HEAD
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = {
        "format": _FORMAT,
        "fingerprint": fingerprint,
        "bytes": end,
        "grid": cells.grid,
        "arrays": places,
        "checksum": _checksum(cells),
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


def open_cells(path: Path, fingerprint: str | None) -> Cells | None:
    """Map an index into memory.

    Parameters
    ----------
    fingerprint
        Of the shapes it has to be of; whoever knows them has read every vertex, so every byte is checked too.
        None takes whatever the file is of, without a look at more than its head.

    Returns
    -------
    Cells | None
        None when there is no such file, or it is not whole, not ours, damaged, or of other shapes.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_HEAD).rstrip(b"\0")
            head = json.loads(text)
            if head["format"] != _FORMAT or fingerprint not in {None, head["fingerprint"]}:
                return None
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if len(mapped) != head["bytes"]:
            return None
        arrays = {name: _array(mapped, *place) for name, place in head["arrays"].items()}
        cells = _cells(Grid(*head["grid"]), arrays)
        sound = fingerprint is None or head["checksum"] == _checksum(cells)
    except _NOT_OURS:
        return None
    return cells if sound else None


def bring_in(cells: Cells) -> None:
    """Read a byte of every page that look-ups use, so that none of them has to wait for one."""
    for array in (cells.coarse, cells.fine, cells.leaves):
        np.add.reduce(array.view(np.uint8)[:: mmap.PAGESIZE])


def _checksum(cells: Cells) -> int:
    checksum = 0
    for array in _arrays(cells).values():
        checksum = zlib.crc32(np.ascontiguousarray(array).data, checksum)
    return checksum


def _arrays(cells: Cells) -> dict[str, NDArray[Any]]:
    index = {name: value for name, value in cells._asdict().items() if isinstance(value, np.ndarray)}
    return {**index, **cells.rings._asdict()}


def _array(mapped: mmap.mmap, dtype: str, shape: list[int], start: int) -> NDArray[Any]:
    return np.frombuffer(mapped, dtype, int(np.prod(shape)), start).reshape(shape)


def _cells(grid: Grid, arrays: dict[str, NDArray[Any]]) -> Cells:
    rings = Rings(**{name: arrays[name] for name in Rings._fields})
    return Cells(grid, arrays["coarse"], arrays["fine"], arrays["leaves"], rings)
