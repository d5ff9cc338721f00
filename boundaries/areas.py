"""City > town > village on the ground: which area holds a point, and with what probability.

A point on a border, or where two drawn areas overlap, belongs to the smallest of them, and among equals to
the lowest code: a village that lies inside another one is meant more precisely, and the answer never depends
on the order of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from boundaries.area_tables import complete, with_missing_towns, with_town_names
from boundaries.border_files import kept_borders
from boundaries.border_grid import BorderGrid
from boundaries.cells import CellIndex
from boundaries.coordinates import LonLat, Points, Projection
from boundaries.divisions import Division, Divisions, Level, UnitKind
from boundaries.error_models import ErrorModel, Shares
from boundaries.errors import NotAMapError
from boundaries.uncertain_ground import UncertainGround
from boundaries.validity import newest, with_text
from boundaries.vector_files import read_layers, write_layers


@dataclass(frozen=True, slots=True)
class Area:
    """A town or village that has a place on the map."""

    division: Division
    derived: bool
    """True when nobody has drawn the area: it was computed from the places of the villages."""
    office: LonLat | None
    """Where the committee sits; None when not even a point inside is known."""
    office_assumed: bool = False
    """True when nobody said where the office is: it is a point inside the area."""
    valid_from: date | None = None
    """First day of this drawing; None: since ever."""
    valid_to: date | None = None
    """The day after its last; None: until further notice."""
    certainty: float | None = None
    """Share of the village's places to expect inside its area, 0 to 1; None for one that was drawn."""
    confirmed: int = 0
    """From how many confirmed places that share is known."""

    @property
    def code(self) -> str:
        """The division's code."""
        return self.division.code

    @property
    def name(self) -> str:
        """The name people use."""
        return self.division.display_name


class Areas:
    """The towns and villages of a county as polygons in WGS 84; made by `from_frames` or `load`.

    Areas that come from a file keep what makes look-ups fast beside it, in ``*.villages.cells``,
    ``*.towns.cells`` and ``*.villages.borders``; these may be deleted at any time.
    """

    def __init__(
        self, villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, *, beside: Path | None = None
    ) -> None:
        self.villages = villages
        self.towns = towns
        self._beside = beside

    @classmethod
    def from_frames(cls, villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame | None) -> Self:
        """Make areas from tables.

        Parameters
        ----------
        villages
            One row per village, EPSG:4326, with ``code`` (column or index) and ``name``; optional are
            ``core_name``, ``kind``, ``town_code``, ``town_name``, ``derived``, ``office_lon`` and
            ``office_lat``. Geometries must be valid, codes unique. May be empty.
        towns
            The same for towns. None, or a town without a row, is put together from its villages.
        """
        small = complete(villages, Level.VILLAGE)
        large = complete(towns if towns is not None else small.iloc[:0], Level.TOWN)
        return cls(with_town_names(small, large), with_missing_towns(large, small))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read areas from a GeoPackage that `save` wrote; of several versions the newest.

        Raises
        ------
        NotAMapError
            When the file is missing or something else.
        """
        layers = {layer.name: layer.frame for layer in read_layers(path)}
        if {"villages", "towns"} - layers.keys():
            raise NotAMapError("{path} was not written by this service: read it in with init", path=path.name)
        return cls(
            complete(newest(layers["villages"]), Level.VILLAGE),
            complete(newest(layers["towns"]), Level.TOWN),
            beside=path,
        )

    def save(self, path: Path) -> None:
        """Write the areas as a GeoPackage 1.3 with the layers ``towns`` and ``villages``."""
        layers = {"towns": self.towns, "villages": self.villages}
        write_layers(path, {name: with_text(frame.reset_index()) for name, frame in layers.items()})

    @cached_property
    def divisions(self) -> Divisions:
        """The units that have a geometry."""
        return Divisions(area.division for area in self._areas.values())

    @cached_property
    def offices(self) -> Mapping[str, LonLat]:
        """Where each village's committee sits, by code; see ``Area.office_assumed``."""
        areas = (self._areas[code] for code in self.villages.index)
        return {area.code: area.office for area in areas if area.office is not None}

    @cached_property
    def projection(self) -> Projection:
        """The grid in metres on which lengths and areas of this county are measured."""
        frame = self.towns if len(self.towns) else self.villages
        return Projection.for_points(np.reshape(frame.total_bounds, (2, 2)))

    def get(self, code: str) -> Area | None:
        """Return the town or village with this code, None when it has no geometry."""
        return self._areas.get(code)

    def locate(self, point: LonLat, *, level: Level = Level.VILLAGE) -> Area | None:
        """Return the area that holds a point, None outside of all.

        Parameters
        ----------
        point
            WGS 84.
        level
            Whether a village or a town is wanted.
        """
        row = self.locate_row(*point, level=level)
        return self._areas[self._codes[level][row]] if row >= 0 else None

    def locate_row(self, lon: float, lat: float, *, level: Level = Level.VILLAGE) -> int:
        """Return the row of the area that holds a point, -1 outside of all; a few microseconds.

        Parameters
        ----------
        lon, lat
            WGS 84. NaN is outside.
        level
            Whether a row of ``villages`` or of ``towns`` is wanted.
        """
        return self._index(level).row(lon, lat)

    def locate_many(self, points: Points, *, level: Level = Level.VILLAGE) -> NDArray[np.int32]:
        """Return for each point the row of the area that holds it.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84. NaN is outside.
        level
            Whether villages or towns are meant.

        Returns
        -------
        NDArray[np.int32]
            Shape (n,), rows of ``villages`` or ``towns``; -1 outside of all.
        """
        return self._index(level).rows(np.asarray(points, dtype=np.float64).reshape(-1, 2))

    def shares(
        self, point: LonLat, sigma_m: float, *, model: ErrorModel = ErrorModel.GAUSSIAN
    ) -> Mapping[str, float]:
        """Return the probability that an uncertain point lies in each village.

        Parameters
        ----------
        point
            WGS 84.
        sigma_m
            Metres, at least 0: the standard deviation along each axis, or the radius for `ErrorModel.DISC`.
        model
            How the point errs.

        Returns
        -------
        Mapping[str, float]
            Code to probability, likeliest first; the sum is below 1 when part of the mass is outside all.

        See Also
        --------
        shares_many : The same for many points; says how the shares are computed.
        """
        found = self.shares_many(np.array([point], dtype=np.float64), sigma_m, model=model)
        return {str(self.villages.index[row]): share for row, share in found.of(0)}

    def shares_many(
        self,
        points: Points,
        sigma_m: float | NDArray[np.float64],
        *,
        model: ErrorModel = ErrorModel.GAUSSIAN,
    ) -> Shares:
        """Return for each of many uncertain points the probability that it lies in each village.

        The shares are computed in closed form on the grid of `projection`, right to 1e-8: a normal
        distribution is cut off at some six sigmas, beyond which lies less than 5e-9 of it. Ground that two
        villages have drawn counts for the one that `locate` names, so the shares of a point never sum to more
        than 1; what is missing lies outside of all.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84. NaN is in no village.
        sigma_m
            Metres, at least 0, one for all or shape (n,): the standard deviation along each axis, or the
            radius for `ErrorModel.DISC`. Below a micrometre a point is exact, and lies where `locate` says.
        model
            How the points err.

        Raises
        ------
        ValueError
            When a sigma is negative or not finite.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        spread_m = np.broadcast_to(np.asarray(sigma_m, dtype=np.float64), len(points))
        return self._ground.shares(points, spread_m, model)

    def border_distance_m(self, point: LonLat) -> float:
        """Return the metres from a point to the nearest border of the village that holds it.

        Infinite when no village holds it: there is no border to be near to.
        """
        return float(self.border_distances_m(np.array([point], dtype=np.float64))[0])

    def border_distances_m(self, points: Points) -> NDArray[np.float64]:
        """Return `border_distance_m` of many points.

        A border is where another answer of `locate` begins: the outline of a smaller village drawn inside a
        larger one is a border of both, and the larger one's outline inside the smaller is none.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84.

        Returns
        -------
        NDArray[np.float64]
            Shape (n,).
        """
        return self._ground.border_distances_m(np.asarray(points, dtype=np.float64).reshape(-1, 2))

    def _frame(self, level: Level) -> gpd.GeoDataFrame:
        return self.villages if level is Level.VILLAGE else self.towns

    def _index(self, level: Level) -> CellIndex:
        return self._village_index if level is Level.VILLAGE else self._town_index

    @cached_property
    def _village_index(self) -> CellIndex:
        return self._index_of(self.villages, "villages")

    @cached_property
    def _town_index(self) -> CellIndex:
        return self._index_of(self.towns, "towns")

    def _index_of(self, frame: gpd.GeoDataFrame, layer: str) -> CellIndex:
        shapes = frame.geometry.to_numpy()
        if self._beside is None:
            return CellIndex.of(shapes)
        return CellIndex.kept(shapes, self._beside.with_suffix(f".{layer}.cells"))

    @cached_property
    def _codes(self) -> dict[Level, list[str]]:
        return {level: self._frame(level).index.tolist() for level in (Level.VILLAGE, Level.TOWN)}

    @cached_property
    def _ground(self) -> UncertainGround:
        shapes = self.villages.geometry.to_numpy()
        # where nothing is drawn any flat grid will do
        projection = self.projection if len(shapes) else Projection.for_points(np.zeros((1, 2)))
        if self._beside is None:
            grid = BorderGrid.of(shapes, projection)
        else:
            path = self._beside.with_suffix(".villages.borders")
            grid = kept_borders(path, shapes, projection, self._village_index.cells.rings.fingerprint())
        return UncertainGround(grid, projection, self.locate_many)

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {**_areas(self.towns, Level.TOWN), **_areas(self.villages, Level.VILLAGE)}


def _areas(frame: gpd.GeoDataFrame, level: Level) -> dict[str, Area]:
    """Return the rows of a table as areas, by code."""
    made = {}
    for row in frame.drop(columns="geometry").reset_index().itertuples(index=False):
        kind = UnitKind(row.kind)
        unit = Division(row.code, row.name, row.core_name, level, kind, row.town_code, row.town_name)
        office = LonLat(row.office_lon, row.office_lat)
        made[row.code] = Area(
            unit,
            bool(row.derived),
            office,
            bool(row.office_assumed),
            row.valid_from,
            row.valid_to,
            None if np.isnan(row.certainty) else float(row.certainty),
            int(row.confirmed),
        )
    return made
