"""A county's own confirmed tickets, added to the shipped calibration, and whether that makes it truer."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from boundaries.calibration import Calibration, evidence_of
from boundaries.places import GeocodeResult

_FOLDS, _BINS = 5, 10
Answer = tuple[GeocodeResult, str]
"""What an uncalibrated geocoder said, and the code of the unit that was right."""


@dataclass(frozen=True, slots=True)
class OwnCalibration:
    """A calibration with a county's own tickets in it."""

    table: Calibration
    tickets: int
    """Whose text names a village, so that they could be counted."""
    error_before: float
    """Expected calibration error of the shipped table on them, 0 to 1."""
    error_after: float
    """The same with the county's own counted, each ticket judged by a table that has not seen it."""


def own_calibration(answers: Sequence[Answer]) -> OwnCalibration | None:
    """Count a county's own answers; None when none of them names a village.

    The error is cross-validated in five parts; tickets of the same text are in the same part, so that no
    ticket is judged by itself or a copy.
    """
    counted = [answer for answer in answers if evidence_of(answer[0])]
    if not counted:
        return None
    shipped = Calibration.shipped()
    folds = [_fold(result.text) for result, _ in counted]
    before, after = [], []
    for fold in sorted(set(folds)):
        others = [answer for answer, of in zip(counted, folds, strict=True) if of != fold]
        table = shipped.with_own(Calibration.learned(others))
        here = [answer for answer, of in zip(counted, folds, strict=True) if of == fold]
        before += [_judged(shipped, answer) for answer in here]
        after += [_judged(table, answer) for answer in here]
    whole = shipped.with_own(Calibration.learned(counted))
    return OwnCalibration(whole, len(counted), expected_error(before), expected_error(after))


def expected_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of probabilities, in ten bins of equal width.

    Parameters
    ----------
    judged
        Probabilities, 0 to 1, and whether each answer was right.

    Examples
    --------
    >>> round(expected_error([(0.9, True)] * 9 + [(0.9, False)]), 6)
    0.0
    >>> expected_error([(1.0, False)])
    1.0
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in judged:
        bins.setdefault(min(int(probability * _BINS), _BINS - 1), []).append((probability, right))
    gaps = (abs(sum(p for p, _ in held) - sum(right for _, right in held)) for held in bins.values())
    return sum(gaps) / max(len(judged), 1)


def _judged(table: Calibration, answer: Answer) -> tuple[float, bool]:
    result, code = answer
    best = table.applied(result).best
    return (best.confidence, best.unit_code == code) if best else (0.0, False)


def _fold(text: str) -> int:
    return blake2b(text.encode(), digest_size=4).digest()[0] % _FOLDS
