"""Coordinates that know their datum, so that nobody can convert them twice.

An array of numbers does not say whether it was converted already, and a second conversion moves a ticket by
another 566 m. What comes from outside is wrapped here at the door together with the datum it was given in;
from then on a conversion starts from the datum it is in, and calling the result something else is refused.
"""

from dataclasses import dataclass
from typing import Self

from boundaries.coordinates import Datum, Points, from_wgs84, to_wgs84
from boundaries.errors import ConvertedAlreadyError

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


def _plain(datum: Datum) -> Datum:
    return _SAME.get(datum, datum)
