"""Every page: whole, in its language, with what its context declares and nothing else."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from geo_service.api import pages
from geo_service.api.rendering import WEB
from tests.api.numbers import HOSTILE, NO_PLACE, READY, ROUND

PAGES = (
    *("/", "/tickets", f"/tickets/{READY}", "/review", "/rounds", f"/rounds/{ROUND}", "/hotspots"),
    *("/maps/issues", "/maps/rounds", "/maps/hotspots", "/geocode", "/nothing-here"),
)


class Reader(HTMLParser):
    """Gathers what a person reads, and how headings and fields are marked."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.fields: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        known = dict(attrs)
        if tag not in {"meta", "link", "input", "br", "img"}:
            self.inside.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if known.get("id"):
            self.ids.append(known["id"] or "")
        if tag in {"input", "select", "textarea"} and known.get("type") != "hidden":
            self.fields.append({**known, "in_label": "yes" if "label" in self.inside else None})
        if tag == "label" and known.get("for"):
            self.labelled.add(known["for"] or "")
        self.said += [known[name] or "" for name in ("title", "aria-label", "placeholder") if known.get(name)]

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note what is read, except scripts, codes and addresses."""
        if not {"script", "style", "code", "pre"} & set(self.inside):
            self.said.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_says_no_english_sentence(reader: httpx.Client, path: str) -> None:
    text = reader.get(path).text
    assert '<html lang="zh-CN">' in text
    english = [said.strip() for said in read(text).said if re.search(r"[a-z]{2,} [a-z]{2,}", said)]
    # names of people, methods and commands stay as they are
    assert not [said for said in english if not re.search(r"geo-service|Benjamini|Kulldorff", said)]


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_says_chinese_only_for_names(reader: httpx.Client, path: str) -> None:
    text = reader.get(path, params={"lang": "en"}).text
    assert '<html lang="en">' in text
    chinese = [said for said in read(text).said if re.search(r"[\u4e00-\u9fff].*[，。；：？]", said)]
    assert not chinese


@pytest.mark.parametrize("path", [*PAGES, f"/review?ticket={NO_PLACE}", "/api"])
def test_a_page_has_one_title_steady_headings_and_a_label_for_every_field(
    reader: httpx.Client, path: str
) -> None:
    text = reader.get(path).text
    found = read(text)
    assert len(re.findall(r"<title>\s*\S+", text)) == 1
    assert found.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(found.headings, found.headings[1:], strict=False))
    assert len(found.ids) == len(set(found.ids))
    bare = [
        field
        for field in found.fields
        if not field["in_label"] and field.get("id") not in found.labelled and not field.get("aria-label")
    ]
    assert not bare


def test_hostile_text_reaches_a_page_as_text_only(reader: httpx.Client) -> None:
    for path in (f"/tickets/{HOSTILE}", "/tickets?page=2", "/rounds/20260112-AM-441581001214"):
        text = reader.get(path).text
        assert "&lt;img src=x" in text
        assert "<img src=x" not in text
        assert "<script>window" not in text


def test_an_empty_filter_field_does_not_matter_and_a_late_page_shows_the_last_one(
    reader: httpx.Client,
) -> None:
    text = reader.get("/tickets", params={"status": "", "number": "", "page": 99}).text
    assert "共 50 件，第 2/2 页" in text


def test_the_ticket_list_keeps_its_filters_on_the_next_page(reader: httpx.Client) -> None:
    text = reader.get("/tickets", params={"category": "城乡建设"}).text
    assert re.search(r'rel="next" href="/tickets\?category=[^"]*&amp;page=2"', text)
    assert reader.get("/tickets", params={"number": "LF2026010043"}).text.count("<tr>") == 2


def test_a_text_can_be_tried_and_is_not_kept(reader: httpx.Client) -> None:
    before = reader.get("/api/v1/tickets").json()["total"]
    answer = reader.post("/geocode", data={"text": "新华路与人民路路口积水"})
    assert "新华路与人民路路口" in answer.text
    assert "足够确定，无需人工" in answer.text
    unsure = reader.post("/geocode", data={"text": "竹林村路灯不亮"}).text
    assert "需由人确认" in unsure
    assert "竹林村 · 湖东镇" in unsure
    assert reader.get("/api/v1/tickets").json()["total"] == before


def test_the_language_asked_for_is_remembered(reader: httpx.Client) -> None:
    with httpx.Client(base_url=reader.base_url) as browser:
        assert "What to do today" in browser.get("/?lang=en").text
        assert "Review queue" in browser.get("/review").text
        assert "待定位队列" in browser.get("/review?lang=zh_CN").text


def contexts() -> Iterator[tuple[str, type]]:
    """Yield every dataclass that a page module declares."""
    for module in pkgutil.iter_modules(pages.__path__):
        for name, kind in vars(importlib.import_module(f"geo_service.api.pages.{module.name}")).items():
            is_ours = getattr(kind, "__module__", "").endswith(f".{module.name}")
            if dataclasses.is_dataclass(kind) and is_ours and not name.startswith("_"):
                yield name, kind  # type: ignore[misc]  # a class, for nothing here is an instance


@pytest.mark.parametrize(("name", "kind"), list(contexts()))
def test_what_a_page_declares_is_shown(name: str, kind: type) -> None:
    templates = "".join(path.read_text(encoding="utf-8") for path in (WEB / "templates").rglob("*.html"))
    unused = [
        field.name for field in dataclasses.fields(kind) if not re.search(rf"\.{field.name}\b", templates)
    ]
    assert not unused
