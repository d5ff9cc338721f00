"""Every word a user can read stands in the Chinese catalogues, with the same named fields."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = sorted((ROOT / "geo_service/web/locales/zh_CN").glob("*.po"))
PACKAGES = ("boundaries", "routing", "maps", "geo_service")
FIRST_ARGUMENT = re.compile(r"^(_|translate|say|line|progress|\w+Error)$")
TEMPLATE_CALL = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)')""")


def messages() -> dict[str, str]:
    """Return every translated message of every catalogue."""
    found: dict[str, str] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, locale="zh_CN") if m.id}
    return found


def spoken(path: Path) -> set[str]:
    """Return the literal templates a module passes to errors, problems, reasons and translate."""
    words: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        callee = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if FIRST_ARGUMENT.match(callee) else 1 if callee == "Reason" else None
        if place is None or len(node.args) <= place:
            continue
        argument = node.args[place]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            words.add(argument.value)
    return words


def fields(template: str) -> set[str]:
    """Return the named fields of a template."""
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_of_the_code_is_translated(package: str) -> None:
    known = messages()
    # a message without a space is a key or a rule id, not a sentence
    missing = {
        word
        for path in (ROOT / package).rglob("*.py")
        for word in spoken(path)
        if " " in word and not known.get(word)
    }
    assert not missing


def test_every_message_of_the_pages_is_translated() -> None:
    known = messages()
    words = {
        double or single
        for path in (ROOT / "geo_service/web/templates").rglob("*.html")
        for double, single in TEMPLATE_CALL.findall(path.read_text(encoding="utf-8"))
    }
    assert words, "the pages speak through _()"
    assert not {word for word in words if not known.get(word)}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_keep_the_named_fields(path: Path) -> None:
    with path.open("rb") as file:
        wrong = [
            m.id for m in read_po(file) if m.id and m.string and fields(str(m.id)) != fields(str(m.string))
        ]
    assert not wrong
