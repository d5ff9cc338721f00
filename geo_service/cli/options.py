"""The options that most verbs take, and how they open a workspace."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from boundaries import ColumnsNotFoundError, parse_datum
from geo_service.cli.screen import Screen
from geo_service.i18n import Language
from geo_service.services import Services
from geo_service.settings import Workspace
from geo_service.workflow.address_list import AddressList

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


def addresses_of(
    path: Path | None, datum: str | None, columns: Sequence[str], *, trust_datum: bool
) -> AddressList | None:
    """Return the list of addresses that the options name; None without a file.

    Parameters
    ----------
    columns
        Words like ``number=门牌``.
    """
    pairs = [word.partition("=") for word in columns]
    for word, (name, _, title) in zip(columns, pairs, strict=True):
        if not name or not title:
            raise ColumnsNotFoundError(
                "{word} names no column: write field=header, like number=门牌", word=word
            )
    if path is None:
        return None
    named = {name: title for name, _, title in pairs}
    return AddressList(path, parse_datum(datum) if datum else None, named, trust_datum)


def open_workspace(
    workspace: Path | None, language: Language | None, *, as_json: bool
) -> tuple[Services, Screen]:
    """Open the workspace named, or the current folder, and the screen in its language."""
    services = Services.open(Workspace((workspace or Path.cwd()).resolve()))
    return services, Screen(Console(), language or services.settings.language, as_json)
