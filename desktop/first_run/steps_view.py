"""The welcome of a first start: three steps in the empty chat, until they are done or skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.first_run.ask_step import AskStep
from desktop.first_run.first_run import FirstRun
from desktop.first_run.folder_step import FolderStep
from desktop.first_run.model_step import ModelStep
from desktop.first_run.step_card import StepCard
from desktop.folders.embedder_offer import EmbedderChange
from desktop.folders.indexing_progress import progress_text
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import mark, tr, tr_count
from desktop.models.download_list import ModelDownloads
from desktop.models.model_choice import FoundModels, ModelChoice
from desktop.network.connections_page import Network
from desktop.widgets.buttons import TextButton
from desktop.widgets.labels import Label
from desktop.widgets.theme import LARGE, UNIT

if TYPE_CHECKING:
    from knowledge import SyncProgress

GREETING = mark("Welcome to Carrel")
PRIVACY = mark("Ask your own documents. Your files and questions stay on this computer.")
LATER = mark("Later: answers are quotes. Choose a model at the top right at any time.")


class StepsView(QWidget):
    """Shows how far a first start has come."""

    models_wanted = Signal()
    advanced = Signal(object)  # StepCard: the one to take now
    asked = Signal(str)

    def __init__(
        self,
        first_run: FirstRun,
        folders: WatchedFolders,
        choice: ModelChoice,
        found: FoundModels,
        downloads: ModelDownloads,
        network: Network,
        embedder: EmbedderChange,
    ) -> None:
        super().__init__()
        self._first_run, self._folders, self._choice = first_run, folders, choice
        self._reading = ""
        self.folder_step, self.ask_step = FolderStep(), AskStep()
        self.model_step = ModelStep(choice, found, downloads, network, embedder)
        self.cards = (
            StepCard(1, tr("Add a folder"), self.folder_step),
            StepCard(2, tr("Get a model"), self.model_step),
            StepCard(3, tr("Ask"), self.ask_step),
        )
        self._shown: tuple[int | None, tuple[bool, ...]] = None, ()
        self._lay_out()
        self.folder_step.chosen.connect(folders.add)
        self.model_step.settled.connect(self.refresh)
        self.model_step.later.connect(first_run.put_model_off)
        self.model_step.more_wanted.connect(self.models_wanted)
        self.ask_step.chosen.connect(self.asked)
        first_run.offered.connect(self.folder_step.show_offers)
        first_run.starters_changed.connect(self.ask_step.show_starters)
        first_run.changed.connect(self.refresh)
        folders.changed.connect(self.refresh)
        folders.progressed.connect(self._show_progress)
        folders.finished.connect(self._end_progress)
        self.folder_step.show_offers(first_run.offers)
        self.ask_step.show_starters(first_run.starters)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Show what is done and unfold the step to take now; when all are done, end."""
        steps = self._first_run.steps
        done = (steps.folder, bool(self._choice.state.engine) or steps.later, steps.asked)
        taken = (done[0], done[1] or self.model_step.is_under_way, done[2])
        current = next((at for at, is_taken in enumerate(taken) if not is_taken), None)
        notes = (self._folder_note(), self.model_step.note or (tr(LATER) if steps.later else ""), "")
        for at, card in enumerate(self.cards):
            card.show_state(done=done[at], current=at == current, note=notes[at])
        if (current, done) != self._shown:  # else what the person has unfolded stays so
            is_first, self._shown = not self._shown[1], (current, done)
            for at, card in enumerate(self.cards):
                card.unfold(at == current or (at == 1 and taken[1] and not done[1]))
            if current and not is_first:
                self.advanced.emit(self.cards[current])
        if all(done):
            self._first_run.end()

    def _folder_note(self) -> str:
        """Return `notes and 2 more  ·  240 files`, or how much of them is read."""
        names = [folder.path.name for folder in self._folders.snapshot.folders]
        if not names:
            return ""
        files = len(self._folders.snapshot.files)
        named = tr("{name} and {count} more", name=names[0], count=len(names) - 1) if len(names) > 1 else names[0]
        return f"{named}  ·  {self._reading or tr_count('{count} file', '{count} files', files)}"

    def _show_progress(self, progress: SyncProgress) -> None:
        self._reading = progress_text(progress)
        self.refresh()

    def _end_progress(self, _: object) -> None:
        self._reading = ""
        self.refresh()

    def _lay_out(self) -> None:
        skip = TextButton(tr("Skip"), kind="quiet")
        skip.setAccessibleName(tr("Skip the first steps"))
        skip.setToolTip(tr("Show these steps no more"))
        skip.clicked.connect(self._first_run.end)
        head = QHBoxLayout()
        head.addWidget(Label(tr(GREETING), LARGE, bold=True, wrap=True), 1)
        head.addWidget(skip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(head)
        column.addWidget(Label(tr(PRIVACY), ink="muted", wrap=True))
        column.addSpacing(UNIT)
        for card in self.cards:
            column.addWidget(card)
