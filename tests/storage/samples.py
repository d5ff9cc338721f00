"""Tickets and what belongs to them, invented, to be stored and read back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from geo_service.tickets.findings import AreaFinding, Findings, PlaceFinding
from geo_service.tickets.model import (
    Channel,
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
from geo_service.tickets.visits import PlannedLeg, PlannedStop, Visit, VisitPurpose, WalkingRound, round_id

NOW = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
BECAUSE = Reason("A1", "the place lies in {name}", {"name": "水乾村", "metres": 12.5})


def a_ticket(
    number: str = "LF1",
    *,
    hours: int = 0,
    place: TicketPlace | None = None,
    **more: Any,  # noqa: ANN401 - any field of a ticket
) -> Ticket:
    """Return a received ticket, so many hours after the first one."""
    at = NOW + timedelta(hours=hours)
    places = () if place is None else (place,)
    return Ticket("12345", number, at, "占道经营", "占道经营", places=places, **more)


def a_place(
    unit_code: str | None = "441581001214", town_code: str = "441581001", town_name: str = "东海街道"
) -> TicketPlace:
    """Return the decided place of a matter."""
    return TicketPlace(
        role=PlaceRole.ISSUE,
        level="POI",
        label="水墘综合市场",
        unit_code=unit_code,
        unit_name="水乾村",
        town_code=town_code,
        town_name=town_name,
        lon=115.64,
        lat=22.95,
        sigma_m=40.0,
        confidence=0.93,
        because=(BECAUSE,),
        source=Source.MANUAL,
    )


def a_full_ticket() -> Ticket:
    """Return a ticket in which every field holds something of its own."""
    vague = TicketPlace(
        PlaceRole.CANDIDATE, "TOWN", "", None, "", "441581003", "甲子镇", None, None, None, 0.4
    )
    return Ticket(
        source_system="粤省心",
        upstream_no="DH20260100123",
        received_at=NOW.replace(microsecond=123456),
        content="王小明（13800000000）反映：水墘综合市场“占道”\n\t<b>",
        content_masked="王**（138****0000）反映：水墘综合市场占道",
        title="占道经营 𠮷",
        channel=Channel.WECHAT,
        request_kind=RequestKind.COMPLAINT,
        urgency=Urgency.URGENT,
        category="城乡建设/占道经营",
        address="水墘综合市场12号",
        town_hint="东海",
        lon=115.641234567890123,
        lat=22.95,
        requester=Requester("王小明", "13800000000"),
        flags=frozenset({Flag.CALL_FIRST, Flag.ANONYMOUS}),
        upstream_status="办理中",
        status=Status.READY,
        geocode_status="RESOLVED",
        geocode_because=(BECAUSE,),
        places=(a_place(), vague),
        candidates=(vague, a_place()),
        handling_body=HandlingBody("东海街道办事处", confirmed=True, assists=("市城管局", "市监局")),
        visit_body=VisitBody("441581001214", "水乾村“两委”", Source.AUTO),
        assign_because=(BECAUSE, BECAUSE),
        visit_due=date(2026, 1, 8),
        raw={"备注": "无", "来电次数": "3"},
        version=0,
    )


def a_visit(
    ticket: Ticket,
    *,
    due: date = date(2026, 1, 8),
    **more: Any,  # noqa: ANN401 - any field of a visit
) -> Visit:
    """Return the visit owed for a ticket."""
    return Visit(ticket.id, VisitPurpose.VERIFY, "441581001214", due, **more)


def a_round(*visits: Visit, day: date = date(2026, 1, 6), half_day: str = "AM") -> WalkingRound:
    """Return a round from the office past the visits and back."""
    stops = tuple(
        PlannedStop(seq, visit.id, visit.ticket_id, "水墘综合市场", "占道经营", 31_000, 32_200, 115.64, 22.95)
        for seq, visit in enumerate(visits, start=1)
    )
    leg = PlannedLeg(412.5, 353, ((115.63, 22.94), (115.64, 22.95)), "https://map.example/walk?from=1&to=2")
    return WalkingRound(
        id=round_id("441581001214", day, half_day),
        date=day,
        half_day=half_day,
        unit_code="441581001214",
        body_name="水乾村“两委”",
        base_name="水乾村委会",
        base_lon=115.63,
        base_lat=22.94,
        leaves=30_600,
        returns=36_000,
        stops=stops,
        legs=(leg,) * (len(stops) + 1),
        because=(BECAUSE,),
    )


def some_findings(*, found_at: datetime = NOW) -> Findings:
    """Return a search's findings: a market that stands out, and two areas."""
    market = PlaceFinding(
        name="望海楼市场",
        category="城乡建设/占道经营",
        lon=115.65,
        lat=22.94,
        radius_m=150.0,
        cases=17,
        total=40.5,
        expected=3.25,
        relative_risk=5.2,
        log_likelihood_ratio=18.4,
        p=0.001,
        significant=True,
        reason=BECAUSE,
        ticket_ids=("a1", "b2"),
    )
    areas = (
        AreaFinding("441581001214", 17, 4.5, 3.1, 0.001, 0.01, "HOT_99"),
        AreaFinding("441581001215", 0, None, None, None, None, "NONE"),
    )
    return Findings(found_at, (BECAUSE, BECAUSE), (market, market), areas)
