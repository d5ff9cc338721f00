"""Geocoders of single counties, made from the nation's index: whole ones, kept for a while, and excerpts.

An excerpt holds the towns that a text names, with all their villages, and every other unit of the county
whose name stands in the text. For a village named in its town it reads the text as the whole county would,
and costs a fraction of it.
"""

from collections.abc import Iterable
from functools import lru_cache

import geopandas as gpd

from boundaries.areas import Areas
from boundaries.calibration import Calibration
from boundaries.divisions import Divisions
from boundaries.geocoder import Geocoder
from boundaries.named_places import NamedPlace
from boundaries.nation_outside import CountyNames, OuterNames
from boundaries.nation_units import NationUnits, Tier
from boundaries.unit_names import unit_names

_KEPT_TOWNS = 1024

_Part = tuple[Divisions, tuple[NamedPlace, ...]]


class _Undrawn(Areas):
    """The areas of a list: none."""

    @property
    def divisions(self) -> Divisions:
        """No unit."""
        return Divisions()


class CountyGeocoders:
    """Makes the geocoders of counties, and keeps those asked for last.

    Parameters
    ----------
    kept
        So many whole counties.
    """

    def __init__(self, units: NationUnits, calibration: Calibration, kept: int) -> None:
        self._units = units
        self._calibration = calibration
        nothing = gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4326")
        self._areas = _Undrawn.from_frames(nothing, None)
        self._outer = OuterNames()
        self._whole = lru_cache(kept)(self._whole_of)
        self._town = lru_cache(_KEPT_TOWNS)(self._town_of)

    def whole(self, county: int) -> Geocoder:
        """Return the geocoder of a county's row, from its names alone."""
        return self._whole(county)

    def excerpt(self, county: int, rows: Iterable[int]) -> Geocoder:
        """Return a geocoder that knows a part of a county only.

        Parameters
        ----------
        county
            Row of the county.
        rows
            Its towns and villages that a text names: of a town all villages are known.
        """
        units = self._units
        rows = sorted(rows)
        towns = [row for row in rows if units.tier(row) is Tier.TOWN]
        alone = [row for row in rows if row not in towns and units.of(row, Tier.TOWN) not in towns]
        parts = [*map(self._town, towns), *map(self._alone, alone)]
        register = Divisions(unit for part, _ in parts for unit in part.values())
        places = {(place.kind, place.code): place for _, named in parts for place in named}
        return self._geocoder(county, register, places.values())

    def _whole_of(self, county: int) -> Geocoder:
        return self._geocoder(
            county, *_named(Divisions(map(self._units.division, self._units.rows_of(county))))
        )

    def _town_of(self, town: int) -> _Part:
        return _named(Divisions(map(self._units.division, self._units.rows_of_town(town))))

    def _alone(self, row: int) -> _Part:
        """Return a village, and of the town it lies in the name only."""
        rows = {self._units.of(row, Tier.TOWN), row} - {-1}
        return _named(Divisions(map(self._units.division, rows)))

    def _geocoder(self, county: int, register: Divisions, places: Iterable[NamedPlace]) -> Geocoder:
        home = self._units.code(county)
        above = [self._units.of(county, tier) for tier in (Tier.PROVINCE, Tier.CITY, Tier.COUNTY)]
        called = {self._units.code(row): self._units.name(row) for row in above if row >= 0}
        names = CountyNames(home, places, self._outer, called)
        return Geocoder(names, self._areas, register, self._calibration)


def _named(register: Divisions) -> _Part:
    return register, tuple(unit_names(register, Divisions()))
