"""Whole maps as HTML: the issue map, a walking round, the hotspots. GeoDataFrame in, HTML out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from boundaries import LonLat
from maps import layers
from maps.assets import Assets
from maps.clusters import Cluster
from maps.document import Page, write_page
from maps.labels import area_labels, street_labels, towns_of
from maps.style import CLUSTER, HOTSPOT_CLASSES, LEG, LEG_CASING, UNCERTAIN_M, WEAK_CLUSTER, area_style, marks
from maps.tables import Bounds, bounds_of, checked, is_derived, rows_of
from maps.words import MapWords

_TICKET_COLUMNS = ("id", "label", "category", "status", "kind", "town", "unit", "sigma_m", "url")
_AREA_COLUMNS = ("name", "town_name")
_STOP_COLUMNS = ("seq", "label", "arrives", "departs")
_LEG_COLUMNS = ("metres", "seconds")
_HOTSPOT_COLUMNS = ("name", "town_name", "count", "rate", "z", "p", "q", "hotspot_class")


@dataclass(frozen=True, slots=True)
class Base:
    """Where a round starts and ends."""

    name: str
    point: LonLat
    leaves: str = ""
    """Time of departure as shown, for example ``"08:30"``."""
    returns: str = ""
    """Time of return as shown."""


def ticket_map(  # noqa: PLR0913 - one map, its words and its background, keyword-only
    tickets: GeoDataFrame,
    areas: GeoDataFrame,
    *,
    title: str,
    words: MapWords,
    assets: Assets,
    streets: GeoDataFrame | None = None,
    status_order: Sequence[str] = (),
    notice: str | None = None,
    view: Bounds | None = None,
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
    view
        West, south, east, north of what the map shows at first; None shows all areas.

    Returns
    -------
    str
        A whole HTML document.

    Raises
    ------
    MissingColumnsError
        When columns are missing or a table is not in EPSG:4326.
    """
    checked(tickets, "tickets", _TICKET_COLUMNS)
    checked(areas, "areas", _AREA_COLUMNS)
    towns = towns_of(areas)
    canvas = layers.new_map(bounds := view or bounds_of(areas, tickets, streets))
    background = layers.add_background(canvas, streets, words)
    villages = layers.add_villages(canvas, areas, words)
    outlines = layers.add_towns(canvas, towns, words)
    cluster = layers.add_ticket_clusters(canvas)
    looks = marks(tickets["status"].astype(str), status_order)
    data = {
        "tickets": rows_of(tickets, (*_TICKET_COLUMNS, "place", "because")),
        "uncertain_m": UNCERTAIN_M,
        "marks": [{"status": status, **asdict(mark)} for status, mark in looks.items()],
        "labels": [*area_labels(towns, "town"), *area_labels(areas, "village"), *street_labels(streets)],
    }
    page = Page(
        kind="tickets",
        title=title,
        words=words,
        drawn=layers.drawn(
            canvas, map=canvas, cluster=cluster, background=background, villages=villages, towns=outlines
        ),
        bounds=bounds,
        data=data,
        notice=notice,
        shown={"has_derived": bool(is_derived(areas).any()), "has_tickets": not tickets.empty},
    )
    return write_page(page, assets)


def round_map(  # noqa: PLR0913 - one map, its words and its background, keyword-only
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
    checked(stops, "stops", _STOP_COLUMNS)
    checked(legs, "legs", _LEG_COLUMNS)
    if areas is not None:
        checked(areas, "areas", _AREA_COLUMNS)
    canvas = layers.new_map(bounds := bounds_of(stops, legs, _point(base)))
    background = layers.add_background(canvas, streets, words)
    villages = layers.add_villages(canvas, areas, words)
    way = layers.add_lines(canvas, legs.geometry, (LEG_CASING, LEG))
    halts, walks = rows_of(stops, (*_STOP_COLUMNS, "note", "url")), rows_of(legs, (*_LEG_COLUMNS, "url"))
    data = {
        "stops": halts,
        "base": {"name": base.name, "lat": base.point.lat, "lon": base.point.lon},
        "legs": len(legs),
        "labels": [*(area_labels(areas, "village") if areas is not None else []), *street_labels(streets)],
    }
    page = Page(
        kind="round",
        title=title,
        subtitle=subtitle,
        words=words,
        drawn=layers.drawn(canvas, map=canvas, way=way, background=background, villages=villages),
        bounds=bounds,
        data=data,
        notice=notice,
        shown={"stops": halts, "legs": walks, "base": base},
    )
    return write_page(page, assets)


def hotspot_map(  # noqa: PLR0913 - one map, its words and its background, keyword-only
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
    checked(areas, "areas", _HOTSPOT_COLUMNS)
    classes = areas["hotspot_class"].astype(str).tolist()
    towns = towns_of(areas)
    canvas = layers.new_map(bounds := bounds_of(areas, streets))
    background = layers.add_background(canvas, streets, words)
    derived = is_derived(areas)
    villages = layers.add_villages(
        canvas, areas, words, style=lambda row: area_style(classes[row], is_derived=bool(derived[row]))
    )
    outlines = layers.add_towns(canvas, towns, words)
    circles = layers.add_circles(
        canvas, [(c.centre, c.radius_m, CLUSTER if c.is_significant() else WEAK_CLUSTER) for c in clusters]
    )
    told = sentences if sentences is not None else [cluster.reason().text() for cluster in clusters]
    judged = rows_of(areas, (*_HOTSPOT_COLUMNS, "exposure"))
    data = {
        "areas": judged,
        "signs": {name: look.sign for name, look in HOTSPOT_CLASSES.items()},
        "clusters": [_cluster_data(*pair) for pair in zip(clusters, told, strict=True)],
        "labels": [*area_labels(towns, "town"), *area_labels(areas, "village"), *street_labels(streets)],
    }
    standing_out = [
        {"row": i, **area} for i, area in enumerate(judged) if area["hotspot_class"][:3] in {"hot", "col"}
    ]
    page = Page(
        kind="hotspots",
        title=title,
        subtitle=subtitle,
        words=words,
        drawn=layers.drawn(
            canvas, map=canvas, circles=circles, background=background, villages=villages, towns=outlines
        ),
        bounds=bounds,
        data=data,
        notice=notice,
        shown={
            "areas": sorted(standing_out, key=lambda area: (area["q"], -area["count"])),
            "clusters": data["clusters"],
            "classes": HOTSPOT_CLASSES,
            "found": set(classes),
            "has_derived": bool(is_derived(areas).any()),
        },
    )
    return write_page(page, assets)


def _point(base: Base) -> GeoDataFrame:
    return GeoDataFrame(geometry=shapely.points(np.array([base.point])), crs="EPSG:4326")


def _cluster_data(cluster: Cluster, sentence: str) -> dict[str, Any]:
    return {
        "place": cluster.place,
        "lat": cluster.centre.lat,
        "lon": cluster.centre.lon,
        "cases": cluster.cases,
        "expected": f"{cluster.expected:.1f}",
        "p": f"{cluster.p:.3f}",
        "is_significant": cluster.is_significant(),
        "sentence": sentence,
    }
