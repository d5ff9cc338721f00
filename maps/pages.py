"""Whole maps as HTML: the issue map, a walking round, the hotspots. GeoDataFrame in, HTML out."""

from collections.abc import Sequence
from dataclasses import dataclass

from geopandas import GeoDataFrame

from boundaries import LonLat
from maps.assets import Assets
from maps.clusters import Cluster
from maps.errors import MapError
from maps.words import MapWords


@dataclass(frozen=True, slots=True)
class Base:
    """Where a round starts and ends."""

    name: str
    point: LonLat
    leaves: str = ""
    """Time of departure as shown, for example ``"08:30"``."""
    returns: str = ""
    """Time of return as shown."""


def ticket_map(
    tickets: GeoDataFrame,
    areas: GeoDataFrame,
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    streets: GeoDataFrame | None = None,
    status_order: Sequence[str] = (),
    notice: str | None = None,
) -> str:
    """Draw where the tickets are, clustered and marked by status.

    Parameters
    ----------
    tickets
        EPSG:4326; one row per ticket. Geometry: Point, or None/empty when no place is known. Columns, all
        texts as shown (already translated and masked; they are treated as hostile):

        - ``id`` str: the ticket's number
        - ``label`` str: its title
        - ``category`` str: may be empty
        - ``status`` str: the word for its status; also the entry of the legend
        - ``kind`` str: the word for the kind of request (complaint, question …); may be empty
        - ``town`` str: the town's name as in ``areas["town_name"]``; empty when unknown
        - ``unit`` str: the village's or community's name; empty when unknown
        - ``sigma_m`` float: uncertainty of the point in metres; NaN when there is no point
        - ``url`` str or None: address of the ticket's page (relative, http or https; others are dropped)
        - ``place`` str, optional: the words of the place, such as 水墘综合市场
        - ``because`` str, optional: why it is put there, one sentence per line

        A ticket without a point is never drawn: it is counted on its town's name, and listed.
    areas
        EPSG:4326 polygons of villages; columns ``name``, ``town_name`` and, optionally, ``derived`` (bool).
        `boundaries.Areas.villages` fits as it is.
    title
        Title of the page.
    words
        The labels, in the reader's language.
    assets
        `Assets.inline()` for a file, `Assets.linked(prefix, nonce)` for a server.
    streets
        The background from `basemap_frame` or `load_basemap`; None draws none.
    status_order
        The status words in the order of the legend, so that a status keeps its mark from map to map.
        Others follow in order of appearance.
    notice
        A banner above the map, for example that the data is simulated.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    MissingColumnsError
        When columns are missing or a table is not in EPSG:4326.
    """
    raise MapError("the map cannot be drawn")


def round_map(
    stops: GeoDataFrame,
    legs: GeoDataFrame,
    base: Base,
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    streets: GeoDataFrame | None = None,
    areas: GeoDataFrame | None = None,
    subtitle: str = "",
    notice: str | None = None,
) -> str:
    """Draw one walking round: its stops in order, the way along the streets, and the list to carry.

    Parameters
    ----------
    stops
        EPSG:4326 points in walking order. Columns ``seq`` int (1, 2 …), ``label`` str (masked),
        ``arrives`` str and ``departs`` str (times as shown, ``"08:40"``); optionally ``note`` str, ``url``
        str or None (the ticket's or visit's page).
    legs
        EPSG:4326 lines in walking order, each drawn from its start to its end: base → 1, 1 → 2, … n → base.
        Columns ``metres`` float, ``seconds`` float; optionally ``url`` str or None (a map app for this leg).
    base
        Where the round starts and ends.
    areas
        Villages to draw faintly; columns as in `ticket_map`.
    subtitle
        One line below the title, such as date and half-day.
    title, words, assets, streets, notice
        As in `ticket_map`.
    """
    raise MapError("the map cannot be drawn")


def hotspot_map(
    areas: GeoDataFrame,
    clusters: Sequence[Cluster],
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    streets: GeoDataFrame | None = None,
    sentences: Sequence[str] | None = None,
    subtitle: str = "",
    notice: str | None = None,
) -> str:
    """Draw which areas and places stand out beyond chance, and which do not.

    Parameters
    ----------
    areas
        What `hotspots` returned, with ``name`` and ``town_name``.
    clusters
        What `find_clusters` returned, best first; also those that are not significant.
    sentences
        One translated sentence per cluster; None takes the English ``cluster.reason().text()``.
    subtitle
        One line below the title: which tickets, which days.
    title, words, assets, streets, notice
        As in `ticket_map`.
    """
    raise MapError("the map cannot be drawn")
