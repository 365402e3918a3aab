"""How far a first start has come, the folders to offer, and questions about a person's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Signal

from assistant.first_run.file_starters import file_starters
from assistant.first_run.folder_offers import FolderOffer, folder_offers
from desktop.background import Background, Callbacks, Task
from desktop.folders.watched_folders import FolderSnapshot, WatchedFolders

if TYPE_CHECKING:
    from assistant.workspace import Workspace

RECENT_FILES = 24  # among which questions are looked for
_KEY = "first_run"  # in the window's memory
Progress = Literal["", "begun", "done"]


class Steps(NamedTuple):
    """Which steps are done. `later`: the person wants no model now."""

    folder: bool = False
    later: bool = False
    asked: bool = False


class FirstRun(QObject):
    """Begins in a home without folders, and ends when every step is done or the steps are skipped; for good."""

    begun = Signal()
    ended = Signal()
    changed = Signal(object)  # Steps
    offered = Signal(object)  # tuple[FolderOffer, ...]
    starters_changed = Signal(object)  # tuple[str, ...]: questions about the person's files

    def __init__(
        self, background: Background, memory: QSettings, folders: WatchedFolders, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._memory, self._folders = background, memory, folders
        self._is_looking = False
        self.steps = Steps()
        self.offers: tuple[FolderOffer, ...] = ()
        self.starters: tuple[str, ...] = ()
        folders.changed.connect(self._follow_folders)
        folders.finished.connect(self.look_for_starters)

    @property
    def progress(self) -> Progress:
        """Return "" before anything is known of the home, `begun` while the steps are shown, then `done`."""
        kept = str(self._memory.value(_KEY, ""))
        return "begun" if kept == "begun" else "done" if kept == "done" else ""

    def end(self) -> None:
        """Show the steps no more."""
        self._memory.setValue(_KEY, "done")
        self.ended.emit()

    def put_model_off(self) -> None:
        """Do without a model for now."""
        self._set(self.steps._replace(later=True))

    def note_answer(self, _: object = None) -> None:
        """Note that a question was answered."""
        self._set(self.steps._replace(asked=True))

    def look_for_starters(self, _: object = None) -> None:
        """Make questions of the files changed last, as far as they are read."""

        def read(space: Workspace, _: Task) -> tuple[str, ...]:
            return file_starters(space.library.recent_topics(RECENT_FILES))

        def show(starters: tuple[str, ...]) -> None:
            self._is_looking = False
            if starters != self.starters:
                self.starters = starters
                self.starters_changed.emit(starters)

        if not self._is_looking:
            self._is_looking = True
            self._background.run("read", read, self, Callbacks(show, lambda _: show(self.starters)))

    def _follow_folders(self, snapshot: FolderSnapshot) -> None:
        if not self.progress:
            self._memory.setValue(_KEY, "done" if snapshot.folders else "begun")
        if self.progress == "begun":
            self.begun.emit()
            self._set(self.steps._replace(folder=bool(snapshot.folders)))
            self._look_for_offers(tuple(folder.path for folder in snapshot.folders))

    def _look_for_offers(self, watched: tuple[Path, ...]) -> None:
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)

        def show(offers: tuple[FolderOffer, ...]) -> None:
            self.offers = offers
            self.offered.emit(offers)

        self._background.run(
            "scan",
            lambda _, __: folder_offers(Path.home(), Path(place) if place else None, watched),
            self,
            Callbacks(show),
        )

    def _set(self, steps: Steps) -> None:
        if steps != self.steps:
            self.steps = steps
            self.changed.emit(steps)
