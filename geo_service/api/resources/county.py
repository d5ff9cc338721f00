"""The county as JSON: its units, whose ground a place is, and where tickets crowd beyond chance."""

from datetime import date
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field

from boundaries import Datum, Division, Level
from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.fieldwork_schemas import FindingsOut
from geo_service.api.geojson import FeatureCollection, GeoJSONResponse, area_features
from geo_service.api.schemas import ReasonOut, Schema, reasons_out
from geo_service.i18n import Language
from geo_service.workflow.area_answers import AreaAnswer, holder_of, named_on

router = APIRouter(prefix="/api/v1", tags=["county"])

_TOLD = ("kind", "town_code", "town_name", "derived", "office_assumed")
_LONGEST = 2000  # characters of a caller's words
Day = Annotated[date | None, Query(alias="on", description="The day asked about; today when not given.")]


class UnitOut(Schema):
    """A town, village or community as it was called on the day."""

    code: str
    name: str

    @classmethod
    def of(cls, unit: Division | None) -> Self | None:
        """Return a unit, None for none."""
        return cls(code=unit.code, name=unit.display_name) if unit else None


class GroundOut(Schema):
    """Whose ground a place is on a day."""

    day: date
    village: UnitOut | None = Field(
        description="Null outside of all, or when words do not tell one for sure."
    )
    town: UnitOut | None
    derived: bool = Field(description="Nobody has drawn the village's area.")
    valid_from: date | None = Field(description="First day of the drawing asked; null since ever.")
    valid_to: date | None = Field(description="The day after its last; null until further notice.")
    because: list[ReasonOut]

    @classmethod
    def of(cls, answer: AreaAnswer, language: Language) -> Self:
        """Return an answer in a language."""
        return cls(
            day=answer.day,
            village=UnitOut.of(answer.village),
            town=UnitOut.of(answer.town),
            derived=answer.derived,
            valid_from=answer.valid_from,
            valid_to=answer.valid_to,
            because=reasons_out(answer.reasons, language),
        )


@router.get("/areas", summary="Towns or villages as GeoJSON", response_class=GeoJSONResponse)
def areas(
    services: Serving,
    level: Annotated[Level, Query(description="Which level.")] = Level.VILLAGE,
    day: Day = None,
    *,
    geometry: Annotated[bool, Query(description="False for codes and names only.")] = True,
) -> FeatureCollection:
    """Return the areas of a day with code, name, town; `derived` marks an area that nobody has drawn."""
    held = services.ground_on(day).areas
    frame = held.villages if level is Level.VILLAGE else held.towns
    names = {code: unit.display_name for code, unit in held.divisions.items()}
    return area_features(frame, names, _TOLD, with_shapes=geometry)


@router.get("/areas/at", summary="Whose ground a coordinate is, today or on an old day")
def area_at(  # noqa: PLR0913, PLR0917 - a coordinate, its datum, a day
    services: Serving,
    language: Speaking,
    lon: Annotated[float, Query(description="Longitude, degrees.", ge=-180, le=180)],
    lat: Annotated[float, Query(description="Latitude, degrees.", ge=-180, le=180)],
    datum: Annotated[Datum, Query(description="In which the coordinate was measured.")] = Datum.WGS84,
    day: Day = None,
) -> GroundOut:
    """Return the village and town that hold a coordinate on a day, under their names of that day."""
    return GroundOut.of(holder_of(services.ground_on(day), (lon, lat), datum), language)


@router.get("/areas/named", summary="Whose ground the words of a caller mean, today or on an old day")
def area_named(
    services: Serving,
    language: Speaking,
    text: Annotated[str, Query(description="The words.", min_length=1, max_length=_LONGEST)],
    day: Day = None,
) -> GroundOut:
    """Return the village that words mean on a day; without a sure one, why, and who may be meant."""
    return GroundOut.of(named_on(services.ground_on(day), text), language)


@router.get("/hotspots", summary="What the last search for hotspots found")
def hotspots(services: Serving, language: Speaking) -> FindingsOut:
    """Return places and villages with their corrected odds, also those that are not significant."""
    with services.database.unit_of_work(write=False) as work:
        return FindingsOut.of(work.findings.latest(), language)
