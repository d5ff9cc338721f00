"""Ground cut into cells, with the moments of each area's part of a cell: what wide errors are summed over.

With P_k Legendre's polynomials on the cell, and u and v its coordinates from -1 to 1 east and north,

    moment_kl(area) = integral of P_k(u) P_l(v) over the area's part of the cell.

A cell that lies wholly in one area, or outside of all, needs none: only the first is not 0. Moments are
worked out along the edges inside the cell, by Green's theorem.

What is compiled together stands in one module, for Numba's cache on disk notices no change in another one.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from boundaries.border_grid import BorderGrid

DEGREE = 10
"""The largest k + l."""
_PAIRS = [(k, total - k) for total in range(DEGREE + 1) for k in range(total + 1)]
ACROSS, UP = (np.array(column) for column in zip(*_PAIRS, strict=True))
"""k and l of each moment."""
PARTED = -2
"""The owner of a cell that has several."""
_LINE_NODES, _LINE_WEIGHTS = np.polynomial.legendre.leggauss(DEGREE // 2 + 1)

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Compile a function when it is first called, and keep the result on disk."""
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))


class Patch(NamedTuple):
    """A rectangle of cells, each so many cells of the border grid wide, with the moments of the areas."""

    column: int
    """Of the first cell, counted in cells of this size from the grid's south-west corner."""
    row: int
    columns: int
    rows: int
    cell_m: float
    owner: NDArray[np.int32]
    """Shape (columns · rows,): the area that holds all of a cell, -1 for none, or PARTED."""
    starts: NDArray[np.int64]
    """Shape (columns · rows + 1,): where a cell's areas begin."""
    area: NDArray[np.int32]
    moments: NDArray[np.float64]
    """Shape (k, 66), by k + l and then k."""


def patch_of(grid: BorderGrid, factor: int, window: tuple[int, int, int, int]) -> Patch:
    """Work out the moments of all areas in a rectangle of cells.

    Parameters
    ----------
    grid
        The borders.
    factor
        How many of the grid's cells make one of the patch, along each side.
    window
        First column and row, and the numbers of columns and rows, in cells of the patch.
    """
    cells = window[2] * window[3]
    columns = np.arange(window[0] * factor, min((window[0] + window[2]) * factor, grid.columns)) * grid.rows
    low, high = window[1] * factor, min((window[1] + window[3]) * factor, grid.rows)
    room = cells + 2 * int((grid.starts[columns + high] - grid.starts[columns + low]).sum())
    slots = np.full(grid.areas, -1, dtype=np.int64)
    patch = Patch(
        *window,
        grid.cell_m * factor,
        np.empty(cells, dtype=np.int32),
        np.zeros(cells + 1, dtype=np.int64),
        np.empty(room, dtype=np.int32),
        np.empty((0, len(_PAIRS))),
    )
    found = _find(grid, factor, patch, slots)
    patch = patch._replace(area=patch.area[:found].copy(), moments=np.zeros((found, len(_PAIRS))))
    _add_up(grid, factor, patch, slots)
    return patch


@_compiled
def _find(grid: BorderGrid, factor: int, patch: Patch, slots: NDArray[np.int64]) -> int:
    """Write which areas there are in each cell; return how many altogether."""
    count = 0
    for cell in range(len(patch.owner)):
        window = _window_of(cell, factor, patch, grid)
        corner = (grid.west + window[0] * grid.cell_m, grid.south + window[1] * grid.cell_m)
        owner = grid.corner_owner[window[0] * grid.rows + window[1]]
        first, parted = count, False
        for edge in _edges_in(grid, window):
            line = _line(grid.lines, edge)
            part = _part_inside(line, corner, patch.cell_m)
            if part[0] < part[1] or _height(line, corner, patch.cell_m) < 1.0:
                parted = True
                count = _note(grid.sides[edge, 0], count, slots, patch.area)
                count = _note(grid.sides[edge, 1], count, slots, patch.area)
        if parted:
            count = _note(owner, count, slots, patch.area)
        for entry in range(first, count):
            slots[patch.area[entry]] = -1
        patch.owner[cell] = PARTED if parted else owner
        patch.starts[cell + 1] = count
    return count


@_compiled
def _note(area: int, count: int, slots: NDArray[np.int64], areas: NDArray[np.int32]) -> int:
    """Write down an area that is not yet; return how many there are."""
    if area < 0 or slots[area] >= 0:
        return count
    slots[area] = count
    areas[count] = area
    return count + 1


@_compiled
def _add_up(grid: BorderGrid, factor: int, patch: Patch, slots: NDArray[np.int64]) -> None:
    """Add up the moments of the areas that `_find` has found."""
    given = np.empty(len(ACROSS))
    for cell in range(len(patch.owner)):
        if patch.owner[cell] != PARTED:
            continue
        for entry in range(patch.starts[cell], patch.starts[cell + 1]):
            slots[patch.area[entry]] = entry
        window = _window_of(cell, factor, patch, grid)
        corner = (grid.west + window[0] * grid.cell_m, grid.south + window[1] * grid.cell_m)
        owner = grid.corner_owner[window[0] * grid.rows + window[1]]
        if owner >= 0:
            patch.moments[slots[owner], 0] += 4.0
        for edge in _edges_in(grid, window):
            line = _line(grid.lines, edge)
            if _line_moments(line, corner, patch.cell_m, given):
                left, right = grid.sides[edge, 0], grid.sides[edge, 1]
                if left >= 0:
                    patch.moments[slots[left]] += given
                if right >= 0:
                    patch.moments[slots[right]] -= given
        for entry in range(patch.starts[cell], patch.starts[cell + 1]):
            slots[patch.area[entry]] = -1


@_compiled
def _window_of(cell: int, factor: int, patch: Patch, grid: BorderGrid) -> tuple[int, int, int, int]:
    """Return the first and the one after the last column and row of a cell, in cells of the grid."""
    column = (patch.column + cell // patch.rows) * factor
    row = (patch.row + cell % patch.rows) * factor
    return column, row, min(column + factor, grid.columns), min(row + factor, grid.rows)


@_compiled
def _edges_in(grid: BorderGrid, window: tuple[int, int, int, int]) -> NDArray[np.int32]:
    """Return the edges that come into a rectangle of cells of the grid, each once."""
    room = 0
    for column in range(window[0], window[2]):
        flat = column * grid.rows
        room += grid.starts[flat + window[3]] - grid.starts[flat + window[1]]
    edges = np.empty(room, dtype=np.int32)
    count = 0
    for column in range(window[0], window[2]):
        for row in range(window[1], window[3]):
            flat = column * grid.rows + row
            for entry in range(grid.starts[flat], grid.starts[flat + 1]):
                found = grid.listed[entry]
                if (column == window[0] or found & 1) and (row == window[1] or found & 2):
                    edges[count] = found >> 2
                    count += 1
    return edges[:count]


@_compiled
def _line(lines: NDArray[np.float64], edge: int) -> tuple[float, float, float, float]:
    return lines[edge, 0], lines[edge, 1], lines[edge, 2], lines[edge, 3]


@_compiled
def _part_inside(
    line: tuple[float, float, float, float], corner: tuple[float, float], size: float
) -> tuple[float, float]:
    """Return which part of an edge, from 0 to 1, lies in a cell; none unless the first is below the second.

    What runs along the cell's west side counts for the cell beside it, as do owners of corners.
    """
    first, last = 0.0, 1.0
    for axis in range(2):
        start, along = line[axis] - corner[axis], line[axis + 2] - line[axis]
        if along == 0.0:
            if start < 0.0 or start > size or (axis == 0 and start == 0.0):
                return 1.0, 0.0
        else:
            low, high = -start / along, (size - start) / along
            first, last = max(first, min(low, high)), min(last, max(low, high))
    return first, last


@_compiled
def _height(line: tuple[float, float, float, float], corner: tuple[float, float], size: float) -> float:
    """Return where an edge crosses the west side of a cell, from -1 to 1; 1 where it does not."""
    if not line[0] <= corner[0] < line[2]:
        return 1.0
    if _lies_left(line, corner) or not _lies_left(line, (corner[0], corner[1] + size)):
        return 1.0
    north = line[1] + (corner[0] - line[0]) / (line[2] - line[0]) * (line[3] - line[1])
    return min(max(2.0 * (north - corner[1]) / size - 1.0, -1.0), 1.0)


@_compiled
def _lies_left(line: tuple[float, float, float, float], place: tuple[float, float]) -> bool:
    """Say whether a place is left of an edge, as `border_edges.lies_left`."""
    turn = (line[0] - place[0]) * (line[3] - place[1])
    turn -= (line[1] - place[1]) * (line[2] - place[0])
    return bool(turn > 0.0 or (turn == 0.0 and line[2] > line[0]))


@_compiled
def _line_moments(
    line: tuple[float, float, float, float],
    corner: tuple[float, float],
    size: float,
    given: NDArray[np.float64],
) -> bool:
    """Write what an edge gives to the moments of the area on its left; return whether it gives anything.

    With Q_k the integral of P_k from -1: moment_kl is the integral of Q_k(u) P_l(v) dv, or of -P_k(u) Q_l(v)
    du, around the area. The first is nothing on all sides of the cell but for k = 0, the second but for
    l = 0. For k = l = 0, (u - 1) dv is nothing on all but the west side, and there `_height` tells it.
    """
    height = _height(line, corner, size)
    part = _part_inside(line, corner, size)
    given[:] = 0.0
    given[0] = 2.0 * (1.0 - height)
    if part[0] >= part[1]:
        return height < 1.0
    scale, half = 2.0 / size, (part[1] - part[0]) / 2.0
    east, north = line[2] - line[0], line[3] - line[1]
    du, dv = east * scale * half, north * scale * half
    across, up = np.empty(DEGREE + 2), np.empty(DEGREE + 2)
    for node in range(len(_LINE_NODES)):
        at = part[0] + half * (1.0 + _LINE_NODES[node])
        u = scale * (line[0] + at * east - corner[0]) - 1.0
        v = scale * (line[1] + at * north - corner[1]) - 1.0
        _legendre(u, across)
        _legendre(v, up)
        weight = _LINE_WEIGHTS[node]
        given[0] += weight * dv * (u - 1.0)
        for index in range(1, len(ACROSS)):
            k, m = ACROSS[index], UP[index]
            if k > 0:
                given[index] += weight * dv * up[m] * (across[k + 1] - across[k - 1]) / (2 * k + 1)
            else:
                given[index] -= weight * du * (up[m + 1] - up[m - 1]) / (2 * m + 1)
    return True


@_compiled
def _legendre(at: float, values: NDArray[np.float64]) -> None:
    """Write the values of Legendre's polynomials."""
    values[0], values[1] = 1.0, at
    for k in range(2, len(values)):
        values[k] = ((2 * k - 1) * at * values[k - 1] - (k - 1) * values[k - 2]) / k
