"""Village areas from places inside towns: derived, honest, and every place in its own."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from boundaries import Areas, LonLat, Points, Reason, VillagePoint, lufeng_divisions, village_areas
from tests.toy_county import CODES, TOWNS, place_in, shape_of, toy_areas

TOY = toy_areas()
TOWN_FRAME = TOY.towns.reset_index()
EAST = TOWN_FRAME[TOWN_FRAME["code"] == "441581001"].reset_index(drop=True)


def places(letters: str) -> list[VillagePoint]:
    names = {letter: TOY.villages.loc[CODES[letter], "core_name"] + "村" for letter in letters}
    return [VillagePoint(names[letter], place_in(letter)) for letter in letters]


def rules(reasons: list[Reason]) -> list[str]:
    return [reason.rule for reason in reasons]


def test_a_town_is_shared_out_among_its_villages_without_rest() -> None:
    frame, reasons = village_areas(EAST, places("BCDEF"), register=lufeng_divisions())
    assert list(frame["code"]) == [CODES[letter] for letter in "EDBCF"]
    assert frame["derived"].all()
    assert set(frame["town_name"]) == {"东海街道"}
    shapes = frame.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert shapely.union_all(shapes).area == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert rules(reasons) == ["partition.derived"]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_every_place_of_a_town_goes_to_the_nearest_village(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    west, south, east, north = EAST.total_bounds
    spots = rng.uniform([west, south], [east, north], (count, 2))
    inside = shapely.contains_xy(EAST.geometry.iloc[0], *spots.T)
    points = [VillagePoint(f"甲{i}村", LonLat(*spot)) for i, spot in enumerate(spots[inside].tolist())]
    frame, _ = village_areas(EAST, points)
    assert len(frame) == len(points)
    if not points:
        return
    areas = Areas.from_frames(frame, EAST)
    probes = rng.uniform([west, south], [east, north], (200, 2))
    probes = probes[shapely.contains_xy(EAST.geometry.iloc[0], *probes.T)]
    seats = areas.projection.to_metres(areas.villages[["office_lon", "office_lat"]].to_numpy())
    distances = np.linalg.norm(areas.projection.to_metres(probes)[:, None] - seats, axis=2)
    found = areas.locate_many(probes)
    assert (found >= 0).all()
    assert np.allclose(distances[np.arange(len(probes)), found], distances.min(axis=1), atol=0.02)


def test_the_place_is_the_office_and_lies_in_its_own_area() -> None:
    areas = Areas.from_frames(
        village_areas(EAST, places("BCDEF"), register=lufeng_divisions())[0], TOWN_FRAME
    )
    for letter in "BCDEF":
        area = areas.locate(place_in(letter))
        assert area is not None
        assert area.code == CODES[letter]
        assert area.office == place_in(letter)
        assert area.derived
        assert not area.office_assumed


def test_no_village_reaches_into_another_town() -> None:
    frame, _ = village_areas(TOWN_FRAME, places("BGJL"), register=lufeng_divisions())
    for row in frame.itertuples():
        town = TOY.towns.geometry.loc[row.town_code]
        assert row.geometry.difference(town).area < 1e-12
        assert row.geometry.area == pytest.approx(town.area)


def test_a_place_outside_every_town_is_left_out_and_named() -> None:
    far = VillagePoint("刘巷村", LonLat(115.9, 22.9))
    frame, reasons = village_areas(EAST, [*places("BC"), far], register=lufeng_divisions())
    assert len(frame) == 2
    assert reasons[0].rule == "partition.outside"
    assert reasons[0].values == {"count": 1, "names": "刘巷村"}


def test_a_code_of_another_town_is_not_believed() -> None:
    wrong = VillagePoint("竹林村", place_in("D"), code=CODES["G"])
    frame, reasons = village_areas(EAST, [*places("BC"), wrong], register=lufeng_divisions())
    assert CODES["G"] not in set(frame["code"])
    assert reasons[0].rule == "partition.strayed"
    assert reasons[0].values == {"name": "竹林村", "town": "东海街道", "code": CODES["G"]}


def test_two_places_of_one_name_are_one_village() -> None:
    twice = [VillagePoint("炎龙村", place_in("B")), VillagePoint("炎龙村", place_in("C")), *places("D")]
    frame, reasons = village_areas(EAST, twice, register=lufeng_divisions())
    assert list(frame["code"]) == [CODES["D"], CODES["B"]]
    assert "partition.repeated" in rules(reasons)
    assert frame["office_lon"].iloc[1] == place_in("B").lon


def test_two_villages_on_one_spot_cannot_be_parted() -> None:
    points = [*places("B"), VillagePoint("六驿村", place_in("B", east_m=0.3)), *places("D")]
    frame, reasons = village_areas(EAST, points, register=lufeng_divisions())
    assert set(frame["code"]) == {CODES["B"], CODES["D"]}
    assert {"first": "炎龙村", "second": "六驿村"} in [reason.values for reason in reasons]


def test_towns_without_a_place_stay_without_villages() -> None:
    frame, reasons = village_areas(TOWN_FRAME, places("BC"), register=lufeng_divisions())
    assert set(frame["town_code"]) == {"441581001"}
    assert reasons[0].rule == "partition.bare"
    assert reasons[0].values == {"count": 3, "names": "河西街道、湖东镇、湖东林场"}


def test_a_separate_part_without_a_place_is_shared_out_to_nobody() -> None:
    island = shapely.box(115.8, 22.9, 115.81, 22.91)
    town = EAST.set_geometry(gpd.GeoSeries([EAST.geometry.iloc[0].union(island)], crs="EPSG:4326"))
    frame, reasons = village_areas(town, places("BC"), register=lufeng_divisions())
    assert not frame.intersects(island).any()
    assert reasons[0].rule == "partition.part"
    assert reasons[0].values["area_m2"] == pytest.approx(1_136_000, rel=0.01)


def test_hamlets_count_where_the_register_knows_them_or_nothing_else_is_known() -> None:
    hamlet = VillagePoint("径仔", place_in("D"), is_firm=False)
    known = VillagePoint("六驿", place_in("C"), is_firm=False)
    frame, _ = village_areas(EAST, [*places("B"), known, hamlet], register=lufeng_divisions())
    assert set(frame["code"]) == {CODES["B"], CODES["C"]}
    frame, reasons = village_areas(EAST, [hamlet], register=lufeng_divisions())
    assert list(frame["code"]) == ["441581X01"]
    assert reasons[0].rule == "partition.hamlets"


def test_units_no_register_knows_get_local_codes_in_the_given_order() -> None:
    points = [VillagePoint("乙村", place_in("J")), VillagePoint("甲村", place_in("B"))]
    frame, _ = village_areas(TOWN_FRAME, points, taken=["441581X01"])
    assert dict(zip(frame["code"], frame["name"], strict=True)) == {"441581X02": "乙村", "441581X03": "甲村"}


def test_without_places_or_towns_the_table_is_empty_and_says_why() -> None:
    frame, reasons = village_areas(TOWN_FRAME, [])
    assert len(frame) == 0
    assert "geometry" in frame
    assert "office_lon" in frame
    assert rules(reasons) == ["partition.bare"]
    frame, reasons = village_areas(TOWN_FRAME.iloc[:0], places("B"))
    assert len(frame) == 0
    assert rules(reasons) == ["partition.outside"]


def test_the_order_of_the_places_changes_no_area() -> None:
    one, _ = village_areas(EAST, places("BCDEF"), register=lufeng_divisions())
    other, _ = village_areas(EAST, places("FEDCB"), register=lufeng_divisions())
    assert list(one["code"]) == list(other["code"])
    for mine, theirs in zip(one.geometry, other.geometry, strict=True):
        assert mine.symmetric_difference(theirs).area < 1e-12


def test_the_towns_of_the_toy_county_are_its_letters() -> None:
    for code, letters in TOWNS.items():
        drawn = shapely.union_all([shape_of(letter) for letter in letters])
        assert TOWN_FRAME.set_index("code").geometry.loc[code].equals(drawn)


def river(starts: Points, ends: Points) -> NDArray[np.float64]:
    """Walk straight, but cross the river at 115.66° E only by the bridge in the far south."""
    grid = TOY.projection
    west_bank = shapely.Point(115.66, 22.941)
    bridge = grid.to_metres(np.array([west_bank.coords[0]]))[0]
    from_, to = grid.to_metres(starts), grid.to_metres(ends)
    straight = np.linalg.norm(from_[:, None] - to[None], axis=2)
    around = np.linalg.norm(from_ - bridge, axis=1)[:, None] + np.linalg.norm(to - bridge, axis=1)[None]
    crosses = (starts[:, None, 0] < west_bank.x) != (ends[None, :, 0] < west_bank.x)
    walked: NDArray[np.float64] = np.where(crosses, around, straight)
    return walked


def test_people_belong_to_the_village_they_can_walk_to() -> None:
    # B sits far from the river, C right behind it
    seats = [VillagePoint("炎龙村", place_in("A")), VillagePoint("六驿村", place_in("C", east_m=-300))]
    on_foot, _ = village_areas(EAST, seats, register=lufeng_divisions(), reach=river)
    straight, _ = village_areas(EAST, seats, register=lufeng_divisions())
    bank = LonLat(115.655, 22.975)  # beside the river, on the side of B
    for frame, letter in ((straight, "C"), (on_foot, "B")):
        held = Areas.from_frames(frame, EAST).locate(bank)
        assert held is not None
        assert held.code == CODES[letter]
    shapes = on_foot.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert on_foot["derived"].all()
    assert set(on_foot["certainty"]) == {0.7}


def test_without_any_way_the_straight_line_decides() -> None:
    nowhere, _ = village_areas(
        EAST,
        places("BCDEF"),
        register=lufeng_divisions(),
        reach=lambda starts, ends: np.full((len(starts), len(ends)), np.inf),
    )
    straight, _ = village_areas(EAST, places("BCDEF"), register=lufeng_divisions())
    for one, other in zip(nowhere.geometry, straight.geometry, strict=True):
        # the lattice's step is 130 m
        assert one.symmetric_difference(other).area < 0.08 * other.area
