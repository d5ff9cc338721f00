"""How many tickets a second one county's geocoder reads, and how long one takes."""

import time
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from boundaries import Geocoder
from tests.benchmarks.complaints import complaints
from tests.benchmarks.truth_scores import invented_tickets


def speed(geocoder: Geocoder, tickets: Sequence[str], rounds: int) -> Mapping[str, float]:
    """Return rates of processor time and the spread of single answers.

    Parameters
    ----------
    geocoder
        Of the tickets' county; built, and warmed by one pass.
    tickets
        Texts as long as tickets are; the invented ones are added.
    rounds
        The rates are medians over so many rounds.
    """
    texts = [*tickets, *(ticket["text"] for ticket in invented_tickets())]
    long_ones = complaints()[::8]
    figures = {
        "tickets_per_s": _rate(geocoder, texts, rounds),
        "ticket_characters": float(np.mean([len(text) for text in texts])),
    }
    if long_ones:
        figures["messages_per_s"] = _rate(geocoder, long_ones, rounds)
        figures["message_characters"] = float(np.mean([len(text) for text in long_ones]))
    spent = []
    for text in texts * 3:
        start = time.perf_counter_ns()
        geocoder.geocode(text)
        spent.append((time.perf_counter_ns() - start) / 1e6)
    figures["single_p50_ms"], figures["single_p99_ms"] = (float(x) for x in np.percentile(spent, [50, 99]))
    return {key: round(value, 3) for key, value in figures.items()}


def _rate(geocoder: Geocoder, texts: Sequence[str], rounds: int) -> float:
    for _ in geocoder.geocode_many(texts):
        pass
    rates = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in geocoder.geocode_many(texts):
            pass
        rates.append(len(texts) / max(time.process_time() - start, 1e-9))
    return median(rates)
