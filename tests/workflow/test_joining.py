"""Repeated calls, common causes, and one call about several matters."""

from dataclasses import replace

import pytest

from geo_service.errors import BadDecisionError, WrongStatusError
from geo_service.loop import Loop
from geo_service.services import Services
from geo_service.tickets.handling import LinkKind
from geo_service.tickets.model import Requester, Ticket
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import Status
from geo_service.workflow.checking import check_ledger
from tests.storage.samples import NOW, a_ticket

REASON = Reason("L1", "seen")
ONE, SAME, OTHER = (
    replace(a_ticket(number), requester=Requester(name, phone))
    for number, name, phone in (
        ("J1", "王小明", "13800001234"),
        ("J2", "王小明", "138 0000 1234"),
        ("J3", "李小红", "13900005678"),
    )
)


@pytest.fixture
def loop(services: Services) -> Loop:
    """Return the loop over three received tickets, two of one requester."""
    with services.database.unit_of_work() as work:
        work.tickets.add_many([ONE, SAME, OTHER])
        work.events.add_many(t.happened(at=NOW, by="import", reason=REASON) for t in (ONE, SAME, OTHER))
    return Loop(services.database, services.loop_rules, lambda: NOW)


def stored(loop: Loop, ticket: Ticket) -> Ticket:
    with loop.database.unit_of_work(write=False) as work:
        return work.tickets.get(ticket.id)


def test_a_second_call_of_the_same_person_ends_in_the_first_ticket(loop: Loop) -> None:
    assert loop.merge(SAME.id, ONE.id, by="调度员", why="同一件事").status is Status.MERGED
    with loop.database.unit_of_work(write=False) as work:
        (link,) = work.loop.links_to(ONE.id)
        assert (link.kind, link.ticket_id) == (LinkKind.MERGED, SAME.id)
        assert len(work.events.of_ticket(ONE.id)) == 2
    with pytest.raises(WrongStatusError):
        loop.merge(SAME.id, ONE.id, by="调度员", why="再并一次")


def test_two_requesters_are_clustered_and_each_is_still_called_back(loop: Loop) -> None:
    with pytest.raises(BadDecisionError, match="two requesters called"):
        loop.merge(OTHER.id, ONE.id, by="调度员", why="同一摊位")
    assert len(loop.cluster([ONE.id, SAME.id, OTHER.id], by="调度员", why="同一摊位")) == 2
    assert stored(loop, OTHER).status is Status.RECEIVED
    loop.uncluster(OTHER.id, by="调度员", why="看错了")
    with pytest.raises(BadDecisionError, match="in no cluster"):
        loop.uncluster(OTHER.id, by="调度员", why="看错了")


def test_one_call_about_two_matters_becomes_two_tickets_and_closes_after_them(loop: Loop) -> None:
    children = loop.split(ONE.id, ["溪美村电线杆倾斜", "西美村公厕没人打扫"], by="调度员", why="两个问题")
    assert [child.upstream_no for child in children] == ["J1-1", "J1-2"]
    assert {child.requester for child in children} == {ONE.requester}
    with pytest.raises(BadDecisionError, match="split already"):
        loop.split(ONE.id, ["a事", "b事"], by="调度员", why="再拆")
    with loop.database.unit_of_work() as work:
        waiting, event = stored(loop, ONE).move(Status.LOCATING, at=NOW, by="geocode", reason=REASON)
        work.tickets.save(waiting)
        work.events.add_many([event])
    assert loop.settle_parents() == 0
    for child in children:
        with loop.database.unit_of_work() as work:
            moved, event = child.move(Status.WITHDRAWN, at=NOW, by="x", reason=REASON)
            work.tickets.save(moved)
            work.events.add_many([event])
    assert loop.settle_parents() == 1
    assert stored(loop, ONE).status is Status.CLOSE_REVIEW
    assert check_ledger(loop.database).left == ()


@pytest.mark.parametrize(
    ("parts", "said"), [(["只有一件"], "two matters or more"), ([], "two matters or more")]
)
def test_a_split_needs_two_matters(loop: Loop, parts: list[str], said: str) -> None:
    with pytest.raises(BadDecisionError, match=said):
        loop.split(ONE.id, parts, by="调度员", why="拆分")
