"""Villages whose names sound or look like a name the text states and no list knows: 中长村 for 中张村.

Every name of the county is compared with the characters before an ending (村, 社区 …), right-aligned: one
character may be read alike, one may be left out, added or another. The distance is 0 for the same name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from boundaries.named_places import NamedPlace, Wording
from boundaries.names import Syllables, blurred, sounds_of

_LONGEST = 16
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


@dataclass(frozen=True, slots=True)
class _Word:
    place: NamedPlace
    text: str
    sounds: Syllables
    blurs: Syllables


class SimilarNames:
    """The names of a county's villages, ready to be compared with a text."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        spelled = {
            (place.code, spelling.text): place
            for place in places
            for spelling in place.spellings
            if spelling.wording in {Wording.CORE, Wording.FULL}
        }
        self._words = [
            _Word(place, text, _sounds(text), tuple(map(blurred, _sounds(text))))
            for (_, text), place in spelled.items()
        ]
        self._heard: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, word in enumerate(self._words):
            for place, sounds in enumerate(word.blurs):
                for sound in sounds:
                    self._heard[sound].append((row, len(word.text) - place))

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
        for row in self._promising(blurs):
            word = self._words[row]
            if towns and word.place.town_code not in towns:
                continue
            distance, length = _distance(word, window, sounds, blurs)
            nearest = found.get(word.place.code)
            if distance <= _FARTHEST and (nearest is None or distance < nearest.distance):
                found[word.place.code] = Similar(word.place, end - length, distance)
        return sorted(found.values(), key=lambda one: (one.distance, one.start))

    def _promising(self, blurs: Syllables) -> list[int]:
        """Return the words of which all characters but one sound like those before the ending."""
        matched: dict[int, set[int]] = defaultdict(set)
        for place, sounds in enumerate(blurs):
            behind = len(blurs) - place
            for sound in sounds:
                for row, from_end in self._heard.get(sound, ()):
                    if abs(from_end - behind) <= 1:
                        matched[row].add(from_end)
        return [row for row, places in matched.items() if len(places) >= len(self._words[row].text) - 1]


def _sounds(text: str) -> Syllables:
    """Return the readings of each character; a letter or a figure is read as itself."""
    return tuple(sounds_of(letter) for letter in text)


def _distance(word: _Word, window: str, sounds: Syllables, blurs: Syllables) -> tuple[float, int]:
    """Return the least distance of a name to what a text ends with, and how many characters that takes."""
    length = len(word.text)
    best = (_FARTHEST * 2, length)
    if length <= len(window):
        first = len(window) - length
        costs = [
            _cost(word, place, window[first + place], sounds[first + place], blurs[first + place])
            for place in range(length)
        ]
        if sum(costs) < _OTHER or length >= _SHORTEST_EDITED:
            best = min(best, (sum(costs), length))
    longer = max(length, min(length + 1, len(window)))
    if longer >= _SHORTEST_EDITED:
        more = (_with_one_more(word, window, cut) for cut in range(length + 1))
        less = (_with_one_less(word, window, cut) for cut in range(length))
        best = min(best, *more, *less)
    return best


def _cost(word: _Word, place: int, letter: str, sounds: frozenset[str], blurs: frozenset[str]) -> float:
    if word.text[place] == letter:
        return 0.0
    if word.sounds[place] & sounds:
        return _HEARD
    return _CLOSE if word.blurs[place] & blurs else _OTHER


def _with_one_more(word: _Word, window: str, cut: int) -> tuple[float, int]:
    """Compare with one character more in the text, before the character `cut` of the name."""
    length = len(word.text) + 1
    said = window[-length:]
    if len(said) == length and said[:cut] + said[cut + 1 :] == word.text:
        return (_FILLED if said[cut] in _FILLERS else _EDITED), length
    return _FARTHEST * 2, length


def _with_one_less(word: _Word, window: str, cut: int) -> tuple[float, int]:
    """Compare with one character less in the text, the character `cut` of the name."""
    length = len(word.text) - 1
    said = window[-length:] if length else ""
    if length > 1 and said == word.text[:cut] + word.text[cut + 1 :]:
        return (_FILLED if word.text[cut] in _FILLERS else _EDITED), length
    return _FARTHEST * 2, length


def nearest(found: Sequence[Similar]) -> list[Similar]:
    """Return those that are as near as the nearest, or nearly so."""
    return [one for one in found if one.distance <= found[0].distance + _CLOSE - _HEARD]
