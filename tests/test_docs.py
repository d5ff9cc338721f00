"""The README is true: its commands run, its picture is there, its map names every module."""

import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from geo_service.cli.verbs import app
from geo_service.i18n import Language, translate
from tests.journey.guixi import write_tickets
from tests.shared_data import shared

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWN_COUNTY = README.split("## Run it on your own county")[1].split("\n## ")[0]
COMMAND = Path(sys.executable).with_name("geo-service")

FILES = {
    "streets.osm.pbf": "osm/guixi_jiangxi_2024-11.osm.pbf",
    "towns.geojson": "boundaries/guixi_osm_admin8_clipped_to_bbox.geojson",
    "streets.csv": "admin/guixi_360681_streets_nbs2023.csv",
    "villages.csv": "admin/guixi_360681_villages_nbs2023.csv",
}


def commands(section: str) -> list[list[str]]:
    """Return the shell lines of a section's code blocks, as words."""
    blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def test_the_commands_for_your_own_county_run(tmp_path: Path) -> None:
    for name, source in FILES.items():
        shutil.copy(shared(source), tmp_path / name)
    write_tickets(tmp_path / "tickets.csv")
    here = tmp_path
    lines = commands(OWN_COUNTY)
    shown = {word for line in lines if line[0] == "geo-service" for word in line[1:3]}
    assert not VERBS - {"demo", "geo-service"} - shown
    for words in lines:
        if words[0] == "cd":
            here /= words[1]
        elif words[1] == "serve":
            assert _serves(words, here)
        else:
            ran = subprocess.run([COMMAND, *words[1:]], cwd=here, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, f"{words}: {ran.stderr}"
    assert (here / "maps" / "issues.html").exists()


def _serves(words: list[str], folder: Path) -> bool:
    """Say whether a server started in the folder answers."""
    with subprocess.Popen([COMMAND, *words[1:], "--port", "8765"], cwd=folder) as server:
        try:
            for _ in range(60):
                time.sleep(0.5)
                try:
                    with urllib.request.urlopen("http://127.0.0.1:8765/healthz", timeout=5) as answer:
                        return bool(answer.status == 200)
                except OSError:
                    continue
            return False
        finally:
            server.terminate()


def test_make_demo_and_make_test_do_what_the_readme_says() -> None:
    for words in commands(README.split("## Two commands")[1].split("\n## ")[0]):
        planned = subprocess.run(
            ["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        wanted = {"demo": ["geo-service demo"], "test": ["pytest", "mypy", "lint-imports", "ruff check"]}
        assert not [step for step in wanted[words[1]] if step not in planned]


def test_the_picture_is_there_and_small() -> None:
    names = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert names
    assert all(0 < (ROOT / name).stat().st_size < 600_000 for name in names)


def test_the_module_map_names_every_module() -> None:
    missing = [
        path.relative_to(ROOT).as_posix()
        for package in ("boundaries", "routing", "maps", "geo_service")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
        and "versions" not in path.parts
        and f"`{path.name}`" not in README
        and f"`{path.stem}`" not in README
    ]
    assert not missing


def parts(command: Any) -> Iterator[Any]:  # noqa: ANN401 - Typer's command has no public type
    """Yield a command and everything below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from parts(below)


PROGRAM: Any = typer.main.get_command(app)
# `ticket` has a verb per decision: the README shows the way through, tests/cli walks all of them
VERBS = {one.name for one in parts(PROGRAM) if one.name} - set(PROGRAM.commands["ticket"].commands)


def words_of(command: Any) -> list[str]:  # noqa: ANN401 - Typer's command has no public type
    """Return every help text of a command."""
    texts = [command.help, *(getattr(parameter, "help", None) for parameter in command.params)]
    return [text for text in texts if text]


@pytest.mark.parametrize("language", list(Language))
def test_help_is_complete_in_both_languages(language: Language) -> None:
    english = [text for command in parts(typer.main.get_command(app)) for text in words_of(command)]
    untranslated = [text for text in english if translate(text, language) == text]
    assert bool(untranslated) == (language is Language.EN), untranslated
