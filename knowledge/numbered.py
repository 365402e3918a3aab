"""Articles of a statute, clauses of a contract: paragraphs that an author numbered in order.

Known by the numbering alone, in any language: lines that begin alike but for a number that counts up, as `Article 5`,
`§ 5`, `Статья 5`, `第五条`, `제5조`. A bare `5.` is a list's and is not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Two could be chance; a statute of two articles loses nothing.
FEWEST_OF_A_KIND = 3
# What was repealed leaves a gap.
WIDEST_GAP = 5

_NUMERALS = "零〇一二三四五六七八九十百千"
_UNSPACED = r"\u3040-\u9fff\uac00-\ud7af"  # letters that may follow a number as part of the label
_LABEL = re.compile(
    rf"^[ \t\u3000]*(?:\*\*|__)?"
    rf"(?P<label>(?P<before>[^\W\d_]{{1,12}}?\.?|§)[ \t\u00a0]?(?P<number>[{_NUMERALS}]+|\d{{1,4}})"
    rf"(?P<after>[{_UNSPACED}]?)(?P<suffix>之[{_NUMERALS}]+|(?<=\d)[a-z]|(?<=\d)-\d+)?)(?:(?<=[{_UNSPACED}])|(?!\w))",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An article that begins at character `start`; `label` is what it calls itself."""

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class _Line:
    found: Numbered
    number: int
    is_inserted: bool


def numbered(text: str, start: int, end: int) -> list[Numbered]:
    """The articles of `text[start:end]`, in order; empty where nothing is numbered so."""
    kinds: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    for match in _LABEL.finditer(text, start, end):
        found = Numbered(match.start(), match["label"])
        line = _Line(found, _number(match["number"]), match["suffix"] is not None)
        kinds[match["before"].lower(), match["after"]].append(line)
    counted = [list(_counting_up(lines)) for lines in kinds.values()]
    return max((found for found in counted if len(found) >= FEWEST_OF_A_KIND), key=len, default=[])


def _counting_up(lines: Sequence[_Line]) -> Iterator[Numbered]:
    """Those that continue the count; a line that names another article begins none."""
    last = None
    for line in lines:
        if last is None or _follows(line, last):
            last = line
            yield line.found


def _follows(line: _Line, last: _Line) -> bool:
    inserted = line.number == last.number and line.is_inserted  # Article 133-1, put in between by an amendment
    return inserted or last.number < line.number <= last.number + WIDEST_GAP


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
