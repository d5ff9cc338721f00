"""The call-back ledger (专项回访台账) as rows: to the screen, into a spreadsheet, onto paper."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter

from geo_service.storage import Database
from geo_service.storage.record_tables import ledger_entries
from geo_service.tickets.callbacks import CallBack, CallBackStatus
from geo_service.tickets.deadlines import COUNTY_TIME
from geo_service.tickets.statuses import STATUSES

COLUMNS = (
    "Whom to call back",
    "Problem",
    "Responsible body",
    "Ticket",
    "Status",
    "Call-back due",
    "Called back",
    "Closed",
)
"""The three mandatory ones first; their Chinese stands in the catalogue."""
_WIDTHS = (18, 60, 24, 20, 14, 18, 18, 18)
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One ticket in the ledger; every word masked."""

    requester: str
    problem: str
    responsible: str
    number: str
    status: str
    """The English word; its Chinese stands in the catalogue."""
    due: str
    """When the next call-back is due; empty when none is."""
    called: str
    closed: str

    def cells(self, say: Callable[[str], str]) -> tuple[str, ...]:
        """Return the row in the order of `COLUMNS`."""
        return (
            self.requester,
            self.problem,
            self.responsible,
            self.number,
            say(self.status),
            self.due,
            self.called,
            self.closed,
        )


def ledger_rows(database: Database, *, only_open: bool = False) -> Iterator[LedgerRow]:
    """Yield the rows of the ledger, the oldest first.

    Parameters
    ----------
    only_open
        Leave out what has been closed.
    """
    wanted = (ledger_entries.c.closed_at.is_(None),) if only_open else ()
    skip = 0
    while True:
        with database.unit_of_work(write=False) as work:
            entries = work.loop.ledger.where(*wanted, size=_BLOCK, skip=skip)
            tickets = work.tickets.find([entry.ticket_id for entry in entries])
            calls = work.loop.callbacks.of_tickets([entry.ticket_id for entry in entries])
        for entry in entries:
            made = calls.get(entry.ticket_id, [])
            yield LedgerRow(
                entry.requester,
                entry.problem,
                entry.responsible,
                tickets[entry.ticket_id].upstream_no,
                STATUSES[tickets[entry.ticket_id].status],
                _moment(min((one.due for one in made if _waits(one)), default=None)),
                _moment(max((one.done_at for one in made if one.is_valid and one.done_at), default=None)),
                _moment(entry.closed_at),
            )
        if len(entries) < _BLOCK:
            return
        skip += _BLOCK


def write_ledger(path: Path, rows: Iterator[LedgerRow], say: Callable[[str], str], *, title: str) -> int:
    """Write rows as a spreadsheet that prints on A4 across, its head on every page; return how many."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(say("Ledger"))
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        sheet.set_header(f"&C{title}")
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, say(name), head)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, text in enumerate(row.cells(say)):
                sheet.write_string(count, column, text, cell)
    return count


def _waits(one: CallBack) -> bool:
    return one.status in {CallBackStatus.PLANNED, CallBackStatus.ATTEMPTED}


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}" if at else ""
