"""Quotations as an answer to read: the best one first and larger, its source small below, the weaker ones folded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.chat.markdown_blocks import MarkdownBlock, split_blocks
from desktop.language import mark, tr, tr_count
from desktop.widgets.buttons import TextButton

if TYPE_CHECKING:
    from assistant.values import Turn

PAGE = mark(" · a page of this persona")
_TITLE = re.compile(r"<p><strong>(.*)</strong></p>", re.DOTALL)
_CITED = re.compile(r'href="cite:(\d+)"')


def quote_blocks(turn: Turn) -> tuple[MarkdownBlock, ...]:
    """The quotations of an answer, each before the name of its source; none where it is no list of quotations."""
    if turn.finish != "quotes" or turn.read_whole:
        return ()
    arranged: list[MarkdownBlock] = []
    source = ""
    for block in split_blocks(turn.answer).blocks:
        if title := _TITLE.fullmatch(block.html.strip()):
            source = title[1]
        elif block.kind == "quote":
            pages = [turn.passages[int(n) - 1].path for n in _CITED.findall(block.html) if int(n) <= len(turn.passages)]
            html = block.html if arranged else f'<div class="best">{block.html}</div>'
            arranged += [block._replace(html=html), _source(source, pages, turn.persona_id)]
        elif source:
            return ()
    return tuple(arranged)


def _source(name: str, pages: Sequence[Path], persona_id: str) -> MarkdownBlock:
    told = tr(PAGE) if any(is_persona_page(page, persona_id) for page in pages) else ""
    return MarkdownBlock("text", f'<p><span class="crumbs">{name}{told}</span></p>', name)


def is_persona_page(path: Path, persona_id: str) -> bool:
    """Return True for a page that came with the persona."""
    return any(pair == (persona_id, "knowledge") for pair in pairwise(path.parts))


class Fold(TextButton):
    """`6 weaker matches`: unfolds the widgets below it, and folds them again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "right", kind="quiet", parent=parent)
        self._below: Sequence[QWidget] = ()
        self._words = ""
        self.clicked.connect(lambda: self.unfold(not self._is_unfolded))
        self.hide()

    def fold(self, below: Sequence[QWidget], count: int) -> None:
        """Fold these widgets, which show so many quotations."""
        self._below = below
        self._words = tr_count("{count} weaker match", "{count} weaker matches", count)
        self.setVisible(count > 0)
        self.unfold(False)

    def unfold(self, unfolded: bool = True) -> None:
        """Show what is folded, or fold it."""
        self._is_unfolded = unfolded
        for widget in self._below:
            widget.setVisible(unfolded)
        self.relabel(self._words, "down" if unfolded else "right")
        self.setAccessibleName(tr("{words}. Hide them" if unfolded else "{words}. Show them", words=self._words))

    def unfold_for(self, text: QWidget) -> None:
        """Show what is folded, if this text is a part of it."""
        if any(widget is text or widget.isAncestorOf(text) for widget in self._below):
            self.unfold()
