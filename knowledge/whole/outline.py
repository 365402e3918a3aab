"""Splits a text at its headings, however its format marks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile

from knowledge.cutting.divisions import division_level
from knowledge.document import Span
from knowledge.passage import Passage
from knowledge.whole.tables import lines_outside_code

_MARKED = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S.*)$")
_MAX_HEADING_CHARS = 80  # characters; what is longer is a paragraph
_LONGEST_TITLE = 1_000  # characters of a marked line; the rest is left out
_MOST_HEADINGS = 200_000  # which take 100 MB; a text with more is data, and has none
_ENDS_SENTENCE = re.compile(r"[.!?,;:。！？，；：…|]$")
_NOT_HEADING = re.compile(r"^\s*(?:[-*+•>|]|\d+[.)]\s)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading's line and the text below it, up to the next heading. `path`: titles, the outermost first."""

    span: Span
    level: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    level: int
    title: str


def outline(text: str) -> list[Section]:
    """Return sections that cover the text without gaps; one alone where it has no headings.

    Headings are those marked in Markdown; without any, the numbered divisions of laws and books; without these, short
    lines between blank ones that end no sentence, as headings in text from other formats do.
    """
    found = (list(islice(headings(text), _MOST_HEADINGS + 1)) for headings in (_marked, _divisions, _bare))
    headings = next(filter(None, found), [])
    if not 0 < len(headings) <= _MOST_HEADINGS:
        return [Section((0, len(text)), 0, ())]
    first, sections = headings[0], list[Section]()
    if text[: first.start].strip():
        sections.append(Section((0, first.start), 0, ()))
    else:
        headings[0] = _Heading(0, first.level, first.title)
    path: list[_Heading] = []
    for heading, end in zip(headings, [*(below.start for below in headings[1:]), len(text)], strict=True):
        path = [*(above for above in path if above.level < heading.level), heading]
        sections.append(Section((heading.start, end), heading.level, tuple(one.title for one in path)))
    return sections


def _marked(text: str) -> Iterator[_Heading]:
    for start, line in lines_outside_code(text):
        if "#" in line[:4] and (mark := _MARKED.match(line[:_LONGEST_TITLE])):
            yield _Heading(start, len(mark[1]), _bare_title(mark[2]))


def _bare_title(title: str) -> str:
    """The title without the signs that may close it."""
    return title.rstrip(" \t").rstrip("#").rstrip(" \t") or title[0]


def _divisions(text: str) -> Iterator[_Heading]:
    for start, line in lines_outside_code(text):
        if level := division_level(line):
            yield _Heading(start, level, line.strip())


def _bare(text: str) -> Iterator[_Heading]:
    above = ""
    for (start, line), (_, below) in pairwise(lines_outside_code(text)):
        if not above.strip() and not below.strip() and _reads_as_heading(line):
            yield _Heading(start, 1, line.strip())
        above = line


def _reads_as_heading(line: str) -> bool:
    words = line.strip()
    return (
        0 < len(words) <= _MAX_HEADING_CHARS
        and not _ENDS_SENTENCE.search(words)
        and not _NOT_HEADING.match(line)
        and any(character.isalpha() for character in words)
        and not words[0].islower()
    )


PASSAGE_CHARACTERS = 2_000  # some 500 tokens: short sections share a passage, a long one is split between lines


def whole_passages(text: str, sections: Sequence[Section], blank: Passage) -> Iterator[Passage]:
    """Yield passages that cover `text`, each like `blank` with its own span and the headings its sections share."""
    held: list[Section] = []
    for section in sections:
        if held and section.span[1] - held[0].span[0] > PASSAGE_CHARACTERS:
            yield from _passages(text, held, blank)
            held = []
        held.append(section)
    if held:
        yield from _passages(text, held, blank)


def _passages(text: str, sections: Sequence[Section], blank: Passage) -> Iterator[Passage]:
    shared = zip(*(section.path for section in sections), strict=False)
    heading = tuple(titles[0] for titles in takewhile(lambda titles: len(set(titles)) == 1, shared))
    start, end = sections[0].span[0], sections[-1].span[1]
    while start < end:
        cut = _cut(text, start, end)
        yield replace(blank, text=text[start:cut], start=start, end=cut, heading=heading)
        start = cut


def _cut(text: str, start: int, end: int) -> int:
    """Return the end of a piece that begins at `start`: after a blank line if one is late enough, else after a line."""
    limit = start + PASSAGE_CHARACTERS
    if end <= limit:
        return end
    paragraph = text.rfind("\n\n", start + PASSAGE_CHARACTERS // 2, limit)
    line = text.rfind("\n", start + 1, limit)
    return paragraph + 2 if paragraph >= 0 else line + 1 if line >= 0 else limit
