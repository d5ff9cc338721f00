"""How well the geocoder reads damaged names: top-1, what it decides alone, what its confidence would allow.

Thresholds are fixed on the development counties, one per kind of evidence (status and rules of the best
candidate), and only then applied to the test counties.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boundaries import GeocodeResult
from tests.benchmarks.damaged_names import KINDS, NamedText
from tests.benchmarks.proportions import Proportion, proportion

PRECISION = 0.995
"""What a threshold must reach on the development split, so that the test split shows 0.99."""
_FEWEST = 20
NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Read:
    """A text and what the geocoder made of it."""

    named: NamedText
    unit_code: str
    """Of the best candidate, empty without one."""
    town_code: str
    confidence: float
    is_sure: bool
    evidence: str

    @property
    def is_right(self) -> bool:
        """Whether the best candidate is the village; a text that allows none has no right village."""
        return bool(self.unit_code) and self.unit_code == self.named.code


def read(texts: Iterable[NamedText]) -> list[Read]:
    """Ask each text's own county."""
    return [read_as(named, named.county.geocoder.geocode(named.text)) for named in texts]


def read_by_sound(texts: Iterable[NamedText]) -> list[Read]:
    """Ask each text's own county, where the county lets exact homophones decide."""
    return [
        read_as(named, named.county.geocoder.letting_homophones_decide(True).geocode(named.text))
        for named in texts
    ]


def read_as(named: NamedText, result: GeocodeResult) -> Read:
    """Keep what is scored of an answer."""
    best = result.best
    unit, town = (best.unit_code or "", best.town_code or "") if best else ("", "")
    confidence = best.confidence if best and unit else 0.0
    return Read(named, unit, town, confidence, result.is_sure, evidence_of(result))


def evidence_of(result: GeocodeResult) -> str:
    """Return on what an answer rests: its status and the rules behind its best candidate.

    >>> from tests.boundaries.lufeng_names import GEOCODER
    >>> evidence_of(GEOCODER.geocode("东海街道炎龙村路灯不亮"))
    'resolved L3'
    """
    rules = {reason.rule for reason in result.best.because} if result.best else set()
    return " ".join([result.status.value, *sorted(rules)])


def fixed_thresholds(reads: Sequence[Read], precision: float = PRECISION) -> Mapping[str, float]:
    """Return for each kind of evidence the least confidence from which on it was right often enough.

    Parameters
    ----------
    reads
        Of development counties, all kinds of text, those that allow no village too.
    precision
        The share that must be right among all at or above the threshold.

    Returns
    -------
    mapping
        A confidence; 2 where no confidence is enough, or too few were seen.
    """
    grouped: dict[str, list[Read]] = defaultdict(list)
    for one in reads:
        if one.unit_code:
            grouped[one.evidence].append(one)
    return {evidence: _threshold(group, precision) for evidence, group in grouped.items()}


def _threshold(group: Sequence[Read], precision: float) -> float:
    chosen, right = NEVER, 0
    ordered = sorted(group, key=lambda one: -one.confidence)
    for place, one in enumerate(ordered, start=1):
        right += one.is_right
        is_last_of_its_confidence = place == len(ordered) or ordered[place].confidence < one.confidence
        if is_last_of_its_confidence and place >= _FEWEST and right >= precision * place:
            chosen = one.confidence
    return chosen


@dataclass(frozen=True)
class KindScore:
    """One kind of damage on the test split."""

    kind: str
    top_1: Proportion
    """The best candidate among knowable texts; of T7, where nobody was to be sent."""
    natural_top_1: Proportion
    """Among all, those included whose name several units share."""
    town: Proportion
    precision: Proportion
    """Right among those the geocoder decided alone, knowable or not."""
    coverage: Proportion
    """Decided alone, of the knowable."""
    tuned_precision: Proportion
    """The same by confidence, with the thresholds fixed on the development split."""
    tuned_coverage: Proportion

    def figures(self) -> Mapping[str, float | None]:
        """Return the figures under their keys."""
        return {
            self.kind: self.top_1.share,
            f"{self.kind}_natural": self.natural_top_1.share,
            f"{self.kind}_auto_precision": self.precision.share,
            f"{self.kind}_auto_coverage": self.coverage.share,
            f"{self.kind}_tuned_precision": self.tuned_precision.share,
            f"{self.kind}_tuned_coverage": self.tuned_coverage.share,
        }


def scores(reads: Sequence[Read], thresholds: Mapping[str, float]) -> list[KindScore]:
    """Return the scores of all kinds."""
    return [_score(kind, [one for one in reads if one.named.kind == kind], thresholds) for kind in KINDS]


def _score(kind: str, reads: Sequence[Read], thresholds: Mapping[str, float]) -> KindScore:
    known = [one for one in reads if one.named.is_knowable]
    tuned = [one for one in reads if is_tuned(one, thresholds)]

    def good(one: Read) -> bool:
        return one.is_right or (kind == "T7" and not one.is_sure)

    return KindScore(
        kind,
        proportion([good(one) for one in known]),
        proportion([good(one) for one in reads]),
        proportion([one.town_code == one.named.town_code for one in reads]),
        proportion([one.is_right for one in reads if one.is_sure]),
        proportion([one.is_sure for one in known]),
        proportion([one.is_right for one in tuned]),
        proportion([is_tuned(one, thresholds) for one in known]),
    )


def is_tuned(one: Read, thresholds: Mapping[str, float]) -> bool:
    """Say whether the confidence reaches the threshold of its evidence; new evidence never does."""
    return bool(one.unit_code) and one.confidence >= thresholds.get(one.evidence, NEVER)


def table(found: Sequence[KindScore]) -> list[str]:
    """Return the scores as lines."""
    lines = []
    for one in found:
        lines += [
            f"  {one.kind:4} top-1 {one.top_1}   natural {one.natural_top_1.share}   town {one.town.share}",
            f"       alone: right {one.precision}   covers {one.coverage.share}",
            f"       by confidence: right {one.tuned_precision}   covers {one.tuned_coverage.share}",
        ]
    return lines


def failures(reads: Sequence[Read], kind: str, examples: int = 6) -> list[str]:
    """Return the failures of a kind, the commonest sort first, with examples that a developer can try."""
    groups: dict[str, list[Read]] = defaultdict(list)
    for one in reads:
        if one.named.kind == kind and one.named.is_knowable:
            sort = _failure(one)
            if sort:
                groups[f"{sort} ({one.evidence or 'nothing read'})"].append(one)
    counts = Counter({sort: len(group) for sort, group in groups.items()})
    lines = []
    for sort, count in counts.most_common():
        lines.append(f"{kind} {count:5} {sort}")
        for one in groups[sort][:examples]:
            register = one.named.county.divisions
            wanted = register[one.named.code].display_name if one.named.code else "nobody"
            got = register[one.unit_code].display_name if one.unit_code in register else "no village"
            lines.append(
                f"           {one.named.county.name} {one.named.text[:60]} | said {one.named.said}, "
                f"meant {wanted}, got {got} {one.confidence:.2f}"
            )
    return lines


def _failure(one: Read) -> str:
    """Return what went wrong, empty when nothing did."""
    if one.named.kind == "T7":
        return "sent to a village that was not meant" if one.is_sure else ""
    if not one.is_right:
        return ("sent to" if one.is_sure else "proposed") + (
            " another village" if one.unit_code else " no village"
        )
    return "" if one.is_sure else "right, but asks"
