"""The toy workspace, served: shared for those who only read, a copy for whoever decides something."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from geo_service.api import create_app
from geo_service.services import Services
from geo_service.settings import Workspace
from tests.api.serving import serving
from tests.api.toy_workspace import make_toy_workspace


@pytest.fixture(scope="package")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Return the workspace that only readers use."""
    return make_toy_workspace(tmp_path_factory.mktemp("toy") / "workspace")


@pytest.fixture(scope="package")
def address(toy: Services) -> Iterator[str]:
    """Return where the shared workspace is served."""
    with serving(create_app(toy)) as served:
        yield served


@pytest.fixture
def reader(address: str) -> Iterator[httpx.Client]:
    """Return a client of the shared workspace that has chosen no language yet."""
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture
def own(toy: Services, tmp_path: Path) -> Services:
    """Return a copy of the workspace, to change things in."""
    toy.database.close()
    shutil.copytree(toy.workspace.folder, tmp_path / "own")
    return Services.open(Workspace(tmp_path / "own"))


@pytest.fixture
def decider(own: Services) -> Iterator[httpx.Client]:
    """Return a client of the copy."""
    with serving(create_app(own)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
    own.database.close()
