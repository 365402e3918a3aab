"""A document cut into chunks small enough to embed and whole enough to quote."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import NamedTuple
from zlib import crc32

from knowledge.cutting.place import Place, Role
from knowledge.cutting.roles import role_of
from knowledge.cutting.sections import MAX_TITLE_CHARACTERS, Section, places, sections
from knowledge.document import Document, Span, between, cut_after, trimmed
from knowledge.sentences import sentences

TokenCounts = Callable[[Sequence[str]], list[int]]

CHUNKER_VERSION = 5  # raised when chunks come out differently; every file is then cut again in time

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
# A section is joined with its neighbours below the same heading where it takes no more of the room: three sentences, or
# a slide. What says more is found better by itself.
JOINED_SHARE = 1 / 3
JOINED_CHARACTERS = 1_000  # longer ones need not be counted: no script has so few tokens
# Before a list or a paragraph: what leads to it, and a heading that its format does not mark.
_MAX_LEAD_CHARACTERS = 200
_MAX_HEADING_CHARACTERS = 80
# Of the line ends of a paragraph: from here on they are where an editor or a printer broke the lines.
_LEAST_WRAPPED = 0.5
_MOST_LINES_OF_SENTENCE = 8  # on average; what has fewer full stops is no prose
_ASIDE_SHARE = 0.8  # of a chunk's characters

_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_LINE_END = re.compile("\n")
_TABLE_RULE = re.compile(
    r"[ \t]*+\|?+[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+"
)  # the line below a header row
_HEADING_LIKE = re.compile(r"(?![-*+•|>]\s|\||\d{1,3}[.)]\s).*[\w)?]")
_WORD_END = re.compile(r"\s+|(?<=[\u3040-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """`text` is `document.text[start:end]`; `context` is what stands over it: title and headings, outermost first.

    Where the text goes on with a table that was cut, the table's header row is the context's last line. `heading`: what
    all of it stands under; `page`: the one it begins on; `places`: heading and page of each of its words, as far as
    they differ. `role`: of most of the text.
    """

    text: str
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    context: str
    places: tuple[Place, ...] = ()
    role: Role = "body"

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

    Short sections below one heading are joined. Within a section, paragraphs are packed together; tables and code
    blocks stay whole if they fit; what is too long for one chunk is cut between lines, then sentences, then words,
    where its lines are wrapped between sentences first.
    """
    chunks = []
    text, title = document.text, document.title[:MAX_TITLE_CHARACTERS]
    for group in _groups(document, count_tokens, max_tokens):
        heading, above = (group[0].path, group[0].heading) if len(group) == 1 else (group[0].parent, group[0].parent)
        context = " › ".join(filter(None, above if title in above[:1] else (title, *above)))
        budget = _Budget(text, count_tokens, max(max_tokens - count_tokens([context])[0], max_tokens // 2))
        units = _units(document, group[0]) if len(group) == 1 else _trimmed(text, [(group[0].top, group[-1].end)])
        for piece in _pack(budget, units):
            inside = places(document, group, piece.start, piece.end)
            chunks.append(
                Chunk(
                    text=text[piece.start : piece.end],
                    start=piece.start,
                    end=piece.end,
                    heading=heading,
                    page=inside[0].page,
                    context="\n".join(filter(None, (context, piece.header))),
                    places=inside if inside != (Place(0, heading, inside[0].page),) else (),
                    role=_role(text, piece, group, inside),
                )
            )
    return chunks


def estimate_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text where no tokenizer is at hand: 4 characters each, or 1 in scripts written without spaces."""
    return [len(text) // 4 + sum("\u2e80" <= c <= "\ud7ff" for c in text) + 2 for text in texts]


def _groups(document: Document, count_tokens: TokenCounts, max_tokens: int) -> Iterator[tuple[Section, ...]]:
    """The sections, short ones below one heading together as long as they fit beside a context of a usual length."""
    room = max_tokens * 3 // 4
    found = [*sections(document)]
    short = [one for one in found if _may_join(document, one)]
    budget = _Budget(document.text, count_tokens, max_tokens)
    tokens = dict(budget.counted((one.top, one.end) for one in short))
    begins_chunk = _anchored(document.text, len(short))
    held: list[Section] = []
    held_tokens = 0
    for section in found:
        own = tokens.get((section.top, section.end), max_tokens) if section.has_heading else max_tokens
        is_short = own <= JOINED_SHARE * room
        is_half_full = held_tokens * 2 >= room and begins_chunk((section.top, section.end))
        fits = held and is_short and section.parent == held[-1].parent and held_tokens + own <= room
        if fits and not is_half_full:
            held.append(section)
            held_tokens += own
            continue
        if held:
            yield tuple(held)
        held, held_tokens = [section], own if is_short else max_tokens
    if held:
        yield tuple(held)


def _may_join(document: Document, section: Section) -> bool:
    """True for a short section with a heading of its own that is all body."""
    if not section.has_heading or section.end - section.top > JOINED_CHARACTERS:
        return False
    if any(place.role != "body" for place in places(document, [section], section.top, section.end)):
        return False
    return role_of(document.text[section.start : section.end], "".join(section.heading[-1:])) == "body"


def _role(text: str, piece: _Piece, group: Sequence[Section], inside: Sequence[Place]) -> Role:
    """The role of a piece: that of the places that most of it is in, or what its form says."""
    ends = [*(place.start for place in inside[1:]), piece.end - piece.start]
    shares: Counter[Role] = Counter()
    for place, end in zip(inside, ends, strict=True):
        shares[place.role] += end - place.start
    role, most = shares.most_common(1)[0]
    if role not in ("body", "header") and most >= _ASIDE_SHARE * ends[-1]:
        return role
    if len(group) > 1 or group[0].label:
        return "body"
    return role_of(text[piece.start : piece.end], "".join(group[0].heading[-1:]), group[0].below_references)


def _units(document: Document, section: Section) -> Iterator[Span]:
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
    return _regroup(budget, pieces, _anchored(budget.text, len(first)))


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
    lines = cut_after(_LINE_END, text, start, end)
    by_sentence = between(chain([start], (start + s.end for s in sentences(text[start:end])), [end]))
    gentle = (by_sentence, lines) if _is_wrapped(text[start:end]) else (lines, by_sentence)
    for spans in (*gentle, cut_after(_WORD_END, text, start, end)):
        parts = _trimmed(text, spans)
        first = [*islice(parts, 2)]
        if len(first) > 1:
            return chain(first, parts)
    if end - start > 2 * MAX_CHUNK_CHARACTERS:
        return between(chain(range(start, end, MAX_CHUNK_CHARACTERS), [end]))
    return between([start, (start + end) // 2, end])


def _is_wrapped(text: str) -> bool:
    """True for prose whose lines end within sentences, as those of mails and of pages do."""
    line_ends = text.count("\n")
    wrapped = prose = 0
    for sentence in sentences(text) if line_ends else ():
        if sentence.kind in ("prose", "item"):
            prose += 1
            wrapped += text.count("\n", sentence.start, sentence.end)
    return wrapped > _LEAST_WRAPPED * line_ends and prose * _MOST_LINES_OF_SENTENCE >= line_ends


def _leads(text: str, piece: _Piece, following: _Piece) -> bool:
    """True where the piece leads to the one below it: a short paragraph with a colon at its end, or like a heading."""
    stretch = text[piece.start : piece.end]
    if len(stretch) > _MAX_LEAD_CHARACTERS:
        return False
    if stretch.endswith((":", "：")):
        return True
    is_line = "\n" not in stretch and len(stretch) <= _MAX_HEADING_CHARACTERS
    is_apart = text.count("\n", piece.end, following.start) > 1
    return is_line and is_apart and bool(_HEADING_LIKE.fullmatch(stretch)) and following.tokens > piece.tokens


def _anchored(text: str, pieces: int) -> Callable[[Span], bool]:
    """A test if a stretch begins a chunk because of its own text, whatever stands before it.

    Of many pieces some do: a line inserted at the top of a long list would otherwise shift all borders below it.
    """
    if pieces < PIECES_TO_ANCHOR:
        return lambda span: False
    return lambda span: crc32(text[span[0] : span[1]].encode("utf-8", "replace")) % PIECES_PER_ANCHOR == 0


def _regroup(budget: _Budget, parts: Iterator[_Piece], begins_chunk: Callable[[Span], bool]) -> Iterator[_Piece]:
    """Neighbours joined as long as they fit: the pieces of one long unit, packed.

    What leads to a piece stays with it.
    """
    held: list[_Piece] = []
    tokens = 0
    for piece in parts:
        is_half_full = tokens * 2 >= budget.room and begins_chunk((piece.start, piece.end))
        fits = held and tokens + piece.tokens <= budget.room and piece.end - held[0].start <= MAX_CHUNK_CHARACTERS
        if held and not (fits and not is_half_full):
            last = held[-1]
            moves = len(held) > 1 and _leads(budget.text, last, piece) and last.tokens + piece.tokens <= budget.room
            yield _joined(held[:-1] if moves else held)
            held, tokens = ([last], last.tokens) if moves else ([], 0)
        held.append(piece)
        tokens += piece.tokens
    if held:
        yield _joined(held)


def _joined(pieces: Sequence[_Piece]) -> _Piece:
    return pieces[0]._replace(end=pieces[-1].end, tokens=sum(piece.tokens for piece in pieces))
