"""The result of parsing a file: plain text that every later span points into, and its structure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise

from knowledge.cutting.place import Role

Metadata = Mapping[str, str | int | float | bool | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1–6 that begins at character `start` of the document's text.

    `keeps_line`: its line belongs to the section below it, as that of a definition in code; such a heading may begin
    above that line, and one without title ends the section above it.
    """

    start: int
    level: int
    title: str
    keeps_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed file.

    `text`: Unicode with `\\n` newlines and no byte-order mark. For Markdown and plain text it is the file's own text,
    so spans are offsets into the file; for other formats it is the text that was extracted.
    `body_start`: where front matter ends. `headings`: in order of `start`. `page_starts`: the character at which each
    page begins, first page first; empty for formats without pages. `blocks`: (start, end) of tables and code blocks,
    which are not to be cut. `asides`: (start, end, role) of stretches that are no part of what the author tells.
    `metadata`: front matter or document properties. `losses`: for people, what of the file is not in the text, a short
    statement each, as `3 pictures were not read`.
    """

    text: str
    title: str = ""
    body_start: int = 0
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()
    asides: tuple[tuple[int, int, Role], ...] = ()
    metadata: Metadata = field(default_factory=dict)
    losses: tuple[str, ...] = ()


MACROS = "macros were not read"


def not_read(count: int, noun: str) -> tuple[str, ...]:
    """The loss of so many of what `noun` names in the singular; () of none."""
    if not count:
        return ()
    return (f"1 {noun} was not read" if count == 1 else f"{count:,} {noun}s were not read",)


Span = tuple[int, int]


def trimmed(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends, or None when nothing else is in it."""
    stretch = text[start:end]
    lead = len(stretch) - len(stretch.lstrip())
    return (start + lead, start + len(stretch.rstrip())) if lead < len(stretch) else None


def cut_after(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    """`text[start:end]` cut after each match; the spans cover it without gaps."""
    return between(chain([start], (m.end() for m in pattern.finditer(text, start, end)), [end]))


def between(cuts: Iterable[int]) -> Iterator[Span]:
    """The non-empty spans between neighbouring cuts."""
    return ((a, b) for a, b in pairwise(cuts) if a < b)
