"""Geocoders of single counties, made from the nation's index: whole ones, kept for a while, and excerpts.

An excerpt holds the units of the county whose names stand in a text, and those that are read alike. Where one
village is named as it is written it answers as the whole county would, and costs a fraction of it.
"""

from collections.abc import Iterable
from functools import lru_cache

import geopandas as gpd

from boundaries.areas import Areas
from boundaries.calibration import Calibration
from boundaries.divisions import Divisions
from boundaries.geocoder import Geocoder
from boundaries.nation_outside import CountyNames, OuterNames
from boundaries.nation_units import NationUnits, Tier
from boundaries.unit_names import unit_names


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
            Towns and villages of it; the towns of the villages are known too.
        """
        rows = set(rows)
        towns = {self._units.of(row, Tier.TOWN) for row in rows} - {-1}
        return self._of(county, rows | towns)

    def _whole_of(self, county: int) -> Geocoder:
        return self._of(county, self._units.rows_of(county))

    def _of(self, county: int, rows: Iterable[int]) -> Geocoder:
        register = Divisions(map(self._units.division, rows))
        home = self._units.code(county)
        above = [self._units.of(county, tier) for tier in (Tier.PROVINCE, Tier.CITY, Tier.COUNTY)]
        called = {self._units.code(row): self._units.name(row) for row in above if row >= 0}
        names = CountyNames(home, unit_names(register, Divisions()), self._outer, called)
        return Geocoder(names, self._areas, register, self._calibration)
