"""Values of the trade ↔ rows of the tables; pure, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from json import JSONEncoder
from typing import Any, Protocol

from pydantic import TypeAdapter

from geo_service.storage.sealing import Keys
from geo_service.tickets.findings import AreaFinding, PlaceFinding
from geo_service.tickets.model import (
    Channel,
    Event,
    Flag,
    HandlingBody,
    PlaceRole,
    Requester,
    RequestKind,
    Source,
    Ticket,
    TicketPlace,
    Urgency,
    VisitBody,
)
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import (
    PlannedLeg,
    PlannedStop,
    Visit,
    VisitPurpose,
    VisitRecord,
    VisitStatus,
    WalkingRound,
)

Row = dict[str, Any]
"""A table's column → its value."""
Detail = Mapping[str, Any]
"""What a JSON column holds."""


class Stored(Protocol):
    """A row that was read: a value for each column's name."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - a column may hold anything


# what a ticket's columns hold just as the ticket does
_PLAIN = (
    *(
        "source_system",
        "upstream_no",
        "received_at",
        "title",
        "content_masked",
        "category",
    ),
    *("town_hint", "lon", "lat", "upstream_status", "geocode_status", "visit_due", "version"),
)
_PLACE_PLAIN = tuple(
    field.name for field in fields(TicketPlace) if field.name not in {"role", "because", "source"}
)
_STOP = tuple(field.name for field in fields(PlannedStop))
_AREA = tuple(field.name for field in fields(AreaFinding))
_FOUND = tuple(field.name for field in fields(PlaceFinding) if field.name not in {"reason", "ticket_ids"})
_VISIT = (
    *("ticket_id", "unit_code", "due", "lon", "lat", "label", "note"),
    *("seq", "tries", "not_before"),
)
_RECORD = TypeAdapter(VisitRecord | None)
_ROUND = tuple(field.name for field in fields(WalkingRound) if field.name not in {"stops", "legs", "because"})


def _plain(value: object) -> object:
    """Return something JSON does not know as what it can hold: NumPy's numbers plain, a date as its text."""
    return value.item() if hasattr(value, "item") else str(value)


to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain).encode
"""Write a detail as JSON, Chinese as it is. Not-a-number is refused: PostgreSQL would refuse it too."""


def _taken(stored: Stored, names: Iterable[str]) -> Row:
    return {name: stored[name] for name in names}


def _held(value: object, names: Iterable[str]) -> Row:
    return {name: getattr(value, name) for name in names}


def _reasons_to_json(reasons: Iterable[Reason]) -> list[Row]:
    return [reason.as_json() for reason in reasons]


def reasons_from_json(stored: Iterable[Detail]) -> tuple[Reason, ...]:
    """Return the reasons of a JSON column."""
    return tuple(Reason.from_json(one) for one in stored)


def _place_to_json(place: TicketPlace) -> Row:
    because = _reasons_to_json(place.because)
    return {"role": place.role, **_held(place, _PLACE_PLAIN), "because": because, "source": place.source}


def _place_from_json(stored: Detail) -> TicketPlace:
    return TicketPlace(
        **{
            **stored,
            "role": PlaceRole(stored["role"]),
            "because": reasons_from_json(stored["because"]),
            "source": Source(stored["source"]),
        }
    )


def _handling_to_json(body: HandlingBody | None) -> Row | None:
    if body is None:
        return None
    return {"name": body.name, "confirmed": body.confirmed, "assists": list(body.assists)}


def _handling_from_json(stored: Detail | None) -> HandlingBody | None:
    if stored is None:
        return None
    return HandlingBody(stored["name"], stored["confirmed"], tuple(stored["assists"]))


def _visiting_to_json(body: VisitBody | None) -> Row | None:
    return None if body is None else {"unit_code": body.unit_code, "name": body.name, "source": body.source}


def _visiting_from_json(stored: Detail | None) -> VisitBody | None:
    return (
        None if stored is None else VisitBody(stored["unit_code"], stored["name"], Source(stored["source"]))
    )


def ticket_to_row(ticket: Ticket, keys: Keys) -> Row:
    """Return a ticket as its row; the columns to filter by are those of the issue's place."""
    issue = ticket.issue_place
    restricted = {
        "content": ticket.content,
        "address": ticket.address,
        "name": ticket.requester.name,
        "phone": ticket.requester.phone,
        "raw": dict(ticket.raw),
    }
    return {
        "id": ticket.id,
        **_held(ticket, _PLAIN),
        "channel": ticket.channel.value,
        "request_kind": ticket.request_kind.value,
        "urgency": ticket.urgency.value,
        "status": ticket.status.value,
        "sealed": keys.seal(ticket.id, restricted),
        "requester_mark": keys.mark(ticket.requester.phone),
        "flags": sorted(ticket.flags),
        "geocode_because": _reasons_to_json(ticket.geocode_because),
        "places": [_place_to_json(place) for place in ticket.places],
        "candidates": [_place_to_json(place) for place in ticket.candidates],
        "unit_code": issue and issue.unit_code,
        "town_code": issue and issue.town_code,
        "town_name": issue.town_name if issue else "",
        "handling_body": _handling_to_json(ticket.handling_body),
        "visit_body": _visiting_to_json(ticket.visit_body),
        "assign_because": _reasons_to_json(ticket.assign_because),
    }


def ticket_from_row(row: Stored, keys: Keys) -> Ticket:
    """Return the ticket of a row."""
    restricted = keys.open(row["id"], row["sealed"])
    return Ticket(
        **_taken(row, _PLAIN),
        channel=Channel(row["channel"]),
        request_kind=RequestKind(row["request_kind"]),
        urgency=Urgency(row["urgency"]),
        status=Status(row["status"]),
        content=restricted["content"],
        address=restricted["address"],
        requester=Requester(restricted["name"], restricted["phone"]),
        flags=frozenset(map(Flag, row["flags"])),
        geocode_because=reasons_from_json(row["geocode_because"]),
        places=tuple(map(_place_from_json, row["places"])),
        candidates=tuple(map(_place_from_json, row["candidates"])),
        handling_body=_handling_from_json(row["handling_body"]),
        visit_body=_visiting_from_json(row["visit_body"]),
        assign_because=reasons_from_json(row["assign_because"]),
        raw=restricted["raw"],
    )


def event_to_row(event: Event) -> Row:
    """Return an event as its row."""
    return {
        "ticket_id": event.ticket_id,
        "at": event.at,
        "by": event.by,
        "status": event.status.value,
        "reason": event.reason.as_json(),
    }


def event_from_row(row: Stored) -> Event:
    """Return the event of a row."""
    return Event(
        row["ticket_id"], row["at"], row["by"], Status(row["status"]), Reason.from_json(row["reason"])
    )


def visit_to_row(visit: Visit) -> Row:
    """Return a visit as its row."""
    return {
        "id": visit.id,
        **_held(visit, _VISIT),
        "purpose": visit.purpose.value,
        "status": visit.status.value,
        "left_because": visit.left_because and visit.left_because.as_json(),
        "record": _RECORD.dump_python(visit.record, mode="json"),
    }


def visit_from_row(row: Stored) -> Visit:
    """Return the visit of a row."""
    because = row["left_because"]
    return Visit(
        **_taken(row, _VISIT),
        purpose=VisitPurpose(row["purpose"]),
        status=VisitStatus(row["status"]),
        left_because=because and Reason.from_json(because),
        record=_RECORD.validate_python(row["record"]),
    )


def round_to_rows(planned: WalkingRound) -> tuple[Row, list[Row], list[Row]]:
    """Return a round as its row, those of its stops and those of its legs."""
    key = {"round_id": planned.id}
    stops = [{**key, **_held(stop, _STOP)} for stop in planned.stops]
    legs = [
        {
            **key,
            "seq": seq,
            "metres": leg.metres,
            "seconds": leg.seconds,
            "line": leg.line,
            "amap_url": leg.amap_url,
        }
        for seq, leg in enumerate(planned.legs)
    ]
    return {**_held(planned, _ROUND), "because": _reasons_to_json(planned.because)}, stops, legs


def round_from_rows(row: Stored, stops: Iterable[Stored], legs: Iterable[Stored]) -> WalkingRound:
    """Return the round of a row, of its stops' rows and its legs' rows, these in order."""
    return WalkingRound(
        **_taken(row, _ROUND),
        stops=tuple(PlannedStop(**_taken(stop, _STOP)) for stop in stops),
        legs=tuple(
            PlannedLeg(
                leg["metres"], leg["seconds"], tuple((lon, lat) for lon, lat in leg["line"]), leg["amap_url"]
            )
            for leg in legs
        ),
        because=reasons_from_json(row["because"]),
    )


def place_finding_to_row(found: PlaceFinding) -> Row:
    """Return a place that stands out as its row, without the run and its rank."""
    return {**_held(found, _FOUND), "reason": found.reason.as_json(), "ticket_ids": list(found.ticket_ids)}


def place_finding_from_row(row: Stored) -> PlaceFinding:
    """Return the place of a row."""
    reason = Reason.from_json(row["reason"])
    return PlaceFinding(**_taken(row, _FOUND), reason=reason, ticket_ids=tuple(row["ticket_ids"]))


def area_finding_to_row(found: AreaFinding) -> Row:
    """Return an area's share in the test as its row, without the run and its rank."""
    return _held(found, _AREA)


def area_finding_from_row(row: Stored) -> AreaFinding:
    """Return the area of a row."""
    return AreaFinding(**_taken(row, _AREA))
