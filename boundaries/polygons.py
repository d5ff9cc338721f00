"""Area files in, valid polygons with names and codes out; what had to be repaired is said.

Real village layers are dirty: rings cross themselves, slivers have no name, a village is drawn twice,
neighbours overlap. Nothing leaves here invalid or without a code. Overlaps and gaps between neighbours are
measured and reported; they are resolved only as far as the caller says, see `boundaries.coverage`.
"""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.columns import (
    LOCAL_CODE,
    LOCAL_TOWN_CODE,
    TOWN_CODE,
    VILLAGE_CODE,
    AreaColumns,
    FoundColumns,
    find_columns,
    plain,
)
from boundaries.coordinates import (
    Datum,
    Points,
    Projection,
    check_plausible,
    declared_to_wgs84,
    strays_from_meridian,
)
from boundaries.coverage import with_clean_levels
from boundaries.divisions import TOWN_KINDS, Divisions, Level, division, parse_unit_name
from boundaries.errors import BadCoordinateError, BoundaryError, NoAreasError, SwappedAxesError
from boundaries.knots import check_outlines
from boundaries.layer_choice import aside, lost_codes, read_together
from boundaries.layer_texts import check_names
from boundaries.mistaken_systems import holds_degrees, mistake
from boundaries.positions import agreed_datum, stated_datum
from boundaries.reasons import Reason
from boundaries.repairs import (
    RepairReport,
    areas_m2,
    report_doubts,
    report_undrawn,
    united,
    with_one_name_per_code,
    with_valid_shapes,
    without_counties,
    without_unnamed,
)
from boundaries.unit_codes import with_local_codes, with_register_codes, with_town_codes, with_towns_around
from boundaries.validity import newest
from boundaries.vector_files import Layer, read_layers

_COLUMNS = ["code", "name", "core_name", "kind", "level", "town_code", "town_name", "derived", "geometry"]
_FALSE = frozenset({"", "0", "false", "no", "否"})


def read_areas(
    path: Path,
    *,
    datum: Datum | None,
    columns: AreaColumns | None = None,
    register: Divisions | None = None,
    anywhere: bool = False,
) -> tuple[gpd.GeoDataFrame, RepairReport]:
    """Read the areas of towns, villages or both from a map file.

    Parameters
    ----------
    path
        Any format `boundaries.vector_files` reads.
    datum
        The datum of the coordinates when the caller knows it; it overrides what the file declares. None: as
        the file declares (GeoJSON without a word is WGS 84, RFC 7946).
    columns
        Which columns hold code, name and town; by default found by their values.
    register
        The county's units, for areas that have a name but no official code.
    anywhere
        Also accept areas outside China.

    Returns
    -------
    tuple
        A table in WGS 84 with ``code, name, core_name, kind, level, town_code, town_name, derived,
        geometry``, one valid (multi)polygon per unit, in the order of the codes; and what was repaired.
        Units without an official code have local ones, such as ``360681X05``.

    Raises
    ------
    BoundaryError
        One of its leaves (no map, no areas, no columns, no datum, swapped axes, outside China), with what
        to do.
    """
    frame, report = read_drawn(path, datum=datum, columns=columns, anywhere=anywhere)
    return coded(frame, register, report), report


def read_drawn(
    path: Path, *, datum: Datum | None, columns: AreaColumns | None = None, anywhere: bool = False
) -> tuple[gpd.GeoDataFrame, RepairReport]:
    """Read the polygons of a map file with names and codes as they stand there; see `read_areas`."""
    report = RepairReport()
    frame = read_rows(path, datum, columns or AreaColumns(), report, anywhere=anywhere)
    grid = _grid(frame)
    report.area_before_m2 = float(areas_m2(frame.geometry.to_numpy(), grid).sum())
    frame = with_valid_shapes(frame, grid, report)
    frame = without_counties(without_unnamed(frame, grid, report), report)
    if not len(frame):
        raise NoAreasError("no area of {path} is a town or a village with a name", path=path.name)
    return frame, report


def coded(
    drawn: gpd.GeoDataFrame,
    register: Divisions | None,
    report: RepairReport,
    *,
    clean_m: float | None = None,
) -> gpd.GeoDataFrame:
    """Turn drawn polygons into one row per unit with its code; see `read_areas` for the columns."""
    frame = with_towns_around(drawn)
    frame = frame if register is None else with_register_codes(frame, register)
    frame = _with_names_of_codes(frame, register, report)
    frame = with_local_codes(united(with_one_name_per_code(frame, report), report), taken=register or ())
    frame = with_town_codes(frame, register).sort_values("code", kind="stable", ignore_index=True)
    frame = with_clean_levels(frame, clean_m, report) if clean_m else frame
    grid = _grid(frame)
    report_doubts(frame, grid, report)
    report.area_after_m2 = float(areas_m2(frame.geometry.to_numpy(), grid).sum())
    return with_kinds(frame)[_COLUMNS]


def _with_names_of_codes(
    frame: gpd.GeoDataFrame, register: Divisions | None, report: RepairReport
) -> gpd.GeoDataFrame:
    """Give areas that came with a code only the name that the register has for it."""
    bare = [bool(code) and name == code for code, name in zip(frame["code"], frame["name"], strict=True)]
    if not any(bare):
        return frame
    units = [
        register.get(code) if register and is_bare else None
        for code, is_bare in zip(frame["code"], bare, strict=True)
    ]
    report.rows.append(
        Reason(
            "repair.names",
            "{count} areas have a code but no name; the list of units names {named} of them",
            {"count": sum(bare), "named": sum(unit is not None for unit in units)},
        )
    )
    return frame.assign(
        name=[unit.name if unit else name for unit, name in zip(units, frame["name"], strict=True)]
    )


def with_kinds(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add core names and kinds, as code and name tell them."""
    units = [
        division(row.code, row.name, level=Level(row.level), town_code=row.town_code, town_name=row.town_name)
        for row in frame.itertuples(index=False)
    ]
    return frame.assign(
        core_name=[unit.core_name for unit in units], kind=[unit.kind.value for unit in units]
    )


def _grid(frame: gpd.GeoDataFrame) -> Projection:
    return Projection.for_points(np.reshape(frame.total_bounds, (2, 2)))


def read_rows(
    path: Path, datum: Datum | None, columns: AreaColumns, report: RepairReport, *, anywhere: bool
) -> gpd.GeoDataFrame:
    """Return the polygons of all layers with raw names and codes, in WGS 84."""
    frames, problems = dict[str, gpd.GeoDataFrame](), list[BoundaryError]()
    for layer in read_layers(path):
        areal = _is_areal(layer.frame)
        if not areal.any():
            continue
        report.rows += [note for note in layer.notes if note not in report.rows]
        drawn = newest(layer.frame[areal])
        try:
            table = pd.DataFrame(drawn.drop(columns=drawn.geometry.name))
            found = find_columns(table, columns, where=path.name, codes_suffice=True)
        except BoundaryError as problem:
            problems.append(problem)
            report.rows.append(aside(layer.name, problem))
            continue
        known = agreed_datum(stated_datum(drawn), datum, where=path.name)
        rows = _rows(table, found)
        check_names(rows["name"], where=path.name)
        check_outlines(drawn.geometry.to_numpy(), rows["name"], where=path.name)
        shapes = in_degrees(layer, drawn, known, path.name, anywhere=anywhere)
        # a zip may hold several files with a layer of one name
        name = layer.name if layer.name not in frames else f"{layer.name} {len(frames) + 1}"
        frames[name] = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")
        report.rows += lost_codes(table, found)
        report_undrawn([plain(name) for name in layer.frame[found.name][~areal]], report)
    if not frames and problems:
        raise problems[0]
    if not frames:
        raise NoAreasError(
            "{path} holds no polygons: towns and villages must be drawn as areas", path=path.name
        )
    report.rows += read_together(frames, where=path.name)
    return gpd.GeoDataFrame(pd.concat(frames.values(), ignore_index=True), crs="EPSG:4326")


def _is_areal(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Say which rows hold a polygon: Polygon 3, MultiPolygon 6, GeometryCollection 7."""
    shapes = frame.geometry.to_numpy()
    found: NDArray[np.bool_] = np.isin(shapely.get_type_id(shapes), (3, 6, 7)) & ~shapely.is_empty(shapes)
    return found


def in_degrees(
    layer: Layer, drawn: gpd.GeoDataFrame, datum: Datum | None, where: str, *, anywhere: bool
) -> NDArray[Any]:
    """Convert shapes to WGS 84 and refuse what cannot be right."""
    shapes = shapely.force_2d(drawn.geometry.to_numpy())
    crs = layer.crs
    if crs and datum and holds_degrees(shapely.get_coordinates(shapes), crs):
        crs = None  # whoever gives the datum of degrees knows better than a file that declares metres

    def convert(points: Points) -> Points:
        return declared_to_wgs84(points, crs=crs, datum=datum, where=where)

    converted: NDArray[Any] = shapely.transform(shapes, convert)
    if anywhere:
        return converted
    places = shapely.get_coordinates(converted)
    turned = convert(shapely.get_coordinates(shapes)[:, ::-1])
    if crs and strays_from_meridian(places, crs) and not strays_from_meridian(turned, crs):
        raise SwappedAxesError(
            "{path} has its axes exchanged, northing before easting: "
            "export it with easting (longitude) first",
            path=where,
        )
    try:
        check_plausible(places, where=where)
    except SwappedAxesError:
        raise
    except BadCoordinateError as problem:
        likely = mistake(shapely.get_coordinates(shapes), crs, where=where)
        raise (likely or problem) from problem
    return converted


def _rows(table: pd.DataFrame, found: FoundColumns) -> dict[str, list[Any]]:
    """Return code, name, level and town of each row as the file gives them."""

    def cells(column: Hashable | None) -> list[str]:
        return [plain(value) for value in table[column]] if column is not None else [""] * len(table)

    names, codes = cells(found.name), cells(found.code)
    town_names, town_codes = cells(found.town_name), cells(found.town_code)
    derived = [value.lower() not in _FALSE for value in cells("derived" if "derived" in table else None)]
    levels = [_level(*row) for row in zip(codes, names, town_names, strict=True)]
    town_codes = [
        town or (code[:9] if VILLAGE_CODE.fullmatch(code) else "")
        for town, code in zip(town_codes, codes, strict=True)
    ]
    return {
        "code": codes,
        "name": names,
        "level": levels,
        "town_code": town_codes,
        "town_name": town_names,
        "derived": derived,
    }


def _level(code: str, name: str, town_name: str) -> Level:
    """Tell a town from a village: by its code, else by its name, unless another town is named beside it."""
    if TOWN_CODE.fullmatch(code) or LOCAL_TOWN_CODE.fullmatch(code):
        return Level.TOWN
    if VILLAGE_CODE.fullmatch(code) or LOCAL_CODE.fullmatch(code):
        return Level.VILLAGE
    is_town = parse_unit_name(name)[1] in TOWN_KINDS and town_name in {"", name}
    return Level.TOWN if is_town else Level.VILLAGE
