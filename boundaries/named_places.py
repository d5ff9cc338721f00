"""One place that has a name, and the ways that name is written: a line of the gazetteer."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import shapely

from boundaries.coordinates import LonLat


class NameKind(StrEnum):
    """What bears the name."""

    OUTSIDE = "outside"  # another county, city or province, or a town of one
    HOME = "home"  # this county, its prefecture and province: said by everybody, tells nothing
    TOWN = "town"
    UNIT = "unit"  # a village or community of the register
    HAMLET = "hamlet"  # a place smaller than a village, known from the map
    ROAD = "road"
    LANDMARK = "landmark"
    JUNCTION = "junction"  # where two named streets meet


class Wording(StrEnum):
    """How a spelling relates to the place."""

    FULL = "full"  # nothing else could be meant
    CORE = "core"  # without what kind of unit it is: 炎龙, 东海, 深圳
    OLD = "old"  # a former name: 东海镇 for 东海街道
    ALIAS = "alias"  # another name for the same thing: 星都开发区, 火车站


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way a name is written."""

    text: str
    """Folded; see `boundaries.names.fold`."""
    wording: Wording


@dataclass(frozen=True, slots=True, eq=False)
class NamedPlace:
    """A place with a name."""

    kind: NameKind
    name: str
    """As it is shown."""
    code: str
    """Code of the unit, town or county itself; for a landmark, hamlet or junction of the unit that holds it.
    Empty for roads, and where no area is drawn."""
    town_code: str
    """Town of the unit, a town's own code; empty when it is not known."""
    category: str
    """``market``, ``school``, ``station`` …; empty for other things than landmarks."""
    geometry: shapely.Geometry | None
    """WGS 84: a point, the area of a large landmark, the lines of a road; None for a name without a place."""
    reach_m: float
    """How far round a landmark things still happen "at" it, metres; 0 for other things."""
    spellings: tuple[Spelling, ...]
    units: tuple[tuple[str, float], ...] = ()
    """For a road: the units it runs through with metres in each, longest first; ``""`` stands for the
    metres outside of all units. For a landmark or hamlet of the city's address list: the units of its
    addresses with how many there are in each."""
    is_listed: bool = False
    """Whether the city's address list alone names it; no map does."""

    @property
    def shape(self) -> shapely.Geometry:
        """The geometry; an empty one for a name without a place."""
        return shapely.GeometryCollection() if self.geometry is None else self.geometry

    @property
    def point(self) -> LonLat | None:
        """A point that stands for the place; for an area one inside, for a road none."""
        if self.geometry is None or self.kind is NameKind.ROAD:
            return None
        inside = shapely.point_on_surface(self.geometry)
        return LonLat(float(shapely.get_x(inside)), float(shapely.get_y(inside)))

    def inside(self, unit_code: str, town_code: str) -> Self:
        """Return the place with the unit that holds it."""
        return replace(self, code=unit_code, town_code=town_code)


@dataclass(frozen=True, slots=True)
class NameHit:
    """A spelling found in a text."""

    start: int
    end: int
    wording: Wording
    places: tuple[NamedPlace, ...]
    """All places written like this."""
