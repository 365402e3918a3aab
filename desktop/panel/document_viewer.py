"""A file's text as it was indexed, with the cited span marked and scrolled into view."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from assistant.visible_text import visible
from desktop.background import Background, Callbacks, Task
from desktop.widgets.buttons import IconButton, TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import Divider, ElidedLabel, Label
from desktop.widgets.theme import SMALL, UNIT, colours, sized_font

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from errors import AppError

# A desktop may run these instead of showing them: their folder is opened.
PROGRAMS = frozenset(
    ".app .bat .cmd .com .command .cpl .desktop .exe .hta .jar .js .jse .lnk .msi .pif .pl .ps1 .py .pyw .rb .reg .scr"
    " .sh .terminal .url .vb .vbe .vbs .wsf .wsh".split()
)
AROUND_CHARACTERS = 60_000  # shown around the span of a long document, so that it opens at once

# Qt lays out a line without spaces in 3 µs for each character, and any other text in a twentieth of it.
LINE_CHARACTERS = 10_000
AROUND_IN_LINE_CHARACTERS = 4_000  # shown around the span where a line is longer than that


class Span(NamedTuple):
    """Characters `start` to `end` of a file's text."""

    path: Path
    start: int
    end: int
    title: str = ""


class Excerpt(NamedTuple):
    """Text around a span. `start` and `end` are positions in it in UTF-16 units, as Qt counts."""

    span: Span
    text: str
    start: int
    end: int
    partial: bool


class DocumentViewer(QWidget):
    """Shows one span after another; Back returns to the sources."""

    closed = Signal()

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._span: Span | None = None
        self._excerpt: Excerpt | None = None
        self._name, self._place = ElidedLabel("", bold=True), ElidedLabel("", SMALL, ink="muted")
        self._note = Label("", SMALL, ink="muted", wrap=True)
        self._note.hide()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Text of the file")
        self.text.setFont(sized_font(1.0))
        self.text.document().setDocumentMargin(2 * UNIT)
        slim_scrolling(self.text)
        self._lay_out()

    def open(self, span: Span) -> None:
        """Show a file with this span marked."""
        self._span = span
        self._name.setText(span.path.name)
        self._place.setText(span.title or str(span.path.parent))
        self._place.explain(str(span.path))

        def read(space: Workspace, _: Task) -> Excerpt:
            return excerpt(space.library.document_text(span.path), span)

        self._background.run("read", read, self, Callbacks(self._show, self._fail))

    def changeEvent(self, event: QEvent) -> None:
        """Mark the span again when the colours change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.text.setFont(sized_font(1.0))
        elif event.type() == QEvent.Type.PaletteChange and self._excerpt is not None:
            self._mark(self._excerpt)

    def marked_text(self) -> str:
        """Return the marked text."""
        marks = self.text.extraSelections()
        return marks[0].cursor.selectedText().replace("\u2029", "\n") if marks else ""

    def _lay_out(self) -> None:
        back = IconButton("left", "Back to the sources", size=28)
        back.clicked.connect(self.closed)
        open_file = TextButton("Open file", "open", kind="quiet")
        open_file.clicked.connect(self._open_file)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._place)
        head = QHBoxLayout()
        head.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT)
        head.setSpacing(UNIT // 2)
        head.addWidget(back)
        head.addLayout(words, 1)
        head.addWidget(open_file)
        self._note.setContentsMargins(2 * UNIT, UNIT // 2, 2 * UNIT, UNIT // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Divider())
        column.addWidget(self._note)
        column.addWidget(self.text, 1)

    def _show(self, excerpt: Excerpt) -> None:
        if excerpt.span is not self._span:
            return
        self._excerpt = excerpt
        self._show_note("This file is long. Only the part around the passage is shown." if excerpt.partial else "")
        self.text.setPlainText(visible(excerpt.text))
        self._mark(excerpt)
        QTimer.singleShot(0, self, self._bring_into_view)

    def _fail(self, error: AppError) -> None:
        self._excerpt = None
        self.text.setExtraSelections([])
        self.text.clear()
        self._show_note(f"{error.title}. {error.hint}")

    def _show_note(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def _mark(self, excerpt: Excerpt) -> None:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.text.document())
        cursor.setPosition(excerpt.start)
        cursor.setPosition(excerpt.end, QTextCursor.MoveMode.KeepAnchor)
        style = QTextCharFormat()
        shades = colours(self.palette())
        style.setBackground(QColor(shades.marker))
        style.setForeground(QColor(shades.text))
        mark.cursor, mark.format = cursor, style
        self.text.setExtraSelections([mark])

    def _bring_into_view(self) -> None:
        if self._excerpt is None:
            return
        cursor = QTextCursor(self.text.document())
        cursor.setPosition(self._excerpt.start)
        self.text.setTextCursor(cursor)
        self.text.centerCursor()

    def _open_file(self) -> None:
        if self._span is not None:
            path = self._span.path
            is_program = path.suffix.lower() in PROGRAMS if path.suffix else os.access(path, os.X_OK)
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent if is_program else path)))


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
