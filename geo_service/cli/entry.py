"""How a command starts and ends: its language, its errors as one sentence, its exit code."""

import errno
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from boundaries import BoundaryError
from geo_service.cli import callback_verbs as _callback_verbs  # noqa: F401 - adds its verbs to `ticket`
from geo_service.cli import learn_verbs, ledger_verbs
from geo_service.cli.manual import UNUSABLE, misunderstood, speak
from geo_service.cli.ticket_verbs import ticket
from geo_service.cli.verbs import app
from geo_service.errors import BadSettingsError, GeoServiceError, MachineError, WorkspaceError
from geo_service.i18n import Language, tell, translate
from geo_service.settings import Workspace
from maps import MapError
from routing import RoutingError

BAD_INPUT = 2
"""Exit code of a command that could not use what it was given."""
STOPPED = 130
"""Exit code of a command that was stopped with Ctrl+C, as every program's."""

Failure = GeoServiceError | BoundaryError | RoutingError | MapError
_FAILURES = (GeoServiceError, BoundaryError, RoutingError, MapError)
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


app.add_typer(ticket, name="ticket")
ledger_verbs.add_to(app)
learn_verbs.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends the process.

    Parameters
    ----------
    arguments
        What follows the program's name; None takes the process's own.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(words)
    if words[:1] == ["--lang"]:  # said before the verb: moved behind it, where the verb looks for it
        last = [word for word in words[-1:] if word.startswith("-")]  # maybe an option without its value
        words = [*words[2 : len(words) - len(last)], *words[:2], *last]
    command = typer.main.get_command(app)
    speak(command, language)
    try:
        code = command.main(args=words, prog_name="geo-service", standalone_mode=False) or 0
    except _FAILURES as error:
        code = _complain(error, language, words)
    except UNUSABLE as error:
        # without any verb the help was printed already, and nothing is left to say
        code = _complain(misunderstood(error), language, words) if words else BAD_INPUT
    except OSError as error:
        code = _complain(_of_the_machine(error), language, words)
    if code == STOPPED:
        told = translate("Stopped. What was done is kept; the same command goes on from there.", language)
        Console(stderr=True).print(escape(told), highlight=False)
    sys.exit(code)


def _language(words: Sequence[str]) -> Language:
    """Return the language ``--lang`` asks for; without it the workspace's; Chinese where there is none."""
    asked = _value(words, "--lang")
    if asked in set(Language):
        return Language(asked)
    try:
        return Workspace(Path(_value(words, "--workspace") or ".")).read_settings().language
    except (WorkspaceError, BadSettingsError, ValueError):
        return Language.ZH_CN


def _value(words: Sequence[str], option: str) -> str:
    """Return what follows an option; empty when it is not given."""
    for place, word in enumerate(words):
        if word.startswith(f"{option}="):
            return word.removeprefix(f"{option}=")
        if word == option and place + 1 < len(words):
            return words[place + 1]
    return ""


def _of_the_machine(error: OSError) -> MachineError:
    """Return what the machine refused, in our words."""
    path = Path(str(error.filename)).name if error.filename else "?"
    if error.errno in _FORBIDDEN:
        return MachineError("{path} may not be read or written: ask for the right to, or move it", path=path)
    if error.errno == errno.ENOSPC:
        return MachineError("the disk is full: make room and run it again")
    return MachineError("{path} cannot be used: {problem}", path=path, problem=error.strerror or str(error))


def _complain(error: Failure, language: Language, words: Sequence[str]) -> int:
    """Print one sentence, or one JSON document for a program, and return the exit code."""
    told = tell(error, language)
    if "--json" in words:
        values = {name: str(value) for name, value in error.values.items()}
        document = {"error": {"message": told, "template": error.template, "values": values}}
        Console().print_json(data=document, ensure_ascii=False, highlight=False)
    else:
        Console(stderr=True).print(f"[bold red]✗[/] {escape(told)}", highlight=False, soft_wrap=True)
    return BAD_INPUT
