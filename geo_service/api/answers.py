"""When something goes wrong: the one table from our errors to HTTP status codes, and how they are told.

Programs (everything under ``/api``, and ``/healthz``) get ``{"error": {"message", "template", "values"}}``,
people get a page; both in the language they asked for.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from boundaries import BadCoordinateError, BoundaryError
from geo_service import errors
from geo_service.api.dependencies import language_of
from geo_service.api.rendering import render
from geo_service.api.speech import sentence
from geo_service.i18n import Language, translate
from maps import MapError, MissingAssetError
from routing import RoutingError

LOG = logging.getLogger(__name__)

# The first fitting class decides; an error of ours that stands nowhere here is a bug and answers 500.
STATUS_OF: Mapping[type[Exception], HTTPStatus] = {
    errors.UnknownTicketError: HTTPStatus.NOT_FOUND,
    errors.UnknownRoundError: HTTPStatus.NOT_FOUND,
    errors.UnknownVisitError: HTTPStatus.NOT_FOUND,
    errors.WrongStatusError: HTTPStatus.CONFLICT,
    errors.ChangedMeanwhileError: HTTPStatus.CONFLICT,
    errors.BadDecisionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadFileError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadCoordinateError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ForeignOriginError: HTTPStatus.FORBIDDEN,
    # a file of the workspace is missing or broken: nothing a caller can mend
    errors.WorkspaceError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    MissingAssetError: HTTPStatus.SERVICE_UNAVAILABLE,
    BoundaryError: HTTPStatus.SERVICE_UNAVAILABLE,
    RoutingError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_OURS = (errors.GeoServiceError, BoundaryError, RoutingError, MapError)

TITLES: Mapping[int, str] = {
    403: "This was refused",
    404: "There is no such page",
    405: "This address is asked in another way",
    409: "This could not be done",
    422: "Something is missing or wrong",
    503: "The service is not ready",
}
BROKEN = "Something went wrong"


def status_of(error: Exception) -> HTTPStatus:
    """Return the status code of an error of ours: the first class of the table that fits, else 500."""
    fitting = (status for kind, status in STATUS_OF.items() if isinstance(error, kind))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


@dataclass(frozen=True, slots=True)
class Said:
    """What went wrong, when no error of ours says it."""

    template: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page that says what went wrong."""

    title: str
    text: str


def install(app: FastAPI) -> None:
    """Let the application answer every error through the table."""
    for kind in _OURS:
        app.add_exception_handler(kind, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _bug)


def _ours(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("an error that stands in no table: %s", type(error).__name__, exc_info=error)
    return answer(request, error, status)


def _unreadable(request: Request, error: Exception) -> Response:
    """Tell what of a request could not be read; what was sent is not repeated, it may be anything."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    field = ".".join(str(part) for part in first.get("loc", ())[1:]) or "body"
    values = {"field": field, "problem": first.get("msg", "")}
    return answer(
        request,
        Said("the request cannot be read: {field}: {problem}", values),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _plain(request: Request, error: Exception) -> Response:
    """Tell that an address does not exist, or is not asked in this way."""
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    template = (
        "there is nothing at {path}" if status == HTTPStatus.NOT_FOUND else "{path} does not answer {method}"
    )
    said = Said(template, {"path": request.url.path, "method": request.method})
    answered = answer(request, said, status)
    if isinstance(error, HTTPException):
        answered.headers.update(error.headers or {})
    return answered


def _bug(request: Request, _error: Exception) -> Response:
    """Tell that the service itself failed; the log says how, the answer does not."""
    said = Said("the service itself failed; the log of the server says how", {})
    return answer(request, said, HTTPStatus.INTERNAL_SERVER_ERROR)


def answer(request: Request, said: object, status: HTTPStatus) -> Response:
    """Return what went wrong, as JSON for programs and as a page for people."""
    language = language_of(request)
    text = sentence(said, language)
    if request.url.path.startswith("/api/") or request.url.path == "/healthz":
        return JSONResponse({"error": _body(said, text)}, status_code=status)
    return render(request, "message.html", _page(text, status, language), status_code=status)


def _page(text: str, status: int, language: Language) -> MessagePage:
    return MessagePage(translate(TITLES.get(status, BROKEN), language), text)


def _body(said: object, text: str) -> Mapping[str, object]:
    return {
        "message": text,
        "template": getattr(said, "template", text),
        "values": {name: _plainly(value) for name, value in getattr(said, "values", {}).items()},
    }


def _plainly(value: object) -> object:
    """Return a value as JSON can hold it."""
    return value if isinstance(value, str | int | float | None) else str(value)
