"""Markdown → its own text, with the places of headings, tables and code."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge.document import Document, Heading
from knowledge.parse.decode import decode
from knowledge.parse.front_matter import read_front_matter
from knowledge.parse.wiki import with_tags_and_links

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BLOCKS = frozenset({"fence", "code_block", "table_open"})
_OPEN_ENDED = frozenset({"fence", "html_block"})
_SLICE_CHARACTERS = 200_000
_PAUSE = re.compile(r"\n\n(?=\S)")
_MARKUP = re.compile(r"[*_`\[\]<>&\\!~^]")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")  # `{#anchor .class}`, as Pandoc and kramdown write them
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")


def parse_markdown(data: bytes, name: str) -> Document:
    """The text as it stands in the file; each heading starts where its line does. Tags and links are metadata."""
    text = decode(data)
    metadata, body_start = read_front_matter(text)
    headings: list[Heading] = []
    blocks: list[tuple[int, int]] = []
    for tokens, lines in _slices(text, body_start):
        headings += _headings(tokens, lines)
        blocks += _blocks(tokens, lines, text)
    first = next((h.title for h in headings if h.level == 1), name)
    return Document(
        text=text,
        title=str(metadata.get("title") or "").strip() or first,
        body_start=body_start,
        headings=tuple(headings),
        blocks=tuple(blocks),
        metadata=with_tags_and_links(metadata, text, body_start, blocks),
    )


def _slices(text: str, start: int) -> "Iterator[tuple[list[Token], list[int]]]":
    """The text's block tokens and the starts of their lines, a slice at a time, as tokens take 100 times its memory.

    A line that is not indented, after a blank one, closes all that is open but a fence or HTML; a slice that ends with
    one of these may have cut it, and is read again at twice the length.
    """
    size = _SLICE_CHARACTERS
    while start < len(text):
        end = _slice_end(text, start + size)
        tokens = _block_parser().parse(text[start:end])
        size *= 2
        if end == len(text) or (tokens and tokens[-1].type not in _OPEN_ENDED):
            yield tokens, _line_starts(text, start, end)
            start, size = end, _SLICE_CHARACTERS


def _slice_end(text: str, position: int) -> int:
    found = _PAUSE.search(text, position)
    return found.end() if found else len(text)


@cache
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("strikethrough")


def _line_starts(text: str, start: int, end: int) -> list[int]:
    return [start, *(found.end() for found in re.compile("\n").finditer(text, start, end)), end]


def _headings(tokens: "Sequence[Token]", lines: list[int]) -> Iterator[Heading]:
    """Headings of the document itself: one within a quotation or a list item heads nothing beyond it."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            title = _plain_title(inline.content)
            if title:
                yield Heading(lines[token.map[0]], int(token.tag[1:]), title)


def _plain_title(markup: str) -> str:
    title = _WIKI_LINK.sub(r"\1", _ATTRIBUTES.sub("", markup))
    if _MARKUP.search(title):
        title = "".join(_words(_inline_parser().parseInline(title)))
    return " ".join(title.split())


def _words(tokens: "Sequence[Token]") -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _words(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline", "image"):
            yield token.content


def _blocks(tokens: "Sequence[Token]", lines: list[int], text: str) -> Iterator[tuple[int, int]]:
    for token in tokens:
        if token.type in _BLOCKS and token.map:
            start, end = lines[token.map[0]], lines[token.map[1]]
            yield start, start + len(text[start:end].rstrip())
