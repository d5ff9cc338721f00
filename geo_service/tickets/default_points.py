"""Coordinates that are no place: a platform that knows nothing better writes the town hall's, or its own.

In Boston's 311 data 14 % of all tickets sit on City Hall; they cause five of six wrong wards, and would be
the first false hotspot. What tells them is that their texts name many different places; a market where much
happens is named by its texts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from geo_service.tickets.handling import record_id
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason

FEWEST_TICKETS = 10
FEWEST_PLACES = 5
MOST_OF_ONE = 0.5
"""Where one place is named by more of the tickets than this, it may really be there."""


@dataclass(frozen=True, slots=True)
class DefaultPoint:
    """A coordinate that counts as none."""

    lon: float
    """WGS 84 degrees, as the tickets carry it."""
    lat: float
    tickets: int
    """How many shared it when it was found."""
    places: int
    """How many different places their texts named."""
    found_at: datetime

    @property
    def id(self) -> str:
        """One per coordinate."""
        return record_id("default point", f"{self.lon:.7f}", f"{self.lat:.7f}")

    @property
    def reason(self) -> Reason:
        """What a person is told."""
        return Reason(
            "I13",
            "{tickets} tickets that name {places} different places share the point {lon}, {lat}: it is the "
            "platform's default, and counts as no coordinate",
            {
                "tickets": self.tickets,
                "places": self.places,
                "lon": round(self.lon, 6),
                "lat": round(self.lat, 6),
            },
        )


def find_default_points(
    tickets: Iterable[Ticket], place_of: Callable[[Ticket], Hashable | None], *, now: datetime
) -> list[DefaultPoint]:
    """Return the coordinates that very many tickets of different places share.

    Parameters
    ----------
    place_of
        What a ticket's words name, None when they name nothing; equal for the same place.
    """
    sharing: dict[tuple[float, float], list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        if ticket.lon is not None and ticket.lat is not None:
            sharing[ticket.lon, ticket.lat].append(ticket)
    found = []
    for (lon, lat), group in sharing.items():
        if len(group) < FEWEST_TICKETS:
            continue
        named = Counter(place for ticket in group if (place := place_of(ticket)) is not None)
        most = max(named.values(), default=0)
        if len(named) >= FEWEST_PLACES and most <= MOST_OF_ONE * named.total():
            found.append(DefaultPoint(lon, lat, len(group), len(named), now))
    return found


def without_default_points(tickets: Iterable[Ticket], points: Iterable[DefaultPoint]) -> list[Ticket]:
    """Return the tickets, those on a default point without coordinate."""
    known = {(point.lon, point.lat) for point in points}
    return [
        replace(ticket, lon=None, lat=None) if (ticket.lon, ticket.lat) in known else ticket
        for ticket in tickets
    ]
