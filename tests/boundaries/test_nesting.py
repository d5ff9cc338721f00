"""Villages and their towns: borders that belong together stay together, what does not fit is told."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries import Divisions, ProblemKind, Projection, check_areas
from boundaries.coverage import with_clean_levels
from boundaries.polygons import coded, read_areas, read_drawn
from boundaries.repairs import RepairReport
from tests.boundaries.map_files import geojson
from tests.boundaries.test_coverage import GRID, jittered, metres

Row = tuple[str, str, BaseGeometry]


def county(*rows: Row) -> gpd.GeoDataFrame:
    """Return towns (no town beside their name) and villages, shapes in metres."""
    names, towns, shapes = zip(*rows, strict=True)
    drawn = shapely.transform(np.array(shapes, dtype=object), GRID.to_degrees)
    levels = ["village" if town else "town" for town in towns]
    columns = {"code": [""] * len(names), "name": names, "level": levels, "town_code": "", "town_name": towns}
    return gpd.GeoDataFrame(columns, geometry=drawn, crs="EPSG:4326")


def cleaned(frame: gpd.GeoDataFrame, tolerance_m: float) -> tuple[list[BaseGeometry], list[str]]:
    report = RepairReport()
    shapes = metres(with_clean_levels(frame, tolerance_m, report))
    return shapes, [reason.rule for reason in report.rows]


def two_towns(border_m: float) -> gpd.GeoDataFrame:
    """Return two towns of two villages each; the towns' border lies east of that of the villages."""
    return county(
        ("东镇", "", shapely.box(border_m, 0, 1000, 1000)),
        ("西镇", "", shapely.box(-1000, 0, border_m, 1000)),
        ("甲村", "东镇", shapely.box(0, 0, 1000, 500)),
        ("乙村", "东镇", shapely.box(0, 500, 1000, 1000)),
        ("丙村", "西镇", shapely.box(-1000, 0, 0, 500)),
        ("丁村", "西镇", shapely.box(-1000, 500, 0, 1000)),
    )


def test_a_town_border_goes_to_where_its_villages_end() -> None:
    (east, west, *villages), told = cleaned(two_towns(3.0), 5.0)
    assert told == ["repair.town"]
    assert shapely.symmetric_difference(east, shapely.union_all(villages[:2])).area < 0.1
    assert shapely.symmetric_difference(west, shapely.union_all(villages[2:])).area < 0.1


def test_a_town_border_far_from_the_villages_stays() -> None:
    frame = two_towns(30.0)
    shapes, told = cleaned(frame, 5.0)
    assert told == []
    assert all(shapely.equals(shapes, metres(frame)))


def test_a_town_goes_along_only_where_it_is_near() -> None:
    town = shapely.union_all([shapely.box(3, 0, 1000, 1000), shapely.box(-600, 400, 3, 600)])
    other = shapely.box(-1000, 0, 3, 1000).difference(shapely.box(-600, 400, 3, 600))
    frame = two_towns(3.0)
    frame["geometry"] = [*shapely.transform(np.array([town, other]), GRID.to_degrees), *frame.geometry[2:]]
    (east, west, *_), told = cleaned(frame, 5.0)
    assert "repair.town" in told
    assert shapely.symmetric_difference(east, town).area < 3.1 * 1000
    assert east.intersection(west).area < 0.1
    assert east.contains(shapely.Point(-300, 500))
    assert east.covers(shapely.box(0.1, 10, 2.9, 390))


def test_cleaning_apart_does_not_part_a_village_from_its_town() -> None:
    rooms = [
        shapely.segmentize(shapely.box(x, y, x + 600, y + 500), 120.0)
        for x in (0, 600, 1200, 1800)
        for y in (0, 500, 1000)
    ]
    villages, towns = jittered(rooms, 1.0, 3), []
    for first in (0, 6):
        towns += jittered(
            [shapely.segmentize(shapely.union_all(rooms[first : first + 6]), 120.0)], 1.0, first
        )
    frame = county(
        ("东镇", "", towns[0]),
        ("西镇", "", towns[1]),
        *((f"{row}村", "东镇" if row < 6 else "西镇", shape) for row, shape in enumerate(villages)),
    )
    (east, west, *after), _ = cleaned(frame, 6.0)
    for town, inner, outer in ((east, after[:6], after[6:]), (west, after[6:], after[:6])):
        assert shapely.union_all(inner).difference(town).area < 1.0
        assert shapely.union_all(outer).intersection(town).area < 1.0
    old = metres(frame)
    for town, before in ((east, old[0]), (west, old[1])):
        assert town.difference(before.buffer(6.1)).area < 1.0
        assert before.buffer(-6.1).difference(town).area < 1.0


def test_a_town_inside_another_is_not_led_but_cut_out() -> None:
    frame = county(
        ("外镇", "", shapely.box(0, 0, 3000, 3000)),
        ("里镇", "", shapely.box(1000, 1000, 1500, 1500)),
        ("外村", "外镇", shapely.box(0, 0, 3000, 3000)),
        ("里村", "里镇", shapely.box(1001, 1000, 1500, 1500)),
    )
    (outer, inner, village, core), told = cleaned(frame, 5.0)
    assert told == ["repair.inside"] * 2
    assert outer.intersection(inner).area < 0.1
    assert village.intersection(core).area < 0.1


def test_a_village_that_leaves_its_town_is_told_and_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, two_towns(30.0))
    _, report = read_areas(path, datum=None)
    beyond = next(reason for reason in report.rows if reason.rule == "doubt.beyond")
    assert beyond.values["count"] == 2
    assert beyond.values["total"] == 4
    assert 29 < float(str(beyond.values["width_m"])) < 31
    found = check_areas(path, datum=None).problems
    assert found["kind"].tolist() == [ProblemKind.BEYOND] * 2
    assert set(found["names"]) == {("甲村", "东镇"), ("乙村", "东镇")}
    assert found["area_m2"].between(14_900, 15_100).all()


def test_a_village_in_another_town_than_it_says_is_told_by_name(tmp_path: Path) -> None:
    frame = two_towns(0.0)
    frame.loc[2, "town_name"] = "西镇"
    path = written(tmp_path, frame)
    _, report = read_areas(path, datum=None)
    assert [(r.rule, r.values) for r in report.rows] == [
        ("doubt.elsewhere", {"name": "甲村", "town": "西镇"})
    ]
    assert check_areas(path, datum=None).problems["reason"].iloc[0].rule == "topology.elsewhere"


def test_init_cleans_towns_along_villages(tmp_path: Path) -> None:
    frame, report = read_drawn(written(tmp_path, two_towns(3.0)), datum=None)
    made = coded(frame, Divisions(), report, clean_m=5.0)
    assert [reason.rule for reason in report.rows] == ["repair.town"]
    shapes = shapely.transform(made.geometry.to_numpy(), grid_of(made).to_metres)
    assert shapely.area(shapely.union_all(shapes)) < 2_000_001


def grid_of(frame: gpd.GeoDataFrame) -> Projection:
    return Projection.for_points(np.reshape(frame.total_bounds, (2, 2)))


def written(tmp_path: Path, frame: gpd.GeoDataFrame) -> Path:
    rows = [
        ({"name": row.name, "town": row.town_name}, row.geometry)
        for row in frame[["name", "town_name", "geometry"]].itertuples(index=False)
    ]
    return geojson(tmp_path / "both.geojson", rows)
