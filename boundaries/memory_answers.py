"""Where a text's matter is by what is remembered: a point, the odds of villages, and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boundaries.areas import Areas
from boundaries.coordinates import LonLat
from boundaries.memory_candidates import Candidates, MemoryGround, witness_weights
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_evidence import Channel, Evidence
from boundaries.memory_ground import SCALES_M, WIDE_M
from boundaries.memory_weights import EvidenceKind, MemoryWeights
from boundaries.reasons import Reason, listed
from boundaries.text_features import read_features

_NEGLIGIBLE = 1e-3
_ONE_PLACE_M, _AROUND_M, _LEAST_SIGMA_M, _VAGUE_M = 150.0, 400.0, 10.0, 50.0
_SPEAKS = 0.05
_SHOWN = 5
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


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """What the memory says of a text's place."""

    point: LonLat | None
    """The middle of the likeliest spot; None when no ticket speaks for one."""
    sigma_m: float
    """Standard deviation of the point along each axis, metres; infinite without a point."""
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
        point, sigma_m, witnesses = self._spot(evidence, int(candidates.rows[best]))
        return MemoryAnswer(
            point,
            sigma_m,
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

    def _spot(
        self, evidence: Evidence, village: int
    ) -> tuple[LonLat | None, float, tuple[MemoryWitness, ...]]:
        """Return the likeliest spot in or near a village, its spread, and the tickets that speak for it."""
        ground = self._ground
        places = np.concatenate([w.places for w in evidence.channels])
        if not len(places):
            return None, float("inf"), ()
        spread = np.concatenate(
            [witness_weights(w, c, self._weights) for c, w in zip(Channel, evidence.channels, strict=True)]
        )
        channel = np.repeat(np.arange(len(Channel)), [len(w) for w in evidence.channels])
        entries, which = ground.shares.entries(places)
        here = ground.shares.rows[entries] == village
        told = np.zeros((len(places), spread.shape[1]))
        told[which[here]] = ground.shares.shares[entries[here]] * spread[which[here]]
        weight = told.sum(axis=1)
        if weight.sum() <= 0:
            return None, float("inf"), ()
        metres = ground.index.metres[places]
        gaps = ((metres[:, None] - metres[None]) ** 2).sum(axis=2)
        middle = int((np.exp(-gaps / (2 * _ONE_PLACE_M**2)) @ weight).argmax())
        near = np.where(gaps[middle] <= _AROUND_M**2, weight, 0.0)
        spot = near @ metres / near.sum()
        apart = ((metres - spot) ** 2).sum(axis=1)
        errs = (told @ _SQUARES) / np.maximum(weight, 1e-12)
        sigma_m = float(np.sqrt((near @ (apart / 2 + errs)) / near.sum()))
        least = _VAGUE_M if evidence.features.is_vague else _LEAST_SIGMA_M
        lon, lat = ground.areas.projection.to_degrees(spot[None])[0].tolist()
        by_channel = np.bincount(channel, weight, len(Channel))
        share = weight / np.maximum(by_channel[channel], 1e-12)
        speaking = [i for i in np.argsort(-share).tolist() if share[i] > _SPEAKS and weight[i] > 0]
        witnesses = [
            MemoryWitness(
                str(ground.tickets.references[places[i]]),
                Channel(int(channel[i])),
                float(share[i]),
                float(np.sqrt(apart[i])),
            )
            for i in speaking
            if places[i] < len(ground.tickets)
        ]
        return LonLat(lon, lat), max(sigma_m, least), tuple(witnesses)

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
