"""The cell index is built: a grid over the layer, finer grids where borders run, leaves where they are.

A cell of the grid is divided into 2^k x 2^k fine cells, k by the number of its edges; a fine cell is outside
of all shapes, inside one, or a leaf. A cell that no border crosses is a single fine cell, so that every point
takes the same steps. What lies under a shape that wins the whole cell is forgotten. All of it is array
arithmetic: no compiler has to start for it.
"""

import sys
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.cell_leaves import Leaves, Members, leaves_of
from boundaries.cell_raster import MARGIN, Segments, Windows, crossed, draw
from boundaries.coordinates import Points
from boundaries.rings import Floats, Integers, Rings, Truths

OUTSIDE = -1
LEVELS = 8
"""A cell of the grid is coded as its first fine cell * LEVELS + k."""
_SIDE = 1.4  # of a cell, in sides of a square as large as the median shape
_SHIFT = 0.6180339887  # of the grid, in cells: what is drawn on a lattice shall not lie on the lines
_LEAST_CELLS = 2**20
_CELLS_PER_SHAPE = 8
_VERTICES_PER_CELL = 128
_MOST_COLUMNS = 2**16
_MOST_FINE = 2**31 // LEVELS  # so that codes are 32-bit numbers
_FINE_PER_EDGE = ((1_000_000, 4.0), (20_000_000, 1.0), (sys.maxsize, 0.25))
"""Fine cells wanted for each edge, by the number of vertices: a nation has less memory to spare."""
_SHAPES_AT_ONCE = 1_000
_WORK_AT_ONCE = 200_000  # edges and fine cells, so that arrays stay in the processor's cache
_TILE = 24  # cells; those of a square of this side are filled together, since they have shapes in common


class Grid(NamedTuple):
    """Square cells over the whole layer."""

    west: float
    south: float
    per_unit: float
    """Cells per degree."""
    columns: int
    rows: int

    @classmethod
    def over(cls, rings: Rings, sizes: Floats) -> Self:
        """Lay a grid over shapes of the given sizes."""
        if not len(rings.vertices):
            return cls(0.0, 0.0, 1.0, 1, 1)
        # each column by itself, which is twenty times faster than both at once
        low = np.array([column.min() for column in rings.vertices.T])
        high = np.array([column.max() for column in rings.vertices.T])
        extent = high - low
        drawn = sizes[sizes > 0]
        most = max(_LEAST_CELLS, _CELLS_PER_SHAPE * len(rings))
        # a few shapes of very many vertices want more cells than their number says
        detailed = float(np.sqrt(extent.prod() * _VERTICES_PER_CELL / len(rings.vertices)))
        side = max(
            min(_SIDE * float(np.sqrt(np.median(drawn))), detailed) if len(drawn) else 0.0,
            float(np.sqrt(extent.prod() / most)),
            float(extent.max()) / _MOST_COLUMNS,
            4 * float(np.spacing(np.abs([low, high]).max())),
        )
        per_unit = 1 / side
        west, south = (low - _SHIFT * side).tolist()
        columns, rows = (np.floor((high - [west, south]) * per_unit + MARGIN).astype(int) + 1).tolist()
        return cls(west, south, per_unit, columns, rows)


class Cells(NamedTuple):
    """The index as arrays; what it answers is in `cell_lookup`."""

    grid: Grid
    coarse: NDArray[np.int32]
    """Shape (rows * columns + 1,): where each cell's fine cells are; the last is all that is off the grid."""
    fine: NDArray[np.int32]
    """The shape's row, OUTSIDE, or -2 - (half the leaf's place in `leaves`)."""
    leaves: NDArray[np.int16]
    """See `cell_leaves`."""
    rings: Rings

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        index = self.coarse.nbytes + self.fine.nbytes + self.leaves.nbytes
        return index + sum(array.nbytes for array in self.rings)


class _Entries(NamedTuple):
    """Pairs of a cell and a shape that touches it; those of a cell in a row, the smallest shape last."""

    cell: Integers
    shape: Integers
    edges: Integers
    inside: Truths
    doubtful: Truths

    def of(self, which: Integers | Truths | slice) -> Self:
        return type(self)._make(part[which] for part in self)

    @property
    def border(self) -> Truths:
        return (self.edges > 0) | self.doubtful


def build_cells(rings: Rings) -> Cells:
    """Build the index of shapes; of several that hold a point the smallest wins, among equals the first."""
    sizes = rings.sizes()
    grid = Grid.over(rings, sizes)
    ranking = np.lexsort((np.arange(len(rings)), sizes))
    rank = np.empty(len(rings), dtype=np.int64)
    rank[ranking] = np.arange(len(rings))
    shape_of_rank = np.append(ranking, OUTSIDE)
    entries = _coarse_entries(rings, grid)
    tile = entries.cell // grid.columns // _TILE * grid.columns + entries.cell % grid.columns // _TILE
    entries = entries.of(np.lexsort((-rank[entries.shape], entries.cell, tile)))
    best = np.full(grid.rows * grid.columns, len(rings))
    entries = entries.of(_contested(entries, entries.cell, rank, best))
    first = np.flatnonzero(np.append(True, entries.cell[1:] != entries.cell[:-1])[: len(entries.cell)])
    divided = entries.cell[first]
    edges = np.add.reduceat(entries.edges, first) if len(first) else entries.edges
    level = _level(edges, next(wanted for most, wanted in _FINE_PER_EDGE if len(rings.vertices) <= most))
    coarse, fine = _undivided(shape_of_rank[best], divided, level)
    leaves: list[NDArray[np.int16]] = [np.empty(0, dtype=np.int16)]
    done = filled = 0
    bounds = np.append(first, len(entries.cell))
    for part in _shares(edges + 4**level):
        own = entries.of(slice(bounds[part.start], bounds[part.stop]))
        refined = _Divided(rings, grid, divided[part], level[part], best[divided[part]])
        codes, blob = refined.filled(own, rank, shape_of_rank, done)
        fine[filled : filled + len(codes)] = codes
        leaves.append(blob)
        filled += len(codes)
        done += len(blob) // 2
    return Cells(grid, coarse, fine, _joined(leaves), rings)


def _undivided(
    shape: Integers, divided: Integers, level: Integers
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the codes of the grid's cells, and the fine cells with all those filled that are whole ones.

    Parameters
    ----------
    shape
        Who holds each cell of the grid, where it is held by one.
    divided, level
        Which cells are divided, and how often; their fine cells come first, in this order.
    """
    starts = np.cumsum(4**level) - 4**level
    total = int((4**level).sum())
    whole = np.ones(len(shape) + 1, dtype=bool)
    whole[divided] = False
    places = np.flatnonzero(whole)
    coarse = np.empty(len(whole), dtype=np.int32)
    coarse[places] = LEVELS * (total + np.arange(len(places)))
    coarse[divided] = LEVELS * starts + level
    fine = np.empty(total + len(places), dtype=np.int32)
    fine[total:] = np.append(shape, OUTSIDE)[places]
    return coarse, fine


def _joined(parts: list[NDArray[np.int16]]) -> NDArray[np.int16]:
    """Join arrays and empty the list on the way, so that nothing is held twice."""
    whole = np.empty(sum(map(len, parts)), dtype=parts[0].dtype)
    end = len(whole)
    while parts:
        part = parts.pop()
        whole[end - len(part) : end] = part
        end -= len(part)
    return whole


def _level(edges: Integers, fine_per_edge: float) -> Integers:
    """Return how often to halve the sides of cells with that many edges."""
    halvings = np.ceil(np.log2(np.maximum(edges * fine_per_edge, 1)) / 2)
    level = np.asarray(halvings.clip(0, LEVELS - 1), dtype=np.int64)
    while (4**level).sum() > _MOST_FINE // 2:
        level = np.maximum(level - 1, 0)
    return level


def _shares(work: Integers) -> Iterator[slice]:
    """Cut a list into runs of about equal work."""
    total = np.cumsum(work)
    start = 0
    while start < len(work):
        stop = int(np.searchsorted(total, _WORK_AT_ONCE + (total[start - 1] if start else 0))) + 1
        yield slice(start, min(stop, len(work)))
        start = min(stop, len(work))


def _contested(entries: _Entries, cell: Integers, rank: Integers, best: Integers) -> Truths:
    """Note the winner of each cell's ground in `best`, and say which borders can still change the answer."""
    covers = ~entries.border & entries.inside
    # of several that cover a cell the smallest comes last, and stays
    best[cell[covers]] = rank[entries.shape[covers]]
    contested: Truths = entries.border & (rank[entries.shape] < best[cell])
    return contested


class _Drawn(NamedTuple):
    """Some shapes on the coarse grid, each in its window."""

    edges: Segments
    low: Integers
    """Shape (n, 2): column and row of each window's corner."""
    windows: Windows
    least: Points
    most: Points


def _drawn(rings: Rings, grid: Grid, shapes: Integers) -> _Drawn:
    """Bring shapes, none of them empty, onto the coarse grid."""
    place, vertex = rings.edges_of(shapes)
    first = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    (ax, bx, west, east), (ay, by, south, north) = (
        _along(rings.vertices[:, axis], vertex, first, (grid[axis], grid.per_unit)) for axis in (0, 1)
    )
    low = np.column_stack([np.floor(west - MARGIN), np.floor(south - MARGIN)]).astype(np.int64)
    columns, rows = (
        np.floor(most + MARGIN).astype(np.int64) - low[:, axis] + 1 for axis, most in enumerate((east, north))
    )
    across, up = low[place, 0], low[place, 1]
    edges = Segments(ax - across, ay - up, bx - across, by - up, place).upward()
    least, most = np.column_stack([west, south]), np.column_stack([east, north])
    return _Drawn(edges, low, Windows.of(columns, rows), least, most)


def _along(
    vertices: Floats, vertex: Integers, first: Integers, scale: tuple[float, float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return along one axis, in cells: both ends of edges, and the extent of each shape's."""
    start, end = ((vertices[which] - scale[0]) * scale[1] for which in (vertex, vertex + 1))
    return start, end, np.minimum.reduceat(start, first), np.maximum.reduceat(start, first)


def _coarse_entries(rings: Rings, grid: Grid) -> _Entries:
    """Return all pairs of a coarse cell and a shape that touches it."""
    filled = np.flatnonzero(np.diff(rings.shape_starts))
    found = []
    for start in range(0, len(filled), _SHAPES_AT_ONCE):
        shapes = filled[start : start + _SHAPES_AT_ONCE]
        drawn = _drawn(rings, grid, shapes)
        raster = draw(drawn.edges, drawn.windows, np.zeros(len(shapes), dtype=bool), covered=True)
        edges = np.bincount(raster.cell, minlength=len(raster.inside))
        met = np.flatnonzero((edges > 0) | raster.inside | raster.doubtful)
        window, column, row = (part[met] for part in drawn.windows.cells())
        cell = (drawn.low[window, 1] + row) * grid.columns + drawn.low[window, 0] + column
        found.append(_Entries(cell, shapes[window], edges[met], raster.inside[met], raster.doubtful[met]))
    if not found:
        nothing = np.empty(0, dtype=np.int64)
        return _Entries(nothing, nothing, nothing, nothing.astype(bool), nothing.astype(bool))
    return _Entries._make(np.concatenate(parts) for parts in zip(*found, strict=True))


class _Divided(NamedTuple):
    """Some coarse cells that are divided, in order."""

    rings: Rings
    grid: Grid
    cell: Integers
    level: Integers
    best: Integers
    """The rank that holds each whole cell; the number of shapes for none."""

    def filled(
        self, entries: _Entries, rank: Integers, shape_of_rank: Integers, done: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
        """Return the fine cells' codes and the leaves, whose places begin at `done`."""
        cell = np.cumsum(np.append(False, entries.cell[1:] != entries.cell[:-1]))
        edges, windows, low = self._windows(entries, cell)
        corner_inside = entries.inside & (low == 0).all(axis=1)
        raster = draw(edges, windows, corner_inside, covered=False)
        pair, column, row = windows.cells()
        starts = np.cumsum(4**self.level) - 4**self.level
        spot = starts[cell[pair]] + ((low[pair, 1] + row) << self.level[cell[pair]]) + low[pair, 0] + column
        fine = _Entries(
            spot,
            entries.shape[pair],
            np.bincount(raster.cell, minlength=len(spot)),
            raster.inside,
            raster.doubtful | entries.doubtful[pair],
        )
        best = np.repeat(self.best, 4**self.level)
        kept = np.flatnonzero(_contested(fine, spot, rank, best))
        codes = shape_of_rank[best]
        members = Members.of(spot[kept], rank[fine.shape[kept]], fine.inside[kept], fine.doubtful[kept], best)
        entry = np.full(len(spot), -1)
        entry[kept] = np.arange(len(kept))
        met = np.flatnonzero(entry[raster.cell] >= 0)
        at = raster.cell[met]
        local = edges.moved(raster.edge[met], column[at].astype(float), row[at].astype(float), entry[at])
        made: Leaves = leaves_of(members, local, shape_of_rank)
        codes[made.spot] = -2 - (done + made.starts // 2)
        return codes.astype(np.int32), made.blob

    def _windows(self, entries: _Entries, cell: Integers) -> tuple[Segments, Windows, Integers]:
        """Return the edges in each pair of cell and shape, and its window: the shape's part of the cell."""
        shapes, of_shape = np.unique(entries.shape, return_inverse=True)
        drawn = _drawn(self.rings, self.grid, shapes)
        place = np.column_stack([entries.cell % self.grid.columns, entries.cell // self.grid.columns])
        within = place - drawn.low[of_shape]
        flat = drawn.windows.starts[of_shape] + within[:, 1] * drawn.windows.columns[of_shape] + within[:, 0]
        pair_at = np.full(drawn.windows.starts[-1], -1)
        pair_at[flat] = np.arange(len(flat))
        edge, at = crossed(drawn.edges, drawn.windows, covered=True)
        pair = pair_at[at]
        edge, pair = edge[pair >= 0], pair[pair >= 0]
        side = 2.0 ** self.level[cell][:, None]
        low = np.floor((drawn.least[of_shape] - place) * side - MARGIN).clip(0, side - 1).astype(np.int64)
        high = np.floor((drawn.most[of_shape] - place) * side + MARGIN).clip(0, side - 1).astype(np.int64)
        size = high - low + 1
        scale, corner = side[pair, 0], within + low / side
        edges = drawn.edges.moved(edge, corner[pair, 0], corner[pair, 1], pair)
        ax, ay, bx, by = (part * scale for part in edges[:4])
        return Segments(ax, ay, bx, by, pair), Windows.of(size[:, 0], size[:, 1]), low
