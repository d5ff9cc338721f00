"""The cell index is asked: from a point to the row of its shape, without a compiler.

`rows` is for many points and plain array arithmetic; `CellReader` is for one at a time. Both leave the rare
point that is too close to an edge for 16 bits to the exact predicate of `rings`.
"""

from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.cell_building import LEVELS, OUTSIDE, Cells
from boundaries.cell_leaves import EDGE, HEAD, SIDE, UNSURE
from boundaries.coordinates import Points
from boundaries.rings import Integers, ragged

UNDECIDED = -2
_BLOCK = 32_768  # points, so that what is computed in between stays in the processor's cache
_UNSURE = np.float32(UNSURE)
_EDGE_WORDS = Struct(f"={EDGE}h")
_REACH = 1.0  # above and below an edge; farther off no rounding can matter
_SIDES = 2.0 ** np.arange(LEVELS)
_LEVEL = LEVELS - 1
_START = LEVELS.bit_length() - 1  # bits below a cell's first fine cell

Singles = NDArray[np.float32]


def rows(cells: Cells, points: Points) -> NDArray[np.int32]:
    """Return the row of the shape that holds each point, OUTSIDE for none.

    Parameters
    ----------
    points
        Shape (n, 2); NaN and infinite ones are outside.
    """
    found = np.empty(len(points), dtype=np.int32)
    for start in range(0, len(points), _BLOCK):
        found[start : start + _BLOCK] = _rows(cells, points[start : start + _BLOCK])
    return found


def settle(cells: Cells, points: Points, found: NDArray[np.int32]) -> None:
    """Ask the exact predicate for the points that `found` has as UNDECIDED, and write the answers there."""
    undecided = np.flatnonzero(found == UNDECIDED)
    if not len(undecided):
        return
    walked, which, leaf, _ = _walk(cells, points[undecided])
    shapes = cells.leaves.view(np.int32)
    point, candidate = ragged(shapes[leaf // 2 + 1].astype(np.int64))
    shape = shapes[leaf[point] // 2 + HEAD // 2 + candidate]
    place = undecided[which[point]]
    held = np.flatnonzero(cells.rings.hold(shape.astype(np.int64), points[place]))[::-1]
    found[undecided] = np.maximum(walked, OUTSIDE)
    # the first candidate that holds a point is written last, and stays
    found[place[held]] = shape[held]


def _rows(cells: Cells, points: Points) -> NDArray[np.int32]:
    found, which, leaf, spot = _walk(cells, points)
    if len(which):
        found[which] = _tested(cells, leaf, spot)
        settle(cells, points, found)
    return found


def _walk(
    cells: Cells, points: Points
) -> tuple[NDArray[np.int32], Integers, Integers, tuple[Singles, Singles]]:
    """Return what the fine cells say, which points are in leaves, the leaves, and the places in them."""
    west, south, per_unit, columns, rows = cells.grid
    with np.errstate(over="ignore", invalid="ignore"):
        x, y = (points[:, 0] - west) * per_unit, (points[:, 1] - south) * per_unit
    within = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    if not within.all():
        x, y = np.where(within, x, 0.0), np.where(within, y, 0.0)
    column, row = x.astype(np.int32), y.astype(np.int32)
    code = cells.coarse[np.where(within, row * columns + column, len(cells.coarse) - 1)]
    level = code & _LEVEL
    side = _SIDES[level]
    x, y = (x - column) * side, (y - row) * side
    column, row = x.astype(np.int32), y.astype(np.int32)
    found = cells.fine[(code >> _START) + (row << level) + column]
    which = np.flatnonzero(found < OUTSIDE)
    u, v = (
        ((part[which] - whole[which]) * SIDE).astype(np.float32) for part, whole in ((x, column), (y, row))
    )
    return found, which, 2 * (-2 - found[which].astype(np.int64)), (u, v)


def _tested(cells: Cells, leaf: Integers, spot: tuple[Singles, Singles]) -> NDArray[np.int32]:
    """Test points against the edges of their leaves."""
    words, shapes = cells.leaves, cells.leaves.view(np.int32)
    edges, candidates = words[leaf], shapes[leaf // 2 + 1]
    point, edge = ragged(np.maximum(edges, 0).astype(np.int64))
    at = (leaf + HEAD + 2 * candidates)[point] + EDGE * edge
    u, v = spot[0][point], spot[1][point]
    low_u, low_v, high_u, high_v = (words[at + word].astype(np.float32) for word in range(4))
    run, rise = high_u - low_u, high_v - low_v
    cross = run * (v - low_v) - rise * (u - low_u)
    unsure = np.abs(cross) <= _UNSURE * (np.abs(run) + rise)
    crossed = np.flatnonzero((low_v <= v) & (v < high_v) & (cross < 0))
    holding = words[leaf + 1]
    np.bitwise_xor.at(holding, point[crossed], words[at[crossed] + 4])
    lowest = holding & -holding
    slot = np.bitwise_count(np.maximum(lowest - 1, 0))
    row = np.where(holding, shapes[leaf // 2 + HEAD // 2 + slot], OUTSIDE).astype(np.int32)
    row[edges < 0] = UNDECIDED
    row[point[unsure]] = UNDECIDED
    return row


class CellReader:
    """Answers for one point at a time, in microseconds: plain numbers, no arrays on the way."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._west, self._south, self._per_unit, self._columns, self._rows = cells.grid
        self._coarse, self._fine = _view(cells.coarse), _view(cells.fine)
        self._words, self._shapes = _view(cells.leaves), _view(cells.leaves.view(np.int32))
        self._bytes = _view(cells.leaves.view(np.uint8))

    def row(self, lon: float, lat: float) -> int:
        """Return the row of the shape that holds a point, OUTSIDE for none."""
        x, y = (lon - self._west) * self._per_unit, (lat - self._south) * self._per_unit
        if not (0 <= x < self._columns and 0 <= y < self._rows):
            return OUTSIDE
        column, row = int(x), int(y)
        code: int = self._coarse[row * self._columns + column]
        level = code & _LEVEL
        side = 1 << level
        x, y = (x - column) * side, (y - row) * side
        column, row = int(x), int(y)
        code = self._fine[(code >> _START) + (row << level) + column]
        if code >= OUTSIDE:
            return code
        found = self._tested(2 * (-2 - code), (x - column) * SIDE, (y - row) * SIDE)
        if found == UNDECIDED:
            return int(rows(self._cells, np.array([[lon, lat]]))[0])
        return found

    def _tested(self, leaf: int, u: float, v: float) -> int:
        words = self._words
        edges, holding = words[leaf], words[leaf + 1]
        if edges < 0:
            return UNDECIDED
        start = leaf + HEAD + 2 * self._shapes[leaf // 2 + 1]
        below, above = v - _REACH, v + _REACH
        kept = self._bytes[2 * start : 2 * (start + EDGE * edges)]
        for low_u, low_v, high_u, high_v, bits in _EDGE_WORDS.iter_unpack(kept):
            if low_v > above or high_v < below:
                continue
            run, rise = high_u - low_u, high_v - low_v
            cross = run * (v - low_v) - rise * (u - low_u)
            if abs(cross) <= UNSURE * (abs(run) + rise):
                return UNDECIDED
            if cross < 0 and low_v <= v < high_v:
                holding ^= bits
        slot = (holding & -holding).bit_length() - 1
        return int(self._shapes[leaf // 2 + HEAD // 2 + slot]) if holding else OUTSIDE


def _view(array: NDArray[Any]) -> Any:  # noqa: ANN401 - a memoryview of numbers, which its type cannot say
    """Return an array as what gives plain numbers fastest."""
    return memoryview(array)  # type: ignore[arg-type]  # arrays are buffers
