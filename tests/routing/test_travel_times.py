"""How long it takes from door to door, and along which streets."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely

from boundaries import OsmExtract, Points, read_osm
from routing import MAX_LEG_M, UNREACHABLE, WalkNetwork, travel_times, walking_metres
from routing.doors import Doors
from tests.routing.town import at, town
from tests.shared_data import shared

DETOUR = 1.35


@pytest.fixture(scope="module")
def guixi() -> tuple[OsmExtract, WalkNetwork]:
    extract = read_osm(shared("osm/guixi_jiangxi_2024-11.osm.pbf"))
    return extract, WalkNetwork.from_osm(extract)


def doors(network: WalkNetwork, count: int) -> Points:
    """Return places all over the town, most of them within some ten metres of a street."""
    random = np.random.default_rng(7)
    edges = random.choice(len(network.lines), count)
    along = random.uniform(0, network.edge_metres[edges])
    xy = shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edges], along))
    return network.projection.to_degrees(xy + random.normal(0, 20, (count, 2)))


def networkx_metres(extract: OsmExtract, network: WalkNetwork, points: Points) -> np.ndarray:
    """Return the same table by hand: every step of the map in networkx, each door tied to its nearest."""
    graph: nx.Graph[int] = nx.Graph()
    xy = {
        node: tuple(place)
        for way in extract.streets
        for node, place in zip(way.nodes, network.projection.to_metres(way.points), strict=True)
    }
    steps = sorted({(min(step), max(step)) for way in extract.streets for step in pairwise(way.nodes)})
    lines = [shapely.LineString([xy[a], xy[b]]) for a, b in steps]
    graph.add_weighted_edges_from((a, b, line.length) for (a, b), line in zip(steps, lines, strict=True))
    on_step: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for door, place in enumerate(map(shapely.Point, network.projection.to_metres(points)), 1):
        row = int(np.argmin(shapely.distance(place, lines)))
        on_step.setdefault(steps[row], []).append((lines[row].project(place), -door))
        graph.add_edge(-door, -1000 - door, weight=DETOUR * lines[row].distance(place))
    for (a, b), met in on_step.items():
        inner = [(along, -1000 + door) for along, door in sorted(met)]
        chain = [(0.0, a), *inner, (xy_length(xy[a], xy[b]), b)]
        graph.add_weighted_edges_from((m, n, q - p) for (p, m), (q, n) in pairwise(chain))
    ids = [-door for door in range(1, len(points) + 1)]
    ways = {door: nx.single_source_dijkstra_path_length(graph, door) for door in ids}
    return np.array([[ways[a][b] for b in ids] for a in ids])


def xy_length(start: tuple[float, ...], end: tuple[float, ...]) -> float:
    return float(np.hypot(end[0] - start[0], end[1] - start[1]))


def test_a_real_table_agrees_with_networkx(guixi: tuple[OsmExtract, WalkNetwork]) -> None:
    points = doors(guixi[1], 25)
    ours, theirs = travel_times(guixi[1], points).metres, networkx_metres(*guixi, points)
    assert ours == pytest.approx(theirs, abs=0.01)


def test_the_table_is_symmetric_with_a_zero_diagonal_and_rounds_seconds_up(
    guixi: tuple[OsmExtract, WalkNetwork],
) -> None:
    times = travel_times(guixi[1], doors(guixi[1], 60))
    assert (times.metres == times.metres.T).all()
    assert (np.diag(times.seconds) == 0).all()
    exact = times.metres * 3600 / 4200
    assert ((times.seconds >= exact - 1e-5) & (times.seconds < exact + 1)).all()


def test_no_detour_looks_shorter_than_the_way_itself(guixi: tuple[OsmExtract, WalkNetwork]) -> None:
    network = guixi[1]
    on_streets = network.snap(doors(network, 30)).points
    seconds = travel_times(network, on_streets).seconds
    assert (seconds[:, :, None] <= seconds[:, None, :] + seconds.T[None, :, :]).all()


def test_lines_lie_on_the_streets_of_the_map_and_are_as_long_as_they_say(
    guixi: tuple[OsmExtract, WalkNetwork],
) -> None:
    extract, network = guixi
    points = doors(network, 20)
    snaps, times = network.snap(points), travel_times(network, points)
    pairs = [(int(a), int(b)) for a, b in np.argwhere(times.metres <= MAX_LEG_M) if a != b]
    assert len(pairs) > 60
    streets = shapely.STRtree(
        [shapely.LineString(network.projection.to_metres(way.points)) for way in extract.streets]
    )
    for (a, b), leg in zip(pairs, Doors(network, points, 0, ()).legs(pairs), strict=True):
        assert leg.metres == pytest.approx(times.metres[a, b], abs=0.01)
        assert leg.seconds == times.seconds[a, b]
        assert (leg.line[0] == points[a]).all()
        assert (leg.line[-1] == points[b]).all()
        if len(leg.line) > 2:
            street = shapely.LineString(network.projection.to_metres(leg.line[1:-1]).repeat(2, axis=0))
            every_5_m = street.interpolate(np.arange(0, street.length, 5))
            off_m = streets.query_nearest(every_5_m, all_matches=False, return_distance=True)[1]
            assert off_m.max(initial=0) < 0.02
            stubs = DETOUR * (snaps.distance_m[a] + snaps.distance_m[b])
            assert street.length + stubs == pytest.approx(leg.metres, abs=0.01)


def test_two_doors_between_the_same_crossings_do_not_go_round_the_block() -> None:
    times = travel_times(town(), np.array([at(220, 200), at(380, 200)]))
    assert times.metres[0, 1] == pytest.approx(160, abs=1e-3)


def test_the_way_out_of_a_street_takes_the_nearer_end() -> None:
    times = travel_times(town(), np.array([at(10, 0), at(0, 100)]))
    assert times.metres[0, 1] == pytest.approx(110, abs=1e-3)


def test_the_way_from_door_to_street_counts_more_than_its_straight_line() -> None:
    times = travel_times(town(), np.array([at(50, -20), at(150, 0)]))
    assert times.metres[0, 1] == pytest.approx(100 + DETOUR * 20, abs=1e-3)


def test_neighbours_far_from_the_road_do_not_walk_to_it_and_back() -> None:
    network = town()
    points = np.array([at(150, -1000), at(150, -1030), at(150, -1000)])
    times = travel_times(network, points)
    assert times.metres[0, 1] == pytest.approx(DETOUR * 30, abs=1e-3)
    assert times.metres[0, 2] == 0
    (leg,) = Doors(network, points, 0, ()).legs([(0, 1)])
    assert leg.line.tolist() == points[:2].tolist()


def test_an_island_is_unreachable() -> None:
    times = travel_times(town(), np.array([at(0, 0), at(2400, 200)]))
    assert times.seconds.tolist() == [[0, UNREACHABLE], [UNREACHABLE, 0]]
    assert np.isinf(times.metres[0, 1])


def test_no_doors_give_an_empty_table() -> None:
    assert travel_times(town(), np.empty((0, 2))).seconds.shape == (0, 0)


def test_from_few_places_to_many_is_the_same_table(guixi: tuple[OsmExtract, WalkNetwork]) -> None:
    _, network = guixi
    points = doors(network, 60)
    table = travel_times(network, points).metres
    assert walking_metres(network, points[:7], points[7:]) == pytest.approx(table[:7, 7:])


def test_an_island_is_reached_from_nowhere_else() -> None:
    network = town()
    metres = walking_metres(network, np.array([at(0, 0)]), np.array([at(400, 0), at(2000, 300)]))
    assert metres[0] == pytest.approx([400.0, np.inf], abs=0.5)
