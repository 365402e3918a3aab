"""The question box: Enter sends, Shift+Enter breaks the line, Esc stops, Up in an empty box edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget
from shiboken6 import isValid

from desktop.models.model_choice import ModelState
from desktop.network.connections_page import NetworkState, environment_note
from desktop.widgets.buttons import IconButton, RoundButton, TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import ElidedLabel, Surface
from desktop.widgets.theme import SMALL, UNIT, sized_font

if TYPE_CHECKING:
    from personas import Persona

MAX_LINES = 8  # then it scrolls
LOCAL_NOTE = "Answers come from your files, on this computer. Check the sources."
PLAIN_NOTE = "Answers come from the model alone, on this computer, and may be wrong. Your files are not read."
OFFLINE_NOTE = "Offline: Carrel blocks every connection to other computers."


class Composer(Surface):
    """A box that grows with the question, and a button: Send, or Stop while an answer is written."""

    typed = Signal(str)  # the whole text, after each change
    submitted = Signal(str)
    cleared = Signal()  # the person has emptied the box
    stop_wanted = Signal()
    edit_last_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", "edge", parent, radius=14)
        self.box = _Box()
        self.button = RoundButton("send", "Send (Enter)", size=36)
        self._busy = False
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(UNIT)
        row.addWidget(self.box, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setFocusProxy(self.box)
        self.button.clicked.connect(lambda: self.stop_wanted.emit() if self._busy else self._submit())
        self.box.entered.connect(self._submit)
        self.box.escaped.connect(self.stop_wanted)
        self.box.up_in_empty.connect(self.edit_last_wanted)
        self.box.focus_changed.connect(self._show_focus)
        self.box.textChanged.connect(self._enable)
        self.box.textChanged.connect(lambda: self.typed.emit(self.text))
        self.box.emptied.connect(self.cleared)
        self._enable()

    @property
    def text(self) -> str:
        """The text in the box, without the spaces around it."""
        return self.box.toPlainText().strip()

    def set_busy(self, busy: bool) -> None:
        """Offer Stop in place of Send."""
        self._busy = busy
        self.button.rename("Stop (Esc)" if busy else "Send (Enter)", "stop" if busy else "send")
        self._enable()

    def name_persona(self, name: str) -> None:
        """Name the persona in the empty box."""
        self.box.setPlaceholderText(f"Ask {name}…")

    def write(self, text: str) -> None:
        """Put text into the box, ready to be changed or sent."""
        self.fill(text)
        self.box.setFocus()

    def clear(self) -> None:
        """Empty the box."""
        self.box.clear()

    def fill(self, text: str) -> None:
        """Put text into the box, and leave the focus where it is."""
        self.box.setPlainText(text)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)

    def type(self, text: str) -> None:
        """Add a letter that was typed elsewhere, and go on in the box."""
        self.box.setFocus()
        self.box.textCursor().insertText(text)

    def _show_focus(self, focused: bool) -> None:
        if isValid(self):  # the box loses the focus while the window is being destroyed, too
            self.restyle("base", "accent" if focused else "edge")

    def _submit(self) -> None:
        text = self.text
        if text and not self._busy:
            self.box.clear()
            self.submitted.emit(text)

    def _enable(self) -> None:
        self.button.setEnabled(self._busy or bool(self.box.toPlainText().strip()))


class _Box(QPlainTextEdit):
    entered = Signal()
    escaped = Signal()
    up_in_empty = Signal()
    emptied = Signal()
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._composing = False
        slim_scrolling(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Question")
        self.setPlaceholderText("Ask a question…")
        self.document().setDocumentMargin(0)
        self.setViewportMargins(0, UNIT, 0, 0)
        self.setFont(sized_font(1.04))
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
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
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            if undoes and not self.document().isUndoAvailable():  # it is for the window
                event.ignore()
                return False
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():  # files are for the window
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFont(sized_font(1.04))
            self._fit()

    def _fit(self, _: object = None) -> None:
        lines = max(1, min(MAX_LINES, int(self.document().size().height())))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * UNIT)


class EditBanner(Surface):
    """A line over the box while an earlier question is in it, with the way out."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("accent_soft", parent=parent)
        leave = IconButton("close", "Leave the question as it is (Esc)", size=24)
        leave.clicked.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT // 2, UNIT, UNIT // 2)
        row.addWidget(ElidedLabel("Editing an earlier question · Esc to leave", SMALL), 1)
        row.addWidget(leave)
        self.hide()


class ChatFoot(QWidget):
    """A note below the question box, and a badge while Carrel is offline."""

    connections_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ElidedLabel(LOCAL_NOTE, SMALL, ink="muted")
        self._server, self._reads_files = "", True
        self.offline = TextButton("Offline", "offline", kind="quiet")
        self.offline.clicked.connect(self.connections_wanted)
        self.offline.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.note, 1)
        row.addWidget(self.offline)
        self._keep_height()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_height()

    def show_network(self, state: NetworkState) -> None:
        """Show the badge while Carrel is offline."""
        note = f"{OFFLINE_NOTE} {environment_note(state)}".rstrip()
        self.offline.setToolTip(note)
        self.offline.setAccessibleDescription(note)
        self.offline.setVisible(state.offline)

    def show_model(self, state: ModelState) -> None:
        """Say where questions are sent."""
        self._server = state.model if state.away else ""
        self._update_note()

    def show_persona(self, persona: Persona) -> None:
        """Say whether answers come from files."""
        self._reads_files = persona.files
        self._update_note()

    def _update_note(self) -> None:
        if not self._server:
            self.note.setText(LOCAL_NOTE if self._reads_files else PLAIN_NOTE)
        elif self._reads_files:
            sent = f"Questions and the passages found for them are sent to {self._server}. Check the sources."
            self.note.setText(sent)
        else:
            self.note.setText(f"Questions are sent to {self._server}. Your files are not read.")

    def _keep_height(self) -> None:
        """Reserve room for the badge while it is hidden, so that the box above stays in place."""
        self.setFixedHeight(self.offline.sizeHint().height())
