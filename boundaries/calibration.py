"""What a confidence is worth: per kind of evidence, how often answers like it were right.

The geocoder's rules give each answer a raw confidence; the table says what share of such answers was right on
texts with known places. Counts are kept, not only shares, so that a county's own confirmed tickets can be
added to them, and weigh more the more there are (the posterior mean of a Beta distribution).
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Self

from boundaries.errors import NotAMapError
from boundaries.places import GeocodeResult, PlaceLevel

_PRIOR = 4.0
"""Answers that the raw confidence itself counts for."""
_OWN_WEIGHT = 5.0
"""One ticket of the county's own tells as much about it as so many texts of other counties."""
_CEILING = 0.999
_NAMED = frozenset({PlaceLevel.VILLAGE, PlaceLevel.GROUP})
_COLUMNS = ["evidence", "asked", "right"]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often answers on one kind of evidence were looked at, and how often they were right."""

    asked: float = 0.0
    right: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.asked + other.asked, self.right + other.right)

    def share(self, raw: float) -> float:
        """Return the probability of being right, drawn towards the raw confidence while little is known."""
        return min((self.right + _PRIOR * raw) / (self.asked + _PRIOR), _CEILING)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Kind of evidence → how often answers on it were right."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)

    @classmethod
    def shipped(cls) -> Self:
        """Return the table that comes with the package; see ``data/SOURCES.md`` for how it was made."""
        return cls(_shipped())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a table that `save` wrote.

        Raises
        ------
        NotAMapError
            When the file cannot be read as one.
        """
        try:
            return cls(_read(path.read_text(encoding="utf-8")))
        except (OSError, KeyError, ValueError) as error:
            raise NotAMapError(
                "the calibration {path} cannot be read: learn it again", path=path.name
            ) from error

    def save(self, path: Path) -> None:
        """Write the table as CSV: ``evidence,asked,right``."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows(
                (evidence, f"{tally.asked:g}", f"{tally.right:g}")
                for evidence, tally in sorted(self.tallies.items())
            )

    @classmethod
    def learned(cls, answers: Iterable[tuple[GeocodeResult, str]]) -> Self:
        """Count how often answers were right.

        Parameters
        ----------
        answers
            What an uncalibrated geocoder said, and the code of the unit that was right; an empty code says
            that no unit was.
        """
        asked: Counter[str] = Counter()
        right: Counter[str] = Counter()
        for result, code in answers:
            evidence = evidence_of(result)
            if evidence and result.best is not None:
                asked[evidence] += 1
                right[evidence] += result.best.unit_code == code
        return cls({evidence: Tally(count, right[evidence]) for evidence, count in asked.items()})

    def with_own(self, own: Self) -> Self:
        """Return the table with a county's own answers added; each weighs as several of other counties."""
        both = dict(self.tallies)
        for evidence, tally in own.tallies.items():
            weighed = Tally(tally.asked * _OWN_WEIGHT, tally.right * _OWN_WEIGHT)
            both[evidence] = both.get(evidence, Tally()) + weighed
        return type(self)(both)

    def applied(self, result: GeocodeResult) -> GeocodeResult:
        """Return an answer with probabilities for confidences, likeliest first.

        The candidates behind the best share what it leaves over. Where the raw confidence left the decision
        to a person, a high probability does not take it away. Of several matters each is looked at by itself.
        """
        if result.parts:
            parts = tuple(map(self.applied, result.parts))
            bests = tuple(part.best for part in parts if part.best is not None)
            return replace(result, parts=parts, candidates=bests)
        evidence = evidence_of(result)
        best = result.best
        if not evidence or best is None or evidence not in self.tallies:
            return result
        share = self.tallies[evidence].share(best.confidence)
        if len(result.candidates) == 1:
            only = (replace(best, confidence=share),)
            return replace(result, candidates=only, is_left_to_person=not result.is_sure)
        rest = sum(candidate.confidence for candidate in result.candidates[1:])
        scale = (1.0 - share) / rest if rest else 0.0
        others = (
            replace(candidate, confidence=min(candidate.confidence, candidate.confidence * scale))
            for candidate in result.candidates[1:]
        )
        ranked = sorted((replace(best, confidence=share), *others), key=lambda one: -one.confidence)
        return replace(result, candidates=tuple(ranked), is_left_to_person=not result.is_sure)


def evidence_of(result: GeocodeResult) -> str:
    """Return on what kind of evidence an answer rests: its status, the rules behind it, its raw confidence.

    Empty for an answer that names no village: spots and coordinates carry the error of a point already.
    """
    best = result.best
    if best is None or best.unit_code is None or best.level not in _NAMED:
        return ""
    rules = sorted({reason.rule for reason in best.because})
    return " ".join([result.status.value, *rules, f"{best.confidence:.2f}"])


@cache
def _shipped() -> Mapping[str, Tally]:
    return _read((files("boundaries") / "data" / "calibration.csv").read_text(encoding="utf-8"))


def _read(text: str) -> dict[str, Tally]:
    return {
        row["evidence"]: Tally(float(row["asked"]), float(row["right"]))
        for row in csv.DictReader(text.splitlines())
    }
