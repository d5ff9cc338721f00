"""The words around a name that bear witness: to its end, to its beginning, and against it."""

import re

UNIT_ENDING = re.compile(
    r"社区居民委员会|社区居委会?|社区|居民委员会|居委会?|村民委员会|村委会?|村(?!镇|民?小组|民组)|管理区|大队"
)
OLD_ENDINGS = frozenset({"管理区", "大队"})
# what follows a name that is only the beginning of another one: 炎龙小学, 雄石路, 桂林小区
LONGER_NAME = re.compile(
    r"[东西南北中上下前后一二三四五]?(?:路(?![灯口面边段])|街|大道|道(?!路)|巷|桥|河|江|湖|水库|山|岭|港|渔港|码头|水闸|公园|小区|花园|苑|新村|"
    r"大厦|广场|中学|小学|学校|幼儿园|(?:综合|农贸|批发)?市场|医院|卫生院|工业[园区]|酒店|超市|镇|乡|街道|区|县|市|农场|林场|"
    r"派出所|车站|站|加油站|墟|老街|新街|集市|镇区|祠堂|庙|宫|寺|塔|大桥|中队|公司|厂)"
)
# a street that bears the name: no village is meant
STREET = re.compile(
    r"[东西南北中上下前后一二三四五]?(?:大道|路(?![口灯边面段上])|街(?![上边面口])|巷(?![子口]))"
)
# an estate or a firm that bears the name: chains bear any
ESTATE = re.compile(
    r"[一-鿿]{0,2}?(?:小区|花园|豪庭|苑|新村|大厦|广场(?!舞)|公寓|酒店|宾馆|超市|商场|商城|百货|公司|集团|工业[园区]|家具|汽车|加油站|银行)"
)
# what a village has of its own
COMMUNAL = re.compile(r"祠堂|宗祠|小学|学校|幼儿园|卫生站|市场|庙|文化室|戏台|水库|水闸|渔港|码头")
# what shows that a village named without ending is named to the end
NAME_IS_OVER = re.compile(
    r"$|[^一-鿿]|[的那这有没里内停断缺村第旁到至和与跟及是在被把要能会不还又也都全总已曾正从由昨今明前上每最近去早晚半夜某出进因为大突整]|门口|"
    r"路灯|路口|路边|路面|路段|垃圾|附近|边上|周边|一家|一户|一直|一到|一个|一条|一段|一名|一位|几|两[个条家户天村]|三[村个]|等[村地]|村|居民|住户|群众|老人|小孩|孩子|学生|"
    r"宽带|网络|信号|手机|停电|断电|停水|漏水|积水|供水|供电|电表|水表|电压|灌溉|排水|污染|噪音|噪声|油烟|扬尘|粉尘|臭味|恶臭|养殖|养猪|养鸡|养鸭|养牛|"
    r"猪场|鸡场|牛场|死猪|流浪|野狗|恶犬|变电|高压|道路|公路|马路|水泥路|泥路|土路|通村|通组|入户|修路|征地|拆迁|补偿|占地|占道|占用|侵占|强占|"
    r"耕地|林地|山林|宅基地|土地|菜市|集市|集贸|市场|商店|饭店|烧烤|诊所|卫生|厕|贫困|五保|养老|残疾|党群|党员|书记|干部|便民|健身|篮球|文化|广场舞|河道|河水|"
    r"池塘|水塘|山塘|采石|采砂|采矿|矿山|砂石|砂场|石场|沙场|工厂|厂房|化工|作坊|电瓶|充电|快递|公交|班车|校车|路障|护栏|塌方|滑坡|山体|水土|洪水|内涝|防汛|堤|"
    r"焚烧|烧荒|秸秆|偷|赌博|打架|吵架|纠纷|选举|账目|村务|危房|房子|建房|盖房|私自|偷建|乱[搭建倒堆排放停收摆占砍挖]|非法|无证|擅自|"
    r"水管|水沟|水渠|水井|自来水|电线|电杆|变压器|井盖|鱼塘|农田|田里|低保|医保|社保|公厕|厕所|污水|下水道|化粪池|房屋|违建|违法|"
    r"[一二三四五六七八九十]+(?:栋|组|巷|幢|座|队|户|天|年|个|条)"
)
# what a village has and a town has not: groups, a health post, ancestral halls, field roads
OF_VILLAGES = re.compile(
    r"第?[0-9一二三四五六七八九十]+(?:村民小组|小组|组|队)|的?(?:卫生站|卫生室|文化室|祠堂|宗祠|进村|入户路|机耕路|晒谷场|晒场)"
)
# behind a name that ends with 村 itself (高村): what is left of 村民委员会, and what makes it another name
REST_OF_ENDING = re.compile(r"民委员会|委会|委(?!托)")
LAST_ENDING = re.compile(r"(?:社区|居委会|居民委员会|村委会|村)$")
NO_VILLAGE_BEHIND = re.compile(r"镇|乡|街道|县|民?小组|民组|卫生|医院")
NUMBER_FOLLOWS = re.compile(
    r"第?[0-9]+(?:栋|号|组|巷|幢|座|队|区|小组|期)|第?[一二三四五六七八九十]+(?:栋|组|巷|幢|座|队|小组)"
)
PLACE_FOLLOWS = re.compile(
    r"(?![方角面边侧部岸])[一-鿿]{0,5}?(?:市场|小学|中学|学校|幼儿园|医院|卫生院|车站|派出所|广场|公园|码头|老街|街上|镇上|圩|路|大道|工业区)"
)
GROUP = re.compile(r"(?:第?[0-9一二三四五六七八九十]+|[一-鿿]{2,4})(?:村民小组|自然村|小组|片区|组|队)")
# words after which a name may begin; a name after any other character may be the tail of a longer one
BEFORE_A_NAME = re.compile(
    r"(?:^|[^一-鿿]|[的在是到从于往向朝和与及跟同或对把被由自为请给让让去来回经过住居说称叫报映问询诉告举求议个位些那这我们他她它人民者"
    r"友士户今昨明天日晚早午夜月年号点时间里内外边旁近靠挨邻壁面侧有没无本其该此各了着过等即县市区镇乡省街道除非不归属还又也都且且就是查看修"
    r"而但因现治经属赴处咱俺所局涉并已将曾正以随按据关针只整入系喺比像找求叫帮替嫁]|[我你您他她咱人在大老回全国商店厂]家|希望|盼望|看见|一下|之前|以前|之后|以后|您好|你好|[天月年周]前|[天月年周]后)$"
)
# a letter that may begin a name, alone between another word and a name: 外石塘村, 里塘村, 新区村
MAY_BEGIN_A_NAME = re.compile(
    r"[外里内边面侧其各过等县市区镇乡道民人友士户天日月年新壁号点时间自明今午夜早晚和都同经治涉除]"
)
LETTER_ALONE = re.compile(
    rf"(?:^|[^一-鿿]|位于|地点是?|地址是?|反映|投诉|举报|求助|称|家住){MAY_BEGIN_A_NAME.pattern}$"
)
NO_VILLAGE = re.compile(
    r"^(?:农|我|我们|咱们?|本|全|各|邻|同|小|整个?|隔壁|乡|城中|自然|行政|新农|一个|两个|几个|某|进|出|回|入|到|在|每个|哪个|"
    r"这个?|那个?|他们|你们|该|整|老|下|住|附近|周边|周围|旁边|别的|其他|所有|多个|贫困|美丽|文明|移民|安置|街|小区|网格|居民)+$|^(?:希望|请求?|要求|建议|麻烦|恳请|反映|投诉)"
)
# the last character before 村 or 社区 that ends no name: 我们村, 这个社区, 本村
NEVER_BEFORE_AN_ENDING = re.compile(r"[的们个这那我你他她本每该各全是有说在进出到回为]$|[^一-鿿a-z0-9]$|^$")
NO_TOWN = re.compile(
    r"^(?:[我本全各哪那这每整条老城乡小市集村家下边两]|我们|你们|他们|咱们|哪个|那个|这个|每个|整个|整条|这条|那条|一条|两条|"
    r"主要|商业|步行|两边|旁边|附近|周边|请问|希望|要求|请求|建议|附近的|古|重|特色|中心)$|^(?:请问|希望|要求|仅占|请求|[在我对到从把被与和及或])"
)
STATED_TOWN = re.compile(r"[一-鿿]{2,3}镇")
TOWN_ENDING = re.compile(r"镇|街道|乡")
NOT_A_TOWN = re.compile(r"[上里区级内中长政委街域府干办村]")
PLACE_PRECEDES = re.compile(r"(?:^|[,。;:!?)）\n]|在|位于|住|来自|反映|称|投诉|举报|我是|本人|到|请问|咨询)$")
# words that say a place is coming, so that a bare name behind them is one
PLACED = re.compile(
    r"(?:^|[,。;:!?)）、\n]|在|位于|位置是?|地址是?|地点是?|家住|住|来自|反映|反映一下|称|投诉|举报|我是|我们|咱们|本人|请问|咨询)$"
)
# the same without what joins the members of a list: a market or a school in a list is no address
HEADS_CLAUSE = re.compile(
    r"(?:^|[,。;:!?)）\n]|在|位于|位置是?|地址是?|地点是?|家住|住|来自|反映|称|投诉|举报|我是|我们|咱们|本人|请问|咨询)$"
)
HEADS_TEXT = re.compile(
    r"(?:^|[。;:!?)）\n]|(?:求助|您好|你好|反映|情况|投诉|诉求|咨询),|位于|位置是?|地址是?|地点是?|家住|来自|反映|称|投诉|举报|我是|咨询)$"
)
# the same before a town, where one may also pass through
PASSED = re.compile(r"(?:路过|经过|途经|到|去|回|来)$")
ADDRESS_PRECEDES = re.compile(r"(?:家住|住在|我家在|位于|地址[:是在]|地点[:是在]|位置[:是在])$")
STATED_ROAD = re.compile(r"路|街|大道")
NUMERAL = re.compile(r"[0-9一二三四五六七八九十两几]+$")
NUMBERED_UNIT = re.compile(r"第[一二三四五六七八九十0-9]+$")
CJK = re.compile(r"[一-鿿]+$")
CITY_FOLLOWS = re.compile(
    r"(?:那边|这边)?(?:[、和跟到][一-鿿]{2,3}){0,3}?(?:来回|两头|跑车|跑货|出差|住院|看病|陪读|当兵|租房|打工|务工|工作|上班|做工|做生意|经商|读书|上学|生活|定居|返乡|回来|人士|籍|市区|县城|老家|人[,。;])"
)
CITY_PRECEDES = re.compile(r"(?:人在|现在|现居|现住|住在|居住在|长年在|常年在|我在|从|身在)$")
CITY_HOLDS = re.compile(r"(?:在|位于|到|去|往|从|住|居|来自|是|回|自)$")
STREET_FOLLOWS = re.compile(
    r"[东西南北]?(?:大道|路(?!口)|街|巷|小区|校区|宿舍|家属|生活区|附小|附中|分院|分校|社区)"
)
# 市政府 behind another county's name, or behind a masked one (A3区市政府), is not ours
OF_ANOTHER = re.compile(r"(?:[一-鿿a-z0-9](?<![在到去从是的我们本对于往全])[省市州县区旗]|[a-z0-9])$")
NOT_A_ROAD = re.compile(r"[牌灯费]")
# an unknown district, or a list of unknown villages, right before a name
OF_STRANGERS = re.compile(
    r"(?:[a-z0-9]|[^我本全该各市城辖小片老新地库社郊山景发理陆丰]{2})[区县市]$|[一-鿿](?:村|社区)[、和及与]$"
)
OF = re.compile(r"[这那]边的?|的")
NOT_A_DISTRICT = re.compile(r"[域别间分划块]")
KIND_ENDING = re.compile(r"(?:厂|站|场|园|街|门|桥|路|港|口|边|湖|村)$")
KIND_OF_PLACE = re.compile(
    r"^[新老旧大小东西南北上下前后中江河海湖山溪田水花果公工学渔农林](?:厂|站|场|园|街|门|桥|路|港|边|村)$"
)
