"""A Markdown file as it is meant to look, with the cited span marked."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

from desktop.chat.claim_marks import bracketed
from desktop.chat.markdown_blocks import MarkdownBlock, split_blocks
from desktop.chat.text_blocks import selected_text, style_sheet
from desktop.language import tr
from desktop.reading.text_view import Span, selection
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import UNIT, colours, sized_font

AROUND_CHARACTERS = 12_000  # shown around the span: Qt lays out 24,000 of them in some 40 ms
# Brackets that hardly any text has: they go through the Markdown around the span, and are taken out of what is shown.
_OPEN, _CLOSE = "\u2e22", "\u2e23"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class FormattedView(QTextBrowser):
    """Shows HTML made from Markdown. Links are reported, not followed; nothing is loaded."""

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._html = ""
        self._marked: tuple[int, int] | None = None
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(tr("Formatted text of the file"))
        self.document().setDocumentMargin(2 * UNIT)
        self.document().setIndentWidth(3 * UNIT)
        slim_scrolling(self)
        encoded = QUrl.ComponentFormattingOption.FullyEncoded
        self.anchorClicked.connect(lambda address: self.link_clicked.emit(address.toString(encoded)))

    def show_html(self, html: str) -> bool:
        """Show what `formatted_html` made, scrolled to its span; False where that could not be marked."""
        self._html = html
        self.document().setDefaultFont(sized_font(1.0))
        self.document().setDefaultStyleSheet(style_sheet(colours(self.palette())))
        self.setHtml(html)
        start, end = self._take_out(_OPEN), self._take_out(_CLOSE)
        self._marked = (start, end) if start is not None and end is not None else None
        self._mark()
        QTimer.singleShot(0, self, self._bring_into_view)
        return self._marked is not None

    def marked_text(self) -> str:
        """Return the marked text."""
        marks = self.extraSelections()
        return selected_text(marks[0].cursor) if marks else ""

    def loadResource(self, kind: int, name: QUrl | str) -> str:
        """Return nothing, so that a file cannot make the window read another."""
        return ""

    def changeEvent(self, event: QEvent) -> None:
        """Follow light, dark and zoom."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._html:
            self.show_html(self._html)

    def _take_out(self, bracket: str) -> int | None:
        cursor = self.document().find(bracket)
        if cursor.isNull():
            return None
        cursor.removeSelectedText()
        return cursor.position()

    def _mark(self) -> None:
        self.setExtraSelections([selection(self, *self._marked)] if self._marked else [])

    def _bring_into_view(self) -> None:
        if self._marked is not None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._marked[0])
            self.setTextCursor(cursor)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.cursorRect().center().y() - self.viewport().height() // 2)


def formatted_html(text: str, span: Span) -> str:
    """Return the Markdown around a span as safe HTML, with brackets around the span."""
    first = max(0, span.start - AROUND_CHARACTERS)
    first = text.rfind("\n\n", 0, first) + 1 if first else 0
    if (head := _FRONT_MATTER.match(text)) and first < head.end() <= span.start:
        first = head.end()
    last = text.find("\n\n", span.end + AROUND_CHARACTERS)
    shown = text[first : None if last < 0 else last]
    marked = bracketed(shown, span.start - first, span.end - first, _OPEN + _CLOSE)
    return "".join(map(_html_of, split_blocks(marked, cites=False).blocks))


def _html_of(block: MarkdownBlock) -> str:
    if block.kind == "code":
        return f"<pre style='white-space: pre-wrap'>{escape(block.source)}</pre>"
    return f"<blockquote>{block.html}</blockquote>" if block.kind == "quote" else block.html
