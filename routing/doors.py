"""The places one body walks between: its offices and the doors it visits, on the streets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries import Points
from routing.itinerary import Leg
from routing.shortest_paths import street_lines
from routing.stops import Shift, Stop
from routing.travel_times import TravelTimes, snapped_times, straight_metres
from routing.walk_network import Snaps, WalkNetwork

MAX_LEG_M = 2500.0
"""Nobody walks farther than this from door to door; the pair takes a motorbike, or someone else goes."""
_HAIR_DEG = 1e-10  # a hundredth of a millimetre


@dataclass(frozen=True, eq=False)
class Doors:
    """Places, numbered bases first, then stops."""

    network: WalkNetwork
    points: Points
    """WGS 84 degrees, shape (n, 2)."""
    bases: int
    """How many of them are bases."""
    base_of: tuple[int, ...]
    """The place each half-day starts and ends at."""

    @classmethod
    def of(cls, stops: Sequence[Stop], shifts: Sequence[Shift], network: WalkNetwork) -> Self:
        """Give numbers to the places of one body's visits and half-days."""
        bases = list(dict.fromkeys(shift.base for shift in shifts))
        points = np.array([*bases, *(stop.point for stop in stops)])
        return cls(network, points, len(bases), tuple(bases.index(shift.base) for shift in shifts))

    @cached_property
    def snaps(self) -> Snaps:
        """Where they meet the streets."""
        return self.network.snap(self.points)

    @cached_property
    def times(self) -> TravelTimes:
        """The walk between them; what is farther than `MAX_LEG_M` is not walked."""
        return snapped_times(self.network, self.snaps, limit_m=MAX_LEG_M)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """Metres between them however far it is; slower than `times`, for messages."""
        return snapped_times(self.network, self.snaps).metres

    @cached_property
    def pieces(self) -> NDArray[np.int32]:
        """The connected piece of the network each is on."""
        return np.asarray(self.network.piece[self.network.edge_ends[self.snaps.edge, 0]])

    def legs(self, pairs: Sequence[tuple[int, int]]) -> list[Leg]:
        """Return the walks themselves, with their lines, between places that `times` finds walkable."""
        _, is_straight = straight_metres(self.snaps)
        by_street = [pair for pair in pairs if not is_straight[pair]]
        lines = dict(
            zip(by_street, street_lines(self.network, self.snaps, by_street, limit_m=MAX_LEG_M), strict=True)
        )
        legs = []
        for start, end in pairs:
            line = self.points[[start, end]]
            if (start, end) in lines:
                bends = self.network.projection.to_degrees(lines[start, end])
                line = _without_repeats(np.insert(line, 1, bends, axis=0))
            metres, seconds = self.times.metres[start, end], self.times.seconds[start, end]
            legs.append(Leg(float(metres), int(seconds), line))
        return legs


def _without_repeats(line: Points) -> Points:
    """Drop bends that repeat the one before, but keep both doors."""
    moved = np.abs(np.diff(line, axis=0)).max(axis=1) > _HAIR_DEG
    moved[-1] = True
    return np.asarray(line[np.concatenate([[True], moved])])
