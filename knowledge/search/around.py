"""Reads what stands before and after a passage in its document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.library import Library
from knowledge.passage import NO_CHUNK, Passage, StageScores
from knowledge.whole.outline import Section, outline, whole_passages

AROUND_CHARACTERS = 1_000  # on each side: some 250 tokens, a paragraph or two


def read_around(library: Library, passage: Passage) -> tuple[Passage, ...]:
    """Return what stands before a passage and after it, in reading order, each below its own heading.

    None of a document that has changed since. Raises AppError for one that is no longer indexed.
    """
    text = library.document_text(passage.path)
    if text[passage.start : passage.end] != passage.text:
        return ()
    blank = replace(
        passage, chunk_id=NO_CHUNK, page=None, places=(), table_header="", scores=StageScores(relevance=1.0)
    )
    sections = outline(text)
    before = _from_line(text, passage.start - AROUND_CHARACTERS), passage.start
    after = passage.end, _to_line(text, passage.end, passage.end + AROUND_CHARACTERS)
    pieces = [piece for span in (before, after) for piece in whole_passages(text, [*_within(sections, *span)], blank)]
    return tuple(piece for piece in pieces if piece.text.strip())


def _within(sections: Sequence[Section], start: int, end: int) -> Iterator[Section]:
    for section in sections:
        first, last = max(section.span[0], start), min(section.span[1], end)
        if first < last:
            yield replace(section, span=(first, last))


def _from_line(text: str, start: int) -> int:
    """The beginning of the first whole line from `start` on, unless the line is too long for that."""
    if start <= 0:
        return 0
    line = text.find("\n", start, start + AROUND_CHARACTERS // 2)
    return start if line < 0 else line + 1


def _to_line(text: str, start: int, end: int) -> int:
    """The end of the last whole line before `end`, unless the line is too long for that."""
    if end >= len(text):
        return len(text)
    line = text.rfind("\n", max(start, end - AROUND_CHARACTERS // 2), end)
    return end if line < 0 else line + 1
