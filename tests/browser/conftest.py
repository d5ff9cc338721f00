"""The toy workspace served to a real Chromium: shared for looking, a copy for deciding."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_service.api import create_app
from geo_service.services import Services
from geo_service.settings import Workspace
from tests.api.serving import serving
from tests.api.toy_workspace import make_toy_workspace


@pytest.fixture(scope="package")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Return the workspace that is only looked at."""
    return make_toy_workspace(tmp_path_factory.mktemp("toy") / "workspace")


@pytest.fixture(scope="package")
def address(toy: Services) -> Iterator[str]:
    """Return where the shared workspace is served."""
    with serving(create_app(toy)) as served:
        yield served


@pytest.fixture
def own(toy: Services, tmp_path: Path) -> Iterator[Services]:
    """Return a copy of the workspace, to change things in."""
    toy.database.close()
    shutil.copytree(toy.workspace.folder, tmp_path / "own")
    services = Services.open(Workspace(tmp_path / "own"))
    yield services
    services.database.close()


@pytest.fixture
def own_address(own: Services) -> Iterator[str]:
    """Return where the copy is served."""
    with serving(create_app(own)) as served:
        yield served
