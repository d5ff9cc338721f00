"""Why something was decided, as plain data: the twin of `boundaries.Reason`, for the rules of the trade."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason behind a decision, ready to be stored, shown and translated."""

    rule: str
    """Short id of the rule, for example ``"A2"``."""
    template: str
    """English sentence with named fields; the key of its translation."""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What stands in the fields."""

    def text(self) -> str:
        """Return the reason as an English sentence.

        >>> Reason("A1", "the place lies in {name}", {"name": "水乾村"}).text()
        'the place lies in 水乾村'
        """
        return self.template.format(**self.values)

    def as_json(self) -> dict[str, Any]:
        """Return the reason as a dictionary of ``rule``, ``template`` and ``values``."""
        return {"rule": self.rule, "template": self.template, "values": dict(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the reason that `as_json` wrote."""
        return cls(stored["rule"], stored["template"], stored["values"])
