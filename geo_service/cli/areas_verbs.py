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
from geo_service.workflow.area_answers import export_areas, holder_of, named_on, read_coordinate
from geo_service.workflow.area_check import checked, problem_map, problem_rows, problem_table
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
CleanOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=50,
        help="Width in metres up to which overlaps and gaps are resolved; as init did when not given.",
    ),
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day asked about; today when not given."),
]


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
    clean: CleanOption = None,
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
    with screen.progress("Reading the new drawing"):
        drawing = services.read_drawing(
            new,
            since=_day(first_day),
            datum=parse_datum(datum) if datum else None,
            columns=columns,
            trust_datum=trust_datum,
            clean_m=clean,
        )
    with screen.progress("Looking at open tickets") as progress:
        report, moves = services.preview_drawing(drawing, progress)
    _show(screen, report, moves, most=None if show_all else SHOWN)


@areas.command("apply")
def apply(
    new: NewOption,
    first_day: SinceOption = None,
    datum: DatumOption = None,
    trust_datum: TrustOption = False,
    clean: CleanOption = None,
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
    with screen.progress("Reading the new drawing"):
        drawing = services.read_drawing(
            new,
            since=_day(first_day),
            datum=parse_datum(datum) if datum else None,
            columns=columns,
            trust_datum=trust_datum,
            clean_m=clean,
        )
    with screen.progress("Moving open tickets") as progress:
        report, moves = services.apply_drawing(drawing, progress)
    _show(screen, report, moves, most=None if show_all else SHOWN)
    screen.line(
        "A running server sees it by itself. Run  geo-service plan  for visits that are on no round now."
    )


@areas.command("at")
def at(
    place: Annotated[
        str, typer.Argument(help="Longitude and latitude like 115.64,22.97, or the words of a caller.")
    ],
    datum: Annotated[
        str, typer.Option(help="Datum of the coordinate: wgs84, cgcs2000, gcj02, bd09.")
    ] = "wgs84",
    day: DayOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Say whose ground a place is, or was: on an old day with the areas and names of that day."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    asked = _day(day) or services.now().date()
    coordinate = read_coordinate(place)
    if coordinate is not None:
        answer = holder_of(services.ground_on(asked), coordinate, parse_datum(datum))
    else:
        answer = named_on(services.ground_on(asked), place)
    if screen.as_json:
        screen.json(answer.as_json() | {"told": [tell(reason, screen.language) for reason in answer.reasons]})
        return
    for reason in answer.reasons:
        screen.console.print("• " + escape(tell(reason, screen.language)), highlight=False)


@areas.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="New GeoPackage (.gpkg) for QGIS.")],
    day: DayOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the areas of a day as a GeoPackage to be changed in QGIS and given back to preview and apply."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    report = export_areas(services.ground_on(_day(day)), file)
    screen.report(report)
    screen.line(
        "Change it in QGIS, then see what that does:  geo-service areas preview {file}", file=file.name
    )


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
