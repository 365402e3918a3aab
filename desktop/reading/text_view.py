"""A file's text as it was indexed, with the cited span marked and scrolled into view."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from assistant.visible_text import visible
from desktop.language import tr
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import UNIT, colours, sized_font

AROUND_CHARACTERS = 60_000  # shown around the span of a long document, so that it opens at once

# Qt lays out a line without spaces in 3 µs for each character, and any other text in a twentieth of it.
LINE_CHARACTERS = 10_000
AROUND_IN_LINE_CHARACTERS = 4_000  # shown around the span where a line is longer than that


class Span(NamedTuple):
    """Characters `start` to `end` of a file's text, and the `page` on which they begin, from 1, where it has pages."""

    path: Path
    start: int
    end: int
    title: str = ""
    page: int | None = None


class Excerpt(NamedTuple):
    """Text around a span. `start` and `end` are positions in it in UTF-16 units, as Qt counts."""

    span: Span
    text: str
    start: int
    end: int
    partial: bool


class TextView(QPlainTextEdit):
    """Shows an excerpt with its span marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._excerpt: Excerpt | None = None
        self.setReadOnly(True)
        self.setAccessibleName(tr("Text of the file"))
        self.setFont(sized_font(1.0))
        self.document().setDocumentMargin(2 * UNIT)
        slim_scrolling(self)

    def show_excerpt(self, excerpt: Excerpt) -> None:
        """Show a text, scrolled to its span."""
        self._excerpt = excerpt
        self.setPlainText(visible(excerpt.text))
        self.mark()
        QTimer.singleShot(0, self, self._bring_into_view)

    def forget(self) -> None:
        """Show nothing."""
        self._excerpt = None
        self.setExtraSelections([])
        self.clear()

    def marked_text(self) -> str:
        """Return the marked text."""
        marks = self.extraSelections()
        return marks[0].cursor.selectedText().replace("\u2029", "\n") if marks else ""

    def changeEvent(self, event: QEvent) -> None:
        """Mark the span again when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFont(sized_font(1.0))
        elif event.type() == QEvent.Type.PaletteChange:
            self.mark()

    def mark(self) -> None:
        """Mark the span."""
        if self._excerpt is not None:
            self.setExtraSelections([selection(self, self._excerpt.start, self._excerpt.end)])

    def _bring_into_view(self) -> None:
        if self._excerpt is not None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._excerpt.start)
            self.setTextCursor(cursor)
            self.centerCursor()


def selection(text: QPlainTextEdit | QTextEdit, start: int, end: int) -> QTextEdit.ExtraSelection:
    """Return a mark on characters of a widget's text."""
    mark, shades = QTextEdit.ExtraSelection(), colours(text.palette())
    cursor = QTextCursor(text.document())
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    style = QTextCharFormat()
    style.setBackground(QColor(shades.marker))
    style.setForeground(QColor(shades.text))
    mark.cursor, mark.format = cursor, style
    return mark


def excerpt(text: str, span: Span) -> Excerpt:
    """Return the text around the span, from the beginning of a line on where one is near. Of a long span, its start."""
    whole_lines = _excerpt(text, span, AROUND_CHARACTERS)
    is_long = max(map(len, whole_lines.text.split("\n"))) > LINE_CHARACTERS
    return _excerpt(text, span, AROUND_IN_LINE_CHARACTERS) if is_long else whole_lines


def _excerpt(text: str, span: Span, around: int) -> Excerpt:
    marked = min(span.end, span.start + around)
    first, last = max(0, span.start - around), min(len(text), marked + around)
    first = text.rfind("\n", max(0, first - around), first) + 1 or first
    shown = text[first:last]
    start = _utf16_length(shown[: span.start - first])
    end = start + _utf16_length(text[span.start : marked])
    return Excerpt(span, shown, start, end, len(shown) < len(text))


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
