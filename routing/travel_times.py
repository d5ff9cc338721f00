"""From door to door: how long the walk takes, how far it is, and the line on the map.

A door stands beside its street. The way between is not on the map, so it counts 1.35 times the straight line.
Two doors beside the same street, nearer to each other than to the street, are walked straight: neighbours in
a hamlet without mapped lanes do not go out to the road and back.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries import Points
from routing.shortest_paths import street_metres, street_metres_from
from routing.walk_network import Snaps, WalkNetwork

WALK_KMH = 4.2
"""How fast cadres walk on paths."""
OFF_STREET_DETOUR = 1.35
"""How much longer the real way is than the straight line, where there is no path on the map."""
UNREACHABLE = -1
"""Seconds between two doors without a way on foot."""


@dataclass(frozen=True, slots=True, eq=False)
class TravelTimes:
    """The walk between each two of n doors, both directions alike."""

    seconds: NDArray[np.int32]
    """Shape (n, n), at 4.2 km/h, rounded up; `UNREACHABLE` where no way leads."""
    metres: NDArray[np.float64]
    """Shape (n, n), infinite where no way leads."""


def travel_times(network: WalkNetwork, points: Points) -> TravelTimes:
    """Return the walk between each two doors, the ways from the doors to their streets included.

    Parameters
    ----------
    network
        The streets.
    points
        The doors, WGS 84 degrees, shape (n, 2); may be empty. However far a door is from the nearest street,
        it is taken to reach it: see `WalkNetwork.snap` for the distance.

    Raises
    ------
    BadStopError
        When a coordinate is missing or infinite.
    """
    return snapped_times(network, network.snap(points))


def walking_metres(network: WalkNetwork, places: Points, targets: Points) -> NDArray[np.float64]:
    """Return how far it is to walk from a few places to many.

    Parameters
    ----------
    network
        The streets.
    places, targets
        WGS 84 degrees, shapes (k, 2) and (n, 2).

    Returns
    -------
    array, shape (k, n)
        Metres, the ways from and to the street included; infinite where no way leads.

    Raises
    ------
    BadStopError
        When a coordinate is missing or infinite.
    """
    start, end = network.snap(places), network.snap(targets)
    stubs = OFF_STREET_DETOUR * (start.distance_m[:, None] + end.distance_m[None, :])
    metres = street_metres_from(network, start, end) + stubs
    # beside one street, and nearer to each other than to it, people walk straight
    apart = np.hypot(*(start.places_xy[:, None] - end.places_xy[None, :]).transpose(2, 0, 1))
    is_neighbour = apart <= start.distance_m[:, None] + end.distance_m[None, :]
    straight = is_neighbour & (start.edge[:, None] == end.edge[None, :])
    return np.where(straight, OFF_STREET_DETOUR * apart, metres)


def snapped_times(network: WalkNetwork, snaps: Snaps, *, limit_m: float = np.inf) -> TravelTimes:
    """Return the walk between doors that are snapped already; longer ways than the limit are not sought."""
    stubs = OFF_STREET_DETOUR * snaps.distance_m
    metres = street_metres(network, snaps, limit_m=limit_m) + (stubs[:, None] + stubs[None, :])
    straight, is_straight = straight_metres(snaps)
    metres = np.where(is_straight, straight, metres)
    np.fill_diagonal(metres, 0.0)
    metres[metres > limit_m] = np.inf
    return TravelTimes(seconds=walking_seconds(metres), metres=metres)


def walking_seconds(metres: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return seconds on foot, rounded up, so that no detour ever looks shorter than the straight way.

    >>> walking_seconds(np.array([0.0, 7.0, 7.1, np.inf])).tolist()
    [0, 6, 7, -1]
    """
    seconds = np.ceil(metres * 3.6 / WALK_KMH - 1e-6)
    return np.where(np.isfinite(seconds), seconds, UNREACHABLE).astype(np.int32)


def straight_metres(snaps: Snaps) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the metres of the straight walk between doors, and which doors are walked so."""
    apart = np.hypot(*(snaps.places_xy[:, None] - snaps.places_xy[None, :]).transpose(2, 0, 1))
    is_neighbour = apart <= snaps.distance_m[:, None] + snaps.distance_m[None, :]
    same_street = snaps.edge[:, None] == snaps.edge[None, :]
    return OFF_STREET_DETOUR * apart, is_neighbour & same_street
