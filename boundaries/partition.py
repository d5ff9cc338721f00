"""Village areas where nobody has drawn them: each town is shared out among the places of its villages.

Every spot of a town goes to the nearest village or community of the same town (Voronoi cells in metres,
clipped to the town). That is right for about three quarters of the ground, so what is made here is always
marked derived. A separate part of a town without any place is shared out to nobody: guessing there would send
cadres across a river or another town.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.cells import CellIndex
from boundaries.coordinates import Projection
from boundaries.divisions import Divisions, Level
from boundaries.nearest_cells import nearest_cells
from boundaries.polygons import with_kinds
from boundaries.reasons import Reason, listed
from boundaries.repairs import areas_m2
from boundaries.unit_codes import folded_core, with_local_codes, with_register_codes
from boundaries.village_points import VillagePoint
from boundaries.walked_cells import Reach, walked_cells

_COLUMNS = ["code", "name", "core_name", "kind", "level", "town_code", "town_name", "derived"]
_SAME_SPOT_M = 1.0
SHARE_OF_NEAREST = 0.7
"""Which share of a village's places lies nearest to its seat: measured on real villages, see `learning`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The towns, and the pieces of them that hang together."""

    towns: gpd.GeoDataFrame
    grid: Projection
    pieces: NDArray[Any]
    town_of: NDArray[np.intp]
    """Row of the town each piece belongs to."""


def village_areas(
    towns: gpd.GeoDataFrame,
    places: Sequence[VillagePoint],
    *,
    register: Divisions | None = None,
    taken: Iterable[str] = (),
    reach: Reach | None = None,
) -> tuple[gpd.GeoDataFrame, list[Reason]]:
    """Derive the areas of villages from their places and the areas of their towns.

    Parameters
    ----------
    towns
        One row per town, EPSG:4326, with ``code`` and ``name`` as columns, as `read_areas` returns them;
        geometries valid.
    places
        The villages' places; several of one name in one town are one village. Local codes are numbered in
        this order.
    register
        The county's units, for places without a code.
    taken
        Codes given away already, so that no local code is made twice.
    reach
        How far it is to walk from the villages' places; ground then goes to the village from which it is
        reached soonest, so that a river or a railway parts villages. None: nearest as the crow flies.

    Returns
    -------
    tuple
        A table like that of `read_areas`, in the order of the codes, always ``derived``, with the village's
        place as ``office_lon`` and ``office_lat`` and its ``certainty``; and what was left out or is
        doubtful. Towns without a place have no row; without any place the table is empty.
    """
    ground = _ground(towns)
    reasons: list[Reason] = []
    points = _located(ground, places, reasons)
    points = _in_own_town(points, register, reasons)
    points = _chosen(points, register, reasons)
    points = _on_own_spot(ground, points, reasons)
    points = points if register is None else with_register_codes(points, register)
    reasons += _bare(ground, points)
    units = _shared_out(points, _cells(ground, points, reach), frozenset(taken), reasons)
    if len(units):
        reasons.append(
            Reason(
                "partition.derived",
                "the areas of {count} villages were computed from their places: they are no official borders",
                {"count": len(units)},
            )
        )
    return units, reasons


def _ground(towns: gpd.GeoDataFrame) -> _Ground:
    grid = Projection.for_points(np.reshape(towns.total_bounds, (2, 2)) if len(towns) else np.zeros((1, 2)))
    pieces, town_of = shapely.get_parts(towns.geometry.to_numpy(), return_index=True)
    return _Ground(towns, grid, pieces, town_of)


def _located(ground: _Ground, places: Sequence[VillagePoint], reasons: list[Reason]) -> gpd.GeoDataFrame:
    """Find the piece of a town in which each place lies, and leave out what lies in none."""
    degrees = np.array([place.point for place in places], dtype=np.float64).reshape(-1, 2)
    piece = CellIndex.of(ground.pieces).rows(degrees)
    held = piece >= 0
    if not held.all():
        names = [place.name for place, inside in zip(places, held, strict=True) if not inside]
        reasons.append(
            Reason(
                "partition.outside",
                "{count} places of villages lie outside every town and were left out: {names}",
                {"count": len(names), "names": listed(names)},
            )
        )
    kept = [place for place, inside in zip(places, held, strict=True) if inside]
    town = ground.towns.iloc[ground.town_of[piece[held]]]
    columns = {
        "code": [place.code for place in kept],
        "name": [place.name for place in kept],
        "firm": np.array([place.is_firm for place in kept], dtype=bool),
        "level": [Level.VILLAGE.value] * len(kept),
        "town_code": town["code"].to_numpy(),
        "town_name": town["name"].to_numpy(),
        "piece": piece[held],
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.points(degrees[held]), crs="EPSG:4326")


def _in_own_town(
    points: gpd.GeoDataFrame, register: Divisions | None, reasons: list[Reason]
) -> gpd.GeoDataFrame:
    """Leave out places whose code belongs to another town than the one they lie in."""
    known = register or Divisions()
    theirs = [known[code].town_code if code in known else code[:9] for code in points["code"]]
    pairs = zip(theirs, points["town_code"], strict=True)
    # a town without an official code cannot contradict
    strayed = np.array(
        [bool(their) and town.isdigit() and their != town for their, town in pairs], dtype=bool
    )
    reasons += [
        Reason(
            "partition.strayed",
            "the place of {name} lies in {town}, but its code {code} is another town's: it was left out",
            {"name": row.name, "town": row.town_name, "code": row.code},
        )
        for row in points[strayed].itertuples(index=False)
    ]
    return points[~strayed]


def _chosen(points: gpd.GeoDataFrame, register: Divisions | None, reasons: list[Reason]) -> gpd.GeoDataFrame:
    """Keep villages and communities; hamlets only where the register knows them or a town has no other."""
    units = register.villages() if register is not None else []
    known = {(unit.town_code, folded_core(unit.name)) for unit in units}
    pairs = zip(points["town_code"], points["name"], strict=True)
    listed = np.array([(town, folded_core(name)) in known for town, name in pairs], dtype=bool)
    firm = points["firm"].to_numpy(dtype=bool) | listed
    alone = ~points["town_code"].isin(set(points["town_code"][firm])).to_numpy(dtype=bool)
    for town, hamlets in points[alone].groupby("town_name", sort=False):
        reasons.append(
            Reason(
                "partition.hamlets",
                "the map knows no village of {town}: its {count} hamlets stand in for villages",
                {"town": town, "count": len(hamlets)},
            )
        )
    return points[firm | alone]


def _on_own_spot(ground: _Ground, points: gpd.GeoDataFrame, reasons: list[Reason]) -> gpd.GeoDataFrame:
    """Leave out places on the spot of an earlier one: no line parts them."""
    spots = shapely.transform(points.geometry.to_numpy(), ground.grid.to_metres)
    pairs = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=_SAME_SPOT_M)
    dropped: set[int] = set()
    for later, earlier in sorted(zip(*pairs.tolist(), strict=True)):
        if earlier < later and not dropped & {earlier, later}:
            dropped.add(later)
            first, second = points["name"].iloc[earlier], points["name"].iloc[later]
            if folded_core(first) != folded_core(second):
                reasons.append(
                    Reason(
                        "partition.spot",
                        "{first} and {second} stand on one spot, so only {first} has an area",
                        {"first": first, "second": second},
                    )
                )
    return points[~np.isin(np.arange(len(points)), list(dropped))]


def _bare(ground: _Ground, points: gpd.GeoDataFrame) -> list[Reason]:
    """Name the towns, and the separate parts of towns, in which no village has its place."""
    served = set(points["town_code"])
    bare = [
        name
        for code, name in zip(ground.towns["code"], ground.towns["name"], strict=True)
        if code not in served
    ]
    reasons = []
    if bare:
        reasons.append(
            Reason(
                "partition.bare",
                "{count} towns have no place of a village and stay without villages: {names}",
                {"count": len(bare), "names": listed(bare)},
            )
        )
    empty = np.setdiff1d(np.arange(len(ground.pieces)), points["piece"])
    for row in np.unique(ground.town_of[empty]):
        town = ground.towns.iloc[row]
        lost = empty[ground.town_of[empty] == row]
        if town["code"] in served:
            reasons.append(
                Reason(
                    "partition.part",
                    "{parts} separate parts of {town}, {area_m2} m² in all, have no place of a village "
                    "and stay without one",
                    {
                        "parts": len(lost),
                        "town": town["name"],
                        "area_m2": round(float(areas_m2(ground.pieces[lost], ground.grid).sum())),
                    },
                )
            )
    return reasons


def _shared_out(
    points: gpd.GeoDataFrame, cells: NDArray[Any], taken: frozenset[str], reasons: list[Reason]
) -> gpd.GeoDataFrame:
    """Return one row per village: its cells in all pieces of its town, put together."""
    of_unit: dict[tuple[str, str], list[int]] = {}
    for row, (code, name, town) in enumerate(
        zip(points["code"], points["name"], points["town_code"], strict=True)
    ):
        of_unit.setdefault((town, code or name), []).append(row)
    reasons += [
        Reason(
            "partition.repeated",
            "{name} stands in {count} places of {town}; they count as one village",
            {"name": name, "count": len(rows), "town": points["town_name"].iloc[rows[0]]},
        )
        for rows in of_unit.values()
        for name in points["name"].iloc[rows[:1]]
        if len(rows) > 1
    ]
    first = points.iloc[[rows[0] for rows in of_unit.values()]]
    offices = shapely.get_coordinates(first.geometry.to_numpy())
    shapes = [shapely.union_all(cells[rows]) for rows in of_unit.values()]
    units = with_local_codes(first, taken=taken).assign(derived=True)
    columns = with_kinds(units)[_COLUMNS].assign(
        office_lon=offices[:, 0], office_lat=offices[:, 1], certainty=SHARE_OF_NEAREST
    )
    made = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    return made.sort_values("code", kind="stable", ignore_index=True)


def _cells(ground: _Ground, points: gpd.GeoDataFrame, reach: Reach | None) -> NDArray[Any]:
    """Return for each place the part of its piece that is nearer to it than to any other place there."""
    degrees = shapely.get_coordinates(points.geometry.to_numpy())
    cells = np.empty(len(points), dtype=object)
    for number in np.unique(points["piece"]):
        rows = np.flatnonzero(points["piece"] == number)
        piece = ground.pieces[number]
        if reach is None or len(rows) == 1:
            cells[rows] = nearest_cells(piece, ground.grid.to_metres(degrees[rows]), ground.grid)
        else:
            cells[rows] = walked_cells(piece, degrees[rows], ground.grid, reach)
    return cells
