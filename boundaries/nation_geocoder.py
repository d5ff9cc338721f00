"""Where in the nation, or in a province, is it? A text is led to one county, whose own geocoder answers.

Where the text does not tell the county, every unit that bears the name is answered, with its probability, for
a person to choose from.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from boundaries.calibration import Calibration
from boundaries.names import FoldedText, fold
from boundaries.nation_counties import CountyGeocoders
from boundaries.nation_index import NationIndex
from boundaries.nation_ranking import (
    STATED,
    NationName,
    Ranking,
    Rows,
    names_in,
    no_coincidence,
    ranked,
    scoped,
)
from boundaries.nation_spellings import FoundSpelling
from boundaries.nation_units import Tier
from boundaries.places import Candidate, GeocodeResult, GeocodeStatus, PlaceLevel
from boundaries.reasons import Reason

_COUNTY_DIGITS, _TOWN_DIGITS = 6, 9
_SHOWN = 10
_BEYOND_DOUBT = 0.995
"""So likely the county must be before the answer may send anybody."""
_MOST_CHARACTERS = 20_000
"""A county's geocoder reads no more either."""
_TOGETHER = 4096
"""So many texts are sorted by county at a time."""


@dataclass(frozen=True, slots=True)
class _Route:
    """Where a text leads."""

    text: str
    folded: FoldedText
    """As much of the text as is read."""
    within: str | None
    county: int | None
    """Row of the county that answers; None when the text does not tell it."""
    is_given: bool
    """Whether the county was known before."""
    rows: Rows
    """The towns and villages of that county that the text names, where they are enough; else empty."""
    ranking: Ranking | None
    right: float
    """Probability that the county is no coincidence of names."""


class NationGeocoder:
    """Finds villages in Chinese text, offline, anywhere in the nation.

    Parameters
    ----------
    index
        Of the nation, a province, or any list of units.
    calibration
        What confidences are worth; None takes the shipped one.
    kept_counties
        How many counties' own geocoders are kept for the next text.
    """

    def __init__(
        self, index: NationIndex, calibration: Calibration | None = None, *, kept_counties: int = 64
    ) -> None:
        self._index = index
        self._units = index.units
        known = calibration if calibration is not None else Calibration.shipped()
        self._counties = CountyGeocoders(index.units, known, kept_counties)

    def geocode(self, text: str, *, within: str | None = None) -> GeocodeResult:
        """Say where a text places its matter.

        Parameters
        ----------
        text
            What the caller said, as the clerk wrote it.
        within
            Prefix of the codes among which the place is known to lie: 2 digits a province, 4 a city, 6 the
            county the call centre serves, 9 a town. One that no unit has tells nothing.

        Returns
        -------
        GeocodeResult
            What the county's `Geocoder` says when the county is given, or the text names it or a town that
            only one county has with such a village; left to a person where that may be chance. Else never
            sure: ``AMBIGUOUS`` or ``NEEDS_REVIEW`` with the units that bear the name and the probability of
            each, ten at most; ``NO_PLACE`` without any. Never an error
            for what a text says.
        """
        return self._answer(self._route(text, within))

    def geocode_many(
        self, texts: Iterable[str], within: Iterable[str | None] | None = None
    ) -> Iterator[GeocodeResult]:
        """Yield `geocode` of each text, in order; texts of one county are answered together.

        Parameters
        ----------
        within
            One prefix for each text, or None for all of them.
        """
        texts = iter(texts)
        prefixes = iter(within) if within is not None else None
        while batch := list(islice(texts, _TOGETHER)):
            known = list(islice(prefixes, len(batch))) if prefixes is not None else [None] * len(batch)
            routes = [self._route(text, prefix) for text, prefix in zip(batch, known, strict=True)]
            order = sorted(range(len(routes)), key=lambda place: _county_first(routes[place]))
            answers = {place: self._answer(routes[place]) for place in order}
            yield from (answers[place] for place in range(len(batch)))

    def _route(self, text: str, within: str | None) -> _Route:
        """Find the county of a text, and what to ask it."""
        folded = fold(text[:_MOST_CHARACTERS])
        spellings = list(self._index.find(folded.text))
        names = names_in(folded.text, spellings, self._units)
        known = within if within and self._has(within) else None
        if known:
            names = scoped(names, self._units, known)
        villages = ranked(names, self._units, Tier.VILLAGE)
        ranking = villages or ranked(names, self._units, Tier.TOWN)
        given = self._units.counties.get(known[:_COUNTY_DIGITS]) if known else None
        county = given if given is not None else self._stated(ranking, names)
        rows = np.empty(0, np.int32)
        right = 1.0
        if county is not None and villages is not None:
            rows = self._excerpt(county, folded.text, spellings, known, villages)
            right = 1.0 if given is not None else no_coincidence(villages, names, county, self._units)
        return _Route(text, folded, known, county, given is not None, rows, ranking, right)

    def _has(self, prefix: str) -> bool:
        first, behind = self._units.below(prefix) if prefix.isascii() else (0, 0)
        return behind > first

    def _stated(self, ranking: Ranking | None, names: Sequence[NationName]) -> int | None:
        """Return the one county that a text states; None when it states none or several."""
        if ranking is not None and ranking.agreement >= STATED:
            return self._only(ranking.rows)
        # a town that only one county has, or the county alone
        larger = ranked(names, self._units, Tier.TOWN) or ranked(names, self._units, Tier.COUNTY)
        return self._only(larger.rows) if larger is not None and len(larger.rows) == 1 else None

    def _only(self, rows: Rows) -> int | None:
        counties = np.unique(self._units.arrays.above[rows, Tier.COUNTY])
        return int(counties[0]) if len(counties) == 1 and counties[0] >= 0 else None

    def _excerpt(
        self,
        county: int,
        text: str,
        spellings: Sequence[FoundSpelling],
        within: str | None,
        villages: Ranking,
    ) -> Rows:
        """Return the units of a county that a text names; without a town those too that are read alike."""
        arrays = self._units.arrays
        first, _ = self._units.below(within or "")
        found = {first} if within and self._units.tier(first) is Tier.TOWN else set()
        for spelling in spellings:
            rows = spelling.rows[arrays.above[spelling.rows, Tier.COUNTY] == county]
            found.update(rows[arrays.tiers[rows] >= Tier.TOWN].tolist())
            if not villages.is_in_town and (arrays.tiers[rows] == Tier.VILLAGE).any():
                found.update(self._index.read_like(text[spelling.start : spelling.end], county))
        return np.array(sorted(found), np.int32)

    def _answer(self, route: _Route) -> GeocodeResult:
        text = route.text
        if route.county is None:
            return self._ranked(route)
        town = route.within if route.within and len(route.within) == _TOWN_DIGITS else None
        if len(route.rows):
            found = self._counties.excerpt(route.county, route.rows.tolist()).geocode(text, within=town)
            in_town = route.ranking is not None and route.ranking.is_in_town
            if _is_one_of_its_name(found, {"L3"} if in_town else {"L3", "L4"}):
                return _doubted(found, route.right)
        found = self._counties.whole(route.county).geocode(text, within=town)
        if found.status is GeocodeStatus.OUT_OF_AREA and not route.is_given and route.ranking is not None:
            return self._ranked(route)
        return _doubted(found, route.right)

    def _ranked(self, route: _Route) -> GeocodeResult:
        """Answer with all units that bear the name, for a person to choose from."""
        ranking, text = route.ranking, route.text
        if ranking is None:
            reason = Reason("L2", "the text names no town or village of the list")
            return GeocodeResult(text, GeocodeStatus.NO_PLACE, (), None, (), (reason,))
        shown = tuple(
            self._candidate(route.folded, int(row), name, float(share))
            for row, name, share in islice(
                zip(ranking.rows, ranking.names, ranking.shares, strict=True), _SHOWN
            )
        )
        count = len(ranking.rows)
        if count == 1:
            reason = Reason("L4", "the text does not say in which county {name} is", {"name": shown[0].label})
            return GeocodeResult(text, GeocodeStatus.NEEDS_REVIEW, shown, None, (), (reason,))
        reason = Reason(
            "L6",
            "{count} places of the list are called {name}: in which county is it?",
            {"count": count, "name": shown[0].label},
        )
        return GeocodeResult(text, GeocodeStatus.AMBIGUOUS, shown, None, (), (reason,))

    def _candidate(self, folded: FoldedText, row: int, name: NationName, share: float) -> Candidate:
        units = self._units
        place, town = units.division(row), units.of(row, Tier.TOWN)
        above = "".join(units.name(units.of(row, tier)) for tier in (Tier.PROVINCE, Tier.CITY, Tier.COUNTY))
        reason = Reason("L4", "{name} is a place of {county}", {"name": place.display_name, "county": above})
        is_town = units.tier(row) is Tier.TOWN
        return Candidate(
            PlaceLevel.TOWN if is_town else PlaceLevel.VILLAGE,
            folded.original_of(name.start, name.end),
            None if is_town else place.code,
            "" if is_town else place.display_name,
            place.town_code,
            units.name(town),
            None,
            None,
            share,
            (reason,),
        )


def _county_first(route: _Route) -> int:
    return -1 if route.county is None or len(route.rows) else route.county


def _doubted(result: GeocodeResult, right: float) -> GeocodeResult:
    """Lower the confidences by the chance that the county is another one, and ask when it is not small."""
    if right == 1 or result.best is None:
        return result
    shown = tuple(replace(one, confidence=one.confidence * right) for one in result.candidates)
    if right >= _BEYOND_DOUBT:
        return replace(result, candidates=shown)
    reason = Reason(
        "L4",
        "several towns are called {town}, and another may have a {name} that no list has",
        {"town": result.best.town_name, "name": result.best.label},
    )
    return replace(result, candidates=shown, because=(*result.because, reason), is_left_to_person=True)


def _is_one_of_its_name(result: GeocodeResult, rules: Collection[str]) -> bool:
    """Say whether one village answers by its name as it is written: units of other names change nothing."""
    best = result.best
    if result.status is not GeocodeStatus.RESOLVED or best is None:
        return False
    return any(reason.rule in rules for reason in best.because)
