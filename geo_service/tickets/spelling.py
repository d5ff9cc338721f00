"""One spelling for the words that rules look for: half-width, simplified, as long as what was written.

Callers from Hong Kong write 要求保密，不要讓村裡知道, and a rule that misses it shows the complaint to
the village. The table holds only the characters of words that rules look for; place names are the
geocoder's matter.
"""

_TRADITIONAL = (
    "讓裡裏報復書記幹電話氣關係業單編號時間訴內類別標題緊狀態鎮區鄉經緯"
    "樓棟歲兒孫務員會員縣門匿實舉檢揭發貪賄賂侵佔占帳賬開態惡處罰戶稱絡聯繫"
    "漏燒著觸傷溺墜車禍從現場剛趕緊來與這個還滅診壓癌腫瘤殘癱瘓產婦導領長東"
    "辦責對誰協調讀學習覺歡迎鬥毆雙層過騷擾擴應當頭險"
    "給蓋將說請無須罵騙強壞嚇脅兩錢補償親違規災搶綁殺擔後聽濃煙護離約達"
)
_SIMPLIFIED = (
    "让里里报复书记干电话气关系业单编号时间诉内类别标题紧状态镇区乡经纬"
    "楼栋岁儿孙务员会员县门匿实举检揭发贪贿赂侵占占账账开态恶处罚户称络联系"
    "漏烧着触伤溺坠车祸从现场刚赶紧来与这个还灭诊压癌肿瘤残瘫痪产妇导领长东"
    "办责对谁协调读学习觉欢迎斗殴双层过骚扰扩应当头险"
    "给盖将说请无须骂骗强坏吓胁两钱补偿亲违规灾抢绑杀担后听浓烟护离约达"
)
# full-width letters, digits and the space become half-width; Chinese punctuation stays
_WIDTH = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {0x3000: " ", 0xFF0B: "+", 0xFF0D: "-", 0x00A0: " "}
_SPELLING = {ord(a): b for a, b in zip(_TRADITIONAL, _SIMPLIFIED, strict=True) if a != b} | _WIDTH


def plain(text: str) -> str:
    """Return a text in the spelling that the rules know, character by character: positions stay.

    Examples
    --------
    >>> plain("不要讓村裡知道，電話１３８")
    '不要让村里知道，电话138'
    """
    return text.translate(_SPELLING)


def half_width(text: str) -> str:
    """Return a text with half-width digits, letters and spaces, its characters otherwise as they are.

    Examples
    --------
    >>> half_width("電話１３８")
    '電話138'
    """
    return text.translate(_WIDTH)
