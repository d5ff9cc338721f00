"""What a new drawing does to the areas that hold: which end, which begin, which stay; and in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.coordinates import Projection
from boundaries.reasons import Reason
from boundaries.repairs import areas_m2
from boundaries.validity import VALID_FROM, VALID_TO, valid_on

SAME_M = 0.5
"""Two drawings of an area are one when they differ nowhere by more: what rounding and converting does."""
_LEAST_M2 = 1.0
_HEIR_SHARE = 0.1  # of the ground of an area that ended, from which another one is named as its heir
_SAME_SHARE = 0.9  # of the ground, from which a unit of the same name and another code is the same
_OFFICE = ("office_lon", "office_lat", "office_assumed")

Overlay: TypeAlias = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Redrawing:
    """The change of one level, towns or villages."""

    standing: gpd.GeoDataFrame
    """The areas that hold, by code; see `Areas.villages` for the columns."""
    ending: tuple[str, ...]
    """Codes of those that are superseded, or not drawn any more."""
    starting: gpd.GeoDataFrame
    """The areas that begin, by code."""
    grid: Projection

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.ending and not len(self.starting)

    def after(self) -> gpd.GeoDataFrame:
        """Return the areas that hold afterwards."""
        return _joined(self.standing.drop(index=list(self.ending)), self.starting)

    def entered(self, history: gpd.GeoDataFrame, since: date) -> gpd.GeoDataFrame:
        """Return all versions of a level with this change: rows are closed and added, none is edited."""
        closing = valid_on(history, None) & np.asarray(history.index.isin(self.ending))
        until = [since if closes else day for closes, day in zip(closing, history[VALID_TO], strict=True)]
        closed = history.assign(**{VALID_TO: pd.Series(until, index=history.index, dtype=object)})
        days = pd.Series([since] * len(self.starting), index=self.starting.index, dtype=object)
        return _joined(closed, self.starting.assign(**{VALID_FROM: days}))

    def told(self, since: date) -> Iterator[Reason]:
        """Yield what changes, one reason per area, in the order of the codes."""
        before, after = self.standing, self.starting
        recoded = self._recoded()
        for code in sorted({*self.ending, *after.index}):
            if code in recoded:
                values = {"name": after.loc[recoded[code], "name"], "code": code, "new_code": recoded[code]}
                yield Reason(
                    "version.recoded", "the code of {name} is {new_code}, before it was {code}", values
                )
            elif code in recoded.values():
                continue
            elif code not in after.index:
                values = {"name": before.loc[code, "name"], "code": code, "day": since.isoformat()}
                heirs = self._heirs(code)
                if heirs:
                    yield Reason(
                        "version.gone",
                        "{name} ({code}) is drawn no more and ends with {day}; its ground goes to {heirs}",
                        {**values, "heirs": "、".join(heirs)},
                    )
                else:
                    yield Reason(
                        "version.lost",
                        "{name} ({code}) is drawn no more and ends with {day}; nobody has its ground",
                        values,
                    )
            elif code not in before.index:
                name = after.loc[code, "name"]
                yield Reason("version.new", "{name} ({code}) is new", {"name": name, "code": code})
            else:
                yield from self._told_of_both(code)

    def _told_of_both(self, code: str) -> Iterator[Reason]:
        before, after = self.standing.loc[code], self.starting.loc[code]
        if before["name"] != after["name"]:
            values = {"old": before["name"], "new": after["name"], "code": code}
            yield Reason("version.renamed", "{old} ({code}) is called {new}", values)
        if before["town_code"] != after["town_code"]:
            values = {"name": after["name"], "code": code, "town": after["town_name"] or after["town_code"]}
            yield Reason("version.town", "{name} ({code}) belongs to {town}", values)
        one, other = before["geometry"], after["geometry"]
        if not _is_one_shape(one, other, self.grid):
            kept = self._m2(one, other, shapely.intersection) / max(self._m2(one, one, _first), _LEAST_M2)
            values = {
                "name": after["name"],
                "code": code,
                "gained_m2": round(self._m2(other, one, shapely.difference)),
                "lost_m2": round(self._m2(one, other, shapely.difference)),
                "percent": round(100 * kept, 1),
            }
            yield Reason(
                "version.border",
                "{name} ({code}) has another border: it gains {gained_m2} m² and loses {lost_m2} m²; "
                "{percent} % of its ground stays with it",
                values,
            )

    def _recoded(self) -> dict[str, str]:
        """Return the units that only got another code: one name, one ground; old code to new one."""
        found = {}
        for code in self.ending:
            if code not in self.starting.index:
                old = self.standing.loc[code]
                fresh = self.starting[
                    (self.starting["core_name"] == old["core_name"])
                    & (self.starting["kind"] == old["kind"])
                    & ~self.starting.index.isin(self.standing.index)
                ]
                for new, shape in fresh.geometry.items():
                    common = self._m2(old["geometry"], shape, shapely.intersection)
                    larger = max(self._m2(one, one, _first) for one in (old["geometry"], shape))
                    if common >= _SAME_SHARE * larger:
                        found[code] = str(new)
        return found

    def _heirs(self, code: str) -> list[str]:
        """Return the names of the areas that get the ground of one that ended."""
        shape = self.standing.geometry.loc[code]
        after = self.after()
        held = areas_m2(shapely.intersection(after.geometry.to_numpy(), shape), self.grid)
        share = held / max(self._m2(shape, shape, _first), _LEAST_M2)
        return [str(after["name"].iloc[row]) for row in np.argsort(-share) if share[row] >= _HEIR_SHARE]

    def _m2(self, one: Any, other: Any, put_together: Overlay) -> float:  # noqa: ANN401 - shapely geometries
        return float(areas_m2(np.array([put_together(one, other)]), self.grid)[0])


def redraw(
    standing: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, covered: frozenset[str], grid: Projection
) -> Redrawing:
    """Return what a new drawing of one level does.

    Parameters
    ----------
    standing, drawn
        Areas by code, both complete; see `Areas.villages`.
    covered
        Codes of the towns that are drawn as a whole: what is not drawn there ends. Areas elsewhere end only
        when they are drawn anew.
    grid
        On which areas are measured.
    """
    both = [str(code) for code in drawn.index if code in standing.index]
    same = {code for code in both if _is_same(standing.loc[code], drawn.loc[code], grid)}
    reached = standing["town_code"].isin(covered) | standing.index.isin(drawn.index)
    ending = tuple(str(code) for code in standing.index[reached] if code not in same)
    starting = drawn.loc[[code for code in drawn.index if code not in same]].copy()
    known = standing[~standing["office_assumed"].to_numpy(dtype=bool)]
    for code in starting.index.intersection(known.index):
        if starting.loc[code, "office_assumed"]:  # a new border moves no building
            for column in _OFFICE:
                starting.loc[code, column] = known.loc[code, column]
    return Redrawing(standing, ending, starting, grid)


def towns_that_follow(
    standing: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, villages: Redrawing
) -> gpd.GeoDataFrame:
    """Return the towns to be drawn: those of the file, and those whose villages changed.

    A town that is not drawn itself keeps its ground, gives what villages of other towns now hold, and takes
    what its own villages hold. A town without an area is put together from its villages.
    """
    changed = {
        *villages.starting["town_code"],
        *villages.standing.loc[list(villages.ending), "town_code"],
    }
    after = villages.after()
    shapes, own = after.geometry.to_numpy(), after["town_code"].to_numpy()
    rows = []
    for code in sorted(changed - set(drawn.index)):
        mine = shapely.union_all(shapes[own == code])
        town = standing.loc[code] if code in standing.index else None
        if town is None and shapely.is_empty(mine):
            continue
        old = mine if town is None else town["geometry"]
        near = shapes[(own != code) & shapely.intersects(shapes, old)]
        shape = shapely.union(shapely.difference(old, shapely.union_all(near)), mine)
        names = [name for name in after["town_name"][own == code] if name]
        rows.append(
            {
                "code": code,
                "name": town["name"] if town is not None else next(iter(names), code),
                "derived": bool(town["derived"]) if town is not None else True,
                "geometry": _areal(shape),
            }
        )
    return gpd.GeoDataFrame(rows, columns=["code", "name", "derived", "geometry"], crs="EPSG:4326")


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape; lines and points that overlays leave are dropped."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004 - of an area


def _is_same(one: pd.Series, other: pd.Series, grid: Projection) -> bool:
    if one["name"] != other["name"] or one["town_code"] != other["town_code"]:
        return False
    return _is_one_shape(one["geometry"], other["geometry"], grid)


def _is_one_shape(one: Any, other: Any, grid: Projection) -> bool:  # noqa: ANN401 - shapely geometries
    if shapely.equals_exact(one, other):
        return True
    apart = shapely.transform(shapely.symmetric_difference(one, other), grid.to_metres)
    return bool(shapely.is_empty(shapely.buffer(apart, -SAME_M / 2)))


def _first(one: Any, _other: Any) -> Any:  # noqa: ANN401 - shapely geometries
    return one


def _joined(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return two tables below each other, in the order of the codes, older rows first."""
    if not len(other):
        return one
    both = pd.concat([one, other]) if len(one) else other
    return gpd.GeoDataFrame(both.sort_index(kind="stable"), crs="EPSG:4326")
