"""The Markdown of answers: CommonMark with tables, formulas and task boxes. Nothing of it loads or runs anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath.index import make_block_func, make_inline_func

from assistant.mathematics import formula_html

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

FORMULAS = frozenset({"math_inline", "math_inline_double", "math_single", "math_block", "math_block_eqno"})
_DISPLAYED = frozenset({"math_block", "math_block_eqno"})
_IN_LINE: Any = {"name": "math_inline", "rex": re.compile(r"^\\\((.+?)\\\)", re.DOTALL), "tag": "\\("}
# `\[9\]` is an escaped bracket of a quotation: a formula has a space, a command or a sign within.
_SIGN = r"(?=\s|(?:(?!\\\])[^\n])*?(?:\\[a-zA-Z]|[=^]))"
_DISPLAY: Any = {
    "name": "math_block",
    "rex": re.compile(rf"^\\\[{_SIGN}([\s\S]+?)\\\]", re.MULTILINE),
    "tag": "\\[",
}
_BOX = re.compile(r"\[([ xX])\](?=\s)")


def make_parser() -> MarkdownIt:
    """A parser of answers; what is written as HTML stays text."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    # Prices stay prices: a formula begins and ends at a letter or sign, and no digit follows it.
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.before("escape", "math_inline", make_inline_func(_IN_LINE))
    parser.block.ruler.before("fence", "math_block", make_block_func(_DISPLAY))
    for kind in FORMULAS:
        parser.add_render_rule(kind, _formula)
    parser.core.ruler.push("task boxes", _draw_boxes)
    return parser


def _formula(renderer: Any, tokens: Sequence[Token], index: int, options: Any, environment: Any) -> str:
    html = formula_html(tokens[index].content)
    return f"<p>\u2003{html}</p>\n" if tokens[index].type in _DISPLAYED else html


def _draw_boxes(state: StateCore) -> None:
    """Draw `[ ]` and `[x]` at the beginning of a list's item as boxes."""
    for before, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        first = inline.children[0] if inline.type == "inline" and inline.children else None
        if before.type == "list_item_open" and paragraph.type == "paragraph_open" and first and first.type == "text":
            first.content = _BOX.sub(lambda box: "☐" if box[1] == " " else "☑", first.content, count=1)
