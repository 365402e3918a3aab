"""Where questions are written: Enter sends, Shift+Enter breaks the line, Esc stops, Up in an empty box edits."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from desktop.models.model_choice import ModelState
from desktop.network.offline_switch import NetworkState, fixed_words
from desktop.widgets.buttons import RoundButton, TextButton
from desktop.widgets.fields import slim_scrolling
from desktop.widgets.labels import ElidedLabel, Surface
from desktop.widgets.theme import SMALL, UNIT, sized_font

MAX_LINES = 8  # then it scrolls


class Composer(Surface):
    """A box that grows with the question, and one button: Send, or Stop while an answer is written."""

    typed = Signal(str)  # as it stands, after each change
    submitted = Signal(str)
    stop_wanted = Signal()
    edit_last_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("base", "border", parent, radius=14)
        self.box = _Box()
        self.button = RoundButton("send", "Send (Enter)", size=36)
        self._busy = False
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, UNIT, UNIT, UNIT)
        row.setSpacing(UNIT)
        row.addWidget(self.box, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setFocusProxy(self.box)
        self.button.clicked.connect(self._press)
        self.box.entered.connect(self._submit)
        self.box.escaped.connect(self.stop_wanted)
        self.box.up_in_empty.connect(self.edit_last_wanted)
        self.box.focus_changed.connect(self._show_focus)
        self.box.textChanged.connect(self._change)
        self._enable()

    def set_busy(self, busy: bool) -> None:
        """Offer Stop in the place of Send."""
        self._busy = busy
        self.button.rename("Stop (Esc)" if busy else "Send (Enter)", "stop" if busy else "send")
        self._enable()

    def ask_of(self, name: str) -> None:
        """Name the persona in the empty box."""
        self.box.setPlaceholderText(f"Ask {name}…")

    def write(self, text: str) -> None:
        """Put text into the box, ready to be changed or sent."""
        self.box.setPlainText(text)
        self.box.moveCursor(self.box.textCursor().MoveOperation.End)
        self.box.setFocus()

    def _press(self) -> None:
        if self._busy:
            self.stop_wanted.emit()
        else:
            self._submit()

    def _submit(self) -> None:
        text = self.box.toPlainText().strip()
        if text and not self._busy:
            self.box.clear()
            self.submitted.emit(text)

    def _change(self) -> None:
        self._enable()
        self.typed.emit(self.box.toPlainText().strip())

    def _enable(self) -> None:
        self.button.setEnabled(self._busy or bool(self.box.toPlainText().strip()))

    def _show_focus(self, focused: bool) -> None:
        self.restyle("base", "accent" if focused else "border")


class _Box(QPlainTextEdit):
    entered = Signal()
    escaped = Signal()
    up_in_empty = Signal()
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
            if not self._composing:  # else it ends the syllable, and nothing more
                self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.up_in_empty.emit()
        else:
            super().keyPressEvent(event)

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


HERE = "Answers come from your files, on this computer. Check the sources."
OFFLINE = "Carrel is offline: every connection to another computer is refused."


class ChatFoot(QWidget):
    """A footnote, and a quiet badge that is there only while Carrel is offline."""

    connections_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ElidedLabel(HERE, SMALL, ink="muted")
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
        """Take the height of the new font size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_height()

    def show_network(self, state: NetworkState) -> None:
        """Say whether Carrel is offline."""
        words = f"{OFFLINE} {fixed_words(state)}".rstrip()
        self.offline.setToolTip(words)
        self.offline.setAccessibleDescription(words)
        self.offline.setVisible(state.offline)

    def show_model(self, state: ModelState) -> None:
        """Say where questions go."""
        away = f"Questions, and the passages found for them, go to {state.model}. Check the sources."
        self.note.setText(away if state.away else HERE)

    def _keep_height(self) -> None:
        """Have room for the badge also while it is hidden: the box above keeps its place."""
        self.setFixedHeight(self.offline.sizeHint().height())
