"""A person decides, by a form with or without scripts, or a program does; what is wrong changes nothing."""

import httpx
import pytest

from geo_service.api.decisions import ELSEWHERE, chosen_place
from geo_service.assignment import Unit
from geo_service.errors import BadDecisionError
from geo_service.services import Services
from geo_service.tickets.model import Ticket
from geo_service.tickets.statuses import Status
from tests.api.numbers import DISPATCHED, NO_PLACE, OUT_OF_AREA, READY, TOWN_ONLY, TWO_IN_ONE_VILLAGE
from tests.api.toy_workspace import SECRET
from tests.toy_county import CODES

HTMX = {"HX-Request": "true"}
UNITS = {
    "1": Unit("1", "竹林村", "village", "10", "河西街道"),
    "2": Unit("2", "竹林村", "village", "20", "湖东镇"),
    "3": Unit("3", "炎龙村", "village", "30", "东海街道"),
}


def stored(own: Services, ticket_id: str) -> Ticket:
    with own.database.unit_of_work(write=False) as work:
        return work.tickets.get(ticket_id)


def test_the_second_of_two_candidates_in_one_village_is_the_one_that_is_stored(
    own: Services, decider: httpx.Client
) -> None:
    form = {"place": f"{CODES['G']}@1", "reason": "已电话核实"}
    answer = decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/review?done={TWO_IN_ONE_VILLAGE}"
    place = stored(own, TWO_IN_ONE_VILLAGE).issue_place
    assert place is not None
    assert place.label == "竹林新市场"
    shown = decider.get(answer.headers["location"]).text
    assert "竹林村 · 河西街道（竹林新市场）" in shown
    assert "14 件待定位" in shown


def test_with_htmx_the_card_alone_comes_back_with_the_new_count(decider: httpx.Client) -> None:
    form = {"place": ELSEWHERE, "unit": f"{CODES['B']} 炎龙村 · 东海街道", "reason": "熟悉当地情况"}
    answer = decider.post(f"/review/{NO_PLACE}", data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "炎龙村 · 东海街道" in answer.text
    assert "14 件待定位" in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_decision_without_grounds_is_refused_and_keeps_what_was_filled_in(
    own: Services, decider: httpx.Client, headers: dict[str, str]
) -> None:
    form = {"place": f"{CODES['G']}@1", "reason": " "}
    answer = decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form, headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{CODES["G"]}@1" checked' in answer.text
    assert stored(own, TWO_IN_ONE_VILLAGE).status is Status.LOCATING


def test_the_second_of_two_people_is_told_and_changes_nothing(own: Services, decider: httpx.Client) -> None:
    form = {"place": f"{CODES['G']}@0", "reason": "查看地图"}
    assert decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form).status_code == 303
    late = {"place": f"{CODES['J']}@2", "reason": "查看地图"}
    answer = decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=late, headers=HTMX)
    assert answer.status_code == 409
    assert 'name="place"' not in answer.text
    place = stored(own, TWO_IN_ONE_VILLAGE).issue_place
    assert place is not None
    assert place.unit_code == CODES["G"]


def test_a_candidate_that_does_not_fit_its_unit_is_refused(decider: httpx.Client) -> None:
    decision = {"unit_code": CODES["G"], "candidate": 2, "reason": "查看地图"}
    answer = decider.post(f"/api/v1/review/{TWO_IN_ONE_VILLAGE}", json=decision)
    assert answer.status_code == 409


def test_a_ticket_goes_back_to_the_hotline_with_its_reason(own: Services, decider: httpx.Client) -> None:
    answer = decider.post(f"/review/{OUT_OF_AREA}/transfer", data={"reason": "属海丰县"})
    assert answer.status_code == 303
    assert stored(own, OUT_OF_AREA).status is Status.TRANSFERRED_OUT
    events = decider.get(f"/api/v1/tickets/{OUT_OF_AREA}/events").json()
    assert events[-1]["by"] == "dispatcher"
    assert "属海丰县" in events[-1]["reason"]["text"]


def test_a_name_or_phone_in_the_grounds_is_masked_before_it_is_kept(decider: httpx.Client) -> None:
    form = {"place": f"{CODES['G']}@0", "reason": "来电人王建国，13812345678，已核实"}
    decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form)
    answer = decider.get(f"/api/v1/tickets/{TWO_IN_ONE_VILLAGE}/events").text
    assert "已核实" in answer
    assert "王建国" not in answer
    assert "13812345678" not in answer


def test_a_card_that_is_sent_alone_holds_masked_words_only(decider: httpx.Client) -> None:
    form = {"place": f"{CODES['G']}@0", "reason": "查看地图"}
    for reason in ("", "查看地图"):
        answer = decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data={**form, "reason": reason}, headers=HTMX)
        assert "LF2026010043" in answer.text
        assert SECRET not in answer.text


def test_only_the_town_may_be_confirmed_and_nobody_visits_then(own: Services, decider: httpx.Client) -> None:
    form = {"place": "441581002@0", "reason": "只问到镇街"}
    assert decider.post(f"/review/{TOWN_ONLY}", data=form).status_code == 303
    ticket = stored(own, TOWN_ONLY)
    assert ticket.status is not Status.LOCATING
    assert ticket.visit_body is None


def test_confirming_the_handling_body_dispatches_once(own: Services, decider: httpx.Client) -> None:
    answer = decider.post(f"/tickets/{READY}/handling", follow_redirects=True)
    assert "已派单。" in answer.text
    assert stored(own, READY).status is Status.DISPATCHED
    again = decider.post(f"/tickets/{READY}/handling")
    assert again.status_code == 409
    assert "没有办成" in again.text


def test_a_program_decides_over_json(decider: httpx.Client) -> None:
    queue = decider.get("/api/v1/review").json()
    assert queue["total"] == 15
    assert queue["tickets"][0]["urgency"] == "URGENT"
    decision = {"unit_code": CODES["B"], "reason": "asked by phone"}
    placed = decider.post(f"/api/v1/review/{NO_PLACE}?lang=en", json=decision)
    assert placed.status_code == 200
    assert placed.json()["place"]["unit_code"] == CODES["B"]
    assert placed.json()["place"]["lon"] is None
    gone = decider.post(f"/api/v1/review/{OUT_OF_AREA}/transfer", json={"reason": "next county"})
    assert gone.json()["status"] == "TRANSFERRED_OUT"
    done = decider.post(f"/api/v1/tickets/{READY}/handling")
    assert done.json()["handling_body"]["confirmed"] is True
    assert decider.post(f"/api/v1/tickets/{DISPATCHED}/handling").status_code == 409


@pytest.mark.parametrize(
    ("place", "named", "meant"),
    [
        ("3@0", "", ("3", 0)),
        (ELSEWHERE, "3 炎龙村 · 东海街道", ("3", None)),
        (ELSEWHERE, "炎龙村", ("3", None)),
        ("", " 2 ", ("2", None)),
    ],
)
def test_a_form_says_which_place_is_meant(place: str, named: str, meant: tuple[str, int | None]) -> None:
    assert chosen_place(place, named, UNITS) == meant


@pytest.mark.parametrize(
    ("place", "named", "told"),
    [
        ("", "", "choose where it is"),
        ("3", "", "choose where it is"),
        ("3@0", "竹林村", "named as well"),
        (ELSEWHERE, "竹林村", "2 units are called"),
        (ELSEWHERE, "无此村", "no village"),
        (ELSEWHERE, "", "no village"),
    ],
)
def test_a_form_that_means_nothing_or_two_things_is_refused(place: str, named: str, told: str) -> None:
    with pytest.raises(BadDecisionError, match=told):
        chosen_place(place, named, UNITS)
