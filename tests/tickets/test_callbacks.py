"""What a call-back leads to: the table of domain rules 15 to 17, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from geo_service.tickets.callbacks import (
    Answers,
    Attempt,
    AttemptResult,
    CallBack,
    CallbackMethod,
    CallBackStatus,
    CallBackType,
    ContactChannel,
    DissatisfactionReason,
    Resolved,
    Respondent,
    Satisfaction,
    what_follows,
)
from geo_service.tickets.statuses import Status

DAY = datetime(2026, 1, 9, 10, tzinfo=UTC)
GOOD = Answers(Respondent.REQUESTER, Resolved.YES, Satisfaction.SATISFIED)
MADE = CallBack(
    "t", 1, CallBackType.FIRST, CallbackMethod.CORE, DAY, status=CallBackStatus.DONE, answers=GOOD
)


@pytest.mark.parametrize(
    ("resolved", "satisfaction", "reason", "leads_to"),
    [
        (Resolved.YES, Satisfaction.VERY_SATISFIED, None, Status.CLOSED),
        (Resolved.YES, Satisfaction.BASICALLY_SATISFIED, None, Status.CLOSED),
        (Resolved.YES, Satisfaction.DECLINED, None, Status.CLOSED),
        (Resolved.YES, Satisfaction.DISSATISFIED, DissatisfactionReason.ATTITUDE, Status.REHANDLING),
        (Resolved.YES, Satisfaction.DISSATISFIED, DissatisfactionReason.LAW_LIMITS, Status.CLOSE_REVIEW),
        (Resolved.YES, Satisfaction.DISSATISFIED, DissatisfactionReason.OTHER, Status.CLOSE_REVIEW),
        (Resolved.YES, Satisfaction.VERY_DISSATISFIED, None, Status.CLOSE_REVIEW),
        (Resolved.PARTLY, Satisfaction.SATISFIED, None, Status.REHANDLING),
        (Resolved.NO, Satisfaction.DISSATISFIED, DissatisfactionReason.RESULT, Status.REHANDLING),
        (
            Resolved.NO,
            Satisfaction.DISSATISFIED,
            DissatisfactionReason.DEMAND_UNREASONABLE,
            Status.CLOSE_REVIEW,
        ),
    ],
)
def test_the_answers_decide_where_a_ticket_goes(
    resolved: Resolved,
    satisfaction: Satisfaction,
    reason: DissatisfactionReason | None,
    leads_to: Status,
) -> None:
    answers = Answers(Respondent.FAMILY, resolved, satisfaction, reason)
    assert what_follows(replace(MADE, answers=answers)).status is leads_to


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (replace(MADE, type=CallBackType.PROCESS_CONTACT), "no call-back"),
        (replace(MADE, answers=None), "nobody was reached"),
        (replace(MADE, answers=replace(GOOD, respondent=Respondent.NEIGHBOUR)), "only the requester"),
        (replace(MADE, answers=replace(GOOD, respondent=Respondent.SUBJECT)), "only the requester"),
        (replace(MADE, answers=replace(GOOD, resolved=Resolved.UNKNOWN)), "nobody said whether"),
        (replace(MADE, answers=replace(GOOD, satisfaction=None)), "nobody was asked"),
    ],
)
def test_what_does_not_count_leads_nowhere_and_says_why(made: CallBack, said: str) -> None:
    found = what_follows(made)
    assert found.status is None
    assert said in found.reason.text()


def test_three_attempts_in_vain_on_two_days_are_enough() -> None:
    tried = Attempt(DAY, ContactChannel.PHONE, AttemptResult.NO_ANSWER, "李委员")
    same_day = replace(MADE, answers=None, attempts=(tried, tried, tried))
    assert not same_day.is_exhausted
    later = replace(tried, at=DAY + timedelta(days=1))
    assert replace(same_day, attempts=(tried, tried, later)).is_exhausted
    reached = replace(later, result=AttemptResult.REACHED)
    assert not replace(same_day, attempts=(tried, tried, reached)).is_exhausted
