"""A ticket moves only as the table allows, and every move leaves an event."""

from datetime import UTC, datetime

import pytest

from geo_service.errors import WrongStatusError
from geo_service.tickets.model import Flag, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import ENDS, MOVES, Status

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
WHY = Reason("T1", "because of the test")


def ticket(status: Status = Status.RECEIVED, *flags: Flag) -> Ticket:
    return Ticket("12345", "GD-1", NOW, "路灯不亮", "路灯不亮", status=status, flags=frozenset(flags))


def reachable(start: Status) -> set[Status]:
    found = {start}
    while True:
        after = found | {target for source, target in MOVES if source in found}
        if after == found:
            return found
        found = after


def test_every_status_is_reachable_from_received() -> None:
    assert reachable(Status.RECEIVED) == set(Status)


def test_every_open_status_can_reach_the_archive() -> None:
    assert all(Status.ARCHIVED in reachable(status) for status in set(Status) - ENDS)


def test_nothing_follows_an_end() -> None:
    assert not [move for move in MOVES if move[0] in ENDS]


def test_only_a_call_back_or_a_review_closes() -> None:
    before = {source for source, target in MOVES if target is Status.CLOSED}
    assert before == {Status.CALLBACK_DUE, Status.CLOSE_REVIEW}


@pytest.mark.parametrize(("source", "target"), sorted(MOVES))
def test_an_allowed_move_changes_the_status_and_says_so(source: Status, target: Status) -> None:
    moved, event = ticket(source).move(target, at=NOW, by="test", reason=WHY)
    assert (moved.status, event.status, event.ticket_id) == (target, target, moved.id)


def test_a_move_outside_the_table_is_refused() -> None:
    forbidden = [(a, b) for a in Status for b in Status if (a, b) not in MOVES]
    assert len(forbidden) + len(MOVES) == len(Status) ** 2
    for source, target in forbidden:
        with pytest.raises(WrongStatusError, match="GD-1"):
            ticket(source).move(target, at=NOW, by="test", reason=WHY)


def test_the_same_import_gives_the_same_id_and_another_platform_another() -> None:
    again = Ticket("12345", "GD-1", NOW, "其他内容", "其他内容")
    other = Ticket("district", "GD-1", NOW, "路灯不亮", "路灯不亮")
    assert ticket().id == again.id != other.id
    assert len(ticket().id) == 16


@pytest.mark.parametrize("flag", Flag)
def test_only_recusal_and_secrecy_guard(flag: Flag) -> None:
    guarded = ticket(Status.RECEIVED, flag).is_guarded
    assert guarded is (flag in {Flag.RECUSAL, Flag.CONFIDENTIAL})
