"""Coordinates that know their datum, so that nobody can convert them twice.

An array of numbers does not say whether it was converted already, and a second conversion moves a ticket by
another 566 m. What comes from outside is wrapped here at the door together with the datum it was given in;
from then on a conversion starts from the datum it is in, and calling the result something else is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from boundaries.coordinates import Datum, Points, from_wgs84, parse_datum, to_wgs84
from boundaries.errors import ConvertedAlreadyError, NoDatumError

STATED_DATUM = "datum"
"""The column in which a file says of itself in which datum it is: ours do, and keep saying so in any copy."""
_OURS = "office_assumed"
_SAME = {Datum.CGCS2000: Datum.WGS84}  # equal within decimetres


@dataclass(frozen=True, slots=True, eq=False)
class Positions:
    """Coordinates and the datum they are in."""

    points: Points
    """Shape (n, 2), longitude first, degrees, in ``datum``; may be empty."""
    datum: Datum

    def converted(self, datum: Datum) -> Self:
        """Return the same places in another datum; in their own they stay as they are, to the last bit.

        >>> import numpy as np
        >>> once = Positions(np.array([[115.6444, 22.9456]]), Datum.GCJ02).converted(Datum.WGS84)
        >>> once.converted(Datum.WGS84) is once
        True
        """
        if _plain(datum) is _plain(self.datum):
            return self if datum is self.datum else type(self)(self.points, datum)
        return type(self)(from_wgs84(to_wgs84(self.points, self.datum), datum), datum)

    def taken_for(self, datum: Datum, *, where: str) -> Self:
        """Return the places when a caller says which datum they are in, and is right.

        Parameters
        ----------
        datum
            What the caller says.
        where
            What the coordinates belong to, for the message: a file's or a column's name.

        Raises
        ------
        ConvertedAlreadyError
            When they are known to be in another: converting them again would shift them.
        """
        if _plain(datum) is not _plain(self.datum):
            raise ConvertedAlreadyError(
                "the coordinates of {where} are {datum} already: taking them for {other} would shift them "
                "by some hundred metres",
                where=where,
                datum=self.datum.value,
                other=datum.value,
            )
        return self

    @property
    def wgs84(self) -> Points:
        """The places in WGS 84."""
        return self.converted(Datum.WGS84).points


def stated_datum(table: Mapping[str, Iterable[object]]) -> set[str]:
    """Return what the rows of a file say of their datum, by its columns; empty when they say nothing.

    Files that this service wrote before it stated the datum are known by a column that only they have.
    """
    if STATED_DATUM in table:
        return {str(word) for word in table[STATED_DATUM] if word is not None and word == word}  # noqa: PLR0124 - NaN
    return {Datum.WGS84.value} if _OURS in table else set()


def agreed_datum(stated: Iterable[str], told: Datum | None, *, where: str) -> Datum | None:
    """Return the datum of a file that may say itself which one it is.

    Parameters
    ----------
    stated
        What its rows say, column `STATED_DATUM`; empty text says nothing, nor does a word that is no datum.
    told
        What the caller says; None for nothing.
    where
        The file's name, for messages.

    Returns
    -------
    Datum or None
        None when neither says anything.

    Raises
    ------
    ConvertedAlreadyError
        When the two differ: converting the file once more would shift it.
    NoDatumError
        When its rows are in several: then it is no layer but two.
    """
    found = {datum for word in set(stated) if (datum := _known(word)) is not None}
    if len({_plain(datum) for datum in found}) > 1:
        raise NoDatumError(
            "the rows of {path} say they are in several datums, {datums}: give one file for each",
            path=where,
            datums=", ".join(sorted(datum.value for datum in found)),
        )
    own = min(found, default=None)
    if own is None or told is None or _plain(own) is _plain(told):
        return told or own
    raise ConvertedAlreadyError(
        "{path} says of itself that its coordinates are {stated} (column {column}): leave --datum {told} "
        "away, it would shift every border by some hundred metres",
        path=where,
        stated=own.value,
        column=STATED_DATUM,
        told=told.value,
    )


def _known(word: str) -> Datum | None:
    try:
        return parse_datum(word) if word.strip() else None
    except NoDatumError:
        return None


def _plain(datum: Datum) -> Datum:
    return _SAME.get(datum, datum)
