"""Where villages and communities stand, as points with names: from a file of the county, or off the map.

What is no village is left out: cities, towns and offices. Hamlets and estates are kept apart as weaker
evidence, for no committee belongs to them.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from boundaries.columns import VILLAGE_CODE, AreaColumns, find_columns, plain
from boundaries.coordinates import Datum, LonLat
from boundaries.divisions import TOWN_KINDS, UnitKind, parse_unit_name
from boundaries.errors import NoAreasError
from boundaries.openstreetmap import OsmExtract
from boundaries.polygons import in_degrees
from boundaries.vector_files import Layer, read_layers

# OpenStreetMap's place=*: what is a village or a community in China, and what may be one
_FIRM = frozenset({"village", "quarter"})
_WEAK = frozenset({"suburb", "neighbourhood", "hamlet", "isolated_dwelling"})
_LARGER = re.compile(r"..[省市县]$")
_OFFICE = re.compile(r"(人民政府|办事处|派出所|委员会办公室)$")
_COMMITTEES = frozenset({UnitKind.COMMUNITY, UnitKind.VIRTUAL})
_POINT_TYPES = (0, 4)  # Point, MultiPoint


@dataclass(frozen=True, slots=True)
class VillagePoint:
    """The place of one village or community."""

    name: str
    point: LonLat
    code: str = ""
    """12 digits, empty when unknown."""
    is_firm: bool = True
    """False for a hamlet or an estate: a unit of its own only where the register says so or nothing else is
    known."""


def points_of_map(extract: OsmExtract) -> list[VillagePoint]:
    """Return the villages and communities among the places of an OpenStreetMap file, in its order."""
    found = []
    for feature in extract.named:
        place = feature.tags.get("place", "")
        if place in _FIRM | _WEAK and not _is_no_village(feature.name):
            found.append(VillagePoint(feature.name, feature.point, is_firm=_is_firm(place, feature.name)))
    return found


def read_points(path: Path, *, datum: Datum | None, columns: AreaColumns | None = None) -> list[VillagePoint]:
    """Read the places of villages from a map file of points, in the order of its rows.

    Parameters
    ----------
    path
        Any format `read_areas` takes. Names and codes are found by their values; a column ``place`` is read
        as OpenStreetMap's. Towns, cities and offices among the points are passed over.
    datum
        As for `read_areas`.
    columns
        Which columns hold code and name; by default found by their values.

    Raises
    ------
    BoundaryError
        One of its leaves, with what to do.
    """
    found = [
        point
        for layer in read_layers(path)
        for point in _points_of_layer(layer, datum, columns or AreaColumns(), path.name)
    ]
    if not found:
        raise NoAreasError(
            "{path} holds no points with the names of villages: give one point for each village",
            path=path.name,
        )
    return found


def _points_of_layer(
    layer: Layer, datum: Datum | None, columns: AreaColumns, where: str
) -> Iterator[VillagePoint]:
    drawn = layer.frame[np.isin(shapely.get_type_id(layer.frame.geometry.to_numpy()), _POINT_TYPES)]
    drawn = drawn[~drawn.geometry.is_empty]
    if not len(drawn):
        return
    table = pd.DataFrame(drawn.drop(columns=drawn.geometry.name))
    found = find_columns(table, columns, where=where)
    middles = shapely.get_coordinates(
        shapely.centroid(in_degrees(layer, drawn, datum, where, anywhere=False))
    )

    def cells(column: Hashable | None) -> list[str]:
        return [plain(value) for value in table[column]] if column in table else [""] * len(table)

    rows = zip(cells(found.name), cells(found.code), cells("place"), middles, strict=True)
    for name, code, place, (lon, lat) in rows:
        if not name or _is_no_village(name) or (place and place not in _FIRM | _WEAK):
            continue
        known = code if VILLAGE_CODE.fullmatch(code) else ""
        point = LonLat(float(lon), float(lat))
        yield VillagePoint(name, point, known, is_firm=bool(known) or not place or _is_firm(place, name))


def _is_firm(place: str, name: str) -> bool:
    return place in _FIRM or parse_unit_name(name)[1] in _COMMITTEES


def _is_no_village(name: str) -> bool:
    """Say whether a name is a town's, a county's or an office's."""
    kind = parse_unit_name(name)[1]
    larger = kind is None and _LARGER.search(name)
    return kind in TOWN_KINDS or bool(larger or _OFFICE.search(name))
