"""In which town a text puts a village: right before its name, elsewhere in the text, or known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from boundaries.addresses import Address, Phrase, Relation
from boundaries.named_places import NameKind, Wording


@dataclass(frozen=True, slots=True)
class TownContext:
    """The town a village is looked for in."""

    codes: tuple[str, ...] = ()
    """The town's code; empty when no town is stated, or one this county does not have."""
    is_adjacent: bool = False
    """Whether the town stands right before the village, or the call centre knows it."""
    is_hint: bool = False
    """Whether the text is only near the town or towards it."""
    wording: Wording = Wording.FULL
    also_outside: bool = False
    """Whether a county next door has a town of that name."""
    is_tail: bool = False
    """Whether the town's name may be the tail of a longer one: 花园街道 in 荷花园街道."""
    words: str = ""
    is_unknown: bool = False
    """Whether the text states a town that this county does not have."""


def town_of(phrases: Sequence[Phrase]) -> TownContext | None:
    """Return the first town the phrases state, None when they state none."""
    for phrase in phrases:
        for mention in phrase.of(NameKind.TOWN):
            codes = tuple(place.code for place in mention.places)
            return TownContext(
                codes,
                is_adjacent=True,
                wording=mention.wording,
                also_outside=mention.also_outside,
                is_tail=mention.is_tail,
                words=mention.core,
                is_unknown=not codes,
            )
    return None


def context_of(address: Address, phrase: Phrase, carried: TownContext) -> TownContext:
    """Return the town of a village's phrase.

    Parameters
    ----------
    address
        The whole text.
    phrase
        The phrase that names the village.
    carried
        What is known from elsewhere; it counts when the text states no town.
    """
    own = town_of([phrase])
    if own:
        return own
    towns = [p for p in address.issue() if p.of(NameKind.TOWN) and not p.is_outside]
    its = {place.town_code for mention in phrase.of(NameKind.UNIT) for place in mention.places}
    own_towns = [
        p for p in towns if any(place.code in its for m in p.of(NameKind.TOWN) for place in m.places)
    ]
    towns = own_towns or towns
    before = [p for p in towns if p.end <= phrase.start]
    chosen = before[-1] if before else next((p for p in towns if p.start >= phrase.end), None)
    found = town_of([chosen]) if chosen else None
    if found is None or chosen is None or found.is_unknown:
        return carried
    hint = chosen.relation in {Relation.NEAR, Relation.TOWARDS}
    return replace(found, is_adjacent=False, is_hint=hint)
