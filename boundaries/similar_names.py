"""Villages whose names sound or look like a name the text states and no list knows: 中长村 for 中张村.

Every name of the county is compared with the characters before an ending (村, 社区 …), right-aligned: one
character may be read alike, one may be left out, added or another. The distance is 0 for the same name.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from boundaries.named_places import NamedPlace, Wording
from boundaries.names import Syllables, blurred, sounds_of

_LONGEST, _SHORTEST, _LONG = 16, 2, 4
_HEARD, _CLOSE, _OTHER, _EDITED, _FILLED = 0.1, 0.3, 1.0, 0.7, 0.5
_FARTHEST = 1.0
_SHORTEST_EDITED = 3  # the longer of two names that differ by a whole character
# what callers add to a village's name or leave out of it
_FILLERS = frozenset("大小上下东西南北中新老前后家庄屯寨坪头湾沟岭子口店营坑塘洋厝村里")


@dataclass(frozen=True, slots=True)
class Similar:
    """A village that may be meant."""

    place: NamedPlace
    start: int
    """Where the name begins in the folded text."""
    distance: float
    """0 the same, 0.1 per character that is read alike, 0.3 nearly alike, 0.5 to 1 for a character more, less
    or another."""
    end: int
    """Where the name ends."""


@dataclass(frozen=True, slots=True)
class _Word:
    place: NamedPlace
    text: str
    sounds: Syllables
    blurs: Syllables
    is_whole: bool
    """Whether the name is never shortened: it has no 村 or 社区 to leave out."""


class SimilarNames:
    """The names of a county's villages, ready to be compared with a text."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        spelled = {
            (place.code, spelling.text): place
            for place in places
            for spelling in place.spellings
            if spelling.wording in {Wording.CORE, Wording.FULL}
        }
        whole = {
            (place.code, spelling.text)
            for place in spelled.values()
            for spelling in place.spellings
            if spelling.wording is Wording.FULL
        }
        self._words = [
            _Word(place, text, _sounds(text), tuple(map(blurred, _sounds(text))), (code, text) in whole)
            for (code, text), place in spelled.items()
        ]
        self._needed = [_needed(len(word.text)) for word in self._words]
        self._heard: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._of_town: dict[str, list[_Word]] = defaultdict(list)
        self._long: dict[str, list[_Word]] = defaultdict(list)
        for row, word in enumerate(self._words):
            self._of_town[word.place.town_code].append(word)
            for sound in word.blurs[0] if word.is_whole and len(word.text) >= _LONG else ():
                self._long[sound].append(word)
            for place, sounds in enumerate(word.blurs):
                for sound in sounds:
                    self._heard[sound, len(word.text) - place].append(row)

    def before(self, text: str, end: int, towns: Collection[str] = ()) -> list[Similar]:
        """Return the villages whose names are like what ends at a place, the nearest first.

        Parameters
        ----------
        text
            Folded.
        end
            Where the name ends: where 村 or 社区 begins.
        towns
            Codes of the towns to look in; empty for the whole county.

        Returns
        -------
        list
            One entry per village; empty when none is like it.
        """
        window = text[max(0, end - _LONGEST) : end]
        sounds = _sounds(window)
        blurs = tuple(map(blurred, sounds))
        found: dict[str, Similar] = {}
        for word in self._in(towns) if towns else map(self._words.__getitem__, self._promising(blurs)):
            distance, length = _distance(word, window, sounds, blurs)
            nearest = found.get(word.place.code)
            if distance <= _FARTHEST and (nearest is None or distance < nearest.distance):
                found[word.place.code] = Similar(word.place, end - length, distance, end)
        return sorted(found.values(), key=lambda one: (one.distance, one.start))

    def behind(self, text: str, start: int, towns: Collection[str], limit: float) -> list[Similar]:
        """Return the towns' villages that are read like what begins at a place; the longest names only.

        Parameters
        ----------
        start
            Where the name begins: right behind the town.
        limit
            The largest distance; names at distance 0 are left out.
        """
        sounds = _sounds(text[start : start + _LONGEST])
        blurs = tuple(map(blurred, sounds))
        found: dict[str, Similar] = {}
        longest = 0
        for word in self._in(towns):
            length = len(word.text)
            if length < max(longest, _SHORTEST) or length > len(sounds):
                continue
            distance = _replaced(word, text[start : start + length], sounds, blurs)
            if not 0 < distance <= limit:
                continue
            if length > longest:
                longest, found = length, {}
            known = found.get(word.place.code)
            if known is None or distance < known.distance:
                found[word.place.code] = Similar(word.place, start, distance, start + length)
        return sorted(found.values(), key=lambda one: one.distance)

    def long_names(self, text: str, towns: Collection[str], limit: float) -> list[Similar]:
        """Return villages with long names of their own kind (察尔森嘎查) that are read like words of a text.

        Parameters
        ----------
        limit
            The largest distance; names at distance 0 are left out.
        """
        if not self._long:
            return []
        sounds = _sounds(text)
        blurs = tuple(map(blurred, sounds))
        found: dict[str, Similar] = {}
        for start, first in enumerate(blurs):
            for word in {id(word): word for sound in first for word in self._long.get(sound, ())}.values():
                end = start + len(word.text)
                if end > len(text) or (towns and word.place.town_code not in towns):
                    continue
                distance = _replaced(word, text[start:end], sounds[start:end], blurs[start:end])
                known = found.get(word.place.code)
                if 0 < distance <= limit and (known is None or distance < known.distance):
                    found[word.place.code] = Similar(word.place, start, distance, end)
        return sorted(found.values(), key=lambda one: (one.distance, one.start))

    def _in(self, towns: Collection[str]) -> Iterable[_Word]:
        return (word for town in towns for word in self._of_town.get(town, ()))

    def _promising(self, blurs: Syllables) -> list[int]:
        """Return the words of which all characters but one sound like those before the ending."""
        matched: Counter[int] = Counter()
        for from_end in range(1, len(blurs) + 2):
            # a character of the name stands where it should, or one to the left or right of it
            here = len(blurs) - from_end
            near = frozenset().union(*blurs[max(0, here - 1) : here + 2])
            rows: set[int] = set()
            for sound in near:
                rows.update(self._heard.get((sound, from_end), ()))
            matched.update(rows)
        return [row for row, count in matched.items() if count >= self._needed[row]]


def _needed(length: int) -> int:
    """Return how many characters of a name must be heard: two of two, else all but one."""
    return length if length < _SHORTEST_EDITED else length - 1


def _sounds(text: str) -> Syllables:
    """Return the readings of each character; a letter or a figure is read as itself."""
    return tuple(sounds_of(letter) for letter in text)


def _distance(word: _Word, window: str, sounds: Syllables, blurs: Syllables) -> tuple[float, int]:
    """Return the least distance of a name to what a text ends with, and how many characters that takes."""
    length = len(word.text)
    best = (_FARTHEST * 2, length)
    if length <= len(window):
        first = len(window) - length
        cost = _replaced(word, window[first:], sounds[first:], blurs[first:])
        if cost < _OTHER or length >= _SHORTEST_EDITED:
            best = (cost, length)
    if best[0] > _FILLED:
        if length + 1 >= _SHORTEST_EDITED:
            best = min(best, _edited(word.text, window[-length - 1 :], length + 1))
        if length >= _SHORTEST_EDITED:
            best = min(best, _edited(window[1 - length :], word.text, length - 1))
    return best


def _replaced(word: _Word, said: str, sounds: Syllables, blurs: Syllables) -> float:
    """Compare character by character with as many of the text."""
    whole = 0.0
    for place, letter in enumerate(said):
        if word.text[place] != letter:
            whole += _cost(word, place, sounds[place], blurs[place])
            if whole > _FARTHEST:
                break
    return whole


def _cost(word: _Word, place: int, sounds: frozenset[str], blurs: frozenset[str]) -> float:
    if not word.sounds[place].isdisjoint(sounds):
        return _HEARD
    return _OTHER if word.blurs[place].isdisjoint(blurs) else _CLOSE


def _edited(short: str, long: str, taken: int) -> tuple[float, int]:
    """Compare two names of which one has a character more; `taken` is how much of the text that is."""
    if len(long) != len(short) + 1:
        return _FARTHEST * 2, taken
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if short[same:] != long[same + 1 :]:
        return _FARTHEST * 2, taken
    return (_FILLED if long[same] in _FILLERS else _EDITED), taken


def nearest(found: Sequence[Similar]) -> list[Similar]:
    """Return those that are as near as the nearest, or nearly so."""
    return [one for one in found if one.distance <= found[0].distance + _CLOSE - _HEARD]
