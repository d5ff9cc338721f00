"""The cell index is asked for millions of points: the same walk as in `cell_lookup`, compiled.

Importing this costs two seconds or more before the first answer, so `cells` does it only for very many
points, or ahead of them. Arrays are declared read-only, as they are when they are mapped from a file: one
compilation serves both kinds, and is kept on disk beside this module.
"""

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from boundaries.cell_building import LEVELS, OUTSIDE, Cells
from boundaries.cell_leaves import EDGE, HEAD, SIDE, UNSURE
from boundaries.cell_lookup import UNDECIDED
from boundaries.coordinates import Points

_BLOCK = 512  # points; each step is done for all of a block, so that their reads of memory overlap
_UNSURE = np.float32(UNSURE)
_ZERO = np.float32(0.0)


def _given(kind: types.Type, dimensions: int) -> types.Array:
    return types.Array(kind, dimensions, "C", readonly=True)


_GRID = numba.typeof((0.0, 0.0, 1.0, 1, 1))  # type: ignore[no-untyped-call]  # Numba has no types
_INDEX = (_given(types.int64, 1), _given(types.int32, 1), _given(types.int16, 1), _given(types.int32, 1))
_FOUND = types.Array(types.int32, 1, "C")


@numba.njit(types.int64(_GRID, *_INDEX, _given(types.float64, 2), _FOUND), cache=True, nogil=True)
def _located(grid, coarse, fine, words, shapes, points, found):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0913, PLR0915, PLR0917 - one compiled loop over flat arrays
    west, south, per_unit, columns, rows = grid
    xs, ys = np.empty(_BLOCK, np.float64), np.empty(_BLOCK, np.float64)
    codes, heads, which = np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.int64), np.empty(_BLOCK, np.int64)
    undecided = 0
    for begin in range(0, len(points), _BLOCK):
        count = min(_BLOCK, len(points) - begin)
        for i in range(count):
            x = (points[begin + i, 0] - west) * per_unit
            y = (points[begin + i, 1] - south) * per_unit
            within = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
            x, y = (x, y) if within else (0.0, 0.0)
            column, row = np.int64(x), np.int64(y)
            xs[i], ys[i] = x - column, y - row
            codes[i] = row * columns + column
            heads[i] = within
        for i in range(count):
            codes[i] = coarse[np.uint64(codes[i])]
        left = 0
        for i in range(count):
            code = codes[i] if heads[i] else OUTSIDE
            found[begin + i] = code
            packed = -2 - code
            level = packed & (LEVELS - 1)
            side = np.float64(1 << level)
            x, y = xs[i] * side, ys[i] * side
            column, row = np.int64(x), np.int64(y)
            xs[left], ys[left] = x - column, y - row
            which[left] = i
            codes[left] = (packed // LEVELS) + (row << level) + column
            left += code < OUTSIDE
        for k in range(left):
            codes[k] = fine[np.uint64(codes[k])]
        divided, left = left, 0
        for k in range(divided):
            code, i = codes[k], which[k]
            found[begin + i] = code
            xs[left], ys[left] = xs[k], ys[k]
            which[left] = i
            codes[left] = 2 * (-2 - code)
            left += code < OUTSIDE
        for k in range(left):
            # brings the leaf nearer, many at a time
            heads[k] = words[np.uint64(codes[k])]
        for k in range(left):
            leaf, edges = codes[k], heads[k]
            u, v = np.float32(xs[k] * SIDE), np.float32(ys[k] * SIDE)
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
            row = np.int64(OUTSIDE)
            if unsure:
                row = np.int64(UNDECIDED)
                undecided += 1
            elif holding:
                slot = 0
                while not (holding >> slot) & 1:
                    slot += 1
                row = np.int64(shapes[np.uint64(leaf // 2 + HEAD // 2 + slot)])
            found[begin + which[k]] = row
    return undecided


def rows(cells: Cells, points: Points) -> tuple[NDArray[np.int32], int]:
    """Return the row of the shape that holds each point, and how many points are UNDECIDED.

    Parameters
    ----------
    points
        Shape (n, 2).
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
    return found, int(undecided)
