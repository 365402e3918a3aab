"""Articles of a statute, clauses of a contract: paragraphs that an author numbered in order.

Known by the numbering alone, in any language: lines that begin alike but for a number that counts up, as `Article 5`,
`§ 5`, `Статья 5`, `第五条`, `제5조`. A bare `5.` is a list's and is not looked at.
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

_NUMERALS = "零〇一二三四五六七八九十百千"
_MAX_NUMERALS = 16  # of a number in words; one without end would take quadratic time to add up
_UNSPACED = r"\u3040-\u9fff\uac00-\ud7af"  # letters that may follow a number as part of the label
_LABEL = re.compile(
    rf"^[ \t\u3000]*(?:\*\*|__)?"
    rf"(?P<label>(?P<before>[^\W\d_]{{1,12}}?\.?|§)[ \t\u00a0]?(?P<number>[{_NUMERALS}]{{1,{_MAX_NUMERALS}}}|\d{{1,4}})"
    rf"(?P<after>[{_UNSPACED}]?)(?P<suffix>之[{_NUMERALS}]{{1,{_MAX_NUMERALS}}}|(?<=\d)[a-z]|(?<=\d)-\d+)?)(?:(?<=[{_UNSPACED}])|(?!\w))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Article:
    """An article that begins at character `start` with its `label`, as `§ 5`."""

    start: int
    label: str


@dataclass(slots=True)
class _Count:
    """The articles of a kind that count up; a line that merely mentions another article is none."""

    last: int | None = None
    articles: list[Article] = field(default_factory=list)

    def continues(self, number: int, *, is_inserted: bool) -> bool:
        """True for the next article. `is_inserted`: an amendment put it in, as Article 133-1."""
        if self.last is None or (is_inserted and number == self.last):
            return True
        return self.last < number <= self.last + WIDEST_GAP


def numbered(text: str, start: int, end: int) -> list[Article]:
    """The articles of `text[start:end]`, in order; empty where nothing is numbered so."""
    kinds: dict[tuple[str, str], _Count] = defaultdict(_Count)
    for match in _LABEL.finditer(text, start, end):
        count = kinds[match["before"].lower(), match["after"]]
        number = _number(match["number"])
        if count.continues(number, is_inserted=match["suffix"] is not None):
            count.last = number
            count.articles.append(Article(match.start(), match["label"]))
    counted = (count.articles for count in kinds.values())
    return max((articles for articles in counted if len(articles) >= FEWEST_OF_A_KIND), key=len, default=[])


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
