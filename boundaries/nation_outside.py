"""The names beyond a county, found once for all counties: three thousand words that each would hold again."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby

from boundaries.gazetteer import Gazetteer
from boundaries.named_places import NamedPlace, NameHit, NameKind, Spelling, Wording
from boundaries.names import fold_name
from boundaries.outside import all_outer_names, outside_names, short_name
from boundaries.standard_addresses import StandardAddresses

_WORDINGS = {wording: place for place, wording in enumerate(Wording)}


_KEPT_HOMES = 4096


class OuterNames:
    """Provinces, cities, counties and the towns next door, as one county sees them."""

    def __init__(self) -> None:
        self._all = Gazetteer("", all_outer_names())
        self.addresses = StandardAddresses.none()
        """The same empty list of addresses for all counties."""
        self.homes = lru_cache(_KEPT_HOMES)(_homes)
        """Return what a county's list calls it and what it lies in otherwise than the shipped list does."""

    def find(self, text: str, county_code: str) -> list[NameHit]:
        """Return the names in a folded text that say something beyond a county, or the county's own."""
        hits = self._all.find(text)
        if not hits:
            return []
        places = outside_names(county_code, {place.code for hit in hits for place in hit.places})
        borne: dict[tuple[str, Wording], tuple[NamedPlace, ...]] = {}
        for place in places:
            for spelling in place.spellings:
                key = spelling.text, spelling.wording
                borne[key] = (*borne.get(key, ()), place)
        seen = [(hit, borne.get((text[hit.start : hit.end], hit.wording), ())) for hit in hits]
        return [NameHit(hit.start, hit.end, hit.wording, known) for hit, known in seen if known]


class CountyNames(Gazetteer):
    """The names of one county's units, and of what lies beyond.

    It finds what `Gazetteer.build` from the same list would find.

    Parameters
    ----------
    called
        What the list calls the county and what it lies in, by code.
    """

    def __init__(
        self, county_code: str, places: Iterable[NamedPlace], outer: OuterNames, called: Mapping[str, str]
    ) -> None:
        homes = outer.homes(county_code, tuple(called.items()))
        super().__init__(county_code, [*homes, *places], outer.addresses)
        self._outer = outer

    def roads_read_like(self, name: str) -> list[NamedPlace]:  # noqa: ARG002 - the list names no street
        """Return no street."""
        return []

    def find(self, text: str) -> list[NameHit]:
        """Return every name in a folded text, overlapping ones too, in the order of their ends."""
        beyond = self._outer.find(text, self.county_code)
        if not beyond:
            return super().find(text)
        ordered = sorted([*beyond, *super().find(text)], key=_order)
        return [_joined(list(same)) for _, same in groupby(ordered, key=_order)]


def _homes(county_code: str, called: Iterable[tuple[str, str]]) -> tuple[NamedPlace, ...]:
    known = {spelling.text for place in outside_names(county_code, ()) for spelling in place.spellings}
    return tuple(_home(code, name) for code, name in called if fold_name(name) not in known)


def _home(code: str, name: str) -> NamedPlace:
    full, short = fold_name(name), fold_name(short_name(name))
    spellings = [Spelling(full, Wording.FULL)]
    if short != full:
        spellings.append(Spelling(short, Wording.CORE))
    return NamedPlace(NameKind.HOME, name, code, "", "", None, 0.0, tuple(spellings))


def _order(hit: NameHit) -> tuple[int, int, int]:
    return hit.end, hit.start, _WORDINGS[hit.wording]


def _joined(same: list[NameHit]) -> NameHit:
    """Join what is spelt alike beyond the county and in it."""
    if len(same) == 1:
        return same[0]
    places = tuple(place for hit in same for place in hit.places)
    return NameHit(same[0].start, same[0].end, same[0].wording, places)
