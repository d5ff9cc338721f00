"""Does a ticket complain about a committee, its people or an official? Then they must never see it.

A hotline must not pass a complaint to the one complained of (domain rules, §2.1 and A2). Villages are named
in most tickets without being blamed: they are asked for help, they call themselves, they are where something
lies. The rule wants a committee or a post, and then misconduct or neglect, close together.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Accused(StrEnum):
    """Who is complained of."""

    VILLAGE = "VILLAGE"
    """A village or community committee, or one of its people."""
    TOWN = "TOWN"
    """The town's government or one of its people: the town may not handle it either."""


@dataclass(frozen=True, slots=True)
class Accusation:
    """The words that accuse."""

    accused: Accused
    words: str


# a post or body; not the place beside its house, and not a committee that itself calls
_PLACE_OR_CALLER = (
    r"(?!旁|后面|对面|附近|门口|隔壁|前面|前的|边上|楼|院|大院|大楼|办公楼|里面|斜|往|到|广场|路|活动室|宿舍|背后|侧"
    r"|来电|来函|反映[^，]{0,2}[，：]?[^的]|上报|求助|请求|申请|报告)"
)
_VILLAGE = (
    r"(?:村民?委员?会?(?:的?(?:主任|副主任|书记|干部|委员|会计|出纳|文书|人员|工作人员|领导))?|村两委|两委(?:干部|成员|班子)?"
    r"|居民?委员?会?(?:的?(?:主任|副主任|书记|干部|人员|工作人员))?|社区(?:干部|主任|书记|工作人员|人员|居委会?|居民委员会|领导)"
    r"|村(?:里|上)?的?(?:干部|领导|主任|书记|支书|会计|出纳|文书)|村支部书记|村党支部|村支部|村官|村长(?![期远古年时途流])|支书|大队(?:干部|书记)"
    r"|村?小组长|村民组长|生产队长|(?:队|组)长(?=把|将|私|贪|收|利用)|网格员|联户干部)"
)
_TOWN = (
    r"(?:(?:镇|乡)(?:人民)?政府|街道(?:办事处|办)?(?=的?(?:干部|工作人员|领导|主任|书记))|街道办(?:事处)?"
    r"|(?:镇|乡|街道)(?:里|上)?的?(?:干部|领导|书记|镇长(?![期远途])|主任|工作人员)|镇长(?![期远途])|乡长|管理办公室(?:工作人员|领导|干部)?)"
    r"(?:的?(?:干部|工作人员|领导|某某))?"
)
_GRAVE = (
    r"贪污|贪|侵占|侵吞|挪用|私分|私吞|截留|克扣|冒领|套取|骗取|虚报|优亲厚友|分给(?:自己)?(?:的)?亲|给了?(?:自己|他自己|她自己|自家|亲|家人|弟|哥|儿子|女婿|老婆|侄)"
    r"|亲戚|关系户|人情保|受贿|行贿|贿选|拉票|回扣|好处费|吃拿卡要|索要|勒索|收(?:受|了)?(?:红包|礼)|收了[^，。！？；,]{0,8}(?:红包|烟|酒|礼|好处)|勾结|包庇|袒护|偏袒|打击报复|报复"
    r"|以权谋私|滥用职权|假公济私|中饱私囊|暗箱|黑箱|强占|霸占|强行|强拆|强征|私自|擅自|偷偷|偷卖|倒卖|变卖|造假|弄虚作假|伪造|违规|违法|违纪"
    r"|账目(?:不清|不明|混乱)|账目不公开|不公开|不公示|没有?公开|没有?公示|未公开|未公示|恐吓|威胁|辱骂|骂人|骂村民|打人|殴打|打伤|打了"
    r"|口袋|腰包|为己有|吃低保|吃空饷|买票|选票|低价(?:承包|出租|发包|转)|一分(?:钱)?(?:都)?没|收了?[^，。！？；,]{0,10}(?:钱|费|款)(?!用|后)|要钱"
    r"|少发|少给|不发|动手|推了|推搡|扇|村霸|横行|欺负|欺压|一手遮天|官僚|瞒着|没有?开|未经|打牌|打麻将|腐败|嫖|赌博|吃喝|作风|不公平|不公正|不公|乱收费|收钱不"
)
_NEGLECT = (
    r"不作为|乱作为|慢作为|推诿|推脱|踢皮球|敷衍|刁难|故意(?:拖|卡|不)|拒绝|拒不|不予理睬|不理(?!解|想)|置之不理|视而不见|不管不问"
    r"|不闻不问|不管|不肯|不愿|不给(?:盖章|开|办|签|发|解决|处理)|(?:服务)?态度(?:很|非常|极其|十分|特别|极)?(?:恶劣|差|不好|蛮横|傲慢|生硬|强硬)"
    r"|态度(?:粗暴|冷淡|敷衍|有问题)|粗暴|爱理不理|爱答不理|玩手机|不耐烦|不在岗|脱岗|不接电话|不受理|不配合|互相推|拖延|拖了|拖着|迟迟不"
    r"|(?:一直|就是|从来|始终)不(?:给|办|处理|解决|公开|管)|没人敢管|找不到人|失职|渎职|不负责|纵容|默许|睁一只眼|懒政"
)
_OTHERS = re.compile(
    r"对方|邻居|店家|老板|业主方|物业|施工方|商家|房东|租客|开发商|养猪场|厂家|公司|企业|摊贩|老赖|村民(?!委|组长|小组长)"
)
_BLAMES = tuple(
    (accused, re.compile(rf"(?>{body}){_PLACE_OR_CALLER}([^。！？；!?;]{{0,40}}?)({_GRAVE}|{_NEGLECT})"))
    for accused, body in ((Accused.VILLAGE, _VILLAGE), (Accused.TOWN, _TOWN))
)
# 举报某某村书记, 投诉居委会; but not 向村委会投诉过, nor 投诉村委会旁边的烧烤店
_CHARGES = tuple(
    (
        accused,
        re.compile(
            rf"(?:举报|投诉|控告|检举|揭发|状告)(?!到|给|过|后|了|至|电话|无|未|没|热线|平台|才)"
            rf"[^，。！？；、,到向给]{{0,16}}?(?>{body}){_PLACE_OR_CALLER}(?!的?(?:一家|一间|有人|某店|烧烤|路灯|公厕|门))"
        ),
    )
    for accused, body in ((Accused.VILLAGE, _VILLAGE), (Accused.TOWN, _TOWN))
)
# 我要反映我们村村主任，…: the post stands as the heading of what follows
_HEADED = re.compile(
    r"(?:反映|反应)(?:一下)?(?:我们|我|本|该)?[^，。！？；,：:的]{0,8}"
    r"(?:村主任|村书记|支书|书记|村长(?![期远古年时途流])|村干部|村会计|两委干部|组长)(?:[\u4e00-\u9fff]{2,3})?[，,：:]"
)
# in a complaint, who holds a post is accused unless the words around say that he is asked, told or helpful
_PERSON = re.compile(
    r"(?>村(?:委会?)?(?:里|上)?的?(?:主任|书记|支书|会计|出纳|干部|领导)|村支部书记|村长(?![期远古年时途流])|支书|村?小组长|村民组长|生产队长|大队(?:干部|书记)"
    r"|(?:居委会?|社区)的?(?:主任|书记|干部|领导)|(?:村委会?|居委会?)的人|(?P<town>(?:镇|乡|街道)(?:里|上|政府|办)?的?(?:干部|领导|书记|主任)|镇长(?![期远途])|乡长))"
    rf"{_PLACE_OR_CALLER}"
    r"(?![^，。！？；,]{0,8}(?:来电|反映|报告|答复|回复|告知|表示|说(?!话)|讲(?!话)|也?报过|做工作|劝|调解|协调|帮|带领|组织|负责|来看|来过"
    r"|处理过|解释|工资|待遇|选举|培训|兼职|可以|能不能|能否|电话|通知|登记|走访|也?知道|也?没办法|管不了|拦不住))"
)
# anybody who holds a post in a village, whatever is said of him
_POST = re.compile(
    r"(?:村|社区|居委会?|村委会?|大队|两委)[^，。！？；,]{0,3}?(?:主任|书记|干部|会计|出纳|文书|领导|工作人员|班子)|支书|村长(?![期远古年时途流])"
    r"|村?小组长|村民组长|生产队长|网格(?:员|长)|联户干部|村霸|治保主任|妇女主任"
)
_ADDRESSED = re.compile(
    r"(?:请|希望|建议|恳请|盼|要求|麻烦|由|让|叫|咨询|请问|感谢|谢谢|表扬|找|问|跟|和|向|给|告诉|联系|通知|报告|我是|本人是|尊敬的|上级)"
    r"[^，。！？；,]{0,12}$"
)
_BOOKS = re.compile(
    r"(?:查|审计|公开|公布)[^，。！？；,]{0,6}(?:村|居)(?:民?委员?会?|里|集体)?的?(?:账|帐|财务|收支)"
)
_STILL_THEY = re.compile(r"工作人员|干部|主任|书记|他们|他|她")
_SUFFERS = re.compile(
    rf"被[^，。！？；,]{{0,6}}(?:{_VILLAGE})[^，。！？；,]{{0,6}}(?:打|骂|威胁|恐吓|侵占|强|占)"
)
_TOLD = re.compile(r"^[^，。]{0,4}(?:协调|调解|帮|处理|派人|出面|核实|监督|组织|安排|管一?管|加强|劝)")
_ASKS = re.compile(r"(?:请|希望|建议|恳请|盼|要求|麻烦|由|让|叫)[^，。！？；,]{0,10}$")
_CATEGORIES = re.compile(r"干部作风|村务|村级财务|两委|党风|纪检|监委|纪委")


def find_accusation(text: str, *, is_complaint: bool = False) -> Accusation | None:
    """Return whom a text in plain spelling accuses: committee, town or their people; None without.

    Parameters
    ----------
    text
        Title and content.
    is_complaint
        Whether the hotline took it as a complaint or a report: then a cadre who is named, and neither asked
        nor helpful, counts as accused, whatever the words are.

    Examples
    --------
    >>> find_accusation("村委会主任把集体补偿款分给亲戚").accused
    <Accused.VILLAGE: 'VILLAGE'>
    >>> find_accusation("两家吵了几次，请村里调解") is None
    True
    """
    for accused, pattern in _CHARGES:
        charged = pattern.search(text)
        if charged:
            return Accusation(accused, charged.group())
    for accused, pattern in _BLAMES:
        for blamed in pattern.finditer(text):
            if _is_meant(text[: blamed.start()], blamed.group(1), blamed.group(2)):
                return Accusation(accused, blamed.group())
    suffered = _SUFFERS.search(text) or _HEADED.search(text) or _BOOKS.search(text)
    if suffered:
        return Accusation(Accused.VILLAGE, suffered.group())
    return _named_person(text) if is_complaint else None


def _named_person(text: str) -> Accusation | None:
    """Return the first holder of a post whom a complaint names without asking, thanking or quoting him."""
    for named in _PERSON.finditer(text):
        if not _ADDRESSED.search(text[: named.start()]):
            accused = Accused.TOWN if named["town"] else Accused.VILLAGE
            return Accusation(accused, text[named.start() : named.end() + 10])
    return None


def named_official(text: str) -> str | None:
    """Return the words that name a holder of a village post, whether blamed, asked or only mentioned.

    Word lists miss accusations; so a ticket that names one is never sent to a village by a machine alone.

    Examples
    --------
    >>> named_official("村主任说了三次都没修")
    '村主任'
    """
    found = _POST.search(text)
    return found.group() if found else None


def is_about_officials(category: str) -> bool:
    """Say whether a category as such is about officials (干部作风, 村务 …)."""
    return bool(_CATEGORIES.search(category))


def _is_meant(before: str, between: str, misconduct: str) -> bool:
    """Say whether the misconduct is the body's own: nobody else stands between, nothing is asked."""
    if _OTHERS.search(between) or _TOLD.match(between) or _ASKS.search(before):
        return False
    commas = len(re.findall(r"[，,、：:]", between))
    grave = bool(re.fullmatch(_GRAVE, misconduct))
    return commas == 0 or (commas == 1 and (grave or bool(_STILL_THEY.search(between))))
