"""Leaves of the cell index: the edges that cross one fine cell, small enough to be tested one by one.

A leaf is a run of 32-bit words, beginning at a multiple of four:

    number of edges (-1: ask the exact predicate), corner, number of candidates,
    the candidates' rows, smallest shape first,
    for each edge: u and v of its lower end, u and v of its upper end, the candidates it borders.

`corner` and the last word are sets: bit i is candidate i. Coordinates are 32-bit floats in sides of the fine
cell, from its south-west corner. A point (u, v) is held by the candidates in

    corner XOR the sets of all edges with lower v <= v < upper v and the point to their east.

Edges are cut off at the cell's west side, and where one was cut, another runs from the height of the cut
straight up, west of all points: together they are crossed as often as the edge itself is on the way from the
corner north and then east. So the test is exact but for points closer to the line of an edge than the
rounding of 32 bits: see `UNSURE`.
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.cell_raster import DOUBT, Segments
from boundaries.rings import Floats, Integers, Truths

HEAD = 3
EDGE = 5
"""Words."""
UNSURE = float(np.float32(2.0**-21))
"""A point with |cross product| <= UNSURE * (|du| + |dv|) of some edge is left to the exact predicate.

Ends and point are rounded by 2^-24 and 2^-25 at most, which moves their distance by less than 2.2 * 2^-24;
the cross product itself errs by less than 3.3 * 2^-24 of the sum. Both together are below 8 * 2^-24.
"""
_BRIM = 1 / 64  # sides of a cell kept around it, so that cut ends are out of reach of all points
_WEST, _ABOVE = -1.0, 4.0  # where edges run that stand for the cut ones
_MOST_CANDIDATES = 30
_MIXERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64
)


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
        """Give leaves and their candidates numbers; one row for each pair, in the order given."""
        order = np.lexsort((rank, spot))
        begins = np.append(True, spot[order][1:] != spot[order][:-1])[: len(order)]
        first = np.flatnonzero(begins)
        number = np.cumsum(begins) - 1
        leaf, slot = np.empty_like(order), np.empty_like(order)
        leaf[order] = number
        slot[order] = np.arange(len(order)) - first[number]
        counts = np.diff(np.append(first, len(order)))
        spots = spot[order][first]
        exact = counts >= _MOST_CANDIDATES
        exact[leaf[doubtful]] = True
        return cls(leaf, slot, rank, inside, spots, counts, best[spots], exact)


class Leaves(NamedTuple):
    """Leaves ready for use."""

    spot: Integers
    """The fine cell of each."""
    starts: Integers
    """Its first word."""
    blob: NDArray[np.int32]


class _Lines(NamedTuple):
    """Edges as leaves keep them."""

    leaf: Integers
    bits: NDArray[np.int32]
    ends: NDArray[np.float32]
    """Shape (n, 4)."""

    def of(self, which: Integers | Truths) -> Self:
        return type(self)._make(part[which] for part in self)


def leaves_of(members: Members, edges: Segments, shape_of_rank: Integers) -> Leaves:
    """Write the leaves of some fine cells.

    Parameters
    ----------
    members
        Who has a border in them.
    edges
        Edges in the coordinates of their fine cell; ``window`` is the row of `members`.
    shape_of_rank
        The row of the shape of each rank; one entry more, for none.
    """
    edges = edges.of(~members.exact[members.leaf[edges.window]])
    parts = _cut(edges.eastward())
    exact = members.exact.copy()
    exact[members.leaf[edges.window[parts.doubtful]]] = True
    risen = np.ones(len(parts.risen.window), dtype=bool)
    drawn = [_lines(members, part, bears) for part, bears in ((parts.cut, parts.bears), (parts.risen, risen))]
    lines = _Lines._make(np.concatenate(pair) for pair in zip(*drawn, strict=True))
    return _written(members, exact, _merged(lines.of(~exact[lines.leaf])), shape_of_rank)


class _Parts(NamedTuple):
    """What becomes of edges at the rim of their cells."""

    cut: Segments
    bears: Truths
    """Of each cut edge: it lies east of the cell's west side, and is counted when crossed."""
    risen: Segments
    """Lines straight up from where an edge was cut at the west side."""
    doubtful: Truths
    """Of each edge given: it passes the corner too closely."""


def _cut(edges: Segments) -> _Parts:
    """Cut eastward edges to their cell and its brim."""
    ax, ay, bx, by, window = edges
    enters = (ax <= 0) & (bx > 0)
    west = np.where(bx > 0, 0.0, -_BRIM)
    starts_before = np.where(bx > 0, enters, ax < west)
    at_west = _at(west, ax, ay, bx, by)
    risen = enters & (at_west > 0) & (at_west < 1 + _BRIM)
    height = at_west[risen]
    lifted = Segments(
        np.full(len(height), _WEST),
        height,
        np.full(len(height), _WEST),
        np.full(len(height), _ABOVE),
        window[risen],
    )
    ends_after = bx > 1 + _BRIM
    at_east = _at(1 + _BRIM, ax, ay, bx, by)
    cut = Segments(
        np.where(starts_before, west, ax),
        np.where(starts_before, at_west, ay),
        np.where(ends_after, 1 + _BRIM, bx),
        np.where(ends_after, at_east, by),
        window,
    )
    kept = (bx > -_BRIM) & (ax < 1 + _BRIM)
    cut, bears = cut.of(kept).upward(), (bx > 0)[kept]
    low, high = cut.ay < -_BRIM, cut.by > 1 + _BRIM
    kept = (cut.by > -_BRIM) & (cut.ay < 1 + _BRIM)
    cut = cut._replace(
        ax=np.where(low, _at(-_BRIM, cut.ay, cut.ax, cut.by, cut.bx), cut.ax),
        ay=np.where(low, -_BRIM, cut.ay),
        bx=np.where(high, _at(1 + _BRIM, cut.ay, cut.ax, cut.by, cut.bx), cut.bx),
        by=np.where(high, 1 + _BRIM, cut.by),
    )
    return _Parts(cut.of(kept), bears[kept], lifted, enters & (np.abs(at_west) < DOUBT))


def _at(x: Floats | float, ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Floats:
    """Return the y at which a line reaches x; any finite number where it runs along."""
    run = bx - ax
    part = np.clip((x - ax) / np.where(run == 0, 1.0, run), 0.0, 1.0)
    return np.asarray(ay + part * (by - ay))


def _lines(members: Members, edges: Segments, bears: Truths) -> _Lines:
    """Bring edges into 32 bits; those that only make points unsure belong to no candidate."""
    bits = np.where(bears, np.left_shift(1, members.slot[edges.window]), 0).astype(np.int32)
    ends = np.column_stack(edges[:4]).astype(np.float32)
    ends += np.float32(0.0)  # no -0.0, which would differ from 0.0 as a word
    point = (ends[:, :2] == ends[:, 2:]).all(axis=1)
    ends[point, 0], ends[point, 2] = _WEST, -_WEST
    bits[point] = 0
    return _Lines(members.leaf[edges.window], bits, ends)


def _merged(lines: _Lines) -> _Lines:
    """Sort by leaf and store once what several candidates share."""
    words = lines.ends.view(np.uint32).astype(np.uint64)
    mixed = (words * _MIXERS).sum(axis=1) >> np.uint64(32)
    order = np.argsort((lines.leaf.astype(np.uint64) << np.uint64(32)) | mixed)
    lines = lines.of(order)
    if not len(order):
        return lines
    new = (lines.ends[1:] != lines.ends[:-1]).any(axis=1) | (lines.leaf[1:] != lines.leaf[:-1])
    first = np.flatnonzero(np.append(True, new))
    return _Lines(lines.leaf[first], np.bitwise_xor.reduceat(lines.bits, first), lines.ends[first])


def _written(members: Members, exact: Truths, lines: _Lines, shape_of_rank: Integers) -> Leaves:
    """Put the words of the leaves one after another."""
    under = members.under < len(shape_of_rank) - 1
    candidates = members.counts + under
    edges = np.bincount(lines.leaf, minlength=len(exact))
    words = -(-(HEAD + candidates + EDGE * edges) // 4) * 4
    starts = np.cumsum(words) - words
    blob = np.zeros(words.sum(), dtype=np.int32)
    corner = np.where(under & ~exact, np.left_shift(1, np.minimum(members.counts, _MOST_CANDIDATES)), 0)
    own = members.inside & ~exact[members.leaf]
    np.add.at(corner, members.leaf[own], np.left_shift(1, members.slot[own]))
    blob[starts] = np.where(exact, -1, edges)
    blob[starts + 1] = corner
    blob[starts + 2] = candidates
    blob[starts[members.leaf] + HEAD + members.slot] = shape_of_rank[members.rank]
    blob[(starts + HEAD + members.counts)[under]] = shape_of_rank[members.under[under]]
    first = np.cumsum(edges) - edges
    place = np.arange(len(lines.leaf)) - first[lines.leaf]
    at = (starts + HEAD + candidates)[lines.leaf] + EDGE * place
    for word in range(4):
        blob[at + word] = lines.ends[:, word].view(np.int32)
    blob[at + 4] = lines.bits
    return Leaves(members.spot, starts, blob)
