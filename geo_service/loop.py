"""The closed loop, opened: what a body, a cadre, a caller-back and a reviewer do, on the county's clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from geo_service.errors import UnknownTicketError
from geo_service.settings import Workspace
from geo_service.storage import Database
from geo_service.tickets.callback_methods import MethodTable
from geo_service.tickets.callbacks import Answers, AttemptResult, ContactChannel
from geo_service.tickets.deadlines import Calendar
from geo_service.tickets.handling import Link, PressureKind
from geo_service.tickets.lists import ClosureReason
from geo_service.tickets.model import Ticket
from geo_service.tickets.service_limits import ServiceLimits
from geo_service.tickets.statuses import Status
from geo_service.workflow import callbacks, closing, handling, joining, patience, visiting
from geo_service.workflow.decisions import LoopRules, Said


def read_rules(workspace: Workspace, calendar: Calendar) -> LoopRules:
    """Return how long each step may take and which method a call-back takes: the county's tables, or ours.

    Raises
    ------
    BadFileError
        When a table of the workspace has a row that is none; names file and line.
    """
    limits, methods = workspace.service_limits, workspace.callback_methods
    return LoopRules(
        ServiceLimits.load(limits, calendar) if limits.exists() else ServiceLimits.shipped(calendar),
        MethodTable.load(methods) if methods.exists() else MethodTable.shipped(),
    )


@dataclass(frozen=True, slots=True)
class Loop:
    """Every decision of the closed loop; each is one unit of work, with an event that names who and why.

    All of them raise `UnknownTicketError`, `WrongStatusError` when the ticket does not stand where it could
    be done, and `BadDecisionError` when the decision lacks something; then nothing is written.
    """

    database: Database
    rules: LoopRules
    now: Callable[[], datetime]

    def _said(self, by: str, why: str = "") -> Said:
        return Said(by, self.now(), why)

    def ticket_of(self, number: str) -> Ticket:
        """Return the ticket with a number at the hotline.

        Raises
        ------
        UnknownTicketError
            When none has it, or those of several platforms have.
        """
        with self.database.unit_of_work(write=False) as work:
            found = work.tickets.numbered(number)
        if not found:
            raise UnknownTicketError("there is no ticket with the number {number}", number=number)
        if len(found) > 1:
            systems = "、".join(ticket.source_system for ticket in found)
            raise UnknownTicketError(
                "{number} is a number of several platforms ({systems}): decide it on the page of the ticket",
                number=number,
                systems=systems,
            )
        return found[0]

    def sign(self, ticket_id: str, body: str, *, by: str) -> Ticket:
        """Let a body sign for its part."""
        return handling.sign(self.database, ticket_id, body, self._said(by))

    def complete(  # noqa: PLR0913 - what a body reports
        self, ticket_id: str, body: str, *, by: str, result: str, evidence: str = "", reply: str = ""
    ) -> Ticket:
        """Record what a body has done; when the lead is done, the call-back is due."""
        said = self._said(by)
        return handling.complete(
            self.database, ticket_id, body, said, self.rules, result=result, evidence=evidence, reply=reply
        )

    def waive(self, ticket_id: str, body: str, *, by: str, why: str) -> Ticket:
        """Go on without an assisting body's answer."""
        return handling.waive(self.database, ticket_id, body, self._said(by, why))

    def request_return(self, ticket_id: str, body: str, *, by: str, why: str, suggested: str) -> Ticket:
        """Ask to give a ticket back, and say whose it is."""
        said = self._said(by, why)
        return handling.request_return(
            self.database, ticket_id, body, said, self.rules, suggested_body=suggested
        )

    def decide_return(self, ticket_id: str, *, by: str, why: str, to: str | None) -> Ticket:
        """Give it to another body, back to the same one (designated), or to the hotline (None)."""
        return handling.decide_return(self.database, ticket_id, self._said(by, why), self.rules, to=to)

    def request_extension(self, ticket_id: str, body: str, *, by: str, why: str, until: datetime) -> Ticket:
        """Ask for more time."""
        return patience.request_extension(self.database, ticket_id, body, self._said(by, why), until=until)

    def decide_extension(self, ticket_id: str, *, by: str, granted: bool, why: str = "") -> Ticket:
        """Grant or refuse more time."""
        return patience.decide_extension(self.database, ticket_id, self._said(by, why), granted=granted)

    def press(self, ticket_id: str, body: str, *, by: str, why: str, kind: PressureKind) -> Ticket:
        """Urge or supervise a body."""
        return patience.press(self.database, ticket_id, body, self._said(by, why), self.rules, kind=kind)

    def defer(  # noqa: PLR0913 - what a deferral needs
        self, ticket_id: str, body: str, *, by: str, why: str, plan: str, until: datetime, approved_by: str
    ) -> Ticket:
        """Put a ticket aside that cannot be solved for now."""
        said = self._said(by, why)
        return patience.defer(
            self.database, ticket_id, body, said, plan=plan, until=until, approved_by=approved_by
        )

    def resume(self, ticket_id: str, *, by: str, why: str) -> Ticket:
        """Take a deferred ticket up again."""
        return patience.resume(self.database, ticket_id, self._said(by, why))

    def withdraw(self, ticket_id: str, *, by: str, why: str) -> Ticket:
        """Let the requester take a ticket back."""
        return patience.withdraw(self.database, ticket_id, self._said(by, why))

    def contact(self, ticket_id: str, *, by: str, words: str, channel: ContactChannel) -> Ticket:
        """Write down that the requester was spoken to during the works."""
        return callbacks.record_contact(self.database, ticket_id, self._said(by, words), channel)

    def attempt(self, ticket_id: str, *, by: str, channel: ContactChannel, result: AttemptResult) -> Ticket:
        """Write down an attempt to call back that reached nobody."""
        return callbacks.record_attempt(self.database, ticket_id, self._said(by), channel, result)

    def call_back(
        self,
        ticket_id: str,
        answers: Answers,
        *,
        by: str,
        channel: ContactChannel,
        team: Sequence[str] = (),
    ) -> Ticket:
        """Record a call-back, and take the ticket where its answers lead."""
        said = self._said(by)
        return callbacks.record_callback(
            self.database, ticket_id, said, self.rules, answers, channel=channel, team=team
        )

    def visit(self, visit_id: str, brought: visiting.Brought, *, by: str) -> Ticket:
        """Record what came of a visit."""
        return visiting.record_visit(self.database, visit_id, self._said(by), self.rules, brought)

    def send_to_review(self, ticket_id: str, *, by: str, why: str) -> Ticket:
        """Let a reviewer decide where no call-back can be made."""
        return closing.send_to_review(self.database, ticket_id, self._said(by, why))

    def review(
        self, ticket_id: str, *, by: str, why: str, to: Status, closure: ClosureReason | None = None
    ) -> Ticket:
        """Decide a closing under review."""
        said = self._said(by, why)
        return closing.review_closing(self.database, ticket_id, said, self.rules, to=to, closure=closure)

    def reopen(self, ticket_id: str, *, by: str, why: str) -> Ticket:
        """Take a closed ticket up again."""
        return closing.reopen(self.database, ticket_id, self._said(by, why), self.rules)

    def merge(self, ticket_id: str, into_id: str, *, by: str, why: str) -> Ticket:
        """Let a repeated call end in the ticket of the first."""
        return joining.merge(self.database, ticket_id, into_id, self._said(by, why))

    def cluster(self, ticket_ids: Sequence[str], *, by: str, why: str) -> tuple[Link, ...]:
        """Put tickets of one place or cause together."""
        return joining.cluster(self.database, ticket_ids, self._said(by, why))

    def uncluster(self, ticket_id: str, *, by: str, why: str) -> Ticket:
        """Take a ticket out of its cluster."""
        return joining.uncluster(self.database, ticket_id, self._said(by, why))

    def split(self, ticket_id: str, parts: Sequence[str], *, by: str, why: str) -> tuple[Ticket, ...]:
        """Make a ticket of each matter of one call."""
        return joining.split(self.database, ticket_id, parts, self._said(by, why))

    def settle_parents(self) -> int:
        """Send split tickets whose children are all over to the reviewer; return how many."""
        return joining.settle_parents(self.database, self._said("settle"))

    def archive(self) -> int:
        """Archive what has been closed for long enough; return how many."""
        return closing.archive_closed(self.database, self.rules, now=self.now())
