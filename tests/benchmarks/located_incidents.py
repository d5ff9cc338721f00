"""Texts with a true point, of which most name no village: a memory of resolved ones is asked about new ones.

Four fifths are learnt, one fifth is asked; equal texts are always on the same side. A memory answers each
text with a probability per village; the likeliest is its top-1. `ours` is the geocoder's memory, which
`bench_memory` asks too.
"""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from boundaries.names import fold_name
from tests.benchmarks.nearest_memory import NearestTexts
from tests.benchmarks.proportions import Proportion, proportion
from tests.benchmarks.reliability import Bin, bins, calibration_error
from tests.shared_data import SHARED

INCIDENTS = "geocode/tw_incidents_open.csv"
VILLAGES = "geocode/tw_villages.parquet"
KEYS = ("gps_top1", "gps_top5", "gps_ece", "gps_credible_90", "gps_unnamed_top1", "gps_town")
_TOP, _CREDIBLE, _PARTS = 5, 0.9, 5
_TOWN_DIGITS = -3

Shares = Mapping[str, float]
"""Village code to probability."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One text and where it truly was."""

    text: str
    lon: float
    lat: float
    """WGS 84."""
    village: str
    """``VILLCODE``; without its last three digits the town's."""
    names_village: bool
    """Whether the text holds the village's name."""


Memory = Callable[[Sequence[Incident]], Callable[[Sequence[str]], Iterable[Shares]]]
"""Learns incidents; what it returns answers texts."""


def ours() -> Memory | None:
    """Return the geocoder's own memory; None when the villages are not beside this checkout."""
    from tests.benchmarks.bench_memory import shipped  # noqa: PLC0415 - it asks us for the texts

    return shipped if (SHARED / VILLAGES).exists() else None


def nearest(learnt: Sequence[Incident]) -> Callable[[Sequence[str]], Iterable[Shares]]:
    """Learn by heart, answer with the most similar text."""
    return NearestTexts([one.text for one in learnt], [one.village for one in learnt]).answers


def incidents() -> list[Incident]:
    """Return all incidents; none when the file is not beside the checkout."""
    path = SHARED / INCIDENTS
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Incident(
                row["location_text"],
                float(row["lon"]),
                float(row["lat"]),
                row["VILLCODE"],
                fold_name(row["VILLNAME"]) in fold_name(row["location_text"]),
            )
            for row in csv.DictReader(file)
        ]


def split(found: Sequence[Incident]) -> tuple[list[Incident], list[Incident]]:
    """Return what is learnt and what is asked, told apart by the text alone."""
    sides: tuple[list[Incident], list[Incident]] = ([], [])
    for one in found:
        draw = hashlib.sha256(fold_name(one.text).encode()).digest()[0]
        sides[draw % _PARTS == 0].append(one)
    return sides


@dataclass(frozen=True)
class MemoryScore:
    """How well a memory places texts it has never seen."""

    top_1: Proportion
    top_5: Proportion
    town: Proportion
    unnamed_top_1: Proportion
    """Among texts that do not hold their village's name."""
    credible: Proportion
    """Truth inside the smallest set of villages that holds 90 %; to be right 88 to 92 % of the time."""
    reliability: Sequence[Bin]

    def figures(self) -> dict[str, float | None]:
        """Return the figures under their keys."""
        error = calibration_error(self.reliability)
        shares = (self.top_1, self.top_5, self.credible, self.unnamed_top_1, self.town)
        one, five, credible, unnamed, town = (part.share for part in shares)
        return dict(zip(KEYS, (one, five, error, credible, unnamed, town), strict=True))

    def lines(self, name: str) -> list[str]:
        """Return the score as lines."""
        return [
            f"{name}: top-1 {self.top_1}   top-5 {self.top_5}   town {self.town.share}",
            f"    no village named: top-1 {self.unnamed_top_1}",
            f"    90 % set holds the truth {self.credible}",
            f"    calibration error {calibration_error(self.reliability)}",
        ]


def score(memory: Memory, found: Sequence[Incident]) -> MemoryScore:
    """Learn one side, ask the other."""
    learnt, asked = split(found)
    return scored(memory(learnt)([one.text for one in asked]), asked)


def scored(found: Iterable[Shares], asked: Sequence[Incident]) -> MemoryScore:
    """Hold answers against the truth, in the same order."""
    answers = [ranked(shares) for shares in found]
    first = [answer[0][0] if answer else "" for answer in answers]
    right = [code == one.village for code, one in zip(first, asked, strict=True)]
    pairs = list(zip(answers, asked, strict=True))
    return MemoryScore(
        proportion(right),
        proportion([one.village in [code for code, _ in answer[:_TOP]] for answer, one in pairs]),
        proportion(
            [
                code[:_TOWN_DIGITS] == one.village[:_TOWN_DIGITS]
                for code, one in zip(first, asked, strict=True)
            ]
        ),
        proportion([hit for hit, one in zip(right, asked, strict=True) if not one.names_village]),
        proportion([one.village in credible_set(answer) for answer, one in pairs if answer]),
        bins([answer[0][1] if answer else 0.0 for answer in answers], right),
    )


def ranked(shares: Shares) -> list[tuple[str, float]]:
    """Return villages and probabilities, the likeliest first."""
    return sorted(shares.items(), key=lambda pair: -pair[1])


def credible_set(answer: Sequence[tuple[str, float]]) -> set[str]:
    """Return the fewest villages that together hold nine tenths.

    >>> sorted(credible_set([("a", 0.6), ("b", 0.35), ("c", 0.05)]))
    ['a', 'b']
    """
    chosen, held = set[str](), 0.0
    for code, share in answer:
        if held >= _CREDIBLE:
            break
        chosen.add(code)
        held += share
    return chosen


def figures() -> tuple[dict[str, float | None], list[str], Sequence[Bin]]:
    """Return the figures, None for what is not measured; lines that say how well; our reliability."""
    empty: dict[str, float | None] = dict.fromkeys((*KEYS, "gps_nearest_top1", "gps_nearest_unnamed_top1"))
    found = incidents()
    if not found:
        return empty, [f"{INCIDENTS} is not beside this checkout"], ()
    peer = score(nearest, found)
    empty |= {"gps_nearest_top1": peer.top_1.share, "gps_nearest_unnamed_top1": peer.unnamed_top_1.share}
    lines = peer.lines("nearest text")
    memory = ours()
    if memory is None:
        return empty, [*lines, f"{VILLAGES} is not beside this checkout"], ()
    own = score(memory, found)
    return empty | own.figures(), [*own.lines("ours"), *lines], own.reliability
