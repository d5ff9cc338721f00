"""City > town > village on the ground: which area holds a point, and with what probability.

A point on a border, or where two drawn areas overlap, belongs to the smallest of them, and among equals to
the lowest code: a village that lies inside another one is meant more precisely, and the answer never depends
on the order of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.area_tables import complete, with_missing_towns, with_town_names
from boundaries.coordinates import LonLat, Points, Projection
from boundaries.divisions import Division, Divisions, Level, UnitKind
from boundaries.errors import NotAMapError
from boundaries.point_index import PointIndex
from boundaries.vector_files import read_layers, write_layers

_BLOCK = 200_000  # points looked up at once
# where a normal distribution is sampled: equal shares of its mass, turned by the golden angle
_SAMPLES = 2048
_RADII = np.sqrt(-2.0 * np.log1p(-(np.arange(_SAMPLES) + 0.5) / _SAMPLES))
_ANGLES = np.arange(_SAMPLES) * np.pi * (3.0 - np.sqrt(5.0))
_SPREAD = np.column_stack([_RADII * np.cos(_ANGLES), _RADII * np.sin(_ANGLES)])


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

    @property
    def code(self) -> str:
        """The division's code."""
        return self.division.code

    @property
    def name(self) -> str:
        """The name people use."""
        return self.division.display_name


class Areas:
    """The towns and villages of a county as polygons in WGS 84; made by `from_frames` or `load`."""

    def __init__(self, villages: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> None:
        self.villages = villages
        self.towns = towns

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
        """Read areas from a GeoPackage that `save` wrote.

        Raises
        ------
        NotAMapError
            When the file is missing or something else.
        """
        layers = {layer.name: layer.frame for layer in read_layers(path)}
        if {"villages", "towns"} - layers.keys():
            raise NotAMapError("{path} was not written by this service: read it in with init", path=path.name)
        return cls(
            complete(layers["villages"], Level.VILLAGE),
            complete(layers["towns"], Level.TOWN),
        )

    def save(self, path: Path) -> None:
        """Write the areas as a GeoPackage 1.3 with the layers ``towns`` and ``villages``."""
        layers = {"towns": self.towns, "villages": self.villages}
        write_layers(path, {name: frame.reset_index() for name, frame in layers.items()})

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
        row = int(self.locate_many(np.array([point], dtype=np.float64), level=level)[0])
        return self._areas[str(self._frame(level).index[row])] if row >= 0 else None

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
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        found = np.full(len(points), -1, dtype=np.int32)
        index = self._village_index if level is Level.VILLAGE else self._town_index
        for start in range(0, len(points), _BLOCK):
            block = points[start : start + _BLOCK]
            found[start : start + len(block)] = index.rows(block)
        return found

    def shares(self, point: LonLat, sigma_m: float) -> Mapping[str, float]:
        """Return the probability that an uncertain point lies in each village.

        The point's error is taken as a circular normal distribution, sampled at 2,048 fixed places that carry
        equal mass; the shares are right to about 0.002.

        Parameters
        ----------
        point
            WGS 84.
        sigma_m
            Standard deviation along each axis, metres, at least 0.

        Returns
        -------
        Mapping[str, float]
            Code to probability, likeliest first; the sum is below 1 when part of the mass is outside all.
        """
        if sigma_m <= 0:
            area = self.locate(point)
            return {area.code: 1.0} if area else {}
        centre = self.projection.to_metres(np.array([point], dtype=np.float64))
        rows = self.locate_many(self.projection.to_degrees(centre + sigma_m * _SPREAD))
        held, counts = np.unique(rows[rows >= 0], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return {str(self.villages.index[held[i]]): float(counts[i]) / _SAMPLES for i in order}

    def border_distance_m(self, point: LonLat) -> float:
        """Return the metres from a point to the nearest edge of the village that holds it.

        Infinite when no village holds it: there is no border to be near to.
        """
        row = int(self.locate_many(np.array([point], dtype=np.float64))[0])
        if row < 0:
            return float("inf")
        edge = shapely.transform(
            shapely.boundary(self.villages.geometry.iloc[row]), self.projection.to_metres
        )
        place = shapely.points(self.projection.to_metres(np.array([point], dtype=np.float64))[0])
        return float(shapely.distance(edge, place))

    def _frame(self, level: Level) -> gpd.GeoDataFrame:
        return self.villages if level is Level.VILLAGE else self.towns

    @cached_property
    def _village_index(self) -> PointIndex:
        return PointIndex(self.villages.geometry.to_numpy())

    @cached_property
    def _town_index(self) -> PointIndex:
        return PointIndex(self.towns.geometry.to_numpy())

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
        made[row.code] = Area(unit, bool(row.derived), office, bool(row.office_assumed))
    return made
