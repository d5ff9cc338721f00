"""Citizens write our texts: in every column of every map, in a real browser, none of them runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.maps import sample

pytestmark = pytest.mark.browser

HOSTILE = (
    '<img src=x onerror="window.ran=1">',
    "${window.ran=1}",
    "`;window.ran=1;`",
    "</script><script>window.ran=1</script>",
    '{{constructor.constructor("window.ran=1")()}}{% raw %}',
    "\" onmouseover=window.ran=1 x='><svg onload=window.ran=1>",
    "&lt;img src=x onerror=window.ran=1&gt;&#x3c;svg/onload=window.ran=1&#x3e;",
    "\\u003cimg src=x onerror=window.ran=1\\u003e",
    "\u2028\u2029window.ran=1//\\",
    "<!--<script>",
)
DRAW: dict[str, Callable[[sample.Write], str]] = {
    "tickets": lambda write: sample.ticket_page(12, write),
    "round": sample.round_page,
    "hotspots": sample.hotspot_page,
}
TOUCH = {"tickets": ".item", "round": ".seq", "hotspots": ".row"}


# together, in both orders: a text that broke the page would keep the others from being shown as written
@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
@pytest.mark.parametrize("kind", DRAW)
def test_no_text_of_any_column_runs(kind: str, order: int, page: Page, tmp_path: Path) -> None:
    hostile = " ".join(HOSTILE[::order])
    path = tmp_path / "map.html"
    path.write_text(DRAW[kind](lambda text: hostile + text), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    scripts = page.locator("script").count()
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    popups = page.evaluate(
        """(rows) => Array.from(document.querySelectorAll(rows)).slice(0, 8).map((row) => {
             row.click();
             return document.querySelector(".leaflet-popup-content, .list .detail").textContent;
           })""",
        TOUCH[kind],
    )
    page.locator(".leaflet-control-layers").hover()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, embed, [onerror], [onload], [onmouseover]").count() == 0
    assert page.locator("script").count() == scripts
    assert all(hostile in text for text in popups)
    assert hostile in (page.locator("h1").text_content() or "")
    assert page.title().startswith(hostile.split("\u2028", maxsplit=1)[0])
