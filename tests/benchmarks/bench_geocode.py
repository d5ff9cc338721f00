"""The judge of the geocoder: truth sets, damaged real names, messages without place, GPS truth, speed, peers.

Run as ``python tests/benchmarks/bench_geocode.py [--quick] [--only PART …] [--show KIND] [--split SPLIT]
[--out FOLDER]``. Names come from the nation's list of villages inside jionlp (dependency group ``peers``);
sample data lies in ``../shared/data``; what is absent is said and counts as null. ``--show T2`` prints every
sort of failure of one kind with examples; with ``--split development`` those of the development counties,
the only ones a fix may look at. Shares come with Wilson's 95 % interval. The last line is JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import located_incidents, nation_index, unusual_texts
from tests.benchmarks.complaints import complaints, placeless_clauses
from tests.benchmarks.damage_scores import (
    Read,
    failures,
    fixed_thresholds,
    is_tuned,
    read,
    read_by_sound,
    scores,
    table,
)
from tests.benchmarks.damaged_names import KINDS, PLACED, NamedText, damaged
from tests.benchmarks.geocoding_negatives import as_texts, negatives, negatives_everywhere
from tests.benchmarks.geocoding_peers import OURS, PeerScore, raced
from tests.benchmarks.geocoding_speed import speed
from tests.benchmarks.nation_villages import nation_text, sampled
from tests.benchmarks.proportions import Proportion, proportion
from tests.benchmarks.reliability import bins, calibration_error, diagram
from tests.benchmarks.truth_scores import guixi, lufeng, status_score, truth_scores
from tests.shared_data import SHARED

HEARD = ("T3", "T3b")
PEERS = ("cpca", "jionlp", "rapidfuzz", "substring")
_TEST_SPLIT, _DEVELOPMENT_SPLIT = "test", "development"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    test_counties: int
    development_counties: int
    villages: int
    """Of each county."""
    peer_texts: int
    """Of each kind."""
    rounds: int
    message_step: int


FULL, QUICK = Size(120, 60, 25, 200, 5, 1), Size(30, 20, 20, 20, 3, 4)


@dataclass
class Report:
    """What is printed and what ends in the JSON line."""

    size: Size
    options: argparse.Namespace
    figures: dict[str, float | None] = field(default_factory=dict)
    ratio: dict[str, float | None] = field(default_factory=dict)

    def say(self, *lines: str) -> None:
        """Print lines at once."""
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.flush()

    def draw(self, name: str, picture: str) -> None:
        """Keep a picture in the folder for pictures, if there is one."""
        folder: Path | None = self.options.out
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(picture, encoding="utf-8")


def truth(report: Report) -> None:
    """Score the truth sets and the invented tickets."""
    report.say("truth sets")
    makers = {"lufeng": lufeng, "guixi": guixi} if (SHARED / "truth/score.py").exists() else {}
    found = truth_scores({name: make() for name, make in makers.items()})
    for one in found:
        report.say(*one.lines())
        report.figures[f"{one.name}_village"] = one.village.share
    if not found:
        report.say("  truth/*.jsonl is not beside this checkout")
        return
    report.figures["town"] = _together([one.town for one in found]).share
    report.figures["auto_precision"] = _together([one.precision for one in found]).share
    report.figures["auto_coverage"] = _together([one.coverage for one in found]).share
    statuses, wrong = status_score(lufeng())
    report.say(f"  invented tickets: status and unit {statuses}", *(f"    {line}" for line in wrong))
    report.figures["invented_tickets"] = statuses.share


def _together(parts: Sequence[Proportion]) -> Proportion:
    return Proportion(sum(one.hits for one in parts), sum(one.total for one in parts))


def names(report: Report) -> None:
    """Score damaged names; thresholds come from the development counties."""
    size = report.size
    if not nation_text():
        report.say(
            "jionlp is not installed: the registers of Lufeng and Guixi stand in for the nation's list"
        )
    learnt = read(texts_of(size, testing=False))
    thresholds = fixed_thresholds([*learnt, *read(messages_of(size, testing=False))])
    tested = read(texts_of(size, testing=True)) or learnt
    found = scores(tested, thresholds)
    counties = len({one.named.county.code for one in tested})
    report.say(f"damaged names: {len(tested):,} texts of {counties} counties", *table(found))
    for one in found:
        report.figures.update(one.figures())
    by_sound(report, [one.named for one in tested if one.named.kind in HEARD])
    shared_names = [one for one in tested if not one.named.is_knowable]
    sent = proportion([one.is_sure and not one.is_right for one in shared_names])
    report.say(f"  names that fit several units: sent to the wrong one {sent}")
    report.figures["shared_names_misdispatched"] = sent.share
    report.say("  thresholds: " + ", ".join(f"{key} ≥ {value}" for key, value in sorted(thresholds.items())))
    refused = read(messages_of(size, testing=True))
    dispatched = proportion([is_tuned(one, thresholds) for one in refused])
    report.say(f"  messages without a place of the county that confidence would send {dispatched}")
    report.figures["negatives_tuned_dispatched"] = dispatched.share
    calibrated(report, tested)
    if report.options.show:
        reads = learnt if report.options.split == _DEVELOPMENT_SPLIT else tested
        report.say(*failures(reads, report.options.show, report.options.examples))


def by_sound(report: Report, texts: Sequence[NamedText]) -> None:
    """Score homophones once more, where the county has chosen to let exact ones decide."""
    for one in scores(read_by_sound(texts), {}):
        if one.kind in HEARD:
            report.say(
                f"  {one.kind:4} where exact homophones decide: right {one.precision}   "
                f"covers {one.coverage.share}"
            )
            report.figures[f"{one.kind}_by_sound_precision"] = one.precision.share
            report.figures[f"{one.kind}_by_sound_coverage"] = one.coverage.share


def messages_of(size: Size, *, testing: bool) -> list[NamedText]:
    """Return half of the messages, put to the counties of one split."""
    counties = sampled(size.test_counties if testing else size.development_counties, testing=testing)
    return as_texts(counties, size.message_step, testing=testing)


def texts_of(size: Size, *, testing: bool) -> list[NamedText]:
    """Return the damaged names of one split."""
    counties = sampled(size.test_counties if testing else size.development_counties, testing=testing)
    return damaged(counties, size.villages, placeless_clauses(testing=testing))


def calibrated(report: Report, reads: Sequence[Read]) -> None:
    """Tell whether confidences hold, and draw them."""
    answered = [one for one in reads if one.unit_code]
    found = bins([one.confidence for one in answered], [one.is_right for one in answered])
    report.figures["names_ece"] = calibration_error(found)
    report.say(f"  calibration error {report.figures['names_ece']} over {len(answered):,} answers")
    report.say(*(f"    confidence {b.confidence:.3f} right {b.right:.3f} of {b.count:,}" for b in found))
    report.draw("reliability_names.svg", diagram(found, f"Damaged names, {len(answered):,} answers"))


def messages(report: Report) -> None:
    """Count messages that were sent to a village."""
    if not complaints():
        report.say("messages: geocode/complaints_2020.xlsx is not beside this checkout")
        return
    step = report.size.message_step
    counties = sampled(report.size.test_counties // 2, testing=True)
    for key, found in (
        ("negatives_dispatched", negatives(lufeng(), step)),
        ("negatives_dispatched_guixi", negatives(guixi(), step)),
        ("negatives_dispatched_anywhere", negatives_everywhere(counties, step)),
    ):
        report.figures[key] = found.dispatched.share
        report.say(f"{key} {found.dispatched}", *(f"    {cause}" for cause in found.causes))


def incidents(report: Report) -> None:
    """Score texts with GPS truth."""
    found, lines, reliability = located_incidents.figures()
    report.figures.update(found)
    report.say("texts with GPS truth", *(f"  {line}" for line in lines))
    if reliability:
        report.draw("reliability_gps.svg", diagram(reliability, "Texts with GPS truth"))


def rates(report: Report) -> None:
    """Measure one county's speed on tickets of Lufeng."""
    path = SHARED / "truth/lufeng_open.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = speed(lufeng(), [json.loads(line)["text"] for line in lines if line], report.size.rounds)
    report.figures.update(found)
    report.say("speed " + ", ".join(f"{key} {value:,}" for key, value in found.items()))


def unusual(report: Report) -> None:
    """Ask about texts that no clerk means to send."""
    found, lines = unusual_texts.asked(lufeng(), 20 if report.options.quick else 100)
    report.figures.update(found)
    report.say("unusual texts", *(f"  {line}" for line in lines))


def race(report: Report) -> None:
    """Compare with what a user would take instead, on the same texts in the same run."""
    texts = [one for one in texts_of(report.size, testing=True) if one.is_knowable]
    chosen = [
        one
        for kind in PLACED
        for one in _spread([t for t in texts if t.kind == kind], report.size.peer_texts)
    ]
    found = {one.name: one for one in raced(chosen, report.size.rounds)}
    report.say(f"peers on {len(chosen):,} texts")
    for one in found.values():
        shares = "  ".join(f"{kind} {share.share}" for kind, share in one.top_1.items())
        report.say(f"  {one.name:10} {one.whole}  {one.texts_per_s:8,.0f} texts/s  {shares}")
    for peer in PEERS:
        report.ratio |= _ratios(peer, found)
        whole = found[peer].whole.share if peer in found else None
        report.figures[f"{peer}_accuracy"] = whole
        report.figures[f"{peer}_texts_per_s"] = round(found[peer].texts_per_s, 1) if peer in found else None
    missing = [peer for peer in PEERS if peer not in found]
    if missing:
        report.say(f"  not installed, so not measured: {', '.join(missing)} (dependency group peers)")


def _spread(texts: Sequence[NamedText], count: int) -> Sequence[NamedText]:
    """Return so many texts at equal steps: of all counties."""
    return texts[:: max(1, len(texts) // count)][:count]


def _ratios(peer: str, found: Mapping[str, PeerScore]) -> dict[str, float | None]:
    """Return how many times more accurate and faster we are; None for a peer without a right answer."""
    accuracy = speed_ratio = None
    if peer in found:
        ours, theirs = found[OURS], found[peer]
        speed_ratio = round(ours.texts_per_s / theirs.texts_per_s, 2)
        if theirs.whole.share and ours.whole.share:
            accuracy = round(ours.whole.share / theirs.whole.share, 3)
    return {f"{peer}_accuracy": accuracy, f"{peer}_speed": speed_ratio}


def nation(report: Report) -> None:
    """Measure the nation's list as one index; not in a quick run."""
    if report.options.quick:
        report.figures["nation_texts_per_s"] = None
        report.say("the nation as one index: not in a quick run")
        return
    found, said = nation_index.measured(limit_s=600)
    report.figures.update(found)
    report.say("the nation as one index", *(f"  {key} {value}" for key, value in found.items()))
    report.say(*(f"  {line}" for line in said))


PARTS: Mapping[str, Callable[[Report], None]] = {
    part.__name__: part for part in (truth, names, messages, incidents, rates, unusual, race, nation)
}


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", action="store_true", help="less than a minute")
    asked.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS)
    )
    asked.add_argument("--show", choices=KINDS, help="print the failures of this kind of damage")
    asked.add_argument("--split", choices=(_TEST_SPLIT, _DEVELOPMENT_SPLIT), default=_TEST_SPLIT)
    asked.add_argument("--examples", type=int, default=6, help="so many of each sort of failure")
    asked.add_argument("--out", type=Path, help="folder for the pictures")
    return asked.parse_args(arguments)


def main() -> None:
    """Measure all parts, or those asked for."""
    chosen = options()
    report = Report(QUICK if chosen.quick else FULL, chosen)
    for part in chosen.only:
        start = time.perf_counter()
        PARTS[part](report)
        report.say(f"  ({part}: {time.perf_counter() - start:.1f} s)", "")
    report.say(json.dumps({"ratio": report.ratio, "figures": report.figures}))


if __name__ == "__main__":
    main()
