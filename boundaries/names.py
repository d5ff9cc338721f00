"""How place names are written and how they sound: width, old characters, variants, pinyin; pure text.

Two spellings that fold to the same text are the same name (水墘 and 水乾, 陸豐 and 陆丰, ３組 and 3组). Two
names that only sound alike are never the same name: they are a question for a person.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from opencc import OpenCC
from pypinyin import Style, pinyin
from pypinyin.phrases_dict import phrases_dict

# 乾 is a character of its own in place names (水乾, qián); the converter would make it 干
_KEPT = frozenset("乾")
_ASCII_LIMIT = 128
_NUMBER_WORD = re.compile(r"第?[0-9一二两三四五六七八九十百千万]+")
_BLANK = re.compile(r"[ \n]")
# endings and beginnings that southern speakers and speech recognition mix up
_SAME_SOUND = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("f", "h"))
_SAME_END = (("ang", "an"), ("eng", "en"), ("ing", "in"))

Syllables = tuple[frozenset[str], ...]
"""The readings of each character of a name, toneless pinyin."""


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text in the spelling in which names are compared, with the way back to the original."""

    original: str
    text: str
    """Simplified characters, half-width, lower case, without spaces; a line break stays one ``\\n``."""
    offsets: Sequence[int]
    """For each folded character the place of its original."""

    def original_of(self, start: int, end: int) -> str:
        """Return what the person wrote where the folded text has ``[start:end]``."""
        if start >= end:
            return ""
        return self.original[self.offsets[start] : self.offsets[end - 1] + 1]


def fold(text: str) -> FoldedText:
    """Fold a text to the spelling in which names are compared.

    Parameters
    ----------
    text
        As it came. It is not changed: the result knows where each folded character stood.

    Examples
    --------
    >>> fold("城東街道 水墘村３組").text
    '城东街道水乾村3组'
    >>> fold("城東街道 水墘村３組").original_of(4, 7)
    '水墘村'
    """
    table = _folding()
    whole = text.translate(table)
    if len(whole) == len(text) and table.uneven.isdisjoint(text) and not _BLANK.search(whole):
        return FoldedText(text, _with_variant_words(whole), range(len(text)))
    letters: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(text):
        for letter in table[ord(character)]:
            if letter == "\n" and (not letters or letters[-1] == "\n"):
                continue
            if letter == " " and not _separates(text, place):
                continue
            letters.append(letter)
            offsets.append(place)
    return FoldedText(text, _with_variant_words("".join(letters)), tuple(offsets))


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """Fold a name; see `fold`.

    >>> fold_name("筲箕山社區")
    '烧箕山社区'
    """
    return fold(name).text.replace("\n", "")


@lru_cache(maxsize=65_536)
def syllables(name: str) -> Syllables:
    """Return the toneless readings of each character; a polyphone keeps all of its own.

    >>> [sorted(readings) for readings in syllables("水乾")]
    [['shui'], ['gan', 'qian']]
    """
    read: Sequence[Sequence[str]] = pinyin(name, style=Style.NORMAL, heteronym=True)
    return tuple(frozenset(readings) for readings in read)


@lru_cache(maxsize=65_536)
def all_sounds(name: str) -> Syllables:
    """Return `sounds_of` each character of a folded name; a letter or a figure is read as itself."""
    return tuple(map(sounds_of, name))


@lru_cache(maxsize=65_536)
def sounds_of(letter: str) -> frozenset[str]:
    """Return every toneless reading of a folded character, and of the characters that are folded to it.

    >>> sorted(sounds_of("乾"))
    ['gan', 'qian']
    """
    written = (letter, *(other for other, folded in _variants().items() if folded == letter))
    return frozenset().union(*(syllables(one)[0] for one in written))


def sounds_same(one: str, other: str) -> bool:
    """Say whether two names can be read alike, tones aside.

    >>> sounds_same("香笑", "香校"), sounds_same("三林", "上林")
    (True, False)
    """
    return len(one) == len(other) and all(
        a & b for a, b in zip(all_sounds(one), all_sounds(other), strict=True)
    )


@lru_cache(maxsize=65_536)
def reading(name: str) -> str:
    """Return the usual toneless reading of a name, one per character.

    >>> reading("溪美") == reading("西美")
    True
    """
    read: Sequence[Sequence[str]] = pinyin(name, style=Style.NORMAL)
    return " ".join(readings[0] for readings in read)


def sounds_close(one: str, other: str) -> bool:
    """Say whether two names sound alike to a southern ear: n/l, r/l, f/h, zh/z, -n/-ng.

    >>> sounds_close("三林", "上林"), sounds_close("元新", "元兴")
    (True, True)
    """
    if len(one) != len(other):
        return False
    pairs = zip(all_sounds(one), all_sounds(other), strict=True)
    return all(blurred(a) & blurred(b) for a, b in pairs)


@lru_cache(maxsize=8192)
def blurred(readings: frozenset[str]) -> frozenset[str]:
    """Return readings as a southern ear keeps them apart: n/l, r/l, f/h, zh/z, -n/-ng fall together."""
    return frozenset(_blur(reading) for reading in readings)


@cache
def _blur(reading: str) -> str:
    for written, heard in _SAME_SOUND:
        if reading.startswith(written):
            reading = heard + reading.removeprefix(written)
            break
    if reading.startswith("hu") and reading[2:3] in set("aeio"):
        reading = "h" + reading[2:]  # 花 and 发
    for written, heard in _SAME_END:
        if reading.endswith(written):
            return reading.removesuffix(written) + heard
    return reading


def is_common_name(word: str) -> bool:
    """Say whether a folded word is on the shipped list of directions, famous places, brands and slogans.

    >>> is_common_name("东海"), is_common_name("碣石")
    (True, False)
    """
    return word in _listed("everyday_words.txt")


def is_everyday_word(word: str) -> bool:
    """Say whether a folded word means something without being a village: 更新, 港口, 长安 the car maker.

    That is a common name, a word of the dictionary behind the readings, a word that people write to a hotline
    for other reasons (希望, 街道), or a number.

    >>> is_everyday_word("更新"), is_everyday_word("炎龙")
    (True, False)
    """
    return (
        is_common_name(word)
        or word in phrases_dict
        or word in _listed("words_of_prose.txt")
        or _NUMBER_WORD.fullmatch(word) is not None
    )


@cache
def _listed(file_name: str) -> frozenset[str]:
    return frozenset((files("boundaries") / "data" / file_name).read_text(encoding="utf-8").split())


class _Folding(dict[int, str]):
    """What each character is folded to, worked out when it is first met; a table for `str.translate`."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()
        """Characters met that become several or none."""

    def __missing__(self, code: int) -> str:
        """Work out what a character is folded to, and keep it."""
        folded = _folded(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        self[code] = folded
        return folded


@cache
def _folding() -> _Folding:
    return _Folding()


def _folded(character: str) -> str:
    """Fold one character; it may become several (㎡) or one space."""
    if character.isspace():
        return "\n" if character in "\r\n" else " "
    wide = unicodedata.normalize("NFKC", character).lower()
    return "".join(_variants().get(plain, plain) for plain in map(_simplified, wide) if not plain.isspace())


def _simplified(letter: str) -> str:
    if letter in _KEPT or ord(letter) < _ASCII_LIMIT:
        return letter
    changed: str = _converter().convert(letter)
    return changed if len(changed) == 1 else letter


def _separates(text: str, place: int) -> bool:
    """Say whether a blank keeps two numbers or Latin words apart; between characters it means nothing."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


def _with_variant_words(text: str) -> str:
    for written, folded in _variant_words():
        text = text.replace(written, folded)
    return text


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def _table() -> Mapping[str, str]:
    lines = (files("boundaries") / "data" / "variants.csv").read_text(encoding="utf-8").splitlines()
    return {row["written"]: row["folded"] for row in csv.DictReader(lines)}


@cache
def _variants() -> Mapping[str, str]:
    return {written: folded for written, folded in _table().items() if len(written) == 1}


@cache
def _variant_words() -> tuple[tuple[str, str], ...]:
    """Return variant words; both sides are equally long, so places stay where they are."""
    return tuple((written, folded) for written, folded in _table().items() if len(written) > 1)
