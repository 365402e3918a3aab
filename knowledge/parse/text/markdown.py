"""Markdown → its own text, with the places of headings, tables and code."""

from __future__ import annotations

import datetime
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.cutting.place import Role
from knowledge.document import Document, Heading, Metadata
from knowledge.parse.text.decode import decode

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MAX_CHARACTERS = 10_000  # libyaml recurses once per bracket, and this many it survives
_SURROGATE = re.compile("[\ud800-\udfff]")

Scalar = str | int | float | bool


def read_front_matter(text: str) -> tuple[Metadata, int]:
    """The front matter's values and the character where the body begins; ({}, 0) where there is none.

    Values are scalars or lists of strings; dates become ISO strings; mappings within mappings are left out.
    Anything but a YAML mapping is not front matter but text.
    """
    found = _FENCED.match(text)
    # Merge keys can unfold without end, and no front matter has them.
    if not found or found.end() > _MAX_CHARACTERS or "<<" in found[1]:
        return {}, 0
    try:
        values = yaml.load(found[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    except (yaml.YAMLError, ValueError, RecursionError):  # an impossible date or number is a ValueError
        return {}, 0
    if not isinstance(values, dict):
        return {}, 0
    metadata = {_clean(str(key)): _value(value) for key, value in values.items()}
    return {key: value for key, value in metadata.items() if value is not None}, found.end()


def _value(value: object) -> Scalar | tuple[str, ...] | None:
    if isinstance(value, list | tuple | set):
        return tuple(str(item) for item in map(_scalar, value) if item is not None)
    return _scalar(value)


def _scalar(value: object) -> Scalar | None:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


_MAX_FOUND = 1000  # tags, and links; a page with more is a list
_TAG_OR_LINK = re.compile(
    # Nothing in code, comments and addresses.
    r"`[^`\n]*`|<!--.*?(?:-->|\Z)|\]\([^()\n]*\)|<?[a-z][a-z0-9+.-]{0,30}://\S+|"
    r"\[\[(?P<link>[^\[\]|#^\n]{1,200})[^\[\]\n]*\]\]|"
    r"(?<![\w#&/\\])\#(?P<tag>(?=[\d/-]*[^\W\d])[\w/-]{1,100})",
    re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(r"(?=[a-f]*\d)(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})\Z", re.IGNORECASE)
_CODE = re.compile(r" {0,3}(?:```|~~~)| {4}|\t")
_SEPARATORS = re.compile(r"[,\s]+")

Span = tuple[int, int]


def with_tags_and_links(metadata: Metadata, text: str, body_start: int, blocks: Sequence[Span]) -> Metadata:
    """`metadata`, its `tags` joined by those in the body, and the pages that it links to as `links`.

    A tag `a/b` is also an `a`. Code has neither tags nor links.
    """
    code = [(start, end) for start, end in blocks if _CODE.match(text, start)]
    starts = [start for start, _ in code]
    tags: dict[str, None] = {}
    links: dict[str, None] = {}
    for found in _TAG_OR_LINK.finditer(text, body_start):
        block = bisect_right(starts, found.start()) - 1
        if block >= 0 and found.start() < code[block][1]:
            continue
        if found["link"]:
            links[found["link"].strip()] = None
        elif found["tag"] and not _COLOUR.match(found["tag"]):
            names = found["tag"].strip("/-").split("/")
            tags.update(("/".join(names[:length]), None) for length in range(len(names), 0, -1))
    joined = dict(metadata)
    if tags:
        stated = metadata.get("tags")  # may be one text with commas, each tag with or without its `#`
        listed = stated if isinstance(stated, tuple) else _SEPARATORS.split(str(stated)) if stated else ()
        own = (name for tag in listed if (name := str(tag).strip().removeprefix("#")))
        joined["tags"] = tuple(dict.fromkeys([*own, *tags]))[:_MAX_FOUND]
    if links:
        joined.setdefault("links", tuple(links)[:_MAX_FOUND])
    return joined


# `%% … %%` of Obsidian and `<!-- … -->`, which no reader sees.
_COMMENT_ENDS = {"%%": "%%", "<!--": "-->"}
_COMMENT = re.compile("|".join(_COMMENT_ENDS))
_MAX_COMMENT_CHARACTERS = 5_000
_BLOCKS = frozenset({"fence", "code_block", "table_open"})
_OPEN_ENDED = frozenset({"fence", "html_block"})
_SLICE_CHARACTERS = 200_000
_PAUSE = re.compile(r"\n\n(?=\S)")
_LINE_END = re.compile("\n")
_BLOCK_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")
_INLINE_PARSER = MarkdownIt("commonmark").enable("strikethrough")
_MARKUP = re.compile(r"[*_`\[\]<>&\\!~^]")
_ATTRIBUTES = re.compile(r"(?<!\s)\s*+\{[#.:][^{}]*\}\s*$")  # `{#anchor .class}`, as Pandoc and kramdown write them
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")


def parse_markdown(data: bytes, name: str) -> Document:
    """The text as it stands in the file; each heading starts where its line does. Tags and links are metadata."""
    text = decode(data)
    metadata, body_start = read_front_matter(text)
    headings: list[Heading] = []
    blocks: list[tuple[int, int]] = []
    for tokens, lines in _slices(text, body_start):
        headings += _headings(tokens, lines)
        for token in tokens:
            if token.type in _BLOCKS and token.map:
                start, end = lines[token.map[0]], lines[token.map[1]]
                blocks.append((start, start + len(text[start:end].rstrip())))
    first = next((h.title for h in headings if h.level == 1), name)
    is_all = bool(metadata) and not text[body_start:].strip()  # a note that is nothing but front matter
    return Document(
        text=text,
        title=str(metadata.get("title") or "").strip() or first,
        body_start=0 if is_all else body_start,
        headings=tuple(headings),
        blocks=tuple(blocks),
        asides=((0, body_start, "properties"),) if is_all else tuple(_comments(text, body_start, blocks)),
        metadata=with_tags_and_links(metadata, text, body_start, blocks),
    )


def _comments(text: str, start: int, blocks: Sequence[Span]) -> Iterator[tuple[int, int, Role]]:
    """The comments outside code."""
    starts = [first for first, _ in blocks]
    for found in _COMMENT.finditer(text, start):
        first, ends = found.start(), _COMMENT_ENDS[found[0]]
        block = bisect_right(starts, first) - 1
        if first < start or (block >= 0 and first < blocks[block][1]):
            continue
        last = text.find(ends, found.end(), found.end() + _MAX_COMMENT_CHARACTERS)
        if last >= 0:
            start = last + len(ends)
            yield first, start, "comment"


def _slices(text: str, start: int) -> Iterator[tuple[list[Token], list[int]]]:
    """The text's block tokens and the starts of their lines, a slice at a time, as tokens take 100 times its memory.

    A line that is not indented, after a blank one, closes every open block but a fence or HTML; a slice that ends with
    one of these may have cut it, and is read again at twice the length.
    """
    size = _SLICE_CHARACTERS
    while start < len(text):
        pause = _PAUSE.search(text, start + size)
        end = pause.end() if pause else len(text)
        tokens = _BLOCK_PARSER.parse(text[start:end])
        size *= 2
        if end == len(text) or (tokens and tokens[-1].type not in _OPEN_ENDED):
            yield tokens, [start, *(found.end() for found in _LINE_END.finditer(text, start, end)), end]
            start, size = end, _SLICE_CHARACTERS


def _headings(tokens: Sequence[Token], lines: list[int]) -> Iterator[Heading]:
    """Headings of the document itself: one within a quotation or a list item heads nothing beyond it."""
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            title = _WIKI_LINK.sub(r"\1", _ATTRIBUTES.sub("", inline.content))
            if _MARKUP.search(title):
                title = "".join(_words(_INLINE_PARSER.parseInline(title)))
            if words := " ".join(title.split()):
                yield Heading(lines[token.map[0]], int(token.tag[1:]), words)


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _words(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type in ("text", "code_inline", "image"):
            yield token.content
