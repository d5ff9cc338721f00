"""The cell index is asked for millions of points: the same walk as in `cell_lookup`, compiled.

Importing this costs two seconds or more before the first answer, so `cells` does it only for very many
points, or ahead of them. Arrays are declared read-only, as they are when they are mapped from a file: one
compilation serves both kinds, and is kept on disk beside this module.

Places are whole numbers of 2^-30 sides of the grid's cells: what is above those bits is the cell, what is in
them is read off for any finer grid by shifts, and the loops over a block of points have no branch, so that
the processor takes several points at once. Rounding moves a point by 2^-24 sides of a fine cell at most, far
within the margin on which cells know their edges.
"""

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from boundaries.cell_building import LEVELS, OUTSIDE, Cells
from boundaries.cell_leaves import EDGE, HEAD, SIDE, UNSURE
from boundaries.cell_lookup import UNDECIDED, settle
from boundaries.coordinates import Points

_BLOCK = 1024  # points; each step is done for all of a block, so that their reads of memory overlap
_LINE = 32  # words of a line of the processor's cache
_BITS = 30
_ADDED = 1.5 * 2.0**52  # a number to which this is added is rounded to a whole one, in the lowest bits
_ADDED_BITS = np.float64(_ADDED).view(np.uint64)
_PLACE = np.uint64(2**_BITS - 1)
_LEVEL, _START = np.uint32(LEVELS - 1), np.uint32(LEVELS.bit_length() - 1)
_UNIT = np.float32(SIDE / 2**_BITS)
_UNSURE = np.float32(UNSURE)
_ZERO = np.float32(0.0)
# each single bit times this number has another five bits on top (C. E. Leiserson, H. Prokop, K. H. Randall,
# "Using de Bruijn sequences to index a 1 in a computer word", 1998)
_BRUIJN, _TOP = np.uint32(0x077CB531), np.uint32(27)
_BIT = np.empty(32, dtype=np.int64)
_BIT[[(0x077CB531 << bit & 0xFFFFFFFF) >> 27 for bit in range(32)]] = np.arange(32)


def _given(kind: types.Type, dimensions: int) -> types.Array:
    return types.Array(kind, dimensions, "C", readonly=True)


_GRID = numba.typeof((0.0, 0.0, 1.0, 1, 1))  # type: ignore[no-untyped-call]  # Numba has no types
_INDEX = (_given(types.int32, 1), _given(types.int32, 1), _given(types.int16, 1), _given(types.int32, 1))
_FOUND = types.Array(types.int32, 1, "C")


@numba.njit(inline="always")
def _placed(grid, points, begin, cell, across, up):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917 - inlined into one compiled loop
    """Find the cells of the grid that hold a block of points, and the places in them."""
    west, south, per_unit, columns, rows = grid
    scale = per_unit * 2.0**_BITS
    shifted = np.empty((2, _BLOCK), np.float64)
    for i in range(len(cell)):
        shifted[0, i] = (points[begin + i, 0] - west) * scale + _ADDED
        shifted[1, i] = (points[begin + i, 1] - south) * scale + _ADDED
    places = shifted.view(np.uint64)
    bits, width = np.uint64(_BITS), np.uint32(columns)
    east, north, off_grid = np.uint64(columns << _BITS), np.uint64(rows << _BITS), np.uint32(columns * rows)
    for i in range(len(cell)):
        # what is west or south of the grid, infinite or no number wraps to something large
        x, y = places[0, i] - _ADDED_BITS, places[1, i] - _ADDED_BITS
        held = np.uint32(np.uint32(y >> bits) * width) + np.uint32(x >> bits)
        cell[i] = held if (x < east) & (y < north) else off_grid
        across[i], up[i] = np.uint32(x & _PLACE), np.uint32(y & _PLACE)


@numba.njit(inline="always")
def _refined(coarse, cell, across, up, levels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - inlined into one compiled loop
    """Go on from cells of the grid to fine cells, and from places in the ones to places in the others."""
    bits = np.uint32(_BITS)
    for i in range(len(cell)):
        code = np.uint32(coarse[np.uint64(cell[i])])
        level = np.uint32(code & _LEVEL)
        rest = np.uint32(bits - level)
        row, column = np.uint32(up[i] >> rest), np.uint32(across[i] >> rest)
        cell[i] = np.uint32(code >> _START) + np.uint32(row << level) + column
        levels[i] = level


@numba.njit(inline="always")
def _tested(words, shapes, leaf, edges, u, v):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917 - inlined into one compiled loop
    """Test a point against the edges of its leaf."""
    holding = np.int64(words[np.uint64(leaf + 1)])
    unsure = edges < 0
    at = leaf + HEAD + 2 * shapes[np.uint64(leaf // 2 + 1)]
    for _ in range(edges):
        low_u, low_v = np.float32(words[np.uint64(at)]), np.float32(words[np.uint64(at + 1)])
        high_u, high_v = np.float32(words[np.uint64(at + 2)]), np.float32(words[np.uint64(at + 3)])
        run, rise = high_u - low_u, high_v - low_v
        cross = run * (v - low_v) - rise * (u - low_u)
        unsure |= abs(cross) <= _UNSURE * (abs(run) + rise)
        crossed = (low_v <= v) & (v < high_v) & (cross < _ZERO)
        holding ^= words[np.uint64(at + 4)] * crossed
        at += EDGE
    first = np.uint32(holding & -holding)
    slot = _BIT[np.uint32(first * _BRUIJN) >> _TOP]
    row = np.int64(shapes[np.uint64(leaf // 2 + HEAD // 2 + slot)])
    row = row if holding else np.int64(OUTSIDE)
    return np.int64(UNDECIDED) if unsure else row


@numba.njit(types.int64(_GRID, *_INDEX, _given(types.float64, 2), _FOUND), cache=True, nogil=True)
def _located(grid, coarse, fine, words, shapes, points, found):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917 - one compiled loop over flat arrays
    cell, levels = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.uint32)
    across, up = np.empty(_BLOCK, np.uint32), np.empty(_BLOCK, np.uint32)
    which, leaf, edges = np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.int64)
    nearer, mask = np.empty(_BLOCK, np.int16), np.uint32(_PLACE)
    undecided = 0
    for begin in range(0, len(points), _BLOCK):
        count = min(_BLOCK, len(points) - begin)
        _placed(grid, points, begin, cell[:count], across, up)
        _refined(coarse, cell[:count], across, up, levels)
        for i in range(count):
            cell[i] = np.uint32(fine[np.uint64(cell[i])])
        left = 0
        for i in range(count):
            code = np.int32(cell[i])
            found[begin + i] = code
            which[left] = i
            leaf[left] = 2 * (-2 - np.int64(code))
            left += int(code < OUTSIDE)
        for k in range(left):
            # brings the leaf nearer, many at a time; most lie on two lines of the cache
            edges[k] = words[np.uint64(leaf[k])]
            nearer[k] = words[np.uint64(min(leaf[k] + _LINE, len(words) - 1))]
        for k in range(left):
            i = which[k]
            u = np.float32(np.uint32(np.uint32(across[i] << levels[i]) & mask)) * _UNIT
            v = np.float32(np.uint32(np.uint32(up[i] << levels[i]) & mask)) * _UNIT
            row = _tested(words, shapes, leaf[k], edges[k], u, v)
            undecided += row == UNDECIDED
            found[begin + i] = row
    return undecided


def rows(cells: Cells, points: Points) -> NDArray[np.int32]:
    """Return the row of the shape that holds each point, OUTSIDE for none.

    Parameters
    ----------
    points
        Shape (n, 2); NaN and infinite ones are outside.
    """
    found = np.empty(len(points), dtype=np.int32)
    undecided = _located(
        tuple(cells.grid),
        cells.coarse,
        cells.fine,
        cells.leaves,
        cells.leaves.view(np.int32),
        np.ascontiguousarray(points, dtype=np.float64),
        found,
    )
    if undecided:
        settle(cells, points, found)
    return found
