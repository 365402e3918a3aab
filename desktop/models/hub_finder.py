"""Chat models on the hub: searching them, and the token for those whose terms were accepted there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from assistant.models.hub_token import find_token, store_token
from desktop.background import Background, Callbacks, Task
from desktop.language import mark, tr
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import TextField
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT
from network import search_hub

NOTHING = mark("The hub has no GGUF model of that name.")
ABOUT_TOKEN = mark(
    "Some models ask you to accept their terms first. Your token shows that you did; the keyring keeps it."
)


class HubFinder(QObject):
    """Searches the hub and keeps the token, on a worker."""

    found = Signal(object)  # tuple[HubModel, ...]
    failed = Signal(object)  # AppError
    token_saved = Signal(str)  # what was done, for people

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._running: Task | None = None

    def search(self, words: str) -> None:
        """Search for repositories of these words; an earlier search no longer counts."""
        if self._running is not None:
            self._running.cancel()

        def show(models: object) -> None:
            if not task.cancelled.is_set():
                self.found.emit(models)

        callbacks = Callbacks(show, self.failed.emit)
        task = self._running = self._background.run(
            "download", lambda space, _: search_hub(words, space.connections, find_token()), self, callbacks
        )

    def save_token(self, token: str) -> None:
        """Keep the token in the system's keyring; an empty one is deleted from it."""
        done = tr("The token is in the keyring.") if token else tr("The token was deleted.")
        callbacks = Callbacks(lambda _: self.token_saved.emit(done), self.failed.emit)
        self._background.run("read", lambda _, __: store_token(token), self, callbacks)


class TokenRow(QWidget):
    """A field for the token, hidden behind a button until it is wanted."""

    def __init__(self, finder: HubFinder) -> None:
        super().__init__()
        self._finder = finder
        self.open = TextButton(tr("Token for models with terms…"), kind="quiet")
        self.open.clicked.connect(self.unfold)
        self.field = TextField(tr("Token, as hf_…"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.save, self.delete = TextButton(tr("Save")), TextButton(tr("Delete"), kind="quiet")
        self.delete.setAccessibleName(tr("Delete the token"))
        self.note = Label(tr(ABOUT_TOKEN), SMALL * 1.07, ink="muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self.save)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.open)
        column.addLayout(row)
        column.addWidget(self.note)
        for widget in (self.field, self.save, self.delete, self.note):
            widget.hide()
        self.save.clicked.connect(self._save)
        self.field.returnPressed.connect(self._save)
        self.delete.clicked.connect(lambda: finder.save_token(""))
        finder.token_saved.connect(self._show_saved)

    def unfold(self) -> None:
        """Show the field."""
        for widget in (self.field, self.save, self.delete, self.note):
            widget.show()
        self.open.hide()
        self.field.setFocus()

    def _save(self) -> None:
        if token := self.field.text().strip():
            self._finder.save_token(token)

    def _show_saved(self, words: str) -> None:
        self.field.clear()
        self.note.setText(words)
