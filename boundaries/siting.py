"""A place on the map becomes the units that may hold it, with the probability of each.

A point is not a village: of real incidents 37 % lie within 30 m of a second one. So a point comes with its
uncertainty, a large landmark with its area and a street with its length, and one unit is sure only when the
others are out of reach (rules L12 and L13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import shapely

from boundaries.areas import Areas
from boundaries.coordinates import LonLat, Projection
from boundaries.named_places import NamedPlace
from boundaries.reasons import Reason

BORDER_M = 30.0
"""Nearer to a border than this no point is sure of its unit (rule L13)."""
_SURE_SHARE = 0.95
_WHOLE_SHARE = 0.9  # of a large landmark's area, or of a street's length
_SEEN_SHARE = 0.05
_WELL_KNOWN_M = 80.0  # a street without a map: so much of it must be known by its numbers
_CERTAIN = 0.97  # the map itself may be wrong
_DOUBT = 0.75


@dataclass(frozen=True, slots=True)
class Siting:
    """Where something lies."""

    shares: Mapping[str, float]
    """Unit to probability, likeliest first; empty outside of all drawn areas."""
    is_sure: bool
    """Whether the first unit alone can be meant."""
    point: LonLat | None
    sigma_m: float | None
    because: tuple[Reason, ...]

    @property
    def first(self) -> str:
        """The likeliest unit, empty without any."""
        return next(iter(self.shares), "")

    def with_reason(self, reason: Reason, *, is_sure: bool = True) -> Self:
        """Return the siting with a reason in front, and unsure if that reason says so."""
        return replace(self, because=(reason, *self.because), is_sure=self.is_sure and is_sure)


def site_point(areas: Areas, point: LonLat, *, reach_m: float, sigma_m: float | None = None) -> Siting:
    """Return the units that may hold a point.

    Parameters
    ----------
    areas
        The county's areas; with none drawn nothing is known.
    point
        WGS 84.
    reach_m
        How far off the matter may be and still be described like this, metres.
    sigma_m
        Standard deviation of the point, metres; half the reach when not given.
    """
    sigma_m = max(reach_m / 2, 5.0) if sigma_m is None else sigma_m
    reach_m = max(reach_m, BORDER_M)
    shares = _seen(areas.shares(point, sigma_m)) if len(areas.villages) else {}
    if not shares:
        reason = Reason("L13", "the point lies in no village or community of the map")
        return Siting({}, is_sure=False, point=point, sigma_m=sigma_m, because=(reason,))
    border_m = areas.border_distance_m(point)
    sure = next(iter(shares.values())) >= _SURE_SHARE and border_m >= reach_m
    if sure:
        values = {"distance_m": round(border_m), "reach_m": round(reach_m)}
        reason = Reason(
            "L13", "the next border is {distance_m} m away, more than the {reach_m} m in doubt", values
        )
    else:
        values = {"distance_m": round(min(border_m, 9999)), "reach_m": round(reach_m)}
        reason = Reason(
            "L13", "the next border is only {distance_m} m away, {reach_m} m are in doubt", values
        )
    return Siting(_capped(shares, sure=sure), is_sure=sure, point=point, sigma_m=sigma_m, because=(reason,))


def site_area(areas: Areas, shape: shapely.Geometry, *, reach_m: float) -> Siting:
    """Return the units over which a large landmark and its surroundings lie."""
    grid = areas.projection
    inside = shapely.point_on_surface(shape)
    point = LonLat(float(shapely.get_x(inside)), float(shapely.get_y(inside)))
    around = shapely.buffer(shapely.transform(shape, grid.to_metres), reach_m)
    shares = _seen(_area_shares(areas, around, grid))
    sigma_m = float(np.sqrt(shapely.area(around) / np.pi)) / 2
    if not shares:
        reason = Reason("L13", "the place lies in no village or community of the map")
        return Siting({}, is_sure=False, point=point, sigma_m=sigma_m, because=(reason,))
    share = next(iter(shares.values()))
    sure = share >= _WHOLE_SHARE
    reason = Reason(
        "L12",
        "{percent} % of the place and its surroundings lie in one unit",
        {"percent": round(100 * share)},
    )
    return Siting(_capped(shares, sure=sure), is_sure=sure, point=point, sigma_m=sigma_m, because=(reason,))


def site_units(
    name: str, units: Sequence[tuple[str, float]], *, point: LonLat | None, sigma_m: float | None
) -> Siting:
    """Return the units of an estate or a lane, by how many of its addresses lie in each.

    Parameters
    ----------
    name
        As it is shown.
    units
        Codes with numbers of addresses, most first; not empty.
    point, sigma_m
        The middle of the addresses and their extent, metres; None when none has a point.
    """
    whole = sum(count for _, count in units)
    shares = {code: count / whole for code, count in units}
    sure = units[0][1] >= _SURE_SHARE * whole
    values = {"percent": round(100 * units[0][1] / whole), "place": name}
    reason = Reason("L12", "{percent} % of the listed addresses of {place} are in one unit", values)
    return Siting(
        _capped(_seen(shares), sure=sure), is_sure=sure, point=point, sigma_m=sigma_m, because=(reason,)
    )


def site_road(road: NamedPlace) -> Siting:
    """Return the units through which a street runs, by length."""
    whole = sum(metres for _, metres in road.units)
    shares = {code: metres / whole for code, metres in road.units if code}
    if not shares:
        reason = Reason("L12", "{road} runs through no village or community of the map", {"road": road.name})
        return Siting({}, is_sure=False, point=None, sigma_m=None, because=(reason,))
    first = next(iter(shares.values()))
    sure = first >= _WHOLE_SHARE
    if road.geometry is None:
        siting = site_units(road.name, road.units, point=None, sigma_m=None)
        few = Reason("L12", "no map has {road}, and the list few addresses in it", {"road": road.name})
        return siting if whole >= _WELL_KNOWN_M else siting.with_reason(few, is_sure=False)
    if sure:
        reason = Reason(
            "L12", "{percent} % of {road} lie in one unit", {"percent": round(100 * first), "road": road.name}
        )
    else:
        reason = Reason(
            "L12",
            "{road} runs through {count} units, none holds nine tenths of it",
            {"road": road.name, "count": len(shares)},
        )
    return Siting(_capped(shares, sure=sure), is_sure=sure, point=None, sigma_m=None, because=(reason,))


def lies_near(areas: Areas, code: str, shape: shapely.Geometry, within_m: float) -> bool | None:
    """Say whether a shape touches a unit or comes close to it; None when the unit is not drawn."""
    if code not in areas.villages.index:
        return None
    grid = areas.projection
    village = shapely.transform(areas.villages.geometry.loc[code], grid.to_metres)
    return bool(shapely.distance(village, shapely.transform(shape, grid.to_metres)) <= within_m)


def _area_shares(areas: Areas, around: shapely.Geometry, grid: Projection) -> dict[str, float]:
    shapes = shapely.transform(areas.villages.geometry.to_numpy(), grid.to_metres)
    held = shapely.area(shapely.intersection(shapes, around)) / shapely.area(around)
    order = np.argsort(-held, kind="stable")
    return {str(areas.villages.index[row]): float(held[row]) for row in order if held[row] > 0}


def _seen(shares: Mapping[str, float]) -> dict[str, float]:
    """Keep what a dispatcher should see: one share in twenty and more, and always the first."""
    return {
        code: share for place, (code, share) in enumerate(shares.items()) if share >= _SEEN_SHARE or not place
    }


def _capped(shares: Mapping[str, float], *, sure: bool) -> dict[str, float]:
    limit = _CERTAIN if sure else _DOUBT
    return {code: min(share, limit) for code, share in shares.items()}
