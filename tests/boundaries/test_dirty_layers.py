"""What holds for every dirty layer: all ground is told, cleaning is stable, the order of rows no matter."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from boundaries import ProblemKind, TopologyReport, clean_coverage
from boundaries.polygons import read_areas
from boundaries.repairs import RepairReport
from boundaries.topology import topology
from tests.boundaries.map_files import geojson
from tests.boundaries.test_coverage import GRID, check, jittered, layer, metres

TOLERANCE_M = 6.0
ROOMS = [
    shapely.segmentize(shapely.box(x, y, x + 600, y + 500), 150.0)
    for x in (0, 600, 1200)
    for y in (0, 500, 1000)
]
ODDITIES: dict[str, Callable[[list[BaseGeometry]], list[BaseGeometry]]] = {
    "none": lambda drawn: drawn,
    "a village inside another": lambda drawn: [*drawn, shapely.box(250, 200, 330, 290)],
    "a village in a hole, two metres off": lambda drawn: [
        shapely.difference(drawn[0], shapely.box(248, 198, 332, 292)),
        *drawn[1:],
        shapely.box(250, 200, 330, 290),
    ],
    "a village drawn twice": lambda drawn: [*drawn, shapely.affinity.translate(drawn[4], 0.3, 0.2)],
    "a lake": lambda drawn: [shapely.difference(drawn[0], shapely.box(250, 200, 330, 290)), *drawn[1:]],
    "a lake with an island": lambda drawn: [
        shapely.union(
            shapely.difference(drawn[0], shapely.box(250, 200, 330, 290)), shapely.box(270, 220, 300, 250)
        ),
        *drawn[1:],
    ],
    "a sliver beyond the neighbour": lambda drawn: [
        shapely.union(drawn[0], shapely.box(1201, 100, 1202.5, 400)),
        *drawn[1:],
    ],
    "a wide claim": lambda drawn: [shapely.union(drawn[0], shapely.box(590, 100, 640, 300)), *drawn[1:]],
}
oddities = st.sampled_from(sorted(ODDITIES))
seeds = st.integers(0, 10_000)
shakes = st.floats(0.05, 1.2)


def drawn_layer(odd: str, seed: int, by_m: float) -> gpd.GeoDataFrame:
    shapes = ODDITIES[odd](jittered(ROOMS, by_m, seed))
    return layer({f"{row}村": shape for row, shape in enumerate(shapes)})


def report_of(frame: gpd.GeoDataFrame) -> TopologyReport:
    columns = {"code": "", "level": "village", "town_code": "", "town_name": "东海街道", "derived": False}
    return topology(frame.assign(**columns), RepairReport())


def check_ground(frame: gpd.GeoDataFrame, seed: int) -> None:
    """Check that every point inside belongs to exactly one area, or lies in what the report names."""
    report = report_of(frame)
    shapes = report.areas.geometry.to_numpy()
    west, south, east, north = frame.total_bounds
    random = np.random.default_rng(seed)
    points = random.uniform((west, south), (east, north), (1_500, 2))
    corners = shapely.get_coordinates(shapes)
    points = np.concatenate([points, corners + random.normal(0, 2e-5, corners.shape)])
    spots = np.asarray(shapely.points(points), dtype=object)
    owners = np.zeros(len(spots), dtype=np.intp)
    np.add.at(owners, shapely.STRtree(shapes).query(spots, predicate="within")[0], 1)
    told = {
        kind: shapely.buffer(shapely.union_all(_ground(report, kind)), 2e-8)
        for kind in (ProblemKind.GAP, ProblemKind.OVERLAP, ProblemKind.INSIDE, ProblemKind.TWICE)
    }
    union = shapely.union_all(shapes)
    outline = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(union)))
    inside = shapely.contains(shapely.union_all(outline), spots)
    on_border = shapely.dwithin(shapely.union_all(shapely.boundary(shapes)), spots, 5e-8)
    nobodys = spots[inside & (owners == 0) & ~on_border]
    scraps = shapely.difference(shapely.union_all(outline), shapely.union_all([union, told[ProblemKind.GAP]]))
    small = [part for part in shapely.get_parts(scraps) if part.area * 1.05e10 < 1.5]
    assert shapely.covers(shapely.union_all([told[ProblemKind.GAP], *small]), nobodys).all()
    claimed = shapely.union_all([shape for kind, shape in told.items() if kind is not ProblemKind.GAP])
    twice = spots[(owners > 1) & ~on_border]
    untold = twice[~shapely.covers(claimed, twice)]
    pairs = shapely.intersection(*shapes[np.array(np.triu_indices(len(shapes), 1))])
    scrap = shapely.union_all(pairs[shapely.area(pairs) * 1.05e10 < 1.5])
    assert shapely.covers(shapely.buffer(scrap, 2e-8), untold).all()
    assert not shapely.contains(claimed, spots[(owners == 1) & ~on_border]).any()


def _ground(report: TopologyReport, kind: ProblemKind) -> list[BaseGeometry]:
    problems = report.problems
    return list(problems.geometry[problems["kind"] == kind])


@given(oddities, seeds, shakes)
@settings(max_examples=12, deadline=None)
def test_every_point_is_of_one_area_or_of_what_is_told(odd: str, seed: int, by_m: float) -> None:
    dirty = drawn_layer(odd, seed, by_m)
    check_ground(dirty, seed)
    check_ground(clean_coverage(dirty, tolerance_m=TOLERANCE_M).frame, seed)


@given(oddities, seeds, shakes)
@settings(max_examples=20, deadline=None)
def test_what_was_cleaned_is_clean(odd: str, seed: int, by_m: float) -> None:
    dirty = drawn_layer(odd, seed, by_m)
    once = clean_coverage(dirty, tolerance_m=TOLERANCE_M)
    check(dirty, once, TOLERANCE_M)
    twice = clean_coverage(once.frame, tolerance_m=TOLERANCE_M)
    assert [reason.rule for reason in twice.reasons if reason.rule.startswith("repair")] == []
    before, after = (np.array(metres(cleaned.frame), dtype=object) for cleaned in (once, twice))
    assert (shapely.area(shapely.symmetric_difference(before, after)) < 1.0).all()


@given(oddities, seeds, shakes, st.permutations(range(len(ROOMS))))
@settings(max_examples=12, deadline=None)
def test_order_of_rows_direction_and_start_of_rings_are_no_matter(
    odd: str, seed: int, by_m: float, order: list[int]
) -> None:
    dirty = drawn_layer(odd, seed, by_m)
    rows = [*range(len(ROOMS), len(dirty)), *order]
    other = dirty.iloc[rows].set_geometry(
        [turned(shape, start) for start, shape in zip(rows, dirty.geometry.iloc[rows], strict=True)],
        crs="EPSG:4326",
    )
    assert shapely.equals(other.geometry.to_numpy(), dirty.geometry.iloc[rows].to_numpy()).all()
    one, two = (clean_coverage(some, tolerance_m=TOLERANCE_M) for some in (dirty, other))
    same = two.frame.loc[dirty.index]
    differing = shapely.symmetric_difference(
        np.array(metres(one.frame), dtype=object), np.array(metres(same), dtype=object)
    )
    assert (shapely.area(differing) < 1.0).all()
    assert two.changes.loc[dirty.index, "kept"].tolist() == one.changes["kept"].tolist()
    counts = [dict(report_of(some).counts) for some in (dirty, other)]
    assert len({str({**found, ProblemKind.TURN: 0}) for found in counts}) == 1


def turned(shape: BaseGeometry, start: int) -> BaseGeometry:
    """Return the same ground, its rings begun elsewhere and, for odd starts, drawn the other way."""

    def ring(line: BaseGeometry) -> shapely.LinearRing:
        corners = np.roll(shapely.get_coordinates(line)[:-1], start, axis=0)
        return shapely.LinearRing(corners[::-1] if start % 2 else corners)

    parts = [
        shapely.Polygon(ring(part.exterior), [ring(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape)[:: -1 if start % 2 else 1]
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def test_the_order_is_no_matter_where_borders_are_of_equal_length() -> None:
    boxes = {
        "东村": shapely.box(0, 0, 803, 800),
        "西村": shapely.box(800, 0, 1603, 800),
        "北村": shapely.box(0, 803, 1603, 1603),
        "中村": shapely.box(1600, 0, 2400, 1603),
    }
    first = clean_coverage(layer(boxes), tolerance_m=5.0).frame
    second = clean_coverage(layer(dict(reversed(boxes.items()))), tolerance_m=5.0).frame
    for name in boxes:
        one, two = (metres(some[some["name"] == name])[0] for some in (first, second))
        assert shapely.symmetric_difference(one, two).area < 1.0


def test_a_village_of_very_many_corners_is_cleaned_as_any_other() -> None:
    angle = np.linspace(0, 2 * np.pi, 100_000, endpoint=False)
    disc = shapely.Polygon(1_000 * np.column_stack([np.cos(angle), np.sin(angle)]))
    frame = layer(
        {
            "圆村": disc,
            "方村": shapely.box(-2_000, -2_000, 2_000, 2_000),
            "旁村": shapely.box(1_999, 0, 3_000, 900),
        }
    )
    cleaned = clean_coverage(frame, tolerance_m=5.0)
    assert [reason.rule for reason in cleaned.reasons] == ["repair.coverage", "repair.inside"]
    assert np.allclose(cleaned.changes["cut_m2"], [0, disc.area, 0], rtol=1e-6)


def test_mixed_empty_twisted_and_high_shapes_leave_a_file_clean_and_told(tmp_path: Path) -> None:
    at = GRID.to_degrees
    east, west, north = shapely.transform(
        np.array(
            [shapely.box(0, 0, 803, 800), shapely.box(800, 0, 1600, 800), shapely.box(0, 800, 1600, 1600)]
        ),
        at,
    )
    tie = shapely.transform(shapely.Polygon([(1600, 0), (2400, 800), (2400, 0), (1600, 800)]), at)
    rows = [
        ({"name": "东村", "town": "东海街道"}, shapely.force_3d(east, 31.5)),
        (
            {"name": "西村", "town": "东海街道"},
            shapely.GeometryCollection([west, west.exterior, west.centroid]),
        ),
        ({"name": "北村", "town": "东海街道"}, shapely.MultiPolygon([north])),
        ({"name": "结村", "town": "东海街道"}, tie),
        ({"name": "空村", "town": "东海街道"}, shapely.Polygon()),
        ({"name": "点村", "town": "东海街道"}, west.centroid),
        ({"name": "线村", "town": "东海街道"}, west.exterior),
    ]
    frame, report = read_areas(geojson(tmp_path / "cun.geojson", rows), datum=None)
    assert sorted(frame["name"]) == ["东村", "北村", "结村", "西村"]
    assert not shapely.has_z(frame.geometry.to_numpy()).any()
    told = {reason.rule: reason.values for reason in report.rows}
    assert told["repair.undrawn"]["names"] == "空村、点村、线村"
    assert told["repair.ring"]["name"] == "结村"
    cleaned = clean_coverage(frame, tolerance_m=5.0)
    check(frame, cleaned, 5.0)
    assert shapely.coverage_is_valid(cleaned.frame.geometry.to_numpy())


@pytest.mark.parametrize(
    "shape", [shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), shapely.Polygon(), shapely.Point(0, 0), None]
)
def test_cleaning_refuses_what_is_no_valid_area_by_name(shape: BaseGeometry | None) -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["东村", "歪村"]}, geometry=[shapely.box(0, 0, 1, 1), shape], crs="EPSG:4326"
    )
    with pytest.raises(ValueError, match="歪村"):
        clean_coverage(frame, tolerance_m=5.0)
