"""City > town > village on the ground: which area holds a point, and with what probability."""

from dataclasses import dataclass

from boundaries.coordinates import LonLat
from boundaries.divisions import Division


@dataclass(frozen=True, slots=True)
class Area:
    """A town or village that has a place on the map."""

    division: Division
    derived: bool
    """True when nobody has drawn the area: it was computed from the places of the villages."""
    office: LonLat | None
    """Where the committee sits; None when not even a point inside is known."""

    @property
    def code(self) -> str:
        """The division's code."""
        return self.division.code

    @property
    def name(self) -> str:
        """The name people use."""
        return self.division.display_name
