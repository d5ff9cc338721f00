"""Leaves of the cell index: the edges that cross one fine cell, small enough to be tested one by one.

A leaf is a run of 16-bit words, beginning at an even place:

    number of edges (-1: ask the exact predicate),
    corner,
    number of candidates, as 32 bits,
    the candidates' rows, smallest shape first, 32 bits each,
    for each edge: u and v of its lower end, u and v of its upper end, the candidates it borders.

`corner` and an edge's last word are sets: bit i is candidate i. u and v count 2^-14 sides of the fine cell
from its south-west corner. A point (u, v) is held by the candidates in

    corner XOR the sets of all edges with lower v <= v < upper v and the point to their east.

Edges are cut off at the cell's west side, and where one was cut, another runs from the height of the cut
straight up, west of all points: together they are crossed as often as the edge itself is on the way from the
corner north and then east. So the test is exact but for points closer to the line of an edge than the
rounding of 16 bits: see `UNSURE`.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.cell_raster import DOUBT, Segments
from boundaries.rings import Floats, Integers, Truths, sorting

HEAD = 4
EDGE = 5
"""Words."""
SIDE = 2.0**14
UNSURE = 1.5 / 2.0
"""A point with |cross product| <= UNSURE * (|du| + |dv|) of some edge is left to the exact predicate.

All in units of 2^-14 sides. Ends are rounded by half a unit, so a line moves by less than half the root of 2;
the 32-bit floats of the test add less than 0.01 units.
"""
_BRIM = 1 / 64  # sides of a cell kept around it, so that cut ends are out of reach of all points
_WEST, _ABOVE = -1.0, 1.5  # where edges run that stand for the cut ones
_MOST_CANDIDATES = 15
_MOST_EDGES = 2**15 - 1
_MIXER, _MIXED = np.uint64(0x9E3779B97F4A7C15), 15  # bits of an edge by which copies come together


class Members(NamedTuple):
    """Pairs of a leaf and a candidate whose border crosses it."""

    leaf: Integers
    slot: Integers
    """The candidate's place among those of its leaf, smallest first."""
    rank: Integers
    inside: Truths
    """The leaf's corner lies in the candidate."""
    spot: Integers
    """Shape (leaves,): the fine cell of each leaf."""
    counts: Integers
    """Shape (leaves,): how many candidates with a border each has."""
    under: Integers
    """Shape (leaves,): the rank that holds the whole cell; the number of shapes for none."""
    exact: Truths
    """Shape (leaves,): only the exact predicate can tell."""

    @classmethod
    def of(cls, spot: Integers, rank: Integers, inside: Truths, doubtful: Truths, best: Integers) -> Self:
        """Give leaves and their candidates numbers; one row per pair, those of a leaf by falling rank."""
        order = len(spot) - 1 - sorting(spot[::-1])
        begins = np.append(True, spot[order][1:] != spot[order][:-1])[: len(order)]
        first = np.flatnonzero(begins)
        number = np.cumsum(begins) - 1
        leaf, slot = np.empty_like(order), np.empty_like(order)
        leaf[order] = number
        slot[order] = np.arange(len(order)) - first[number]
        counts = np.diff(np.append(first, len(order)))
        spots = spot[order][first]
        exact = counts >= _MOST_CANDIDATES  # and one more lies under them
        exact[leaf[doubtful]] = True
        return cls(leaf, slot, rank, inside, spots, counts, best[spots], exact)


class Leaves(NamedTuple):
    """Leaves ready for use."""

    spot: Integers
    """The fine cell of each."""
    starts: Integers
    """Its first word."""
    blob: NDArray[np.int16]


class _Lines(NamedTuple):
    """Edges as leaves keep them."""

    leaf: Integers
    bits: NDArray[np.int16]
    ends: NDArray[np.uint64]
    """Four words each, taken as one number."""

    def of(self, which: Integers | Truths) -> Self:
        return type(self)._make(part[which] for part in self)

    @classmethod
    def joined(cls, lines: Iterable[Self]) -> Self:
        return cls._make(np.concatenate(parts) for parts in zip(*lines, strict=True))


def leaves_of(members: Members, edges: Segments, shape_of_rank: Integers) -> Leaves:
    """Write the leaves of some fine cells.

    Parameters
    ----------
    members
        Who has a border in them.
    edges
        Upward edges in the coordinates of their fine cell; ``window`` is the row of `members`.
    shape_of_rank
        The row of the shape of each rank; one entry more, for none.
    """
    west = np.minimum(edges.ax, edges.bx)
    whole = (west > 0) & (np.maximum(edges.ax, edges.bx) <= 1 + _BRIM)
    whole &= (edges.ay >= -_BRIM) & (edges.by <= 1 + _BRIM)
    parts = _cut(edges.of(np.flatnonzero(~whole)).eastward())
    lines = _Lines.joined(
        [
            _lines(members, edges.of(np.flatnonzero(whole))),
            _lines(members, parts.cut),
            _lines(members, parts.beside)._replace(bits=np.zeros(len(parts.beside.window), dtype=np.int16)),
            _lines(members, parts.risen),
        ]
    )
    exact = members.exact.copy()
    exact[members.leaf[parts.doubtful]] = True
    exact |= np.bincount(lines.leaf, minlength=len(exact)) > _MOST_EDGES
    if exact.any():
        lines = lines.of(~exact[lines.leaf])
    return _written(members, exact, _merged(lines), shape_of_rank)


class _Parts(NamedTuple):
    """What becomes of edges at the rim of their cells."""

    cut: Segments
    """Edges within their cells and the brim."""
    beside: Segments
    """Edges in the brim west of the cell: never crossed, but points may be close to them."""
    risen: Segments
    """Lines straight up from where an edge was cut at the west side."""
    doubtful: Integers
    """Windows of edges that pass the corner too closely."""


def _cut(edges: Segments) -> _Parts:
    """Cut eastward edges to their cell and its brim."""
    beside = edges.of((edges.bx <= 0) & (edges.bx > -_BRIM))
    beside = _cut_south_and_north(_cut_west(beside, -_BRIM))
    edges = _cut_east(edges.of(np.flatnonzero((edges.bx > 0) & (edges.ax < 1 + _BRIM))))
    entering = edges.of(np.flatnonzero(edges.ax <= 0))
    height = _at(0.0, *entering[:4])
    doubtful = entering.window[np.abs(height) < DOUBT]
    met = (height > 0) & (height < 1 + _BRIM)
    west, above = (np.full(int(met.sum()), value) for value in (_WEST, _ABOVE))
    risen = Segments(west, height[met], west, above, entering.window[met])
    return _Parts(_cut_south_and_north(_cut_west(edges, 0.0)), beside, risen, doubtful)


def _cut_west(edges: Segments, west: float) -> Segments:
    beyond = np.flatnonzero(edges.ax <= west)
    height = _at(west, *(part[beyond] for part in edges[:4]))
    return edges._replace(ax=_with(edges.ax, beyond, west), ay=_with(edges.ay, beyond, height))


def _cut_east(edges: Segments) -> Segments:
    beyond = np.flatnonzero(edges.bx > 1 + _BRIM)
    height = _at(1 + _BRIM, *(part[beyond] for part in edges[:4]))
    return edges._replace(bx=_with(edges.bx, beyond, 1 + _BRIM), by=_with(edges.by, beyond, height))


def _cut_south_and_north(edges: Segments) -> Segments:
    """Return what is left, upward."""
    edges = edges.upward()
    edges = edges.of(np.flatnonzero((edges.by > -_BRIM) & (edges.ay < 1 + _BRIM)))
    low, high = np.flatnonzero(edges.ay < -_BRIM), np.flatnonzero(edges.by > 1 + _BRIM)
    turned = edges.ay, edges.ax, edges.by, edges.bx
    return edges._replace(
        ax=_with(edges.ax, low, _at(-_BRIM, *(part[low] for part in turned))),
        ay=_with(edges.ay, low, -_BRIM),
        bx=_with(edges.bx, high, _at(1 + _BRIM, *(part[high] for part in turned))),
        by=_with(edges.by, high, 1 + _BRIM),
    )


def _with(numbers: Floats, which: Integers, others: Floats | float) -> Floats:
    """Return numbers, some of them replaced."""
    changed = numbers.copy()
    changed[which] = others
    return changed


def _at(x: float, ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """Return the y at which a line reaches x; any finite number where it runs along."""
    run = bx - ax
    part = np.clip((x - ax) / np.where(run == 0, 1.0, run), 0.0, 1.0)
    return np.asarray(ay + part * (by - ay))


def _lines(members: Members, edges: Segments) -> _Lines:
    """Bring edges into 16 bits; one that shrinks to a point is drawn flat, for no candidate."""
    ends = np.empty((len(edges.window), 4), dtype=np.int16)
    for word, number in enumerate(edges[:4]):
        ends[:, word] = np.rint(number * SIDE)
    bits = np.left_shift(1, members.slot[edges.window]).astype(np.int16)
    halves = ends.view(np.int32)
    point = np.flatnonzero(halves[:, 0] == halves[:, 1])
    ends[point, 0], ends[point, 2] = -SIDE, SIDE
    bits[point] = 0
    return _Lines(members.leaf[edges.window], bits, ends.view(np.uint64)[:, 0])


def _merged(lines: _Lines) -> _Lines:
    """Sort by leaf and store once what several candidates share."""
    mixed = (lines.ends * _MIXER) >> np.uint64(64 - _MIXED)
    lines = lines.of(sorting(lines.leaf << _MIXED | mixed.astype(np.int64)))
    if not len(lines.leaf):
        return lines
    new = (lines.ends[1:] != lines.ends[:-1]) | (lines.leaf[1:] != lines.leaf[:-1])
    first = np.flatnonzero(np.append(True, new))
    return _Lines(lines.leaf[first], np.bitwise_xor.reduceat(lines.bits, first), lines.ends[first])


def _written(members: Members, exact: Truths, lines: _Lines, shape_of_rank: Integers) -> Leaves:
    """Put the words of the leaves one after another."""
    under = members.under < len(shape_of_rank) - 1
    candidates = members.counts + under
    edges = np.bincount(lines.leaf, minlength=len(exact))
    words = HEAD + 2 * candidates + EDGE * edges
    words += words % 2
    starts = np.cumsum(words) - words
    blob = np.zeros(words.sum(), dtype=np.int16)
    corner = np.where(under & ~exact, np.left_shift(1, np.minimum(members.counts, _MOST_CANDIDATES)), 0)
    own = np.flatnonzero(members.inside & ~exact[members.leaf])
    np.add.at(corner, members.leaf[own], np.left_shift(1, members.slot[own]))
    blob[starts] = np.where(exact, -1, edges)
    blob[starts + 1] = corner
    double = blob.view(np.int32)
    double[starts // 2 + 1] = candidates
    double[starts[members.leaf] // 2 + HEAD // 2 + members.slot] = shape_of_rank[members.rank]
    double[(starts // 2 + HEAD // 2 + members.counts)[under]] = shape_of_rank[members.under[under]]
    first = np.cumsum(edges) - edges
    place = (starts + HEAD + 2 * candidates - EDGE * first)[lines.leaf] + EDGE * np.arange(len(lines.leaf))
    ends = lines.ends[:, None].view(np.int16)
    if len(place):
        words_of_edges = np.lib.stride_tricks.sliding_window_view(blob, EDGE, writeable=True)
        words_of_edges[place] = np.column_stack([ends, lines.bits])
    return Leaves(members.spot, starts, blob)
