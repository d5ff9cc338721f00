"""Shares of many points whose normal error is wide against the villages, compiled.

Edge by edge such a point would cost thousands of integrals. Instead the ground is cut into cells, at most
1.4 standard deviations wide. Inside a cell the density is a product of two functions of one coordinate each,
and so smooth that a polynomial of degree 10 has nine digits of it: the share of an area is a sum over cells,
k and l of east_k * north_l * moment_kl, with the moments of `wide_ground`, which all points around have in
common. A cell that has one owner costs a multiplication.

Like `error_kernels` this is one module, for Numba's cache on disk notices no change in another one.
"""

import math
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from boundaries.border_grid import BorderGrid
from boundaries.wide_ground import ACROSS, DEGREE, PARTED, UP, Patch, patch_of

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_LEGENDRE = np.polynomial.legendre.legvander(_NODES, DEGREE)
_FACTORS = _WEIGHTS[:, None] * _LEGENDRE * (np.arange(DEGREE + 1) + 0.5) / math.sqrt(2.0 * math.pi)
"""From the values exp(-z² / 2) at the nodes to the coefficients of the density, shape (nodes, degrees)."""
_WIDEST = 1.4
"""Standard deviations along the side of a cell; then shares are right to 4e-10."""
_FAR, _FEW_TERMS = 4.5, 28
"""Beyond so many standard deviations degree 6 does: what that leaves out there is below 1e-10."""
_NARROWEST = _WIDEST / 2  # see `Patches._factors`
_TILE = 128
"""Cells along the side of the square of points that have a patch in common."""
_EDGES_FOR_ONE = 16.0
"""An edge costs so much more for the moments than for one point."""
_KEPT = 8
_MOST_ALONG = 64  # cells along the reach
_ROOM = 16  # shares of one point
_BLOCK = 65_536  # points

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Compile a function when it is first called, and keep the result on disk."""
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))


class Patches:
    """The patches of a layer: those used last are kept."""

    def __init__(self, grid: BorderGrid, *, reach: float) -> None:
        """Keep what is needed.

        Parameters
        ----------
        grid
            The borders.
        reach
            How many standard deviations away the distribution is cut off.
        """
        self._grid = grid
        self._reach = reach
        self._kept: dict[tuple[int, int, int], Patch] = {}

    def groups(self, points: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int64], tuple[int, int, int]]]:
        """Yield points that can be answered from one patch: which they are, and the patch's key.

        Parameters
        ----------
        points
            Shape (n, 3): metres east and north, and the standard deviation, finite. Those whose error is not
            wide, or that have too few others around them to prepare the ground, are in no group.
        """
        wide = np.flatnonzero(points[:, 2] * _WIDEST >= self._grid.cell_m)
        factors = self._factors(points[wide, 2])
        across, up = self._grid.cells_of(points[wide, :2])
        keys = np.column_stack([factors, across // (factors * _TILE), up // (factors * _TILE)])
        order = np.lexsort(keys.T)
        begins = np.ones(len(order), dtype=np.bool_)
        begins[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
        for group in np.split(order, np.flatnonzero(begins)[1:]) if len(order) else ():
            yield (
                np.sort(wide[group]),
                (int(keys[group[0], 0]), int(keys[group[0], 1]), int(keys[group[0], 2])),
            )

    def shares(
        self, points: NDArray[np.float64], key: tuple[int, int, int], *, negligible: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return the shares of the points of a group, those of each point largest first.

        Parameters
        ----------
        points
            Shape (n, 3): metres east and north, and the standard deviation.
        key
            Of their patch.
        negligible
            The largest share that is left out.

        Returns
        -------
        tuple
            Shape (n + 1,) where the shares of each point begin; their rows; the shares.
        """
        patch = self._kept.pop(key, None) or patch_of(self._grid, key[0], self._window(key))
        self._kept[key] = patch
        for oldest in list(self._kept)[:-_KEPT]:
            self._kept.pop(oldest, None)
        return _shares(points, self._grid, patch, (self._reach, negligible))

    def _pays(self, sigma_m: NDArray[np.float64], key: tuple[int, int, int]) -> bool:
        """Say whether a patch is there, or is made sooner than edge by edge the points were answered."""
        if key in self._kept:
            return True
        sides_m = np.array(self._window(key)[2:]) * key[0] * self._grid.cell_m
        seen = np.minimum(2 * self._reach * sigma_m[:, None] / sides_m, 1.0).prod(axis=1)
        return bool(seen.sum() > _EDGES_FOR_ONE)

    def _factors(self, sigma_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return how many cells of the grid make one of the patch: 1 to 8, and then four for each double."""
        most = np.minimum(sigma_m * _WIDEST / self._grid.cell_m, max(self._grid.columns, self._grid.rows))
        step = 2.0 ** np.maximum(np.floor(np.log2(most)) - 2, 0)
        factors: NDArray[np.int64] = np.maximum(np.floor(most / step) * step, 1).astype(np.int64)
        return factors

    def _window(self, key: tuple[int, int, int]) -> tuple[int, int, int, int]:
        """Return a patch's first column and row, and its numbers of columns and rows."""
        factor, *tile = key
        brim = math.ceil(self._reach / _NARROWEST) + 1
        most = [-(-cells // factor) for cells in (self._grid.columns, self._grid.rows)]
        low = [max(place * _TILE - brim, 0) for place in tile]
        high = [min((place + 1) * _TILE + brim, end) for place, end in zip(tile, most, strict=True)]
        return low[0], low[1], high[0] - low[0], high[1] - low[1]


def _shares(
    points: NDArray[np.float64], grid: BorderGrid, patch: Patch, limits: tuple[float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    tally = np.zeros(grid.areas), np.zeros(grid.areas, dtype=np.bool_), np.empty(grid.areas, dtype=np.int32)
    starts = np.zeros(len(points) + 1, dtype=np.int64)
    rows, shares = [np.empty(0, dtype=np.int32)], [np.empty(0)]
    done = 0
    while done < len(points):
        block = points[done : done + _BLOCK]
        room = _ROOM * len(block) + grid.areas
        answers = np.zeros(len(block) + 1, np.int64), np.empty(room, np.int32), np.empty(room)
        count = _answer(block, (grid.west, grid.south, *limits), patch, tally, answers)
        end = answers[0][count]
        starts[done + 1 : done + count + 1] = starts[done] + answers[0][1 : count + 1]
        rows.append(answers[1][:end])
        shares.append(answers[2][:end])
        done += count
    return starts, np.concatenate(rows), np.concatenate(shares)


@_compiled
def _answer(
    points: NDArray[np.float64],
    given: tuple[float, float, float, float],
    patch: Patch,
    tally: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]],
    answers: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]],
) -> int:
    """Write the shares of points one after the other; return how many were done before there was no room."""
    west, south, reach, negligible = given
    east, north = np.empty((_MOST_ALONG, DEGREE + 1)), np.empty((_MOST_ALONG, DEGREE + 1))
    factors = np.empty(len(ACROSS))
    used = 0
    for i in range(len(points)):
        if used + len(tally[0]) > len(answers[1]):
            return i
        across = (points[i, 0] - west) / patch.cell_m - patch.column
        up = (points[i, 1] - south) / patch.cell_m - patch.row
        side = patch.cell_m / points[i, 2]
        first_column, columns = _densities(across, side, reach, patch.columns, east)
        first_row, rows = _densities(up, side, reach, patch.rows, north)
        window = (first_column, columns, first_row, rows)
        count = _gather((across, up, reach / side, _FAR / side), window, patch, (east, north, factors), tally)
        used = _write(count, used, negligible, tally, answers)
        answers[0][i + 1] = used
    return len(points)


@_compiled
def _densities(
    place: float, side: float, reach: float, cells: int, coefficients: NDArray[np.float64]
) -> tuple[int, int]:
    """Write the density's coefficients in the cells within reach along one axis; return the first, how many.

    Parameters
    ----------
    place
        In cells, from the patch's corner.
    side
        Of a cell, in standard deviations.
    """
    first = math.floor(min(max(place - reach / side, 0.0), float(cells)))
    last = math.ceil(min(max(place + reach / side, 0.0), float(cells)))
    count = min(max(last - first, 0), _MOST_ALONG)
    half = side / 2.0
    for cell in range(count):
        middle = side * (first + cell + 0.5 - place)
        coefficients[cell] = 0.0
        for node in range(len(_NODES)):
            z = middle + half * _NODES[node]
            value = half * math.exp(-z * z / 2.0)
            for k in range(DEGREE + 1):
                coefficients[cell, k] += value * _FACTORS[node, k]
    return first, count


@_compiled
def _gather(
    centre: tuple[float, float, float, float],
    window: tuple[int, int, int, int],
    patch: Patch,
    densities: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    tally: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]],
) -> int:
    """Add up what the cells around give; return to how many areas.

    Parameters
    ----------
    centre
        Column and row of the point, its reach, and from where on little is lost, all in cells.
    window
        First column, number of columns, first row, number of rows.
    densities
        Coefficients along both axes, and room for their products.
    """
    east, north, factors = densities
    starts, areas, moments, owners = patch.starts, patch.area, patch.moments, patch.owner
    count = 0
    for column in range(window[1]):
        aside = max(abs(window[0] + column + 0.5 - centre[0]) - 0.5, 0.0)
        for row in range(window[3]):
            above = max(abs(window[2] + row + 0.5 - centre[1]) - 0.5, 0.0)
            square = aside * aside + above * above
            if square >= centre[2] * centre[2]:
                continue
            cell = (window[0] + column) * patch.rows + window[2] + row
            if owners[cell] != PARTED:
                count = _add(owners[cell], 4.0 * east[column, 0] * north[row, 0], count, tally)
                continue
            terms = len(factors) if square < centre[3] * centre[3] else _FEW_TERMS
            for index in range(terms):
                factors[index] = east[column, ACROSS[index]] * north[row, UP[index]]
            for entry in range(starts[cell], starts[cell + 1]):
                count = _add(areas[entry], _product(factors, moments, entry, terms), count, tally)
    return count


@_compiled
def _add(
    row: int,
    gain: float,
    count: int,
    tally: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]],
) -> int:
    """Give an area something; return how many areas have got something by now."""
    if row < 0:
        return count
    tally[0][row] += gain
    if not tally[1][row]:
        tally[1][row] = True
        tally[2][count] = row
        return count + 1
    return count


@_compiled
def _write(
    count: int,
    at: int,
    negligible: float,
    tally: tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int32]],
    answers: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]],
) -> int:
    """Move what was gathered to the answers, largest first, then by row; return where it ends."""
    gain, seen, touched = tally
    _, rows, shares = answers
    end = at
    for k in range(count):
        row = touched[k]
        share = min(gain[row], 1.0)
        gain[row], seen[row] = 0.0, False
        if share <= negligible:
            continue
        j = end
        while j > at and (shares[j - 1] < share or (shares[j - 1] == share and rows[j - 1] > row)):
            shares[j], rows[j] = shares[j - 1], rows[j - 1]
            j -= 1
        shares[j], rows[j] = share, row
        end += 1
    return end


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _product(factors, moments, entry, terms):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled like the others, but sums in any order
    total = 0.0
    for index in range(terms):
        total += factors[index] * moments[entry, index]
    return total
