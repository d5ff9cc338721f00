"""What each fit between a text and a remembered ticket is worth: numbers learnt from confirmed tickets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from boundaries.errors import BadMemoryError
from boundaries.memory_evidence import CATEGORIES, Channel
from boundaries.memory_ground import WIDTHS

FLOORS = (3e-1, 3e-2, 3e-3, 1e-4)
"""A channel's share of a village counts as its logarithm above each of these floors."""
VILLAGE_FEATURES = ("town", "tickets", "size", "no_ticket", "name", "core")
FEATURES = len(Channel) * len(FLOORS) + len(VILLAGE_FEATURES)


class EvidenceKind(StrEnum):
    """What a text's place is mainly known by; each kind is weighed and calibrated by itself."""

    NAME = "name"
    """A village of the named town has its name in the text."""
    CROSSING = "crossing"
    """Two named streets, of which tickets at the same junction or near to each other are remembered."""
    NUMBER = "number"
    """A street with tickets at house numbers, or kilometres, near the text's."""
    ROAD = "road"
    """A street with tickets."""
    WORDS = "words"
    """Nothing but likeness of words, or the town."""


@dataclass(frozen=True, slots=True, eq=False)
class KindWeights:
    """How evidence of one kind is weighed."""

    slopes: NDArray[np.float64]
    """Shape (`FEATURES`,): weights of a village's features; odds are their exponent."""
    confidences: NDArray[np.float64]
    """Shape (k,), rising from 0 to 1: the highest probability as computed …"""
    right: NDArray[np.float64]
    """Shape (k,), rising: … and how often the village was then right."""
    widening: float = 1.0
    """By how much a spot is farther off than its witnesses have it."""

    def calibrated(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities of villages whose highest says how often it is right.

        Parameters
        ----------
        shares
            Shape (n,), n at least 1: as computed, sum 1.
        """
        top = int(shares.argmax())
        highest = float(shares[top])
        wanted = float(np.interp(highest, self.confidences, self.right))
        changed: NDArray[np.float64] = shares * ((1 - wanted) / max(1 - highest, 1e-9))
        changed[top] = wanted
        return changed if int(changed.argmax()) == top else shares


@dataclass(frozen=True, slots=True, eq=False)
class MemoryWeights:
    """All that is learnt about remembering, as numbers."""

    worth: Mapping[Channel, NDArray[np.float64]]
    """Shape (categories,) each: how much a witness counts among those of its channel."""
    scales: Mapping[Channel, NDArray[np.float64]]
    """Shape (categories, 4): how probably a witness errs by each width of `PlaceShares`; sum at most 1."""
    kinds: Mapping[EvidenceKind, KindWeights]
    origin: str
    """How the numbers were made."""

    def save(self, path: Path) -> None:
        """Write the weights as JSON."""
        made = {
            "origin": self.origin,
            "worth": {c.name: _listed(v) for c, v in self.worth.items()},
            "scales": {c.name: _listed(v) for c, v in self.scales.items()},
            "kinds": {
                kind: {
                    "widening": round(w.widening, 3),
                    **{name: _listed(getattr(w, name)) for name in _ARRAYS},
                }
                for kind, w in self.kinds.items()
            },
        }
        path.write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read weights that `save` wrote.

        Raises
        ------
        BadMemoryError
            When the file is missing or something else.
        """
        try:
            return cls._read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadMemoryError(
                "the weights {path} cannot be used: fit them again", path=path.name
            ) from error

    @classmethod
    def _read(cls, made: Mapping[str, Any]) -> Self:
        worth = {c: np.array(made["worth"][c.name], dtype=float) for c in Channel}
        scales = {c: np.array(made["scales"][c.name], dtype=float) for c in Channel}
        kinds = {kind: _kind(made["kinds"][kind]) for kind in EvidenceKind}
        fits = all(scales[c].shape == (*worth[c].shape, WIDTHS) == (CATEGORIES[c], WIDTHS) for c in Channel)
        if not fits or any(kind.slopes.shape != (FEATURES,) for kind in kinds.values()):
            raise ValueError
        return cls(worth, scales, kinds, str(made["origin"]))


@cache
def shipped_weights() -> MemoryWeights:
    """Return the weights that come with the package; how they were made stands in ``origin``."""
    return MemoryWeights.open(Path(str(files("boundaries") / "data" / "memory_weights.json")))


_ARRAYS = ("slopes", "confidences", "right")


def _kind(made: Mapping[str, Any]) -> KindWeights:
    slopes, confidences, right = (np.array(made[name], dtype=float) for name in _ARRAYS)
    return KindWeights(slopes, confidences, right, float(made["widening"]))


def _listed(values: NDArray[np.float64]) -> list[Any]:
    made: list[Any] = np.round(values, 5).tolist()
    return made
