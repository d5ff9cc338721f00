"""Named streets: through which villages they run, where two of them meet, how far along one something is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from boundaries.coordinates import LonLat, Projection
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name
from boundaries.openstreetmap import OsmWay

_NUMBERED = re.compile(r"([GSXY])\s?(\d{2,4})$")
_RANK = {"G": "国道", "S": "省道", "X": "县道", "Y": "乡道"}
# two carriageways of one crossing are one place; two crossings of the same streets are farther apart
_ONE_CROSSING_M = 80.0
# streets are often drawn a little short of each other
_GAP_M = 30.0
_OTHER_NAMES = ("alt_name", "old_name", "official_name", "short_name")


def named_roads(streets: Iterable[OsmWay], villages: gpd.GeoDataFrame, grid: Projection) -> list[NamedPlace]:
    """Put the pieces of each named street together.

    Parameters
    ----------
    streets
        Ways of the map.
    villages
        Areas by code, EPSG:4326; may be empty.
    grid
        On which lengths are measured.
    """
    lines: dict[str, list[shapely.LineString]] = defaultdict(list)
    others: dict[str, set[str]] = defaultdict(set)
    for way in streets:
        for name in _names(way):
            lines[name].append(shapely.LineString(way.points))
            others[name] |= {
                also for key in _OTHER_NAMES for also in way.tags.get(key, "").split(";") if also
            }
    tree = _Villages(villages, grid)
    roads = []
    for name in sorted(lines):
        shape = shapely.union_all(lines[name])
        roads.append(
            NamedPlace(
                NameKind.ROAD,
                name,
                "",
                "",
                "",
                shape,
                0.0,
                road_spellings(name, others[name]),
                tree.lengths(shape),
            )
        )
    return roads


def remeasured(
    roads: Iterable[NamedPlace], villages: gpd.GeoDataFrame, grid: Projection
) -> Iterator[NamedPlace]:
    """Yield drawn streets with the units they run through in another drawing of the villages."""
    tree = _Villages(villages, grid)
    for road in roads:
        yield replace(road, units=tree.lengths(road.shape))


def crossings(one: NamedPlace, other: NamedPlace, grid: Projection) -> list[LonLat]:
    """Return where two streets meet: no place, one, or several far from each other."""
    first, second = _metric(one.shape, grid), _metric(other.shape, grid)
    shared = shapely.intersection(first, second)
    if shapely.is_empty(shared):
        gap = shapely.shortest_line(first, second)
        if shapely.length(gap) > _GAP_M:
            return []
        shared = shapely.centroid(gap)
    # a stretch that bears both names is no crossing; where the names part there is one
    corners = [piece for piece in shapely.get_parts(shared) if shapely.get_type_id(piece) == 0]
    return [_lonlat(middle, grid) for middle in _clusters(corners)]


def along(
    road: NamedPlace, start: LonLat, towards: shapely.Geometry, metres: float, grid: Projection
) -> LonLat | None:
    """Return the place so many metres along a street from one of its places towards something.

    Parameters
    ----------
    road
        The street.
    start
        Where to set out; on the street or near it.
    towards
        A geometry in WGS 84 that shows the direction.
    metres
        How far to go.
    grid
        On which lengths are measured.

    Returns
    -------
    LonLat or None
        None when the piece of the street that passes the start ends before.
    """
    here = shapely.Point(grid.to_metres(np.array([start]))[0])
    there = _metric(towards, grid)
    pieces = shapely.get_parts(shapely.line_merge(_metric(road.shape, grid)))
    piece = min(pieces, key=lambda line: float(shapely.distance(line, here)))
    from_m = float(shapely.line_locate_point(piece, here))
    nearest = shapely.Point(shapely.get_coordinates(shapely.shortest_line(piece, there))[0])
    step = metres if float(shapely.line_locate_point(piece, nearest)) >= from_m else -metres
    if not 0 <= from_m + step <= float(shapely.length(piece)):
        return None
    return _lonlat(shapely.line_interpolate_point(piece, from_m + step), grid)


def stretch_in(road: NamedPlace, area: shapely.Geometry, grid: Projection) -> tuple[LonLat, float] | None:
    """Return the middle of a street's stretch inside an area and half the stretch's extent in metres.

    None when the street does not enter the area.
    """
    inside = shapely.intersection(_metric(road.shape, grid), _metric(area, grid))
    if shapely.is_empty(inside) or shapely.length(inside) == 0:
        return None
    west, south, east, north = shapely.bounds(inside).tolist()
    middle = shapely.shortest_line(inside, shapely.centroid(inside))
    on_street = shapely.Point(shapely.get_coordinates(middle)[0])
    return _lonlat(on_street, grid), float(np.hypot(east - west, north - south)) / 2


def _names(way: OsmWay) -> Iterator[str]:
    name = way.tags.get("name", "")
    if len(fold_name(name)) > 1:
        yield name
    for ref in way.tags.get("ref", "").split(";"):
        numbered = _NUMBERED.match(ref.strip())
        if numbered:
            yield f"{_RANK[numbered[1]]}{numbered[2]}"


def road_spellings(name: str, others: AbstractSet[str] = frozenset()) -> tuple[Spelling, ...]:
    """Return the ways a street is written; a numbered highway is also called 324国道 and G324."""
    numbered = re.fullmatch(r"([国省县乡]道)(\d+)", name)
    if numbered:
        letter = next(letter for letter, rank in _RANK.items() if rank == numbered[1])
        others = {*others, f"{numbered[2]}{numbered[1]}", f"{letter}{numbered[2]}"}
    return (
        Spelling(fold_name(name), Wording.FULL),
        *(Spelling(fold_name(also), Wording.ALIAS) for also in sorted(others) if len(fold_name(also)) > 1),
    )


class _Villages:
    """The areas in metres, to measure streets in."""

    def __init__(self, villages: gpd.GeoDataFrame, grid: Projection) -> None:
        self._codes = [str(code) for code in villages.index]
        self._grid = grid
        self._shapes = (
            shapely.transform(villages.geometry.to_numpy(), grid.to_metres) if len(villages) else []
        )
        self._tree = shapely.STRtree(self._shapes)

    def lengths(self, line: shapely.Geometry) -> tuple[tuple[str, float], ...]:
        """Return the metres of a line in each village, longest first, and outside of all under ``""``."""
        if not self._codes:
            return ()
        shape = _metric(line, self._grid)
        rows = self._tree.query(shape)
        metres = {
            self._codes[row]: float(shapely.length(shapely.intersection(shape, self._shapes[row])))
            for row in rows
        }
        metres[""] = max(0.0, float(shapely.length(shape)) - sum(metres.values()))
        held = sorted(
            ((code, m) for code, m in metres.items() if m > 1), key=lambda pair: (-pair[1], pair[0])
        )
        return tuple(held)


def _clusters(points: Iterable[shapely.Point]) -> list[shapely.Point]:
    groups: list[list[shapely.Point]] = []
    for point in points:
        near = [
            group for group in groups if any(shapely.distance(point, p) <= _ONE_CROSSING_M for p in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([point, *(p for group in near for p in group)])
    return [shapely.centroid(shapely.MultiPoint(group)) for group in groups]


def _metric(shape: shapely.Geometry, grid: Projection) -> shapely.Geometry:
    moved: shapely.Geometry = shapely.transform(shape, grid.to_metres)
    return moved


def _lonlat(point: shapely.Geometry, grid: Projection) -> LonLat:
    lon, lat = grid.to_degrees(shapely.get_coordinates(point))[0]
    return LonLat(float(lon), float(lat))
