"""Is the service well? For whoever watches it."""

from typing import Literal

from fastapi import APIRouter

from geo_service.api.dependencies import Serving
from geo_service.api.schemas import ErrorOut, Schema

router = APIRouter(tags=["health"])


class Health(Schema):
    """The service is up and its database answers."""

    status: Literal["ok"] = "ok"
    county: str
    simulated: bool


@router.get(
    "/healthz",
    summary="Whether the service is up and its database answers",
    responses={503: {"model": ErrorOut, "description": "The database does not answer."}},
)
def healthz(services: Serving) -> Health:
    """Return ok, or 503 when the database does not answer."""
    with services.database.unit_of_work(write=False) as work:
        work.tickets.counts()
    return Health(county=services.settings.name, simulated=services.settings.simulated)
