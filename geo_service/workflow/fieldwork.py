"""Cadres go out: due visits are batched into walking rounds, one body and half-day each, office to office."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from boundaries import Area, Areas, LonLat
from geo_service.settings import Settings
from geo_service.storage import Database
from geo_service.tickets.deadlines import Calendar
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.visits import (
    PlannedLeg,
    PlannedStop,
    Visit,
    VisitStatus,
    WalkingRound,
    round_id,
)
from geo_service.workflow.step import Left, Progress, StepReport, own, quietly
from routing import Plan, Round, Shift, Stop, WalkNetwork, amap_walk_link, plan_rounds, shifts_for

_OVERDUE = 3
_DUE_SOON = 2
_LATER = 1


@dataclass(frozen=True, slots=True)
class Ground:
    """What a walk needs: whose offices are where, and the streets between."""

    areas: Areas
    network: WalkNetwork
    calendar: Calendar
    settings: Settings


def plan_visits(  # noqa: PLR0913 - a step's options, keyword-only
    database: Database,
    ground: Ground,
    *,
    first_day: date,
    now: datetime,
    again: bool = False,
    progress: Progress = quietly,
) -> StepReport:
    """Batch the open visits into rounds over the next working days.

    Rounds that exist stay, and their half-days are taken; so a second run changes nothing.

    Parameters
    ----------
    first_day
        The first day to walk on; the next working day when it is none.
    again
        Throw the drafts away and plan all their visits anew.
    """
    if again:
        _discard(database)
    with database.unit_of_work(write=False) as work:
        visits = work.visits.by_status(VisitStatus.PLANNED)
        tickets = work.tickets.find({visit.ticket_id for visit in visits})
        taken = {planned.id for planned in work.rounds.all()}
    allowed = [visit for visit in visits if visible_to_village(tickets[visit.ticket_id])]
    walkable = [visit for visit in allowed if visit.lon is not None and visit.lat is not None]
    stops = _stops(walkable, ground.settings, first_day)
    plan = plan_rounds(
        stops, _shifts(walkable, ground, first_day, taken), ground.network, on_progress=progress
    )
    return _store(database, plan, allowed, tickets, ground.areas, now)


def _discard(database: Database) -> None:
    with database.unit_of_work() as work:
        work.rounds.delete([planned.id for planned in work.rounds.all()])
        routed = work.visits.by_status(VisitStatus.ROUTED)
        work.visits.save_many(replace(visit, status=VisitStatus.PLANNED) for visit in routed)


def _stops(visits: Iterable[Visit], settings: Settings, first_day: date) -> list[Stop]:
    """Return visits as the planner's stops; a second matter at the same place takes a quarter of the time."""
    seen: set[tuple[str, float | None, float | None]] = set()
    stops = []
    for visit in visits:
        place = (visit.unit_code, visit.lon, visit.lat)
        minutes = settings.visit_service_minutes
        stops.append(_stop(visit, minutes * 15 if place in seen else minutes * 60, first_day))
        seen.add(place)
    return stops


def _stop(visit: Visit, service_s: int, first_day: date) -> Stop:
    """Return a visit as the planner's stop: the longer overdue, the higher its priority."""
    days = (visit.due - first_day).days
    priority = _OVERDUE if days < 0 else _DUE_SOON if days <= 1 else _LATER
    return Stop(
        id=visit.id,
        body=visit.unit_code,
        point=LonLat(visit.lon or 0.0, visit.lat or 0.0),
        service_s=service_s,
        due=max(visit.due, first_day),
        priority=priority,
    )


def _shifts(visits: Iterable[Visit], ground: Ground, first_day: date, taken: Iterable[str]) -> list[Shift]:
    """Return the free half-days of every body that owes a visit."""
    used = set(taken)
    days = ground.calendar.working_days_from(first_day, ground.settings.planning_days)
    shifts = []
    for code in sorted({visit.unit_code for visit in visits}):
        area = ground.areas.get(code)
        if area is None or area.office is None:
            continue
        free = shifts_for(code, area.office, area.name, days, max_stops=ground.settings.stops_per_half_day)
        shifts += [shift for shift in free if round_id(code, shift.date, shift.half_day) not in used]
    return shifts


def _store(  # noqa: PLR0913, PLR0917 - everything one planning leaves behind, written at once
    database: Database,
    plan: Plan,
    visits: list[Visit],
    tickets: Mapping[str, Ticket],
    areas: Areas,
    now: datetime,
) -> StepReport:
    """Write rounds, the visits' new status and an event per ticket, all or nothing."""
    by_id = {visit.id: visit for visit in visits}
    rounds = [_planned(walk, by_id, tickets, areas) for walk in plan.rounds]
    routed = {stop.visit_id: walk for walk in rounds for stop in walk.stops}
    left_out = {visit.id: _why_left(visit, plan) for visit in visits if visit.id not in routed}
    with database.unit_of_work() as work:
        work.rounds.add_many(rounds)
        work.visits.save_many(
            replace(by_id[visit_id], status=VisitStatus.ROUTED, left_because=None) for visit_id in routed
        )
        work.visits.save_many(
            replace(by_id[visit_id], left_because=reason) for visit_id, reason in left_out.items()
        )
        work.events.add_many(
            tickets[by_id[visit_id].ticket_id].happened(
                at=now,
                by="plan",
                reason=Reason(
                    "R1",
                    "stop {seq} of the round of {body} on {day}, {half_day}",
                    {
                        "seq": next(stop.seq for stop in walk.stops if stop.visit_id == visit_id),
                        "body": walk.body_name,
                        "day": walk.date.isoformat(),
                        "half_day": "morning" if walk.half_day == "AM" else "afternoon",
                    },
                ),
            )
            for visit_id, walk in routed.items()
        )
    left = tuple(
        Left(by_id[visit_id].ticket_id, tickets[by_id[visit_id].ticket_id].upstream_no, reason)
        for visit_id, reason in left_out.items()
    )
    done = {
        "visits": len(visits),
        "on a round": len(routed),
        "rounds": len(rounds),
        "metres on foot": round(sum(walk.walk_m for walk in rounds)),
        "left out": len(left),
    }
    return StepReport("plan", done, left)


def _why_left(visit: Visit, plan: Plan) -> Reason:
    if visit.lon is None:
        return Reason(
            "R2",
            "{label} has no exact place: call first, then walk",
            {"label": visit.label or visit.unit_code},
        )
    reason = plan.left_out.get(visit.id)
    return own(reason) if reason else Reason("R3", "the committee's office has no place on the map", {})


def _planned(
    walk: Round, visits: Mapping[str, Visit], tickets: Mapping[str, Ticket], areas: Areas
) -> WalkingRound:
    """Return the planner's round as we keep it: with the masked words of its stops and a link per leg."""
    shift = walk.shift
    area = areas.get(shift.body)
    names = [f"第{number}站" for number in range(1, len(walk.stops) + 1)] + ["终点"]
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
        stops=tuple(
            _planned_stop(number, halt.stop_id, halt.arrives_s, halt.departs_s, visits, tickets)
            for number, halt in enumerate(walk.stops, start=1)
        ),
        legs=tuple(
            PlannedLeg(
                metres=leg.metres,
                seconds=leg.seconds,
                line=tuple((float(lon), float(lat)) for lon, lat in leg.line),
                amap_url=amap_walk_link(LonLat(*leg.line[0]), LonLat(*leg.line[-1]), name),
            )
            for leg, name in zip(walk.legs, names, strict=True)
        ),
        because=(*(own(reason) for reason in walk.because), *_office(area)),
    )


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


def _planned_stop(  # noqa: PLR0913, PLR0917 - one row of a round
    seq: int,
    visit_id: str,
    arrives: int,
    departs: int,
    visits: Mapping[str, Visit],
    tickets: Mapping[str, Ticket],
) -> PlannedStop:
    visit = visits[visit_id]
    return PlannedStop(
        seq=seq,
        visit_id=visit_id,
        ticket_id=visit.ticket_id,
        label=visit.label,
        note=f"{visit.note} · {tickets[visit.ticket_id].upstream_no}",
        eta=arrives,
        departs=departs,
        lon=visit.lon or 0.0,
        lat=visit.lat or 0.0,
    )
