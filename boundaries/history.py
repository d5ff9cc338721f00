"""The areas of a county through time: a new drawing adds a version, and an old day keeps its old answer.

A row of the areas' file holds from one day to another. A new drawing closes the rows it supersedes and adds
its own; what a row says is never edited. A file is taken as the whole drawing of every town in which it draws
a village: a village of such a town that is missing there ends, and that is said. Towns it draws no village in
stay as they are.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.area_tables import complete
from boundaries.areas import Areas
from boundaries.columns import AreaColumns
from boundaries.coordinates import Datum
from boundaries.datum_check import DatumVerdict, check_layers
from boundaries.divisions import Divisions, Level
from boundaries.errors import BadVersionError, NotAMapError
from boundaries.new_drawing import redraw, towns_that_follow
from boundaries.polygons import coded, read_drawn
from boundaries.reasons import Reason
from boundaries.standing_borders import along_standing
from boundaries.unit_codes import with_towns_around
from boundaries.validity import VALID_FROM, VALID_TO, valid_on, with_text
from boundaries.vector_files import read_layers, write_layers


@dataclass(frozen=True, eq=False)
class AreasHistory:
    """Every version of a county's areas."""

    villages: gpd.GeoDataFrame
    """As `Areas.villages`, but with one row per village and version: codes repeat."""
    towns: gpd.GeoDataFrame
    beside: Path | None = None
    """The file it was read from, beside which the areas keep what makes look-ups fast."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read all versions from a GeoPackage that `save` or `Areas.save` wrote.

        A workspace from before there were versions has one, open at both ends.

        Raises
        ------
        NotAMapError
            When the file is missing or something else.
        BadVersionError
            When a day in it is none.
        """
        layers = {layer.name: layer.frame for layer in read_layers(path)}
        if {"villages", "towns"} - layers.keys():
            raise NotAMapError("{path} was not written by this service: read it in with init", path=path.name)
        return cls(complete(layers["villages"], Level.VILLAGE), complete(layers["towns"], Level.TOWN), path)

    def save(self, path: Path) -> None:
        """Write all versions as a GeoPackage 1.3; an existing file is replaced only by a complete one."""
        layers = {"towns": self.towns, "villages": self.villages}
        write_layers(path, {name: with_text(frame.reset_index()) for name, frame in layers.items()})

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which something changed, in order; empty with a single version."""
        frames = (self.villages, self.towns)
        days = {day for frame in frames for column in (VALID_FROM, VALID_TO) for day in frame[column]}
        return tuple(sorted(day for day in days if day is not None))

    def on(self, day: date | None) -> Areas:
        """Return the areas that hold on a day; None asks for the newest drawing, which may begin later."""
        held = (frame[valid_on(frame, day)] for frame in (self.villages, self.towns))
        return Areas(*held, beside=self.beside)

    def absent(self, day: date) -> frozenset[str]:
        """Return the codes that had or will have an area, but have none on a day: merged, or yet to come."""
        held = self.on(day)
        ever = {*self.villages.index, *self.towns.index}
        return frozenset(map(str, ever - {*held.villages.index, *held.towns.index}))

    def read(
        self,
        path: Path,
        *,
        register: Divisions,
        datum: Datum | None = None,
        columns: AreaColumns | None = None,
        clean_m: float | None = None,
    ) -> tuple[gpd.GeoDataFrame, list[Reason], DatumVerdict]:
        """Read a new drawing of this county.

        Parameters
        ----------
        path, datum, columns
            As for `read_areas`.
        register
            The county's units with the local ones, so that a unit keeps its local code.
        clean_m
            Up to which width overlaps and gaps are resolved, metres, as for `read_county`; None: not at all.
            The same file cleaned the same way shows no change; of one of its towns alone, a corner may differ
            where three areas were made to meet.

        Returns
        -------
        tuple
            A table as `redrawn` takes it; what was repaired; and whether the new borders are shifted against
            those that hold.

        Raises
        ------
        BoundaryError
            What `read_areas` raises.
        """
        drawn, report = read_drawn(path, datum=datum, columns=columns)
        standing = self.on(None)
        towns = standing.towns.reset_index().assign(level=Level.TOWN.value)[list(drawn.columns)]
        placed = with_towns_around(gpd.GeoDataFrame(pd.concat([drawn, towns], ignore_index=True)))
        frame = coded(placed.iloc[: len(drawn)], register, report, clean_m=clean_m)
        if clean_m:
            frame = along_standing(frame, standing.villages, standing.towns, clean_m)
        before = gpd.GeoDataFrame(pd.concat([standing.towns, standing.villages]), crs="EPSG:4326")
        return frame, list(report.rows), check_layers(frame, before, standing.projection)

    def redrawn(self, drawn: gpd.GeoDataFrame, *, since: date) -> tuple[Self, list[Reason]]:
        """Return the history with a new drawing, and what it changes.

        Parameters
        ----------
        drawn
            As `read_areas` returns it: villages, towns or both. An area that differs nowhere by more than
            half a metre from the one that holds is the same and stays. A town that is not drawn itself
            follows its villages.
        since
            The first day of the new drawing. A second drawing may begin on the same day as the last one,
            which then holds for no day but stays in the file.

        Returns
        -------
        tuple
            The history itself, and no reason, when the drawing says nothing new.

        Raises
        ------
        BadVersionError
            When there is a version that begins later.
        """
        if self.days and since < self.days[-1]:
            raise BadVersionError(
                "the areas have a drawing from {last} on: a new one cannot begin before, on {since}",
                last=self.days[-1].isoformat(),
                since=since.isoformat(),
            )
        standing = self.on(None)
        is_village = np.array([level == Level.VILLAGE for level in drawn["level"]], dtype=bool)
        fresh = complete(drawn[is_village], Level.VILLAGE)
        villages = redraw(standing.villages, fresh, frozenset(fresh["town_code"]), standing.projection)
        own_towns = complete(drawn[~is_village], Level.TOWN)
        followed = complete(towns_that_follow(standing.towns, own_towns, villages), Level.TOWN)
        towns = redraw(
            standing.towns,
            gpd.GeoDataFrame(pd.concat([own_towns, followed]), crs="EPSG:4326")
            if len(followed)
            else own_towns,
            frozenset(),
            standing.projection,
        )
        if villages.is_empty and towns.is_empty:
            return self, []
        made = type(self)(villages.entered(self.villages, since), towns.entered(self.towns, since))
        return made, [*towns.told(since), *villages.told(since)]
