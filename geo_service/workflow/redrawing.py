"""The areas are drawn anew: what would change is shown first, then it is applied, from a day on.

Nothing that held before is edited. Tickets that were dispatched stay with whom they are; open ones are looked
at again on the new ground (`resettling`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from geopandas import GeoDataFrame

from boundaries import AreaColumns, Datum, Fit, Level, LonLat, WrongDatumError, improved
from boundaries import Reason as LibraryReason
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.model import Source, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import ENDS, Status
from geo_service.workflow.dispatch import Rules
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.resettling import Move, Resettled, begun, inherited, resettled, store
from geo_service.workflow.step import Left, Progress, StepReport, left_behind, own, quietly
from geo_service.workflow.succession import UNDECIDED, why_it_stays

_SETTLED = frozenset(Status) - ENDS - {Status.RECEIVED, *UNDECIDED, Status.CLOSED}


@dataclass(frozen=True, slots=True, eq=False)
class NewDrawing:
    """A new drawing of a county's areas, read and compared."""

    since: date
    before: DatedGround
    """The ground of the day before."""
    after: DatedGround
    """The ground of its first day."""
    notes: tuple[Reason, ...]
    """What was repaired in the file, then what changes, unit by unit."""
    changes: int
    """How many units change; 0 when the drawing is already applied, or says nothing new."""


def read_drawing(  # noqa: PLR0913 - a file and what is known of it
    ground: DatedGround,
    path: Path,
    *,
    since: date,
    datum: Datum | None = None,
    columns: AreaColumns | None = None,
    trust_datum: bool = False,
    clean_m: float | None = None,
) -> NewDrawing:
    """Read a new drawing of the areas and compare it with the one that holds.

    Parameters
    ----------
    ground
        The county as it is; any day.
    path, datum, columns
        See `boundaries.read_areas`.
    since
        Its first day.
    trust_datum
        Whether to go on when all borders look shifted.
    clean_m
        Up to which width overlaps and gaps are resolved, metres, as when the workspace was made; None: not.

    Raises
    ------
    WrongDatumError
        When the borders lie where another datum would put them.
    BadVersionError
        When a later drawing holds already.
    BoundaryError
        When the file cannot be used; says what to do.
    """
    drawn, repairs, verdict = ground.history.read(
        path, register=ground.register.on(None), datum=datum, columns=columns, clean_m=clean_m
    )
    if verdict.fit is Fit.SHIFTED and verdict.shift and not trust_datum:
        raise WrongDatumError(
            "the borders of {path} are {truly}, not {taken}: of {places} places along them {at_home} lie on "
            "the borders that hold, {shifted} would with {truly} (p = {p}). Give --datum {truly}, or "
            "--trust-datum if you know better",
            path=path.name,
            **verdict.reason.values,
        )
    if verdict.fit is Fit.MIXED and not trust_datum:
        raise WrongDatumError(
            "the borders of {path} are in two datums: of {places} places along them {at_home} lie on the "
            "borders that hold as {first}, {better} others only as {second} (p = {p}). Put them into one "
            "datum, or give --trust-datum if you know better",
            path=path.name,
            **verdict.reason.values,
        )
    return _compared(ground, drawn, since, repairs)


def learned_drawing(ground: DatedGround, database: Database, *, since: date) -> NewDrawing:
    """Return the derived areas drawn anew from the places that people have confirmed.

    What counts is a ticket with a point, its own or its place's, whose village a person decided; drawn areas
    stay as they are, and so do villages with too few such tickets, each with a note.

    Raises
    ------
    BadVersionError
        When a later drawing holds already.
    """
    with database.unit_of_work(write=False) as work:
        said = [found for ticket in work.tickets.all() if (found := _confirmed(ticket))]
    points = np.array([point for point, _ in said], dtype=np.float64).reshape(-1, 2)
    standing = ground.history.on(None)
    learned, few = improved(standing, points, [code for _, code in said])
    villages = learned.villages
    towns = set(villages["town_code"][villages["derived"].to_numpy(dtype=bool)])
    drawn = villages[villages["town_code"].isin(towns)].reset_index().assign(level=Level.VILLAGE.value)
    return _compared(ground, drawn, since, few)


def _confirmed(ticket: Ticket) -> tuple[LonLat, str] | None:
    """Return the point of a ticket and the village that a person says it is in; None without either."""
    place = ticket.issue_place
    if place is None or place.source is not Source.MANUAL or not place.unit_code:
        return None
    for lon, lat in ((place.lon, place.lat), (ticket.lon, ticket.lat)):
        if lon is not None and lat is not None:
            return LonLat(lon, lat), place.unit_code
    return None


def _compared(
    ground: DatedGround, drawn: GeoDataFrame, since: date, repairs: Collection[LibraryReason]
) -> NewDrawing:
    """Return a drawing beside the one that holds; one that is applied already, beside the one before it."""
    history, changes = ground.history.redrawn(drawn, since=since)
    if not changes:
        since = max((day for day in history.days if day <= since), default=since)
    register = ground.register.redrawn(ground.history.on(None), history.on(None), since=since)
    after = replace(ground, history=history, register=register, day=since)
    before = replace(ground, history=history, day=since - timedelta(days=1))
    notes = (*map(own, repairs), *map(own, changes))
    return NewDrawing(since, before, after, notes, len(changes))


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """What a drawing does to the tickets."""

    looked_at: int
    """Open tickets that were placed anew."""
    found: tuple[Resettled, ...]
    """Those that are elsewhere, or might be, and nobody has set out for."""
    held: tuple[Left, ...]
    """Those that would be elsewhere, but somebody has set out."""
    staying: tuple[Left, ...]
    """Others that stay although their ground changes hands."""
    untouched: int
    """Open tickets for which nothing changes."""

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(one.move for one in self.found if one.move)


def preview_drawing(
    database: Database, drawing: NewDrawing, *, progress: Progress = quietly
) -> tuple[StepReport, tuple[Move, ...]]:
    """Say which open tickets a new drawing would move, from whom to whom and why; nothing is changed.

    Tickets that stay although their ground changes hands are left behind in the report, each with the reason.
    """
    with database.unit_of_work(write=False) as work:
        outcome = _outcome(work, drawing, progress)
    return _report("areas preview", drawing, outcome), outcome.moves


def apply_drawing(  # noqa: PLR0913 - a drawing, where it goes, and by whose rules tickets are assigned
    database: Database,
    drawing: NewDrawing,
    rules: Rules,
    save: Callable[[DatedGround], None],
    *,
    now: datetime,
    progress: Progress = quietly,
) -> tuple[StepReport, tuple[Move, ...]]:
    """Put a new drawing in force and move the open tickets it concerns.

    The ground is saved first; when that or what follows is cut off, the same call goes on where it stopped,
    on the same day or later. A drawing that begins later is saved, and its tickets move when the call is made
    again on its first day.

    Parameters
    ----------
    rules
        Those of the new ground.
    save
        Writes the areas and the register of a ground into the workspace.
    """
    if drawing.changes:
        save(drawing.after)
    if drawing.since > now.date():
        waits = Reason(
            "V6",
            "it holds from {day}: run the same command again on that day, then the open tickets move",
            {"day": drawing.since.isoformat()},
        )
        done = {"units that change": drawing.changes}
        return StepReport("areas apply", done, notes=(_since(drawing), *drawing.notes, waits)), ()
    with database.unit_of_work() as work:
        outcome = _outcome(work, drawing, progress)
        for one in outcome.found:
            store(work, one, rules, now)
    return _report("areas apply", drawing, outcome), outcome.moves


def _outcome(work: UnitOfWork, drawing: NewDrawing, progress: Progress) -> _Outcome:
    """Look at every ticket that has not ended on the new ground."""
    before, after = drawing.before, drawing.after
    waiting = work.tickets.by_status(*UNDECIDED)
    settled = work.tickets.by_status(*_SETTLED)
    found = [*resettled(waiting, before, after, progress), *inherited(settled, after)]
    held = {one.ticket.id: why for one in found if (why := begun(work, one.ticket))}
    seen = {one.ticket.id for one in found}
    others = [ticket for ticket in (*waiting, *settled) if ticket.id not in seen]
    reasons = ((ticket, why_it_stays(ticket, before, after)) for ticket in others)
    staying = tuple(left_behind(ticket, why) for ticket, why in reasons if why)
    concerned = seen | {left.ticket_id for left in staying}
    return _Outcome(
        len(waiting),
        tuple(one for one in found if one.ticket.id not in held),
        tuple(left_behind(one.ticket, held[one.ticket.id]) for one in found if one.ticket.id in held),
        staying,
        sum(ticket.id not in concerned for ticket in waiting),
    )


def _report(step: str, drawing: NewDrawing, outcome: _Outcome) -> StepReport:
    moved = [one for one in outcome.found if one.move]
    unsure = sum(one.status is Status.LOCATING for one in moved)
    done = {
        "units that change": drawing.changes,
        "open tickets": outcome.looked_at,
        "move to another unit": len(moved) - unsure,
        "wait for a person": unsure,
        "wait already, others may be meant now": sum(one.move is None for one in outcome.found),
        "stay, a visit has begun": len(outcome.held),
        "stay on ground that changes hands": len(outcome.staying),
        "stay, nothing changes for them": outcome.untouched,
    }
    return StepReport(step, done, (*outcome.held, *outcome.staying), notes=(_since(drawing), *drawing.notes))


def _since(drawing: NewDrawing) -> Reason:
    values = {"day": drawing.since.isoformat()}
    if drawing.changes:
        return Reason("V7", "the new drawing holds from {day} on; earlier days keep the old one", values)
    if drawing.after.history.days:
        return Reason("V7", "this drawing says nothing new: it holds since {day}", values)
    return Reason("V7", "this drawing says nothing new: it is the one that holds", {})
