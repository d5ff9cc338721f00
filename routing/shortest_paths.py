"""The shortest way along the streets between places that lie somewhere on them: how far, and which way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from shapely import get_coordinates
from shapely.ops import substring

from boundaries import Points
from routing.walk_network import Snaps, WalkNetwork

_CHUNK_BYTES = 64_000_000  # of distances held at a time while a table is filled


def street_metres(network: WalkNetwork, snaps: Snaps, *, limit_m: float = np.inf) -> NDArray[np.float64]:
    """Return how far it is along the streets between each two places.

    Parameters
    ----------
    network, snaps
        The streets, and where the places are on them.
    limit_m
        Ways longer than this are not looked for.

    Returns
    -------
    array, shape (n, n)
        Metres, symmetric, zero on the diagonal; infinite where no way leads, or only a longer one.
    """
    ends, offsets = _ends(network, snaps)
    nodes, rows = np.unique(ends, return_inverse=True)
    rows = rows.reshape(-1, 2)
    between = np.empty((len(nodes), len(nodes)))
    step = max(1, _CHUNK_BYTES // (8 * len(network.node_xy)))
    for start in range(0, len(nodes), step):
        chunk = slice(start, start + step)
        between[chunk] = dijkstra(network.adjacency, indices=nodes[chunk], limit=limit_m)[:, nodes]
    metres = _along_one_edge(snaps, snaps)
    for a in (0, 1):
        for b in (0, 1):
            way = offsets[:, a, None] + between[np.ix_(rows[:, a], rows[:, b])] + offsets[None, :, b]
            np.minimum(metres, way, out=metres)
    metres = np.minimum(metres, metres.T)
    metres[metres > limit_m] = np.inf
    return metres


def street_metres_from(network: WalkNetwork, sources: Snaps, targets: Snaps) -> NDArray[np.float64]:
    """Return how far it is along the streets from a few places to many.

    Returns
    -------
    array, shape (k, n)
        Metres from each source to each target; infinite where no way leads.
    """
    ends, offsets = _ends(network, sources)
    target_ends, target_offsets = _ends(network, targets)
    metres = _along_one_edge(sources, targets)
    for end in (0, 1):
        reached = dijkstra(network.adjacency, indices=ends[:, end])
        for other in (0, 1):
            way = offsets[:, end, None] + reached[:, target_ends[:, other]] + target_offsets[None, :, other]
            np.minimum(metres, way, out=metres)
    return metres


def street_lines(
    network: WalkNetwork, snaps: Snaps, pairs: Sequence[tuple[int, int]], *, limit_m: float = np.inf
) -> list[Points]:
    """Return the shortest ways themselves.

    Parameters
    ----------
    network, snaps
        The streets, and where the places are on them.
    pairs
        From which place to which, as rows of `snaps`; a way must lead there (see `street_metres`).
    limit_m
        At least the metres of the longest of them.

    Returns
    -------
    list of array, shape (k, 2)
        Lines along the streets, in metres on the network's grid, from the one place to the other; k >= 1.
    """
    if not pairs:
        return []
    ends, offsets = _ends(network, snaps)
    sources = np.unique(ends[[start for start, _ in pairs]])
    distances, before = dijkstra(
        network.adjacency, indices=sources, return_predecessors=True, limit=limit_m + 1.0
    )
    lines = []
    for start, end in pairs:
        direct = float(_along_one_edge(snaps.take([start]), snaps.take([end]))[0, 0])
        rows = np.searchsorted(sources, ends[start])
        ways = offsets[start][:, None] + distances[np.ix_(rows, ends[end])] + offsets[end][None, :]
        if direct <= ways.min():
            lines.append(_cut(network, snaps.edge[start], snaps.along_m[start], snaps.along_m[end]))
            continue
        first, last = np.unravel_index(int(ways.argmin()), ways.shape)
        nodes = _walk_back(before[rows[first]], int(ends[end, last]))
        lines.append(
            np.vstack(
                [
                    _to_end(network, snaps, start, int(first)),
                    *_whole_edges(network, nodes),
                    _to_end(network, snaps, end, int(last))[::-1],
                ]
            )
        )
    return lines


def _ends(network: WalkNetwork, snaps: Snaps) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the two ends of the edge each place is on, and the metres to each, both of shape (n, 2)."""
    rest = np.maximum(network.edge_metres[snaps.edge] - snaps.along_m, 0.0)
    return network.edge_ends[snaps.edge], np.column_stack([snaps.along_m, rest])


def _along_one_edge(first: Snaps, second: Snaps) -> NDArray[np.float64]:
    """Return the metres between places of the same edge, without leaving it; infinite for others."""
    same = first.edge[:, None] == second.edge[None, :]
    return np.where(same, np.abs(first.along_m[:, None] - second.along_m[None, :]), np.inf)


def _walk_back(before: NDArray[np.int32], node: int) -> NDArray[np.int32]:
    """Return the nodes of the way that ends at a node."""
    nodes = [node]
    while before[node] >= 0:
        node = int(before[node])
        nodes.append(node)
    return np.array(nodes[::-1], dtype=np.int32)


def _whole_edges(network: WalkNetwork, nodes: NDArray[np.int32]) -> list[Points]:
    edges = network.edges_between(nodes[:-1], nodes[1:])
    pieces = []
    for node, edge in zip(nodes[:-1], edges, strict=True):
        bends = network.vertices[network.edge_starts[edge] : network.edge_starts[edge + 1]]
        pieces.append(bends if network.edge_ends[edge, 0] == node else bends[::-1])
    return pieces


def _to_end(network: WalkNetwork, snaps: Snaps, place: int, end: int) -> Points:
    """Return the line from a place to the first (0) or last (1) end of its edge."""
    edge = snaps.edge[place]
    return _cut(network, edge, snaps.along_m[place], 0.0 if end == 0 else network.edge_metres[edge])


def _cut(network: WalkNetwork, edge: int, start_m: float, end_m: float) -> Points:
    """Return the part of an edge between two distances along it, in that direction."""
    return get_coordinates(substring(network.lines[edge], float(start_m), float(end_m)))
