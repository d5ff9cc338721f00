"""The index of the nation's names on disk: one file, mapped into memory, opened at once.

A line of JSON says what the file is and where its arrays lie; then come the arrays as the machine holds them.
"""

import json
import mmap
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import NotAMapError

_FORMAT = f"geo-service nation 2 {sys.byteorder}"
_ALIGNED = 64  # bytes
_HEAD = 4096

Arrays = Mapping[str, NDArray[Any]]


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays; an existing file is replaced only when the new one is complete."""
    places: dict[str, tuple[str, list[int], int]] = {}
    end = _HEAD
    for name, array in arrays.items():
        places[name] = (array.dtype.str, list(array.shape), end)
        end += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"format": _FORMAT, "bytes": end, "arrays": places}).encode()
    # two processes may write at once
    unfinished = path.with_name(f"unfinished-{secrets.token_hex(4)}-{path.name}")
    try:
        with unfinished.open("xb") as file:
            file.write(head)
            for name, array in arrays.items():
                file.seek(places[name][2])
                file.write(np.ascontiguousarray(array).tobytes())
            file.truncate(end)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def open_arrays(path: Path) -> Arrays:
    """Map the arrays of a file into memory, to be read only.

    Raises
    ------
    NotAMapError
        When there is no such file, another version wrote it, or it is not whole.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_HEAD).rstrip(b"\0")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise NotAMapError("the index of the nation {path} cannot be opened", path=path.name) from error
    head = _head(text, path)
    if len(mapped) != head["bytes"]:
        raise NotAMapError(
            "the index of the nation {path} is not whole, it has {found} of {wanted} bytes: build it again",
            path=path.name,
            found=len(mapped),
            wanted=head["bytes"],
        )
    return {name: _array(mapped, *place) for name, place in head["arrays"].items()}


def _head(text: bytes, path: Path) -> dict[str, Any]:
    try:
        head = json.loads(text)
        if head["format"] == _FORMAT and isinstance(head["bytes"], int) and isinstance(head["arrays"], dict):
            return dict(head)
    except (ValueError, KeyError, TypeError):
        pass
    raise NotAMapError(
        "{path} is no index of the nation of this version and machine: build it again", path=path.name
    )


def _array(mapped: mmap.mmap, dtype: str, shape: list[int], start: int) -> NDArray[Any]:
    return np.frombuffer(mapped, dtype, int(np.prod(shape)), start).reshape(shape)
