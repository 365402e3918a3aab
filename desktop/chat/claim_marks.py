"""Marks the sentences of an answer that its sources do not bear out: in its Markdown, then in the HTML made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.values import Claim

# Brackets of Unicode that hardly any text has. As punctuation they leave the emphasis around them as it is.
_OPEN, _CLOSE = "\u2e28", "\u2e29"
# What makes a line a heading, an item, a quotation, a row, code or a formula, and what ends the latter three.
_LINE_MARKUP = re.compile(
    r"[ \t]*(?:(?:[>#*+-]+|\d{1,9}[.)])[ \t]+|\|[ \t]*|\[[ xX]\][ \t]+|`{3,}[^\n]*\n|(?:\\\[|\$\$)\s*)*"
)
_END_MARKUP = re.compile(r"(?:\n[`~]{3,}|[|\s]|\\\]|\$\$)*\Z")
_PIECE = re.compile(rf"<[^>]*>|{_OPEN}|{_CLOSE}|[^<{_OPEN}{_CLOSE}]+")


def text_length(markdown: str) -> int:
    """The number of characters without the brackets around claims."""
    return len(markdown) - markdown.count(_OPEN) - markdown.count(_CLOSE)


def mark_claims(markdown: str, claims: Sequence[Claim]) -> str:
    """The answer with brackets around the sentences of these claims; unchanged where it has such brackets itself."""
    if _OPEN in markdown or _CLOSE in markdown:
        return markdown
    for claim in reversed(claims):
        markdown = bracketed(markdown, claim.start, claim.end, _OPEN + _CLOSE)
    return markdown


def bracketed(markdown: str, start: int, end: int, brackets: str) -> str:
    """The Markdown with two brackets around `markdown[start:end]`, where they do not change what a line is."""
    inside = start + len(_END_MARKUP.sub("", markdown[start:end]))
    markup = _LINE_MARKUP.match(markdown, markdown.rfind("\n", 0, start) + 1)
    begin = min(max(start, markup.end() if markup else start), inside)
    return f"{markdown[:begin]}{brackets[0]}{markdown[begin:inside]}{brackets[1]}{markdown[inside:]}"


def underline(html: str, doubts: Iterator[str]) -> str:
    """HTML with a span around the text between brackets, whose title is the next doubt. Links stay links.

    A citation is given the class `doubt`. Text that bold or italic words divide gets a span for each part.
    """
    doubt, shown, in_link = "", [], False
    for piece in _PIECE.findall(html):
        if piece == _OPEN:
            doubt = next(doubts, "")
        elif piece == _CLOSE:
            doubt = ""
        elif piece.startswith("<"):
            in_link = piece.startswith("<a") or (in_link and piece != "</a>")
            shown.append(piece.replace('class="cite"', 'class="doubt"') if doubt else piece)
        else:
            is_marked = doubt and not in_link and not piece.isspace()  # as between the cells of a row
            shown.append(f'<span title="{escape(doubt)}">{piece}</span>' if is_marked else piece)
    return "".join(shown)
