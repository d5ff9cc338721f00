"""The same journey with the county's tickets on a PostgreSQL server: not one outcome differs."""

import shutil
from pathlib import Path

import pytest

from geo_service.services import Services
from geo_service.settings import Workspace
from tests.journey.guixi import GuixiRun, run_steps
from tests.postgres import Cluster, postgres_cluster  # noqa: F401 - a fixture is found by its name

MADE = ("areas.gpkg", "basemap.gpkg", "divisions.csv", "gazetteer.parquet", "network.npz", "settings.toml")


def on_a_server(guixi: GuixiRun, folder: Path, url: str) -> Path:
    """Return a workspace of the same county whose tickets are kept on a server."""
    folder.mkdir()
    for name in MADE:
        shutil.copy(guixi.workspace / name, folder / name)
    with (folder / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'database_url = "{url}"\n')
    return folder


def ledger(workspace: Path) -> tuple[object, ...]:
    """Return everything that is kept, but for the moments at which it happened."""
    services = Services.open(Workspace(workspace))
    with services.database.unit_of_work(write=False) as work:
        tickets = list(work.tickets.all())
        events = [
            (event.by, event.status, event.reason)
            for ticket in tickets
            for event in work.events.of_ticket(ticket.id)
        ]
        visits = [work.visits.of_ticket(ticket.id) for ticket in tickets]
        findings = work.findings.latest()
        kept = (tickets, events, visits, work.rounds.all(), findings and (findings.places, findings.areas))
    services.database.close()
    return kept


@pytest.mark.postgres
def test_every_step_comes_to_the_same_on_a_server(
    guixi: GuixiRun,
    postgres_cluster: Cluster,  # noqa: F811 - the fixture itself
    tmp_path: Path,
) -> None:
    workspace = on_a_server(guixi, tmp_path / "guixi", postgres_cluster.new_database())
    steps = run_steps(workspace, guixi.workspace.parent / "tickets.csv")
    for step, ran in steps.items():
        assert (ran.code, ran.err) == (0, ""), step
        assert ran.report == guixi.report(step)
    assert ledger(workspace) == ledger(guixi.workspace)
    assert not (workspace / "geo-service.db").exists()
