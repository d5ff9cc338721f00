"""A place pointed out over HTTP: looked at first, then decided, on pages and as JSON alike."""

import httpx
import pytest

from tests.api.numbers import (
    CONFIDENTIAL,
    DISPATCHED,
    HOSTILE,
    IDS,
    READY,
    RECUSED,
    TWO_IN_ONE_VILLAGE,
)
from tests.api.toy_workspace import HOSTILE as HOSTILE_TEXT
from tests.api.toy_workspace import SECRET
from tests.toy_county import CODES, place_in

IN_C = place_in("C", east_m=100.0)
POINT = {"lon": f"{IN_C.lon:.6f}", "lat": f"{IN_C.lat:.6f}"}
REASON = "看地图确认"


def test_a_look_ahead_names_village_odds_border_and_committee(reader: httpx.Client) -> None:
    fragment = reader.get(f"/tickets/{READY}/place", params=POINT)
    assert fragment.status_code == 200
    for words in ("六驿村", "东海街道", "六驿村“两委”", "距最近界线", "100%"):
        assert words in fragment.text
    assert "<html" not in fragment.text
    near = place_in("C", east_m=-505.0)
    both = reader.get(f"/tickets/{READY}/place", params={"lon": near.lon, "lat": near.lat, "sigma_m": "100"})
    assert "靠近界线" in both.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"lon": "十", "lat": "22.9"}, "不是坐标"),
        ({"lon": "100", "lat": "22"}, "不在本县"),
        ({"lon": "nan", "lat": "nan"}, "不在本县"),
        ({"village": "无此村"}, "无此村"),
        ({}, "请在地图上指出"),
    ],
)
def test_a_look_ahead_tells_what_is_wrong(reader: httpx.Client, asked: dict[str, str], told: str) -> None:
    answer = reader.get(f"/tickets/{READY}/place", params=asked)
    assert answer.status_code == 200
    assert told in answer.text


def test_json_says_what_would_follow_and_then_does_it(decider: httpx.Client) -> None:
    seen = decider.get(f"/api/v1/tickets/{READY}/place", params=POINT).json()
    assert (seen["unit_code"], seen["visit_body"]) == (CODES["C"], "六驿村“两委”")
    assert seen["probability"] > 0.99
    assert seen["obstacle"] is None
    version = decider.get(f"/api/v1/tickets/{READY}").json()["version"]
    body = {"lon": IN_C.lon, "lat": IN_C.lat, "sigma_m": 10, "reason": REASON, "seen": version}
    after = decider.post(f"/api/v1/tickets/{READY}/place", json=body)
    assert after.status_code == 200
    assert after.json()["visit_body"]["unit_code"] == CODES["C"]
    second = decider.post(f"/api/v1/tickets/{READY}/place?lang=en", json=body)
    assert second.status_code == 409
    assert "六驿村" in second.json()["error"]["message"]
    events = decider.get(f"/api/v1/tickets/{READY}/events").json()
    assert any(
        REASON in event["reason"]["text"] and "人工更正" in event["reason"]["text"] for event in events
    )


def test_the_correction_is_described_for_programs(reader: httpx.Client) -> None:
    document = reader.get("/openapi.json").json()
    assert set(document["paths"]["/api/v1/tickets/{ticket_id}/place"]) == {"get", "post"}


@pytest.mark.parametrize(
    "body", [{"lon": 115.6}, {"lon": 115.6, "lat": 22.9, "sigma_m": 0}, {}, {"lon": "x"}]
)
def test_json_refuses_half_a_place(decider: httpx.Client, body: dict[str, object]) -> None:
    answer = decider.post(f"/api/v1/tickets/{READY}/place", json=body | {"reason": REASON})
    assert answer.status_code == 422


def test_a_form_without_scripts_places_a_dispatched_ticket_anew(decider: httpx.Client) -> None:
    page = decider.get(f"/tickets/{DISPATCHED}")
    assert "地点不对" in page.text
    sent = decider.post(f"/tickets/{DISPATCHED}/place", data=POINT | {"reason": REASON, "sigma_m": "10"})
    assert sent.status_code == 303
    shown = decider.get(sent.headers["location"])
    assert "地点已确认" in shown.text
    assert "六驿村“两委”" in shown.text
    assert "待签收" in shown.text


def test_a_refused_form_keeps_what_was_filled_in(decider: httpx.Client) -> None:
    sent = decider.post(f"/tickets/{READY}/place", data={"village": "六驿村", "reason": "x"})
    assert sent.status_code == 422
    assert 'value="六驿村"' in sent.text
    assert 'role="alert"' in sent.text


def test_two_dispatchers_on_one_form(decider: httpx.Client) -> None:
    first = decider.post(f"/tickets/{READY}/place", data=POINT | {"reason": REASON, "seen": "0"})
    assert first.status_code == 303
    second = decider.post(f"/tickets/{READY}/place", data=POINT | {"reason": REASON, "seen": "0"})
    assert second.status_code == 409
    assert "在您查看期间" in second.text


def test_a_card_of_the_queue_becomes_a_note(decider: httpx.Client) -> None:
    form = POINT | {"reason": REASON}
    note = decider.post(f"/tickets/{TWO_IN_ONE_VILLAGE}/place", data=form, headers={"HX-Request": "true"})
    assert note.headers["HX-Retarget"] == f"#t-{TWO_IN_ONE_VILLAGE}"
    assert "六驿村" in note.text
    refused = decider.post(
        f"/tickets/{IDS[44]}/place", data={"reason": REASON}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert "<form" in refused.text


@pytest.mark.parametrize("ticket", [RECUSED, CONFIDENTIAL])
def test_a_guarded_ticket_gets_no_committee_and_its_map_no_place(decider: httpx.Client, ticket: str) -> None:
    assert "六驿村“两委”" not in decider.get(f"/tickets/{ticket}/place", params=POINT).text
    drawn = decider.get(f"/maps/tickets/{ticket}/pointing").text
    assert "保密地点" not in drawn
    assert '"chosen": null' in drawn
    after = decider.post(
        f"/api/v1/tickets/{ticket}/place", json={"lon": IN_C.lon, "lat": IN_C.lat, "reason": REASON}
    )
    assert after.status_code == 200
    assert after.json()["visit_body"] is None


def test_nothing_restricted_or_hostile_leaves_by_it(decider: httpx.Client) -> None:
    call = "13812345678来电"
    decider.post(f"/tickets/{READY}/place", data=POINT | {"reason": f"问过 {call}"})
    for path in (f"/tickets/{READY}", f"/api/v1/tickets/{READY}/events", f"/maps/tickets/{READY}/pointing"):
        text = decider.get(path).text
        assert SECRET not in text
        assert "13812345678" not in text
    drawn = decider.get(f"/maps/tickets/{HOSTILE}/pointing").text
    assert HOSTILE_TEXT not in drawn
    assert "<script>window.hacked" not in drawn
