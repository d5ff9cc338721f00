"""What the city's address list names: streets no map has, estates, markets and schools, hamlets.

A name belongs to one town: 新华路 of 碣石 is not that of 东海. Of homes only estates become names, and only
where several rows of the list share one; a single house never does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from boundaries.address_rows import PUBLIC
from boundaries.coordinates import Points, Projection
from boundaries.divisions import Divisions
from boundaries.house_numbers import street_key
from boundaries.named_places import NamedPlace, NameKind, Spelling, Wording
from boundaries.names import is_everyday_word
from boundaries.roads import road_spellings
from boundaries.standard_addresses import StandardAddresses
from boundaries.unit_names import known_names

NUMBER_M = 8.0
"""A known number stands for so many metres of a street that nobody has drawn."""
_FEWEST_ROWS = {NameKind.ROAD: 3, NameKind.LANDMARK: 3, NameKind.HAMLET: 5}
_SHORTEST_ROAD = 3
_AREA_POINTS = 3
_GROUNDS_M = 20.0
_SMALLEST_REACH_M = 30.0
_ONE_PLACE_M = 500.0
_FAR = 4.0  # times the usual distance from the middle: somebody's slip, not the estate
_ESTATE_ENDING = "小区"


def with_listed(
    places: Iterable[NamedPlace], addresses: StandardAddresses, divisions: Divisions
) -> list[NamedPlace]:
    """Return the places of a map and those of an address list, each once.

    Parameters
    ----------
    places
        What register and map name. A landmark that the list has too gets the units of its addresses.
    addresses
        May be empty.
    divisions
        Tells the town of a unit, and which names are units'.
    """
    known = list(places)
    if not len(addresses):
        return known
    towns = {code: unit.town_code for code, unit in divisions.items()}
    roads = list(_roads(addresses, [one for one in known if one.kind is NameKind.ROAD], towns))
    own = known_names(divisions)
    listed = [*_estates(addresses.table, towns, own), *_hamlets(addresses.table, towns, own)]
    return [*_joined(known, listed), *roads]


def _roads(
    addresses: StandardAddresses, drawn: Sequence[NamedPlace], towns: Mapping[str, str]
) -> Iterator[NamedPlace]:
    """Yield the streets of the list, town by town, where no map has them."""
    on_map: dict[str, set[str]] = defaultdict(set)
    for road in drawn:
        for spelling in road.spellings:
            on_map[street_key(spelling.text)] |= {towns.get(code, "") for code, _ in road.units} or {""}
    for street, rows in addresses.streets():
        part = addresses.table.iloc[rows]
        for town, held in _by_town(part, towns):
            few = held["count"].sum() < _FEWEST_ROWS[NameKind.ROAD] or len(street) < _SHORTEST_ROAD
            if few or town in on_map[street] or "" in on_map[street] or is_everyday_word(street):
                continue
            units = tuple(
                (code, NUMBER_M * doors) for code, doors in _units(held, held["unit"].value_counts())
            )
            spellings = road_spellings(street)
            yield NamedPlace(NameKind.ROAD, street, "", town, "", None, 0.0, spellings, units, is_listed=True)


def _estates(table: pd.DataFrame, towns: Mapping[str, str], own: frozenset[str]) -> Iterator[NamedPlace]:
    named = table[table["estate"] != ""]
    for name, rows in named.groupby("estate", observed=True, sort=True):
        for town, held in _by_town(rows, towns):
            kind = str(held["kind"].iloc[0])
            enough = kind in PUBLIC or held["count"].sum() >= _FEWEST_ROWS[NameKind.LANDMARK]
            if enough and name not in own:
                yield _place(NameKind.LANDMARK, str(name), kind, town, held, _estate_spellings(str(name)))


def _hamlets(table: pd.DataFrame, towns: Mapping[str, str], own: frozenset[str]) -> Iterator[NamedPlace]:
    within = table["street"].str.contains("/", regex=False)
    for key, rows in table[within].groupby("street", observed=True, sort=True):
        name = str(key).partition("/")[2]
        if rows["count"].sum() < _FEWEST_ROWS[NameKind.HAMLET] or len(name) < 2 or name in own:  # noqa: PLR2004 - one character is no name
            continue
        town = towns.get(str(rows["unit"].iloc[0]), "")
        words = [
            name,
            *(name + ending for ending in ("村", "自然村", "村民小组") if name + ending not in own),
        ]
        spellings = tuple(Spelling(word, Wording.FULL if word != name else Wording.ALIAS) for word in words)
        yield _place(NameKind.HAMLET, name, "", town, rows, spellings)


def _place(  # noqa: PLR0913, PLR0917 - a place has that many sides
    kind: NameKind,
    name: str,
    category: str,
    town: str,
    rows: pd.DataFrame,
    spellings: tuple[Spelling, ...],
) -> NamedPlace:
    units = _units(rows, rows.groupby("unit", observed=True)["count"].sum())
    shape, reach_m = _ground(rows[["lon", "lat"]].to_numpy(np.float64))
    code = units[0][0] if units else ""
    return NamedPlace(kind, name, code, town, category, shape, reach_m, spellings, units, is_listed=True)


def _ground(points: Points) -> tuple[shapely.Geometry | None, float]:
    """Return where an estate's addresses stand and how far they reach from their middle, metres."""
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None, _SMALLEST_REACH_M
    grid = Projection.for_points(points)
    spots = grid.to_metres(points)
    away = np.hypot(*(spots - np.median(spots, axis=0)).T)
    spots = spots[away <= _FAR * max(float(np.median(away)), _SMALLEST_REACH_M)]
    middle = np.median(spots, axis=0)
    reach_m = max(_SMALLEST_REACH_M, float(np.hypot(*(spots - middle).T).max()))
    if len(np.unique(spots.round(), axis=0)) < _AREA_POINTS:
        return shapely.transform(shapely.Point(middle), grid.to_degrees), reach_m
    grounds = shapely.buffer(shapely.convex_hull(shapely.MultiPoint(spots)), _GROUNDS_M)
    return shapely.transform(grounds, grid.to_degrees), reach_m


def _joined(known: Sequence[NamedPlace], listed: Iterable[NamedPlace]) -> Iterator[NamedPlace]:
    """Yield each place once: one of the map keeps its shape and takes the units of the list."""
    by_word: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(known):
        for spelling in place.spellings if place.kind in {NameKind.LANDMARK, NameKind.HAMLET} else ():
            by_word[spelling.text].append(row)
    joined = list(known)
    more = []
    for place in listed:
        rows = {row for spelling in place.spellings for row in by_word[spelling.text]}
        same = next((row for row in sorted(rows) if _is_same(joined[row], place)), None)
        if same is None:
            more.append(place)
        else:
            joined[same] = replace(joined[same], units=place.units)
    yield from (*joined, *more)


def _is_same(drawn: NamedPlace, listed: NamedPlace) -> bool:
    if listed.geometry is None or drawn.geometry is None:
        return drawn.town_code in {"", listed.town_code}
    ends = shapely.get_coordinates(shapely.shortest_line(drawn.geometry, listed.geometry))
    steps = Projection.for_points(ends).to_metres(ends)
    return float(np.hypot(*(steps[1] - steps[0]))) <= _ONE_PLACE_M


def _by_town(rows: pd.DataFrame, towns: Mapping[str, str]) -> Iterator[tuple[str, pd.DataFrame]]:
    of = rows["unit"].map(lambda code: towns.get(code, "")).astype(str)
    yield from ((str(town), held) for town, held in rows.groupby(of, sort=True) if town)


def _units(rows: pd.DataFrame, counts: "pd.Series[int]") -> tuple[tuple[str, float], ...]:
    present = set(rows["unit"])
    held = [(str(code), float(count)) for code, count in counts.items() if code in present and code != ""]
    return tuple(sorted(held, key=lambda pair: (-pair[1], pair[0])))


def _estate_spellings(name: str) -> tuple[Spelling, ...]:
    """Return an estate's name, with 小区 and without where enough of a name is left."""
    core = name.removesuffix(_ESTATE_ENDING)
    others = {f"{core}{_ESTATE_ENDING}", core} if len(core) > len(_ESTATE_ENDING) else set()
    others = {
        word for word in others - {name} if word.endswith((_ESTATE_ENDING, "花园", "苑", "新村", "公寓"))
    }
    return (Spelling(name, Wording.FULL), *(Spelling(word, Wording.FULL) for word in sorted(others)))
