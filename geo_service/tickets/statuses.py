"""Where a ticket stands, and the one table of allowed moves (domain rules, §6.2, and one of ours).

The check in `Ticket.move`, the documentation and the tests are all driven from `MOVES`.
"""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """The status of a ticket in the local ledger; never to be confused with the hotline's own."""

    RECEIVED = "RECEIVED"
    LOCATING = "LOCATING"
    READY = "READY"
    DISPATCHED = "DISPATCHED"
    HANDLING = "HANDLING"
    CALLBACK_DUE = "CALLBACK_DUE"
    CLOSED = "CLOSED"
    ARCHIVED = "ARCHIVED"
    RETURN_REVIEW = "RETURN_REVIEW"
    DEFERRED = "DEFERRED"
    REHANDLING = "REHANDLING"
    CLOSE_REVIEW = "CLOSE_REVIEW"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"
    MERGED = "MERGED"
    WITHDRAWN = "WITHDRAWN"


S = Status
_OPEN = (
    *(S.RECEIVED, S.LOCATING, S.READY, S.DISPATCHED, S.HANDLING, S.CALLBACK_DUE),
    *(S.RETURN_REVIEW, S.DEFERRED, S.REHANDLING, S.CLOSE_REVIEW),
)
# number in the table of the domain rules: from where, to where
_RULES: tuple[tuple[int, tuple[Status, ...], tuple[Status, ...]], ...] = (
    (1, (S.RECEIVED, S.LOCATING), (S.TRANSFERRED_OUT,)),
    (2, (S.RECEIVED, S.LOCATING), (S.NOT_ACCEPTED,)),
    (3, (S.RECEIVED,), (S.MERGED,)),
    (4, (S.RECEIVED,), (S.READY,)),
    (5, (S.RECEIVED,), (S.LOCATING,)),
    (6, (S.LOCATING,), (S.READY,)),
    (7, (S.LOCATING,), (S.CLOSE_REVIEW,)),
    (8, (S.READY,), (S.DISPATCHED,)),
    (9, (S.DISPATCHED,), (S.HANDLING,)),
    (10, (S.DISPATCHED, S.HANDLING), (S.RETURN_REVIEW,)),
    (11, (S.RETURN_REVIEW,), (S.READY, S.DISPATCHED, S.TRANSFERRED_OUT)),
    (12, (S.HANDLING,), (S.CALLBACK_DUE,)),
    (13, (S.HANDLING, S.REHANDLING), (S.DEFERRED,)),
    (14, (S.DEFERRED,), (S.HANDLING,)),
    (15, (S.CALLBACK_DUE,), (S.CLOSED,)),
    (16, (S.CALLBACK_DUE,), (S.REHANDLING,)),
    (17, (S.CALLBACK_DUE,), (S.CLOSE_REVIEW,)),
    (18, (S.REHANDLING,), (S.CALLBACK_DUE,)),
    (19, (S.CLOSE_REVIEW,), (S.CLOSED, S.REHANDLING, S.CALLBACK_DUE)),
    (20, (S.CLOSED,), (S.REHANDLING,)),
    (21, (S.CLOSED,), (S.ARCHIVED,)),
    (22, _OPEN, (S.WITHDRAWN,)),
    # not of the domain rules: the areas were redrawn, and the place is not sure any more
    (23, (S.READY,), (S.LOCATING,)),
)

MOVES: Mapping[tuple[Status, Status], int] = {
    (before, after): number for number, sources, targets in _RULES for before in sources for after in targets
}
"""(from, to) → number of the rule that allows it; what is not here is not allowed."""

ENDS = frozenset({S.ARCHIVED, S.NOT_ACCEPTED, S.TRANSFERRED_OUT, S.MERGED, S.WITHDRAWN})
"""Where nothing follows."""

STATUSES: Mapping[Status, str] = {
    S.RECEIVED: "Received",
    S.LOCATING: "To be located",
    S.READY: "Ready to dispatch",
    S.DISPATCHED: "Dispatched, not signed for",
    S.HANDLING: "Being handled",
    S.CALLBACK_DUE: "Call-back due",
    S.CLOSED: "Closed",
    S.ARCHIVED: "Archived",
    S.RETURN_REVIEW: "Return under review",
    S.DEFERRED: "Deferred",
    S.REHANDLING: "Being handled again",
    S.CLOSE_REVIEW: "Closing under review",
    S.NOT_ACCEPTED: "Not accepted",
    S.TRANSFERRED_OUT: "Transferred out",
    S.MERGED: "Merged",
    S.WITHDRAWN: "Withdrawn",
}
"""The English word for each status; its Chinese stands in the catalogue."""
