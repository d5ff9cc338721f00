"""Whose ground a place is, over HTTP: today and on an old day, while the areas are drawn anew."""

from datetime import date
from pathlib import Path

import httpx

from boundaries import AreasHistory
from geo_service.services import Services
from tests.toy_county import CODES, place_in, shape_of
from tests.workflow.test_redrawing import IN_THE_NORTH, NORTH_OF_B, draw

AT = {"lon": IN_THE_NORTH.lon, "lat": IN_THE_NORTH.lat}


def village(client: httpx.Client, *, on: str | None = None) -> str | None:
    answer = client.get("/api/v1/areas/at", params=AT if on is None else {**AT, "on": on})
    assert answer.status_code == 200, answer.text
    found = answer.json()["village"]
    return found["code"] if found else None


def new_drawing(folder: Path) -> Path:
    """Return a drawing in which A gets the north of B."""
    shapes = {"A": shape_of("A").union(NORTH_OF_B), "B": shape_of("B").difference(NORTH_OF_B)}
    return draw(folder / "new.geojson", **shapes)


def test_a_running_server_sees_a_new_drawing_and_old_days_keep_the_old_one(
    own: Services, decider: httpx.Client, tmp_path: Path
) -> None:
    assert village(decider) == CODES["B"]
    elsewhere = Services.open(own.workspace)  # the command line, another process in real life
    elsewhere.apply_drawing(elsewhere.read_drawing(new_drawing(tmp_path), since=date(2026, 1, 12)))
    assert village(decider) == CODES["A"]
    assert village(decider, on="2026-01-11") == CODES["B"]
    drawn = decider.get("/api/v1/areas", params={"geometry": False}).json()["features"]
    assert len(drawn) == 12


def test_a_drawing_that_cannot_be_read_leaves_the_old_one_in_force(
    own: Services, decider: httpx.Client
) -> None:
    assert village(decider) == CODES["B"]
    whole = own.workspace.areas.read_bytes()
    own.workspace.areas.write_bytes(b"half a file")
    assert village(decider) == village(decider) == CODES["B"]
    own.workspace.areas.write_bytes(whole)
    assert village(decider) == CODES["B"]


def test_services_are_the_same_until_a_file_changes(own: Services) -> None:
    assert own.current() is own
    own.database.migrate()
    assert own.areas.get(CODES["B"]) is not None
    assert own.current() is own
    AreasHistory.load(own.workspace.areas).save(own.workspace.areas)
    fresh = own.current()
    assert fresh is not own
    assert fresh.current() is own.current() is fresh
    assert fresh.database is own.database


def test_words_are_read_with_the_names_of_the_day(reader: httpx.Client) -> None:
    asked = {"text": "东海街道炎龙村路灯不亮", "lang": "en"}
    answer = reader.get("/api/v1/areas/named", params=asked).json()
    assert answer["village"] == {"code": CODES["B"], "name": "炎龙村"}
    assert answer["because"][0]["text"].startswith("on 2026-01-12 it is the ground of 炎龙村")
    unsure = reader.get("/api/v1/areas/named", params={"text": "竹林村路灯不亮"}).json()
    assert unsure["village"] is None
    assert any("竹林村" in reason["text"] for reason in unsure["because"])


def test_a_coordinate_in_another_datum_or_with_its_axes_exchanged(reader: httpx.Client) -> None:
    swapped = reader.get("/api/v1/areas/at", params={"lon": 22.9, "lat": 115.6})
    assert swapped.status_code == 422
    assert "经度在前" in swapped.json()["error"]["message"]
    outside = place_in("L", north_m=-3000)
    answer = reader.get(
        "/api/v1/areas/at", params={"lon": outside.lon, "lat": outside.lat, "lang": "en"}
    ).json()
    assert answer["village"] is None
    assert answer["because"][0]["text"] == "on 2026-01-12 it lies in no town or village of this county"
