"""OpenStreetMap files, read and written: streets to walk on, named places, and what a background needs.

An area made of several rings (a multipolygon) is kept as its largest outer ring: islands in a lake and a park
are lost with its second part. That is enough to name a place and to draw a quiet background, not to measure.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import osmium
import shapely

from boundaries.coordinates import LonLat, Points
from boundaries.errors import BadCoordinateError, NotAMapError
from boundaries.osm_order import write_in_order

_ROADS = ("trunk", "primary", "secondary", "tertiary")
_WALKABLE = frozenset(
    {
        *(road + link for road in _ROADS for link in ("", "_link")),
        *("unclassified", "residential", "living_street", "service", "road", "pedestrian"),
        *("track", "footway", "path", "steps", "cycleway", "bridleway"),
    }
)
_YES = frozenset({"yes", "designated", "permissive", "customers", "destination", "public"})
_NO = frozenset({"no", "private"})
_BACKGROUND = ("waterway", "landuse", "railway", "building", "natural", "leisure")
_SORTED = "pbf"  # every program that writes this format sorts it; XML comes in any order
_RING = 4  # a closed line has at least four corners, the first and the last being the same


@dataclass(frozen=True, slots=True)
class OsmNode:
    """A point of the map."""

    id: int
    point: LonLat
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class OsmWay:
    """A line of the map, or the ring of an area."""

    id: int
    nodes: tuple[int, ...]
    """Ids of the nodes along the line; the first equals the last when it is closed."""
    points: Points
    """Their places, shape (n, 2), WGS 84 degrees."""
    tags: Mapping[str, str]

    @property
    def is_closed(self) -> bool:
        """Say whether the line ends where it starts."""
        return len(self.nodes) >= _RING and self.nodes[0] == self.nodes[-1]


@dataclass(frozen=True, slots=True, eq=False)
class OsmFeature:
    """Something on the map that has a name: a place, a shop, a building, an area, a motorway."""

    id: int
    kind: str
    """``"n"`` node, ``"w"`` way, ``"r"`` relation."""
    point: LonLat
    """The node itself, a point inside the area, or the middle of the line."""
    tags: Mapping[str, str]
    points: Points | None = None
    """Line or outer ring, shape (n, 2); None for a node."""

    @property
    def name(self) -> str:
        """The name on the map."""
        return self.tags["name"]


@dataclass(slots=True)
class OsmExtract:
    """What this service uses of an OpenStreetMap file; each list in the order of the ids."""

    streets: list[OsmWay]
    """Ways one may walk on: no motorway, no building, no river. A way of which the file lacks nodes in the
    middle comes in several pieces with the same id."""
    named: list[OsmFeature]
    """Everything with a name, except the streets."""
    background: list[OsmWay]
    """Water, land use, parks, railways and buildings, for a quiet map below the tickets."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees; None when nothing was found."""
    source: str = ""
    """Name of the file, for messages."""


class WayLike(Protocol):
    """What `write_osm` needs of a way."""

    @property
    def id(self) -> int:
        """The way's number."""

    @property
    def nodes(self) -> tuple[int, ...]:
        """Ids of its nodes in order."""

    @property
    def tags(self) -> Mapping[str, str]:
        """What it is."""


def read_osm(path: Path) -> OsmExtract:
    """Read streets, named places and background from an OpenStreetMap file.

    Parameters
    ----------
    path
        ``.osm`` or ``.osm.pbf``, also compressed (``.gz``, ``.bz2``); recognised by content, not by name.

    Raises
    ------
    NotAMapError
        When the file is missing, damaged, or no OpenStreetMap file.
    """
    form = _format(path)
    try:
        extract = _read_in_any_order(path, form)
    except (RuntimeError, ValueError) as error:
        raise NotAMapError(
            "the OpenStreetMap file {path} is damaged: download it again", path=path.name
        ) from error
    extract.streets.sort(key=lambda way: way.id)
    extract.background.sort(key=lambda way: way.id)
    extract.named.sort(key=lambda feature: (feature.kind, feature.id))
    extract.bounds = _bounds(extract)
    extract.source = path.name
    return extract


def _read_in_any_order(path: Path, form: str) -> OsmExtract:
    """Read a file; one in XML is put in order first when it has to be."""
    try:
        return _read(path, form)
    except RuntimeError:  # a way without its nodes, or osmium's complaint that numbers do not ascend
        if form == _SORTED:
            raise
    with tempfile.TemporaryDirectory() as folder:
        ordered = Path(folder) / f"ordered.osm.{_SORTED}"
        write_in_order(path, form, ordered)
        return _read(ordered, _SORTED)


def _read(path: Path, form: str) -> OsmExtract:
    extract = OsmExtract([], [], [], None)
    source = osmium.io.File(str(path), form)
    for thing in osmium.FileProcessor(source).with_areas().with_filter(osmium.filter.EmptyTagFilter()):
        if form != _SORTED and not _is_whole(thing):
            raise RuntimeError(path.name)  # comes before its nodes, or without them
        _take(extract, thing)
    return extract


def _is_whole(thing: Any) -> bool:  # noqa: ANN401 - osmium's objects have no common type
    """Say whether all nodes of a way have been read; true for anything else."""
    return not thing.is_way() or all(node.location.valid() for node in thing.nodes)


def _format(path: Path) -> str:
    """Return osmium's name for the file's format, from its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise NotAMapError("the file {path} cannot be opened", path=path.name) from error
    if b"OSMHeader" in head[:64]:
        return _SORTED
    if b"<osm" in head and b"<osmChange" not in head:
        return "osm"
    if path.name.lower().endswith((".osm.gz", ".osm.bz2")) and head[:2] in {b"\x1f\x8b", b"BZ"}:
        return "osm.gz" if head[:2] == b"\x1f\x8b" else "osm.bz2"
    raise NotAMapError("{path} is no OpenStreetMap file: give an .osm or .osm.pbf file", path=path.name)


def _take(extract: OsmExtract, thing: Any) -> None:  # noqa: ANN401 - osmium's objects have no common type
    """Sort one object of the file into the extract."""
    tags = _tags(thing)
    if thing.is_node():
        if "name" in tags and thing.location.valid():
            point = LonLat(thing.location.lon, thing.location.lat)
            extract.named.append(OsmFeature(thing.id, "n", point, tags))
    elif thing.is_way():
        for nodes, points in _pieces(thing.nodes):
            _take_way(extract, OsmWay(thing.id, nodes, points, tags))
    elif thing.is_area() and not thing.from_way():
        _take_area(extract, thing, tags)


def _tags(thing: Any) -> dict[str, str]:  # noqa: ANN401 - osmium's objects have no common type
    tags = {tag.k: tag.v for tag in thing.tags}
    if "name" not in tags and "name:zh" in tags:
        tags["name"] = tags["name:zh"]
    return tags


def _pieces(refs: Iterable[Any]) -> Iterator[tuple[tuple[int, ...], Points]]:
    """Yield the stretches of a way whose nodes the file really holds."""
    for held, stretch in groupby(refs, key=lambda ref: ref.location.valid()):
        nodes = list(stretch)
        if held and len(nodes) > 1:
            yield tuple(node.ref for node in nodes), np.array([(node.lon, node.lat) for node in nodes])


def _take_way(extract: OsmExtract, way: OsmWay) -> None:
    if _is_walkable(way.tags):
        extract.streets.append(way)
        return
    if any(key in way.tags for key in _BACKGROUND):
        extract.background.append(way)
    if "name" in way.tags:
        point = _middle(way.points, closed=way.is_closed)
        extract.named.append(OsmFeature(way.id, "w", point, way.tags, way.points))


def _take_area(extract: OsmExtract, area: Any, tags: dict[str, str]) -> None:  # noqa: ANN401 - osmium's area is untyped
    rings = [piece for ring in area.outer_rings() for piece in _pieces(ring)]
    if not rings:
        return
    nodes, points = max(rings, key=lambda ring: abs(_doubled_area(ring[1])))
    if any(key in tags for key in _BACKGROUND):
        extract.background.append(OsmWay(area.orig_id(), nodes, points, tags))
    if "name" in tags:
        point = _middle(points, closed=True)
        extract.named.append(OsmFeature(area.orig_id(), "r", point, tags, points))


def _is_walkable(tags: Mapping[str, str]) -> bool:
    """Say whether people may walk along a way; national roads count, fenced-off ones do not."""
    if tags.get("highway") not in _WALKABLE or tags.get("area") == "yes":
        return False
    if tags.get("foot") in _NO or tags.get("motorroad") == "yes":
        return False
    return tags.get("access") not in _NO or tags.get("foot") in _YES


def _doubled_area(points: Points) -> float:
    x, y = points[:, 0], points[:, 1]
    return float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))


def _middle(points: Points, *, closed: bool) -> LonLat:
    """Return a point that surely lies inside the ring, or half-way along the line."""
    line = shapely.LineString(points)
    if closed and len(points) >= _RING:
        inside = shapely.point_on_surface(shapely.make_valid(shapely.Polygon(points)))
    else:
        inside = line.interpolate(0.5, normalized=True)
    return LonLat(float(inside.x), float(inside.y))


def _bounds(extract: OsmExtract) -> tuple[float, float, float, float] | None:
    parts = [way.points for way in (*extract.streets, *extract.background)]
    parts += [np.array([feature.point]) for feature in extract.named]
    if not parts:
        return None
    places = np.vstack(parts)
    west, south = places.min(axis=0).tolist()
    east, north = places.max(axis=0).tolist()
    return west, south, east, north


def write_osm(path: Path, nodes: Iterable[OsmNode], ways: Iterable[WayLike]) -> None:
    """Write nodes and ways as an ordinary OpenStreetMap file that any program reads.

    The same input gives the same bytes: objects are sorted by id and carry no time. An existing file is
    replaced only when the new one is complete.

    Parameters
    ----------
    path
        Ends in ``.osm`` or ``.osm.pbf``, which decides the format.
    nodes, ways
        Ids are positive; every node a way uses must be among the nodes.

    Raises
    ------
    BadCoordinateError
        When a way uses a node that is not given.
    """
    points = {node.id: node for node in nodes}
    lines = sorted(ways, key=lambda way: way.id)
    for way in lines:
        missing = [node for node in way.nodes if node not in points]
        if missing:
            raise BadCoordinateError(
                "the way {way} runs over the node {node}, which has no place", way=way.id, node=missing[0]
            )
    unfinished = path.with_name(f"unfinished-{path.name}")
    header = osmium.io.Header()
    header.set("generator", "geo-service")
    try:
        with osmium.SimpleWriter(str(unfinished), header=header, overwrite=True) as writer:
            for node in sorted(points.values(), key=lambda node: node.id):
                writer.add_node(_mutable(osmium.osm.mutable.Node, node, location=tuple(node.point)))
            for way in lines:
                writer.add_way(_mutable(osmium.osm.mutable.Way, way, nodes=list(way.nodes)))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _mutable(made: Any, thing: OsmNode | WayLike, **rest: Any) -> Any:  # noqa: ANN401 - osmium's objects are untyped
    return made(id=thing.id, tags=dict(sorted(thing.tags.items())), version=1, visible=True, **rest)
