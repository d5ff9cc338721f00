"""Streets meet where they cross: lines become ways over shared nodes, as OpenStreetMap wants them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.demo.land import Metres
from geo_service.demo.settlements import Line

_SNAP_M = 9.0  # a crossing so near to a corner is that corner
_SHORTEST = 2  # nodes of a street that is not cut any more
_STUB_M = 40.0  # a dead end shorter than that is only where one line overshoots another


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """A way over nodes of the network."""

    name: str
    kind: str
    ref: str
    nodes: tuple[int, ...]
    """Rows of `Network.spots`."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """All streets, hanging together."""

    spots: Metres
    """Where the nodes lie, shape (n, 2)."""
    streets: tuple[Street, ...]


def join(lines: Sequence[Line]) -> Network:
    """Return the streets with a common node wherever two of them cross, without what hangs apart."""
    added = _crossings(lines)
    numbers: dict[tuple[float, float], int] = {}
    ways = []
    for index, line in enumerate(lines):
        nodes: list[int] = []
        for place in _along(line.points, added[index]):
            number = numbers.setdefault(place, len(numbers))
            if not nodes or nodes[-1] != number:
                nodes.append(number)
        if len(nodes) > 1:
            ways.append(Street(line.name, line.kind, line.ref, tuple(nodes)))
    spots = np.array(list(numbers))
    return _numbered(spots, _one_piece(_without_stubs(spots, ways)))


def _key(place: Iterable[float]) -> tuple[float, float]:
    x, y = place
    return round(float(x), 2), round(float(y), 2)


def _along(points: Metres, added: Sequence[tuple[float, tuple[float, float]]]) -> list[tuple[float, float]]:
    """Return the places along a line, its crossings among them in order."""
    steps = [(float(step), _key(point)) for step, point in enumerate(points)]
    return [place for _, place in sorted([*steps, *added])]


def _crossings(lines: Sequence[Line]) -> dict[int, list[tuple[float, tuple[float, float]]]]:
    """Return for each line where along it (segments passed, and the share of the next) others cross it."""
    owner = np.concatenate([np.full(len(line.points) - 1, i) for i, line in enumerate(lines)])
    step = np.concatenate([np.arange(len(line.points) - 1) for line in lines])
    start = np.vstack([line.points[:-1] for line in lines])
    end = np.vstack([line.points[1:] for line in lines])
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object))
    one, two = tree.query(tree.geometries, predicate="crosses")
    one, two = one[one < two], two[one < two]
    added: dict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    for a, b in zip(one.tolist(), two.tolist(), strict=True):
        shares = _shares(start[a], end[a], start[b], end[b])
        place = start[a] + shares[0] * (end[a] - start[a])
        corners = np.array([start[a], end[a], start[b], end[b]])
        gaps = np.hypot(*(corners - place).T)
        place = corners[gaps.argmin()] if gaps.min() < _SNAP_M else place
        for segment, share in zip((a, b), shares, strict=True):
            added[int(owner[segment])].append((float(step[segment] + share), _key(place)))
    return added


def _shares(
    a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64], d: NDArray[np.float64]
) -> tuple[float, float]:
    """Return how far along a-b and c-d the two segments cross, 0..1."""
    r, s, gap = b - a, d - c, c - a
    turn = r[0] * s[1] - r[1] * s[0]
    return float((gap[0] * s[1] - gap[1] * s[0]) / turn), float((gap[0] * r[1] - gap[1] * r[0]) / turn)


def _without_stubs(spots: Metres, ways: Sequence[Street]) -> list[Street]:
    """Cut off short dead ends."""
    uses = Counter(node for way in ways for node in way.nodes)

    def is_stub(end: int, inner: int) -> bool:
        return uses[end] == 1 and float(np.hypot(*(spots[end] - spots[inner]))) < _STUB_M

    kept = []
    for way in ways:
        nodes = way.nodes
        if len(nodes) > _SHORTEST and is_stub(nodes[-1], nodes[-2]):
            nodes = nodes[:-1]
        if len(nodes) > _SHORTEST and is_stub(nodes[0], nodes[1]):
            nodes = nodes[1:]
        kept.append(Street(way.name, way.kind, way.ref, nodes))
    return kept


def _one_piece(ways: Sequence[Street]) -> list[Street]:
    """Keep the ways that hang together with most others."""
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        while leader.setdefault(node, node) != node:
            leader[node] = node = leader[leader[node]]
        return node

    for way in ways:
        for node in way.nodes:
            leader[find(node)] = find(way.nodes[0])
    pieces = Counter(find(way.nodes[0]) for way in ways for _ in way.nodes)
    largest = pieces.most_common(1)[0][0]
    return [way for way in ways if find(way.nodes[0]) == largest]


def _numbered(spots: Metres, ways: Sequence[Street]) -> Network:
    """Give the nodes that are still used new numbers, from 0."""
    used = sorted({node for way in ways for node in way.nodes})
    new = {node: row for row, node in enumerate(used)}
    streets = [Street(w.name, w.kind, w.ref, tuple(new[n] for n in w.nodes)) for w in ways]
    return Network(spots[used], tuple(streets))
