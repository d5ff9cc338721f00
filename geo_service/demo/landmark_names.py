"""Names and OpenStreetMap tags of the invented landmarks; those of the news article's cases among them."""

from collections.abc import Mapping
from dataclasses import dataclass

_MARKET = {"amenity": "marketplace"}
_SCHOOL = {"amenity": "school"}
_KINDERGARTEN = {"amenity": "kindergarten"}
_CLINIC = {"amenity": "clinic"}
_HOSPITAL = {"amenity": "hospital"}
_GOVERNMENT = {"amenity": "townhall"}
_BUS = {"amenity": "bus_station"}
_POLICE = {"amenity": "police"}
_SQUARE = {"leisure": "park"}
_PARKING = {"amenity": "parking"}
_FUEL = {"amenity": "fuel"}
_HARBOUR = {"leisure": "marina"}
_WORKS = {"man_made": "works"}


@dataclass(frozen=True, slots=True)
class Planted:
    """A place that a planted ticket names."""

    town_code: str
    village_code: str
    name: str
    tags: Mapping[str, str]


PLANTED = (
    Planted("441581003", "441581003203", "水墘综合市场", _MARKET),
    Planted("441581102", "441581102004", "望海楼市场", _MARKET),
    Planted("441581001", "441581001211", "上海小学", _SCHOOL),
    Planted("441581001", "441581001004", "向阳诊所", _CLINIC),
)
PLANTED_HAMLETS: Mapping[str, tuple[str, ...]] = {
    "441581001214": ("径仔",),
    "441581003203": ("刘巷",),
}
# places of a town, dealt out to its communities in turn
TOWN_LANDMARKS: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "441581001": (
        ("东海街道办事处", _GOVERNMENT),
        ("东海农贸市场", _MARKET),
        ("模拟市人民医院", _HOSPITAL),
        ("向阳市场", _MARKET),
        ("南堤市场", _MARKET),
        ("东海汽车客运站", _BUS),
        ("东海中学", _SCHOOL),
        ("长辉停车场", _PARKING),
        ("东海派出所", _POLICE),
        ("东海中心小学", _SCHOOL),
        ("螺河文化广场", _SQUARE),
        ("东海中心幼儿园", _KINDERGARTEN),
        ("南堤小学", _SCHOOL),
        ("新光加油站", _FUEL),
        ("金龙商业广场", _SQUARE),
        ("长辉幼儿园", _KINDERGARTEN),
    ),
    "441581002": (
        ("河西街道办事处", _GOVERNMENT),
        ("河西市场", _MARKET),
        ("河西中学", _SCHOOL),
        ("河西卫生院", _CLINIC),
        ("河西文化广场", _SQUARE),
        ("河西加油站", _FUEL),
    ),
    "441581003": (
        ("城东街道办事处", _GOVERNMENT),
        ("城东农贸市场", _MARKET),
        ("城东中学", _SCHOOL),
        ("城东卫生院", _CLINIC),
        ("城东客运站", _BUS),
        ("城东文化广场", _SQUARE),
    ),
    "441581451": (
        ("星都管理办公室", _GOVERNMENT),
        ("星都综合市场", _MARKET),
        ("星都学校", _SCHOOL),
        ("星都卫生服务中心", _CLINIC),
        ("星都加油站", _FUEL),
        ("星都工业园", _WORKS),
        ("星都广场", _SQUARE),
        ("东湖停车场", _PARKING),
    ),
    "441581105": (
        ("博美镇人民政府", _GOVERNMENT),
        ("博美农贸市场", _MARKET),
        ("博美中学", _SCHOOL),
        ("博美卫生院", _CLINIC),
        ("博美车站", _BUS),
        ("博美文化广场", _SQUARE),
    ),
    "441581110": (
        ("金厢镇人民政府", _GOVERNMENT),
        ("金厢市场", _MARKET),
        ("金厢中学", _SCHOOL),
        ("金厢卫生院", _CLINIC),
        ("金厢渔港", _HARBOUR),
        ("金厢海滨广场", _SQUARE),
    ),
    "441581102": (
        ("碣石镇人民政府", _GOVERNMENT),
        ("碣石中学", _SCHOOL),
        ("碣石车站", _BUS),
        ("望海楼停车场", _PARKING),
        ("碣石人民医院", _HOSPITAL),
        ("西门市场", _MARKET),
        ("碣石中心小学", _SCHOOL),
        ("水朝公园", _SQUARE),
        ("后城幼儿园", _KINDERGARTEN),
        ("西湖公园", _SQUARE),
        ("碣石派出所", _POLICE),
        ("碣石文化广场", _SQUARE),
        ("水朝市场", _MARKET),
        ("后城小学", _SCHOOL),
    ),
    "441581103": (
        ("湖东镇人民政府", _GOVERNMENT),
        ("湖东市场", _MARKET),
        ("湖东中学", _SCHOOL),
        ("湖东卫生院", _CLINIC),
        ("湖东渔港", _HARBOUR),
        ("湖东文化广场", _SQUARE),
        ("宁海市场", _MARKET),
        ("宁光小学", _SCHOOL),
    ),
    "441581454": (("湖东林场场部", {"office": "forestry"}),),
}
# what follows the village's name, and in which share of the villages it stands
VILLAGE_LANDMARKS: tuple[tuple[str, Mapping[str, str], float], ...] = (
    ("小学", _SCHOOL, 0.55),
    ("卫生站", _CLINIC, 0.6),
    ("文化广场", _SQUARE, 0.4),
    ("老人活动中心", {"amenity": "community_centre"}, 0.35),
    ("幼儿园", _KINDERGARTEN, 0.25),
    ("篮球场", {"leisure": "pitch"}, 0.2),
    ("公厕", {"amenity": "toilets"}, 0.2),
)
TEMPLES = ("天后宫", "关帝庙", "三山国王庙", "福德祠", "妈祖庙", "观音阁")
SHOPS = (
    *(
        "惠民超市",
        "好邻居超市",
        "万家福超市",
        "百佳乐超市",
        "家家利超市",
        "新一家超市",
        "天天鲜超市",
        "益民超市",
    ),
    *(
        "旺客隆超市",
        "佳美超市",
        "福满多超市",
        "兴隆百货超市",
        "顺意便利超市",
        "喜洋洋超市",
        "民心超市",
        "千惠超市",
    ),
    *("海味轩饭店", "福临门饭店", "聚友大排档饭店", "老地方烧烤店", "渔家饭店", "客家王饭店", "顺德小炒店"),
    *("望江楼", "醉仙楼", "聚贤楼", "悦来饭店", "好再来烧烤店", "阿婆粿条店", "八方来客饭店", "金沙滩饭店"),
    *("南国饭店", "好日子饭店", "鸿运楼", "小城故事饭店", "滨海大饭店", "三味烧烤店", "四季粥店", "九龙茶楼"),
    *("百味饭店", "同乐饭店", "富贵楼", "合家欢超市", "友谊超市", "双喜超市", "万客来超市", "康乐超市"),
    *("如意超市", "丰收超市", "长乐超市", "平价超市", "快乐购超市", "金谷饭店", "东升饭店", "阿明小吃店"),
    *("老街豆花店", "海风饭店", "月亮湾饭店", "绿叶超市", "向日葵超市", "晨光超市", "大家乐超市", "永旺超市"),
)
HAMLETS = (
    *("新厝", "下寮", "后陂", "东头", "西片", "沟墘", "埔仔", "大厝埔", "田心", "石鼓", "岭脚", "洋尾"),
    *("社仔", "新乡", "祠前", "上围", "下围", "塘边", "桥仔头", "榕树脚", "山仔下", "沙坝", "井头", "寨内"),
    *("墩仔", "溪头", "大路边", "后厝", "前厝", "圳头", "茶园仔", "虎头埔", "牛埔", "浮洲", "坑尾", "坡头"),
    *("新寨", "老寨", "港墘", "盐灶", "崎头", "林厝", "橄榄脚", "荔枝园", "白沙仔", "红厝", "双门", "高田"),
)
