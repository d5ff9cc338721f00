"""Visits that are owed, and the walking rounds that batch them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from geo_service.errors import ChangedMeanwhileError, UnknownRoundError, UnknownVisitError
from geo_service.storage.rows import round_from_rows, round_to_rows, visit_from_row, visit_to_row
from geo_service.storage.statements import insert_new, insert_or_replace, portions
from geo_service.storage.tables import round_legs, round_stops, rounds, visits
from geo_service.tickets.visits import Visit, VisitStatus, WalkingRound

_NOT_SET_OUT = (VisitStatus.PLANNED, VisitStatus.ROUTED, VisitStatus.CANCELLED)
_UNDER_WAY = (
    select(round_stops.c.round_id)
    .join(visits, visits.c.id == round_stops.c.visit_id)
    .where(visits.c.status.not_in([status.value for status in _NOT_SET_OUT]))
)


class VisitRepository:
    """The visits of a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, owed: Iterable[Visit]) -> int:
        """Store visits and return how many were new; those that exist stay as they are."""
        return insert_new(self._connection, visits, map(visit_to_row, owed))

    def save_many(self, changed: Iterable[Visit]) -> None:
        """Store visits as they are now, new or not."""
        insert_or_replace(self._connection, visits, map(visit_to_row, changed))

    def get(self, visit_id: str) -> Visit:
        """Return a visit.

        Raises
        ------
        UnknownVisitError
            When none has this id.
        """
        found = self._where(visits.c.id == visit_id)
        if not found:
            raise UnknownVisitError("there is no visit {visit_id}", visit_id=visit_id)
        return found[0]

    def by_status(self, *statuses: VisitStatus) -> list[Visit]:
        """Return the visits in one of the statuses, the earliest due first."""
        return self._where(visits.c.status.in_([status.value for status in statuses]))

    def of_ticket(self, ticket_id: str) -> list[Visit]:
        """Return the visits owed for a ticket, the earliest due first."""
        return self._where(visits.c.ticket_id == ticket_id)

    def _where(self, condition: ColumnElement[bool]) -> list[Visit]:
        wanted = select(visits).where(condition).order_by(visits.c.due, visits.c.unit_code, visits.c.id)
        return [visit_from_row(row) for row in self._connection.execute(wanted).mappings()]


class RoundRepository:
    """The walking rounds of a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, planned: Iterable[WalkingRound]) -> None:
        """Store rounds of stored visits.

        Raises
        ------
        ChangedMeanwhileError
            When the body already has a round in that half-day; names it.
        """
        for one in planned:
            row, stops, legs = round_to_rows(one)
            try:
                with self._connection.begin_nested():
                    self._connection.execute(insert(rounds), row)
            except IntegrityError as error:
                raise ChangedMeanwhileError(
                    "{body} already has a round on {day} {half_day}: plan again",
                    body=one.body_name,
                    day=one.date,
                    half_day=one.half_day,
                ) from error
            for table, parts in ((round_stops, stops), (round_legs, legs)):
                if parts:
                    self._connection.execute(insert(table), parts)

    def replace_drafts(self, planned: Iterable[WalkingRound]) -> None:
        """Store rounds in place of all those on which nobody has set out yet.

        A round counts as set out on once one of its visits is under way, done or tried. The visits of the
        rounds that go keep their status: that is the planner's to say.

        Raises
        ------
        ChangedMeanwhileError
            When a new round meets one that has set out, of the same body in the same half-day.
        """
        self._connection.execute(delete(rounds).where(rounds.c.id.not_in(_UNDER_WAY)))
        self.add_many(planned)

    def delete(self, ids: Collection[str]) -> None:
        """Remove rounds with their stops and legs; the visits stay as they are."""
        for portion in portions(ids):
            self._connection.execute(delete(rounds).where(rounds.c.id.in_(portion)))

    def get(self, round_id: str) -> WalkingRound:
        """Return a round.

        Raises
        ------
        UnknownRoundError
            When none has this id.
        """
        found = self._where(rounds.c.id == round_id)
        if not found:
            raise UnknownRoundError("there is no round {round_id}", round_id=round_id)
        return found[0]

    def all(self) -> list[WalkingRound]:
        """Return every round, in walking order: by day, half-day and body."""
        return self._where()

    def under_way(self) -> list[WalkingRound]:
        """Return the rounds on which somebody has set out, in walking order; `replace_drafts` keeps them."""
        return self._where(rounds.c.id.in_(_UNDER_WAY))

    def on(self, day: date) -> list[WalkingRound]:
        """Return the rounds of a day, in walking order."""
        return self._where(rounds.c.date == day)

    def of_ticket(self, ticket_id: str) -> list[WalkingRound]:
        """Return the rounds that pass by for a ticket, in walking order."""
        passing = select(round_stops.c.round_id).where(round_stops.c.ticket_id == ticket_id)
        return self._where(rounds.c.id.in_(passing))

    def _where(self, *conditions: ColumnElement[bool]) -> list[WalkingRound]:
        c = rounds.c
        wanted = select(rounds).where(*conditions).order_by(c.date, c.half_day, c.unit_code, c.id)
        ids = select(c.id).where(*conditions)
        stops, legs = (self._parts(table, table.c.round_id.in_(ids)) for table in (round_stops, round_legs))
        return [
            round_from_rows(row, stops[row["id"]], legs[row["id"]])
            for row in self._connection.execute(wanted).mappings()
        ]

    def _parts(self, table: Table, condition: ColumnElement[bool]) -> defaultdict[str, list[RowMapping]]:
        """Return round → its rows of a table, in order."""
        parts: defaultdict[str, list[RowMapping]] = defaultdict(list)
        for row in self._connection.execute(select(table).where(condition).order_by(table.c.seq)).mappings():
            parts[row["round_id"]].append(row)
        return parts
