"""Colours, shapes and legends as plain data: told apart without colour, readable on paper.

Marks use the eight colours of Okabe and Ito, hotspot classes the ends of ColorBrewer's red–blue scale;
both can be told apart with every common colour blindness. A mark also has its own shape, and a hot or cold
area its own sign, so that a black-and-white print says the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

Style = Mapping[str, str | float | bool]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a point of one kind is drawn."""

    shape: str
    """SVG path in a box from 0 to 24."""
    colour: str
    """Fill; the outline is always dark."""


@dataclass(frozen=True, slots=True)
class AreaClass:
    """How an area of one hotspot class is drawn."""

    colour: str
    opacity: float
    sign: str
    """Stands before the area's name; empty for classes that say nothing."""


SHAPES = (
    "M12 2.5 22 21H2Z",  # triangle
    "M12 1.5 22.5 12 12 22.5 1.5 12Z",  # diamond
    "M3.5 3.5H20.5V20.5H3.5Z",  # square
    "M12 2.5a9.5 9.5 0 1 0 .01 0Z",  # circle
    "M12 2 22 9.5 18.2 21.5H5.8L2 9.5Z",  # pentagon
    "M8.5 2.5h7v6h6v7h-6v6h-7v-6h-6v-7h6Z",  # cross
    "M12 21.5 2 3H22Z",  # triangle on its tip
    "M12 1.5 15 8.6l7.6.6-5.8 5 1.8 7.5L12 17.6l-6.6 4.1 1.8-7.5-5.8-5L9 8.6Z",  # star
)
UNCERTAIN_M = 100.0
"""A point less sure than this is drawn pale and dashed: who goes there does not see the place."""

COLOURS = ("#D55E00", "#E69F00", "#0072B2", "#56B4E9", "#009E73", "#CC79A7", "#8F8F8F", "#F0E442")

HOTSPOT_CLASSES = {
    "hot99": AreaClass("#b2182b", 0.75, "▲▲▲"),
    "hot95": AreaClass("#ef8a62", 0.75, "▲▲"),
    "hot90": AreaClass("#fddbc7", 0.85, "▲"),
    "not_significant": AreaClass("#ffffff", 0.35, ""),
    "cold90": AreaClass("#d1e5f0", 0.85, "▽"),
    "cold95": AreaClass("#67a9cf", 0.75, "▽▽"),
    "cold99": AreaClass("#2166ac", 0.7, "▽▽▽"),
    "unknown": AreaClass("#9a9a9a", 0.35, "?"),
}

# the background is lighter than anything that stands on it; sizes are pixels
BACKGROUND: Mapping[str, Style] = {
    "green": {"fillColor": "#e3ecdf", "fillOpacity": 1.0, "stroke": False, "fill": True},
    "water": {"fillColor": "#cfdfe9", "fillOpacity": 1.0, "stroke": False, "fill": True},
    "building": {"fillColor": "#e4e1dc", "fillOpacity": 1.0, "stroke": False, "fill": True},
    "waterway": {"color": "#cfdfe9", "weight": 3, "opacity": 1.0, "fill": False},
    "railway": {"color": "#b9b9b9", "weight": 1.5, "opacity": 1.0, "dashArray": "6 4", "fill": False},
    "path": {"color": "#d5d5d5", "weight": 1.2, "opacity": 1.0, "fill": False},
    "street": {"color": "#cfcfcf", "weight": 2.2, "opacity": 1.0, "fill": False},
    "main": {"color": "#bdbdbd", "weight": 3.6, "opacity": 1.0, "fill": False},
}

_PROBLEM: Style = {"weight": 3.0, "opacity": 0.9, "fillOpacity": 0.35}
# ground is outlined, lines are dashed, so that a print without colours tells them apart
PROBLEM_OUTLINES: Mapping[str, Style] = {
    "twice": {**_PROBLEM, "color": COLOURS[0]},
    "inside": {**_PROBLEM, "color": COLOURS[1]},
    "ring": {**_PROBLEM, "color": COLOURS[2]},
    "overlap": {**_PROBLEM, "color": COLOURS[3]},
    "gap": {**_PROBLEM, "color": COLOURS[4], "fillOpacity": 0.1},
    "beyond": {**_PROBLEM, "color": COLOURS[5]},
    "sliver": {**_PROBLEM, "color": COLOURS[6]},
    "edge": {**_PROBLEM, "color": "#b8a800", "weight": 1.5, "dashArray": "2 4", "fill": False},
    "turn": {**_PROBLEM, "color": COLOURS[1], "weight": 2.0, "dashArray": "8 4", "fill": False},
}
"""How the ground of each `boundaries.ProblemKind` is drawn, in the order of the legend."""

VILLAGE: Style = {
    "color": "#87958f",
    "weight": 1.2,
    "opacity": 0.9,
    "fillColor": "#ffffff",
    "fillOpacity": 0.0,
}
DERIVED_VILLAGE: Style = {**VILLAGE, "dashArray": "5 4"}
TOWN: Style = {"color": "#55645e", "weight": 2.2, "opacity": 0.9, "fill": False}
LEG_CASING: Style = {"color": "#ffffff", "weight": 9, "opacity": 0.9}
LEG: Style = {"color": "#0a5a4c", "weight": 5, "opacity": 0.95}
CLUSTER: Style = {"color": "#1a1a1a", "weight": 3.5, "opacity": 1.0, "fill": False}
WEAK_CLUSTER: Style = {"color": "#6b6b6b", "weight": 1.5, "opacity": 0.9, "dashArray": "4 5", "fill": False}


def marks(statuses: Iterable[str], order: Iterable[str] = ()) -> dict[str, Mark]:
    """Give each status its own mark, those of `order` always the same ones.

    Parameters
    ----------
    statuses
        The words that occur, in any number.
    order
        The words in the order of the legend; others follow in order of appearance.

    Returns
    -------
    dict[str, Mark]
        In the order of the legend; `order` first, whether they occur or not. The first 64 marks all differ;
        the first 8 differ both in shape and in colour.

    Examples
    --------
    >>> [*marks(["closed", "open"], order=["open"])]
    ['open', 'closed']
    """
    words = list(dict.fromkeys([*order, *statuses]))
    pairs = [(i, (i + turn) % len(COLOURS)) for turn, i in product(range(len(COLOURS)), range(len(SHAPES)))]
    return {
        word: Mark(SHAPES[pairs[i % len(pairs)][0]], COLOURS[pairs[i % len(pairs)][1]])
        for i, word in enumerate(words)
    }


def area_style(hotspot_class: str, *, is_derived: bool = False) -> Style:
    """Return how an area of a hotspot class is drawn; an unheard-of class looks like ``unknown``."""
    look = HOTSPOT_CLASSES.get(hotspot_class, HOTSPOT_CLASSES["unknown"])
    outline = DERIVED_VILLAGE if is_derived else VILLAGE
    return {**outline, "fillColor": look.colour, "fillOpacity": look.opacity}
