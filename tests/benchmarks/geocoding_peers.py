"""What a user would take instead to find the village in a text, each given the same county's list of names.

Dependency group ``peers``; one that is not installed is left out. cpca knows no village: it is asked all the
same. jionlp and cpca want the whole address, so they get province, city and county before the text.
"""

import importlib.util
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.benchmarks.damaged_names import NamedText
from tests.benchmarks.nation_villages import RealCounty
from tests.benchmarks.proportions import Proportion

Peer = Callable[[RealCounty, str], str]
"""Takes a county and a text, returns a village's code, or nothing."""
OURS = "ours"


@dataclass(frozen=True)
class PeerScore:
    """One way, on the same texts as all others."""

    name: str
    top_1: Mapping[str, Proportion]
    """By kind of damage."""
    texts_per_s: float
    """Of processor time, the median of the rounds."""

    @property
    def whole(self) -> Proportion:
        """All kinds together."""
        return Proportion(sum(p.hits for p in self.top_1.values()), sum(p.total for p in self.top_1.values()))


def peers() -> dict[str, Peer]:
    """Return the ways that can be tried, ours first."""
    ways: dict[str, Peer] = {OURS: _ours, "substring": _substring}
    if importlib.util.find_spec("rapidfuzz"):
        ways["rapidfuzz"] = _rapidfuzz
    if importlib.util.find_spec("cpca"):
        ways["cpca"] = _cpca
    if importlib.util.find_spec("jionlp"):
        ways["jionlp"] = _jionlp
    return ways


def raced(texts: Sequence[NamedText], rounds: int) -> list[PeerScore]:
    """Let all ways read the same texts, taking turns round by round.

    Parameters
    ----------
    texts
        Dealt out to the rounds; each is read once by each way.
    rounds
        How often everybody has a turn.
    """
    ways = peers()
    for way in ways.values():
        for county in {id(named.county): named.county for named in texts}.values():
            way(county, "热身村")
    rates: dict[str, list[float]] = defaultdict(list)
    hits: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        dealt = texts[turn::rounds]
        for name, way in ways.items():
            start = time.process_time()
            answers = [way(named.county, named.text) for named in dealt]
            rates[name].append(len(dealt) / max(time.process_time() - start, 1e-9))
            for named, answer in zip(dealt, answers, strict=True):
                hits[name][named.kind].append(answer == named.code)
    return [
        PeerScore(
            name,
            {kind: Proportion(sum(flags), len(flags)) for kind, flags in sorted(hits[name].items())},
            median(rates[name]),
        )
        for name in ways
    ]


def _ours(county: RealCounty, text: str) -> str:
    best = county.geocoder.geocode(text).best
    return best.unit_code or "" if best else ""


def _substring(county: RealCounty, text: str) -> str:
    names, codes = county.spellings
    return next((code for name, code in zip(names, codes, strict=True) if name in text), "")


def _rapidfuzz(county: RealCounty, text: str) -> str:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - may be missing

    names, codes = county.addresses
    _, _, place = process.extractOne(text, names, scorer=fuzz.partial_ratio)
    return codes[place]


def _cpca(county: RealCounty, text: str) -> str:
    import cpca  # noqa: PLC0415 - may be missing

    cpca.transform([county.above + county.name + text])
    return ""


def _jionlp(county: RealCounty, text: str) -> str:
    import jionlp  # noqa: PLC0415 - may be missing

    found = jionlp.parse_location(county.above + county.name + text, town_village=True)
    return county.by_town_and_name.get((found.get("town") or "", found.get("village") or ""), "")
