"""Layers of villages of any size, drawn as real ones are: ragged borders, some shared, most drawn twice.

Villages stand like bricks, six neighbours each, on a ground that is dense in some places and wide in others.
A border is a line broken again and again at its middle, up to 64 pieces. Most villages have a version of
their own of some borders, a few metres off, so neighbours overlap and leave gaps; a few are copies of
another, or lie inside one.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Points
from tests.boundaries.geos_oracle import Shapes

_SIDE_DEG = 0.02  # of a village
_CORNER = (100.0, 22.0)
_DEEPEST = 6
_OWN_VERSION = 0.6
_OFF = 0.0015  # in sides
_ODD = 0.002  # share of copies, and of enclaves


def drawn_villages(count: int, seed: int = 0) -> Shapes:
    """Return that many valid polygons in degrees."""
    rng = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    nodes = np.stack(np.meshgrid(np.arange(2 * columns + 2) / 2, np.arange(rows + 1.0)), axis=-1)
    nodes += rng.uniform(-0.18, 0.18, nodes.shape)
    level = np.arange(rows + 1)[:, None]
    flat = _ragged(nodes[:, :-1].reshape(-1, 2), nodes[:, 1:].reshape(-1, 2), rng)
    start = np.minimum(2 * np.arange(columns + 1)[None, :] + level % 2, 2 * columns + 1)
    low = nodes[level[:-1], start[:-1]].reshape(-1, 2)
    high = nodes[level[1:], start[:-1]].reshape(-1, 2)
    upright = _ragged(low, high, rng)
    drawn = [
        _bricks(flat, upright, columns, np.arange(first, min(first + 20_000, count)), rng)
        for first in range(0, count, 20_000)
    ]
    return _with_oddities(np.concatenate(drawn), rng)


def _ragged(start: Points, end: Points, rng: np.random.Generator) -> Points:
    """Break lines at their middles, to different depths; shape (n, 65, 2), NaN is no vertex."""
    lines = np.stack([start, end], axis=1)
    for finer in range(_DEEPEST):
        along = np.diff(lines, axis=1)
        across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        moved = rng.normal(0, 0.13, (*along.shape[:2], 1)) * across
        broken = np.empty((len(lines), 2 ** (finer + 1) + 1, 2))
        broken[:, ::2] = lines
        broken[:, 1::2] = (lines[:, :-1] + lines[:, 1:]) / 2 + moved
        lines = broken
    depth = rng.choice([2, 3, 4, 5, 6], len(lines), p=[0.15, 0.3, 0.3, 0.15, 0.1])
    place = np.arange(2**_DEEPEST + 1)
    lines[place % (2 ** (_DEEPEST - depth))[:, None] != 0] = np.nan
    return lines


def _bricks(
    flat: Points, upright: Points, columns: int, brick: NDArray[np.int64], rng: np.random.Generator
) -> Shapes:
    """Put the six borders of some villages together."""
    row, column = np.divmod(brick, columns)
    left = 2 * column + row % 2
    per_row = 2 * columns + 1
    below, above = row * per_row + left, (row + 1) * per_row + left
    west, east = row * (columns + 1) + column, row * (columns + 1) + column + 1
    sides = [
        _version(line, rng)
        for line in (
            flat[below],
            flat[np.minimum(below + 1, (row + 1) * per_row - 1)],
            upright[east],
            flat[np.minimum(above + 1, (row + 2) * per_row - 1)][:, ::-1],
            flat[above][:, ::-1],
            upright[west][:, ::-1],
        )
    ]
    ring = np.concatenate([side[:, :-1] for side in sides], axis=1)
    drawn = ~np.isnan(ring[..., 0])
    shape = np.repeat(np.arange(len(brick)), drawn.sum(axis=1))
    vertices = _spread(ring[drawn])
    rings = shapely.linearrings(vertices, indices=shape)
    shapes = np.asarray(shapely.polygons(rings))
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    shapes[broken] = shapely.buffer(shapes[broken], 0)
    return shapes


def _version(line: Points, rng: np.random.Generator) -> Points:
    """Return a border as one of its two villages has it."""
    own = rng.random(len(line)) < _OWN_VERSION
    off = rng.normal(0, _OFF, line.shape) * own[:, None, None]
    off[:, [0, -1]] = 0
    return line + off


def _spread(bricks: Points) -> Points:
    """Make the ground dense here and wide there, and bring it into degrees."""
    wave = np.sin(bricks[:, ::-1] / 5.0) + np.sin(bricks / 3.1)
    moved: Points = np.array(_CORNER) + _SIDE_DEG * (bricks + 0.9 * wave)
    return moved


def _with_oddities(shapes: Shapes, rng: np.random.Generator) -> Shapes:
    """Turn a few villages into copies of others, and a few into enclaves."""
    few = int(np.ceil(_ODD * len(shapes)))
    changed = rng.choice(len(shapes), 2 * few, replace=False)
    of = rng.integers(0, len(shapes), 2 * few)
    shapes[changed[:few]] = shapes[of[:few]]
    middles = shapely.point_on_surface(shapes[of[few:]])
    shapes[changed[few:]] = shapely.buffer(middles, 0.1 * _SIDE_DEG, quad_segs=4)
    return shapes


def clustered_points(shapes: Shapes, count: int, seed: int = 1) -> Points:
    """Return places as tickets have them: many around the middles of a few villages, in random order."""
    rng = np.random.default_rng(seed)
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    weight = rng.pareto(1.2, len(middles)) + 0.2
    of = rng.choice(len(middles), count, p=weight / weight.sum())
    points: Points = middles[of] + rng.normal(0, 0.35 * _SIDE_DEG, (count, 2))
    return points
