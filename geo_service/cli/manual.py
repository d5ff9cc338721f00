"""What `--help` shows, and what is said of words no verb understands: in the reader's language, never cut.

Typer's own pages keep their headings in English, and cut a Chinese sentence at the end of a column because it
has no spaces to break at.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from geo_service.errors import UsageError
from geo_service.i18n import Language, look_up, translate

UNUSABLE: type[Exception] = typer.BadParameter.__mro__[1]
"""What Typer raises for words it cannot use, whichever of its parts noticed."""

# the name of a parameter → what would be right
_RIGHT = {
    "port": "a number from 1 to 65535",
    "first_day": "a day like 2026-01-12",
    "day": "a day like 2026-01-12",
    "language": "zh_CN or en",
}


def speak(command: Any, language: Language) -> None:  # noqa: ANN401 - Typer's command has no public type
    """Put the help of a command and its subcommands into a language."""
    command.format_help = partial(_show, command, language)
    for one in getattr(command, "commands", {}).values():
        speak(one, language)


def _show(command: Any, language: Language, context: Any, _: object) -> None:  # noqa: ANN401 - as above
    """Print the page of a command: how it is called, what it does, what it takes."""
    console = Console()
    say = look_up(language)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    verbs = getattr(command, "commands", {})
    words = [context.command_path, *(_called(one) for one in arguments)]
    words += [say("VERB"), "…"] if verbs else [say("[options]")]
    console.print(f"[bold]{escape(say('Usage:'))}[/] {escape(' '.join(words))}", highlight=False)
    console.print(Padding(escape(say(command.help or "")), (1, 0, 0, 2)), highlight=False)
    _list(console, say("Arguments"), ((_called(one), _explained(one, language)) for one in arguments))
    helped = [(_called(one), _explained(one, language)) for one in options]
    _list(console, say("Options"), [*helped, ("--help", say("Show this page."))])
    _list(console, say("Verbs"), ((name, say(verb.help or "")) for name, verb in verbs.items()))


def _list(console: Console, heading: str, rows: Iterable[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(escape(name), escape(text))
    if table.row_count:
        console.print(f"\n[bold]{escape(heading)}[/]", highlight=False)
        console.print(Padding(table, (0, 0, 0, 2)), highlight=False)


def _called(parameter: Any) -> str:  # noqa: ANN401 - as above
    """Return a parameter as it is typed; an ellipsis stands for the value it takes."""
    if parameter.param_type_name == "argument":
        name = str(parameter.name).upper()
        return name if parameter.required else f"[{name}]"
    name = "/".join((*parameter.opts, *parameter.secondary_opts))
    return name if parameter.is_flag else f"{name} …"


def _explained(parameter: Any, language: Language) -> str:  # noqa: ANN401 - as above
    """Return what a parameter is for, whether it must be given, and what it is when it is not."""
    text = translate(parameter.help or "", language)
    if parameter.required:
        return translate("{text} Must be given.", language, text=text)
    if parameter.default in {None, False, True, ""} or isinstance(parameter.default, list):
        return text
    return translate("{text} {default} when not given.", language, text=text, default=str(parameter.default))


def misunderstood(error: Any) -> UsageError:  # noqa: ANN401 - as above
    """Return what is wrong with the words of a command, and what would be right.

    Parameters
    ----------
    error
        What Typer raised (see `UNUSABLE`).
    """
    verb = error.ctx.command_path if error.ctx else "geo-service"
    parameter, kind, said = getattr(error, "param", None), type(error).__name__, str(error.message)
    if parameter is not None:
        return _missing_or_wrong(parameter, said, verb, is_missing=kind == "MissingParameter")
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        return UsageError("there is no option {option}: {verb} --help lists them", option=option, verb=verb)
    if option:
        return UsageError("{option} needs a value: {verb} --help explains it", option=option, verb=verb)
    return _not_a_verb(said, verb)


def _missing_or_wrong(parameter: Any, said: str, verb: str, *, is_missing: bool) -> UsageError:  # noqa: ANN401 - as above
    name = _called(parameter).removesuffix(" …")
    if is_missing:
        return UsageError("{name} is missing: {verb} --help explains it", name=name, verb=verb)
    return UsageError(
        "{name} cannot be that: give {right}", name=name, right=_RIGHT.get(parameter.name, said)
    )


def _not_a_verb(said: str, verb: str) -> UsageError:
    """Return what is wrong with words that stand alone; Typer says which only in its sentence."""
    if said.startswith("Missing command"):
        return UsageError("say what to do: {verb} --help lists the verbs", verb=verb)
    unknown = re.match(r"No such command '(.*?)'", said)
    if unknown:
        return UsageError("there is no verb {word}: {verb} --help lists them", word=unknown[1], verb=verb)
    extra = re.search(r"extra argument[^(]*(?:\(s\))?\s*\((.*)\)", said)
    if extra:
        return UsageError("{words} is too much: {verb} --help says what it takes", words=extra[1], verb=verb)
    return UsageError("{problem}: {verb} --help", problem=said, verb=verb)
