"""Does a confidence say how often it is right? Expected calibration error and the diagram that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.proportions import Proportion

BINS = 15
_SIDE, _EDGE = 360, 50


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence."""

    confidence: float
    """Mean, 0 to 1."""
    right: float
    """Share that is right."""
    count: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that is right."""
        return Proportion(round(self.right * self.count), self.count).interval


def bins(confidences: Sequence[float], right: Sequence[bool], count: int = BINS) -> list[Bin]:
    """Return bins of equal width; empty ones are left out."""
    sure, hit = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    rows = np.minimum((sure * count).astype(int), count - 1)
    return [
        Bin(float(sure[rows == row].mean()), float(hit[rows == row].mean()), int((rows == row).sum()))
        for row in np.unique(rows)
    ]


def calibration_error(found: Sequence[Bin]) -> float | None:
    """Return the expected calibration error: the mean gap between confidence and share, weighed by answers.

    >>> calibration_error([Bin(0.9, 0.8, 10), Bin(0.5, 0.5, 30)])
    0.025
    """
    total = sum(one.count for one in found)
    if not total:
        return None
    return round(sum(one.count * abs(one.confidence - one.right) for one in found) / total, 5)


def diagram(found: Sequence[Bin], title: str) -> str:
    """Return a reliability diagram as SVG: a disc per bin, as large as it has answers, with its interval."""
    most = max((one.count for one in found), default=1)
    discs = "".join(
        f'<circle cx="{_x(one.confidence)}" cy="{_y(one.right)}" r="{3 + 15 * (one.count / most) ** 0.5:.1f}"'
        f' fill="#0072b2" fill-opacity="0.5"><title>{one.count} answers, confidence {one.confidence:.3f}, '
        f"right {one.right:.3f}</title></circle>"
        for one in found
    )
    lines = "".join(
        f'<line x1="{_x(one.confidence)}" y1="{_y(one.interval[0])}" x2="{_x(one.confidence)}" '
        f'y2="{_y(one.interval[1])}" stroke="#0072b2"/>'
        for one in found
    )
    ticks = "".join(
        f'<text x="{_x(tick / 5)}" y="{_y(0) + 18}" text-anchor="middle">{tick / 5:.1f}</text>'
        f'<text x="{_x(0) - 8}" y="{_y(tick / 5) + 4}" text-anchor="end">{tick / 5:.1f}</text>'
        for tick in range(6)
    )
    size = _SIDE + 2 * _EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" '
        f'font-size="12"><rect width="{size}" height="{size}" fill="#fff"/>'
        f'<rect x="{_x(0)}" y="{_y(1)}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#888"/>'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888" stroke-dasharray="4"/>'
        f'{ticks}{lines}{discs}<text x="{size / 2}" y="24" text-anchor="middle" font-size="14">{title}</text>'
        f'<text x="{size / 2}" y="{size - 10}" text-anchor="middle">confidence</text>'
        f'<text x="14" y="{size / 2}" text-anchor="middle" transform="rotate(-90 14 {size / 2})">'
        "share right</text></svg>\n"
    )


def _x(value: float) -> float:
    return round(_EDGE + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_EDGE + (1 - value) * _SIDE, 1)
