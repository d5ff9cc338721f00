"""The verbs about the whole ledger: what is in it, what the month came to, whether its promises hold."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from boundaries import Division
from geo_service.cli.options import AllOption, JsonOption, LanguageOption, WorkspaceOption, open_workspace
from geo_service.cli.screen import SHOWN
from geo_service.errors import UsageError
from geo_service.i18n import look_up
from geo_service.storage import Keys
from geo_service.tickets.callback_methods import CONFLICTS
from geo_service.tickets.indicators import RATES, Period, month
from geo_service.workflow.checking import check_ledger
from geo_service.workflow.ledger import COLUMNS, ledger_rows, write_ledger

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DECEMBER = 12


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    for verb in (ledger, report, check, archive, keys):
        app.command(verb.__name__)(verb)


def ledger(
    xlsx: Annotated[Path | None, typer.Option(help="Write it as a spreadsheet to this file.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Leave out what has been closed.")] = False,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show the call-back ledger: whom to call back, what about, and who answers for it."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    say = look_up(screen.language)
    rows = ledger_rows(services.database, only_open=only_open)
    if xlsx:
        count = write_ledger(xlsx, rows, say, title=services.settings.name)
        screen.line("{count} rows written to {file}", count=count, file=xlsx.name)
        return
    found = list(rows)
    if screen.as_json:
        screen.json({"rows": [dict(zip(COLUMNS, row.cells(str), strict=True)) for row in found]})
        return
    table = Table(*(escape(say(name)) for name in COLUMNS))
    for row in found if show_all else found[:SHOWN]:
        table.add_row(*map(escape, row.cells(say)))
    screen.console.print(table)
    screen.line("{count} rows in the ledger", count=len(found))


def report(
    wanted: Annotated[str, typer.Argument(metavar="MONTH", help="A month like 2026-01.")],
    town: Annotated[str, typer.Option(help="A town's name or 9-digit code; the whole county without.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Count a month: tickets replied to, disputes resolved, and every rate with what it divides by."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    code, name = _town(services.divisions.towns(), town) if town else ("", services.settings.name)
    with services.database.unit_of_work(write=False) as work:
        counted = work.counts.month(_period(wanted), CONFLICTS, town_code=code, town_name=name)
    if screen.as_json:
        rates = {
            rate.value: {"part": share.part, "whole": share.whole, "rate": share.rate}
            for rate, share in counted.rates.items()
        }
        document = {"town": name, "month": wanted, "received": counted.received, "replied": counted.replied}
        screen.json(document | {"disputes_resolved": counted.disputes_resolved, "rates": rates})
        return
    screen.console.rule(escape(f"{name} {wanted}"), align="left")
    screen.line(
        "{replied} tickets replied to, {disputes} disputes resolved",
        replied=counted.replied,
        disputes=counted.disputes_resolved,
    )
    table = Table.grid(padding=(0, 2))
    for rate, share in counted.rates.items():
        style = "dim" if share.is_small or share.rate is None else ""
        table.add_row(escape(screen.say(RATES[rate][0])), escape(share.text()), style=style)
    screen.console.print(table)


def check(
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Prove that the ledger keeps its promises: no ticket closed without a call-back, no event changed."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    with screen.progress("Checking the ledger"):
        found = check_ledger(services.database)
    screen.report(found, most=None if show_all else SHOWN)
    if found.left or found.notes:
        raise typer.Exit(1)


def archive(
    workspace: WorkspaceOption = None, as_json: JsonOption = False, language: LanguageOption = None
) -> None:
    """Archive what has been closed for long enough and owes no follow-up."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    count = services.loop.archive()
    if screen.as_json:
        screen.json({"archived": count})
    screen.line("{count} tickets archived", count=count)


def keys(
    turn: Annotated[
        bool, typer.Option("--turn", help="Make a new key, seal everything with it, and drop the old ones.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Look after the keys that seal what callers said; keep a copy of the key file elsewhere."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    path = services.workspace.keys_of(services.settings)
    ring = services.keys
    if not turn:
        values = {"count": len(ring.seals), "file": path.name, "name": ring.current}
        screen.line("{count} keys in {file}; new seals begin with {name}", **values)
        return
    ring.turned().save(path)
    services.database.close()
    turned = type(services).open(services.workspace)
    count = 0
    while True:
        with turned.database.unit_of_work() as work:
            sealed = work.tickets.seal_again()
        count += sealed
        if not sealed:
            break
    Keys.load(path).newest_only().save(path)
    screen.line("{count} tickets sealed with a new key; the old ones are gone", count=count)


def _period(text: str) -> Period:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= _DECEMBER:
        raise UsageError("{value} is no month; write it like 2026-01", value=text)
    return month(int(found[1]), int(found[2]))


def _town(towns: Iterable[Division], wanted: str) -> tuple[str, str]:
    for one in towns:
        if wanted in {one.code, one.name, one.core_name}:
            return one.code, one.name
    raise UsageError("{value} is no town of this county", value=wanted)
