"""What is counted every month: each rate with its numerator, denominator and period (domain rules, §2.4).

A rate whose denominator is 0 is no rate; one over fewer than ten tickets is shown greyed, for it says little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geo_service.tickets.deadlines import COUNTY_TIME

SMALL = 10
BASICALLY_SATISFIED_WEIGHT = 0.9
"""What 基本满意 counts in the satisfaction rate; see §2.4."""


class Rate(StrEnum):
    """A rate of the monthly report."""

    CALLBACK_COVERAGE = "callback_coverage"
    FIRST_CALLBACK_ON_TIME = "first_callback_on_time"
    FACE_TO_FACE = "face_to_face"
    RESPONSE = "response_rate"
    RESOLUTION = "resolution_rate"
    SATISFACTION = "satisfaction_rate"
    SIGNED_ON_TIME = "signed_on_time"
    COMPLETED_ON_TIME = "completed_on_time"
    RETURNED = "returned"
    EXTENDED = "extended"
    REHANDLED = "rehandled"
    RESOLVED_AFTER_REHANDLING = "resolved_after_rehandling"
    RECTIFIED = "rectified"


RATES: Mapping[Rate, tuple[str, str, str]] = {
    Rate.CALLBACK_COVERAGE: (
        "Call-back coverage",
        "completed tickets with a first call-back",
        "tickets completed in the period",
    ),
    Rate.FIRST_CALLBACK_ON_TIME: (
        "First call-back on time",
        "made by their due moment",
        "first call-backs due in the period",
    ),
    Rate.FACE_TO_FACE: ("Face to face", "made face to face", "call-backs made in the period"),
    Rate.RESPONSE: ("Response rate", "the handler had been in touch", "valid call-backs in the period"),
    Rate.RESOLUTION: ("Resolution rate", "solved", "valid call-backs in the period"),
    Rate.SATISFACTION: (
        "Satisfaction rate",
        "satisfied, basically satisfied counting 0.9",
        "valid call-backs in the period",
    ),
    Rate.SIGNED_ON_TIME: ("Signed on time", "signed by their due moment", "dispatched in the period"),
    Rate.COMPLETED_ON_TIME: ("Completed on time", "done by their due moment", "due in the period"),
    Rate.RETURNED: ("Returned", "returns asked for", "dispatched in the period"),
    Rate.EXTENDED: ("Extended", "extensions granted", "dispatched in the period"),
    Rate.REHANDLED: ("Handled again", "found unresolved or came back", "valid call-backs in the period"),
    Rate.RESOLVED_AFTER_REHANDLING: (
        "Solved the second time",
        "solved",
        "valid follow-ups in the period",
    ),
    Rate.RECTIFIED: ("Rectification done", "done", "items entered in the period"),
}
"""Rate → its English name, what is above and what is below; their Chinese stands in the catalogue."""


@dataclass(frozen=True, slots=True)
class Share:
    """A numerator over a denominator."""

    part: float
    whole: int

    @property
    def rate(self) -> float | None:
        """The rate, 0 to 1; None when there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def is_small(self) -> bool:
        """Whether it rests on so few tickets that it is shown greyed."""
        return 0 < self.whole < SMALL

    def text(self) -> str:
        """Return the rate as it is printed: a percentage with its fraction, a dash for none.

        >>> Share(9, 12).text(), Share(0, 0).text(), Share(9.9, 12).text()
        ('75.0 % (9/12)', '—', '82.5 % (9.9/12)')
        """
        if self.rate is None:
            return "—"
        return f"{self.rate:.1%} ({self.part:g}/{self.whole})".replace("%", " %", 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included, on the county's clock."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first moment in it."""
        return datetime.combine(self.first, datetime.min.time(), COUNTY_TIME)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(date.fromordinal(self.last.toordinal() + 1), datetime.min.time(), COUNTY_TIME)


def month(year: int, number: int) -> Period:
    """Return a calendar month.

    >>> month(2026, 2)
    Period(first=datetime.date(2026, 2, 1), last=datetime.date(2026, 2, 28))
    """
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), date.fromordinal(following.toordinal() - 1))


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """A town's month, or the county's."""

    town_code: str
    """Empty for the whole county."""
    town_name: str
    period: Period
    received: int
    replied: int
    """回复工单数: tickets whose lead body reported its result in the period."""
    disputes_resolved: int
    """化解矛盾纠纷数: tickets of conflict that a valid call-back in the period found solved."""
    rates: Mapping[Rate, Share]
    satisfaction_of_disputes: Share
    """Apart: who lost a dispute is seldom satisfied (不片面追求满意率)."""
    top_categories: Sequence[tuple[str, int]]
    top_places: Sequence[tuple[str, int]]
