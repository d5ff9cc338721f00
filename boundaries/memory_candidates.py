"""The villages in which a text's matter may be, each with what speaks for it, as numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.areas import Areas
from boundaries.memory_entries import RememberedTickets
from boundaries.memory_evidence import CLOSE_NUMBER, JUNCTIONS, Channel, Evidence, Witnesses, evidence_of
from boundaries.memory_ground import WIDTHS, PlaceShares
from boundaries.memory_index import MemoryIndex
from boundaries.memory_weights import FEATURES, FLOORS, EvidenceKind, MemoryWeights
from boundaries.names import fold_name
from boundaries.text_features import TextFeatures

_LEAST_SHARE, _LEAST_TOWN = 1e-3, 0.02
_TOWN_FLOOR, _TICKET_FLOOR = 3e-3, 0.5
_LIKE_A_CROSSING, _NEAR_KM = 1, 2
_VILLAGE_ENDINGS = ("村", "社区", "里", "居委")
_SHORTEST_CORE = 2
_LOG_FLOORS = np.log(FLOORS)[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Testimony:
    """All witnesses of a text, and the villages each speaks for."""

    places: NDArray[np.int64]
    """Shape (n,): tickets, and places between them."""
    channels: NDArray[np.int64]
    """Shape (n,)."""
    spread: NDArray[np.float64]
    """Shape (n, 4): weight of each at each width; the sum over a channel is 1 at most."""
    entries: NDArray[np.int64]
    """Shape (k,): entries of `PlaceShares`."""
    which: NDArray[np.int64]
    """Shape (k,): the witness of each entry."""

    @classmethod
    def of(cls, evidence: Evidence, weights: MemoryWeights, shares: PlaceShares) -> "Testimony":
        """Weigh the witnesses."""
        sizes = [len(w) for w in evidence.channels]
        channels = np.repeat(np.arange(len(Channel)), sizes)
        places = np.concatenate([w.places for w in evidence.channels])
        heard = [(c, w) for c, w in zip(Channel, evidence.channels, strict=True) if len(w)]
        spread = [_spread(w, c, weights) for c, w in heard]
        entries, which = shares.entries(places)
        return cls(places, channels, np.concatenate(spread) if spread else _NOBODY, entries, which)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Villages for one text."""

    rows: NDArray[np.int64]
    """Shape (n,), rows of ``Areas.villages``; may be empty."""
    features: NDArray[np.float64]
    """Shape (n, `FEATURES`)."""
    kind: EvidenceKind
    by_channel: NDArray[np.float64]
    """Shape (channels, n): share of each village by each channel alone."""
    town_shares: NDArray[np.float64]
    """Shape (n,): how probably the named town is the village's."""
    is_named: NDArray[np.bool_]
    """Shape (n,): whether the text has the village's name."""
    testimony: Testimony


class MemoryGround:
    """Remembered tickets on one drawing of the areas."""

    def __init__(self, tickets: RememberedTickets, areas: Areas) -> None:
        self.tickets = tickets
        self.areas = areas
        self.index = MemoryIndex(tickets, areas.projection.to_metres(tickets.points))
        self.rows = areas.locate_many(tickets.points)
        villages = areas.villages
        _, self._town = np.unique(villages["town_code"].astype(str).to_numpy(), return_inverse=True)
        self._names = [fold_name(str(name)) for name in villages["name"]]
        self._cores = [fold_name(str(name)) for name in villages["core_name"]]
        self._of_town = [np.flatnonzero(self._town == town) for town in range(int(self._town.max()) + 1)]
        self._counts = np.bincount(self.rows[self.rows >= 0], minlength=len(villages))

    @cached_property
    def shares(self) -> PlaceShares:
        """The villages around each ticket and each place between."""
        between = self.areas.projection.to_degrees(self.index.metres[len(self.tickets) :])
        points = np.concatenate([self.tickets.points, between])
        held = np.concatenate([self.rows, self.areas.locate_many(between)])
        return PlaceShares.of(self.areas, points, held)

    @cached_property
    def _log_sizes(self) -> NDArray[np.float64]:
        shapes = shapely.transform(self.areas.villages.geometry.to_numpy(), self.areas.projection.to_metres)
        sizes: NDArray[np.float64] = np.log(np.maximum(shapely.area(shapes), 1.0))
        return sizes

    @cached_property
    def _named_towns(self) -> dict[str, NDArray[np.int64]]:
        """The places of towns by folded name, for a town that no ticket names."""
        names = [fold_name(str(name)) for name in self.areas.villages["town_name"]]
        by_name: dict[str, set[int]] = {}
        for name, town in zip(names, self._town.tolist(), strict=True):
            by_name.setdefault(name, set()).add(town)
        return {name: np.array(sorted(towns), dtype=np.int64) for name, towns in by_name.items()}

    def evidence(self, features: TextFeatures) -> Evidence:
        """Return what is remembered of a text's place."""
        return evidence_of(features, self.index)

    def candidates(self, evidence: Evidence, weights: MemoryWeights) -> Candidates:
        """Return the villages that come into question."""
        testimony = Testimony.of(evidence, weights, self.shares)
        rows, by_channel = self._by_channel(testimony)
        towns, town_shares = self._towns(evidence)
        likely = rows[(by_channel > _LEAST_SHARE).any(axis=0)]
        of_towns = [self._of_town[town] for town in towns[town_shares > _LEAST_TOWN].tolist()]
        chosen = np.unique(np.concatenate([likely, *of_towns]))
        found = np.searchsorted(chosen, rows)
        kept = np.isin(rows, chosen)
        full = np.zeros((len(Channel), len(chosen)))
        full[:, found[kept]] = by_channel[:, kept]
        in_town = np.zeros(len(self._of_town))
        in_town[towns] = town_shares
        town = in_town[self._town[chosen]]
        named, core = self._by_name(evidence.features, chosen, town > _LEAST_TOWN)
        return Candidates(
            chosen,
            self._features(evidence, chosen, full, town, named, core),
            _kind(evidence, bool(named.any())),
            full,
            town,
            named,
            testimony,
        )

    def _by_channel(self, told: Testimony) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return villages and, shape (channels, villages), their share by each channel alone."""
        mass = np.einsum("ij,ij->i", self.shares.shares[told.entries], told.spread[told.which])
        rows, place = np.unique(self.shares.rows[told.entries], return_inverse=True)
        size = len(Channel) * len(rows)
        cell = told.channels[told.which] * len(rows) + place
        shares: NDArray[np.float64] = np.reshape(np.bincount(cell, mass, size), (len(Channel), len(rows)))
        return rows.astype(np.int64), shares

    def _towns(self, evidence: Evidence) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return towns that the text may name, and how probably."""
        rows = self.rows[evidence.town_tickets]
        if (rows >= 0).any():
            towns, counts = np.unique(self._town[rows[rows >= 0]], return_counts=True)
            return towns, counts / counts.sum()
        named = self._named_towns.get(evidence.features.town, np.empty(0, np.int64))
        return named, np.full(len(named), 1 / max(len(named), 1))

    def _by_name(
        self, features: TextFeatures, rows: NDArray[np.int64], near: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Say of which villages of the named town the text has the name, and of which only the core."""
        said = f"{features.village}/{features.rest}"
        named, core = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        for place in np.flatnonzero(near).tolist():
            row = int(rows[place])
            word = self._cores[row]
            named[place] = self._names[row] in said
            if len(word) >= _SHORTEST_CORE and word in said:
                whole = any(word + ending in said for ending in _VILLAGE_ENDINGS)
                named[place] |= whole
                core[place] = not named[place]
        return named, core

    def _features(  # noqa: PLR0913, PLR0917 - the columns of one table
        self,
        evidence: Evidence,
        rows: NDArray[np.int64],
        by_channel: NDArray[np.float64],
        town: NDArray[np.float64],
        named: NDArray[np.bool_],
        core: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        table = np.zeros((FEATURES, len(rows)))
        for channel, witnesses in zip(Channel, evidence.channels, strict=True):
            if len(witnesses):
                begin = channel * len(FLOORS)
                raised = by_channel[channel] + np.array(FLOORS)[:, None]
                table[begin : begin + len(FLOORS)] = np.log(raised) - _LOG_FLOORS
        counts = self._counts[rows]
        last = len(Channel) * len(FLOORS)
        table[last:] = (
            np.log(town + _TOWN_FLOOR),
            np.log(counts + _TICKET_FLOOR),
            self._log_sizes[rows],
            counts == 0,
            named,
            core,
        )
        return table.T


def _spread(witnesses: Witnesses, channel: Channel, weights: MemoryWeights) -> NDArray[np.float64]:
    """Return, shape (n, 4), the weight of each witness of a channel at each width; the sum is 1 at most."""
    worth = weights.worth[channel][witnesses.categories]
    total = max(float(worth.sum()), 1e-12)
    spread: NDArray[np.float64] = (worth / total)[:, None] * weights.scales[channel][witnesses.categories]
    return spread


_NOBODY = np.empty((0, WIDTHS))


def _kind(evidence: Evidence, is_named: bool) -> EvidenceKind:  # noqa: FBT001 - one of the things asked
    if is_named:
        return EvidenceKind.NAME
    road = set(evidence.channels[Channel.ROAD].categories.tolist())
    crossing = evidence.channels[Channel.CROSSING].categories
    if road & JUNCTIONS or (len(crossing) and crossing.min() <= _LIKE_A_CROSSING):
        return EvidenceKind.CROSSING
    kilometres = evidence.channels[Channel.FARTHER_ROAD].categories
    if road & CLOSE_NUMBER or ((kilometres > 0) & (kilometres <= _NEAR_KM)).any():
        return EvidenceKind.NUMBER
    return EvidenceKind.ROAD if road - {0} else EvidenceKind.WORDS
