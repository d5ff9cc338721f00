"""Markets, streets and estates that a text names and no map knows: their words, for those who go there."""

import re

# what a place may be called by, longest first where one contains another
_KINDS = (
    "综合市场|农贸市场|批发市场|集贸市场|菜市场|市场|幼儿园|小学|中学|学校|卫生院|卫生站|医院|诊所|派出所|车站|加油站|公园|广场|小区|花园|公寓|大厦|"
    "商场|超市|酒店|工业园|工业区|码头|渔港|祠堂|宗祠|庙|大桥|国道|省道|县道|大道|路|街|巷|水库|水闸|停车场|公厕"
)
_SPOT = re.compile(
    rf"([一-鿿a-z0-9]{{1,8}}?(?:{_KINDS}))(?![灯面段边线人口])|([一-鿿a-z0-9]{{1,8}}?(?:路|街|道))(?=[段面口])"
)
_NO_NAME = re.compile(
    r"^(?:的|往|向|朝|从|那条?|这条?|有一?[条家个]?|一[条家个]|某|里|内|边|旁边?|附近|村|道|老|主|大|小|到|去|在|进|出|上|下|条|水泥|马|公|铁|泥|进村|出村|镇上|街上|两|全|整|门口|"
    r"后面|前面|周边|辖区)+"
)
_FUNCTION = re.compile(
    r"[的了是在有把被和与及到从没不很都也说要请让我你他她这那]|反映|投诉|居民|村民|住户|业主|市民|拟"
)


def stated_spot(text: str, start: int) -> tuple[int, int] | None:
    """Return where in a folded text a place is named right behind another one, None when none is.

    Parameters
    ----------
    text
        Folded.
    start
        Where the name of the town or village ends.

    Examples
    --------
    >>> text = "碣石镇望海楼市场周边摊贩乱摆卖"
    >>> begin, end = stated_spot(text, 3)
    >>> text[begin:end]
    '望海楼市场'
    >>> stated_spot("碣石镇的路灯坏了", 3) is None
    True
    """
    found = _SPOT.match(text, start)
    if found is None:
        return None
    words = found[0]
    if _NO_NAME.match(words) or _FUNCTION.search(words):
        return None
    return found.span()
