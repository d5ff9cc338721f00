"""Real messages in which no place of a county can occur: how often somebody is sent all the same, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from boundaries import Geocoder
from tests.benchmarks.complaints import complaints
from tests.benchmarks.damaged_names import NamedText
from tests.benchmarks.nation_villages import RealCounty
from tests.benchmarks.proportions import Proportion

_AROUND = 24


@dataclass(frozen=True)
class Negatives:
    """What happened to the messages."""

    dispatched: Proportion
    causes: tuple[str, ...]
    """Per message that was dispatched: the words taken for a place, where they stand, the rules."""


def negatives(geocoder: Geocoder, step: int = 1) -> Negatives:
    """Ask one county about every so many-th message."""
    return _asked([(geocoder, text) for text in complaints()[::step]])


def negatives_everywhere(counties: Sequence[RealCounty], step: int = 1) -> Negatives:
    """Ask about each message in one county after the other.

    Some messages name a real village or community that was not pseudonymised; a county that has one of that
    name is misled by it, as it would be by a ticket that reached the wrong county.
    """
    texts = complaints()[::step]
    return _asked([(counties[place % len(counties)].geocoder, text) for place, text in enumerate(texts)])


def as_texts(counties: Sequence[RealCounty], step: int, *, testing: bool) -> list[NamedText]:
    """Return every second message as a text that allows no village, each put to one of some counties.

    A threshold must hold against them too: a confidence that suits short addresses may fire on any message.
    """
    texts = complaints()[int(testing) :: 2][::step] if counties else ()
    return [
        NamedText("message", counties[place % len(counties)], text, "", "", "", is_knowable=False)
        for place, text in enumerate(texts)
    ]


def _asked(pairs: Sequence[tuple[Geocoder, str]]) -> Negatives:
    causes = []
    for geocoder, text in pairs:
        result = geocoder.geocode(text)
        best = result.best
        if not result.is_sure or best is None:
            continue
        place = max(0, text.find(best.label))
        around = text[max(0, place - _AROUND) : place + len(best.label) + _AROUND]
        rules = " ".join(reason.rule for reason in best.because)
        causes.append(f"{best.label} → {best.town_name}{best.unit_name} ({rules}): …{around}…")
    return Negatives(Proportion(len(causes), len(pairs)), tuple(causes))
