"""The ground a text names, as a shape: cheap enough for every row of a file, before anything is stored.

No answer for a dispatcher: it only says where a place should lie, roughly, if the text and its coordinate are
of one matter. Several readings are all allowed, so a doubtful name never speaks against a coordinate.
"""

from collections.abc import Iterable
from functools import cache, cached_property

import shapely

from boundaries.addresses import Phrase, Relation, read_address
from boundaries.areas import Areas
from boundaries.coordinates import Points
from boundaries.datum_check import DatumVerdict, check_datum
from boundaries.gazetteer import Gazetteer
from boundaries.named_places import NamedPlace, NameKind

ROAD_M = 70.0
"""What happens in a street happens so far from its line: half a wide road, and the yards along it."""
_VAGUE = frozenset({Relation.NEAR, Relation.TOWARDS, Relation.BORDER})
# the most precise name of a phrase counts
_KINDS = ((NameKind.LANDMARK, NameKind.JUNCTION), (NameKind.ROAD,), (NameKind.UNIT,), (NameKind.TOWN,))


class NamedGrounds:
    """Reads texts of one county for the grounds they name."""

    def __init__(self, gazetteer: Gazetteer, areas: Areas) -> None:
        self._gazetteer = gazetteer
        self._areas = areas
        self._united = cache(self._unite)

    def ground(self, text: str) -> shapely.Geometry | None:
        """Return the ground where a text places its matter, WGS 84; None when it names none that is drawn.

        The most precise name counts: a market before its street, a street before its village, a village
        before its town. Names that are only near, on the way or at a border do not count, and a text with
        several matters names no one ground. Two texts with the same names give the same object.
        """
        phrases = read_address(text, self._gazetteer).issue()
        told = [phrase for phrase in phrases if phrase.relation not in _VAGUE and not phrase.is_outside]
        found = [rows for phrase in told if (rows := self._rows(phrase))]
        if not found or any(rows != found[0] for rows in found):
            return None
        return self._united(found[0])

    def check(self, points: Points, texts: Iterable[str]) -> DatumVerdict:
        """Tell whether coordinates are shifted against the grounds their texts name; see `check_datum`.

        Parameters
        ----------
        points
            Shape (n, 2), WGS 84 as they were converted.
        texts
            One for each point.
        """
        return check_datum(points, [self.ground(text) for text in texts], self._areas.projection)

    def _rows(self, phrase: Phrase) -> frozenset[int]:
        """Return the rows of the places a phrase means most precisely; empty when none is drawn."""
        towns = {place.code for mention in phrase.of(NameKind.TOWN) for place in mention.places}
        for kinds in _KINDS:
            named = [place for mention in phrase.of(*kinds) for place in mention.places]
            here = [place for place in named if not towns or place.town_code in towns or not place.town_code]
            rows = frozenset(self._row[id(place)] for place in here or named)
            if any(self._shape(self._gazetteer.all_places[row]) is not None for row in rows):
                return rows
        return frozenset()

    def _unite(self, rows: frozenset[int]) -> shapely.Geometry:
        shapes = [self._shape(self._gazetteer.all_places[row]) for row in sorted(rows)]
        drawn = [shape for shape in shapes if shape is not None]
        return drawn[0] if len(drawn) == 1 else shapely.union_all(drawn)

    def _shape(self, place: NamedPlace) -> shapely.Geometry | None:
        if place.kind is NameKind.UNIT:
            villages = self._areas.villages
            return villages.geometry.loc[place.code] if place.code in villages.index else None
        if place.kind is NameKind.TOWN:
            towns = self._areas.towns
            return towns.geometry.loc[place.code] if place.code in towns.index else None
        if place.geometry is None:
            return None
        grid = self._areas.projection
        reach_m = ROAD_M if place.kind is NameKind.ROAD else place.reach_m
        around = shapely.buffer(shapely.transform(place.geometry, grid.to_metres), reach_m)
        return shapely.transform(around, grid.to_degrees)

    @cached_property
    def _row(self) -> dict[int, int]:
        """The row of each place of the gazetteer, by identity."""
        return {id(place): row for row, place in enumerate(self._gazetteer.all_places)}
