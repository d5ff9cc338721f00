"""Many tickets are dispatched at once, each with its own event; the delicate ones never are."""

import httpx

from geo_service.services import Services
from geo_service.tickets.model import Flag
from geo_service.tickets.statuses import Status
from tests.api.numbers import DISPATCHED, IDS, READY, RECUSED, TWO_IN_ONE_VILLAGE
from tests.api.test_decisions import stored
from tests.api.toy_workspace import SECRET
from tests.toy_county import CODES

BODY = "东海街道办事处"
ALSO_READY = IDS[13]


def test_the_page_offers_each_ready_ticket_under_its_body_and_the_delicate_ones_apart(
    reader: httpx.Client,
) -> None:
    shown = reader.get("/dispatch").text
    assert f'name="ticket" value="{READY}"' in shown
    assert f'name="body" value="{BODY}"' in shown
    assert f'name="ticket" value="{DISPATCHED}"' not in shown
    assert f'name="ticket" value="{RECUSED}"' not in shown
    assert f'href="/tickets/{RECUSED}"' in shown
    assert SECRET not in shown


def test_those_that_were_ticked_are_dispatched_each_with_the_remark(
    own: Services, decider: httpx.Client
) -> None:
    form = {"body": BODY, "ticket": [READY, ALSO_READY], "reason": "周一晨会逐件看过"}
    answer = decider.post("/dispatch", data=form)
    assert answer.status_code == 303
    assert "已派单 2 件。" in decider.get(answer.headers["location"]).text
    for id_ in (READY, ALSO_READY):
        with own.database.unit_of_work(write=False) as work:
            last = work.events.of_ticket(id_)[-1]
        assert last.status is Status.DISPATCHED
        assert last.reason.values["why"] == "周一晨会逐件看过"


def test_what_cannot_be_dispatched_is_told_and_the_others_are(own: Services, decider: httpx.Client) -> None:
    form = {"body": BODY, "ticket": [READY, DISPATCHED, RECUSED, "0" * 16]}
    answer = decider.post("/dispatch", data=form)
    assert answer.status_code == 409
    assert "已派单 1 件。" in answer.text
    assert answer.text.count("<li>LF") + answer.text.count("<li>工单") >= 2
    assert stored(own, READY).status is Status.DISPATCHED
    assert stored(own, RECUSED).status is Status.READY


def test_a_body_that_is_no_longer_proposed_gets_nothing(own: Services, decider: httpx.Client) -> None:
    answer = decider.post("/dispatch", data={"body": "另一个单位", "ticket": [READY]})
    assert answer.status_code == 409
    assert "请重新查看" in answer.text
    assert stored(own, READY).status is Status.READY


def test_nothing_ticked_is_refused(decider: httpx.Client) -> None:
    answer = decider.post("/dispatch", data={"body": BODY})
    assert answer.status_code == 422
    assert "请先勾选" in answer.text


def test_a_ticked_recusal_keeps_the_ticket_from_the_village(own: Services, decider: httpx.Client) -> None:
    form = {"place": f"{CODES['G']}@1", "reason": "来电人说的是村干部", "recuse": "1"}
    assert decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form).status_code == 303
    after = stored(own, TWO_IN_ONE_VILLAGE)
    assert Flag.RECUSAL in after.flags
    assert after.visit_body is None
    assert "须回避" in decider.get(f"/tickets/{TWO_IN_ONE_VILLAGE}").text


def test_a_program_recuses_too(own: Services, decider: httpx.Client) -> None:
    decision = {"unit_code": CODES["G"], "reason": "about the committee", "recuse": True}
    answer = decider.post(f"/api/v1/review/{IDS[44]}", json=decision)
    assert answer.json()["visit_body"] is None
    assert stored(own, IDS[44]).is_guarded
