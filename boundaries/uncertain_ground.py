"""The areas under an uncertain point: how probable each is, and how far the next border."""

import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.border_edges import lies_left
from boundaries.border_grid import BorderGrid
from boundaries.coordinates import Points, Projection
from boundaries.error_models import NEGLIGIBLE, ErrorModel, Shares, spills

EXACT_M = 1e-6
"""A point with a smaller spread than this is an exact one."""
_BOUNDLESS_M = 1e11
"""With a larger spread than this every share on Earth is negligible."""
_PAIRS_AT_ONCE = 1_000_000
_POINTS_AT_ONCE = 50_000
_COMPILED = "boundaries.error_kernels"
_MUCH, _VERY_MUCH = 50_000, 8_000_000
"""From how many pairs of point and edge on compiled code is worth it: once it is loaded, and before."""
_FEW = 100


class UncertainGround:
    """Areas prepared for questions about points with an error.

    Where drawn areas overlap, the ground belongs to the smaller one, as for exact points; a border is where
    one owner ends, so the hidden part of a larger area's outline is none.
    """

    def __init__(
        self, grid: BorderGrid, projection: Projection, locate: Callable[[Points], NDArray[np.int32]]
    ) -> None:
        """Keep what is needed.

        Parameters
        ----------
        grid
            The borders, in metres.
        projection
            The flat grid on which distances are measured.
        locate
            Returns the row of the area that holds each point, -1 outside: the answer for exact points.
        """
        self._grid = grid
        self._projection = projection
        self._locate = locate
        self._patches: Any = None  # of a type of the compiled code, which may not be loaded

    def shares(self, points: Points, spread_m: NDArray[np.float64], model: ErrorModel) -> Shares:
        """Return the probability of each area under each point.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84; NaN is in no area.
        spread_m
            Shape (n,), metres: see `ErrorModel`.
        model
            How the points err.

        Raises
        ------
        ValueError
            When a spread is negative or not finite.
        """
        if not (np.isfinite(spread_m) & (spread_m >= 0)).all():
            raise ValueError("spread_m must be finite and at least 0")
        exact = np.flatnonzero(spread_m < EXACT_M)
        vague = (spread_m >= EXACT_M) & (spread_m < _BOUNDLESS_M) & np.isfinite(points).all(axis=1)
        which = np.flatnonzero(vague)
        places = np.column_stack([self._projection.to_metres(points[which]), spread_m[which]])
        # what lies beyond the projection has no place on it
        known = np.isfinite(places).all(axis=1)
        if not known.all():
            which, places = which[known], places[known]
        enough = _MUCH if _COMPILED in sys.modules else _VERY_MUCH
        if self._pairs(places[:, 2] * model.reach) >= enough:
            found = self._compiled(places, model)
        else:
            found = self._computed(places, model)
        if len(found) == len(points):
            return found
        return Shares.together(len(points), [(exact, self._exact(points[exact])), (which, found)])

    def _exact(self, points: Points) -> Shares:
        rows = self._locate(points)
        held = np.flatnonzero(rows >= 0)
        return Shares.from_pairs(len(points), held, rows[held], np.ones(len(held)))

    def _pairs(self, reach_m: NDArray[np.float64]) -> float:
        """Estimate how many edges the points have around them altogether."""
        grid = self._grid
        across = np.minimum(2 * reach_m / grid.cell_m + 1, grid.columns)
        up = np.minimum(2 * reach_m / grid.cell_m + 1, grid.rows)
        return float((across * up).sum()) * len(grid.listed) / self._cells_in_use

    def _computed(self, places: Points, model: ErrorModel) -> Shares:
        """Return the shares of places, shape (n, 3) with the spread, by plain array arithmetic."""
        pairs = [(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0))]
        for block in self._blocks(places[:, :2], places[:, 2] * model.reach):
            place, row, share = self._block_shares(places[block, :2], places[block, 2], model)
            pairs.append((block[place], row, share))
        place, row, share = (np.concatenate(column) for column in zip(*pairs, strict=True))
        return Shares.from_pairs(len(places), place, row, share)

    def _compiled(self, places: Points, model: ErrorModel) -> Shares:
        """Return the shares of places, shape (n, 3) with the spread, compiled."""
        from boundaries.error_kernels import Model, shares_in_order  # noqa: PLC0415 - slow to load

        parts = self._wide(places) if model is ErrorModel.GAUSSIAN else []
        rest = np.ones(len(places), dtype=np.bool_)
        for which, _ in parts:
            rest[which] = False
        if rest.any():
            how = Model(model is ErrorModel.DISC, NEGLIGIBLE, model.reach)
            some = places if rest.all() else places[rest]
            parts.append((np.flatnonzero(rest), Shares(*shares_in_order(some, how, self._grid))))
        return parts[0][1] if len(parts) == 1 else Shares.together(len(places), parts)

    def _wide(self, places: Points) -> list[tuple[NDArray[np.int64], Shares]]:
        """Return the shares of places whose normal error is wide, where many of them lie together."""
        from boundaries.wide_kernels import Patches  # noqa: PLC0415 - slow to load

        if self._patches is None:
            self._patches = Patches(self._grid, reach=ErrorModel.GAUSSIAN.reach)
        return [
            (which, Shares(*self._patches.shares(places[which], key, negligible=NEGLIGIBLE)))
            for which, key in self._patches.groups(places)
        ]

    def border_distances_m(self, points: Points) -> NDArray[np.float64]:
        """Return the metres from each point to the border of the area that holds it.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84.

        Returns
        -------
        NDArray[np.float64]
            Shape (n,), infinite where no area holds the point.
        """
        rows = self._locate(points)
        distance_m = np.full(len(points), np.inf)
        held = np.flatnonzero(rows >= 0)
        # an area that smaller ones cover wholly owns no ground, and holds at most a point of their borders
        distance_m[held] = 0.0
        held = held[self._has_border[rows[held]]]
        places = np.full(points.shape, np.nan)
        places[held] = self._projection.to_metres(points[held])
        # a look costs more than what is seen, unless there are many
        reach_m = self._grid.cell_m * (0.5 if len(held) > _FEW else 2.0)
        while len(held):
            nearest = self._nearest(places[held], rows[held], reach_m)
            distance_m[held] = nearest
            held = held[nearest > reach_m]
            reach_m *= 2
        return distance_m

    def _nearest(self, places: Points, rows: NDArray[np.int32], reach_m: float) -> NDArray[np.float64]:
        """Return the distance to the nearest edge of the area with that row; right if within the reach."""
        nearest = np.full(len(places), np.inf)
        for block in self._blocks(places, np.full(len(places), reach_m)):
            place, edge = self._grid.near(places[block], np.full(len(block), reach_m))
            own = (self._grid.sides[edge] == rows[block][place, None]).any(axis=1)
            place, line = block[place[own]], self._grid.lines[edge[own]]
            east, north = (places[place] - line[:, :2]).T
            across, up = (line[:, 2:] - line[:, :2]).T
            part = np.clip((east * across + north * up) / (across * across + up * up), 0.0, 1.0)
            away = np.hypot(east - part * across, north - part * up)
            first = np.flatnonzero(np.append(True, place[1:] != place[:-1])[: len(place)])
            if len(first):
                nearest[place[first]] = np.minimum.reduceat(away, first)
        return nearest

    def _blocks(self, places: Points, reach_m: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
        """Yield the places, few enough at once that their edges fit in memory."""
        if len(places) == 1:  # nothing to divide
            yield np.zeros(1, dtype=np.int64)
            return
        for first in range(0, len(places), _POINTS_AT_ONCE):
            block = slice(first, first + _POINTS_AT_ONCE)
            weight = np.cumsum(self._grid.listed_near(places[block], reach_m[block]))
            start = 0
            while start < len(weight):
                before = weight[start - 1] if start else 0
                stop = max(start + 1, int(np.searchsorted(weight, before + _PAIRS_AT_ONCE)))
                yield np.arange(first + start, first + stop)
                start = stop

    def _block_shares(
        self, places: Points, spread_m: NDArray[np.float64], model: ErrorModel
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return place, area row and share, each pair once."""
        grid = self._grid
        column, row = grid.cells_of(places)
        owner = grid.corner_owner[column * grid.rows + row]
        place, edge = grid.near(places, spread_m * model.reach)
        start, end, sides = grid.lines[edge, :2], grid.lines[edge, 2:], grid.sides[edge]
        centre, scale = places[place], spread_m[place, None]
        left = lies_left(start, end, centre)
        gain = _turns(start, end, left, centre, grid.corners(column, row)[place])
        gain -= spills((start - centre) / scale, (end - centre) / scale, left, model)
        count = grid.areas + 1
        key = np.concatenate(
            [np.arange(len(places)) * count + owner, place * count + sides[:, 0], place * count + sides[:, 1]]
        )
        pairs, pair = np.unique(key + 1, return_inverse=True)
        weights = np.concatenate([np.ones(len(places)), gain, -gain])
        share = np.bincount(pair, weights).astype(np.float64)
        some = pairs % count > 0
        return pairs[some] // count, (pairs[some] % count - 1).astype(np.int32), share[some]

    @cached_property
    def _has_border(self) -> NDArray[np.bool_]:
        """Whether each area owns ground, shape (areas + 1,); the last is none of them."""
        known = np.zeros(self._grid.areas + 1, dtype=np.bool_)
        known[self._grid.sides] = True
        return known

    @cached_property
    def _cells_in_use(self) -> int:
        return max(int((np.diff(self._grid.starts) > 0).sum()), 1)


def _turns(
    start: Points, end: Points, left: NDArray[np.bool_], centre: Points, corner: Points
) -> NDArray[np.float64]:
    """Return 1 for each edge crossed to its left on the way from a corner to the centre, -1 to its right.

    The way leads north or south to the centre's height and then east; all have the shape (m, 2).
    """
    bend = np.column_stack([corner[:, 0], centre[:, 1]])
    from_bend = lies_left(start, end, bend)
    first_leg = (start[:, 0] <= corner[:, 0]) & (corner[:, 0] < end[:, 0])
    second_leg = (start[:, 1] > centre[:, 1]) != (end[:, 1] > centre[:, 1])
    turns = np.where(first_leg, from_bend - 1.0 * lies_left(start, end, corner), 0.0)
    return turns + np.where(second_leg, left - 1.0 * from_bend, 0.0)
