"""GeoDataFrame in, Folium layer out. Texts never enter a layer: they travel as data, set as plain text.

The one exception are the names of layers, which Leaflet would run as HTML; they are escaped here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeAlias

import folium
import folium.plugins
import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely import MultiLineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from boundaries import LonLat
from maps.basemap import KINDS
from maps.style import BACKGROUND, DERIVED_VILLAGE, TOWN, VILLAGE, Style
from maps.tables import Bounds, is_derived
from maps.words import MapWords

MAX_ZOOM = 19
_BELOW = "below"  # the pane of the background
_DECIMALS, _FINE_DECIMALS = 5, 7  # of a degree: a metre, a centimetre
_TOLERANCES = (1e-5, 3e-5, 1e-4)  # of a degree: 1, 3 and 10 m
_MOST_CORNERS = 20_000  # of one layer: less than half a megabyte of the page
_LEFT_OUT_FIRST = ("building", "path")

Shapes: TypeAlias = Iterable[BaseGeometry | None]
Layer: TypeAlias = folium.GeoJson | folium.FeatureGroup


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Folium map as text: head, body and script, and how the script calls the layers."""

    head: str
    body: str
    script: str
    names: dict[str, str]
    """Our name of a layer → its variable in the script."""


def new_map(bounds: Bounds) -> folium.Map:
    """Return an empty map without tiles around some bounds."""
    west, south, east, north = bounds
    canvas = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        control_scale=False,
        attribution_control=False,
        zoom_snap=0.25,
        fade_animation=False,
    )
    # Folium passes max_zoom only to tiles; without it MarkerCluster throws and later layers are lost
    canvas.options["max_zoom"] = MAX_ZOOM
    canvas.options["zoom"] = 12
    folium.map.CustomPane(_BELOW, z_index=350).add_to(canvas)
    return canvas


def add_background(canvas: folium.Map, streets: GeoDataFrame | None, words: MapWords) -> folium.FeatureGroup:
    """Add streets, water and green below everything else; one path per kind, however many streets.

    A very large background is drawn coarser, and without buildings and paths when it is still too large.
    """
    group = folium.FeatureGroup(name=safe_name(words.streets), control=streets is not None)
    group.add_to(canvas)
    if streets is None:
        return group
    light, kinds = _light(streets.geometry.to_numpy()), streets["kind"].to_numpy()
    drawn_kinds = list(KINDS)
    for kind in _LEFT_OUT_FIRST:
        if shapely.get_num_coordinates(light[np.isin(kinds, drawn_kinds)]).sum() > 2 * _MOST_CORNERS:
            drawn_kinds.remove(kind)
    for kind in drawn_kinds:
        shapes = shapely.get_parts(light[kinds == kind])
        if len(shapes):
            style = BACKGROUND[kind]
            together = MultiLineString if style["fill"] is False else MultiPolygon
            layer = _shapes([together(list(shapes))], _always(style), pane=_BELOW, interactive=False)
            layer.add_to(group)
    return group


def add_villages(
    canvas: folium.Map,
    areas: GeoDataFrame | None,
    words: MapWords,
    style: Callable[[int], Style] | None = None,
) -> Layer:
    """Add village areas, row i as feature i; plain outlines unless `style` says otherwise."""
    if areas is None or areas.empty:
        return _nothing(canvas)
    derived = is_derived(areas)

    def outline(row: int) -> Style:
        return DERIVED_VILLAGE if derived[row] else VILLAGE

    layer = _shapes(
        _light(areas.geometry.to_numpy()), style or outline, name=words.areas, interactive=style is not None
    )
    layer.add_to(canvas)
    return layer


def add_towns(canvas: folium.Map, towns: GeoDataFrame, words: MapWords) -> Layer:
    """Add the outlines of towns."""
    if towns.empty:
        return _nothing(canvas)
    layer = _shapes(_light(towns.geometry.to_numpy()), _always(TOWN), name=words.towns, interactive=False)
    layer.add_to(canvas)
    return layer


def add_ticket_clusters(canvas: folium.Map) -> folium.plugins.MarkerCluster:
    """Add the layer that gathers crowded tickets; the page's script fills it from the data."""
    cluster = folium.plugins.MarkerCluster(  # type: ignore[no-untyped-call]  # folium has no types here
        control=False,
        icon_create_function="GeoMaps.clusterIcon",
        max_cluster_radius=52,
        show_coverage_on_hover=False,
        spiderfy_distance_multiplier=1.6,
        chunked_loading=False,
        animate=False,
    )
    cluster.add_to(canvas)
    return cluster


def add_lines(canvas: folium.Map, lines: Shapes, styles: Sequence[Style]) -> folium.FeatureGroup:
    """Add lines, each drawn once in each of the styles (a pale casing first, then the line itself)."""
    group = folium.FeatureGroup(control=False)
    group.add_to(canvas)
    for style in styles:
        for line in lines:
            corners = [[round(lat, 6), round(lon, 6)] for lon, lat in shapely.get_coordinates(line)]
            path = folium.PolyLine(corners, interactive=False, **style)  # type: ignore[no-untyped-call]  # as above
            path.add_to(group)
    return group


def add_circles(canvas: folium.Map, circles: Iterable[tuple[LonLat, float, Style]]) -> folium.FeatureGroup:
    """Add circles of a radius in metres, in the order given."""
    group = folium.FeatureGroup(control=False)
    group.add_to(canvas)
    for (lon, lat), radius_m, style in circles:
        options: dict[str, Any] = dict(style)
        folium.Circle([lat, lon], radius=radius_m, **options).add_to(group)
    return group


def add_problems(canvas: folium.Map, shapes: Shapes, style: Callable[[int], Style]) -> Layer:
    """Add ground and lines to a centimetre, row i as feature i; points are left to the page's script."""
    outlines = [None if isinstance(shape, Point) else _rounded(shape, _FINE_DECIMALS) for shape in shapes]
    if not any(outline is not None for outline in outlines):
        return _nothing(canvas)
    layer = _shapes(outlines, style, interactive=True)
    layer.add_to(canvas)
    return layer


def drawn(canvas: folium.Map, **layers: folium.Element) -> Drawn:
    """Render the map to text; names of variables do not change from run to run.

    Parameters
    ----------
    **layers
        The layers that the page's script asks for, by our names for them.
    """
    folium.LayerControl(collapsed=True, position="bottomright").add_to(canvas)
    figure: Any = canvas.get_root()  # a branca Figure, which its own types do not know
    figure.render()
    texts = [part.render() for part in (figure.header, figure.html, figure.script)]
    names: dict[str, str] = {}
    for number, element in enumerate(_tree(canvas)):
        name, stable = element.get_name(), f"{type(element).__name__.lower()}_{number}"
        texts = [text.replace(name, stable) for text in texts]
        names |= {ours: stable for ours, layer in layers.items() if layer is element}
    head, body, script = texts
    return Drawn(head, body, script, names)


def safe_name(name: str) -> str:
    """Return a layer's name as it can stand in Leaflet's layer control, which takes HTML."""
    return escape(name)


def _always(style: Style) -> Callable[[int], Style]:
    return lambda _: style


def _nothing(canvas: folium.Map) -> Layer:
    group = folium.FeatureGroup(control=False)
    group.add_to(canvas)
    return group


def _tree(element: folium.Element) -> Iterable[folium.Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001 - branca has no other way to visit elements
        yield from _tree(child)


def _shapes(
    shapes: Shapes,
    style: Callable[[int], Style],
    *,
    name: str | None = None,
    pane: str = "overlayPane",
    interactive: bool,
) -> folium.GeoJson:
    """Return geometries as one layer; feature i is shape i, and carries no text."""
    features = [
        {"type": "Feature", "id": row, "properties": {}, "geometry": dict(shape.__geo_interface__)}
        for row, shape in enumerate(shapes)
        if shape is not None and not shape.is_empty
    ]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: dict(style(feature["id"])),
        name=safe_name(name) if name else None,
        control=name is not None,
        pane=pane,
        interactive=interactive,
    )


def _light(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the shapes to a metre, without corners that nobody sees: the more there are, the coarser."""
    lighter = shapes
    for tolerance in _TOLERANCES:
        lighter = np.asarray(shapely.simplify(shapes, tolerance, preserve_topology=True), dtype=object)
        if shapely.get_num_coordinates(lighter).sum() <= _MOST_CORNERS:
            break
    return np.asarray(_rounded(lighter, _DECIMALS), dtype=object)


def _rounded(shapes: Any, decimals: int) -> Any:  # noqa: ANN401 - a shape or an array of shapes
    """Return shapes with their degrees rounded."""
    return shapely.transform(shapes, lambda points: np.round(points, decimals))
