"""What a matter is about, and whose it is by function: categories of two levels and the table of duties.

``data/duties.csv`` is the county's to replace by its own list (职责清单). A row with only the first level
answers for every category below it that has no row of its own.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TOWN = "TOWN"
"""Stands in the table for the body of the town the matter lies in."""

_DATA = Path(__file__).parent / "data"
_NUMBERED = re.compile(r"^\s*[(（]?\d+(?:\.\d+)*[.、．)）:：\s]+")
_STEP = re.compile(r"\s*(?:[/／\\>＞|｜→]|--?|—+|－)\s*")


@dataclass(frozen=True, slots=True)
class Duty:
    """Who handles the matters of a category."""

    category: str
    """As in the table: two levels, or one for all below it."""
    lead: str
    """`TOWN`, or the name of a department of the city."""
    assists: tuple[str, ...]
    """Who assists; may hold `TOWN`."""
    auto_ok: bool
    """True when no dispatcher needs to confirm it."""

    @property
    def department(self) -> str:
        """The department that knows the matter: it leads, or assists the town; empty when there is none."""
        return next((body for body in (self.lead, *self.assists) if body != TOWN), "")


@lru_cache(maxsize=1)
def duties() -> Mapping[str, Duty]:
    """Return the shipped table of duties by category."""
    return {row["category"]: _read(row) for row in _rows("duties.csv")}


def duty_of(category: str) -> Duty | None:
    """Return who handles a category: its own row, else its first level's; None when neither is in the table.

    Examples
    --------
    >>> duty_of("商贸旅游/消费维权").lead
    '市场监管部门'
    >>> duty_of("城乡建设/没有这一类").category
    '城乡建设'
    """
    levels = category.split("/")
    tries = ("/".join(levels[:depth]) for depth in range(len(levels), 0, -1))
    return next((duties()[name] for name in tries if name in duties()), None)


def assisting_departments(text: str) -> dict[str, str]:
    """Return the departments that words of a text call for, each with the word found."""
    found: dict[str, str] = {}
    for row in _rows_once("assisting_words.csv"):
        for word in row["words"].split():
            if word in text:
                found.setdefault(row["department"], word)
    return found


def town_body(town_name: str) -> str:
    """Return the body that governs a town, street, zone or farm, by the town's official name.

    Examples
    --------
    >>> town_body("东海街道"), town_body("碣石镇"), town_body("湖东林场")
    ('东海街道办事处', '碣石镇人民政府', '湖东林场管理单位')
    """
    special = {row["town"]: row["body"] for row in _rows_once("town_bodies.csv")}
    if not town_name or town_name in special:
        return special.get(town_name, "")
    if town_name.endswith("街道"):
        return f"{town_name}办事处"
    if town_name.endswith(("镇", "乡")):
        return f"{town_name}人民政府"
    return f"{town_name}管理单位"


@lru_cache(maxsize=4096)
def full_category(*levels: str) -> str:
    """Return a category in one spelling, from one column that holds a path or from one column per level.

    Numbers in front are taken off, and a second level that the table knows gets its first level back.

    Examples
    --------
    >>> full_category("1.占道经营")
    '城乡建设/占道经营'
    >>> full_category("城乡建设 > 2.排水"), full_category("交通运输", "交通秩序")
    ('城乡建设/排水', '交通运输/交通秩序')
    """
    parts = [_NUMBERED.sub("", part).strip() for level in levels for part in _STEP.split(level)]
    kept = list(dict.fromkeys(part for part in parts if part and part not in {"无", "其他", "-"}))
    if len(kept) == 1:
        return _by_second_level().get(kept[0], kept[0])
    return "/".join(kept)


@lru_cache(maxsize=1)
def _by_second_level() -> Mapping[str, str]:
    """Second levels that stand under one first level only → the whole category."""
    found: dict[str, list[str]] = {}
    for category in duties():
        first, _, second = category.partition("/")
        if second and second not in duties():
            found.setdefault(second, []).append(f"{first}/{second}")
    return {second: names[0] for second, names in found.items() if len(names) == 1}


def _read(row: Mapping[str, str]) -> Duty:
    assists = tuple(row["assists"].split())
    return Duty(row["category"], row["lead"], assists, auto_ok=row["auto_ok"] == "yes")


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=4)
def _rows_once(name: str) -> tuple[dict[str, str], ...]:
    return tuple(_rows(name))
