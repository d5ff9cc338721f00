"""Derived areas learn from confirmed places; drawn ones never do. Measured on real villages, hidden."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray

from boundaries import Areas, LonLat, VillagePoint, improved, village_areas
from boundaries.learning import LEAST_PLACES
from tests.boundaries.test_partition import EAST, places
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, places_in, toy_areas, toy_divisions

TOY = toy_areas()


def derived(letters: str = "ABCDEF") -> Areas:
    """Return 东海街道 shared out among its villages' seats."""
    return Areas.from_frames(village_areas(EAST, places(letters), register=toy_divisions())[0], EAST)


def learned(areas: Areas, points: NDArray[np.float64], of: list[str]) -> Areas:
    """Return what the areas learn, without the words about it."""
    return improved(areas, points, of)[0]


def around(letter: str, *, north_m: float = 0, count: int = 3) -> list[LonLat]:
    """Return so many places 60 m from each other, none of them the seat."""
    return [place_in(letter, east_m=60.0 * number, north_m=north_m) for number in range(1, count + 1)]


def codes(letters: str) -> list[str]:
    return [CODES[letter] for letter in letters]


def test_without_a_word_the_areas_stay_as_they_are() -> None:
    before = derived()
    after, told = improved(before, np.empty((0, 2)), [])
    assert [(reason.rule, dict(reason.values)["count"]) for reason in told] == [("learn.none", 6)]
    for one, other in zip(before.villages.geometry, after.villages.geometry, strict=True):
        assert shapely.area(shapely.symmetric_difference(one, other)) < 1e-10
    assert set(after.villages["certainty"]) == {0.7}
    assert not after.villages["confirmed"].any()


def holder(areas: Areas, place: LonLat) -> str:
    found = areas.locate(place)
    assert found is not None
    return found.code


def test_confirmed_places_move_the_ground_around_them() -> None:
    before = derived()
    # the far end of B, which lies nearer to the seat of D
    far = around("D", north_m=600)
    assert holder(before, far[0]) == CODES["D"]
    after = learned(before, np.array([*far, *around("D")]), codes("BBBDDD"))
    assert holder(after, far[0]) == CODES["B"]
    assert holder(after, place_in("D")) == CODES["D"]
    area = after.get(CODES["B"])
    assert area is not None
    assert (area.derived, area.confirmed) == (True, 3)


@pytest.mark.parametrize(("ours", "theirs"), [(2, 3), (3, 2), (3, 0), (1, 0)])
def test_a_border_moves_only_if_both_sides_have_three(ours: int, theirs: int) -> None:
    before = derived()
    points = [*around("D", north_m=600, count=ours), *around("D", count=theirs)]
    after, told = improved(before, np.array(points), codes("B" * ours + "D" * theirs))
    for one, other in zip(before.villages.geometry, after.villages.geometry, strict=True):
        assert shapely.area(shapely.symmetric_difference(one, other)) < 1e-10
    values = [dict(reason.values) for reason in told if reason.rule == "learn.few"]
    few = {value["name"]: value["count"] for value in values}
    names = {letter: TOY.villages.loc[CODES[letter], "name"] for letter in "BD"}
    counted = {"B": ours, "D": theirs}
    assert few == {names[letter]: count for letter, count in counted.items() if 0 < count < 3}


def test_what_is_learned_is_a_partition_of_the_same_ground_and_derived() -> None:
    rng = np.random.default_rng(0)
    spots = np.vstack(
        [np.array(places_in("ABCDEF"))[[row]] + rng.normal(0, 0.004, (5, 2)) for row in range(6)]
    )
    after = learned(derived(), spots, np.repeat(codes("ABCDEF"), 5).tolist())
    shapes = after.villages.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert shapely.union_all(shapes).area == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert after.villages["derived"].all()
    assert after.towns.equals(derived().towns)


def test_drawn_areas_are_never_touched() -> None:
    points = np.array([place_in("D", north_m=600)])
    after = learned(TOY, points, codes("B"))
    assert after.villages.geometry.geom_equals_exact(TOY.villages.geometry, 0).all()
    assert after.villages["certainty"].isna().all()
    area = after.get(CODES["B"])
    assert area is not None
    assert area.certainty is None


def test_places_that_cannot_be_right_are_passed_over() -> None:
    before = derived()
    points = np.array([place_in("G"), (np.nan, np.nan), place_in("B")])
    after = learned(before, points, [CODES["B"], CODES["C"], "441581999999"])
    assert not after.villages["confirmed"].any()


def test_a_lone_voice_in_the_midst_of_another_village_is_not_believed() -> None:
    crowd = np.array([place_in("D", east_m=x, north_m=y) for x in (-200, 0, 200) for y in (-200, 0, 200)])
    stray = np.array([place_in("D", east_m=70, north_m=60)])
    own = np.array(around("F"))
    after = learned(derived(), np.vstack([crowd, own, stray]), [*codes("D" * 9), *codes("FFFF")])
    found = after.locate(place_in("D", east_m=70, north_m=60))
    assert found is not None
    assert found.code == CODES["D"]


def test_many_tickets_about_one_stall_are_one_place() -> None:
    stall = np.tile(place_in("B", east_m=200), (40, 1))
    after = learned(derived(), stall, codes("B" * 40))
    assert after.villages.loc[CODES["B"], "confirmed"] == 1


def test_how_sure_a_village_is_goes_with_it_into_the_file(tmp_path: Path) -> None:
    after = learned(derived(), np.array([place_in("B", east_m=d) for d in (100, 200, 300)]), codes("BBB"))
    after.save(tmp_path / "areas.gpkg")
    area = Areas.load(tmp_path / "areas.gpkg").get(CODES["B"])
    assert area is not None
    assert area.confirmed == 3
    # three of three found again, and a prior of two places at 0.7
    assert area.certainty == pytest.approx((3 + 1.4) / 5)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Real villages whose areas are hidden, and tickets as they cluster in hamlets."""

    truth: gpd.GeoDataFrame
    areas: Areas
    """Derived from an off-centre seat in each."""
    hamlets: list[NDArray[np.float64]]

    def tickets(self, each: int, seed: int) -> tuple[NDArray[np.float64], list[str]]:
        """Return so many tickets of every village and the village of each."""
        rng = np.random.default_rng(seed)
        points = [
            _inside(shape, each, _around(homes, rng))
            for shape, homes in zip(self.truth.geometry, self.hamlets, strict=True)
        ]
        return np.vstack(points), np.repeat(self.truth["code"].to_numpy(), each).tolist()

    def right(self, areas: Areas) -> float:
        """Return the share of fresh tickets that fall into their village."""
        return float(self.right_of_each(areas).mean())

    def right_of_each(self, areas: Areas) -> NDArray[np.float64]:
        """Return the same for each village."""
        points, owners = self.tickets(40, seed=99)
        rows = areas.locate_many(points)
        found = np.where(rows >= 0, areas.villages.index.to_numpy()[rows], "")
        right: NDArray[np.float64] = (found == np.array(owners)).reshape(-1, 40).mean(axis=1)
        return right


Draw = Callable[[int], NDArray[np.float64]]


def _around(homes: NDArray[np.float64], rng: np.random.Generator) -> Draw:
    """Return a function that draws places some 200 m around hamlets."""
    return lambda count: homes[rng.integers(len(homes), size=count)] + rng.normal(0, 0.0018, (count, 2))


def _anywhere(shape: shapely.Geometry, rng: np.random.Generator) -> Draw:
    west, south, east, north = shapely.bounds(shape).tolist()
    return lambda count: rng.uniform([west, south], [east, north], (count, 2))


def _inside(shape: shapely.Geometry, count: int, draw: Draw) -> NDArray[np.float64]:
    found = np.empty((0, 2))
    while len(found) < count:
        spots = draw(8 * count)
        found = np.vstack([found, spots[shapely.contains_xy(shape, *spots.T)]])
    return found[:count]


@pytest.fixture(scope="module")
def hidden() -> Hidden:
    """Hide the 331 villages of a county and share its towns out among off-centre seats."""
    drawn = gpd.read_parquet(shared("boundaries/banyumas_desa.parquet"))
    drawn = drawn.assign(town=drawn["kode"].str[:8], code=[f"{row:012d}" for row in range(len(drawn))])
    rng = np.random.default_rng(5)
    hamlets = [_inside(shape, 4, _anywhere(shape, rng)) for shape in drawn.geometry]
    towns = drawn.dissolve("town")
    frame = gpd.GeoDataFrame(
        {"code": [f"T{row:02d}" for row in range(1, len(towns) + 1)], "name": towns.index.to_list()},
        geometry=shapely.buffer(towns.geometry.to_numpy(), 0),
        crs="EPSG:4326",
    )
    villages = []
    for town, members in drawn.groupby("town", sort=True):
        number = frame.index[frame["name"] == town][0]
        seats = [
            VillagePoint(row.nama, LonLat(*hamlets[row.Index][0].tolist()), row.code)
            for row in members.itertuples()
        ]
        villages.append(village_areas(frame.iloc[[number]].reset_index(drop=True), seats)[0])
    return Hidden(drawn, Areas.from_frames(pd.concat(villages), frame), hamlets)


def test_confirmed_tickets_beat_any_voronoi(hidden: Hidden) -> None:
    alone = hidden.right(hidden.areas)
    shares = []
    for each in (3, 10):
        points, owners = hidden.tickets(each, seed=each)
        shares.append(hidden.right(learned(hidden.areas, points, owners)))
    assert 0.68 <= alone <= 0.78
    for share, floor in zip(shares, (0.86, 0.93), strict=True):
        assert share >= floor, shares


def test_who_has_said_too_little_is_not_the_worse_for_it(hidden: Hidden) -> None:
    points, owners = hidden.tickets(10, seed=3)
    said = np.random.default_rng(3).poisson(3, len(hidden.truth))
    kept = [row for row in range(len(owners)) if row % 10 < said[row // 10]]
    after = learned(hidden.areas, points[kept], [owners[row] for row in kept])
    before, now = hidden.right_of_each(hidden.areas), hidden.right_of_each(after)
    few = said < LEAST_PLACES
    assert (now[few] >= before[few] - 0.05).all()
    assert now[~few].mean() > before[~few].mean() + 0.05


def test_the_stated_certainty_is_true(hidden: Hidden) -> None:
    points, owners = hidden.tickets(5, seed=1)
    after = learned(hidden.areas, points, owners)
    assert after.villages["certainty"].mean() == pytest.approx(hidden.right(after), abs=0.07)


def test_a_few_wrong_words_do_little_harm(hidden: Hidden) -> None:
    points, owners = hidden.tickets(5, seed=2)
    rng = np.random.default_rng(0)
    clean = hidden.right(learned(hidden.areas, points, owners))
    wrong = [owners[rng.integers(len(owners))] if rng.random() < 0.05 else owner for owner in owners]
    assert hidden.right(learned(hidden.areas, points, wrong)) > clean - 0.03
