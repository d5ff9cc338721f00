"""Streets become a network, which is saved, opened, and snapped to."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from boundaries import OsmExtract, read_osm
from routing import BadStopError, NetworkError, WalkNetwork
from tests.routing.town import at, streets, town
from tests.shared_data import shared

EXTRACTS = (
    "beijing_bupt_2025-04",
    "beijing_wudaokou_2017-06",
    "guixi_jiangxi_2024-11",
    "nantong_haimen_2026-01",
    "shanghai_shu_2021-09",
    "shenzhen_longgang_dayun_2019-11",
)


@pytest.mark.parametrize("name", EXTRACTS)
def test_every_street_of_a_real_map_is_in_the_network_once(name: str) -> None:
    extract = read_osm(shared(f"osm/{name}.osm.pbf"))
    network = WalkNetwork.from_osm(extract)
    steps = {
        tuple(sorted(step)): network.projection.to_metres(ends)
        for way in extract.streets
        for step, ends in zip(
            zip(way.nodes, way.nodes[1:], strict=False),
            np.stack([way.points[:-1], way.points[1:]], axis=1),
            strict=True,
        )
    }
    metres = sum(float(np.hypot(*(end - start))) for start, end in steps.values())
    assert network.street_m == pytest.approx(metres, abs=0.01)


def test_a_street_between_crossings_is_one_edge() -> None:
    network = WalkNetwork.from_osm(streets([(0, 0), (100, 30), (200, 0)], [(200, 0), (200, 100), (300, 300)]))
    assert (len(network.node_xy), len(network.edge_ends)) == (2, 1)
    assert len(network.vertices) == 5


def test_a_lane_drawn_twice_counts_once() -> None:
    assert WalkNetwork.from_osm(streets([(0, 0), (100, 0)], [(100, 0), (0, 0)])).street_m == pytest.approx(
        100
    )


def test_streets_that_cross_on_a_bridge_do_not_meet() -> None:
    network = WalkNetwork.from_osm(streets([(0, -50), (0, 50)], [(-50, 0), (50, 0)]))
    assert len(set(network.piece.tolist())) == 2


def test_a_street_that_is_only_a_loop_is_kept() -> None:
    ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]
    assert WalkNetwork.from_osm(streets(ring)).street_m == pytest.approx(400)


def test_a_loop_at_the_end_of_a_lane_is_kept_once() -> None:
    ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]
    assert WalkNetwork.from_osm(streets(ring, [(0, 0), (0, -50)])).street_m == pytest.approx(450)


def test_two_map_points_at_one_place_still_join_two_streets() -> None:
    extract = streets(
        [(0, 0), (100, 0)], [(200, 0), (100, 1e-7)], [(100, 0), (100, 1e-7)], [(100, 0), (100, 50)]
    )
    network = WalkNetwork.from_osm(extract)
    assert len(set(network.piece.tolist())) == 1
    assert np.isfinite(network.snap(np.array([at(100, 0)])).along_m).all()


def test_a_map_without_streets_is_refused() -> None:
    with pytest.raises(NetworkError, match="no street to walk on"):
        WalkNetwork.from_osm(OsmExtract([], [], [], None))


def test_a_saved_network_opens_as_it_was(tmp_path: Path) -> None:
    network = town()
    network.save(tmp_path / "network.npz")
    opened = WalkNetwork.load(tmp_path / "network.npz")
    assert opened.projection == network.projection
    for name in ("node_xy", "edge_ends", "edge_starts", "vertices"):
        assert np.array_equal(getattr(opened, name), getattr(network, name)), name
    assert [path.name for path in tmp_path.iterdir()] == ["network.npz"]


def test_a_damaged_a_missing_and_a_foreign_network_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "network.npz"
    with pytest.raises(NetworkError, match="there is no street network"):
        WalkNetwork.load(path)
    town().save(path)
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"not a network"):
        path.write_bytes(broken)
        with pytest.raises(NetworkError, match="is damaged"):
            WalkNetwork.load(path)
    np.savez(path, format=np.array(99))
    with pytest.raises(NetworkError, match="of another version"):
        WalkNetwork.load(path)


def test_a_place_snaps_to_the_middle_of_its_street() -> None:
    snaps = town().snap(np.array([at(330, 190)]))
    assert snaps.distance_m[0] == pytest.approx(10)
    assert snaps.points[0] == pytest.approx(at(330, 200), abs=1e-7)


def test_snapping_finds_the_nearest_of_all_real_streets() -> None:
    network = WalkNetwork.from_osm(read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf")))
    west, south, east, north = 117.1912, 28.2817, 117.2552, 28.3225
    points = np.random.default_rng(0).uniform((west, south), (east, north), (200, 2))
    places = [shapely.Point(place) for place in network.projection.to_metres(points)]
    nearest = [shapely.distance(place, network.lines).min() for place in places]
    assert network.snap(points).distance_m == pytest.approx(nearest, abs=1e-6)


def test_a_fragment_gives_way_to_the_network_beside_it_but_not_to_a_far_one() -> None:
    far: list[tuple[float, float]] = [(0, 120), (100, 120)]
    network = WalkNetwork.from_osm(streets([(0, 0), (2000, 0)], [(300, 20), (400, 20)], far))
    beside, beyond = network.snap(np.array([at(350, 21), at(50, 121)])).distance_m
    assert (beside, beyond) == (pytest.approx(21), pytest.approx(1))


def test_a_place_without_coordinates_is_refused_by_row() -> None:
    with pytest.raises(BadStopError, match="place 2 has no coordinates"):
        town().snap(np.array([[115.6, 22.9], [np.nan, 22.9]]))


def test_no_places_snap_to_nothing_and_a_place_off_the_earth_is_infinitely_far() -> None:
    assert town().snap(np.empty((0, 2))).distance_m.shape == (0,)
    assert town().snap(np.array([[-70.0, 10.0]])).distance_m[0] > 1e6
