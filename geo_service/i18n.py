"""Two languages, complete: Chinese first, English as the key. Babel reads the catalogues uncompiled."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

_LOCALES = Path(__file__).parent / "web" / "locales"


class Language(StrEnum):
    """The languages of every page, message and map."""

    ZH_CN = "zh_CN"
    EN = "en"


@lru_cache(maxsize=4)
def _catalogue(language: Language) -> Mapping[str, str]:
    """Return English template → translation, from all catalogues of a language."""
    found: dict[str, str] = {}
    for path in sorted((_LOCALES / language.value).glob("*.po")):
        with path.open("rb") as file:
            found |= {
                str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string
            }
    return found


def translate(template: str, language: Language, /, **values: object) -> str:
    """Return a message in a language, its fields filled in.

    Parameters
    ----------
    template
        English sentence with named fields. Without a translation it is shown as it is.
    **values
        What stands in the fields; a value that is itself a message (a status, "morning") is translated too.
        Without any, braces stay as they are.
    """
    messages = _catalogue(language)
    known = messages.get(template, template)
    if not values:
        return known
    return known.format(
        **{
            name: messages.get(value, value) if isinstance(value, str) else value
            for name, value in values.items()
        }
    )


def tell(said: Any, language: Language) -> str:  # noqa: ANN401 - reasons and errors of four packages, no common ancestor
    """Return a reason, or an error of ours, as a sentence in a language.

    Parameters
    ----------
    said
        Anything with ``template`` and ``values``. Another exception gives its own text.
    """
    template = getattr(said, "template", None)
    return str(said) if template is None else translate(template, language, **said.values)


def look_up(language: Language) -> Callable[[str], str]:
    """Return the function that finds a template's translation, fields left as they are."""
    return lambda template: translate(template, language)
