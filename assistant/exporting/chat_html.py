"""Markdown with footnotes as HTML, for pages that are printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from mdit_py_plugins.footnote import footnote_plugin

from assistant.dialect import make_parser
from assistant.exporting.chat_markdown import chat_markdown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from assistant.values import Turn

_BACK = re.compile(r' <a href="#fnref[^>]*>.*?</a>')  # the way back to the text, which paper does not have
_REFERENCE = re.compile(r'<a href="#fn(\d+)" id="[^"]*">\[[^\]]*\]</a>')


def chat_html(turns: Sequence[Turn], title: str) -> str:
    """A chat as HTML without scripts, pictures or anything to load; footnotes at the end."""
    return _REFERENCE.sub(r"\1", _BACK.sub("", parser().render(chat_markdown(turns, title))))


@cache
def parser() -> MarkdownIt:
    """The parser of exported Markdown."""
    made = make_parser()
    made.disable("image").use(footnote_plugin)
    return made
