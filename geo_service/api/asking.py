"""How lists are asked for: filters of the ticket list and numbers of its pages, for pages and JSON alike."""

from typing import Annotated

from fastapi import Depends, Form, Path, Query
from pydantic import BeforeValidator

from geo_service.storage import TicketFilter
from geo_service.tickets.statuses import Status

LAST_PAGE = 1_000_000
MOST_PER_PAGE = 200
PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""One line without control characters, which some databases refuse and no form of ours sends."""


def _none_when_empty(value: object) -> object:
    """Take a form's empty field for one that was not filled in."""
    return value or None


AskedStatus = Annotated[
    Status | None,
    BeforeValidator(_none_when_empty),
    Query(description="Status in the local ledger; empty for all."),
]


def asked_filter(  # noqa: PLR0913, PLR0917 - one parameter per field of the form
    number: Annotated[
        str, Query(max_length=100, pattern=PLAIN, description="The beginning of a ticket number.")
    ] = "",
    status: AskedStatus = None,
    category: Annotated[
        str,
        Query(max_length=100, pattern=PLAIN, description="A category with all below it, such as 城乡建设."),
    ] = "",
    town_code: Annotated[
        str, Query(max_length=20, pattern=PLAIN, description="Town of the issue's place, by division code.")
    ] = "",
    unit_code: Annotated[
        str, Query(max_length=20, pattern=PLAIN, description="Village or community of the issue's place.")
    ] = "",
    geocode_status: Annotated[
        str, Query(max_length=30, pattern=PLAIN, description="What the geocoder said, such as AMBIGUOUS.")
    ] = "",
) -> TicketFilter:
    """Return the filter that a query asks for; what is left empty does not matter."""
    return TicketFilter(
        number=number.strip(),
        status=status,
        category=category.strip(),
        town_code=town_code,
        geocode_status=geocode_status,
        unit_code=unit_code,
    )


TicketId = Annotated[
    str, Path(description="The ticket's id: 16 hexadecimal digits.", max_length=40, pattern=PLAIN)
]
RoundId = Annotated[str, Path(examples=["20260202-AM-441581003203"], max_length=60, pattern=PLAIN)]
Asked = Annotated[str, Query(max_length=100, pattern=PLAIN)]
"""A word in the address."""
Line = Annotated[str, Form(max_length=200, pattern=PLAIN)]
"""A field of a form."""
Filtered = Annotated[TicketFilter, Depends(asked_filter)]
PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE, description="Page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Entries per page.")]


def pages_of(total: int, size: int) -> int:
    """Return how many pages hold `total` entries; an empty list has one page.

    >>> [pages_of(total, 25) for total in (0, 25, 26)]
    [1, 1, 2]
    """
    return max(1, -(-total // size))
