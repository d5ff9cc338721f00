"""A real Chromium for the tests that look at pages: nothing leaves the machine, no complaint stays unheard.

`page` is a fresh tab. A request to anywhere but this machine, a script error, a refused script or style, a
dialog or any other error on the console fails the test when it ends. A test that provokes an error on purpose
(a form that is refused with 422) looks for it in `complaints` and removes it from there.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Route,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none")
OURS = frozenset({"127.0.0.1", "localhost"})


def chromium_path() -> str:
    """Return where Chromium is; skip the test when it is nowhere, except in CI, where it must be."""
    places = [Path("/usr/bin/chromium"), *(Path(found) for name in NAMES if (found := shutil.which(name)))]
    for place in places:
        if place.exists():
            return str(place)
    if os.getenv("CI"):
        pytest.fail("Chromium is missing: .ci/run installs it")
    pytest.skip("Chromium is not installed: apt-get install chromium")


# one browser per module, not per session: Playwright's event loop would stand in the way of other tests' own
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a running Chromium."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Return what went wrong in the tab so far; what is still here at the end fails the test."""
    return []


@pytest.fixture
def context(chromium: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """Return a fresh profile of a Chinese user, cut off from every other machine."""
    # less motion: a link that still glides when a slow machine's mouse comes up is a link not clicked
    context = chromium.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 800},
        reduced_motion="reduce",
    )

    def stay_at_home(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in OURS:
            complaints.append(f"asked for {route.request.url}")
            route.abort()
        else:
            route.continue_()

    context.route("**/*", stay_at_home)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """Return a fresh tab whose complaints fail the test."""

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def close(dialog: Dialog) -> None:
        complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", hear)
    page.on("dialog", close)
    yield page
    assert not complaints
