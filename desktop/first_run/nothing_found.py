"""Below an answer for which nothing was found: what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.language import mark, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.theme import UNIT

if TYPE_CHECKING:
    from assistant.values import Turn

Remedy = Literal["add folder", "show files", "show unread files"]
FILES, UNREAD = mark("Show files"), mark("Show unread files")


class NothingFound(QWidget):
    """Buttons: add a folder, and see which files there are, or which of them are still unread."""

    wanted = Signal(str)  # a Remedy

    def __init__(self) -> None:
        super().__init__()
        self._unread = False
        add, self._files = TextButton(tr("Add folder…"), "plus"), TextButton(tr(FILES), "folder")
        add.clicked.connect(lambda: self.wanted.emit("add folder"))
        self._files.clicked.connect(lambda: self.wanted.emit("show unread files" if self._unread else "show files"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, UNIT // 2, 0, UNIT // 2)
        row.setSpacing(UNIT)
        row.addWidget(add)
        row.addWidget(self._files)
        row.addStretch(1)
        self.hide()

    def show_of(self, turn: Turn) -> None:
        """Show the buttons for an answer without sources."""
        self._unread = bool(turn.unread)
        self._files.relabel(tr(UNREAD) if self._unread else tr(FILES))
        self.setVisible(turn.finish == "nothing")
