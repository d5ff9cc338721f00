"""The units of a register, as the rules of assignment see them."""

from boundaries import Divisions, Level
from geo_service.assignment import Unit


def units_of(divisions: Divisions) -> dict[str, Unit]:
    """Return the units of a register by code, as the rules of assignment see them."""
    return {
        unit.code: Unit(
            code=unit.code,
            name=unit.display_name if unit.level is Level.VILLAGE else unit.name,
            kind=unit.kind.name,
            town_code=unit.town_code,
            town_name=unit.town_name,
        )
        for unit in divisions.values()
    }
