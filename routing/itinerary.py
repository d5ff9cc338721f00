"""What is answered: rounds to walk, door by door along real streets, and who had to wait, with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from boundaries import Points, Reason
from routing.stops import Shift


@dataclass(frozen=True, slots=True)
class RoundStop:
    """One door of a round."""

    stop_id: str
    arrives_s: int
    """When the visit begins, seconds after midnight. Waiting is included: a pair that is early for the window
    stands at the door from ``departs_s`` of the stop before plus the leg's seconds until now."""
    departs_s: int
    """When the visit ends: `arrives_s` plus the visit's length."""
    snap_m: float
    """How far the door is from the nearest street, in metres."""


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """The walk from one door to the next."""

    metres: float
    """Along the streets, plus 1.35 times the straight way from each door to its street."""
    seconds: int
    """At 4.2 km/h, rounded up."""
    line: Points
    """Shape (n, 2), n >= 2, WGS 84 degrees: from the door to its street, along streets, to the next door."""


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """What one pair walks in one half-day: out of the office, from door to door, and back."""

    shift: Shift
    stops: tuple[RoundStop, ...]
    """At least one, in walking order."""
    legs: tuple[Leg, ...]
    """One more than `stops`: the first from the base, the last back to it."""
    leaves_s: int
    """When to leave the base: as late as the first visit allows."""
    returns_s: int
    """When the pair is back."""
    because: tuple[Reason, ...]
    """Why the round is as it is."""

    @property
    def walk_m(self) -> float:
        """Metres on foot, from the base to the base."""
        return sum(leg.metres for leg in self.legs)

    @property
    def walk_s(self) -> int:
        """Seconds on foot, without visits and waiting."""
        return sum(leg.seconds for leg in self.legs)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All rounds, and the visits that are in none."""

    rounds: tuple[Round, ...]
    """By date, time of day and id of the half-day. A half-day without visits has no round."""
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    """Id of the stop, and why nobody goes there. Every stop asked for is in one round or here."""
