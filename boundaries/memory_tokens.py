"""Features of a text as numbers: what the memory keeps of a ticket, and never a word of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from boundaries.text_features import RoadWords, TextFeatures, gram_text


class TokenKind(IntEnum):
    """Which feature a token stands for."""

    STEM = 0
    """A street's name without kind and ordinal, in its town."""
    CITY_ROAD = 1
    """A street anywhere in the city or county; its number is the kilometre, -1 when none."""
    ROAD = 2
    """A street of a town, whatever the section."""
    STRETCH = 3
    """A section of a street; its number is the house or lane number, 0 when none."""
    TOWN = 4
    CITY_TOWN = 5
    VILLAGE = 6
    GRAM = 7


@dataclass(frozen=True, slots=True)
class Token:
    """One feature."""

    kind: TokenKind
    key: int
    """64 bits of a hash of the feature's words."""
    number: float = 0.0
    section: int = 0


@dataclass(frozen=True, slots=True)
class RoadTokens:
    """The features of one street, from loose to strict."""

    stem: Token
    city_road: Token
    road: Token
    stretch: Token

    def __iter__(self) -> Iterator[Token]:
        return iter((self.stem, self.city_road, self.road, self.stretch))


def key_of(kind: TokenKind, *words: str | int) -> int:
    """Return 64 bits that stand for a feature."""
    text = "|".join(map(str, (int(kind), *words)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def road_tokens(features: TextFeatures, road: RoadWords) -> RoadTokens:
    """Return the tokens of one street of a text."""
    where = features.town or features.city
    kilometre = -1.0 if road.kilometre is None else road.kilometre
    return RoadTokens(
        Token(TokenKind.STEM, key_of(TokenKind.STEM, where, road.stem)),
        Token(TokenKind.CITY_ROAD, key_of(TokenKind.CITY_ROAD, features.city, road.name), kilometre),
        Token(TokenKind.ROAD, key_of(TokenKind.ROAD, where, road.name), road.number, road.section),
        Token(TokenKind.STRETCH, key_of(TokenKind.STRETCH, where, road.name, road.section), road.number),
    )


def town_tokens(features: TextFeatures) -> list[Token]:
    """Return the tokens of the named town, the strictest first; none when no town is named."""
    if not features.town:
        return []
    strict = Token(TokenKind.CITY_TOWN, key_of(TokenKind.CITY_TOWN, features.city, features.town))
    return [strict, Token(TokenKind.TOWN, key_of(TokenKind.TOWN, features.town))]


def village_token(features: TextFeatures) -> Token | None:
    """Return the token of the named village; None when none is named."""
    if not features.village:
        return None
    return Token(TokenKind.VILLAGE, key_of(TokenKind.VILLAGE, features.town, features.village))


def gram_keys(features: TextFeatures) -> NDArray[np.uint64]:
    """Return the keys of a text's runs of 2 to 4 characters, sorted, each once."""
    letters = np.frombuffer(gram_text(features).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found = []
    for size in range(_SHORTEST, min(_LONGEST, len(letters)) + 1):
        key = np.full(len(letters) - size + 1, size, dtype=np.uint64)
        for place in range(size):
            key = (key ^ letters[place : len(letters) - size + 1 + place]) * _PRIME
            key ^= key >> _SHIFT
        found.append(key)
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.uint64)


def kept_of(features: TextFeatures) -> tuple[list[Token], NDArray[np.uint64]]:
    """Return all the memory keeps of a text, features and runs; nothing of a door where somebody lives."""
    kept = features.without_doors() if features.is_dwelling else features
    tokens = [token for road in kept.roads for token in road_tokens(kept, road)]
    village = village_token(kept)
    return [*tokens, *town_tokens(kept), *([village] if village else [])], gram_keys(kept)


_SHORTEST, _LONGEST = 2, 4
# an odd multiplier with well mixed bits, and half a word: the finaliser of splitmix64
_PRIME, _SHIFT = np.uint64(0xBF58476D1CE4E5B9), np.uint64(31)
