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
        EPSG:4326 polygons; columns ``name`` and ``town_name``. `boundaries.TopologyReport.areas` fits.
    problems
        EPSG:4326, geometry of any type, the first `MOST` of them are drawn. Columns, texts as shown:

        - ``kind`` str: a `boundaries.ProblemKind`
        - ``names`` str: the areas concerned; may be empty
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
    drawn = problems.iloc[:MOST]
    towns = towns_of(areas)
    canvas = layers.new_map(bounds := bounds_of(areas, problems, streets))
    background = layers.add_background(canvas, streets, words)
    villages = layers.add_villages(canvas, areas, words)
    outlines = layers.add_towns(canvas, towns, words)
    shapes, kinds = drawn.geometry.to_numpy(), drawn["kind"].astype(str).tolist()
    ground = layers.add_problems(canvas, shapes, lambda row: PROBLEM_OUTLINES[kinds[row]])
    looks = marks([], PROBLEM_OUTLINES)
    data = {
        "problems": _with_places(rows_of(drawn, _PROBLEM_COLUMNS), shapes),
        "kinds": [{"kind": kind, **asdict(look)} for kind, look in looks.items()],
        "labels": [*area_labels(towns, "town"), *area_labels(areas, "village"), *street_labels(streets)],
    }
    page = Page(
        kind="topology",
        title=title,
        subtitle=subtitle,
        words=words,
        drawn=layers.drawn(
            canvas, map=canvas, problems=ground, background=background, villages=villages, towns=outlines
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


def _with_places(rows: list[dict[str, Any]], shapes: NDArray[Any]) -> list[dict[str, Any]]:
    """Add where each problem is: the place and extent of its largest piece, and whether it is but a point."""
    pieces = np.array([_largest(shape) for shape in shapes], dtype=object)
    places = shapely.get_coordinates(shapely.point_on_surface(pieces))
    for row, place, extent, kind in zip(
        rows, places, shapely.bounds(pieces), shapely.get_type_id(pieces), strict=True
    ):
        row["lon"], row["lat"] = (round(float(degrees), 6) for degrees in place)
        west, south, east, north = (round(float(degrees), 7) for degrees in extent)
        row["extent"] = [[south, west], [north, east]]
        row["is_point"] = bool(kind == _POINT)
    return rows


def _largest(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    found: BaseGeometry = max(parts, key=lambda part: (part.area, part.length))
    return found
