"""Coordinates of a file are held against the places its rows name, before anything of it is stored.

A file in the wrong datum looks right row by row: only all rows together show the shift. Rows may come in
several datums (a column may say so), so each is judged with its like.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from boundaries import (
    Datum,
    DatumVerdict,
    Fit,
    NamedGrounds,
    Positions,
    WrongDatumError,
    check_plausible,
    listed,
    parse_datum,
)
from geo_service.tickets.model import Ticket
from geo_service.tickets.reasons import Reason
from geo_service.workflow.step import own

Grounds = Callable[[], NamedGrounds]
"""Opens the county's names and areas; called only when a file has coordinates."""


class Converter:
    """Converts the coordinates of a file to WGS 84 and remembers as what each was taken."""

    def __init__(self) -> None:
        self._words: dict[tuple[float, float], str] = {}

    def __call__(self, lon: float, lat: float, datum: str) -> tuple[float, float]:
        """Return a coordinate in WGS 84.

        Parameters
        ----------
        lon, lat
            Degrees, in the datum named.
        datum
            The word the file or the person used: ``"高德"``, ``"gcj02"``, ``"WGS-84"`` …

        Raises
        ------
        BoundaryError
            When the datum is unknown, the axes are exchanged, or it is no place in China.
        """
        points = Positions(np.array([[lon, lat]]), parse_datum(datum)).wgs84
        check_plausible(points, where="the point")
        converted = float(points[0, 0]), float(points[0, 1])
        self._words[converted] = datum
        return converted

    def word(self, ticket: Ticket) -> str | None:
        """Return the word for the datum in which a ticket's coordinate came; None without coordinate."""
        if ticket.lon is None or ticket.lat is None:
            return None
        return self._words.get((ticket.lon, ticket.lat))


def check_coordinates(  # noqa: PLR0913 - a file, what it said, what the person said, and what to judge by
    path: Path,
    tickets: Iterable[Ticket],
    converter: Converter,
    grounds: Grounds,
    *,
    text_of: Callable[[Ticket], str],
    declared: str | None,
) -> tuple[Reason, ...]:
    """Refuse a file whose coordinates are shifted; return what can be said for those that are not.

    Parameters
    ----------
    path
        The file, for the message.
    tickets
        As read; those without coordinate are passed over.
    converter
        What converted them.
    text_of
        The text of a ticket in which the geocoder looks for places.
    declared
        The datum the person declared for the whole file; None when nobody did.

    Raises
    ------
    WrongDatumError
        When the coordinates of one datum lie where another would put them; names it, with the numbers.
    """
    groups: dict[tuple[Datum, bool], list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        word = converter.word(ticket)
        if word is not None:
            groups[_plain(parse_datum(word)), word == declared].append(ticket)
    if not groups:
        return ()
    opened = grounds()
    said = []
    for (taken, by_option), members in groups.items():
        points = np.array([(ticket.lon, ticket.lat) for ticket in members], dtype=np.float64)
        verdict = opened.check(points, [text_of(ticket) for ticket in members])
        if verdict.fit is Fit.SHIFTED:
            raise _refused(path, verdict, taken, by_option=by_option)
        if verdict.fit is Fit.MIXED:
            raise _mixed(path, verdict, members)
        if verdict.fit is not Fit.SILENT:
            said.append(own(verdict.reason))
    return tuple(said)


def _refused(path: Path, verdict: DatumVerdict, taken: Datum, *, by_option: bool) -> WrongDatumError:
    """Return the error that says what the coordinates are, and what to declare."""
    values = {"path": path.name, **verdict.reason.values}
    shift = verdict.shift
    if shift is None or shift.taken is not taken:
        return WrongDatumError(
            "nothing of {path} was imported: of {places} places {at_home} lie where their words say, "
            "{shifted} would if {truly} had not been taken for {taken} somewhere before (p = {p}). "
            "Ask for the coordinates as they were measured, or check the datum of this workspace's areas",
            **values,
        )
    if by_option:
        return WrongDatumError(
            "nothing of {path} was imported: its coordinates are {truly}, not {taken}: of {places} places "
            "{at_home} lie where their words say, {shifted} would with {truly} (p = {p}). "
            "Import it again with --datum {truly}, or with --trust-datum if you know better",
            **values,
        )
    return WrongDatumError(
        "nothing of {path} was imported: the file says {taken}, but its coordinates are {truly}: of {places} "
        "places {at_home} lie where their words say, {shifted} would with {truly} (p = {p}). "
        "Correct the file's own word for the datum, or import it with --trust-datum if you know better",
        **values,
    )


def _mixed(path: Path, verdict: DatumVerdict, members: Sequence[Ticket]) -> WrongDatumError:
    """Return the error that says which tickets are in another datum than the rest."""
    return WrongDatumError(
        "nothing of {path} was imported: it mixes two datums: of {places} places {at_home} lie where their "
        "words say as {first}, {better} others only as {second} (p = {p}), among them the tickets {numbers}. "
        "Give each row its datum in a column, or import the two parts as files of their own; --trust-datum "
        "takes them as they are",
        path=path.name,
        numbers=listed([members[row].upstream_no for row in verdict.strays]),
        **verdict.reason.values,
    )


def _plain(datum: Datum) -> Datum:
    return Datum.WGS84 if datum is Datum.CGCS2000 else datum
