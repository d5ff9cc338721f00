"""Who works on a ticket and until when: the handling of one body, and what is asked and decided on the way.

Records are frozen; a step makes a new one. What happened and why stands in the ticket's events, too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

from geo_service.tickets.reasons import Reason


class HandlingRole(StrEnum):
    """Who answers for the result, and who helps (主办, 协办)."""

    LEAD = "LEAD"
    ASSIST = "ASSIST"


@dataclass(frozen=True, slots=True)
class Handling:
    """One body's work on one ticket; a body that gets the ticket again has another round of it."""

    ticket_id: str
    body: str
    """Name, as in `HandlingBody.name`."""
    role: HandlingRole
    dispatched_at: datetime
    round: int = 1
    """1 at first; one more with every re-dispatch and every re-handling."""
    is_designated: bool = False
    """The hotline decided after a return: this body may not return the ticket again."""
    sign_due: datetime | None = None
    signed_at: datetime | None = None
    due: datetime | None = None
    """When this step must be done, extensions included; None while nobody has signed."""
    original_due: datetime | None = None
    """The same without extensions."""
    is_provisional: bool = False
    """A day on the way lies in a year whose holidays nobody has published here."""
    completed_at: datetime | None = None
    result: str = ""
    """What was done: masked."""
    evidence: str = ""
    """What shows it: photos, orders, a protocol; masked."""
    reply: str = ""
    """What the requester is told."""
    waived: bool = False
    """A dispatcher goes on without this assisting body's answer."""
    ended_at: datetime | None = None
    """Taken away from this body: returned, re-dispatched, or withdrawn by the requester."""

    @property
    def id(self) -> str:
        """One per ticket, body and round."""
        return record_id("handling", self.ticket_id, self.body, str(self.round))

    @property
    def is_open(self) -> bool:
        """Say whether this body still owes something."""
        return self.completed_at is None and self.ended_at is None and not self.waived


class AskKind(StrEnum):
    """What a body asks for, and a person with the right to decides."""

    RETURN = "RETURN"
    """退单: not mine."""
    EXTENSION = "EXTENSION"
    """延期: more time."""
    DEFERRAL = "DEFERRAL"
    """挂账: cannot be solved for now."""


class Answer(StrEnum):
    """What became of what was asked for."""

    WAITING = "WAITING"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something a body asks for: its reason, who decides, and what was decided."""

    ticket_id: str
    kind: AskKind
    body: str
    asked_at: datetime
    asked_by: str
    why: str
    """Masked; never empty."""
    suggested_body: str = ""
    """RETURN: whose it is instead; never empty there."""
    until: datetime | None = None
    """EXTENSION: the new moment; DEFERRAL: when it will be taken up again."""
    plan: str = ""
    """DEFERRAL: what is done until then."""
    answer: Answer = Answer.WAITING
    answered_at: datetime | None = None
    answered_by: str = ""
    answer_why: str = ""

    @property
    def id(self) -> str:
        """One per ticket, kind, body and moment."""
        return record_id("ask", self.ticket_id, self.kind, self.body, self.asked_at.isoformat())


class PressureKind(StrEnum):
    """How a body is reminded."""

    URGE = "URGE"
    """催办: it is due soon, or just past."""
    SUPERVISE = "SUPERVISE"
    """督办: overdue, repeated, refused or harmful; an answer is owed."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """A reminder to a body, and its answer."""

    ticket_id: str
    kind: PressureKind
    body: str
    at: datetime
    by: str
    why: str
    answer_due: date | None = None
    """SUPERVISE: until when the body must answer; None for an urge."""
    answered_at: datetime | None = None
    answer: str = ""

    @property
    def id(self) -> str:
        """One per ticket, kind, body and moment."""
        return record_id("pressure", self.ticket_id, self.kind, self.body, self.at.isoformat())


class LinkKind(StrEnum):
    """How two tickets belong together."""

    MERGED = "MERGED"
    """并单: the same requester and matter; the one ends in the other."""
    CLUSTER = "CLUSTER"
    """The same cause or place: handled together, each requester called back on its own."""
    SPLIT = "SPLIT"
    """One call, several matters: the child of a parent that closes when all children have."""
    REOPENS = "REOPENS"
    """A new ticket about a closed one's matter."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two tickets that belong together; undone, it stays in the ledger with its end."""

    ticket_id: str
    """The one that is merged, clustered, split off, or new."""
    other_id: str
    """The master, the cluster's first ticket, the parent, or the one reopened."""
    kind: LinkKind
    at: datetime
    by: str
    reason: Reason
    undone_at: datetime | None = None

    @property
    def id(self) -> str:
        """One per pair, kind and moment."""
        return record_id("link", self.ticket_id, self.other_id, self.kind, self.at.isoformat())


def record_id(*parts: str) -> str:
    """Return a short id that is the same for the same parts: a step that is repeated makes no second record.

    >>> record_id("ask", "a") == record_id("ask", "a")
    True
    """
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
