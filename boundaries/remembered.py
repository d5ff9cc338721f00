"""Villages that remembered tickets speak for, shown to a person where a text's words name none."""

from dataclasses import replace

from boundaries.areas import Areas
from boundaries.memory_answers import MemoryAnswer
from boundaries.places import GeocodeResult, GeocodeStatus, PlaceLevel
from boundaries.proposals import Proposals
from boundaries.reasons import Reason, listed
from boundaries.text_features import read_features
from boundaries.text_memory import TextMemory

_SILENT = frozenset({GeocodeStatus.TOWN_ONLY, GeocodeStatus.NO_PLACE, GeocodeStatus.NEEDS_REVIEW})
_LEAST, _MOST = 0.05, 5
_OTHERS = Reason("MEM", "remembered tickets of like words lie here too")


def with_memory(
    result: GeocodeResult, memory: TextMemory, areas: Areas, proposals: Proposals
) -> GeocodeResult:
    """Return an answer with what remembered tickets say, where the rules found no village.

    The status stays: nothing that is only remembered is acted on without a person. The candidates stand
    behind what the rules found, each with the probability the memory gives it; where the text names a town,
    only villages of that town are shown.
    """
    is_silent = result.status in _SILENT and not any(c.unit_code for c in result.candidates)
    if not is_silent or not len(memory) or not len(areas.villages):
        return result
    answer = memory.predict(result.text, areas)
    if not answer.witnesses:
        return result
    towns = {candidate.town_code for candidate in result.candidates if candidate.town_code}
    likeliest = next(iter(answer.shares), "")
    shown = tuple(
        proposals.unit(
            code,
            PlaceLevel.VILLAGE,
            proposals.divisions[code].display_name,
            share,
            _why(answer, result.text) if code == likeliest else _OTHERS,
            point=answer.point if code == likeliest else None,
            sigma_m=answer.sigma_m,
        )
        for code, share in answer.shares.items()
        if share >= _LEAST and code in proposals.divisions
    )
    fitting = [candidate for candidate in shown if not towns or candidate.town_code in towns]
    return replace(result, candidates=(*result.candidates, *fitting[:_MOST]))


def _why(answer: MemoryAnswer, text: str) -> Reason:
    """Return how many tickets speak for the likeliest village, and which places the text names."""
    features = read_features(text)
    named = [features.town, features.village, *(road.name for road in features.roads)]
    count = len({witness.reference for witness in answer.witnesses})
    words = listed(dict.fromkeys(name for name in named if name))
    if not words:
        return Reason("MEM", "{count} remembered tickets of like words lie here", {"count": count})
    return Reason(
        "MEM",
        "{count} remembered tickets of like words lie here; the text says {words}",
        {"count": count, "words": words},
    )
