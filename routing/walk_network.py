"""The streets one can walk on, as a network: built from a map once, saved, opened in a moment, snapped to.

OSMnx simplifies the map's streets to junctions and the stretches between them. What stays is a handful of
arrays, on the flat grid in metres of the workspace (`boundaries.Projection`). On foot every street is
two-way.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from boundaries import OsmExtract, Points, Projection
from routing.errors import BadStopError, NetworkError

_FORMAT = 1  # of the saved file; a reader refuses any other
_FRAGMENT_M = 1000.0  # pieces of the network with less street than this are taken for a mapper's slip
_FRAGMENT_GAP_M = 50.0  # but only where the rest of the network is no farther off than this
_ARRAYS = ("node_xy", "edge_ends", "edge_starts", "vertices")

Stretch: TypeAlias = tuple[int, int, tuple[tuple[float, float], ...]]
"""Two nodes of the map, and the line between them in metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Snaps:
    """Where some places meet the network: for each, the nearest point of the nearest street."""

    edge: NDArray[np.int32]
    """Row of the nearest edge, shape (n,); of several equally near, the first."""
    along_m: NDArray[np.float64]
    """How far along that edge, in metres from its first end, shape (n,)."""
    distance_m: NDArray[np.float64]
    """How far the place is from the street, in metres, shape (n,); infinite for places off the grid."""
    points: Points
    """The points on the street, WGS 84 degrees, shape (n, 2)."""
    places_xy: Points
    """The places themselves, in metres on the network's grid, shape (n, 2)."""

    def take(self, rows: NDArray[np.intp] | list[int]) -> "Snaps":
        """Return the snaps of some of the places, in the order of the rows given."""
        return Snaps(
            self.edge[rows],
            self.along_m[rows],
            self.distance_m[rows],
            self.points[rows],
            self.places_xy[rows],
        )


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Junctions, and the streets between them."""

    projection: Projection
    """The grid of all metres here."""
    node_xy: Points
    """Junctions and dead ends, metres, shape (n, 2)."""
    edge_ends: NDArray[np.int32]
    """Rows of the two nodes of each edge, shape (m, 2), m >= 1; both the same for a loop."""
    edge_starts: NDArray[np.int64]
    """Shape (m + 1,): edge e runs over ``vertices[edge_starts[e]:edge_starts[e + 1]]`` from its first end."""
    vertices: Points
    """The bends of all edges one after the other, both ends included, metres."""

    @classmethod
    def from_osm(cls, extract: OsmExtract) -> Self:
        """Build the network of a map's walkable streets.

        Streets meet where they share a node of the map, not where their lines merely cross: that is a bridge.

        Raises
        ------
        NetworkError
            When the map holds no street to walk on.
        """
        places = {
            node: (float(lon), float(lat))
            for way in extract.streets
            for node, (lon, lat) in zip(way.nodes, way.points, strict=True)
        }
        steps = {
            (min(step), max(step))
            for way in extract.streets
            for step in zip(way.nodes, way.nodes[1:], strict=False)
            if step[0] != step[1]
        }
        if not steps:
            raise NetworkError(
                "the map holds no street to walk on: take an OpenStreetMap extract with roads (highway=…)"
            )
        projection = Projection.for_points(np.array(list(places.values())))
        xy = projection.to_metres(np.array(list(places.values())))
        metres = dict(zip(places, xy.tolist(), strict=True))
        stretches = _stretches(metres, sorted(steps), projection)
        return cls._of_stretches(projection, sorted(stretches))

    @classmethod
    def _of_stretches(cls, projection: Projection, stretches: list[Stretch]) -> Self:
        ends, rows = np.unique([stretch[:2] for stretch in stretches], return_inverse=True)
        edge_ends = rows.reshape(-1, 2).astype(np.int32)
        edge_starts = np.cumsum([0, *(len(line) for *_, line in stretches)])
        vertices = np.array([bend for *_, line in stretches for bend in line])
        node_xy = np.empty((len(ends), 2))
        node_xy[edge_ends[:, 0]] = vertices[edge_starts[:-1]]
        node_xy[edge_ends[:, 1]] = vertices[edge_starts[1:] - 1]
        return cls(projection, node_xy, edge_ends, edge_starts, vertices)

    def save(self, path: Path) -> None:
        """Write the network as ``.npz`` arrays; an existing file is replaced only by a complete one."""
        unfinished = path.with_name(f"unfinished-{path.name}")
        with unfinished.open("wb") as file:
            np.savez(
                file,
                format=np.array(_FORMAT),
                projection=np.array(self.projection.definition),
                **{name: getattr(self, name) for name in _ARRAYS},
            )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a saved network.

        Raises
        ------
        NetworkError
            When the file is missing, damaged, or of another version.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                version = int(saved["format"])
                arrays = {name: saved[name] for name in (*_ARRAYS, "projection") if version == _FORMAT}
        except FileNotFoundError as error:
            raise NetworkError(
                "there is no street network {path}: build it from an OpenStreetMap file", path=path.name
            ) from error
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise NetworkError(
                "the street network {path} is damaged: build it again from the map", path=path.name
            ) from error
        if version != _FORMAT:
            raise NetworkError(
                "the street network {path} is of another version: build it again from the map",
                path=path.name,
            )
        return cls(Projection(str(arrays.pop("projection"))), **arrays)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Each edge as a shapely LineString in metres, shape (m,)."""
        rows = np.repeat(np.arange(len(self.edge_ends)), np.diff(self.edge_starts))
        lines: NDArray[np.object_] = np.asarray(shapely.linestrings(self.vertices, indices=rows))
        return lines

    @cached_property
    def edge_metres(self) -> NDArray[np.float64]:
        """Length of each edge, shape (m,)."""
        return np.asarray(shapely.length(self.lines))

    @property
    def street_m(self) -> float:
        """Length of all streets together, in metres."""
        return float(self.edge_metres.sum())

    @cached_property
    def adjacency(self) -> csr_matrix:
        """Metres of the shortest edge between neighbouring nodes, symmetric, shape (n, n)."""
        keys, _, metres = self._links
        count = len(self.node_xy)
        starts = np.searchsorted(keys, np.arange(count + 1) * count)
        return csr_matrix((metres, keys % count, starts), shape=(count, count))

    def edges_between(self, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the shortest edge between each two neighbouring nodes, as rows of edges."""
        keys, edges, _ = self._links
        return edges[np.searchsorted(keys, first.astype(np.int64) * len(self.node_xy) + second)]

    @cached_property
    def piece(self) -> NDArray[np.int32]:
        """The connected piece of the network each node belongs to, shape (n,); 0 has the most street."""
        _, labels = connected_components(self.adjacency, directed=False)
        metres = np.bincount(labels[self.edge_ends[:, 0]], weights=self.edge_metres)
        rank = np.argsort(np.argsort(-metres, kind="stable"), kind="stable")
        return np.asarray(rank[labels], dtype=np.int32)

    @cached_property
    def _links(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return sorted keys ``first * n + second`` of neighbours, and the shortest edge and its metres."""
        count = len(self.node_xy)
        between = np.flatnonzero(self.edge_ends[:, 0] != self.edge_ends[:, 1])
        first, second = self.edge_ends[between].astype(np.int64).T
        keys = np.concatenate([first * count + second, second * count + first])
        edges = np.concatenate([between, between]).astype(np.int32)
        # a street of length zero must still be a link: an exact zero would mean "no link" to some readers
        metres = np.maximum(self.edge_metres[edges], 1e-9)
        order = np.lexsort((edges, metres, keys))
        keys, kept = np.unique(keys[order], return_index=True)
        return keys, edges[order][kept], metres[order][kept]

    def snap(self, points: Points) -> Snaps:
        """Find the nearest street of each place, between the junctions too.

        Maps have fragments: a path that its mapper forgot to join to the road. A place whose nearest street
        is part of less than a kilometre of streets in one piece is joined to the network beyond it when that
        is at most 50 m farther. Real islands and villages behind a river are farther, and stay unreachable.

        Parameters
        ----------
        points
            WGS 84 degrees, shape (n, 2); may be empty.

        Raises
        ------
        BadStopError
            When a coordinate is missing or infinite.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        if not np.isfinite(points).all():
            row = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
            raise BadStopError("place {row} has no coordinates: find it on the map first", row=row + 1)
        xy = self.projection.to_metres(points)
        off_grid = np.asarray(~np.isfinite(xy).all(axis=1))
        places = np.asarray(shapely.points(np.where(off_grid[:, None], self.node_xy[0], xy)), dtype=object)
        edge = self._nearest_edges(places)
        along = np.asarray(shapely.line_locate_point(self.lines[edge], places))
        met = shapely.line_interpolate_point(self.lines[edge], along)
        distance = np.where(off_grid, np.inf, shapely.distance(places, met))
        return Snaps(edge, along, distance, self.projection.to_degrees(shapely.get_coordinates(met)), xy)

    def _nearest_edges(self, places: NDArray[np.object_]) -> NDArray[np.int32]:
        """Return the nearest edge of each place; of a fragment only when the rest is much farther."""
        whole, tree_of_whole = self._whole
        edge = _nearest(self._tree, places)
        on_fragment = np.flatnonzero(~whole[edge])
        if len(on_fragment):
            stranded = places[on_fragment]
            instead = np.flatnonzero(whole)[_nearest(tree_of_whole, stranded)].astype(np.int32)
            detour = shapely.distance(stranded, self.lines[instead])
            detour -= shapely.distance(stranded, self.lines[edge[on_fragment]])
            edge[on_fragment] = np.where(detour <= _FRAGMENT_GAP_M, instead, edge[on_fragment])
        return edge

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines)

    @cached_property
    def _whole(self) -> tuple[NDArray[np.bool_], shapely.STRtree]:
        """Return which edges belong to the longest piece or another that is no fragment, and their index."""
        piece = self.piece[self.edge_ends[:, 0]]
        whole = (piece == 0) | (np.bincount(piece, weights=self.edge_metres)[piece] >= _FRAGMENT_M)
        return whole, shapely.STRtree(self.lines[whole])


def _nearest(tree: shapely.STRtree, places: NDArray[np.object_]) -> NDArray[np.int32]:
    """Return the nearest line of each place, the first of several equally near."""
    asked, found = tree.query_nearest(places, all_matches=True)
    order = np.lexsort((found, asked))
    first = np.unique(asked[order], return_index=True)[1]
    return np.asarray(found[order][first], dtype=np.int32)


def _stretches(
    places: dict[int, list[float]], steps: list[tuple[int, int]], projection: Projection
) -> Iterator[Stretch]:
    """Yield each stretch between two junctions once.

    Parameters
    ----------
    places
        East and north in metres of each node of the map.
    steps
        The nodes that follow each other on a street, each two once.
    projection
        The grid of the metres.
    """
    # seconds to import, needed only to build a network, not to open one
    import networkx as nx  # noqa: PLC0415
    import osmnx  # noqa: PLC0415

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=projection.definition)
    graph.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in places.items())
    graph.add_edges_from(steps)
    graph.add_edges_from((second, first) for first, second in steps)
    simple = osmnx.simplify_graph(graph, remove_rings=False)
    loops = set()
    for first, second, edge in simple.edges(data=True):
        if first > second:
            continue
        bends = edge["geometry"].coords if "geometry" in edge else (places[first], places[second])
        line = tuple((float(x), float(y)) for x, y in bends)
        if first != second:
            yield first, second, line
        elif min(line, line[::-1]) not in loops:  # a loop is found once per direction
            loops.add(min(line, line[::-1]))
            yield first, second, min(line, line[::-1])
