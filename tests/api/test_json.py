"""JSON for each resource: filtered, paged, as GeoJSON, and described."""

import re
from typing import Any

import httpx
import pytest
import shapely
from shapely.geometry import shape

from tests.api.numbers import READY, ROUND, TWO_IN_ONE_VILLAGE
from tests.toy_county import CODES, shape_of


def test_tickets_come_in_pages_newest_first(reader: httpx.Client) -> None:
    pages = [reader.get("/api/v1/tickets", params={"size": 20, "page": page}).json() for page in (1, 2, 3, 4)]
    assert [len(page["tickets"]) for page in pages] == [20, 20, 10, 0]
    assert {page["total"] for page in pages} == {50}
    assert {page["pages"] for page in pages} == {3}
    received = [ticket["received_at"] for page in pages for ticket in page["tickets"]]
    assert received == sorted(received, reverse=True)


@pytest.mark.parametrize(
    ("asked", "n"),
    [
        ({"status": "LOCATING"}, 15),
        ({"category": "城乡建设"}, 39),
        ({"category": "城乡建设/占道经营"}, 9),
        ({"town_code": "441581103"}, 5),
        ({"unit_code": CODES["A"]}, 9),
        ({"geocode_status": "ambiguous"}, 8),
        ({"number": "LF2026010043"}, 1),
        ({"status": "LOCATING", "geocode_status": "no_place"}, 1),
    ],
)
def test_tickets_can_be_filtered(reader: httpx.Client, asked: dict[str, str], n: int) -> None:
    assert reader.get("/api/v1/tickets", params=asked).json()["total"] == n


def test_a_ticket_says_what_was_considered_and_why(reader: httpx.Client) -> None:
    ticket = reader.get(f"/api/v1/tickets/{TWO_IN_ONE_VILLAGE}").json()
    assert [place["label"] for place in ticket["candidates"]] == ["竹林市场", "竹林新市场", "竹林村"]
    reason = ticket["candidates"][0]["because"][0]
    assert reason["rule"] == "L4"
    assert reason["values"] == {"name": "竹林市场", "reach_m": 50}
    assert re.search(r"地图.*竹林市场|竹林市场.*地图", reason["text"])


def test_a_tickets_events_are_its_log(reader: httpx.Client) -> None:
    events = reader.get(f"/api/v1/tickets/{READY}/events").json()
    assert [event["by"] for event in events] == ["import", "plan"]
    assert reader.get("/api/v1/tickets/0123/events").status_code == 404


def test_rounds_are_listed_and_told_stop_by_stop(reader: httpx.Client) -> None:
    listed = reader.get("/api/v1/rounds").json()
    one = next(walk for walk in listed["rounds"] if walk["id"] == ROUND)
    told = reader.get(f"/api/v1/rounds/{ROUND}").json()
    assert len(told["stops"]) == one["stops"] == 6
    assert len(told["legs"]) == 7
    assert told["walk_m"] == pytest.approx(sum(leg["metres"] for leg in told["legs"]))
    assert told["leaves"] < told["stops"][0]["eta"] < told["stops"][0]["departs"] < told["returns"]


def test_a_round_is_geojson_whose_legs_join_its_stops(reader: httpx.Client) -> None:
    answer = reader.get(f"/api/v1/rounds/{ROUND}/geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds == ["office"] + ["stop"] * 6 + ["leg"] * 7
    office, *points = [shape(feature["geometry"]) for feature in features[:7]]
    legs = [shape(feature["geometry"]) for feature in features[7:]]
    for leg, start, end in zip(legs, [office, *points], [*points, office], strict=True):
        assert shapely.Point(leg.coords[0]).distance(start) < 1e-6
        assert shapely.Point(leg.coords[-1]).distance(end) < 1e-6


def test_areas_are_geojson_by_division_code(reader: httpx.Client) -> None:
    areas = reader.get("/api/v1/areas").json()
    by_code: dict[str, dict[str, Any]] = {feature["id"]: feature for feature in areas["features"]}
    assert set(by_code) == set(CODES.values())
    drawn = by_code[CODES["D"]]
    assert shape(drawn["geometry"]).symmetric_difference(shape_of("D")).area == pytest.approx(0, abs=1e-9)
    assert drawn["properties"]["name"] == "上海村"
    assert drawn["properties"]["derived"] is False
    towns = reader.get("/api/v1/areas", params={"level": "town", "geometry": False}).json()
    assert [feature["geometry"] for feature in towns["features"]] == [None] * 4


def test_hotspots_name_their_odds_and_their_tickets(reader: httpx.Client) -> None:
    found = reader.get("/api/v1/hotspots").json()
    market = next(place for place in found["places"] if place["significant"])
    assert market["name"] == "水墘综合市场"
    assert market["p"] < 0.05
    assert len(market["ticket_ids"]) == market["cases"] == 9
    assert found["method"]
    assert {area["unit_code"] for area in found["areas"]} == set(CODES.values())


def test_the_description_is_complete(reader: httpx.Client) -> None:
    described = reader.get("/openapi.json").json()
    assert described["openapi"].startswith("3.")
    paths: dict[str, dict[str, dict[str, Any]]] = described["paths"]
    assert {"/healthz", "/api/v1/tickets", "/api/v1/review/{ticket_id}"} <= paths.keys()
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["tags"]
            for parameter in operation.get("parameters", []):
                assert parameter.get("description") or parameter["schema"].get("examples"), parameter


def test_health_says_whose_service_it_is(reader: httpx.Client) -> None:
    assert reader.get("/healthz").json() == {"status": "ok", "county": "玩具县", "simulated": True}
