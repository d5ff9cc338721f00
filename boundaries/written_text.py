"""Text in map files: which character set it was written in, and names that went through a wrong one.

Chinese software writes GBK (of which GB18030 is the whole), often without a word about it or with a wrong
one. The bytes tell: Chinese in UTF-8 follows a pattern that GBK hardly ever meets by chance.
"""

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

_CHUNK = 1 << 20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_XML_ENCODING = re.compile(r"""^(\s*<\?xml[^>]*?\sencoding\s*=\s*)(?:"[^"]*"|'[^']*')""")
_MOSTLY = 0.9
_HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_NO_PAIRS = re.compile(rb"(?<![\xa1-\xfe])(?:[\xa1-\xfe]{2})*[\xa1-\xfe](?![\xa1-\xfe])|[\x80-\xa0\xff]")
# lost characters, controls, and places in the tables that no standard has filled
_LOST = re.compile(r"[\ufffd\x80-\x9f\ue000-\uf8ff]|\?\?")
_ACCIDENTS = 0.5  # characters lost, per character read, up to which it is UTF-8 that was taken for GBK


def table_encoding(cells: Sequence[bytes]) -> str:
    """Tell in which character set the cells of a table were written: ``utf-8`` or ``gb18030``.

    >>> table_encoding(["炎龙村".encode("gbk"), b"12"]), table_encoding(["炎龙村".encode()])
    ('gb18030', 'utf-8')
    """
    telling = [cell for cell in cells if not cell.isascii()]
    return "utf-8" if sum(map(_is_utf8, telling)) >= _MOSTLY * len(telling) else "gb18030"


def _is_utf8(cell: bytes) -> bool:
    """Say whether bytes are UTF-8, but for a last character that was cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(cell)
    except UnicodeDecodeError:
        return False
    return True


def decoded(cell: bytes, encoding: str) -> str:
    """Return a cell as text; a last character that the width of its column cut off is dropped.

    >>> decoded("炎龙村".encode()[:-1], "utf-8")
    '炎龙'
    """
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(cell)


def utf8_of(path: Path) -> bytes | None:
    """Return a text file's content in UTF-8 when it is written otherwise; None when it is UTF-8 already.

    An XML file that declares a character set is brought to UTF-8 too: its reader may not know the set.

    Raises
    ------
    UnicodeDecodeError
        When it is in none of UTF-8, UTF-16 and GB18030.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            for chunk in (head, *iter(lambda: file.read(_CHUNK), b"")):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "utf-16" if head.startswith(_UTF16_MARKS) else "gb18030"
    if encoding == "utf-8-sig" and not _XML_ENCODING.match(head[:200].decode("utf-8-sig", "replace")):
        return None
    text = path.read_bytes().decode(encoding)
    return _XML_ENCODING.sub(r'\1"UTF-8"', text, count=1).encode()


def head_in_utf8(head: bytes) -> bytes:
    """Return the first bytes of a file as if it were in UTF-8."""
    return head.decode("utf-16", "replace").encode() if head.startswith(_UTF16_MARKS) else head


def unscrambled(text: str) -> str:
    """Return what was meant by text that went through a wrong character set; other text as it is.

    Only what comes back whole is changed: every character must have survived.

    >>> unscrambled("Ñ×Áú´å"), unscrambled("鐐庨緳"), unscrambled("炎龙村")
    ('炎龙村', '炎龙', '炎龙村')
    """
    if text.isascii():
        return text
    for wrong in ("latin-1", "cp1252"):
        meant = _read_again(text, wrong, "utf-8") or _read_again(text, wrong, "gb18030")
        if meant:
            return meant
    return _read_again(text, "gb18030", "utf-8") or text


def _read_again(text: str, wrong: str, right: str) -> str | None:
    """Write text in one character set and read it in another; None unless that gives whole Chinese text."""
    try:
        raw = text.encode(wrong)
        # in GBK the common characters are pairs of high bytes; accents of other languages stand alone
        if right == "gb18030" and _NO_PAIRS.search(raw):
            return None
        meant = raw.decode(right)
    except UnicodeError:
        return None
    others = _HANZI.sub("", meant)
    is_chinese = len(meant) - len(others) > 1 and all(one.isascii() or one in "（）、·〇" for one in others)
    return meant if is_chinese else None


def is_garbled(text: str) -> bool:
    """Say whether text lost characters on its way through a wrong character set.

    >>> is_garbled("鍚戦槼绀惧尯灞呭斾細"), is_garbled("???村"), is_garbled("向阳社区居委会")
    (True, True, False)
    """
    if _LOST.search(text):
        return True
    for wrong in ("gb18030", "cp1252"):
        meant = text.encode(wrong, "replace").decode("utf-8", "replace")
        if len(_HANZI.findall(meant)) > 1 and meant.count("\ufffd") <= _ACCIDENTS * len(meant):
            return meant != text
    return False
