"""Everything about the ground of a workspace, from the files a county has: the deep verb behind ``init``.

A county may have its villages drawn, or only its towns; a list of its villages' places, or only what is on
the map; its own register, or none. Each case ends in the same three things: areas, the register, and a report
of what was repaired, computed or doubtful.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.areas import Areas
from boundaries.cells import CellIndex
from boundaries.columns import AreaColumns
from boundaries.coordinates import Datum
from boundaries.datum_check import check_datum
from boundaries.divisions import Divisions, Level
from boundaries.errors import BadRegisterError, NoAreasError, NoStreetsError
from boundaries.openstreetmap import OsmExtract
from boundaries.partition import village_areas
from boundaries.polygons import coded, read_drawn
from boundaries.reasons import Reason
from boundaries.register import lufeng_divisions, read_divisions
from boundaries.unit_codes import folded_core
from boundaries.village_points import VillagePoint, points_of_map, read_points
from boundaries.walked_cells import Reach

_LUFENG = "441581"
# Lufeng's land and islands, generous (west, south, east, north)
_LUFENG_BOX = (115.3, 22.6, 116.3, 23.3)


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """The ground of a workspace."""

    areas: Areas
    """Towns and villages on the map."""
    divisions: Divisions
    """The register, and the units only the map knows, under local codes."""
    report: tuple[Reason, ...]
    """What was repaired, computed or left out, and what is doubtful."""


def read_county(  # noqa: PLR0913 - every file a county may have, each optional one by name
    areas: Path,
    *,
    extract: OsmExtract,
    datum: Datum | None = None,
    columns: AreaColumns | None = None,
    points: Path | None = None,
    points_datum: Datum | None = None,
    units: Sequence[Path] = (),
    reach: Reach | None = None,
    clean_m: float | None = None,
) -> County:
    """Read the areas and the register of a county.

    Parameters
    ----------
    areas
        A map file with the polygons of villages, of towns, or of both; see `read_areas`.
    extract
        The county's OpenStreetMap file. Its villages and communities give the areas of villages when neither
        ``areas`` nor ``points`` does.
    datum
        The datum of ``areas``; None: as the file declares.
    columns
        Which columns of ``areas`` hold code, name and town; by default found by their values.
    points
        A map file with the place of each village, for towns whose villages are not drawn.
    points_datum
        The datum of ``points``; None: as the file declares.
    units
        The register, one or more CSV files; see `read_divisions`. Without it Lufeng's is used when the areas
        are Lufeng's, else the map alone counts.
    reach
        How far it is to walk, for villages that are derived; see `village_areas`.
    clean_m
        Up to which width overlaps and gaps between areas are resolved, metres; None: not at all.

    Raises
    ------
    NoStreetsError
        When the OpenStreetMap file has no street, or none where the areas are.
    NoAreasError
        When there are neither villages nor places of villages.
    BadRegisterError
        When the register is of another county.
    BoundaryError
        What `read_areas` and `read_divisions` raise.
    """
    if not extract.streets:
        raise NoStreetsError(
            "{path} holds no streets: give an OpenStreetMap extract of the whole county", path=extract.source
        )
    drawn, repairs = read_drawn(areas, datum=datum, columns=columns)
    _check_streets(extract, drawn, areas)
    register = read_divisions(units) if units else _shipped(drawn)
    frame = coded(drawn, register, repairs, clean_m=clean_m)
    if units and not _known(frame, register):
        raise BadRegisterError(
            "no town or village of {areas} stands in the list of units {units}: are they of one county?",
            areas=areas.name,
            units=", ".join(path.name for path in units),
        )
    places = read_points(points, datum=points_datum) if points else points_of_map(extract)
    villages, towns = _of_level(frame, Level.VILLAGE), _of_level(frame, Level.TOWN)
    if points:
        villages = _with_offices(villages, places)
    derived, reasons = _derived(villages, towns, places, register, reach)
    villages = gpd.GeoDataFrame(pd.concat([villages, derived], ignore_index=True), crs="EPSG:4326")
    if not len(villages):
        raise NoAreasError(
            "{areas} holds towns but no villages, and no place of a village is known inside them: "
            "give a file with the areas of the villages, or a file with one point for each village",
            areas=areas.name,
        )
    found = Areas.from_frames(villages, towns)
    divisions = found.divisions.merged(register)
    doubts = (*_doubtful_datum(found, points_of_map(extract)), *_doubtful_names(frame, register))
    report = (*repairs.rows, *reasons, *doubts, *_without_area(found, register))
    return County(found, divisions, report)


def _check_streets(extract: OsmExtract, drawn: gpd.GeoDataFrame, areas: Path) -> None:
    """Refuse a street map of another place."""
    west, south, east, north = drawn.total_bounds
    lon, lat = np.vstack([street.points for street in extract.streets]).T
    if not ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).any():
        raise NoStreetsError(
            "no street of {path} lies where the areas of {areas} are: the files are of different places, "
            "or the areas have another datum than they say",
            path=extract.source,
            areas=areas.name,
        )


def _shipped(drawn: gpd.GeoDataFrame) -> Divisions:
    """Return the register that comes with this package when the areas are Lufeng's, else an empty one."""
    counties = Counter(code[:6] for code in (*drawn["code"], *drawn["town_code"]) if code[:6].isdigit())
    if counties:
        return lufeng_divisions() if counties.most_common(1)[0][0] == _LUFENG else Divisions()
    lufeng = lufeng_divisions()
    towns = {town.name for town in lufeng.towns()}
    named = set(drawn["name"][drawn["level"] == Level.TOWN]) | set(drawn["town_name"]) - {""}
    west, south, east, north = _LUFENG_BOX
    bounds = drawn.total_bounds
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    is_there = west <= lon <= east and south <= lat <= north
    return lufeng if is_there and 2 * len(named & towns) > len(named) else Divisions()


def _known(frame: gpd.GeoDataFrame, register: Divisions) -> bool:
    """Say whether the map and the register have a unit in common."""
    return any(code in register for code in (*frame["code"], *frame["town_code"]))


def _of_level(frame: gpd.GeoDataFrame, level: Level) -> gpd.GeoDataFrame:
    return frame[frame["level"] == level].reset_index(drop=True)


def _derived(
    villages: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame,
    places: Sequence[VillagePoint],
    register: Divisions,
    reach: Reach | None,
) -> tuple[gpd.GeoDataFrame, list[Reason]]:
    """Derive villages for the towns in which none is drawn."""
    bare = towns[~towns["code"].isin(set(villages["town_code"]))].reset_index(drop=True)
    if not len(bare):
        return bare, []
    if len(villages):
        spots = np.array([place.point for place in places], dtype=np.float64).reshape(-1, 2)
        free = CellIndex.of(villages.geometry.to_numpy()).rows(spots) < 0
        places = [place for place, is_free in zip(places, free, strict=True) if is_free]
    return village_areas(bare, places, register=register, taken=villages["code"], reach=reach)


def _with_offices(villages: gpd.GeoDataFrame, places: Sequence[VillagePoint]) -> gpd.GeoDataFrame:
    """Give drawn villages the place the county's own list has for them, where it lies inside."""
    spots = np.array([place.point for place in places], dtype=np.float64).reshape(-1, 2)
    rows = CellIndex.of(villages.geometry.to_numpy()).rows(spots)
    offices = np.full((len(villages), 2), np.nan)
    for place, row in zip(places, rows, strict=True):
        if row >= 0 and np.isnan(offices[row, 0]):
            name, code = villages["name"].iloc[row], villages["code"].iloc[row]
            if place.code == code or folded_core(place.name) == folded_core(name):
                offices[row] = place.point
    return villages.assign(office_lon=offices[:, 0], office_lat=offices[:, 1])


def _doubtful_datum(areas: Areas, places: Sequence[VillagePoint]) -> Iterator[Reason]:
    """Tell when the drawn areas lie where another datum would put them, against the map's villages."""
    drawn = areas.villages[~areas.villages["derived"]]
    rows: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(drawn["name"]):
        rows[folded_core(name)].append(row)
    shapes = drawn.geometry.to_numpy()
    grounds = {name: shapely.union_all(shapes[of_name]) for name, of_name in rows.items()}
    spots = np.array([place.point for place in places], dtype=np.float64).reshape(-1, 2)
    homes = [grounds.get(folded_core(place.name)) for place in places]
    verdict = check_datum(spots, homes, areas.projection)
    if verdict.shift is not None:
        # it is the areas that are doubted: what brings the places to them is the areas' own shift, undone
        yield Reason(
            "doubt.datum",
            "{better} places of the map would lie in the village of their name if the areas were in {datum}, "
            "only {now} do as they stand: check the datum of the areas",
            {
                "better": verdict.at_home_shifted,
                "datum": verdict.shift.taken.value,
                "now": verdict.at_home,
            },
        )


def _doubtful_names(frame: gpd.GeoDataFrame, register: Divisions) -> Iterator[Reason]:
    """Tell where map and register give one code to different names."""
    for code, name in zip(frame["code"], frame["name"], strict=True):
        unit = register.get(code)
        if unit is not None and folded_core(unit.name) != folded_core(name):
            yield Reason(
                "doubt.name",
                "the code {code} is {name} on the map, {listed} in the list of units: check which is right",
                {"code": code, "name": name, "listed": unit.name},
            )


def _without_area(areas: Areas, register: Divisions) -> Iterator[Reason]:
    """Count the units of the register that are not on the map."""
    missing = [unit for code, unit in register.items() if areas.get(code) is None]
    if missing:
        yield Reason(
            "register.no_area",
            "{count} of {total} units of the list have no area on the map",
            {"count": len(missing), "total": len(register)},
        )
