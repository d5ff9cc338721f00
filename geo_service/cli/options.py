"""The options that most verbs take, and how they open a workspace."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from geo_service.cli.screen import Screen
from geo_service.i18n import Language
from geo_service.services import Services
from geo_service.settings import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        envvar="GEO_SERVICE_WORKSPACE",
        show_envvar=False,
        help="Folder of the county; the current folder when not given.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
LanguageOption = Annotated[
    Language | None, typer.Option("--lang", help="zh_CN or en; the workspace's language when not given.")
]
AllOption = Annotated[bool, typer.Option("--all", help="List every ticket left and every row, not just 20.")]


def open_workspace(
    workspace: Path | None, language: Language | None, *, as_json: bool
) -> tuple[Services, Screen]:
    """Open the workspace named, or the current folder, and the screen in its language."""
    services = Services.open(Workspace((workspace or Path.cwd()).resolve()))
    return services, Screen(Console(), language or services.settings.language, as_json)
