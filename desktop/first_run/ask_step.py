"""The third step: questions about the person's own files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.language import mark, tr
from desktop.widgets.labels import Label
from desktop.widgets.starter_grid import StarterGrid
from desktop.widgets.theme import UNIT

YOUR_OWN = mark("Type a question below, or take one of these about your files.")
NONE_YET = mark("Type a question below. Questions about your files appear here as they are read.")


class AskStep(QWidget):
    """Offers questions."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._about = Label(tr(NONE_YET), ink="muted", wrap=True)
        self.starters = StarterGrid()
        self.starters.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT + 2)
        column.addWidget(self._about)
        column.addWidget(self.starters)

    def show_starters(self, questions: Sequence[str]) -> None:
        """Offer these questions."""
        self._about.setText(tr(YOUR_OWN) if questions else tr(NONE_YET))
        self.starters.show_questions(questions)
