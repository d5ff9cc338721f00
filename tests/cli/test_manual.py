"""The help of every verb and the answer to words that mean nothing, in both languages."""

import json
import re
from typing import Any

import pytest
import typer

from geo_service.cli.verbs import app
from tests.journey.command import geo_service

VERBS = list(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group, Typer's type does not say so
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_the_help_of_a_verb_is_chinese_and_speaks_of_every_option(verb: str) -> None:
    ran = geo_service(*([verb] if verb else []), "--help")
    assert ran.code == 0
    assert not re.search(r"Usage|Options|Arguments|Commands|required|default|Show", ran.out)
    assert CHINESE.search(ran.out)
    shown = "".join(ran.out.split())
    for parameter in _command(verb).params:
        name = parameter.name.upper() if parameter.param_type_name == "argument" else parameter.opts[0]
        assert name in shown


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_the_help_of_a_verb_is_english_when_asked(verb: str) -> None:
    ran = geo_service(*([verb] if verb else []), "--help", "--lang", "en")
    assert ran.code == 0
    assert "Usage: geo-service" in ran.out
    assert not CHINESE.search(ran.out)


def test_no_sentence_of_the_help_is_cut() -> None:
    shown = "".join(geo_service("init", "--help").out.split())
    assert "（GeoJSON、GeoPackage、Shapefile或其zip、FlatGeobuf、GeoParquet、KML）" in shown
    assert "…" not in re.sub(r"--[\w-]+…", "", shown)


def _command(verb: str) -> Any:  # noqa: ANN401 - Typer's command has no public type
    root: Any = typer.main.get_command(app)
    return root.commands[verb] if verb else root


@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (["nosuch"], "没有命令 nosuch", "there is no verb nosuch"),
        (["geocode", "--foo"], "没有选项 --foo", "there is no option --foo"),
        (["import"], "缺少 FILE", "FILE is missing"),
        (["import", "a", "b"], "多出了 b", "b is too much"),
        (["serve", "--port"], "--port 后面要写一个值", "--port needs a value"),
        (["serve", "--port", "99999"], "1 到 65535", "--port cannot be that: give a number from 1 to 65535"),
        (["plan", "--from", "2026-13-01"], "2026-01-12", "--from cannot be that: give a day like 2026-01-12"),
        (["init", "w", "--osm", "x"], "缺少 --areas", "--areas is missing"),
    ],
)
def test_words_that_mean_nothing_are_told_with_what_is_right(
    words: list[str], chinese: str, english: str
) -> None:
    for language, told in ((["--lang", "zh_CN"], chinese), (["--lang", "en"], english)):
        ran = geo_service(*language, *words)
        assert (ran.code, ran.out) == (2, "")
        assert "".join(told.split()) in "".join(ran.err.split())
        assert "Traceback" not in ran.err


def test_a_program_gets_json_for_words_that_mean_nothing() -> None:
    ran = geo_service("geocode", "--foo", "--json")
    assert (ran.code, ran.err) == (2, "")
    assert json.loads(ran.out)["error"]["template"] == "there is no option {option}: {verb} --help lists them"


def test_a_language_nobody_speaks() -> None:
    ran = geo_service("geocode", "--lang", "fr")
    assert ran.code == 2
    assert "zh_CN 或 en" in ran.err


def test_without_a_verb_the_help_is_shown() -> None:
    assert "geocode" in geo_service().out
