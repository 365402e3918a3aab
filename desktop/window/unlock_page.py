"""Asks for the passphrase of a home, in the place of everything else, until the home is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assistant.workspace import Workspace
from desktop.background import Background, Callbacks
from desktop.language import mark, told_error, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import TextField
from desktop.widgets.labels import Label, Surface
from desktop.widgets.theme import LARGE, SMALL, UNIT, colours
from errors import AppError

EXPLANATION = mark("Your chats and the texts of your files are encrypted on this computer. The passphrase opens them.")
FORGOTTEN = mark("Nobody can open them without it: a passphrase that is forgotten cannot be replaced.")
REMEMBER = mark("Remember on this computer")
CARD_WIDTH = 52 * UNIT  # px


class UnlockPage(QWidget):
    """A card in the middle of the window: the passphrase, a choice to remember it, and what was wrong."""

    needed = Signal()  # the passphrase is not remembered
    opened = Signal()
    not_remembered = Signal(object)  # AppError; the home is open nevertheless

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.field = TextField(tr("Passphrase"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember, self.button = QCheckBox(tr(REMEMBER)), TextButton(tr("Open"), kind="primary")
        self.problem = Label("", bold=True, wrap=True)
        self.problem.hide()
        self.remember.setToolTip(tr("The key is kept in the system's keyring, which your login opens."))
        self.field.returnPressed.connect(self._try)
        self.button.clicked.connect(self._try)
        self._lay_out()

    def open_remembered(self) -> None:
        """Open the home with a key that is remembered; `needed` tells that there is none."""

        def look(space: Workspace, _: object) -> bool:
            return space.protection.is_open

        self._background.run("read", look, self, Callbacks(self._decide, self._explain))

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys that are typed."""
        super().showEvent(event)
        self.field.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface around the card."""
        QPainter(self).fillRect(self.rect(), QColor(colours(self.palette()).window))

    def _decide(self, is_open: bool) -> None:
        (self.opened if is_open else self.needed).emit()

    def _explain(self, error: AppError) -> None:
        self.needed.emit()
        self._refuse(error)

    def _try(self) -> None:
        passphrase = self.field.text()
        if not passphrase or not self.button.isEnabled():
            return
        remember = self.remember.isChecked()

        def unlock(space: Workspace, _: object) -> AppError | None:
            space.protection.unlock(passphrase)
            try:
                if remember:
                    space.protection.remember()
            except AppError as error:
                return error
            return None

        self._busy(True)
        self._background.run("read", unlock, self, Callbacks(self._open, self._refuse))

    def _open(self, not_remembered: AppError | None) -> None:
        self.opened.emit()
        if not_remembered:
            self.not_remembered.emit(not_remembered)

    def _refuse(self, error: AppError) -> None:
        self._busy(False)
        self.problem.setText(told_error(error))
        self.problem.show()
        self.field.selectAll()
        self.field.setFocus()

    def _busy(self, busy: bool) -> None:
        self.button.relabel(tr("Opening …") if busy else tr("Open"))
        for widget in (self.button, self.field, self.remember):
            widget.setEnabled(not busy)

    def _lay_out(self) -> None:
        card = Surface("base", "border")
        card.setFixedWidth(CARD_WIDTH)
        foot = QHBoxLayout()
        foot.addWidget(self.remember, 1)
        foot.addWidget(self.button)
        column = QVBoxLayout(card)
        column.setContentsMargins(4 * UNIT, 4 * UNIT, 4 * UNIT, 4 * UNIT)
        column.setSpacing(2 * UNIT)
        column.addWidget(Label(tr("Open your desk"), LARGE, bold=True))
        column.addWidget(Label(tr(EXPLANATION), ink="muted", wrap=True))
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addLayout(foot)
        column.addWidget(Label(tr(FORGOTTEN), SMALL, ink="muted", wrap=True))
        around = QVBoxLayout(self)
        around.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
