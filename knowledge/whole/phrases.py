"""Compares the words of questions and names, whatever their case, number or script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_UNSPACED = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}])[^\W_])+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


def words_of(text: str) -> list[str]:
    """Return the folded words in order, an English plural as its singular; a run of Chinese or Japanese is one word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [_singular(match.group()) for match in _WORD.finditer(folded)]


def phrase_of(text: str) -> str:
    """Join the words by spaces, with one at each end, so that a phrase occurs in another as a substring."""
    return f" {' '.join(words_of(text))} "


def is_unspaced(word: str) -> bool:
    """True for a word in a script without spaces."""
    return bool(_IS_UNSPACED.match(word))


def remove_phrase(phrase: str, out_of: str) -> str | None:
    """Blank every occurrence of `phrase` in `out_of`, both from `phrase_of`; None where it does not occur.

    A phrase in a script without spaces is looked for inside longer runs.
    """
    wanted = phrase.strip() if is_unspaced(phrase.strip()[:1]) else phrase
    if not wanted.strip() or wanted not in out_of:
        return None
    return out_of.replace(wanted, "  ")


def _singular(word: str) -> str:
    if not word.isascii() or len(word) <= 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]


_FUNCTION = """
a an the of in on at for from with by to and or is are was were be been am has have had having do does did there this
that these those which what who whose it its they them me my our your i we you please all every each any total
altogether exist contain contained listed found show give tell id
der die das des dem den ein eine einer eines einem einen und oder ist sind war waren hat haben gibt es im am an auf
aus von vom zu mit für bei insgesamt alle aller allen jede jeder mir bitte welche stehen enthält
le la les l un une de du d et ou est sont ont il y dans sur en au aux pour par avec tous toutes tout qui que ce ces t s
moi el los las lo una uno unos unas del al o son está están hay por para con todo toda se tiene tienen
"""
# General names of documents and their parts, which do occur in the names of files.
_GENERIC = """
row record entry line item list table file document sheet spreadsheet csv data dataset law act contract report book
manual handbook text zeilen zeile einträge eintrag datensätze datei tabelle liste dokument gesetz vertrag bericht ligne
enregistrement entrée fichier tableau loi contrat rapport fila registro entrada archivo tabla lista ley contrato informe
"""
_CHARACTERS = frozenset(
    "的了吗呢啊本法有是在里中内上和与共一总个条件项份笔行名请把所都哪些列出多少几数量表格文件记录数据查找个为被"
    "はがをにでのもとへやかましすいくつあるてだ全部件数何表行一覧教えくださせ"
)
_FUNCTION_WORDS = frozenset(_FUNCTION.split())
_GENERIC_WORDS = frozenset(_GENERIC.split())


def is_function_word(word: str) -> bool:
    """True for a folded word, from `words_of`, with a grammatical function only."""
    return word in _FUNCTION_WORDS or f"{word}s" in _FUNCTION_WORDS


def is_generic(word: str) -> bool:
    """True for a folded word that does not identify anything: a function word, or a general name of documents."""
    generic = word in _GENERIC_WORDS or f"{word}s" in _GENERIC_WORDS
    return generic or is_function_word(word) or all(character in _CHARACTERS for character in word)


_NAMES = (
    "january januar janvier enero",
    "february februar février febrero",
    "march märz mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio",
    "august août agosto",
    "september septembre septiembre",
    "october oktober octobre octubre",
    "november novembre noviembre",
    "december dezember décembre diciembre",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_CHINESE_MONTHS = {f"{numeral}月": n for n, numeral in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}
_YEAR = r"(?:19|20)\d\d"
# `may` and `march` are words too: a preposition before or a year after makes them months.
_SURE = "|".join(sorted(_MONTHS.keys() - {"may", "march"}, key=len, reverse=True))
_PERIOD = re.compile(
    rf"(?<!\d)(?P<iso_year>{_YEAR})[-/_.](?P<iso_month>0[1-9]|1[0-2])(?:[-/_.][0-3]\d)?(?!\d)"
    rf"|(?P<year_cn>{_YEAR})年(?:(?P<month_cn>\d{{1,2}})月)?|(?<!\d)(?P<month_alone>\d{{1,2}})月"
    rf"|(?P<numeral>十[一二]?月|[一二三四五六七八九]月)"
    rf"|(?<![^\W_])(?P<name>(?:{_SURE})|(?:(?<=in )|(?<=of )|(?<=from )|(?<=and )|(?<=for ))(?:may|march)"
    rf"|(?:may|march)(?=[\s_-]+{_YEAR}))(?![^\W_])"
    rf"(?:[\s_-]+(?:(?:of|de|del)\s+)?(?P<year_after>{_YEAR})(?!\d))?"
    rf"|(?<![\d.,])(?P<year_alone>{_YEAR})(?![\d,]|\.\d)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A month of a year, a month of any year (`year` None), or a whole year (`month` None)."""

    year: int | None
    month: int | None

    def holds(self, day: date) -> bool:
        """True for a day within the period."""
        return self.year in (None, day.year) and self.month in (None, day.month)

    def overlaps(self, other: Period) -> bool:
        """True when both can mean the same time: neither their years nor their months differ."""
        years, months = {self.year, other.year} - {None}, {self.month, other.month} - {None}
        return len(years) < 2 and len(months) < 2

    def __str__(self) -> str:
        """Format as `May 2024`, `May` or `2024`."""
        month = "" if self.month is None else _NAMES[self.month - 1].split()[0].capitalize()
        return f"{month} {self.year or ''}".strip() or "any time"


def extract_periods(text: str) -> tuple[list[Period], str]:
    """Return the periods in a text, in order, and the folded text without them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    periods = list[Period]()
    for match in _PERIOD.finditer(folded):
        part = match.groupdict()
        year = part["iso_year"] or part["year_cn"] or part["year_after"] or part["year_alone"]
        month = part["iso_month"] or part["month_cn"] or part["month_alone"]
        named = _MONTHS.get(part["name"] or "") or _CHINESE_MONTHS.get(part["numeral"] or "")
        periods.append(Period(int(year) if year else None, int(month) if month else named))
    return periods, _PERIOD.sub(" ", folded)
