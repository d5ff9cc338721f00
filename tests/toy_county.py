"""A county drawn in ASCII: a dozen villages whose names and codes are Lufeng's and whose places are invented.

Each letter is one hundredth of a degree, about 1.0 km east by 1.1 km north, so a village has the size of a
real one (4.8 km²). The grid's north-west corner is `CORNER`, in Lufeng's plain; north is up. What the letters
are good for:

====  ======================================================================================
A     向阳社区, the seat's community            B     炎龙村          C     六驿村
D     上海村, named like a city                 E F   东海's other two villages, E in two arms
G     竹林村 of 河西街道 (H: 湖畔村)             J     竹林村 of 湖东镇, the same name again
I     霞埔村                                   K     横山村
L     湖东林场虚拟生活区: a forest farm, without a committee
====  ======================================================================================
"""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries import Areas, Divisions, LonLat, Projection, lufeng_divisions

GRID = """
G G A A B B C C
G G A A B B C C
H H E D D D F F
H H E E E D F F
I I I J J K K .
I I I J J K K .
. . L L . . . .
"""
CORNER = LonLat(115.60, 22.98)
"""The grid's north-west corner."""
CELL_DEG = 0.01
CODES: Mapping[str, str] = {
    "A": "441581001004",
    "B": "441581001214",
    "C": "441581001215",
    "D": "441581001211",
    "E": "441581001210",
    "F": "441581001217",
    "G": "441581002202",
    "H": "441581002205",
    "I": "441581103201",
    "J": "441581103210",
    "K": "441581103204",
    "L": "441581454598",
}
TOWNS: Mapping[str, str] = {
    "441581001": "ABCDEF",
    "441581002": "GH",
    "441581103": "IJK",
    "441581454": "L",
}
"""Letters of each town: 东海街道, 河西街道, 湖东镇, 湖东林场."""


def toy_areas() -> Areas:
    """Return the twelve villages and their four towns as areas."""
    register = lufeng_divisions()
    units = [register[code] for code in CODES.values()]
    rows = {
        "code": [unit.code for unit in units],
        "name": [unit.name for unit in units],
        "town_code": [unit.town_code for unit in units],
        "town_name": [unit.town_name for unit in units],
    }
    shapes = [shape_of(letter) for letter in CODES]
    return Areas.from_frames(gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326"), None)


def toy_divisions() -> Divisions:
    """Return the register of the toy county: the units that are drawn, and nothing else."""
    register = lufeng_divisions()
    return Divisions(register[code] for code in (*TOWNS, *CODES.values()))


def shape_of(letter: str) -> shapely.Polygon:
    """Return the polygon of a village, WGS 84."""
    shape = shapely.union_all(list(_cells(letter)))
    assert isinstance(shape, shapely.Polygon), f"the cells of {letter} hang together"
    return shape


def place_in(letter: str, *, east_m: float = 0.0, north_m: float = 0.0) -> LonLat:
    """Return the middle of a village's first cell in reading order, or a place so many metres from it."""
    middle = next(_cells(letter)).centroid
    grid = Projection.for_points(np.array([[middle.x, middle.y]]))
    here = grid.to_metres(np.array([[middle.x, middle.y]])) + np.array([[east_m, north_m]])
    lon, lat = grid.to_degrees(here)[0]
    return LonLat(float(lon), float(lat))


def places_in(letters: str) -> NDArray[np.float64]:
    """Return `place_in` of several letters, shape (n, 2)."""
    return np.array([place_in(letter) for letter in letters], dtype=np.float64)


def _cells(letter: str) -> Iterator[shapely.Polygon]:
    """Yield a letter's squares in reading order; neighbours share their corners to the last bit."""
    for row, line in enumerate(GRID.split("\n")[1:-1]):
        for column, drawn in enumerate(line.split()):
            if drawn == letter:
                west, east = (round(CORNER.lon + CELL_DEG * (column + step), 6) for step in (0, 1))
                south, north = (round(CORNER.lat - CELL_DEG * (row + step), 6) for step in (1, 0))
                yield shapely.box(west, south, east, north)
