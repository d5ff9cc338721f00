"""A map's page: Folium's parts, our panel, and the texts as data that nothing can run.

The texts of citizens reach the page in two ways only: through the autoescaping templates, and as JSON in a
data block from which the page's script sets plain text.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from maps.assets import Assets, nonce_attribute, own_assets, refuse_foreign
from maps.layers import Drawn
from maps.tables import Bounds
from maps.words import MapWords

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Chinese stays readable in the file; the filter escapes < > & ' so that a text cannot end the data block
_TEMPLATES.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
_SCRIPTS = ("map.css", "labels.js", "map.js")


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a page is made of."""

    kind: str
    """``tickets``, ``round``, ``hotspots`` or ``topology``: the template and the script."""
    title: str
    words: MapWords
    drawn: Drawn
    bounds: Bounds
    data: Mapping[str, Any]
    """For the page's script; texts may be hostile."""
    subtitle: str = ""
    notice: str | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    """For the template."""


def write_page(page: Page, assets: Assets) -> str:
    """Return the HTML document of a map.

    Raises
    ------
    UnknownAssetError
        When the map asks for a script, style or picture from elsewhere.
    MissingAssetError
        When the scripts of the maps have not been installed.
    """
    files, head = own_assets(page.drawn.head)
    script = refuse_foreign(page.drawn.script)
    nonce = assets.nonce or ""
    if assets.prefix is None:
        # a file has no server to draw lots; what nobody can know before the file exists does as well
        seed = repr((page.drawn, page.data, page.title)).encode("utf-8", "replace")
        nonce = hashlib.sha256(seed).hexdigest()[:32]
    west, south, east, north = page.bounds
    data = {
        "words": asdict(page.words),
        "bounds": [[south, west], [north, east]],
        **page.data,
    }
    return _TEMPLATES.get_template(f"{page.kind}.html").render(
        page=page,
        words=page.words,
        say=_say,
        data=data,
        scripts=assets.tags([*files, *_SCRIPTS, f"{page.kind}.js"], nonce),
        head=_with_nonce(head, nonce),
        body=Markup(page.drawn.body),  # noqa: S704 - Folium's own elements, without any text of ours
        script=Markup(script),  # noqa: S704 - checked above; texts are not part of it
        nonce=nonce_attribute(nonce),
        policy=_policy(nonce) if assets.prefix is None else None,
        **page.shown,
    )


def _say(template: str, **values: object) -> str:
    return template.format(**values)


def _with_nonce(head: str, nonce: str) -> Markup:
    """Return Folium's own styles and scripts with the nonce, without its viewport, which forbids zooming."""
    kept = "".join(part for part in _elements(head) if part.startswith(("<style", "<script")))
    attribute = str(nonce_attribute(nonce))
    marked = kept.replace("<style>", f"<style{attribute}>").replace("<script>", f"<script{attribute}>")
    return Markup(marked)  # noqa: S704 - Folium's own elements, without any text of ours


def _elements(head: str) -> list[str]:
    """Split a head into its style and script elements and what stands between them."""
    parts, rest = [], head
    while (starts := [i for i in (rest.find("<style"), rest.find("<script")) if i >= 0]) and rest:
        start = min(starts)
        closing = "</style>" if rest.startswith("<style", start) else "</script>"
        end = rest.index(closing, start) + len(closing)
        parts += [rest[:start], rest[start:end]]
        rest = rest[end:]
    return [*parts, rest]


def _policy(nonce: str) -> str:
    """Return the content security policy of a self-contained file: nothing is fetched, nothing is sent."""
    return (
        f"default-src 'none'; img-src data:; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'none'"
    )
