"""A named village or community becomes a claim: which units may be meant, and how surely (rules L3 to L8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from boundaries import witnesses
from boundaries.divisions import UnitKind
from boundaries.gazetteer import Gazetteer
from boundaries.mentions import Mention
from boundaries.named_places import NamedPlace, Wording
from boundaries.names import fold_name
from boundaries.places import Candidate, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason
from boundaries.town_context import TownContext

_ADJACENT, _IN_CONTEXT, _OTHER_ENDING, _BARE, _PART = 0.97, 0.9, 0.93, 0.88, 0.7
_UNIQUE = 0.8
_PLACED, _PLACED_PART = 0.82, 0.81  # a bare name where a place is expected, with nothing that goes on with it
_CONFLICT, _HEARD, _TAIL = 0.55, 0.6, 0.6
_HINT = 0.3
_HEARD_ANYWHERE = 0.4
EXACT_HOMOPHONE = 0.62
"""Raw confidence of a name with its ending, right behind its town, that sounds like just one unit of it."""
_PAIR_SHARE = 0.75
_EVEN = 0.5
_TELLING_CORE = 3  # a name of three characters is rarely an everyday word


@dataclass(frozen=True, slots=True)
class UnitClaim:
    """What a text says about one village or community."""

    status: GeocodeStatus
    candidates: tuple[Candidate, ...]
    because: tuple[Reason, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether one of the candidates is likelier right than not."""
        return sum(candidate.confidence for candidate in self.candidates) >= _EVEN

    @property
    def codes(self) -> frozenset[str]:
        """The units that may be meant."""
        return frozenset(candidate.unit_code or "" for candidate in self.candidates)


class UnitReader:
    """Turns named villages into claims, with one county's gazetteer and register."""

    def __init__(self, gazetteer: Gazetteer, proposals: Proposals) -> None:
        self._gazetteer = gazetteer
        self._proposals = proposals

    def claim(self, mention: Mention, town: TownContext, label: str) -> UnitClaim | None:
        """Return what a named village claims; None when no unit is called or sounds like that.

        Parameters
        ----------
        mention
            A mention of a unit, known or not.
        town
            The town the text puts it in.
        label
            The words of the place.
        """
        inside = [place for place in mention.places if place.town_code in town.codes]
        if inside and not town.is_hint:
            return self._in_town(mention, inside, town, label)
        if town.codes and town.is_adjacent:
            return self._elsewhere(mention, town, label)
        if not mention.places:
            return self._heard(mention, town, label) if town.codes else self._heard_anywhere(mention, label)
        if town.is_unknown:
            return self._in_unknown_town(mention, town, label)
        if town.codes and not town.is_hint:
            return self._conflict(mention, mention.places, (), town, label)
        return self._in_county(mention, town, label)

    def _in_town(
        self, mention: Mention, inside: Sequence[NamedPlace], town: TownContext, label: str
    ) -> UnitClaim:
        """L3: a village found inside the stated town beats any other."""
        # what a unit of former times was called says nothing of those that have its ground
        old = mention.wording is Wording.OLD
        fitting = [place for place in inside if old or _ending_fits(mention.ending, place)]
        chosen = fitting or list(inside)
        if len(chosen) > 1:
            reason = _shared_out(mention, len(chosen)) or Reason(
                "L6", "{town} has {count} units called {name}", self._named(mention, town, len(chosen))
            )
            share = 1 / len(chosen)
            some = tuple(self._candidate(place, mention, label, share) for place in chosen)
            return UnitClaim(GeocodeStatus.AMBIGUOUS, some, (reason,))
        unit = chosen[0]
        confidence = _ADJACENT if town.is_adjacent else _IN_CONTEXT
        reasons = [Reason("L3", "{name} is a unit of {town}", self._named(mention, town))]
        reasons += self._spelling(mention, unit)
        if mention.ending and not fitting:
            confidence = min(confidence, _OTHER_ENDING)
            values = {"said": mention.said, "name": self._shown(unit)}
            reasons.append(Reason("L3", "the text says {said}, the register {name}: the same unit", values))
        if not mention.ending and mention.wording is Wording.CORE:
            if mention.is_estate:
                return self._beside_town(unit, mention, label)
            unclear = mention.is_part or mention.is_vague or self._is_towns_name(mention, town)
            confidence = min(confidence, _PART if unclear else _BARE)
            reasons.append(
                Reason("L2", "the text leaves out whether {name} is a village", {"name": mention.core})
            )
        if town.wording is Wording.OLD:
            values = {"said": town.words, "town": self._town_shown(town)}
            reasons.append(Reason("L1", "{said} is a former or loose name of {town}", values))
        candidate = self._candidate(unit, mention, label, confidence, *reasons)
        return _doubted(candidate, mention, town)

    def _beside_town(self, unit: NamedPlace, mention: Mention, label: str) -> UnitClaim:
        """L12: an estate or a firm may bear any village's name: the town is sure, the village a hint."""
        reason = Reason(
            "L12",
            "{place} bears the name of {name}, but estates and firms bear any name",
            {"place": label, "name": self._shown(unit)},
        )
        whole = self._proposals.town(unit.town_code, label, _CONFLICT, reason)
        hint = self._candidate(unit, mention, label, _HINT, reason)
        return UnitClaim(GeocodeStatus.TOWN_ONLY, (whole, hint), (reason,))

    def _elsewhere(self, mention: Mention, town: TownContext, label: str) -> UnitClaim | None:
        """L5: the stated town has no such unit; perhaps another town has, or one here sounds the same."""
        if (
            mention.places
            and not mention.ending
            and (mention.is_part or mention.is_estate or mention.is_vague)
        ):
            return None
        same, close = self._by_sound(mention, town)
        if mention.places:
            return self._conflict(mention, mention.places, [*same, *close], town, label)
        return self._heard(mention, town, label)

    def _conflict(
        self,
        mention: Mention,
        places: Sequence[NamedPlace],
        heard: Sequence[NamedPlace],
        town: TownContext,
        label: str,
    ) -> UnitClaim:
        reason = Reason(
            "L5", "{town} has no unit called {name}; another town has", self._named(mention, town)
        )
        share = _CONFLICT / len(places)
        found = [self._candidate(place, mention, label, share, reason) for place in places]
        if heard:
            sound = Reason("L7", "{name} sounds like a unit of {town}", self._named(mention, town))
            found += [self._candidate(place, mention, label, share * 0.8, sound) for place in heard]
        status = GeocodeStatus.NEEDS_REVIEW if len(found) == 1 else GeocodeStatus.AMBIGUOUS
        return UnitClaim(status, tuple(found), (reason,))

    def _in_unknown_town(self, mention: Mention, town: TownContext, label: str) -> UnitClaim:
        """L14: the county has the village, but not the town: it may be another county's."""
        values = {"town": town.words, "name": mention.core}
        reason = Reason("L14", "{town} is no town of this county, but {name} is one of its units", values)
        share = _CONFLICT / len(mention.places)
        found = tuple(self._candidate(place, mention, label, share, reason) for place in mention.places)
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, found, (reason,))

    def _heard(self, mention: Mention, town: TownContext, label: str) -> UnitClaim | None:
        """L7: inside the stated town a name may be written by its sound; a person confirms it."""
        same, close = self._by_sound(mention, town)
        found = [*same, *close]
        if not found:
            return None
        reason = Reason(
            "L7", "no unit is written {name}, but it sounds like one of {town}", self._named(mention, town)
        )
        if len(found) == 1:
            confidence = _HEARD if same else _HEARD - 0.1
            if same and mention.ending and town.is_adjacent and not (mention.is_tail or town.is_tail):
                confidence = EXACT_HOMOPHONE
            candidate = self._candidate(found[0], mention, label, confidence, reason)
            return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (candidate,), (reason,))
        weights = [
            (2 if place in same else 1) * (1.5 if _ending_fits(mention.ending, place) else 1)
            for place in found
        ]
        some = sorted(
            (
                self._candidate(place, mention, label, _HEARD * weight / sum(weights), reason)
                for place, weight in zip(found, weights, strict=True)
            ),
            key=lambda candidate: -candidate.confidence,
        )
        return UnitClaim(GeocodeStatus.AMBIGUOUS, tuple(some), (reason,))

    def _heard_anywhere(self, mention: Mention, label: str) -> UnitClaim | None:
        """L7 without a town: what sounds like the name is shown, with less confidence still."""
        found = self._gazetteer.units_read_like(mention.core)
        if not found:
            return None
        reason = Reason(
            "L7", "no unit is written {name}, but it sounds like one of the county", {"name": mention.core}
        )
        share = _HEARD_ANYWHERE / len(found)
        some = tuple(self._candidate(place, mention, label, share, reason) for place in found)
        status = GeocodeStatus.NEEDS_REVIEW if len(found) == 1 else GeocodeStatus.AMBIGUOUS
        return UnitClaim(status, some, (reason,))

    def _in_county(self, mention: Mention, town: TownContext, label: str) -> UnitClaim | None:
        """L4 and L6: no town is stated; one unit of that name may be accepted, several may not."""
        places = sorted(
            mention.places,
            key=lambda place: (place.town_code not in town.codes, not _ending_fits(mention.ending, place)),
        )
        if len(places) > 1:
            values = {"name": mention.core, "count": len(places)}
            reason = _shared_out(mention, len(places)) or Reason(
                "L6", "{count} units of the county are called {name}", values
            )
            weights = [
                (2 if place.town_code in town.codes else 1)
                * (3 if _ending_fits(mention.ending, place) else 1)
                for place in places
            ]
            some = tuple(
                self._candidate(place, mention, label, weight / sum(weights))
                for place, weight in zip(places, weights, strict=True)
            )
            return UnitClaim(GeocodeStatus.AMBIGUOUS, some, (reason,))
        unit = places[0]
        reason = Reason("L4", "only one unit of the county is called {name}", {"name": mention.core})
        twins = self._twins(mention, unit)
        if twins:
            sound = Reason("L7", "another unit of the county sounds like {name}", {"name": mention.core})
            rest = (1 - _PAIR_SHARE) / len(twins)
            pair = [self._candidate(unit, mention, label, _PAIR_SHARE, reason, sound)]
            pair += [self._candidate(twin, mention, label, rest, sound) for twin in twins]
            return UnitClaim(GeocodeStatus.NEEDS_REVIEW, tuple(pair), (sound,))
        reasons = [reason, *self._spelling(mention, unit)]
        confidence = _UNIQUE
        if not _ending_fits(mention.ending, unit) and mention.wording is not Wording.OLD:
            confidence = _PART
            values = {"said": mention.said, "name": self._shown(unit)}
            reasons.append(
                Reason("L4", "the text says {said} without a town, the register has {name}", values)
            )
        bare = not mention.ending and mention.wording is Wording.CORE
        if bare and (mention.is_vague or mention.is_part or len(mention.core) < _TELLING_CORE):
            confidence = _bare_in_county(mention)
            reasons.append(
                Reason("L2", "the text leaves out whether {name} is a village", {"name": mention.core})
            )
        if mention.is_tail and mention.ending and not _ending_fits(mention.ending, unit):
            return None
        candidate = self._candidate(unit, mention, label, confidence, *reasons)
        return _doubted(candidate, mention, town)

    def _is_towns_name(self, mention: Mention, town: TownContext) -> bool:
        """Say whether the village is called like its town: then the name alone may mean the town."""
        named = (self._proposals.divisions[code].core_name for code in town.codes)
        return mention.core in {fold_name(name) for name in named}

    def _spelling(self, mention: Mention, unit: NamedPlace) -> list[Reason]:
        """L1: tell when the text writes a name in other characters than the register, or a former one."""
        if mention.wording is Wording.OLD:
            values = {"said": mention.said, "name": self._shown(unit)}
            return [Reason("L1", "{said} is the former name of {name}", values)]
        register = self._proposals.divisions[unit.code].core_name
        written = mention.written or mention.core
        if written in register or written.startswith(register):
            return []
        values = {"written": written, "name": self._shown(unit)}
        return [Reason("L1", "{written} and {name} are two spellings of one name", values)]

    def _twins(self, mention: Mention, unit: NamedPlace) -> list[NamedPlace]:
        """Return the county's other units whose names are read exactly alike."""
        found = self._gazetteer.units_read_like(mention.core)
        return [place for place in found if place.code != unit.code]

    def _by_sound(self, mention: Mention, town: TownContext) -> tuple[list[NamedPlace], list[NamedPlace]]:
        pairs = [self._gazetteer.units_that_sound_like(mention.core, code) for code in town.codes]
        same = [place for pair in pairs for place in pair[0]]
        close = [place for pair in pairs for place in pair[1]]
        return same, close

    def _several(self, places: Sequence[NamedPlace], mention: Mention, label: str) -> tuple[Candidate, ...]:
        share = 1 / len(places)
        return tuple(self._candidate(place, mention, label, share) for place in places)

    def _candidate(
        self, place: NamedPlace, mention: Mention, label: str, confidence: float, *because: Reason
    ) -> Candidate:
        level = PlaceLevel.GROUP if mention.group else PlaceLevel.VILLAGE
        return self._proposals.unit(place.code, level, label, confidence, *because)

    def _named(self, mention: Mention, town: TownContext, count: int = 0) -> dict[str, object]:
        values: dict[str, object] = {"name": mention.core, "town": self._town_shown(town)}
        return {**values, "count": count} if count else values

    def _town_shown(self, town: TownContext) -> str:
        return "、".join(self._proposals.town_name(code) for code in town.codes)

    def _shown(self, place: NamedPlace) -> str:
        return self._proposals.divisions[place.code].display_name


def _doubted(candidate: Candidate, mention: Mention, town: TownContext) -> UnitClaim:
    """Accept a claim, unless the name may be a longer one's tail, a former unit's, or a neighbour's town."""
    doubt: Reason | None = None
    if mention.is_tail:
        doubt = Reason("L2", "{name} may be the end of a longer name", {"name": mention.core})
    elif mention.ending in witnesses.OLD_ENDINGS:
        said = mention.said
        doubt = Reason(
            "L1", "{said} is a unit of former times: its land may belong to several today", {"said": said}
        )
    elif town.is_tail and not (mention.ending and town.is_adjacent):
        # a town and one of its own villages together are no accident
        doubt = Reason("L2", "{name} may be the end of a longer name", {"name": town.words})
    elif town.also_outside:
        doubt = Reason("L14", "another county has a {town} too", {"town": town.words})
    if doubt is None:
        return UnitClaim(GeocodeStatus.RESOLVED, (candidate,))
    unsure = candidate.with_reason(doubt, confidence=min(candidate.confidence, _TAIL))
    return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (unsure,), (doubt,))


def _bare_in_county(mention: Mention) -> float:
    """Return how surely a name without ending and town means the county's one village of that name.

    Kinds of evidence get figures of their own, so that the calibration tells them apart.
    """
    if mention.is_part:  # 小学, 祠堂 behind it
        return _PLACED_PART if mention.is_placed else _PART
    if mention.is_vague or mention.is_of_road:
        return _PART
    if mention.is_address:
        return _UNIQUE
    return _PLACED if mention.is_placed else _PART


def _shared_out(mention: Mention, count: int) -> Reason | None:
    """L6: tell that a name is a former unit's whose ground several have today; None for a name of today."""
    if mention.wording is not Wording.OLD:
        return None
    values = {"said": mention.said, "count": count}
    return Reason("L6", "{said} is no more; today {count} units have its ground", values)


def _ending_fits(ending: str, place: NamedPlace) -> bool:
    """Say whether what the text calls a unit is what it is: a village, a community."""
    if not ending:
        return True
    community = ending.startswith(("社区", "居"))
    if place.category == UnitKind.COMMUNITY:
        return community
    if place.category == UnitKind.VILLAGE:
        return not community
    return place.name.endswith("社区") == community


def distinct_claims(claims: Sequence[UnitClaim]) -> list[UnitClaim]:
    """Keep one claim per unit, the surest; a claim that shares a unit with a surer one adds nothing."""
    kept: list[UnitClaim] = []
    for claim in sorted(claims, key=lambda one: -max(c.confidence for c in one.candidates)):
        if not any(claim.codes & other.codes for other in kept):
            kept.append(claim)
    return kept


def nested_claim(claims: Sequence[UnitClaim]) -> UnitClaim:
    """Join units named in one breath: the first may be a former one, so a person confirms the last."""
    reason = Reason("L1", "two units are named in one breath: one may be a former name")
    last = tuple(c.with_reason(reason, confidence=min(c.confidence, _TAIL)) for c in claims[-1].candidates)
    first = tuple(replace(c, confidence=min(c.confidence, 0.2)) for c in claims[0].candidates)
    return UnitClaim(GeocodeStatus.NEEDS_REVIEW, (*last, *first), (reason,))
