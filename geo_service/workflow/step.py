"""What every step of the journey returns: how much was done, and for each ticket left behind, why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_service.tickets.files import RowProblem
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


def quietly(_done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Left:
    """A ticket that a step could not take further, and why."""

    ticket_id: str
    number: str
    """The ticket's number at the hotline."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class StepReport:
    """The result of one step: `done` counts by outcome, `left` names every ticket that waits for a person."""

    step: str
    done: Mapping[str, int]
    """Outcome (a word such as ``"imported"``) → how many; in the order to be shown."""
    left: tuple[Left, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    """Rows of a file that could not be read."""
    notes: tuple[Reason, ...] = ()
    """What else a person should know."""
    files: tuple[str, ...] = field(default=())
    """Files that were written."""

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            "step": self.step,
            "done": dict(self.done),
            "left": [
                {"ticket_id": left.ticket_id, "number": left.number, "reason": left.reason.as_json()}
                for left in self.left
            ],
            "problems": [
                {
                    "sheet": problem.sheet,
                    "row": problem.row,
                    "column": problem.column,
                    "value": problem.value,
                    "problem": problem.problem.as_json(),
                    "is_left_out": problem.is_left_out,
                }
                for problem in self.problems
            ],
            "notes": [note.as_json() for note in self.notes],
            "files": list(self.files),
        }


def left_behind(ticket: Ticket, reason: Reason) -> Left:
    """Return the entry of a ticket that stays where it is."""
    return Left(ticket.id, ticket.upstream_no, reason)


def own(reason: Any) -> Reason:  # noqa: ANN401 - the reasons of the libraries share only their fields
    """Return a library's reason as one of ours."""
    return Reason(reason.rule, reason.template, dict(reason.values))
