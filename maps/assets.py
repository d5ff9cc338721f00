"""Where a map's scripts and styles come from: the file itself or our own server, nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

STATIC = Path(__file__).parent / "static"
"""The folder that a server serves for linked maps: ``map.js``, ``map.css`` and ``vendor/``."""


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
