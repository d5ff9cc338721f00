"""A workspace is made: streets, areas, names and background of one county, in one folder, or nothing."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import maps
from boundaries import (
    AreaColumns,
    County,
    Datum,
    Gazetteer,
    OsmExtract,
    UnitHistory,
    WrongDatumError,
    read_county,
    read_osm,
    read_unit_history,
    write_unit_history,
)
from geo_service.errors import WorkspaceError
from geo_service.settings import Settings, Workspace, settings_to_toml
from geo_service.tickets.reasons import Reason
from geo_service.workflow import address_list
from geo_service.workflow.address_list import AddressList
from geo_service.workflow.step import Progress, StepReport, own, quietly
from routing import WalkNetwork, walking_metres

_STEPS = 6


@dataclass(frozen=True, slots=True)
class Sources:
    """The files a county is made from."""

    osm: Path
    """OpenStreetMap extract: streets, named places, background."""
    areas: Path
    """Village areas, or town areas from which village areas are derived."""
    datum: Datum | None = None
    """Datum of the area file, when the file does not say or says wrong."""
    columns: AreaColumns = field(default_factory=AreaColumns)
    points: Path | None = None
    """Village points: where committees sit, and to derive areas from where none are drawn; None takes those
    of the OpenStreetMap file to derive from."""
    points_datum: Datum | None = None
    units: Sequence[Path] = ()
    """Registers of official units (CSV)."""
    addresses: AddressList | None = None
    """The city's own list of addresses."""
    by_walking: bool = False
    """Whether derived areas follow the walk along the streets, not the straight line."""
    trust_datum: bool = False
    """Whether to go on when the areas look shifted against the villages of the map."""
    clean_m: float | None = None
    """Up to which width overlaps and gaps between areas are resolved, metres; None: they are only told. Kept
    with the workspace: a new drawing is cleaned the same way."""


def make_workspace(
    workspace: Workspace, sources: Sources, settings: Settings, *, progress: Progress = quietly
) -> StepReport:
    """Make a workspace folder from a county's files.

    Everything is built beside the folder first and moved there when it is whole.

    Raises
    ------
    WorkspaceError
        When the folder exists and is not empty, or cannot be made.
    BoundaryError, RoutingError
        When a file cannot be used; says what to do. Nothing is left behind then.
    """
    folder = workspace.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError("{folder} is not empty: name a new folder", folder=folder.name)
    unfinished = Workspace(folder.with_name(f".{folder.name}.unfinished"))
    shutil.rmtree(unfinished.folder, ignore_errors=True)
    try:
        unfinished.folder.mkdir(parents=True)
    except OSError as error:
        raise WorkspaceError(
            "{folder} cannot be made: {parent} is no folder, or may not be written to",
            folder=folder.name,
            parent=folder.parent,
        ) from error
    try:
        report = _fill(unfinished, sources, settings, progress)
        if folder.exists():
            folder.rmdir()
        unfinished.folder.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished.folder, ignore_errors=True)
        raise
    return report


def _fill(workspace: Workspace, sources: Sources, settings: Settings, progress: Progress) -> StepReport:
    progress(0, _STEPS)
    extract = read_osm(sources.osm)
    progress(1, _STEPS)

    # built after the areas unless they follow the streets: a map without streets is told with its name
    @cache
    def network() -> WalkNetwork:
        return WalkNetwork.from_osm(extract)

    county = read_county(
        sources.areas,
        extract=extract,
        datum=sources.datum,
        columns=sources.columns,
        points=sources.points,
        points_datum=sources.points_datum,
        units=sources.units,
        reach=(lambda *asked: walking_metres(network(), *asked)) if sources.by_walking else None,
        clean_m=sources.clean_m,
    )
    _refuse_shifted(sources, county)
    progress(2, _STEPS)
    network()
    progress(3, _STEPS)
    listed = sources.addresses.read(county, _within(3, progress)) if sources.addresses else None
    gazetteer = Gazetteer.build(extract, county.divisions, county.areas, listed.addresses if listed else None)
    progress(4, _STEPS)
    county.areas.save(workspace.areas)
    register = UnitHistory.of(county.divisions)
    if sources.units:
        register = register.with_past(read_unit_history(sources.units))
    write_unit_history(register, workspace.divisions)
    gazetteer.save(workspace.gazetteer)
    network().save(workspace.network)
    maps.save_basemap(maps.basemap_frame(extract), workspace.basemap)
    progress(5, _STEPS)
    code = settings.county_code or _county_code(county)
    settings = settings.model_copy(update={"county_code": code, "clean_m": sources.clean_m or 0.0})
    workspace.settings_file.write_text(settings_to_toml(settings), encoding="utf-8")
    progress(_STEPS, _STEPS)
    report = _report(county, extract, gazetteer)
    return replace(
        report,
        done={**report.done, **address_list.counts(listed)},
        problems=address_list.problems(listed),
        notes=(*report.notes, *address_list.notes(listed)),
    )


def _refuse_shifted(sources: Sources, county: County) -> None:
    """Refuse areas that lie where another datum would put them, before anything is stored."""
    doubt = next((reason for reason in county.report if reason.rule == "doubt.datum"), None)
    if doubt is not None and not sources.trust_datum:
        raise WrongDatumError(
            "{path} is in another datum than it was taken for: {better} places of the map would lie in the "
            "village of their name if it were in {datum}, only {now} do as it stands. Give --datum {datum}, "
            "or --trust-datum if you know better",
            path=sources.areas.name,
            **doubt.values,
        )


def _within(step: int, progress: Progress) -> Progress:
    """Return the progress of one long step as progress of the whole."""
    return lambda done, total: progress(step * total + done, _STEPS * total)


def _county_code(county: County) -> str:
    prefixes = [unit.code[:6] for unit in county.divisions.villages() if unit.code[:6].isdigit()]
    return max(sorted(set(prefixes)), key=prefixes.count, default="")


def _report(county: County, extract: OsmExtract, gazetteer: Gazetteer) -> StepReport:
    villages = county.areas.villages
    done = {
        "towns": len(county.areas.towns),
        "villages and communities": len(villages),
        "of them derived": int(villages["derived"].sum()),
        "units in the register": len(county.divisions),
        "streets": len(extract.streets),
        "named places": len(gazetteer.places()),
    }
    notes = [own(reason) for reason in county.report]
    assumed = int(villages["office_assumed"].sum()) if len(villages) else 0
    if assumed:
        notes.append(
            Reason(
                "W1",
                "the offices of {n} committees are unknown: their rounds start at a point inside the area",
                {"n": assumed},
            )
        )
    return StepReport("init", done, notes=tuple(notes))
