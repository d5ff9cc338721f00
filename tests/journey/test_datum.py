"""The wrong datum on the command line: exit code 2, one sentence with the evidence, nothing stored."""

from pathlib import Path

import pytest

from boundaries import Datum
from geo_service.services import Services
from geo_service.settings import Workspace
from tests.journey.command import geo_service
from tests.workflow.conftest import toy_workspace as toy_workspace  # noqa: PLC0414 - the fixture itself
from tests.workflow.test_datum_guard import write


@pytest.mark.parametrize("option", [("--datum", "wgs84"), ("--datum", "百度")])
def test_a_file_in_another_datum_is_refused_in_one_sentence(
    toy_workspace: Path,
    tmp_path: Path,
    option: tuple[str, str],
) -> None:
    here = ("--workspace", toy_workspace)
    file = write(tmp_path / "platform.csv", Datum.GCJ02)
    ran = geo_service("import", file, *option, *here)
    assert ran.code == 2
    told = "".join(ran.err.split())
    assert "platform.csv没有导入" in told
    assert "--datumgcj02" in told
    assert "54处位置" in told
    with Services.open(Workspace(toy_workspace)).database.unit_of_work(write=False) as work:
        assert not list(work.tickets.all())
