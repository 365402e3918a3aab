"""Tells lists of references, tables of contents and menus from text that a reader reads."""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.cutting.place import Role

_REFERENCES = (
    r"reference(?:s| list)|bibliography|works cited|literature(?: cited)?|citations|sources|further reading|see also"
    r"|(?:external |useful |related )?links|literatur(?:verzeichnis|hinweise|angaben)?|quellen(?:verzeichnis|angaben)?"
    r"|einzelnachweise|weblinks|siehe auch|références(?: bibliographiques)?|bibliographie|liens externes|voir aussi"
    r"|referencias(?: bibliográficas)?|bibliografía|fuentes|enlaces(?: externos)?|véase también"
    r"|riferimenti(?: bibliografici)?|bibliografia|fonti|collegamenti esterni|referências(?: bibliográficas)?"
    r"|ligações externas|bronnen|literatuur(?:lijst)?|referenties|externe links|zie ook|referenser|källor"
    r"|litteratur(?:förteckning|liste)?|kilder|referanser|piśmiennictwo|źródła|przypisy|linki zewnętrzne|literatura"
    r"|zdroje|kaynakça|kaynaklar|dış bağlantılar|lähteet|bibliografie|referințe|irodalom|források"
    r"|литература|список литературы|источники|ссылки|библиография|література|джерела|βιβλιογραφία|παραπομπές|πηγές"
    r"|参考文献|参考资料|參考文獻|參考資料|引用文献|外部链接|外部リンク|関連項目|출처|참고\s?문헌|외부 링크"
    r"|المراجع|مراجع|المصادر|وصلات خارجية|מקורות|קישורים חיצוניים|सन्दर्भ|संदर्भ|बाहरी कड़ियाँ|อ้างอิง|บรรณานุกรม"
    r"|tài liệu tham khảo|liên kết ngoài|daftar pustaka"
)
_CONTENTS = (
    r"(?:table of )?contents|inhalt(?:sverzeichnis)?|table des matières|sommaire|índice|contenido|indice|sommario"
    r"|sumário|inhoud(?:sopgave)?|содержание|оглавление|зміст|spis treści|içindekiler|innehåll|indhold|innhold|obsah"
    r"|sisällys|cuprins|tartalom(?:jegyzék)?|目录|目錄|目次|차례|목차|المحتويات|תוכן העניינים|mục lục|สารบัญ"
    r"|περιεχόμενα|विषय[- ]सूची|daftar isi"
)
_ABOVE = r"^[ \t]{0,8}(?:#{1,6}[ \t]{0,8})?(?:\*\*)?(?:(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Z]|[IVX]{1,6})[.)]?[ \t]{1,8})?"
_REFERENCES_TITLE = re.compile(rf"{_ABOVE}(?:{_REFERENCES})(?!\w).{{0,60}}$", re.IGNORECASE)
_CONTENTS_TITLE = re.compile(rf"{_ABOVE}(?:{_CONTENTS})\W*$", re.IGNORECASE)
REFERENCES_LINE = re.compile(rf"{_ABOVE}(?:{_REFERENCES})[ \t:]*$", re.IGNORECASE | re.MULTILINE)
_CONTENTS_LINE = re.compile(rf"{_ABOVE}(?:{_CONTENTS})[ \t:]*$", re.IGNORECASE | re.MULTILINE)

# What entries of a bibliography have and sentences seldom: years, initials, pages, issues, addresses, numbers in front.
_YEAR = re.compile(r"(?<![\d.,-])(?:1[5-9]|20)\d\d[a-d]?(?![\d-])")
_INITIAL = re.compile(r"\b[A-ZÀ-ÞА-Я]\.(?=[\s,;:&)-]|[A-Z]\.)")
_SIGN = re.compile(
    r"\bet al\b|\b(?:pp|vol|no|nr|ed|eds|hrsg|isbn|issn|doi|arxiv|proc|изд)\b[.:]"
    r"|\b\d{1,6}\s?[–-]\s?\d{1,6}|\b\d{1,4}\s?\(\d{1,4}\)"
    r"|https?://|\bwww\.|(?<![\w-])[\w-]{1,63}\.(?:org|com|net|io|dev|edu|gov)\b|^[ \t]{0,8}\[\d{1,4}\]"
    r"|“[^”“\n]{8,200}”|\"[^\"\n]{8,200}\"|《[^》《\n]{1,100}》",
    re.IGNORECASE | re.MULTILINE,
)
# What an entry says of a work that has no author and no year.
_WORK = re.compile(
    r"\b(?:documentation|datasheets?|manuals?|man pages?|handbooks?|guides?|specifications?|source code|repository"
    r"|edition|press|reports?|white ?papers?|dokumentation|handbuch|datenblatt|auflage|verlag|manuel|documentación"
    r"|documentazione|documentação|documentatie|handleiding|документация|руководство|издание)\b"
    r"|手册|文档|说明书|出版社|マニュアル|ドキュメント|설명서|문서|`[\w.-]{1,60}/[\w./-]{1,120}`",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)]|\[\d{1,3}\])\s", re.MULTILINE)
_LINK = re.compile(
    r"\[!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)\]\([^()\n]{0,500}\)"  # a badge
    r"|!?\[[^\[\]\n]{0,300}\]\((?=[^()\s]{0,300}[:/#.])[^()\n]{0,500}\)"
    r"|<https?://[^<>\s]{1,500}>|https?://\S{1,500}|^\[[^\[\]\n]{1,200}\]:[ \t]{1,8}\S{1,500}",
    re.MULTILINE,
)
_WIKI_LINK = re.compile(r"\[\[[^\[\]\n]{1,300}\]\]")
_ROW = re.compile(r"^[ \t]{0,8}\|", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]{0,8}(?:```|~~~)", re.MULTILINE)
_LEADER = re.compile(r"(?:(?:[.…_][ \t]?){4}|…{2})[ \t]{0,8}[\divxlc]{1,6}[ \t]{0,8}$", re.IGNORECASE | re.MULTILINE)
_PAGE_AT_END = re.compile(r"(?<=\s)(\d{1,4})[ \t]{0,8}$")
_ENDS_SENTENCE = re.compile(r"[.!?。！？।؟]\W{0,5}$")

# Characters of text for each such sign. Of the built-in pages' 244 lists of sources seven have more than 100, most of
# them of manuals, and pass by their entries; of 618 chunks of prose, two have fewer than 65. No untitled prose of
# SciFact and XQuAD (6,383 texts) passes for references.
_PER_SIGN_IN_LIST = 100
_PER_SIGN = 45
_PER_SIGN_UNTITLED = 16
_LONGEST_ENTRY_CHARACTERS = 250  # on average: longer ones comment on their works, and are read
_LEAST_SHARE = 0.8  # of the letters that stand within links, of the lines that are entries
_FEWEST = 3  # links, or lines of a table of contents


def is_references_title(title: str) -> bool:
    """Tell if a list of references, sources or links is headed so."""
    return bool(_REFERENCES_TITLE.match(title))


def role_of(text: str, title: str, below_references: bool = False) -> Role:
    """The role of a stretch of text under a heading with this title: `body` unless its form says otherwise.

    `below_references`: it stands below a line that says `References`, without being headed by it.
    """
    if _is_contents(text, title):
        return "contents"
    if _is_links(text, is_references_title(title)):
        return "links"
    return "references" if _is_references(text, below_references or is_references_title(title)) else "body"


def _is_contents(text: str, title: str) -> bool:
    if text.count("\n") + 1 < _FEWEST:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    if "." * 4 in text or ". . ." in text or "…" in text or "____" in text:
        leaders = len(_LEADER.findall(text))
        if leaders >= _FEWEST and leaders >= _LEAST_SHARE / 2 * len(lines):
            return True
    if not (_CONTENTS_TITLE.match(title) or _CONTENTS_LINE.search(text)):
        return False
    pages = [int(found[1]) for line in lines if (found := _PAGE_AT_END.search(line))]
    ordered = sum(a <= b for a, b in pairwise(pages))
    if len(pages) >= len(lines) / 2 and ordered >= _LEAST_SHARE * (len(pages) - 1):
        return True
    linked = sum(bool(_LINK.search(line) or _WIKI_LINK.search(line)) for line in lines)
    return linked >= _LEAST_SHARE * len(lines) and not any(map(_ENDS_SENTENCE.search, lines))


def _is_links(text: str, titled: bool) -> bool:
    """True where nearly all letters stand within links to other places.

    Names of notes in a list are words, a table tells of its rows, and code is run.
    """
    if len(_ROW.findall(text)) > text.count("\n") / 2 or _FENCE.search(text):
        return False
    if "http" not in text and "](" not in text and not (titled and "[[" in text):
        return False
    links = len(_LINK.findall(text)) + (len(_WIKI_LINK.findall(text)) if titled else 0)
    if links < (1 if titled else _FEWEST):
        return False
    left = _LINK.sub("", text)
    left = _WIKI_LINK.sub("", left) if titled else left
    return _letters(left) <= (1 - _LEAST_SHARE) * _letters(text)


def _is_references(text: str, titled: bool) -> bool:
    years = len(_YEAR.findall(text))
    if not titled and years < _FEWEST:
        return False
    initials, signs = len(_INITIAL.findall(text)), len(_SIGN.findall(text))
    if not titled:
        enough = min(initials, signs) >= _FEWEST
        return enough and len(text) <= _PER_SIGN_UNTITLED * (years + initials + signs)
    is_list = bool(_ITEM.match(text))
    if len(text) <= (_PER_SIGN_IN_LIST if is_list else _PER_SIGN) * (years + initials + signs):
        return True
    return is_list and _names_works(text)


def _names_works(text: str) -> bool:
    """True for a list whose entries nearly all have something that entries of a bibliography have."""
    entries = [entry for entry in _ITEM.split(text) if entry.strip()]
    named = sum(any(sign.search(entry) for sign in (_YEAR, _INITIAL, _SIGN, _WORK)) for entry in entries)
    return named >= _LEAST_SHARE * len(entries) and len(text) <= _LONGEST_ENTRY_CHARACTERS * len(entries)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


# The words by which a question asks for such lists, in the languages with the most speakers.
_ASKS = re.compile(
    r"\b(?:references?|bibliograph\w*|works cited|citations?|cited|sources|further reading|see also|links?|urls?"
    r"|(?:which|what) (?:papers?|stud(?:y|ies)|publications?)|papers? (?:on|about)|welche[nrs]? (?:paper|studien?)"
    r"|quel(?:le)?s? (?:article|étude|publication)s?"
    r"|web ?sites?|table of contents|contents|comments?|literatur\w*|quellen\w*|inhalts\w*|kommentare?|référence\w*"
    r"|bibliogra[pf]\w*|liens?|sommaire|referenci\w*|fuentes|enlaces?|índice|riferiment\w*|fonti|collegament\w*"
    r"|referênci\w*|fontes|bronnen|literatuur\w*|inhoud\w*|ссыл\w*|источник\w*|литератур\w*|содержани\w*|оглавлени\w*"
    r"|źród\w*|przypis\w*|kaynak\w*|bağlantı\w*|içindekiler|källor\w*|länk\w*|kilder)\b"
    r"|哪些?篇?论文|어느 논문|어떤 논문|どの論文"
    r"|参考文献|参考资料|參考|引用|链接|連結|目录|目錄|リンク|出典|目次|참고|출처|링크|목차|مراجع|مصادر|روابط"
    r"|संदर्भ|सन्दर्भ|อ้างอิง|ลิงก์|tài liệu tham khảo|liên kết|nguồn",
    re.IGNORECASE,
)


def asks_for_lists(question: str) -> bool:
    """Tell if the question asks for references, links, contents or comments themselves."""
    return bool(_ASKS.search(question))
