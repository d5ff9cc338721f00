"""The spot that remembered tickets point at inside a village, how far it may be off, and whose word it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.coordinates import Points
from boundaries.memory_candidates import MemoryGround, Testimony
from boundaries.memory_evidence import Channel
from boundaries.memory_ground import SCALES_M, WIDE_M

_ONE_PLACE_M, _AROUND_M = 150.0, 400.0
_SPEAKS = 0.05
_MOST_HEARD = 60
_SQUARES = np.array([*SCALES_M, WIDE_M]) ** 2


@dataclass(frozen=True, slots=True)
class MemoryWitness:
    """A remembered ticket that speaks for the answer."""

    reference: str
    channel: Channel
    weight: float
    """Its share of what its channel says for the likeliest village, 0 to 1."""
    metres: float
    """From the answer's point."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """The middle of the likeliest spot."""

    metres: Points
    """Shape (2,), on the grid of the areas."""
    spread_m: float
    """Standard deviation along each axis as the witnesses have it; they are too sure, see `MemoryWeights`."""
    places: NDArray[np.int64]
    """Shape (n,): tickets and places between them that bear witness."""
    channels: NDArray[np.int64]
    """Shape (n,)."""
    weights: NDArray[np.float64]
    """Shape (n,): what each says for the village."""

    def witnesses(self, ground: MemoryGround) -> tuple[MemoryWitness, ...]:
        """Return the tickets that say something, the weightiest of each channel first."""
        by_channel = np.bincount(self.channels, self.weights, len(Channel))
        share = self.weights / np.maximum(by_channel[self.channels], 1e-12)
        spoken = (share > _SPEAKS) & (self.places < len(ground.tickets))
        order = np.flatnonzero(spoken)[np.argsort(-share[spoken], kind="stable")]
        apart = np.hypot(*(ground.index.metres[self.places[order]] - self.metres).T)
        return tuple(
            MemoryWitness(
                str(ground.tickets.references[self.places[i]]),
                Channel(int(self.channels[i])),
                float(share[i]),
                float(metres),
            )
            for i, metres in zip(order.tolist(), apart, strict=True)
        )


def spot_in(ground: MemoryGround, told: Testimony, village: int) -> Spot | None:
    """Return the likeliest spot in or near a village.

    Parameters
    ----------
    ground, told
        What is remembered, and what of it speaks.
    village
        Row of the village.

    Returns
    -------
    Spot or None
        None when no ticket speaks for this village.
    """
    here = np.flatnonzero(ground.shares.rows[told.entries] == village)
    speaking = told.which[here]
    mass = ground.shares.shares[told.entries[here]] * told.spread[speaking]
    weight = mass.sum(axis=1)
    if len(weight) > _MOST_HEARD:
        loudest = np.argpartition(-weight, _MOST_HEARD)[:_MOST_HEARD]
        speaking, mass, weight = speaking[loudest], mass[loudest], weight[loudest]
    if weight.sum() <= 0:
        return None
    metres = ground.index.metres[told.places[speaking]]
    gaps = ((metres[:, None] - metres[None]) ** 2).sum(axis=2)
    middle = int((np.exp(-gaps / (2 * _ONE_PLACE_M**2)) @ weight).argmax())
    near = np.where(gaps[middle] <= _AROUND_M**2, weight, 0.0)
    spot = near @ metres / near.sum()
    apart = ((metres - spot) ** 2).sum(axis=1) / 2
    errs = (mass @ _SQUARES) / np.maximum(weight, 1e-12)
    spread_m = float(np.sqrt((weight @ (apart + errs)) / weight.sum()))
    return Spot(spot, spread_m, told.places[speaking], told.channels[speaking], weight)
