"""An answer's Markdown on screen. Finished blocks stay as they are; only the last one is rendered again.

It is cut into blocks in the same way while it is written and at the end, so that nothing moves then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from desktop.background import Background, Callbacks
from desktop.chat.claim_marks import mark_claims, underline
from desktop.chat.markdown_blocks import MarkdownBlock, highlight, merge_text, split_blocks
from desktop.chat.text_blocks import GAP, CodeBlock, QuoteBlock, TextBlock
from desktop.language import told
from desktop.reading.quote_blocks import Fold
from desktop.widgets.theme import is_dark

if TYPE_CHECKING:
    from assistant.values import Claim

BlockWidget = TextBlock | QuoteBlock | CodeBlock
WIDGETS: dict[str, type[TextBlock] | type[QuoteBlock] | type[CodeBlock]] = {
    "text": TextBlock,
    "quote": QuoteBlock,
    "code": CodeBlock,
}


class AnswerBody(QWidget):
    """A column of blocks that grows at its end."""

    link_clicked = Signal(str)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.markdown = ""
        self._tail_from = 0  # characters before it are in finished blocks
        self._finished = 0
        self._widgets: list[BlockWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self.fold = Fold(self)

    def append(self, text: str) -> None:
        """Add what was just written."""
        self.markdown += text
        tail = merge_text(split_blocks(self.markdown[self._tail_from :]).blocks)
        for place, block in enumerate(tail, self._finished):
            self._show(place, block)
        if len(tail) > 1:
            for widget in self._widgets[self._finished : -1]:
                self._colour(widget)
            self._finished += len(tail) - 1
            self._tail_from += tail[-1].start

    def resume(self) -> None:
        """Take more text after `finish`, within the last block too."""
        self._finished = self._tail_from = 0

    def finish(self, markdown: str, claims: Sequence[Claim] = (), quotes: Sequence[MarkdownBlock] = ()) -> None:
        """Show the final answer: code in colours, these claims underlined.

        `quotes`: how quotations are shown, each with its source below; all but the first are folded.
        """
        self.markdown = markdown
        blocks = quotes or merge_text(split_blocks(mark_claims(markdown, claims)).blocks)
        doubts = iter([told(claim.says) for claim in claims])
        for place, block in enumerate(blocks):
            self._show(place, block._replace(html=underline(block.html, doubts)) if claims else block)
        while len(self._widgets) > len(blocks):
            self._remove_last()
        self._finished, self._tail_from = len(blocks), len(markdown)
        self._column.insertWidget(2 if quotes else -1, self.fold)
        self.fold.fold(self._widgets[2:] if quotes else (), len(quotes[2:]) // 2)
        self._colour_all()

    def name_links(self, name: Callable[[str, str], str]) -> None:
        """Let the keyboard and screen readers come to the links. `name`: of an address and its words."""
        for text in self.texts():
            if isinstance(text, TextBlock):
                text.name_links(name)

    def texts(self) -> list[QTextBrowser]:
        """Return the text of each block, in order."""
        inner = (widget.text if isinstance(widget, QuoteBlock) else widget for widget in self._widgets)
        return [widget.body if isinstance(widget, CodeBlock) else widget for widget in inner]

    def changeEvent(self, event: QEvent) -> None:
        """Colour the code again for light or dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_all()

    def _show(self, place: int, block: MarkdownBlock) -> None:
        kind = WIDGETS[block.kind]
        if place < len(self._widgets) and not isinstance(self._widgets[place], kind):
            while len(self._widgets) > place:
                self._remove_last()
        if place == len(self._widgets):
            added = kind()
            text = added.text if isinstance(added, QuoteBlock) else added
            if isinstance(text, TextBlock):
                text.link_clicked.connect(self.link_clicked)
            self._widgets.append(added)
            self._column.addWidget(added)
        widget = self._widgets[place]
        if isinstance(widget, CodeBlock):
            if widget.source != block.source:
                widget.show_code(block.source, block.language)
        else:
            (widget.text if isinstance(widget, QuoteBlock) else widget).show_html(block.html)

    def _remove_last(self) -> None:
        widget = self._widgets.pop()
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _colour_all(self) -> None:
        for widget in self._widgets:
            self._colour(widget)

    def _colour(self, widget: BlockWidget) -> None:
        if not isinstance(widget, CodeBlock) or not widget.source:
            return
        source, language, dark = widget.source, widget.language, is_dark(self.palette())
        self._background.run(
            "read", lambda _, __: highlight(source, language, dark=dark), widget, Callbacks(widget.show_highlighted)
        )
