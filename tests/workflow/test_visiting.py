"""What a team brings back from a doorstep, and what follows."""

from dataclasses import replace
from datetime import datetime

import pytest

from geo_service.errors import BadDecisionError, WrongStatusError
from geo_service.services import COUNTY_TIME
from geo_service.storage import UnitOfWork
from geo_service.tickets.callbacks import CallbackMethod, CallBackStatus
from geo_service.tickets.lists import ListKind
from geo_service.tickets.model import Flag, PlaceRole, Source, TicketPlace, VisitBody
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitRecord, VisitStatus, VisitStep
from geo_service.workflow.visiting import Brought
from tests.workflow.test_closed_loop import (
    GOOD,
    PAIR,
    County,
    Dispatched,
    dispatched,  # noqa: F401 - a fixture is found by its name
)

AT = datetime(2026, 1, 13, 9, 30, tzinfo=COUNTY_TIME)
STEPS = {VisitStep.LOOK: "路面平整", VisitStep.LISTEN: "满意", VisitStep.ASK: "无其他诉求"}
RECORD = VisitRecord(PAIR, AT, steps=STEPS, suggestions=("加强早间巡查，电话13800001234",))
DONE = Brought(VisitStatus.DONE, RECORD, GOOD)


def with_visit(county: County, *flags: Flag) -> Visit:
    """Let a village own the ticket's place, finish the work, and return the visit that calls back."""
    place = TicketPlace(
        PlaceRole.ISSUE,
        "POINT",
        "",
        "441581001214",
        "炎龙村",
        "441581001",
        "东海街道",
        115.65,
        22.95,
        20.0,
        1.0,
    )
    body = VisitBody("441581001214", "炎龙村“两委”", Source.AUTO)
    with county.services.database.unit_of_work() as work:
        work.tickets.save(replace(county.ticket(), places=(place,), visit_body=body))
    county.done()
    with county.services.database.unit_of_work() as work:
        (visit,) = work.visits.of_ticket(county.ticket_id)
        if flags:
            work.tickets.save(replace(work.tickets.get(county.ticket_id), flags=frozenset(flags)))
    return visit


def read(county: County) -> tuple[Visit, UnitOfWork]:
    with county.services.database.unit_of_work(write=False) as work:
        return work.visits.of_ticket(county.ticket_id)[0], work


def test_a_visit_that_calls_back_closes_the_ticket_and_lists_what_was_suggested(
    dispatched: Dispatched,  # noqa: F811 - the fixture itself
) -> None:
    county = dispatched()
    visit = with_visit(county)
    assert county.loop.visit(visit.id, DONE, by="李委员").status is Status.CLOSED
    with county.services.database.unit_of_work(write=False) as work:
        done = work.visits.get(visit.id)
        (item,) = work.loop.items.where()
        made = [one for one in work.loop.callbacks.of_ticket(county.ticket_id) if one.done_at]
    assert done.status is VisitStatus.DONE
    assert (item.kind, item.text) == (ListKind.RECTIFICATION, "加强早间巡查，电话138****0000")
    assert [(one.visit_id, one.by) for one in made] == [(visit.id, PAIR)]


@pytest.mark.parametrize(
    ("brought", "said"),
    [
        (replace(DONE, record=replace(RECORD, team=("李委员",))), "two people go to a door"),
        (replace(DONE, record=replace(RECORD, steps={VisitStep.LOOK: "平整"})), "LISTEN、ASK is empty"),
        (replace(DONE, answers=None), "note what was answered"),
        (
            replace(DONE, record=replace(RECORD, arrived_lon=115.66, arrived_lat=22.95)),
            "you were 1026 m from the place",
        ),
        (replace(DONE, outcome=VisitStatus.ROUTED), "a visit ends as done"),
    ],
)
def test_a_visit_that_lacks_something_is_told_and_not_stored(
    brought: Brought,
    said: str,
    dispatched: Dispatched,  # noqa: F811 - the fixture itself
) -> None:
    county = dispatched()
    visit = with_visit(county)
    with pytest.raises(BadDecisionError, match=said):
        county.loop.visit(visit.id, brought, by="李委员")
    assert county.ticket().status is Status.CALLBACK_DUE


def test_after_the_second_closed_door_the_phone_takes_over(
    dispatched: Dispatched,  # noqa: F811 - the fixture itself
) -> None:
    county = dispatched()
    visit = with_visit(county)
    closed = Brought(VisitStatus.NOT_HOME, replace(RECORD, steps=None))
    county.loop.visit(visit.id, closed, by="李委员")
    assert read(county)[0].status is VisitStatus.PLANNED
    county.loop.visit(visit.id, closed, by="李委员")
    assert read(county)[0].status is VisitStatus.NOT_HOME
    with county.services.database.unit_of_work(write=False) as work:
        (owed,) = work.loop.callbacks.of_ticket(county.ticket_id)
    assert (owed.method, owed.status) == (CallbackMethod.AUXILIARY, CallBackStatus.PLANNED)


def test_nobody_visits_for_what_the_village_must_not_see(
    dispatched: Dispatched,  # noqa: F811 - the fixture itself
) -> None:
    county = dispatched()
    visit = with_visit(county, Flag.RECUSAL)
    with pytest.raises(WrongStatusError, match="nothing for the village"):
        county.loop.visit(visit.id, DONE, by="李委员")
