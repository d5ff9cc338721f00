"""The real run, made once for every story about it."""

import pytest

from tests.journey.guixi import GuixiRun, run_guixi


@pytest.fixture(scope="session")
def guixi(tmp_path_factory: pytest.TempPathFactory) -> GuixiRun:
    """Run the whole journey on Guixi."""
    return run_guixi(tmp_path_factory.mktemp("guixi"))
