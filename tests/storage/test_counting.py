"""The monthly report counts from records and moments; the article's own example comes out of it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from geo_service.storage import Database
from geo_service.tickets.callback_methods import CONFLICTS
from geo_service.tickets.callbacks import (
    Answers,
    CallBack,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    ContactChannel,
    DissatisfactionReason,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.deadlines import COUNTY_TIME
from geo_service.tickets.handling import Handling, HandlingRole
from geo_service.tickets.indicators import MonthlyReport, Rate, Share, month
from geo_service.tickets.model import PlaceRole, Ticket, TicketPlace
from tests.storage.samples import a_ticket

JANUARY = month(2026, 1)
DONGHAI, OTHER = "441581001", "441581003"
DAY = datetime(2026, 1, 15, 9, tzinfo=COUNTY_TIME)
GOOD = Answers(Respondent.REQUESTER, Resolved.YES, Satisfaction.SATISFIED, handler_contacted=True)


def in_town(number: str, town: str, category: str) -> Ticket:
    place = TicketPlace(PlaceRole.ISSUE, "TOWN", "", None, "", town, "东海街道", None, None, None, 1.0)
    return replace(a_ticket(number), places=(place,), category=category, received_at=DAY - timedelta(days=5))


def handled(ticket: Ticket, done: datetime | None) -> Handling:
    sent = DAY - timedelta(days=4)
    return Handling(
        ticket.id,
        "东海街道办事处",
        HandlingRole.LEAD,
        sent,
        sign_due=sent + timedelta(days=1),
        signed_at=sent,
        due=DAY + timedelta(days=1),
        completed_at=done,
    )


def called(ticket: Ticket, answers: Answers, at: datetime = DAY) -> CallBack:
    return CallBack(
        ticket.id,
        1,
        CallBackType.FIRST,
        CallbackMethod.CORE,
        DAY + timedelta(days=1),
        status=CallBackStatus.DONE,
        done_at=at,
        channel=ContactChannel.FACE_TO_FACE,
        answers=answers,
    )


def counted(database: Database, town: str = DONGHAI) -> MonthlyReport:
    with database.unit_of_work(write=False) as work:
        return work.counts.month(JANUARY, CONFLICTS, town_code=town, town_name="东海街道")


def test_the_articles_january_comes_out_of_the_records(database: Database) -> None:
    replied = [
        in_town(f"R{n}", DONGHAI, "政法/邻里纠纷" if n < 30 else "城乡建设/占道经营") for n in range(305)
    ]
    decoys = [in_town("N1", OTHER, "政法/邻里纠纷"), in_town("F1", DONGHAI, "政法/邻里纠纷")]
    february = datetime(2026, 2, 1, 0, 0, tzinfo=COUNTY_TIME)
    unsolved = replace(GOOD, resolved=Resolved.NO)
    with database.unit_of_work() as work:
        work.tickets.add_many([*replied, *decoys])
        work.loop.handlings.add_many(handled(ticket, DAY) for ticket in [*replied, decoys[0]])
        work.loop.handlings.add_many([handled(decoys[1], february)])
        work.loop.callbacks.add_many(called(ticket, GOOD) for ticket in replied[:22])
        work.loop.callbacks.add_many(called(ticket, unsolved) for ticket in replied[22:30])
        work.loop.callbacks.add_many([called(decoys[0], GOOD), called(decoys[1], GOOD, february)])
    report = counted(database)
    assert (report.replied, report.disputes_resolved) == (305, 22)
    assert report.rates[Rate.CALLBACK_COVERAGE] == Share(30, 305)
    assert report.rates[Rate.RESOLUTION] == Share(22, 30)
    assert report.rates[Rate.COMPLETED_ON_TIME] == Share(305, 306)
    assert counted(database, "").replied == 306


def test_a_month_without_anything_has_dashes_and_no_rates(database: Database) -> None:
    report = counted(database)
    assert (report.received, report.replied, report.disputes_resolved) == (0, 0, 0)
    assert {share.text() for share in report.rates.values()} == {"—"}
    assert set(report.rates) == set(Rate)


@pytest.mark.parametrize(
    "answers",
    [
        None,
        GOOD,
        replace(GOOD, respondent=Respondent.NEIGHBOUR),
        replace(GOOD, resolved=Resolved.UNKNOWN),
        replace(GOOD, satisfaction=None),
        replace(GOOD, respondent=Respondent.FAMILY, satisfaction=Satisfaction.DECLINED),
        Answers(
            Respondent.REQUESTER,
            Resolved.PARTLY,
            Satisfaction.VERY_DISSATISFIED,
            DissatisfactionReason.RESULT,
        ),
    ],
)
def test_the_database_counts_as_valid_what_the_rules_do(database: Database, answers: Answers | None) -> None:
    ticket = in_town("V1", DONGHAI, "")
    made = replace(called(ticket, GOOD), answers=answers)
    with database.unit_of_work() as work:
        work.tickets.add_many([ticket])
        work.loop.callbacks.add_many([made])
    assert counted(database).rates[Rate.RESOLUTION].whole == int(made.is_valid)


def test_basically_satisfied_counts_nine_tenths(database: Database) -> None:
    scale = (Satisfaction.VERY_SATISFIED, Satisfaction.BASICALLY_SATISFIED, Satisfaction.DECLINED)
    tickets = [in_town(f"S{n}", DONGHAI, "") for n in range(3)]
    with database.unit_of_work() as work:
        work.tickets.add_many(tickets)
        work.loop.callbacks.add_many(
            called(ticket, replace(GOOD, satisfaction=said))
            for ticket, said in zip(tickets, scale, strict=True)
        )
    found = counted(database).rates[Rate.SATISFACTION]
    assert found == Share(1.9, 3)
    assert found.is_small
