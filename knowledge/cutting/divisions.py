"""Parts, chapters and sections of statutes and books, known by their numbered lines where no format marks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from knowledge.document import Heading

_NUMERAL = r"[一二三四五六七八九十百千零〇两\d]+"
_LATIN = r"\s+[\divxlc]+\b"
# From the outermost inwards: Chinese and Japanese, Korean, Russian, and languages in Latin letters.
_DIVISIONS = tuple(
    re.compile(
        rf"^\s*(?:第{_NUMERAL}{cjk}|제\s?\d+\s?{korean}(?!\w)|{russian}\s+[\divxlc]+\b|(?:{latin}){_LATIN}).*$",
        re.IGNORECASE,
    )
    for cjk, korean, russian, latin in (
        ("[编編]", "편", "раздел", "part|teil|partie|parte|title|titel"),
        ("章", "장", "глава", "chapter|kapitel|chapitre|capítulo|capitolo"),
        ("[节節]", "절", "параграф", "section|abschnitt|sección|sezione"),
    )
)
_MAX_LINE_CHARACTERS = 80  # what is longer is a paragraph
_ENDS_SENTENCE = re.compile(r"[.!?,;:。！？，；：…|]$")
_LINE = re.compile(r"[^\n]+")
_DEEPEST = 6  # levels of headings


def division_level(line: str) -> int:
    """Return 1 for a part, 2 for a chapter, 3 for a section of a chapter; 0 for any other line."""
    if not 0 < len(line) <= _MAX_LINE_CHARACTERS or line[0] == "|" or _ENDS_SENTENCE.search(line.rstrip()):
        return 0
    return next((level for level, rule in enumerate(_DIVISIONS, 1) if rule.match(line)), 0)


def divisions(text: str, start: int, first_article: int, below: int) -> list[Heading]:
    """Return the divisions of `text[start:]` that hold articles; those of a table of contents before them are none.

    `first_article`: where it begins; `below`: the level of the headings above, 0 for none.
    """
    found = [*_found(text, start)]
    before = [one for one in found if one.start < first_article]
    kept = [*_leading(before), *found[len(before) :]]
    return [replace(one, level=min(below + one.level, _DEEPEST)) for one in kept]


def _found(text: str, start: int) -> Iterator[Heading]:
    for line in _LINE.finditer(text, start):
        if line.end() - line.start() <= _MAX_LINE_CHARACTERS and (level := division_level(line[0])):
            yield Heading(line.start(), level, " ".join(line[0].split()))


def _leading(before: Iterable[Heading]) -> list[Heading]:
    """The last division before the first article, and those that it is a part of."""
    kept: list[Heading] = []
    for one in reversed([*before]):
        if kept and one.level >= kept[0].level:
            break
        kept.insert(0, one)
    return kept
