"""The memory judged on real texts with a true point: right villages, honest odds, speed and size.

Run as ``python -m tests.benchmarks.bench_memory [--quick] [--ship FILE]``. The texts are divided in five by
what they say, so that equal texts stay together, as in `located_incidents`; and once more by the place they
say, so that all texts of the same streets and numbers do, whatever stands around them. Each fifth is asked of
a memory of the other four, whose weights are learnt on those four alone. ``--quick`` asks the first fifth
only, with the shipped weights, which were learnt on its other four (``--ship`` makes them). The peer is the
nearest text of `nearest_memory`, with the same memory. The last line is JSON.
"""

import argparse
import hashlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np

from boundaries import Areas
from boundaries.memory_answers import PlacedMemory
from boundaries.names import fold_name
from boundaries.text_memory import TextMemory
from tests.benchmarks.located_incidents import (
    VILLAGES,
    Incident,
    MemoryScore,
    incidents,
    nearest,
    scored,
    split,
)
from tests.benchmarks.reliability import calibration_error
from tests.shared_data import SHARED

DAY = date(2025, 1, 1)
ORIGIN = (
    "12,000 traffic incidents with GPS points (Taiwan, open data): the four fifths that "
    "tests/benchmarks/located_incidents.py learns, each tenth of those looked for among the rest; made by "
    "tests/benchmarks/bench_memory.py --ship"
)
PARTS = 5
SIZES = (10_000, 20_000, 100_000)
_FILLERS = re.compile(r"前?0\.0公尺|[东西南北]+侧|附近|[前口旁处]|\W")

Answer = Callable[[Sequence[str]], Iterable[Mapping[str, float]]]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@cache
def areas() -> Areas:
    """Return the real villages."""
    drawn = gpd.read_parquet(SHARED / VILLAGES)
    rows = {
        "code": drawn.VILLCODE,
        "name": drawn.VILLNAME,
        "town_code": drawn.TOWNCODE,
        "town_name": drawn.TOWNNAME,
    }
    return Areas.from_frames(
        gpd.GeoDataFrame(rows, geometry=drawn.geometry.make_valid(), crs="EPSG:4326"), None
    )


def memory_of(learnt: Sequence[Incident]) -> TextMemory:
    """Return a memory of incidents with the shipped weights."""
    points = np.array([(one.lon, one.lat) for one in learnt])
    names = [str(number) for number in range(len(learnt))]
    return TextMemory.learn([one.text for one in learnt], points, names, [DAY] * len(learnt))


def shipped(learnt: Sequence[Incident]) -> Answer:
    """Learn incidents, with the shipped weights; for `located_incidents`."""
    return _answers(memory_of(learnt))


def refitted(learnt: Sequence[Incident], key: Callable[[str], str]) -> Answer:
    """Learn incidents, and the weights from them alone."""
    texts = [one.text for one in learnt]
    return _answers(memory_of(learnt).fitted(texts, areas(), groups=[key(text) for text in texts]))


def _answers(memory: TextMemory) -> Answer:
    return lambda texts: [answer.shares for answer in memory.predict_many(texts, areas())]


def place_key(text: str) -> str:
    """Return what a text says of its place: its streets and numbers in order, without the words between.

    >>> place_key("永康區正強街前0.0公尺 / 永康區中山路口") == place_key("永康區中山路 / 永康區正強街西側")
    True
    """
    pieces = re.split(r"[/、,与和]", fold_name(text))
    return "/".join(sorted({_FILLERS.sub("", piece) for piece in pieces} - {""}))


def fold_of(key: str) -> int:
    """Return the fifth of a text by its key."""
    return hashlib.sha256(key.encode()).digest()[0] % PARTS


def crossed(found: Sequence[Incident], key: Callable[[str], str]) -> tuple[MemoryScore, MemoryScore]:
    """Return our score and the nearest text's, each fifth asked of the other four."""
    part = [fold_of(key(one.text)) for one in found]
    own: list[Mapping[str, float]] = []
    peer: list[Mapping[str, float]] = []
    asked: list[Incident] = []
    for fold in range(PARTS):
        learnt = [one for one, at in zip(found, part, strict=True) if at != fold]
        questions = [one for one, at in zip(found, part, strict=True) if at == fold]
        texts = [one.text for one in questions]
        own += refitted(learnt, key)(texts)
        peer += nearest(learnt)(texts)
        asked += questions
        say(f"  fifth {fold + 1} of {PARTS} asked")
    return scored(own, asked), scored(peer, asked)


def chance_error(score: MemoryScore) -> float:
    """Return the calibration error that perfectly honest odds would show by chance on so many answers.

    The mean gap of a bin of n answers of confidence p is about sqrt(2 p (1 - p) / (pi n)).
    """
    found = score.reliability
    gaps = [
        one.count * np.sqrt(2 * one.confidence * (1 - one.confidence) / (np.pi * one.count)) for one in found
    ]
    return round(float(sum(gaps)) / sum(one.count for one in found), 5)


def figures_of(ours: MemoryScore, peer: MemoryScore, name: str = "") -> dict[str, float | None]:
    """Return figures under their keys, and print them."""
    for line in (*ours.lines(f"ours{name}"), *peer.lines(f"nearest text{name}")):
        say(line)
    say(f"    of that calibration error honest odds would show {chance_error(ours)} by chance")
    ahead = (ours.top_1.share or 0) - (peer.top_1.share or 0)
    say(f"    ahead of the nearest text by {100 * ahead:.1f} points")
    made = ours.figures() | {
        "gps_ece_by_chance": chance_error(ours),
        "gps_nearest_top1": peer.top_1.share,
        "gps_nearest_top5": peer.top_5.share,
        "gps_nearest_ece": calibration_error(peer.reliability),
    }
    return {key + name: value for key, value in made.items()}


def measured(*, quick: bool = True) -> dict[str, float | None]:
    """Return gps_top1, gps_top5, gps_ece, gps_credible_90 and the nearest text's; empty without the data."""
    found = incidents()
    if not found or not (SHARED / VILLAGES).exists():
        say("the incidents are not beside this checkout")
        return {}
    if quick:
        learnt, asked = split(found)
        texts = [one.text for one in asked]
        return figures_of(scored(shipped(learnt)(texts), asked), scored(nearest(learnt)(texts), asked))
    return figures_of(*crossed(found, fold_name)) | figures_of(*crossed(found, place_key), "_by_place")


def speeds(found: Sequence[Incident], sizes: Sequence[int]) -> dict[str, float | None]:
    """Return seconds and megabytes of memories of some sizes, processor time.

    Larger memories than there are texts repeat them with other numbers, the points moved by some metres.
    """
    made: dict[str, float | None] = {}
    questions = [one.text for one in found[::12]]
    for size in sizes:
        made |= {f"{key}@{size}": value for key, value in _speed(_repeated(found, size), questions).items()}
        say(
            " ".join(
                f"{key} {value:.4g}" for key, value in made.items() if key.endswith(f"@{size}") and value
            )
        )
    return made


def _speed(learnt: Sequence[Incident], questions: Sequence[str]) -> dict[str, float]:
    start = time.process_time()
    memory = memory_of(learnt)
    learning = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.npz"
        memory.save(path)
        size = path.stat().st_size / 1e6
        start = time.process_time()
        memory = TextMemory.open(path)
        opening = time.process_time() - start
    start = time.process_time()
    placed = PlacedMemory(memory.tickets, areas(), memory.weights)
    placed.predict(questions[0])
    placing = time.process_time() - start
    each = np.array([_seconds(placed, text) for text in questions])
    return {
        "learn_s": learning,
        "file_mb": size,
        "open_s": opening,
        "place_s": placing,
        "single_ms": 1000 * float(np.median(each)),
        "texts_per_s": 1 / float(each.mean()),
    }


def _seconds(placed: PlacedMemory, text: str) -> float:
    start = time.process_time()
    placed.predict(text)
    return time.process_time() - start


def _repeated(found: Sequence[Incident], size: int) -> list[Incident]:
    random = np.random.default_rng(0)
    made = list(found[:size])
    while len(made) < size:
        one = found[len(made) % len(found)]
        east, north = random.normal(0, 3e-4, 2)
        text = re.sub(
            r"\d+(?=號)", lambda number: str(int(number[0]) + int(random.integers(1, 40))), one.text
        )
        made.append(Incident(text, one.lon + east, one.lat + north, one.village, one.names_village))
    return made


def ship(path: Path) -> None:
    """Write the weights that come with the package."""
    learnt, _ = split(incidents())
    texts = [one.text for one in learnt]
    groups = [place_key(text) for text in texts]
    memory_of(learnt).fitted(texts, areas(), groups=groups, origin=ORIGIN).weights.save(path)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one fifth, the shipped weights")
    parser.add_argument("--ship", type=Path, help="write the shipped weights to a file, and nothing else")
    options = parser.parse_args()
    if options.ship:
        ship(options.ship)
        return
    figures = measured(quick=options.quick)
    if figures:
        figures |= speeds(incidents(), SIZES[1:2] if options.quick else SIZES)
    say(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main()
