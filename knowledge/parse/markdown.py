"""Markdown → its own text, with the places of headings, tables and code."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge.document import Document, Heading
from knowledge.parse.decode import decode
from knowledge.parse.front_matter import read_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BLOCKS = frozenset({"fence", "code_block", "table_open"})
_MARKUP = re.compile(r"[*_`\[\]<>&\\!~^]")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")  # `{#anchor .class}`, as Pandoc and kramdown write them
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")


def parse_markdown(data: bytes, name: str) -> Document:
    """The text as it stands in the file; each heading starts where its line does."""
    text = decode(data)
    metadata, body_start = read_front_matter(text)
    lines = _line_starts(text, body_start)
    tokens = _block_parser().parse(text[body_start:])
    headings = tuple(_headings(tokens, lines))
    first = next((h.title for h in headings if h.level == 1), name)
    return Document(
        text=text,
        title=str(metadata.get("title") or "").strip() or first,
        body_start=body_start,
        headings=headings,
        blocks=tuple(_blocks(tokens, lines, text)),
        metadata=metadata,
    )


@cache
def _block_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")


@cache
def _inline_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("strikethrough")


def _line_starts(text: str, body_start: int) -> list[int]:
    ends = (found.end() for found in re.finditer("\n", text[body_start:]))
    return [body_start, *(body_start + end for end in ends), len(text)]


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
