"""All names of a county and of its neighbours: units, streets, landmarks, hamlets; found in a text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import ahocorasick
import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from boundaries.address_places import with_listed
from boundaries.aliases import Alias, read_aliases, with_aliases
from boundaries.areas import Areas
from boundaries.coordinates import Projection
from boundaries.divisions import Divisions
from boundaries.errors import BadCoordinateError, NotAMapError
from boundaries.landmarks import hamlets, landmarks
from boundaries.named_places import NamedPlace, NameHit, NameKind, Spelling, Wording
from boundaries.names import reading, sounds_close, sounds_same
from boundaries.openstreetmap import OsmExtract
from boundaries.outside import outside_names
from boundaries.roads import crossings, named_roads, remeasured
from boundaries.standard_addresses import StandardAddresses
from boundaries.unit_names import county_of, known_names, unit_names

ADDRESSES = "addresses.parquet"
"""The city's list of addresses, in the folder of the names."""
ALIASES = "aliases.csv"
"""Other names that the county keeps itself, in the same folder; see `boundaries.aliases`."""
_VERSION = b"1"
_HEARD = frozenset({NameKind.UNIT, NameKind.ROAD})
_BEYOND = frozenset({NameKind.OUTSIDE, NameKind.HOME})
_CENTRES = frozenset({NameKind.LANDMARK, NameKind.HAMLET, NameKind.JUNCTION})


class Gazetteer:
    """The named places of one county; made by `build` from a map and a register, or `load`."""

    def __init__(
        self,
        county_code: str,
        places: Iterable[NamedPlace],
        addresses: StandardAddresses | None = None,
        aliases: Iterable[Alias] = (),
    ) -> None:
        self.county_code = county_code
        """6 digits; empty when the register does not tell."""
        self.all_places = tuple(places)
        self.addresses = StandardAddresses.none() if addresses is None else addresses
        """The city's own list of addresses; empty without one."""
        self.aliases = tuple(aliases)
        """The county's own other names, which are among the spellings already."""

    @classmethod
    def build(
        cls,
        extract: OsmExtract,
        divisions: Divisions,
        areas: Areas,
        addresses: StandardAddresses | None = None,
    ) -> Self:
        """Gather the names of a county.

        Parameters
        ----------
        extract
            The map; an empty one gives a gazetteer that knows units only.
        divisions
            The register of towns and villages.
        areas
            Their areas; may be empty, or lack units that are in the register.
        addresses
            The city's own list: its streets, estates and hamlets are named too.
        """
        both = divisions.merged(areas.divisions)
        county = county_of(both)
        outer = list(outside_names(county))
        own = sorted(
            {
                spelling.text
                for place in outer
                if place.kind is NameKind.HOME and place.code == county
                for spelling in place.spellings
            },
            key=lambda name: (-len(name), name),
        )
        places = [*outer, *unit_names(divisions, areas.divisions)]
        places += _sited(landmarks(extract.named, own), areas)
        places += _sited(hamlets(extract.named, known_names(both)), areas)
        grid = _grid(extract, areas)
        if grid is not None:
            roads = named_roads(extract.streets, areas.villages, grid)
            places += [*roads, *_sited(_junctions(roads, grid), areas)]
        return (
            cls(county, places).with_addresses(addresses, both)
            if addresses is not None
            else cls(county, places)
        )

    def with_addresses(self, addresses: StandardAddresses, divisions: Divisions) -> Self:
        """Return the names with those of the city's address list, instead of another list's."""
        drawn = [replace(place, units=()) if place.kind in _CENTRES else place for place in self.all_places]
        own = [place for place in drawn if not place.is_listed]
        places = with_listed(own, addresses, divisions)
        return type(self)(self.county_code, places, addresses).with_aliases(self.aliases)

    def with_aliases(self, aliases: Iterable[Alias], day: date | None = None) -> Self:
        """Return the names with other names of units, streets and landmarks that hold on a day.

        Parameters
        ----------
        day
            None takes those without an end.
        """
        aliases = tuple(aliases)
        places = with_aliases(self.all_places, aliases, day) if aliases else self.all_places
        return type(self)(self.county_code, places, self.addresses, aliases)

    def resited(self, divisions: Divisions, areas: Areas) -> Self:
        """Return the same names on another drawing of the county's areas.

        Parameters
        ----------
        divisions
            The register as it then is; its units are named anew.
        areas
            The drawing: landmarks, hamlets and crossings get the unit that holds them there, streets the
            units they run through.
        """
        own = [place for place in self.all_places if not place.is_listed]
        outer = [place for place in own if place.kind in _BEYOND]
        centres = [place.inside("", "") for place in own if place.kind in _CENTRES]
        roads = [place for place in own if place.kind is NameKind.ROAD]
        if len(areas.villages) or len(areas.towns):
            roads = list(remeasured(roads, areas.villages, areas.projection))
        units = unit_names(divisions, areas.divisions)
        places = [*outer, *units, *_sited(centres, areas), *roads]
        both = divisions.merged(areas.divisions)
        addresses = self.addresses.resited(both, areas)
        bare = type(self)(self.county_code, places, aliases=self.aliases)
        return bare.with_addresses(addresses, both)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open a gazetteer that `save` wrote, with the addresses and the county's own `ALIASES` beside it.

        Raises
        ------
        NotAMapError
            When the file is missing or something else.
        BadRegisterError
            When the table of aliases cannot be read; names row and column.
        """
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise NotAMapError("the list of place names {path} cannot be opened", path=path.name) from error
        notes = table.schema.metadata or {}
        if notes.get(b"geo-service gazetteer") != _VERSION:
            raise NotAMapError(
                "{path} is no list of place names of this version: make it again with init", path=path.name
            )
        addresses = StandardAddresses.load(path.with_name(ADDRESSES))
        gathered = cls(notes[b"county"].decode(), map(_place, table.to_pylist()), addresses)
        own = path.with_name(ALIASES)
        return gathered.with_aliases(read_aliases(own)) if own.exists() else gathered

    def save(self, path: Path) -> None:
        """Write all names into one Parquet file, and the addresses, if any, into `ADDRESSES` beside it.

        An existing file is replaced only by a complete one.
        """
        if len(self.addresses):
            self.addresses.save(path.with_name(ADDRESSES))
        else:
            path.with_name(ADDRESSES).unlink(missing_ok=True)
        rows = [_row(place) for place in self.all_places]
        table = pa.Table.from_pylist(rows, schema=_SCHEMA)
        notes = {b"geo-service gazetteer": _VERSION, b"county": self.county_code.encode()}
        unfinished = path.with_name(f"unfinished-{path.name}")
        pq.write_table(table.replace_schema_metadata(notes), unfinished)
        unfinished.replace(path)

    def places(self) -> gpd.GeoDataFrame:
        """Return the named centres of the county: landmarks, hamlets, junctions of named streets.

        Returns
        -------
        GeoDataFrame
            EPSG:4326; ``name``, ``kind`` (``market``, ``school`` …, ``hamlet``, ``junction``), ``unit_code``
            and ``town_code`` (empty outside of all areas); ``geometry``: points, large landmarks as areas.
        """
        centres = [place for place in self.all_places if place.kind in _CENTRES]
        columns = {
            "name": [place.name for place in centres],
            "kind": [place.category or place.kind.value for place in centres],
            "unit_code": [place.code for place in centres],
            "town_code": [place.town_code for place in centres],
        }
        return gpd.GeoDataFrame(columns, geometry=[place.geometry for place in centres], crs="EPSG:4326")

    def find(self, text: str) -> list[NameHit]:
        """Return every name in a folded text, overlapping ones too, in the order of their ends."""
        if not self._spelled:
            return []
        return [
            NameHit(end + 1 - length, end + 1, wording, places)
            for end, (length, borne) in self._automaton.iter(text)
            for wording, places in borne
        ]

    def towns(self) -> Mapping[str, NamedPlace]:
        """Return the towns by code."""
        return {place.code: place for place in self.all_places if place.kind is NameKind.TOWN}

    def units_of(self, town_code: str) -> list[NamedPlace]:
        """Return the villages and communities of a town."""
        return self._units[town_code]

    def units_that_sound_like(self, name: str, town_code: str) -> tuple[list[NamedPlace], list[NamedPlace]]:
        """Return a town's units that are read exactly like a name, and those that only sound close.

        Parameters
        ----------
        name
            Folded, without 村 or 社区.
        town_code
            Homophones are looked for inside one town only: in a whole county they are too many.
        """
        return _by_sound(name, self.units_of(town_code))

    def units_read_like(self, name: str) -> list[NamedPlace]:
        """Return the units of the whole county whose usual reading is that of a name they do not bear."""
        return self._read_like(name, NameKind.UNIT)

    def roads_read_like(self, name: str) -> list[NamedPlace]:
        """Return the streets whose usual reading is that of a name they do not bear."""
        return self._read_like(name, NameKind.ROAD)

    def _read_like(self, name: str, kind: NameKind) -> list[NamedPlace]:
        found = self._read.get((kind, reading(name)), [])
        return [place for place in found if name not in {spelling.text for spelling in place.spellings}]

    @cached_property
    def _units(self) -> dict[str, list[NamedPlace]]:
        grouped: dict[str, list[NamedPlace]] = defaultdict(list)
        for place in self.all_places:
            if place.kind is NameKind.UNIT:
                grouped[place.town_code].append(place)
        return grouped

    @cached_property
    def _read(self) -> dict[tuple[NameKind, str], list[NamedPlace]]:
        grouped: dict[tuple[NameKind, str], list[NamedPlace]] = defaultdict(list)
        for place in self.all_places:
            for spelling in place.spellings if place.kind in _HEARD else ():
                grouped[place.kind, reading(spelling.text)].append(place)
        return dict(grouped)

    @cached_property
    def _spelled(self) -> dict[tuple[str, Wording], tuple[NamedPlace, ...]]:
        grouped: dict[tuple[str, Wording], list[NamedPlace]] = defaultdict(list)
        for place in self.all_places:
            for spelling in place.spellings:
                grouped[spelling.text, spelling.wording].append(place)
        return {key: tuple(places) for key, places in grouped.items()}

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        borne: dict[str, tuple[tuple[Wording, tuple[NamedPlace, ...]], ...]] = {}
        for wording in Wording:
            for (word, same), places in self._spelled.items():
                if same is wording:
                    borne[word] = (*borne.get(word, ()), (wording, places))
        for word, by_wording in borne.items():
            automaton.add_word(word, (len(word), by_wording))
        automaton.make_automaton()
        return automaton


def _by_sound(name: str, places: Iterable[NamedPlace]) -> tuple[list[NamedPlace], list[NamedPlace]]:
    same: list[NamedPlace] = []
    close: list[NamedPlace] = []
    for place in places:
        words = [s.text for s in place.spellings if len(s.text) == len(name) and s.text != name]
        if any(sounds_same(name, word) for word in words):
            same.append(place)
        elif any(sounds_close(name, word) for word in words):
            close.append(place)
    return same, close


def _grid(extract: OsmExtract, areas: Areas) -> Projection | None:
    """Return the plane to measure streets on: the county's, or the map's when no area is drawn."""
    try:
        return areas.projection
    except BadCoordinateError:
        points = [way.points for way in extract.streets]
        return Projection.for_points(points[0]) if points else None


def _junctions(roads: list[NamedPlace], grid: Projection) -> Iterator[NamedPlace]:
    """Yield the crossings of named streets; they are found by two names, so they carry no spelling."""
    tree = shapely.STRtree([road.shape for road in roads])
    for row, road in enumerate(roads):
        for column in sorted(int(found) for found in tree.query(road.shape) if found > row):
            for point in crossings(road, roads[column], grid):
                name = f"{road.name}与{roads[column].name}路口"
                yield NamedPlace(NameKind.JUNCTION, name, "", "", "", shapely.Point(point), 30.0, ())


def _sited(places: Iterable[NamedPlace], areas: Areas) -> Iterator[NamedPlace]:
    """Yield places with the unit that holds them, where one is drawn."""
    for place in places:
        point = place.point
        area = areas.locate(point) if point is not None and len(areas.villages) else None
        yield place.inside(area.code, area.division.town_code) if area else place


_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "name", "code", "town_code", "category")),
        ("geometry", pa.binary()),
        ("reach_m", pa.float64()),
        *((name, pa.list_(pa.string())) for name in ("spellings", "wordings", "unit_codes")),
        ("unit_metres", pa.list_(pa.float64())),
        ("listed", pa.bool_()),
    ]
)


def _row(place: NamedPlace) -> dict[str, object]:
    return {
        "kind": place.kind.value,
        "name": place.name,
        "code": place.code,
        "town_code": place.town_code,
        "category": place.category,
        "geometry": None if place.geometry is None else shapely.to_wkb(place.geometry),
        "reach_m": place.reach_m,
        "spellings": [spelling.text for spelling in place.spellings],
        "wordings": [spelling.wording.value for spelling in place.spellings],
        "unit_codes": [code for code, _ in place.units],
        "unit_metres": [metres for _, metres in place.units],
        "listed": place.is_listed,
    }


def _place(row: Mapping[str, Any]) -> NamedPlace:
    spellings = zip(row["spellings"], row["wordings"], strict=True)
    shape = row["geometry"]
    return NamedPlace(
        NameKind(row["kind"]),
        row["name"],
        row["code"],
        row["town_code"],
        row["category"],
        None if shape is None else shapely.from_wkb(shape),
        row["reach_m"],
        tuple(Spelling(text, Wording(wording)) for text, wording in spellings),
        tuple(zip(row["unit_codes"], row["unit_metres"], strict=True)),
        is_listed=bool(row.get("listed")),
    )
