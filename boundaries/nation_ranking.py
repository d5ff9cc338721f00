"""Which units of the nation a text may mean: ranked by how much of where they lie the text names too.

Scope prunes before anything is weighed: of all units that bear a name only those stay that most of the named
provinces, cities, counties and towns speak for. What stays shares the probability.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.named_places import Wording
from boundaries.nation_index import WORDINGS
from boundaries.nation_spellings import FoundSpelling
from boundaries.nation_units import NationUnits, Tier

Rows = NDArray[np.int32]

_FULL = WORDINGS.index(Wording.FULL)
_CORE = WORDINGS.index(Wording.CORE)
_ENDING = re.compile(r"(?:社区)?(?:居民委员会|居委会?)|村民委员会|村委会?|社区|村")
_COMMUNITY = re.compile(r"社区|居")
_TELLING = 3  # a name of three characters is rarely an everyday word
# what the text names of the places above a unit counts so much: in full, and by a short name
_SAYS_FULL, _SAYS_SHORT = (1, 2, 4, 4), (1, 1, 2, 1)
_RIGHT_BEHIND, _HAS_ENDING = 2, 1
STATED = 4
"""From so much on a county is stated: by its own name or by a town's."""
_UNLISTED = 0.094
_ADJACENT, _IN_TOWN, _ENDED, _OTHER_ENDING, _TELLING_BARE, _BARE = 0.97, 0.9, 0.8, 0.7, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class NationName:
    """A name in a text, and the units of one tier that bear it."""

    start: int
    end: int
    """Behind the ending that follows: 水乾村委会."""
    ending: str
    """村, 社区, 居委会 … as it follows in the text; empty for none."""
    tier: Tier
    rows: Rows
    is_full: bool
    """Whether nothing is left out of the name: then it is more than an everyday word."""

    @property
    def is_telling(self) -> bool:
        """Whether the text says that this is a place: by an ending, or the whole name."""
        return self.is_full or bool(self.ending)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units of one tier that a text may mean."""

    rows: Rows
    """The likeliest first; of equals, the lower code first."""
    names: Sequence[NationName]
    """For each the name that it bears."""
    shares: NDArray[np.float64]
    """Probability of each."""
    agreement: int
    """How much of where they lie the text names; see `STATED`."""
    is_in_town: bool
    """Whether the text names the town of them all."""


def names_in(text: str, spellings: Iterable[FoundSpelling], units: NationUnits) -> list[NationName]:
    """Return the names in a folded text, without those that a longer or surer one covers."""
    found = [name for spelling in spellings for name in _by_tier(text, spelling, units)]
    telling = [(name.start, name.end) for name in found if name.is_telling]
    return [name for name in found if not _is_covered(name, telling)]


def scoped(names: Sequence[NationName], units: NationUnits, within: str) -> list[NationName]:
    """Return the names with those units only whose codes begin with a prefix; what is larger stays."""
    first, behind = units.below(within)
    kept = []
    for name in names:
        rows = name.rows
        if name.tier >= Tier.TOWN:
            rows = rows[(rows >= first) & (rows < behind)]
        if len(rows):
            kept.append(NationName(name.start, name.end, name.ending, name.tier, rows, name.is_full))
    return kept


def ranked(names: Sequence[NationName], units: NationUnits, tier: Tier) -> Ranking | None:
    """Return the units of a tier that the text may mean; None when it names none."""
    own = [name for name in names if name.tier is tier and (tier is Tier.VILLAGE or name.is_telling)]
    if not own:
        return None
    rows = np.concatenate([name.rows for name in own])
    bears = np.repeat(np.arange(len(own)), [len(name.rows) for name in own])
    context = _Context(names, units)
    agreement = np.concatenate([context.agreement(name) for name in own])
    telling = np.array([name.is_telling for name in own])[bears] * _HAS_ENDING
    best = np.flatnonzero(agreement + telling == (agreement + telling).max())
    likely = np.concatenate([context.likelihood(name, units) for name in own])[best]
    order = np.lexsort((bears[best], rows[best], -likely))
    _, first = np.unique(rows[best][order], return_index=True)
    order = order[np.sort(first)]
    best, likely = best[order], likely[order]
    return Ranking(
        rows[best],
        [own[name] for name in bears[best]],
        likely / max(1.0, float(likely.sum())),
        int(agreement[best].min()),
        bool(context.are_in_town(rows[best]).all()),
    )


def no_coincidence(villages: Ranking, names: Sequence[NationName], county: int, units: NationUnits) -> float:
    """Return the probability that a village in a named town is meant, and not one that no list has.

    Of the villages that officials write after a town `_UNLISTED` are in no register. The text of such a one
    leads astray where another town of the same name happens to have a village of the same name, which among
    as many towns and villages as bear the two names is a matter of chance.

    Parameters
    ----------
    villages
        What the text may mean, all in one county.
    names
        What the text names; where it names the county itself there is no doubt.
    """
    within, scope = next(
        (
            (tier, units.of(county, tier))
            for tier in (Tier.COUNTY, Tier.CITY, Tier.PROVINCE)
            for name in names
            if name.tier is tier and name.is_full and units.of(county, tier) in name.rows
        ),
        (None, -1),
    )
    if within is Tier.COUNTY:
        return 1.0
    town = units.of(int(villages.rows[0]), Tier.TOWN)
    called = [name.rows for name in names if name.tier is Tier.TOWN and town in name.rows]
    if within is not None:
        called = [rows[units.arrays.above[rows, within] == scope] for rows in called]
    others = min((len(rows) for rows in called), default=len(units)) - 1
    expected = others * len(villages.names[0].rows) / units.town_count
    astray = _UNLISTED * -math.expm1(-expected)
    return (1 - _UNLISTED) / (1 - _UNLISTED + astray)


class _Context:
    """What a text names of the places above a unit."""

    def __init__(self, names: Sequence[NationName], units: NationUnits) -> None:
        self._above = units.arrays.above
        self._named = [
            (name.tier, name.rows, name.is_full, name.end) for name in names if name.tier < Tier.VILLAGE
        ]

    def agreement(self, name: NationName) -> NDArray[np.int64]:
        """Return for each unit of a name how much of what is above it is named, and where."""
        above = self._above[name.rows]
        total = np.zeros(len(above), np.int64)
        for tier in range(name.tier):
            said = np.zeros(len(above), np.int64)
            for named, rows, is_full, end in self._named:
                if named != tier:
                    continue
                weight = (_SAYS_FULL if is_full else _SAYS_SHORT)[tier]
                if tier == Tier.TOWN and end == name.start:
                    weight += _RIGHT_BEHIND
                said = np.maximum(said, weight * np.isin(above[:, tier], rows))
            total += said
        return total

    def likelihood(self, name: NationName, units: NationUnits) -> NDArray[np.float64]:
        """Return how likely each unit of a name is meant, were it the only one that bears it."""
        bare = _TELLING_BARE if name.end - name.start >= _TELLING else _BARE
        found = np.full(len(name.rows), _ENDED if name.is_telling else bare)
        if name.tier is not Tier.VILLAGE:
            return found
        if name.ending:
            fits = units.kind_is_community(name.rows) == bool(_COMMUNITY.match(name.ending))
            found[~fits] = _OTHER_ENDING
        in_town = self.are_in_town(name.rows)
        adjacent = in_town & np.isin(self._above[name.rows, Tier.TOWN], self._towns(name.start))
        raised = np.where(adjacent, _ADJACENT, _IN_TOWN) - (0.0 if name.is_telling else 1 - _ENDED) / 2
        return np.where(in_town, raised - np.where(found == _OTHER_ENDING, 0.05, 0.0), found)

    def are_in_town(self, rows: Rows) -> NDArray[np.bool_]:
        """Say which units lie in a town that the text names in full, or right before them."""
        return np.isin(self._above[rows, Tier.TOWN], self._towns(None))

    def _towns(self, end: int | None) -> Rows:
        """Return the towns named in full, or those whose name ends at a place."""
        found = [
            rows
            for tier, rows, is_full, place in self._named
            if tier is Tier.TOWN and (is_full if end is None else place == end)
        ]
        return np.concatenate(found) if found else np.empty(0, np.int32)


def _by_tier(text: str, spelling: FoundSpelling, units: NationUnits) -> Iterator[NationName]:
    tiers = units.arrays.tiers[spelling.rows]
    full = spelling.wordings != _CORE
    for tier in map(Tier, sorted(set(tiers.tolist()))):
        chosen = tiers == tier
        behind = _ENDING.match(text, spelling.end) if tier is Tier.VILLAGE else None
        end = behind.end() if behind else spelling.end
        ending = behind[0] if behind else ""
        # 城区 and 郊区 are counties, and what everybody says
        is_full = bool(full[chosen].any()) and (
            tier is not Tier.COUNTY or spelling.end - spelling.start >= _TELLING
        )
        rows = spelling.rows[chosen & full] if is_full and tier < Tier.VILLAGE else spelling.rows[chosen]
        yield NationName(spelling.start, end, ending, tier, rows, is_full)


def _is_covered(name: NationName, telling: Sequence[tuple[int, int]]) -> bool:
    """Say whether a longer name lies over a name, or a surer one over a part of it."""
    length = name.end - name.start
    for start, end in telling:
        if start <= name.start and name.end <= end and end - start > length:
            return True
        if (
            not name.is_telling
            and start < name.end
            and name.start < end
            and (start, end) != (name.start, name.end)
        ):
            return True
    return False
