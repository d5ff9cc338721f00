"""Why something was decided: a rule, a sentence and its values, as plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason behind a decision, ready to be stored, shown and translated."""

    rule: str
    """Short id of the rule, for example ``"L3"`` or ``"repair.ring"``."""
    template: str
    """English sentence with named fields; the key of its translation."""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What stands in the fields."""

    def text(self) -> str:
        """Return the reason as an English sentence.

        >>> Reason("L1", "the text names {name}", {"name": "水乾村"}).text()
        'the text names 水乾村'
        """
        return self.template.format(**self.values)

    def as_json(self) -> dict[str, object]:
        """Return the reason as a dictionary of ``rule``, ``template`` and ``values``."""
        return {"rule": self.rule, "template": self.template, "values": dict(self.values)}


def listed(names: Iterable[str]) -> str:
    """Join names for a reason, the first few of many.

    >>> listed(["水乾村", "炎龙村"])
    '水乾村、炎龙村'
    """
    names = list(names)
    return "、".join(names[:_NAMES_SHOWN]) + (" …" if len(names) > _NAMES_SHOWN else "")
