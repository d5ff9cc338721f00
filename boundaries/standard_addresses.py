"""The city's own list of addresses, as it is kept: which number of which street is where and in which unit.

No building, unit, room or person is in it: only what neighbours share, up to the number on the street.
357,000 addresses take a few megabytes in one Parquet file beside the names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from boundaries.areas import Areas
from boundaries.coordinates import Points
from boundaries.divisions import Divisions
from boundaries.errors import NotAMapError
from boundaries.house_numbers import HouseNumber

_VERSION = b"1"
_WORDS = ("street", "lanes", "estate", "kind", "unit")
_NUMBERS = ("number", "sub", "letter", "attached", "last")
_KEYS = ["street", "lanes", "mark", *_NUMBERS, "unit", "told", "estate", "kind"]
HOME_M = 30.0
"""So far outside of the unit it names a point counts as in it: the error of a phone, and of a border."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownDoors:
    """The known numbers of one street, or of one lane of it, in the order of the numbers."""

    numbers: tuple[HouseNumber | None, ...]
    """None for a row that only says through which unit the street runs."""
    marks_m: NDArray[np.int64]
    """Shape (n,): kilometre marks in metres; -1 for a house number."""
    units: tuple[str, ...]
    """Code of the unit each belongs to; empty when nobody says."""
    told: NDArray[np.bool_]
    """Shape (n,): whether the list names the unit; else the point was looked up."""
    points: Points
    """Shape (n, 2), WGS 84; NaN where the list gives none."""

    def where(self, chosen: NDArray[np.bool_]) -> "KnownDoors":
        """Return some of the doors."""
        rows = np.flatnonzero(chosen)
        return KnownDoors(
            tuple(self.numbers[row] for row in rows),
            self.marks_m[rows],
            tuple(self.units[row] for row in rows),
            self.told[rows],
            self.points[rows],
        )


class StandardAddresses:
    """Addresses of one county; made by `of` from what a file gave, or `load`."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        """Sorted by street, lane and number, one row per address. ``street`` (folded; ``@code`` and
        ``@code/hamlet`` for numbers that count through a village), ``lanes``, ``mark`` (whether ``number`` is
        a kilometre mark in metres), ``number`` (0: none) with ``sub``, ``letter``, ``attached``, ``last``;
        ``unit`` (code), ``told`` (whether the file names it), ``estate``, ``kind`` (category of the estate),
        ``count`` (rows of the file), ``lon``, ``lat`` (WGS 84, NaN without)."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Self:
        """Put the rows of a file together: the same address twice counts once, with the middle of its points.

        Parameters
        ----------
        rows
            The columns of `table` but ``count``.
        """
        grouped = rows.groupby(_KEYS, sort=True, observed=True)
        table = grouped[["lon", "lat"]].median().assign(count=grouped.size()).reset_index()
        return cls(_typed(table))

    @classmethod
    def none(cls) -> Self:
        """Return an empty list, for a county that gave none."""
        columns: dict[str, list[object]] = {name: [] for name in (*_KEYS, "lon", "lat", "count")}
        return cls(_typed(pd.DataFrame(columns)))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a list that `save` wrote; an empty one when there is no such file.

        Raises
        ------
        NotAMapError
            When the file is something else.
        """
        if not path.exists():
            return cls.none()
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise NotAMapError("the list of addresses {path} cannot be opened", path=path.name) from error
        if (table.schema.metadata or {}).get(b"geo-service addresses") != _VERSION:
            raise NotAMapError(
                "{path} is no list of addresses of this version: make it again with init", path=path.name
            )
        return cls(table.to_pandas())

    def save(self, path: Path) -> None:
        """Write the list; an existing file is replaced only by a complete one."""
        table = pa.Table.from_pandas(self.table, preserve_index=False)
        unfinished = path.with_name(f"unfinished-{path.name}")
        notes = {**(table.schema.metadata or {}), b"geo-service addresses": _VERSION}
        pq.write_table(table.replace_schema_metadata(notes), unfinished, compression="zstd")
        unfinished.replace(path)

    def __len__(self) -> int:
        return len(self.table)

    def doors(self, street: str, lanes: str = "") -> KnownDoors | None:
        """Return what is known along a street or in one of its lanes; None when nothing is."""
        rows = self._rows.get((street, lanes))
        return None if rows is None else self._doors(rows)

    def streets(self) -> Iterator[tuple[str, slice]]:
        """Yield the named streets with their rows of the table."""
        spans: dict[str, slice] = {}
        for (street, _), rows in self._rows.items():
            if street and not street.startswith("@"):
                spans[street] = slice(spans.get(street, rows).start, rows.stop)
        yield from spans.items()

    def resited(self, divisions: Divisions, areas: Areas) -> Self:
        """Return the addresses on another drawing: points decide where the named unit is gone or moved."""
        if not len(self):
            return self
        units, points = self.table["unit"].astype(str).to_numpy(), self._points
        located = located_units(areas, points)
        away = np.isfinite(points).all(axis=1) & ~lie_in_units(areas, points, units)
        unknown = ~np.isin(units, list(divisions))
        moved = np.where((away & (located != "")) | unknown, located, units)
        written = self.table["street"].astype(str)
        streets = [
            "@" + unit + street.removeprefix("@" + old) if street.startswith("@") else street
            for street, unit, old in zip(written, moved, units, strict=True)
        ]
        told = self.table["told"].to_numpy() & (moved == units)
        table = self.table.assign(street=streets, unit=moved, told=told)
        kept = table[(moved != "") | ~unknown]
        return type(self)(_typed(kept.sort_values(_KEYS, kind="stable").reset_index(drop=True)))

    def _doors(self, rows: slice) -> KnownDoors:
        part = self.table.iloc[rows]
        fields = [part[name].tolist() for name in _NUMBERS]
        marks = part["mark"].to_numpy()
        numbers = tuple(
            None if mark or not number else HouseNumber(number, sub, letter, attached, last)
            for mark, number, sub, letter, attached, last in zip(marks, *fields, strict=True)
        )
        metres = np.where(marks, part["number"].to_numpy(np.int64), -1)
        return KnownDoors(
            numbers, metres, tuple(part["unit"]), part["told"].to_numpy(bool), self._points[rows]
        )

    @cached_property
    def _points(self) -> Points:
        return self.table[["lon", "lat"]].to_numpy(np.float64)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str], slice]:
        """The rows of each street and lane; they lie together."""
        if not len(self):
            return {}
        street, lanes = self.table["street"].cat, self.table["lanes"].cat
        pairs = np.column_stack([street.codes, lanes.codes])
        starts = np.flatnonzero(np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)])
        stops = [*starts[1:].tolist(), len(pairs)]
        return {
            (street.categories[pairs[start, 0]], lanes.categories[pairs[start, 1]]): slice(start, stop)
            for start, stop in zip(starts.tolist(), stops, strict=True)
        }


def located_units(areas: Areas, points: Points) -> NDArray[np.object_]:
    """Return the code of the village that holds each point, shape (n,); empty outside and without a point."""
    codes = np.array([*(str(code) for code in areas.villages.index), ""], dtype=object)
    found: NDArray[np.object_] = np.full(len(points), "", dtype=object)
    placed = np.isfinite(points).all(axis=1)
    if placed.any() and len(areas.villages):
        found[placed] = codes[areas.locate_many(points[placed])]
    return found


def lie_in_units(
    areas: Areas, points: Points, units: Sequence[str] | NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Say for each point whether it lies in a unit or within `HOME_M` of it, shape (n,).

    True where there is nothing to hold against it: no point, or a unit that nobody has drawn.
    """
    units = np.asarray(units, dtype=object)
    located = located_units(areas, points)
    fits: NDArray[np.bool_] = (located == units) | ~np.isfinite(points).all(axis=1)
    shapes = areas.villages.geometry
    for code in set(units[~fits]):
        rows = np.flatnonzero(~fits & (units == code))
        if code not in shapes.index:
            fits[rows] = True
            continue
        grid = areas.projection
        ground = shapely.transform(shapes.loc[code], grid.to_metres)
        spots = shapely.points(grid.to_metres(points[rows]))
        fits[rows] = shapely.distance(ground, spots) <= HOME_M
    return fits


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    words = {name: table[name].astype(str).astype("category") for name in _WORDS}
    numbers = {name: table[name].astype(np.int32) for name in (*_NUMBERS, "count")}
    flags = {name: table[name].astype(bool) for name in ("mark", "told")}
    places = {name: table[name].astype(np.float64) for name in ("lon", "lat")}
    return pd.DataFrame({**words, **flags, **numbers, **places})
