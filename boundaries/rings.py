"""Polygons as plain rings of vertices: which hold a point exactly, how large they are, are they the same.

A point on an edge or a vertex is held, as GEOS says with ``intersects``. The side of an edge on which a
point lies is the sign of a determinant: a bound on its rounding error decides almost always, exact arithmetic
on the rest (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
Predicates", Discrete & Computational Geometry 18, 1997, doi:10.1007/PL00009321; a product is split as
T. J. Dekker did in 1971).
"""

import hashlib
import math
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

_SHAPES_AT_ONCE = 20_000
_EDGES_AT_ONCE = 2_000_000
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_EPSILON = 2.0**-53
_SURE = (3.0 + 16.0 * _EPSILON) * _EPSILON  # Shewchuk's first bound for the orientation of three points
_SPLITTER = 2.0**27 + 1.0
_TINY = 1e-140  # products of smaller numbers may underflow
_GRAIN = 30  # bits: areas are measured on a lattice of the shape's extent over 2^30


def ragged(counts: Integers) -> tuple[Integers, Integers]:
    """Return (i, 0), (i, 1), … with counts[i] entries for each i, as two arrays."""
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)


def sorting(keys: Integers) -> Integers:
    """Return the order that sorts keys, none negative, equal ones as they stand.

    NumPy sorts 16-bit numbers by their digits: sixteen bits after sixteen is twice as fast as all at once.
    """
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    for shift in range(16, int(keys.max(initial=0)).bit_length(), 16):
        digit = (keys >> shift).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


class Rings(NamedTuple):
    """Shapes as closed rings: outer ones and holes alike, since a point is held by an odd number of them."""

    vertices: Points
    """Shape (k, 2); each ring ends with its first vertex."""
    ring_starts: Integers
    """Shape (rings + 1,): where the rings begin in `vertices`."""
    shape_starts: Integers
    """Shape (n + 1,): where the shapes begin among the rings."""
    is_hole: Truths
    """Shape (rings,)."""

    @classmethod
    def of(cls, shapes: NDArray[Any]) -> Self:
        """Take shapes apart.

        Parameters
        ----------
        shapes
            Shape (n,), valid polygons, multipolygons or collections of them; None, empty shapes, lines and
            shapes with coordinates that are not finite hold no point.
        """
        blocks = range(0, len(shapes), _SHAPES_AT_ONCE)
        parts = [_taken_apart(shapes[start : start + _SHAPES_AT_ONCE]) for start in blocks]
        parts = parts or [_taken_apart(shapes)]
        vertices, lengths, counts, holes = (np.concatenate(part) for part in zip(*parts, strict=True))
        return cls(vertices, _starts(lengths), _starts(counts), holes)

    def __len__(self) -> int:
        return len(self.shape_starts) - 1

    def fingerprint(self) -> str:
        """Return a short text that changes when any vertex does."""
        digest = hashlib.blake2b(digest_size=16)
        for array in self:
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def edges_of(self, shape: Integers) -> tuple[Integers, Integers]:
        """Return the edges of some shapes.

        Returns
        -------
        tuple
            For each edge the position of its shape in `shape`, and its first vertex; the second one follows.
        """
        place, ring = ragged(self.shape_starts[shape + 1] - self.shape_starts[shape])
        ring += self.shape_starts[shape][place]
        which, vertex = ragged(self.ring_starts[ring + 1] - self.ring_starts[ring] - 1)
        return place[which], vertex + self.ring_starts[ring][which]

    def sizes(self) -> Floats:
        """Return the area of each shape in square units, the same whatever its ring starts or orientation.

        Vertices are rounded to a lattice of the shape's own, on which sums are exact, and sums to 24 bits, so
        that hardly ever the digits of that lattice decide between two drawings of the same ground.
        """
        sizes = np.zeros(len(self))
        first = self.ring_starts[self.shape_starts]
        for start in range(0, len(self), _SHAPES_AT_ONCE):
            stop = min(start + _SHAPES_AT_ONCE, len(self))
            part = slice(start, stop)
            filled = np.flatnonzero(np.diff(first[start : stop + 1]) > 0) + start
            if len(filled):
                sizes[part] = self._sizes(filled, start, stop)
        return sizes.astype(np.float32).astype(np.float64)

    def _sizes(self, filled: Integers, start: int, stop: int) -> Floats:
        first_ring, last_ring = self.shape_starts[start], self.shape_starts[stop]
        rings = self.ring_starts[first_ring : last_ring + 1]
        begins = self.ring_starts[self.shape_starts[filled]] - rings[0]
        vertices = self.vertices[rings[0] : rings[-1]]
        corner = np.minimum.reduceat(vertices, begins)
        extent = (np.maximum.reduceat(vertices, begins) - corner).max(axis=1)
        grain = np.ldexp(1.0, np.frexp(extent)[1] - _GRAIN)
        counts = np.diff(np.append(begins, len(vertices)))
        lattice = (vertices - np.repeat(corner, counts, axis=0)) / np.repeat(grain, counts)[:, None]
        x, y = np.rint(lattice).astype(np.int64).T
        # sums may pass 2^63 on their way: they wrap, and come back
        crossed = x * np.roll(y, -1) - y * np.roll(x, -1)
        crossed[rings[1:] - rings[0] - 1] = 0
        doubled = np.abs(np.add.reduceat(crossed, rings[:-1] - rings[0]))
        signed = np.where(self.is_hole[first_ring:last_ring], -doubled, doubled)
        total = np.add.reduceat(signed, self.shape_starts[filled] - first_ring)
        sizes = np.zeros(stop - start)
        sizes[filled - start] = total * grain**2 / 2
        return sizes

    def hold(self, shape: Integers, points: Points) -> Truths:
        """Say exactly whether shapes hold points.

        Parameters
        ----------
        shape
            Shape (n,): the row of a shape for each point.
        points
            Shape (n, 2), finite.
        """
        held = np.zeros(len(points), dtype=bool)
        first = self.ring_starts[self.shape_starts]
        cost = np.cumsum(first[shape + 1] - first[shape])
        start = 0
        while start < len(points):
            done = cost[start - 1] if start else 0
            stop = max(int(np.searchsorted(cost, done + _EDGES_AT_ONCE)), start + 1)
            held[start:stop] = self._hold(shape[start:stop], points[start:stop])
            start = stop
        return held

    def _hold(self, shape: Integers, points: Points) -> Truths:
        place, vertex = self.edges_of(shape)
        y = self.vertices[:, 1]
        level = points[place, 1]
        above, beyond = y[vertex] > level, y[vertex + 1] > level
        straddles = above != beyond
        touching = (y[vertex] == level) | (y[vertex + 1] == level)
        near = np.flatnonzero(straddles | touching)
        place, vertex, straddles, beyond = place[near], vertex[near], straddles[near], beyond[near]
        start, end, spot = self.vertices[vertex], self.vertices[vertex + 1], points[place]
        on = (start == spot).all(axis=1) | (end == spot).all(axis=1)
        between = (start[:, 0] < spot[:, 0]) != (end[:, 0] < spot[:, 0])
        on |= between & (start[:, 1] == spot[:, 1]) & (end[:, 1] == spot[:, 1])
        turn = np.zeros(len(place))
        turn[straddles] = turns(start[straddles], end[straddles], spot[straddles])
        on |= straddles & (turn == 0)
        west = straddles & (turn != 0) & ((turn < 0) == beyond)
        crossings = np.bincount(place[west], minlength=len(points))
        crossings[place[on]] = 1
        return np.asarray(crossings % 2 == 1)


def turns(start: Points, end: Points, points: Points) -> Floats:
    """Return on which side of lines points lie: 1 to the left, -1 to the right, 0 exactly on it.

    Parameters
    ----------
    start, end, points
        Shape (n, 2), finite.
    """
    left = (end[:, 0] - start[:, 0]) * (points[:, 1] - start[:, 1])
    right = (end[:, 1] - start[:, 1]) * (points[:, 0] - start[:, 0])
    turn = np.sign(left - right)
    unsure = np.flatnonzero(np.abs(left - right) <= _SURE * (np.abs(left) + np.abs(right)) + _TINY**2)
    if len(unsure):
        turn[unsure] = _exact_turns(start[unsure], end[unsure], points[unsure])
    return turn


def _exact_turns(start: Points, end: Points, points: Points) -> Floats:
    """Write the determinant as a sum of sixteen floats without any error, and sum them without error."""
    given = np.column_stack([start, end, points])
    tiny = ((given != 0) & (np.abs(given) < _TINY)).any(axis=1)
    across = _difference(end[:, 0], start[:, 0]), _difference(points[:, 1], start[:, 1])
    along = _difference(end[:, 1], start[:, 1]), _difference(points[:, 0], start[:, 0])
    terms = [part for a in across[0] for b in across[1] for part in _product(a, b)]
    terms += [-part for a in along[0] for b in along[1] for part in _product(a, b)]
    turn = np.sign([math.fsum(row) for row in np.column_stack(terms).tolist()])
    turn[tiny] = [_turn_of_fractions(*map(Fraction, row)) for row in given[tiny].tolist()]
    return turn


def _turn_of_fractions(*given: Fraction) -> int:
    ax, ay, bx, by, x, y = given
    turn = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    return (turn > 0) - (turn < 0)


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return a - b as a rounded difference and what the rounding lost."""
    difference = a - b
    taken = a - difference
    given = difference + taken
    return difference, (a - given) + (taken - b)


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return a · b as a rounded product and what the rounding lost."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, lost


def _split(a: Floats) -> tuple[Floats, Floats]:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def _taken_apart(shapes: NDArray[Any]) -> tuple[Points, Integers, Integers, Truths]:
    """Return vertices, length of each ring, number of rings of each shape, and which rings are holes."""
    kind = shapely.get_type_id(shapes)
    usable = np.isin(kind, [_POLYGON, _MULTIPOLYGON, _COLLECTION])
    usable &= np.isfinite(shapely.bounds(shapes)).all(axis=1)
    # most are one ring, whose vertices GEOS gives without copying it first
    single = usable & (kind == _POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    rings, owner, is_hole = _rings_of(shapes, np.flatnonzero(usable & ~single))
    counts = np.bincount(owner, minlength=len(shapes)) + single
    whole = np.repeat(single, counts)
    lengths, holes = np.empty(len(whole), dtype=np.int64), np.zeros(len(whole), dtype=bool)
    lengths[whole], lengths[~whole] = (shapely.get_num_coordinates(part) for part in (shapes[single], rings))
    holes[~whole] = is_hole
    vertices = np.empty((lengths.sum(), 2))
    of_single = np.repeat(whole, lengths)
    vertices[of_single], vertices[~of_single] = map(shapely.get_coordinates, (shapes[single], rings))
    return vertices, lengths, counts, holes


def _rings_of(shapes: NDArray[Any], rows: Integers) -> tuple[NDArray[Any], Integers, Truths]:
    """Return the rings of some shapes, the row each belongs to, and which are holes."""
    parts, owner = shapely.get_parts(shapes[rows], return_index=True)
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    areal = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    # the outer ring of a part comes before its holes
    return rings, rows[owner[areal]][part], np.append(False, part[1:] == part[:-1])[: len(part)]


def _starts(counts: Integers) -> Integers:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
