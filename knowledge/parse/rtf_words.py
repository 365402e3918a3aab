"""What RTF's control words stand for."""

import codecs

# What a word is in the text (RTF specification 1.9.1, "Special characters").
CHARACTERS = {
    "tab": "\t", "line": "\n", "softline": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "nestcell": " ",
    "nestrow": " ",
}  # fmt: skip
SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-"}

# Groups whose text is not the document's: settings, pictures, page headers, comments, field codes, bullets.
UNSEEN = frozenset(
    "aftncn aftnsep aftnsepc annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart "
    "background bkmkend bkmkstart blipuid colorschememapping colortbl datastore do docvar falt filetbl fldinst "
    "fontemb fontfile footer footerf footerl footerr ftncn ftnsep ftnsepc generator header headerf headerl headerr "
    "latentstyles listoverridetable listpicture listtable listtext mmathPr nonshppict nonesttables objalias "
    "objclass objdata objname objsect panose passwordhash pgptbl picprop pict pn pnseclvl pntext pntxta pntxtb "
    "protusertbl revtbl rsidtbl rxe shprslt sn sp sv tc themedata tcn userprops wgrffmtfilter xe xmlnstbl".split()
)
# Of those that begin with `\*`, which readers skip unless they know them, the ones with text that is shown.
SEEN = frozenset({"shpinst", "shptxt", "shppict", "result", "ud"})
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
