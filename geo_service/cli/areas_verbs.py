"""The verbs about areas: a file is checked; what a new drawing would change is shown, then applied."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from boundaries import AreaColumns, check_areas, parse_datum
from geo_service.cli.options import (
    AllOption,
    JsonOption,
    LanguageOption,
    WorkspaceOption,
    open_workspace,
)
from geo_service.cli.screen import SHOWN, Screen
from geo_service.i18n import Language, tell
from geo_service.services import Services
from geo_service.workflow.area_check import checked, problem_map, problem_rows, problem_table
from geo_service.workflow.redrawing import NewDrawing
from geo_service.workflow.resettling import Move
from geo_service.workflow.step import StepReport

areas = typer.Typer(
    no_args_is_help=True,
    help="Look after the areas: check a file, see what a new drawing would change, and put it in force.",
)


@areas.callback()
def choose(language: LanguageOption = None) -> None:
    """Take the language for any verb; `main` passes it on."""
    del language


NewOption = Annotated[
    Path,
    typer.Argument(
        help="The new drawing: every village of the towns that changed, towns themselves, or both "
        "(any format that init reads)."
    ),
]
SinceOption = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the new drawing; today when not given."),
]
DatumOption = Annotated[
    str | None,
    typer.Option(help="Datum of the areas when the file does not say: wgs84, cgcs2000, gcj02, bd09."),
]
TrustOption = Annotated[
    bool,
    typer.Option("--trust-datum", help="Go on even if all borders look shifted against those that hold."),
]
CodeOption = Annotated[str | None, typer.Option(help="Column of the areas' codes.")]
NameOption = Annotated[str | None, typer.Option(help="Column of the areas' names.")]
TownOption = Annotated[str | None, typer.Option(help="Column of the town of each area.")]


@areas.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Areas of towns or villages (any format that init reads).")],
    datum: DatumOption = None,
    html: Annotated[Path | None, typer.Option(help="Write the problems as a map to this file.")] = None,
    table: Annotated[
        Path | None, typer.Option("--csv", help="Write the problems as a table to this file.")
    ] = None,
    code_column: CodeOption = None,
    name_column: NameOption = None,
    town_column: TownOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Look for overlaps, gaps, slivers and broken outlines in an area file; nothing is changed."""
    screen = Screen(Console(), language or Language.ZH_CN, as_json)
    columns = AreaColumns(code_column, name_column, town_column)
    with screen.progress("Looking at the areas"):
        report = check_areas(file, datum=parse_datum(datum) if datum else None, columns=columns)
        if html:
            html.write_text(problem_map(report, name=file.name, language=screen.language), encoding="utf-8")
        if table:
            table.write_text(problem_table(report, screen.language), encoding="utf-8", newline="")
    rows = problem_rows(report, screen.language)
    if screen.as_json:
        screen.json(screen.document(checked(report)) | {"problems": rows})
        return
    screen.report(checked(report))
    _show_problems(screen, rows, most=None if show_all else SHOWN)


def _show_problems(screen: Screen, rows: Sequence[dict[str, object]], *, most: int | None) -> None:
    if not rows:
        screen.line("Nothing is wrong with these areas.")
        return
    shown = Table(title=screen.say("Problems"), title_justify="left", expand=False)
    for heading in ("Kind of problem", "Description", "Longitude, latitude"):
        shown.add_column(screen.say(heading), overflow="fold")
    for row in rows[:most]:
        place = f"{row['lon']}, {row['lat']}"
        shown.add_row(*map(escape, (screen.word(str(row["kind"])), str(row["sentence"]), place)))
    screen.console.print(shown)
    if most is not None and len(rows) > most:
        screen.line("… and {n} more; --all shows every one", n=len(rows) - most)


@areas.command("preview")
def preview(
    new: NewOption,
    datum: DatumOption = None,
    first_day: SinceOption = None,
    trust_datum: TrustOption = False,
    code_column: CodeOption = None,
    name_column: NameOption = None,
    town_column: TownOption = None,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """List which open tickets a new drawing would move, from whom to whom and why; nothing is changed."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    columns = AreaColumns(code_column, name_column, town_column)
    drawing = _read(services, new, _day(first_day), datum, columns, trust_datum=trust_datum)
    with screen.progress("Looking at open tickets") as progress:
        report, moves = services.preview_drawing(drawing, progress)
    _show(screen, report, moves, most=None if show_all else SHOWN)


@areas.command("apply")
def apply(
    new: NewOption,
    first_day: SinceOption = None,
    datum: DatumOption = None,
    trust_datum: TrustOption = False,
    code_column: CodeOption = None,
    name_column: NameOption = None,
    town_column: TownOption = None,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Put a new drawing in force from a day on and move the open tickets; the old one keeps its days."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    columns = AreaColumns(code_column, name_column, town_column)
    drawing = _read(services, new, _day(first_day), datum, columns, trust_datum=trust_datum)
    with screen.progress("Moving open tickets") as progress:
        report, moves = services.apply_drawing(drawing, progress)
    _show(screen, report, moves, most=None if show_all else SHOWN)
    screen.line("Start a running server again, and run  geo-service plan  for rounds that were opened.")


@areas.command("learn")
def learn(
    put_in_force: Annotated[
        bool, typer.Option("--apply", help="Put what was learned in force; without it, it is only shown.")
    ] = False,
    first_day: SinceOption = None,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Draw derived areas anew from the places people have confirmed; areas that were drawn stay."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    drawing = services.learned_drawing(since=_day(first_day))
    with screen.progress("Looking at open tickets") as progress:
        report, moves = (services.apply_drawing if put_in_force else services.preview_drawing)(
            drawing, progress
        )
    _show(screen, report, moves, most=None if show_all else SHOWN)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _read(
    services: Services,
    new: Path,
    since: date | None,
    datum: str | None,
    columns: AreaColumns,
    *,
    trust_datum: bool,
) -> NewDrawing:
    known = parse_datum(datum) if datum else None
    return services.read_drawing(new, since=since, datum=known, columns=columns, trust_datum=trust_datum)


def _show(screen: Screen, report: StepReport, moves: Sequence[Move], *, most: int | None) -> None:
    """Print what a new drawing changes, and who gets which ticket."""
    if screen.as_json:
        listed = [move.as_json() | {"told": tell(move.reason, screen.language)} for move in moves]
        screen.json(screen.document(report) | {"moves": listed})
        return
    screen.report(report, most=most)
    if not moves:
        return
    table = Table(title=screen.say("Tickets that move"), title_justify="left", expand=False)
    for heading in ("Ticket", "From whom", "To whom", "Why"):
        table.add_column(screen.say(heading), overflow="fold")
    person = screen.say("(a person decides)")
    for move in moves[:most]:
        cells = (move.number, move.before or person, move.after or person, tell(move.reason, screen.language))
        table.add_row(*map(escape, cells))
    screen.console.print(table)
    if most is not None and len(moves) > most:
        screen.line("… and {n} more; --all shows every one", n=len(moves) - most)
