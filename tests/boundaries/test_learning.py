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
from tests.boundaries.test_partition import EAST, places
from tests.shared_data import shared
from tests.toy_county import CODES, place_in, places_in, toy_areas, toy_divisions

TOY = toy_areas()


def derived(letters: str = "ABCDEF") -> Areas:
    """Return 东海街道 shared out among its villages' seats."""
    return Areas.from_frames(village_areas(EAST, places(letters), register=toy_divisions())[0], EAST)


def codes(letters: str) -> list[str]:
    return [CODES[letter] for letter in letters]


def test_without_a_word_the_areas_stay_as_they_are() -> None:
    before = derived()
    after = improved(before, np.empty((0, 2)), [])
    for one, other in zip(before.villages.geometry, after.villages.geometry, strict=True):
        assert shapely.area(shapely.symmetric_difference(one, other)) < 1e-10
    assert set(after.villages["certainty"]) == {0.7}
    assert not after.villages["confirmed"].any()


def test_a_confirmed_place_moves_the_ground_around_it() -> None:
    before = derived()
    # the far end of B, which lies nearer to the seat of D
    far = place_in("D", north_m=600)
    holder = before.locate(far)
    assert holder is not None
    assert holder.code == CODES["D"]
    after = improved(before, np.array([far]), codes("B"))
    found = after.locate(far)
    assert found is not None
    assert found.code == CODES["B"]
    assert found.derived


def test_what_is_learned_is_a_partition_of_the_same_ground_and_derived() -> None:
    rng = np.random.default_rng(0)
    spots = np.vstack(
        [np.array(places_in("ABCDEF"))[[row]] + rng.normal(0, 0.004, (5, 2)) for row in range(6)]
    )
    after = improved(derived(), spots, np.repeat(codes("ABCDEF"), 5).tolist())
    shapes = after.villages.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert shapely.union_all(shapes).area == pytest.approx(EAST.geometry.iloc[0].area, rel=1e-9)
    assert after.villages["derived"].all()
    assert after.towns.equals(derived().towns)


def test_drawn_areas_are_never_touched() -> None:
    points = np.array([place_in("D", north_m=600)])
    after = improved(TOY, points, codes("B"))
    assert after.villages.geometry.geom_equals_exact(TOY.villages.geometry, 0).all()
    assert after.villages["certainty"].isna().all()
    area = after.get(CODES["B"])
    assert area is not None
    assert area.certainty is None


def test_places_that_cannot_be_right_are_passed_over() -> None:
    before = derived()
    points = np.array([place_in("G"), (np.nan, np.nan), place_in("B")])
    after = improved(before, points, [CODES["B"], CODES["C"], "441581999999"])
    assert not after.villages["confirmed"].any()


def test_a_lone_voice_in_the_midst_of_another_village_is_not_believed() -> None:
    crowd = np.array([place_in("D", east_m=x, north_m=y) for x in (-200, 0, 200) for y in (-200, 0, 200)])
    stray = np.array([place_in("D", east_m=70, north_m=60)])
    after = improved(derived(), np.vstack([crowd, stray]), [*codes("D" * 9), *codes("F")])
    found = after.locate(place_in("D", east_m=70, north_m=60))
    assert found is not None
    assert found.code == CODES["D"]


def test_many_tickets_about_one_stall_are_one_place() -> None:
    stall = np.tile(place_in("B", east_m=200), (40, 1))
    after = improved(derived(), stall, codes("B" * 40))
    assert after.villages.loc[CODES["B"], "confirmed"] == 1


def test_how_sure_a_village_is_goes_with_it_into_the_file(tmp_path: Path) -> None:
    after = improved(derived(), np.array([place_in("B", east_m=d) for d in (100, 200, 300)]), codes("BBB"))
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
        points, owners = self.tickets(40, seed=99)
        rows = areas.locate_many(points)
        found = np.where(rows >= 0, areas.villages.index.to_numpy()[rows], "")
        return float((found == np.array(owners)).mean())


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
    for each in (1, 3, 10):
        points, owners = hidden.tickets(each, seed=each)
        shares.append(hidden.right(improved(hidden.areas, points, owners)))
    assert 0.68 <= alone <= 0.78
    for share, floor in zip(shares, (0.78, 0.86, 0.93), strict=True):
        assert share >= floor, shares


def test_the_stated_certainty_is_true(hidden: Hidden) -> None:
    points, owners = hidden.tickets(5, seed=1)
    learned = improved(hidden.areas, points, owners)
    assert learned.villages["certainty"].mean() == pytest.approx(hidden.right(learned), abs=0.07)


def test_a_few_wrong_words_do_little_harm(hidden: Hidden) -> None:
    points, owners = hidden.tickets(5, seed=2)
    rng = np.random.default_rng(0)
    clean = hidden.right(improved(hidden.areas, points, owners))
    wrong = [owners[rng.integers(len(owners))] if rng.random() < 0.05 else owner for owner in owners]
    assert hidden.right(improved(hidden.areas, points, wrong)) > clean - 0.03
