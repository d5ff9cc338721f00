"""Is it happening now? Gas, fire, violence, people in danger: for 119, 110, 120 and 122, not for a round.

Precision first: 消防通道, 怕着火, 之前漏气已修 are no emergencies, and a hotline that calls the fire
brigade for them is soon not believed. So a word of danger counts only in a clause that is neither feared,
asked, past nor habitual, and only beside a word for now (正在, 现在, 还在) or a cry for help (快派人, 救命).
"""

import re
from dataclasses import dataclass

# what happens, and who is called
_DANGERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "119/110",
        re.compile(
            r"(?:煤气|燃气|天然气|液化气|瓦斯|气罐|气瓶)[^，。！？；,]{0,10}(?:漏气|泄漏|泄露|漏了|在漏|外泄|爆炸|嘶嘶)"
            r"|(?:煤气|燃气|天然气)[^，。！？；,]{0,10}(?:挖断|挖破|挖穿|断裂|破裂|爆裂)"
            r"|(?:漏|泄漏|泄露)(?:煤气|燃气|天然气|液化气)|(?:煤气|燃气|液化气|瓦斯)(?:的)?(?:味|臭)"
        ),
    ),
    (
        "119",
        re.compile(
            r"着火|起火|失火|发生火灾|起大火|起了大火|(?:房|楼|屋|车|店|仓库|厂)[^，。！？；,]{0,6}燃烧|冒火|火势|烧起来|燃起来|大火|山火|爆炸"
            r"|(?:坍塌|塌方|倒塌|塌了)[^，。！？；,]{0,6}(?:埋|压)|(?:被困|困在|困住)"
        ),
    ),
    (
        "110",
        re.compile(
            r"打人|打架|斗殴|行凶|持刀|拿刀|拿着?[^，。！？；,]{0,3}刀|持(?:械|棍)|动刀|砍(?:人|门)|捅人|抢劫|入室抢|在打(?:一个|人|老人|女|小孩|孩子)|(?:拿|持|挥)[^，。！？；,]{0,3}刀|割腕|上吊|家暴|砸车|砸门|撬门|打起来"
            r"|(?:有人|男子|女子|小伙|姑娘|学生|邻居|老人)[^，。！？；,]{0,8}(?:跳楼|跳桥|跳河|轻生|自杀|割腕|要跳下)"
        ),
    ),
    (
        "120/119",
        re.compile(
            r"溺水|落水|触电|(?:掉|跌|摔|滚)(?:进|入|到|下)[^，。！？；,]{0,6}(?:井|河|水库|水塘|池塘|鱼塘|海里|坑里|山沟)"
            r"|晕倒|昏迷|昏倒|没有呼吸|没呼吸|大出血|喝(?:了)?农药|(?:煤气|食物|一氧化碳)中毒|被电(?:到|倒)|流血不止"
        ),
    ),
    ("122/120", re.compile(r"车祸|撞(?:到|伤|倒|飞)(?:了)?人|翻车|连环相撞")),
    ("110/供电抢修", re.compile(r"(?:高压线|电线|电缆)[^，。！？；,]{0,8}(?:打火|冒火|冒火花|火花|电到)")),
)
_NOW = re.compile(
    r"正在|正(?=漏|冒|烧|打|着|拿|持|砍|追|往)|刚(?=被|有|发生|掉|摔|起|着)|还在|仍在|还没(?:救|扑|停)|没救上来|已经烧|蔓延|现在|此刻|这会儿?|眼下|刚刚|刚才|越来越|在(?=漏|烧|冒|打人|打架|着火)"
)
_CONTINUES = re.compile(r"正在|还在|仍在|现在还在|仍然在")
# nobody says it of another day: a blade that is swung is swung now
_ALWAYS_NOW = re.compile(r"(?:拿|持|挥)[^，。！？；,]{0,3}刀[^，。！？；,]{0,4}(?:乱|追|砍|威胁|挥|要)")
_GOES_ON = re.compile(r"(?:正在|还在|仍在|一直在)[^，。！？；,]{0,4}(?:漏|泄|烧|冒|打|着火|蔓延)")
_CRY = re.compile(
    r"救命|救人|救救|快来|快派|快点(?:来|派|叫|过来)|赶快(?:来|派|过来)|赶紧(?:来|派|过来|救)|马上(?:来|派|过来)"
    r"|(?:立即|立刻|火速|紧急|马上|赶快|赶紧|快)(?:派|来|救|赶|出警|(?:通知|叫|打|联系)?(?:消防|救护|警察|民警|119|110|120))"
    r"|快[！!]|速来|速派|快报警|快叫|快救|急救|请求(?:支援|救援|增援)"
)
# before the danger in its clause: feared, supposed, asked, denied, taught
_UNREAL = re.compile(
    r"怕|担心|恐|忧|防|避免|以免|免得|万一|一[旦但]|如果|要是|假如|若|容易|易(?=着|起|燃|发)|可能|会不会|会|差点|险些|幸好|幸亏"
    r"|小心|咨询|请问|能否|是否|怎么|如何|建议|演练|宣传|赔偿|理赔|索赔|隐患|风险|没有?(?!呼吸|人救)|未|不|像|以为|听说|曾|说会"
)
# the same in an earlier clause of the sentence, where 不 and 会 mean nothing yet
_SUPPOSED = re.compile(r"怕|担心|万一|一[旦但]|如果|要是|假如|可能|会不会|咨询|请问|建议|演练|宣传|隐患|风险")
# anywhere in its clause
_NOT_NOW = re.compile(
    r"经常|总是|时常|老是|常年|每天|每晚|每次|天天|多次|屡次|几次|有时|偶尔|平时|消防|隐患|易燃|灭火|火灾保险|防火"
    r"|已经?(?:扑灭|修|处理|解决|停|好)|扑灭|救出|没事了|过后|之后"
    r"|事故|事件|频发|问题|案件|[人者][的者]|的那种|导致|名义|打人保安|更隐蔽|法外"
)
_PAST = re.compile(
    r"昨[天晚日夜]|前[天晚日]|前几天|前段|前阵|上(?:周|个?月|次|星期|礼拜)|去年|前年|之前|以前|当时|那次|那天|曾经?"
    r"|[\d一二三四五六七八九十元]+(?:月|[日号])|本月|几天前|年前|月前|周前|早些|至今|(?:很|好)久"
)
_SO_THEN = re.compile(r"怎么办|跑不[出掉了]|逃不|后果|不堪设想|谁(?:来)?负责|就完了|都来不及|出人命")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")
_CLAUSE = re.compile(r"[^，,、：:]+")


@dataclass(frozen=True, slots=True)
class Emergency:
    """Something that happens now."""

    words: str
    """The clause that says it."""
    numbers: str
    """Whom to call: ``"119/110"``."""


def find_emergency(text: str) -> Emergency | None:
    """Return what happens now according to a text in plain spelling, or None.

    Examples
    --------
    >>> find_emergency("乌坎村路边一个煤气罐正在漏气，快派人来！").numbers
    '119/110'
    >>> find_emergency("楼道堆满纸箱，着火了一栋楼都跑不掉") is None
    True
    """
    if not any(danger.search(text) for _, danger in _DANGERS):
        return None
    sentences = _SENTENCE.findall(text)
    for place, sentence in enumerate(sentences):
        cries = any(map(_CRY.search, sentences[place : place + 2]))
        clauses = _CLAUSE.findall(sentence)
        for at, clause in enumerate(clauses):
            for numbers, danger in _DANGERS:
                found = danger.search(clause)
                if found and _happens(clause, found.start(), clauses[:at], sentence, cries=cries):
                    return Emergency(clause.strip("。！!"), numbers)
    return None


def _happens(clause: str, start: int, before: list[str], sentence: str, *, cries: bool) -> bool:
    """Say whether the danger that begins at a place of a clause is real and present."""
    if _UNREAL.search(clause[:start]) or _NOT_NOW.search(clause):
        return False
    if any(_PAST.search(earlier) for earlier in (*before, clause)):
        return bool(_CONTINUES.search(clause)) or bool(_GOES_ON.search(sentence, sentence.find(clause)))
    if _NOW.search(clause) or _ALWAYS_NOW.search(clause):
        return True
    if _SO_THEN.search(sentence) or any(_SUPPOSED.search(earlier) for earlier in before):
        return False
    return cries or bool(_NOW.search(sentence)) or (sentence.endswith(("！", "!")) and "了" in clause[start:])
