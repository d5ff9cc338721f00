"""Remembered tickets as arrays: where each was, when, and hashes of what its text said; no word of it."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from boundaries.coordinates import Points, Projection
from boundaries.errors import BadMemoryError
from boundaries.memory_tokens import TokenKind, kept_of
from boundaries.text_features import read_features

VERSION = 1
_HOME_GRID_M = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class TokenTable:
    """Features of remembered tickets, one row per feature, by ticket."""

    ticket: NDArray[np.int32]
    kind: NDArray[np.uint8]
    key: NDArray[np.uint64]
    number: NDArray[np.float32]
    section: NDArray[np.int16]

    def of(self, tickets: NDArray[np.bool_]) -> Self:
        """Return the rows of some tickets, which are counted anew."""
        kept = tickets[self.ticket]
        renumbered = (np.cumsum(tickets) - 1).astype(np.int32)
        rest = (self.kind[kept], self.key[kept], self.number[kept], self.section[kept])
        return type(self)(renumbered[self.ticket[kept]], *rest)

    def followed_by(self, other: Self, tickets: int) -> Self:
        """Return both tables, the other's tickets counted on from so many."""
        mine = [getattr(self, one.name) for one in fields(self)]
        others = [other.ticket + np.int32(tickets), other.kind, other.key, other.number, other.section]
        return type(self)(*(np.concatenate(pair) for pair in zip(mine, others, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class RememberedTickets:
    """Tickets as the memory keeps them."""

    points: Points
    """Shape (n, 2), WGS 84."""
    references: NDArray[np.str_]
    """Shape (n,): by which the county finds the ticket again, such as its number; never a person."""
    days: NDArray[np.int32]
    """Shape (n,): ordinal of the day a ticket was confirmed."""
    tokens: TokenTable

    def __len__(self) -> int:
        return len(self.points)

    @classmethod
    def learnt(
        cls, texts: Sequence[str], points: Points, references: Sequence[str], days: Sequence[date]
    ) -> Self:
        """Keep what texts say; see `TextMemory.learn`."""
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2).copy()
        if not len(texts) == len(points) == len(references) == len(days):
            raise ValueError("texts, points, references and days must be equally many")
        finite: NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
        rows, homes = [], []
        for ticket, text in enumerate(texts):
            features = read_features(text)
            homes.append(features.is_dwelling)
            tokens, grams = kept_of(features)
            rows.append(_rows(ticket, [(t.kind, t.key, t.number, t.section) for t in tokens], grams))
        table = TokenTable(*(np.concatenate(c) for c in zip(*rows, strict=True))) if rows else _NOTHING
        points = _rounded(points, np.array(homes, dtype=bool) & finite)
        names = np.array([*references], dtype=np.str_)
        ordinals = np.array([day.toordinal() for day in days], dtype=np.int32)
        return cls(points[finite], names[finite], ordinals[finite], table.of(finite))

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """Return some of the tickets, shape (n,)."""
        return type(self)(self.points[kept], self.references[kept], self.days[kept], self.tokens.of(kept))

    def followed_by(self, other: Self) -> Self:
        """Return these tickets and others."""
        return type(self)(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.references, other.references]),
            np.concatenate([self.days, other.days]),
            self.tokens.followed_by(other.tokens, len(self)),
        )

    def save(self, path: Path) -> None:
        """Write the tickets as ``.npz`` arrays; an existing file is replaced only by a complete one."""
        unfinished = path.with_name(f"unfinished-{path.name}")
        columns = {one.name: getattr(self.tokens, one.name) for one in fields(self.tokens)}
        with unfinished.open("wb") as file:
            np.savez(
                file,
                version=np.array(VERSION),
                points=self.points,
                references=self.references,
                days=self.days,
                **columns,
            )
        unfinished.replace(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        BadMemoryError
            When the file is missing, damaged or of another version.
        """
        names = ("points", "references", "days", *(one.name for one in fields(TokenTable)))
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                version = int(saved["version"])
                arrays = {name: saved[name] for name in names if version == VERSION}
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise BadMemoryError("the memory {path} cannot be opened", path=path.name) from error
        if version != VERSION:
            raise BadMemoryError("the memory {path} is of another version: learn it again", path=path.name)
        columns = (arrays[one.name] for one in fields(TokenTable))
        return cls(arrays["points"], arrays["references"], arrays["days"], TokenTable(*columns))


_Columns = tuple[
    NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint64], NDArray[np.float32], NDArray[np.int16]
]


def _rows(ticket: int, tokens: list[tuple[int, int, float, int]], grams: NDArray[np.uint64]) -> _Columns:
    """Return the rows of one ticket."""
    n = len(tokens) + len(grams)
    kinds, keys, numbers, sections = zip(*tokens, strict=True) if tokens else ((), (), (), ())
    return (
        np.full(n, ticket, dtype=np.int32),
        np.array([*kinds, *[TokenKind.GRAM] * len(grams)], dtype=np.uint8),
        np.concatenate([np.array(keys, dtype=np.uint64), grams]),
        np.array([*numbers, *[0.0] * len(grams)], dtype=np.float32),
        np.array([*sections, *[0] * len(grams)], dtype=np.int16),
    )


def _rounded(points: Points, which: NDArray[np.bool_]) -> Points:
    """Return the points with some of them moved to the middle of their cell of a hundred metres."""
    if which.any():
        grid = Projection.for_points(points[which])
        cells = np.round(grid.to_metres(points[which]) / _HOME_GRID_M) * _HOME_GRID_M
        points[which] = grid.to_degrees(cells)
    return points


_NOTHING = TokenTable(
    np.empty(0, np.int32),
    np.empty(0, np.uint8),
    np.empty(0, np.uint64),
    np.empty(0, np.float32),
    np.empty(0, np.int16),
)
