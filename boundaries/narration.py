"""How a text was read, mention by mention: what each may be, what it is to the matter, whether it won.

Built from the same reading that the geocoder judges by; it decides nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from boundaries.addresses import Address, Phrase, Relation, Role, read_address
from boundaries.gazetteer import Gazetteer
from boundaries.geocoder import Geocoder
from boundaries.mentions import Mention
from boundaries.named_places import NamedPlace, NameHit, NameKind
from boundaries.places import GeocodeResult
from boundaries.reasons import Reason

_PRIVATE = re.compile(r"\d(?:[ -]?\d){6,}[XxＸｘ]?")
_MOST_CHARACTERS, _MOST_NAMED, _MOST_DROPPED = 20_000, 6, 12
_ELSEWHERE = {
    Role.CALLER: "{name} is where the caller lives or works",
    Role.ORIGIN: "something only came from {name}, or by way of it",
    Role.COMPARED: "{name} is only what it is compared with",
    Role.EXCLUDED: "the text says that it is not in {name}",
}
_NOT_IN = frozenset({Relation.NEAR, Relation.TOWARDS})


class Outcome(StrEnum):
    """What became of a mention."""

    CHOSEN = "chosen"  # it names the unit of the best candidate
    CONSIDERED = "considered"  # it names the unit of another candidate, or says where to look
    DROPPED = "dropped"  # read, and set aside by a rule


@dataclass(frozen=True, slots=True)
class MentionStory:
    """One name that the text has."""

    start: int
    """Where it begins in the text as it was written."""
    end: int
    words: str
    """As it was written."""
    kind: NameKind
    role: Role | None
    """What it is to the matter; None for a name that is not meant as a place."""
    relation: Relation | None
    count: int
    """How many places of the lists bear the name; 0 when the text states one that no list knows."""
    names: tuple[str, ...]
    """Some of them, with their towns."""
    outcome: Outcome
    because: Reason
    """Why it was chosen or set aside, by rule."""


@dataclass(frozen=True, slots=True)
class Narration:
    """A text as it was read."""

    text: str
    """As it was written, but for the digits of telephone and identity numbers, which are ``*``."""
    mentions: tuple[MentionStory, ...]
    """In the order of the text; none overlapping."""
    result: GeocodeResult
    """The same as `Geocoder.geocode` gives, with the text as it came."""


def without_private_numbers(text: str) -> str:
    """Return a text of the same length in which telephone, bank and identity numbers are stars.

    >>> without_private_numbers("炎龙村12号，电话138 0000 1234")
    '炎龙村12号，电话*************'
    """
    return _PRIVATE.sub(lambda found: "*" * len(found[0]), text)


def narrate(text: str, geocoder: Geocoder, gazetteer: Gazetteer) -> Narration:
    """Tell how a text is read.

    Parameters
    ----------
    text
        As it came; of more than 20,000 characters the first so many are told.
    geocoder, gazetteer
        Of one county: what judges, and the names that it reads with.
    """
    shown = text[:_MOST_CHARACTERS]
    result = geocoder.geocode(text)
    address = read_address(shown, gazetteer)
    towns = {town.code: town.name for town in gazetteer.towns().values()}
    told = [
        _told(address, phrase, mention, result, towns)
        for phrase in address.phrases
        for mention in phrase.mentions
    ]
    told += _set_aside(address, towns)
    free: list[MentionStory] = []
    for story in sorted(told, key=lambda one: one.start):
        if not free or story.start >= free[-1].end:
            free.append(story)
    return Narration(without_private_numbers(shown), tuple(free), result)


def _told(
    address: Address, phrase: Phrase, mention: Mention, result: GeocodeResult, towns: dict[str, str]
) -> MentionStory:
    start = address.folded.offsets[mention.start]
    end = address.folded.offsets[mention.end - 1] + 1
    words = without_private_numbers(address.words(mention))
    outcome, because = _outcome(phrase, mention, result, words)
    places = mention.places
    return MentionStory(
        start,
        end,
        words,
        mention.kind,
        phrase.role,
        phrase.relation,
        len(places),
        _named(places, towns),
        outcome,
        because,
    )


def _outcome(phrase: Phrase, mention: Mention, result: GeocodeResult, words: str) -> tuple[Outcome, Reason]:
    """Return what became of a mention, and the rule in the reader's words."""
    values: dict[str, object] = {"name": words}
    if phrase.role in _ELSEWHERE:
        return Outcome.DROPPED, Reason("L10", _ELSEWHERE[phrase.role], values)
    if mention.kind is NameKind.HOME:
        return Outcome.DROPPED, Reason("L9", "everybody here says {name}: it tells nothing", values)
    if mention.kind is NameKind.OUTSIDE:
        return Outcome.CONSIDERED, Reason("L14", "{name} is in another county", values)
    if mention.kind is NameKind.UNIT:
        return _of_unit(phrase, {place.code for place in mention.places}, result, values)
    return _of_clue(mention, result, values)


def _of_clue(mention: Mention, result: GeocodeResult, values: dict[str, object]) -> tuple[Outcome, Reason]:
    """Return what a town, a road or a landmark was good for."""
    best = result.best
    if mention.kind is NameKind.TOWN:
        if best is not None and best.town_code in {place.code for place in mention.places}:
            return Outcome.CHOSEN, Reason("L3", "{name} is the town of the chosen place", values)
        return Outcome.CONSIDERED, Reason("L3", "{name} says in which town to look", values)
    if best is not None and best.point is not None and str(values["name"]) in best.label:
        return Outcome.CHOSEN, Reason("L4", "{name} on the map gives the chosen place its point", values)
    return Outcome.CONSIDERED, Reason("L4", "{name} on the map says where to look", values)


def _of_unit(
    phrase: Phrase, codes: set[str], result: GeocodeResult, values: dict[str, object]
) -> tuple[Outcome, Reason]:
    best = result.best
    is_possible = any(candidate.unit_code in codes for candidate in result.candidates)
    if phrase.relation in _NOT_IN:
        reason = Reason("L8", "what is near {name}, or towards it, need not be in it", values)
        return Outcome.CONSIDERED if is_possible else Outcome.DROPPED, reason
    if best is not None and best.unit_code in codes:
        if len(codes) == 1:
            return Outcome.CHOSEN, Reason("L2", "one unit is called {name}: it is chosen", values)
        values = {**values, "count": len(codes), "unit": best.unit_name, "town": best.town_name}
        reason = Reason("L3", "{count} units are called {name}; {unit} of {town} is the likeliest", values)
        return Outcome.CHOSEN, reason
    if is_possible:
        return Outcome.CONSIDERED, Reason("L6", "{name} is possible, but another is likelier", values)
    if not codes:
        return Outcome.DROPPED, Reason("L7", "no unit of this county is called {name}", values)
    return Outcome.DROPPED, Reason("L6", "{name} does not fit what else the text says", values)


def _set_aside(address: Address, towns: dict[str, str]) -> Iterator[MentionStory]:
    """Yield names of villages and towns that stand in the text and are not meant as a place."""
    taken = [(mention.start, mention.end) for phrase in address.phrases for mention in phrase.mentions]
    shown = 0
    for hit in address.hits:
        free = all(hit.end <= start or end <= hit.start for start, end in taken)
        if not free or hit.places[0].kind not in {NameKind.UNIT, NameKind.TOWN}:
            continue
        taken.append((hit.start, hit.end))
        yield _aside(address, hit, towns)
        shown += 1
        if shown == _MOST_DROPPED:
            return


def _aside(address: Address, hit: NameHit, towns: dict[str, str]) -> MentionStory:
    words = without_private_numbers(address.folded.original_of(hit.start, hit.end))
    return MentionStory(
        address.folded.offsets[hit.start],
        address.folded.offsets[hit.end - 1] + 1,
        words,
        hit.places[0].kind,
        None,
        None,
        len(hit.places),
        _named(hit.places, towns),
        Outcome.DROPPED,
        Reason(
            "L2",
            "{name} is a name here too, but no word around it says that the place is meant",
            {"name": words},
        ),
    )


def _named(places: Sequence[NamedPlace], towns: dict[str, str]) -> tuple[str, ...]:
    """Return some places by name, with their town where there is one."""
    names = dict.fromkeys(
        f"{place.name} ({towns[place.town_code]})"
        if place.town_code in towns and place.kind is not NameKind.TOWN
        else place.name
        for place in places
    )
    return tuple(names)[:_MOST_NAMED]
