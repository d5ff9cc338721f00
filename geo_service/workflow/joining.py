"""Tickets that belong together: merged, clustered by place or cause, split into several matters.

A merged ticket ends in its master, which only its own requester's ticket may do (move 3); several requesters
with one cause form a cluster, in which each still gets a call-back of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from geo_service.errors import BadDecisionError
from geo_service.storage import Database, UnitOfWork
from geo_service.tickets.handling import Link, LinkKind
from geo_service.tickets.model import Ticket
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.statuses import ENDS, Status
from geo_service.workflow.decisions import Said, is_said, moved, noted

_STILL_FRESH = timedelta(days=30)
_OVER = ENDS | {Status.CLOSED}
_FEWEST_PARTS = 2


def merge(database: Database, ticket_id: str, into_id: str, said: Said) -> Ticket:
    """Let a repeated call end in the ticket of the first (并单).

    Raises
    ------
    BadDecisionError
        Without a reason; when the two are one, or of different requesters: cluster them instead; when the
        master is closed for more than thirty days.
    WrongStatusError
        When the ticket is past RECEIVED.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket, master = work.tickets.get(ticket_id), work.tickets.get(into_id)
        if ticket.id == master.id:
            raise BadDecisionError("a ticket cannot be merged into itself")
        same = {one.id for one in work.tickets.of_requester(ticket.requester.phone)}
        if master.id not in same:
            raise BadDecisionError(
                "two requesters called: put the tickets into a cluster, so that both are called back"
            )
        if master.status in ENDS:
            raise BadDecisionError(
                "ticket {number} is over: nothing is merged into it", number=master.upstream_no
            )
        entry = work.loop.ledger.find([master.id]).get(master.id)
        if entry is not None and entry.closed_at is not None and said.at - entry.closed_at > _STILL_FRESH:
            raise BadDecisionError(
                "ticket {number} was closed long ago: the new one stands for itself",
                number=master.upstream_no,
            )
        values = {"number": master.upstream_no, "why": why}
        reason = Reason("S3", "merged into ticket {number}: {why}", values)
        work.loop.links.add_many([Link(ticket.id, master.id, LinkKind.MERGED, said.at, said.by, reason)])
        noted(
            work,
            master,
            said,
            Reason("S3", "ticket {number} is merged into it", {"number": ticket.upstream_no}),
        )
        return moved(work, ticket, Status.MERGED, said, reason)


def cluster(database: Database, ticket_ids: Sequence[str], said: Said) -> tuple[Link, ...]:
    """Put tickets of one place or cause together; each keeps its own way and its own call-back.

    Raises
    ------
    BadDecisionError
        Without a reason, or for fewer than two tickets.
    """
    why = said.demand_grounds()
    ids = list(dict.fromkeys(ticket_ids))
    if len(ids) < _FEWEST_PARTS:
        raise BadDecisionError("a cluster needs two tickets or more")
    with database.unit_of_work() as work:
        first, *others = (work.tickets.get(ticket_id) for ticket_id in ids)
        links = []
        for ticket in others:
            reason = Reason(
                "K1", "clustered with ticket {number}: {why}", {"number": first.upstream_no, "why": why}
            )
            links.append(Link(ticket.id, first.id, LinkKind.CLUSTER, said.at, said.by, reason))
            noted(work, ticket, said, reason)
        work.loop.links.add_many(links)
        return tuple(links)


def uncluster(database: Database, ticket_id: str, said: Said) -> Ticket:
    """Take a ticket out of its cluster; the link stays in the ledger with its end.

    Raises
    ------
    BadDecisionError
        Without a reason, or when it is in none.
    """
    why = said.demand_grounds()
    with database.unit_of_work() as work:
        ticket = work.tickets.get(ticket_id)
        links = [
            link
            for link in work.loop.links.of_ticket(ticket_id)
            if link.kind is LinkKind.CLUSTER and link.undone_at is None
        ]
        if not links:
            raise BadDecisionError("this ticket is in no cluster")
        work.loop.links.save_many(replace(link, undone_at=said.at) for link in links)
        return noted(work, ticket, said, Reason("K1", "taken out of its cluster: {why}", {"why": why}))


def split(database: Database, ticket_id: str, parts: Sequence[str], said: Said) -> tuple[Ticket, ...]:
    """Make a ticket of each matter of one call; the parent waits until all of them are closed.

    The children begin as received: their texts are located and assigned like any other's. They carry the
    parent's number with -1, -2 …, its requester and its flags.

    Raises
    ------
    BadDecisionError
        Without a reason, for fewer than two texts, or when it has been split already.
    """
    why = said.demand_grounds()
    texts = [text.strip() for text in parts if is_said(text)]
    if len(texts) < _FEWEST_PARTS:
        raise BadDecisionError("a ticket is split into two matters or more: write each one's text")
    with database.unit_of_work() as work:
        parent = work.tickets.get(ticket_id)
        if _children(work, ticket_id):
            raise BadDecisionError("this ticket has been split already")
        children = [_child(parent, number, text) for number, text in enumerate(texts, start=1)]
        work.tickets.add_many(children)
        for child in children:
            values = {"number": parent.upstream_no, "why": why}
            reason = Reason("K2", "split from ticket {number}: {why}", values)
            work.loop.links.add_many([Link(child.id, parent.id, LinkKind.SPLIT, said.at, said.by, reason)])
            work.events.add_many([child.happened(at=said.at, by=said.by, reason=reason)])
        numbers = "、".join(child.upstream_no for child in children)
        told = Reason("K2", "split into {numbers}: {why}", {"numbers": numbers, "why": why})
        noted(work, parent, said, told)
        return tuple(children)


def settle_parents(database: Database, said: Said) -> int:
    """Send every split ticket whose children are all over to the reviewer who closes it; return how many."""
    count = 0
    with database.unit_of_work(write=False) as work:
        waiting = [
            ticket
            for ticket in work.tickets.by_status(Status.LOCATING, Status.CALLBACK_DUE)
            if _children(work, ticket.id)
        ]
    for parent in waiting:
        with database.unit_of_work() as work:
            children = work.tickets.find(_children(work, parent.id)).values()
            if all(child.status in _OVER for child in children):
                reason = Reason("K2", "all its matters are closed: a reviewer closes the call")
                moved(work, work.tickets.get(parent.id), Status.CLOSE_REVIEW, said, reason)
                count += 1
    return count


def _children(work: UnitOfWork, ticket_id: str) -> list[str]:
    return [link.ticket_id for link in work.loop.links_to(ticket_id) if link.kind is LinkKind.SPLIT]


def _child(parent: Ticket, number: int, text: str) -> Ticket:
    return Ticket(
        source_system=parent.source_system,
        upstream_no=f"{parent.upstream_no}-{number}",
        received_at=parent.received_at,
        content=text,
        content_masked=mask_text(text, (parent.requester.name, parent.requester.phone)),
        title=parent.title,
        channel=parent.channel,
        request_kind=parent.request_kind,
        urgency=parent.urgency,
        category=parent.category,
        requester=parent.requester,
        flags=parent.flags,
        upstream_status=parent.upstream_status,
    )
