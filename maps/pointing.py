"""A map to point at: one marker set by click, drag or key, and the places considered, by number."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from geopandas import GeoDataFrame

from boundaries import LonLat
from maps import layers
from maps.assets import Assets
from maps.document import Page, write_page
from maps.labels import area_labels, street_labels, towns_of
from maps.tables import Bounds, bounds_of, checked
from maps.words import MapWords

_AREA_COLUMNS = ("name", "town_name")


@dataclass(frozen=True, slots=True)
class Considered:
    """A place that is, or may be, meant."""

    point: LonLat
    sigma_m: float
    """Standard deviation, metres; 0 draws no circle."""
    label: str
    """Its words as shown; treated as hostile."""
    rank: str = ""
    """What stands in its mark: 1, 2 …"""


def pointing_map(  # noqa: PLR0913 - one map, its words and its background, keyword-only
    areas: GeoDataFrame,
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    considered: Sequence[Considered] = (),
    chosen: Considered | None = None,
    is_movable: bool = True,
    streets: GeoDataFrame | None = None,
    view: Bounds | None = None,
) -> str:
    """Draw a map on which a person points out a place; it tells the page around it where.

    The page around it, of the same origin, gets a message ``{about: "place", lon, lat, zoom}`` for each new
    point, and ``{about: "confirm"}`` for the Enter key; it may send ``{about: "place", lon, lat, sigma_m}``.

    Parameters
    ----------
    areas
        EPSG:4326 polygons; columns ``name``, ``town_name`` and, optionally, ``derived`` (bool).
    considered
        Drawn with their ranks; a click on one points at it.
    chosen
        Where the marker stands at first; None starts without one.
    is_movable
        False for a map that only shows.
    title, words, assets, streets, view
        As in `ticket_map`.
    """
    checked(areas, "areas", _AREA_COLUMNS)
    towns = towns_of(areas)
    canvas = layers.new_map(bounds := view or bounds_of(areas, streets))
    background = layers.add_background(canvas, streets, words)
    villages = layers.add_villages(canvas, areas, words)
    outlines = layers.add_towns(canvas, towns, words)
    data = {
        "considered": [_data(one) for one in considered],
        "chosen": _data(chosen) if chosen else None,
        "is_movable": is_movable,
        "labels": [*area_labels(towns, "town"), *area_labels(areas, "village"), *street_labels(streets)],
    }
    page = Page(
        kind="pointing",
        title=title,
        words=words,
        drawn=layers.drawn(canvas, map=canvas, background=background, villages=villages, towns=outlines),
        bounds=bounds,
        data=data,
        shown={"is_movable": is_movable},
    )
    return write_page(page, assets)


def _data(one: Considered) -> dict[str, object]:
    known = asdict(one)
    lon, lat = known.pop("point")
    return {**known, "lon": lon, "lat": lat}
