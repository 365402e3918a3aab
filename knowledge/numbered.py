"""Articles of a statute, clauses of a contract: paragraphs that an author numbered in order.

Known by the numbering alone, in any language: lines that begin alike but for a number that counts up, as `Article 5`,
`§ 5`, `Статья 5`, `第五条`, `제5조`. A bare `5.` is a list's and is not looked at. Captions, codes (`E10`), years and
mentions within a sentence are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

# Two could be chance; a statute of two articles loses nothing.
FEWEST_OF_A_KIND = 3
# What was repealed leaves a gap.
WIDEST_GAP = 5
# From one to the next, on average. Articles of statutes have some hundred; captions of figures are pages apart.
MAX_MEAN_CHARACTERS = 4_000
_CAPTIONS = frozenset(
    "table tab figure fig chart graph diagram plate photo picture image map box listing algorithm equation eq page p "
    "pg slide line row column abbildung abb tabelle bild seite zeile folie tableau schéma carte ligne diapositive "
    "figura tabla cuadro gráfico imagen página línea tabella grafico pagina tabela quadro imagem linha figuur tabel "
    "afbeelding рис рисунок таблица табл стр страница слайд схема rysunek rys tablica strona şekil tablo sayfa tabell "
    "sida side obrázek obr tabulka strana εικόνα πίνακας σελίδα kuva taulukko sivu ábra táblázat oldal hình bảng trang "
    "gambar halaman".split()
)
_CAPTION_COUNTERS = frozenset("页頁图圖表図枚張")  # 第3页

_NUMERALS = "零〇一二三四五六七八九十百千"
_MAX_NUMERALS = 16  # of a number in words; one without end would take quadratic time to add up
_UNSPACED = r"\u3040-\u9fff\uac00-\ud7af"  # letters that may follow a number as part of the label
_LABEL = re.compile(
    rf"^[ \t\u3000]*(?:\*\*|__)?"
    rf"(?P<label>(?P<before>[^\W\d_]{{1,12}}?\.?|§)[ \t\u00a0]?(?P<number>[{_NUMERALS}]{{1,{_MAX_NUMERALS}}}|\d{{1,4}})"
    rf"(?P<after>[{_UNSPACED}]?)(?P<suffix>之[{_NUMERALS}]{{1,{_MAX_NUMERALS}}}|(?<=\d)[a-z]|(?<=\d)-\d+)?)(?:(?<=[{_UNSPACED}])|(?!\w))",
    re.MULTILINE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")  # `In 1990`
_FULL_LINE = 40  # characters; a shorter line before is a heading, or the end of a paragraph


@dataclass(frozen=True, slots=True)
class Article:
    """An article that begins at character `start` with its `label`, as `§ 5`."""

    start: int
    label: str


@dataclass(slots=True)
class _Count:
    """The articles of a kind that count up; a line that merely mentions another article is none."""

    last: int | None = None
    runs: list[list[Article]] = field(default_factory=lambda: [[]])

    def add(self, article: Article, number: int, *, is_inserted: bool) -> None:
        """Add the next article, or the first of another statute. `is_inserted`: an amendment put it in, as 133-1."""
        if self.last is not None and number == 1 and self.last >= FEWEST_OF_A_KIND:
            self.runs.append([])
        elif not self._continues(number, is_inserted=is_inserted):
            return
        self.last = number
        self.runs[-1].append(article)

    def articles(self, end: int) -> list[Article]:
        """Those of the runs that are long enough, and not further apart than articles are; the last ends at `end`."""
        long = [run for run in self.runs if len(run) >= FEWEST_OF_A_KIND]
        stops = [*(run[0].start for run in self.runs[1:]), end]
        spans = [stop - run[0].start for run, stop in zip(self.runs, stops, strict=True) if run in long]
        found = [article for run in long for article in run]
        return found if sum(spans) <= MAX_MEAN_CHARACTERS * len(found) else []

    def _continues(self, number: int, *, is_inserted: bool) -> bool:
        if self.last is None or (is_inserted and number == self.last):
            return True
        return self.last < number <= self.last + WIDEST_GAP


def numbered(text: str, start: int, end: int) -> list[Article]:
    """The articles of `text[start:end]`, in order; empty where nothing is numbered so."""
    kinds: dict[tuple[str, str], _Count] = defaultdict(_Count)
    above = start  # where the last line that looks like an article begins
    for match in _LABEL.finditer(text, start, end):
        if _may_be_article(match) and _begins_paragraph(text, match.start(), above):
            count = kinds[match["before"], match["after"]]
            article = Article(match.start(), match["label"])
            count.add(article, _number(match["number"]), is_inserted=match["suffix"] is not None)
            above = match.start()
    return max((count.articles(end) for count in kinds.values()), key=len, default=[])


def _may_be_article(match: re.Match[str]) -> bool:
    """False for captions, pages and years, and for codes and words of a sentence where the script has capitals."""
    before, label = match["before"], match["label"]
    if before.rstrip(".").casefold() in _CAPTIONS or match["after"] in _CAPTION_COUNTERS:
        return False
    if not before[0].isupper() and not before[0].islower():
        return True
    is_apart = before.endswith(".") or not label[len(before)].isalnum()
    return before[0].isupper() and is_apart and not _YEAR.fullmatch(match["number"])


def _begins_paragraph(text: str, start: int, above: int) -> bool:
    """False where the line before goes on in this one: it ends no sentence, is long, and is no article's own line."""
    line_start = text.rfind("\n", above, max(start - 1, above)) + 1 or above
    line = text[line_start : max(start - 1, line_start)].rstrip()
    return line_start <= above or len(line) < _FULL_LINE or not (line[-1:].isalnum() or line[-1:] in ",-")


def _number(digits: str) -> int:
    """`12`, `١٢`, `十二`, `一百零二` → the number."""
    if digits.isdecimal():
        return int(digits)
    total, held = 0, 0
    for value in (int(unicodedata.numeric(digit)) for digit in digits):
        if value >= 10:
            total, held = total + (held or 1) * value, 0
        else:
            held = held * 10 + value
    return total + held


_CLAUSE = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){1,5}(?![\w.]*\d)")
_CLAUSE_AT_START = re.compile(rf"\W{{0,8}}(?:[^\W\d_]{{1,12}}\.? )?({_CLAUSE.pattern})")


def clause_numbers(question: str) -> frozenset[str]:
    """Numbers of sections and clauses that the question names, as `2.3`."""
    return frozenset(_CLAUSE.findall(question))


def is_clause(text: str, numbers: frozenset[str]) -> bool:
    """True if one of these numbers stands at the beginning of the text, as `§ 2.3 Late payment …`."""
    found = _CLAUSE_AT_START.match(text) if numbers else None
    return found is not None and found[1] in numbers
