"""Which area, how likely, how far from its border: PostGIS is asked the same, and has code of its own.

It tests points against polygons without GEOS. On a border it names every area that touches; ours is one of
them, by the rule `boundaries.areas` states.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import psycopg
import pytest
import shapely
from numpy.typing import NDArray

from boundaries import Areas, ErrorModel, LonLat, Points, read_areas
from boundaries.cells import CellIndex
from tests.boundaries.geos_oracle import Shapes, difficult_points
from tests.postgres import Cluster, postgres_cluster  # noqa: F401 - a fixture is found by its name
from tests.shared_data import shared
from tests.toy_county import toy_areas

pytestmark = pytest.mark.postgres

QUARTER = 256
"""Edges of a quarter of a circle; PostGIS knows circles as polygons."""
MISSING = 1 - np.sin(np.pi / 2 / QUARTER) / (np.pi / 2 / QUARTER)
"""Share of a disc that lies outside that polygon, 6e-6."""
OURS = 2e-8
"""What the formula, and projecting by another build of PROJ, may be off by."""

# where two areas are drawn over each other the ground is the smaller one's
GROUND = """
CREATE TABLE flat AS SELECT id, rank, ST_Transform(shape, '{degrees}', '{metres}') AS shape FROM area;
CREATE INDEX ON flat USING gist (shape);
CREATE TABLE ground AS SELECT id, coalesce(ST_Difference(shape, (
    SELECT ST_Union(above.shape) FROM flat above
    WHERE above.rank < below.rank AND ST_Intersects(above.shape, below.shape)
)), shape) AS shape FROM flat below;
CREATE INDEX ON ground USING gist (shape);
"""
HOLDERS = """
SELECT place.id, area.id, ST_Covers(area.shape, spot)::int
FROM place JOIN area ON ST_Intersects(area.shape, spot)
"""
SHARES = """
WITH disc AS MATERIALIZED (
    SELECT id, radius, ST_Buffer(ST_Transform(spot, '{degrees}', '{metres}'), radius, {quarter}) AS shape
    FROM place
)
SELECT disc.id, ground.id, ST_Area(ST_Intersection(ground.shape, disc.shape)) / (pi() * radius ^ 2)
FROM disc JOIN ground ON ST_Intersects(ground.shape, disc.shape)
"""
DISTANCES = """
SELECT ST_Distance(ST_Boundary(ground.shape), ST_Transform(spot, '{degrees}', '{metres}'))
FROM place JOIN ground ON ground.id = holder ORDER BY place.id
"""


def villages(seed: int) -> Areas:
    """Return 119 villages on a crooked lattice: every border shared, with holes, islands, enclaves, gaps."""
    rng = np.random.default_rng(seed)
    side, number = 40, 120
    lattice = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1)), axis=-1)
    corners = (115.6, 22.9) + 0.003 * (lattice + rng.uniform(-0.3, 0.3, lattice.shape))
    around = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]]
    pieces = np.asarray(shapely.polygons(np.stack(around, axis=2).reshape(-1, 4, 2)))
    middles = shapely.get_coordinates(shapely.centroid(pieces))
    seats = rng.choice(middles, number, replace=False)
    owner = np.argmin(np.hypot(*(middles[:, None] - seats).transpose(2, 0, 1)), axis=1)
    given_away = rng.random(len(owner)) < 0.04
    owner[given_away] = rng.integers(-1, number, given_away.sum())
    shapes = [shapely.union_all(pieces[owner == village]) for village in range(number)]
    codes = [f"441581001{200 + village}" for village in range(number)]
    frame = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")
    return Areas.from_frames(frame[~frame.geometry.is_empty], None)


@pytest.fixture(scope="module", params=["toy county", "crooked villages", "Banyumas"])
def areas(request: pytest.FixtureRequest) -> Areas:
    """Return a drawn county, an invented one that is hard, and a real one with overlaps and gaps."""
    if request.param == "toy county":
        return toy_areas()
    if request.param == "crooked villages":
        return villages(seed=5)
    drawn, _ = read_areas(shared("boundaries/banyumas_desa.parquet"), datum=None, anywhere=True)
    return Areas.from_frames(drawn, None)


@dataclass(frozen=True)
class Oracle:
    """A database that holds the villages of some areas."""

    connection: psycopg.Connection
    names: dict[str, str | int]

    def ask(self, query: str) -> NDArray[np.float64]:
        """Return the rows of an answer."""
        rows = self.connection.execute(query.format_map(self.names).encode()).fetchall()
        return np.array(rows, dtype=np.float64)

    def place(self, points: Points, radii_m: NDArray[np.float64], holders: NDArray[np.int32]) -> None:
        """Keep points, in place of earlier ones."""
        self.connection.execute("TRUNCATE place")
        spots = shapely.to_wkb(shapely.points(points), hex=True)
        with self.connection.cursor().copy("COPY place FROM STDIN") as copy:
            for row in zip(range(len(points)), spots, radii_m.tolist(), holders.tolist(), strict=True):
                copy.write_row(row)
        self.connection.execute("ANALYZE place")


@pytest.fixture(scope="module")
def connection(postgres_cluster: Cluster) -> Iterator[psycopg.Connection]:  # noqa: F811 - the fixture itself
    """Return a database with PostGIS."""
    with postgres_cluster.with_postgis() as opened:
        yield opened


@pytest.fixture(scope="module")
def oracle(areas: Areas, connection: psycopg.Connection) -> Oracle:
    """Return the database with the villages, and only these."""
    connection.execute("DROP TABLE IF EXISTS area, place, flat, ground")
    connection.execute("CREATE TABLE area (id int PRIMARY KEY, rank int, shape geometry)")
    connection.execute("CREATE TABLE place (id int PRIMARY KEY, spot geometry, radius float8, holder int)")
    shapes = shapes_of(areas)
    order = np.lexsort((np.arange(len(shapes)), np.round(shapely.area(shapes), 12)))
    with connection.cursor().copy("COPY area FROM STDIN") as copy:
        for row, rank, shape in zip(range(len(shapes)), np.argsort(order), shapes, strict=True):
            copy.write_row((row, int(rank), shapely.to_wkb(shape, hex=True)))
    connection.execute("CREATE INDEX ON area USING gist (shape)")
    connection.execute("ANALYZE area")
    degrees, metres = "+proj=longlat +datum=WGS84 +no_defs", areas.projection.definition
    made = Oracle(connection, {"degrees": degrees, "metres": metres, "quarter": QUARTER})
    connection.execute(GROUND.format_map(made.names).encode())
    return made


def shapes_of(areas: Areas) -> Shapes:
    return np.asarray(areas.villages.geometry.to_numpy())


def places(areas: Areas, count: int, seed: int) -> Points:
    """Return places all over the areas and a little beyond."""
    west, south, east, north = areas.villages.total_bounds
    rng = np.random.default_rng(seed)
    return rng.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (count, 2))


def test_every_point_lies_where_postgis_says(areas: Areas, oracle: Oracle) -> None:
    shapes = shapes_of(areas)
    points = np.vstack([difficult_points(shapes, 14_000, seed=7), places(areas, 6_000, seed=8)])
    found = areas.locate_many(points)
    oracle.place(points, np.zeros(len(points)), found)
    pairs = oracle.ask(HOLDERS).astype(int)
    assert pairs[:, 2].all(), "for a point in a polygon, to intersect is to be covered"
    named = np.bincount(pairs[:, 0], minlength=len(points))
    assert (named > 1).sum() > 1000, "many points lie on borders"
    assert np.array_equal(found < 0, named == 0)
    # ours is one of those PostGIS names, and none of them is smaller
    mine = pairs[found[pairs[:, 0]] == pairs[:, 1]]
    assert np.array_equal(mine[:, 0], np.flatnonzero(found >= 0))
    sizes = shapely.area(shapes)
    assert (sizes[pairs[:, 1]] > sizes[found[pairs[:, 0]]] * (1 - 1e-9)).all()
    assert np.array_equal(CellIndex.of(shapes).rows(points), found)
    sample = range(0, len(points), 50)
    codes = [area and area.code for area in (areas.locate(LonLat(*points[row])) for row in sample)]
    assert codes == [areas.villages.index[found[row]] if found[row] >= 0 else None for row in sample]


def test_the_same_neighbours_always_settle_their_border_alike(areas: Areas, oracle: Oracle) -> None:
    points = difficult_points(shapes_of(areas), 10_000, seed=9)
    found = areas.locate_many(points)
    oracle.place(points, np.zeros(len(points)), found)
    named: dict[int, set[int]] = {}
    for point, area, _ in oracle.ask(HOLDERS).astype(int).tolist():
        named.setdefault(point, set()).add(area)
    answers: dict[frozenset[int], set[int]] = {}
    for point, those in named.items():
        answers.setdefault(frozenset(those), set()).add(int(found[point]))
    assert all(len(answer) == 1 for answer in answers.values())


def test_the_shares_of_a_disc_are_the_ground_postgis_cuts_out_of_a_circle(
    areas: Areas, oracle: Oracle
) -> None:
    points = places(areas, 800, seed=10)
    radii_m = np.random.default_rng(11).choice([15.0, 60.0, 100.0, 300.0], len(points))
    oracle.place(points, radii_m, np.zeros(len(points), dtype=np.int32))
    cut = np.zeros((len(points), len(areas.villages)))
    for point, area, share in oracle.ask(SHARES):
        cut[int(point), int(area)] = share
    shares = areas.shares_many(points, radii_m, model=ErrorModel.DISC)
    ours = np.zeros_like(cut)
    ours[shares.places, shares.rows] = shares.probabilities
    assert ((cut > 0.01) & (cut < 0.99)).sum() > 100, "many discs lie across borders"
    # all that may lack is what the polygon leaves of the circle
    assert (ours - cut).min() > -OURS
    assert (ours - cut).max() < MISSING + OURS


def test_the_border_is_as_far_as_postgis_measures(areas: Areas, oracle: Oracle) -> None:
    points = places(areas, 2000, seed=12)
    points = points[areas.locate_many(points) >= 0]
    oracle.place(points, np.zeros(len(points)), areas.locate_many(points))
    measured = oracle.ask(DISTANCES)[:, 0]
    assert np.abs(areas.border_distances_m(points) - measured).max() < 1e-6
