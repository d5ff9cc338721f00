"""Names a text mentions: those of the lists, and what it states that no list knows.

A village that no register has (甲村), a town of nowhere, a street written by its sound, the villagers' group
behind a village: they stand beside the known names, so that nothing is taken for what it is not.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from boundaries import witnesses
from boundaries.gazetteer import Gazetteer
from boundaries.mentions import Mention, begins_well, just_before, known_mentions, without_overlaps
from boundaries.named_places import NameHit, NameKind, Wording

_LONGEST_TOWN, _LONGEST_NAME, _SHORTEST_NAME = 3, 5, 2
_LONGEST_BEHIND_TOWN = 10


def read_mentions(text: str, gazetteer: Gazetteer, hits: Sequence[NameHit] | None = None) -> list[Mention]:
    """Return the names a folded text mentions, in order, none overlapping.

    Parameters
    ----------
    text
        Folded; see `boundaries.names.fold`.
    gazetteer
        The names of the county.
    hits
        What `Gazetteer.find` found in the text; None looks it up.
    """
    known = known_mentions(text, gazetteer.find(text) if hits is None else hits)
    chosen = without_overlaps([*known, *_stated(text, known), *_heard_roads(text, known, gazetteer)])
    return [_with_group(text, one, other) for one, other in zip_longest(chosen, chosen[1:])]


def _start(mention: Mention) -> int:
    return mention.start


def _stated(text: str, chosen: Sequence[Mention]) -> Iterator[Mention]:
    """Yield names of villages and towns that the text states and no list knows.

    A text that names a known village has said where it is: 希望村里来人 behind it is a wish. Otherwise the
    name wants a known town, or a word of place, right before it.
    """
    known = {mention.kind for mention in chosen}
    starts = {mention.start for mention in chosen}
    town_ends = {mention.end for mention in chosen if mention.kind is NameKind.TOWN}
    for ending in () if NameKind.UNIT in known else witnesses.UNIT_ENDING.finditer(text):
        name = _name_before(text, ending.start(), chosen)
        start = ending.start() - len(name)
        placed = start in town_ends or witnesses.PLACE_PRECEDES.search(just_before(text, start))
        if (
            name
            and placed
            and not witnesses.NO_VILLAGE.match(name)
            and not witnesses.UNIT_ENDING.search(name)
        ):
            yield Mention(start, ending.end(), NameKind.UNIT, name, (), Wording.FULL, ending=ending[0])
    for ending in witnesses.TOWN_ENDING.finditer(text):
        name = _name_before(text, ending.start(), chosen)
        start = ending.start() - len(name)
        leads = ending.end() in starts
        alone = ending[0] == "镇" and NameKind.TOWN not in known
        behind = alone and not witnesses.NOT_A_TOWN.match(text, ending.end())
        begins = leads or (behind and bool(witnesses.PLACE_PRECEDES.search(just_before(text, start))))
        if name and begins and len(name) <= _LONGEST_TOWN and not witnesses.NO_TOWN.search(name):
            yield Mention(start, ending.end(), NameKind.TOWN, name, (), Wording.FULL)


def _name_before(text: str, end: int, chosen: Sequence[Mention]) -> str:
    """Return the name that ends at a place: back to a function word, another name, or five characters."""
    last = bisect(chosen, end, key=_start) - 1
    before = chosen[last] if last >= 0 else None
    if before is not None and before.end > end:
        return ""
    floor = before.end if before is not None else 0
    start = max(floor, end - _LONGEST_NAME)
    named = text[start:end]
    behind_town = before is not None and before.kind is NameKind.TOWN
    if behind_town and end - floor <= _LONGEST_BEHIND_TOWN:
        start, named = floor, text[floor:end]
    whole = start == floor > 0 and len(named) >= _SHORTEST_NAME and witnesses.CJK.match(named)
    if whole and (behind_town or len(named) < _LONGEST_NAME) and not re.search(r"[的在有那这到和与]", named):
        return named
    for place in range(end - _SHORTEST_NAME, start - 1, -1):
        if witnesses.BEFORE_A_NAME.search(just_before(text, place)):
            found = text[place:end]
            return found if witnesses.CJK.match(found) else ""
    return ""


def _heard_roads(text: str, chosen: Sequence[Mention], gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield streets that the text spells otherwise: 熊石路 for 雄石路."""
    ends = {mention.end for mention in chosen}
    for ending in witnesses.STATED_ROAD.finditer(text):
        last = bisect(chosen, ending.end() - 1, key=_start) - 1
        if last >= 0 and ending.start() < chosen[last].end:
            continue
        for length in (4, 3, 2):
            start = ending.start() - length
            if start < 0 or not begins_well(text, start, ends):
                continue
            places = gazetteer.roads_read_like(text[start : ending.end()])
            if places:
                word = text[start : ending.end()]
                yield Mention(
                    start, ending.end(), NameKind.ROAD, word, tuple(places), Wording.FULL, is_heard=True
                )
                break


def _with_group(text: str, mention: Mention, following: Mention | None) -> Mention:
    """Read the villagers' group behind a village: it is in no list, but it belongs to the village."""
    if mention.kind is not NameKind.UNIT or not mention.ending:
        return mention
    group = witnesses.GROUP.match(text, mention.end)
    free = group and (following is None or following.start >= group.end())
    return replace(mention, end=group.end(), group=group[0]) if group and free else mention
