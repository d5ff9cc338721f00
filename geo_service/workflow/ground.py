"""The ground of a county as it is on one day: the areas, units and names that hold then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from boundaries import (
    Areas,
    AreasHistory,
    Divisions,
    Gazetteer,
    Geocoder,
    UnitHistory,
    with_former_names,
)
from geo_service.workflow.learned import NOTHING, Learned


@dataclass(frozen=True, eq=False)
class DatedGround:
    """Everything one day's answers are taken from; opened on first use."""

    history: AreasHistory
    """All versions of the areas."""
    register: UnitHistory
    """Every unit there ever was, with and without an area, under every name."""
    names: Callable[[], Gazetteer]
    """Opens the county's names, as they were gathered when the workspace was made."""
    day: date
    homophones_decide: bool = False
    """The county's choice; see `boundaries.Geocoder`."""
    learned: Learned = NOTHING
    """What confirmed tickets have taught."""

    @cached_property
    def areas(self) -> Areas:
        """The towns and villages of the day."""
        return self.history.on(self.day)

    @cached_property
    def divisions(self) -> Divisions:
        """The units of the day: without those that were merged before it or are founded after it."""
        absent = self.history.absent(self.day)
        held = self.register.on(self.day)
        return Divisions(unit for unit in held.values() if unit.code not in absent)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names, on the day's areas; its units are found under former and learnt names too."""
        named = self.names_but_learnt()
        return named.with_aliases(named.aliases, self.day)

    def names_but_learnt(self) -> Gazetteer:
        """Return the names as they are without what tickets taught: those that hold without an end."""
        gathered = self.names()
        named = gathered.resited(self.divisions, self.areas) if self.history.days else gathered
        return with_former_names(named, self.register, self.day)

    @property
    def is_geocoding(self) -> bool:
        """Whether texts have been read: what that takes is slow to open."""
        return "geocoder" in self.__dict__

    @cached_property
    def geocoder(self) -> Geocoder:
        """Text in, places of the day out."""
        return Geocoder(
            self.gazetteer,
            self.areas,
            self.divisions,
            self.learned.calibration,
            homophones_decide=self.homophones_decide,
            memory=self.learned.memory,
        )
