"""The county as JSON: its towns and villages, and where tickets crowd more than chance allows."""

from typing import Annotated

from fastapi import APIRouter, Query

from boundaries import Level
from geo_service.api.dependencies import Serving, Speaking
from geo_service.api.fieldwork_schemas import FindingsOut
from geo_service.api.geojson import FeatureCollection, GeoJSONResponse, area_features

router = APIRouter(prefix="/api/v1", tags=["county"])

_TOLD = ("kind", "town_code", "town_name", "derived", "office_assumed")


@router.get("/areas", summary="Towns or villages as GeoJSON", response_class=GeoJSONResponse)
def areas(
    services: Serving,
    level: Annotated[Level, Query(description="Which level.")] = Level.VILLAGE,
    *,
    geometry: Annotated[bool, Query(description="False for codes and names only.")] = True,
) -> FeatureCollection:
    """Return areas with code, name, town; `derived` marks an area that nobody has drawn."""
    frame = services.areas.villages if level is Level.VILLAGE else services.areas.towns
    names = {code: unit.display_name for code, unit in services.areas.divisions.items()}
    return area_features(frame, names, _TOLD, with_shapes=geometry)


@router.get("/hotspots", summary="What the last search for hotspots found")
def hotspots(services: Serving, language: Speaking) -> FindingsOut:
    """Return places and villages with their corrected odds, also those that are not significant."""
    with services.database.unit_of_work(write=False) as work:
        return FindingsOut.of(work.findings.latest(), language)
