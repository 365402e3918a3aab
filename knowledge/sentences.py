"""Sentence boundaries in any language, and the kind of block that each sentence stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from knowledge.cutting.abbreviations import is_abbreviated, is_ordinal
from knowledge.document import between, trimmed

Kind = Literal["prose", "item", "heading", "code", "table", "rule"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]`, no white space at its ends; the marker of a list, heading or quotation stands before it."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _BlockLine:
    """`content`: the start of the line's own text, after its markers. `opens`: it does not continue a paragraph."""

    content: int
    end: int
    kind: Kind
    opens: bool = True


_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"\s{0,3}(?:=+|-{3,}|\*{3,}|_{3,}|(?:[-*_] ){2,}[-*_])\s*$")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+")
_ITEM = re.compile(r"\s*(?:>\s?)*(?:[-*+•‣◦]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTATION = re.compile(r"\s*(?:>\s?)*")

_CONTINUE = ("prose", "item", "code")
_CLOSERS = r"[\"'”’»›」』）】)\]*_]*+"
_MARKS = ".!?…؟۔։።"
_FINAL = "。！？｡．।॥។៕။"  # which need no space behind them
# Thai and Lao have no full stop: a space between two words, not before one that goes on with the clause.
_PAUSE = (
    r"(?<=[\u0e01-\u0e2e\u0e30-\u0e45\u0e47-\u0e4e\u0e81-\u0ec4])[ \u00a0]+"
    r"(?=[\u0e01-\u0e2e\u0e40-\u0e44\u0e81-\u0ec4])"
    "(?!และ|หรือ|แต่|ซึ่ง|ที่|โดย|เพราะ|จึง|เพื่อ|ว่า|เช่น|ได้แก่|แล้ว|ແລະ|ຫຼື|ແຕ່|ທີ່|ເພາະ)"
)
_LEAST_CLAUSE = 80  # characters: of both sides of such a space; sentences of Thai prose have some hundred
_END = re.compile(rf"(?<![{_MARKS}])[{_MARKS}]++{_CLOSERS}(?=\s)|[{_FINAL}]++{_CLOSERS}|(?P<pause>{_PAUSE})")
_INLINE_CODE = re.compile(r"(?<!`)(`++)[^`\n]++\1(?!`)")
_NOT_SPACE = re.compile(r"\S")
_LAST_WORD = re.compile(r"[^\s(\[“„«¿¡\"'*_/]+$")
_SEEN = 24  # characters looked at on each side of a full stop


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of the text in order; a code block, a table row and a heading are one sentence each."""
    return [*sentences(text)]


def sentences(text: str) -> Iterator[Sentence]:
    """`split_sentences`, one by one. Time and memory are linear in the text, whatever it holds."""
    first: _BlockLine | None = None
    last: _BlockLine | None = None
    for line in chain(_lines(text), [None]):
        if line and first and not line.opens and first.kind in _CONTINUE:
            last = line
            continue
        if first and last:
            is_underlined = line is not None and line.kind == "rule" and first is last and first.kind == "prose"
            yield from _split(text, first.content, last.end, "heading" if is_underlined else first.kind)
        first = last = line if line and _NOT_SPACE.search(text, line.content, line.end) else None


def _lines(text: str) -> Iterator[_BlockLine]:
    fence = ""
    for match in _LINE.finditer(text):
        line, start, end = match.group(), match.start(), match.end()
        marks = _FENCE.match(line)
        if fence:
            yield _BlockLine(start, end, "code", opens=False)
            if marks and marks.group(1).startswith(fence) and not line.strip(" \t\n" + fence[0]):
                fence = ""
                yield _BlockLine(end, end, "code")
        elif marks:
            fence = marks.group(1)
            yield _BlockLine(start, end, "code")
        else:
            yield _classified(line, start, end)


def _classified(line: str, start: int, end: int) -> _BlockLine:
    if _RULE.match(line):
        return _BlockLine(start, end, "rule")
    if _TABLE_ROW.match(line):
        return _BlockLine(start, end, "table")
    if marker := _HEADING.match(line):
        return _BlockLine(start + marker.end(), end, "heading")
    if marker := _ITEM.match(line):
        return _BlockLine(start + marker.end(), end, "item")
    marker = _QUOTATION.match(line)
    content = start + (marker.end() if marker else 0)
    return _BlockLine(content, end, "prose", opens=content >= end)


def _split(text: str, start: int, end: int, kind: Kind) -> Iterator[Sentence]:
    borders = _borders(text, start, end) if kind in ("prose", "item") else ()
    for span in between(chain([start], borders, [end])):
        if kept := trimmed(text, *span):
            yield Sentence(*kept, kind)


def _borders(text: str, start: int, end: int) -> Iterator[int]:
    codes = _INLINE_CODE.finditer(text, start, end)
    code = next(codes, None)
    last = start
    for match in _END.finditer(text, start, end):
        while code and code.end() <= match.start():
            code = next(codes, None)
        if code and code.start() < match.start():
            continue
        if match["pause"]:
            ends = match.start() - last >= _LEAST_CLAUSE <= end - match.end()
        else:
            ends = _ends_sentence(text, match, last, end)
        if ends:
            last = match.end()
            yield last


def _ends_sentence(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    if mark.group()[0] in _FINAL:
        return True
    following = _NOT_SPACE.search(text, mark.end(), end)
    if following and following.group().islower():
        return False
    word = _LAST_WORD.search(text, max(start, mark.start() - _SEEN), mark.start())
    if mark.group()[0] != "." or not word:
        return True
    above = text[max(start, word.start() - _SEEN) : word.start()]
    below = text[mark.end() : min(mark.end() + _SEEN, end)]
    return not (is_abbreviated(word.group(), above, below) or is_ordinal(word.group(), above, below))
