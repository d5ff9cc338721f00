"""The form about a place that is pointed out: its fields, read strictly, and what it shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Self
from urllib.parse import quote

from fastapi import Depends, Form, Query

from boundaries import LonLat
from geo_service.api.asking import PLAIN
from geo_service.api.decisions import named_unit
from geo_service.assignment import Unit
from geo_service.errors import BadDecisionError
from geo_service.i18n import Language, translate
from geo_service.tickets.model import Ticket
from geo_service.workflow.correcting import CORRECTABLE, SIGMAS_M, Foreseen, PointedOut

_USUAL_SIGMA = "30"
Field = Annotated[str, Query(max_length=200, pattern=PLAIN)]
FormField = Annotated[str, Form(max_length=200, pattern=PLAIN)]


@dataclass(frozen=True, slots=True)
class Pointing:
    """The fields of the form, as a person filled them in."""

    lon: str = ""
    lat: str = ""
    sigma_m: str = _USUAL_SIGMA
    village: str = ""
    seen: str = ""
    recuse: str = ""
    reason: str = ""

    def read(self, units: Mapping[str, Unit]) -> PointedOut:
        """Return what the fields mean.

        Raises
        ------
        BadDecisionError
            When a coordinate is missing or is no number, or no unit is called as was typed.
        """
        point = None
        if self.lon.strip() or self.lat.strip():
            point = LonLat(_number(self.lon), _number(self.lat))
        return PointedOut(
            point,
            _number(self.sigma_m),
            named_unit(self.village.strip(), units) if self.village.strip() else "",
            int(self.seen) if self.seen.isdecimal() else None,
            recuse=bool(self.recuse),
        )

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """Return the fields as they stand at first: where the ticket is, if it has a point."""
        place = ticket.issue_place
        if place is None or place.lon is None or place.lat is None:
            return cls(seen=str(ticket.version))
        return cls(f"{place.lon:.6f}", f"{place.lat:.6f}", seen=str(ticket.version))


def _number(words: str) -> float:
    try:
        return float(words)
    except ValueError as error:
        raise BadDecisionError(
            "“{words}” is no coordinate: write degrees such as 115.64321", words=words.strip()
        ) from error


def asked_pointing(
    lon: Field = "", lat: Field = "", sigma_m: Field = _USUAL_SIGMA, village: Field = "", recuse: Field = ""
) -> Pointing:
    """Return the fields of a look ahead."""
    return Pointing(lon, lat, sigma_m, village, recuse=recuse)


def sent_pointing(  # noqa: PLR0913, PLR0917 - the fields of the form
    lon: FormField = "",
    lat: FormField = "",
    sigma_m: FormField = _USUAL_SIGMA,
    village: FormField = "",
    seen: FormField = "",
    recuse: FormField = "",
    reason: FormField = "",
) -> Pointing:
    """Return the fields of a decision."""
    return Pointing(lon, lat, sigma_m, village, seen, recuse, reason)


AskedPointing = Annotated[Pointing, Depends(asked_pointing)]
SentPointing = Annotated[Pointing, Depends(sent_pointing)]


@dataclass(frozen=True, slots=True)
class Placing:
    """The form for pointing a place out: fields, map, and what was wrong with the last attempt."""

    ticket: Ticket
    fields: Pointing
    map_href: str
    is_correction: bool
    """Whether the ticket has a place already, decided by the text or a person."""
    in_queue: bool
    """Whether the form stands on a card of the review queue."""
    sigmas: tuple[str, ...] = tuple(f"{sigma:.0f}" for sigma in SIGMAS_M)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ForeseenPage:
    """What would follow, or why it cannot."""

    seen: Foreseen | None = None
    problem: str = ""


def placing_of(
    ticket: Ticket, *, fields: Pointing | None = None, problem: str = "", in_queue: bool = False
) -> Placing | None:
    """Return the form of a ticket; None when its place may not be decided any more."""
    if ticket.status not in CORRECTABLE:
        return None
    return Placing(
        ticket=ticket,
        fields=fields or Pointing.of(ticket),
        map_href=f"/maps/tickets/{quote(ticket.id)}/pointing",
        is_correction=ticket.issue_place is not None,
        in_queue=in_queue,
        problem=problem,
    )


def ways(language: Language) -> tuple[str, ...]:
    """Return how one may know a place, to be taken over at one click."""
    return (
        translate("asked the caller by phone", language),
        translate("asked the town or the committee", language),
        translate("local knowledge", language),
        translate("seen on the map", language),
    )


def unit_words(units: Iterable[Unit]) -> list[str]:
    """Return units as a list offers them: the code first, then what people say."""
    return [
        f"{unit.code} {unit.name}" + ("" if unit.code == unit.town_code else f" · {unit.town_name}")
        for unit in units
    ]
