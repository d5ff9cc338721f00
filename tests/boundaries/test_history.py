"""A new drawing adds a version; an old day keeps its old answer."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from boundaries import (
    AreasHistory,
    BadVersionError,
    ConvertedAlreadyError,
    Datum,
    Fit,
    Reason,
    from_wgs84,
)
from boundaries.areas import Areas
from boundaries.polygons import coded, read_drawn
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, shape_of, toy_areas, toy_divisions

TOY = toy_areas()
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
HALF_B = shapely.box(115.64, 22.97, 115.66, 22.98)


@pytest.fixture
def history(tmp_path: Path) -> AreasHistory:
    """Return the toy county as a workspace keeps it."""
    TOY.save(tmp_path / "areas.gpkg")
    return AreasHistory.load(tmp_path / "areas.gpkg")


def east(**changed: shapely.Geometry | None) -> gpd.GeoDataFrame:
    """Return a drawing of 东海街道 with some villages redrawn, or left out."""
    shapes = {letter: changed.get(letter, shape_of(letter)) for letter in "ABCDEF"}
    kept = {letter: shape for letter, shape in shapes.items() if shape is not None}
    rows = TOY.villages.loc[[CODES[letter] for letter in kept]].reset_index()
    columns = rows[["code", "name", "core_name", "kind", "town_code", "town_name", "derived"]]
    return gpd.GeoDataFrame(columns.assign(level="village"), geometry=list(kept.values()), crs="EPSG:4326")


def moved_border() -> gpd.GeoDataFrame:
    """Return a drawing in which A gets the northern row of B."""
    return east(A=shape_of("A").union(HALF_B), B=shape_of("B").difference(HALF_B))


def rules(reasons: list[Reason]) -> list[str]:
    return [reason.rule for reason in reasons]


def held(areas: Areas) -> str:
    """Return the code of the village that holds the north of B."""
    area = areas.locate(place_in("B"))
    assert area is not None
    return area.code


def test_a_workspace_from_before_holds_on_every_day(history: AreasHistory) -> None:
    assert not history.days
    assert held(history.on(date(1990, 1, 1))) == held(history.on(MARCH)) == CODES["B"]
    assert not history.absent(MARCH)


def test_an_old_day_gets_the_old_answer(history: AreasHistory, tmp_path: Path) -> None:
    made, told = history.redrawn(moved_border(), since=MARCH)
    made.save(tmp_path / "new.gpkg")
    again = AreasHistory.load(tmp_path / "new.gpkg")
    assert held(again.on(date(2026, 2, 28))) == CODES["B"]
    assert (
        held(again.on(MARCH)) == held(again.on(None)) == held(Areas.load(tmp_path / "new.gpkg")) == CODES["A"]
    )
    assert again.days == (MARCH,)
    assert rules(told) == ["version.border", "version.border"]
    assert [reason.values["percent"] for reason in told] == [100.0, 50.0]
    area = again.on(MARCH).get(CODES["A"])
    assert area is not None
    assert (area.valid_from, area.valid_to) == (MARCH, None)
    before = again.on(date(2026, 2, 1)).get(CODES["A"])
    assert before is not None
    assert (before.valid_from, before.valid_to) == (None, MARCH)


def test_nothing_that_held_before_is_edited(history: AreasHistory) -> None:
    made, _ = history.redrawn(moved_border(), since=MARCH)
    later, _ = made.redrawn(east(), since=APRIL)
    assert later.days == (MARCH, APRIL)
    assert held(later.on(MARCH)) == CODES["A"]
    assert held(later.on(APRIL)) == CODES["B"]
    old = later.on(date(2020, 1, 1)).villages
    assert shapely.equals(old.geometry.to_numpy(), history.villages.geometry.to_numpy()).all()
    columns = ["name", "kind", "town_code", "office_lon"]
    assert old[columns].equals(history.villages[columns])


def test_the_same_drawing_is_no_new_version(history: AreasHistory) -> None:
    made, told = history.redrawn(east(), since=MARCH)
    assert made is history
    assert not told


def test_rounding_is_no_change_and_a_plot_of_land_is_one(history: AreasHistory) -> None:
    rounded = east()
    moved = shapely.transform(rounded.geometry.to_numpy(), lambda points: points + 1e-6)
    made, _ = history.redrawn(rounded.set_geometry(gpd.GeoSeries(moved, crs="EPSG:4326")), since=MARCH)
    assert made is history
    plot = shapely.box(115.64, 22.975, 115.6401, 22.9751)  # 10 m by 11 m of B
    _, told = history.redrawn(
        east(A=shape_of("A").union(plot), B=shape_of("B").difference(plot)), since=MARCH
    )
    assert rules(told) == ["version.border", "version.border"]


def test_a_town_follows_its_villages_and_keeps_its_gaps(history: AreasHistory) -> None:
    south = shape_of("C").union(shapely.box(115.68, 22.96, 115.69, 22.98))
    made, told = history.redrawn(east(C=south), since=MARCH)
    assert rules(told) == ["version.border", "version.border"]
    town = made.on(MARCH).towns.geometry.loc["441581001"]
    assert shapely.equals(town, TOY.towns.geometry.loc["441581001"].union(south))


def test_a_village_that_is_drawn_no_more_ends_and_its_heir_is_named(history: AreasHistory) -> None:
    made, told = history.redrawn(east(B=None, A=shape_of("A").union(shape_of("B"))), since=MARCH)
    gone = next(reason for reason in told if reason.rule == "version.gone")
    assert gone.values == {
        "name": TOY.villages.loc[CODES["B"], "name"],
        "code": CODES["B"],
        "day": "2026-03-01",
        "heirs": TOY.villages.loc[CODES["A"], "name"],
    }
    assert made.absent(MARCH) == {CODES["B"]}
    assert not made.absent(date(2026, 2, 28))


def test_villages_of_towns_that_are_not_in_the_file_stay(history: AreasHistory) -> None:
    made, _ = history.redrawn(moved_border(), since=MARCH)
    after = made.on(MARCH)
    assert set(after.villages.index) == set(CODES.values())
    for letter in "GHIJKL":
        area = after.locate(place_in(letter))
        assert area is not None
        assert (area.code, area.valid_from) == (CODES[letter], None)


def test_an_office_stays_where_it_is(history: AreasHistory) -> None:
    lon, lat = place_in("B", east_m=100)
    villages = history.villages.copy()
    villages.loc[CODES["B"], ["office_lon", "office_lat", "office_assumed"]] = [lon, lat, False]
    made, _ = AreasHistory(villages, history.towns).redrawn(moved_border(), since=MARCH)
    area = made.on(MARCH).get(CODES["B"])
    assert area is not None
    assert area.office == pytest.approx((lon, lat))
    assert not area.office_assumed


def test_history_is_not_rewritten(history: AreasHistory) -> None:
    made, _ = history.redrawn(moved_border(), since=APRIL)
    with pytest.raises(BadVersionError, match="2026-04-01"):
        made.redrawn(east(), since=MARCH)
    again, _ = made.redrawn(east(), since=APRIL)
    assert held(again.on(APRIL)) == CODES["B"]
    assert len(again.villages) == len(made.villages) + 2


def test_a_day_that_is_none_is_told(history: AreasHistory, tmp_path: Path) -> None:
    history.save(tmp_path / "a.gpkg")
    frame = gpd.read_file(tmp_path / "a.gpkg", layer="villages")
    frame["valid_to"] = "next spring"
    frame.to_file(tmp_path / "a.gpkg", layer="villages")
    with pytest.raises(BadVersionError, match=r"next spring.*2026-03-01"):
        AreasHistory.load(tmp_path / "a.gpkg")


def test_a_new_file_is_read_with_the_towns_that_are_known(history: AreasHistory, tmp_path: Path) -> None:
    path = tmp_path / "new.geojson"
    moved_border()[["name", "geometry"]].to_file(path)
    frame, _, verdict = history.read(path, register=toy_divisions())
    assert set(frame["code"]) == {CODES[letter] for letter in "ABCDEF"}
    assert verdict.fit is Fit.FITS


def test_a_new_layer_in_another_datum_is_told(history: AreasHistory, tmp_path: Path) -> None:
    path = tmp_path / "new.geojson"
    drawn = moved_border()
    shifted = shapely.transform(drawn.geometry.to_numpy(), lambda points: from_wgs84(points, Datum.GCJ02))
    drawn.set_geometry(gpd.GeoSeries(shifted, crs="EPSG:4326"))[["code", "name", "geometry"]].to_file(path)
    _, _, verdict = history.read(path, register=toy_divisions())
    assert verdict.shift is not None
    assert verdict.shift.truly is Datum.GCJ02
    _, _, right = history.read(path, register=toy_divisions(), datum=Datum.GCJ02)
    assert right.fit is Fit.FITS


def test_a_copy_of_our_own_file_says_its_datum_and_is_the_newest_version_only(
    history: AreasHistory, tmp_path: Path
) -> None:
    made, _ = history.redrawn(moved_border(), since=MARCH)
    made.save(tmp_path / "copy.gpkg")
    with pytest.raises(
        ConvertedAlreadyError, match=r"copy\.gpkg says of itself .* wgs84.*--datum gcj02 away"
    ):
        made.read(tmp_path / "copy.gpkg", register=toy_divisions(), datum=Datum.GCJ02)
    drawn, _, verdict = made.read(tmp_path / "copy.gpkg", register=toy_divisions(), datum=Datum.CGCS2000)
    assert verdict.fit is Fit.FITS
    again, told = made.redrawn(drawn, since=APRIL)
    assert again is made
    assert not told
    # in another format too: the column goes with the rows
    gpd.read_file(tmp_path / "copy.gpkg", layer="villages").to_file(tmp_path / "copy.geojson")
    with pytest.raises(ConvertedAlreadyError):
        made.read(tmp_path / "copy.geojson", register=toy_divisions(), datum=Datum.BD09)


def test_a_file_of_ours_from_before_it_said_so_is_known_too(history: AreasHistory, tmp_path: Path) -> None:
    history.save(tmp_path / "a.gpkg")
    frame = gpd.read_file(tmp_path / "a.gpkg", layer="villages").drop(columns="datum")
    frame.to_file(tmp_path / "old.gpkg", layer="villages")
    with pytest.raises(ConvertedAlreadyError):
        history.read(tmp_path / "old.gpkg", register=toy_divisions(), datum=Datum.GCJ02)


def test_an_open_end_written_as_the_end_of_days_is_one(history: AreasHistory, tmp_path: Path) -> None:
    frame = moved_border().assign(valid_to="9999-12-31")
    frame.to_file(tmp_path / "new.gpkg")
    drawn, _, _ = history.read(tmp_path / "new.gpkg", register=toy_divisions())
    assert len(drawn) == 6


def test_another_code_for_the_same_village_is_told_in_one_sentence(history: AreasHistory) -> None:
    drawn = east()
    drawn["code"] = drawn["code"].replace(CODES["B"], "441581001299")
    _, told = history.redrawn(drawn, since=MARCH)
    (reason,) = told
    assert reason.text() == "the code of 炎龙村委会 is 441581001299, before it was 441581001214"


@pytest.mark.parametrize("clean_m", [0.5, 20.0])
def test_a_dirty_file_cleaned_the_same_way_shows_no_change(tmp_path: Path, clean_m: float) -> None:
    drawn = gpd.read_parquet(shared("boundaries/banyumas_desa.parquet"))
    town = drawn["kode"].str[:8].rank(method="dense").astype(int)
    nth = drawn.groupby(town).cumcount()
    codes = [f"441582{100 + one:03d}{200 + other:03d}" for one, other in zip(town, nth, strict=True)]
    names = [f"第{row}号村" for row in range(len(drawn))]
    shapes = shapely.transform(
        drawn.geometry.to_numpy(), lambda points: points + np.array([6.0, 30.5])
    )  # into China
    frame = gpd.GeoDataFrame({"code": codes, "name": names}, geometry=shapes, crs="EPSG:4326")
    some = frame[town.to_numpy() <= 6]
    some.to_file(tmp_path / "all.gpkg")
    read, report = read_drawn(tmp_path / "all.gpkg", datum=None)
    areas = Areas.from_frames(coded(read, None, report, clean_m=clean_m), None)
    areas.save(tmp_path / "areas.gpkg")
    history = AreasHistory.load(tmp_path / "areas.gpkg")
    drawn_again, _, _ = history.read(tmp_path / "all.gpkg", register=areas.divisions, clean_m=clean_m)
    assert history.redrawn(drawn_again, since=MARCH)[1] == []
    # one of its towns alone: nothing but a corner here and there where three areas were made to meet
    some[[code.startswith("441582104") for code in some["code"]]].to_file(tmp_path / "one.gpkg")
    one, _, _ = history.read(tmp_path / "one.gpkg", register=areas.divisions, clean_m=clean_m)
    raw, _, _ = history.read(tmp_path / "one.gpkg", register=areas.divisions)
    changed = [len(history.redrawn(drawing, since=MARCH)[1]) for drawing in (one, raw)]
    assert changed[0] <= 1
    assert clean_m < 1 or changed[1] >= 8
