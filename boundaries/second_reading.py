"""A second look at a text whose village the first did not find: similar names, and names without any witness.

Nothing found here is acted on without a person, unless its evidence has proved right often enough; it spares
the dispatcher a search.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
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
_HEARD_LIMIT, _EDITED_LIMIT = 0.3, 0.7
_LONGER, _TAIL = 0.75, 0.2
_GROUP_OF = 0.78
_NO_TOWN, _NO_BEGINNING = 0.9, 0.6
_LEAST = 0.2
_LOOSE = frozenset({NameKind.UNIT, NameKind.TOWN})
_OWN_ENDING, _OFTEN = 2, 3
_HEAD = 600
"""So many characters are looked through for long names."""
_MOST_ENDINGS = 60
"""A text that says 村 oftener than this names nothing by it."""
_TELLING, _BEFORE = 3, 8
_BARE_TELLING, _BARE_PLAIN, _BARE_WORD, _BARE_COMMON, _BARE_INSIDE = 0.85, 0.75, 0.45, 0.25, 0.15
# the same where a place is expected: at the beginning, behind 位于 or 反映; kinds of evidence of their own
_PLACED_TELLING, _PLACED_PLAIN, _PLACED_WORD, _PLACED_COMMON = 0.87, 0.77, 0.47, 0.27
_UNPLACED = 0.55
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
            or self._long_name(address, mentions, town)
            or self._group_of(address, mentions)
            or self._bare(address, mentions, town)
        )

    def of_longer_name(self, address: Address, mention: Mention, town: TownContext) -> UnitClaim | None:
        """Return the village whose longer name the text spells by its sound: 西马庄子村 for 溪马庄子村.

        None when the mention is no tail of a longer name, or nothing longer sounds like it.
        """
        if not (mention.is_tail and mention.ending and mention.places) or town.is_unknown:
            return None
        text = address.folded.text
        end = mention.start + len(mention.core)
        if mention.core.endswith(mention.ending):
            end -= len(mention.ending)  # 西村, whose name contains its ending
        # where the stated town has no such unit, a character may be left out too: 西马庄村 for 西马庄子村
        strange = town.codes and not any(place.town_code in town.codes for place in mention.places)
        limit = _EDITED_LIMIT if strange else _HEARD_LIMIT
        longer = [
            one
            for one in self._similar.before(text, end, town.codes)
            if one.start < mention.start and 0 < one.distance <= limit
        ]
        if not longer:
            return None
        mentions = [m for phrase in address.phrases for m in phrase.mentions]
        if not begins_well(text, longer[0].start, _ends(mentions)):
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
        firm = [m for m in known if m.ending or not (m.kind in _LOOSE and m.wording is Wording.CORE)]
        for start, end in islice(self._ends_of_names(text), _MOST_ENDINGS):
            if witnesses.NEVER_BEFORE_AN_ENDING.search(text, max(0, start - 2), start):
                continue
            if any(m.start <= start < m.end for m in known):
                continue
            floor = max((m.end for m in firm if m.end <= start), default=0)
            found = self._before_ending(text, start, floor, town.codes)
            claim = self._of_similar(address, nearest(found), end, mentions, town) if found else None
            if claim:
                return claim
        return None

    def _before_ending(self, text: str, place: int, floor: int, towns: Collection[str]) -> list[Similar]:
        """Return what is like the name before an ending; 六村 is called so, its name ends with its ending."""
        for end in (place, place + 1):
            found = [
                one
                for one in self._similar.before(text, end, towns)
                if one.start >= floor and not _is_no_name(text[one.start : place + 1])
            ]
            if found and not found[0].distance:
                # written like this: the first reading knew it, and had a reason against it; a longer name
                # that sounds like more of the text may be meant
                found = [
                    one for one in found if one.start < found[0].start and 0 < one.distance <= _HEARD_LIMIT
                ]
                return found
            if found:
                return found
        return []

    def _ends_of_names(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where names may end: before 村 or 社区, and behind what else the county's units end with."""
        own = self._own_endings
        yield from ((found.start(), found.end()) for found in witnesses.UNIT_ENDING.finditer(text))
        if own is not None:
            yield from ((found.end(), found.end()) for found in own.finditer(text))

    @cached_property
    def _own_endings(self) -> re.Pattern[str] | None:
        """What several units end with that are neither 村 nor 社区: 嘎查, 连队, 生活区; None without any."""
        ends = Counter(
            spelling.text[-_OWN_ENDING:]
            for place in self._gazetteer.all_places
            for spelling in place.spellings
            if place.kind is NameKind.UNIT and spelling.wording is Wording.FULL
        )
        often = sorted(end for end, count in ends.items() if count >= _OFTEN and len(end) == _OWN_ENDING)
        common = [end for end in often if not witnesses.UNIT_ENDING.search(end)]
        return re.compile("|".join(map(re.escape, common))) if common else None

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

    def _long_name(
        self, address: Address, mentions: Sequence[Mention], town: TownContext
    ) -> UnitClaim | None:
        """Look for long names that are never shortened, misheard even in their endings: 察尔森嘎茶."""
        floors = [m for m in mentions if m.places and m.kind in _LOOSE and m.wording is not Wording.CORE]
        found = [
            one
            for one in self._similar.long_names(address.folded.text[:_HEAD], town.codes, _HEARD_LIMIT)
            if not any(m.start < one.end and one.start < m.end for m in floors)
        ]
        return self._of_similar(address, nearest(found), found[0].end, mentions, town) if found else None

    def _group_of(self, address: Address, mentions: Sequence[Mention]) -> UnitClaim | None:
        """Read what only villages have behind a town's short name: a group, an ancestral hall."""
        for mention in mentions:
            short = mention.kind is NameKind.TOWN and mention.wording is Wording.CORE
            if not short:
                continue
            own = witnesses.OF_VILLAGES.match(address.folded.text, mention.end)
            if own is None:
                continue
            units = [
                place
                for hit in address.hits
                for place in hit.places
                if place.kind is NameKind.UNIT and (hit.start, hit.end) == (mention.start, mention.end)
            ]
            if len(units) == 1:
                values = {"name": mention.core, "thing": own[0]}
                reason = Reason("L2", "{name} is a town and a village: only a village has {thing}", values)
                label = address.words(mention)
                one = self._proposals.unit(units[0].code, PlaceLevel.VILLAGE, label, _GROUP_OF, reason)
                return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (one,), (reason,))
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
        if not begins_well(address.folded.text, best.start, _ends(mentions)):
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
        starts, ends = [m.start for m in taken], _ends(mentions)
        for hit in address.hits:
            places = tuple(
                place
                for place in hit.places
                if place.kind is NameKind.UNIT and (not towns or place.town_code in towns)
            )
            if not places or hit.wording is not Wording.CORE:
                continue
            last = bisect(starts, hit.end - 1) - 1
            if last >= 0 and hit.start < taken[last].end:
                continue
            weight = _weight(text, hit.start, hit.end, ends)
            if text[hit.start : hit.end] in self._town_cores:
                weight = min(weight, _BARE_COMMON)
            yield _Bare(hit.start, hit.end, places, weight)

    @cached_property
    def _town_cores(self) -> frozenset[str]:
        """The short names of the county's towns: they name the town, whatever village bears them too."""
        return frozenset(
            spelling.text for town in self._gazetteer.towns().values() for spelling in town.spellings
        )


def _ends(mentions: Sequence[Mention]) -> frozenset[int]:
    """Return where mentions end: a name may begin right behind another one."""
    return frozenset(mention.end for mention in mentions)


def _is_no_name(words: str) -> bool:
    """Say whether words before 村 or 社区 are everyday ones: 我们村, 新村."""
    return bool(witnesses.NO_VILLAGE.match(words) or witnesses.NO_VILLAGE.match(words[:-1]))


def _weight(text: str, start: int, end: int, ends: AbstractSet[int]) -> float:
    """Return how surely a bare name means the village."""
    name = text[start:end]
    if not begins_well(text, start, ends):
        return _BARE_INSIDE
    if witnesses.STREET.match(text, end) or witnesses.NO_VILLAGE.match(name):
        return _BARE_INSIDE
    placed = witnesses.PLACED.search(text, max(0, start - _BEFORE), start) is not None
    if is_common_name(name) or witnesses.ESTATE.match(text, end):
        return _PLACED_COMMON if placed else _BARE_COMMON
    if is_everyday_word(name):
        return _PLACED_WORD if placed else _BARE_WORD
    if len(name) >= _TELLING:
        return _PLACED_TELLING if placed else _BARE_TELLING
    return _PLACED_PLAIN if placed else _UNPLACED


def _claimed(candidates: tuple[Candidate, ...], reason: Reason) -> UnitClaim:
    status = GeocodeStatus.NEEDS_REVIEW if len(candidates) == 1 else GeocodeStatus.AMBIGUOUS
    return UnitClaim(status, candidates, (reason,))
