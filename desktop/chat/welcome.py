"""The empty conversation: the persona, its knowledge, and questions to start with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayoutItem, QVBoxLayout, QWidget

from desktop.folders.indexing_progress import progress_text
from desktop.widgets.buttons import TextButton, icon_pixmap
from desktop.widgets.labels import ClickCard, Label, Surface
from desktop.widgets.theme import LARGE, SMALL, TITLE, UNIT, colours, zoomed

if TYPE_CHECKING:
    from knowledge import SyncProgress
    from personas import Persona, PersonaHeader

PRIVACY = "Your files and questions stay on this computer."


class Welcome(QWidget):
    """A greeting that fills in as the catalogue and the folders become known."""

    starter_chosen = Signal(str)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("What would you like to know?", LARGE, bold=True, wrap=True)
        self._summary = Label(PRIVACY, TITLE * 0.95, ink="muted", wrap=True)
        self._knowledge = Label("", SMALL * 1.07, ink="accent")
        self.filter = Label("", SMALL * 1.07, ink="accent", wrap=True)
        self._starters = QGridLayout()
        self._starters.setSpacing(UNIT + 4)
        self._folder_card: FolderInvitation | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6 * UNIT, 0, 2 * UNIT)
        self._column.setSpacing(UNIT)
        for widget in (self._title, self._summary, self._knowledge, self.filter):
            self._column.addWidget(widget)
        for label in (self._knowledge, self.filter):
            label.hide()
        self._column.addSpacing(2 * UNIT)
        self._column.addLayout(self._starters)
        self._column.addStretch(1)

    def introduce(self, header: PersonaHeader) -> None:
        """Introduce a persona."""
        self._title.setText(header.name)
        self._summary.setText(header.summary)
        self._knowledge.hide()
        self.filter.hide()
        self._clear_starters()

    def show_knowledge(self, passages: int) -> None:
        """Show the size of the persona's own knowledge."""
        self._knowledge.setText(f"Comes with {passages:,} passages of its own knowledge")
        self._knowledge.setVisible(passages > 0)

    def show_preparing(self, progress: SyncProgress) -> None:
        """Show how much of that knowledge is indexed."""
        self._knowledge.setText(f"Preparing its own knowledge. {progress_text(progress)}")
        self._knowledge.show()

    def show_persona(self, persona: Persona) -> None:
        """Show the filter of the files that the persona reads, and offer its starter questions."""
        self.filter.setText(f"Reads only files with {persona.where}")
        self.filter.setVisible(persona.where is not None)
        self._clear_starters()
        for place, question in enumerate(persona.starters[:4]):
            card = StarterCard(question)
            card.clicked.connect(lambda question=question: self.starter_chosen.emit(question))
            self._starters.addWidget(card, place // 2, place % 2)

    def invite_folder(self, wanted: bool) -> None:
        """Offer to add a folder, or stop offering it."""
        if wanted and self._folder_card is None:
            self._folder_card = FolderInvitation()
            self._folder_card.wanted.connect(self.folder_wanted)
            self._column.insertWidget(self._column.count() - 1, self._folder_card)
        elif not wanted and self._folder_card is not None:
            self._folder_card.deleteLater()
            self._folder_card = None

    def _clear_starters(self) -> None:
        while isinstance(item := self._starters.takeAt(0), QLayoutItem):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


class FolderInvitation(Surface):
    """An offer to add a folder."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("accent_soft")
        self._sign = QLabel()
        self._tint()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label("Ask about your own files", bold=True, wrap=True))
        words.addWidget(Label("Drop a folder onto this window, or choose one.", ink="muted", wrap=True))
        button = TextButton("Add folder…", "plus", kind="primary")
        button.clicked.connect(self.wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT)
        row.setSpacing(2 * UNIT)
        row.addWidget(self._sign)
        row.addLayout(words, 1)
        row.addWidget(button)

    def changeEvent(self, event: QEvent) -> None:
        """Tint the sign again for light or dark."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._tint()

    def _tint(self) -> None:
        self._sign.setPixmap(icon_pixmap("drop", colours(self.palette()).accent, zoomed(24), self.devicePixelRatioF()))


class StarterCard(ClickCard):
    """A question that is asked with one click."""

    def __init__(self, question: str) -> None:
        super().__init__(f"Ask: {question}")
        self._words = Label(question, wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, 2 * UNIT - 4, 2 * UNIT, 2 * UNIT - 4)
        layout.addWidget(self._words)

    def minimumSizeHint(self) -> QSize:
        """Two lines of text at the least."""
        return QSize(12 * UNIT, self.fontMetrics().height() * 2 + 3 * UNIT)
