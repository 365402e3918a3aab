"""The empty conversation: the persona, its knowledge, and questions to start with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.folders.indexing_progress import progress_text
from desktop.language import mark, tr, tr_count
from desktop.widgets.buttons import TextButton, icon_pixmap
from desktop.widgets.labels import Label, Surface
from desktop.widgets.starter_grid import StarterGrid
from desktop.widgets.theme import LARGE, SMALL, TITLE, UNIT, colours, zoomed

if TYPE_CHECKING:
    from knowledge import SyncProgress
    from personas import Persona, PersonaHeader

PRIVACY = mark("Your files and questions stay on this computer.")


class Welcome(QWidget):
    """A greeting that fills in as the catalogue and the folders become known; on a first start, its steps above."""

    starter_chosen = Signal(str)
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label(tr("What would you like to know?"), LARGE, bold=True, wrap=True)
        self._summary = Label(tr(PRIVACY), TITLE * 0.95, ink="muted", wrap=True)
        self._knowledge = Label("", SMALL * 1.07, ink="accent")
        self.filter = Label("", SMALL * 1.07, ink="accent", wrap=True)
        self.tools = Label("", SMALL * 1.07, ink="accent", wrap=True)
        self.starters = StarterGrid()
        self.starters.chosen.connect(self.starter_chosen)
        self._persona: Persona | None = None
        self._own_questions: tuple[str, ...] = ()
        self._folder_card: FolderInvitation | None = None
        self._steps: QWidget | None = None
        self._greeting = QWidget()
        self._column = QVBoxLayout(self._greeting)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(UNIT)
        for widget in (self._title, self._summary, self._knowledge, self.tools, self.filter):
            self._column.addWidget(widget)
        for label in (self._knowledge, self.tools, self.filter):
            label.hide()
        self._column.addSpacing(2 * UNIT)
        self._column.addWidget(self.starters)
        self._column.addStretch(1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 6 * UNIT, 0, 2 * UNIT)
        self._whole.setSpacing(3 * UNIT)
        self._whole.addWidget(self._greeting)

    def introduce(self, header: PersonaHeader) -> None:
        """Introduce a persona."""
        self._title.setText(header.name)
        self._summary.setText(header.summary)
        self._knowledge.hide()
        self.filter.hide()
        self.tools.setText(tr("Computes with {names}", names=", ".join(header.tools)))
        self.tools.setVisible(bool(header.tools))
        self._persona = None
        self._show_starters()

    def show_knowledge(self, passages: int) -> None:
        """Show the size of the persona's own knowledge."""
        self._knowledge.setText(
            tr_count(
                "Comes with {count} passage of its own knowledge",
                "Comes with {count} passages of its own knowledge",
                passages,
            )
        )
        self._knowledge.setVisible(passages > 0)

    def show_preparing(self, progress: SyncProgress) -> None:
        """Show how much of that knowledge is indexed."""
        self._knowledge.setText(tr("Preparing its own knowledge. {progress}", progress=progress_text(progress)))
        self._knowledge.show()

    def show_persona(self, persona: Persona) -> None:
        """Show the filter of the files that the persona reads, and offer its starter questions."""
        self.filter.setText(tr("Reads only files with {where}", where=persona.where))
        self.filter.setVisible(persona.where is not None)
        self._persona = persona
        self._show_starters()

    def show_own_questions(self, questions: tuple[str, ...]) -> None:
        """Offer questions about the person's files, where the persona reads nothing else."""
        self._own_questions = questions
        self._show_starters()

    def _show_starters(self) -> None:
        persona = self._persona
        reads_own = persona is not None and persona.files and persona.knowledge is None and persona.where is None
        own = self._own_questions if reads_own else ()
        self.starters.show_questions(own or (persona.starters if persona else ()))

    def show_steps(self, steps: QWidget) -> None:
        """Show the steps of a first start in the place of the greeting."""
        self._steps = steps
        self._whole.insertWidget(0, steps)
        self._whole.setContentsMargins(0, 3 * UNIT, 0, 2 * UNIT)
        self._greeting.hide()

    def show_greeting(self) -> None:
        """Show the persona's greeting, below the steps if they are there."""
        self._greeting.show()

    def end_steps(self) -> None:
        """Take the steps away."""
        if self._steps is not None:
            self._steps.hide()
            self._steps.deleteLater()
            self._steps = None
        self._whole.setContentsMargins(0, 6 * UNIT, 0, 2 * UNIT)
        self._greeting.show()

    def invite_folder(self, wanted: bool) -> None:
        """Offer to add a folder, or stop offering it."""
        if wanted and self._folder_card is None:
            self._folder_card = FolderInvitation()
            self._folder_card.wanted.connect(self.folder_wanted)
            self._column.insertWidget(self._column.count() - 1, self._folder_card)
        elif not wanted and self._folder_card is not None:
            self._folder_card.deleteLater()
            self._folder_card = None


class FolderInvitation(Surface):
    """An offer to add a folder."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__("accent_soft")
        self._sign = QLabel()
        self._tint()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(tr("Ask about your own files"), bold=True, wrap=True))
        words.addWidget(Label(tr("Drop a folder onto this window, or choose one."), ink="muted", wrap=True))
        button = TextButton(tr("Add folder…"), "plus", kind="primary")
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
