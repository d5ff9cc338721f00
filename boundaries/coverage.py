"""A layer of areas made into a coverage: neighbours share one border, without overlaps, gaps and slivers.

What a machine may decide is decided: borders drawn twice within a tolerance become one, gaps and slivers no
wider than that go to the areas along them, a village inside another is cut out of it. The rest is left and
told. Every area is compared with what was drawn: one that would lose too much, or whose border would move by
more than the tolerance, keeps its drawn outline. No area is ever lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.disputes import Claims, claims
from boundaries.errors import NoAreasError
from boundaries.gap_filling import with_gaps_filled
from boundaries.movement import NOTABLE_M2, SNAP_M, exchanged, too_far
from boundaries.nesting import along_villages, towns_of
from boundaries.pieces import gathered, holes, is_narrow, polygons_of, united
from boundaries.reasons import Reason
from boundaries.repairs import RepairReport, areal_part

MOST_LOST = 0.05
"""Share of its ground an area may lose in cleaning; beyond, it keeps its drawn outline."""
_NOTABLE_SHARE = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class CleanLayer:
    """A cleaned layer, and what cleaning did to each of its areas."""

    frame: gpd.GeoDataFrame
    """The layer as it was given, with its new outlines."""
    changes: pd.DataFrame
    """One row per area, same index: ``before_m2``, ``after_m2``, ``cut_m2`` (ground of areas inside it),
    ``gained_m2`` and ``lost_m2`` along its border, ``kept`` (True: it keeps its drawn outline)."""
    reasons: tuple[Reason, ...]
    """A sum of all changes first; then what was cut out, drawn twice or kept as drawn, and each area that
    changed by more than a hundredth."""


def clean_coverage(
    frame: gpd.GeoDataFrame, *, tolerance_m: float, most_lost: float = MOST_LOST
) -> CleanLayer:
    """Make areas of one level a coverage.

    Parameters
    ----------
    frame
        EPSG:4326, with ``name``; valid polygons, one row per area.
    tolerance_m
        Overlaps, gaps and slivers up to this width are resolved, and no ground (scraps up to 1 m² per area
        aside) changes hands farther than this from the outline drawn for the area that gives or takes it.
        Metres, above 0.
    most_lost
        Share of its ground an area may lose along its border, between 0 and 1.

    Returns
    -------
    CleanLayer
        Every area valid and not empty. Corners that did not move keep their coordinates to the last bit.
        Ground that several claim over a greater width still belongs to each of them, its edges matching.
        Neither the order of rows nor the direction and start of rings makes a difference.

    Raises
    ------
    NoAreasError
        When a row is no valid polygon; names it.
    """
    if not len(frame):
        nothing = _changes(*np.zeros((5, 0)), np.zeros(0, dtype=np.bool_))
        return CleanLayer(frame, nothing.set_axis(frame.index), ())
    _check_areas(frame)
    # GEOS decides some cases by what comes first: neither the order of rows nor the start of rings may matter
    shapes = shapely.normalize(frame.geometry.to_numpy())
    order = np.lexsort((*shapely.bounds(shapes).T, shapely.area(shapes)))
    grid = Projection.for_points(np.reshape(frame.total_bounds, (2, 2)))
    outlines, claimed, changes = _clean(
        frame.iloc[order].set_geometry(shapes[order]), grid, tolerance_m, most_lost
    )
    outlines, changes = outlines[np.argsort(order)], changes.loc[np.argsort(order)].set_axis(frame.index)
    kept = changes["kept"].to_numpy()
    outlines[kept] = frame.geometry.to_numpy()[kept]
    cleaned = frame.set_geometry(gpd.GeoSeries(outlines, index=frame.index, crs="EPSG:4326"))
    names = frame["name"].tolist()
    reasons = (
        *_summary(changes, tolerance_m),
        *_told(names, order, claimed, kept),
        *_changed(names, changes),
    )
    return CleanLayer(cleaned, changes, reasons)


def _check_areas(frame: gpd.GeoDataFrame) -> None:
    """Refuse a layer that holds what is no valid area."""
    shapes = frame.geometry.to_numpy()
    areal = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    for row in np.flatnonzero(~(areal & shapely.is_valid(shapes)))[:1]:
        raise NoAreasError(
            "row {row}, {name}, is no valid area and cannot be cleaned: {problem}",
            row=int(row),
            name=frame["name"].iloc[row],
            problem=shapely.is_valid_reason(shapes[row])
            if areal[row]
            else getattr(shapes[row], "geom_type", "-"),
        )


def _clean(
    frame: gpd.GeoDataFrame, grid: Projection, tolerance_m: float, most_lost: float
) -> tuple[NDArray[Any], Claims, pd.DataFrame]:
    """Return the new outlines in degrees, who claimed what, and the changes, numbered from 0."""
    degrees = frame.geometry.to_numpy()
    drawn = shapely.transform(degrees, grid.to_metres)
    claimed = claims(drawn, tolerance_m)
    new, old = _cleaned(claimed, tolerance_m)[claimed.twin_of], claimed.shapes.copy()
    twins = np.flatnonzero(claimed.twin_of != np.arange(len(drawn)))
    old[twins] = drawn[twins]
    outlines = _in_degrees(new, drawn, degrees, grid)
    lost, gained = exchanged(old, new)
    kept = _spoiled(outlines) | (shapely.area(lost) > most_lost * shapely.area(drawn))
    kept |= too_far(lost, gained, old, tolerance_m)
    lost_m2, gained_m2 = (np.where(kept, 0.0, shapely.area(part)) for part in (lost, gained))
    new[kept] = drawn[kept]
    cut_m2 = np.bincount(claimed.inside[:, 1], claimed.inside_m2, minlength=len(drawn))
    cut_m2[kept] = 0.0
    return (
        outlines,
        claimed,
        _changes(shapely.area(drawn), shapely.area(new), cut_m2, gained_m2, lost_m2, kept),
    )


def with_clean_levels(frame: gpd.GeoDataFrame, tolerance_m: float, report: RepairReport) -> gpd.GeoDataFrame:
    """Clean villages among villages, then towns along them and among towns, and say what was done.

    See `clean_coverage`, and `along_villages` for where towns follow their villages.
    """
    shapes = frame.geometry.to_numpy().copy()
    towns, villages, own = towns_of(frame)
    cleaned = clean_coverage(frame.iloc[villages], tolerance_m=tolerance_m)
    shapes[villages] = cleaned.frame.geometry.to_numpy()
    report.rows += cleaned.reasons
    if len(towns):
        shapes[towns], reasons = _clean_towns(frame.iloc[towns], shapes[villages], own, tolerance_m)
        report.rows += reasons
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs="EPSG:4326"))


def _clean_towns(
    towns: gpd.GeoDataFrame, villages: NDArray[Any], own: NDArray[np.intp], tolerance_m: float
) -> tuple[NDArray[Any], list[Reason]]:
    """Return the outlines of towns, drawn along their cleaned villages and cleaned, and what was done."""
    grid = Projection.for_points(np.reshape(towns.total_bounds, (2, 2)))
    degrees = towns.geometry.to_numpy()
    drawn, inner = (shapely.transform(some, grid.to_metres) for some in (degrees, villages))
    led = along_villages(drawn, inner, own, tolerance_m)
    known = np.concatenate([drawn, inner]), np.concatenate([degrees, villages])
    outlines = _in_degrees(led, *known, grid)
    spoiled = _spoiled(outlines)  # by rounding, where two borders nearly touch
    outlines[spoiled] = [
        areal_part(shape)
        for shape in shapely.make_valid(outlines[spoiled], method="structure", keep_collapsed=False)
    ]
    start = gpd.GeoSeries(outlines, index=towns.index, crs="EPSG:4326")
    cleaned = clean_coverage(towns.set_geometry(start), tolerance_m=tolerance_m)
    made = cleaned.frame.geometry.to_numpy().copy()
    after = shapely.transform(made, grid.to_metres)
    # both steps together may not go farther than one; what was cut out of a town is no matter of its border
    uncut = np.flatnonzero(cleaned.changes["cut_m2"] == 0)
    lost, gained = exchanged(drawn[uncut], after[uncut])
    far = uncut[too_far(lost, gained, drawn[uncut], tolerance_m)]
    made[far] = degrees[far]
    reasons = [*_led(led, drawn, len(far), tolerance_m), *cleaned.reasons]
    return made, reasons


def _led(led: NDArray[Any], drawn: NDArray[Any], reverted: int, tolerance_m: float) -> Iterator[Reason]:
    moved = shapely.area(shapely.symmetric_difference(led, drawn)) > NOTABLE_M2
    if moved.any():
        yield Reason(
            "repair.town",
            "the borders of {count} of {total} towns were drawn along those of their villages, nowhere by "
            "more than {tolerance_m} m",
            {"count": int(moved.sum()) - reverted, "total": len(drawn), "tolerance_m": tolerance_m},
        )


def _cleaned(claimed: Claims, tolerance_m: float) -> NDArray[Any]:
    """Return each area's new outline in metres."""
    areas = len(claimed.rest)
    ground = np.concatenate([claimed.rest, claimed.disputed])
    drawn = np.concatenate([claimed.shapes, claimed.disputed])
    filled = ~shapely.is_empty(ground)
    ground[filled] = shapely.coverage_clean(  # type: ignore[attr-defined]  # missing in the stubs
        ground[filled], snapping_distance=SNAP_M
    )
    ground = _without_slivers(ground, drawn, claimed, tolerance_m)
    gaps = holes(np.array([shapely.coverage_union_all(ground)]))
    ground = with_gaps_filled(ground, gaps[is_narrow(gaps, tolerance_m)], drawn, tolerance_m).areas
    return united(ground[:areas], ground[areas + claimed.piece], claimed.claimant)


def _without_slivers(
    ground: NDArray[Any], drawn: NDArray[Any], claimed: Claims, tolerance_m: float
) -> NDArray[Any]:
    """Give parts of an area that lie apart and are narrow to the areas around them, if there are any."""
    areas = len(claimed.rest)
    parts, row = polygons_of(ground)
    narrow = np.zeros(len(parts), dtype=np.bool_)
    several = np.flatnonzero((np.bincount(row, minlength=len(ground))[row] > 1) & (row < areas))
    narrow[several] = is_narrow(parts[several], tolerance_m)
    has_more = np.zeros(len(ground), dtype=np.bool_)
    has_more[row[~narrow]] = True
    apart = np.flatnonzero(narrow & has_more[row])
    own = np.full(areas, shapely.Polygon(), dtype=object)
    for claimant in np.intersect1d(claimed.claimant, row[apart]):
        own[claimant] = shapely.union_all(ground[areas + claimed.piece[claimed.claimant == claimant]])
    along_own = shapely.length(shapely.intersection(parts[apart], own[row[apart]])) > 0
    slivers = apart[~along_own]
    kept = np.delete(np.arange(len(parts)), slivers)
    bare = gathered(parts[kept], row[kept], len(ground))
    shared = with_gaps_filled(bare, parts[slivers], drawn, tolerance_m)
    parts, rows = polygons_of(shared.areas)
    return gathered(
        np.concatenate([parts, shared.left]),
        np.concatenate([rows, row[slivers[shared.left_of]]]),
        len(ground),
    )


def _spoiled(outlines: NDArray[Any]) -> NDArray[np.bool_]:
    spoiled: NDArray[np.bool_] = shapely.is_empty(outlines) | ~shapely.is_valid(outlines)
    return spoiled


def _in_degrees(
    new: NDArray[Any], drawn: NDArray[Any], degrees: NDArray[Any], grid: Projection
) -> NDArray[Any]:
    """Convert outlines back, corners that are where they were drawn to exactly what they were."""
    known = _as_numbers(shapely.get_coordinates(drawn))
    order = np.argsort(known)
    known, exact = known[order], shapely.get_coordinates(degrees)[order]

    def convert(corners: Points) -> Points:
        places = _as_numbers(corners)
        found = np.minimum(np.searchsorted(known, places), len(known) - 1)
        same = known[found] == places
        return np.where(same[:, None], exact[found], grid.to_degrees(corners))

    return np.asarray(shapely.transform(new, convert), dtype=object)


def _as_numbers(points: Points) -> NDArray[np.complex128]:
    return np.asarray(points[:, 0] + 1j * points[:, 1], dtype=np.complex128)


def _changes(*columns: NDArray[Any]) -> pd.DataFrame:
    names = ("before_m2", "after_m2", "cut_m2", "gained_m2", "lost_m2", "kept")
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


def _summary(changes: pd.DataFrame, tolerance_m: float) -> Iterator[Reason]:
    moved = changes["gained_m2"] + changes["lost_m2"]
    if (moved > NOTABLE_M2).any():
        yield Reason(
            "repair.coverage",
            "{count} of {total} areas: borders drawn twice became one and narrow gaps were closed, nowhere "
            "by more than {tolerance_m} m; {gained_m2} m² gained, {lost_m2} m² lost",
            {
                "count": int((moved > NOTABLE_M2).sum()),
                "total": len(changes),
                "tolerance_m": tolerance_m,
                "gained_m2": round(changes["gained_m2"].sum()),
                "lost_m2": round(changes["lost_m2"].sum()),
            },
        )


def _told(
    names: list[str], order: NDArray[np.intp], claimed: Claims, kept: NDArray[np.bool_]
) -> Iterator[Reason]:
    """Tell what is drawn twice and what was cut out; claims are of the rows in another order."""
    for row in np.flatnonzero(claimed.twin_of != np.arange(len(names))):
        yield Reason(
            "doubt.same",
            "{first} and {second} are drawn on the same ground: say which of them it is",
            {"first": names[order[claimed.twin_of[row]]], "second": names[order[row]]},
        )
    for (small, large), cut_m2 in zip(order[claimed.inside], claimed.inside_m2, strict=True):
        if not kept[large]:
            yield Reason(
                "repair.inside",
                "{small} lies inside {large} and was cut out of it: {area_m2} m²",
                {"small": names[small], "large": names[large], "area_m2": round(cut_m2)},
            )


def _changed(names: list[str], changes: pd.DataFrame) -> Iterator[Reason]:
    """Tell what keeps its outline, and who changed much."""
    for name, change in zip(names, changes.to_dict("records"), strict=True):
        if change["kept"]:
            yield Reason(
                "doubt.kept",
                "{name} keeps its drawn outline: cleaning would take too much of it or move its border "
                "too far",
                {"name": name},
            )
        elif max(change["gained_m2"], change["lost_m2"]) > _NOTABLE_SHARE * change["before_m2"]:
            yield Reason(
                "repair.border",
                "the border of {name} was cleaned: {gained_m2} m² gained and {lost_m2} m² lost "
                "of {before_m2} m²",
                {
                    "name": name,
                    **{what: round(change[what]) for what in ("gained_m2", "lost_m2", "before_m2")},
                },
            )
