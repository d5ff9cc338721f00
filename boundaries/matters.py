"""One call, several matters: where a text counts them (一是 … 二是 …, 一个是 … 另一个是 …)."""

import re

_NUMBERS = "一二三四五六"
_SERIES: tuple[tuple[re.Pattern[str], ...], ...] = (
    tuple(re.compile(rf"(?<![0-9一二三四五六七八九十第]){n}是") for n in _NUMBERS),
    tuple(re.compile(rf"第{n}(?:个问题|个事情|件事|个|件|点)?(?:是|[,，、:：])") for n in _NUMBERS),
    tuple(re.compile(rf"其{n}[是,，、:：]?") for n in _NUMBERS),
    tuple(re.compile(rf"(?<![0-9一二三四五六七八九十第]){n}、") for n in _NUMBERS),
    tuple(re.compile(rf"(?<![0-9.]){n}(?:[、)）]|[.．](?![0-9]))") for n in range(1, 7)),
    (re.compile(r"一个是|一处是|一件是"), re.compile(r"(?:另|还有)(?:外?一个|外?一处|外?一件)是")),
)
_SEVERAL = re.compile(
    r"问题[和与及、,，]|分别|另外|另有|还有|同时|以及|此外|分开|一并|(?:两|二|三|几)(?:个|件|处)(?:问题|事情?|地方|村|社区)"
)


def split_matters(text: str) -> tuple[str, tuple[str, ...]]:
    """Split a text where it counts its matters.

    Returns
    -------
    tuple
        What stands before the first matter, and the matters; no matters when the text counts none.

    Examples
    --------
    >>> split_matters("反映两个问题：一是溪美村电线杆倾斜；二是西美村公厕没人打扫。")
    ('反映两个问题：', ('一是溪美村电线杆倾斜；', '二是西美村公厕没人打扫。'))
    """
    for series in _SERIES:
        starts: list[int] = []
        for marker in series:
            found = marker.search(text, starts[-1] + 1 if starts else 0)
            if found is None:
                break
            starts.append(found.start())
        if len(starts) > 1:
            ends = [*starts[1:], len(text)]
            return text[: starts[0]], tuple(text[a:b] for a, b in zip(starts, ends, strict=True))
    return text, ()


def speaks_of_several(text: str) -> bool:
    """Say whether a text joins several matters without counting them: 积水问题和路灯问题, 另外, 分开答复."""
    return bool(_SEVERAL.search(text))
