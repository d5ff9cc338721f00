"""What a page of tickets is asked by, and what it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_

from geo_service.storage.statements import starts_with
from geo_service.storage.tables import tickets
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets a page shows; what is left empty does not matter, what is given must all hold."""

    number: str = ""
    """What the hotline's number begins with."""
    status: Status | None = None
    category: str = ""
    """A category with all below it: ``"城乡建设"`` holds ``"城乡建设/占道经营"`` too."""
    town_code: str = ""
    """Town of the issue's place."""
    geocode_status: str = ""
    unit_code: str = ""
    """Village or community of the issue's place."""


@dataclass(frozen=True, slots=True)
class TicketPage:
    """One page of tickets, newest received first."""

    tickets: tuple[Ticket, ...]
    """Empty behind the last page."""
    total: int
    """How many fit the filter, on all pages."""


def conditions(wanted: TicketFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what a row must fulfil to fit a filter."""
    c = tickets.c
    if wanted.number:
        yield starts_with(c.upstream_no, wanted.number)
    if wanted.status:
        yield c.status == wanted.status.value
    if wanted.category:
        yield or_(c.category == wanted.category, starts_with(c.category, wanted.category + "/"))
    for column, value in (
        (c.town_code, wanted.town_code),
        (c.geocode_status, wanted.geocode_status),
        (c.unit_code, wanted.unit_code),
    ):
        if value:
            yield column == value
