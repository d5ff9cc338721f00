"""What every route may ask for: the services, the language of the answer, and the name of who decides."""

from typing import Annotated

from fastapi import Depends, Request

from geo_service.i18n import Language
from geo_service.services import Services

# Until there are accounts (a later issue), every decision over HTTP is the dispatcher's.
DISPATCHER = "dispatcher"


def services_of(request: Request) -> Services:
    """Return the services of the workspace, on its areas as they are now."""
    services: Services = request.app.state.services
    return services.current()


def language_of(request: Request) -> Language:
    """Return the language asked for by `?lang=`, else the one of the cookie, else the workspace's own."""
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        if asked in set(Language):
            return Language(asked)
    return services_of(request).settings.language


Serving = Annotated[Services, Depends(services_of)]
Speaking = Annotated[Language, Depends(language_of)]
