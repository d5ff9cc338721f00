"""What is wrong with a layer of areas, each thing with its place and size: for whoever can mend the file.

Nothing is changed here. `boundaries.coverage` mends what a machine may mend; the rest needs whoever drew it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from boundaries.columns import AreaColumns
from boundaries.coordinates import Datum
from boundaries.divisions import Level
from boundaries.errors import NoAreasError
from boundaries.polygons import read_rows
from boundaries.problems import (
    FlatGround,
    Problem,
    ProblemKind,
    between,
    beyond_town,
    broken_rings,
    copies,
    nameless,
    turned_rings,
)
from boundaries.reasons import Reason
from boundaries.repairs import RepairReport, united, with_valid_shapes, without_counties, without_unnamed


@dataclass(frozen=True, slots=True, eq=False)
class TopologyReport:
    """Everything that is wrong with a layer of areas."""

    areas: gpd.GeoDataFrame
    """The areas that have a name, EPSG:4326, valid, with ``name``, ``town_name`` and ``level``."""
    problems: gpd.GeoDataFrame
    """EPSG:4326, the worst kind first and the largest of a kind first: ``kind``, ``names`` (a tuple),
    ``area_m2``, ``width_m`` (NaN where there is none), ``reason``, geometry of any type."""
    notes: tuple[Reason, ...]
    """What was left aside: rows without an area, the outline of a whole county."""

    @property
    def counts(self) -> Mapping[ProblemKind, int]:
        """How many problems of each kind there are, in the order of the kinds."""
        found = self.problems["kind"].tolist()
        return {kind: found.count(kind) for kind in ProblemKind if kind in found}

    def narrower_than(self, width_m: float) -> int:
        """Count the overlaps, gaps and slivers of named areas up to a width: what cleaning resolves."""
        problems = self.problems
        closable = problems["kind"].isin([ProblemKind.OVERLAP, ProblemKind.GAP, ProblemKind.SLIVER])
        closable &= problems["names"].astype(bool)
        return int((closable & (problems["width_m"] <= width_m)).sum())

    def rows(self) -> list[dict[str, object]]:
        """Return the problems as plain rows for a table: kind, names, size, place, rule and sentence.

        ``width_m`` is None where there is none; ``lon`` and ``lat`` lie on what is wrong, WGS 84.
        """
        places = shapely.get_coordinates(shapely.point_on_surface(self.problems.geometry.to_numpy()))
        return [
            {
                "kind": str(row.kind),
                "names": "、".join(row.names),
                "area_m2": round(float(row.area_m2), 1),
                "width_m": None if np.isnan(row.width_m) else round(float(row.width_m), 1),
                "lon": round(float(lon), 6),
                "lat": round(float(lat), 6),
                "rule": row.reason.rule,
                "sentence": row.reason.text(),
            }
            for row, (lon, lat) in zip(self.problems.itertuples(index=False), places, strict=True)
        ]


def check_areas(
    path: Path, *, datum: Datum | None, columns: AreaColumns | None = None, anywhere: bool = False
) -> TopologyReport:
    """Look for everything that is wrong with the areas of a map file.

    Parameters
    ----------
    path, datum, columns, anywhere
        As in `read_areas`.

    Raises
    ------
    BoundaryError
        When the file cannot be read at all; what `read_areas` raises.
    """
    report = RepairReport()
    return topology(read_rows(path, datum, columns or AreaColumns(), report, anywhere=anywhere), report)


def topology(drawn: gpd.GeoDataFrame, report: RepairReport) -> TopologyReport:
    """Look for everything that is wrong with areas as they were drawn; see `read_rows` for the columns."""
    ground = FlatGround.under(drawn)
    found = [*broken_rings(drawn, ground), *turned_rings(drawn, ground)]
    # repairs are only made to see what lies beneath; here their reports would say everything twice
    aside = RepairReport()
    frame = with_valid_shapes(drawn, ground.grid, aside)
    found += nameless(frame, ground)
    frame = without_counties(without_unnamed(frame, ground.grid, aside), report)
    if not len(frame):
        raise NoAreasError("none of the areas is a town or a village with a name")
    found += copies(frame, ground)
    frame = united(frame, aside)
    for level in Level:
        found += between(frame[(frame["level"] == level).to_numpy(dtype=bool)], ground)
    found += beyond_town(frame, ground)
    areas = frame[["name", "town_name", "level", "geometry"]]
    return TopologyReport(areas, _table(found, ground), tuple(report.rows))


def _table(found: Iterable[Problem], ground: FlatGround) -> gpd.GeoDataFrame:
    order = list(ProblemKind)
    ranked = sorted(found, key=lambda problem: (order.index(problem.kind), -problem.area_m2))
    shapes = np.array([problem.shape for problem in ranked], dtype=object)
    columns = {
        name: [getattr(problem, name) for problem in ranked]
        for name in ("kind", "names", "area_m2", "width_m", "reason")
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.transform(shapes, ground.degrees), crs="EPSG:4326")
