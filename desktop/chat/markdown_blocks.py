"""Markdown → blocks that can be shown safely: HTML without scripts, styles, images or anything to load.

Nothing here needs Qt. markdown-it parses, nh3 keeps a list of harmless tags, Pygments colours code. Each is imported
when first used, so that the window opens without them; `preload` does it ahead of the first answer.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from assistant.visible_text import visible
from desktop.chat.claim_marks import text_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

TAGS = frozenset(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong sub sup table tbody td th thead tr"
    " ul".split()
)
SCHEMES = frozenset({"http", "https", "mailto", "cite"})
MOST_JOINED = 3_000  # characters that are laid out again, in some 5 ms, whenever a word is added to them
_NO_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)  # what is left of a link to nowhere allowed
_CITATION = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![(:])")


class MarkdownBlock(NamedTuple):
    """One top-level piece: safe `html`, or for code its text in `source` and the name of its `language`.

    `start`: the character of the text at which it begins.
    """

    kind: Literal["text", "quote", "code"]
    html: str
    source: str
    language: str = ""
    start: int = 0


class MarkdownBlocks(NamedTuple):
    """The blocks of a text. The last, from character `open_from`, may still change when more is written."""

    blocks: tuple[MarkdownBlock, ...]
    open_from: int


def preload() -> None:
    """Import what the first answer is laid out with."""
    split_blocks("warm")
    highlight("warm = 1", "python", dark=False)


def split_blocks(text: str, *, cites: bool = True) -> MarkdownBlocks:
    """Parse a text into its top-level blocks, of which nothing changes how the text around it is read.

    `cites`: a number in brackets is a link to a source.
    """
    text, parser = visible(text), _parser(cites)
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
    last_line = len(starts) - 1
    blocks, open_from = [], 0
    for group in _top_level(tokens):
        first, last = group[0].map or (0, last_line)
        open_from = starts[min(first, last_line)]
        block = _block(parser, group, text[open_from : starts[min(last, last_line)]], environment)
        blocks.append(block._replace(start=open_from))
    return MarkdownBlocks(tuple(blocks), open_from)


def merge_text(blocks: Sequence[MarkdownBlock]) -> tuple[MarkdownBlock, ...]:
    """Return the blocks with neighbouring text joined, so that a selection can run across paragraphs.

    A stretch of text ends at MOST_JOINED characters, wherever more of it was written: so a part that begins where
    a stretch does is joined in the same way as the whole.
    """
    merged: list[MarkdownBlock] = []
    for block in blocks:
        if merged and block.kind == "text" == merged[-1].kind and text_length(merged[-1].source) < MOST_JOINED:
            joined = merged[-1].html + block.html, merged[-1].source + block.source
            merged[-1] = merged[-1]._replace(html=joined[0], source=joined[1])
        else:
            merged.append(block)
    return tuple(merged)


def highlight(source: str, language: str, *, dark: bool) -> str:
    """Return the code as HTML with inline colours; plain when the language is unknown."""
    from pygments import formatters, highlight as coloured, lexers, util

    try:
        lexer = lexers.get_lexer_by_name(language or "text", stripnl=False)
    except util.ClassNotFound:
        lexer = lexers.get_lexer_by_name("text", stripnl=False)
    formatter = formatters.HtmlFormatter(nowrap=True, noclasses=True, style="github-dark" if dark else "xcode")
    return f"<pre>{coloured(source, lexer, formatter)}</pre>"


def _block(parser: MarkdownIt, group: Sequence[Token], source: str, environment: dict[str, Any]) -> MarkdownBlock:
    head = group[0]
    if head.type in ("fence", "code_block"):
        return MarkdownBlock(
            "code", "", head.content.rstrip("\n"), head.info.strip().split(" ")[0] if head.info else ""
        )
    if head.type == "blockquote_open":
        return MarkdownBlock("quote", _clean(parser.renderer.render(group[1:-1], parser.options, environment)), source)
    return MarkdownBlock("text", _clean(parser.renderer.render(group, parser.options, environment)), source)


def _clean(html: str) -> str:
    import nh3

    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={"a": {"href", "class"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",  # it would lead to a file of this computer
        link_rel=None,
    )
    return _NO_LINK.sub(r"\1", cleaned).rstrip()


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


@cache
def _parser(cites: bool) -> MarkdownIt:
    from assistant.dialect import make_parser

    parser = make_parser()
    if cites:
        parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("image", _image_as_link)
    return parser


def _citation(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        for place, number in enumerate(re.split(r"\s*,\s*", found[1])):
            if place:
                state.push("text", "", 0).content = "\u2009"
            token = state.push("link_open", "a", 1)
            token.attrs = {"href": f"cite:{number}", "class": "cite"}
            state.push("text", "", 0).content = f"\u2009{number}\u2009"
            state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _image_as_link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    token = tokens[index]
    words = token.content or "image"
    return f'<a href="{escape(str(token.attrs.get("src", "")))}">{escape(words)}</a>'
