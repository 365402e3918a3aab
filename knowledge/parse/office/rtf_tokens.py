"""The tokens of RTF: groups, control words, characters by their number, text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

# A control word is at most 32 letters, its number at most 10 digits (RTF specification 1.9.1, "Control word").
_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?\d{1,10})? ?|'([0-9A-Fa-f]{2})|([^A-Za-z']|'))|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)


class Token(NamedTuple):
    """`kind`: `word`, `symbol` (a control character), `open`, `close` or `text`; `number`: -1 where a word has none."""

    kind: str
    name: str = ""
    number: int = -1
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens in order; the raw bytes after `\\bin` are left out, and so is white space that ends lines."""
    position = 0
    while found := _TOKEN.match(data, position):
        word, number, code, symbol, brace, text = found.groups()
        position = found.end()
        if text:
            yield Token("text", data=text)
        elif code:
            yield Token("text", data=bytes((int(code, 16),)))
        elif brace:
            yield Token("open" if brace == b"{" else "close")
        elif word == b"bin":
            position += max(int(number or 0), 0)
        elif word:
            yield Token("word", word.decode("ascii"), int(number) if number else -1)
        elif symbol:
            yield Token("symbol", symbol.decode("latin-1"))


# The characters that words stand for (RTF specification 1.9.1, "Special characters").
CHARACTERS = {
    "tab": "\t", "line": "\n", "softline": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "nestcell": " ",
    "nestrow": " ", "mden": "/", "msup": "^", "msub": "_",
}  # fmt: skip
SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-"}

# Groups whose text is not the document's: settings, pictures, bullets.
UNSEEN = frozenset(
    "aftncn aftnsep aftnsepc atndate atnicn atnid atnparent atnref atntime atrfend atrfstart "
    "background bkmkend bkmkstart blipuid colorschememapping colortbl datastore docvar falt filetbl "
    "fontemb fontfile ftncn ftnsep ftnsepc generator "
    "latentstyles listoverridetable listpicture listtable listtext nonshppict nonesttables objalias "
    "objclass objdata objname objsect panose passwordhash pgptbl picprop pict pn pnseclvl pntext pntxta pntxtb "
    "protusertbl revtbl rsidtbl rxe shprslt sn sp sv tc themedata tcn userprops wgrffmtfilter xe xmlnstbl".split()
)
# Of those that begin with `\*`, which readers skip unless they know them, the ones with text that is shown.
SEEN = frozenset(
    "annotation atnauthor do dptxbxtext fldinst footnote formfield moMath moMathPara result shpinst shppict shptxt "
    "ud".split()
)
MARGINS = frozenset("header headerf headerl headerr footer footerf footerl footerr".split())
BOXES = frozenset({"shptxt", "dptxbxtext"})
# Groups with a text apart from the document's, which is kept.
APART = frozenset("fonttbl stylesheet info footnote annotation atnauthor fldinst formfield".split()) | MARGINS | BOXES
BULLETS = frozenset({"listtext", "pntext", "pn"})
PROPERTIES = {"title": "title", "author": "author", "subject": "subject", "keywords": "keywords"}

# Windows code pages by a font's character set (RTF specification 1.9.1, "Font table").
_CODE_PAGES_BY_CHARSET = {
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
    178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}  # fmt: skip
_NAMES = {10000: "mac_roman", 65001: "utf-8", 1361: "johab", 936: "gb18030", 950: "big5hkscs"}


def charset_encoding(charset: int) -> str:
    """The encoding of a font's character set; "" where it is that of the document."""
    return encoding(_CODE_PAGES_BY_CHARSET[charset]) if charset in _CODE_PAGES_BY_CHARSET else ""


def encoding(code_page: int) -> str:
    """Python's name for a code page; that of Western Windows where it has none."""
    name = _NAMES.get(code_page, f"cp{code_page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
