"""What a person decided, as a form or a program sends it: which place was meant, read strictly or refused."""

from collections.abc import Mapping

from geo_service.assignment import Unit
from geo_service.errors import BadDecisionError

ELSEWHERE = "elsewhere"
"""The choice that is none of the candidates: the unit is named in a field of its own."""


def chosen_place(place: str, named: str, units: Mapping[str, Unit]) -> tuple[str, int | None]:
    """Return the unit code that a form means, and which candidate, from 0; None when a unit was named.

    Parameters
    ----------
    place
        ``"441581003203@0"`` for the first candidate, or `ELSEWHERE`.
    named
        The field for another unit: a code, a code followed by the name, or a name.
    units
        Code → unit of the county.

    Raises
    ------
    BadDecisionError
        When nothing was chosen, or two things, or a unit that does not exist or shares its name.

    Examples
    --------
    >>> chosen_place("441581003203@1", "", {})
    ('441581003203', 1)
    """
    named = named.strip()
    if place == ELSEWHERE or (not place and named):
        return named_unit(named, units), None
    if not place:
        raise BadDecisionError("choose where it is, or name the village or community")
    if named:
        raise BadDecisionError(
            "a candidate is chosen and “{name}” is named as well: choose one of the two", name=named
        )
    code, _, index = place.partition("@")
    if not code or not index.isdecimal():
        raise BadDecisionError("choose where it is, or name the village or community")
    return code, int(index)


def named_unit(named: str, units: Mapping[str, Unit]) -> str:
    """Return the code of the unit that was typed.

    Raises
    ------
    BadDecisionError
        When no unit is called so, or several are.
    """
    code = named.split(maxsplit=1)[0] if named else ""
    if code in units:
        return code
    called = [unit.code for unit in units.values() if unit.name == named]
    if len(called) == 1:
        return called[0]
    if called:
        raise BadDecisionError(
            "{n} units are called {name}: take the right one from the list", n=len(called), name=named
        )
    raise BadDecisionError(
        "no village, community or town is called “{name}”: take one from the list", name=named
    )
