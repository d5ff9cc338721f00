"""The units of a county through time: an old day keeps its names, an old name leads to who came after.

Villages are renamed, get other codes, are merged and split. People go on saying the old name for years, and a
letter of last year must name the committee of last year. So no entry of the register is ever edited: it is
closed on a day, with the units that have its ground from then on, and by how much.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
import shapely

from boundaries.areas import Areas
from boundaries.divisions import Division, Divisions, Level
from boundaries.repairs import areas_m2

LEAST_SHARE = 0.01
"""Who has less of a unit's ground than this is no successor of it: that is how exactly borders are drawn."""


@dataclass(frozen=True, slots=True)
class DatedUnit:
    """A unit under one name and code, and the days on which it bears them."""

    unit: Division
    valid_from: date | None = None
    """First day; None: since ever."""
    valid_to: date | None = None
    """The day after the last; None: until further notice."""
    successors: tuple[tuple[str, float], ...] = ()
    """Codes of the units that have its ground from ``valid_to`` on, each with the share of it, largest first;
    its own code when it only got another name. Empty while it holds, or when nobody has its ground."""

    def holds(self, day: date | None) -> bool:
        """Say whether it holds on a day; None asks for until further notice."""
        if day is None:
            return self.valid_to is None
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


class UnitHistory:
    """Every unit a county has, had, or will have, under every name."""

    def __init__(self, units: Iterable[DatedUnit]) -> None:
        # what was to begin on a day and was replaced before it has held on none
        kept = (one for one in units if one.valid_to is None or one.valid_from != one.valid_to)
        self.units = tuple(sorted(kept, key=lambda one: (one.unit.code, one.valid_to or date.max)))
        self._of_code: dict[str, list[DatedUnit]] = defaultdict(list)
        for one in self.units:
            self._of_code[one.unit.code].append(one)

    @classmethod
    def of(cls, divisions: Divisions) -> Self:
        """Return a history without a past: the units hold since ever and until further notice."""
        return cls(DatedUnit(unit) for unit in divisions.values())

    def __contains__(self, code: object) -> bool:
        return code in self._of_code

    def __len__(self) -> int:
        return len(self._of_code)

    def on(self, day: date | None) -> Divisions:
        """Return the units of a day under their names of that day; None asks for the newest of all."""
        return Divisions(one.unit for one in self.units if one.holds(day))

    def ended(self, day: date) -> Iterator[DatedUnit]:
        """Yield what holds no more on a day: units that were merged or split, and old names of others."""
        return (one for one in self.units if one.valid_to is not None and one.valid_to <= day)

    def successors(self, code: str, day: date) -> Mapping[str, float]:
        """Return who has the ground of a unit on a day, through any number of changes.

        Returns
        -------
        Mapping
            Code to share of its ground, largest first; just itself, with 1, when it still holds; empty for
            a code that nobody knows or a unit whose ground nobody has.
        """
        found: dict[str, float] = defaultdict(float)
        self._follow(code, 1.0, day, found, frozenset())
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _follow(
        self, code: str, share: float, day: date, found: dict[str, float], passed: frozenset[str]
    ) -> None:
        known = self._of_code.get(code, [])
        if any(one.holds(day) for one in known):
            found[code] += share
            return
        past = [one for one in known if one.valid_to is not None and one.valid_to <= day]
        for successor, part in past[-1].successors if past and code not in passed else ():
            self._follow(successor, share * part, day, found, passed | {code})

    def with_past(self, other: "UnitHistory") -> Self:
        """Return these units with the ended ones that another list knows."""
        ended = [one for one in other.units if one.valid_to is not None]
        return type(self)([*self.units, *ended])

    def redrawn(self, before: Areas, after: Areas, *, since: date) -> Self:
        """Return the history after a new drawing of the areas.

        Parameters
        ----------
        before, after
            The areas of the day before, and those of its first day.
        since
            Its first day.

        Returns
        -------
        UnitHistory
            Units that are drawn no more end, and are followed by whoever has their ground; units with another
            name or town begin anew under their code; new ones begin. Units without an area stay.
        """
        held, drawn = before.divisions, after.divisions
        gone = [code for code in held if code not in drawn]
        other = [code for code in held if code in drawn and _is_other(held[code], drawn[code])]
        followed = {code: _shares(before, after, code) for code in gone} | {
            code: ((code, 1.0),) for code in other
        }
        # what was saved before the machine lost power is not said twice
        known = {one.unit.code for one in self.units if one.valid_to is None and self._says(one, drawn)}
        other = [code for code in other if code not in known]
        followed = {code: share for code, share in followed.items() if code not in known}
        missing = [DatedUnit(held[code]) for code in followed if code not in self]
        units = [
            replace(one, valid_to=since, successors=followed[one.unit.code])
            if one.valid_to is None and one.unit.code in followed
            else one
            for one in (*self.units, *missing)
        ]
        fresh = [code for code in drawn if code not in held and not self._is_open(code)]
        return type(self)([*units, *(DatedUnit(drawn[code], since) for code in (*other, *fresh))])

    @staticmethod
    def _says(one: DatedUnit, drawn: Divisions) -> bool:
        return one.unit.code in drawn and not _is_other(one.unit, drawn[one.unit.code])

    def _is_open(self, code: str) -> bool:
        return any(one.valid_to is None for one in self._of_code.get(code, ()))


def _is_other(one: Division, other: Division) -> bool:
    return (one.name, one.town_code) != (other.name, other.town_code)


def _shares(before: Areas, after: Areas, code: str) -> tuple[tuple[str, float], ...]:
    """Return who has the ground of an area afterwards, and by how much."""
    area = before.get(code)
    level = area.division.level if area else Level.VILLAGE
    old, new = (one.villages if level is Level.VILLAGE else one.towns for one in (before, after))
    shape, shapes = old.geometry.loc[code], new.geometry.to_numpy()
    near = np.flatnonzero(shapely.intersects(shapes, shape))
    held = areas_m2(shapely.intersection(shapes[near], shape), before.projection)
    whole = float(areas_m2(np.array([shape]), before.projection)[0])
    share = held / max(whole, 1.0)
    return tuple(
        (str(new.index[near[row]]), round(float(share[row]), 4))
        for row in np.argsort(-share, kind="stable")
        if share[row] >= LEAST_SHARE
    )
