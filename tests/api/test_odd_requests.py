"""Whatever is asked, the answer is one of those described; the service itself never fails."""

from itertools import product
from typing import Any

import httpx
import pytest

from tests.api.numbers import TWO_IN_ONE_VILLAGE

ODD = (
    *(
        "",
        "0",
        "-1",
        "1e309",
        "99999999999999999999",
        "null",
        "[]",
        "%",
        "_",
        "'",
        '"; drop table tickets --',
    ),
    *(
        "\x00",
        "a\x00b",
        "\n",
        "😀",
        "墘" * 40,
        "x" * 5000,
        "../../etc/passwd",
        "<script>",
        "${7*7}",
        "{name}",
    ),
)


def operations(reader: httpx.Client) -> list[tuple[str, str, dict[str, Any]]]:
    described = reader.get("/openapi.json").json()
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_odd_parameters_are_answered_as_described(reader: httpx.Client) -> None:
    for method, path, operation in operations(reader):
        if method != "get":
            continue
        for parameter, odd in product(operation.get("parameters", []), ODD):
            name = parameter["name"]
            if parameter["in"] == "path":
                if not odd or set(odd) & {"/", "%"}:
                    continue
                address, query = (
                    path.replace(f"{{{name}}}", odd.replace("\n", "%0A").replace("\x00", "%00")),
                    {},
                )
            else:
                address, query = path.replace("{ticket_id}", TWO_IN_ONE_VILLAGE), {name: odd}
            answer = reader.get(address.replace("{round_id}", "none"), params=query)
            assert answer.status_code in {200, 404, 422}, (address, query)
            assert answer.status_code == 200 or answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/tickets", "/review", "/maps/rounds", "/hotspots", "/rounds", "/"])
def test_odd_addresses_of_pages_are_answered_with_a_page(reader: httpx.Client, path: str) -> None:
    for name, odd in product(
        ("status", "page", "number", "category", "done", "ticket", "round", "lang"), ODD
    ):
        answer = reader.get(path, params={name: odd})
        assert answer.status_code in {200, 404, 422}, (path, name, odd)
        assert "<h1>" in answer.text


def test_odd_decisions_are_refused_and_change_nothing(decider: httpx.Client) -> None:
    for odd in ODD:
        body = {"unit_code": odd, "candidate": odd, "reason": odd}
        for path in ("", "/transfer"):
            asked = f"/api/v1/review/{TWO_IN_ONE_VILLAGE}{path}"
            wrong: dict[str, Any] = {**body, "more": odd}
            assert decider.post(asked, json=wrong).status_code == 422
            assert decider.post(asked, content=odd.encode()).status_code == 422
        form = {"place": odd, "unit": odd, "reason": odd}
        assert decider.post(f"/review/{TWO_IN_ONE_VILLAGE}", data=form).status_code == 422
    assert decider.get("/api/v1/review").json()["total"] == 15
