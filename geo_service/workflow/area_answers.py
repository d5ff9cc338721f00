"""Whose ground a place is on a day: a question of planners and of whoever answers a letter of last year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from boundaries import (
    Area,
    Areas,
    Datum,
    Division,
    GeocodeResult,
    Level,
    LonLat,
    Positions,
    check_plausible,
)
from geo_service.errors import WorkspaceError
from geo_service.tickets.reasons import Reason
from geo_service.workflow.ground import DatedGround
from geo_service.workflow.step import StepReport, own

_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_COORDINATE = re.compile(rf"\s*{_NUMBER}\s*[,，;；\s]\s*{_NUMBER}\s*")
_NEAR_M = 30.0
"""A border nearer than a phone errs is told."""


@dataclass(frozen=True, slots=True)
class AreaAnswer:
    """Whose ground a place is on a day."""

    day: date
    village: Division | None
    """The village or community; None outside of all, or when a text does not tell."""
    town: Division | None
    derived: bool
    """Whether nobody has drawn the village's area."""
    valid_from: date | None
    valid_to: date | None
    """The days from which to which the drawing asked holds; None for open ends."""
    reasons: tuple[Reason, ...]
    """The answer in sentences, then what else is to be known."""

    def as_json(self) -> dict[str, Any]:
        """Return the answer for a program."""
        return {
            "day": self.day.isoformat(),
            "village": self.village.display_name if self.village else None,
            "village_code": self.village.code if self.village else None,
            "town": self.town.name if self.town else None,
            "town_code": self.town.code if self.town else None,
            "derived": self.derived,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "reasons": [reason.as_json() for reason in self.reasons],
        }


def read_coordinate(text: str) -> tuple[float, float] | None:
    """Return the two numbers of a text that is nothing else, None for words.

    >>> read_coordinate("115.64, 22.97"), read_coordinate("炎龙村路灯不亮")
    ((115.64, 22.97), None)
    """
    found = _COORDINATE.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else None


def holder_of(ground: DatedGround, coordinate: tuple[float, float], datum: Datum) -> AreaAnswer:
    """Return whose ground a coordinate is on the ground's day.

    Parameters
    ----------
    coordinate
        Longitude first, degrees.
    datum
        In which it was measured.

    Raises
    ------
    BoundaryError
        When it is no place in China; names the likely mistake.
    """
    given = Positions(np.array([coordinate], dtype=np.float64), datum).wgs84
    check_plausible(given, where="the point")
    point = LonLat(float(given[0, 0]), float(given[0, 1]))
    area = ground.areas.locate(point)
    town = ground.areas.locate(point, level=Level.TOWN)
    if area is None:
        return _answer(ground, None, town, tuple(_outside(ground, town)))
    reasons = [_held_by(ground, area)]
    border_m = ground.areas.border_distance_m(point)
    if border_m < _NEAR_M:
        reasons.append(
            Reason(
                "N2",
                "the next border is {distance_m} m away: nearer than a phone is sure of",
                {"distance_m": round(border_m)},
            )
        )
    return _answer(ground, area, town, (*reasons, *_about(ground, area)))


def named_on(ground: DatedGround, text: str) -> AreaAnswer:
    """Return whose ground the words of a caller mean on the ground's day; the town only when that is all."""
    result = ground.geocoder.geocode(text)
    best = result.best if result.is_sure else None
    area = ground.areas.get(best.unit_code) if best and best.unit_code else None
    if area is None:
        return _answer(ground, None, None, tuple(_unsure(ground, result)))
    because = tuple(own(reason) for reason in best.because) if best else ()
    town = ground.areas.get(area.division.town_code)
    return _answer(ground, area, town, (_held_by(ground, area), *because, *_about(ground, area)))


def export_areas(ground: DatedGround, file: Path) -> StepReport:
    """Write the areas of a day as a GeoPackage that a planner changes and gives back.

    Raises
    ------
    WorkspaceError
        When the file is there already, or is to have another ending.
    """
    if file.suffix.lower() != ".gpkg":
        raise WorkspaceError("{file} is to be a GeoPackage: let its name end in .gpkg", file=file.name)
    if not file.absolute().parent.is_dir():
        raise WorkspaceError(
            "{file} cannot be written: there is no folder {folder}", file=file.name, folder=file.parent
        )
    if file.exists():
        raise WorkspaceError("{file} is there already: give another name, or delete it first", file=file.name)
    undated = (
        frame.assign(valid_from=None, valid_to=None) for frame in (ground.areas.villages, ground.areas.towns)
    )
    Areas(*undated).save(file)
    counts = {"towns": len(ground.areas.towns), "villages and communities": len(ground.areas.villages)}
    return StepReport("areas export", counts, files=(file.name,))


def _answer(
    ground: DatedGround, area: Area | None, town: Area | None, reasons: tuple[Reason, ...]
) -> AreaAnswer:
    return AreaAnswer(
        ground.day,
        area.division if area else None,
        town.division if town else None,
        bool(area and area.derived),
        area.valid_from if area else None,
        area.valid_to if area else None,
        reasons,
    )


def _held_by(ground: DatedGround, area: Area) -> Reason:
    values = {
        "day": ground.day.isoformat(),
        "name": area.name,
        "code": area.code,
        "town": area.division.town_name or area.division.town_code,
    }
    return Reason("N1", "on {day} it is the ground of {name} ({code}), {town}", values)


def _outside(ground: DatedGround, town: Area | None) -> Iterator[Reason]:
    values = {"day": ground.day.isoformat(), "town": town.name if town else ""}
    if town is None:
        yield Reason("N1", "on {day} it lies in no town or village of this county", values)
    else:
        yield Reason("N1", "on {day} it lies in {town}, but in no village there", values)


def _unsure(ground: DatedGround, result: GeocodeResult) -> Iterator[Reason]:
    yield Reason("N1", "on {day} the words do not tell one village for sure", {"day": ground.day.isoformat()})
    yield from map(own, result.because)
    for found in result.candidates:
        values = {"name": found.unit_name or found.town_name, "town": found.town_name}
        yield Reason("N3", "it may be {name}, {town}", values)


def _about(ground: DatedGround, area: Area) -> Iterator[Reason]:
    """Tell from when to when the answer holds, and what came after."""
    if area.derived:
        yield Reason("N4", "nobody has drawn this border: it was computed from places", {})
    since = area.valid_from.isoformat() if area.valid_from else ""
    until = area.valid_to.isoformat() if area.valid_to else ""
    if since and until:
        values = {"since": since, "until": until}
        yield Reason("N5", "this drawing holds from {since} up to, not including, {until}", values)
    elif since:
        yield Reason("N5", "this drawing holds since {since}", {"since": since})
    elif until:
        yield Reason("N5", "this drawing held up to, not including, {until}", {"until": until})
    for one in ground.register.units:
        if one.unit.code == area.code and one.valid_to is not None and one.holds(ground.day):
            yield from _after(ground, area, one.valid_to)


def _after(ground: DatedGround, area: Area, end: date) -> Iterator[Reason]:
    """Tell who came after a unit, or how it was called then."""
    later = ground.register.on(end)
    for code, share in ground.register.successors(area.code, end).items():
        unit = later[code]
        values = {
            "day": end.isoformat(),
            "name": unit.display_name,
            "code": code,
            "old": area.name,
            "percent": round(100 * share),
        }
        if code != area.code and unit.core_name == area.division.core_name:
            values |= {"before": area.code}
            yield Reason("N6", "from {day} on the code of {name} is {code}, before it was {before}", values)
        elif code == area.code:
            yield Reason("N6", "from {day} on {old} is called {name}", values)
        else:
            yield Reason("N6", "from {day} on {name} ({code}) has {percent} % of the ground of {old}", values)
