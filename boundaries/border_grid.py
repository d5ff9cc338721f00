"""A grid over border edges: who owns the corners of its cells, and which edges come into each of them.

From a corner whose owner is known to any place in the cell it is a short walk: along the cell's west side,
then east. Every edge crossed on the way exchanges one owner for another, so the owner of a place needs no
polygon.

An edge is listed in all cells of the rectangle of cells around it. Whoever goes through a rectangle of cells
may meet it several times, but takes it only in the first: where the column is the first of the edge, or of
those gone through, and the row likewise.
"""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.border_edges import BorderEdges, lies_left, owned_shapes
from boundaries.coordinates import Points, Projection
from boundaries.rings import ragged, sorting

_CELL_M = 250.0
_MOST_CELLS = 16_000_000  # 64 MB of owners, 128 MB of beginnings
_EDGES_AT_ONCE = 4_000_000
_MARGIN = 1  # cells around the layer
_ROUNDING = 1e-6  # cells


class BorderGrid(NamedTuple):
    """The borders of a layer: edges, and square cells over all of them that list them column by column.

    The corner of a cell is its south-west one. The arrays cannot be written to: they may lie in a file.
    """

    west: float
    """Metres."""
    south: float
    """Metres."""
    cell_m: float
    columns: int
    rows: int
    areas: int
    """How many areas there are, some of which may own nothing."""
    corner_owner: NDArray[np.int32]
    """Shape (columns · rows,): the row of the area that owns the corner, -1 for none."""
    starts: NDArray[np.int64]
    """Shape (columns · rows + 1,): where a cell's edges begin in `listed`."""
    listed: NDArray[np.int32]
    """Four times the row in `lines`, and 1 more in the edge's first column, 2 more in its first row."""
    lines: NDArray[np.float64]
    """Shape (m, 4), see `BorderEdges`; neighbours stand near each other."""
    sides: NDArray[np.int32]
    """Shape (m, 2), see `BorderEdges`."""

    @classmethod
    def of(cls, shapes: NDArray[Any], projection: Projection) -> Self:
        """Lay the grid over the borders of areas.

        Parameters
        ----------
        shapes
            Shape (n,), valid polygons and multipolygons, WGS 84.
        projection
            The grid in metres.
        """
        return cls.over(BorderEdges.of(owned_shapes(shapes, projection)), len(shapes))

    @classmethod
    def over(cls, edges: BorderEdges, areas: int) -> Self:
        """Lay the grid over edges; without any it has one cell that nobody owns."""
        place = _place(edges) if len(edges) else (0.0, 0.0, _CELL_M, 1, 1)
        nothing, nowhere = np.empty(0, dtype=np.int32), np.zeros(2, dtype=np.int64)
        grid = cls(*place, areas, nothing, nowhere, nothing, edges.lines, edges.sides)
        first = grid.cells_of(np.column_stack([edges.lines[:, 0], edges.lines[:, [1, 3]].min(axis=1)]))
        edges = edges.of_rows(sorting(first[0] * grid.rows + first[1]))
        starts, listed = _listed(edges, grid)
        grid = grid._replace(starts=starts, listed=listed, lines=edges.lines, sides=edges.sides)
        grid = grid._replace(corner_owner=_corner_owners(edges, grid))
        for array in grid[-5:]:
            array.flags.writeable = False
        return grid

    @property
    def edges(self) -> BorderEdges:
        """The edges."""
        return BorderEdges(self.lines, self.sides)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self[-5:])

    def cells_of(self, places: Points) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return column and row of each place's cell, of the nearest cell for places beyond the grid.

        Parameters
        ----------
        places
            Shape (n, 2), finite metres.
        """
        column = np.floor((places[:, 0] - self.west) / self.cell_m)
        row = np.floor((places[:, 1] - self.south) / self.cell_m)
        # for one place half the time of np.clip
        return (
            np.minimum(np.maximum(column, 0), self.columns - 1).astype(np.int64),
            np.minimum(np.maximum(row, 0), self.rows - 1).astype(np.int64),
        )

    def corners(self, column: NDArray[np.int64], row: NDArray[np.int64]) -> Points:
        """Return the south-west corners of cells, shape (n, 2), metres."""
        return np.column_stack([self.west + column * self.cell_m, self.south + row * self.cell_m])

    def near(
        self, places: Points, reach_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return all pairs of a place and an edge that comes into its rectangle of cells, each once.

        Parameters
        ----------
        places
            Shape (n, 2), finite metres.
        reach_m
            Shape (n,): the rectangle holds every cell within so many metres, east, west, north and south.

        Returns
        -------
        tuple
            Place and edge of each pair, place by place.
        """
        low, high = self.cells_of(places - reach_m[:, None]), self.cells_of(places + reach_m[:, None])
        place, step = ragged(high[0] - low[0] + 1)
        across, cell = ragged((high[1] - low[1] + 1)[place])
        place, column, row = place[across], (low[0][place] + step)[across], low[1][place[across]] + cell
        flat = column * self.rows + row
        entry, step = ragged(self.starts[flat + 1] - self.starts[flat])
        listed = self.listed[self.starts[flat][entry] + step]
        once = (listed & 1 > 0) | (column == low[0][place])[entry]
        once &= (listed & 2 > 0) | (row == low[1][place])[entry]
        return place[entry[once]], (listed[once] >> 2).astype(np.int64)

    def listed_near(self, places: Points, reach_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return how much there is to look at around each place: cells and what they list, shape (n,)."""
        low, high = self.cells_of(places - reach_m[:, None]), self.cells_of(places + reach_m[:, None])
        place, step = ragged(high[0] - low[0] + 1)
        column = (low[0][place] + step) * self.rows
        entries = self.starts[column + high[1][place] + 1] - self.starts[column + low[1][place]]
        return np.bincount(place, entries + (high[1] - low[1] + 1)[place]).astype(np.int64)


def _place(edges: BorderEdges) -> tuple[float, float, float, int, int]:
    """Return where a grid over edges begins, its cell, and its numbers of columns and rows."""
    low = np.minimum(edges.start.min(axis=0), edges.end.min(axis=0))
    size = np.maximum(edges.start.max(axis=0), edges.end.max(axis=0)) - low
    cell_m = max(_CELL_M, float(np.sqrt(size.prod() / _MOST_CELLS)))
    west, south = (low - _MARGIN * cell_m).tolist()
    columns, rows = (np.ceil(size / cell_m).astype(np.int64) + 2 * _MARGIN).tolist()
    return west, south, cell_m, columns, rows


def _low_corner(lines: NDArray[np.float64]) -> Points:
    return np.column_stack([lines[:, 0], np.minimum(lines[:, 1], lines[:, 3])])


def _listed(edges: BorderEdges, grid: BorderGrid) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each cell's list begins, and the lists."""
    cells, listed = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int32)]
    for start in range(0, len(edges), _EDGES_AT_ONCE):
        lines = edges.lines[start : start + _EDGES_AT_ONCE]
        low = grid.cells_of(_low_corner(lines))
        high = grid.cells_of(np.column_stack([lines[:, 2], np.maximum(lines[:, 1], lines[:, 3])]))
        edge, step = ragged(high[0] - low[0] + 1)
        across, row = ragged((high[1] - low[1] + 1)[edge])
        edge, step = edge[across], step[across]
        cells.append((low[0][edge] + step) * grid.rows + low[1][edge] + row)
        listed.append((4 * (edge + start) + (step == 0) + 2 * (row == 0)).astype(np.int32))
    cell = np.concatenate(cells)
    starts = np.zeros(grid.columns * grid.rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell, minlength=len(starts) - 1), out=starts[1:])
    return starts, np.concatenate(listed)[sorting(cell)]


def _corner_owners(edges: BorderEdges, grid: BorderGrid) -> NDArray[np.int32]:
    """Sweep each column of corners from south to north: at a crossing one area ends and another begins."""
    edge, column = _straddled_columns(edges, grid)
    row = _first_corner_north_of(edges, edge, grid, column)
    owner = np.full(grid.columns * grid.rows, -1, dtype=np.int32)
    begins = _sorted_events(edges.sides[edge, 0], column, row)
    ends = _sorted_events(edges.sides[edge, 1], column, row)
    # sorted by area, column and row, the k-th beginning meets the k-th end
    flat, length = begins[1] * grid.rows + begins[2], ends[2] - begins[2]
    event, step = ragged(length)
    owner[flat[event] + step] = begins[0][event]
    return owner


def _straddled_columns(edges: BorderEdges, grid: BorderGrid) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all pairs of an edge and a column of corners with start <= corner < end, west to east."""
    first = np.floor((edges.start[:, 0] - grid.west) / grid.cell_m - _ROUNDING).astype(np.int64)
    last = np.floor((edges.end[:, 0] - grid.west) / grid.cell_m + _ROUNDING).astype(np.int64)
    some = np.flatnonzero(first < last)
    edge, step = ragged(last[some] - first[some])
    edge, column = some[edge], first[some][edge] + 1 + step
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
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return area, column and row of the crossings that concern an area, sorted."""
    some = np.flatnonzero(area >= 0)
    some = some[np.lexsort((row[some], column[some], area[some]))]
    return area[some].astype(np.int64), column[some], row[some]
