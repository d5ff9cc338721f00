"""Tickets come in and find their place: the hotline's file → RECEIVED → READY or LOCATING."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from boundaries import Candidate, Geocoder, GeocodeResult, GeocodeStatus, LonLat
from geo_service.storage import Database
from geo_service.tickets.default_points import (
    DefaultPoint,
    find_default_points,
    without_default_points,
)
from geo_service.tickets.files import read_tickets
from geo_service.tickets.model import Event, Flag, PlaceRole, Ticket, TicketPlace
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.recusals import named_official
from geo_service.tickets.sensitivity import read_flags
from geo_service.tickets.statuses import Status
from geo_service.workflow.datum_guard import Converter, Grounds, check_coordinates
from geo_service.workflow.step import Left, Progress, StepReport, left_behind, own, quietly

_BLOCK = 500  # tickets committed together: a crash repeats at most so many
_GPS_SIGMA_M = 30.0
_PLACED = frozenset({GeocodeStatus.RESOLVED, GeocodeStatus.TOWN_ONLY})


def import_tickets(  # noqa: PLR0913 - a step's options, keyword-only
    database: Database,
    path: Path,
    *,
    source_system: str,
    datum: str | None,
    now: datetime,
    grounds: Grounds | None = None,
) -> StepReport:
    """Read a hotline's file into the ledger; what is there already is not touched.

    Parameters
    ----------
    path
        XLSX, XLS or CSV.
    source_system
        Which platform wrote it; with the ticket's number the key.
    datum
        Datum of the coordinate columns, when the file has no column that says so.
    grounds
        What the coordinates are held against; None stores them unchecked.

    Raises
    ------
    BadFileError
        When the file cannot be read at all; nothing is stored then.
    WrongDatumError
        When all coordinates are shifted against the places their rows name; nothing is stored then.
    """
    converter = Converter()
    file = read_tickets(path, source_system=source_system, to_wgs84=converter, datum=datum)
    with database.unit_of_work(write=False) as work:
        defaults = work.loop.default_points.where()
    new_defaults = _default_points(without_default_points(file.tickets, defaults), grounds, now)
    tickets = without_default_points(file.tickets, [*defaults, *new_defaults])
    said = (
        check_coordinates(path, tickets, converter, grounds, text_of=words_of, declared=datum)
        if grounds
        else ()
    )
    with database.unit_of_work() as work:
        known = work.tickets.known(source_system, [ticket.upstream_no for ticket in tickets])
        fresh = [ticket for ticket in tickets if ticket.upstream_no not in known]
        work.loop.default_points.add_many(new_defaults)
        work.tickets.add_many(fresh)
        work.events.add_many(_received(ticket, path.name, now) for ticket in fresh)
        changed = [
            ticket
            for ticket in tickets
            if ticket.upstream_no in known
            and ticket.upstream_status
            and ticket.upstream_status != known[ticket.upstream_no]
        ]
        updated = _follow_upstream(work.tickets.find({ticket.id for ticket in changed}), changed, now)
        work.tickets.save_many(ticket for ticket, _ in updated)
        work.events.add_many(event for _, event in updated)
    unchanged = len(tickets) - len(fresh) - len(changed)
    return StepReport(
        "import",
        {
            "imported": len(fresh),
            "upstream status updated": len(changed),
            "already known": unchanged,
            "rows with a problem": len({problem.row for problem in file.problems}),
        },
        problems=file.problems,
        notes=(*said, *(point.reason for point in new_defaults)),
    )


def _default_points(tickets: Iterable[Ticket], grounds: Grounds | None, now: datetime) -> list[DefaultPoint]:
    """Return the coordinates of a file that are the platform's default; by the addresses without grounds."""

    def address(ticket: Ticket) -> str | None:
        return ticket.address or None

    opened = grounds() if grounds and any(ticket.lon is not None for ticket in tickets) else None

    def named(ticket: Ticket) -> int | None:
        ground = opened.ground(words_of(ticket)) if opened else None
        return None if ground is None else id(ground)  # the same names give the same object

    return find_default_points(tickets, named if opened else address, now=now)


def _received(ticket: Ticket, file: str, now: datetime) -> Event:
    reason = Reason("I1", "read from the file {file}", {"file": file})
    return ticket.happened(at=now, by="import", reason=reason)


def _follow_upstream(
    stored: dict[str, Ticket], changed: Iterable[Ticket], now: datetime
) -> list[tuple[Ticket, Event]]:
    """Take over the hotline's own status and nothing else: local work is never overwritten."""
    updated = []
    for ticket in changed:
        before = stored[ticket.id]
        after = replace(before, upstream_status=ticket.upstream_status)
        reason = Reason(
            "I10",
            "the hotline's own status changed from {before} to {after}",
            {"before": before.upstream_status or "—", "after": after.upstream_status},
        )
        updated.append((after, after.happened(at=now, by="import", reason=reason)))
    return updated


def geocode_tickets(
    database: Database, geocoder: Geocoder, *, now: datetime, progress: Progress = quietly
) -> StepReport:
    """Find the place of every received ticket; unsure ones wait in LOCATING with their candidates.

    An emergency leaves the ledger at once (110, 119, 120, 122 take over). Committed block by block, so a step
    that was cut off goes on where it stopped.
    """
    with database.unit_of_work(write=False) as work:
        waiting = work.tickets.by_status(Status.RECEIVED)
    outcomes: Counter[str] = Counter()
    left: list[Left] = []
    for start in range(0, len(waiting), _BLOCK):
        placed = []
        for ticket in waiting[start : start + _BLOCK]:
            placed.append(_placed(ticket, geocoder, now))
            progress(start + len(placed), len(waiting))
        with database.unit_of_work() as work:
            work.tickets.save_many(ticket for ticket, _ in placed)
            work.events.add_many(event for _, event in placed)
        for ticket, event in placed:
            outcomes[ticket.geocode_status or ticket.status.value] += 1
            if ticket.status is Status.LOCATING:
                left.append(left_behind(ticket, event.reason))
    located = sum(outcomes[status.name] for status in _PLACED)
    return StepReport(
        "geocode",
        {"tickets": len(waiting), "ready": located, **dict(sorted(outcomes.items()))},
        tuple(left),
    )


def _placed(ticket: Ticket, geocoder: Geocoder, now: datetime) -> tuple[Ticket, Event]:
    """Return the ticket with its place or its candidates, in its next status."""
    found, why = _flagged(ticket)
    flags = ticket.flags | found
    if Flag.EMERGENCY in flags:
        reason = next((reason for reason in why if reason.rule.startswith("E")), why[0])
        return replace(ticket, flags=flags, geocode_because=why).move(
            Status.TRANSFERRED_OUT, at=now, by="geocode", reason=reason
        )
    located, after, reason = located_ticket(replace(ticket, flags=flags), geocoder, *why)
    return located.move(after, at=now, by="geocode", reason=reason)


def _flagged(ticket: Ticket) -> tuple[frozenset[Flag], tuple[Reason, ...]]:
    return read_flags(
        kind=ticket.request_kind,
        urgency=ticket.urgency,
        category=ticket.category,
        content=f"{ticket.title}。{ticket.content}",
    )


def located_again(ticket: Ticket, geocoder: Geocoder) -> tuple[Ticket, Status]:
    """Return a ticket with its place or its candidates anew, and the status it should have."""
    _, why = _flagged(ticket)
    located, after, _ = located_ticket(ticket, geocoder, *why)
    return located, after


def located_ticket(ticket: Ticket, geocoder: Geocoder, *flagged: Reason) -> tuple[Ticket, Status, Reason]:
    """Return a ticket with its place or its candidates, the status it should have, and why.

    Parameters
    ----------
    ticket
        With its flags; whatever its status, which stays.
    flagged
        Why it has its flags: kept behind the reasons for its place.
    """
    point = LonLat(ticket.lon, ticket.lat) if ticket.lon is not None and ticket.lat is not None else None
    result = geocoder.geocode(words_of(ticket), point=point, sigma_m=_GPS_SIGMA_M)
    status, reason = _judged(result)
    official = named_official(f"{ticket.title}。{ticket.content}")
    if status is GeocodeStatus.RESOLVED and official and not ticket.is_guarded:
        status, reason = (
            GeocodeStatus.NEEDS_REVIEW,
            Reason(
                "A2",
                "it speaks of “{words}”: a person decides whether the committee may see it",
                {"words": mask_text(official)},
            ),
        )
    chosen = [result.best] if status in _PLACED and result.best else []
    places = [as_place(candidate, PlaceRole.ISSUE) for candidate in chosen]
    if result.requester_place:
        places.append(as_place(result.requester_place, PlaceRole.REQUESTER))
    listed = result.candidates[1:] if chosen else result.candidates
    located = replace(
        ticket,
        geocode_status=status.name,
        geocode_because=(
            reason,
            *(own(because) for because in result.because if own(because) != reason),
            *flagged,
        ),
        places=tuple(places),
        candidates=tuple(as_place(candidate, PlaceRole.CANDIDATE) for candidate in listed),
    )
    return located, Status.READY if status in _PLACED else Status.LOCATING, reason


def words_of(ticket: Ticket) -> str:
    """Return what the geocoder reads: the address column first, when the text does not hold it already."""
    parts = [ticket.address] if ticket.address and ticket.address not in ticket.content else []
    if ticket.town_hint and not any(ticket.town_hint in text for text in (ticket.content, ticket.address)):
        parts.insert(0, ticket.town_hint)
    return "，".join([*parts, ticket.content]) if parts else ticket.content


def _judged(result: GeocodeResult) -> tuple[GeocodeStatus, Reason]:
    """Return the status a ticket gets: a place that is found but not sure waits for a person."""
    best = result.best
    if result.status is GeocodeStatus.RESOLVED and best and not result.is_sure:
        return GeocodeStatus.NEEDS_REVIEW, Reason(
            "A1",
            "{label} is the likeliest place ({percent} %), but not sure enough to send anybody",
            {"label": best.label, "percent": round(best.confidence * 100)},
        )
    if result.because:
        return result.status, own(result.because[0])
    if best and best.because:
        return result.status, own(best.because[0])
    return result.status, Reason("L0", "the text names no place", {})


def as_place(candidate: Candidate, role: PlaceRole) -> TicketPlace:
    """Return a geocoder's candidate as a place of a ticket."""
    point = candidate.point
    return TicketPlace(
        role=role,
        level=candidate.level.name,
        label=candidate.label,
        unit_code=candidate.unit_code,
        unit_name=candidate.unit_name,
        town_code=candidate.town_code,
        town_name=candidate.town_name,
        lon=point.lon if point else None,
        lat=point.lat if point else None,
        sigma_m=candidate.sigma_m,
        confidence=candidate.confidence,
        because=tuple(own(reason) for reason in candidate.because),
    )
