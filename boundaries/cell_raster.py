"""Edges drawn onto small grids: which cells they cross, and which cells' corners lie inside the shape.

Each shape is drawn onto a window of its own, cells of side 1 from (0, 0) in the south-west. A corner's side
is found by walking: from the window's own corner, whose side is known, north along its west side, then east.
Every edge crossed on the way changes sides. The walk is on rounded numbers, so a corner that an edge passes
by less than `DOUBT` is marked: whoever uses it has to ask the exact predicate.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.rings import Floats, Integers, Truths, ragged

MARGIN = 1e-5
"""Sides of a cell; edges that pass a cell no farther away are counted as crossing it."""
DOUBT = 1e-8
"""Sides of a cell, far above the rounding of 53-bit numbers on any grid laid here."""


class Segments(NamedTuple):
    """Edges in the coordinates of a window."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    window: Integers

    def of(self, which: Integers | Truths) -> Self:
        """Return some of the edges, in the order given."""
        return type(self)._make(part[which] for part in self)

    def moved(self, which: Integers, west: Floats, south: Floats, window: Integers) -> Self:
        """Return some of the edges, each in a window whose corner is at (west, south)."""
        return type(self)(
            self.ax[which] - west,
            self.ay[which] - south,
            self.bx[which] - west,
            self.by[which] - south,
            window,
        )

    def upward(self) -> Self:
        """Return the edges with their lower end first, equal ones from west to east."""
        turned = (self.ay > self.by) | ((self.ay == self.by) & (self.ax > self.bx))
        return self._turned(turned)

    def eastward(self) -> Self:
        """Return the edges with their western end first, equal ones from south to north."""
        turned = (self.ax > self.bx) | ((self.ax == self.bx) & (self.ay > self.by))
        return self._turned(turned)

    def _turned(self, turned: Truths) -> Self:
        # places are several times faster here than np.where with a mask nobody can predict
        which = np.flatnonzero(turned)
        ends = []
        for start, end in ((self.ax, self.bx), (self.ay, self.by)):
            first, last = start.copy(), end.copy()
            first[which], last[which] = end[which], start[which]
            ends.append((first, last))
        (ax, bx), (ay, by) = ends
        return type(self)(ax, ay, bx, by, self.window)


class Windows(NamedTuple):
    """Grids side by side in one flat list of cells, each row by row from the south-west."""

    columns: Integers
    rows: Integers
    starts: Integers
    """Shape (n + 1,): where each window's cells begin."""

    @classmethod
    def of(cls, columns: Integers, rows: Integers) -> Self:
        """Lay out windows of the given sizes."""
        return cls(columns, rows, np.concatenate([[0], np.cumsum(columns * rows)]).astype(np.int64))

    def cells(self) -> tuple[Integers, Integers, Integers]:
        """Return window, column and row of every cell."""
        window, within = ragged(self.columns * self.rows)
        row, column = np.divmod(within, self.columns[window])
        return window, column, row


class Raster(NamedTuple):
    """What was found; cells by their place in the flat list."""

    edge: Integers
    """With `cell` the pairs of an edge and a cell it crosses."""
    cell: Integers
    inside: Truths
    """One per cell: its corner lies in the window's shape."""
    doubtful: Truths
    """One per cell: an edge passes the corner, or one the walk relied on, too closely."""


def draw(edges: Segments, windows: Windows, corner_inside: Truths, *, covered: bool) -> Raster:
    """Draw edges onto windows.

    Parameters
    ----------
    edges
        All edges of each shape that come near its window, upward, in any order.
    windows
        One for each shape.
    corner_inside
        Whether the corner (0, 0) of each window lies in its shape.
    covered
        No edge reaches out of its window.
    """
    edge, cell = crossed(edges, windows, covered=covered)
    east, doubtful = _crossed_eastward(edges, windows)
    north, doubtful_rows, doubtful_windows = _crossed_northward(edges, windows)
    inside = _summed(east, windows.columns, windows.rows)
    _, row_window = _row_starts(windows)
    row_inside = _summed(north, windows.rows, np.ones_like(windows.rows)) ^ corner_inside[row_window]
    per_row = windows.columns[row_window]
    doubtful |= np.repeat(doubtful_rows | doubtful_windows[row_window], per_row)
    return Raster(edge, cell, inside ^ np.repeat(row_inside, per_row), doubtful)


def crossed(edges: Segments, windows: Windows, *, covered: bool) -> tuple[Integers, Integers]:
    """Return the pairs of an edge, upward, and a cell it crosses; covered as for `draw`."""
    west = np.floor(np.minimum(edges.ax, edges.bx) - MARGIN)
    east = np.floor(np.maximum(edges.ax, edges.bx) + MARGIN)
    south, north = np.floor(edges.ay - MARGIN), np.floor(edges.by + MARGIN)
    short = (west == east) & (south == north)
    long = ~short
    if not covered:
        height, width = windows.rows[edges.window], windows.columns[edges.window]
        near = (north >= 0) & (south < height) & (east >= 0) & (west < width)
        short, long = near & short, near & long
    one, more = np.flatnonzero(short), np.flatnonzero(long)
    window = edges.window[one]
    # by rounding, an edge of a window that covers it may seem to be one cell off
    column = np.clip(west[one], 0, windows.columns[window] - 1).astype(np.int64)
    row = np.clip(south[one], 0, windows.rows[window] - 1).astype(np.int64)
    first = windows.starts[window] + row * windows.columns[window] + column
    edge, cell = _crossed_by_long(edges, windows, more)
    return np.concatenate([one, edge]), np.concatenate([first, cell])


def _crossed_by_long(edges: Segments, windows: Windows, which: Integers) -> tuple[Integers, Integers]:
    """Find the cells of edges that may cross several: first the rows, then the columns in each."""
    height, width = windows.rows[edges.window[which]], windows.columns[edges.window[which]]
    low = np.clip(np.floor(edges.ay[which] - MARGIN), 0, height - 1).astype(np.int64)
    high = np.clip(np.floor(edges.by[which] + MARGIN), 0, height - 1).astype(np.int64)
    place, row = ragged(high - low + 1)
    row += low[place]
    edge, width = which[place], width[place]
    part = edges.of(edge)
    first = _x_at(part, np.maximum(part.ay, row - MARGIN))
    last = _x_at(part, np.minimum(part.by, row + 1 + MARGIN))
    flat = part.ay == part.by
    first, last = np.where(flat, part.ax, first), np.where(flat, part.bx, last)
    start = np.floor(np.minimum(first, last) - MARGIN)
    stop = np.floor(np.maximum(first, last) + MARGIN)
    met = np.flatnonzero((stop >= 0) & (start < width))
    start = np.maximum(start[met], 0).astype(np.int64)
    stop = np.minimum(stop[met], width[met] - 1).astype(np.int64)
    begin = windows.starts[part.window[met]] + row[met] * width[met] + start
    place, further = ragged(stop - start + 1)
    return edge[met][place], begin[place] + further


def _x_at(edges: Segments, y: Floats) -> Floats:
    """Return where upward edges are at a height; any finite number for a flat edge."""
    rise = edges.by - edges.ay
    part = np.clip((y - edges.ay) / np.where(rise > 0, rise, 1.0), 0.0, 1.0)
    return np.asarray(edges.ax + part * (edges.bx - edges.ax))


def _crossed_eastward(edges: Segments, windows: Windows) -> tuple[NDArray[np.uint8], Truths]:
    """Count the edges crossed between each corner and the one to its west, and mark corners nearly met."""
    last = windows.rows[edges.window] - 1
    low = np.maximum(np.ceil(edges.ay), 0)
    high = np.minimum(np.ceil(edges.by) - 1, last)
    which = np.flatnonzero(high >= low)
    place, row = ragged((high[which] - low[which]).astype(np.int64) + 1)
    row += low[which][place].astype(np.int64)
    edge = which[place]
    x = _x_at(edges.of(edge), row.astype(np.float64))
    window = edges.window[edge]
    width = windows.columns[window]
    first = windows.starts[window] + row * width
    total = int(windows.starts[-1])
    column = np.floor(x) + 1
    met = (x >= 0) & (column < width)
    crossed = np.bincount(first[met] + column[met].astype(np.int64), minlength=total).astype(np.uint8)
    corner = np.rint(x)
    close = (np.abs(x - corner) < DOUBT) & (corner >= 0) & (corner < width)
    doubtful = np.zeros(total, dtype=bool)
    doubtful[first[close] + corner[close].astype(np.int64)] = True
    return crossed, doubtful


def _crossed_northward(edges: Segments, windows: Windows) -> tuple[NDArray[np.uint8], Truths, Truths]:
    """Count the edges crossed between the west ends of rows; mark rows, and whole windows, in doubt."""
    row_starts, row_window = _row_starts(windows)
    total = len(row_window)
    met = (np.minimum(edges.ax, edges.bx) <= 0) & (np.maximum(edges.ax, edges.bx) > 0)
    edges = edges.of(np.flatnonzero(met)).eastward()
    y = edges.ay - edges.ax / (edges.bx - edges.ax) * (edges.by - edges.ay)
    height, first = windows.rows[edges.window], row_starts[edges.window]
    row = np.floor(y) + 1
    met = (y > 0) & (row < height)
    crossed = np.bincount(first[met] + row[met].astype(np.int64), minlength=total).astype(np.uint8)
    nearest = np.rint(y)
    close = (np.abs(y - nearest) < DOUBT) & (nearest >= 0) & (nearest < height)
    doubtful_rows = np.zeros(total, dtype=bool)
    doubtful_rows[first[close] + nearest[close].astype(np.int64)] = True
    doubtful_windows = np.zeros(len(windows.rows), dtype=bool)
    doubtful_windows[edges.window[close & (nearest == 0)]] = True
    return crossed, doubtful_rows, doubtful_windows


def _row_starts(windows: Windows) -> tuple[Integers, Integers]:
    """Return where each window's rows begin in a list of all rows, and the window of each row."""
    starts = np.cumsum(windows.rows) - windows.rows
    return starts, np.repeat(np.arange(len(windows.rows)), windows.rows)


def _summed(crossed: NDArray[np.uint8], columns: Integers, rows: Integers) -> Truths:
    """Say for each cell whether the crossings from the beginning of its row up to it are odd."""
    # the sum wraps at 256, which keeps it odd or even
    summed = np.cumsum(crossed, dtype=np.uint8)
    per_row = np.repeat(columns, rows)
    begins = np.cumsum(per_row) - per_row
    before = summed[begins] - crossed[begins] if len(begins) else summed
    return np.asarray((summed - np.repeat(before, per_row)) & 1, dtype=bool)
