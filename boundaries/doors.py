"""A house number in a text, held against the city's address list: the place, its error, the units it is in.

A street over several units is never guessed (rule L12); its number decides. Neither what is returned nor why
repeats the number that was asked for: it may be somebody's home.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.address_rows import village_key
from boundaries.areas import Areas
from boundaries.coordinates import LonLat, Projection
from boundaries.house_numbers import Door, read_door, street_key
from boundaries.named_places import NamedPlace, NameKind
from boundaries.numbered_streets import FoundDoor, NumberedStreet, find_door
from boundaries.reasons import Reason
from boundaries.siting import BORDER_M, Siting, site_point, site_units
from boundaries.standard_addresses import KnownDoors, StandardAddresses

_NUMBERED = frozenset({NameKind.ROAD, NameKind.UNIT, NameKind.HAMLET})
_ON_STREET_M = 150.0  # an address belongs to the street of its name only this near to it
_TOLD, _BETWEEN = 0.97, 0.93
_HAMLET_ENDINGS = ("自然村", "村民小组", "小组", "片区", "村")


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    units: tuple[str, ...]
    spots: NDArray[np.float64]
    street: NumberedStreet


class DoorReader:
    """Finds house numbers of one county."""

    def __init__(self, addresses: StandardAddresses, areas: Areas) -> None:
        self._addresses = addresses
        self._areas = areas
        self._known: dict[tuple[int, str], _Numbers | None] = {}
        self._lines: dict[int, shapely.Geometry] = {}

    def siting(self, text: str, end: int, place: NamedPlace, *, reach_m: float | None) -> Siting | None:
        """Return where the door is that stands behind a place's name in a folded text.

        Parameters
        ----------
        text
            Folded.
        end
            Where the name ends.
        place
            A street, a village or a hamlet.
        reach_m
            How far from the door the matter may be, where the text says near or opposite; None where it says
            that it is there.

        Returns
        -------
        Siting or None
            None without a number, and when nothing near it is known.
        """
        if not len(self._addresses) or place.kind not in _NUMBERED:
            return None
        door = read_door(text, end)
        numbers = self._numbers(place, door.lanes) if door else None
        if door is None or numbers is None:
            return None
        name = f"{place.name}{door.lanes}"
        if door.number is None and door.mark_m is None:
            return self._lane(numbers, name)
        found = find_door(door, numbers.street, self._line(place, door), name)
        return None if found is None else self._sited(found, reach_m)

    def knows(self, place: NamedPlace) -> bool:
        """Say whether any number of a street is known."""
        return self._numbers(place, "") is not None

    def _sited(self, found: FoundDoor, reach_m: float | None) -> Siting:
        point = None if found.spot is None else self._lonlat(found.spot)
        alone = found.units[0] if len(found.units) == 1 else ""
        if reach_m is None and alone and (found.is_told or point is None) and found.is_between:
            return self._told(found, alone, point)
        if point is None:
            shares = dict.fromkeys(found.units, 1 / max(len(found.units), 1))
            return Siting(shares, is_sure=False, point=None, sigma_m=None, because=(found.because,))
        sigma_m = found.sigma_m or 0.0
        wide_m = max(reach_m or 0.0, 2 * sigma_m, BORDER_M)
        siting = site_point(self._areas, point, reach_m=wide_m, sigma_m=max(sigma_m, (reach_m or 0.0) / 2))
        fits = not found.units or siting.first in found.units
        return siting.with_reason(found.because, is_sure=fits)

    def _told(self, found: FoundDoor, unit: str, point: LonLat | None) -> Siting:
        """Return the unit the list itself names, unless the drawn areas know better."""
        sigma_m = found.sigma_m
        near = sigma_m is None or sigma_m <= BORDER_M
        if not near and point is not None and sigma_m is not None:
            shares = self._areas.shares(point, sigma_m)
            if shares and shares.get(unit, 0.0) < 1 / 2:
                siting = site_point(self._areas, point, reach_m=2 * sigma_m, sigma_m=sigma_m)
                return siting.with_reason(found.because, is_sure=False)
        because = (found.because, Reason("L12", "the list of addresses names the unit itself"))
        share = {unit: _TOLD if near else _BETWEEN}
        return Siting(share, is_sure=True, point=point, sigma_m=sigma_m, because=because)

    def _lane(self, known: _Numbers, name: str) -> Siting | None:
        """Site a lane of which no number is told: all its doors count."""
        counts: dict[str, float] = {}
        for unit in known.units:
            counts[unit] = counts.get(unit, 0.0) + 1
        counts.pop("", None)
        placed = known.spots[np.isfinite(known.spots).all(axis=1)]
        point, sigma_m = None, None
        if len(placed):
            middle = np.median(placed, axis=0)
            point = self._lonlat((float(middle[0]), float(middle[1])))
            sigma_m = max(BORDER_M, float(np.hypot(*(placed - middle).T).max()))
        units = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        return site_units(name, units, point=point, sigma_m=sigma_m) if units else None

    def _numbers(self, place: NamedPlace, lanes: str) -> _Numbers | None:
        key = (id(place), lanes)
        if key not in self._known:
            self._known[key] = self._read(place, lanes)
        return self._known[key]

    def _read(self, place: NamedPlace, lanes: str) -> _Numbers | None:
        found = [doors for street in self._streets(place) if (doors := self._addresses.doors(street, lanes))]
        if not found:
            return None
        known = found[0]
        spots = np.full(known.points.shape, np.nan)
        placed = np.isfinite(known.points).all(axis=1)
        spots[placed] = self._grid.to_metres(known.points[placed])
        if place.kind is NameKind.ROAD:
            mine = self._on_road(place, known, spots)
            known, spots = known.where(mine), spots[mine]
        return _Numbers(known.units, spots, NumberedStreet(known, spots)) if len(known.units) else None

    def _on_road(self, road: NamedPlace, known: KnownDoors, spots: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which addresses are of this street and not of another one with its name."""
        own = {code for code, _ in road.units if code}
        if road.geometry is None:
            return np.array([unit in own for unit in known.units], dtype=bool)
        far = shapely.distance(self._metric(road.geometry), shapely.points(spots))
        near = np.nan_to_num(np.asarray(far, dtype=np.float64), nan=np.inf) <= _ON_STREET_M
        unplaced = ~np.isfinite(spots).all(axis=1)
        return near | (unplaced & np.array([unit in own for unit in known.units], dtype=bool))

    def _streets(self, place: NamedPlace) -> list[str]:
        if place.kind is NameKind.ROAD:
            return list(dict.fromkeys(street_key(spelling.text) for spelling in place.spellings))
        if place.kind is NameKind.UNIT:
            return [village_key(place.code)]
        core = next(
            (place.name.removesuffix(e) for e in _HAMLET_ENDINGS if place.name.endswith(e)), place.name
        )
        return [village_key(place.code, core)]

    def _line(self, place: NamedPlace, door: Door) -> shapely.Geometry | None:
        """Return the street's line, to walk along; a lane of it is another street."""
        if place.kind is not NameKind.ROAD or place.geometry is None or door.lanes:
            return None
        if id(place) not in self._lines:
            self._lines[id(place)] = shapely.line_merge(self._metric(place.geometry))
        return self._lines[id(place)]

    def _metric(self, shape: shapely.Geometry | None) -> shapely.Geometry:
        moved = shapely.transform(shape, self._grid.to_metres)
        return shapely.GeometryCollection() if moved is None else moved

    def _lonlat(self, spot: tuple[float, float]) -> LonLat:
        lon, lat = self._grid.to_degrees(np.array([spot]))[0]
        return LonLat(float(lon), float(lat))

    @cached_property
    def _grid(self) -> Projection:
        return self._areas.projection
