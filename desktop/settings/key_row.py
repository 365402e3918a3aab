"""The key of the model server: written to the system's keyring, never to a file and never shown again."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.language import told_error, tr
from desktop.settings.setting_row import Row
from desktop.settings.stored_settings import StoredSettings
from desktop.widgets.buttons import TextButton
from desktop.widgets.fields import TextField
from desktop.widgets.labels import Label
from desktop.widgets.theme import SMALL, UNIT, zoomed
from errors import AppError

NAME = "remote.key"


class KeyRow(Row):
    """A field for the key, a button that saves it, and one that deletes it."""

    def __init__(self, stored: StoredSettings, parent: QWidget | None = None) -> None:
        control = QWidget()
        super().__init__(tr("Key"), tr("For the server above. It is kept in the system's keyring."), control, parent)
        self._stored = stored
        self.field = TextField(tr("Key"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setFixedWidth(zoomed(20 * UNIT))
        self.save, self.delete = TextButton(tr("Save")), TextButton(tr("Delete"), kind="quiet")
        self.done = Label("", SMALL * 1.07, ink="muted", wrap=True)
        row = QHBoxLayout(control)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.field, self.save, self.delete):
            row.addWidget(widget)
        self.layout().addWidget(self.done)  # type: ignore[union-attr]  # a row has a layout
        self.done.hide()
        self.save.clicked.connect(self._save)
        self.field.returnPressed.connect(self._save)
        self.delete.clicked.connect(lambda: stored.save_key(NAME, ""))
        stored.key_saved.connect(self._show_done)
        stored.refused.connect(self._show_refusal)

    def _save(self) -> None:
        if key := self.field.text().strip():
            self._stored.save_key(NAME, key)
        else:
            self.show_problem(tr("Enter the key first."))

    def _show_done(self, words: str) -> None:
        self.field.clear()
        self.show_problem("")
        self.done.setText(words)
        self.done.show()

    def _show_refusal(self, name: str, error: AppError) -> None:
        if name == NAME:
            self.done.hide()
            self.show_problem(told_error(error))
