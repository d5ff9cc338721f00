"""What needs care about a ticket, read from its kind, its category and its words.

Flags that guard (RECUSAL, CONFIDENTIAL) are read generously: a ticket guarded by mistake costs a dispatcher a
minute, one not guarded is shown to the person complained of. EMERGENCY is read strictly, the rest plainly.
"""

import re
from collections.abc import Iterator

from geo_service.tickets.emergencies import find_emergency
from geo_service.tickets.model import Flag, RequestKind, Urgency
from geo_service.tickets.privacy import mask_text
from geo_service.tickets.reasons import Reason
from geo_service.tickets.recusals import find_accusation, is_about_officials
from geo_service.tickets.spelling import plain

_COMPLAINTS = frozenset({RequestKind.COMPLAINT, RequestKind.REPORT})
_SECRECY = re.compile(
    r"(?:要求|请|希望|恳请|务必|需要?|申请|个人信息|身份|信息|姓名|对?诉求人|对?举报人|对?来电人)[^，。！？；,]{0,8}保密"
    r"|保密(?:我|本人|个人|身份|处理|信息|姓名|诉求人|举报人|来电人)|为(?:我|本人|其)保密"
    r"|(?:不要|别|不想|不希望|不能|不可|勿|请勿|切勿|避免|不得)(?:被|让|给|叫|使|告诉|告知|透露|泄露|公开|暴露|跟)"
    r"[^。！？；]{0,16}(?:知道|知晓|得知|身份|姓名|名字|信息|电话|号码|是我|是他|是她|谁反映|谁举报)"
    r"|(?:别|不要|勿)(?:说|提)(?:起|到)?(?:是)?(?:我|本人|诉求人)|(?:不愿|不想|不便|不方便)(?:暴露|透露|公开|留下?|提供)[^，。！？；,]{0,6}(?:姓名|身份|信息|名字)"
    r"|(?:怕|担心|害怕|恐)[^，。！？；,]{0,8}报复"
)
_WHISTLE = re.compile(
    r"(?:匿名|实名)[^，。！？；,]{0,4}(?:举报|检举|控告)"
    r"|^(?:市民|诉求人|来电人|群众|村民|网友)?(?:来电|来函|来信)?(?:反映)?(?:举报|检举|控告)(?!电话|过|后|无|了)"
)
_ANONYMOUS = re.compile(
    r"(?<![非不])匿名(?!信)|(?:不愿|不想|不便)(?:透露|留下?|提供)[^，。！？；,]{0,4}(?:姓名|名字)|不留(?:姓名|名字?|电话)"
)
_NO_REPLY = re.compile(
    r"(?:不需要?|无需|不用|不必|无须|不要|勿|请勿|免)(?:再)?(?:给我)?(?:回复|回访|答复|回电|回拨|反馈|打电话|来电话)"
)
_CALL_FIRST = re.compile(
    r"(?:上门|到场|到现场|到达|入户|走访|过来|前来|来访?|去|到|处理|见面)(?:之)?前[^，。！？；]{0,8}(?:电话|电联|联系|通知|告知|说一声)"
    r"|(?:请|先|提前|事先|预先)[^，。！？；来]{0,4}(?:电话|电联)(?:联系|沟通|预约|通知|确认|告知)?(?:再|后再?)?(?:上门|过来|来|前来)"
    r"|(?:先|提前|事先)(?:给[^，。]{1,3})?(?:打|来|致|通)(?:个)?电(?:话)?(?!没|无|也|多次)"
    r"|(?:先|提前|事先)(?:用)?(?:电话|电联)(?:联系|沟通|预约|通知|确认)"
    r"|(?:上门|过来|入户)[^，。！？；,]{0,4}(?:提前|事先)[^，。！？；,]{0,4}(?:联系|通知|告知|说)"
    r"|(?:先|提前)(?:跟|和|与)?(?:我|本人|诉求人)?(?:联系|预约)"
)
_KIN = (
    "儿女|子女|儿子|女儿|孩子|小孩|丈夫|老公|老婆|妻子|父母|父亲|母亲|爸|妈|家人|亲戚|年轻人|青年|劳力|老人|学生|农民|人员"
    "|房东|房主|业主|户主|店主|老板|租客|对方|医生|邻居|村民"
)
_CITIES = "深圳|广州|东莞|佛山|珠海|惠州|中山|北京|上海|厦门|香港|澳门|国外"
_LIVES = "打工|务工|工作|上班|居住|生活|读书|上学|做生意|定居"
_ELSEWHERE = re.compile(
    rf"(?:人)?在外(?:地|省|市|县)(?:{_LIVES})?|在外(?:打工|务工)"
    rf"|在(?:{_CITIES})(?!村|社区|路|街)[^，。！？；,村]{{0,2}}?(?:{_LIVES})"
    rf"|在[^，。！？；,村城这那本我全个]{{1,5}}(?:省|市|县)(?:{_LIVES})"
    rf"|(?:人在|现居(?:住)?(?:于|在)?|目前住在?|长住|定居)(?:{_CITIES}|[\u4e00-\u9fff]{{2,6}}?(?:省|市|县))"
    r"|(?:我|本人|诉求人|来电人)外出(?:打工|务工)|(?:人|本人|我)(?:现在|目前)?不在(?![家场岗])[^，。！？；,]{2,3}(?=[，,])|不在(?:本地|当地|老家|家乡|本市|本县|村里)"
)
# somebody else just before: 儿女在外地
_OTHERS = re.compile(rf"(?:{_KIN})[^，。！？；,]{{0,4}}$")
_FORMERLY = re.compile(r"之前|当时|期间|曾|以前|\d年|那时|出差|如果|不能")
_CALLER = re.compile(r"本人|我(?!们|国)|来电人|诉求人|当事人")
_NOW_LIVES = re.compile(r"现|目前|打工|务工|在外[地省]|常年|长期|不在")


def read_flags(
    *, kind: RequestKind, urgency: Urgency, category: str, content: str
) -> tuple[frozenset[Flag], tuple[Reason, ...]]:
    """Return what needs care about a ticket, and the words that say so.

    Parameters
    ----------
    kind
        A report (举报) is always confidential.
    urgency
        The hotline's own mark; EMERGENCY is believed.
    category
        ``"纪检监察/干部作风"``; empty when unknown.
    content
        The whole text: title and content. In simplified or traditional characters.

    Returns
    -------
    flags, because
        One reason per flag found, with the rule's id; a flag with two grounds has two reasons.
    """
    text = plain(content)
    found = [*_emergency(urgency, category, text), *_recusal(kind, category, text), *_secrecy(kind, text)]
    found += _wishes(text)
    return frozenset(flag for flag, _ in found), tuple(reason for _, reason in found)


def _emergency(urgency: Urgency, category: str, text: str) -> Iterator[tuple[Flag, Reason]]:
    if urgency is Urgency.EMERGENCY:
        yield Flag.EMERGENCY, Reason("E1", "the hotline marks it as an emergency")
    if category.startswith("公共安全/") and "紧急" in category:
        yield (
            Flag.EMERGENCY,
            Reason("E2", "the category {category} is for emergencies", {"category": category}),
        )
    emergency = find_emergency(text)
    if emergency:
        yield (
            Flag.EMERGENCY,
            Reason(
                "E3",
                "it happens now: “{words}”; call {numbers}",
                {"words": mask_text(emergency.words), "numbers": emergency.numbers},
            ),
        )


def _recusal(kind: RequestKind, category: str, text: str) -> Iterator[tuple[Flag, Reason]]:
    if is_about_officials(category):
        yield Flag.RECUSAL, Reason("A2", "the category {category} is about officials", {"category": category})
    accusation = find_accusation(text, is_complaint=kind in _COMPLAINTS)
    if accusation:
        yield (
            Flag.RECUSAL,
            Reason(
                "A2",
                "it complains about the committee or an official: “{words}”",
                {"words": mask_text(accusation.words)},
            ),
        )


def _secrecy(kind: RequestKind, text: str) -> Iterator[tuple[Flag, Reason]]:
    if kind is RequestKind.REPORT:
        yield Flag.CONFIDENTIAL, Reason("A2", "it is a whistle-blowing report: the reporter is protected")
    asked = _SECRECY.search(text)
    if asked:
        yield (
            Flag.CONFIDENTIAL,
            Reason("A2", "the caller asks for secrecy: “{words}”", {"words": mask_text(asked.group())}),
        )
    told = _WHISTLE.search(text)
    if told:
        yield (
            Flag.CONFIDENTIAL,
            Reason("A2", "the caller reports others: “{words}”", {"words": mask_text(told.group())}),
        )


def _wishes(text: str) -> Iterator[tuple[Flag, Reason]]:
    anonymous, no_reply, call = (rule.search(text) for rule in (_ANONYMOUS, _NO_REPLY, _CALL_FIRST))
    if anonymous:
        yield (
            Flag.ANONYMOUS,
            Reason("F1", "the caller gives no name: “{words}”", {"words": mask_text(anonymous.group())}),
        )
    if no_reply:
        yield (
            Flag.NO_REPLY,
            Reason("F2", "the caller wants no answer: “{words}”", {"words": mask_text(no_reply.group())}),
        )
    if call:
        yield (
            Flag.CALL_FIRST,
            Reason(
                "F3", "the caller wants a call before a visit: “{words}”", {"words": mask_text(call.group())}
            ),
        )
    away = _away(text)
    if away:
        yield Flag.CALLER_AWAY, Reason("F4", "the caller is away: “{words}”", {"words": mask_text(away)})


def _away(text: str) -> str:
    """Return the words that say that the caller, not a relative, is out of town; empty when none do."""
    for found in _ELSEWHERE.finditer(text):
        before = re.split(r"[，。！？；,]", text[: found.start()])[-1]
        clause = before + found.group()
        meant = _CALLER.search(clause) or (not _OTHERS.search(before) and _NOW_LIVES.search(clause))
        if meant and not _FORMERLY.search(clause):
            return clause
    return ""
