"""The chain of events: each carries a digest of itself and of all before it; no change goes unseen."""

import json
from datetime import UTC
from hashlib import sha256

from geo_service.storage.rows import to_json
from geo_service.tickets.model import Event

FIRST = "0" * 64
"""Stands before the first event."""


def linked(before: str, event: Event) -> str:
    """Return the digest of an event that follows another's: 64 hexadecimal digits of SHA-256.

    Parameters
    ----------
    before
        The digest of the event before, `FIRST` for the first.
    """
    content = {
        "before": before,
        "ticket": event.ticket_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": event.by,
        "status": event.status.value,
        # through JSON, as the database gives it back: 1.0 stays 1.0, a day becomes its text
        "reason": json.loads(to_json(event.reason.as_json())),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
