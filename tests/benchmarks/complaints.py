"""Real citizens' messages of 2020, their places pseudonymised: whoever is sent anywhere is sent wrongly."""

import re
from functools import cache

from tests.shared_data import SHARED

PATH = "geocode/complaints_2020.xlsx"
_BLANK = re.compile(r"\s+")
_CLAUSE = re.compile(r"[，。！？；：,!?;]+")
_PLACE = re.compile(
    r"[A-Za-z]\d*[市县区]|[村镇乡路街巷里苑区县市庄园城湾站楼栋桥厦场院]|社区|大道|[省州]|小学|中学|[东西南北]边"
)
_SHORTEST, _LONGEST, _MOST = 4, 40, 8


@cache
def complaints() -> tuple[str, ...]:
    """Return title and text of all messages; empty when the file is not beside the checkout."""
    path = SHARED / PATH
    if not path.exists():
        return ()
    import pandas as pd  # noqa: PLC0415 - slow to load, and not always wanted

    frame = pd.read_excel(path, engine="calamine").fillna("")
    pairs = zip(frame["留言主题"].astype(str), frame["留言详情"].astype(str), strict=True)
    return tuple(_BLANK.sub("", title) + "，" + _BLANK.sub("", text) for title, text in pairs)


@cache
def placeless_clauses(*, testing: bool) -> tuple[tuple[str, ...], ...]:
    """Return up to eight clauses of each message that hold no word of place; every second message."""
    found = []
    for text in complaints()[int(testing) :: 2]:
        clauses = [
            clause
            for clause in _CLAUSE.split(text)
            if _SHORTEST <= len(clause) <= _LONGEST and not _PLACE.search(clause)
        ]
        if clauses:
            found.append(tuple(clauses[:_MOST]))
    return tuple(found)
