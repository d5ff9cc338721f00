"""Pages: the one Jinja environment and the frame around every page.

Ticket text is hostile: autoescape is on for every template, and an undefined name is an error, so that what a
page shows is what its context declares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo_service.api.dependencies import language_of, services_of
from geo_service.api.speech import FILTERS, say
from geo_service.i18n import Language, translate

WEB = Path(__file__).resolve().parents[1] / "web"
YEAR_S = 365 * 24 * 3600
TAGS: Mapping[Language, str] = {Language.ZH_CN: "zh-CN", Language.EN: "en"}
OWN_NAMES: Mapping[Language, str] = {Language.ZH_CN: "中文", Language.EN: "English"}


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; `here` marks the page one is on."""

    href: str
    label: str
    hint: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page."""

    county: str
    simulated: bool
    language_tag: str
    other_language: str
    other_language_tag: str
    other_language_href: str
    navigation: tuple[Link, ...]


def make_environment() -> Environment:
    """Return the environment of the pages: escaping on, unknown names refused, words in its language."""
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals["_"] = say
    return environment


ENVIRONMENT = make_environment()


def navigation(path: str, language: Language) -> tuple[Link, ...]:
    """Return the main navigation, with the part marked that holds `path`."""
    parts = (
        ("/", translate("Home", language)),
        ("/tickets", translate("Ticket list", language)),
        ("/review", translate("To locate", language)),
        ("/dispatch", translate("To dispatch", language)),
        ("/rounds", translate("Rounds", language)),
        ("/hotspots", translate("Hotspots", language)),
        ("/maps", translate("Maps", language)),
    )
    return tuple(
        Link(
            "/maps/issues" if href == "/maps" else href,
            label,
            here=path == href or (href != "/" and path.startswith(f"{href}/")),
        )
        for href, label in parts
    )


def frame_of(request: Request, language: Language) -> Frame:
    """Return the frame of a page: the county, the warning of invented data, the way to the other language."""
    settings = services_of(request).settings
    other = Language.EN if language is Language.ZH_CN else Language.ZH_CN
    query = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return Frame(
        county=settings.name,
        simulated=settings.simulated,
        language_tag=TAGS[language],
        other_language=OWN_NAMES[other],
        other_language_tag=TAGS[other],
        other_language_href="?" + urlencode([*query, ("lang", other.value)]),
        navigation=navigation(request.url.path, language),
    )


def render(request: Request, template: str, page: object, *, status_code: int = 200) -> HTMLResponse:
    """Return the page a template makes of its context, in the language of the request."""
    language = language_of(request)
    html = ENVIRONMENT.get_template(template).render(
        page=page, language=language, frame=frame_of(request, language)
    )
    answer = HTMLResponse(html, status_code=status_code)
    answer.headers["Content-Language"] = TAGS[language]
    if request.query_params.get("lang") == language.value:
        answer.set_cookie("lang", language.value, max_age=YEAR_S, httponly=True, samesite="lax")
    return answer
