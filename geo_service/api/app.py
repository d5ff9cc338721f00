"""The application, put together: routes, guards, static files and the answers when something goes wrong."""

from collections.abc import Collection

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import maps
from geo_service.api import answers
from geo_service.api.pages import (
    dispatching,
    drawn,
    explained,
    hotspots,
    placing,
    programs,
    review,
    rounds,
    start,
    tickets,
)
from geo_service.api.rendering import WEB
from geo_service.api.resources import county as county_json
from geo_service.api.resources import health
from geo_service.api.resources import placing as placing_json
from geo_service.api.resources import rounds as rounds_json
from geo_service.api.resources import tickets as tickets_json
from geo_service.api.security import SecurityHeaders, known_host, same_origin
from geo_service.services import Services

VERSION = "1"
_PAGES = (start, tickets, placing, review, dispatching, rounds, hotspots, drawn, explained, programs)
_RESOURCES = (tickets_json, placing_json, rounds_json, county_json, health)
ROUTERS = tuple(part.router for part in (*_PAGES, *_RESOURCES))
"""Every address of the service, pages first."""
DESCRIPTION = (
    "Tickets of a county's 12345 hotline: where each is, whose it is, who walks there, and where they crowd "
    "more than chance allows. Every automatic decision says why. Only masked words leave: no caller, phone, "
    "verbatim text. Coordinates are WGS 84, longitude first. `?lang=en` or `?lang=zh_CN` chooses the "
    "language of sentences; templates and codes stay the same."
)


class CheckedFiles(StaticFiles):
    """Static files that a browser keeps, but asks about each time: a new version is never missed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or 304 when the browser's copy is the same."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_app(services: Services, *, host_names: Collection[str] = ("localhost",)) -> FastAPI:
    """Return the web application of a workspace.

    Parameters
    ----------
    services
        The opened workspace.
    host_names
        Names under which a browser may call this machine, besides any address.
    """
    app = FastAPI(
        title="geo-service",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,  # the usual page loads its scripts from abroad; ours is /api
        redoc_url=None,
        openapi_url="/openapi.json",
        dependencies=[Depends(known_host), Depends(same_origin)],
    )
    app.state.services = services
    app.state.host_names = frozenset(host_names)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static/web", CheckedFiles(directory=WEB / "static"), name="web")
    app.mount("/static/maps", CheckedFiles(directory=maps.STATIC), name="maps")
    answers.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(SecurityHeaders)
    return app
