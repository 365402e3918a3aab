"""A document cut into chunks small enough to embed and whole enough to quote."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from typing import NamedTuple
from zlib import crc32

from knowledge.document import Document, Heading, Span, between, cut_after, trimmed
from knowledge.numbered import numbered
from knowledge.sentences import sentences

TokenCounts = Callable[[Sequence[str]], list[int]]

CHUNKER_VERSION = 1  # raised when chunks come out differently; every file is then cut again in time

# Borders meet again after some 30 pieces at most in nearly every text, and few chunks are cut short: an anchor only
# counts where the chunk before it is half full. Shorter texts are packed as tightly as they go.
PIECES_TO_ANCHOR = 64
PIECES_PER_ANCHOR = 16

# What a tokenizer reads at once. It takes some 200 bytes for a character, and a file of one-letter lines has millions
# of pieces.
PIECES_PER_COUNT = 1_000
CHARACTERS_PER_COUNT = 200_000
# Of a chunk, however few tokens it has: a line of Base64, or a million spaces, is one token. The longest chunk of some
# 4,000 real files has 1,848.
MAX_CHUNK_CHARACTERS = 16_000
MAX_TITLE_CHARACTERS = 1_000  # of one heading; the longest of as many files has 999

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_LINE_END = re.compile("\n")
_HEADING_LINE = re.compile(r"[^\n]*\n(?:[ \t]*(=+|-+|~+|\^+|\*+|\++|#+)[ \t]*(?:\n|$))?")  # with its underline, if any
_TABLE_RULE = re.compile(
    r"[ \t]*+\|?+[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+"
)  # the line below a header row
_WORD_END = re.compile(r"\s+|(?<=[\u3040-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """`text` is `document.text[start:end]`; `context` is what stands over it: title and headings, outermost first.

    Where the text goes on with a table that was cut, the table's header row is the context's last line.
    """

    text: str
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    context: str

    @property
    def embedded_text(self) -> str:
        """The embedder's input: the headings, then the text."""
        return embedded_text(self.context, self.text)

    @property
    def hash(self) -> bytes:
        """Sixteen bytes that identify `embedded_text`: equal text is embedded once."""
        return hashlib.blake2b(self.embedded_text.encode(), digest_size=16).digest()


def embedded_text(context: str, text: str) -> str:
    """The context, a new line, the text; or the text alone where it has none."""
    return f"{context}\n{text}" if context else text


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of text below one heading path. `label`: the number of an article, as its text begins: `§ 5`."""

    start: int
    end: int
    heading: tuple[str, ...]
    label: tuple[str, ...] = ()


class _Piece(NamedTuple):
    """A stretch of a section. `header`: the header row of the table that it goes on with; `tokens` counts it."""

    start: int
    end: int
    tokens: int
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Budget:
    """A text and the number of its tokens that fit into a chunk beside its context."""

    text: str
    count_tokens: TokenCounts
    room: int

    def counted(self, spans: Iterable[Span]) -> Iterator[tuple[Span, int]]:
        """Each span with its tokens; more than there is room for where it has too many characters for a chunk."""
        for some in _slices(spans):
            texts = [self.text[start:end] if end - start <= MAX_CHUNK_CHARACTERS else "" for start, end in some]
            different = [*dict.fromkeys(texts)]  # words, and the lines of logs and tables, are often the same
            counts = dict(zip(different, self.count_tokens(different), strict=True))
            for span, text in zip(some, texts, strict=True):
                yield span, counts[text] if text else self.room + 1

    def header(self, unit: Span) -> tuple[str, int]:
        """The header row of a table and its tokens; ("", 0) for other units, or where it takes half of the room."""
        row, rule = [*self.text[unit[0] : min(unit[1], unit[0] + MAX_CHUNK_CHARACTERS)].split("\n", 2), ""][:2]
        if not row.strip(" \t|") or "|" not in row or not _TABLE_RULE.fullmatch(rule):
            return "", 0
        tokens = self.count_tokens([row])[0]
        return (row.strip(), tokens) if tokens * 2 <= self.room else ("", 0)


def chunk(document: Document, count_tokens: TokenCounts, max_tokens: int) -> list[Chunk]:
    """Chunks in reading order, none above `max_tokens` with its context, cut where the author paused.

    A section never shares a chunk with the next. Within it, paragraphs are packed together; tables and code blocks stay
    whole if they fit; what is too long for one chunk is cut between lines, then sentences, then words.
    """
    chunks = []
    text, title = document.text, document.title[:MAX_TITLE_CHARACTERS]
    for section in _articles(document):
        above = [*section.heading] if title in section.heading[:1] else [title, *section.heading]
        context = " › ".join(filter(None, above))
        budget = _Budget(text, count_tokens, max(max_tokens - count_tokens([context])[0], max_tokens // 2))
        units = _units(document, section)
        for piece in _pack(budget, units):
            chunks.append(
                Chunk(
                    text=text[piece.start : piece.end],
                    start=piece.start,
                    end=piece.end,
                    heading=(*section.heading, *section.label),
                    page=bisect_right(document.page_starts, piece.start) or None,
                    context="\n".join(filter(None, (context, piece.header))),
                )
            )
    return chunks


def estimate_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text where no tokenizer is at hand: 4 characters each, or 1 in scripts written without spaces."""
    return [len(text) // 4 + sum("\u2e80" <= c <= "\ud7ff" for c in text) + 2 for text in texts]


def _articles(document: Document) -> Iterator[_Section]:
    """The sections, those with numbered articles as one for each article: articles are cited and asked for."""
    blocks = [start for start, _ in document.blocks]
    ends = [0, *(end for _, end in document.blocks)]
    found = numbered(document.text, document.body_start, len(document.text))
    articles = [article for article in found if article.start >= ends[bisect_right(blocks, article.start)]]
    starts = [article.start for article in articles]
    for section in _sections(document):
        inside = articles[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
        cuts = [section.start, *(article.start for article in inside), section.end]
        for (start, end), label in zip(pairwise(cuts), [(), *((a.label,) for a in inside)], strict=True):
            yield replace(section, start=start, end=end, label=label)


def _sections(document: Document) -> Iterator[_Section]:
    """The text below each heading, without its line; a heading with nothing below it is a section itself."""
    text, headings = document.text, document.headings
    yield _Section(document.body_start, max(headings[0].start if headings else len(text), document.body_start), ())
    path: list[Heading] = []
    for heading, below in zip(headings, [*headings[1:], None], strict=False):
        end = below.start if below else len(text)
        path = [*(h for h in path if h.level < heading.level), heading]
        line = _HEADING_LINE.match(text, heading.start, end)
        body = heading.start if heading.keeps_line else line.end() if line else end
        if text[body:end].strip():
            yield _Section(body, end, tuple(h.title[:MAX_TITLE_CHARACTERS] for h in path if h.title))
        elif below is None or below.level <= heading.level:
            yield _Section(heading.start, end, tuple(h.title[:MAX_TITLE_CHARACTERS] for h in path[:-1]))


def _units(document: Document, section: _Section) -> Iterator[Span]:
    """Paragraphs, tables and code blocks of the section, in order."""
    body = trimmed(document.text, section.start, section.end)
    if body is None:
        return
    position = body[0]
    for at in range(bisect_left(document.blocks, (position,)), bisect_left(document.blocks, (body[1],))):
        start, end = document.blocks[at]
        if start >= position and end <= body[1]:
            yield from _trimmed(document.text, cut_after(_BLANK_LINE, document.text, position, start))
            yield from _trimmed(document.text, [(start, end)])
            position = end
    yield from _trimmed(document.text, cut_after(_BLANK_LINE, document.text, position, body[1]))


def _trimmed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    return (kept for start, end in spans if (kept := trimmed(text, start, end)))


def _slices(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """The spans in lists that a tokenizer can read at once."""
    some: list[Span] = []
    characters = 0
    for span in spans:
        some.append(span)
        characters += span[1] - span[0]
        if len(some) == PIECES_PER_COUNT or characters > CHARACTERS_PER_COUNT:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _pack(budget: _Budget, units: Iterable[Span]) -> Iterator[_Piece]:
    following = iter(units)
    first = [*islice(following, PIECES_TO_ANCHOR)]
    pieces = _split_long(budget, chain(first, following))
    return _regroup(pieces, budget.room, _anchored(budget.text, len(first)))


def _split_long(budget: _Budget, units: Iterable[Span]) -> Iterator[_Piece]:
    for unit, tokens in budget.counted(units):
        if tokens <= budget.room:
            yield _Piece(*unit, tokens)
            continue
        header, header_tokens = budget.header(unit)
        below_header = replace(budget, room=budget.room - header_tokens)
        for number, piece in enumerate(_pack(below_header, _cut(budget.text, *unit))):
            yield piece._replace(tokens=piece.tokens + header_tokens, header=header) if number and header else piece


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """The span in two or more parts, at the gentlest border that it has."""
    for spans in (
        cut_after(_LINE_END, text, start, end),
        between(chain([start], (start + s.end for s in sentences(text[start:end])), [end])),
        cut_after(_WORD_END, text, start, end),
    ):
        parts = _trimmed(text, spans)
        first = [*islice(parts, 2)]
        if len(first) > 1:
            return chain(first, parts)
    if end - start > 2 * MAX_CHUNK_CHARACTERS:
        return between(chain(range(start, end, MAX_CHUNK_CHARACTERS), [end]))
    return between([start, (start + end) // 2, end])


def _anchored(text: str, pieces: int) -> Callable[[_Piece], bool]:
    """A test if a piece begins a chunk because of its own text, whatever stands before it.

    Of many pieces some do: a line inserted at the top of a long list would otherwise shift all borders below it.
    """
    if pieces < PIECES_TO_ANCHOR:
        return lambda piece: False
    return lambda piece: crc32(text[piece.start : piece.end].encode("utf-8", "replace")) % PIECES_PER_ANCHOR == 0


def _regroup(parts: Iterator[_Piece], room: int, begins_chunk: Callable[[_Piece], bool]) -> Iterator[_Piece]:
    """Neighbours joined as long as they fit: the pieces of one long unit, packed."""
    held: _Piece | None = None
    for piece in parts:
        is_half_full = held is not None and held.tokens * 2 >= room and begins_chunk(piece)
        fits = held and held.tokens + piece.tokens <= room and piece.end - held.start <= MAX_CHUNK_CHARACTERS
        if held and fits and not is_half_full:
            held = held._replace(end=piece.end, tokens=held.tokens + piece.tokens)
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held
