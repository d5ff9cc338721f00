"""What the browser is told to forbid, and who may not ask."""

import re

import httpx
import pytest

from tests.api.numbers import READY, ROUND


@pytest.mark.parametrize(
    "path", ["/", "/maps/issues/document", "/api/v1/rounds", "/nothing", "/static/web/style.css"]
)
def test_every_answer_carries_the_policy_and_its_companions(reader: httpx.Client, path: str) -> None:
    headers = reader.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("document", ["issues", "hotspots", f"rounds/{ROUND}", f"tickets/{READY}"])
def test_the_scripts_of_a_map_carry_the_nonce_of_their_own_answer(
    reader: httpx.Client, document: str
) -> None:
    first, second = (reader.get(f"/maps/{document}/document") for _ in range(2))
    nonces = []
    for answer in (first, second):
        named = re.search(r"'nonce-([^']+)'", answer.headers["content-security-policy"])
        assert named
        carried = re.findall(r'<(?:script|style)\b[^>]*\bnonce="([^"]+)"', answer.text)
        assert carried
        assert set(carried) == {named.group(1)}
        nonces.append(named.group(1))
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_form_sent_from_another_site_is_refused(reader: httpx.Client, headers: dict[str, str]) -> None:
    for path in (f"/tickets/{READY}/handling", f"/api/v1/tickets/{READY}/handling"):
        assert reader.post(path, headers=headers).status_code == 403


def test_a_name_that_is_not_ours_is_refused_and_an_address_is_not(reader: httpx.Client) -> None:
    port = reader.base_url.port
    assert reader.get("/tickets", headers={"Host": f"evil.example:{port}"}).status_code == 403
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", "10.1.2.3"):
        assert reader.get("/tickets", headers={"Host": host}).status_code == 200


def test_pages_are_never_stored_and_files_are_asked_about(reader: httpx.Client) -> None:
    assert reader.get(f"/tickets/{READY}").headers["cache-control"] == "no-store"
    assert reader.get("/maps/issues/document").headers["cache-control"] == "no-store"
    assert reader.get("/api/v1/tickets").headers["cache-control"] == "no-store"
    file = reader.get("/static/web/style.css")
    assert file.headers["cache-control"] == "no-cache"
    again = reader.get("/static/web/style.css", headers={"If-None-Match": file.headers["etag"]})
    assert again.status_code == 304


def test_no_path_leads_out_of_the_static_files(reader: httpx.Client) -> None:
    for path in ("/static/web/../locales/zh_CN/web.po", "/static/web/%2e%2e/%2e%2e/services.py"):
        assert reader.get(path).status_code == 404
