"""What a user would take instead to find the village of each point; each returns how many pairs it found.

Every peer gets villages and points in its own form, so that only the join itself is measured. DuckDB and
SedonaDB are the dependency group ``peers``; one that is not installed is left out.
"""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from boundaries import Points
from tests.boundaries.geos_oracle import Shapes

Peer = Callable[[], int]
_CRS = "EPSG:4326"


def peers(shapes: Shapes, points: Points) -> dict[str, Peer]:
    """Return the peers that are installed, by name."""
    made: dict[str, Peer] = {"sjoin": _sjoin(shapes, points), "strtree": _strtree(shapes, points)}
    if importlib.util.find_spec("duckdb") and importlib.util.find_spec("duckdb_extension_spatial"):
        made["duckdb"] = _duckdb(shapes, points)
    if importlib.util.find_spec("sedonadb"):
        made["sedonadb"] = _sedonadb(shapes, points)
    return made


def _sjoin(shapes: Shapes, points: Points) -> Peer:
    villages, places = _frames(shapes, points)
    return lambda: len(gpd.sjoin(places, villages, predicate="within"))


def _frames(shapes: Shapes, points: Points) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    villages = gpd.GeoDataFrame({"village": np.arange(len(shapes))}, geometry=shapes, crs=_CRS)
    places = gpd.GeoDataFrame({"place": np.arange(len(points))}, geometry=shapely.points(points), crs=_CRS)
    return villages, places


def _strtree(shapes: Shapes, points: Points) -> Peer:
    shapely.prepare(shapes)
    tree, spots = shapely.STRtree(shapes), shapely.points(points)

    def join() -> int:
        place, village = tree.query(spots)
        return int(shapely.intersects_xy(shapes[village], *points[place].T).sum())

    return join


def _duckdb(shapes: Shapes, points: Points) -> Peer:
    import duckdb  # noqa: PLC0415 - may be missing
    import duckdb_extension_spatial  # noqa: PLC0415 - may be missing

    folder = Path(duckdb_extension_spatial.__file__).parent
    extension = next(folder.rglob("spatial.duckdb_extension"))
    database = duckdb.connect(config={"allow_unsigned_extensions": True, "threads": 1})
    database.execute(f"LOAD '{extension}'")
    database.register("drawn", pa.table({"village": np.arange(len(shapes)), "shape": shapely.to_wkb(shapes)}))
    database.register(
        "given", pa.table({"place": np.arange(len(points)), "x": points[:, 0], "y": points[:, 1]})
    )
    database.execute("CREATE TABLE villages AS SELECT village, ST_GeomFromWKB(shape) AS shape FROM drawn")
    database.execute("CREATE TABLE places AS SELECT place, ST_Point(x, y) AS spot FROM given")
    join = "SELECT place, village FROM places JOIN villages ON ST_Intersects(shape, spot)"
    return lambda: int(database.execute(join).to_arrow_table().num_rows)


def _sedonadb(shapes: Shapes, points: Points) -> Peer:
    import sedonadb  # noqa: PLC0415 - may be missing

    session: Any = sedonadb.connect()
    for name, frame in zip(("villages", "places"), _frames(shapes, points), strict=True):
        session.create_data_frame(frame).to_memtable().to_view(name)
    join = (
        "SELECT place, village FROM places JOIN villages ON ST_Intersects(villages.geometry, places.geometry)"
    )
    return lambda: int(pa.table(session.sql(join).to_memtable()).num_rows)
