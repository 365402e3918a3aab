"""A model that is on this computer already, with a button that uses it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.language import tr
from desktop.models.model_choice import ModelEntry, ModelState
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import ElidedLabel, plain_tooltip
from desktop.widgets.theme import SMALL, UNIT


class ModelRow(QWidget):
    """A model found here."""

    chosen = Signal(object)  # Path

    def __init__(self, entry: ModelEntry) -> None:
        super().__init__()
        self._entry = entry
        self.button = TextButton(tr("Use"))
        self.button.clicked.connect(lambda: self.chosen.emit(entry.path))
        self.setToolTip(plain_tooltip(entry.about))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(entry.name))
        facts = (tr("from {owner}", owner=entry.owner) if entry.owner else "", entry.size, entry.needs)
        words.addWidget(ElidedLabel("  ·  ".join(filter(None, facts)), SMALL * 1.07, ink="muted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(UNIT)
        row.addLayout(words, 1)
        row.addWidget(self.button)

    def show_state(self, state: ModelState, *, is_used: bool) -> None:
        """Show the model as in use or not; while one is being opened, none can be chosen."""
        self.button.relabel(tr("In use") if is_used else tr("Use"), "check" if is_used else "")
        self.button.setAccessibleName(f"{self.button.text()}: {self._entry.name}")
        self.button.setEnabled(not is_used and not state.loading)
