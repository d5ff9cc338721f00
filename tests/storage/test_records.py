"""The records of the closed loop come back as they were, and are found by what stands beside them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geo_service.storage import Database
from geo_service.storage.record_tables import callbacks, list_items
from geo_service.tickets.callbacks import (
    Answers,
    Attempt,
    AttemptResult,
    CallBack,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    ContactChannel,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.handling import Ask, AskKind, Handling, HandlingRole, Link, LinkKind
from geo_service.tickets.lists import (
    AgendaPoint,
    ConsultationMeeting,
    LedgerEntry,
    ListItem,
    ListKind,
    Pledge,
)
from geo_service.tickets.reasons import Reason
from geo_service.tickets.visits import Photo, VisitRecord, VisitStep
from tests.storage.samples import NOW, a_ticket, a_visit

TICKET = a_ticket()
ANSWERED = Answers(Respondent.REQUESTER, Resolved.YES, Satisfaction.SATISFIED, words="修好了")
TRIED = Attempt(NOW, ContactChannel.PHONE, AttemptResult.NO_ANSWER, "李委员")
CALLED = CallBack(
    TICKET.id,
    1,
    CallBackType.FIRST,
    CallbackMethod.CORE,
    NOW + timedelta(days=1),
    because=(Reason("M5", "face to face", {}),),
    status=CallBackStatus.DONE,
    attempts=(TRIED, replace(TRIED, result=AttemptResult.REACHED)),
    by=("李委员", "王委员"),
    done_at=NOW,
    channel=ContactChannel.FACE_TO_FACE,
    answers=ANSWERED,
)


@pytest.fixture
def ledger(database: Database) -> Database:
    """Return a database with one ticket, to which records can belong."""
    with database.unit_of_work() as work:
        work.tickets.add_many([TICKET])
    return database


def test_every_kind_of_record_comes_back_as_it_was(ledger: Database) -> None:
    handled = Handling(TICKET.id, "城东街道办事处", HandlingRole.LEAD, NOW, due=NOW + timedelta(days=5))
    asked = Ask(
        TICKET.id, AskKind.RETURN, "城东街道办事处", NOW, "陈主任", "不属本街道", suggested_body="公路部门"
    )
    linked = Link(TICKET.id, TICKET.id, LinkKind.CLUSTER, NOW, "陈主任", Reason("K1", "same market", {}))
    entry = LedgerEntry(TICKET.id, "王**", "道路坑洼", "城东街道办事处", NOW)
    item = ListItem(ListKind.RECTIFICATION, "加强早间巡查", "visit:1", NOW, "李委员", due=date(2026, 2, 1))
    point = AgendaPoint(TICKET.id, (Reason("C1", "stuck", {}),), "公路部门牵头", "公路部门", date(2026, 2, 3))
    meeting = ConsultationMeeting("一月会商", date(2026, 1, 30), ("城东街道办事处",), (point,), "陈主任")
    pledge = Pledge("441581003203", "件件回访", date(2026, 1, 1), "callback_coverage", 1.0)
    with ledger.unit_of_work() as work:
        work.loop.handlings.add_many([handled])
        work.loop.asks.add_many([asked])
        work.loop.links.add_many([linked])
        work.loop.callbacks.add_many([CALLED])
        work.loop.ledger.add_many([entry])
        work.loop.items.add_many([item])
        work.loop.meetings.add_many([meeting])
        work.loop.pledges.add_many([pledge])
    with ledger.unit_of_work(write=False) as work:
        assert work.loop.handlings.of_ticket(TICKET.id) == [handled]
        assert work.loop.asks.of_ticket(TICKET.id) == [asked]
        assert work.loop.links.of_tickets([TICKET.id]) == {TICKET.id: [linked]}
        assert work.loop.callbacks.of_ticket(TICKET.id) == [CALLED]
        assert work.loop.ledger.find([TICKET.id]) == {TICKET.id: entry}
        assert work.loop.items.where(list_items.c.kind == ListKind.RECTIFICATION) == [item]
        assert work.loop.meetings.where() == [meeting]
        assert work.loop.pledges.where() == [pledge]


def test_a_record_that_is_stored_is_changed_by_saving_and_not_by_adding(ledger: Database) -> None:
    later = replace(CALLED, status=CallBackStatus.CANCELLED)
    with ledger.unit_of_work() as work:
        assert work.loop.callbacks.add_many([CALLED]) == 1
        assert work.loop.callbacks.add_many([later]) == 0
        assert work.loop.callbacks.of_ticket(TICKET.id) == [CALLED]
        work.loop.callbacks.save_many([later])
        assert work.loop.callbacks.count(callbacks.c.status == CallBackStatus.CANCELLED) == 1
        assert work.loop.callbacks.where(callbacks.c.status == CallBackStatus.DONE) == []


def test_a_visit_keeps_what_was_brought_back_and_a_second_one_is_another(ledger: Database) -> None:
    first = a_visit(TICKET)
    brought = VisitRecord(
        ("李委员", "王委员"),
        NOW,
        steps={VisitStep.LOOK: "路面已硬化", VisitStep.LISTEN: "满意"},
        photos=(Photo("ab12.jpg", "李委员"),),
        suggestions=("加强早间巡查",),
    )
    second = replace(first, seq=2, record=brought, tries=1, not_before=NOW)
    with ledger.unit_of_work() as work:
        assert work.visits.add_many([first, second]) == 2
        stored = {visit.seq: visit for visit in work.visits.of_ticket(TICKET.id)}
        assert stored == {1: first, 2: second}
