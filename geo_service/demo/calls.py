"""A call to the hotline as its clerk wrote it down, and what is true about it because we invented it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Expected(StrEnum):
    """What an honest reader can know of a call's place."""

    UNIT = "unit"
    """The village or community."""
    TOWN = "town"
    """The town only: a road through several villages, or no more was said."""
    UNCLEAR = "unclear"
    """Several places fit, or what was said contradicts itself."""
    NONE = "none"
    """No place was said."""
    OUTSIDE = "outside"
    """Not this county's."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The place of a call."""

    expected: Expected
    unit_code: str = ""
    town_code: str = ""
    spot: tuple[float, float] | None = None
    """Metres; None when the words name no single place."""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the hotline's table, before it has a number."""

    content: str
    category: str
    kind: str
    truth: Truth
    place: str = ""
    """The words of the place, for the title."""
    town: str = ""
    """所属镇街: what the clerk chose; empty when left open."""
    address: str = ""
    """事发地址."""
    point: tuple[float, float] | None = None
    """Coordinates as the hotline gives them, in its datum."""
    datum: str = ""
    urgency: str = "一般"
    channel: str = "电话"
    story: str = ""
    """Which planted story it belongs to; empty for an ordinary call."""
    at: datetime | None = None
    """When, for a planted call; an ordinary one is given its moment later."""
    received: str = ""
    """Written instead of the moment: an impossible date."""
    caller: str = ""
    """Who, when the same person calls twice; empty: somebody new."""
