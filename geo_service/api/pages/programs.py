"""What programs may ask: the OpenAPI document as a plain table, without scripts from abroad."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from geo_service.api.rendering import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a program may ask."""

    method: str
    path: str
    summary: str


@dataclass(frozen=True, slots=True)
class ProgramsPage:
    """Everything a program may ask."""

    description: str
    operations: tuple[Operation, ...]


@router.get("/api")
def show(request: Request) -> HTMLResponse:
    """Show what the OpenAPI document lists; it is in English, like the document."""
    document: dict[str, Any] = request.app.openapi()
    operations = tuple(
        Operation(method.upper(), path, described.get("summary", ""))
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    )
    return render(request, "programs.html", ProgramsPage(document["info"]["description"], operations))
