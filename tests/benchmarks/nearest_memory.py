"""What a memory must beat: the resolved text that looks most alike gives its village.

Texts are compared by their runs of two and three characters, weighed by rarity (TF-IDF, cosine).
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from boundaries.names import fold_name

_RUNS = (2, 3)
_NEAREST = 5
_BATCH = 500


class NearestTexts:
    """A memory of texts and the village of each."""

    def __init__(self, texts: Sequence[str], villages: Sequence[str]) -> None:
        self._villages = villages
        self._columns: dict[str, int] = {}
        counts = self._counts(texts, learn=True)
        seen = np.bincount(counts.indices, minlength=len(self._columns))
        self._rarity = np.log((1 + len(texts)) / (1 + seen)) + 1
        self._known = self._weighed(counts)

    def answers(self, texts: Sequence[str]) -> Iterator[Mapping[str, float]]:
        """Yield for each text the villages of the nearest texts, the nearest first, as shares of likeness."""
        for start in range(0, len(texts), _BATCH):
            asked = self._weighed(self._counts(texts[start : start + _BATCH], learn=False))
            likeness = (asked @ self._known.T).toarray()
            for row in likeness:
                yield self._shares(row)

    def _shares(self, likeness: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for place in np.argsort(-likeness, kind="stable")[: 8 * _NEAREST]:
            found.setdefault(self._villages[place], float(likeness[place]))
            if len(found) == _NEAREST:
                break
        total = sum(found.values())
        return {code: value / total for code, value in found.items()} if total else found

    def _counts(self, texts: Sequence[str], *, learn: bool) -> sparse.csr_matrix:
        starts, columns = [0], list[int]()
        for text in texts:
            runs = set(_runs(fold_name(text)))
            if learn:
                for run in runs:
                    self._columns.setdefault(run, len(self._columns))
            columns += sorted(self._columns[run] for run in runs if run in self._columns)
            starts.append(len(columns))
        shape = (len(texts), len(self._columns))
        return sparse.csr_matrix((np.ones(len(columns)), columns, starts), shape=shape)

    def _weighed(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        weighed = counts @ sparse.diags(self._rarity)
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        return sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-12)) @ weighed)


def _runs(text: str) -> Iterator[str]:
    for size in _RUNS:
        yield from (text[place : place + size] for place in range(len(text) - size + 1))
