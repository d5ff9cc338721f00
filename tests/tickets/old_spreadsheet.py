"""A minimal .xls (BIFF8 in an OLE container): nothing we depend on writes the old format any more."""

import struct
from collections.abc import Sequence
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
# streams shorter than this would go to another, smaller allocation table
_SMALLEST_STREAM = 4096


def write_xls(path: Path, rows: Sequence[Sequence[str | float]]) -> None:
    """Write one sheet of texts and numbers."""
    path.write_bytes(container({"Workbook": _workbook(rows)}))


def container(streams: dict[str, bytes]) -> bytes:
    """Return an OLE container with some streams: one sector each for the table and the directory."""
    padded = {name: data.ljust(max(len(data), _SMALLEST_STREAM), b"\0") for name, data in streams.items()}
    table = [_FAT, _END]
    body = b""
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for at, (name, data) in enumerate(padded.items(), start=1):
        start, sectors = len(table), -(-len(data) // _SECTOR)
        table += [*range(start + 1, start + sectors), _END]
        body += data.ljust(sectors * _SECTOR, b"\0")
        right = at + 1 if at < len(padded) else _FREE
        entries.append(_entry(name, 2, child=_FREE, start=start, size=len(data), right=right))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    return head + fat + b"".join(entries).ljust(_SECTOR, b"\0") + body


def _entry(name: str, kind: int, *, child: int, start: int, size: int, right: int = _FREE) -> bytes:
    spelled = (name + "\0").encode("utf-16-le")
    return (
        spelled.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(spelled), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    def start(kind: int) -> bytes:
        return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))

    name = "Sheet1"
    place = len(start(5)) + 4 + 8 + len(name) + 4
    sheet = _record(0x85, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name.encode())
    cells = b"".join(_cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row))
    return start(5) + sheet + _record(0x0A, b"") + start(0x10) + cells + _record(0x0A, b"")


def _cell(row: int, column: int, cell: str | float) -> bytes:
    where = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0x204, where + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    return _record(0x203, where + struct.pack("<d", cell))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data
