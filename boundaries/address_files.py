"""The city's own address list: from a spreadsheet to what the geocoder can use, and what is wrong in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from boundaries.address_rows import AddressProblem, ReadAddress, UnitFinder, read_columns, read_full, shown
from boundaries.address_tables import AddressColumns, AddressTable, read_address_table
from boundaries.areas import Areas
from boundaries.coordinates import Datum, Points, parse_datum, to_wgs84
from boundaries.datum_check import DatumVerdict, Fit, check_datum
from boundaries.divisions import Divisions
from boundaries.errors import NoDatumError, WrongDatumError
from boundaries.names import fold_name
from boundaries.reasons import Reason
from boundaries.standard_addresses import StandardAddresses, lie_in_units, located_units

_EVERY = 5_000
_WITNESSES = 20_000  # rows that are asked for the datum; more make no p smaller that matters
_CHINA = (73.0, 3.0, 136.0, 54.0)


@dataclass(frozen=True, slots=True)
class AddressFile:
    """What a file gave."""

    addresses: StandardAddresses
    problems: tuple[AddressProblem, ...]
    """In the order of the rows; some only note something about a row that was kept in part."""
    rows: int
    """Rows that are not blank."""
    used: int
    """Rows of which something was kept."""
    silent: int
    """Rows that name a village and nothing smaller: right, and of no use here."""
    columns: Mapping[str, str]
    """Our name of a field → the file's header."""
    datum: DatumVerdict | None
    """What the points say about their datum; None for a file without points."""


@dataclass(slots=True)
class _Gathered:
    """Rows on their way into a table."""

    rows: list[int] = field(default_factory=list)
    read: list[ReadAddress] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    problems: list[AddressProblem] = field(default_factory=list)
    blank: int = 0
    silent: int = 0


def read_addresses(  # noqa: PLR0913 - a file, what it is held against, and what a person may say of it
    path: Path,
    divisions: Divisions,
    areas: Areas,
    *,
    datum: Datum | None = None,
    columns: AddressColumns | None = None,
    trust_datum: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> AddressFile:
    """Read a file of addresses.

    Parameters
    ----------
    path
        Excel or CSV. Its columns are found by their headers and values.
    divisions
        The county's units; an address names one of them, or its point lies in one.
    areas
        Where they are drawn. A row whose point lies outside of the unit it names is reported, not believed.
    datum
        Of the coordinate columns, when neither a column nor a header says it.
    columns
        Which header stands over what, where words and values do not tell.
    trust_datum
        Whether to believe the datum even if all points together look shifted.
    progress
        Called with the rows read and the rows there are.

    Raises
    ------
    NotATableError, ColumnsNotFoundError
        When the file as a whole cannot be read.
    NoDatumError
        When it has coordinates and nobody says in which datum.
    WrongDatumError
        When its coordinates are shifted against the villages named beside them.
    """
    table = read_address_table(path, columns or AddressColumns())
    gathered = _Reader(table, divisions, _declared(path, table, datum)).read(progress)
    points = np.array(gathered.points, dtype=np.float64).reshape(-1, 2)
    units = np.array([one.unit for one in gathered.read], dtype=object)
    verdict = _checked_datum(path, points, units, areas, trust=trust_datum)
    kept = _believed(table, gathered, points, units, areas)
    located = located_units(areas, points)
    told = units != ""
    units = np.where(told, units, located)
    unplaced = kept & (units == "")
    gathered.problems += [_nowhere(gathered.rows[row]) for row in np.flatnonzero(unplaced)]
    kept &= ~unplaced
    frame = _frame([one for one, keep in zip(gathered.read, kept, strict=True) if keep])
    frame = frame.assign(unit=units[kept], told=told[kept], lon=points[kept, 0], lat=points[kept, 1])
    return AddressFile(
        StandardAddresses.of(frame) if len(frame) else StandardAddresses.none(),
        tuple(sorted(gathered.problems, key=lambda problem: problem.row)),
        len(table.rows) - gathered.blank,
        int(kept.sum()),
        gathered.silent,
        {name: table.titles[column] for name, column in table.columns.items()},
        verdict,
    )


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, table: AddressTable, divisions: Divisions, datum: Datum | None) -> None:
        self._table = table
        self._finder = UnitFinder(divisions)
        self._datum = datum
        self._gathered = _Gathered()
        self._split = [
            name for name in ("road", "lane", "number", "estate", "hamlet") if name in table.columns
        ]

    def read(self, progress: Callable[[int, int], None]) -> _Gathered:
        total = len(self._table.rows)
        for at, line in enumerate(self._table.rows):
            if at % _EVERY == 0:
                progress(at, total)
            self._row(at + self._table.first_row, line)
        progress(total, total)
        self._convert()
        return self._gathered

    def _row(self, row: int, line: Sequence[object]) -> None:
        cells = {
            name: _cell(line[column]) if column < len(line) else ""
            for name, column in self._table.columns.items()
        }
        if not any(cells.values()):
            self._gathered.blank += 1
            return
        unit, end, text = self._unit(row, cells)
        if unit is None:
            return
        if any(cells.get(name) for name in self._split):
            folded = {name: fold_name(cells[name]) for name in self._split}
            address, is_read = read_columns(folded, unit)
            if not is_read:
                self._told(row, "number", cells["number"], _NO_NUMBER, is_left_out=False)
        else:
            address = read_full(text, unit, end)
        if not address.says_something:
            if unit:
                self._gathered.silent += 1
            else:
                name = "address" if "address" in cells else self._split[0]
                self._told(row, name, cells[name], _NOTHING)
            return
        point = self._point(row, cells)
        if point is not None:
            self._gathered.rows.append(row)
            self._gathered.read.append(address)
            self._gathered.points.append(point)

    def _unit(self, row: int, cells: Mapping[str, str]) -> tuple[str | None, int, str]:
        """Return the unit and where the rest of the full address begins; the unit is None for a bad row."""
        text = fold_name(cells.get("address", ""))
        town, named, end = self._finder.split(text) if text else ("", "", 0)
        town = self._finder.town(cells["town"]) if cells.get("town") else town
        for name in ("unit_code", "unit", "village"):
            written = cells.get(name, "")
            if not written:
                continue
            code = (
                self._finder.by_code(written) if name == "unit_code" else self._finder.village(written, town)
            )
            if not code:
                self._told(row, name, written, _NO_CODE if name == "unit_code" else _NO_UNIT)
                return None, end, text
            if named and named != code:
                self._told(row, name, written, _TWO_UNITS)
                return None, end, text
            return code, end, text
        return named, end, text

    def _point(self, row: int, cells: Mapping[str, str]) -> tuple[float, float] | None:
        """Return the row's point, NaN without one; None for a point that cannot be."""
        written = cells.get("lon", ""), cells.get("lat", "")
        if not any(written):
            return float("nan"), float("nan")
        try:
            lon, lat = map(float, written)
        except ValueError:
            self._told(row, "lon", " ".join(written), _NO_DEGREES)
            return None
        west, south, east, north = _CHINA
        if west < lon < east and south < lat < north:
            return lon, lat
        swapped = west < lat < east and south < lon < north
        self._told(row, "lon", " ".join(written), _SWAPPED if swapped else _NO_DEGREES)
        return None

    def _convert(self) -> None:
        points = np.array(self._gathered.points, dtype=np.float64).reshape(-1, 2)
        placed = np.isfinite(points).all(axis=1)
        if self._datum is not None and placed.any():
            points[placed] = to_wgs84(points[placed], self._datum)
            self._gathered.points = [(float(lon), float(lat)) for lon, lat in points]

    def _told(self, row: int, name: str, value: str, problem: Reason, *, is_left_out: bool = True) -> None:
        title = self._table.titles[self._table.columns[name]]
        self._gathered.problems.append(AddressProblem(row, title, shown(value), problem, is_left_out))


_NO_NUMBER = Reason(
    "D1", "this is no house number; write 35号, 35号之2, 12-18号 or 3巷5号. The street was kept without it"
)
_NO_CODE = Reason("D2", "no village or community has this code; give the 12 digits of the register")
_NO_UNIT = Reason(
    "D2", "no village or community of the register is called so, or several are: give the town, or the code"
)
_TWO_UNITS = Reason("D3", "the address names another village or community than this column: which is right?")
_NO_DEGREES = Reason(
    "D4", "these are no longitude and latitude in degrees; write 115.6442 and 22.9456, or leave both empty"
)
_SWAPPED = Reason("D4", "longitude and latitude are exchanged: longitude first, then latitude")
_ASTRAY = Reason("D5", "the point does not lie in {unit}, which the row names: neither was believed")
_NOWHERE = Reason("D6", "the row names no village or community, and has no point inside one: add one of them")
_NOTHING = Reason(
    "D8",
    "no village or community of the register and no street or estate was found here: write town, village, "
    "street and number",
)


def _declared(path: Path, table: AddressTable, datum: Datum | None) -> Datum | None:
    """Return the datum of a file's points; None for a file without any."""
    if not {"lon", "lat"} <= table.columns.keys():
        return None
    if datum is not None:
        return datum
    if table.datum_word:
        return parse_datum(table.datum_word)
    column = table.columns.get("datum")
    words = (
        {_cell(row[column]) for row in table.rows if column < len(row)} - {""}
        if column is not None
        else set()
    )
    if len(words) == 1:
        return parse_datum(words.pop())
    raise NoDatumError(
        "{path} has coordinates and does not say in which datum: give it with --addresses-datum",
        path=path.name,
    )


def _checked_datum(
    path: Path, points: Points, units: NDArray[np.object_], areas: Areas, *, trust: bool
) -> DatumVerdict | None:
    if not np.isfinite(points).all(axis=1).any() or not len(areas.villages):
        return None
    step = max(1, len(points) // _WITNESSES)
    points, units = points[::step], units[::step]
    shapes = areas.villages.geometry
    grounds = {code: shapes.loc[code] if code in shapes.index else None for code in set(units)}
    verdict = check_datum(points, [grounds[code] for code in units], areas.projection)
    if verdict.fit is Fit.SHIFTED and not trust:
        raise WrongDatumError(
            "nothing of {path} was read: of {places} places {at_home} lie in the village named beside them, "
            "{shifted} would if {truly} had not been taken for {taken} (p = {p}). Give --addresses-datum "
            "{truly}, or --trust-datum if you know better",
            path=path.name,
            **verdict.reason.values,
        )
    return verdict


def _believed(
    table: AddressTable, gathered: _Gathered, points: Points, units: NDArray[np.object_], areas: Areas
) -> NDArray[np.bool_]:
    """Return which rows hold; tell those whose point lies outside of the unit they name."""
    fits: NDArray[np.bool_] = lie_in_units(areas, points, units) | (units == "")
    names = areas.divisions
    title = table.titles[table.columns["lon"]] if "lon" in table.columns else ""
    for row in np.flatnonzero(~fits):
        lon, lat = points[row]
        reason = Reason(_ASTRAY.rule, _ASTRAY.template, {"unit": names[str(units[row])].display_name})
        value = f"{lon:.5f} {lat:.5f}"
        gathered.problems.append(AddressProblem(gathered.rows[row], title, value, reason))
    return fits


def _nowhere(row: int) -> AddressProblem:
    return AddressProblem(row, "", "", _NOWHERE)


def _frame(read: Sequence[ReadAddress]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "street": [one.street for one in read],
            "lanes": [one.lanes for one in read],
            "mark": [one.mark_m is not None for one in read],
            "number": [one.mark_m if one.mark_m is not None else _of(one, "number") for one in read],
            **{name: [_of(one, name) for one in read] for name in ("sub", "letter", "attached", "last")},
            "estate": [one.estate for one in read],
            "kind": [one.kind for one in read],
        }
    )


def _of(one: ReadAddress, name: str) -> int:
    return getattr(one.number, name) if one.number is not None else 0


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
