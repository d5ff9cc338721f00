"""The invented county as a whole: land, streets, landmarks and scenery, made from one seed."""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import shapely

from boundaries import Divisions, LonLat, Points, Projection, lufeng_divisions
from geo_service.demo.background import Scenery, paint
from geo_service.demo.crossings import Network, join
from geo_service.demo.land import PLANS, Land, Metres, Village, lay_out
from geo_service.demo.landmarks import Landmark, put_landmarks
from geo_service.demo.roads import approaches, country_roads, large_roads
from geo_service.demo.settlements import pave, settle

_MIDDLE = np.array([[115.6, 22.9]])  # degrees: in Lufeng's plain
_ORIGIN_M = np.array([[5200.0, -1000.0]])  # the plans' place that lies there


@dataclass(frozen=True, eq=False)
class County:
    """Everything that was invented; lengths and places in metres."""

    register: Divisions
    """The towns and villages that are drawn, as Lufeng's register lists them, and no others."""
    land: Land
    network: Network
    landmarks: tuple[Landmark, ...]
    scenery: tuple[Scenery, ...]

    def degrees(self, spots: Metres) -> Points:
        """Return places as WGS 84 degrees, shape (n, 2), to a centimetre."""
        grid = Projection.for_points(_MIDDLE)
        return np.round(grid.to_degrees(np.asarray(spots, dtype=np.float64).reshape(-1, 2) - _ORIGIN_M), 7)

    def lon_lat(self, spot: tuple[float, float]) -> LonLat:
        """Return one place as WGS 84 degrees."""
        lon, lat = self.degrees(np.array([spot]))[0].tolist()
        return LonLat(lon, lat)

    @cached_property
    def villages(self) -> dict[str, Village]:
        """Villages by their codes."""
        return {village.code: village for village in self.land.villages}

    @cached_property
    def _finder(self) -> shapely.STRtree:
        return shapely.STRtree([village.shape for village in self.land.villages])

    def village_at(self, spot: tuple[float, float]) -> Village | None:
        """Return the village that holds a place."""
        found = self._finder.query(shapely.Point(spot), predicate="within")
        return self.land.villages[int(found[0])] if len(found) else None

    @cached_property
    def _villages_of_nodes(self) -> list[Village | None]:
        """Return for each node of the network the village it lies in."""
        node, village = self._finder.query(shapely.points(self.network.spots), predicate="within")
        found = dict(zip(node.tolist(), village.tolist(), strict=True))
        return [self.land.villages[found[i]] if i in found else None for i in range(len(self.network.spots))]

    @cached_property
    def named_roads(self) -> dict[tuple[str, str], frozenset[str]]:
        """Codes of the villages along each named street, by its town and name; without numbered lanes."""
        units: dict[tuple[str, str], set[str]] = {}
        for street in self.network.streets:
            if street.name and not street.name.endswith("巷"):
                for node in street.nodes:
                    village = self._villages_of_nodes[node]
                    if village:
                        units.setdefault((village.unit.town_code, street.name), set()).add(village.code)
        return {key: frozenset(codes) for key, codes in units.items()}

    @cached_property
    def junctions(self) -> dict[tuple[str, str, str], tuple[float, float]]:
        """Where two named streets of a town meet, by town and names; only those that meet just once."""
        names: dict[int, set[str]] = {}
        for street in self.network.streets:
            if street.name and not street.name.endswith("巷"):
                for node in street.nodes:
                    names.setdefault(node, set()).add(street.name)
        met: dict[tuple[str, str, str], list[int]] = {}
        for node, here in names.items():
            village = self._villages_of_nodes[node]
            for one, two in combinations(sorted(here), 2):
                if village:
                    met.setdefault((village.unit.town_code, one, two), []).append(node)
        spots = self.network.spots
        return {
            key: (float(spots[nodes[0], 0]), float(spots[nodes[0], 1]))
            for key, nodes in met.items()
            if len(nodes) == 1
        }

    def landmark(self, name: str) -> Landmark:
        """Return the first landmark of this name."""
        return next(landmark for landmark in self.landmarks if landmark.name == name)


def invent(seed: int) -> County:
    """Invent the county.

    Parameters
    ----------
    seed
        The same seed gives the same county.
    """
    lufeng = lufeng_divisions()
    codes = {plan.code for plan in PLANS}
    register = Divisions(unit for unit in lufeng.values() if unit.town_code in codes)
    land = lay_out(register, seed)
    settlements = settle(land, seed)
    large = large_roads(land, {s.town_code: s for s in settlements if s.village is None}, seed)
    corridors = shapely.union_all([shapely.LineString(line.points) for line in large]).buffer(32)
    pavings = [pave(settlement, corridors, seed) for settlement in settlements]
    roads = [*large, *approaches(large, pavings), *country_roads(land, pavings, large, seed)]
    network = join([*roads, *[line for paving in pavings for line in paving.lines]])
    landmarks = put_landmarks(land, network, seed)
    scenery = paint(land, network, pavings, seed)
    return County(register, land, network, tuple(landmarks), tuple(scenery))
