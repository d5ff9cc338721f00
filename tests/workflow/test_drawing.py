"""The map files: whole, up to date, and without what a village may not see."""

from dataclasses import replace
from pathlib import Path

import pytest

import maps
from geo_service.i18n import Language
from geo_service.services import Services
from geo_service.tickets.model import Flag, Ticket
from geo_service.tickets.visits import VisitStatus
from geo_service.workflow.drawing import draw_maps
from geo_service.workflow.step import StepReport
from tests.toy_county import place_in
from tests.workflow.conftest import Receive

STALL = "东海街道炎龙村望海楼市场门口占道。"
LAMP = "东海街道炎龙村路灯不亮。"


def draw(services: Services, folder: Path, *, every_round: bool = False) -> StepReport:
    canvas = services.canvas(Language.ZH_CN, maps.Assets.inline())
    return draw_maps(services.database, canvas, folder, every_round=every_round)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def texts(folder: Path) -> str:
    return "".join((folder / name).read_text(encoding="utf-8") for name in files(folder))


@pytest.fixture
def tickets(services: Services, receive: Receive) -> list[Ticket]:
    """Receive a crowd at the market, some lamps, and one stall and one lamp nobody may see; go all steps."""
    received = [receive(STALL) for _ in range(8)]
    for number in range(8):
        lon, lat = place_in("B", east_m=40.0 * number - 200, north_m=-100)
        received.append(receive(LAMP, lon=lon, lat=lat, category="城乡建设/路灯"))
    received.append(receive(STALL + "请为我保密。", flags=frozenset({Flag.CONFIDENTIAL})))
    received.append(receive(LAMP + "村主任收了钱。", lon=lon, lat=lat, flags=frozenset({Flag.RECUSAL})))
    services.geocode()
    services.assign()
    services.plan()
    services.hotspots()
    return received


def test_what_a_village_may_not_see_is_in_no_file(
    services: Services, tickets: list[Ticket], tmp_path: Path
) -> None:
    report = draw(services, tmp_path / "maps", every_round=True)
    told = texts(tmp_path / "maps")
    assert tickets[0].upstream_no in told
    assert not [hidden.upstream_no for hidden in tickets[-2:] if hidden.upstream_no in told]
    assert not [hidden.id for hidden in tickets[-2:] if hidden.id in told]
    assert [note.values["n"] for note in report.notes if note.rule == "map.guarded"] == [2]


def test_what_a_village_may_not_see_is_counted_nowhere(services: Services, tickets: list[Ticket]) -> None:
    with services.database.unit_of_work(write=False) as work:
        findings = work.findings.latest()
    assert findings is not None
    hidden = {ticket.id for ticket in tickets[-2:]}
    assert not [found for found in findings.places if hidden & set(found.ticket_ids)]
    assert sum(area.count for area in findings.areas) == len(tickets) - 2


def test_every_map_named_is_there_and_nothing_else(
    services: Services, tickets: list[Ticket], tmp_path: Path
) -> None:
    report = draw(services, tmp_path / "maps", every_round=True)
    assert tickets
    assert files(tmp_path / "maps") == set(report.files) >= {"issues.html", "round.html", "hotspots.html"}


def test_the_map_of_a_round_that_is_no_more_is_removed(
    services: Services, tickets: list[Ticket], tmp_path: Path
) -> None:
    assert tickets
    draw(services, tmp_path / "maps", every_round=True)
    assert [name for name in files(tmp_path / "maps") if name.startswith("rounds/")]
    with services.database.unit_of_work() as work:
        work.visits.save_many(
            replace(visit, status=VisitStatus.CANCELLED)
            for visit in work.visits.by_status(VisitStatus.ROUTED, VisitStatus.PLANNED)
        )
    services.plan(again=True)
    draw(services, tmp_path / "maps")
    assert files(tmp_path / "maps") == {"issues.html", "hotspots.html"}


def test_before_any_step_the_map_says_what_is_still_to_do(services: Services, tmp_path: Path) -> None:
    report = draw(services, tmp_path / "maps")
    assert report.files == ("issues.html",)
    assert [note.rule for note in report.notes] == ["map.rounds", "map.hotspots"]
