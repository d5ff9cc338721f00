"""What import-linter cannot say briefly: doors, sizes, words and faces."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("boundaries", "routing", "maps", "geo_service")

# library -> the modules that may import it; everything else asks those modules
DOORS: dict[str, str | set[str]] = {
    "pyproj": {"boundaries/coordinates.py"},
    "osmium": {"boundaries/openstreetmap.py", "boundaries/osm_order.py"},
    "ahocorasick": {"boundaries/gazetteer.py"},
    "pypinyin": {"boundaries/names.py"},
    "opencc": {"boundaries/names.py"},
    "numba": {
        "boundaries/cell_kernels.py",
        "boundaries/error_kernels.py",
        "boundaries/wide_ground.py",
        "boundaries/wide_kernels.py",
    },
    "osmnx": {"routing/walk_network.py"},
    "networkx": {"routing/walk_network.py"},
    "pyvrp": {"routing/vehicle_routing.py"},
    "folium": {"maps/layers.py"},
    "sqlalchemy": "geo_service/storage/",
    "alembic": "geo_service/storage/",
    "fastapi": "geo_service/api/",
    "typer": "geo_service/cli",
    "babel": {"geo_service/i18n.py"},
    "python_calamine": {"geo_service/tickets/files.py", "boundaries/address_tables.py"},
}

# a module over 400 lines must be one idea, and say so here
LONGER_FOR_A_REASON: dict[str, str] = {}

VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|core|base|manager|misc)(_|$)")


def modules() -> list[Path]:
    """Return every module of the four packages."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    """Return a module's path below the root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level name of everything a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def may_open(module: str, door: str | set[str]) -> bool:
    return module.startswith(door) if isinstance(door, str) else module in door


@pytest.mark.parametrize("path", modules(), ids=name)
def test_each_library_has_one_door(path: Path) -> None:
    libraries = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    trespass = {lib for lib in libraries & DOORS.keys() if not may_open(name(path), DOORS[lib])}
    assert not trespass, f"{name(path)} imports {trespass}: ask {[DOORS[lib] for lib in trespass]} instead"


@pytest.mark.parametrize("path", modules(), ids=name)
def test_each_module_is_short_has_a_docstring_and_a_plain_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400 or name(path) in LONGER_FOR_A_REASON
    assert ast.get_docstring(ast.parse(text)), "a module says what it is for"
    assert not VAGUE.search(path.stem), "name the file by what happens to a ticket"


@pytest.mark.parametrize("path", [p for p in modules() if p.name == "__init__.py"], ids=name)
def test_a_face_holds_no_definitions(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    rooms = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert not rooms, "an __init__.py re-exports; put the code in a module"


def test_only_the_edges_read_the_clock_and_the_environment() -> None:
    allowed = {"geo_service/services.py", "geo_service/settings.py"}
    guilty = [
        name(path)
        for path in modules()
        if re.search(
            r"datetime\.now\(|date\.today\(|os\.environ|os\.getenv", path.read_text(encoding="utf-8")
        )
        and name(path) not in allowed
    ]
    assert not guilty


def test_no_task_is_left_in_the_source() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert not [name(path) for path in modules() if words.search(path.read_text(encoding="utf-8"))]
