"""OpenStreetMap files, read and written: streets to walk on, named places, and what a background needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from boundaries.coordinates import LonLat, Points


@dataclass(frozen=True, slots=True)
class OsmNode:
    """A point of the map."""

    id: int
    point: LonLat
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class OsmWay:
    """A line of the map, or the ring of an area."""

    id: int
    nodes: tuple[int, ...]
    """Ids of the nodes along the line; the first equals the last when it is closed."""
    points: Points
    """Their places, shape (n, 2), WGS 84 degrees."""
    tags: Mapping[str, str]

    @property
    def is_closed(self) -> bool:
        """Say whether the line ends where it starts."""
        return len(self.nodes) > 3 and self.nodes[0] == self.nodes[-1]  # noqa: PLR2004 - a ring has four corners


@dataclass(frozen=True, slots=True, eq=False)
class OsmFeature:
    """Something on the map that has a name: a place, a shop, a building, an area."""

    id: int
    kind: str
    """``"n"`` node, ``"w"`` way, ``"r"`` relation."""
    point: LonLat
    """The node itself, or a point inside the area or on the line."""
    tags: Mapping[str, str]
    points: Points | None = None
    """Line or outer ring, shape (n, 2); None for a node."""

    @property
    def name(self) -> str:
        """The name on the map."""
        return self.tags["name"]


@dataclass(slots=True)
class OsmExtract:
    """What this service uses of an OpenStreetMap file."""

    streets: list[OsmWay]
    """Ways one may walk on."""
    named: list[OsmFeature]
    """Everything with a name, except streets."""
    background: list[OsmWay]
    """Water, land use, railways and buildings, for a quiet map below the tickets."""
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees; None for a file without places."""
