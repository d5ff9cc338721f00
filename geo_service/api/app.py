"""The application: its parts put together, and the one table from our errors to HTTP status codes."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

import maps
from boundaries import BoundaryError
from geo_service import errors
from geo_service.api import areas, review, rounds, tickets
from geo_service.api.dependencies import language_of
from geo_service.api.rendering import WEB, render
from geo_service.api.security import ForeignOriginError, SecurityHeaders, same_origin
from geo_service.i18n import tell, translate
from geo_service.services import Services

# The first fitting class decides; an error of ours that stands nowhere here is a bug and answers 500.
STATUS_OF: Mapping[type[Exception], HTTPStatus] = {
    errors.UnknownTicketError: HTTPStatus.NOT_FOUND,
    errors.UnknownRoundError: HTTPStatus.NOT_FOUND,
    errors.WrongStatusError: HTTPStatus.CONFLICT,
    ForeignOriginError: HTTPStatus.FORBIDDEN,
    BoundaryError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
