"""What is left when no village can be told: the town, several towns, another county, or no place at all."""

from collections.abc import Sequence

from boundaries.addresses import Address, Phrase
from boundaries.divisions import UnitKind
from boundaries.mentions import Mention
from boundaries.named_places import NameKind, Wording
from boundaries.places import Candidate, GeocodeResult, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason
from boundaries.town_context import TownContext

_SURE, _WEAK = 0.9, 0.7


class TownReader:
    """Answers with towns, and never with the village that bears a town's name."""

    def __init__(self, proposals: Proposals) -> None:
        self._proposals = proposals

    def answer(self, address: Address, phrases: Sequence[Phrase], carried: TownContext) -> GeocodeResult:
        """Return the answer for a text whose village is not known.

        Parameters
        ----------
        address
            The whole text.
        phrases
            Those that say where the matter is.
        carried
            The town known from elsewhere; it counts when the phrases state none.
        """
        stated = [mention for phrase in phrases for mention in phrase.of(NameKind.TOWN)]
        known = [mention for mention in stated if mention.places]
        codes = list(dict.fromkeys(place.code for mention in known for place in mention.places))
        codes = codes or list(carried.codes)
        if not codes:
            return _nowhere(address, stated)
        if len(codes) > 1:
            return self._several(address, codes)
        alone = self._only_unit(codes[0])
        if alone is not None:
            return _result(address, GeocodeStatus.RESOLVED, (alone,))
        return self._one(address, codes[0], known[0] if known else None)

    def _one(self, address: Address, code: str, stated: Mention | None) -> GeocodeResult:
        town = self._proposals.town_name(code)
        reason = Reason(
            "L12",
            "only {town} is known: no village is named, and no place that the map knows",
            {"town": town},
        )
        weak = stated is not None and stated.wording is Wording.CORE
        spot = address.spot_words(stated) if stated else ""
        candidate = self._proposals.town(code, spot or town, _WEAK if weak else _SURE, reason)
        doubtful = stated is not None and (stated.also_outside or stated.is_tail)
        status = GeocodeStatus.NEEDS_REVIEW if doubtful else GeocodeStatus.TOWN_ONLY
        return _result(address, status, (candidate,), reason)

    def _several(self, address: Address, codes: Sequence[str]) -> GeocodeResult:
        reason = Reason("L10", "the text names {count} towns: which is the matter's?", {"count": len(codes)})
        some = tuple(self._proposals.town(code, "", 1 / len(codes), reason) for code in codes)
        return _result(address, GeocodeStatus.NEEDS_REVIEW, some, reason)

    def _only_unit(self, town_code: str) -> Candidate | None:
        """Return the one placeholder of a forest farm, which has no committee."""
        units = self._proposals.divisions.villages(town_code)
        if len(units) != 1 or units[0].kind is not UnitKind.VIRTUAL:
            return None
        name = self._proposals.town_name(town_code)
        reason = Reason("L3", "{town} has one unit only", {"town": name})
        # the town's level: nobody is sent to a placeholder without asking
        return self._proposals.unit(units[0].code, PlaceLevel.TOWN, name, _SURE, reason)


def _nowhere(address: Address, stated: Sequence[Mention]) -> GeocodeResult:
    if stated:
        reason = Reason("L14", "{town} is no town of this county", {"town": address.words(stated[0])})
        return _result(address, GeocodeStatus.OUT_OF_AREA, (), reason)
    reason = Reason("L2", "the text names no place of this county: ask the caller")
    return _result(address, GeocodeStatus.NO_PLACE, (), reason)


def _result(
    address: Address, status: GeocodeStatus, candidates: tuple[Candidate, ...], *because: Reason
) -> GeocodeResult:
    return GeocodeResult(address.folded.original, status, candidates, None, (), because)
