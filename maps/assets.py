"""Where a map's scripts and styles come from: the file itself or our own server, nowhere else.

Folium names its scripts by addresses on the internet. Each of them stands in a table here, with the file
that we serve instead, or None for what no map of ours uses. An address that is not in the table raises: a
new Folium cannot quietly send a county's browsers abroad.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Self

from markupsafe import Markup, escape

from maps.errors import MissingAssetError, UnknownAssetError

STATIC = Path(__file__).parent / "static"
"""The folder that a server serves for linked maps: our scripts and styles, and ``vendor/``."""

_NPM = "https://cdn.jsdelivr.net/npm"
_GITHUB = "https://cdn.jsdelivr.net/gh/python-visualization"
_CDNJS = "https://cdnjs.cloudflare.com/ajax/libs"
KNOWN: dict[str, str | None] = {
    f"{_NPM}/leaflet@1.9.3/dist/leaflet.js": "vendor/leaflet.js",
    f"{_NPM}/leaflet@1.9.3/dist/leaflet.css": "vendor/leaflet.css",
    f"{_CDNJS}/leaflet.markercluster/1.1.0/leaflet.markercluster.js": "vendor/leaflet.markercluster.js",
    f"{_CDNJS}/leaflet.markercluster/1.1.0/MarkerCluster.css": "vendor/MarkerCluster.css",
    # our own style draws the clusters, and no layer of ours needs any of the rest
    f"{_CDNJS}/leaflet.markercluster/1.1.0/MarkerCluster.Default.css": None,
    "https://code.jquery.com/jquery-3.7.1.min.js": None,
    f"{_NPM}/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": None,
    f"{_NPM}/bootstrap@5.2.2/dist/css/bootstrap.min.css": None,
    f"{_CDNJS}/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js": None,
    f"{_CDNJS}/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css": None,
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css": None,
    f"{_NPM}/@fortawesome/fontawesome-free@6.2.0/css/all.min.css": None,
    f"{_GITHUB}/folium/folium/templates/leaflet.awesome.rotate.min.css": None,
}

_TAG = re.compile(r"<(script|link|style|img|iframe|meta|base|object|embed)\b([^>]*)>", re.IGNORECASE)
_ADDRESS = re.compile(r"""\b(?:src|href|data)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_FOREIGN = re.compile(r"(?:https?:)?//[\w.-]+\.\w", re.IGNORECASE)
_CSS_URL = re.compile(r"""url\(\s*(?!["']?(?:data:|#))[^)]*\)""", re.IGNORECASE)
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Assets:
    """How the scripts and styles reach the page: `Assets.inline()` or `Assets.linked(…)`."""

    prefix: str | None
    """Address of the folder `STATIC` on our server, or None when everything stands inside the file."""
    nonce: str | None = None
    """Nonce of the answer's content security policy; put on every script and style."""

    @classmethod
    def inline(cls) -> Self:
        """One self-contained file that opens without network, server or neighbours."""
        return cls(None)

    @classmethod
    def linked(cls, prefix: str = "/static/maps", nonce: str | None = None) -> Self:
        """Scripts and styles from our own server, fit for a strict content security policy."""
        return cls(prefix.rstrip("/"), nonce)

    def tags(self, files: Iterable[str], nonce: str) -> Markup:
        """Return the elements that bring scripts and styles of `STATIC` into a page, in the given order.

        Parameters
        ----------
        files
            Paths below `STATIC`, ending in ``.js`` or ``.css``.
        nonce
            Put on every element; empty for none.

        Raises
        ------
        MissingAssetError
            When a file is not there.
        """
        return Markup("\n").join(self._tag(file, nonce_attribute(nonce)) for file in files)

    def _tag(self, file: str, nonce: Markup) -> Markup:
        if self.prefix is not None:
            address = f"{self.prefix}/{file}"
            if file.endswith(".js"):
                return Markup('<script src="{}"{}></script>').format(address, nonce)
            return Markup('<link rel="stylesheet" href="{}"{}>').format(address, nonce)
        text = Markup(read_asset(file))  # noqa: S704 - our own files, made safe to stand in a page
        if file.endswith(".js"):
            return Markup("<script{}>{}</script>").format(nonce, text)
        return Markup("<style{}>{}</style>").format(nonce, text)


def nonce_attribute(nonce: str) -> Markup:
    """Return the attribute with a leading space, or nothing without a nonce."""
    return Markup(' nonce="{}"').format(nonce) if nonce else Markup("")


@lru_cache(maxsize=32)
def read_asset(file: str) -> str:
    """Return a script or style as it can stand inside a page.

    Pictures of a style are left out (ours draws its own), so are the addresses of source maps.

    Raises
    ------
    MissingAssetError
        When the file is not there.
    """
    try:
        text = (STATIC / file).read_text(encoding="utf-8")
    except OSError as error:
        raise MissingAssetError(
            "the map script {file} is missing: run `make assets` (it fetches Leaflet from npm)", file=file
        ) from error
    if file.endswith(".css"):
        return _CSS_URL.sub("none", text).replace("</", "<\\/")
    return _SOURCE_MAP.sub("", text).replace("</script", "<\\/script").replace("<!--", "<\\!--")


def own_assets(head: str) -> tuple[list[str], str]:
    """Sort what Folium writes into a page's head: which of our files it needs, and what is left.

    Parameters
    ----------
    head
        HTML with elements that load scripts and styles.

    Returns
    -------
    tuple[list[str], str]
        Paths below `STATIC` in the order of loading, and the HTML without these elements.

    Raises
    ------
    UnknownAssetError
        When an element asks for an address that is not in the table `KNOWN`.
    """
    files: list[str] = []
    for tag, attributes in _TAG.findall(head):
        address = _ADDRESS.search(attributes)
        if not address or tag.lower() == "meta":
            continue
        url = unescape(address.group(1))
        if url not in KNOWN:
            raise UnknownAssetError(
                "the map asks for {url}, which this service does not serve: add it to maps/assets.py", url=url
            )
        file = KNOWN[url]
        if file and file not in files:
            files.append(file)
    rest = re.sub(r"<link\b[^>]*>|<script\b[^>]*\bsrc\s*=[^>]*>\s*</script>", "", head, flags=re.IGNORECASE)
    return files, refuse_foreign(rest)


def refuse_foreign(text: str) -> str:
    """Return the text of a script or style unchanged when it names no address on another machine.

    Raises
    ------
    UnknownAssetError
        When it does: a tile server, an imported style, a picture.
    """
    found = _FOREIGN.search(text)
    if found:
        raise UnknownAssetError(
            "the map asks for {url}, which this service does not serve: add it to maps/assets.py",
            url=str(escape(text[found.start() : found.start() + 80])),
        )
    return text
