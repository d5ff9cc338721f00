"""Shares of many uncertain points, compiled: the closed forms of `error_models`, point by point.

Loading this costs a second or so, thus `uncertain_ground` does it only for much work. It is one module, for
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

from boundaries.border_grid import BorderGrid

_FULL_TURN = 2.0 * math.pi
_MOST_NODES = 8
_RULES = [np.polynomial.legendre.leggauss(max(count, 1)) for count in range(_MOST_NODES + 1)]
_NODES = np.array([np.pad(nodes, (0, _MOST_NODES - len(nodes))) for nodes, _ in _RULES])
_WEIGHTS = np.array([np.pad(weights, (0, _MOST_NODES - len(weights))) for _, weights in _RULES])

# squared distance of an edge's middle over its half length, from which 2, 3 and 5 nodes err by less than 1e-8
_VERY_FAR, _FAR, _NOT_NEAR = 32.0**2, 8.0**2, 4.0**2
_SMALL_SQUARE = 1e-4
_SMALL_SLOPE = 0.125  # up to which a short series has all digits
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


def shares_in_order(points: NDArray[np.float64], model: Model, ground: BorderGrid) -> Answers:
    """Return the shares of points, those of each point largest first.

    Parameters
    ----------
    points
        Shape (n, 3): metres east and north, and the spread, above 0. Places that are NaN get no shares.
    model
        How they err.
    ground
        The layer.
    """
    areas = ground.areas
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
def _fill(
    points: NDArray[np.float64], model: Model, ground: BorderGrid, tally: Tally, answers: Answers
) -> int:
    """Write the shares of points one after the other; return how many were done before there was no room."""
    at = 0
    for i in range(len(points)):
        if at + len(tally.touched) > len(answers.rows):
            return i
        count = _gather((points[i, 0], points[i, 1]), points[i, 2], model, ground, tally)
        at = _write(count, at, model.negligible, tally, answers)
        answers.starts[i + 1] = at
    return len(points)


@_compiled
def _gather(
    place: tuple[float, float], spread_m: float, model: Model, ground: BorderGrid, tally: Tally
) -> int:
    """Add up what the cell's corner and the edges around give; return to how many areas."""
    if not place[0] + place[1] + spread_m < math.inf:
        return 0
    cells = (ground.west, ground.south, ground.cell_m, ground.columns, ground.rows)
    lines, listed, starts = ground.lines, ground.listed, ground.starts
    column, row = _cell(place[0], place[1], cells)
    corner = (ground.west + column * ground.cell_m, ground.south + row * ground.cell_m)
    count = _add(ground.corner_owner[column * ground.rows + row], 1.0, 0, tally)
    reach_m = model.reach * spread_m
    first_column, first_row = _cell(place[0] - reach_m, place[1] - reach_m, cells)
    last_column, last_row = _cell(place[0] + reach_m, place[1] + reach_m, cells)
    for column in range(first_column, last_column + 1):
        for row in range(first_row, last_row + 1):
            cell = column * ground.rows + row
            for entry in range(starts[cell], starts[cell + 1]):
                found = listed[entry]
                if (column == first_column or found & 1) and (row == first_row or found & 2):
                    edge = found >> 2
                    line = (lines[edge, 0], lines[edge, 1], lines[edge, 2], lines[edge, 3])
                    gain = _gain(line, place, corner, spread_m, model)
                    if gain != 0.0:
                        count = _add(ground.sides[edge, 0], gain, count, tally)
                        count = _add(ground.sides[edge, 1], -gain, count, tally)
    return count


@_compiled
def _cell(east: float, north: float, cells: tuple[float, float, float, int, int]) -> tuple[int, int]:
    """Return the cell of a place, the nearest one for places beyond the grid."""
    west, south, cell_m, columns, rows = cells
    column = math.floor(min(max((east - west) / cell_m, 0.0), columns - 1.0))
    row = math.floor(min(max((north - south) / cell_m, 0.0), rows - 1.0))
    return column, row


@_compiled
def _gain(
    line: tuple[float, float, float, float],
    place: tuple[float, float],
    corner: tuple[float, float],
    spread_m: float,
    model: Model,
) -> float:
    """Return what an edge gives to the area on its left, and takes from the one on its right."""
    a, b, c, d = line[0] - place[0], line[1] - place[1], line[2] - place[0], line[3] - place[1]
    low, high = min(b, d), max(b, d)
    east, north = corner[0] - place[0], corner[1] - place[1]
    crosses = a <= max(east, 0.0) and c >= min(east, 0.0)
    crosses = crosses and low <= max(north, 0.0) and high >= min(north, 0.0)
    reach_m = model.reach * spread_m
    in_reach = a < reach_m and c > -reach_m and low < reach_m and high > -reach_m
    if not (crosses or in_reach):
        return 0.0
    turn = a * d - b * c
    left = turn > 0.0 or (turn == 0.0 and c > a)
    gain = _turns(line, left, place, corner) if crosses else 0.0
    if in_reach:
        beyond = _beyond((a, b, c, d), abs(turn), spread_m, model)
        gain -= beyond if left else -beyond
    return gain


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
def _lies_left(line: tuple[float, float, float, float], place: tuple[float, float]) -> bool:
    """Say whether a place is left of an edge, as `border_edges.lies_left`."""
    turn = (line[0] - place[0]) * (line[3] - place[1])
    turn -= (line[1] - place[1]) * (line[2] - place[0])
    return bool(turn > 0.0 or (turn == 0.0 and line[2] > line[0]))


@_compiled
def _turns(
    line: tuple[float, float, float, float],
    left: bool,  # noqa: FBT001 - compiled code takes its arguments by position
    place: tuple[float, float],
    corner: tuple[float, float],
) -> float:
    """Return 1 when the way from the corner to the place crosses to the edge's left, -1 to its right."""
    first_leg = line[0] <= corner[0] < line[2]
    second_leg = (line[1] > place[1]) != (line[3] > place[1])
    turns = 0.0
    if first_leg or second_leg:
        from_bend = _lies_left(line, (corner[0], place[1]))
        if first_leg:
            turns += int(from_bend) - int(_lies_left(line, corner))
        if second_leg:
            turns += int(left) - int(from_bend)
    return turns


@_compiled
def _beyond(ends: tuple[float, float, float, float], turn: float, spread_m: float, model: Model) -> float:
    """Return the mass in the wedge from the centre beyond an edge.

    Parameters
    ----------
    ends
        Both ends of the edge seen from the centre, metres.
    turn
        Twice the area of the triangle of centre and edge.
    """
    a, b, c, d = ends
    if (a == 0.0 and b == 0.0) or (c == 0.0 and d == 0.0):
        # a centre on a corner counts as moved north a little
        return math.atan2(c - a, b - d if a == 0.0 and b == 0.0 else d - b) / _FULL_TURN
    reach_m = model.reach * spread_m
    square = reach_m * reach_m
    if model.is_disc and a * a + b * b <= square and c * c + d * d <= square:
        return (_angle(turn, a * c + b * d) - turn / square) / _FULL_TURN
    east, north = c - a, d - b
    length = math.sqrt(east * east + north * north)
    if turn >= reach_m * length:
        return 0.0
    scale = 1.0 / (length * spread_m)
    distance = turn * scale
    first, last = (a * east + b * north) * scale, (c * east + d * north) * scale
    half = math.sqrt(max(model.reach * model.reach - distance * distance, 0.0))
    first, last = max(first, -half), min(last, half)
    if first >= last:
        return 0.0
    if model.is_disc:
        turn = distance * (last - first)
        return (_angle(turn, distance * distance + first * last) - turn) / _FULL_TURN
    return _normal_beyond(distance, first, last)


@_compiled
def _angle(across: float, along: float) -> float:
    """Return the angle of a direction from straight ahead to straight back, 0 to pi."""
    if across > _SMALL_SLOPE * along:
        return math.atan2(across, along)
    slope = across / along
    square = slope * slope
    rest = square * (1 / 5 - square * (1 / 7 - square * (1 / 9 - square * (1 / 11 - square / 13))))
    return slope * (1.0 - square * (1 / 3 - rest))


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
    wedge = _angle(distance * (last - first), distance * distance + first * last)
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
