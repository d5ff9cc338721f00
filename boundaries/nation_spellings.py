"""Every spelling of every unit as sorted 64-bit numbers: which of them stand in a text, in microseconds.

Each piece of a text as long as some name is turned into a number and looked for among those of the names;
what is found is compared letter by letter, so two texts with one number are never taken for each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHORTEST, LONGEST = 2, 24
"""Lengths of the names that are looked for, characters."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)

Numbers = NDArray[np.uint64]


class Spelt(NamedTuple):
    """One spelling of one unit."""

    text: str
    """Folded; see `boundaries.names.fold`."""
    row: int
    wording: int
    """How the spelling relates to the unit; place in `boundaries.named_places.Wording`."""


class SpellingArrays(NamedTuple):
    """m spellings in the order of their numbers, and the units that bear each."""

    numbers: Numbers
    """Shape (m,), ascending; equal for two spellings only by accident."""
    text_ends: NDArray[np.int64]
    """Shape (m + 1,): where each spelling ends in the letters."""
    text_letters: NDArray[np.uint8]
    """All spellings, UTF-8."""
    lengths: NDArray[np.uint8]
    """Which lengths there are, characters, ascending."""
    bearer_ends: NDArray[np.int32]
    """Shape (m + 1,): where the units of each end."""
    bearers: NDArray[np.int32]
    """Rows of units, ascending for each spelling."""
    wordings: NDArray[np.uint8]
    """How the spelling relates to each of them."""
    borne: NDArray[np.int32]
    """Places of the bearers in the order of their rows: the spellings of each unit."""
    borne_ends: NDArray[np.int32]
    """Where those of each unit end; the first is 0."""


class FoundSpelling(NamedTuple):
    """A spelling in a text."""

    start: int
    end: int
    rows: NDArray[np.int32]
    """The units that bear it."""
    wordings: NDArray[np.uint8]


def spelling_arrays(spelt: Iterable[Spelt], bits: int = 64) -> SpellingArrays:
    """Put spellings into arrays, whatever their order.

    Parameters
    ----------
    spelt
        Those shorter or longer than names are looked for are left out.
    bits
        How many bits of each number count; fewer only to see that equal numbers do no harm.
    """
    ids: dict[str, int] = {}
    table = np.fromiter(
        (
            (ids.setdefault(one.text, len(ids)), one.row, one.wording)
            for one in spelt
            if SHORTEST <= len(one.text) <= LONGEST
        ),
        np.dtype((np.int32, 3)),
    )
    order, numbers = _ordered(list(ids), bits)
    rank = np.empty(len(ids), np.int32)
    rank[order] = np.arange(len(ids))
    table[:, 0] = rank[table[:, 0]]
    table = np.unique(table, axis=0)
    by_unit = np.argsort(table[:, 1], kind="stable").astype(np.int32)
    texts = list(ids)
    encoded = [texts[place].encode("utf-8", "surrogatepass") for place in order]
    return SpellingArrays(
        numbers,
        np.cumsum([0, *map(len, encoded)], dtype=np.int64),
        np.frombuffer(b"".join(encoded), np.uint8),
        np.array(sorted({len(text) for text in texts}), np.uint8),
        np.searchsorted(table[:, 0], np.arange(len(texts) + 1)).astype(np.int32),
        np.ascontiguousarray(table[:, 1]),
        table[:, 2].astype(np.uint8),
        by_unit,
        np.searchsorted(table[by_unit, 1], np.arange(table[:, 1].max(initial=-1) + 2)).astype(np.int32),
    )


def _ordered(texts: Sequence[str], bits: int) -> tuple[NDArray[np.int64], Numbers]:
    """Return the order of texts by their numbers, those with equal ones by their letters, and the numbers."""
    numbers = _shortened(_numbers(texts), bits)
    order = np.argsort(numbers, kind="stable")
    if (np.diff(numbers[order]) == 0).any():
        order = np.array(sorted(range(len(texts)), key=lambda place: (int(numbers[place]), texts[place])))
    return order, numbers[order]


class SpellingIndex:
    """Finds the spellings in texts."""

    def __init__(self, arrays: SpellingArrays, bits: int = 64) -> None:
        self.arrays = arrays
        self._bits = bits
        self._lengths = [int(length) for length in arrays.lengths]

    def find(self, text: str) -> Iterator[FoundSpelling]:
        """Yield every spelling in a folded text, overlapping ones too; by length, then by place."""
        lengths = [length for length in self._lengths if length <= len(text)]
        known = self.arrays.numbers
        if not lengths or not len(known):
            return
        asked = _shortened(_pieces(text, lengths), self._bits)
        places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        offsets = np.cumsum([0, *(len(text) - length + 1 for length in lengths)])
        for hit in np.flatnonzero(known[places] == asked):
            which = int(np.searchsorted(offsets, hit, side="right")) - 1
            start = int(hit - offsets[which])
            found = self._same(int(places[hit]), text[start : start + lengths[which]])
            if found is not None:
                bearers = slice(*self.arrays.bearer_ends[found : found + 2])
                rows, wordings = self.arrays.bearers[bearers], self.arrays.wordings[bearers]
                yield FoundSpelling(start, start + lengths[which], rows, wordings)

    def of_rows(self, first: int, behind: int, size: int) -> Iterator[tuple[str, int]]:
        """Yield the spellings of a range of units that are so long, and the unit of each.

        Parameters
        ----------
        size
            Bytes in UTF-8; most characters have three.
        """
        arrays = self.arrays
        last = len(arrays.borne_ends) - 1
        start, end = arrays.borne_ends[[min(first, last), min(behind, last)]]
        places = arrays.borne[start:end]
        texts = np.searchsorted(arrays.bearer_ends, places, side="right") - 1
        fits = arrays.text_ends[texts + 1] - arrays.text_ends[texts] == size
        for text, row in zip(texts[fits].tolist(), arrays.bearers[places[fits]].tolist(), strict=True):
            letters = arrays.text_letters[arrays.text_ends[text] : arrays.text_ends[text + 1]]
            yield letters.tobytes().decode("utf-8", "surrogatepass"), row

    def _same(self, place: int, piece: str) -> int | None:
        """Return which of the spellings with one number a piece of text is; None when it is none."""
        numbers, ends = self.arrays.numbers, self.arrays.text_ends
        letters = piece.encode("utf-8", "surrogatepass")
        number = numbers[place]
        while place < len(numbers) and numbers[place] == number:
            if self.arrays.text_letters[ends[place] : ends[place + 1]].tobytes() == letters:
                return place
            place += 1
        return None


def _numbers(texts: Sequence[str]) -> Numbers:
    """Return the number of each text."""
    found = np.zeros(len(texts), np.uint64)
    lengths = np.array([len(text) for text in texts], np.int64)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        letters = _letters("".join(texts[int(row)] for row in rows)).reshape(-1, length)
        found[rows] = _pieces_of(letters)
    return found


def _pieces_of(letters: Numbers) -> Numbers:
    running = np.zeros(len(letters), np.uint64)
    for column in letters.T:
        running = running * _BASE + column
    return _mixed(running)


def _pieces(text: str, lengths: Sequence[int]) -> Numbers:
    """Return the numbers of all pieces of a text, of one length after the other."""
    letters = _letters(text)
    running = letters
    found = []
    for length in range(1, lengths[-1] + 1):
        if length > 1:
            running = running[:-1] * _BASE + letters[length - 1 :]
        if length in lengths:
            found.append(running)
    return _mixed(np.concatenate(found))


def _letters(text: str) -> Numbers:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)


def _mixed(running: Numbers) -> Numbers:
    """Spread what differs in a few bits over all of them."""
    spread = (running ^ (running >> _SHIFT)) * _MIX
    return spread ^ (spread >> _SHIFT)


def _shortened(numbers: Numbers, bits: int) -> Numbers:
    return numbers >> np.uint64(64 - bits)
