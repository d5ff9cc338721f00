"""No answer holds what is restricted, and no round or map a guarded ticket."""

import re
from collections.abc import Iterator

import httpx
from fastapi.routing import APIRoute

from geo_service.api.app import ROUTERS
from tests.api.numbers import CONFIDENTIAL, HOSTILE, IDS, READY, RECUSED, ROUND, TWO_IN_ONE_VILLAGE
from tests.api.toy_workspace import SECRET, fifty_tickets

DRAWN = (READY, HOSTILE, RECUSED, CONFIDENTIAL, TWO_IN_ONE_VILLAGE)


def addresses() -> Iterator[str]:
    """Yield every address that can be read, with every ticket and a round filled in."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                yield from filled(route.path)
    yield "/openapi.json"


def filled(path: str) -> list[str]:
    """Return a path for each ticket; maps, which take long to draw, for a few."""
    wanted = DRAWN if path.startswith("/maps") else IDS.values()
    paths = [path.replace("{ticket_id}", id_) for id_ in wanted] if "{ticket_id}" in path else [path]
    pointed = (
        "?lon=115.65&lat=22.95&sigma_m=30" if path.startswith("/api") and path.endswith("/place") else ""
    )
    return [path.replace("{round_id}", ROUND) + pointed for path in paths]


def test_no_answer_holds_the_verbatim_text_the_address_the_caller_or_unknown_columns(
    reader: httpx.Client,
) -> None:
    assert all(SECRET in ticket.content + ticket.address for ticket in fifty_tickets())
    asked = list(addresses())
    assert len(asked) > 150
    leaks = []
    for address in asked:
        answer = reader.get(address, follow_redirects=True)
        assert answer.status_code in {200, 422}, address  # 422 asks for a query
        if SECRET in answer.text:
            leaks.append(address)
    assert not leaks


def test_guarded_tickets_are_on_no_round_and_no_map(reader: httpx.Client) -> None:
    rounds = reader.get("/api/v1/rounds").json()["rounds"]
    shown = [reader.get(f"/rounds/{walk['id']}").text for walk in rounds]
    shown += [reader.get(f"/api/v1/rounds/{walk['id']}/geojson").text for walk in rounds]
    shown += [
        reader.get(f"/maps/{document}/document").text
        for document in ("issues", "hotspots", f"rounds/{ROUND}", f"tickets/{RECUSED}")
    ]
    assert rounds
    for text in shown:
        assert not re.search(r"保密|LF202601004[01]", text)
        assert RECUSED not in text
        assert CONFIDENTIAL not in text


def test_the_dispatcher_still_sees_a_guarded_ticket_masked_and_without_a_map(reader: httpx.Client) -> None:
    page = reader.get(f"/tickets/{RECUSED}").text
    assert "来电反映第40件事" in page
    assert "回避" in page
    assert "<iframe" not in page


def test_json_leaves_out_the_callers_place_and_the_hotlines_own_coordinates(reader: httpx.Client) -> None:
    ticket = reader.get(f"/api/v1/tickets/{READY}").json()
    assert ticket["text"] == "水墘综合市场门口占道经营"
    assert not {"content", "address", "requester", "raw", "lon", "lat", "town_hint"} & ticket.keys()
