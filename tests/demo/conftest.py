"""The demo's files, written once for all tests of this folder."""

import pytest

from geo_service.demo import DemoFiles, write_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """Return the demo as `geo-service demo` makes it."""
    return write_demo(tmp_path_factory.mktemp("demo"))
