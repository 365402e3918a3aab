"""Questions to start with, each asked with one click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLayoutItem, QVBoxLayout, QWidget

from desktop.language import tr
from desktop.widgets.labels import ClickCard, Label
from desktop.widgets.theme import UNIT

MOST = 4  # questions


class StarterGrid(QWidget):
    """Up to four questions, two in a row."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(UNIT + 4)
        self._questions: tuple[str, ...] = ()
        self.hide()

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that are offered."""
        return self._questions

    def show_questions(self, questions: Sequence[str]) -> None:
        """Offer these and no others."""
        if self._questions == tuple(questions[:MOST]):
            return
        self._questions = tuple(questions[:MOST])
        while isinstance(item := self._grid.takeAt(0), QLayoutItem):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, question in enumerate(self._questions):
            card = StarterCard(question)
            card.clicked.connect(lambda question=question: self.chosen.emit(question))
            self._grid.addWidget(card, place // 2, place % 2)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        self.setVisible(bool(self._questions))


class StarterCard(ClickCard):
    """A question that is asked with one click."""

    def __init__(self, question: str) -> None:
        super().__init__(tr("Ask: {question}", question=question))
        self._words = Label(question, wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT - 4, 2 * UNIT, 2 * UNIT - 4)
        layout.addWidget(self._words)

    def minimumSizeHint(self) -> QSize:
        """Two lines of text at the least."""
        return QSize(12 * UNIT, self.fontMetrics().height() * 2 + 3 * UNIT)
