"""What can be taken back right after it happened, offered at the foot of the window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.chat.history import History
from desktop.folders.drops import Intake
from desktop.folders.watched_folders import WatchedFolders

if TYPE_CHECKING:
    from assistant.values import ConversationSummary
    from desktop.folders.drops import Arrival
    from desktop.widgets.notices import Toast


class UndoOffers(QObject):
    """A deleted conversation, a folder no longer watched, files that were dropped; only the last is on offer."""

    def __init__(self, history: History, folders: WatchedFolders, intake: Intake, over: QWidget) -> None:
        super().__init__(over)
        self._history, self._folders, self._intake, self._over = history, folders, intake, over
        self.toast: Toast | None = None
        history.deleted.connect(self._offer_conversation)
        intake.arrived.connect(self._offer_arrival)

    def offer_folder(self, path: Path) -> None:
        """Say that a folder is no longer watched."""
        self._offer(f"{path.name} is no longer watched", lambda: self._folders.add(path))

    def _offer_conversation(self, summary: "ConversationSummary") -> None:
        self._offer(f"“{summary.title}” was deleted", lambda: self._history.restore(summary.id))

    def _offer_arrival(self, arrival: "Arrival") -> None:
        self._offer(arrival.words, lambda: self._intake.take_back(arrival))

    def _offer(self, words: str, undo: Callable[[], None]) -> None:
        from desktop.widgets.notices import Toast

        self.toast = self.toast or Toast(self._over)
        self.toast.offer(words, undo)
