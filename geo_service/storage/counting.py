"""What the monthly report counts, by the database: from records and moments, never from stored totals."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Case, ColumnElement, Connection, Table, and_, case, func, or_, select

from geo_service.storage.record_tables import asks, callbacks, handlings, list_items
from geo_service.storage.statements import starts_with
from geo_service.storage.tables import tickets
from geo_service.tickets.callbacks import (
    CallBackStatus,
    CallBackType,
    ContactChannel,
    Resolved,
    Respondent,
    Satisfaction,
)
from geo_service.tickets.handling import Answer, AskKind, HandlingRole
from geo_service.tickets.indicators import BASICALLY_SATISFIED_WEIGHT, MonthlyReport, Period, Rate, Share
from geo_service.tickets.lists import ItemStatus, ListKind

_MOST = 5
_HAPPY = (Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED)


class Counts:
    """The counts of a period in a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def month(
        self, period: Period, conflicts: Sequence[str], *, town_code: str = "", town_name: str = ""
    ) -> MonthlyReport:
        """Count a period.

        Parameters
        ----------
        conflicts
            Categories that are disputes; each with all below it.
        town_code
            Town of the issues' places; empty for the whole county.
        """
        here = [tickets.c.town_code == town_code] if town_code else []
        dispute = _any_of(conflicts)
        rates = self._of_callbacks(period, here) | self._of_handlings(period, here)
        rates |= self._of_lists(period, town_code)
        return MonthlyReport(
            town_code,
            town_name,
            period,
            received=self._count(_within(tickets.c.received_at, period), *here),
            replied=self._replied(period, here),
            disputes_resolved=self._disputes(period, [*here, dispute]),
            rates=rates,
            satisfaction_of_disputes=self._satisfaction(period, [*here, dispute]),
            top_categories=self._top(tickets.c.category, period, here),
            top_places=self._top(tickets.c.unit_code, period, here),
        )

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        return self._connection.scalar(select(func.count()).select_from(tickets).where(*conditions)) or 0

    def _replied(self, period: Period, here: list[ColumnElement[bool]]) -> int:
        wanted = _joined(handlings, select(func.count(handlings.c.ticket_id.distinct())), here).where(
            handlings.c.role == HandlingRole.LEAD.value, _within(handlings.c.completed_at, period)
        )
        return self._connection.scalar(wanted) or 0

    def _disputes(self, period: Period, here: list[ColumnElement[bool]]) -> int:
        wanted = _joined(callbacks, select(func.count(callbacks.c.ticket_id.distinct())), here).where(
            _valid(period), Resolved.YES.value == _RESOLVED
        )
        return self._connection.scalar(wanted) or 0

    def _satisfaction(self, period: Period, here: list[ColumnElement[bool]]) -> Share:
        wanted = _joined(callbacks, select(func.count(), func.sum(_happiness())), here).where(_valid(period))
        whole, part = self._connection.execute(wanted).one()
        return Share(round(float(part or 0), 1), whole)

    def _of_callbacks(self, period: Period, here: list[ColumnElement[bool]]) -> dict[Rate, Share]:
        first = callbacks.c.type == CallBackType.FIRST.value
        done = callbacks.c.status == CallBackStatus.DONE.value
        made = callbacks.c.type != CallBackType.PROCESS_CONTACT.value
        valid = select(
            func.count(),
            _sum(callbacks.c.detail["answers"]["handler_contacted"].as_boolean()),
            _sum(Resolved.YES.value == _RESOLVED),
            _sum(Resolved.YES.value != _RESOLVED),
            _sum(callbacks.c.type == CallBackType.FOLLOW_UP.value),
            _sum((callbacks.c.type == CallBackType.FOLLOW_UP.value) & (Resolved.YES.value == _RESOLVED)),
        )
        whole, touched, solved, unsolved, later, solved_later = self._row(
            _joined(callbacks, valid, here).where(_valid(period))
        )
        in_time = select(func.count(), _sum(done & (callbacks.c.done_at <= callbacks.c.due)))
        due, on_time = self._row(
            _joined(callbacks, in_time, here).where(first, _within(callbacks.c.due, period))
        )
        faces = select(func.count(), _sum(ContactChannel.FACE_TO_FACE.value == _CHANNEL))
        calls, face = self._row(
            _joined(callbacks, faces, here).where(made, done, _within(callbacks.c.done_at, period))
        )
        called = select(callbacks.c.ticket_id).where(first, done)
        covered = _joined(handlings, select(func.count(handlings.c.ticket_id.distinct())), here).where(
            handlings.c.role == HandlingRole.LEAD.value,
            _within(handlings.c.completed_at, period),
            handlings.c.ticket_id.in_(called),
        )
        return {
            Rate.CALLBACK_COVERAGE: Share(self._connection.scalar(covered) or 0, self._replied(period, here)),
            Rate.FIRST_CALLBACK_ON_TIME: Share(on_time, due),
            Rate.FACE_TO_FACE: Share(face, calls),
            Rate.RESPONSE: Share(touched, whole),
            Rate.RESOLUTION: Share(solved, whole),
            Rate.SATISFACTION: self._satisfaction(period, here),
            Rate.REHANDLED: Share(unsolved, whole),
            Rate.RESOLVED_AFTER_REHANDLING: Share(solved_later, later),
        }

    def _of_handlings(self, period: Period, here: list[ColumnElement[bool]]) -> dict[Rate, Share]:
        c = handlings.c
        signed, sign_due = c.detail["signed_at"].as_string(), c.detail["sign_due"].as_string()
        dispatched = select(func.count(), _sum(signed <= sign_due))
        sent, in_time = self._row(
            _joined(handlings, dispatched, here).where(_within(c.dispatched_at, period))
        )
        finished = select(func.count(), _sum(c.completed_at <= c.due))
        due, on_time = self._row(
            _joined(handlings, finished, here).where(_within(c.due, period), c.ended_at.is_(None))
        )
        asked = _joined(asks, select(func.count()), here).where(_within(asks.c.asked_at, period))
        returned = asked.where(asks.c.kind == AskKind.RETURN.value)
        extended = asked.where(asks.c.kind == AskKind.EXTENSION.value, asks.c.answer == Answer.GRANTED.value)
        return {
            Rate.SIGNED_ON_TIME: Share(in_time, sent),
            Rate.COMPLETED_ON_TIME: Share(on_time, due),
            Rate.RETURNED: Share(self._connection.scalar(returned) or 0, sent),
            Rate.EXTENDED: Share(self._connection.scalar(extended) or 0, sent),
        }

    def _of_lists(self, period: Period, town_code: str) -> dict[Rate, Share]:
        c = list_items.c
        wanted = select(func.count(), _sum(c.status == ItemStatus.DONE.value)).where(
            c.kind == ListKind.RECTIFICATION.value, _within(c.entered_at, period)
        )
        wanted = wanted.where(c.town_code == town_code) if town_code else wanted
        entered, done = self._row(wanted)
        return {Rate.RECTIFIED: Share(done, entered)}

    def _top(
        self, column: ColumnElement[str], period: Period, here: list[ColumnElement[bool]]
    ) -> list[tuple[str, int]]:
        count = func.count().label("n")
        wanted = select(column, count).where(_within(tickets.c.received_at, period), column != "", *here)
        rows = self._connection.execute(wanted.group_by(column).order_by(count.desc(), column).limit(_MOST))
        return [(row[0], row[1]) for row in rows]

    def _row(self, wanted: Any) -> list[int]:  # noqa: ANN401 - any select of numbers
        return [int(value or 0) for value in self._connection.execute(wanted).one()]


_RESOLVED = callbacks.c.detail["answers"]["resolved"].as_string()
_RESPONDENT = callbacks.c.detail["answers"]["respondent"].as_string()
_SATISFACTION = callbacks.c.detail["answers"]["satisfaction"].as_string()
_CHANNEL = callbacks.c.detail["channel"].as_string()


def _valid(period: Period) -> ColumnElement[bool]:
    """Return the condition that a call-back counts; the twin of `CallBack.is_valid`, held to it by a test."""
    return and_(
        callbacks.c.status == CallBackStatus.DONE.value,
        callbacks.c.type != CallBackType.PROCESS_CONTACT.value,
        _within(callbacks.c.done_at, period),
        _RESPONDENT.in_([Respondent.REQUESTER.value, Respondent.FAMILY.value]),
        _RESOLVED.in_([Resolved.YES.value, Resolved.PARTLY.value, Resolved.NO.value]),
        _SATISFACTION.is_not(None),
    )


def _happiness() -> Case[float]:
    return case(
        (_SATISFACTION.in_([one.value for one in _HAPPY]), 1.0),
        (Satisfaction.BASICALLY_SATISFIED.value == _SATISFACTION, BASICALLY_SATISFIED_WEIGHT),
        else_=0.0,
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _within(column: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.begins, column < period.ends)


def _any_of(categories: Sequence[str]) -> ColumnElement[bool]:
    below = (starts_with(tickets.c.category, category + "/") for category in categories)
    return or_(tickets.c.category.in_(categories), *below)


def _joined(table: Table, wanted: Any, here: list[ColumnElement[bool]]) -> Any:  # noqa: ANN401 - any select
    """Return a select over records; with conditions on the ticket, over those of fitting tickets."""
    wanted = wanted.select_from(table)
    return wanted.join(tickets, tickets.c.id == table.c.ticket_id).where(*here) if here else wanted
