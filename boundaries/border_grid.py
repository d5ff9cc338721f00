"""A grid over border edges: who owns its corners, and which edges come near each of its cells.

From a corner whose owner is known to any place in the cell it is a short walk: along the cell's west side,
then east. Every edge crossed on the way exchanges one owner for another, so the owner of a place needs no
polygon.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.border_edges import BorderEdges, lies_left
from boundaries.coordinates import Points

_MOST_CELLS = 16_000_000  # 64 MB of owners
_EDGES_AT_ONCE = 50_000
_MARGIN = 2  # cells around the layer, beyond the reach


class BorderGrid(NamedTuple):
    """Square cells that cover all edges and a margin; the corner of a cell is its south-west one."""

    west: float
    """Metres."""
    south: float
    """Metres."""
    cell_m: float
    columns: int
    rows: int
    corner_owner: NDArray[np.int32]
    """Shape (columns, rows): the row of the area that owns the corner, -1 for none."""

    @classmethod
    def over(cls, edges: BorderEdges, *, reach_m: float, cell_m: float) -> Self:
        """Lay a grid over edges and find the owners of its corners.

        Parameters
        ----------
        edges
            At least one.
        reach_m
            How far beyond the edges the grid goes.
        cell_m
            The cell wanted; it becomes larger where that would make more than 16 million cells.
        """
        low = edges.start.min(axis=0), edges.end.min(axis=0)
        high = edges.start.max(axis=0), edges.end.max(axis=0)
        size = np.maximum(*high) - np.minimum(*low) + 2 * reach_m
        cell_m = max(cell_m, float(np.sqrt(size.prod() / _MOST_CELLS)))
        west, south = np.minimum(*low) - reach_m - _MARGIN * cell_m
        columns, rows = (np.ceil(size / cell_m).astype(np.int64) + 2 * _MARGIN).tolist()
        grid = cls(float(west), float(south), cell_m, columns, rows, np.empty((0, 0), dtype=np.int32))
        return grid._replace(corner_owner=_corner_owners(edges, grid))

    def cells_of(self, places: Points) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return column and row of each place's cell, of the nearest cell for places beyond the grid.

        Parameters
        ----------
        places
            Shape (n, 2), finite metres.
        """
        column = np.floor((places[:, 0] - self.west) / self.cell_m)
        row = np.floor((places[:, 1] - self.south) / self.cell_m)
        return (
            np.clip(column, 0, self.columns - 1).astype(np.int64),
            np.clip(row, 0, self.rows - 1).astype(np.int64),
        )

    def corners(self, column: NDArray[np.int64], row: NDArray[np.int64]) -> Points:
        """Return the south-west corners of cells, shape (n, 2), metres."""
        return np.column_stack([self.west + column * self.cell_m, self.south + row * self.cell_m])


def _corner_owners(edges: BorderEdges, grid: BorderGrid) -> NDArray[np.int32]:
    """Sweep each column of corners from south to north: at a crossing one area ends and another begins."""
    edge, column = _straddled_columns(edges, grid)
    row = _first_corner_north_of(edges, edge, grid, column)
    owner = np.full((grid.columns, grid.rows), -1, dtype=np.int32)
    begins = _sorted_events(edges.left[edge], column, row)
    ends = _sorted_events(edges.right[edge], column, row)
    # sorted by area, column and row, the k-th beginning meets the k-th end
    length = ends[:, 2] - begins[:, 2]
    flat = begins[:, 1] * grid.rows + begins[:, 2]
    inside = np.repeat(flat - np.cumsum(length) + length, length) + np.arange(length.sum())
    owner.reshape(-1)[inside] = np.repeat(begins[:, 0], length)
    return owner


def _straddled_columns(edges: BorderEdges, grid: BorderGrid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of an edge and a column of corners with start <= corner < end, west to east."""
    first = np.floor((edges.start[:, 0] - grid.west) / grid.cell_m).astype(np.int64)
    last = np.ceil((edges.end[:, 0] - grid.west) / grid.cell_m).astype(np.int64)
    edge, column = _ranges(first, last - first + 1)
    x = grid.west + column * grid.cell_m
    met = (edges.start[edge, 0] <= x) & (x < edges.end[edge, 0])
    return edge[met], column[met]


def _first_corner_north_of(
    edges: BorderEdges, edge: NDArray[np.int64], grid: BorderGrid, column: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the row of the first corner in the column that is left of the edge by the predicate of all."""
    start, end = edges.start[edge], edges.end[edge]
    along = (grid.west + column * grid.cell_m - start[:, 0]) / (end[:, 0] - start[:, 0])
    north = start[:, 1] + along * (end[:, 1] - start[:, 1])
    row = np.ceil((north - grid.south) / grid.cell_m).astype(np.int64)
    row -= lies_left(start, end, grid.corners(column, row - 1))
    row += ~lies_left(start, end, grid.corners(column, row))
    return row


def _sorted_events(
    area: NDArray[np.int32], column: NDArray[np.int64], row: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return area, column and row of the crossings that concern an area, sorted, shape (k, 3)."""
    events = np.column_stack([area.astype(np.int64), column, row])[area >= 0]
    return events[np.lexsort(events.T[::-1])]


def _ranges(
    first: NDArray[np.int64], count: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (i, first[i]), (i, first[i] + 1), … with count[i] entries for each i."""
    index = np.repeat(np.arange(len(first)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return index, first[index] + offset


class NearEdges(NamedTuple):
    """For each cell the edges that come within a reach of any place in it."""

    grid: BorderGrid
    reach_m: float
    starts: NDArray[np.int64]
    """Shape (columns · rows + 1,): where a cell's edges begin in `edge`; cells column by column."""
    edge: NDArray[np.int32]

    @classmethod
    def within(cls, edges: BorderEdges, reach_m: float) -> Self:
        """List the edges near each cell of a new grid, whose cells are half as wide as the reach.

        Parameters
        ----------
        edges
            At least one.
        reach_m
            Metres, above 0. Some edges a little farther away are listed too.
        """
        grid = BorderGrid.over(edges, reach_m=reach_m, cell_m=reach_m / 2)
        blocks = [
            _cells_near(edges, grid, reach_m, np.arange(first, min(first + _EDGES_AT_ONCE, len(edges))))
            for first in range(0, len(edges), _EDGES_AT_ONCE)
        ]
        cell = np.concatenate([block[0] for block in blocks])
        edge = np.concatenate([block[1] for block in blocks])
        starts = np.zeros(grid.columns * grid.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell, minlength=len(starts) - 1), out=starts[1:])
        return cls(grid, reach_m, starts, edge[np.argsort(cell, kind="stable")])


def _cells_near(
    edges: BorderEdges, grid: BorderGrid, reach_m: float, which: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return pairs of cell and edge no farther apart than the reach, edges in order."""
    start, end = edges.start[which], edges.end[which]
    south, north = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    west_column, low_row = grid.cells_of(np.column_stack([start[:, 0], south]) - reach_m)
    east_column, high_row = grid.cells_of(np.column_stack([end[:, 0], north]) + reach_m)
    pair, column = _ranges(west_column, east_column - west_column + 1)
    line, row = _ranges(low_row[pair], (high_row - low_row + 1)[pair])
    pair, column = pair[line], column[line]
    middle = grid.corners(column, row) + grid.cell_m / 2
    along = end[pair] - start[pair]
    share = ((middle - start[pair]) * along).sum(axis=1) / (along * along).sum(axis=1)
    foot = start[pair] + np.clip(share, 0, 1)[:, None] * along
    near = np.hypot(*(middle - foot).T) <= reach_m + grid.cell_m * np.sqrt(0.5)
    return (column * grid.rows + row)[near].astype(np.int32), which[pair[near]].astype(np.int32)
