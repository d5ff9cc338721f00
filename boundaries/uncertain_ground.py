"""The areas under an uncertain point: how probable each is, and how far the next border."""

import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.border_edges import BorderEdges, lies_left, owned_shapes
from boundaries.border_grid import BorderGrid, NearEdges
from boundaries.coordinates import Points, Projection
from boundaries.error_models import NEGLIGIBLE, ErrorModel, Shares, spills

EXACT_M = 1e-6
"""A point with a smaller spread than this is an exact one."""
_CELL_M = 200.0
_PAIRS_AT_ONCE = 2_000_000
_POINTS_AT_ONCE = 50_000
_COMPILED = "boundaries.error_kernels"
_MANY, _MILLIONS = 2_000, 300_000
"""From how many points on compiled code is worth its while: once it is loaded, and before."""
_REACH_M, _REACHES = 25.0, 4
"""Near edges are listed for reaches of 25 m and more, four of them up to each double."""
_KEPT = 4


class UncertainGround:
    """Areas prepared for questions about points with an error.

    Where drawn areas overlap, the ground belongs to the smaller one, as for exact points; a border is where
    one owner ends, so the hidden part of a larger area's outline is none.
    """

    def __init__(
        self,
        shapes: NDArray[Any],
        projection: Projection,
        locate: Callable[[Points], NDArray[np.int32]],
    ) -> None:
        """Keep what is needed; borders are worked out when first asked for.

        Parameters
        ----------
        shapes
            Valid polygons and multipolygons, WGS 84; at least one.
        projection
            The grid on which distances are measured.
        locate
            Returns the row of the area that holds each point, -1 outside: the answer for exact points.
        """
        self._shapes = shapes
        self._projection = projection
        self._locate = locate
        self._kept: dict[float, Any] = {}

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
        vague = np.flatnonzero((spread_m >= EXACT_M) & np.isfinite(points).all(axis=1))
        places = np.full((len(points), 3), np.nan)
        places[vague, :2] = self._projection.to_metres(points[vague])
        places[vague, 2] = spread_m[vague]
        fast = len(self._edges) > 0 and len(vague) >= (_MANY if _COMPILED in sys.modules else _MILLIONS)
        found = [self._exact(points, exact)] if len(exact) or not len(vague) else []
        found += self._compiled(places, model) if fast else [self._computed(places, vague, model)]
        return found[0] if len(found) == 1 else Shares.together(found)

    def _exact(self, points: Points, which: NDArray[np.int64]) -> Shares:
        rows = self._locate(points[which])
        held = rows >= 0
        return Shares.from_pairs(len(points), which[held], rows[held], np.ones(int(held.sum())))

    def _computed(self, places: Points, which: NDArray[np.int64], model: ErrorModel) -> Shares:
        """Return the shares of some places, shape (n, 3) with the spread, by numpy and a tree of edges."""
        pairs = [(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0))]
        for block in self._blocks(places[which, :2], places[which, 2] * model.reach):
            some = which[block]
            place, row, share = self._block_shares(places[some, :2], places[some, 2], model)
            pairs.append((some[place], row, share))
        place, row, share = (np.concatenate(column) for column in zip(*pairs, strict=True))
        return Shares.from_pairs(len(places), place, row, share)

    def _compiled(self, places: Points, model: ErrorModel) -> list[Shares]:
        """Return the shares of places, shape (n, 3) with the spread, compiled: one reach at a time."""
        from boundaries.error_kernels import GAUSSIAN_REACH, Model, shares_in_order  # noqa: PLC0415 - slow

        reach = 1.0 if model is ErrorModel.DISC else GAUSSIAN_REACH
        how = Model(model is ErrorModel.DISC, NEGLIGIBLE, reach)
        step = np.ceil(_REACHES * np.log2(places[:, 2] * reach / _REACH_M))
        step = np.maximum(step, 0.0)  # NaN stays NaN
        steps = np.unique(step[np.isfinite(step)])
        made = []
        for one in steps.tolist():
            some = places if len(steps) == 1 else np.where((step == one)[:, None], places, np.nan)
            ground = self._near(_REACH_M * 2.0 ** (one / _REACHES))
            answers = shares_in_order(some, how, ground, len(self._shapes))
            made.append(Shares(answers.starts, answers.rows, answers.shares))
        return made

    def _near(self, reach_m: float) -> Any:  # noqa: ANN401 - a type of the compiled code, which is not loaded
        """Return the edges near each place, ready for compiled code; the last few reaches are kept."""
        from boundaries.error_kernels import Ground  # noqa: PLC0415 - slow to load

        ground = self._kept.get(reach_m)
        if ground is None:
            wider_m = reach_m * (1 + 1e-9)  # the logarithm was rounded
            ground = Ground.of(self._edges, NearEdges.within(self._edges, wider_m))
            for oldest in list(self._kept)[: 1 - _KEPT]:
                self._kept.pop(oldest, None)
            self._kept[reach_m] = ground
        return ground

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
        far = np.full(len(points), np.inf)
        held = np.flatnonzero(rows >= 0)
        places = shapely.points(self._projection.to_metres(points[held]))
        # an area that smaller ones cover wholly owns no ground, and holds at most a point of their borders
        far[held] = np.nan_to_num(shapely.distance(self._borders[rows[held]], places), nan=0.0)
        return far

    def _blocks(self, places: Points, reach_m: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
        """Yield places that can matter, few enough at once that their edges fit in memory."""
        if not len(self._edges):
            return
        low, high = self._extent
        margin = reach_m[:, None]
        near = np.flatnonzero(((places + margin >= low) & (places - margin <= high)).all(axis=1))
        box = (2 * reach_m[near] + _CELL_M) ** 2 / (high - low).prod()
        weight = np.cumsum(1 + len(self._edges) * np.minimum(box, 1.0))
        first = 0
        while first < len(near):
            before = weight[first - 1] if first else 0.0
            last = max(first + 1, int(np.searchsorted(weight, before + _PAIRS_AT_ONCE)))
            last = min(last, first + _POINTS_AT_ONCE)
            yield near[first:last]
            first = last

    def _block_shares(
        self, places: Points, spread_m: NDArray[np.float64], model: ErrorModel
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
        """Return place, area row and share, each pair once."""
        grid, edges = self._grid, self._edges
        column, row = grid.cells_of(places)
        corner = grid.corners(column, row)
        reach = (spread_m * model.reach)[:, None]
        low, high = np.minimum(places - reach, corner), np.maximum(places + reach, corner)
        place, edge = self._edge_tree.query(shapely.box(*low.T, *high.T))
        start, end, centre, scale = edges.start[edge], edges.end[edge], places[place], spread_m[place, None]
        left = lies_left(start, end, centre)
        gain = _turns(start, end, left, centre, corner[place])
        gain -= spills((start - centre) / scale, (end - centre) / scale, left, model)
        owner = grid.corner_owner[column, row]
        count = len(self._shapes) + 1
        key = np.concatenate(
            [
                np.arange(len(places)) * count + owner,
                place * count + edges.left[edge],
                place * count + edges.right[edge],
            ]
        )
        pairs, pair = np.unique(key + 1, return_inverse=True)
        weights = np.concatenate([np.ones(len(places)), gain, -gain])
        share = np.bincount(pair, weights).astype(np.float64)
        some = pairs % count > 0
        return pairs[some] // count, (pairs[some] % count - 1).astype(np.int32), share[some]

    @cached_property
    def _owned(self) -> NDArray[Any]:
        return owned_shapes(self._shapes, self._projection)

    @cached_property
    def _borders(self) -> NDArray[Any]:
        return shapely.boundary(self._owned)

    @cached_property
    def _edges(self) -> BorderEdges:
        return BorderEdges.of(self._owned)

    @cached_property
    def _extent(self) -> tuple[Points, Points]:
        corners = np.vstack([self._edges.start, self._edges.end])
        return corners.min(axis=0), corners.max(axis=0)

    @cached_property
    def _grid(self) -> BorderGrid:
        return BorderGrid.over(self._edges, reach_m=_CELL_M, cell_m=_CELL_M)

    @cached_property
    def _edge_tree(self) -> shapely.STRtree:
        lines = shapely.linestrings(np.stack([self._edges.start, self._edges.end], axis=1))
        return shapely.STRtree(np.asarray(lines))


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
