"""Sentence boundaries in any language, and the kind of block that each sentence stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

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
_MARKS = ".!?…؟۔"
_END = re.compile(rf"(?<![{_MARKS}])[{_MARKS}]++{_CLOSERS}(?=\s)|[。！？｡．।॥]++{_CLOSERS}")
_INLINE_CODE = re.compile(r"(?<!`)(`++)[^`\n]++\1(?!`)")
_NOT_SPACE = re.compile(r"\S")
_LAST_WORD = re.compile(r"[^\s(\[“\"'*_]+$")
# Words that end in a full stop without ending a sentence, in English, German, French and Spanish.
_ABBREVIATIONS = frozenset(
    "al approx art bzw ca cf ch co corp dept dr ed eds eq eqs et fig figs inc jr ltd max min mme mr mrs ms nr no nos op"
    " pp prof ref refs resp sec sect sr sra st tab univ usw vgl vol vs z.b d.h u.a e.g i.e a.m p.m p.ej".split()
)


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
    for match in _END.finditer(text, start, end):
        while code and code.end() <= match.start():
            code = next(codes, None)
        if not (code and code.start() < match.start()) and _ends_sentence(text, match, start, end):
            yield match.end()


def _ends_sentence(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    if mark.group()[0] in "。！？｡．।॥":
        return True
    following = _NOT_SPACE.search(text, mark.end(), end)
    if following and following.group().islower():
        return False
    word = _LAST_WORD.search(text, max(start, mark.start() - 24), mark.start())
    if mark.group()[0] != "." or not word:
        return True
    return not (word.group().lower() in _ABBREVIATIONS or (len(word.group()) == 1 and word.group().isupper()))
