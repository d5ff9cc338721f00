"""Call-backs (回访): of which type, by which method, what was answered, and what follows from it.

The heart of the closed loop: no ticket leaves the ledger without a valid first or follow-up call-back, or a
reviewer's decision (domain rules, §6.2 I1–I4, §6.3, §6.4).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from geo_service.tickets.handling import record_id
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status


class CallBackType(StrEnum):
    """Which call-back it is."""

    PROCESS_CONTACT = "PROCESS_CONTACT"
    """过程沟通: while the work goes on; never counts as the call-back."""
    FIRST = "FIRST"
    """首次回访: the first one after the work is done."""
    FOLLOW_UP = "FOLLOW_UP"
    """跟踪回访: after re-handling, or some time after closing."""


class CallbackMethod(StrEnum):
    """核心, 辅助, 联合."""

    CORE = "CORE"
    """Face to face, by two people of the two committees."""
    AUXILIARY = "AUXILIARY"
    """By phone or message."""
    JOINT = "JOINT"
    """On site, the two committees together with the lead body."""


class ContactChannel(StrEnum):
    """How somebody was reached."""

    FACE_TO_FACE = "FACE_TO_FACE"
    PHONE = "PHONE"
    CHAT = "CHAT"
    SMS = "SMS"


class CallBackStatus(StrEnum):
    """Where a call-back stands."""

    PLANNED = "PLANNED"
    ATTEMPTED = "ATTEMPTED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class AttemptResult(StrEnum):
    """What came of one attempt."""

    REACHED = "REACHED"
    NO_ANSWER = "NO_ANSWER"
    NOT_HOME = "NOT_HOME"
    WRONG_NUMBER = "WRONG_NUMBER"
    REFUSED = "REFUSED"
    ASKED_LATER = "ASKED_LATER"


class Respondent(StrEnum):
    """Who answered."""

    REQUESTER = "REQUESTER"
    FAMILY = "FAMILY"
    NEIGHBOUR = "NEIGHBOUR"
    SUBJECT = "SUBJECT"
    """The one complained of."""


class Resolved(StrEnum):
    """Whether the matter is solved, in the respondent's words."""

    YES = "YES"
    PARTLY = "PARTLY"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Satisfaction(StrEnum):
    """非常满意 … 非常不满意; or a person who would rather not say."""

    VERY_SATISFIED = "VERY_SATISFIED"
    SATISFIED = "SATISFIED"
    BASICALLY_SATISFIED = "BASICALLY_SATISFIED"
    DISSATISFIED = "DISSATISFIED"
    VERY_DISSATISFIED = "VERY_DISSATISFIED"
    DECLINED = "DECLINED"


class DissatisfactionReason(StrEnum):
    """Why somebody is not satisfied."""

    RESULT = "RESULT"
    ATTITUDE = "ATTITUDE"
    TIMELINESS = "TIMELINESS"
    DEMAND_UNREASONABLE = "DEMAND_UNREASONABLE"
    LAW_LIMITS = "LAW_LIMITS"
    OTHER = "OTHER"


UNHAPPY = frozenset({Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED})
OURS_TO_MEND = frozenset(
    {DissatisfactionReason.RESULT, DissatisfactionReason.ATTITUDE, DissatisfactionReason.TIMELINESS}
)
BEYOND_US = frozenset({DissatisfactionReason.DEMAND_UNREASONABLE, DissatisfactionReason.LAW_LIMITS})
ATTEMPTS_WANTED = 3
"""Attempts in vain, on at least `DAYS_WANTED` days, after which a reviewer may close (moves 7 and 17)."""
DAYS_WANTED = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach somebody."""

    at: datetime
    channel: ContactChannel
    result: AttemptResult
    by: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked and answered in a call-back."""

    respondent: Respondent
    resolved: Resolved
    satisfaction: Satisfaction | None = None
    """None: nobody asked; that is not valid."""
    dissatisfaction_reason: DissatisfactionReason | None = None
    """Given whenever the satisfaction is one of `UNHAPPY`."""
    handler_contacted: bool | None = None
    """是否联系: whether the handling body had been in touch; None when nobody asked."""
    words: str = ""
    """The respondent's own words, masked."""
    new_request: str = ""
    """Something else that was asked for, masked; becomes a ticket of its own."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """One call-back of one ticket."""

    ticket_id: str
    seq: int
    """1, 2, 3 … per ticket."""
    type: CallBackType
    method: CallbackMethod
    due: datetime
    because: tuple[Reason, ...] = ()
    """Why this type and this method: rule ids M1–M5."""
    is_provisional: bool = False
    """The due moment crosses days whose holidays are not published."""
    visit_id: str | None = None
    """The visit that makes it, when it is face to face."""
    status: CallBackStatus = CallBackStatus.PLANNED
    attempts: tuple[Attempt, ...] = ()
    by: tuple[str, ...] = ()
    """Who asked: names of staff."""
    done_at: datetime | None = None
    channel: ContactChannel | None = None
    answers: Answers | None = None
    """None until somebody was reached."""

    @property
    def id(self) -> str:
        """One per ticket and number."""
        return record_id("callback", self.ticket_id, str(self.seq))

    @property
    def is_valid(self) -> bool:
        """Say whether it counts (有效回访): the right person was reached, and answered what was asked."""
        return self.status is CallBackStatus.DONE and self.answers is not None and _counts(self.answers)

    @property
    def is_exhausted(self) -> bool:
        """Say whether enough was tried in vain: three attempts on at least two days."""
        vain = [attempt for attempt in self.attempts if attempt.result is not AttemptResult.REACHED]
        return len(vain) >= ATTEMPTS_WANTED and len({attempt.at.date() for attempt in vain}) >= DAYS_WANTED


def _counts(answers: Answers) -> bool:
    return (
        answers.respondent in {Respondent.REQUESTER, Respondent.FAMILY}
        and answers.resolved is not Resolved.UNKNOWN
        and answers.satisfaction is not None
    )


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a finished call-back."""

    status: Status | None
    """Where the ticket goes; None when it stays, because the call-back does not count."""
    reason: Reason


def what_follows(made: CallBack) -> Consequence:
    """Return where a finished call-back leads a ticket whose call-back is due (moves 15, 16 and 17).

    >>> from datetime import UTC
    >>> answers = Answers(Respondent.REQUESTER, Resolved.YES, Satisfaction.SATISFIED)
    >>> day = datetime(2026, 1, 9, tzinfo=UTC)
    >>> made = CallBack("t", 1, CallBackType.FIRST, CallbackMethod.CORE, day, answers=answers,
    ...                 status=CallBackStatus.DONE)
    >>> what_follows(made).status
    <Status.CLOSED: 'CLOSED'>
    """
    if made.type is CallBackType.PROCESS_CONTACT:
        return Consequence(None, Reason("I2", "a contact during the works is no call-back"))
    if made.answers is None or not made.is_valid:
        return Consequence(None, _why_not(made.answers))
    return _of_answers(made.answers)


def _of_answers(answers: Answers) -> Consequence:
    is_unhappy = answers.satisfaction in UNHAPPY
    if is_unhappy and answers.dissatisfaction_reason in BEYOND_US:
        return Consequence(
            Status.CLOSE_REVIEW, Reason("S17", "what is still wanted cannot be granted: a reviewer decides")
        )
    if answers.resolved is not Resolved.YES:
        return Consequence(
            Status.REHANDLING, Reason("S16", "not solved, or only partly: it is handled again")
        )
    if not is_unhappy:
        return Consequence(Status.CLOSED, Reason("S15", "solved, and the requester is not dissatisfied"))
    if answers.dissatisfaction_reason in OURS_TO_MEND:
        return Consequence(Status.REHANDLING, Reason("S16", "dissatisfied with what is ours to mend"))
    return Consequence(Status.CLOSE_REVIEW, Reason("S17", "solved, yet dissatisfied: a reviewer decides"))


def _why_not(answers: Answers | None) -> Reason:
    if answers is None:
        return Reason("I1", "the call-back does not count: nobody was reached")
    if answers.respondent not in {Respondent.REQUESTER, Respondent.FAMILY}:
        return Reason("I1", "the call-back does not count: only the requester or the family can answer it")
    if answers.resolved is Resolved.UNKNOWN:
        return Reason("I1", "the call-back does not count: nobody said whether the matter is solved")
    return Reason("I1", "the call-back does not count: nobody was asked about satisfaction")
