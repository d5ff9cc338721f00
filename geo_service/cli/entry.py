"""How a command starts and ends: the language of its help, its errors as one sentence, its exit code."""

import sys
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from boundaries import BoundaryError
from geo_service.cli.verbs import app
from geo_service.errors import GeoServiceError
from geo_service.i18n import Language, tell, translate
from maps import MapError
from routing import RoutingError

BAD_INPUT = 2
"""Exit code of a command that could not use what it was given."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process.

    Parameters
    ----------
    arguments
        What follows the program's name; None takes the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(words)
    command = typer.main.get_command(app)
    translate_help(command, language)
    try:
        command.main(args=words, prog_name="geo-service")
    except (GeoServiceError, BoundaryError, RoutingError, MapError) as error:
        _complain(error, language, as_json="--json" in words)
        sys.exit(BAD_INPUT)


def _language(words: Sequence[str]) -> Language:
    """Return the language asked for by ``--lang``; Chinese without it."""
    for place, word in enumerate(words):
        asked = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(words):
            asked = words[place + 1]
        if asked in set(Language):
            return Language(asked)
    return Language.ZH_CN


def _complain(
    error: GeoServiceError | BoundaryError | RoutingError | MapError, language: Language, *, as_json: bool
) -> None:
    told = tell(error, language)
    if as_json:
        console = Console()
        console.print_json(data={"error": {"message": told, "template": error.template}}, ensure_ascii=False)
        return
    Console(stderr=True).print(f"[bold red]✗[/] {escape(told)}", highlight=False)


def translate_help(command: Any, language: Language) -> None:  # noqa: ANN401 - Typer's command has no public type
    """Put the help of a command, its parts and its subcommands into a language."""
    if command.help:
        command.help = translate(command.help, language)
    if command.short_help:
        command.short_help = translate(command.short_help, language)
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = translate(text, language)
    for subcommand in getattr(command, "commands", {}).values():
        translate_help(subcommand, language)
