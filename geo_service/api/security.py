"""What the browser is told to forbid, and which writes are refused because another site sent them.

The policy names no foreign host, so a page that asked for one would fail in the browser as well. Scripts run
only from our own files or with the nonce of this answer; `'unsafe-inline'` appears nowhere. Leaflet moves its
panes by setting properties of `element.style`, which a policy does not forbid, so the pages need no exception
for styles.
"""

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_service.errors import ForeignOriginError

READS = frozenset({"GET", "HEAD", "OPTIONS"})


def page_policy(nonce: str) -> str:
    """Return the content security policy of a page whose inline scripts and styles carry `nonce`."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class SecurityHeaders:
    """ASGI middleware: a fresh nonce in, `Content-Security-Policy` and its companions out, every time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add what is missing to the headers of the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", page_policy(nonce))
                # a ticket's text, though masked, has no place in a browser's cache
                headers.setdefault("Cache-Control", "no-store")
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["X-Frame-Options"] = "SAMEORIGIN"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        await self.app(scope, receive, send_with_headers)


def known_host(request: Request) -> None:
    """Refuse a request under a name that is not ours: somebody else's name may point at this machine.

    A page that rebinds its own name to 127.0.0.1 would be of one origin with us and read every ticket. An
    address belongs to nobody else, so addresses pass, and so do the names the application was made with.

    Raises
    ------
    ForeignOriginError
        If the host named is neither an address nor one of our names.
    """
    host = request.url.hostname or ""
    if host in request.app.state.host_names:
        return
    try:
        ip_address(host)
    except ValueError as error:
        raise ForeignOriginError(
            "This service does not answer to the name {host}; open it by its address, such as 127.0.0.1",
            host=host,
        ) from error


def same_origin(request: Request) -> None:
    """Refuse a write that a page of another site sent with our user's browser.

    A browser puts `Origin` (and, the newer ones, `Sec-Fetch-Site`) on every POST; a program that is no
    browser sends neither and carries nobody's session, so it passes.

    Raises
    ------
    ForeignOriginError
        If either header names another site.
    """
    if request.method in READS:
        return
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site not in {"same-origin", "none"} or (origin and urlsplit(origin).netloc != request.headers["host"]):
        raise ForeignOriginError(
            "This form was sent from another site ({origin}); open the page of this service and send it from "
            "there",
            origin=origin or site,
        )
