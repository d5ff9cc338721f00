"""Names of units that are no more, or are called otherwise now: callers go on using them for years.

A former name leads to every unit of today that has a share in the ground it meant. With one such unit the
name means that one; with several a person decides.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from boundaries.divisions import Level
from boundaries.gazetteer import Gazetteer
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import fold_name
from boundaries.unit_history import UnitHistory

LEAST_SHARE = 0.05
"""Who has less of the old ground is not proposed."""
_SHORTEST = 2


def with_former_names(gazetteer: Gazetteer, history: UnitHistory, day: date) -> Gazetteer:
    """Return a gazetteer in which the units of a day are found under the names of those before them, too.

    Parameters
    ----------
    gazetteer
        The names of the day.
    history
        The units through time.
    day
        What ended on it or before is a former name.
    """
    former = _former(history, day)
    if not former:
        return gazetteer
    places = [_renamed(place, former.get(place.code, {})) for place in gazetteer.all_places]
    return type(gazetteer)(gazetteer.county_code, places, gazetteer.addresses, gazetteer.aliases)


def _former(history: UnitHistory, day: date) -> dict[str, dict[str, None]]:
    """Return for each unit of a day the folded names of those it followed, the first ended first."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in history.ended(day):
        name = fold_name(one.unit.core_name if one.unit.level is Level.VILLAGE else one.unit.name)
        if len(name) >= _SHORTEST:
            for code, share in history.successors(one.unit.code, day).items():
                if share >= LEAST_SHARE:
                    found[code][name] = None
    return found


def _renamed(place: NamedPlace, names: dict[str, None]) -> NamedPlace:
    if place.kind not in {NameKind.UNIT, NameKind.TOWN} or not names:
        return place
    known = {spelling.text for spelling in place.spellings}
    more = tuple(Spelling(name, Wording.OLD) for name in names if name not in known)
    return replace(place, spellings=(*place.spellings, *more)) if more else place
