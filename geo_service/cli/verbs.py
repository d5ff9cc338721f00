"""The verbs: each reads its options, calls one step of the workflow and shows the report."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from boundaries import AreaColumns, parse_datum
from geo_service import demo as invented
from geo_service.cli.areas_verbs import areas
from geo_service.cli.explaining import explain_text
from geo_service.cli.options import (
    AllOption,
    JsonOption,
    LanguageOption,
    WorkspaceOption,
    addresses_of,
    open_workspace,
)
from geo_service.cli.screen import SHOWN, Screen
from geo_service.cli.serving import listen, serve_until_stopped
from geo_service.errors import WorkspaceError
from geo_service.i18n import Language
from geo_service.services import Services
from geo_service.settings import Settings, Workspace
from geo_service.workflow.foundation import Sources, make_workspace

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help=(
        "The last mile of a county's 12345 hotline: where a ticket is, whose it is, who walks there. "
        "Make a workspace with init, then run import, geocode, assign, plan, hotspots, map and serve, in "
        "this order. Every verb says what it did and what it left, and can be run again."
    ),
)

app.add_typer(areas, name="areas")


@app.callback()
def choose(language: LanguageOption = None) -> None:
    """Take the language for any verb; `main` passes it on."""
    del language


_GLANCE = 5
"""Rows of a list in the demo, where the whole journey should fit a screen or two."""


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="New folder for the county.")],
    osm: Annotated[Path, typer.Option(help="OpenStreetMap extract (.osm or .osm.pbf): streets and names.")],
    areas: Annotated[
        Path,
        typer.Option(
            help="Village areas, or town areas from which village areas are derived "
            "(GeoJSON, GeoPackage, Shapefile or its zip, FlatGeobuf, GeoParquet, KML)."
        ),
    ],
    datum: Annotated[
        str | None,
        typer.Option(help="Datum of the areas when the file does not say: wgs84, cgcs2000, gcj02, bd09."),
    ] = None,
    points: Annotated[
        Path | None,
        typer.Option(help="Village points to derive areas from; else those of the OpenStreetMap file."),
    ] = None,
    points_datum: Annotated[str | None, typer.Option(help="Datum of the village points.")] = None,
    units: Annotated[
        list[Path] | None,
        typer.Option(help="Register of official units (CSV with code and name); may be given several times."),
    ] = None,
    addresses: Annotated[
        Path | None,
        typer.Option(
            help="The city's own list of addresses (Excel or CSV): house numbers, estates, streets, each "
            "with its village. Buildings, rooms and names in it are not kept."
        ),
    ] = None,
    addresses_datum: Annotated[
        str | None, typer.Option(help="Datum of the addresses' coordinates when the file does not say.")
    ] = None,
    address_column: Annotated[
        list[str] | None,
        typer.Option(
            help="Which header stands over what, like number=HEADER; may be given several times. "
            "Fields: address, town, village, hamlet, road, lane, number, estate, lon, lat, unit, unit_code."
        ),
    ] = None,
    trust_datum: Annotated[
        bool,
        typer.Option(
            "--trust-datum",
            help="Go on even if the areas look shifted against the map, or the addresses against the areas.",
        ),
    ] = False,
    name: Annotated[str | None, typer.Option(help="The county's name, as pages show it.")] = None,
    code_column: Annotated[str | None, typer.Option(help="Column of the areas' codes.")] = None,
    name_column: Annotated[str | None, typer.Option(help="Column of the areas' names.")] = None,
    town_column: Annotated[str | None, typer.Option(help="Column of the town of each area.")] = None,
    by_walking: Annotated[
        bool,
        typer.Option(
            "--by-walking",
            help="Derive village areas along the streets: people belong where they can walk to.",
        ),
    ] = False,
    clean: Annotated[
        float,
        typer.Option(
            min=0,
            max=50,
            help="Width in metres up to which overlaps and gaps between areas are resolved; 0 leaves all.",
        ),
    ] = 0.5,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make a workspace: the folder in which everything of one county lies."""
    screen = Screen(Console(), language or Language.ZH_CN, as_json)
    sources = Sources(
        osm=osm,
        areas=areas,
        datum=parse_datum(datum) if datum else None,
        columns=AreaColumns(code_column, name_column, town_column),
        points=points,
        points_datum=parse_datum(points_datum) if points_datum else None,
        units=tuple(units or ()),
        addresses=addresses_of(addresses, addresses_datum, address_column or [], trust_datum=trust_datum),
        by_walking=by_walking,
        trust_datum=trust_datum,
        clean_m=clean or None,
    )
    settings = Settings(name=name or folder.resolve().name, language=screen.language)
    with screen.progress("Reading the county") as progress:
        report = make_workspace(Workspace(folder.resolve()), sources, settings, progress=progress)
    screen.report(report)
    screen.line("Next: go into the folder and run  geo-service import FILE")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="The hotline's export: xlsx, xls or csv with Chinese headers.")
    ],
    source: Annotated[
        str, typer.Option(help="Name of the platform; with the ticket number it identifies a ticket.")
    ] = "12345",
    datum: Annotated[
        str | None, typer.Option(help="Datum of coordinate columns when no column says so.")
    ] = None,
    trust_datum: Annotated[
        bool,
        typer.Option(
            "--trust-datum", help="Import even if all coordinates look shifted against the places named."
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Read tickets from a hotline's file; a second import of the same file changes nothing."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    if datum:
        parse_datum(datum)
    with screen.progress("Reading tickets"):
        report = services.import_tickets(file, source_system=source, datum=datum, trust_datum=trust_datum)
    screen.report(report, most=None if show_all else SHOWN)


@app.command("geocode")
def geocode(
    explain: Annotated[
        str | None, typer.Option(help="Explain one text instead: what is read, considered, and why.")
    ] = None,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Find where each received ticket is; the unsure ones wait in the review queue with candidates."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    if explain is not None:
        explain_text(services, screen, explain)
        return
    with screen.progress("Locating") as progress:
        report = services.geocode(progress)
    screen.report(report, most=None if show_all else SHOWN)


@app.command("assign")
def assign(
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Propose who handles each located ticket, and set who visits where that is sure."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    with screen.progress("Assigning") as progress:
        report = services.assign(progress)
    screen.report(report, most=None if show_all else SHOWN)


@app.command("plan")
def plan(
    first_day: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day to walk on; today when not given."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Throw all drafts away and plan anew.")] = False,
    workspace: WorkspaceOption = None,
    show_all: AllOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Batch the open visits into walking rounds along real streets, office to office."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    day: date | None = first_day.date() if first_day else None
    with screen.progress("Planning rounds") as progress:
        report = services.plan(first_day=day, again=again, progress=progress)
    screen.report(report, most=None if show_all else SHOWN)


@app.command("hotspots")
def hotspots(
    workspace: WorkspaceOption = None, as_json: JsonOption = False, language: LanguageOption = None
) -> None:
    """Look for places and areas with more tickets than chance allows."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    with screen.progress("Looking for hotspots") as progress:
        report = services.hotspots(progress)
    screen.report(report)


@app.command("map")
def map_(
    every_round: Annotated[
        bool, typer.Option("--every-round", help="Also one file per walking round.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Write the three maps (issues, a round, hotspots) as HTML files that need no network."""
    services, screen = open_workspace(workspace, language, as_json=as_json)
    with screen.progress("Drawing maps") as progress:
        report = services.draw(screen.language, every_round=every_round, progress=progress)
    screen.report(report)
    for file in () if as_json else report.files:
        screen.console.print(f"{services.workspace.maps.name}/{file}", markup=False, highlight=False)


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8000,
    workspace: WorkspaceOption = None,
    language: LanguageOption = None,
) -> None:
    """Serve pages and JSON on this machine until stopped with Ctrl+C."""
    services, screen = open_workspace(workspace, language, as_json=False)
    serve_until_stopped(services, screen, listen(port))


@app.command("demo")
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder of the invented county.")] = Path("demo"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8000,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw an earlier demo away first.")] = False,
    serving: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the pages when all is done.")
    ] = True,
    language: LanguageOption = None,
) -> None:
    """Show everything on an invented county: from a ticket file to maps, served on this machine."""
    # an earlier demo that is still served keeps its port, and so its folder
    with listen(port) if serving else nullcontext() as listener:
        services, screen = _run_demo(Workspace(folder.resolve()), language, fresh=fresh)
        _show_where_to_look(screen, port)
        if listener:
            serve_until_stopped(services, screen, listener)


def _run_demo(workspace: Workspace, language: Language | None, *, fresh: bool) -> tuple[Services, Screen]:
    """Run every step of the journey on the invented county, made when it is not there."""
    screen = Screen(Console(), language or Language.ZH_CN)
    if fresh and workspace.folder.exists():
        _demand_simulated(workspace)
        shutil.rmtree(workspace.folder)
    if not workspace.settings_file.exists():
        _make_demo(workspace, screen)
    _demand_simulated(workspace)
    services = Services.open(workspace)
    if not _demo_input(workspace).exists():
        _keep_demo_input(workspace, invented.write_demo)  # the first demo was cut off just before
    screen.report(services.import_tickets(_demo_input(workspace) / "tickets.xlsx"), most=_GLANCE)
    for label, step in (
        ("Locating", services.geocode),
        ("Assigning", services.assign),
        ("Planning rounds", lambda progress: services.plan(progress=progress)),
        ("Looking for hotspots", services.hotspots),
    ):
        with screen.progress(label) as progress:
            report = step(progress)
        screen.report(report, most=_GLANCE)
    with screen.progress("Drawing maps") as progress:
        report = services.draw(screen.language, progress=progress)
    screen.report(report)
    return services, screen


def _demand_simulated(workspace: Workspace) -> None:
    """Refuse to touch a folder that is no demo."""
    if not workspace.read_settings().simulated:
        raise WorkspaceError("{folder} holds a real county, no demo", folder=workspace.folder.name)


def _make_demo(workspace: Workspace, screen: Screen) -> None:
    """Write the invented county's files and make a workspace from them, by the ordinary path."""
    with tempfile.TemporaryDirectory() as kept, screen.progress("Inventing a county") as progress:
        files = invented.write_demo(Path(kept))
        settings = Settings.model_validate(invented.DEMO_SETTINGS)
        sources = Sources(osm=files.osm, areas=files.areas, points=files.offices, units=files.units)
        report = make_workspace(workspace, sources, settings, progress=progress)
        _keep_demo_input(workspace, lambda folder: shutil.copytree(kept, folder))
    screen.report(report)


def _demo_input(workspace: Workspace) -> Path:
    """Return the folder of the files the invented county is made from."""
    return workspace.folder / "input"


def _keep_demo_input(workspace: Workspace, write: Callable[[Path], object]) -> None:
    """Write the files the county is made from into the workspace, all or none."""
    unfinished = workspace.folder / ".input"
    shutil.rmtree(unfinished, ignore_errors=True)
    write(unfinished)
    unfinished.rename(_demo_input(workspace))


def _show_where_to_look(screen: Screen, port: int) -> None:
    screen.line("What to look at:")
    for path, hint in (
        ("/", "the start page: what to do today"),
        ("/maps/issues", "where the tickets are"),
        ("/review", "tickets that wait for a person, with candidates and reasons"),
        ("/rounds", "walking rounds; open one on a phone"),
        ("/hotspots", "the market that is more than chance"),
    ):
        address = f"  http://127.0.0.1:{port}{path}"
        screen.console.print(f"{address:<38}{screen.say(hint)}", markup=False, highlight=False)
