"""The field that a question is typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from desktop.language import tr
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.theme import UNIT, sized_font

MAX_LINES = 8  # then it scrolls


def holds_attachments(data: QMimeData) -> bool:
    """Return True for files of this computer, and for a picture that is not there as text too."""
    return any(url.isLocalFile() for url in data.urls()) or (data.hasImage() and not data.hasText())


class QuestionBox(QPlainTextEdit):
    """Several lines of text; Enter sends, and what is no text is given to whoever takes it."""

    entered = Signal()
    escaped = Signal()
    up_in_empty = Signal()
    emptied = Signal()
    focus_changed = Signal(bool)
    given = Signal(object)  # QMimeData that was pasted: files, or a picture

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        slim_scrolling(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Question"))
        self.setPlaceholderText(tr("Ask a question…"))
        self.document().setDocumentMargin(0)
        self.setViewportMargins(0, UNIT, 0, 0)
        self.setFont(sized_font(1.04))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Enter, and pass on Esc and Up in an empty box."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if not self._composing:  # else Enter ends the syllable and nothing more
                self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.up_in_empty.emit()
        else:
            was_empty = not self.toPlainText()
            super().keyPressEvent(event)
            if not was_empty and not self.toPlainText():
                self.emptied.emit()

    def event(self, event: QEvent) -> bool:
        """Leave undo to the window where nothing was typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            if undoes and not self.document().isUndoAvailable():  # it is for the window
                event.ignore()
                return False
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text; files are for the composer around the box."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Return True for text, files of this computer and pictures."""
        return holds_attachments(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert pasted text; files and pictures are given away, never their addresses inserted."""
        if holds_attachments(source):
            self.given.emit(source)
        else:
            super().insertFromMimeData(source)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Note whether a syllable is being put together."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Report the focus."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Report that it is gone."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFont(sized_font(1.04))
            self._fit()

    def _fit(self, _: object = None) -> None:
        lines = max(1, min(MAX_LINES, int(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * UNIT)
