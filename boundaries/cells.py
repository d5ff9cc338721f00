"""Which area's ground is a point on: exact, in microseconds for one point, millions of points a second.

A point inside several shapes, or on a border of several, belongs to the smallest, and among equals to the
first: the answer depends on no order of rings or vertices. "Inside" means what GEOS calls ``intersects``.
"""

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from boundaries import cell_lookup
from boundaries.cell_building import Cells, build_cells
from boundaries.cell_files import bring_in, open_cells, write_cells
from boundaries.coordinates import Points
from boundaries.rings import Rings

_WORTH_COMPILING = 20_000_000  # points, from which the compiler's start of two seconds pays
_warm = Event()


def warm(*indexes: "CellIndex") -> Thread:
    """Load the compiled look-up in the background; from when it is there, every index uses it for `rows`.

    Where it cannot be loaded, because the compiler may write to no folder, the plain look-up goes on.

    Parameters
    ----------
    *indexes
        Indexes whose file shall be in memory too, so that no single look-up waits for a page of it.

    Returns
    -------
    Thread
        The thread that loads; join it to wait.
    """
    thread = Thread(target=_load, args=indexes, name="warm cells", daemon=True)
    thread.start()
    return thread


def _load(*indexes: "CellIndex") -> None:
    for index in indexes:
        bring_in(index.cells)
    # Numba raises RuntimeError where its cache has no place
    with suppress(RuntimeError):
        import boundaries.cell_kernels  # noqa: F401, PLC0415 - the compiler takes seconds to start

        _warm.set()


class CellIndex:
    """Finds the shape that holds a point; made from shapes, or opened from a file.

    The index is a grid: most cells lie inside one shape and answer at once, those on a border hold the few
    edges that cross them.
    """

    cells: Cells
    """The arrays it is made of."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    @classmethod
    def of(cls, shapes: NDArray[Any]) -> Self:
        """Build the index of shapes.

        Parameters
        ----------
        shapes
            Shape (n,), valid polygons and multipolygons in degrees; None and empty ones hold no point.
            Degrees are a plane: what lies across 180° has a part on either side, as RFC 7946 wants it.
        """
        return cls(build_cells(Rings.of(shapes)))

    @classmethod
    def kept(cls, shapes: NDArray[Any], path: Path) -> Self:
        """Open the index of shapes from a file; if it is of others or damaged, build it and write the file.

        A folder in which nothing can be written is no hindrance.
        """
        rings = Rings.of(shapes)
        fingerprint = rings.fingerprint()
        cells = open_cells(path, fingerprint)
        if cells is None:
            cells = build_cells(rings)
            try:
                write_cells(path, cells, fingerprint)
            except OSError:
                return cls(cells)
        return cls(cells)

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Map an index from a file, whatever its shapes; None when the file is not a whole one of ours.

        It takes a millisecond, whatever the size, because only `kept` looks for damage inside the file.
        """
        cells = open_cells(path, None)
        return None if cells is None else cls(cells)

    def save(self, path: Path) -> None:
        """Write the index to a file that `open` maps."""
        write_cells(path, self.cells, self.cells.rings.fingerprint())

    def __len__(self) -> int:
        return len(self.cells.rings)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays, the shapes' own vertices among them."""
        return self.cells.nbytes

    def row(self, lon: float, lat: float) -> int:
        """Return the row of the shape that holds a point, -1 for none."""
        return self._reader.row(lon, lat)

    def rows(self, points: Points) -> NDArray[np.int32]:
        """Return the row of the shape that holds each point.

        Parameters
        ----------
        points
            Shape (n, 2). NaN and infinite ones are in no shape.

        Returns
        -------
        NDArray[np.int32]
            Shape (n,); -1 for none.
        """
        if len(points) >= _WORTH_COMPILING:
            _load()
        if not _warm.is_set():
            return cell_lookup.rows(self.cells, points)
        from boundaries import cell_kernels  # noqa: PLC0415 - loaded by now

        return cell_kernels.rows(self.cells, points)

    @cached_property
    def _reader(self) -> cell_lookup.CellReader:
        return cell_lookup.CellReader(self.cells)
