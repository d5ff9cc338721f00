"""Where a text's matter is by what is remembered: a point, the odds of villages, and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.areas import Areas
from boundaries.coordinates import LonLat
from boundaries.memory_candidates import Candidates, MemoryGround
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_evidence import Channel, Evidence
from boundaries.memory_spots import MemoryWitness, Spot, spot_in
from boundaries.memory_weights import EvidenceKind, MemoryWeights
from boundaries.reasons import Reason, listed
from boundaries.text_features import read_features

_NEGLIGIBLE = 1e-3
_LEAST_SIGMA_M, _VAGUE_M = 10.0, 50.0
_SPEAKS = 0.05
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """What the memory says of a text's place."""

    point: LonLat | None
    """The middle of the likeliest spot; None when no ticket speaks for one."""
    sigma_m: float
    """Standard deviation of the point along each axis, metres, so that half of all points lie within 1.18 of
    it; single ones may lie much farther off than a normal distribution has it. Infinite without a point."""
    shares: Mapping[str, float]
    """Village code to probability, likeliest first, shares below a thousandth left out; empty when the
    memory knows nothing of the text. The first says how often such an answer is right."""
    kind: EvidenceKind
    because: tuple[Reason, ...]
    witnesses: tuple[MemoryWitness, ...]

    @property
    def confidence(self) -> float:
        """Probability of the likeliest village, 0 when there is none."""
        return next(iter(self.shares.values()), 0.0)

    def credible(self, share: float) -> tuple[str, ...]:
        """Return the fewest villages that together are as probable as a share, 0 to 1."""
        chosen, total = [], 0.0
        for code, probability in self.shares.items():
            if total >= share:
                break
            chosen.append(code)
            total += probability
        return tuple(chosen)


class PlacedMemory:
    """Remembered tickets on one drawing of the areas, ready to answer."""

    def __init__(self, tickets: RememberedTickets, areas: Areas, weights: MemoryWeights) -> None:
        self._ground = MemoryGround(tickets, areas)
        self._weights = weights
        self._codes = [str(code) for code in areas.villages.index]
        self._names = [str(name) for name in areas.villages["name"]]

    def predict(self, text: str) -> MemoryAnswer:
        """Say where a text's matter is; see `TextMemory.predict`."""
        evidence = self._ground.evidence(read_features(text))
        candidates = self._ground.candidates(evidence, self._weights)
        if not len(candidates.rows):
            return MemoryAnswer(None, float("inf"), {}, candidates.kind, (), ())
        shares = self._shares(candidates)
        order = np.argsort(-shares, kind="stable")
        order = order[shares[order] > _NEGLIGIBLE]
        best = int(order[0])
        spot = spot_in(self._ground, candidates.testimony, int(candidates.rows[best]))
        witnesses = spot.witnesses(self._ground) if spot else ()
        return MemoryAnswer(
            self._lonlat(spot) if spot else None,
            self._sigma_m(spot, evidence, candidates) if spot else float("inf"),
            {self._codes[candidates.rows[place]]: float(shares[place]) for place in order.tolist()},
            candidates.kind,
            self._because(evidence, candidates, best, witnesses),
            witnesses,
        )

    def predict_many(self, texts: Sequence[str]) -> list[MemoryAnswer]:
        """Return `predict` of each text, in order."""
        return [self.predict(text) for text in texts]

    def _shares(self, candidates: Candidates) -> NDArray[np.float64]:
        """Return the calibrated probability of each candidate."""
        weights = self._weights.kinds[candidates.kind]
        score = candidates.features @ weights.slopes
        odds = np.exp(score - score.max())
        return weights.calibrated(odds / odds.sum())

    def _lonlat(self, spot: Spot) -> LonLat:
        lon, lat = self._ground.areas.projection.to_degrees(spot.metres[None])[0].tolist()
        return LonLat(lon, lat)

    def _sigma_m(self, spot: Spot, evidence: Evidence, candidates: Candidates) -> float:
        """Return how far the spot may be off, by how far such spots were."""
        least = _VAGUE_M if evidence.features.is_vague else _LEAST_SIGMA_M
        return max(spot.spread_m * self._weights.kinds[candidates.kind].widening, least)

    def _because(
        self, evidence: Evidence, candidates: Candidates, best: int, witnesses: Sequence[MemoryWitness]
    ) -> tuple[Reason, ...]:
        """Return why the likeliest village is."""
        found = []
        if candidates.is_named[best]:
            village = self._names[candidates.rows[best]]
            found.append(Reason("M1", "the text has the name of {village}", {"village": village}))
        for channel in Channel:
            of_channel = [w for w in witnesses if w.channel is channel]
            if of_channel and candidates.by_channel[channel, best] > _SPEAKS:
                found.append(_witnessed(channel, evidence, of_channel))
        town = float(candidates.town_shares[best])
        if evidence.features.town and town > 0:
            values = {"town": evidence.features.town, "percent": round(100 * town)}
            found.append(
                Reason("M8", "{percent} % of the remembered tickets that say {town} lie in its town", values)
            )
        return tuple(found)


def _witnessed(channel: Channel, evidence: Evidence, witnesses: Sequence[MemoryWitness]) -> Reason:
    """Return the sentence about the tickets of one channel."""
    other = 1 if channel is Channel.OTHER_ROAD else 0
    values: dict[str, object] = {
        "tickets": listed([w.reference for w in witnesses[:_SHOWN]]),
        "metres": round(min(w.metres for w in witnesses)),
        "roads": listed(
            evidence.road_names[:2] if channel is Channel.CROSSING else evidence.road_names[other:][:1]
        ),
        "village": evidence.features.village,
    }
    match channel:
        case Channel.ROAD | Channel.OTHER_ROAD:
            return Reason("M2", "on {roads} were {tickets}, the nearest {metres} m away", values)
        case Channel.FARTHER_ROAD:
            return Reason("M3", "farther along {roads} were {tickets}, the nearest {metres} m away", values)
        case Channel.CROSSING:
            return Reason("M4", "here {roads} come nearest to each other by {tickets}", values)
        case Channel.WORDS:
            return Reason("M5", "{tickets} had like words, the nearest {metres} m away", values)
        case _:
            return Reason("M6", "{tickets} said {village} too, the nearest {metres} m away", values)
