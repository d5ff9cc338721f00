"""A small nation: Lufeng as it is listed, and three invented counties that share names."""

from collections.abc import Mapping, Sequence

from boundaries import lufeng_divisions

_LARGER = {
    "99": "样本省",
    "9901": "样本市",
    "990101": "甲子县",
    "990102": "乙丑县",
    "990103": "丙寅县",
    "44": "广东省",
    "4415": "汕尾市",
    "441581": "陆丰市",
}
_SMALLER = {
    "990101001": "城关镇",
    "990101001201": "新华村委会",
    "990101001202": "石桥村委会",
    "990102001": "城关镇",
    "990102001201": "新华村委会",
    "990102002": "河东乡",
    "990102002201": "新华村委会",
    "990102002202": "独一无二村委会",
    "990103001": "城关镇",
}

ROWS: Sequence[Mapping[str, str]] = [
    {"code": code, "name": name}
    for code, name in {
        **_LARGER,
        **_SMALLER,
        **{unit.code: unit.name for unit in lufeng_divisions().values()},
    }.items()
]
