"""Below an answer: how many files were unread when it was asked, and the offer to answer again once they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.language import mark, told, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import FlagLabel
from desktop.widgets.theme import SMALL, UNIT

if TYPE_CHECKING:
    from assistant.values import Turn

LATER, NOW, CANCEL = mark("Answer again when done"), mark("Answer again"), mark("Don't wait")


class UnreadNote(QWidget):
    """`12 of 243 files were still unread` with a button; hidden where all were read."""

    wanted = Signal(bool)  # answer again once the files are read; False: no longer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self.button = FlagLabel("", SMALL, wrap=True), TextButton(tr(LATER), "refresh", kind="quiet")
        self._turn: Turn | None = None
        self._is_wanted, self._waits = False, True
        self.button.clicked.connect(self._toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self.hide()

    def show_of(self, turn: Turn) -> None:
        """Show what was unread when this was asked."""
        self._turn = turn
        self.setVisible(bool(turn.unread))
        self._update()

    def show_waiting(self, waits: bool) -> None:
        """Tell whether files are still to be read now."""
        self._waits = waits
        self._update()

    def _toggle(self) -> None:
        self._is_wanted = not self._is_wanted
        self._update()
        self.wanted.emit(self._is_wanted)

    def _update(self) -> None:
        if self._turn is None:
            return
        if self._is_wanted:
            self.text.setText(tr("Carrel answers again as soon as all files are read."))
            self.button.relabel(tr(CANCEL))
            return
        self.button.relabel(tr(LATER) if self._waits else tr(NOW))
        if self._turn.finish == "nothing":  # the answer itself has said how many
            self.text.setText(
                tr("Carrel can answer again once they are read.") if self._waits else tr("They are read now.")
            )
            return
        says = self._turn.unread.says.replace(" are still ", " were still ").replace(" is still ", " was still ")
        self.text.setText(told(f"{says} when you asked. This answer may miss something."))
