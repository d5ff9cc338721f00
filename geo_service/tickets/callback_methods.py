"""Which method a call-back takes: 核心, 辅助 or 联合, by the county's own table (domain rules, §6.5).

``data/callback_methods.csv`` is what ships, for the article names the three methods and does not define them;
a workspace's own table replaces it. The first row whose fact holds counts; the last row has none.
"""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from geo_service.errors import BadFileError
from geo_service.tickets.callbacks import CallbackMethod, ContactChannel
from geo_service.tickets.model import Flag, RequestKind, Ticket
from geo_service.tickets.reasons import Reason

_DATA = Path(__file__).parent / "data" / "callback_methods.csv"
CONFLICTS = ("政法/邻里纠纷", "政法/土地纠纷", "商贸旅游/消费维权")
"""Categories that bring a task of resolving a conflict (矛盾现场化解)."""


class Fact(StrEnum):
    """What a row of the table may ask about a ticket."""

    RECUSED = "RECUSED"
    REPORT = "REPORT"
    CONFIDENTIAL = "CONFIDENTIAL"
    NO_CONSENT = "NO_CONSENT"
    ANONYMOUS = "ANONYMOUS"
    CALLER_AWAY = "CALLER_AWAY"
    NOT_HOME_TWICE = "NOT_HOME_TWICE"
    CONFLICT = "CONFLICT"
    SEVERAL_BODIES = "SEVERAL_BODIES"
    UNRESOLVED_BEFORE = "UNRESOLVED_BEFORE"
    ORDER_ACTIVE = "ORDER_ACTIVE"
    INQUIRY = "INQUIRY"


FACTS = {
    Fact.RECUSED: "it is about the committee or its people",
    Fact.REPORT: "it is a whistle-blowing report",
    Fact.CONFIDENTIAL: "the caller asks for secrecy",
    Fact.NO_CONSENT: "the caller wants no visit",
    Fact.ANONYMOUS: "the caller gave no name",
    Fact.CALLER_AWAY: "the caller is out of town",
    Fact.NOT_HOME_TWICE: "nobody was at home twice",
    Fact.CONFLICT: "there is a conflict to resolve",
    Fact.SEVERAL_BODIES: "several bodies handle it",
    Fact.UNRESOLVED_BEFORE: "an earlier call-back found it unresolved",
    Fact.ORDER_ACTIVE: "an order with a deadline runs",
    Fact.INQUIRY: "it asks for information, and no place is to be seen",
}
"""What stands in the reason of a method; its Chinese stands in the catalogue."""


class By(StrEnum):
    """Who makes the call-back."""

    VILLAGE = "VILLAGE"
    """The two committees."""
    VILLAGE_AND_LEAD = "VILLAGE_AND_LEAD"
    TOWN = "TOWN"
    """Staff of the town or the hotline; never the village."""


@dataclass(frozen=True, slots=True)
class MethodRule:
    """One row of the table."""

    rule: str
    fact: Fact | None
    """None fits every ticket."""
    method: CallbackMethod
    channel: ContactChannel
    by: By

    @property
    def reason(self) -> Reason:
        """Why this row counts."""
        if self.fact is None:
            return Reason(self.rule, "two people of the committees call face to face")
        return Reason(self.rule, FACTS[self.fact])


@dataclass(frozen=True, slots=True)
class MethodTable:
    """The whole table, in the order in which it is read."""

    rules: Sequence[MethodRule]

    @classmethod
    def shipped(cls) -> Self:
        """Return the table that comes with the service."""
        return cls.load(_DATA)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table: ``rule,fact,method,channel,by``.

        Raises
        ------
        BadFileError
            When a row is not like that, or the last one asks for a fact; names file and line.
        """
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rules = [_rule(path, at, row) for at, row in enumerate(csv.DictReader(file), start=2)]
        except (OSError, UnicodeDecodeError) as error:
            raise BadFileError("the table {file} cannot be read", file=path.name) from error
        if not rules or rules[-1].fact is not None:
            raise BadFileError(
                "{file} needs a last row without a fact, for every other ticket", file=path.name
            )
        return cls(tuple(rules))

    def of(self, facts: Collection[Fact]) -> tuple[MethodRule, ...]:
        """Return the rows that count: one, or a joint visit and the call that is the valid call-back.

        The second happens when a dispute lies on the ground and the caller cannot be met there (M2 and M3).
        The last one returned is the call-back that counts.
        """
        fitting = [rule for rule in self.rules if rule.fact is None or rule.fact in facts]
        first = fitting[0]
        joint = next((rule for rule in fitting if rule.method is CallbackMethod.JOINT), None)
        if joint is not None and first.method is CallbackMethod.AUXILIARY and first.by is By.VILLAGE:
            return (joint, first)
        return (first,)


def facts_of(  # noqa: PLR0913 - what is known of a ticket, by name
    ticket: Ticket,
    *,
    bodies: int = 1,
    unresolved_before: bool = False,
    order_active: bool = False,
    not_home: int = 0,
    no_consent: bool = False,
) -> frozenset[Fact]:
    """Return which facts hold for a ticket.

    Parameters
    ----------
    bodies
        Bodies that handle it, the lead included.
    unresolved_before
        Whether an earlier call-back found it unresolved, or the requester dissatisfied.
    order_active
        Whether an order with a deadline (限期整改) still runs.
    not_home
        How often somebody stood before a closed door.
    no_consent
        Whether the requester refused a visit.
    """
    is_inquiry = ticket.request_kind is RequestKind.INQUIRY
    held = {
        Fact.RECUSED: Flag.RECUSAL in ticket.flags,
        Fact.REPORT: ticket.request_kind is RequestKind.REPORT,
        Fact.CONFIDENTIAL: Flag.CONFIDENTIAL in ticket.flags,
        Fact.NO_CONSENT: no_consent,
        Fact.ANONYMOUS: Flag.ANONYMOUS in ticket.flags,
        Fact.CALLER_AWAY: Flag.CALLER_AWAY in ticket.flags,
        Fact.NOT_HOME_TWICE: not_home >= 2,  # noqa: PLR2004 - as its name says
        Fact.CONFLICT: ticket.category.startswith(CONFLICTS),
        Fact.SEVERAL_BODIES: bodies > 1,
        Fact.UNRESOLVED_BEFORE: unresolved_before,
        Fact.ORDER_ACTIVE: order_active,
        Fact.INQUIRY: is_inquiry,
    }
    return frozenset(fact for fact, holds in held.items() if holds)


def _rule(path: Path, line: int, row: dict[str, str]) -> MethodRule:
    try:
        fact = row["fact"].strip()
        return MethodRule(
            row["rule"].strip(),
            Fact(fact) if fact else None,
            CallbackMethod(row["method"].strip()),
            ContactChannel(row["channel"].strip()),
            By(row["by"].strip()),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise BadFileError(
            "{file}, line {line}: a row is rule, fact, method, channel, by: {problem}",
            file=path.name,
            line=line,
            problem=str(error),
        ) from error
