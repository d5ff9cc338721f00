"""Every word of the maps: translated, and marks that can be told apart."""

import string
from dataclasses import fields
from itertools import combinations

from maps import MapWords
from maps.style import COLOURS, HOTSPOT_CLASSES, SHAPES, area_style, marks
from tests.maps import sample


def test_every_word_has_its_chinese() -> None:
    words, known = MapWords(), sample.catalogue()
    templates = {getattr(words, field.name) for field in fields(words) if field.name != "language_tag"}
    assert templates <= known.keys()
    for template in templates:
        asked = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        given = {name for _, name, _, _ in string.Formatter().parse(known[template]) if name}
        assert asked == given, template


def test_translating_keeps_what_is_left_empty() -> None:
    words = MapWords(attribution="").translated(str.upper, "xx")
    assert words.attribution == ""
    assert words.legend == "LEGEND"
    assert words.language_tag == "xx"


def test_each_hotspot_class_has_a_word_of_its_own() -> None:
    words = MapWords()
    assert len({getattr(words, name) for name in HOTSPOT_CLASSES}) == len(HOTSPOT_CLASSES)


def test_a_status_keeps_its_mark_from_map_to_map() -> None:
    first = marks(["办结", "待派"], order=["待派", "办理", "办结"])
    second = marks(["待派"], order=["待派", "办理", "办结"])
    assert first == second
    assert list(first) == ["待派", "办理", "办结"]


def test_the_first_eight_marks_differ_in_shape_and_colour_and_all_64_in_one_of_them() -> None:
    looks = list(marks(map(str, range(64))).values())
    for one, other in combinations(looks[:8], 2):
        assert one.shape != other.shape
        assert one.colour != other.colour
    assert len({(look.shape, look.colour) for look in looks}) == 64
    assert len(SHAPES) == len(COLOURS) == 8


def test_a_class_nobody_knows_looks_unjudged_and_a_derived_area_is_dashed() -> None:
    assert area_style("hot100") == area_style("unknown")
    assert "dashArray" in area_style("hot99", is_derived=True)
    assert "dashArray" not in area_style("hot99")
