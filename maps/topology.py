"""The map of what is wrong with areas: each problem where it is, beside it the list to work through."""

from dataclasses import asdict
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from maps import layers
from maps.assets import Assets
from maps.document import Page, write_page
from maps.labels import area_labels, street_labels, towns_of
from maps.style import PROBLEM_OUTLINES, marks
from maps.tables import bounds_of, checked, rows_of
from maps.words import MapWords

MOST = 2_000
"""Problems drawn and listed; a browser grows slow with more, and nobody works through them on a map."""
_BESIDE_M = (30.0, 300.0)  # how far from the middle of a problem the names of its areas stand, least and most
_DEGREE_M = 111_195.0
_AREA_COLUMNS = ("name", "town_name")
_PROBLEM_COLUMNS = ("kind", "names", "area_m2", "width_m", "sentence")
_POINT = 0  # of GEOS


def topology_map(  # noqa: PLR0913 - one map, its words and its background, keyword-only
    areas: GeoDataFrame,
    problems: GeoDataFrame,
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    streets: GeoDataFrame | None = None,
    subtitle: str = "",
    notice: str | None = None,
) -> str:
    """Draw what is wrong with areas: overlaps, gaps, slivers, broken outlines.

    Parameters
    ----------
    areas
        EPSG:4326 polygons; columns ``name`` and ``town_name``; where there is a ``level``, rows of level
        ``town`` are drawn as towns. `boundaries.TopologyReport.areas` fits.
    problems
        EPSG:4326, geometry of any type. Of more than `MOST` the first of each kind are drawn, so that
        every kind is there. Columns, texts as shown:

        - ``kind`` str: a `boundaries.ProblemKind`
        - ``names`` str: the areas concerned, joined by ``、``; may be empty
        - ``area_m2`` float: of the ground concerned; 0 for lines and points
        - ``width_m`` float: NaN where there is none
        - ``sentence`` str: what is wrong
    title, words, assets, streets, subtitle, notice
        As in `ticket_map`.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    MissingColumnsError
        When columns are missing or a table is not in EPSG:4326.
    """
    checked(areas, "areas", _AREA_COLUMNS)
    checked(problems, "problems", _PROBLEM_COLUMNS)
    drawn = problems.iloc[_shown(problems["kind"].astype(str).tolist())]
    villages, towns = _levels(areas)
    canvas = layers.new_map(bounds := bounds_of(areas, problems, streets))
    background = layers.add_background(canvas, streets, words)
    plain = layers.add_villages(canvas, villages, words)
    outlines = layers.add_towns(canvas, towns, words)
    shapes, kinds = drawn.geometry.to_numpy(), drawn["kind"].astype(str).tolist()
    ground = layers.add_problems(canvas, shapes, lambda row: PROBLEM_OUTLINES[kinds[row]])
    looks = marks([], PROBLEM_OUTLINES)
    data = {
        "problems": _with_places(rows_of(drawn, _PROBLEM_COLUMNS), shapes, areas),
        "kinds": [{"kind": kind, **asdict(look)} for kind, look in looks.items()],
        "labels": [*area_labels(towns, "town"), *area_labels(villages, "village"), *street_labels(streets)],
    }
    page = Page(
        kind="topology",
        title=title,
        subtitle=subtitle,
        words=words,
        drawn=layers.drawn(
            canvas, map=canvas, problems=ground, background=background, villages=plain, towns=outlines
        ),
        bounds=bounds,
        data=data,
        notice=notice,
        shown={
            "looks": {kind: look for kind, look in looks.items() if kind in kinds},
            "left_out": len(problems) - len(drawn),
            "has_problems": bool(kinds),
        },
    )
    return write_page(page, assets)


def _shown(kinds: list[str]) -> list[int]:
    """Return which problems are drawn: of each kind the first, and as many of all kinds as there is room."""
    numbers = dict.fromkeys(kinds, 0)
    turn = []
    for kind in kinds:
        turn.append(numbers[kind])
        numbers[kind] += 1
    return sorted(sorted(range(len(kinds)), key=lambda row: (turn[row], row))[:MOST])


def _levels(areas: GeoDataFrame) -> tuple[GeoDataFrame, GeoDataFrame]:
    """Return the villages, and the towns as drawn or else around their villages."""
    if "level" not in areas.columns:
        return areas, towns_of(areas)
    is_town = (areas["level"].astype(str) == "town").to_numpy(dtype=bool)
    villages, towns = areas[~is_town].reset_index(drop=True), areas[is_town].reset_index(drop=True)
    return villages, towns[["name", "geometry"]] if len(towns) else towns_of(villages)


def _with_places(
    rows: list[dict[str, Any]], shapes: NDArray[Any], areas: GeoDataFrame
) -> list[dict[str, Any]]:
    """Add where each problem is: place and extent of its largest piece, and its areas' names beside it."""
    pieces = np.array([_largest(shape) for shape in shapes], dtype=object)
    places = shapely.get_coordinates(shapely.point_on_surface(pieces))
    extents = shapely.bounds(pieces)
    named = _Named(areas)
    for row, place, extent, piece in zip(rows, places, extents, pieces, strict=True):
        row["lon"], row["lat"] = (round(float(degrees), 6) for degrees in place)
        west, south, east, north = (round(float(degrees), 7) for degrees in extent)
        row["extent"] = [[south, west], [north, east]]
        row["is_point"] = bool(shapely.get_type_id(piece) == _POINT)
        row["beside"] = named.beside(str(row["names"]), piece, shapely.Point(place))
    return rows


class _Named:
    """The areas by their names, to say which lies on which side of a problem."""

    def __init__(self, areas: GeoDataFrame) -> None:
        self._shapes = areas.geometry.to_numpy()
        self._rows: dict[str, list[int]] = {}
        for row, name in enumerate(areas["name"].astype(str)):
            self._rows.setdefault(name, []).append(row)

    def beside(self, names: str, piece: BaseGeometry, place: BaseGeometry) -> list[dict[str, Any]]:
        """Return the name of each area and a spot on its ground near a problem, off the problem itself."""
        west, south, east, north = piece.bounds
        least, most = (metres / _DEGREE_M for metres in _BESIDE_M)
        reach = min(max(east - west, north - south, 3 * least) / 3, most)
        near = place.buffer(reach)
        found = []
        for name in dict.fromkeys(names.split("、")):
            grounds = [shapely.intersection(self._shapes[row], near) for row in self._rows.get(name, [])]
            ground = max(grounds, key=shapely.area, default=near)
            own = shapely.difference(ground, piece) if grounds else shapely.Point()
            if not own.is_empty:
                spot = shapely.point_on_surface(_largest(own))
                found.append({"text": name, "at": [round(spot.y, 7), round(spot.x, 7)]})
        return found


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    found: BaseGeometry = max(parts, key=lambda part: (part.area, part.length))
    return found
