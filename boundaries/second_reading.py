"""A second look at a text whose village the first did not find: similar names, and names without any witness.

Nothing found here is acted on without a person, unless its evidence has proved right often enough; it spares
the dispatcher a search.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from boundaries import witnesses
from boundaries.addresses import Address, Phrase
from boundaries.gazetteer import Gazetteer
from boundaries.mentions import Mention, begins_well
from boundaries.named_places import NamedPlace, NameKind, Wording
from boundaries.names import is_common_name, is_everyday_word
from boundaries.places import Candidate, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason
from boundaries.similar_names import Similar, SimilarNames, nearest
from boundaries.town_context import TownContext, town_of
from boundaries.unit_claims import UnitClaim

_LIKE = ((0.1, 0.9), (0.2, 0.85), (0.3, 0.8), (0.5, 0.7), (0.7, 0.5), (1.0, 0.35))
"""Distance → raw confidence of a single similar name in the stated town."""
_HEARD_LIMIT = 0.3
_LONGER, _TAIL = 0.75, 0.2
_NO_TOWN, _NO_BEGINNING = 0.9, 0.6
_LEAST = 0.2
_MOST_ENDINGS = 60
"""A text that says 村 oftener than this names nothing by it."""
_TELLING = 3
_BARE_TELLING, _BARE_PLAIN, _BARE_WORD, _BARE_COMMON, _BARE_INSIDE = 0.85, 0.75, 0.45, 0.25, 0.15
_MOST = 3


@dataclass(frozen=True, slots=True)
class _Bare:
    """A village's name without its ending, somewhere in the text."""

    start: int
    end: int
    places: tuple[NamedPlace, ...]
    confidence: float


class SecondReader:
    """Looks for villages where the first reading found none."""

    def __init__(self, gazetteer: Gazetteer, proposals: Proposals) -> None:
        self._gazetteer = gazetteer
        self._proposals = proposals

    @cached_property
    def _similar(self) -> SimilarNames:
        return SimilarNames(place for place in self._gazetteer.all_places if place.kind is NameKind.UNIT)

    def claim(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> UnitClaim | None:
        """Return the villages a text may mean; None when none is likely enough to be shown.

        Parameters
        ----------
        phrases
            Those that say where the matter is.
        carried
            The town known from elsewhere; it counts when the phrases state none.
        """
        town = town_of(phrases) or carried
        if town.is_unknown:
            return None
        mentions = [mention for phrase in address.phrases for mention in phrase.mentions]
        return (
            self._alike(address, mentions, town)
            or self._behind_town(address, mentions, town)
            or self._bare(address, mentions, town)
        )

    def of_longer_name(self, address: Address, mention: Mention, town: TownContext) -> UnitClaim | None:
        """Return the village whose longer name the text spells by its sound: 西马庄子村 for 溪马庄子村.

        None when the mention is no tail of a longer name, or nothing longer sounds like it.
        """
        if not (mention.is_tail and mention.ending and mention.places) or town.is_unknown:
            return None
        end = mention.end - len(mention.ending) - len(mention.group)
        text = address.folded.text
        longer = [
            one
            for one in self._similar.before(text, end, town.codes)
            if one.start < mention.start and one.distance <= _HEARD_LIMIT
        ]
        if not longer or not begins_well(text, longer[0].start, _before(address, longer[0].start)):
            return None
        said = address.folded.original_of(longer[0].start, mention.end)
        reason = Reason(
            "L7", "no unit is written {name}, but some are written or spoken almost so", {"name": said}
        )
        tail = Reason("L2", "{name} may be the end of a longer name", {"name": mention.core})
        candidates = tuple(
            self._proposals.unit(one.place.code, PlaceLevel.VILLAGE, said, _LONGER / len(longer), reason)
            for one in longer[:_MOST]
        )
        candidates += tuple(
            self._proposals.unit(place.code, PlaceLevel.VILLAGE, said, _TAIL / len(mention.places), tail)
            for place in mention.places[:_MOST]
        )
        return UnitClaim(GeocodeStatus.AMBIGUOUS, candidates, (reason,))

    def _alike(self, address: Address, mentions: Sequence[Mention], town: TownContext) -> UnitClaim | None:
        text = address.folded.text
        known = [m for m in mentions if m.places]
        firm = [m for m in known if m.kind is not NameKind.UNIT or m.ending]
        for ending in islice(witnesses.UNIT_ENDING.finditer(text), _MOST_ENDINGS):
            if witnesses.NEVER_BEFORE_AN_ENDING.search(text, max(0, ending.start() - 2), ending.start()):
                continue
            if any(m.start <= ending.start() < m.end for m in known):
                continue
            floor = max((m.end for m in firm if m.end <= ending.start()), default=0)
            found = self._before_ending(text, ending.start(), floor, town.codes)
            claim = self._of_similar(address, nearest(found), ending.end(), mentions, town) if found else None
            if claim:
                return claim
        return None

    def _before_ending(self, text: str, place: int, floor: int, towns: Collection[str]) -> list[Similar]:
        """Return what is like the name before an ending; 六村 is called so, its name ends with its ending."""
        whole = place + 1
        near = self._similar.before(text, place, towns) or self._similar.before(text, whole, towns)
        return [
            one
            for one in near
            if one.distance and one.start >= floor and not _is_no_name(text[one.start : whole])
        ]

    def _behind_town(
        self, address: Address, mentions: Sequence[Mention], town: TownContext
    ) -> UnitClaim | None:
        """Look right behind the stated town for what only sounds like one of its units: 农三连堆."""
        text = address.folded.text
        for place in (m.end for m in mentions if m.kind is NameKind.TOWN and m.places):
            found = self._similar.behind(text, place, town.codes, _HEARD_LIMIT)
            if found:
                return self._of_similar(address, nearest(found), found[0].end, mentions, town)
        return None

    def _of_similar(
        self,
        address: Address,
        found: Sequence[Similar],
        end: int,
        mentions: Sequence[Mention],
        town: TownContext,
    ) -> UnitClaim | None:
        best = found[0]
        said = address.folded.original_of(best.start, end)
        sure = next(sure for distance, sure in _LIKE if best.distance <= distance + 1e-9)
        if not town.codes:
            sure *= _NO_TOWN
        if not begins_well(address.folded.text, best.start, mentions):
            sure *= _NO_BEGINNING
        share = round(sure / len(found), 3)
        if share < _LEAST:
            return None
        reason = Reason(
            "L7", "no unit is written {name}, but some are written or spoken almost so", {"name": said}
        )
        candidates = tuple(
            self._proposals.unit(one.place.code, PlaceLevel.VILLAGE, said, share, reason)
            for one in found[:_MOST]
        )
        return _claimed(candidates, reason)

    def _bare(self, address: Address, mentions: Sequence[Mention], town: TownContext) -> UnitClaim | None:
        found = sorted(self._bare_names(address, mentions, town.codes), key=lambda one: -one.confidence)
        if not found:
            return None
        best = found[0]
        rivals = len(best.places) + sum(one.confidence == best.confidence for one in found[1:])
        share = round(best.confidence / rivals, 3)
        if share < _LEAST:
            return None
        said = address.folded.original_of(best.start, best.end)
        reason = Reason(
            "L2", "{name} may be the village of that name; the text does not say so", {"name": said}
        )
        candidates = tuple(
            self._proposals.unit(place.code, PlaceLevel.VILLAGE, said, share, reason)
            for place in best.places[:_MOST]
        )
        return _claimed(candidates, reason)

    def _bare_names(
        self, address: Address, mentions: Sequence[Mention], towns: Collection[str]
    ) -> Iterator[_Bare]:
        text = address.folded.text
        taken = [m for m in mentions if m.places and m.kind is not NameKind.HOME]
        for hit in address.hits:
            places = tuple(
                place
                for place in hit.places
                if place.kind is NameKind.UNIT and (not towns or place.town_code in towns)
            )
            inside = any(m.start < hit.end and hit.start < m.end for m in taken)
            if not places or hit.wording is not Wording.CORE or inside:
                continue
            weight = _weight(text, hit.start, hit.end, mentions)
            if text[hit.start : hit.end] in self._town_cores:
                weight = min(weight, _BARE_COMMON)
            yield _Bare(hit.start, hit.end, places, weight)

    @cached_property
    def _town_cores(self) -> frozenset[str]:
        """The short names of the county's towns: they name the town, whatever village bears them too."""
        return frozenset(
            spelling.text for town in self._gazetteer.towns().values() for spelling in town.spellings
        )


def _before(address: Address, place: int) -> list[Mention]:
    """Return what the text mentions before a place: a name may begin right behind another one."""
    return [m for phrase in address.phrases for m in phrase.mentions if m.end <= place]


def _is_no_name(words: str) -> bool:
    """Say whether words before 村 or 社区 are everyday ones: 我们村, 新村."""
    return bool(witnesses.NO_VILLAGE.match(words) or witnesses.NO_VILLAGE.match(words[:-1]))


def _weight(text: str, start: int, end: int, mentions: Sequence[Mention]) -> float:
    """Return how surely a bare name means the village."""
    name = text[start:end]
    if not begins_well(text, start, mentions):
        return _BARE_INSIDE
    if witnesses.STREET.match(text, end) or witnesses.NO_VILLAGE.match(name):
        return _BARE_INSIDE
    if is_common_name(name) or witnesses.ESTATE.match(text, end):
        return _BARE_COMMON
    if is_everyday_word(name):
        return _BARE_WORD
    return _BARE_TELLING if len(name) >= _TELLING else _BARE_PLAIN


def _claimed(candidates: tuple[Candidate, ...], reason: Reason) -> UnitClaim:
    status = GeocodeStatus.NEEDS_REVIEW if len(candidates) == 1 else GeocodeStatus.AMBIGUOUS
    return UnitClaim(status, candidates, (reason,))
