"""What the streets of the invented county are called: plain names as every county has them."""

from collections.abc import Mapping

from geo_service.demo.dice import Dice
from geo_service.demo.land import Village

# main streets, the most central first, and alternately east-west and north-south; several towns share names
_TOWNS: Mapping[str, tuple[str, ...]] = {
    "441581001": (
        *("新华路", "人民路", "建设路", "东海大道", "解放路", "中山路", "迎宾路", "文明路"),
        *("振兴路", "马街路", "南堤路", "向阳路", "桃园路", "红星路", "金龙路", "长辉路"),
    ),
    "441581002": ("湖田路", "河西大道", "建设路", "文化路", "富民路", "沿江路"),
    "441581003": ("城东大道", "龙山路", "站前路", "望洋路", "和平路", "新光路"),
    "441581451": ("星都大道", "创业路", "科技路", "工业一路", "工业二路", "东湖路", "凯南路", "文昌路"),
    "441581105": ("博美大道", "人民路", "兴博路", "市场路", "育才路", "河堤路"),
    "441581110": ("金厢大道", "海滨路", "渔港路", "银滩路", "人民路", "金海路"),
    "441581102": (
        *("碣石大道", "人民路", "海景路", "建设路", "西门路", "玄武路", "后城路", "港口路"),
        *("诗书路", "水朝路", "西湖路", "桂林路", "渔港路", "新园路"),
    ),
    "441581103": ("湖东大道", "海滨路", "宁湖路", "宁港路", "渔港路", "盐町路", "建设路", "平安路"),
}
_NUMERALS = "一二三四五六七八九十"
# streets that a planted ticket names
_PLANTED = {"441581001214": ("龙福路", "炎龙路"), "441581003203": ("水墘大道", "刘巷路")}
_VILLAGE_STREETS = ("环村路", "新村路", "村前路", "富民路", "祠前路", "文明路", "学前路", "福兴路")


def town_street_names(town_code: str) -> list[str]:
    """Return the names of a town's main streets, the most central first."""
    return list(_TOWNS.get(town_code, ()))


def lane_name(street: str, number: int) -> str:
    """Return the name of a lane beside a street: 新华路二巷."""
    return f"{street}{_NUMERALS[number - 1]}巷"


def village_street_names(village: Village, dice: Dice) -> list[str]:
    """Return the names of a village's two main streets; empty for one that has none."""
    if village.code in _PLANTED:
        return list(_PLANTED[village.code])
    own = (f"{village.stem}大道", f"{village.stem}路", "")
    return [dice.pick(own), dice.pick((*_VILLAGE_STREETS, *[""] * 6))]
