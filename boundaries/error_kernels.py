"""Shares of many uncertain points, compiled: the closed forms of `error_models`, point by point.

Loading this costs a second or so, thus `uncertain_ground` does it only for many points. It is one module, for
Numba's cache on disk notices no change in another one. The normal mass beyond an edge is integrated along the
edge: a few nodes give eight digits. With u the squared distance from the centre in sigmas, d the distance of
the line and s the way along it,

    mass beyond = d / 2 pi * integral of exp(-u / 2) / u ds
                = wedge / 2 pi - d / 2 pi * integral of (1 - exp(-u / 2)) / u ds,

the first for edges far away for their length, where two to five nodes do, the second, whose integrand is
smooth everywhere, for the others.
"""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from boundaries.border_edges import BorderEdges
from boundaries.border_grid import NearEdges

GAUSSIAN_REACH = 6.0
"""Sigmas; beyond lies exp(-6² / 2) = 1.5e-8 of the mass."""
_FULL_TURN = 2.0 * math.pi
_MOST_NODES = 8
_RULES = [np.polynomial.legendre.leggauss(max(count, 1)) for count in range(_MOST_NODES + 1)]
_NODES = np.array([np.pad(nodes, (0, _MOST_NODES - len(nodes))) for nodes, _ in _RULES])
_WEIGHTS = np.array([np.pad(weights, (0, _MOST_NODES - len(weights))) for _, weights in _RULES])

# squared distance of an edge's middle over its half length, from which 2, 3 and 5 nodes err by less than 1e-8
_VERY_FAR, _FAR, _NOT_NEAR = 32.0**2, 8.0**2, 4.0**2
_SMALL_SQUARE = 1e-4
_BLOCK = 65_536  # points answered at once

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Compile a function when it is first called, and keep the result on disk."""
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))


class Model(NamedTuple):
    """How the points err, and what of it is worth telling."""

    is_disc: bool
    """Whether the spread is the radius of a disc, or else a standard deviation."""
    negligible: float
    """The largest share that is left out."""
    reach: float
    """How many spreads away an edge can still matter."""


class Ground(NamedTuple):
    """A layer as the compiled code reads it: the edges near each cell of a grid."""

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    corner_owner: NDArray[np.int32]
    """Shape (columns · rows,)."""
    starts: NDArray[np.int64]
    near: NDArray[np.int32]
    lines: NDArray[np.float64]
    """Shape (m, 6): start, end and direction of each edge."""
    sides: NDArray[np.int32]
    """Shape (m, 2): the areas left and right."""

    @classmethod
    def of(cls, edges: BorderEdges, near: NearEdges) -> "Ground":
        """Lay out edges and grid for the compiled code."""
        along = edges.end - edges.start
        along /= np.hypot(*along.T)[:, None]
        grid = near.grid
        return cls(
            grid.west,
            grid.south,
            grid.cell_m,
            grid.columns,
            grid.rows,
            grid.corner_owner.reshape(-1),
            near.starts,
            near.edge,
            np.column_stack([edges.start, edges.end, along]),
            np.column_stack([edges.left, edges.right]),
        )


class Answers(NamedTuple):
    """Where the compiled code writes."""

    starts: NDArray[np.int64]
    """Shape (n + 1,)."""
    rows: NDArray[np.int32]
    shares: NDArray[np.float64]


class Tally(NamedTuple):
    """What one point has gathered so far; all zero between points."""

    gain: NDArray[np.float64]
    """Shape (areas,)."""
    seen: NDArray[np.bool_]
    """Shape (areas,)."""
    touched: NDArray[np.int32]
    """Shape (areas,): the rows seen, in that order."""


def shares_in_order(points: NDArray[np.float64], model: Model, ground: Ground, areas: int) -> Answers:
    """Return the shares of points, those of each point largest first.

    Parameters
    ----------
    points
        Shape (n, 3): metres east and north, and the spread, above 0. Places that are NaN or beyond the grid
        get no shares. The ground must list the edges within reach of every spread.
    model
        How they err.
    ground
        The layer.
    areas
        How many areas it has.
    """
    tally = Tally(np.zeros(areas), np.zeros(areas, dtype=np.bool_), np.zeros(areas, dtype=np.int32))
    starts = np.zeros(len(points) + 1, dtype=np.int64)
    rows, shares = [np.empty(0, dtype=np.int32)], [np.empty(0)]
    done = told = 0
    while done < len(points):
        block = points[done : done + _BLOCK]
        size = 3 * len(block) + areas
        answers = Answers(
            np.zeros(len(block) + 1, dtype=np.int64), np.empty(size, dtype=np.int32), np.empty(size)
        )
        count = _fill(block, model, ground, tally, answers)
        end = answers.starts[count]
        starts[done + 1 : done + count + 1] = told + answers.starts[1 : count + 1]
        rows.append(answers.rows[:end])
        shares.append(answers.shares[:end])
        done, told = done + count, told + int(end)
    return Answers(starts, np.concatenate(rows), np.concatenate(shares))


@_compiled
def _fill(points: NDArray[np.float64], model: Model, ground: Ground, tally: Tally, answers: Answers) -> int:
    """Write the shares of points one after the other; return how many were done before there was no room."""
    at = 0
    for i in range(len(points)):
        if at + len(tally.touched) > len(answers.rows):
            return i
        count = _gather((points[i, 0], points[i, 1]), 1.0 / points[i, 2], model, ground, tally)
        at = _write(count, at, model.negligible, tally, answers)
        answers.starts[i + 1] = at
    return len(points)


@_compiled
def _gather(place: tuple[float, float], scale: float, model: Model, ground: Ground, tally: Tally) -> int:
    """Add up what the cell's corner and the edges around give; return to how many areas."""
    across = (place[0] - ground.west) / ground.cell_m
    up = (place[1] - ground.south) / ground.cell_m
    if not (0.0 <= across < ground.columns and 0.0 <= up < ground.rows):
        return 0
    column, row = int(across), int(up)
    cell = column * ground.rows + row
    count = _add(ground.corner_owner[cell], 1.0, 0, tally)
    corner = (ground.west + column * ground.cell_m, ground.south + row * ground.cell_m)
    reach_m = model.reach / scale
    lines = ground.lines
    for entry in range(ground.starts[cell], ground.starts[cell + 1]):
        edge = ground.near[entry]
        a, b = lines[edge, 0] - place[0], lines[edge, 1] - place[1]
        c, d = lines[edge, 2] - place[0], lines[edge, 3] - place[1]
        crosses = (b > 0.0) != (d > 0.0) or lines[edge, 0] <= corner[0] < lines[edge, 2]
        in_reach = abs(a * lines[edge, 5] - b * lines[edge, 4]) < reach_m
        if not (crosses or in_reach):
            continue
        turn = a * d - b * c
        left = turn > 0.0 or (turn == 0.0 and c > a)
        gain = _turns(lines, edge, left, place, corner) if crosses else 0.0
        if in_reach:
            ends = (a * scale, b * scale, c * scale, d * scale)
            beyond = _beyond(ends, (lines[edge, 4], lines[edge, 5]), model)
            gain -= beyond if left else -beyond
        if gain != 0.0:
            count = _add(ground.sides[edge, 0], gain, count, tally)
            count = _add(ground.sides[edge, 1], -gain, count, tally)
    return count


@_compiled
def _add(row: int, gain: float, count: int, tally: Tally) -> int:
    """Give an area something; return how many areas have got something by now."""
    if row < 0:
        return count
    tally.gain[row] += gain
    if not tally.seen[row]:
        tally.seen[row] = True
        tally.touched[count] = row
        return count + 1
    return count


@_compiled
def _write(count: int, at: int, negligible: float, tally: Tally, answers: Answers) -> int:
    """Move what was gathered to the answers, largest first, then by row; return where it ends."""
    end = at
    for k in range(count):
        row = tally.touched[k]
        share = min(tally.gain[row], 1.0)
        tally.gain[row], tally.seen[row] = 0.0, False
        if share <= negligible:
            continue
        j = end
        while j > at and (
            answers.shares[j - 1] < share or (answers.shares[j - 1] == share and answers.rows[j - 1] > row)
        ):
            answers.shares[j], answers.rows[j] = answers.shares[j - 1], answers.rows[j - 1]
            j -= 1
        answers.shares[j], answers.rows[j] = share, row
        end += 1
    return end


@_compiled
def _lies_left(lines: NDArray[np.float64], edge: int, place: tuple[float, float]) -> bool:
    """Say whether a place is left of an edge, as `border_edges.lies_left`."""
    turn = (lines[edge, 0] - place[0]) * (lines[edge, 3] - place[1])
    turn -= (lines[edge, 1] - place[1]) * (lines[edge, 2] - place[0])
    return bool(turn > 0.0 or (turn == 0.0 and lines[edge, 2] > lines[edge, 0]))


@_compiled
def _turns(
    lines: NDArray[np.float64],
    edge: int,
    left: bool,  # noqa: FBT001 - compiled code takes its arguments by position
    place: tuple[float, float],
    corner: tuple[float, float],
) -> float:
    """Return 1 when the way from the corner to the place crosses to the edge's left, -1 to its right."""
    first_leg = lines[edge, 0] <= corner[0] < lines[edge, 2]
    second_leg = (lines[edge, 1] > place[1]) != (lines[edge, 3] > place[1])
    turns = 0.0
    if first_leg or second_leg:
        from_bend = _lies_left(lines, edge, (corner[0], place[1]))
        if first_leg:
            turns += int(from_bend) - int(_lies_left(lines, edge, corner))
        if second_leg:
            turns += int(left) - int(from_bend)
    return turns


@_compiled
def _beyond(ends: tuple[float, float, float, float], direction: tuple[float, float], model: Model) -> float:
    """Return the mass in the wedge from the centre beyond an edge, its ends seen from there in spreads."""
    a, b, c, d = ends
    east, north = direction
    first, last = a * east + b * north, c * east + d * north
    reach = model.reach
    if first >= reach or last <= -reach:
        return 0.0
    if (a == 0.0 and b == 0.0) or (c == 0.0 and d == 0.0):
        # a centre on a corner counts as moved north a little
        return math.atan2(east, -north if a == 0.0 and b == 0.0 else north) / _FULL_TURN
    # from the nearer end, for the rounding of the farther one may be more than what is left of the nearer
    distance = abs(a * north - b * east) if abs(first) < abs(last) else abs(c * north - d * east)
    half = math.sqrt(max(reach * reach - distance * distance, 0.0))
    first, last = max(first, -half), min(last, half)
    if first >= last:
        return 0.0
    return _disc_beyond(distance, first, last) if model.is_disc else _normal_beyond(distance, first, last)


@_compiled
def _disc_beyond(distance: float, first: float, last: float) -> float:
    """Return the share of the unit disc in the wedge from its centre beyond an edge inside it."""
    wedge = math.atan2(distance * (last - first), distance * distance + first * last)
    return (wedge - distance * (last - first)) / _FULL_TURN


@_compiled
def _normal_beyond(distance: float, first: float, last: float) -> float:
    """Return the normal mass in the wedge from the centre beyond an edge, all lengths in sigmas."""
    half, middle = (last - first) / 2.0, (last + first) / 2.0
    flatness = (distance * distance + middle * middle) / (half * half)
    if flatness > _VERY_FAR:
        return _far_integral(distance, middle, half, 2)
    if flatness > _FAR:
        return _far_integral(distance, middle, half, 3)
    if flatness > _NOT_NEAR:
        return _far_integral(distance, middle, half, 5)
    wedge = math.atan2(distance * (last - first), distance * distance + first * last)
    pieces = math.ceil(half / 2.0)
    half /= pieces
    inside = 0.0
    for piece in range(pieces):
        inside += _near_integral(distance, first + half * (2 * piece + 1), half)
    return wedge / _FULL_TURN - inside


@_compiled
def _far_integral(distance: float, middle: float, half: float, count: int) -> float:
    total = 0.0
    for k in range(count):
        along = middle + half * _NODES[count, k]
        square = distance * distance + along * along
        total += _WEIGHTS[count, k] * math.exp(-square / 2.0) / square
    return total * half * distance / _FULL_TURN


@_compiled
def _near_integral(distance: float, middle: float, half: float) -> float:
    count = 4 if half <= 0.5 else 6 if half <= 1.0 else 8  # noqa: PLR2004 - errors below 2e-9, by trial
    total = 0.0
    for k in range(count):
        along = middle + half * _NODES[count, k]
        square = distance * distance + along * along
        if square < _SMALL_SQUARE:
            total += _WEIGHTS[count, k] * (0.5 - square / 8.0 + square * square / 48.0)
        else:
            total += _WEIGHTS[count, k] * (1.0 - math.exp(-square / 2.0)) / square
    return total * half * distance / _FULL_TURN
