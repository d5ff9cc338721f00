"""A new drawing: what it would change is shown, then applied; what was dispatched stays."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import (
    Areas,
    BadVersionError,
    Datum,
    LonLat,
    VillagePoint,
    WrongDatumError,
    from_wgs84,
    village_areas,
)
from geo_service.services import Services
from geo_service.settings import Workspace
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import VisitStatus
from geo_service.workflow.resettling import Move
from tests.toy_county import CELL_DEG, CODES, CORNER, place_in, shape_of, toy_areas
from tests.workflow.conftest import Receive, stored

TODAY, TOMORROW = date(2026, 1, 12), date(2026, 1, 13)
TOY = toy_areas()
# the northern row of village B, about 1.1 km deep
NORTH_OF_B = shapely.box(
    CORNER.lon + 4 * CELL_DEG, CORNER.lat - CELL_DEG, CORNER.lon + 6 * CELL_DEG, CORNER.lat
)
IN_THE_NORTH = place_in("B", east_m=300)
IN_THE_SOUTH = place_in("B", east_m=300, north_m=-1100)


@pytest.fixture
def services(toy_workspace: Path, tmp_path: Path) -> Services:
    """Return a copy of the toy county, for its areas are redrawn here."""
    shutil.copytree(toy_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("*.db*"))
    return Services.open(Workspace(tmp_path / "w"))


def draw(path: Path, **shapes: shapely.Geometry | None) -> Path:
    """Write a drawing of 东海街道 in which some villages are other than they were, or missing."""
    drawn = {letter: shapes.get(letter, shape_of(letter)) for letter in "ABCDEF"}
    kept = [letter for letter in drawn if drawn[letter] is not None]
    names = TOY.villages.loc[[CODES[letter] for letter in kept], "name"]
    rows = {"code": names.index, "name": names.to_numpy()}
    gpd.GeoDataFrame(rows, geometry=[drawn[letter] for letter in kept], crs="EPSG:4326").to_file(path)
    return path


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """Return a drawing in which A gets the north of B."""
    return draw(
        tmp_path / "new.geojson",
        A=shape_of("A").union(NORTH_OF_B),
        B=shape_of("B").difference(NORTH_OF_B),
    )


def point(place: LonLat) -> dict[str, object]:
    return {"lon": place.lon, "lat": place.lat}


def worked(services: Services) -> None:
    """Locate and assign everything."""
    services.geocode()
    services.assign()


def preview(
    services: Services, path: Path, since: date | None = None
) -> tuple[dict[str, int], tuple[Move, ...]]:
    report, moves = services.preview_drawing(services.read_drawing(path, since=since))
    return dict(report.done), moves


def apply(services: Services, path: Path, since: date | None = None) -> tuple[Services, tuple[Move, ...]]:
    """Apply a drawing; return the services as the next command opens them."""
    _, moves = services.apply_drawing(services.read_drawing(path, since=since))
    return Services.open(services.workspace), moves


def unit(ticket: Ticket) -> str | None:
    return ticket.issue_place.unit_code if ticket.issue_place else None


def visits(services: Services, ticket: Ticket) -> list[tuple[str, VisitStatus]]:
    with services.database.unit_of_work(write=False) as work:
        return [(visit.unit_code, visit.status) for visit in work.visits.of_ticket(ticket.id)]


def test_the_preview_names_the_ticket_from_whom_to_whom_and_why(
    services: Services, receive: Receive, moved: Path
) -> None:
    north = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    south = receive("这里路灯不亮。", **point(IN_THE_SOUTH))
    worked(services)
    assert unit(stored(services, north)) == unit(stored(services, south)) == CODES["B"]
    done, (move,) = preview(services, moved)
    assert (move.number, move.before, move.after) == (north.upstream_no, "炎龙村", "向阳社区")
    assert move.reason.rule == "V1"
    assert done["units that change"] == 2
    assert (done["open tickets"], done["move to another unit"]) == (2, 1)


def test_a_preview_changes_nothing(services: Services, receive: Receive, moved: Path) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    before = stored(services, ticket), services.workspace.areas.read_bytes()
    preview(services, moved)
    assert (stored(services, ticket), services.workspace.areas.read_bytes()) == before
    assert Services.open(services.workspace).areas.locate(IN_THE_NORTH) == services.areas.locate(IN_THE_NORTH)


def test_an_applied_drawing_moves_the_ticket_its_visit_and_says_so(
    services: Services, receive: Receive, moved: Path
) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    assert visits(services, ticket) == [(CODES["B"], VisitStatus.PLANNED)]
    after, (move,) = apply(services, moved)
    again = stored(after, ticket)
    assert unit(again) == CODES["A"]
    assert again.visit_body is not None
    assert again.visit_body.name == "向阳社区“两委”"
    assert visits(after, ticket) == [(CODES["A"], VisitStatus.PLANNED)]
    with after.database.unit_of_work(write=False) as work:
        events = work.events.of_ticket(ticket.id)
    assert [(event.by, event.reason) for event in events if event.by == "areas"] == [("areas", move.reason)]


def test_a_drafted_round_is_opened_and_planned_again(
    services: Services, receive: Receive, moved: Path
) -> None:
    north = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    south = receive("这里路灯不亮。", **point(IN_THE_SOUTH))
    worked(services)
    assert services.plan().done["on a round"] == 2
    after, _ = apply(services, moved)
    assert visits(after, north) == [(CODES["A"], VisitStatus.PLANNED)]
    assert visits(after, south) == [(CODES["B"], VisitStatus.PLANNED)]
    after.plan()
    with after.database.unit_of_work(write=False) as work:
        assert {walk.unit_code for walk in work.rounds.of_ticket(north.id)} == {CODES["A"]}
        assert {walk.unit_code for walk in work.rounds.of_ticket(south.id)} == {CODES["B"]}


def test_a_round_that_has_begun_keeps_its_tickets(services: Services, receive: Receive, moved: Path) -> None:
    north = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    south = receive("这里路灯不亮。", **point(IN_THE_SOUTH))
    worked(services)
    services.plan()
    _set(services, south, VisitStatus.EN_ROUTE)
    report, moves = services.apply_drawing(services.read_drawing(moved))
    assert not moves
    assert [(left.number, left.reason.rule) for left in report.left] == [(north.upstream_no, "V4")]
    assert unit(stored(services, north)) == CODES["B"]


def _set(services: Services, ticket: Ticket, status: VisitStatus) -> None:
    with services.database.unit_of_work() as work:
        work.visits.save_many(replace(visit, status=status) for visit in work.visits.of_ticket(ticket.id))


def test_a_dispatched_ticket_stays_and_is_counted(services: Services, receive: Receive, moved: Path) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    services.confirm_handling(ticket.id, by="调度员")
    report, moves = services.preview_drawing(services.read_drawing(moved))
    assert not moves
    assert report.done["stay on ground that changes hands"] == 1
    (left,) = report.left
    assert (left.number, left.reason.rule) == (ticket.upstream_no, "V5")
    assert "its place lies in 向阳社区 from 2026-01-12 on" in left.reason.text()
    after, _ = apply(services, moved)
    assert unit(stored(after, ticket)) == CODES["B"]


def test_a_place_that_is_not_sure_any_more_waits_for_a_person(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    # the new border runs 20 m from the place
    strip = shapely.box(*shape_of("B").bounds).intersection(
        shapely.box(116 - 1, 22, IN_THE_NORTH.lon + 0.0002, 24)
    )
    new = draw(tmp_path / "n.geojson", A=shape_of("A").union(strip), B=shape_of("B").difference(strip))
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    after, (move,) = apply(services, new)
    again = stored(after, ticket)
    assert (move.before, move.after, move.reason.rule) == ("炎龙村", "", "V2")
    assert again.status is Status.LOCATING
    assert again.visit_body is None
    assert {place.unit_code for place in again.candidates} == {CODES["A"], CODES["B"]}
    assert visits(after, ticket) == [(CODES["B"], VisitStatus.CANCELLED)]
    after.confirm_place(ticket.id, unit_code=CODES["A"], reason="现场看过", by="调度员")
    assert visits(after, ticket) == [(CODES["A"], VisitStatus.PLANNED)]


def test_a_persons_word_is_asked_for_again_when_its_ground_changes_hands(
    services: Services, receive: Receive, moved: Path
) -> None:
    ticket = receive("这里路灯不亮，我在炎龙村与六驿村交界处。", **point(IN_THE_NORTH))
    other = receive("说不清在哪里。")
    worked(services)
    waiting = stored(services, ticket)
    assert waiting.status is Status.LOCATING
    services.confirm_place(ticket.id, unit_code=CODES["B"], reason="打电话问过", by="调度员")
    services.confirm_place(other.id, unit_code=CODES["B"], reason="打电话问过", by="调度员")
    has_point = stored(services, ticket).issue_place
    assert has_point is not None
    after, moves = apply(services, moved)
    asked = {move.number for move in moves}
    assert asked == ({ticket.upstream_no} if has_point.lon is not None else set())
    assert unit(stored(after, other)) == CODES["B"], "it names the village, which is still there"


def test_tickets_of_a_village_that_was_merged_go_to_the_one_that_has_its_ground(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    new = draw(tmp_path / "n.geojson", B=None, A=shape_of("A").union(shape_of("B")))
    named = receive("东海街道炎龙村村口路灯不亮。")
    placed = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    decided = receive("说不清在哪里。")
    worked(services)
    services.confirm_place(decided.id, unit_code=CODES["B"], reason="打电话问过", by="调度员")
    report, moves = services.preview_drawing(services.read_drawing(new))
    assert "version.gone" in [note.rule for note in report.notes]
    assert {move.number for move in moves} == {one.upstream_no for one in (named, placed, decided)}
    assert {(move.before, move.after, move.reason.rule) for move in moves} == {("炎龙村", "向阳社区", "V9")}
    after, _ = apply(services, new)
    assert CODES["B"] not in after.divisions
    assert CODES["B"] in after.ground.register
    assert visits(after, named) == [(CODES["A"], VisitStatus.PLANNED)]
    told = [reason.text() for reason in (stored(after, named).issue_place or fail()).because]
    assert "炎龙村 is the former name of 向阳社区" in told
    later = receive("东海街道炎龙村村口路灯不亮。")
    after.geocode()
    assert unit(stored(after, later)) == CODES["A"]


def fail() -> NoReturn:
    raise AssertionError


def test_tickets_of_a_village_that_was_split_wait_for_a_person(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    rest = shape_of("B").difference(NORTH_OF_B)
    new = draw(tmp_path / "n.geojson", B=None, A=shape_of("A").union(NORTH_OF_B), C=shape_of("C").union(rest))
    named = receive("东海街道炎龙村村口路灯不亮。")
    decided = receive("说不清在哪里。")
    worked(services)
    services.confirm_place(decided.id, unit_code=CODES["B"], reason="打电话问过", by="调度员")
    after, moves = apply(services, new)
    assert {(move.number, move.after, move.reason.rule) for move in moves} == {
        (named.upstream_no, "", "V2"),
        (decided.upstream_no, "", "V2"),
    }
    asked = stored(after, named)
    assert asked.status is Status.LOCATING
    assert {place.unit_code for place in asked.candidates} == {CODES["A"], CODES["C"]}
    assert visits(after, named) == [(CODES["B"], VisitStatus.CANCELLED)]


def test_a_dispatched_ticket_of_a_merged_village_goes_to_its_heir_and_of_a_split_one_is_told(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    services.confirm_handling(ticket.id, by="调度员")
    rest = shape_of("B").difference(NORTH_OF_B)
    split = draw(
        tmp_path / "s.geojson", B=None, A=shape_of("A").union(NORTH_OF_B), C=shape_of("C").union(rest)
    )
    report, moves = services.preview_drawing(services.read_drawing(split))
    assert not moves
    assert "its ground goes to" in report.left[0].reason.text()
    assert "a person says who goes on with it" in report.left[0].reason.text()
    merged = draw(tmp_path / "m.geojson", B=None, A=shape_of("A").union(shape_of("B")))
    after, (move,) = apply(services, merged)
    assert (move.before, move.after) == ("炎龙村", "向阳社区")
    again = stored(after, ticket)
    assert again.status is Status.DISPATCHED
    assert again.visit_body is not None
    assert (again.visit_body.unit_code, again.visit_body.name) == (CODES["A"], "向阳社区“两委”")
    assert visits(after, ticket) == [(CODES["A"], VisitStatus.PLANNED)]
    assert after.plan().done["on a round"] == 1


def test_a_village_with_another_code_keeps_its_tickets(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    path = draw(tmp_path / "n.geojson")
    drawn = gpd.read_file(path)
    drawn["code"] = drawn["code"].replace(CODES["B"], "441581001299")
    drawn.to_file(path)
    named = receive("东海街道炎龙村村口路灯不亮。")
    decided = receive("说不清在哪里。")
    worked(services)
    services.confirm_place(decided.id, unit_code=CODES["B"], reason="打电话问过", by="调度员")
    report, _ = services.preview_drawing(services.read_drawing(path))
    assert [note.rule for note in report.notes] == ["V7", "version.recoded"]
    after, moves = apply(services, path)
    assert {(move.after_code, move.reason.rule) for move in moves} == {("441581001299", "V9")}
    assert len(moves) == 2
    assert unit(stored(after, decided)) == unit(stored(after, named)) == "441581001299"


def test_a_renamed_village_keeps_its_old_name_for_old_days_and_for_callers(
    services: Services, receive: Receive, tmp_path: Path
) -> None:
    path = draw(tmp_path / "n.geojson")
    drawn = gpd.read_file(path)
    drawn["name"] = drawn["name"].replace(TOY.villages.loc[CODES["B"], "name"], "新埔村委会")
    drawn.to_file(path)
    after, _ = apply(services, path)
    assert after.units[CODES["B"]].name == "新埔村"
    assert after.ground_on(date(2026, 1, 11)).divisions[CODES["B"]].display_name == "炎龙村"
    called = receive("东海街道炎龙村村口路灯不亮。")
    after.geocode()
    place = stored(after, called).issue_place
    assert place is not None
    assert (place.unit_code, place.unit_name) == (CODES["B"], "新埔村")
    assert "炎龙村 is the former name of 新埔村" in [reason.text() for reason in place.because]
    old = after.ground_on(date(2026, 1, 11)).geocoder.geocode("东海街道新埔村路灯不亮")
    assert not old.is_sure, "nobody called it so then"


def test_a_second_apply_changes_nothing(services: Services, receive: Receive, moved: Path) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    after, _ = apply(services, moved)
    state = stored(after, ticket), after.ground.history.days
    again, moves = apply(after, moved)
    assert not moves
    assert (stored(again, ticket), again.ground.history.days) == state


def test_an_apply_that_was_cut_off_goes_on(services: Services, receive: Receive, moved: Path) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    # the areas were saved, then the machine lost power, and nobody came back before the next day
    services.read_drawing(moved).after.history.save(services.workspace.areas)
    settings = services.settings.model_copy(update={"today": TOMORROW})
    after, moves = apply(Services(services.workspace, settings), moved)
    assert [move.number for move in moves] == [ticket.upstream_no]
    assert unit(stored(after, ticket)) == CODES["A"]


def test_a_drawing_of_tomorrow_waits_for_tomorrow(services: Services, receive: Receive, moved: Path) -> None:
    ticket = receive("这里路灯不亮。", **point(IN_THE_NORTH))
    worked(services)
    _, planned = preview(services, moved, TOMORROW)
    assert len(planned) == 1
    after, moves = apply(services, moved, TOMORROW)
    assert not moves
    here = after.areas.locate(IN_THE_NORTH)
    assert here is not None
    assert here.code == CODES["B"]
    settings = after.settings.model_copy(update={"today": TOMORROW})
    next_day, moves = apply(Services(after.workspace, settings), moved, TOMORROW)
    assert [move.after for move in moves] == ["向阳社区"]
    assert unit(stored(next_day, ticket)) == CODES["A"]


def test_history_is_not_rewritten(services: Services, moved: Path) -> None:
    after, _ = apply(services, moved, TOMORROW)
    with pytest.raises(BadVersionError, match="2026-01-13"):
        after.read_drawing(moved, since=TODAY)


def test_names_follow_the_new_ground(services: Services, moved: Path) -> None:
    market = {"name": "望海楼市场"}
    before = services.gazetteer.places().query("name == @market['name']")["unit_code"]
    assert list(before) == [CODES["B"]]
    after, _ = apply(services, moved)
    places = after.gazetteer.places()
    assert list(places["unit_code"][places["name"] == market["name"]]) == [CODES["A"]]


def test_new_borders_in_another_datum_are_refused(services: Services, moved: Path, tmp_path: Path) -> None:
    drawn = gpd.read_file(moved).segmentize(0.0005)  # Baidu's shift bends long straight lines by a metre
    drawn = gpd.read_file(moved).set_geometry(drawn)
    shifted = shapely.transform(drawn.geometry.to_numpy(), lambda at: from_wgs84(np.asarray(at), Datum.BD09))
    drawn.set_geometry(gpd.GeoSeries(shifted, crs="EPSG:4326")).to_file(tmp_path / "baidu.geojson")
    with pytest.raises(WrongDatumError, match=r"baidu\.geojson are bd09, not wgs84"):
        services.read_drawing(tmp_path / "baidu.geojson")
    assert services.read_drawing(tmp_path / "baidu.geojson", datum=Datum.BD09).changes == 2


@pytest.fixture
def guessed(services: Services, tmp_path: Path) -> Services:
    """Return the toy county with villages that nobody has drawn: 东海街道 shared out among its seats."""
    towns = TOY.towns.reset_index()
    east = towns[towns["code"] == "441581001"].reset_index(drop=True)
    seats = [VillagePoint(TOY.villages.loc[CODES[letter], "name"], place_in(letter)) for letter in "ABCDEF"]
    derived, _ = village_areas(east, seats, register=services.divisions)
    rest = TOY.villages[TOY.villages["town_code"] != "441581001"].reset_index()
    villages = gpd.GeoDataFrame(pd.concat([derived, rest]), crs="EPSG:4326")
    Areas.from_frames(villages, TOY.towns).save(services.workspace.areas)
    return Services.open(services.workspace)


def test_derived_areas_learn_from_what_people_confirmed(guessed: Services, receive: Receive) -> None:
    places = [place_in("D", east_m=60 * number, north_m=600) for number in range(3)]
    before = guessed.areas.locate(places[0])
    assert before is not None
    assert before.code == CODES["D"]
    inside = [place_in("D", east_m=60 * number) for number in range(1, 4)]
    asked = [receive("这里与炎龙村交界处路灯不亮。", **point(here)) for here in (*places, *inside)]
    worked(guessed)
    for ticket, letter in zip(asked[:5], "BBBDD", strict=True):
        guessed.confirm_place(ticket.id, unit_code=CODES[letter], reason="现场看过", by="调度员")
    few = guessed.learned_drawing()
    assert few.changes == 0
    assert [note.text() for note in few.notes if note.rule == "learn.few"] == [
        "上海村委会 has 2 confirmed places, fewer than 3: its border stays as it is"
    ]
    guessed.confirm_place(asked[5].id, unit_code=CODES["D"], reason="现场看过", by="调度员")
    guessed.apply_drawing(guessed.learned_drawing())
    after = Services.open(guessed.workspace).areas.locate(places[0])
    assert after is not None
    assert after.code == CODES["B"]
    assert after.derived
    assert after.confirmed == 3


def test_drawn_areas_have_nothing_to_learn(services: Services) -> None:
    drawing = services.learned_drawing()
    assert (drawing.changes, drawing.notes) == (0, ())
