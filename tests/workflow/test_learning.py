"""Confirmed tickets teach names, confidences and a memory; never where somebody lives."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from boundaries import read_statement
from geo_service.errors import BadDecisionError
from geo_service.services import COUNTY_TIME, Services
from geo_service.settings import Workspace
from geo_service.tickets.model import Flag, PlaceRole, Requester, Ticket, TicketPlace
from geo_service.tickets.statuses import Status
from geo_service.tickets.visits import Visit, VisitPurpose, VisitRecord, VisitStatus
from geo_service.workflow.confirmed import confirmed_tickets
from geo_service.workflow.learning import learn
from geo_service.workflow.learnt_names import LearntName, NameDecision, NameState
from geo_service.workflow.step import StepReport
from tests.toy_county import CODES, place_in
from tests.workflow.conftest import Receive

ESTATE = "金湾花园"
FOUND = TicketPlace(
    PlaceRole.ISSUE, "VILLAGE", "", CODES["B"], "炎龙村", "441581001", "东海街道", None, None, None, 0.95
)
SAID = (
    "东海街道金湾花园门口垃圾堆积。",
    "在金湾花园旁边有人占道经营，请处理。",
    "东海街道金湾花园外面路灯不亮。",
)


@pytest.fixture
def services(toy_workspace: Path, tmp_path: Path) -> Services:
    """Return the toy county in a folder of its own, its ledger empty."""
    folder = tmp_path / "county"
    shutil.copytree(toy_workspace, folder, ignore=shutil.ignore_patterns("*.db*", "maps"))
    return Services.open(Workspace(folder))


Confirm = Callable[..., Ticket]


@pytest.fixture
def confirm(services: Services, receive: Receive) -> Confirm:
    """Return a function that receives a ticket and has a person say where it is."""

    def put(content: str, letter: str, phone: str, **fields: object) -> Ticket:
        lon, lat = place_in(letter)
        who = Requester("陈晓明", phone) if phone else Requester()
        given = {"lon": lon, "lat": lat, "requester": who, "status": Status.LOCATING} | fields
        ticket = receive(content, **given)
        return services.confirm_place(ticket.id, unit_code=CODES[letter], reason="到过现场", by="调度员")

    return put


def learnt(
    services: Services, decision: NameDecision | None = None, day: date | None = None
) -> tuple[StepReport, dict[str, LearntName]]:
    """Learn, and return the report and the names."""
    opened = Services.open(services.workspace)
    report, names = learn(
        services.database,
        opened.ground_on(day),
        services.workspace,
        decision or NameDecision(),
        months=services.settings.learned_months,
    )
    return report, {one.name: one for one in names}


def test_a_name_that_callers_agree_on_is_proposed_approved_used_and_forgotten(
    services: Services, confirm: Confirm
) -> None:
    next_call = "东海街道金湾花园里面噪音很大。"
    assert services.geocoder.geocode(next_call).best.unit_code is None  # type: ignore[union-attr]  # a town
    for number, text in enumerate(SAID):
        confirm(text, "B", f"1380000000{number}")
    report, names = learnt(services)
    assert report.done["names to be approved"] == 1
    proposed = names[ESTATE]
    assert (proposed.state, proposed.unit_code) == (NameState.PROPOSED, CODES["B"])
    assert proposed.tally
    assert (proposed.tally.tickets, proposed.tally.callers) == (3, 3)
    assert not services.workspace.aliases.exists(), "nothing is used before a person approves"

    _, names = learnt(services, NameDecision(approve=["all"], by="陈主任"))
    assert names[ESTATE].until == date(2028, 1, 8)
    placed = Services.open(services.workspace).geocoder.geocode(next_call)
    assert placed.best
    assert placed.best.unit_code == CODES["B"]

    before = services.workspace.aliases.read_bytes()
    learnt(services)
    assert services.workspace.aliases.read_bytes() == before, "a second run changes nothing"

    _, names = learnt(services, NameDecision(forget=[ESTATE]))
    assert ESTATE not in names
    report, names = learnt(services, NameDecision(approve=["all"]))
    assert ESTATE not in names, "a forgotten name is not proposed again"
    _, names = learnt(services, NameDecision(approve=[ESTATE]))
    assert names[ESTATE].state is NameState.APPROVED, "a person may take that back"


def test_an_approved_name_is_no_longer_used_after_two_years_without_a_ticket(
    services: Services, confirm: Confirm
) -> None:
    for number, text in enumerate(SAID):
        confirm(text, "B", f"1380000000{number}")
    learnt(services, NameDecision(approve=[ESTATE]))
    opened = Services.open(services.workspace)
    for day, unit in ((date(2028, 1, 7), CODES["B"]), (date(2028, 1, 8), None)):
        best = opened.ground_on(day).geocoder.geocode(SAID[0]).best
        assert best
        assert best.unit_code == unit
    report, names = learnt(services, day=date(2028, 1, 8))
    assert (report.done["names expired"], names) == (1, {})


def test_what_callers_do_not_agree_on_is_not_proposed(services: Services, confirm: Confirm) -> None:
    for text in SAID:
        confirm(text, "B", "13800000001")  # one caller, three times
    for number, letter in enumerate("BCB"):
        confirm("东海街道好运来超市门口占道。", letter, f"1380000001{number}")
    for number in range(3):
        confirm("炎龙村和六驿村之间，在平安小区门口垃圾堆积。", "B", f"1380000002{number}")
    _, names = learnt(services)
    assert {one.state for one in names.values()} == {NameState.UNCLEAR}
    assert {ESTATE, "好运来超市", "平安小区"} <= set(names)
    with pytest.raises(BadDecisionError):
        learnt(services, NameDecision(approve=[ESTATE]))
    with pytest.raises(BadDecisionError):
        learnt(services, NameDecision(forget=["从没听说过的花园"]))


def test_no_home_and_no_guarded_ticket_is_learnt(services: Services, confirm: Confirm) -> None:
    for number in range(3):
        phone = f"1380000000{number}"
        confirm(f"我家住碧桂花园3栋502室，电话{phone}，东海街道路灯不亮。", "B", phone)
        confirm("在龙凤公寓旁边有人举报。", "B", phone, flags=frozenset({Flag.CONFIDENTIAL}))
    report, names = learnt(services)
    assert names == {}
    assert report.done["confirmed tickets"] == 3
    files = (services.workspace.memory, services.workspace.calibration)
    kept = b"".join(path.read_bytes() for path in files if path.exists())
    assert b"1380000000" not in kept
    assert "碧桂".encode() not in kept


def test_a_text_without_a_village_gets_candidates_from_tickets_like_it_and_waits_for_a_person(
    services: Services, confirm: Confirm
) -> None:
    text = "东海街道龙福二路与金碣街交叉口井盖破损。"
    before = services.geocoder.geocode(text)
    for number in range(4):
        confirm("东海街道龙福二路与金碣街交叉口积水严重。", "F", f"1380000000{number}")
    report, _ = learnt(services)
    assert report.done["tickets remembered"] == 4
    after = Services.open(services.workspace).geocoder.geocode(text)
    assert (after.status, after.best) == (before.status, before.best)
    assert not after.is_sure
    found = after.candidates[len(before.candidates)]
    assert found.unit_code == CODES["F"]
    (why,) = found.because
    assert why.rule == "MEM"
    assert why.values["count"] == 4
    assert "龙福二路" in str(why.values["words"])


def test_own_tickets_change_what_a_confidence_is_worth(
    services: Services, confirm: Confirm, receive: Receive
) -> None:
    text = "东海街道延龙村路口积水。"
    before = services.geocoder.geocode(text)
    assert before.best
    for number in range(12):
        at = datetime(2026, 1, 1 + number % 8, 9, 0, tzinfo=COUNTY_TIME)
        confirm(f"东海街道延龙村第{number}个路口积水。", "B", "", received_at=at)
    for _ in range(8):  # a closed ticket nobody objected to counts for the rules, and teaches nothing else
        receive("东海街道炎龙村金湾花园门口占道。", status=Status.CLOSED, places=(FOUND,))
    report, names = learnt(services)
    assert report.done["tickets that calibrate"] == 20
    assert report.done["confirmed tickets"] == 12
    assert names == {}
    assert {note.rule for note in report.notes} == {"C1"}
    after = Services.open(services.workspace).geocoder.geocode(text)
    assert after.best
    assert after.best.unit_code == before.best.unit_code == CODES["B"]
    assert after.best.confidence != before.best.confidence
    assert after.status is before.status


def test_a_visit_to_the_place_confirms_it_and_one_to_another_village_or_to_the_caller_does_not(
    services: Services, receive: Receive
) -> None:
    said = (VisitPurpose.VERIFY, "B", 1), (VisitPurpose.VERIFY, "C", 0), (VisitPurpose.CALLBACK, "B", 0)
    for purpose, arrived, confirmed in said:
        ticket = receive("东海街道炎龙村金湾花园门口占道。", status=Status.DISPATCHED, places=(FOUND,))
        lon, lat = place_in(arrived)
        record = VisitRecord(("李委员", "王委员"), services.now(), arrived_lon=lon, arrived_lat=lat)
        due = date(2026, 1, 13)
        visit = Visit(ticket.id, purpose, CODES["B"], due, status=VisitStatus.DONE, record=record)
        with services.database.unit_of_work() as work:
            work.visits.save_many([visit])
        known = confirmed_tickets(services.database, services.areas)
        found = {one.number for one in known if one.is_confirmed}
        assert (ticket.upstream_no in found) == bool(confirmed)


def test_which_names_a_text_states(services: Services) -> None:
    stated = {
        "东海街道炎龙村径仔村民小组龙福路占道。": ("径仔村民小组", "龙福路"),
        "反映金湾花园的电梯坏了，在好运来超市旁边。": ("金湾花园", "好运来超市"),
        "炎龙村第三村民小组菜市场没有路灯，农贸市场也是。": (),
        "我家住碧桂花园，楼下的平安超市很吵。": (),
        "星沙街道办事处不作为，影响小区环境。": (),
        "望海楼市场门口占道。": (),
    }
    known = services.gazetteer
    assert {text: read_statement(text, known).names for text in stated} == stated
