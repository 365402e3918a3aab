"""The line under an answer that counts the sentences which are not in the sources, and unfolds to name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.language import told
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from assistant.values import Turn

_MARKUP = re.compile(r"[*_`]+|\s*\[\d[^\]]{0,12}\]")
_SENTENCE_CHARACTERS = 160  # of each sentence that is named
_TEXT_PX = 30  # where the button's words begin


class Doubts(QWidget):
    """Hidden where every sentence is in the sources, and folded at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = TextButton("", "warning", kind="quiet")
        self.button.setCheckable(True)
        self.button.accessible_role = QAccessible.Role.Button
        self.list = QWidget()
        self.list.hide()
        self.button.toggled.connect(self.list.setVisible)
        self._rows = QVBoxLayout(self.list)
        self._rows.setContentsMargins(_TEXT_PX, 0, 0, UNIT // 2)
        self._rows.setSpacing(UNIT // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addWidget(self.button)
        column.addWidget(self.list)
        self.hide()

    def show_of(self, turn: Turn) -> None:
        """Count and name the doubtful sentences of a turn."""
        self.button.relabel(told(turn.doubts))
        for label in self.list.findChildren(Label):
            label.setParent(None)
        for one in turn.doubtful:
            words = f"“{_shortened(turn.answer[one.start : one.end])}” {told(one.says)}."
            self._rows.addWidget(Label(words, SMALL, ink="muted", wrap=True))
        self.setVisible(bool(turn.doubts))


def _shortened(sentence: str) -> str:
    words = " ".join(_MARKUP.sub("", sentence).split())
    if len(words) <= _SENTENCE_CHARACTERS:
        return words
    return f"{words[:_SENTENCE_CHARACTERS].rsplit(' ', 1)[0]} …"
