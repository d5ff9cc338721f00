"""Every name of every unit of the nation, found in a text: integers in one mapped file.

The names are those under which each county's own gazetteer knows its units.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Self

from boundaries.divisions import Division, Divisions
from boundaries.errors import NotAMapError
from boundaries.named_places import Wording
from boundaries.names import fold_name, reading, syllables
from boundaries.nation_files import open_arrays, write_arrays
from boundaries.nation_spellings import (
    FoundSpelling,
    SpellingArrays,
    SpellingIndex,
    Spelt,
    spelling_arrays,
)
from boundaries.nation_units import NationUnits, Tier, UnitArrays, nation_rows, unit_arrays
from boundaries.outside import larger_units, short_name
from boundaries.unit_names import unit_names

WORDINGS = tuple(Wording)
"""What the numbers of `FoundSpelling.wordings` mean."""
_COUNTY_DIGITS = 6


class NationIndex:
    """The units of the nation, or of any part of it, and their names; made by `build`, or `open`."""

    def __init__(self, units: UnitArrays, spellings: SpellingArrays) -> None:
        self._arrays = (units, spellings)
        self.units = NationUnits(units)
        self._spellings = SpellingIndex(spellings)

    @classmethod
    def build(cls, rows: Iterable[Mapping[str, str]]) -> Self:
        """Make the index of a list of units.

        Parameters
        ----------
        rows
            Each with ``code`` and ``name``, in any order; see `boundaries.nation_units.nation_rows`.

        Raises
        ------
        BadRegisterError
            When a row lacks code or name, or one code has two names.
        """
        register, larger = nation_rows(rows)
        units = unit_arrays(register, larger)
        places = {code.decode(): row for row, code in enumerate(units.codes.tolist())}
        return cls(units, spelling_arrays(chain(_larger_spelt(larger, places), _spelt(register, places))))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map an index that `save` wrote; nothing is read before it is asked for.

        Raises
        ------
        NotAMapError
            When there is no such file, another version wrote it, or it is not whole.
        """
        arrays = open_arrays(path)
        try:
            units = UnitArrays(**{name: arrays[name] for name in UnitArrays._fields})
            spellings = SpellingArrays(**{name: arrays[name] for name in SpellingArrays._fields})
        except KeyError as error:
            raise NotAMapError(
                "{path} is no index of the nation of this version and machine: build it again", path=path.name
            ) from error
        return cls(units, spellings)

    @classmethod
    def kept(cls, path: Path, rows: Callable[[], Iterable[Mapping[str, str]]]) -> Self:
        """Open an index; where there is none that can be opened, build it and write the file.

        Parameters
        ----------
        rows
            Reads the list; called only when it is needed. Whether the list has changed since is not asked.
        """
        try:
            return cls.open(path)
        except NotAMapError:
            cls.build(rows()).save(path)
            return cls.open(path)

    def save(self, path: Path) -> None:
        """Write the index to a file that `open` maps; an existing one is replaced only by a complete one."""
        write_arrays(path, {name: array for part in self._arrays for name, array in part._asdict().items()})

    def find(self, text: str) -> Iterator[FoundSpelling]:
        """Yield every name in a folded text, overlapping ones too; by length, then by place."""
        return self._spellings.find(text)

    def read_like(self, name: str, county: int) -> Iterator[int]:
        """Yield the villages of a county's row that are read exactly like a folded name they do not bear."""
        first, behind = self.units.below(self.units.code(county))
        size = len(name.encode("utf-8", "surrogatepass"))
        for text, row in self._spellings.of_rows(first, behind, size):
            if text != name and _is_read_like(text, name) and self.units.tier(row) is Tier.VILLAGE:
                yield row


def _is_read_like(text: str, name: str) -> bool:
    """Say whether two names have one usual reading; most are told apart by what each character can be."""
    pairs = zip(text, name, strict=False)
    can_be = len(text) == len(name) and all(_readings(one) & _readings(other) for one, other in pairs)
    return can_be and reading(text) == reading(name)


@cache
def _readings(letter: str) -> frozenset[str]:
    return syllables(letter)[0]


def _larger_spelt(larger: Mapping[str, str], places: Mapping[str, int]) -> Iterator[Spelt]:
    """Yield what provinces, cities and counties are called, in the list and in the shipped one."""
    full, short = WORDINGS.index(Wording.FULL), WORDINGS.index(Wording.CORE)
    for code, name in {*larger.items(), *larger_units()}:
        if code in places:
            yield Spelt(fold_name(name), places[code], full)
            if short_name(name) != name:
                yield Spelt(fold_name(short_name(name)), places[code], short)


def _spelt(register: Divisions, places: Mapping[str, int]) -> Iterator[Spelt]:
    """Yield what towns and villages are called in their counties."""
    wordings = {wording: number for number, wording in enumerate(WORDINGS)}
    none = Divisions()

    def county(unit: Division) -> str:
        return unit.town_code[:_COUNTY_DIGITS]

    for _, units in groupby(sorted(register.values(), key=county), county):
        for place in unit_names(Divisions(units), none):
            row = places[place.code]
            yield from (Spelt(s.text, row, wordings[s.wording]) for s in place.spellings)
