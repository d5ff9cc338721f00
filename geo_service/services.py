"""Everything a workspace needs, built once, for the command line and the web alike; loaded on first use."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Self, TypeAlias
from zoneinfo import ZoneInfo

from geopandas import GeoDataFrame

import maps
from boundaries import (
    AreaColumns,
    Areas,
    AreasHistory,
    BoundaryError,
    Datum,
    Divisions,
    Gazetteer,
    Geocoder,
    NamedGrounds,
    read_unit_history,
    write_unit_history,
)
from geo_service.assignment import Unit
from geo_service.i18n import Language
from geo_service.loop import Loop, read_rules
from geo_service.settings import Settings, Workspace
from geo_service.storage import Database, Keys
from geo_service.tickets.deadlines import Calendar
from geo_service.tickets.model import Ticket
from geo_service.workflow import correcting, dispatch, drawing, fieldwork, insight, intake, redrawing
from geo_service.workflow.decisions import LoopRules
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.learned import Learned
from geo_service.workflow.resettling import Move
from geo_service.workflow.step import Progress, StepReport, quietly
from geo_service.workflow.units import units_of
from routing import WalkNetwork

COUNTY_TIME = ZoneInfo("Asia/Shanghai")
_SIMULATED_MORNING = time(8, 0)
GroundState: TypeAlias = tuple[object, ...]
_LASTING = ("database", "keys", "network", "basemap", "calendar")
"""What a new drawing of the areas leaves as it is."""
_OTHER_DAYS = 4  # whose names are kept open, for whoever asks about the same letter twice


class _Latest:
    """Who answers for a workspace now, known to all who answered for it before."""

    def __init__(self) -> None:
        self.loading = Lock()
        self.services: Services | None = None
        self.unreadable: GroundState | None = None


@dataclass(frozen=True, eq=False)
class Services:
    """One workspace, opened: the county as it was first asked for; `current` follows its files."""

    workspace: Workspace
    settings: Settings
    _latest: _Latest = field(default_factory=_Latest, repr=False)

    @classmethod
    def open(cls, workspace: Workspace) -> Self:
        """Open a workspace; its database is brought to the newest form.

        Raises
        ------
        WorkspaceError, BadSettingsError
            When the folder is no workspace, or its settings are impossible.
        """
        return cls(workspace, workspace.read_settings())

    @cached_property
    def database(self) -> Database:
        """Tickets, visits, rounds, findings and events."""
        url, keys = self.settings.database_url, self.keys
        database = (
            Database.open(url, keys=keys) if url else Database.open_file(self.workspace.database, keys=keys)
        )
        database.migrate()
        return database

    @cached_property
    def keys(self) -> Keys:
        """What seals the restricted fields; made when the workspace has none yet."""
        return Keys.of_file(self.workspace.keys_of(self.settings))

    def current(self) -> "Services":
        """Return the services that see the areas as they are now: these, until a new drawing is applied.

        Cheap enough for every request: three files are looked at, not read. Whoever notices a change reads
        the new drawing; until that is whole, everybody else is answered from the old one, and so it stays
        when the new files cannot be read.
        """
        latest, shared = self._latest.services or self, self._latest
        state = self.state_of_files()
        if not latest.has_ground or state in {latest.ground_state, shared.unreadable}:
            return latest
        if not shared.loading.acquire(blocking=False):
            return latest
        try:
            shared.services = latest.opened_again()
        except BoundaryError:
            shared.unreadable = state
        finally:
            shared.loading.release()
        return shared.services or self

    def opened_again(self) -> "Services":
        """Return services with the ground read anew, as far as it was in use, and everything else kept."""
        fresh = replace(self)
        fresh.__dict__.update({name: self.__dict__[name] for name in _LASTING if name in self.__dict__})
        _ = fresh.geocoder if self.ground.is_geocoding else fresh.areas
        return fresh

    @property
    def has_ground(self) -> bool:
        """Whether the ground has been read."""
        return "ground" in self.__dict__

    @cached_property
    def ground_state(self) -> GroundState:
        """What the files of the ground were like when it was read."""
        return self.state_of_files()

    def state_of_files(self) -> GroundState:
        """Return the day, and for each file of the ground when it was written and how large it is."""
        return self.now().date(), *(_state(file) for file in self.workspace.ground_files)

    @cached_property
    def ground(self) -> DatedGround:
        """The county as it is today."""
        _ = self.ground_state  # before the files are read: what changes meanwhile is read again
        return DatedGround(
            AreasHistory.load(self.workspace.areas),
            read_unit_history([self.workspace.divisions]),
            lambda: Gazetteer.load(self.workspace.gazetteer),
            self.now().date(),
            self.settings.homophones_decide,
            Learned.of(self.workspace),
        )

    def ground_on(self, day: date | None) -> DatedGround:
        """Return the county as it was, or will be, on a day; today when None."""
        if day is None or day == self.ground.day:
            return self.ground
        if day not in self._other_days:
            while len(self._other_days) >= _OTHER_DAYS:
                self._other_days.pop(next(iter(self._other_days)), None)
            self._other_days[day] = replace(self.ground, day=day)
        return self._other_days[day]

    @cached_property
    def _other_days(self) -> dict[date, DatedGround]:
        return {}

    @property
    def areas(self) -> Areas:
        """The ground: towns and villages."""
        return self.ground.areas

    @property
    def divisions(self) -> Divisions:
        """The register of units, with and without an area."""
        return self.ground.divisions

    @property
    def gazetteer(self) -> Gazetteer:
        """Names and places."""
        return self.ground.gazetteer

    @property
    def geocoder(self) -> Geocoder:
        """Text in, places out."""
        return self.ground.geocoder

    @cached_property
    def network(self) -> WalkNetwork:
        """The streets to walk on."""
        return WalkNetwork.load(self.workspace.network)

    @cached_property
    def basemap(self) -> GeoDataFrame:
        """The background of the maps."""
        return maps.load_basemap(self.workspace.basemap)

    @cached_property
    def calendar(self) -> Calendar:
        """Working days."""
        return Calendar.shipped()

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Every town, village and community by code, as the rules of assignment see them."""
        return units_of(self.divisions)

    def now(self) -> datetime:
        """Return the time in the county; a simulated workspace lives on one morning."""
        if self.settings.simulated and self.settings.today:
            return datetime.combine(self.settings.today, _SIMULATED_MORNING, tzinfo=COUNTY_TIME)
        return datetime.now(COUNTY_TIME)  # noqa: TID251 - one of the places where time enters

    @property
    def rules(self) -> dispatch.Rules:
        """What assignment needs to know of the county."""
        due_days = self.settings.visit_due_working_days
        return dispatch.Rules(self.units, self.calendar, due_days, self.loop_rules)

    @cached_property
    def loop_rules(self) -> LoopRules:
        """How long each step may take, and which method a call-back takes: the county's tables, or ours."""
        return read_rules(self.workspace, self.calendar)

    @property
    def loop(self) -> Loop:
        """What people do with a dispatched ticket, until it is closed."""
        return Loop(self.database, self.loop_rules, self.now)

    def import_tickets(
        self,
        path: Path,
        *,
        source_system: str = "12345",
        datum: str | None = None,
        trust_datum: bool = False,
    ) -> StepReport:
        """Read a hotline's file; see `workflow.intake.import_tickets`.

        Parameters
        ----------
        trust_datum
            Whether the coordinates are stored even when all of them look shifted.
        """
        return intake.import_tickets(
            self.database,
            path,
            source_system=source_system,
            datum=datum,
            now=self.now(),
            grounds=None if trust_datum else lambda: NamedGrounds(self.gazetteer, self.areas),
        )

    def read_drawing(  # noqa: PLR0913 - a file and what is known of it
        self,
        path: Path,
        *,
        since: date | None = None,
        datum: Datum | None = None,
        columns: AreaColumns | None = None,
        trust_datum: bool = False,
        clean_m: float | None = None,
    ) -> redrawing.NewDrawing:
        """Read a new drawing of the areas, in force from a day on: today when None.

        It is cleaned as the workspace's own areas were, unless another width is given.
        """
        return redrawing.read_drawing(
            self.ground,
            path,
            since=since or self.now().date(),
            datum=datum,
            columns=columns,
            trust_datum=trust_datum,
            clean_m=(self.settings.clean_m if clean_m is None else clean_m) or None,
        )

    def learned_drawing(self, *, since: date | None = None) -> redrawing.NewDrawing:
        """Return the derived areas drawn anew from confirmed places, in force from a day on."""
        return redrawing.learned_drawing(self.ground, self.database, since=since or self.now().date())

    def preview_drawing(
        self, drawing: redrawing.NewDrawing, progress: Progress = quietly
    ) -> tuple[StepReport, tuple[Move, ...]]:
        """Say which open tickets a new drawing would move."""
        return redrawing.preview_drawing(self.database, drawing, progress=progress)

    def apply_drawing(
        self, drawing: redrawing.NewDrawing, progress: Progress = quietly
    ) -> tuple[StepReport, tuple[Move, ...]]:
        """Put a new drawing in force; services opened before see it as `current` ones."""
        rules = replace(self.rules, units=units_of(drawing.after.divisions))
        return redrawing.apply_drawing(
            self.database, drawing, rules, self._save_ground, now=self.now(), progress=progress
        )

    def _save_ground(self, ground: DatedGround) -> None:
        # the register first: a unit too many there does no harm, an area without its unit would
        write_unit_history(ground.register, self.workspace.divisions)
        ground.history.save(self.workspace.areas)

    def geocode(self, progress: Progress = quietly) -> StepReport:
        """Find the place of every received ticket."""
        return intake.geocode_tickets(self.database, self.geocoder, now=self.now(), progress=progress)

    def assign(self, progress: Progress = quietly) -> StepReport:
        """Propose whose each ready ticket is."""
        return dispatch.assign_tickets(self.database, self.rules, now=self.now(), progress=progress)

    def plan(
        self, *, first_day: date | None = None, again: bool = False, progress: Progress = quietly
    ) -> StepReport:
        """Batch the open visits into walking rounds, from `first_day` (today when None)."""
        ground = fieldwork.Ground(self.areas, self.network, self.calendar, self.settings)
        now = self.now()
        return fieldwork.plan_visits(
            self.database, ground, first_day=first_day or now.date(), now=now, again=again, progress=progress
        )

    def hotspots(self, progress: Progress = quietly) -> StepReport:
        """Search for places and areas with more tickets than chance allows."""
        return insight.find_hotspots(
            self.database, self.areas, self.gazetteer, now=self.now(), progress=progress
        )

    def confirm_place(  # noqa: PLR0913 - a decision by name
        self,
        ticket_id: str,
        *,
        unit_code: str,
        reason: str,
        by: str,
        candidate: int | None = None,
        recuse: bool = False,
    ) -> Ticket:
        """Take a dispatcher's word for where a ticket is, and whether the committee must not see it."""
        decision = dispatch.Decision(by, self.now(), reason)
        return dispatch.confirm_place(
            self.database, ticket_id, unit_code, decision, self.rules, candidate=candidate, recuse=recuse
        )

    @property
    def corrections(self) -> correcting.Corrections:
        """A person's word for where a ticket is: what would follow from it, and what it does."""
        return correcting.Corrections(self.database, self.areas, self.rules, self.now)

    def transfer_out(self, ticket_id: str, *, reason: str, by: str) -> Ticket:
        """Give a ticket back to the hotline."""
        return dispatch.transfer_out(self.database, ticket_id, dispatch.Decision(by, self.now(), reason))

    def confirm_handling(self, ticket_id: str, *, by: str, why: str = "", seen: str | None = None) -> Ticket:
        """Confirm the proposed handling body and dispatch; `seen` is the body the person saw."""
        return dispatch.confirm_handling(
            self.database, ticket_id, self.loop_rules, by=by, now=self.now(), why=why, seen=seen
        )

    def canvas(self, language: Language, assets: maps.Assets) -> drawing.Canvas:
        """Return what maps are drawn on, for a reader's language."""
        return drawing.Canvas(self.areas, self.basemap, self.settings, language, assets)

    def issue_map(self, language: Language, assets: maps.Assets) -> str:
        """Return the issue map as an HTML document."""
        with self.database.unit_of_work(write=False) as work:
            tickets = list(work.tickets.all())
        return drawing.issue_map(tickets, self.canvas(language, assets), with_links=True)

    def ticket_map(self, ticket_id: str, language: Language, assets: maps.Assets) -> str:
        """Return the map of one ticket as an HTML document."""
        with self.database.unit_of_work(write=False) as work:
            ticket = work.tickets.get(ticket_id)
        return drawing.ticket_map(ticket, self.canvas(language, assets))

    def round_map(self, round_id: str, language: Language, assets: maps.Assets) -> str:
        """Return a round's map as an HTML document."""
        with self.database.unit_of_work(write=False) as work:
            walk = work.rounds.get(round_id)
        return drawing.round_map(walk, self.canvas(language, assets), with_links=True)

    def hotspot_map(self, language: Language, assets: maps.Assets) -> str | None:
        """Return the hotspots as an HTML document; None when nobody has searched yet."""
        with self.database.unit_of_work(write=False) as work:
            findings = work.findings.latest()
        return drawing.hotspot_map(findings, self.canvas(language, assets)) if findings else None

    def draw(
        self, language: Language, *, every_round: bool = False, progress: Progress = quietly
    ) -> StepReport:
        """Write the three maps as HTML files into the workspace."""
        canvas = self.canvas(language, maps.Assets.inline())
        return drawing.draw_maps(
            self.database, canvas, self.workspace.maps, every_round=every_round, progress=progress
        )


def _state(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
