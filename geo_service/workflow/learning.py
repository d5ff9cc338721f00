"""`geo-service learn`: confirmed tickets become names, a truer calibration, and a memory of texts.

Everything is counted anew from the ledger each time, so that a second run changes nothing, and a ticket that
was taken back teaches nothing any more. No word of a caller's own place is looked at, none of a text is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from boundaries import (
    Calibration,
    Gazetteer,
    Geocoder,
    OwnCalibration,
    Sighting,
    TextMemory,
    own_calibration,
    read_statement,
    tallies,
)
from geo_service.settings import Workspace
from geo_service.storage import Database
from geo_service.tickets.reasons import Reason
from geo_service.workflow.confirmed import Confirmed, confirmed_tickets
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.learnt_names import LearntName, NameBook, NameDecision, NameState, by_name, expiry
from geo_service.workflow.step import Progress, StepReport, quietly

_NO_DECISION = NameDecision()


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading the confirmed tickets gave."""

    sightings: list[Sighting]
    matters: list[tuple[Confirmed, str]]
    """Tickets with a point, and their words that are not of the caller's own place."""
    calibrated: OwnCalibration | None


def learn(  # noqa: PLR0913 - where from, where to, and what a person decides
    database: Database,
    ground: DatedGround,
    workspace: Workspace,
    decision: NameDecision = _NO_DECISION,
    *,
    months: int,
    progress: Progress = quietly,
) -> tuple[StepReport, tuple[LearntName, ...]]:
    """Learn from every ticket whose place is confirmed, and take a person's word for names.

    Parameters
    ----------
    ground
        The county today: its names tell which ones are new, its day what has expired.
    workspace
        Where the table of names, the calibration and the memory are kept.
    decision
        Which names are approved and which forgotten; nothing is used before it is approved.
    months
        After how many months without a ticket something is forgotten.

    Returns
    -------
    tuple
        The report; every name that tickets state and no list knows, with its state and why.

    Raises
    ------
    BadDecisionError
        When a name that is decided on is not there to be; nothing is changed then.
    BadRegisterError
        When the county's table of names cannot be read.
    """
    today = ground.day
    tickets = [one for one in confirmed_tickets(database, ground.areas) if today < expiry(one.day, months)]
    read = _read(tickets, ground, progress)
    tallied = by_name(tallies(read.sightings))
    before = NameBook.open(workspace).decided(decision, tallied, today, months)
    book = before.renewed(tallied, today, months)
    book.save(workspace)
    _save_calibration(read.calibrated.table if read.calibrated else None, workspace.calibration)
    memory = _memory(read.matters)
    _save_memory(memory, workspace.memory)
    names = book.shown(tallied, today, months)
    counts = {state: sum(one.state is state for one in names) for state in NameState}
    done = {
        "confirmed tickets": sum(one.is_confirmed for one in tickets),
        "names in use": counts[NameState.APPROVED],
        "names to be approved": counts[NameState.PROPOSED],
        "names not clear yet": counts[NameState.UNCLEAR],
        "names expired": len(before.approved) - len(book.approved),
        "tickets remembered": len(memory),
        "tickets that calibrate": read.calibrated.tickets if read.calibrated else 0,
    }
    return StepReport("learn", done, notes=_notes(read.calibrated, counts[NameState.PROPOSED])), names


def _read(tickets: Sequence[Confirmed], ground: DatedGround, progress: Progress) -> _Read:
    """Read tickets again with the lists as they are without what was learnt."""
    names = ground.names_but_learnt()
    geocoder = Geocoder(names, ground.areas, ground.divisions, Calibration())
    answers, sightings, matters = [], [], []
    for done, ticket in enumerate(tickets, start=1):
        if ticket.is_confirmed:
            seen, matter = _stated(ticket, names)
            sightings += seen
            if ticket.point is not None and matter:
                matters.append((ticket, matter))
        if ticket.unit_code:
            answers.append((geocoder.geocode(ticket.verbatim), ticket.unit_code))
        progress(done, len(tickets))
    return _Read(sightings, matters, own_calibration(answers))


def _stated(ticket: Confirmed, names: Gazetteer) -> tuple[list[Sighting], str]:
    """Return where a ticket has which new names, and its words about the matter."""
    said = read_statement(ticket.masked, names)
    unit = ticket.unit_code
    if unit is None:
        return [], said.matter
    seen = [Sighting(name, unit, ticket.caller, ticket.day, said.has_several_units) for name in said.names]
    return seen, said.matter


def _memory(matters: Sequence[tuple[Confirmed, str]]) -> TextMemory:
    points = np.array([one.point for one, _ in matters], dtype=np.float64).reshape(-1, 2)
    return TextMemory.learn(
        [matter for _, matter in matters],
        points,
        [one.number for one, _ in matters],
        _days(matters),
    )


def _days(matters: Sequence[tuple[Confirmed, str]]) -> list[date]:
    return [one.day for one, _ in matters]


def _save_calibration(table: Calibration | None, path: Path) -> None:
    """Write a calibration whole, or remove it when there is nothing of the county's own in it."""
    if table is None:
        path.unlink(missing_ok=True)
        return
    unfinished = path.with_name(f"unfinished-{path.name}")
    table.save(unfinished)
    unfinished.replace(path)


def _save_memory(memory: TextMemory, path: Path) -> None:
    if len(memory):
        memory.save(path)
    else:
        path.unlink(missing_ok=True)


def _notes(calibrated: OwnCalibration | None, proposed: int) -> tuple[Reason, ...]:
    notes = []
    if proposed:
        notes.append(
            Reason(
                "N6",
                "{count} names wait for you: `geo-service learn --approve NAME` (or all) puts them in use, "
                "--forget NAME drops them",
                {"count": proposed},
            )
        )
    if calibrated is None:
        notes.append(Reason("C2", "no confirmed ticket names a village yet: the shipped calibration holds"))
    else:
        values = {
            "count": calibrated.tickets,
            "before": f"{100 * calibrated.error_before:.1f}",
            "after": f"{100 * calibrated.error_after:.1f}",
        }
        notes.append(
            Reason(
                "C1",
                "{count} tickets calibrate: the expected error of the confidences goes from {before} to "
                "{after} percentage points, each ticket judged without itself",
                values,
            )
        )
    return tuple(notes)
