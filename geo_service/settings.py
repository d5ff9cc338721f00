"""What one county's service is set to: read once from the workspace's settings.toml, then passed down.

A workspace is a folder; everything of a county lies in it, so that it can be carried to an office without a
network.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo_service.errors import BadSettingsError, WorkspaceError
from geo_service.i18n import Language


class Settings(BaseModel):
    """The settings of a workspace; every field has a safe default except the county's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """The county's name, as shown on every page."""
    county_code: str = ""
    """First six digits of its division codes; empty when the areas carry no official codes."""
    language: Language = Language.ZH_CN
    """Language of the command line, and of pages for a browser that has not chosen."""
    simulated: bool = False
    """True for invented data: every page and map says 模拟."""
    today: date | None = None
    """A simulated workspace lives on this day; None is the machine's clock."""
    database_url: str = ""
    """SQLAlchemy address of a PostgreSQL database; empty for the SQLite file in the workspace."""
    keys_file: str = ""
    """Where the keys of the restricted fields lie, as a path from the workspace; empty for keys.txt in it."""
    clean_m: float = Field(default=0.0, ge=0, le=50)
    """Width in metres up to which overlaps and gaps between areas were resolved at init, and are in every new
    drawing; 0 for nothing."""
    homophones_decide: bool = False
    """Whether a ticket may go out by itself when its village is only written by its sound (严龙村 for
    炎龙村), behind its town, and one village there sounds exactly so; False leaves it to a dispatcher."""
    learned_months: int = Field(default=24, ge=1, le=120)
    """What tickets have taught is forgotten so many months after the last of them."""
    visit_due_working_days: int = Field(default=3, ge=1, le=60)
    """A first visit is due this many working days after the ticket was received."""
    visit_service_minutes: int = Field(default=20, ge=5, le=120)
    """How long a visit takes at the door."""
    stops_per_half_day: int = Field(default=8, ge=1, le=20)
    """Doors a pair can visit in half a day."""
    planning_days: int = Field(default=3, ge=1, le=20)
    """Working days over which the due visits are spread."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of one county, and the names of the files in it."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        """What the county is called and set to."""
        return self.folder / "settings.toml"

    @property
    def database(self) -> Path:
        """Tickets, visits, rounds and events, when SQLite keeps them."""
        return self.folder / "geo-service.db"

    @property
    def service_limits(self) -> Path:
        """How long each step may take; the shipped table holds where there is none (CSV)."""
        return self.folder / "service_limits.csv"

    @property
    def callback_methods(self) -> Path:
        """Which method a call-back takes; the shipped table holds where there is none (CSV)."""
        return self.folder / "callback_methods.csv"

    def keys_of(self, settings: Settings) -> Path:
        """Return the file of the keys: better not on the same disk as the database."""
        return self.folder / (settings.keys_file or "keys.txt")

    @property
    def areas(self) -> Path:
        """Town and village areas (GeoPackage)."""
        return self.folder / "areas.gpkg"

    @property
    def divisions(self) -> Path:
        """The register of units, with and without an area (CSV)."""
        return self.folder / "divisions.csv"

    @property
    def gazetteer(self) -> Path:
        """Names and places (Parquet)."""
        return self.folder / "gazetteer.parquet"

    @property
    def aliases(self) -> Path:
        """The county's own other names, learnt ones among them; read beside the names (CSV)."""
        return self.folder / "aliases.csv"

    @property
    def calibration(self) -> Path:
        """What confidences are worth here; the shipped table holds where there is none (CSV)."""
        return self.folder / "calibration.csv"

    @property
    def memory(self) -> Path:
        """What confirmed tickets taught about texts without a village (NumPy arrays)."""
        return self.folder / "memory.npz"

    @property
    def forgotten(self) -> Path:
        """Learnt names that a person wants to hear no more of (CSV)."""
        return self.folder / "forgotten_names.csv"

    @property
    def ground_files(self) -> tuple[Path, ...]:
        """What answers about places are taken from: a change of one is a change of the ground."""
        known = (self.areas, self.divisions, self.gazetteer)
        return (*known, self.aliases, self.calibration, self.memory)

    @property
    def network(self) -> Path:
        """The streets to walk on (NumPy arrays)."""
        return self.folder / "network.npz"

    @property
    def basemap(self) -> Path:
        """The quiet background of the maps (GeoPackage)."""
        return self.folder / "basemap.gpkg"

    @property
    def maps(self) -> Path:
        """Where `geo-service map` writes its HTML files."""
        return self.folder / "maps"

    def read_settings(self) -> Settings:
        """Read settings.toml.

        Raises
        ------
        WorkspaceError
            When the folder is no workspace.
        BadSettingsError
            When the file is no TOML, or a value is impossible; names the field.
        """
        try:
            text = self.settings_file.read_text(encoding="utf-8")
        except OSError as error:
            raise WorkspaceError(
                "{folder} is no workspace (it has no settings.toml): make one with `geo-service init`, "
                "or name it with --workspace",
                folder=self.folder.name or str(self.folder),
            ) from error
        return settings_from_toml(text)


def settings_from_toml(text: str) -> Settings:
    """Return the settings a TOML text declares.

    Raises
    ------
    BadSettingsError
        When it is no TOML, has an unknown field or an impossible value.
    """
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadSettingsError("settings.toml cannot be read: {problem}", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSettingsError(
            "settings.toml: {field} cannot be {value}: {problem}",
            field=".".join(str(part) for part in first["loc"]),
            value=first.get("input"),
            problem=first["msg"],
        ) from error


def settings_to_toml(settings: Settings) -> str:
    """Return the settings as TOML, one line per field that differs from its default."""
    lines = []
    for field, value in settings.model_dump(mode="json", exclude_defaults=True).items():
        if isinstance(value, bool):
            shown = str(value).lower()
        elif isinstance(value, int | float) or field == "today":
            shown = str(value)
        else:
            shown = '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
        lines.append(f"{field} = {shown}")
    return "\n".join(lines) + "\n"
