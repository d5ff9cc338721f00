"""Tickets come in once, are located block by block, and a crash repeats nothing."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from boundaries import Geocoder, GeocodeResult
from geo_service.services import Services
from geo_service.tickets.statuses import Status
from geo_service.workflow.intake import geocode_tickets
from tests.workflow.conftest import Receive, stored

HEADER = "工单编号,受理时间,诉求内容,办件状态\n"


def write(path: Path, rows: Iterable[str]) -> Path:
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_second_import_changes_nothing(services: Services, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ["A1,2026-01-05 09:00,炎龙村路灯不亮,处理中"])
    assert services.import_tickets(file).done["imported"] == 1
    again = services.import_tickets(file)
    assert again.done["imported"] == 0
    assert again.done["already known"] == 1
    with services.database.unit_of_work(write=False) as work:
        (ticket,) = work.tickets.all()
        assert len(work.events.of_ticket(ticket.id)) == 1


def test_a_later_export_updates_only_the_upstream_status(services: Services, tmp_path: Path) -> None:
    services.import_tickets(write(tmp_path / "a.csv", ["A1,2026-01-05 09:00,炎龙村路灯不亮,处理中"]))
    services.geocode()
    later = write(tmp_path / "b.csv", ["A1,2026-01-05 09:00,别的文字,已办结"])
    assert services.import_tickets(later).done["upstream status updated"] == 1
    with services.database.unit_of_work(write=False) as work:
        (ticket,) = work.tickets.all()
    assert ticket.upstream_status == "已办结"
    assert ticket.content == "炎龙村路灯不亮"
    assert ticket.status is not Status.RECEIVED


def test_the_platforms_default_point_counts_as_no_coordinate_then_and_later(
    services: Services, tmp_path: Path
) -> None:
    names = [str(name) for name in services.areas.villages["name"]][:8]
    lon, lat = services.areas.villages.geometry.iloc[0].representative_point().coords[0]
    header = "工单编号,受理时间,诉求内容,经度,纬度,坐标系\n"

    def rows(first: int, count: int) -> str:
        return "".join(
            f"D{n},2026-01-05 09:00,{names[n % len(names)]}路灯不亮,{lon},{lat},WGS84\n"
            for n in range(first, first + count)
        )

    file = tmp_path / "a.csv"
    file.write_text(header + rows(0, 16), encoding="utf-8")
    (note,) = services.import_tickets(file).notes
    assert note.rule == "I13"
    file.write_text(header + rows(16, 1), encoding="utf-8")
    assert services.import_tickets(file).done["imported"] == 1
    with services.database.unit_of_work(write=False) as work:
        assert [ticket.lon for ticket in work.tickets.all()] == [None] * 17


class TiredGeocoder(Geocoder):
    """Works for a while, then fails, as a machine does that loses power."""

    def __init__(self, services: Services, texts: int) -> None:
        super().__init__(services.gazetteer, services.areas, services.divisions)
        self.left = texts

    def geocode(self, text: str, **known: object) -> GeocodeResult:
        """Locate a text, or fail when tired."""
        self.left -= 1
        if self.left < 0:
            raise ConnectionAbortedError
        return super().geocode(text, **known)  # type: ignore[arg-type]  # passed on as it came


def test_a_step_that_was_cut_off_goes_on_where_it_stopped(services: Services, receive: Receive) -> None:
    tickets = [receive("炎龙村村口路灯不亮。") for _ in range(620)]
    with pytest.raises(ConnectionAbortedError):
        geocode_tickets(services.database, TiredGeocoder(services, 600), now=services.now())
    half = [stored(services, ticket).status for ticket in (tickets[0], tickets[-1])]
    assert half == [Status.READY, Status.RECEIVED]
    report = services.geocode()
    assert report.done["tickets"] == 120
    with services.database.unit_of_work(write=False) as work:
        events = [len(work.events.of_ticket(ticket.id)) for ticket in tickets]
    assert set(events) == {1}


def test_a_coordinate_far_from_the_named_village_waits_for_a_person(
    services: Services, receive: Receive
) -> None:
    ticket = receive("东海街道炎龙村村口路灯不亮。", lon=115.605, lat=22.935)
    services.geocode()
    assert stored(services, ticket).status is Status.LOCATING
