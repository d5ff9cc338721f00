"""A workspace of the toy county: its streets, fifty tickets in every state, planned rounds and a hotspot.

Whatever is restricted in a ticket holds the word `SECRET`; no answer of the service may ever hold it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

import maps
from boundaries import Gazetteer, LonLat, OsmExtract, OsmFeature, OsmWay, write_divisions
from geo_service.services import Services
from geo_service.settings import Settings, Workspace, settings_to_toml
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
from geo_service.tickets.visits import Visit, VisitPurpose
from routing import WalkNetwork
from tests.toy_county import CODES, CORNER, place_in, toy_areas, toy_divisions

SECRET = "绝密13812345678"  # noqa: S105 - no password: the word that must never leave
TODAY = date(2026, 1, 12)
CHINA = ZoneInfo("Asia/Shanghai")
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>`${window.hacked=1}`"
MARKET = "城乡建设/占道经营"
_STEP_DEG = 0.0025


def make_toy_workspace(folder: Path) -> Services:
    """Make the workspace, store the tickets, plan their visits and look for hotspots."""
    workspace = Workspace(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(name="玩具县", county_code="441581", simulated=True, today=TODAY)
    workspace.settings_file.write_text(settings_to_toml(settings), encoding="utf-8")
    areas, divisions, extract = toy_areas(), toy_divisions(), toy_map()
    areas.save(workspace.areas)
    write_divisions(divisions, workspace.divisions)
    Gazetteer.build(extract, divisions, areas).save(workspace.gazetteer)
    WalkNetwork.from_osm(extract).save(workspace.network)
    maps.save_basemap(maps.basemap_frame(extract), workspace.basemap)
    services = Services.open(workspace)
    tickets = fifty_tickets()
    with services.database.unit_of_work() as work:
        work.tickets.add_many(tickets)
        work.events.add_many(_received(ticket) for ticket in tickets)
        work.visits.add_many(_visit(ticket) for ticket in tickets if ticket.visit_body)
    services.plan()
    services.hotspots()
    return services


def toy_map() -> OsmExtract:
    """Return a grid of streets over the county, one of them named, and a market in village A."""
    columns, rows = 33, 29
    ways = []
    numbers = count(1)
    for row in range(rows):
        line = [(row, column) for column in range(columns)]
        ways.append(_way(next(numbers), line, columns, "新华路" if row == 2 else ""))
    for column in range(columns):
        line = [(row, column) for row in range(rows)]
        ways.append(_way(next(numbers), line, columns, "人民路" if column == 10 else ""))
    market = OsmFeature(9001, "n", place_in("A"), {"name": "水墘综合市场", "amenity": "marketplace"})
    west, north = CORNER
    bounds = (west, north - _STEP_DEG * rows, west + _STEP_DEG * columns, north)
    return OsmExtract(ways, [market], [], bounds, "toy.osm")


def _way(number: int, line: list[tuple[int, int]], columns: int, name: str) -> OsmWay:
    points = [
        (round(CORNER.lon + _STEP_DEG * column, 6), round(CORNER.lat - _STEP_DEG * row, 6))
        for row, column in line
    ]
    nodes = tuple(1 + row * columns + column for row, column in line)
    tags = {"highway": "residential", **({"name": name} if name else {})}
    return OsmWay(number, nodes, np.array(points), tags)


def fifty_tickets() -> list[Ticket]:
    """Return fifty tickets: received, to be located, ready, dispatched, guarded, given back."""
    return [*_received_ones(4), *_market_ones(9), *_spread_ones(19), *_guarded_ones(), *_located_ones()]


def _base(number: int, **more: object) -> Ticket:
    """Return a received ticket, its restricted fields full of secrets."""
    text = f"{SECRET}来电反映第{number}件事"
    ticket = Ticket(
        source_system="12345",
        upstream_no=f"LF202601{number:04d}",
        received_at=datetime(2026, 1, 5, 8, 30, tzinfo=CHINA) + timedelta(hours=3 * number),
        content=text,
        content_masked=f"来电反映第{number}件事",
        title=f"第{number}件事",
        channel=Channel.PHONE,
        request_kind=RequestKind.ASSISTANCE,
        category="城乡建设/道路破损",
        address=f"{SECRET}号",
        requester=Requester(name=SECRET, phone=SECRET),
        raw={"备注": SECRET},
    )
    return replace(ticket, **more)  # type: ignore[arg-type]  # fields of a ticket, by name


def _place(
    letter: str, label: str, *, east_m: float, north_m: float, confidence: float = 0.93
) -> TicketPlace:
    unit = toy_divisions()[CODES[letter]]
    at = place_in(letter, east_m=east_m, north_m=north_m)
    return TicketPlace(
        role=PlaceRole.ISSUE,
        level="poi",
        label=label,
        unit_code=unit.code,
        unit_name=unit.display_name,
        town_code=unit.town_code,
        town_name=unit.town_name,
        lon=at.lon,
        lat=at.lat,
        sigma_m=30.0,
        confidence=confidence,
        because=(on_the_map(label),),
    )


def on_the_map(label: str) -> Reason:
    """Return a geocoder's reason that repeats the words of a place."""
    template = "{name} is on the map; the wording allows {reach_m} m around it"
    return Reason("L4", template, {"name": label, "reach_m": 50})


def _settled(ticket: Ticket, place: TicketPlace, status: Status) -> Ticket:
    """Return the ticket with its place, its bodies and the reasons."""
    return replace(
        ticket,
        status=status,
        geocode_status="resolved",
        geocode_because=(on_the_map(place.label),),
        places=(place,),
        handling_body=HandlingBody(f"{place.town_name}办事处", confirmed=status is Status.DISPATCHED),
        visit_body=None
        if ticket.is_guarded
        else VisitBody(place.unit_code or "", f"{place.unit_name}“两委”", Source.AUTO),
        assign_because=(
            Reason("L8", "{percent} % of the place and its surroundings lie in one unit", {"percent": 93}),
        ),
        visit_due=None if ticket.is_guarded else date(2026, 1, 13),
    )


def _received_ones(n: int) -> Iterator[Ticket]:
    for number in range(1, n + 1):
        yield _base(number)


def _market_ones(n: int) -> Iterator[Ticket]:
    for index in range(n):
        place = _place("A", "水墘综合市场", east_m=10.0 * index, north_m=5.0)
        ticket = _base(
            10 + index, category=MARKET, title="占道经营", content_masked="水墘综合市场门口占道经营"
        )
        yield _settled(ticket, place, Status.READY if index % 2 else Status.DISPATCHED)


def _spread_ones(n: int) -> Iterator[Ticket]:
    letters = "BCDEFGHIJK"
    for index in range(n):
        letter = letters[index % len(letters)]
        place = _place(
            letter, f"路口{index}", east_m=80.0 * (index % 5) - 160, north_m=60.0 * (index % 3) - 60
        )
        ticket = _base(20 + index, category=("城乡建设/道路破损", "环境保护/社会生活噪声")[index % 2])
        if index == 0:
            ticket = replace(ticket, title=HOSTILE, content_masked=HOSTILE)
            place = replace(place, label=HOSTILE)
        yield _settled(ticket, place, Status.READY if index % 3 else Status.DISPATCHED)


def _guarded_ones() -> Iterator[Ticket]:
    for number, flag in ((40, Flag.RECUSAL), (41, Flag.CONFIDENTIAL)):
        ticket = _base(
            number, title=f"保密事项{number}", category="纪检监察/干部作风", flags=frozenset({flag})
        )
        yield _settled(ticket, _place("D", f"保密地点{number}", east_m=50, north_m=50), Status.READY)
    yield replace(
        _base(42, urgency=Urgency.EMERGENCY, flags=frozenset({Flag.EMERGENCY})), status=Status.TRANSFERRED_OUT
    )


def _located_ones() -> Iterator[Ticket]:
    """Yield what waits for a person; the oldest have two candidates in one village, and one elsewhere."""
    waiting = partial(replace, status=Status.LOCATING)
    near = [
        replace(_place("G", "竹林市场", east_m=0, north_m=0, confidence=0.5), role=PlaceRole.CANDIDATE),
        replace(_place("G", "竹林新市场", east_m=300, north_m=0, confidence=0.3), role=PlaceRole.CANDIDATE),
        replace(_place("J", "竹林村", east_m=0, north_m=0, confidence=0.2), role=PlaceRole.CANDIDATE),
    ]
    why = Reason("L7", "the map has {count} places called {place}", {"count": 3, "place": "竹林市场"})
    for number in range(43, 58):
        ticket = waiting(_base(number, content_masked=f"竹林市场旁边的路灯不亮（{number}）"))
        if number <= 50:
            yield replace(ticket, geocode_status="ambiguous", geocode_because=(why,), candidates=tuple(near))
        elif number == 51:
            yield replace(ticket, geocode_status="no_place", urgency=Urgency.URGENT)
        elif number == 52:
            away = replace(
                near[0], level="city_out", unit_code=None, unit_name="", town_code=None, town_name=""
            )
            yield replace(ticket, geocode_status="out_of_area", candidates=(replace(away, label="海丰县"),))
        elif number == 53:
            town = replace(
                near[0], level="town", unit_code=None, unit_name="", label="河西街道", lon=None, lat=None
            )
            yield replace(ticket, geocode_status="town_only", candidates=(town,))
        elif number <= 57:
            yield replace(ticket, geocode_status="needs_review", candidates=(near[0],))


def _received(ticket: Ticket) -> Event:
    reason = Reason("I1", "read from the file {file}", {"file": "tickets.xlsx"})
    return Event(ticket.id, ticket.received_at, "import", Status.RECEIVED, reason)


def _visit(ticket: Ticket) -> Visit:
    place = ticket.issue_place
    assert place is not None
    assert ticket.visit_body is not None
    at = LonLat(place.lon or 0.0, place.lat or 0.0)
    return Visit(
        ticket_id=ticket.id,
        purpose=VisitPurpose.VERIFY,
        unit_code=ticket.visit_body.unit_code,
        due=date(2026, 1, 13),
        lon=at.lon,
        lat=at.lat,
        label=place.label,
        note=ticket.category,
    )
