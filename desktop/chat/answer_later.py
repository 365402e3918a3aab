"""Asks questions again, by itself, once the files have been read that were unread the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.chat.chat_session import ChatSession
from desktop.folders.watched_folders import WatchedFolders

if TYPE_CHECKING:
    from assistant.values import Turn


class AnswerLater(QObject):
    """Remembers turns whose questions are to be asked again. One of a chat that is not open waits until it is."""

    waiting = Signal(bool)  # files are still to be read

    def __init__(self, session: ChatSession, folders: WatchedFolders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._folders = session, folders
        self._wanted: dict[str, Turn] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)  # once whatever has happened is over
        self._soon.timeout.connect(self._look)
        for happened in (folders.changed, folders.started, session.opened, session.busy_changed):
            happened.connect(lambda *_: self._soon.start())

    @property
    def waits(self) -> bool:
        """True while files are still to be read."""
        return self._folders.busy or bool(self._folders.snapshot.waiting)

    def want(self, turn: Turn, wanted: bool) -> None:
        """Ask the question of a turn again once all files are read; no longer if not `wanted`."""
        self._wanted.pop(turn.id, None)
        if wanted:
            self._wanted[turn.id] = turn
            self._soon.start()

    def _look(self) -> None:
        self.waiting.emit(self.waits)
        if self.waits or self._session.busy:
            return
        turn = next((turn for turn in self._session.turns if turn.id in self._wanted), None)
        if turn is not None:
            del self._wanted[turn.id]
            self._session.ask_reread(turn)
