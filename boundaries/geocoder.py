"""Free text becomes a ranked, explained answer: the rules L1 to L14, in the order in which a dispatcher asks.

Is it one matter? Is it here at all? Which village is named, and does the town agree? What does the map say
about the street or the market? What is left is the town, or a question to the caller.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from itertools import pairwise
from typing import Self

from boundaries.addresses import Address, Phrase, Relation, Role, read_address, speaks_of_home_only
from boundaries.areas import Areas
from boundaries.calibration import Calibration
from boundaries.coordinates import LonLat
from boundaries.divisions import Divisions
from boundaries.gazetteer import Gazetteer
from boundaries.given_point import with_given_point
from boundaries.matters import speaks_of_several, split_matters
from boundaries.named_places import NameKind
from boundaries.outside import not_ours
from boundaries.places import Candidate, GeocodeResult, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals, outside
from boundaries.reasons import Reason
from boundaries.remembered import with_memory
from boundaries.second_reading import SecondReader
from boundaries.spot_claims import SpotJudge
from boundaries.spots import SpotReader
from boundaries.text_memory import TextMemory
from boundaries.town_answers import TownReader
from boundaries.town_context import TownContext, context_of, town_of
from boundaries.unit_claims import EXACT_HOMOPHONE, UnitClaim, UnitReader, distinct_claims, nested_claim

_WEAK_TOWN, _NEAR, _ABROAD = 0.7, 0.4, 0.6
_HOMOPHONE_SURE = 0.99
_MOST_CHARACTERS, _MOST_PHRASES = 20_000, 200
_IS_IN = re.compile(r"(?:在|到|去)$")


class Geocoder:
    """Finds places in Chinese text, offline, with one county's names and areas."""

    def __init__(  # noqa: PLR0913 - what a county knows, and what it chose
        self,
        gazetteer: Gazetteer,
        areas: Areas,
        divisions: Divisions,
        calibration: Calibration | None = None,
        *,
        homophones_decide: bool = False,
        memory: TextMemory | None = None,
    ) -> None:
        """Take what a county knows.

        Parameters
        ----------
        calibration
            What confidences are worth; None takes the shipped table.
        homophones_decide
            The county's choice: whether a name that sounds exactly like one village of the town stated right
            before it may be acted on without a person, once such answers have proved right (rule L7 leaves
            them to a person).
        memory
            What confirmed tickets taught; asked where the rules find no village, shown to a person only.
        """
        self._memory = memory
        self._calibration = calibration if calibration is not None else Calibration.shipped()
        self._homophones_decide = homophones_decide
        self._gazetteer = gazetteer
        self._areas = areas
        self._proposals = Proposals(divisions, areas)
        self._units = UnitReader(gazetteer, self._proposals)
        self._towns = TownReader(self._proposals)
        self._spots = SpotReader(areas, gazetteer.addresses)
        self._second = SecondReader(gazetteer, self._proposals)
        self._judge = SpotJudge(areas, self._proposals)

    def geocode(
        self, text: str, *, within: str | None = None, point: LonLat | None = None, sigma_m: float = 30.0
    ) -> GeocodeResult:
        """Say where a text places its matter.

        Parameters
        ----------
        text
            What the caller said, as the clerk wrote it; Chinese, simplified or traditional.
        within
            Code prefix the call centre knows: a town's 9 digits; a county's tells nothing.
        point
            Coordinate that came with the ticket, WGS 84. Text and point check each other: where they disagree
            a person decides.
        sigma_m
            Standard deviation of that point, metres.

        Returns
        -------
        GeocodeResult
            Never an error for what a text says: a text without a place is the status ``NO_PLACE``. Of a text
            of more than 20,000 characters the first so many are read, and a reason says so.
        """
        raw = self._raw(text[:_MOST_CHARACTERS], within)
        result = self._calibration.applied(raw)
        if self._homophones_decide and _is_exact_homophone(raw):
            result = _decided_by_sound(result)
        if self._memory is not None:
            result = with_memory(result, self._memory, self._areas, self._proposals)
        if len(text) > _MOST_CHARACTERS:
            cut = Reason(
                "L1",
                "the text is too long: only its first {count} characters were read",
                {"count": _MOST_CHARACTERS},
            )
            result = replace(result, because=(*result.because, cut))
        if point is None:
            return result
        return with_given_point(result, point, sigma_m, self._areas, self._proposals)

    def with_calibration(self, calibration: Calibration) -> Self:
        """Return the same geocoder with another calibration: an empty one gives raw confidences."""
        other = copy(self)
        other._calibration = calibration  # noqa: SLF001 - it is one of us
        return other

    def letting_homophones_decide(self, decide: bool) -> Self:  # noqa: FBT001 - the choice is all it takes
        """Return the same geocoder with the county's other choice about exact homophones."""
        other = copy(self)
        other._homophones_decide = decide  # noqa: SLF001 - it is one of us
        return other

    def _raw(self, text: str, within: str | None) -> GeocodeResult:
        known = within is not None and within in self._gazetteer.towns()
        carried = TownContext((within,), is_adjacent=True) if known and within else TownContext()
        return self._counted(text, carried) or self._single(read_address(text, self._gazetteer), carried)

    def geocode_many(self, texts: Iterable[str]) -> Iterator[GeocodeResult]:
        """Yield `geocode` of each text, in order."""
        return (self.geocode(text) for text in texts)

    def _counted(self, text: str, carried: TownContext) -> GeocodeResult | None:
        """Answer a text that counts several matters in several places; None for any other."""
        before, matters = split_matters(text)
        if not matters:
            return None
        stated = town_of(read_address(before, self._gazetteer).issue())
        parts = self._parts(matters, replace(stated, is_adjacent=False) if stated else carried)
        placed = [part for part in parts if part.best is not None]
        if len(placed) > 1 and len(_places(placed)) == 1 and all(part.is_sure for part in placed):
            return replace(placed[0], text=text)
        return _several(text, parts)

    def _parts(self, matters: Iterable[str], town: TownContext) -> list[GeocodeResult]:
        """Answer matters one by one; a town once stated holds until another one is."""
        parts = []
        for matter in matters:
            address = read_address(matter, self._gazetteer)
            parts.append(self._single(address, town))
            stated = town_of(address.issue())
            town = replace(stated, is_adjacent=False) if stated else town
        return parts

    def _single(self, address: Address, carried: TownContext) -> GeocodeResult:
        """Answer a text as one matter."""
        phrases, caller, because = self._roles(address)
        here = [phrase for phrase in phrases if not phrase.is_outside]
        if phrases and not here and address.coordinate is None:
            result = _beyond(address, phrases[0])
        else:
            result = _doubted_abroad(address, phrases, self._settled(address, here, carried))
        if caller is None and not because:
            return result
        return replace(result, requester_place=caller, because=(*because, *result.because))

    def _roles(self, address: Address) -> tuple[list[Phrase], Candidate | None, tuple[Reason, ...]]:
        """Tell the places of the matter from the caller's own (L10)."""
        issue = [phrase for phrase in address.issue() if _says_something(phrase)]
        callers = [p for p in address.phrases if p.role is Role.CALLER and _says_something(p)]
        local = [phrase for phrase in callers if not phrase.is_outside]
        if issue or address.coordinate or not local:
            if not callers:
                return issue, None, ()
            caller = self._caller(address, callers[0])
            reason = Reason(
                "L10",
                "{place} is where the caller lives or works, not the matter's place",
                {"place": caller.label},
            )
            return issue, caller, (reason,)
        away = next((phrase for phrase in callers if phrase.is_outside), None)
        reason = Reason("L10", "no other place is named than the caller's own")
        if speaks_of_home_only(address):
            return local, self._caller(address, away) if away else None, (reason,)
        elsewhere = Reason("L10", "the matter seems to have happened elsewhere than at the caller's home")
        return [replace(phrase, relation=Relation.NEAR) for phrase in local], None, (reason, elsewhere)

    def _caller(self, address: Address, phrase: Phrase) -> Candidate:
        label = address.words(*phrase.mentions)
        if phrase.is_outside:
            return outside(label)
        for claim in self._claims(address, [phrase], TownContext()):
            if claim.status is GeocodeStatus.RESOLVED:
                return replace(claim.candidates[0], label=label)
        town = town_of([phrase])
        return (
            self._proposals.town(town.codes[0], label, _WEAK_TOWN) if town and town.codes else outside(label)
        )

    def _settled(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> GeocodeResult:
        """Answer for the phrases that name the matter's place."""
        border = [phrase for phrase in phrases if phrase.relation is Relation.BORDER]
        if border:
            return self._border(address, border, carried)
        at = [p for p in phrases if not (p.relation in _NOT_IN and p.of(NameKind.UNIT))]
        claims = distinct_claims(self._claims(address, at, carried))
        if len(claims) > 1:
            return self._many(address, at, claims, carried)
        answer = self._answer(address, at, claims[0] if claims else None, carried)
        near = self._near(address, phrases, carried)
        answer = _drawn_towards(answer, near) if answer and near else answer or near
        if answer is not None:
            return self._checked(_result(address, answer))
        guess = self._second.claim(address, at, carried)
        if guess is not None and guess.is_likely:
            return self._checked(_result(address, guess))
        result = self._checked(self._towns.answer(address, at, carried))
        shown = guess.candidates if guess is not None else ()
        return replace(result, candidates=(*result.candidates, *shown))

    def _answer(
        self, address: Address, phrases: Sequence[Phrase], claim: UnitClaim | None, carried: TownContext
    ) -> UnitClaim | None:
        """Weigh the named village against the spot the text points at."""
        towns = town_of(phrases) or carried
        if address.coordinate is not None:
            if not len(self._areas.villages):
                return claim
            return self._judge.coordinate(address.coordinate, claim, towns)
        if claim is not None and claim.status is GeocodeStatus.TOWN_ONLY:
            spots = self._spots.spots(address, phrases)
            return (self._judge.spots(spots, None, towns) if spots else None) or claim
        spots = self._spots.spots(address, phrases)
        return self._judge.spots(spots, claim, towns) if spots else claim

    def _claims(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> list[UnitClaim]:
        """Return what the named villages claim."""
        claims: list[UnitClaim] = []
        for phrase in phrases[:_MOST_PHRASES]:
            town = context_of(address, phrase, carried)
            made = [
                self._second.of_longer_name(address, unit, town)
                or self._units.claim(unit, town, address.words_with_spot(unit))
                for unit in phrase.of(NameKind.UNIT)
            ]
            found = [claim for claim in made if claim is not None]
            claims += [nested_claim(found)] if len(found) > 1 else found
        return claims

    def _many(
        self, address: Address, phrases: Sequence[Phrase], claims: Sequence[UnitClaim], carried: TownContext
    ) -> GeocodeResult:
        """Answer for several villages in one text: several matters, or one that a person must place."""
        text = address.folded.original
        if speaks_of_several(text):
            starts = [address.folded.offsets[p.start] for p in phrases if p.of(NameKind.UNIT)]
            pieces = [text[begin:end] for begin, end in pairwise([0, *starts[1:], len(text)])]
            several = _several(text, self._parts(pieces, carried))
            if several:
                return several
        share = 1 / len(claims)
        shown = tuple(
            replace(candidate, confidence=candidate.confidence * share)
            for claim in claims
            for candidate in claim.candidates
        )
        reason = Reason("L10", "the text names {count} units: which is the matter's?", {"count": len(claims)})
        ranked = tuple(sorted(shown, key=lambda candidate: -candidate.confidence))
        return _result(address, UnitClaim(GeocodeStatus.NEEDS_REVIEW, ranked, (reason,)))

    def _border(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> GeocodeResult:
        """L11: at the border of two units both are candidates, and a department leads."""
        reason = Reason("L11", "the matter lies where units meet: several may be responsible")
        found = [c for claim in self._claims(address, phrases, carried) for c in claim.candidates]
        if not found:
            codes = [place.code for p in phrases for m in p.of(NameKind.TOWN) for place in m.places]
            found = [self._proposals.town(code, "", 1 / len(codes), reason) for code in codes]
        share = 1 / max(len(found), 2)
        shown = tuple(replace(c, confidence=min(c.confidence, share)) for c in found)
        return _result(address, UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason,)))

    def _near(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> UnitClaim | None:
        """L8: near a village, or on the way to it, is not in it."""
        near = [phrase for phrase in phrases if phrase.relation in _NOT_IN and phrase.of(NameKind.UNIT)]
        found = [c for claim in self._claims(address, near, carried) for c in claim.candidates]
        if not found:
            return None
        reason = Reason(
            "L8", "the text says near or towards {place}, which is not in it", {"place": found[0].unit_name}
        )
        shown = tuple(replace(c, confidence=min(c.confidence, _NEAR / len(found))) for c in found)
        return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, (reason,))

    def _checked(self, result: GeocodeResult) -> GeocodeResult:
        """Set aside what the register lists here and somebody else runs."""
        best = result.best
        if best is None or not (best.unit_code or best.town_code or "").startswith(not_ours()):
            return result
        reason = Reason("L14", "{town} is listed here but run by somebody else", {"town": best.town_name})
        return replace(result, status=GeocodeStatus.OUT_OF_JURISDICTION, because=(*result.because, reason))


_NOT_IN = frozenset({Relation.NEAR, Relation.TOWARDS})


def _says_something(phrase: Phrase) -> bool:
    """Say whether a phrase names more than the county everybody calls from."""
    return any(mention.kind is not NameKind.HOME for mention in phrase.mentions)


def _result(address: Address, claim: UnitClaim) -> GeocodeResult:
    return GeocodeResult(address.folded.original, claim.status, claim.candidates, None, (), claim.because)


def _beyond(address: Address, phrase: Phrase) -> GeocodeResult:
    """L14: the place is in another county: back to where the ticket came from."""
    names = phrase.of(NameKind.OUTSIDE)
    reason = Reason("L14", "{place} is in another county", {"place": address.words(*names)})
    return _result(address, UnitClaim(GeocodeStatus.OUT_OF_AREA, (), (reason,)))


def _drawn_towards(answer: UnitClaim, near: UnitClaim) -> UnitClaim:
    """L8: a street towards another village, with no more said, may mean the end of it that lies there."""
    best = answer.candidates[0]
    if best.level is not PlaceLevel.ROAD or answer.status is not GeocodeStatus.RESOLVED:
        return answer
    if best.unit_code in near.codes:
        return answer
    shown = (best.with_reason(near.because[0], confidence=min(best.confidence, _ABROAD)), *near.candidates)
    return UnitClaim(GeocodeStatus.NEEDS_REVIEW, shown, near.because)


def _doubted_abroad(address: Address, phrases: Sequence[Phrase], result: GeocodeResult) -> GeocodeResult:
    """Ask when the text puts something in another county first: 在海丰县城买的车，骑回双山村就坏了."""
    text = address.folded.text
    abroad = [p for p in phrases if p.is_outside and _IS_IN.search(text[: p.start])]
    if not (result.is_sure or _is_exact_homophone(result)) or not abroad:
        return result
    place = address.words(*abroad[0].of(NameKind.OUTSIDE))
    reason = Reason("L14", "the text puts something in {place} too, in another county", {"place": place})
    shown = tuple(c.with_reason(reason, confidence=min(c.confidence, _ABROAD)) for c in result.candidates)
    return replace(
        result, status=GeocodeStatus.NEEDS_REVIEW, candidates=shown, because=(*result.because, reason)
    )


def _is_exact_homophone(raw: GeocodeResult) -> bool:
    """Say whether an uncalibrated answer rests on nothing but a sound that one village of its town has."""
    alone = raw.status is GeocodeStatus.NEEDS_REVIEW and len(raw.candidates) == 1
    return (
        alone
        and raw.confidence == EXACT_HOMOPHONE
        and all(reason.rule in {"L7", "L10"} for reason in raw.because)
        and {reason.rule for reason in raw.candidates[0].because} == {"L7"}
    )


def _decided_by_sound(result: GeocodeResult) -> GeocodeResult:
    """L7 as a county may choose it: an exact homophone that has proved right needs no person."""
    if result.confidence < _HOMOPHONE_SURE:
        return result
    reason = Reason("L7", "this county lets an exact homophone in the stated town decide")
    because = (*result.because, reason)
    return replace(result, status=GeocodeStatus.RESOLVED, is_left_to_person=False, because=because)


def _places(parts: Sequence[GeocodeResult]) -> set[tuple[str | None, str | None]]:
    return {(part.best.unit_code, part.best.town_code) for part in parts if part.best is not None}


def _several(text: str, parts: Sequence[GeocodeResult]) -> GeocodeResult | None:
    """Return the answer for several matters, None when they lie in one place."""
    placed = [part for part in parts if part.best is not None]
    one_is_open = len(placed) > 1 and len({part.is_sure for part in placed}) > 1
    if (len(_places(placed)) == 1 and not one_is_open) or not placed:
        return None
    bests = [part.best for part in placed if part.best is not None]
    reason = Reason(
        "L10",
        "the text holds {count} matters in different places: one ticket for each",
        {"count": len(parts)},
    )
    return GeocodeResult(text, GeocodeStatus.MULTI_ISSUE, tuple(bests), None, tuple(parts), (reason,))
