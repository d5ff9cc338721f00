"""Who sees what: masks for names, phones, doors, children and illness, and which ticket a village may see.

The only module that decides it. Free text is personal data: everything that pages, maps, route sheets,
exports and logs show has gone through `mask_text`. Names of places stay readable, because a visit needs them.
"""

import re
from collections.abc import Collection

from geo_service.tickets.model import Ticket
from geo_service.tickets.spelling import half_width, plain

HIDDEN = "****"
"""Stands where a number was."""

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗"
    "凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛狄米"
    "贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞"
    "万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包左石崔吉龚程邢裴陆荣翁甄曲封储靳段焦谷车侯全班仇武符刘景詹束龙"
    "叶司黎薄印白蒲卓蔺池乔谭劳申冉桑桂牛边燕冀尚农温庄晏柴瞿阎慕连习艾鱼容向古易廖庾居衡步都耿满匡寇广"
    "阙欧沃利蔚越师巩聂晁冷辛简饶曾沙鞠丰关查后荆游竺权盖益桓公涂肖佘阳郝冼丘覃赖闫"
    "陳黃張劉楊趙吳鄭許羅謝葉鍾鄧盧蘇韓馮馬龐顏賴莊歐蕭錢孫譚關"
)
_NOT_GIVEN = (
    "村社区镇街道路巷里号旁组栋楼人今昨前本去月日年天的地得在和与向从说反来电要表咨求投举称是住把被将"
    "先女小太老同"
)
# words that begin like a surname
_NO_NAMES = (
    "高中|成年|包工|应急|单位|方便|常住|万一|何时|任何|全部|公交|公共|公司|关于|安保|向导|解放|家长|农科"
    "|强烈|强行|强制|强迫|强拆|向您|向你|向贵|向市|向县|向政|向上|向有|后来|后又|后经|后再|后我|后才|公布|公开|公告|公然|公摊|公安"
    "|管理|都是|都可|都在|都没|都不|都要|满意|权益|安全|安装|安置|许多|许可|房屋|房产|房子|房间|车位|车库|周末|周围|周边|平时|平台"
    "|常年|常常|连续|边界|干部|时常|明显|曾经|曾多|古树|鱼塘|温泉|空置|路灯|路面|水电|水管|石头|利益|利用|居民|居住|明查|明确|司机|解决|权利|古代|卫生|农民|农村|乐意|容易|应该|成立|边上|通过"
)
_GIVEN = rf"(?:(?![{_NOT_GIVEN}])[\u4e00-\u9fff])"
# where a name is surely meant, 小 and 老 may be part of it
_SURELY_GIVEN = rf"(?:(?![{_NOT_GIVEN.translate(str.maketrans('', '', '小老太同'))}])[\u4e00-\u9fff])"
_NAME = rf"(?!{_NO_NAMES})(?:欧阳|司徒|上官|诸葛|司马|[{_SURNAMES}])"
_ENDS = (
    r"(?=\s*(?:$|[\s,，、。;；:：()（）\d*!！]|电话|手机|联系|身份证|住|家住|男|女|反映|来电|来访|称|表示|要求|咨询|求助|投诉|举报"
    r"|先生|女士|小姐|把|将|的|在|与|被|说|等))"
)
_TITLES = r"(?:先生|女士|小姐|太太|夫人|同志|大爷|大伯|大妈|阿姨|奶奶|爷爷|婆婆|老师|医生|师傅)"
_CALLED = (
    r"(?:联系人|诉求人|来电人|投诉人|举报人|反映人|申请人|当事人|求助人|咨询人|本人|姓名|我叫|名叫|叫做|名字是?)"
    r"(?:姓名)?"
)
_POSTS = r"(?:书记|主任|村长|支书|组长|店主|老板|老板娘|房东|邻居|业主|户主|屋主)"

# (what, by what), applied in this order; nothing a mask leaves behind is matched by a mask again
_NUMBERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\dA-Za-z])\d{6}(?:19|20)?\d{2}[01]\d[0-3]\d\d{3}[\dXx]?(?![\dA-Za-z])"), HIDDEN),
    (re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d)[-\s.·—–]?\d{4}[-\s.·—–]?(\d{4})(?!\d)"), r"\1****0000"),
    (re.compile(r"(?<![\d.])[(（]?(0[1-9]\d{1,2})[)）]?[-\s—–]?[2-9]\d{2,3}[-\s]?\d{4}(?!\d)"), r"\1****"),
    (re.compile(r"(?<!\d)(?<!\d\.)\d{7,}(?!\d)"), HIDDEN),
    (re.compile(r"(?<![零〇一二三四五六七八九幺])[零〇一二三四五六七八九幺]{7,}"), HIDDEN),
    (re.compile(r"(微信号?|QQ号?|qq|Qq)([:：是为\s]*)[A-Za-z0-9_-]{5,}"), r"\1\2****"),
    (
        re.compile(
            r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z])[·•.\s-]?[A-Z0-9]{5,6}(?![A-Z0-9])"
        ),
        r"\1****",
    ),
)
_PEOPLE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"({_CALLED})(\s*[:：为是叫]\s*)({_NAME}){_SURELY_GIVEN}{{1,2}}?{_ENDS}"), r"\1\2\3**"),
    (re.compile(rf"({_CALLED})()({_NAME}){_SURELY_GIVEN}{{1,2}}?{_ENDS}"), r"\1\2\3**"),
    (re.compile(rf"({_CALLED})(\s*[:：]\s*)({_NAME}){_GIVEN}{{1,2}}"), r"\1\2\3**"),
    (
        re.compile(
            rf"({_POSTS})()(?![公管都车房费强支解])({_NAME}){_SURELY_GIVEN}{{1,2}}?"
            r"(?=[,，。;；把将在与被利占侵打骂收拿贪私强霸威欺以用不没来去让叫要说的]|$)"
        ),
        r"\1\2\3**",
    ),
    (
        re.compile(
            rf"(^|[,，。;；\s])()(?![向后应严项明宣平游])({_NAME}){_SURELY_GIVEN}{{1,2}}?"
            r"(?=反映|来电|投诉|举报|求助|咨询|称|表示|要求)"
        ),
        r"\1\2\3**",
    ),
    (re.compile(rf"()()({_NAME}){_GIVEN}{{0,2}}{_TITLES}"), r"\1\2\3**"),
)
_ADDRESS = r"(?<=[路街巷道里村组坊弄苑园城庄寨围厝屯铺场区楼坡湾])"
_DIGITS = r"[A-Za-z]?\d{1,4}"
_HAN = r"[一二三四五六七八九十百]{1,4}"
_A_HOUSE = r"一[栋幢座](?![\d一二三四五六七八九十])"
_DOORS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"{_ADDRESS}(?:{_DIGITS}(?:[-－—之]\d{{1,4}}){{0,2}}|{_HAN})号(?!线|台风|公路|机组|井)(?:之\d+)?"
        ),
        "某号",
    ),
    (re.compile(r"(门牌号?码?[:：是为]?\s*)\d{1,4}(?:-\d{1,4})*号?"), r"\1某号"),
    (
        re.compile(r"(?<![\dA-Za-z])(?:[A-Za-z]?\d{1,3}|[A-Za-z])\s?[栋幢座](?![\u4e00-\u9fff]*[，。]?共)"),
        "某栋",
    ),
    (re.compile(rf"(?<=[区苑园城庄期府寓])(?!{_A_HOUSE})(?:{_DIGITS}|{_HAN})(?:号楼|[栋幢座])"), "某栋"),
    (re.compile(rf"(?<!\d){_DIGITS}号楼"), "某栋"),
    (re.compile(rf"(?<=某栋)(?:\d{{1,2}}|{_HAN})[梯单]元?"), "某单元"),
    (re.compile(r"(?<!\d)\d{1,2}单元"), "某单元"),
    (
        re.compile(
            r"(?:(?<=某栋)|(?<=某单元)|(?<=某号))(?:\d{1,2}[楼层])?\s?[-－]?\d{2,4}(?![\d楼层月年日])[室房号]?"
        ),
        "某室",
    ),
    (re.compile(r"(?<!\d)\d{2,4}(?:室|号房|房(?![价产租屋款]))"), "某室"),
    (re.compile(r"(?<=[区苑园城庄期府寓])[A-Za-z]?\d{1,3}-\d{1,3}(?:-\d{2,4})?(?!\d)(?!号线)"), "某栋某室"),
)
_KIN = (
    r"(?:女儿|儿子|孩子|小孩子|小孩|外孙女|外孙|孙子|孙女|宝宝|婴儿|幼儿|娃娃|侄子|侄女|弟弟|妹妹|小朋友"
    r"|女童|男童|男孩|女孩|学生)"
)
_YEARS = r"(?:1[0-7]|\d|十[一二三四五六七]?|[一二两三四五六七八九])"
_AGE = rf"{_YEARS}\s?(?:周岁|岁半|岁多|岁|个月大|个多月大)"
_ILLNESSES = (
    "哮喘|癌症?|肿瘤|白血病|心脏病|心脏|高血压|糖尿病|尿毒症|透析|抑郁症?|精神病人?|精神分裂症?|精神障碍|癫痫|残疾人?|残障|瘫痪|"
    "偏瘫|中风|艾滋病?|HIV|乙肝|肝炎|肺结核|结核病?|肺炎|怀孕|孕妇|产妇|流产|化疗|自闭症?|脑瘫|老年痴呆|痴呆症?|失明|聋哑|"
    "智障|肾病|肾衰竭?|冠心病|脑梗|慢性病|重病|大病|咳嗽|气喘|过敏|腿脚不便|行动不便|坐轮椅"
)
_ILL = rf"(?:{_ILLNESSES})(?!医院|联合会|服务|证|车位|通道|坡道|专用|康复|门诊|科|中心|协会|之家)"
_CHILDREN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_KIN}(?:今年|现年|才|刚|刚满|仅|只有|大概|还不到|不到|未满|只|有)?{_AGE}"), "家人"),
    (re.compile(rf"(?<![\d一二三四五六七八九十]){_AGE}的?(?:小)?{_KIN}"), "家人"),
    (re.compile(rf"{_KIN}(?=[^，。！？；,]{{0,6}}{_ILL})"), "家人"),
    (re.compile(rf"(?<![\d一二三四五六七八九十几多]){_AGE}(?!以上|以下|及以)"), "某岁"),
    (re.compile(_ILL), "***"),
)
# a glance that spares most texts most rules; each must let through whatever a rule of its group could find
_GROUPS = (
    (
        re.compile(
            r"\d[\d\sXx.·—–()（）-]{5}|[零〇一二三四五六七八九幺]{7}|微信|[Qq]{2}|[\u4e00-\u9fff][A-Z]"
        ),
        _NUMBERS,
    ),
    (re.compile(r"[号栋幢座室房]|单元|\d-\d"), _DOORS),
    (re.compile(rf"{_TITLES}|{_CALLED}|{_POSTS}|反映|来电|投诉|举报|求助|咨询|称|表示|要求"), _PEOPLE),
    (re.compile(rf"岁|个多?月大|{_ILLNESSES}"), _CHILDREN),
)
_MASKED_PHONE = re.compile(r"1[3-9]\d\*{4}\d{4}|0\d{2,3}\*{4}|\*{4}")
_SHORTEST_NAME = 2


def mask_text(text: str, known: Collection[str] = ()) -> str:
    """Return a text without phones, id numbers, plates, names, doors, children's ages and illnesses.

    Masking twice changes nothing more.

    Parameters
    ----------
    text
        What a caller said, or an address.
    known
        Words that must not stay, whatever they look like: the requester's name and phone from their columns.
        Shorter than two characters they are ignored.

    Examples
    --------
    >>> mask_text("王女士，电话13800000000，住东海街道向阳社区某巷3号")
    '王**，电话138****0000，住东海街道向阳社区某巷某号'
    >>> mask_text("她女儿8岁有哮喘")
    '她家人有***'
    """
    if not text:
        return text
    for word in known:
        if len(word) >= _SHORTEST_NAME and word in text and not _MASKED_PHONE.fullmatch(word):
            text = text.replace(word, mask_phone(word) if any(map(str.isdigit, word)) else mask_name(word))
    # rules are written for half-width digits and simplified titles; only their finds are changed
    masked = half_width(text)
    for glance, rules in _GROUPS:
        if glance.search(masked):
            for pattern, instead in rules:
                masked = pattern.sub(instead, masked)
    return masked


def mask_name(name: str) -> str:
    """Return a name with all but its first character hidden; an empty name stays empty.

    Examples
    --------
    >>> mask_name("王女士"), mask_name("匿名"), mask_name("")
    ('王**', '匿名', '')
    """
    name = name.strip()
    return name if name in {"", "匿名", "匿名用户", "不详", "无"} else f"{name[0]}**"


def mask_phone(phone: str) -> str:
    """Return a phone number with its middle hidden and its end made 0000; what is no number is hidden whole.

    Examples
    --------
    >>> mask_phone("13800001234"), mask_phone("0660-8888888"), mask_phone("138****1234")
    ('138****0000', '0660****', '138****1234')
    """
    phone = plain(phone).strip()
    if not phone or _MASKED_PHONE.fullmatch(phone):
        return phone
    for pattern, instead in _NUMBERS[1:3]:
        if pattern.fullmatch(phone):
            return pattern.sub(instead, phone)
    return HIDDEN


def visible_to_village(ticket: Ticket) -> bool:
    """Say whether a village or community committee may ever see a ticket; the only place that decides it.

    False for complaints about a committee or a cadre, for whistle-blowers and for who asks for secrecy.
    """
    return not ticket.is_guarded
