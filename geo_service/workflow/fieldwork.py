"""Cadres go out: due visits are batched into walking rounds, one body and half-day each, office to office."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from boundaries import Areas
from boundaries import Reason as LibraryReason
from geo_service.errors import ChangedMeanwhileError
from geo_service.settings import Settings
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.deadlines import Calendar
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import visible_to_village
from geo_service.tickets.reasons import Reason
from geo_service.tickets.visits import PlannedStop, Visit, VisitStatus, WalkingRound, round_id
from geo_service.workflow.route_sheets import Door, RouteSheets, doors_of
from geo_service.workflow.step import Progress, StepReport, left_behind, own, quietly
from routing import Shift, Stop, WalkNetwork, plan_rounds, shifts_for

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

    Rounds that exist stay, and their half-days are taken; so a second run changes nothing. Everything is
    written at once: a step that is cut off leaves the former rounds as they were.

    Parameters
    ----------
    first_day
        The first day to walk on; the next working day when it is none.
    again
        Plan the visits of rounds on which nobody has set out anew, in place of those rounds.

    Raises
    ------
    ChangedMeanwhileError
        When somebody set out, or planned, while this was computed; nothing is written then.
    """
    with database.unit_of_work(write=False) as work:
        kept = work.rounds.under_way() if again else work.rounds.all()
        visits = _open_visits(work, kept, again=again)
        tickets = work.tickets.find({visit.ticket_id for visit in visits})
        told = dict(_stops(work.rounds.all())) if again else {}
    taken = {planned.id for planned in kept}
    allowed = [visit for visit in visits if visible_to_village(tickets[visit.ticket_id])]
    walkable = [visit for visit in allowed if visit.lon is not None and visit.lat is not None]
    doors = doors_of(walkable, ground.settings.visit_service_minutes)
    plan = plan_rounds(
        [_stop(door, first_day) for door in doors.values()],
        _shifts(walkable, ground, first_day, taken),
        ground.network,
        on_progress=progress,
    )
    sheets = RouteSheets(doors, tickets, ground.areas)
    left_out = {visit.id: plan.left_out.get(door.id) for door in doors.values() for visit in door.visits}
    hidden = [visit for visit in visits if not visible_to_village(tickets[visit.ticket_id])]
    rounds = [sheets.write(walk) for walk in plan.rounds]
    planned = _Planned(allowed, hidden, tickets, rounds, left_out, told)
    return _store(database, planned, now=now, again=again)


def _open_visits(work: UnitOfWork, kept: Iterable[WalkingRound], *, again: bool) -> list[Visit]:
    """Return the visits to plan: those on no round and, when planning anew, those on no kept one."""
    if not again:
        return work.visits.by_status(VisitStatus.PLANNED)
    held = {stop.visit_id for walk in kept for stop in walk.stops}
    found = work.visits.by_status(VisitStatus.PLANNED, VisitStatus.ROUTED)
    return [visit for visit in found if visit.id not in held]


def _stop(door: Door, first_day: date) -> Stop:
    """Return a door as the planner's stop: the longer overdue, the higher its priority."""
    due = min(visit.due for visit in door.visits)
    days = (due - first_day).days
    return Stop(
        id=door.id,
        body=door.visits[0].unit_code,
        point=door.point,
        service_s=door.service_s,
        due=max(due, first_day),
        priority=_OVERDUE if days < 0 else _DUE_SOON if days <= 1 else _LATER,
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


@dataclass(frozen=True, slots=True)
class _Planned:
    """What one planning came to."""

    visits: Sequence[Visit]
    """As they were read."""
    hidden: Sequence[Visit]
    """Visits of tickets that have become nothing for a village since: cancelled."""
    tickets: Mapping[str, Ticket]
    rounds: Sequence[WalkingRound]
    left_out: Mapping[str, LibraryReason | None]
    told: Mapping[str, Reason]
    """Visit → the stop it had before: one that stays is no event."""


def _store(database: Database, planned: _Planned, *, now: datetime, again: bool) -> StepReport:
    """Write rounds, the visits' new status and an event per ticket, all or nothing."""
    visits, tickets, rounds = planned.visits, planned.tickets, planned.rounds
    routed = dict(_stops(rounds))
    left = {
        visit.id: _why_left(visit, planned.left_out.get(visit.id))
        for visit in visits
        if visit.id not in routed
    }
    taken_off = [visit for visit in visits if visit.id in left and visit.status is VisitStatus.ROUTED]
    with database.unit_of_work() as work:
        _refuse_changed(work, (*visits, *planned.hidden))
        work.visits.save_many(replace(visit, status=VisitStatus.CANCELLED) for visit in planned.hidden)
        if again:
            work.rounds.replace_drafts(rounds)
        else:
            work.rounds.add_many(rounds)
        work.visits.save_many(
            replace(visit, status=VisitStatus.PLANNED, left_because=left[visit.id])
            if visit.id in left
            else replace(visit, status=VisitStatus.ROUTED, left_because=None)
            for visit in visits
        )
        work.events.add_many(
            tickets[visit.ticket_id].happened(at=now, by="plan", reason=routed[visit.id])
            for visit in visits
            if visit.id in routed and routed[visit.id] != planned.told.get(visit.id)
        )
        work.events.add_many(
            tickets[visit.ticket_id].happened(at=now, by="plan", reason=left[visit.id]) for visit in taken_off
        )
    done = {
        "visits": len(visits),
        "on a round": len(routed),
        "rounds": len(rounds),
        "metres on foot": round(sum(walk.walk_m for walk in rounds)),
        "left out": len(left),
    }
    by_id = {visit.id: tickets[visit.ticket_id] for visit in visits}
    return StepReport(
        "plan", done, tuple(left_behind(by_id[visit_id], reason) for visit_id, reason in left.items())
    )


def _stops(rounds: Iterable[WalkingRound]) -> Iterator[tuple[str, Reason]]:
    """Yield each visit of the rounds, and what its ticket is told of it."""
    for walk in rounds:
        yield from ((stop.visit_id, _on_a_round(stop, walk)) for stop in walk.stops)


def _refuse_changed(work: UnitOfWork, visits: Iterable[Visit]) -> None:
    """Raise when a visit is no longer as it was read: somebody set out, cancelled or planned meanwhile."""
    stored = {visit.id: visit for visit in work.visits.by_status(VisitStatus.PLANNED, VisitStatus.ROUTED)}
    if any(stored.get(visit.id) != visit for visit in visits):
        raise ChangedMeanwhileError("the visits have changed while they were planned: plan again")


def _on_a_round(stop: PlannedStop, walk: WalkingRound) -> Reason:
    return Reason(
        "R1",
        "stop {seq} of the round of {body} on {day}, {half_day}",
        {
            "seq": stop.seq,
            "body": walk.body_name,
            "day": walk.date.isoformat(),
            "half_day": "morning" if walk.half_day == "AM" else "afternoon",
        },
    )


def _why_left(visit: Visit, reason: LibraryReason | None) -> Reason:
    if visit.lon is None:
        return Reason(
            "R2",
            "{label} has no exact place: call first, then walk",
            {"label": visit.label or visit.unit_code},
        )
    return own(reason) if reason else Reason("R3", "the committee's office has no place on the map", {})
