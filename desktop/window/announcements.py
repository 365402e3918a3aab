"""Says to screen readers what is otherwise only seen: an answer is done, files are read, a model is loaded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.chat.chat_session import ChatSession
from desktop.folders.indexing_progress import progress_text
from desktop.folders.watched_folders import WatchedFolders
from desktop.language import mark, tr, tr_count
from desktop.models.model_choice import ModelChoice
from desktop.widgets.accessible import announce

if TYPE_CHECKING:
    from assistant.values import Turn
    from knowledge import SyncProgress, SyncReport

PROGRESS_EVERY_S = 20.0  # often enough to know that it goes on, seldom enough to be borne
ENDS = {
    "stopped": mark("Answer stopped."),
    "nothing": mark("Nothing was found in your files."),
    "length": mark("Answer cut off."),
}


class Announcements(QObject):
    """Follows the objects that work and speaks for them. Notices and toasts speak for themselves."""

    def __init__(self, session: ChatSession, folders: WatchedFolders, models: ModelChoice, about: QWidget) -> None:
        super().__init__(about)
        self._about, self._models = about, models
        self._last_s = 0.0  # monotonic time of the last progress
        self._reads = False
        session.answered.connect(self.say_answered)
        folders.progressed.connect(self.say_progress)
        folders.finished.connect(self.say_read)
        models.loaded.connect(lambda: announce(about, tr("{model} is ready.", model=models.state.model)))

    def say_answered(self, turn: Turn) -> None:
        """Say that an answer is done, and on how many sources it stands."""
        sources = len({citation.n for citation in turn.citations})
        cited = tr_count("It cites {count} source.", "It cites {count} sources.", sources) if sources else ""
        announce(self._about, f"{tr(ENDS.get(turn.finish, 'Answer done.'))} {cited}".rstrip())

    def say_progress(self, progress: SyncProgress) -> None:
        """Say now and then how far reading has come."""
        self._reads = True
        if time.monotonic() - self._last_s >= PROGRESS_EVERY_S:
            self._last_s = time.monotonic()
            announce(self._about, progress_text(progress))

    def say_read(self, report: SyncReport | None) -> None:
        """Say that all files are read, if some were new."""
        if self._reads and report is not None:
            announce(self._about, tr("Your files are read."))
        self._reads = False
