"""How the memory learns what its evidence is worth: each ticket is looked for among the others.

Three steps, all by likelihood. What a witness of each category is worth and how widely it errs: mixtures,
by expectation and maximisation (Dempster, Laird and Rubin, 1977). How the channels add up to odds of
villages: a conditional logit (McFadden, 1974) for each kind of evidence, drawn to that of all. How often the
likeliest village is right: isotonic regression on tickets that the logit had not seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize

from boundaries.areas import Areas
from boundaries.coordinates import Points
from boundaries.memory_candidates import Candidates, MemoryGround
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_evidence import CATEGORIES, Channel, Evidence
from boundaries.memory_ground import WIDTHS
from boundaries.memory_spots import spot_in
from boundaries.memory_weights import FEATURES, EvidenceKind, KindWeights, MemoryWeights
from boundaries.text_features import TextFeatures

_ROUNDS = 60
_NOWHERE = 1e-4
_PULL_TO_NOTHING, _PULL_TO_ALL = 0.1, 3.0
_KNOTS = 12
_STEPS = 120
_HALF_WITHIN = 1.1774


@dataclass(frozen=True, slots=True, eq=False)
class _Fold:
    """Tickets looked for in a memory without them."""

    ground: MemoryGround
    evidence: list[Evidence]
    rows: NDArray[np.int64]
    """Row of the village where each was; -1 outside of all."""
    metres: Points
    """Where each was, on the grid of the areas."""


def fitted_weights(  # noqa: PLR0913 - what is learnt from, and three options
    tickets: RememberedTickets,
    features: Sequence[TextFeatures],
    groups: NDArray[np.int64],
    areas: Areas,
    *,
    folds: int = 10,
    seed: int = 0,
    origin: str = "",
) -> MemoryWeights:
    """Learn the weights from confirmed tickets.

    Parameters
    ----------
    tickets
        What is remembered, n of them.
    features
        What their texts said; the memory itself has forgotten it.
    groups
        Shape (n,): tickets with the same number are never looked for among each other, such as those of one
        text, one place or one caller.
    areas
        The villages.
    folds
        In how many parts the tickets are divided; each is looked for among the rest.
    seed
        For the division.
    origin
        How the numbers were made, for whoever reads them later.
    """
    _, group = np.unique(groups, return_inverse=True)
    part = np.random.default_rng(seed).permutation(int(group.max()) + 1)[group] % folds
    made = [_fold(tickets, features, part == fold, areas) for fold in range(folds)]
    found = {channel: _mixture(made, channel) for channel in Channel}
    weights = MemoryWeights(
        {channel: worth for channel, (worth, _) in found.items()},
        {channel: scales for channel, (_, scales) in found.items()},
        {},
        origin,
    )
    table = _Table.of(_looked_for(made, weights))
    kinds = _by_kind(table)
    wide = _widenings(made, replace(weights, kinds=kinds))
    return replace(weights, kinds={kind: replace(one, widening=wide[kind]) for kind, one in kinds.items()})


def _fold(
    tickets: RememberedTickets, features: Sequence[TextFeatures], asked: NDArray[np.bool_], areas: Areas
) -> _Fold:
    ground = MemoryGround(tickets.only(~asked), areas)
    questions = np.flatnonzero(asked)
    rows = areas.locate_many(tickets.points[asked]).astype(np.int64)
    evidence = [ground.evidence(features[place]) for place in questions.tolist()]
    return _Fold(ground, evidence, rows, areas.projection.to_metres(tickets.points[asked]))


def _mixture(folds: list[_Fold], channel: Channel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return worth, shape (categories,), and scales, shape (categories, 4), of a channel's witnesses."""
    counts, category, share = [], [], []
    for fold in folds:
        for evidence, row in zip(fold.evidence, fold.rows.tolist(), strict=True):
            witnesses = evidence.channels[channel]
            if len(witnesses) and row >= 0:
                counts.append(len(witnesses))
                category.append(witnesses.categories)
                share.append(_share_of(fold.ground, witnesses.places, row))
    size = CATEGORIES[channel]
    if not counts:
        return np.ones(size), np.full((size, WIDTHS), 1 / (WIDTHS + 1))
    nowhere = np.full((sum(counts), 1), _NOWHERE)
    query = np.repeat(np.arange(len(counts)), counts)
    return _maximised(query, np.concatenate(category), np.hstack([np.concatenate(share), nowhere]), size)


def _share_of(ground: MemoryGround, places: NDArray[np.int64], row: int) -> NDArray[np.float64]:
    """Return, shape (n, 4), the share of one village under each place at each width."""
    found = np.zeros((len(places), WIDTHS))
    entries, which = ground.shares.entries(places)
    here = ground.shares.rows[entries] == row
    found[which[here]] = ground.shares.shares[entries[here]]
    return found


def _maximised(
    query: NDArray[np.int64], category: NDArray[np.int64], share: NDArray[np.float64], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    queries, widths = int(query[-1]) + 1, share.shape[1]
    worth, scales = np.ones(size), np.full((size, widths), 1 / widths)
    for _ in range(_ROUNDS):
        total = np.bincount(query, worth[category], queries)
        joint = worth[category][:, None] * scales[category] * share
        blame = joint / np.maximum(np.bincount(query, joint.sum(axis=1), queries), 1e-300)[query][:, None]
        told = np.stack([np.bincount(category, blame[:, w], size) for w in range(widths)], axis=1)
        expected = np.bincount(category, worth[category] / total[query], size)
        worth *= (told.sum(axis=1) + 0.5) / (expected + 0.5)
        worth /= worth.max()
        scales = (told + 0.2) / (told + 0.2).sum(axis=1, keepdims=True)
    return worth, scales[:, :-1]


def _looked_for(folds: list[_Fold], weights: MemoryWeights) -> Iterator[tuple[Candidates, int]]:
    """Yield the candidates of each ticket with the row of the true village."""
    for fold in folds:
        for evidence, row in zip(fold.evidence, fold.rows.tolist(), strict=True):
            candidates = fold.ground.candidates(evidence, weights)
            if row >= 0 and len(candidates.rows):
                yield candidates, row


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Candidates of many tickets, one row each."""

    features: NDArray[np.float64]
    query: NDArray[np.int64]
    starts: NDArray[np.int64]
    is_true: NDArray[np.bool_]
    kind: NDArray[np.int64]
    """Shape (queries,)."""

    @classmethod
    def of(cls, looked_for: Iterator[tuple[Candidates, int]]) -> "_Table":
        """Put candidates together."""
        features, true, counts, kinds = [], [], [], []
        order = list(EvidenceKind)
        for candidates, row in looked_for:
            features.append(candidates.features)
            true.append(candidates.rows == row)
            counts.append(len(candidates.rows))
            kinds.append(order.index(candidates.kind))
        query = np.repeat(np.arange(len(counts)), counts)
        starts = np.cumsum(counts, dtype=np.int64) - counts
        return cls(np.concatenate(features), query, starts, np.concatenate(true), np.array(kinds))

    def only(self, queries: NDArray[np.bool_]) -> "_Table":
        """Return the candidates of some tickets."""
        kept = queries[self.query]
        counts = np.bincount(self.query, minlength=len(queries))[queries]
        query = np.repeat(np.arange(len(counts)), counts)
        starts = np.cumsum(counts, dtype=np.int64) - counts
        return _Table(self.features[kept], query, starts, self.is_true[kept], self.kind[queries])

    def probabilities(self, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each candidate's probability among those of its ticket."""
        score = self.features @ slopes
        odds = np.exp(score - np.maximum.reduceat(score, self.starts)[self.query])
        shares: NDArray[np.float64] = odds / np.bincount(self.query, odds)[self.query]
        return shares


def _by_kind(table: _Table) -> dict[EvidenceKind, KindWeights]:
    """Return how evidence of each kind is weighed and calibrated.

    The calibration sees tickets that the slopes behind it have not: each half by the other.
    """
    half = np.arange(len(table.kind)) % 2 == 0
    whole = np.ones(len(table.kind), dtype=bool)
    common = [
        _logit(table.only(those), np.zeros(FEATURES), _PULL_TO_NOTHING) for those in (half, ~half, whole)
    ]
    made = {}
    for place, kind in enumerate(EvidenceKind):
        of_kind = table.kind == place
        confidence, right = [], []
        for those, slopes in zip((half, ~half), common[:2], strict=True):
            if (of_kind & ~those).any():
                unseen = table.only(of_kind & ~those)
                share = unseen.probabilities(_of_kind(table.only(of_kind & those), slopes))
                highest = np.maximum.reduceat(share, unseen.starts)
                best = share >= highest[unseen.query]
                confidence.append(highest)
                right.append(np.bincount(unseen.query, best & unseen.is_true) > 0)
        knots = _calibration(np.concatenate(confidence), np.concatenate(right)) if confidence else _STRAIGHT
        made[kind] = KindWeights(_of_kind(table.only(of_kind), common[2]), *knots)
    return made


def _of_kind(table: _Table, common: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slopes for tickets of one kind, drawn to those of all."""
    return _logit(table, common, _PULL_TO_ALL) if len(table.kind) else common


def _logit(table: _Table, towards: NDArray[np.float64], pull: float) -> NDArray[np.float64]:
    """Return the slopes of greatest likelihood, drawn to others by so many half squares per deviation."""
    deviation = table.features.std(axis=0) + 1e-6
    scaled = _Table(table.features / deviation, table.query, table.starts, table.is_true, table.kind)
    known = np.bincount(table.query, table.is_true) > 0
    counted = known[table.query]
    goal = scaled.features[table.is_true].sum(axis=0)

    def loss(slopes: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        share = scaled.probabilities(slopes)
        off = slopes - towards * deviation
        value = -float(np.log(np.maximum(share[table.is_true], 1e-300)).sum()) + pull / 2 * float(off @ off)
        return value, scaled.features[counted].T @ share[counted] - goal + pull * off

    found = minimize(loss, towards * deviation, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    slopes: NDArray[np.float64] = found.x / deviation
    return slopes


def _widenings(folds: list[_Fold], weights: MemoryWeights) -> dict[EvidenceKind, float]:
    """Return for each kind of evidence how much farther off spots are than their witnesses have it.

    Half of a circular normal distribution lies within 1.1774 standard deviations.
    """
    off: dict[EvidenceKind, list[float]] = {kind: [] for kind in EvidenceKind}
    for fold in folds:
        for evidence, there in zip(fold.evidence, fold.metres, strict=True):
            candidates = fold.ground.candidates(evidence, weights)
            if not len(candidates.rows):
                continue
            best = int((candidates.features @ weights.kinds[candidates.kind].slopes).argmax())
            spot = spot_in(fold.ground, candidates.testimony, int(candidates.rows[best]))
            if spot is not None:
                off[candidates.kind].append(float(np.hypot(*(spot.metres - there))) / spot.spread_m)
    return {kind: float(np.median(ratio)) / _HALF_WITHIN if ratio else 1.0 for kind, ratio in off.items()}


def _calibration(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often the likeliest village is right at some confidences, rising."""
    order = np.argsort(confidence)
    parts = [p for p in np.array_split(order, min(_KNOTS, max(len(order) // 60, 1))) if len(p)]
    level = np.array([confidence[part].mean() for part in parts])
    weight = np.array([float(len(part)) for part in parts])
    share = isotonic_regression(np.array([right[part].mean() for part in parts]), weights=weight).x
    return np.array([0.0, *level, 1.0]), np.array([0.0, *share, max(float(share[-1]), level[-1])])


_STRAIGHT = (np.array([0.0, 1.0]), np.array([0.0, 1.0]))
