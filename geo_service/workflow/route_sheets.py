"""What a planned round says on paper and phone: stops in masked words, a link per leg, one door per place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boundaries import Area, Areas, LonLat
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.visits import PlannedLeg, PlannedStop, Visit, WalkingRound, round_id
from geo_service.workflow.step import own
from routing import Leg, Round, RoundStop, amap_walk_link

_MOST_AT_ONE_DOOR = 12
"""More matters at one place go to another half-day."""


@dataclass(frozen=True, slots=True)
class Door:
    """One place to walk to, with every matter that waits there: the pair goes once, not once per ticket."""

    visits: tuple[Visit, ...]
    first_s: int
    """Seconds for the first matter."""

    @property
    def id(self) -> str:
        """The first visit's id; the planner knows the door by it."""
        return self.visits[0].id

    @property
    def point(self) -> LonLat:
        """Where."""
        return LonLat(self.visits[0].lon or 0.0, self.visits[0].lat or 0.0)

    @property
    def next_s(self) -> int:
        """Seconds for every further matter: a quarter of the first."""
        return self.first_s // 4

    @property
    def service_s(self) -> int:
        """Seconds for all."""
        return self.first_s + self.next_s * (len(self.visits) - 1)


def doors_of(visits: Iterable[Visit], minutes: int) -> dict[str, Door]:
    """Return the doors of visits that have a point, by id: same body, same place, the earliest due first."""
    places: dict[tuple[str, float | None, float | None, int], list[Visit]] = {}
    counts: dict[tuple[str, float | None, float | None], int] = {}
    for visit in sorted(visits, key=lambda visit: (visit.due, visit.id)):
        place = (visit.unit_code, visit.lon, visit.lat)
        number = counts[place] = counts.get(place, 0) + 1
        places.setdefault((*place, (number - 1) // _MOST_AT_ONE_DOOR), []).append(visit)
    doors = (Door(tuple(together), minutes * 60) for together in places.values())
    return {door.id: door for door in doors}


@dataclass(frozen=True, slots=True)
class RouteSheets:
    """Turns the planner's rounds into those that are kept and shown."""

    doors: Mapping[str, Door]
    tickets: Mapping[str, Ticket]
    areas: Areas

    def write(self, walk: Round) -> WalkingRound:
        """Return a round with the words of its stops; matters at one door are stops with no walk between."""
        shift = walk.shift
        area = self.areas.get(shift.body)
        stops: list[PlannedStop] = []
        legs: list[PlannedLeg] = []
        for halt, leg in zip(walk.stops, walk.legs, strict=False):
            legs.append(_leg(leg, f"第{len(stops) + 1}站"))
            stops += self._stops(halt, len(stops) + 1)
            legs += [_no_way(self.doors[halt.stop_id].point)] * (len(stops) - len(legs))
        legs.append(_leg(walk.legs[-1], "终点"))
        return WalkingRound(
            id=round_id(shift.body, shift.date, shift.half_day),
            date=shift.date,
            half_day=shift.half_day.value,
            unit_code=shift.body,
            body_name=f"{area.name if area else shift.base_name}“两委”",
            base_name=shift.base_name,
            base_lon=shift.base.lon,
            base_lat=shift.base.lat,
            leaves=walk.leaves_s,
            returns=walk.returns_s,
            stops=tuple(stops),
            legs=tuple(legs),
            because=(*(own(reason) for reason in walk.because), *_office(area)),
        )

    def _stops(self, halt: RoundStop, first: int) -> list[PlannedStop]:
        """Return the matters of one halt, one after the other."""
        door = self.doors[halt.stop_id]
        starts = halt.departs_s - door.service_s
        return [
            PlannedStop(
                seq=first + number,
                visit_id=visit.id,
                ticket_id=visit.ticket_id,
                label=visit.label,
                note=f"{visit.note} · {self.tickets[visit.ticket_id].upstream_no}",
                eta=halt.arrives_s if number == 0 else starts + door.first_s + door.next_s * (number - 1),
                departs=starts + door.first_s + door.next_s * number,
                lon=door.point.lon,
                lat=door.point.lat,
            )
            for number, visit in enumerate(door.visits)
        ]


def _leg(leg: Leg, name: str) -> PlannedLeg:
    """Return a way with its map-app link, which names nobody."""
    line = tuple((float(lon), float(lat)) for lon, lat in leg.line)
    return PlannedLeg(
        leg.metres, leg.seconds, line, amap_walk_link(LonLat(*line[0]), LonLat(*line[-1]), name)
    )


def _no_way(point: LonLat) -> PlannedLeg:
    """Return the way from a door to itself."""
    here = (point.lon, point.lat)
    return PlannedLeg(0.0, 0, (here, here), "")


def _office(area: Area | None) -> tuple[Reason, ...]:
    """Say so when nobody told where the office is: the round starts at a point inside the area."""
    if area is None or not area.office_assumed:
        return ()
    reason = Reason(
        "R4",
        "nobody has said where the office of {name} is: the round starts at a point inside its area",
        {"name": area.name},
    )
    return (reason,)
