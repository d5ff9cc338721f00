"""The lists of the article: call-back ledger, problem list, rectification list, orders, meetings, pledges.

专项回访台账, 问题清单, 整改清单, 限期整改, 定期会商, 亮诺. All words in them are masked: lists are printed.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geo_service.tickets.handling import record_id
from geo_service.tickets.reasons import Reason


class ClosureReason(StrEnum):
    """Why a ticket left the ledger (销号)."""

    RESOLVED = "RESOLVED"
    EXPLAINED = "EXPLAINED"
    NO_CONTACT = "NO_CONTACT"
    NO_REPLY_WANTED = "NO_REPLY_WANTED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of the call-back ledger (专项回访台账): one per ticket, from its dispatch on."""

    ticket_id: str
    requester: str
    """回访对象, masked: 王**, 138****0000. Mandatory, like the next two."""
    problem: str
    """问题详情, masked."""
    responsible: str
    """责任主体: the lead body."""
    opened_at: datetime
    closed_at: datetime | None = None
    closure_reason: ClosureReason | None = None
    closed_by: str = ""
    """The reviewer when a review closed it: never the handler; else who made the call-back."""


class ListKind(StrEnum):
    """Which list."""

    PROBLEM = "PROBLEM"
    """问题清单: hard and clustered matters, by the heads of units."""
    RECTIFICATION = "RECTIFICATION"
    """整改清单: what neighbours and requesters suggested on visits."""


class ItemStatus(StrEnum):
    """Where an item of a list stands."""

    OPEN = "OPEN"
    DOING = "DOING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing on the problem or the rectification list."""

    kind: ListKind
    text: str
    source: str
    """``visit:ID``, ``hotspot:NAME``, ``meeting:ID`` or ``person:NAME``."""
    entered_at: datetime
    entered_by: str
    place: str = ""
    town_code: str | None = None
    unit_code: str | None = None
    owner: str = ""
    """The body that answers for it."""
    due: date | None = None
    recurs: str = ""
    """A patrol that comes back: ``"daily 06:00-08:00"``; empty for once."""
    status: ItemStatus = ItemStatus.OPEN
    done_at: datetime | None = None
    result: str = ""
    ticket_ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """One per list, source and text."""
        return record_id("item", self.kind, self.source, self.text)


class OrderStatus(StrEnum):
    """Where an order stands."""

    ISSUED = "ISSUED"
    COMPLIED = "COMPLIED"
    OVERDUE = "OVERDUE"
    ENFORCED = "ENFORCED"


@dataclass(frozen=True, slots=True)
class RectificationOrder:
    """限期整改: somebody must do something by a day; its timer is not the ticket's."""

    ticket_id: str
    addressee: str
    """Masked."""
    measure: str
    issued_at: datetime
    issued_by: str
    deadline: date
    check_due: date
    """When somebody goes to look: the working day after the deadline."""
    check_visit_id: str | None = None
    status: OrderStatus = OrderStatus.ISSUED
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        """One per ticket, addressee and moment."""
        return record_id("order", self.ticket_id, self.addressee, self.issued_at.isoformat())


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """One ticket before the meeting, why it is there, and what was decided."""

    ticket_id: str
    because: tuple[Reason, ...]
    """Stuck, border, repeat, returned, clustered."""
    decision: str = ""
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ConsultationMeeting:
    """定期会商: bodies meet over hard tickets; every decision goes on the problem list."""

    title: str
    held_on: date
    bodies: tuple[str, ...]
    agenda: tuple[AgendaPoint, ...]
    called_by: str
    ended_at: datetime | None = None

    @property
    def id(self) -> str:
        """One per day and title."""
        return record_id("meeting", self.held_on.isoformat(), self.title)


@dataclass(frozen=True, slots=True)
class Pledge:
    """亮诺: what a committee promises, and the figure that shows whether it is kept."""

    unit_code: str
    text: str
    made_on: date
    indicator: str = ""
    """Name of an indicator of the monthly report; empty when nothing can be counted."""
    target: float | None = None
    until: date | None = None

    @property
    def id(self) -> str:
        """One per unit and text."""
        return record_id("pledge", self.unit_code, self.text)
