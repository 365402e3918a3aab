"""A model's thoughts above its answer: one quiet line, which unfolds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.views import thought_line
from desktop.language import mark, told, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, colours

THINKING = mark("Thinking …")
_BAR_PX, _TEXT_PX = 2, 30  # the bar's width, and where the line's words begin
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


class ThoughtsView(QWidget):
    """Folded at first, also while the model thinks; a click, or Space on the line, unfolds it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = TextButton(tr(THINKING), "right", kind="quiet")
        self._heading.clicked.connect(self._toggle)
        self._body = _Thoughts()
        self._body.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, UNIT // 2)
        column.setSpacing(UNIT // 2)
        column.addWidget(self._heading)
        column.addWidget(self._body)
        self.hide()

    def append(self, text: str) -> None:
        """Add thoughts that are being written."""
        self._body.add(text)
        self.show()

    def finish(self, thoughts: str, seconds: float) -> None:
        """Show the thoughts as they were saved, and how long they took; nothing where there are none."""
        self._body.replace(thoughts)
        self._name(told(thought_line(seconds)))
        self.setVisible(bool(thoughts))

    def _toggle(self) -> None:
        self._body.setVisible(self._body.isHidden())
        self._name(self._heading.text())

    def _name(self, words: str) -> None:
        unfolded = not self._body.isHidden()
        self._heading.relabel(words, "down" if unfolded else "right")
        self._heading.setAccessibleName(
            tr("{words}. Hide the thoughts" if unfolded else "{words}. Show the thoughts", words=words)
        )


class _Thoughts(QWidget):
    """The text behind a bar, in a quieter colour than the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Label("", SMALL * 1.07, ink="muted", wrap=True)
        self._text.setTextInteractionFlags(_SELECTABLE)
        row = QVBoxLayout(self)
        row.setContentsMargins(_TEXT_PX, 0, 0, UNIT)
        row.addWidget(self._text)

    def add(self, text: str) -> None:
        self.replace(self._text.text() + text)

    def replace(self, text: str) -> None:
        self._text.setText(text.lstrip())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(2 * UNIT - 1, 0, _BAR_PX, self.height() - UNIT, QColor(colours(self.palette()).border))
